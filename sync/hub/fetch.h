/* What a village's machine is told of the others of its site, and what it gets of their entries. */
#ifndef SYNC_HUB_FETCH_H
#define SYNC_HUB_FETCH_H

#include <jansson.h>

#include "sync/hub/site.h"

#define HUB_FETCH_BYTES ((size_t)1 << 20) /* of frames in one body */
#define HUB_FETCH_ENTRIES 100             /* of a frame: as many as a cut may cost */

/* The mark of the site's newest machine. ERR_NOT_ENROLLED. */
enum err hub_mark_newest(struct hub *h, const char *site, struct hub_mark *out);
/* Puts "newest", "older" and "fork" (sync/wire/api.h). */
enum err hub_others(struct hub *h, const struct wire_request *asked, json_t *answer);
/* Puts "epochs", "last_order" and "hashes" (of epoch `of`, when it is not 0). */
enum err hub_past(struct hub *h, const struct wire_request *asked, int64_t of, int64_t lo,
                  int64_t hi, json_t *answer);
/* A body of frames of epoch `of` from asked->from on. ERR_NOT_ENROLLED (no such epoch), ERR_STATE
 * (beyond the mark), ERR_FORK (asked->base is not the hash before it). */
enum err hub_fetch(struct hub *h, const struct wire_request *asked, int64_t of, struct buf *out);
/* Puts "after" into each order of the array. */
enum err hub_order_places(struct hub *h, const char *site, json_t *orders);

#endif
