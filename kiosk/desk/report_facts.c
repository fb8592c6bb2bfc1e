/* Owns: how things stand beside a day's sums: staff, duties, supplies, bookings, what is open.
 * Invariant: names of clerks and codes alone, never a resident; ids, so that a report can be read
 * in either language. */
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/desk/link.h"
#include "kiosk/desk/report.h"
#include "kiosk/desk/sql.h"
#include "kiosk/desk/staff.h"
#include "kiosk/desk/suspend.h"
#include "kiosk/desk/view.h"

static enum err put_counts(struct site *s, json_t *out, sqlite3_stmt *q)
{
    bool more = false;
    enum err rc = ERR_OK;
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &more)) == ERR_OK && more)
        js_set_int(out, store_text(q, 0), store_int(q, 1));
    return rc;
}

static enum err put_incidents(struct site *s, int64_t from, json_t *out)
{
    int64_t found = 0, open = 0;
    const char *state;
    json_t *n, *states = json_object(), *one = json_object();
    sqlite3_stmt *q;
    enum err rc = sql_open(s->j.store, &q,
                           "SELECT state, count(*) FROM incident WHERE at >= ?1 AND at < ?2"
                           " GROUP BY state",
                           "ii", from, from + CLOCK_DAY_MS);
    if (rc == ERR_OK)
        rc = put_counts(s, states, q);
    json_object_foreach(states, state, n) found += json_integer_value(n);
    json_object_set_new(out, "incidents", one);
    js_set_int(one, "found", found);
    json_object_set_new(one, "states", states);
    states = json_object();
    if (rc == ERR_OK)
        rc = sql_open(s->j.store, &q,
                      "SELECT state, count(*) FROM incident WHERE state <> 'closed' AND at < ?1"
                      " GROUP BY state",
                      "i", from + CLOCK_DAY_MS);
    if (rc == ERR_OK)
        rc = put_counts(s, states, q);
    json_object_foreach(states, state, n) open += json_integer_value(n);
    js_set_int(one, "open", open);
    json_decref(states);
    return rc;
}

static enum err put_staff(struct site *s, int64_t from, json_t *out)
{
    struct staff_day d;
    if (!staff_gate(s)) { /* the pack in force checks nobody */
        json_object_set_new(out, "staff", json_null());
        return ERR_OK;
    }
    enum err rc = staff_day_read(s, from, &d);
    size_t checked = json_array_size(d.checked),
           others = json_array_size(d.missing) + json_array_size(d.denied);
    json_t *one = json_object();
    js_set_int(one, "clerks", (int64_t)(checked + others));
    js_set_int(one, "checked", (int64_t)checked);
    json_object_set(one, "missing", d.missing);
    json_object_set(one, "denied", d.denied);
    js_set_str(one, "confirmed", d.leader[0] != 0 ? d.leader : NULL);
    json_object_set_new(out, "staff", one);
    staff_day_fini(&d);
    return rc;
}

