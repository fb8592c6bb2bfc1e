/* Owns: the reading of dates and times as people write them. Invariant: what could mean two things
 * is refused. */
#include "kiosk/rules/loosetime.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "kiosk/base/clock.h"

/* Full-width forms as plain ones, and a line's end taken for a space. */
static bool plain(const char *text, char *out, size_t size)
{
    static const char *const wide[][2] = {{"：", ":"}, {"／", "/"}, {"－", "-"}, {"．", "."},
                                          {"　", " "}, {"\t", " "}, {"\n", " "}, {"\r", " "}};
    size_t n = 0;
    while (*text != 0) {
        size_t i = 0, many = sizeof wide / sizeof *wide;
        while (i < many && strncmp(text, wide[i][0], strlen(wide[i][0])) != 0)
            i++;
        if (n + 1 >= size)
            return false;
        if (i < many) {
            out[n++] = *wide[i][1];
            text += strlen(wide[i][0]);
        } else if (memcmp(text, "\xef\xbc", 2) == 0 && (unsigned char)text[2] >= 0x90 &&
                   (unsigned char)text[2] <= 0x99) { /* ０ to ９ */
            out[n++] = (char)('0' + ((unsigned char)text[2] - 0x90));
            text += 3;
        } else {
            out[n++] = *text++;
        }
    }
    out[n] = 0;
    return true;
}

static void skip_spaces(const char **p)
{
    while (**p == ' ')
        ++*p;
}

static bool take(const char **p, const char *word)
{
    size_t n = strlen(word);
    if (strncasecmp(*p, word, n) != 0)
        return false;
    *p += n;
    return true;
}

static bool take_any(const char **p, const char *const *words)
{
    for (; *words != NULL; words++)
        if (take(p, *words))
            return true;
    return false;
}

static bool take_number(const char **p, int least, int most, int *out)
{
    int n = 0;
    *out = 0;
    for (; n < most && isdigit((unsigned char)**p); n++, ++*p)
        *out = *out * 10 + (**p - '0');
    return n >= least && !isdigit((unsigned char)**p);
}

static bool keep_day(int year, int month, int day, struct loosetime *out)
{
    char text[40];
    if (year < 1900 || year > 9999 || !clock_date_exists(year, month, day))
        return false;
    snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    return out->has_day = clock_parse_date(text, &out->day);
}

static void take_weekday(const char **p)
{
    static const char *const marks[] = {"(星期", "星期", "(周", "周", "（星期", "（周", NULL};
    static const char *const days[] = {"一", "二", "三", "四", "五", "六", "日", "天", NULL};
    static const char *const ends[] = {")", "）", NULL};
    const char *at = *p;
    skip_spaces(&at);
    if (!take_any(&at, marks) || !take_any(&at, days))
        return;
    take_any(&at, ends);
    *p = at;
}

static bool eight_digits(const char *p)
{
    return strspn(p, "0123456789") == 8;
}

/* True: a day was taken. False leaves *p where it was; `wrong` tells that it was no such day. */
static bool take_day(const char **p, struct loosetime *out, bool *wrong)
{
    static const char *const years[] = {"-", "/", ".", "年", NULL};
    static const char *const months[] = {"-", "/", ".", "月", NULL};
    static const char *const ends[] = {"日", "号", NULL};
    int year, month, day;
    const char *at = *p;
    if (eight_digits(at)) {
        sscanf(at, "%4d%2d%2d", &year, &month, &day);
        at += 8;
    } else {
        if (!take_number(&at, 4, 4, &year) || !take_any(&at, years))
            return false;
        skip_spaces(&at);
        if (!take_number(&at, 1, 2, &month) || !take_any(&at, months))
            return false;
        skip_spaces(&at);
        if (!take_number(&at, 1, 2, &day))
            return false;
        take_any(&at, ends);
    }
    *wrong = !keep_day(year, month, day, out);
    take_weekday(&at);
    *p = at;
    return true;
}

/* Hours of the half of the day that was named: -1 none, 0 before noon, 1 after it. */
static int take_half(const char **p)
{
    static const char *const before[] = {"上午", "早上", "凌晨", "AM", NULL};
    static const char *const after[] = {"下午", "晚上", "中午", "PM", NULL};
    skip_spaces(p);
    return take_any(p, before) ? 0 : take_any(p, after) ? 1 : -1;
}

static bool take_clock(const char **p, struct loosetime *out)
{
    static const char *const hours[] = {":", "时", "点", NULL};
    int hour, minute = 0, second = 0, half = take_half(p);
    skip_spaces(p);
    if (!take_number(p, 1, 2, &hour) || !take_any(p, hours))
        return false;
    if (isdigit((unsigned char)**p)) {
        if (!take_number(p, 1, 2, &minute))
            return false;
        if (take(p, ":") || (take(p, "分") && isdigit((unsigned char)**p))) {
            if (!take_number(p, 1, 2, &second))
                return false;
            take(p, "秒");
        }
    } else if (take(p, "半")) {
        minute = 30;
    } else if ((*p)[-1] == ':') {
        return false;
    }
    take(p, "整");
    if (half < 0)
        half = take_half(p);
    if (hour > 23 || minute > 59 || second > 59 || (half == 0 && hour > 12))
        return false;
    if (half == 1 && hour < 12)
        hour += 12;
    else if (half == 0 && hour == 12)
        hour = 0;
    out->minute = hour * 60 + minute;
    out->second = second;
    return out->has_time = true;
}

bool loosetime_read(const char *text, struct loosetime *out)
{
    char clean[80];
    int64_t at;
    bool wrong = false;
    *out = (struct loosetime){0};
    if (!plain(text, clean, sizeof clean))
        return false;
    if (clock_parse(clean, &at)) {
        out->has_day = out->has_time = true;
        out->day = clock_day(at);
        out->minute = (int)((at - out->day) / 60000);
        out->second = (int)((at - out->day) / 1000 % 60);
        return true;
    }
    const char *p = clean;
    skip_spaces(&p);
    if (take_day(&p, out, &wrong))
        take(&p, "T");
    skip_spaces(&p);
    if (*p != 0 && !take_clock(&p, out))
        return false;
    skip_spaces(&p);
    return *p == 0 && !wrong && (out->has_day || out->has_time);
}
