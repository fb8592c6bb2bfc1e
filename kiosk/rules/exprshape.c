/* Owns: the shape of a text, for constraints: literals, '.', classes like [0-9A-Z], \d \w \s, each
 * with ?, *, +, {n} or {n,m}. The whole text must fit. No groups, no alternatives.
 * The pattern becomes a row of places, one bit each; a text is walked once, with the set of places
 * that can be reached kept in one word. Invariant: the work is length times one step, whatever the
 * pattern. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/rules/exprfn.h"

#define PLACES 62

struct shape {
    int n;
    unsigned char set[PLACES][33]; /* bytes below 128 by bit; [32]: any other character */
    uint64_t skip, again; /* places that may be left out; that may be taken more than once */
};

static void add_byte(unsigned char *set, int c)
{
    if (c < 128)
        set[c / 8] |= (unsigned char)(1 << c % 8);
    else
        set[32] = 1;
}

static bool has_byte(const unsigned char *set, unsigned char c)
{
    return c < 128 ? (set[c / 8] >> c % 8 & 1) != 0 : set[32] != 0;
}

static void add_where(unsigned char *set, bool (*fits)(int c))
{
    for (int c = 0; c < 128; c++)
        if (fits(c))
            add_byte(set, c);
}

static bool is_digit(int c)
{
    return isdigit(c) != 0;
}

static bool is_word(int c)
{
    return isalnum(c) || c == '_';
}

static bool is_space(int c)
{
    return c == ' ' || c == '\t';
}

static bool add_escape(unsigned char *set, char c)
{
    switch (c) {
    case 'd': add_where(set, is_digit); return true;
    case 'w': add_where(set, is_word); return true;
    case 's': add_where(set, is_space); return true;
    default: break;
    }
    if (isalnum((unsigned char)c) || c == 0)
        return false;
    add_byte(set, (unsigned char)c);
    return true;
}

/* Behind '['; the place behind ']', NULL when it cannot be read. */
static const char *read_class(unsigned char *set, const char *p)
{
    bool not = *p == '^';
    for (p += not ; *p != ']'; p++) {
        if (*p == '\\') {
            if (!add_escape(set, *++p))
                return NULL;
        } else if (*p == 0 || *p == '[' || (*p & 0x80) != 0) {
            return NULL;
        } else if (p[1] == '-' && p[2] != ']') {
            if ((p[2] & 0x80) != 0 || p[2] < p[0] || p[2] == '\\')
                return NULL;
            for (int c = p[0]; c <= p[2]; c++)
                add_byte(set, c);
            p += 2;
        } else {
            add_byte(set, *p);
        }
    }
    for (int i = 0; not &&i < 16; i++)
        set[i] = (unsigned char)~set[i];
    set[32] = not ? 1 : set[32];
    return p + 1;
}

static const char *read_one(unsigned char *set, const char *p)
{
    if (*p == '[')
        return read_class(set, p + 1);
    if (*p == '\\')
        return add_escape(set, p[1]) ? p + 2 : NULL;
    if (strchr("(){}|*+?^$]", *p) != NULL || (*p & 0x80) != 0)
        return NULL;
    if (*p == '.')
        memset(set, 0xff, 33);
    else
        add_byte(set, *p);
    return p + 1;
}

/* How often: -1 in *most is without end. */
static const char *read_times(const char *p, int *least, int *most)
{
    char *end;
    *least = *p == '?' || *p == '*' ? 0 : 1;
    *most = *p == '*' || *p == '+' ? -1 : 1;
    if (*p != '{')
        return *p == '?' || *p == '*' || *p == '+' ? p + 1 : p;
    if (!isdigit((unsigned char)p[1]))
        return NULL;
    long low = strtol(p + 1, &end, 10), high = low;
    if (*end == ',') {
        high = end[1] == '}' ? -1 : strtol(end + 1, &end, 10);
        end += high < 0;
    }
    if (*end != '}' || low < 0 || low > PLACES || high > PLACES || (high >= 0 && high < low))
        return NULL;
    *least = (int)low;
    *most = (int)high;
    return end + 1;
}

static bool add_places(struct shape *s, const unsigned char *set, int least, int most)
{
    int n = most < 0 ? (least > 0 ? least : 1) : most;
    if (s->n + n > PLACES)
        return false;
    for (int i = 0; i < n; i++, s->n++) {
        memcpy(s->set[s->n], set, 33);
        if (i >= least)
            s->skip |= UINT64_C(1) << s->n;
        if (most < 0 && i == n - 1)
            s->again |= UINT64_C(1) << s->n;
    }
    return true;
}

static bool compile(struct shape *s, const char *p)
{
    memset(s, 0, sizeof *s);
    p += *p == '^';
    while (*p != 0 && strcmp(p, "$") != 0) {
        int least, most;
        unsigned char set[33] = {0};
        if ((p = read_one(set, p)) == NULL || (p = read_times(p, &least, &most)) == NULL ||
            !add_places(s, set, least, most))
            return false;
    }
    return true;
}

/* Bit i: the next character may be taken by place i, or i == n: the end. */
static uint64_t spread(const struct shape *s, uint64_t at)
{
    for (int i = 0; i < s->n; i++)
        if ((at >> i & 1) != 0 && (s->skip >> i & 1) != 0)
            at |= UINT64_C(1) << (i + 1);
    return at;
}

static bool fits(const struct shape *s, const unsigned char *text)
{
    uint64_t at = spread(s, 1);
    for (; *text != 0 && at != 0; text++) {
        uint64_t next = 0;
        if ((*text & 0xc0) == 0x80)
            continue; /* the first byte stood for the whole character */
        for (int i = 0; i < s->n; i++)
            if ((at >> i & 1) != 0 && has_byte(s->set[i], *text))
                next |= UINT64_C(1) << (i + 1) | (s->again & UINT64_C(1) << i);
        at = spread(s, next);
    }
    return (at >> s->n & 1) != 0;
}

bool exprfn_shape(const char *pattern)
{
    struct shape s;
    return compile(&s, pattern);
}

void exprfn_shaped(sqlite3_context *to, int n, sqlite3_value **args)
{
    struct shape s;
    const unsigned char *text = sqlite3_value_text(args[0]), *pattern = sqlite3_value_text(args[1]);
    (void)n;
    if (expr_limit_over(sqlite3_user_data(to)))
        sqlite3_result_error_code(to, SQLITE_INTERRUPT);
    else if (text == NULL || pattern == NULL)
        return;
    else if (!compile(&s, (const char *)pattern))
        sqlite3_result_error(to, "this shape cannot be read", -1);
    else
        sqlite3_result_int(to, fits(&s, text));
}