static enum err add_duty(void *to, json_t *row)
{
    const char *entry = js_str(row, "entry");
    if (entry != NULL && strcmp(entry, "report") == 0) /* the report does not speak of itself */
        return ERR_OK;
    json_t *one = json_object();
    static const char *const keys[] = {"duty", "slot", "state", "left"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        json_object_set(one, keys[i], json_object_get(row, keys[i]));
    json_object_set_new(one, "left_out",
                        json_integer((json_int_t)json_object_size(js_get(row, "not_done"))));
    json_array_append_new(to, one);
    return ERR_OK;
}

static enum err put_duties(struct site *s, int64_t from, json_t *out)
{
    json_t *list = json_array();
    struct view_query q = VIEW_ALL;
    q.from = from;
    json_object_set_new(out, "duties", list);
    return view_each(s, "duties", &q, add_duty, list);
}

/* --- supplies ----------------------------------------------------------------------------------
 */

static enum err put_moved(struct site *s, int64_t from, const json_t *stock, json_t *one)
{
    bool more = false;
    sqlite3_stmt *q;
    enum err rc =
        sql_open(s->j.store, &q,
                 "SELECT coalesce(sum(max(amount, 0)), 0), coalesce(-sum(min(amount, 0)), 0)"
                 " FROM ledger_row WHERE ledger = ?1 AND item = ?2 AND unit = ?3"
                 " AND at >= ?4 AND at < ?5 AND counted = 0 AND void IS NULL",
                 "tttii", js_str(stock, "ledger"), js_str(stock, "item"), js_str(stock, "unit"),
                 from, from + CLOCK_DAY_MS);
    if (rc == ERR_OK)
        rc = store_step(s->j.store, q, &more);
    if (rc != ERR_OK || !more)
        return rc;
    json_object_set_new(one, "in", sql_json(q, 0));
    json_object_set_new(one, "out", sql_json(q, 1));
    sqlite3_reset(q);
    return ERR_OK;
}

static enum err put_supplies(struct site *s, int64_t from, json_t *out)
{
    size_t i;
    json_t *row, *rows = NULL, *list = json_array();
    enum err rc = view_list(s, "stock", &VIEW_ALL, &rows);
    json_array_foreach(rows, i, row)
    {
        json_t *one = json_object();
        static const char *const keys[] = {"item",      "item_name", "unit",
                                           "unit_name", "balance",   "low"};
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
            if (js_get(row, keys[k]) != NULL)
                json_object_set(one, keys[k], json_object_get(row, keys[k]));
        if (rc == ERR_OK && js_str(row, "ledger") != NULL)
            rc = put_moved(s, from, row, one);
        json_array_append_new(list, one);
    }
    json_object_set_new(out, "supplies", list);
    json_decref(rows);
    return rc;
}

/* --- all of it ---------------------------------------------------------------------------------
 */

static enum err put_bookings(struct site *s, int64_t from, json_t *out)
{
    json_t *one = json_object();
    sqlite3_stmt *q;
    json_object_set_new(out, "bookings", one);
    enum err rc = sql_open(s->j.store, &q,
                           "SELECT state, count(*) FROM booking WHERE starts >= ?1 AND starts < ?2"
                           " GROUP BY state",
                           "ii", from, from + CLOCK_DAY_MS);
    return rc == ERR_OK ? put_counts(s, one, q) : rc;
}

/* What is only known of this moment. */
static enum err put_now(struct site *s, int64_t from, json_t *out)
{
    const char *word = NULL;
    struct link_state link;
    enum err rc = link_read(s->j.store, s->j.site, &link);
    if (rc == ERR_OK)
        rc = suspend_word(s, &word);
    if (rc != ERR_OK)
        return rc;
    js_set_str(out, "status", clock_day(clock_now()) == from ? word : NULL);
    js_set_int(out, "unsent", link.last - link.acked);
    return ERR_OK;
}

enum err report_facts(struct site *s, int64_t at, json_t **out)
{
    static enum err (*const parts[])(struct site * s, int64_t from, json_t * out) = {
        put_incidents, put_staff, put_duties, put_supplies, put_bookings, put_now};
    int64_t from = clock_day(at);
    enum err rc = ERR_OK;
    *out = json_object();
    for (size_t i = 0; rc == ERR_OK && i < sizeof parts / sizeof *parts; i++)
        rc = parts[i](s, from, *out);
    return rc;
}

json_t *report_missing(const json_t *facts)
{
    static const char *const open[] = {"late", "missed", "not_done", "due"};
    size_t i;
    json_t *one, *out = json_array();
    json_array_foreach(js_get(facts, "duties"), i, one)
    {
        const char *state = js_str(one, "state");
        for (size_t k = 0; k < sizeof open / sizeof *open; k++)
            if (state != NULL && strcmp(open[k], state) == 0)
                json_array_append(out, one);
    }
    return out;
}
