/* Owns: the hub's SQL in PostgreSQL's words, and the statements that are prepared. Invariant: a
 * text is translated once; what stands in quotes or behind -- is left alone. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/mem.h"
#include "sync/hub/db_pg.h"

enum { OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25 };

/* SQLite's words and PostgreSQL's. Texts are compared byte by byte, as SQLite does. */
static const struct word {
    const char *theirs, *ours;
    bool schema; /* only where a table is made */
} words[] = {
    {"INTEGER", "bigint", false},
    {"BLOB", "bytea", false},
    {"TEXT", "text COLLATE \"C\"", true},
    {"STRICT", "", true},
    {"json_group_array", "json_agg", false},
    {"json_object", "json_build_object", false},
    {"->>", "::json ->>", false},
};

static const struct word *word_at(const char *at, bool schema)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i].theirs);
        bool whole =
            !isalpha((unsigned char)*at) || (!isalnum((unsigned char)at[n]) && at[n] != '_');
        if (strncmp(at, words[i].theirs, n) == 0 && whole && (schema || !words[i].schema))
            return &words[i];
    }
    return NULL;
}

/* How many bytes stand there that mean nothing: a quoted text, or a remark. */
static size_t quoted(const char *at)
{
    if (*at == '\'' || *at == '"') {
        const char *end = strchr(at + 1, *at);
        return end != NULL ? (size_t)(end - at) + 1 : strlen(at);
    }
    return strncmp(at, "--", 2) == 0 ? strcspn(at, "\n") : 0;
}

char *pg_words(const char *sql, bool schema)
{
    struct buf out = BUF_INIT;
    char before = 0;
    while (*sql != 0) {
        size_t n = quoted(sql);
        const struct word *w = n == 0 && !isalnum((unsigned char)before) && before != '_'
                                   ? word_at(sql, schema)
                                   : NULL;
        if (w != NULL) {
            buf_text(&out, w->ours);
            n = strlen(w->theirs);
        } else {
            n = n > 0 ? n : 1;
            buf_add(&out, *sql == '?' ? "$" : sql, n);
        }
        before = sql[n - 1];
        sql += n;
    }
    buf_byte(&out, 0);
    return buf_take(&out);
}

/* --- prepared ----------------------------------------------------------------------------------
 */

static size_t place_of(const struct pg *p, const char *sql)
{
    size_t i = (size_t)((uintptr_t)sql >> 3) * 2654435761u;
    while (p->kept[i & (p->room - 1)].sql != NULL && p->kept[i & (p->room - 1)].sql != sql)
        i++;
    return i & (p->room - 1);
}

static void make_room(struct pg *p)
{
    struct pg_kept *old = p->kept;
    size_t n = p->room;
    p->room = n > 0 ? n * 2 : 256;
    p->kept = mem_alloc(p->room * sizeof *p->kept);
    for (size_t i = 0; i < n; i++)
        if (old[i].sql != NULL)
            p->kept[place_of(p, old[i].sql)] = old[i];
    free(old);
}

void pg_forget(struct pg *p)
{
    for (size_t i = 0; i < p->room; i++)
        p->kept[i].name[0] = 0;
}

/* The types are told: PostgreSQL does not guess that of "?1 IS NULL". */
static void types_of(const struct hub_value *v, size_t n, Oid types[HUB_VALUES])
{
    for (size_t i = 0; i < n; i++)
        types[i] = v[i].letter == 'i' ? OID_INT8 : v[i].letter == 'b' ? OID_BYTEA : OID_TEXT;
}

static bool prepare(struct pg *p, struct pg_kept *k, const struct hub_value *v, size_t n)
{
    Oid types[HUB_VALUES];
    types_of(v, n, types);
    snprintf(k->name, sizeof k->name, "s%u", ++p->names);
    p->pending++;
    return p->lib->PQsendPrepare(p->conn, k->name, k->text, (int)n, types) == 1;
}

const char *pg_prepared(struct pg *p, const char *sql, const struct hub_value *v, size_t n)
{
    if (p->used * 2 >= p->room)
        make_room(p);
    struct pg_kept *k = &p->kept[place_of(p, sql)];
    if (k->sql == NULL) {
        k->sql = sql;
        char *apart = p->apart ? pg_apart(sql) : NULL;
        k->text = pg_words(apart != NULL ? apart : sql, false);
        free(apart);
        p->used++;
    }
    if (k->name[0] == 0 && !prepare(p, k, v, n))
        return NULL;
    return k->name;
}

/* --- values ------------------------------------------------------------------------------------
 */

void pg_bind(struct pg_bound *b, const struct hub_value *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        b->format[i] = 1;
        b->at[i] = v[i].type == HUB_NULL ? NULL : v[i].bytes;
        b->len[i] = (int)v[i].len;
        if (v[i].type == HUB_TEXT)
            b->len[i] = (int)strlen(v[i].bytes);
        if (v[i].type == HUB_INT) {
            for (int k = 0; k < 8; k++)
                b->number[i][k] = (unsigned char)((uint64_t)v[i].number >> (56 - 8 * k));
            b->at[i] = (const char *)b->number[i];
            b->len[i] = 8;
        }
    }
}

char *pg_declare(struct pg *p, const char *sql, const struct hub_value *v, size_t n, char **fetch)
{
    Oid types[HUB_VALUES];
    struct pg_bound b;
    char *text = pg_words(sql, false), *name = mem_printf("c%u", ++p->names);
    char *whole = mem_printf("DECLARE %s NO SCROLL CURSOR FOR %s", name, text);
    *fetch = mem_printf("FETCH 500 FROM %s", name);
    types_of(v, n, types);
    pg_bind(&b, v, n);
    p->pending++;
    p->statements++;
    if (p->lib->PQsendQueryParams(p->conn, whole, (int)n, types, b.at, b.len, b.format, 1) != 1) {
        err_set(ERR_STORE_DOWN, NULL, NULL);
        free(name);
        name = NULL;
    }
    free(whole);
    free(text);
    return name;
}
