/* Owns: how a list is read. Invariant: the statement is reset before any row is handed out. */
#include "kiosk/desk/listing.h"

#include <string.h>
#include <strings.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/person.h"

#define PIECE 64 /* rows read at a time */

struct place {
    int64_t at, epoch, seq;
};

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

static enum err open_piece(struct site *s, const struct listing *l, const char *arg,
                           const struct view_query *v, const struct place *behind, int64_t n,
                           sqlite3_stmt **out)
{
    bool by_state = v->state != NULL && l->by_state != NULL;
    sqlite3_stmt *q = store_sql(s->j.store, by_state ? l->by_state : l->sql);
    *out = q;
    if (q == NULL)
        return err_last();
    bind_named(q, ":from", v->from);
    bind_named(q, ":to", v->to != CLOCK_NONE ? v->to : INT64_MAX);
    bind_named(q, ":at", behind->at);
    bind_named(q, ":epoch", behind->epoch);
    bind_named(q, ":seq", behind->seq);
    bind_named(q, ":n", n);
    bind_named_text(q, ":state", v->state);
    bind_named_text(q, ":arg", arg);
    return ERR_OK;
}

static enum err read_piece(struct site *s, const struct listing *l, const char *arg,
                           const struct view_query *v, struct place *behind, int64_t n,
                           json_t *rows)
{
    bool row = false;
    sqlite3_stmt *q;
    enum err rc = open_piece(s, l, arg, v, behind, n, &q);
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &row)) == ERR_OK && row) {
        *behind = (struct place){store_int(q, 0), store_int(q, 1), store_int(q, 2)};
        json_array_append_new(rows, l->make(q));
    }
    return rc;
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
    struct place behind = {INT64_MAX, INT64_MAX, INT64_MAX};
    struct count c = {v->offset, v->limit > 0 ? v->limit : -1};
    enum err rc = ERR_OK;
    for (size_t got = 1; rc == ERR_OK && got > 0 && c.left != 0;) {
        json_t *rows = json_array();
        rc = read_piece(s, l, arg, v, &behind, piece_size(v, &c), rows);
        got = json_array_size(rows);
        if (rc == ERR_OK)
            rc = hand_out(s, l, v, rows, &c, row, to);
        json_decref(rows);
    }
    return rc;
}
