/* Owns: short lists, read by one statement. Invariant: whom a search means is found in the roll, so
 * that nobody else's sealed part is opened for it. */
#include "kiosk/desk/rows.h"

#include "kiosk/base/js.h"
#include "kiosk/desk/roll.h"

static bool searched(const struct view_query *v)
{
    return v->like != NULL && *v->like != 0;
}

int64_t rows_limit(const struct view_query *v)
{
    return searched(v) || v->limit == 0 ? -1 : v->limit + v->offset;
}

static enum err read_rows(struct site *s, sqlite3_stmt *q, json_t *(*make)(sqlite3_stmt *),
                          json_t *rows)
{
    bool row = false;
    enum err rc = ERR_OK;
    while ((rc = store_step(s->j.store, q, &row)) == ERR_OK && row)
        json_array_append_new(rows, make(q));
    return rc;
}

static bool answers(const json_t *row, const char *like, const struct roll_hits *hits)
{
    return match_text(js_str(row, "number"), like) || match_text(js_str(row, "item_name"), like) ||
           roll_hit(hits, js_str(row, "person"));
}

static enum err show(struct site *s, json_t *rows, const struct view_query *v,
                     const struct roll_hits *hits, enum err (*fill)(struct site *, json_t *),
                     row_fn *row, void *to)
{
    size_t i;
    json_t *one;
    int64_t place = 0;
    enum err rc = ERR_OK;
    json_array_foreach(rows, i, one)
    {
        rc = fill != NULL ? fill(s, one) : ERR_OK;
        if (rc == ERR_OK && (!searched(v) || answers(one, v->like, hits)) && place++ >= v->offset)
            rc = row(to, one);
        if (rc != ERR_OK || (v->limit > 0 && place >= v->offset + v->limit))
            break;
    }
    return rc;
}

enum err rows_show(struct site *s, sqlite3_stmt *q, json_t *(*make)(sqlite3_stmt *),
                   enum err (*fill)(struct site *, json_t *), const struct view_query *v,
                   row_fn *row, void *to)
{
    struct roll_hits hits = {.n = 0};
    json_t *rows = json_array();
    enum err rc = read_rows(s, q, make, rows);
    if (rc == ERR_OK && searched(v) && s->j.unlocked)
        rc = roll_find(s, v->like, &hits);
    if (rc == ERR_OK)
        rc = show(s, rows, v, &hits, fill, row, to);
    roll_hits_fini(&hits);
    json_decref(rows);
    return rc;
}
