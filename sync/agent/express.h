/* The agent's express lane: what must not wait is sent by a small request of its own on the second
 * connection, each entry signed by itself, also while a bulk upload runs on the first. Knows of no
 * network: it asks by the talk. */
#ifndef SYNC_AGENT_EXPRESS_H
#define SYNC_AGENT_EXPRESS_H

#include "sync/agent/talk.h"

#define EXPRESS_QUEUE 1500 /* entries: what 128 kbit/s take in some ten seconds */

/* Sends what must not wait and is not at the hub yet, in as many requests as it takes. A hub that
 * does not know the lane, or is too busy for it, is left alone for this talk: the stream brings
 * everything. ERR_HUB_DOWN, ERR_HUB_KEY, ERR_FORK, ERR_HUB_REFUSED, the store's errors. */
enum err express_send(struct talk *t);
/* All up to number `seq` goes with the next frame anyway. */
void express_skip(struct talk *t, int64_t seq);
/* For a bulk upload's `meanwhile`: sends what was written since, and keeps the second connection
 * warm while a long upload runs. Ends the upload only for what ends the visit: ERR_FORK,
 * ERR_HUB_KEY. `talk`: the struct talk. */
enum err express_meanwhile(void *talk);

#endif
