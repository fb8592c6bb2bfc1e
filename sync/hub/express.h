/* The express lane at the hub: entries that must not wait (incidents, suspension) overtake the
 * stream. Each came in a frame that stands alone, is shown at once, and is kept aside until the
 * stream brings its number: then the same entry is settled, another one is a fork. */
#ifndef SYNC_HUB_EXPRESS_H
#define SYNC_HUB_EXPRESS_H

#include "sync/hub/site.h"
#include "sync/wire/api.h"
#include "sync/wire/frame.h"

#define HUB_EXPRESS_MAX 10000 /* entries of a site that wait for their place in the chain */

/* Takes one frame that stands alone; commits. *hash is the entry's, *taken false when it is of a
 * kind that does not overtake (it comes with the stream; no error). One that is here already, by
 * either way, is a no-op. ERR_FRAME (not alone, more than one entry), ERR_SIGNATURE, ERR_FORK
 * (another entry has that number: this one is kept aside), ERR_BUSY (too many wait),
 * ERR_HUB_REFUSED (revoked), the store's errors. */
enum err hub_express_take(struct hub *h, const struct hub_mark *who, const struct wire_frame *f,
                          unsigned char hash[HASH_BYTES], bool *taken);

/* Takes the whole body of an express request; *told is an array of {"seq","hash"} of what is here
 * now, also after an error (the caller owns it). As above, and what unpacking finds. */
enum err hub_express_body(struct hub *h, const struct wire_request *asked, const void *bytes,
                          size_t len, json_t **told);

/* The stream has come to `count` entries from `first` on; *waits: some of them overtook it.
 * ERR_FORK when one that did has another hash: none of these may be stored. */
enum err hub_express_meet(struct hub *h, const struct hub_mark *who, int64_t first, unsigned count,
                          unsigned char (*hash)[HASH_BYTES], bool *waits);
/* Inside the transaction of the stream, after hub_express_meet: the entry gets its place in table
 * entry, as it came and was projected then. *settled false: it did not overtake. */
enum err hub_express_settle(struct hub *h, const struct hub_mark *who, int64_t seq, bool *settled);

#endif
