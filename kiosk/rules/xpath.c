/* Owns: the translation of XLSForm expressions. A recursive descent over the text, one level of
 * binding after the other; each part brings its SQL and its type.
 * Invariant: an answer that is not there counts as XPath has it: it equals '', it is unequal to
 * everything else, and no order holds for it. */
#include "kiosk/rules/xpath.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/mem.h"
#include "kiosk/rules/exprfn.h"

#define DEPTH_MAX 20
#define ARGS_MAX 8
#define TEXT_MAX 4000

struct part {
    char *sql; /* owned */
    enum xtype type;
    bool literal, empty; /* a text as it stands; '' */
};

struct reader {
    const char *p;
    const struct xscope *scope;
    int depth;
    enum err rc;
};

static void fail(struct reader *r, const char *why, ...) __attribute__((format(printf, 2, 3)));
static void fail(struct reader *r, const char *why, ...)
{
    char text[200];
    va_list args;
    if (r->rc != ERR_OK)
        return;
    va_start(args, why);
    vsnprintf(text, sizeof text, why, args);
    va_end(args);
    r->rc = err_set(ERR_DEFINITION, NULL, "%s", text);
}

/* Takes the parts over. */
static struct part made(enum xtype type, char *sql, struct part *parts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(parts[i].sql);
    return (struct part){.sql = sql, .type = type};
}

static void space(struct reader *r)
{
    while (isspace((unsigned char)*r->p))
        r->p++;
}

/* A sign or a word as the next thing; a word ends where it ends. */
static bool take(struct reader *r, const char *what)
{
    size_t n = strlen(what);
    space(r);
    if (strncmp(r->p, what, n) != 0)
        return false;
    if (isalpha((unsigned char)*what) &&
        (isalnum((unsigned char)r->p[n]) || r->p[n] == '_' || r->p[n] == '-'))
        return false;
    r->p += n;
    return true;
}

static struct part read_or(struct reader *r);

/* --- leaves ------------------------------------------------------------------------------------
 */

static struct part text_of(const char *text, size_t len)
{
    char *sql = mem_alloc(2 * len + 3), *out = sql;
    *out++ = '\'';
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\'')
            *out++ = '\'';
        *out++ = text[i];
    }
    *out++ = '\'';
    *out = 0;
    return (struct part){sql, X_TEXT, true, len == 0};
}

static struct part read_text(struct reader *r)
{
    char quote = *r->p;
    const char *end = strchr(r->p + 1, quote);
    if (end == NULL) {
        fail(r, "a text does not end");
        return text_of("", 0);
    }
    const char *from = r->p + 1;
    r->p = end + 1;
    return text_of(from, (size_t)(end - from));
}

static struct part read_number(struct reader *r)
{
    const char *from = r->p;
    while (isdigit((unsigned char)*r->p) || *r->p == '.')
        r->p++;
    char *sql = mem_strndup(from, (size_t)(r->p - from)), *end;
    strtod(sql, &end);
    if (*end != 0)
        fail(r, "'%.20s' is no number", sql);
    return (struct part){.sql = sql, .type = X_NUMBER};
}

static struct part field_part(const struct xfield *f)
{
    return (struct part){.sql = mem_strdup(f->id), .type = f->type};
}

static struct part nothing(void)
{
    return (struct part){.sql = mem_strdup("NULL"), .type = X_ANY};
}

static struct part read_field(struct reader *r)
{
    const char *end = strchr(r->p, '}');
    size_t len = end != NULL ? (size_t)(end - r->p - 2) : 0;
    const char *name = r->p + 2;
    r->p = end != NULL ? end + 1 : r->p + strlen(r->p);
    for (size_t i = 0; i < r->scope->n_fields; i++)
        if (strlen(r->scope->fields[i].from) == len &&
            memcmp(r->scope->fields[i].from, name, len) == 0)
            return field_part(&r->scope->fields[i]);
    fail(r, "no question '%.*s' stands before this one", (int)(len < 40 ? len : 40), name);
    return nothing();
}

