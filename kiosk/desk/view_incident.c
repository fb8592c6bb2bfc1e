/* Owns: the list of incidents, and of what was reported about them.
 * Invariant: what may be done next, and by when, comes from the incident's own plan. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/incident.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/person.h"
#include "kiosk/desk/plan.h"
#include "kiosk/desk/sql.h"

static void put(json_t *row, const char *key, json_t *value)
{
    json_object_set_new(row, key, value);
}

#define COLUMNS                                                                                    \
    "at, epoch, seq, id, person, cause, state, visit, actions, clerk, updated, heard, policy,"     \
    " named, place, since, freed, answers"

static json_t *make_incident(sqlite3_stmt *q)
{
    json_t *row = json_object(), *named = sql_parsed(q, 13, json_null());
    js_set_str(row, "id", store_text(q, 3));
    js_set_time(row, "at", store_int(q, 0));
    js_set_time(row, "heard", sql_time(q, 11));
    put(row, "person", sql_json(q, 4));
    put(row, "name", json_null());
    put(row, "id_no", json_null());
    put(row, "cause", sql_json(q, 5));
    js_set_str(row, "cause_name", json_is_object(named) ? lang_pick(named) : NULL);
    put(row, "state", sql_json(q, 6));
    put(row, "visit", sql_json(q, 7));
    put(row, "actions", sql_parsed(q, 8, json_array()));
    put(row, "clerk", sql_json(q, 9));
    js_set_time(row, "updated", sql_time(q, 10));
    put(row, "policy", sql_json(q, 12));
    put(row, "place", sql_json(q, 14));
    js_set_time(row, "since", sql_time(q, 15));
    js_set_time(row, "freed", sql_time(q, 16));
    put(row, "answers", sql_json(q, 17));
    json_decref(named);
    return row;
}

static enum err list_steps(struct site *s, const char *incident, json_t *steps)
{
    bool more = false;
    sqlite3_stmt *q;
    enum err rc = sql_open(s->j.store, &q,
                           "SELECT id, at, clerk, step, means, heard, place, answers"
                           " FROM incident_step WHERE incident = ?1 ORDER BY at, rowid",
                           "t", incident);
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &more)) == ERR_OK && more) {
        json_t *step = json_object();
        put(step, "id", sql_json(q, 0));
        js_set_time(step, "at", store_int(q, 1));
        js_set_time(step, "heard", sql_time(q, 5));
        put(step, "clerk", sql_json(q, 2));
        put(step, "step", sql_json(q, 3));
        put(step, "by", sql_json(q, 4));
        put(step, "place", sql_json(q, 6));
        put(step, "answers", sql_json(q, 7));
        json_array_append_new(steps, step);
    }
    return rc;
}

/* Words that may name people; a sealed part that was dropped, or that nobody may open, is simply
 * not shown. */
static enum err fill_words(struct site *s, json_t *row, const char *const *keys)
{
    json_t *sealed = NULL;
    enum err rc = s->j.unlocked ? journal_unseal(&s->j, js_str(row, "id"), &sealed) : ERR_OK;
    for (; *keys != NULL; keys++)
        js_set_str(row, *keys, js_str(sealed, *keys));
    json_decref(sealed);
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

static enum err fill_steps(struct site *s, json_t *steps)
{
    static const char *const keys[] = {"to", "ref", "note", "reason", NULL};
    size_t i;
    json_t *step;
    enum err rc = ERR_OK;
    json_array_foreach(steps, i, step)
    {
        if (rc == ERR_OK)
            rc = fill_words(s, step, keys);
    }
    return rc;
}

/* The plan, each step with when it is overdue; what may be done now; what must be. */
static enum err fill_plan(struct site *s, json_t *row)
{
    size_t i;
    json_t *step;
    struct incident_now now;
    enum err rc = incident_read(s->j.store, js_str(row, "id"), &now);
    if (rc == ERR_OK) {
        json_array_foreach(now.plan, i, step)
        {
            js_set_time(step, "due", plan_due(step, now.done, now.at));
        }
        put(row, "plan", json_incref(now.plan));
        put(row, "possible", incident_possible(&now));
        put(row, "missing", plan_missing(now.plan, now.done));
    }
    incident_fini(&now);
    return rc;
}

static enum err fill_incident(struct site *s, json_t *row)
{
    static const char *const keys[] = {"note", NULL};
    json_t *steps = json_array();
    enum err rc = person_into(s, row, js_str(row, "person"));
    if (rc == ERR_OK)
        rc = fill_words(s, row, keys);
    if (rc == ERR_OK)
        rc = fill_plan(s, row);
    if (rc == ERR_OK)
        rc = list_steps(s, js_str(row, "id"), steps);
    if (rc == ERR_OK)
        rc = fill_steps(s, steps);
    put(row, "steps", steps);
    return rc;
}

static const char *const incident_match[] = {"cause", "cause_name", "id", "place", NULL};
const struct listing incident_listing = {
    .sql = "SELECT " COLUMNS " FROM incident WHERE" LISTING_WINDOW LISTING_ORDER,
    .by_state =
        "SELECT " COLUMNS " FROM incident WHERE state = :state AND" LISTING_WINDOW LISTING_ORDER,
    .make = make_incident,
    .fill = fill_incident,
    .match = incident_match,
};
static const struct listing one_incident = {
    .sql = "SELECT " COLUMNS " FROM incident WHERE id = :arg AND" LISTING_WINDOW LISTING_ORDER,
    .make = make_incident,
    .fill = fill_incident,
    .match = incident_match,
};

enum err incidents_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                        void *to)
{
    return listing_each(s, *arg != 0 ? &one_incident : &incident_listing, arg, q, row, to);
}

