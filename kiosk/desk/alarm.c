/* Owns: the list of alarms, and that of suspensions.
 * Invariant: what is overdue is read from the incident's own plan. */
#include "kiosk/desk/alarm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/incident.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/plan.h"
#include "kiosk/desk/sql.h"
#include "kiosk/desk/suspend.h"

static void put(json_t *row, const char *key, json_t *value)
{
    json_object_set_new(row, key, value);
}

static void set_text(json_t *row, char *text)
{
    js_set_str(row, "text", text);
    free(text);
}

/* --- suspensions -------------------------------------------------------------------------------
 */

static json_t *make_suspension(sqlite3_stmt *q)
{
    json_t *row = json_object();
    js_set_str(row, "id", store_text(q, 3));
    js_set_time(row, "at", store_int(q, 0));
    js_set_time(row, "heard", store_int(q, 4));
    put(row, "who", sql_json(q, 5));
    put(row, "clerk", sql_json(q, 6));
    put(row, "answers", sql_json(q, 7));
    put(row, "scope", sql_json(q, 8));
    put(row, "reason", json_null());
    put(row, "suspended", json_boolean(sqlite3_column_type(q, 9) == SQLITE_NULL));
    js_set_time(row, "ended", sql_time(q, 10));
    put(row, "ended_by", sql_json(q, 11));
    put(row, "ended_id", sql_json(q, 9));
    put(row, "ended_reason", json_null());
    return row;
}

/* Reasons are sealed, and an order's may be too. */
static enum err fill_reason(struct site *s, json_t *row, const char *id, const char *key)
{
    json_t *sealed = NULL;
    if (id == NULL || !s->j.unlocked)
        return ERR_OK;
    enum err rc = journal_unseal(&s->j, id, &sealed);
    if (rc == ERR_OK)
        js_set_str(row, key, js_str(sealed, "reason"));
    json_decref(sealed);
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

static enum err fill_suspension(struct site *s, json_t *row)
{
    enum err rc = fill_reason(s, row, js_str(row, "id"), "reason");
    return rc == ERR_OK ? fill_reason(s, row, js_str(row, "ended_id"), "ended_reason") : rc;
}

const struct listing suspension_listing = {
    .sql = "SELECT at, epoch, seq, id, heard, who, clerk, answers, scope, ended, ended_at, ended_by"
           " FROM suspension WHERE" LISTING_WINDOW LISTING_ORDER,
    .make = make_suspension,
    .fill = fill_suspension,
};

enum err suspension_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                         void *to)
{
    return listing_each(s, &suspension_listing, arg, q, row, to);
}

static void say_suspended(json_t *row, int64_t at)
{
    char since[CLOCK_TEXT];
    const char *scope = js_str(row, "scope");
    bool hub = strcmp(js_str(row, "who"), "hub") == 0;
    clock_short(at, since);
    if (strncmp(scope, "window:", 7) == 0)
        set_text(row, mem_printf(_("Window %s is suspended since %s"), scope + 7, since));
    else if (hub)
        set_text(row, mem_printf(_("SERVICE SUSPENDED since %s, by the sub-centre"), since));
    else
        set_text(row, mem_printf(_("SERVICE SUSPENDED since %s"), since));
}

static enum err list_suspended(struct store *s, json_t *rows)
{
    bool more = false;
    sqlite3_stmt *q;
    enum err rc = sql_open(s, &q,
                           "SELECT id, at, scope, who, clerk FROM suspension WHERE ended IS NULL"
                           " ORDER BY scope, at",
                           "");
    while (rc == ERR_OK && (rc = store_step(s, q, &more)) == ERR_OK && more) {
        json_t *row = json_pack("{s:s}", "alarm", "suspended");
        put(row, "id", sql_json(q, 0));
        js_set_time(row, "at", store_int(q, 1));
        put(row, "scope", sql_json(q, 2));
        put(row, "who", sql_json(q, 3));
        put(row, "by", sql_json(q, 4));
        say_suspended(row, store_int(q, 1));
        json_array_append_new(rows, row);
    }
    return rc;
}

/* --- incidents ---------------------------------------------------------------------------------
 */

struct open_incident {
    char id[ENTRY_ID], cause[64];
    char *name; /* the pack's words for the cause, or the cause itself */
    int64_t at;
};

struct watch {
    json_t *fresh, *overdue;
    int64_t now, next;
};

static json_t *alarm_row(const struct open_incident *i, const char *alarm)
{
    json_t *row = json_object();
    js_set_str(row, "alarm", alarm);
    js_set_str(row, "id", i->id);
    js_set_time(row, "at", i->at);
    js_set_str(row, "cause", i->cause);
    js_set_str(row, "cause_name", i->name);
    return row;
}