static struct part read_self(struct reader *r)
{
    r->p++;
    if (*r->p == '.' || *r->p == '/') {
        fail(r, "paths ('../x') are not supported: use ${x}");
        return nothing();
    }
    if (r->scope->self == NULL) {
        fail(r, "'.' has a meaning in a constraint only");
        return nothing();
    }
    return field_part(r->scope->self);
}

/* --- functions ---------------------------------------------------------------------------------
 */

typedef struct part call_fn(struct reader *r, struct part *args, size_t n);

static struct part call_selected(struct reader *r, struct part *a, size_t n)
{
    (void)r;
    return a[0].type == X_LIST ? made(X_BOOL,
                                      mem_printf("coalesce(instr(%s, ',' || %s || ',') > 0, 0)",
                                                 a[0].sql, a[1].sql),
                                      a, n)
                               : made(X_BOOL, mem_printf("(%s IS %s)", a[0].sql, a[1].sql), a, n);
}

static struct part call_count(struct reader *r, struct part *a, size_t n)
{
    if (a[0].type != X_LIST)
        fail(r, "count-selected() asks for a select_multiple");
    return made(X_NUMBER, mem_printf("picked(%s)", a[0].sql), a, n);
}

static struct part call_if(struct reader *r, struct part *a, size_t n)
{
    (void)r;
    enum xtype type = a[1].type == a[2].type ? a[1].type
                      : a[1].empty           ? a[2].type
                      : a[2].empty           ? a[1].type
                                             : X_ANY;
    const char *yes = a[1].empty ? "NULL" : a[1].sql, *no = a[2].empty ? "NULL" : a[2].sql;
    return made(type, mem_printf("iif(%s, %s, %s)", a[0].sql, yes, no), a, n);
}

static struct part call_coalesce(struct reader *r, struct part *a, size_t n)
{
    (void)r;
    enum xtype type = a[0].type == a[1].type || a[1].empty ? a[0].type : X_ANY;
    return made(type, mem_printf("coalesce(%s, %s)", a[0].sql, a[1].sql), a, n);
}

static struct part call_regex(struct reader *r, struct part *a, size_t n)
{
    char *pattern = mem_strndup(a[1].sql + 1, strlen(a[1].sql) > 2 ? strlen(a[1].sql) - 2 : 0);
    if (!a[1].literal || strchr(pattern, '\'') != NULL || !exprfn_shape(pattern))
        fail(r, "this regular expression is not supported: no groups and no alternatives, at most"
                " 62 characters");
    free(pattern);
    return made(
        X_BOOL,
        mem_printf("shaped(coalesce(%s, ''), %s)", a[0].sql, a[1].literal ? a[1].sql : "''"), a, n);
}

static struct part call_date(struct reader *r, struct part *a, size_t n)
{
    if (!a[0].literal && a[0].type != X_DATE && a[0].type != X_TEXT)
        fail(r, "date() takes a text like '2024-01-31'");
    return made(X_DATE, mem_strdup(a[0].sql), a, n);
}

static struct part call_concat(struct reader *r, struct part *a, size_t n)
{
    char *all = NULL;
    (void)r;
    for (size_t i = 0; i < n; i++) {
        char *more = mem_printf("%s%scoalesce(%s, '')", all != NULL ? all : "",
                                all != NULL ? " || " : "", a[i].sql);
        free(all);
        all = more;
    }
    char *sql = mem_printf("(%s)", all != NULL ? all : "''");
    free(all);
    return made(X_TEXT, sql, a, n);
}

static struct part call_starts(struct reader *r, struct part *a, size_t n)
{
    (void)r;
    return made(
        X_BOOL,
        mem_printf("coalesce(substr(%s, 1, length(%s)) = %s, 0)", a[0].sql, a[1].sql, a[1].sql), a,
        n);
}

static struct part call_join(struct reader *r, struct part *a, size_t n, const char *name)
{
    char *sql = mem_printf("%s(%s", name, a[0].sql);
    (void)r;
    for (size_t i = 1; i < n; i++) {
        char *more = mem_printf("%s, %s", sql, a[i].sql);
        free(sql);
        sql = more;
    }
    char *whole = mem_printf("%s)", sql);
    free(sql);
    return made(X_NUMBER, whole, a, n);
}

