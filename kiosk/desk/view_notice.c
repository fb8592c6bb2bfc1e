/* Owns: which notices are in force. Invariant: nothing in a row is personal, so that anybody may
 * see it, signed in or not. */
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/sql.h"

static json_t *make(sqlite3_stmt *q)
{
    json_t *row = json_object();
    js_set_str(row, "id", store_text(q, 0));
    js_set_time(row, "at", store_int(q, 1));
    json_object_set_new(row, "source", sql_json(q, 2));
    json_object_set_new(row, "by", sql_json(q, 3));
    json_object_set_new(row, "title", sql_json(q, 4));
    json_object_set_new(row, "text", sql_json(q, 5));
    bool ends = sqlite3_column_type(q, 6) != SQLITE_NULL;
    char last[CLOCK_TEXT];
    js_set_str(row, "until", ends ? clock_date(store_int(q, 6) - CLOCK_DAY_MS, last) : NULL);
    js_set_str(row, "state", store_text(q, 7));
    return row;
}

/* Read whole before a row is handed out: no statement stays open meanwhile. */
static enum err read_said(struct site *s, const struct view_query *v, json_t *rows)
{
    bool more = false;
    sqlite3_stmt *q;
    int64_t to = v->to != CLOCK_NONE ? v->to : INT64_MAX;
    enum err rc = sql_open(s->j.store, &q,
                           "SELECT id, at, source, clerk, title, text, until,"
                           " CASE WHEN ended IS NOT NULL THEN 'ended' WHEN until <= ?1 THEN 'over'"
                           " ELSE 'in_force' END FROM notice WHERE at >= ?2 AND at < ?3"
                           " ORDER BY at DESC, epoch DESC, seq DESC",
                           "iii", clock_now(), v->from, to);
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &more)) == ERR_OK && more)
        json_array_append_new(rows, make(q));
    return rc;
}

/* What the pack itself says stands as long as the pack is in force, below what was said today. */
static enum err read_standing(struct site *s, json_t *rows)
{
    size_t i;
    json_t *one;
    struct policy *p;
    enum err rc = site_policy(s, &p);
    if (rc != ERR_OK)
        return rc;
    json_array_foreach(js_get(policy_json(p), "notices"), i, one)
    {
        json_t *row = json_object();
        js_set_str(row, "id", js_str(one, "id"));
        js_set_str(row, "at", NULL);
        js_set_str(row, "source", "policy");
        js_set_str(row, "by", policy_label(p));
        js_set_str(row, "title", NULL);
        js_set_str(row, "text", lang_pick(one));
        js_set_str(row, "until", NULL);
        js_set_str(row, "state", "in_force");
        json_array_append_new(rows, row);
    }
    return ERR_OK;
}

static bool wanted(const json_t *row, const struct view_query *q)
{
    const char *state = q->state != NULL ? q->state : "in_force";
    if (strcmp(state, "all") != 0 && strcmp(state, js_str(row, "state")) != 0)
        return false;
    return q->like == NULL || match_text(js_str(row, "title"), q->like) ||
           match_text(js_str(row, "text"), q->like);
}

enum err notices_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                      void *to)
{
    size_t i;
    json_t *one, *rows = json_array();
    int64_t skip = q->offset, left = q->limit > 0 ? q->limit : INT64_MAX;
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : read_said(s, q, rows);
    if (rc == ERR_OK)
        rc = read_standing(s, rows);
    json_array_foreach(rows, i, one)
    {
        if (rc != ERR_OK || left == 0)
            break;
        if (!wanted(one, q) || skip-- > 0)
            continue;
        left--;
        rc = row(to, one);
    }
    json_decref(rows);
    return rc;
}
