/* A hub that was set back to a backup: villages hold orders that it has lost, and it may have given
 * others under their numbers since. They hand them back; each is taken only with the hub's own
 * signature. What was given in between moves behind them, under a number of its own, so that it is
 * heard. */
#ifndef SYNC_HUB_BACK_H
#define SYNC_HUB_BACK_H

#include "sync/hub/hub.h"

/* True when a village says by "N.HHHHHHHH" (its last order, the beginning of that one's hash) that
 * it holds an order that is not here. Not of a machine that was replaced; not of one that names no
 * hash: it cannot hand anything back. */
bool hub_order_lost(struct hub *h, const char *site, int64_t epoch, const char *since);
/* Puts "past": [[n, beginning of the hash]..] of ever older orders that are here, by which the
 * village finds the last one that both have. */
enum err hub_order_past(struct hub *h, const char *site, const char *since, json_t *answer);
/* Takes the body of a "back" request, one transaction: the orders, oldest first. ERR_JSON,
 * ERR_SIGNATURE (not ours), ERR_REPLACED (not the site's newest machine), the store's errors. */
enum err hub_orders_back(struct hub *h, const struct wire_request *asked, const void *bytes,
                         size_t len);
/* What orders that came back do to cases, bookings and so on: those behind entry seq of the epoch
 * and no later one (`exactly`: at that very place only). Inside a transaction, as the mark moves.
 * An order whose subject is not here waits on. */
enum err hub_orders_settle(struct hub *h, const char *site, int64_t epoch, int64_t seq,
                           bool exactly);
bool hub_orders_wait(struct hub *h, const char *site);

#endif
