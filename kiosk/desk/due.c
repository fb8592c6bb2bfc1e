/* Owns: the count of working days. Invariant: Saturday and Sunday never count; of public holidays
 * nothing is known here, so a promise is never shown later than it is. */
#include "kiosk/desk/due.h"

#include <string.h>

#include "kiosk/base/js.h"

/* 1970-01-01 was a Thursday. */
static bool works(int64_t day)
{
    int64_t n = (day + CLOCK_OFFSET_MS) / CLOCK_DAY_MS;
    int64_t weekday = (n % 7 + 7 + 3) % 7; /* 0: Monday */
    return weekday < 5;
}

const char *due_day(const json_t *item, const char *member, int64_t at, char out[CLOCK_TEXT])
{
    const json_t *days = js_get(item, member);
    const char *unit = js_str(item, "days_unit");
    if (!json_is_integer(days) || json_integer_value(days) < 0)
        return NULL;
    int64_t left = json_integer_value(days), day = clock_day(at);
    if (unit != NULL && strcmp(unit, "day") == 0)
        return clock_date(day + left * CLOCK_DAY_MS, out);
    while (left > 0) {
        day += CLOCK_DAY_MS;
        left -= works(day);
    }
    return clock_date(day, out);
}

int64_t due_left(const char *due, int64_t now)
{
    int64_t end, day = clock_day(now), left = 0;
    if (!clock_parse_date(due, &end))
        return 0;
    int64_t step = end >= day ? CLOCK_DAY_MS : -CLOCK_DAY_MS;
    while (day != end) {
        day += step;
        left += works(step > 0 ? day : day + CLOCK_DAY_MS) ? (step > 0 ? 1 : -1) : 0;
    }
    return left;
}
