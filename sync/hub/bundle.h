/* Bundles that were carried here on a stick, and the answers that go back on it. */
#ifndef SYNC_HUB_BUNDLE_H
#define SYNC_HUB_BUNDLE_H

#include "kiosk/base/stick.h"
#include "sync/hub/hub.h"

struct hub_bundle {
    char file[STICK_NAME], answer[STICK_NAME]; /* answer: "" when none was written */
    char site[SITE_CODE];                      /* "" until it is known */
    int64_t epoch, from, last;                 /* as the bundle says */
    int64_t taken;                             /* entries that were new */
    int64_t ack;                               /* and now everything up to here is stored */
    int64_t refused;                           /* entries of this machine that cannot be used */
};
/* Takes a bundle in, frame by frame, each one commit; what is here already is passed over, so that
 * a second time does no harm and goes on where the first ended. Then writes the answer beside it:
 * as `answer` + ".answer", or with NULL under our own name.
 * ERR_BUNDLE... (those of GAP, FORK, TORN and DAMAGED come with an answer), the stick's errors
 * (with ERR_STICK_FULL and the like all was taken but the answer is not there), the store's errors.
 */
enum err hub_bundle_import(struct hub *h, const struct stick *s, const char *name,
                           const char *answer, struct hub_bundle *out);
bool hub_bundle_ours(const char *name); /* a name that we give */
/* The names of bundles in a folder, in the order in which they are to be taken. The caller frees.
 */
size_t hub_bundle_list(const struct stick *s, char (**names)[STICK_NAME]);

#endif
