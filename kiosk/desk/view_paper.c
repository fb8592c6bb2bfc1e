/* Owns: who holds which paper, and what a courier has.
 * Invariant: what has been out longest comes first; of couriers' lists the newest. */
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/case.h"
#include "kiosk/desk/person.h"
#include "kiosk/desk/rows.h"
#include "kiosk/desk/sql.h"
#include "kiosk/rules/idno.h"

static void put(json_t *row, const char *key, json_t *value)
{
    json_object_set_new(row, key, value);
}

/* --- papers ------------------------------------------------------------------------------------
 */

static json_t *make_paper(sqlite3_stmt *q)
{
    json_t *row = json_object();
    put(row, "case", sql_json(q, 0));
    js_set_int(row, "epoch", store_int(q, 1));
    js_set_int(row, "seq", store_int(q, 2));
    put(row, "person", sql_json(q, 3));
    put(row, "item", sql_json(q, 4));
    put(row, "paper", sql_json(q, 5));
    put(row, "state", sql_json(q, 6));
    put(row, "holder", sql_json(q, 7));
    js_set_time(row, "since", store_int(q, 8));
    put(row, "entry", sql_json(q, 9));
    put(row, "until", sql_json(q, 10));
    return row;
}

static enum err fill_paper(struct site *s, json_t *row)
{
    size_t i;
    json_t *one;
    char number[32];
    struct catalogue *c;
    enum err rc = site_catalogue(s, &c);
    if (rc != ERR_OK)
        return rc;
    js_set_str(row, "number",
               idno_case_number(s->j.site, js_int(row, "epoch", 0), js_int(row, "seq", 0), number));
    json_object_del(row, "epoch");
    json_object_del(row, "seq");
    json_t *papers = catalogue_papers(catalogue_find(c, js_str(row, "item")), true);
    json_array_foreach(papers, i, one)
    {
        if (strcmp(js_str(one, "id"), js_str(row, "paper")) == 0)
            js_set_str(row, "paper_name", lang_pick(one));
    }
    json_decref(papers);
    return person_into(s, row, js_str(row, "person"));
}

#define PAPER_COLUMNS                                                                              \
    "SELECT p.case_id, c.epoch, c.seq, c.person, c.item, p.paper, p.state, p.holder, p.since,"     \
    " p.entry, p.until FROM paper p JOIN case_file c ON c.id = p.case_id"

static enum err open_papers(struct site *s, const char *which, const struct view_query *v,
                            sqlite3_stmt **q)
{
    char id[ENTRY_ID];
    if (which == NULL)
        return sql_open(s->j.store, q,
                        PAPER_COLUMNS " WHERE p.holder <> 'citizen' ORDER BY p.since LIMIT ?1", "i",
                        rows_limit(v));
    if (strpbrk(which, "0123456789") == NULL)
        return sql_open(s->j.store, q,
                        PAPER_COLUMNS " WHERE p.holder <> 'citizen' AND p.holder = ?1"
                                      " ORDER BY p.since LIMIT ?2",
                        "ti", which, rows_limit(v));
    enum err rc = case_find(s, which, id);
    return rc == ERR_OK ? sql_open(s->j.store, q,
                                   PAPER_COLUMNS " WHERE p.case_id = ?1 ORDER BY p.n", "t", id)
                        : rc;
}

/* All that is not with the citizen, or "papers:HOLDER", or "papers:CASE". */
enum err papers_each(struct site *s, const char *arg, const struct view_query *v, row_fn *row,
                     void *to)
{
    sqlite3_stmt *q;
    enum err rc = open_papers(s, *arg != 0 ? arg : v->state, v, &q);
    return rc == ERR_OK ? rows_show(s, q, make_paper, fill_paper, v, row, to) : rc;
}

/* --- the courier's lists -----------------------------------------------------------------------
 */

static json_t *make_courier(sqlite3_stmt *q)
{
    json_t *row = json_object();
    js_set_str(row, "id", store_text(q, 3));
    js_set_int(row, "epoch", store_int(q, 1));
    js_set_int(row, "seq", store_int(q, 2));
    js_set_time(row, "at", store_int(q, 0));
    put(row, "clerk", sql_json(q, 4));
    put(row, "cases", sql_parsed(q, 5, json_array()));
    put(row, "papers", sql_parsed(q, 6, json_array()));
    js_set_time(row, "received", sql_time(q, 7));
    put(row, "receiver", sql_json(q, 8));
    return row;
}

static enum err fill_courier(struct site *s, json_t *row)
{
    char number[32];
    json_t *sealed = NULL;
    js_set_str(row, "number",
               idno_case_number(s->j.site, js_int(row, "epoch", 0), js_int(row, "seq", 0), number));
    json_object_del(row, "epoch");
    json_object_del(row, "seq");
    enum err rc = s->j.unlocked ? journal_unseal(&s->j, js_str(row, "id"), &sealed) : ERR_NOT_FOUND;
    js_set_str(row, "carrier", js_str(sealed, "carrier"));
    js_set_int(row, "case_count", (int64_t)json_array_size(js_get(row, "cases")));
    js_set_int(row, "paper_count", (int64_t)json_array_size(js_get(row, "papers")));
    json_decref(sealed);
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

static const char *const courier_match[] = {"number", "carrier", NULL};
const struct listing courier_listing = {
    .sql = "SELECT at, epoch, seq, id, clerk, cases, papers, received, receiver FROM courier"
           " WHERE" LISTING_WINDOW LISTING_ORDER,
    .by_state = "SELECT at, epoch, seq, id, clerk, cases, papers, received, receiver FROM courier"
                " WHERE (received IS NULL) = (:state = 'open') AND" LISTING_WINDOW LISTING_ORDER,
    .make = make_courier,
    .fill = fill_courier,
    .match = courier_match,
};

enum err couriers_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                       void *to)
{
    return listing_each(s, &courier_listing, arg, q, row, to);
}
