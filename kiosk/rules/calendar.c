/* Owns: which day is a working day. Invariant: without a list of holidays it is Monday to Friday.
 */
#include "kiosk/rules/calendar.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"

/* 1970-01-01 was a Thursday. */
int calendar_weekday(int64_t day)
{
    int64_t n = (day + CLOCK_OFFSET_MS) / CLOCK_DAY_MS;
    return (int)(((n + 3) % 7 + 7) % 7) + 1;
}

void calendar_read(const json_t *holidays, struct calendar *out)
{
    size_t i, k;
    json_t *one, *day;
    out->n_off = out->n_work = 0;
    json_array_foreach((json_t *)(uintptr_t)holidays, i, one)
    {
        const char *from = js_str(one, "from"), *to = js_str(one, "to");
        if (out->n_off < CALENDAR_MAX && from != NULL && to != NULL &&
            clock_parse_date(from, &out->off[out->n_off].from) &&
            clock_parse_date(to, &out->off[out->n_off].to))
            out->n_off++;
        json_array_foreach(js_get(one, "work"), k, day)
        {
            if (out->n_work < CALENDAR_MAX * CALENDAR_WORK && json_is_string(day) &&
                clock_parse_date(json_string_value(day), &out->work[out->n_work]))
                out->n_work++;
        }
    }
}

bool calendar_holiday(const struct calendar *c, int64_t day)
{
    for (size_t i = 0; i < c->n_off; i++)
        if (day >= c->off[i].from && day <= c->off[i].to)
            return true;
    return false;
}

bool calendar_exchanged(const struct calendar *c, int64_t day)
{
    for (size_t i = 0; i < c->n_work; i++)
        if (day == c->work[i])
            return true;
    return false;
}

bool calendar_works(const struct calendar *c, int64_t day)
{
    if (calendar_exchanged(c, day))
        return true;
    return calendar_weekday(day) <= 5 && !calendar_holiday(c, day);
}