static struct part call_max(struct reader *r, struct part *a, size_t n)
{
    return call_join(r, a, n, "max");
}

static struct part call_min(struct reader *r, struct part *a, size_t n)
{
    return call_join(r, a, n, "min");
}

static struct part call_round(struct reader *r, struct part *a, size_t n)
{
    return call_join(r, a, n, "round");
}

/* A row with `sql` says it with its arguments put in, in their order. */
static const struct row {
    const char *name;
    size_t least, most;
    enum xtype type;
    const char *sql;
    call_fn *call;
} functions[] = {
    {"selected", 2, 2, X_BOOL, NULL, call_selected},
    {"count-selected", 1, 1, X_NUMBER, NULL, call_count},
    {"if", 3, 3, X_ANY, NULL, call_if},
    {"coalesce", 2, 2, X_ANY, NULL, call_coalesce},
    {"regex", 2, 2, X_BOOL, NULL, call_regex},
    {"date", 1, 1, X_DATE, NULL, call_date},
    {"concat", 1, ARGS_MAX, X_TEXT, NULL, call_concat},
    {"starts-with", 2, 2, X_BOOL, NULL, call_starts},
    {"max", 2, ARGS_MAX, X_NUMBER, NULL, call_max},
    {"min", 2, ARGS_MAX, X_NUMBER, NULL, call_min},
    {"round", 1, 2, X_NUMBER, NULL, call_round},
    {"not", 1, 1, X_BOOL, "(NOT coalesce(%s, 0))", NULL},
    {"today", 0, 0, X_DATE, "today", NULL},
    {"now", 0, 0, X_MOMENT, "now", NULL},
    {"true", 0, 0, X_BOOL, "1", NULL},
    {"false", 0, 0, X_BOOL, "0", NULL},
    {"string-length", 1, 1, X_NUMBER, "length(coalesce(%s, ''))", NULL},
    {"contains", 2, 2, X_BOOL, "coalesce(instr(%s, %s) > 0, 0)", NULL},
    {"abs", 1, 1, X_NUMBER, "abs(%s)", NULL},
    {"number", 1, 1, X_NUMBER, "CAST(%s AS REAL)", NULL},
    {"int", 1, 1, X_NUMBER, "CAST(%s AS INTEGER)", NULL},
    {"string", 1, 1, X_TEXT, "CAST(%s AS TEXT)", NULL},
    {"boolean", 1, 1, X_BOOL, "coalesce(%s, 0)", NULL},
    {"decimal-date-time", 1, 1, X_NUMBER, "(hours(%s) / 24)", NULL},
    {"once", 1, 1, X_ANY, "%s", NULL},
};

static const struct row *function_of(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (strlen(functions[i].name) == len && memcmp(functions[i].name, name, len) == 0)
            return &functions[i];
    return NULL;
}

/* A row's own SQL; %s stands for each argument in turn. */
static char *filled(const char *sql, const struct part *args, size_t n)
{
    char *out = mem_strdup("");
    for (size_t i = 0; *sql != 0; i++) {
        const char *hole = strstr(sql, "%s");
        size_t len = hole != NULL ? (size_t)(hole - sql) : strlen(sql);
        char *more =
            mem_printf("%s%.*s%s", out, (int)len, sql, hole != NULL && i < n ? args[i].sql : "");
        free(out);
        out = more;
        sql += len + (hole != NULL ? 2 : 0);
    }
    return out;
}

static size_t read_args(struct reader *r, struct part args[ARGS_MAX])
{
    size_t n = 0;
    if (take(r, ")"))
        return 0;
    do {
        if (n == ARGS_MAX) {
            fail(r, "more than %d arguments", ARGS_MAX);
            return n;
        }
        args[n++] = read_or(r);
    } while (r->rc == ERR_OK && take(r, ","));
    if (r->rc == ERR_OK && !take(r, ")"))
        fail(r, "a bracket is not closed");
    return n;
}

