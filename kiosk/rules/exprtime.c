/* Owns: the functions of expressions over days and times. Invariant: what is no day or time gives
 * NULL, and none of them looks at the clock: the present comes as a fact. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/rules/define.h"
#include "kiosk/rules/exprfn.h"

#define HOUR_MS 3600000.0
#define DAYS_MOST 2932896 /* 9999-12-31 */

/* A day is its first moment; a time of day alone counts from midnight: *clock is true then. */
static bool moment(sqlite3_value *value, int64_t *at, bool *clock)
{
    const char *text = (const char *)sqlite3_value_text(value);
    *clock = false;
    if (text == NULL || strlen(text) >= CLOCK_TEXT)
        return false;
    int minutes = def_clock(text);
    if (minutes >= 0) {
        *clock = true;
        *at = minutes * 60000LL;
        return true;
    }
    return clock_parse_date(text, at) || clock_parse(text, at);
}

void exprfn_hours(sqlite3_context *to, int n, sqlite3_value **args)
{
    int64_t at;
    bool clock;
    (void)n;
    if (moment(args[0], &at, &clock))
        sqlite3_result_double(to, (double)at / HOUR_MS);
}

void exprfn_days(sqlite3_context *to, int n, sqlite3_value **args)
{
    int64_t at;
    bool clock;
    (void)n;
    if (moment(args[0], &at, &clock) && !clock)
        sqlite3_result_int64(to, (clock_day(at) + CLOCK_OFFSET_MS) / CLOCK_DAY_MS);
}

void exprfn_day(sqlite3_context *to, int n, sqlite3_value **args)
{
    char text[CLOCK_TEXT];
    (void)n;
    if (sqlite3_value_type(args[0]) == SQLITE_NULL)
        return;
    sqlite3_int64 day = sqlite3_value_int64(args[0]);
    if (day < 0 || day > DAYS_MOST)
        return;
    clock_date(day * CLOCK_DAY_MS - CLOCK_OFFSET_MS, text);
    sqlite3_result_text(to, text, -1, SQLITE_TRANSIENT);
}
