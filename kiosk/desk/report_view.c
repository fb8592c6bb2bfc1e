/* Owns: the views of daily reports. Invariant: a signed report is shown from its own body alone. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/report.h"
#include "kiosk/desk/sql.h"
#include "kiosk/desk/tally.h"

#define LATER_MAX 500 /* entries behind a signature that are named one by one */

/* --- what came after a signature ---------------------------------------------------------------
 */

static void saw(void *to, int64_t day, const char *series, const char *key, int64_t n,
                double amount)
{
    (void)day;
    (void)series;
    (void)key;
    (void)n;
    (void)amount;
    *(bool *)to = true;
}

static enum err counts(struct store *s, const char *id, bool *out)
{
    struct entry e;
    struct journal_row row;
    json_t *head = NULL;
    *out = false;
    enum err rc = journal_read(s, id, &row);
    if (rc == ERR_OK)
        rc = journal_parse(&row, &e, &head);
    if (rc == ERR_OK) {
        tally_of(&e, saw, out);
        *out = *out || strcmp(e.kind, "ledger_void") == 0;
    }
    json_decref(head);
    journal_row_fini(&row);
    return rc;
}

static json_t *later_row(sqlite3_stmt *q)
{
    char id[ENTRY_ID];
    json_t *row = json_object();
    js_set_str(row, "id", journal_id(false, store_int(q, 0), store_int(q, 1), id));
    js_set_time(row, "at", store_int(q, 2));
    js_set_time(row, "heard", store_int(q, 3));
    json_object_set_new(row, "kind", sql_json(q, 4));
    json_object_set_new(row, "clerk", sql_json(q, 5));
    return row;
}

static json_t *all_kinds(void)
{
    json_t *out = json_array();
    for (const struct kind *k = kind_table; k->name != NULL; k++)
        json_array_append_new(out, json_string(k->name));
    return out;
}

/* Entries of the day, and those that struck out a row of the day, behind a place of the journal. */
static enum err read_later(struct site *s, int64_t from, int64_t epoch, int64_t upto, json_t *out)
{
    bool more = false;
    sqlite3_stmt *q;
    json_t *kinds = all_kinds();
    enum err rc =
        sql_open(s->j.store, &q,
                 "SELECT epoch, seq, at, heard, kind, clerk FROM entry"
                 " WHERE kind IN (SELECT value FROM json_each(?1)) AND kind <> 'ledger_void'"
                 " AND at >= ?2 AND at < ?3 AND (epoch, seq) > (?4, ?5)"
                 " UNION ALL SELECT e.epoch, e.seq, e.at, e.heard, e.kind, e.clerk"
                 " FROM entry e JOIN ledger_row r ON r.id = e.subject"
                 " WHERE e.kind = 'ledger_void' AND e.at >= ?2 AND (e.epoch, e.seq) > (?4, ?5)"
                 " AND r.at >= ?2 AND r.at < ?3 AND r.void = e.epoch || '.' || e.seq"
                 " ORDER BY 1, 2 LIMIT ?6",
                 "jiiiii", kinds, from, from + CLOCK_DAY_MS, epoch, upto, (int64_t)LATER_MAX);
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &more)) == ERR_OK && more)
        json_array_append_new(out, later_row(q));
    json_decref(kinds);
    return rc;
}

/* Only what counts: a sign-in of that day changes no report. */
static enum err put_later(struct site *s, int64_t from, const json_t *last, json_t *out)
{
    size_t i;
    json_t *one, *all = json_array(), *list = json_array();
    enum err rc = last != NULL
                      ? read_later(s, from, js_int(last, "epoch", 0), js_int(last, "to", 0), all)
                      : ERR_OK;
    json_array_foreach(all, i, one)
    {
        bool counted = false;
        if (rc == ERR_OK)
            rc = counts(s->j.store, js_str(one, "id"), &counted);
        if (counted)
            json_array_append(list, one);
    }
    json_decref(all);
    json_object_set_new(out, "later", list);
    return rc;
}

/* --- revisions ---------------------------------------------------------------------------------
 */