static struct part read_call(struct reader *r)
{
    size_t len = strspn(r->p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_:");
    const struct row *row = function_of(r->p, len);
    const char *name = r->p;
    r->p += len;
    if (len == 0 || !take(r, "(")) {
        fail(r, len == 0 ? "a value is missing" : "'%.*s' has no meaning here",
             (int)(len < 40 ? len : 40), name);
        return nothing();
    }
    if (row == NULL) {
        fail(r, "the function %.*s() is not supported", (int)(len < 40 ? len : 40), name);
        return nothing();
    }
    struct part args[ARGS_MAX] = {{0}};
    size_t n = read_args(r, args);
    if (r->rc == ERR_OK && (n < row->least || n > row->most))
        fail(r, "%s() does not take %zu arguments", row->name, n);
    if (r->rc != ERR_OK)
        return made(X_ANY, mem_strdup("NULL"), args, n);
    enum xtype type = row->type == X_ANY ? args[0].type : row->type;
    struct part out =
        row->call != NULL ? row->call(r, args, n) : made(type, filled(row->sql, args, n), args, n);
    if (strlen(out.sql) > 2 * TEXT_MAX) /* some say an argument twice */
        fail(r, "too long");
    return out;
}

static struct part read_primary(struct reader *r)
{
    space(r);
    if (r->rc != ERR_OK || ++r->depth > DEPTH_MAX) {
        fail(r, "nested too deep");
        return nothing();
    }
    struct part out;
    if (*r->p == '\'' || *r->p == '"') {
        out = read_text(r);
    } else if (isdigit((unsigned char)*r->p) || (*r->p == '.' && isdigit((unsigned char)r->p[1]))) {
        out = read_number(r);
    } else if (*r->p == '$' && r->p[1] == '{') {
        out = read_field(r);
    } else if (*r->p == '.') {
        out = read_self(r);
    } else if (take(r, "(")) {
        struct part in = read_or(r);
        if (r->rc == ERR_OK && !take(r, ")"))
            fail(r, "a bracket is not closed");
        out = made(in.type, mem_printf("(%s)", in.sql), &in, 1);
    } else if (take(r, "-")) {
        struct part in = read_primary(r);
        out = made(X_NUMBER, mem_printf("(- %s)", in.sql), &in, 1);
    } else {
        out = read_call(r);
    }
    r->depth--;
    return out;
}

/* --- levels of binding -------------------------------------------------------------------------
 */

/* XPath reckons with days: a day or a moment in a sum counts as such. */
static char *as_number(const struct part *p)
{
    return p->type == X_DATE     ? mem_printf("days(%s)", p->sql)
           : p->type == X_MOMENT ? mem_printf("(hours(%s) / 24)", p->sql)
                                 : mem_strdup(p->sql);
}

static struct part two_numbers(struct part a, const char *sign, struct part b)
{
    struct part both[] = {a, b};
    char *left = as_number(&a), *right = as_number(&b);
    char *sql = mem_printf("(%s %s %s)", left, sign, right);
    free(left);
    free(right);
    return made(X_NUMBER, sql, both, 2);
}

static struct part read_product(struct reader *r)
{
    struct part left = read_primary(r);
    for (;;) {
        if (take(r, "*"))
            left = two_numbers(left, "*", read_primary(r));
        else if (take(r, "div"))
            left = two_numbers(left, "* 1.0 /", read_primary(r));
        else if (take(r, "mod"))
            left = two_numbers(left, "%", read_primary(r));
        else
            return left;
        if (r->rc != ERR_OK)
            return left;
    }
}

static struct part read_sum(struct reader *r)
{
    struct part left = read_product(r);
    for (;;) {
        if (take(r, "+"))
            left = two_numbers(left, "+", read_product(r));
        else if (take(r, "-"))
            left = two_numbers(left, "-", read_product(r));
        else
            return left;
        if (r->rc != ERR_OK)
            return left;
    }
}

static bool is_time(enum xtype type)
{
    return type == X_DATE || type == X_MOMENT || type == X_TIME;
}

/* A number beside a text that holds one compares as the side does that is a question. */
static void alike(struct part *a, struct part *b)
{
    struct part *sides[] = {a, b};
    for (int i = 0; i < 2; i++) {
        struct part *text = sides[i], *other = sides[1 - i];
        size_t len = strlen(text->sql);
        if (text->literal && !text->empty && other->type == X_NUMBER &&
            strspn(text->sql + 1, "0123456789.") == len - 2) {
            memmove(text->sql, text->sql + 1, len - 2);
            text->sql[len - 2] = 0;
            text->type = X_NUMBER;
            text->literal = false;
        }
        if (other->type == X_TEXT && text->type == X_NUMBER &&
            strspn(text->sql, "0123456789.") == len) {
            char *quoted = mem_printf("'%s'", text->sql);
            free(text->sql);
            text->sql = quoted;
            text->type = X_TEXT;
        }
    }
    for (int i = 0; i < 2; i++)
        if (is_time(a->type) && is_time(b->type) && (a->type != X_DATE || b->type != X_DATE)) {
            char *hours = mem_printf("hours(%s)", sides[i]->sql);
            free(sides[i]->sql);
            sides[i]->sql = hours;
        }
}

static struct part compare(struct reader *r, struct part a, const char *sign, struct part b)
{
    struct part both[] = {a, b};
    if ((a.type == X_LIST && !b.empty) || (b.type == X_LIST && !a.empty))
        fail(r, "of a select_multiple, selected() is asked");
    bool same = strcmp(sign, "=") == 0, other = strcmp(sign, "!=") == 0;
    alike(&both[0], &both[1]);
    if ((same || other) && (both[0].empty || both[1].empty))
        return made(X_BOOL,
                    mem_printf("(%s IS %sNULL)", both[both[0].empty].sql, other ? "NOT " : ""),
                    both, 2);
    if (same || other)
        return made(X_BOOL,
                    mem_printf("(%s IS %s%s)", both[0].sql, other ? "NOT " : "", both[1].sql), both,
                    2);
    return made(X_BOOL, mem_printf("coalesce(%s %s %s, 0)", both[0].sql, sign, both[1].sql), both,
                2);
}

static struct part read_comparison(struct reader *r)
{
    static const char *const signs[] = {"!=", "<=", ">=", "=", "<", ">"};
    struct part left = read_sum(r);
    for (size_t i = 0; r->rc == ERR_OK && i < sizeof signs / sizeof *signs; i++)
        if (take(r, signs[i])) {
            left = compare(r, left, signs[i], read_sum(r));
            i = (size_t)-1; /* a = b != c: from the left */
        }
    return left;
}

/* What is not there, and 0, is false; any text is true. */
static struct part joined(struct part a, const char *word, struct part b)
{
    struct part both[] = {a, b};
    const char *behind[2];
    for (int i = 0; i < 2; i++)
        behind[i] = both[i].type == X_BOOL || both[i].type == X_NUMBER ? "" : " IS NOT NULL";
    return made(X_BOOL,
                mem_printf("(%s%s %s %s%s)", both[0].sql, behind[0], word, both[1].sql, behind[1]),
                both, 2);
}

static struct part read_and(struct reader *r)
{
    struct part left = read_comparison(r);
    while (r->rc == ERR_OK && take(r, "and"))
        left = joined(left, "AND", read_comparison(r));
    return left;
}

static struct part read_or(struct reader *r)
{
    struct part left = read_and(r);
    while (r->rc == ERR_OK && take(r, "or"))
        left = joined(left, "OR", read_and(r));
    return left;
}

enum err xpath_sql(const char *text, const struct xscope *scope, char **sql, enum xtype *type)
{
    struct reader r = {.p = text, .scope = scope};
    *sql = NULL;
    if (strlen(text) > TEXT_MAX)
        return err_set(ERR_DEFINITION, NULL, "an expression of more than %d bytes", TEXT_MAX);
    struct part whole = read_or(&r);
    space(&r);
    if (r.rc == ERR_OK && *r.p != 0)
        fail(&r, "'%.20s' has no meaning here", r.p);
    *type = whole.type;
    if (r.rc == ERR_OK)
        *sql = whole.sql;
    else
        free(whole.sql);
    return r.rc;
}
