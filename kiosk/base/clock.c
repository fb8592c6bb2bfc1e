/* Owns: time. Invariant: no other file asks the machine what time it is. */
#include "kiosk/base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t held_at = CLOCK_NONE, held_mono;

static int64_t read_clock(clockid_t which)
{
    struct timespec ts;
    clock_gettime(which, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t clock_now(void)
{
    return held_at != CLOCK_NONE ? held_at : read_clock(CLOCK_REALTIME);
}

int64_t clock_mono(void)
{
    return held_at != CLOCK_NONE ? held_mono : read_clock(CLOCK_BOOTTIME);
}

int64_t clock_cpu(void)
{
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

void clock_hold(int64_t at, int64_t mono)
{
    held_at = at;
    held_mono = mono;
}

static void local_parts(int64_t at, struct tm *tm, int *ms)
{
    int64_t local = at + CLOCK_OFFSET_MS;
    int64_t secs = local / 1000 - (local % 1000 < 0);
    time_t t = (time_t)secs;
    *ms = (int)(local - secs * 1000);
    memset(tm, 0, sizeof *tm);
    gmtime_r(&t, tm);
}

const char *clock_iso(int64_t at, char *out)
{
    struct tm tm;
    int ms;
    local_parts(at, &tm, &ms);
    size_t n = strftime(out, CLOCK_TEXT, "%Y-%m-%dT%H:%M:%S", &tm);
    if (ms != 0)
        n += (size_t)snprintf(out + n, CLOCK_TEXT - n, ".%03d", ms);
    snprintf(out + n, CLOCK_TEXT - n, "+08:00");
    return out;
}

const char *clock_date(int64_t at, char *out)
{
    struct tm tm;
    int ms;
    local_parts(at, &tm, &ms);
    strftime(out, CLOCK_TEXT, "%Y-%m-%d", &tm);
    return out;
}

const char *clock_hhmm(int64_t at, char *out)
{
    struct tm tm;
    int ms;
    local_parts(at, &tm, &ms);
    strftime(out, CLOCK_TEXT, "%H:%M", &tm);
    return out;
}

const char *clock_short(int64_t at, char *out)
{
    struct tm tm;
    int ms;
    local_parts(at, &tm, &ms);
    strftime(out, CLOCK_TEXT, "%m-%d %H:%M", &tm);
    return out;
}

bool clock_date_exists(int year, int month, int day)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1800 || year > 2999 || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= days[month - 1] + (month == 2 && leap);
}

/* Exactly `n` digits at *p; moves on behind them. -1 when there are not. */
static int digits(const char **p, int n)
{
    int v = 0;
    for (int i = 0; i < n; i++, (*p)++) {
        if (**p < '0' || **p > '9')
            return -1;
        v = v * 10 + (**p - '0');
    }
    return v;
}

static bool literal(const char **p, char c)
{
    if (**p != c)
        return false;
    (*p)++;
    return true;
}

static int64_t utc_ms(int year, int month, int day, int secs)
{
    struct tm tm = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};
    return ((int64_t)timegm(&tm) + secs) * 1000;
}

static bool read_date(const char **p, int *year, int *month, int *day)
{
    *year = digits(p, 4);
    bool dashed = literal(p, '-');
    *month = digits(p, 2);
    if (dashed && !literal(p, '-'))
        return false;
    *day = digits(p, 2);
    return *year >= 0 && *month >= 0 && *day >= 0 && clock_date_exists(*year, *month, *day);
}

bool clock_parse_date(const char *text, int64_t *day)
{
    int y, m, d;
    if (text == NULL || !read_date(&text, &y, &m, &d) || *text != 0)
        return false;
    *day = utc_ms(y, m, d, 0) - CLOCK_OFFSET_MS;
    return true;
}

static bool read_fraction(const char **p, int *ms)
{
    *ms = 0;
    if (!literal(p, '.'))
        return true;
    int scale = 100, n = 0;
    for (; **p >= '0' && **p <= '9'; (*p)++, n++, scale /= 10)
        *ms += (**p - '0') * scale;
    return n > 0 && n <= 9;
}

static bool read_offset(const char **p, int *secs)
{
    *secs = 0;
    if (literal(p, 'Z'))
        return true;
    int sign = **p == '-' ? -1 : 1;
    if (!literal(p, '+') && !literal(p, '-'))
        return false;
    int h = digits(p, 2);
    bool colon = literal(p, ':');
    int m = digits(p, 2);
    (void)colon;
    *secs = sign * (h * 3600 + m * 60);
    return h >= 0 && h <= 14 && m >= 0 && m <= 59;
}

bool clock_parse(const char *text, int64_t *at)
{
    int y, mo, d, ms, offset;
    if (text == NULL || !read_date(&text, &y, &mo, &d) || !literal(&text, 'T'))
        return false;
    int h = digits(&text, 2);
    bool ok = literal(&text, ':');
    int mi = digits(&text, 2), s = 0;
    if (literal(&text, ':'))
        s = digits(&text, 2);
    ok = ok && h >= 0 && h < 24 && mi >= 0 && mi < 60 && s >= 0 && s < 60;
    if (!ok || !read_fraction(&text, &ms) || !read_offset(&text, &offset) || *text != 0)
        return false;
    *at = utc_ms(y, mo, d, h * 3600 + mi * 60 + s - offset) + ms;
    return true;
}

int64_t clock_day(int64_t at)
{
    int64_t local = at + CLOCK_OFFSET_MS, rest = local % CLOCK_DAY_MS;
    return at - (rest < 0 ? rest + CLOCK_DAY_MS : rest);
}
