/* The functions of expressions that cost more than the length of their text: LIKE and instr.
 *
 * SQLite looks at its progress handler only where the program jumps, and never inside of a
 * function: so these two look at the clock themselves, and take their time from the two lengths,
 * not from what the pattern asks for. */
#ifndef KIOSK_RULES_EXPRFN_H
#define KIOSK_RULES_EXPRFN_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#define EXPRFN_PATTERN 64 /* bytes of a LIKE pattern */

/* When an evaluation is stopped: the time is over, and some of it was really its own. On a busy
 * machine a process may stand still for longer than any evaluation may take. */
struct expr_limit {
    int64_t deadline; /* clock_mono */
    int64_t cpu;      /* clock_cpu at least */
};
void expr_limit_set(struct expr_limit *limit, int64_t ms);
bool expr_limit_over(const struct expr_limit *limit);

/* Puts them in place of SQLite's own; *limit is looked at in each call. LIKE as SQLite has it, but
 * for ESCAPE, which is an error, as is a longer pattern. And ours, each NULL where it has no
 * answer: hours(X) of a day, a moment or a time of day; days(X), counted from 1970 by local days;
 * day(N) the date of such a number; picked(LIST) how many were chosen; shaped(TEXT, PATTERN). */
void exprfn_install(sqlite3 *db, const struct expr_limit *limit);

/* rules/exprtime.c */
void exprfn_hours(sqlite3_context *to, int n, sqlite3_value **args);
void exprfn_days(sqlite3_context *to, int n, sqlite3_value **args);
void exprfn_day(sqlite3_context *to, int n, sqlite3_value **args);
/* rules/exprshape.c: True when shaped() can read the pattern. */
bool exprfn_shape(const char *pattern);
void exprfn_shaped(sqlite3_context *to, int n, sqlite3_value **args);

#endif
