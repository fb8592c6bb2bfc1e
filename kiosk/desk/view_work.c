/* Owns: who is waited for, who holds which paper, what the courier has, which ways people were
 * sent. Invariant: overdue first, then by promised day, then the oldest. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/case.h"
#include "kiosk/desk/case_row.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/person.h"
#include "kiosk/desk/sql.h"
#include "kiosk/rules/idno.h"

#define WORK_MAX 1000 /* rows of a list that nobody reads to its end */

static void put(json_t *row, const char *key, json_t *value)
{
    json_object_set_new(row, key, value);
}

/* Reads all rows first, so that no read stays open while one is shown. */
static enum err read_rows(struct site *s, sqlite3_stmt *q, json_t *(*make)(sqlite3_stmt *),
                          json_t *rows)
{
    bool row = false;
    enum err rc = ERR_OK;
    while ((rc = store_step(s->j.store, q, &row)) == ERR_OK && row)
        json_array_append_new(rows, make(q));
    return rc;
}

static bool answers(struct site *s, const json_t *row, const char *like)
{
    if (like == NULL || *like == 0 || match_text(js_str(row, "number"), like) ||
        match_text(js_str(row, "item_name"), like))
        return true;
    return match_person(s, js_str(row, "person"), like);
}

static enum err show_rows(struct site *s, json_t *rows, const struct view_query *v,
                          enum err (*fill)(struct site *, json_t *), row_fn *row, void *to)
{
    size_t i;
    json_t *one;
    int64_t place = 0;
    enum err rc = ERR_OK;
    json_array_foreach(rows, i, one)
    {
        rc = fill(s, one);
        if (rc == ERR_OK && answers(s, one, v->like) && place++ >= v->offset)
            rc = row(to, one);
        if (rc != ERR_OK || (v->limit > 0 && place >= v->offset + v->limit))
            break;
    }
    return rc;
}

static int64_t limit_of(const struct view_query *v)
{
    bool filter = v->like != NULL && *v->like != 0;
    return filter || v->limit == 0 || v->limit > WORK_MAX ? WORK_MAX : v->limit + v->offset;
}

/* --- the work list -----------------------------------------------------------------------------
 */

/* Each by the index over who is waited for. */
static const struct {
    const char *who, *sql;
} lists[] = {
    {"", CASE_COLUMNS " WHERE waits IS NOT NULL"
                      " ORDER BY coalesce(due, '9999'), at, epoch, seq LIMIT ?2"},
    {"overdue", CASE_COLUMNS " WHERE waits IN ('village', 'town', 'citizen') AND coalesce(due,"
                             " '9999') < ?3 ORDER BY coalesce(due, '9999'), at, epoch, seq"
                             " LIMIT ?2"},
    {NULL, CASE_COLUMNS " WHERE waits = ?1 ORDER BY coalesce(due, '9999'), at, epoch, seq"
                        " LIMIT ?2"},
};

enum err work_each(struct site *s, const char *arg, const struct view_query *v, row_fn *row,
                   void *to)
{
    sqlite3_stmt *q;
    char today[CLOCK_TEXT];
    size_t i = 0;
    const char *who = *arg != 0 ? arg : v->state != NULL ? v->state : "";
    json_t *rows = json_array();
    while (lists[i].who != NULL && strcmp(lists[i].who, who) != 0)
        i++;
    q = store_sql(s->j.store, lists[i].sql);
    enum err rc = q != NULL ? ERR_OK : err_last();
    if (rc == ERR_OK) {
        int n = sqlite3_bind_parameter_count(q);
        store_bind_int(q, 2, limit_of(v));
        if (lists[i].who == NULL)
            store_bind_text(q, 1, who);
        if (n >= 3)
            store_bind_text(q, 3, clock_date(clock_now(), today));
        rc = read_rows(s, q, case_make, rows);
    }
    if (rc == ERR_OK)
        rc = show_rows(s, rows, v, case_fill, row, to);
    json_decref(rows);
    return rc;
}

