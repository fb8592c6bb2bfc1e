/* Owns: searching a list by who and what answers, instead of row by row.
 * Invariant: it gives the rows that a look at each of them would give, in the same order. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/roll.h"

#define KEYS_MIN 400 /* up to that many are always asked for one by one */
#define KEY_COST 8   /* a person's rows against a row passed by */
#define PIECE 256
#define ID_COLUMN 3 /* behind at, epoch, seq, wherever there are ids */

struct found {
    struct place at;
    json_t *row;
};

struct search {
    struct site *s;
    const struct listing *l;
    const struct view_query *v;
    struct roll_hits people;
    json_t *items; /* codes -> true */
    char id[ENTRY_ID];
    struct found *rows;
    size_t n;
};

/* --- who and what answers ----------------------------------------------------------------------
 */

static enum err find_items(struct search *f)
{
    struct catalogue *c;
    enum err rc = site_catalogue(f->s, &c);
    for (size_t i = 0; rc == ERR_OK && i < catalogue_count(c); i++)
        if (catalogue_match(catalogue_at(c, i), f->v->like))
            json_object_set_new(f->items, js_str(catalogue_at(c, i), "code"), json_true());
    return rc;
}

static enum err find_keys(struct search *f)
{
    enum err rc = roll_find(f->s, f->v->like, &f->people);
    if (rc == ERR_OK)
        rc = find_items(f);
    if (rc == ERR_OK && f->l->number != NULL && f->l->number(f->s, f->v->like, f->id) != ERR_OK)
        f->id[0] = 0; /* not a number: it may be a name all the same */
    return rc;
}

static bool answers(void *to, sqlite3_stmt *q)
{
    const struct search *f = to;
    return roll_hit(&f->people, store_text(q, f->l->person)) ||
           json_object_get(f->items, store_text(q, f->l->item)) != NULL ||
           (f->id[0] != 0 && strcmp(store_text(q, ID_COLUMN), f->id) == 0);
}

/* --- rows --------------------------------------------------------------------------------------
 */

static void keep_row(void *to, const struct place *at, json_t *row)
{
    struct search *f = to;
    if (f->n % 64 == 0)
        f->rows = mem_grow(f->rows, (f->n + 64) * sizeof *f->rows);
    f->rows[f->n++] = (struct found){*at, row};
}

static int64_t most(const struct view_query *v)
{
    return v->limit > 0 ? v->offset + v->limit : -1;
}

static enum err read_key(struct search *f, const char *sql, const char *key, const char *arg)
{
    struct piece p = {.sql = sql, .key = key, .arg = arg, .v = f->v};
    p.behind = place_first(f->l, f->v);
    p.n = most(f->v);
    return listing_piece(f->s, f->l, &p, keep_row, f);
}

static enum err read_keys(struct search *f, const char *arg)
{
    const char *code;
    json_t *value;
    enum err rc = ERR_OK;
    for (size_t i = 0; rc == ERR_OK && i < f->people.n; i++)
        rc = read_key(f, f->l->by_person, f->people.ids[i], arg);
    json_object_foreach(f->items, code, value)
    {
        if (rc == ERR_OK)
            rc = read_key(f, f->l->by_item, code, arg);
    }
    if (rc == ERR_OK && f->id[0] != 0)
        rc = read_key(f, f->l->by_id, f->id, arg);
    return rc;
}

static enum err walk(struct search *f, const char *arg)
{
    struct piece p = {.sql = listing_sql(f->l, f->v), .arg = arg, .v = f->v, .want = answers};
    struct place before;
    p.behind = place_first(f->l, f->v);
    enum err rc = ERR_OK;
    p.n = PIECE;
    do {
        before = p.behind;
        rc = listing_piece(f->s, f->l, &p, keep_row, f);
    } while (rc == ERR_OK && memcmp(&before, &p.behind, sizeof before) != 0 &&
             (most(f->v) < 0 || (int64_t)f->n < most(f->v)));
    return rc;
}

/* Asking for each costs so much a person; walking passes so many rows by until enough answer, the
 * fewer the more people do. */
static bool few(const struct search *f)
{
    int64_t n = (int64_t)f->people.n;
    return n <= KEYS_MIN || most(f->v) < 0 ||
           n * n * KEY_COST <= most(f->v) * (int64_t)f->people.of;
}

static int newest_first(const void *a, const void *b)
{
    const struct place *x = &((const struct found *)a)->at, *y = &((const struct found *)b)->at;
    if (x->at != y->at)
        return x->at < y->at ? 1 : -1;
    if (x->epoch != y->epoch)
        return x->epoch < y->epoch ? 1 : -1;
    return (x->seq < y->seq) - (x->seq > y->seq);
}

static int soonest_first(const void *a, const void *b)
{
    int days = strcmp(((const struct found *)a)->at.due, ((const struct found *)b)->at.due);
    return days != 0 ? days : newest_first(b, a);
}

/* A row that two keys gave is handed out once. */
static enum err hand_out(struct search *f, row_fn *row, void *to)
{
    int64_t place = 0;
    enum err rc = ERR_OK;
    if (f->n > 0)
        qsort(f->rows, f->n, sizeof *f->rows, f->l->due != 0 ? soonest_first : newest_first);
    for (size_t i = 0; rc == ERR_OK && i < f->n; i++) {
        if ((i > 0 && newest_first(&f->rows[i - 1], &f->rows[i]) == 0) || place++ < f->v->offset)
            continue;
        if (most(f->v) >= 0 && place > most(f->v))
            break;
        rc = f->l->fill != NULL ? f->l->fill(f->s, f->rows[i].row) : ERR_OK;
        if (rc == ERR_OK)
            rc = row(to, f->rows[i].row);
    }
    return rc;
}

enum err listing_search(struct site *s, const struct listing *l, const char *arg,
                        const struct view_query *q, row_fn *row, void *to)
{
    struct search f = {.s = s, .l = l, .v = q, .items = json_object()};
    enum err rc = find_keys(&f);
    if (rc == ERR_OK)
        rc = few(&f) ? read_keys(&f, arg) : walk(&f, arg);
    if (rc == ERR_OK)
        rc = hand_out(&f, row, to);
    for (size_t i = 0; i < f.n; i++)
        json_decref(f.rows[i].row);
    free(f.rows);
    roll_hits_fini(&f.people);
    json_decref(f.items);
    return rc;
}
