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

/* What an order is known by wherever it stands: the beginning of the hash of the form in which it
 * was first given, which one that has moved names ("was"). */
#define HUB_ORIGIN 17
void hub_order_origin(const json_t *head, int64_t n, const void *bytes, size_t len,
                      const void *sealed, size_t sealed_len, char out[HUB_ORIGIN]);
/* Gives order n the next number behind all that are here and behind `last`, which a village holds:
 * its bytes are made, sealed and signed anew, and whatever names it in the store follows. One that
 * stands here under another number too goes on there. Inside a transaction. */
enum err hub_order_move(struct hub *h, const char *site, int64_t n, int64_t last);
/* Order n came back: one that is the same, behind `last` and so not told yet, goes on in it, and
 * those behind it move up. Inside a transaction. */
enum err hub_order_join(struct hub *h, const char *site, int64_t n, int64_t last);

#endif
