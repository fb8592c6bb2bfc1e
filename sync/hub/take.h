/* Taking a village's frames: verify, commit, mark; one frame is one transaction. */
#ifndef SYNC_HUB_TAKE_H
#define SYNC_HUB_TAKE_H

#include "sync/hub/site.h"
#include "sync/wire/frame.h"

struct hub_take {
    struct hub *hub;
    char site[SITE_CODE];
    int64_t epoch;
    unsigned char pub[SIGN_PUB_BYTES];
    int64_t seq; /* where the stream stands: the next frame follows this entry */
    unsigned char hash[HASH_BYTES];
    bool aside;     /* the stream has left our chain: what comes is kept in table fork */
    int64_t frames; /* whole frames taken */
    bool careful;   /* each entry's projection can be taken back by itself */
    bool stumbled;  /* one could not be used where none could be taken back */
};

/* Begins at the base that the request names: `from`-1 and its hash. ERR_STATE: that entry is not
 * here (the hub has less: it says what it has). When it is here with another hash the stream is
 * taken aside, and hub_take_frame answers ERR_FORK. ERR_NOT_ENROLLED, ERR_HUB_REFUSED (revoked). */
enum err hub_take_begin(struct hub *h, const struct wire_request *asked, struct hub_take *out);

/* Takes one whole frame: chain and signature are verified before anything is stored; entries that
 * are here already are passed over; entries and mark are one commit. An entry that cannot be used
 * is stored and marked. ERR_FRAME (does not follow), ERR_SIGNATURE, ERR_FORK (kept aside), the
 * store's errors. */
enum err hub_take_frame(struct hub_take *t, const struct wire_frame *f);

/* The hash that stands under a number; ERR_NOT_FOUND. Number 0 is the epoch's first hash. */
enum err hub_hash_at(struct hub *h, const char *site, int64_t epoch, int64_t seq,
                     unsigned char out[HASH_BYTES]);

#endif
