/* Owns: how a list is read. Invariant: the statement is reset before any row is handed out. */
#include "kiosk/desk/listing.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/person.h"

#define PIECE 64 /* rows read at a time */

static void bind_named(sqlite3_stmt *q, const char *name, int64_t value)
{
    int i = sqlite3_bind_parameter_index(q, name);
    if (i > 0)
        store_bind_int(q, i, value);
}

static void bind_named_text(sqlite3_stmt *q, const char *name, const char *value)
{
    int i = sqlite3_bind_parameter_index(q, name);
    if (i > 0)
        store_bind_text(q, i, value);
}

struct place place_first(const struct listing *l, const struct view_query *v)
{
    if (l->due != 0)
        return (struct place){INT64_MIN, INT64_MIN, INT64_MIN, ""};
    if (v->to != CLOCK_NONE)
        return (struct place){v->to, INT64_MIN, INT64_MIN, ""};
    return (struct place){INT64_MAX, INT64_MAX, INT64_MAX, ""};
}

const char *listing_sql(const struct listing *l, const struct view_query *v)
{
    if (v->item != NULL && l->of_item != NULL)
        return l->of_item;
    return v->state != NULL && l->by_state != NULL ? l->by_state : l->sql;
}

static enum err open_piece(struct site *s, const struct piece *p, sqlite3_stmt **out)
{
    sqlite3_stmt *q = store_sql(s->j.store, p->sql);
    *out = q;
    if (q == NULL)
        return err_last();
    bind_named(q, ":from", p->v->from);
    bind_named(q, ":to", p->v->to != CLOCK_NONE ? p->v->to : INT64_MAX);
    bind_named(q, ":at", p->behind.at);
    bind_named(q, ":epoch", p->behind.epoch);
    bind_named(q, ":seq", p->behind.seq);
    bind_named(q, ":n", p->n);
    bind_named_text(q, ":state", p->v->state);
    bind_named_text(q, ":item", p->v->item);
    bind_named_text(q, ":due", p->behind.due);
    bind_named_text(q, ":arg", p->arg);
    bind_named_text(q, ":key", p->key);
    return ERR_OK;
}

/* A row without a day comes last, as the statement sorts it. */
static struct place place_of(const struct listing *l, sqlite3_stmt *q)
{
    struct place at = {store_int(q, 0), store_int(q, 1), store_int(q, 2), ""};
    const char *due = l->due != 0 ? store_text(q, l->due) : "";
    snprintf(at.due, sizeof at.due, "%s", l->due != 0 && *due == 0 ? "9999" : due);
    return at;
}

enum err listing_piece(struct site *s, const struct listing *l, struct piece *p, row_at_fn *take,
                       void *to)
{
    bool row = false;
    sqlite3_stmt *q;
    enum err rc = open_piece(s, p, &q);
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &row)) == ERR_OK && row) {
        p->behind = place_of(l, q);
        if (p->want == NULL || p->want(to, q))
            take(to, &p->behind, l->make(q));
    }
    return rc;
}

static void append_row(void *rows, const struct place *at, json_t *row)
{
    (void)at;
    json_array_append_new(rows, row);
}

bool match_text(const char *text, const char *like)
{
    return text != NULL && strcasestr(text, like) != NULL;
}

bool match_person(struct site *s, const char *id, const char *like)
{
    const struct person *p;
    if (id == NULL || !s->j.unlocked || person_find(s, id, &p) != ERR_OK)
        return false;
    return match_text(p->name, like) || match_text(p->id_no, like) || match_text(p->phone, like);
}

/* By the catalogue's own way: name, department, pinyin initials. */
static bool match_item(struct site *s, const char *code, const char *like)
{
    struct catalogue *c;
    if (code == NULL || site_catalogue(s, &c) != ERR_OK)
        return false;
    const json_t *item = catalogue_find(c, code);
    return item != NULL && catalogue_match(item, like);
}

static bool matches(struct site *s, const struct listing *l, const json_t *row, const char *like)
{
    for (const char *const *m = l->match; m != NULL && *m != NULL; m++)
        if (match_text(js_str(row, *m), like))
            return true;
    return match_item(s, js_str(row, "item"), like) || match_person(s, js_str(row, "person"), like);
}

struct count {
    int64_t skip, left;
};

static enum err hand_out(struct site *s, const struct listing *l, const struct view_query *v,
                         json_t *rows, struct count *c, row_fn *row, void *to)
{
    size_t i;
    json_t *one;
    bool filter = v->like != NULL && *v->like != 0;
    enum err rc = ERR_OK;
    json_array_foreach(rows, i, one)
    {
        if (!filter && c->skip > 0) {
            c->skip--;
            continue;
        }
        rc = l->fill != NULL ? l->fill(s, one) : ERR_OK;
        if (rc == ERR_OK && filter && !matches(s, l, one, v->like))
            continue;
        if (rc == ERR_OK && c->skip > 0) {
            c->skip--;
            continue;
        }
        if (rc == ERR_OK)
            rc = row(to, one);
        if (rc != ERR_OK || --c->left == 0)
            break;
    }
    return rc;
}

static int64_t piece_size(const struct view_query *v, const struct count *c)
{
    bool filter = v->like != NULL && *v->like != 0;
    int64_t want = c->left > 0 ? c->left + c->skip : PIECE;
    return filter || want > PIECE ? PIECE : want;
}

enum err listing_each(struct site *s, const struct listing *l, const char *arg,
                      const struct view_query *v, row_fn *row, void *to)
{
    struct piece p = {.sql = listing_sql(l, v), .arg = arg, .v = v, .behind = place_first(l, v)};
    struct count c = {v->offset, v->limit > 0 ? v->limit : -1};
    enum err rc = ERR_OK;
    if (l->by_person != NULL && s->j.unlocked && v->like != NULL && *v->like != 0)
        return listing_search(s, l, arg, v, row, to);
    for (size_t got = 1; rc == ERR_OK && got > 0 && c.left != 0;) {
        json_t *rows = json_array();
        p.n = piece_size(v, &c);
        rc = listing_piece(s, l, &p, append_row, rows);
        got = json_array_size(rows);
        if (rc == ERR_OK)
            rc = hand_out(s, l, v, rows, &c, row, to);
        json_decref(rows);
    }
    return rc;
}
