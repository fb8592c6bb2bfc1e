/* Owns: the count of working days. Invariant: a day that is none counts in neither direction. */
#include "kiosk/desk/due.h"

#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/rules/calendar.h"

const json_t *due_holidays(struct site *s)
{
    struct policy *p;
    return site_policy(s, &p) == ERR_OK ? js_get(policy_json(p), "holidays") : NULL;
}

const char *due_day(const json_t *item, const char *member, const json_t *holidays, int64_t at,
                    char out[CLOCK_TEXT])
{
    const json_t *days = js_get(item, member);
    const char *unit = js_str(item, "days_unit");
    struct calendar c;
    if (!json_is_integer(days) || json_integer_value(days) < 0)
        return NULL;
    int64_t left = json_integer_value(days), day = clock_day(at);
    if (unit != NULL && strcmp(unit, "day") == 0)
        return clock_date(day + left * CLOCK_DAY_MS, out);
    calendar_read(holidays, &c);
    while (left > 0) {
        day += CLOCK_DAY_MS;
        left -= calendar_works(&c, day);
    }
    return clock_date(day, out);
}

int64_t due_left(const char *due, const json_t *holidays, int64_t now)
{
    struct calendar c;
    int64_t end, day = clock_day(now), left = 0;
    if (!clock_parse_date(due, &end))
        return 0;
    calendar_read(holidays, &c);
    int64_t step = end >= day ? CLOCK_DAY_MS : -CLOCK_DAY_MS;
    while (day != end) {
        day += step;
        left += calendar_works(&c, step > 0 ? day : day + CLOCK_DAY_MS) ? (step > 0 ? 1 : -1) : 0;
    }
    return left;
}
