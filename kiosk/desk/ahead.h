/* What must not wait: entries of the kinds that are marked express go to the hub ahead of the rest.
 * Which of them it has already is kept beside the journal, until the mark passes them. */
#ifndef KIOSK_DESK_AHEAD_H
#define KIOSK_DESK_AHEAD_H

#include <stdbool.h>

#include "kiosk/desk/site.h"

#define AHEAD_MOST 200 /* entries found at once */

struct ahead {
    int64_t seq[AHEAD_MOST];   /* a person before the first entry that names it */
    int64_t whose[AHEAD_MOST]; /* the entry that must not wait: itself, or what names it */
    size_t n;
    int64_t looked; /* entries up to here were looked at */
    bool more;      /* and there may be more behind them */
};
/* Finds entries of `epoch` behind number `after` that must not wait and that the hub does not have,
 * the oldest first; and the newest entry about the person whom one names, when it is behind
 * `acked`. `only`: of that kind; NULL: of any. */
enum err ahead_find(struct store *s, int64_t epoch, int64_t acked, int64_t after, const char *only,
                    struct ahead *out);

/* The hub has this entry. */
enum err ahead_note(struct store *s, int64_t epoch, int64_t seq);
bool ahead_has(struct store *s, int64_t epoch, int64_t seq);
/* The mark stands at `acked` now, it stood at `before`: what it passed is forgotten; all is, when
 * it went back, for a hub that lost entries may have lost these too. In the caller's transaction.
 */
enum err ahead_settle(struct store *s, int64_t epoch, int64_t before, int64_t acked);

#endif