/* --- for the ledgers ---------------------------------------------------------------------------
 */

/* The last time that a step was taken counts. */
static void spread_step(json_t *row, const json_t *step)
{
    static const char *const parts[] = {"to", "by", "ref", "note", NULL};
    char key[80];
    const char *id = js_str(step, "step");
    if (id == NULL)
        return;
    put(row, id, json_incref(json_object_get(step, "at")));
    for (const char *const *part = parts; *part != NULL; part++) {
        snprintf(key, sizeof key, "%s_%s", id, *part);
        if (js_get(step, *part) != NULL)
            json_object_set(row, key, js_get(step, *part));
    }
}

enum err view_whole_incident(struct site *s, json_t *row)
{
    size_t i;
    json_t *step;
    const struct person *p;
    const char *person = js_str(row, "person");
    json_array_foreach(js_get(row, "steps"), i, step)
    {
        spread_step(row, step);
    }
    enum err rc = person != NULL && s->j.unlocked ? person_find(s, person, &p) : ERR_NOT_FOUND;
    if (rc == ERR_OK)
        js_set_str(row, "phone", p->phone);
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

static json_t *make_report(sqlite3_stmt *q)
{
    json_t *row = json_object(), *named = sql_parsed(q, 8, json_null());
    js_set_str(row, "id", store_text(q, 3));
    js_set_time(row, "at", store_int(q, 0));
    js_set_time(row, "heard", sql_time(q, 9));
    put(row, "clerk", sql_json(q, 4));
    put(row, "step", sql_json(q, 5));
    put(row, "by", sql_json(q, 6));
    put(row, "incident", sql_json(q, 7));
    put(row, "cause", json_is_object(named) ? json_string(lang_pick(named)) : sql_json(q, 10));
    json_decref(named);
    return row;
}

static enum err fill_report(struct site *s, json_t *row)
{
    static const char *const keys[] = {"to", "ref", "note", NULL};
    struct incident_now now;
    enum err rc = incident_read(s->j.store, js_str(row, "incident"), &now);
    const char *name = lang_pick(plan_step(now.plan, js_str(row, "step")));
    if (*name != 0)
        js_set_str(row, "step", name);
    incident_fini(&now);
    return rc == ERR_OK ? fill_words(s, row, keys) : rc;
}

const struct listing report_listing = {
    .sql = "SELECT at, epoch, seq, id, clerk, step, means, incident, named, heard, cause FROM"
           " (SELECT t.at, i.epoch, t.rowid AS seq, t.id, t.clerk, t.step, t.means, t.incident,"
           " i.named, t.heard, i.cause FROM incident_step t JOIN incident i ON i.id = t.incident"
           " WHERE t.means IS NOT NULL) WHERE" LISTING_WINDOW LISTING_ORDER,
    .make = make_report,
    .fill = fill_report,
};
