/* Owns how times may be typed: digits with whatever stands between them. Invariant: what is no time
 * stays as it was typed, for the model to refuse. */
#include "screens/asform.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/utf8.h"

static size_t digits_of(const char *typed, char *out, size_t size)
{
    size_t n = 0;
    for (const char *p = typed; *p; p++) {
        if (*p >= '0' && *p <= '9') {
            if (n + 1 >= size)
                return 0;
            /* "9:00" is "0900" */
            bool single = (p == typed || p[-1] < '0' || p[-1] > '9') && (p[1] < '0' || p[1] > '9');
            if (single && n + 2 < size)
                out[n++] = '0';
            out[n++] = *p;
        } else if (!strchr(" -:/.T", *p)) {
            return 0;
        }
    }
    out[n] = 0;
    return n;
}

void asform_time(enum field_type type, const char *typed, char *out, size_t size)
{
    char d[32], now[CLOCK_TEXT], today[CLOCK_TEXT], full[64] = "";
    clock_iso(clock_now(), now);
    clock_date(clock_now(), today);
    int64_t at;
    snprintf(out, size, "%s", typed);
    if (type != FIELD_DATE && type != FIELD_TIME && type != FIELD_DATETIME)
        return;
    if (clock_parse(typed, &at))
        snprintf(full, sizeof full, "%.4s%.2s%.2s%.2s%.2s", clock_iso(at, now), now + 5, now + 8,
                 now + 11, now + 14);
    else if (strcmp(typed, ".") == 0)
        snprintf(full, sizeof full, "%.4s%.2s%.2s%.2s%.2s", now, now + 5, now + 8, now + 11,
                 now + 14);
    size_t n = *full ? 0 : digits_of(typed, d, sizeof d);
    if (n == 12)
        snprintf(full, sizeof full, "%s", d);
    else if (n == 8 && type == FIELD_DATE)
        snprintf(full, sizeof full, "%s0000", d);
    else if (n == 8 && type == FIELD_DATETIME)
        snprintf(full, sizeof full, "%.4s%s", now, d);
    else if (n == 4 && type == FIELD_DATE)
        snprintf(full, sizeof full, "%.4s%s0000", now, d);
    else if (n == 4)
        snprintf(full, sizeof full, "%.4s%.2s%.2s%s", today, today + 5, today + 8, d);
    if (!*full)
        return;
    if (type == FIELD_TIME)
        snprintf(out, size, "%.2s:%.2s", full + 8, full + 10);
    else if (type == FIELD_DATE)
        snprintf(out, size, "%.4s-%.2s-%.2s", full, full + 4, full + 6);
    else
        snprintf(out, size, "%.4s-%.2s-%.2s %.2s:%.2s", full, full + 4, full + 6, full + 8,
                 full + 10);
}
