/* Orders: what the hub says to a site. Numbered without gaps, signed, kept as they were sent. */
#ifndef SYNC_HUB_ORDER_H
#define SYNC_HUB_ORDER_H

#include "sync/hub/hub.h"

#define HUB_ORDERS_BYTES ((size_t)64 << 10) /* of orders in one answer, before they are packed */

struct hub_order {
    const char *site, *kind, *officer;
    const char *subject;  /* NULL: it begins its own thing */
    const json_t *body;   /* borrowed */
    const json_t *sealed; /* what may name people; NULL: nothing */
};
/* Makes the next order of a site; *n (may be NULL) is its number. ERR_NOT_FOUND (no such site),
 * ERR_NOT_ENROLLED (something to seal, and no data key), ERR_TOO_LONG. */
enum err hub_order_add(struct hub *h, const struct hub_order *o, int64_t *n);
/* The orders after `since`, oldest first, at least one when there is one, up to HUB_ORDERS_BYTES:
 * an array of wire orders. *out is owned by the caller. */
enum err hub_orders_since(struct hub *h, const char *site, int64_t since, json_t **out);

/* A village holds orders up to number `held`, by its own signed word: a hub that was set back to a
 * backup counts on behind them, so that no number is given a second time. A jump that no backup
 * explains (100,000 orders) is not believed. The store's errors. */
enum err hub_orders_held(struct hub *h, const char *site, int64_t held);

#endif