static const char *const shown[] = {"day", "revision", "epoch", "from", "to",    "hash",
                                    "nil", "due",      "over",  "late", "before"};

/* A row of the table as the views show it, without sums. */
json_t *report_signed_row(sqlite3_stmt *q, json_t **body)
{
    json_t *row = json_object();
    *body = sql_parsed(q, 6, json_object());
    js_set_str(row, "id", store_text(q, 3));
    js_set_time(row, "at", store_int(q, 0));
    json_object_set_new(row, "leader", sql_json(q, 4));
    json_object_set_new(row, "clerk", sql_json(q, 5));
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        json_object_set(row, shown[i], json_object_get(*body, shown[i]));
    js_set_int(row, "missing", (int64_t)json_array_size(js_get(*body, "missing")));
    return row;
}

/* All of a day, each with what differs from the one before it; *sums are the last one's. */
static enum err read_revisions(struct site *s, int64_t day, json_t *list, json_t **sums)
{
    bool more = false;
    sqlite3_stmt *q;
    *sums = NULL;
    enum err rc =
        sql_open(s->j.store, &q, REPORT_COLUMNS " day = ?1 ORDER BY epoch, seq", "i", day);
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &more)) == ERR_OK && more) {
        json_t *body, *row = report_signed_row(q, &body), *now = js_get(body, "sums");
        json_object_set_new(row, "differs",
                            *sums != NULL ? report_differences(*sums, now) : json_array());
        json_array_append_new(list, row);
        json_decref(*sums);
        *sums = json_incref(now);
        json_decref(body);
    }
    return rc;
}

/* --- the report of a day -----------------------------------------------------------------------
 */

static enum err put_compared(struct site *s, int64_t day, json_t *out)
{
    static const struct {
        const char *name;
        int64_t back;
    } days[] = {{"yesterday", 1}, {"last_week", 7}};
    enum err rc = ERR_OK;
    for (size_t i = 0; rc == ERR_OK && i < sizeof days / sizeof *days; i++) {
        json_t *sums = NULL;
        rc = tally_sums(s->j.store, day - days[i].back, day - days[i].back, NULL, &sums);
        json_object_set_new(out, days[i].name, sums);
    }
    return rc;
}

static enum err put_signed(struct site *s, int64_t at, json_t *out)
{
    json_t *was = NULL, *list = json_array();
    enum err rc = read_revisions(s, tally_day(at), list, &was);
    const json_t *last = json_array_get(list, json_array_size(list) - 1);
    json_object_set_new(out, "revisions", list);
    json_object_set(out, "signed", last != NULL ? (json_t *)(uintptr_t)last : json_null());
    json_object_set_new(out, "differs",
                        was != NULL ? report_differences(was, js_get(out, "sums")) : json_array());
    json_decref(was);
    return rc == ERR_OK ? put_later(s, clock_day(at), last, out) : rc;
}

static enum err put_head(struct site *s, int64_t at, json_t *out)
{
    char day[CLOCK_TEXT];
    int64_t due, now = clock_now();
    const char *state;
    enum err rc = report_due(s, at, &due);
    if (rc == ERR_OK)
        rc = report_state(s, at, &state, NULL);
    if (rc != ERR_OK)
        return rc;
    js_set_str(out, "site", s->j.site);
    js_set_str(out, "name", s->name);
    js_set_str(out, "day", clock_date(at, day));
    js_set_time(out, "asof", now);
    json_object_set_new(out, "over", json_boolean(now >= clock_day(at) + CLOCK_DAY_MS));
    js_set_time(out, "due", due);
    js_set_str(out, "state", state);
    return ERR_OK;
}

