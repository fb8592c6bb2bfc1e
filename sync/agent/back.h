/* Orders handed back to a hub that has lost them (sync/hub/back.h). */
#ifndef SYNC_AGENT_BACK_H
#define SYNC_AGENT_BACK_H

#include "sync/agent/talk.h"

#define BACK_SINCE 40
/* The parameter "since": number of the last order and, where it could be handed back, the beginning
 * of its hash. Returns out. */
const char *back_since(struct store *s, char out[BACK_SINCE]);
/* Stores an order's signature beside it, inside the caller's transaction; one that is there stays.
 */
enum err back_keep(struct store *s, int64_t n, const json_t *order);
/* An answer that has "past": what is here behind the last order that both have goes to the hub.
 * talk_ask's errors; ERR_OK when the answer has none. */
enum err back_hand(struct talk *t, const json_t *answer);

#endif
