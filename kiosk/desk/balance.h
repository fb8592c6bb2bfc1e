/* The running balance of a ledger that counts things: supplies and the like.
 *
 * A row's effect is part of its entry, so that a replay needs no definition:
 *   "stock":{"item","unit","way":"in|out|count|discard","amount":N (below zero: taken away),
 *            "counted":bool,"spec"?,"place"?,"batch"?,"expiry"?}
 * A thing is (ledger, item, unit). Its balance runs over its rows in the order of time: in adds,
 * out and discard take away, a count sets. The parts (spec, place, batch, expiry) tell more of the
 * same thing: a count that names some sets what all earlier rows that name the same come to, and
 * moves the thing's balance by the difference. What a row moved the balance by is kept with it, so
 * that the balance of a place or of a batch is the sum over the rows that name it. */
#ifndef KIOSK_DESK_BALANCE_H
#define KIOSK_DESK_BALANCE_H

#include "kiosk/desk/site.h"

/* The effect of a checked row, or NULL: the ledger counts nothing. Owned by the caller. */
json_t *balance_effect(const struct form *f, const json_t *row);

/* Behind a row that was written or voided: its balance, and that of the rows behind it in time. For
 * projections. */
enum err balance_settle(struct store *s, const char *row);

/* Stock is never below nothing unnoticed. Before and behind a change of a thing's rows, in one
 * transaction: */
struct balance_watch {
    char ledger[48], item[200], unit[60], place[100], batch[130];
    int64_t at;
    double below, place_left, batch_left; /* as they were before */
};
/* `effect` as balance_effect gives it; `at`: when the change is. */
enum err balance_watch(struct site *s, const char *ledger, const json_t *effect, int64_t at,
                       struct balance_watch *w);
/* ERR_CONSTRAINT (field: the quantity's) with what there is in the note, when the change left less
 * than nothing, now or at a time behind `at`, and more so than it was before. A definition with
 * "negative":true in its balance allows it. */
enum err balance_watched(struct site *s, const struct form *f, const struct balance_watch *w);

#endif
