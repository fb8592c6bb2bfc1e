/* The stick instead of the link: what is not acknowledged goes out as files, the sub-centre's
 * answer comes in. Needs no PIN, as the agent does not: what is sealed travels as it is stored. */
#ifndef SYNC_AGENT_BUNDLE_H
#define SYNC_AGENT_BUNDLE_H

#include "kiosk/base/stick.h"
#include "kiosk/desk/site.h"

#define BUNDLE_SPLIT ((size_t)4 << 20)       /* bytes of a file, unless told otherwise */
#define BUNDLE_SPLIT_MOST ((size_t)12 << 20) /* what the hub takes in one body, and some room */

struct bundle_out {
    size_t split;                                          /* bytes of a file; 0: BUNDLE_SPLIT */
    void (*progress)(void *arg, int64_t done, int64_t of); /* may be NULL */
    void *arg;
    /* what came of it */
    char file[STICK_NAME]; /* the first one */
    int64_t files, from, to, bytes;
    int64_t waiting; /* entries that are not acknowledged */
};
/* Writes all that is not acknowledged into `where`: a folder, under our names (bundles of this
 * machine that it replaces are removed), or a file (further ones are called FILE.2 ...). With
 * nothing to send the bundle is empty: it asks for the orders. What was written before an error
 * stays, and is good. ERR_NOT_ENROLLED, ERR_FIELD_RANGE (split), the stick's and the store's
 * errors.
 */
enum err agent_bundle_out(struct site *s, const char *where, struct bundle_out *b);

struct bundle_in {
    char file[STICK_NAME];
    int64_t arrived; /* entries newly known to have arrived */
    int64_t acked;   /* up to this one */
    int64_t orders, refused;
    bool older;        /* an answer from before the last one: nothing new about what arrived */
    bool more;         /* further orders wait: one more bundle brings them */
    char trouble[512]; /* why the hub did not take the whole bundle, in words; "" when it did */
};
/* Takes the answer in `where`: a folder, a file, or the bundle that it answers. ERR_NOT_ENROLLED,
 * ERR_ANSWER..., ERR_FORK (what the hub has is not ours), the stick's and the store's errors. */
enum err agent_bundle_in(struct site *s, const char *where, struct bundle_in *b);

#endif
