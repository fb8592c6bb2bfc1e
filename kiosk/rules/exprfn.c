/* Owns: LIKE, instr and picked of expressions, and the table of all functions of our own.
 * Invariant: a call ends at once when the time is over, and otherwise within length of text times
 * EXPRFN_PATTERN steps. */
#include "kiosk/rules/exprfn.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"

#define CPU_LEAST_MS 12 /* a heavy triage takes 3 to 5 while nothing else runs */

void expr_limit_set(struct expr_limit *limit, int64_t ms)
{
    limit->deadline = clock_mono() + ms;
    limit->cpu = clock_cpu() + CPU_LEAST_MS;
}

bool expr_limit_over(const struct expr_limit *limit)
{
    return clock_mono() > limit->deadline && clock_cpu() >= limit->cpu;
}

static bool over(sqlite3_context *to)
{
    if (!expr_limit_over(sqlite3_user_data(to)))
        return false;
    sqlite3_result_error_code(to, SQLITE_INTERRUPT);
    return true;
}

static unsigned char folded(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c - 'A' + 'a') : c;
}

static const unsigned char *next_char(const unsigned char *text)
{
    do
        text++;
    while ((*text & 0xc0) == 0x80);
    return text;
}

/* Only the last '%' is ever taken back: what an earlier one could still give, the last can too. */
static bool alike(const unsigned char *pattern, const unsigned char *text)
{
    const unsigned char *again = NULL, *from = NULL;
    while (*text != 0) {
        if (*pattern == '%') {
            again = ++pattern;
            from = text;
        } else if (*pattern == '_') {
            pattern++;
            text = next_char(text);
        } else if (*pattern != 0 && folded(*pattern) == folded(*text)) {
            pattern++;
            text++;
        } else if (again != NULL) {
            pattern = again;
            text = from = next_char(from);
        } else {
            return false;
        }
    }
    while (*pattern == '%')
        pattern++;
    return *pattern == 0;
}

static void like(sqlite3_context *to, int n, sqlite3_value **args)
{
    if (n != 2) {
        sqlite3_result_error(to, "ESCAPE is not known here", -1);
        return;
    }
    const unsigned char *pattern = sqlite3_value_text(args[0]), *text = sqlite3_value_text(args[1]);
    if (over(to) || pattern == NULL || text == NULL)
        return;
    if (sqlite3_value_bytes(args[0]) > EXPRFN_PATTERN)
        sqlite3_result_error(to, "the pattern is too long", -1);
    else
        sqlite3_result_int(to, alike(pattern, text));
}

static void instr(sqlite3_context *to, int n, sqlite3_value **args)
{
    const unsigned char *text = sqlite3_value_text(args[0]), *part = sqlite3_value_text(args[1]);
    (void)n;
    if (over(to) || part == NULL || text == NULL)
        return;
    const unsigned char *found = memmem(text, (size_t)sqlite3_value_bytes(args[0]), part,
                                        (size_t)sqlite3_value_bytes(args[1]));
    int place = found != NULL;
    while (found != NULL && text < found) {
        text = next_char(text);
        place++;
    }
    sqlite3_result_int(to, place);
}

/* Of ",one,two,": a list as facts hold it. */
static void picked(sqlite3_context *to, int n, sqlite3_value **args)
{
    const char *text = (const char *)sqlite3_value_text(args[0]);
    int commas = 0;
    (void)n;
    if (over(to))
        return;
    for (; text != NULL && *text != 0; text++)
        commas += *text == ',';
    sqlite3_result_int(to, commas > 0 ? commas - 1 : 0);
}

void exprfn_install(sqlite3 *db, const struct expr_limit *limit)
{
    static const struct {
        const char *name;
        int args;
        void (*call)(sqlite3_context *, int, sqlite3_value **);
    } rows[] = {{"like", 2, like},          {"like", 3, like},           {"instr", 2, instr},
                {"hours", 1, exprfn_hours}, {"days", 1, exprfn_days},    {"day", 1, exprfn_day},
                {"picked", 1, picked},      {"shaped", 2, exprfn_shaped}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (sqlite3_create_function(db, rows[i].name, rows[i].args,
                                    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                    (void *)(uintptr_t)limit, rows[i].call, NULL,
                                    NULL) != SQLITE_OK)
            abort(); /* only memory can be missing */
}
