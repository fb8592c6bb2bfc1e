/* The site's records that other machines of it wrote: fetched from the hub by a machine that took a
 * site up, and by the newest one when an old one has sent something late; and handed back when the
 * hub has lost them. */
#ifndef SYNC_AGENT_FETCH_H
#define SYNC_AGENT_FETCH_H

#include "sync/agent/talk.h"

/* Brings journal and orders of all earlier epochs to what the hub has, and what the hub has not to
 * the hub; goes on where it was. A machine that is closed for it (ERR_FETCHING) is open behind.
 * What is here under numbers that the hub has others of goes into table branch. talk_ask's errors,
 * ERR_SIGNATURE, the store's. */
enum err fetch_all(struct talk *t);

/* What an answer says of other machines: closes this one when it was replaced, notes a fork,
 * fetches what came late. */
enum err fetch_others(struct talk *t, const json_t *answer);

#endif