static void say_new(struct watch *w, const struct open_incident *i)
{
    char at[CLOCK_TEXT];
    json_t *row = alarm_row(i, "new");
    set_text(row, mem_printf(_("NEW INCIDENT %s: %s"), clock_hhmm(i->at, at), i->name));
    json_array_append_new(w->fresh, row);
}

static void say_overdue(struct watch *w, const struct open_incident *i, const json_t *step,
                        int64_t due)
{
    char at[CLOCK_TEXT], by[CLOCK_TEXT];
    json_t *row = alarm_row(i, "overdue");
    const char *name = lang_pick(step);
    bool today = clock_day(due) == clock_day(w->now);
    js_set_time(row, "due", due);
    put(row, "step", json_incref(js_get(step, "id")));
    js_set_str(row, "step_name", *name ? name : js_str(step, "id"));
    js_set_str(row, "contact", js_str(step, "contact"));
    set_text(row, mem_printf(_("OVERDUE since %s: %s (%s, %s)"),
                             today ? clock_hhmm(due, by) : clock_short(due, by),
                             js_str(row, "step_name"), i->name,
                             today ? clock_hhmm(i->at, at) : clock_short(i->at, at)));
    json_array_append_new(w->overdue, row);
}

/* Each step on its own: a late call does not hide behind another. */
static void look_at(struct watch *w, const struct open_incident *i, const struct incident_now *now)
{
    size_t k, late = json_array_size(w->overdue);
    json_t *step;
    json_array_foreach(now->plan, k, step)
    {
        int64_t due = plan_due(step, now->done, i->at);
        if (due == CLOCK_NONE)
            continue;
        if (due <= w->now)
            say_overdue(w, i, step, due);
        else if (w->next == CLOCK_NONE || due < w->next)
            w->next = due;
    }
    if (json_array_size(now->done) == 0 && json_array_size(w->overdue) == late)
        say_new(w, i);
}

static enum err read_open(struct store *s, json_t *rows)
{
    bool more = false;
    sqlite3_stmt *q;
    enum err rc = sql_open(s, &q,
                           "SELECT id, at, cause, named FROM incident WHERE state <> 'closed'"
                           " ORDER BY at DESC, epoch DESC, seq DESC",
                           "");
    while (rc == ERR_OK && (rc = store_step(s, q, &more)) == ERR_OK && more) {
        json_t *row = json_object();
        put(row, "id", sql_json(q, 0));
        put(row, "at", sql_json(q, 1));
        put(row, "cause", sql_json(q, 2));
        put(row, "named", sql_parsed(q, 3, json_null()));
        json_array_append_new(rows, row);
    }
    return rc;
}

static enum err watch_one(struct site *s, struct watch *w, const json_t *row)
{
    struct incident_now now;
    struct open_incident i = {.at = js_int(row, "at", 0)};
    const char *name = lang_pick(js_get(row, "named"));
    snprintf(i.id, sizeof i.id, "%s", js_str(row, "id"));
    snprintf(i.cause, sizeof i.cause, "%s", js_str(row, "cause"));
    i.name = mem_strdup(*name ? name : i.cause);
    enum err rc = incident_read(s->j.store, i.id, &now);
    if (rc == ERR_OK)
        look_at(w, &i, &now);
    incident_fini(&now);
    free(i.name);
    return rc;
}

enum err alarm_list(struct site *s, int64_t now, json_t **rows, int64_t *next)
{
    size_t k;
    json_t *one, *open = json_array();
    struct watch w = {json_array(), json_array(), now, CLOCK_NONE};
    *rows = json_array();
    enum err rc = list_suspended(s->j.store, *rows);
    if (rc == ERR_OK)
        rc = read_open(s->j.store, open);
    json_array_foreach(open, k, one)
    {
        if (rc == ERR_OK)
            rc = watch_one(s, &w, one);
    }
    json_array_extend(*rows, w.overdue);
    json_array_extend(*rows, w.fresh);
    json_decref(w.overdue);
    json_decref(w.fresh);
    json_decref(open);
    if (next != NULL)
        *next = w.next;
    return rc;
}

enum err alarms_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                     void *to)
{
    size_t i;
    json_t *one, *rows;
    (void)arg;
    (void)q;
    enum err rc = alarm_list(s, clock_now(), &rows, NULL);
    json_array_foreach(rows, i, one)
    {
        if (rc == ERR_OK)
            rc = row(to, one);
    }
    json_decref(rows);
    return rc;
}