/* Open cases of one person for one item: "duplicates:PERSON:ITEM". */
enum err duplicates_each(struct site *s, const char *arg, const struct view_query *v, row_fn *row,
                         void *to)
{
    sqlite3_stmt *q;
    char *person = mem_strdup(arg), *item = strchr(person, ':');
    json_t *rows = json_array();
    if (item != NULL)
        *item++ = 0;
    enum err rc = sql_open(s->j.store, &q,
                           CASE_COLUMNS " WHERE person = ?1 AND (?2 IS NULL OR item = ?2)"
                                        " AND waits IS NOT NULL ORDER BY at DESC LIMIT 20",
                           "tt", person, item);
    if (rc == ERR_OK)
        rc = read_rows(s, q, case_make, rows);
    if (rc == ERR_OK)
        rc = show_rows(s, rows, v, case_fill, row, to);
    json_decref(rows);
    free(person);
    return rc;
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

/* All that is not with the citizen, or "papers:HOLDER", or "papers:CASE". */
enum err papers_each(struct site *s, const char *arg, const struct view_query *v, row_fn *row,
                     void *to)
{
    sqlite3_stmt *q;
    char id[ENTRY_ID];
    json_t *rows = json_array();
    const char *which = *arg != 0 ? arg : v->state;
    enum err rc = ERR_OK;
    if (which != NULL && strpbrk(which, "0123456789") != NULL) {
        rc = case_find(s, which, id);
        if (rc == ERR_OK)
            rc = sql_open(s->j.store, &q, PAPER_COLUMNS " WHERE p.case_id = ?1 ORDER BY p.n", "t",
                          id);
    } else {
        rc = which == NULL
                 ? sql_open(s->j.store, &q,
                            PAPER_COLUMNS " WHERE p.holder <> 'citizen' ORDER BY p.since LIMIT ?1",
                            "i", limit_of(v))
                 : sql_open(s->j.store, &q,
                            PAPER_COLUMNS " WHERE p.holder <> 'citizen' AND p.holder = ?1"
                                          " ORDER BY p.since LIMIT ?2",
                            "ti", which, limit_of(v));
    }
    if (rc == ERR_OK)
        rc = read_rows(s, q, make_paper, rows);
    if (rc == ERR_OK)
        rc = show_rows(s, rows, v, fill_paper, row, to);
    json_decref(rows);
    return rc;
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

/* --- ways --------------------------------------------------------------------------------------
 */

/* A day's figures for each channel: cases taken in by it, people shown it, and how often it was
 * passed over for which reason. */
static json_t *make_channel(sqlite3_stmt *q)
{
    char day[CLOCK_TEXT];
    json_t *row = json_object();
    js_set_str(row, "day", clock_date(store_int(q, 0) * CLOCK_DAY_MS - CLOCK_OFFSET_MS, day));
    put(row, "channel", sql_json(q, 1));
    put(row, "cases", sql_json(q, 2));
    put(row, "guided", sql_json(q, 3));
    put(row, "skipped", sql_parsed(q, 4, json_object()));
    return row;
}

#define DAY_OF "(at + 28800000) / 86400000"
#define IN_WINDOW " at >= ?1 AND at < ?2"
static const char channels_sql[] =
    "WITH chosen (day, channel, cases, guided) AS ("
    "  SELECT " DAY_OF ", channel, 1, 0 FROM case_file WHERE" IN_WINDOW "  UNION ALL SELECT " DAY_OF
    ", channel, 0, 1 FROM guidance WHERE" IN_WINDOW "), passed (day, channel, reason) AS ("
    "  SELECT " DAY_OF ", j.value ->> 'channel', j.value ->> 'reason' FROM case_file,"
    "   json_each(skipped) j WHERE" IN_WINDOW "  UNION ALL SELECT " DAY_OF
    ", j.value ->> 'channel', j.value ->> 'reason' FROM guidance,"
    "   json_each(skipped) j WHERE" IN_WINDOW "), counted (day, channel, reason, n) AS ("
    "  SELECT day, channel, reason, count(*) FROM passed GROUP BY 1, 2, 3"
    "), keys (day, channel) AS (SELECT day, channel FROM chosen UNION"
    "  SELECT day, channel FROM counted)"
    " SELECT k.day, k.channel,"
    "  (SELECT coalesce(sum(cases), 0) FROM chosen c WHERE c.day = k.day AND c.channel = "
    "k.channel),"
    "  (SELECT coalesce(sum(guided), 0) FROM chosen c WHERE c.day = k.day AND c.channel = "
    "k.channel),"
    "  (SELECT json_group_object(reason, n) FROM counted p WHERE p.day = k.day"
    "   AND p.channel = k.channel)"
    " FROM keys k ORDER BY k.day DESC, k.channel LIMIT ?3";

static enum err fill_nothing(struct site *s, json_t *row)
{
    (void)s;
    (void)row;
    return ERR_OK;
}

enum err channels_each(struct site *s, const char *arg, const struct view_query *v, row_fn *row,
                       void *to)
{
    sqlite3_stmt *q;
    struct view_query all = *v;
    json_t *rows = json_array();
    (void)arg;
    all.like = NULL;
    enum err rc = sql_open(s->j.store, &q, channels_sql, "iii", v->from,
                           v->to != CLOCK_NONE ? v->to : INT64_MAX, limit_of(&all));
    if (rc == ERR_OK)
        rc = read_rows(s, q, make_channel, rows);
    if (rc == ERR_OK)
        rc = show_rows(s, rows, &all, fill_nothing, row, to);
    json_decref(rows);
    return rc;
}

/* --- those who were shown another way ----------------------------------------------------------
 */

static json_t *make_guidance(sqlite3_stmt *q)
{
    json_t *row = json_object();
    js_set_str(row, "id", store_text(q, 3));
    js_set_time(row, "at", store_int(q, 0));
    put(row, "clerk", sql_json(q, 4));
    put(row, "person", sql_json(q, 5));
    put(row, "name", json_null());
    put(row, "item", sql_json(q, 6));
    put(row, "channel", sql_json(q, 7));
    put(row, "skipped", sql_parsed(q, 8, json_array()));
    return row;
}

static enum err fill_guidance(struct site *s, json_t *row)
{
    struct catalogue *c;
    enum err rc = site_catalogue(s, &c);
    if (rc == ERR_OK)
        js_set_str(row, "item_name", lang_pick(catalogue_find(c, js_str(row, "item"))));
    if (rc == ERR_OK && js_str(row, "person") != NULL)
        rc = person_into(s, row, js_str(row, "person"));
    return rc;
}

const struct listing guidance_listing = {
    .sql = "SELECT at, epoch, seq, id, clerk, person, item, channel, skipped FROM guidance"
           " WHERE" LISTING_WINDOW LISTING_ORDER,
    .make = make_guidance,
    .fill = fill_guidance,
};

enum err guidance_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                       void *to)
{
    return listing_each(s, &guidance_listing, arg, q, row, to);
}
