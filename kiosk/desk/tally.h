/* The tally: what an entry counts for, told from its own bytes alone, so that the village, a replay
 * and the hub reckon with one function. A sum of a day is the sum of what its entries count for.
 *
 * series          key              n, amount
 *   visit         outcome          1
 *   visit_override "FROM:TO"       1: a leader's word against the policy's
 *   incident      cause            1
 *   incident_step step             1
 *   incident_told by               1: a step that told somebody outside
 *   case          channel          1
 *   case_item     catalogue code   1
 *   case_step     step             1
 *   skipped       "CHANNEL:REASON" 1, of cases and of guidance
 *   booking       by, or step      1
 *   staff         outcome          1
 *   guidance      channel          1
 *   rating        grade, "" none   1, the grade
 *   courier       ""               1, the cases on the list
 *   slip          ""               1, its copies
 *   ticket        service          1
 *   ticket_step   step             1
 *   suspend, resume  scope         1
 *   notice, handover, confirm ""   1
 *   ledger:ID     ""               1 a row
 *                 FIELD            1 a row with that number, the number
 *                 FIELD=CHOICE     1 a row with that choice (true, false: of yes or no)
 *   stock:ID      "ITEM/UNIT:WAY"  1, how many; WAY: in, out, discard, count
 *
 * An order of the hub counts for nothing here: the tally is of what the village did. What is
 * personal is sealed, and never counted by. */
#ifndef KIOSK_DESK_TALLY_H
#define KIOSK_DESK_TALLY_H

#include "kiosk/store/kind.h"

/* One count: `day` is days since 1970 in the site's zone (UTC+8) of the entry's `at`. The texts are
 * borrowed for the call. */
typedef void tally_fn(void *to, int64_t day, const char *series, const char *key, int64_t n,
                      double amount);

void tally_of(const struct entry *e, tally_fn *fn, void *to);
/* What a reversal of `reversed` counts for: the same, taken away, on the day of the reversed. Which
 * entry a ledger_void reverses: its subject, when no earlier one did. */
void tally_undo(const struct entry *reversed, tally_fn *fn, void *to);

/* The day that a moment lies in, and the first moment of a day. */
int64_t tally_day(int64_t at);
int64_t tally_day_start(int64_t day);

/* Keeps the table tally(day, series, key, n, amount); behind the entry's own projection, in its
 * transaction. Called for every kind in one place (kiosk/kinds.c). */
enum err tally_project(struct store *s, const struct entry *e);

/* The sums from day `from` to day `to`, both of them: {SERIES:{KEY:[n, amount]}}, by name. `series`
 * NULL: all. *out is owned by the caller. */
enum err tally_sums(struct store *s, int64_t from, int64_t to, const char *series, json_t **out);

#endif