enum err report_read(struct site *s, int64_t at, json_t **out)
{
    json_t *sums = NULL, *facts = NULL, *row = json_object();
    enum err rc = report_check_day(s, at);
    if (rc == ERR_OK)
        rc = put_head(s, at, row);
    if (rc == ERR_OK)
        rc = tally_sums(s->j.store, tally_day(at), tally_day(at), NULL, &sums);
    if (rc == ERR_OK)
        rc = report_facts(s, at, &facts);
    if (rc == ERR_OK) {
        json_object_set(row, "sums", sums);
        json_object_set(row, "facts", facts);
        json_object_set_new(row, "missing", report_missing(facts));
        rc = put_compared(s, tally_day(at), row);
    }
    if (rc == ERR_OK)
        rc = put_signed(s, at, row);
    json_decref(sums);
    json_decref(facts);
    *out = rc == ERR_OK ? row : NULL;
    if (rc != ERR_OK)
        json_decref(row);
    return rc;
}

/* A revision as it was signed, beside the days that it was compared with. */
enum err report_revision(struct site *s, int64_t at, int64_t revision, json_t **out)
{
    bool found = false;
    sqlite3_stmt *q;
    json_t *body;
    *out = NULL;
    enum err rc = sql_open(s->j.store, &q, REPORT_COLUMNS " day = ?1 AND revision = ?2", "ii",
                           tally_day(at), revision);
    if (rc == ERR_OK)
        rc = store_step(s->j.store, q, &found);
    if (rc != ERR_OK || !found)
        return rc != ERR_OK ? rc : err_set(ERR_NOT_FOUND, "revision", "%lld", (long long)revision);
    json_t *row = report_signed_row(q, &body);
    sqlite3_reset(q);
    static const char *const parts[] = {"sums", "facts", "missing"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        json_object_set(row, parts[i], json_object_get(body, parts[i]));
    js_set_str(row, "site", s->j.site);
    js_set_str(row, "name", s->name);
    json_object_set(row, "asof", json_object_get(row, "at"));
    js_set_str(row, "state", "signed");
    json_decref(body);
    rc = put_compared(s, tally_day(at), row);
    *out = row;
    return rc;
}

/* report:DATE[:REVISION]; without a date today's. */
enum err report_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                     void *to)
{
    json_t *one = NULL;
    int64_t at = q->from != CLOCK_NONE ? q->from : clock_now();
    const char *colon = strchr(arg, ':');
    char date[CLOCK_TEXT] = "";
    strncat(date, arg,
            colon != NULL && colon - arg < CLOCK_TEXT ? (size_t)(colon - arg) : sizeof date - 1);
    if (*date != 0 && !clock_parse_date(date, &at))
        return err_set(ERR_DATE, "day", NULL);
    enum err rc =
        colon != NULL ? report_revision(s, at, atoll(colon + 1), &one) : report_read(s, at, &one);
    if (rc == ERR_OK)
        rc = row(to, one);
    json_decref(one);
    return rc;
}

/* --- all that were signed ----------------------------------------------------------------------
 */

static json_t *make_signed(sqlite3_stmt *q)
{
    json_t *body, *row = report_signed_row(q, &body);
    json_object_set(row, "sums", json_object_get(body, "sums"));
    json_decref(body);
    return row;
}

/* Whether it is the last of its day, and what came after it. */
static enum err fill_signed(struct site *s, json_t *row)
{
    int64_t day;
    const char *state = "done";
    if (!clock_parse_date(js_str(row, "day"), &day))
        return ERR_OK;
    sqlite3_stmt *q;
    bool newer = false;
    enum err rc =
        sql_open(s->j.store, &q, "SELECT 1 FROM report WHERE day = ?1 AND revision > ?2 LIMIT 1",
                 "ii", tally_day(day), js_int(row, "revision", 1));
    if (rc == ERR_OK)
        rc = store_step(s->j.store, q, &newer);
    if (newer)
        sqlite3_reset(q);
    if (rc == ERR_OK && !newer)
        rc = report_state(s, day, &state, NULL);
    json_object_del(row, "sums");
    js_set_str(row, "state", newer ? "replaced" : state);
    return rc;
}

static const struct listing signed_listing = {
    .sql = REPORT_COLUMNS LISTING_WINDOW LISTING_ORDER,
    .make = make_signed,
    .fill = fill_signed,
};

enum err reports_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                      void *to)
{
    return listing_each(s, &signed_listing, arg, q, row, to);
}
