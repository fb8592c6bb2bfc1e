/* Owns: the reading of a ledger for an export: all of it, oldest first, quickly.
 * Invariant: no more than one day of rows is held in memory. */
#include <stdlib.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/export_private.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/sql.h"

/* --- rows that were entered: one statement, sealed parts beside them ----------------------------
 */

#define ROWS                                                                                       \
    "SELECT r.at, r.heard, r.id, r.clerk, r.void IS NOT NULL, r.balance, r.row, e.sealed, "        \
    "r.epoch,"                                                                                     \
    " r.seq FROM ledger_row r LEFT JOIN entry e ON r.sealed = 1 AND e.epoch = r.epoch"             \
    " AND e.seq = r.seq WHERE r.ledger = ?1 AND r.at >= ?2 AND r.at < ?3"                          \
    " ORDER BY r.at, r.epoch, r.seq"

static enum err open_sealed(struct site *s, sqlite3_stmt *q, struct buf *plain, json_t **out)
{
    char place[96];
    *out = NULL;
    if (!s->j.unlocked || sqlite3_column_type(q, 7) == SQLITE_NULL)
        return ERR_OK;
    journal_place(s->j.site, false, store_int(q, 8), store_int(q, 9), "ledger", place);
    buf_clear(plain);
    enum err rc = secret_open(s->j.data_key, place, sqlite3_column_blob(q, 7),
                              (size_t)sqlite3_column_bytes(q, 7), plain);
    if (rc == ERR_OK && (*out = json_loadb(buf_str(plain), plain->len, 0, NULL)) == NULL)
        rc = err_set(ERR_CORRUPT, store_text(q, 2), NULL);
    return rc;
}

static enum err hand_row(struct site *s, sqlite3_stmt *q, struct buf *plain, source_fn *row,
                         void *into)
{
    json_t *sealed = NULL, *open = sql_parsed(q, 6, NULL);
    enum err rc = open != NULL ? open_sealed(s, q, plain, &sealed)
                               : err_set(ERR_CORRUPT, store_text(q, 2), NULL);
    struct source one = {.at = store_int(q, 0),
                         .heard = store_int(q, 1),
                         .id = store_text(q, 2),
                         .clerk = store_text(q, 3),
                         .struck = store_int(q, 4) != 0,
                         .has_balance = sqlite3_column_type(q, 5) != SQLITE_NULL,
                         .balance = sqlite3_column_double(q, 5),
                         .open = open,
                         .sealed = sealed};
    if (rc == ERR_OK)
        rc = row(into, &one);
    json_decref(open);
    if (sealed != NULL)
        js_forget(sealed);
    return rc;
}

static enum err entered_each(struct site *s, const struct form *f, int64_t from, int64_t to,
                             source_fn *row, void *into)
{
    bool more = true;
    sqlite3_stmt *q;
    struct buf plain = BUF_INIT;
    enum err rc = sql_open(s->j.store, &q, ROWS, "tii", f->id, from, to);
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &more)) == ERR_OK && more)
        if ((rc = hand_row(s, q, &plain, row, into)) != ERR_OK)
            sqlite3_reset(q);
    buf_wipe(&plain);
    return rc;
}

/* --- rows that other kinds feed: the view's own, a day at a time --------------------------------
 */

struct day_row {
    int64_t at;
    size_t place; /* as the view gave them: newest first */
    json_t *row;
};

static int by_time(const void *a, const void *b)
{
    const struct day_row *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->place < y->place ? 1 : -1;
}

static enum err keep_row(void *rows, json_t *row)
{
    json_array_append(rows, row);
    return ERR_OK;
}

static enum err hand_fed(json_t *json, int64_t at, source_fn *row, void *into)
{
    const char *clerk = js_str(json, "clerk"), *id = js_str(json, "id");
    const json_t *balance = js_get(json, "balance");
    struct source one = {.at = at,
                         .heard = CLOCK_NONE,
                         .id = id != NULL ? id : "",
                         .clerk = clerk != NULL ? clerk : "",
                         .struck = js_bool(json, "void"),
                         .has_balance = balance != NULL,
                         .balance = json_number_value(balance),
                         .open = json};
    if (js_str(json, "heard") == NULL || !clock_parse(js_str(json, "heard"), &one.heard))
        one.heard = at;
    return row(into, &one);
}

static enum err hand_day(json_t *rows, source_fn *row, void *into)
{
    size_t n = json_array_size(rows);
    struct day_row *order = mem_alloc((n + 1) * sizeof *order);
    enum err rc = ERR_OK;
    for (size_t i = 0; i < n; i++) {
        order[i] = (struct day_row){CLOCK_NONE, i, json_array_get(rows, i)};
        if (js_str(order[i].row, "at") != NULL)
            clock_parse(js_str(order[i].row, "at"), &order[i].at);
    }
    qsort(order, n, sizeof *order, by_time);
    for (size_t i = 0; rc == ERR_OK && i < n; i++)
        rc = hand_fed(order[i].row, order[i].at, row, into);
    free(order);
    return rc;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Not later than the first row. */
static enum err first_day(struct site *s, const struct form *f, int64_t *first)
{
    char text[32];
    bool found;
    size_t i;
    json_t *kind;
    enum err rc = sql_text(s->j.store, &found, text, sizeof text,
                           "SELECT min(at) FROM ledger_row WHERE ledger = ?1", "t", f->id);
    *first = rc == ERR_OK && found && *text != 0 ? strtoll(text, NULL, 10) : clock_now();
    json_array_foreach(json_object_get(f->json, "feeds"), i, kind)
    {
        if (rc == ERR_OK)
            rc = sql_text(s->j.store, &found, text, sizeof text,
                          "SELECT min(at) FROM entry WHERE kind IN (?1, 'site')", "t",
                          json_string_value(kind));
        if (rc == ERR_OK && found && *text != 0)
            *first = least(*first, strtoll(text, NULL, 10));
    }
    return rc;
}

static enum err last_row(struct site *s, const struct form *f, int64_t *last)
{
    json_t *rows = json_array();
    struct view_query q = VIEW_ALL;
    q.limit = 1;
    enum err rc = ledger_each(s, f->id, &q, keep_row, rows);
    const char *at = js_str(json_array_get(rows, 0), "at");
    if (at == NULL || !clock_parse(at, last))
        *last = CLOCK_NONE;
    json_decref(rows);
    return rc;
}

static enum err fed_each(struct site *s, const struct form *f, int64_t from, int64_t to,
                         source_fn *row, void *into)
{
    int64_t first, last;
    enum err rc = first_day(s, f, &first);
    if (rc == ERR_OK)
        rc = last_row(s, f, &last);
    if (rc != ERR_OK || last == CLOCK_NONE)
        return rc;
    from = from > first ? from : first;
    to = least(to, last + 1);
    while (rc == ERR_OK && from < to) {
        json_t *rows = json_array();
        struct view_query q = VIEW_ALL;
        q.from = from;
        q.to = from = least(clock_day(from) + CLOCK_DAY_MS, to);
        rc = ledger_each(s, f->id, &q, keep_row, rows);
        if (rc == ERR_OK)
            rc = hand_day(rows, row, into);
        json_decref(rows);
    }
    return rc;
}

enum err source_each(struct site *s, const struct form *f, int64_t from, int64_t to, source_fn *row,
                     void *into)
{
    bool fed = json_array_size(js_get(f->json, "feeds")) > 0;
    if (to == CLOCK_NONE)
        to = INT64_MAX;
    return fed ? fed_each(s, f, from, to, row, into) : entered_each(s, f, from, to, row, into);
}
