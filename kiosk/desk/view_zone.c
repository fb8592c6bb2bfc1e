/* Owns: who is in which zone of the pack, since when (分区管理).
 * Invariant: a zone says what it holds: who was admitted and has no number yet (visits), who waits
 * or is served (tickets), who was led aside (incidents); nobody is counted by guess. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/person.h"
#include "kiosk/desk/sql.h"
#include "kiosk/desk/ticket.h"

#define MINUTE_MS 60000

/* Columns: id, what, person, since, state, place. :day local date, :since oldest of interest. */
static const struct holding {
    const char *holds, *sql;
    bool stays; /* a longest stay is set for it */
} holdings[] = {
    {"visits",
     "SELECT id, NULL, person, at, 'admitted', NULL FROM visit AS v"
     " WHERE at > :since AND outcome = 'admit' AND role = 'visitor'"
     " AND NOT EXISTS (SELECT 1 FROM ticket WHERE visit = v.id AND state <> 'void')"
     " AND NOT EXISTS (SELECT 1 FROM case_file WHERE person = v.person AND at >= v.at)"
     " ORDER BY at, epoch, seq",
     false},
    {"tickets",
     "SELECT id, number, person, at, state, window FROM ticket AS t WHERE day = :day"
     " AND state IN ('waiting', 'called', 'held') AND NOT EXISTS"
     " (SELECT 1 FROM visit WHERE id = t.visit AND outcome <> 'admit') ORDER BY at, epoch, seq",
     true},
    {"incidents",
     "SELECT id, cause, person, since, state, place FROM incident"
     " WHERE since IS NOT NULL AND freed IS NULL AND state <> 'closed' ORDER BY since",
     false},
};

struct zone {
    const struct holding *h;
    int64_t now, stay;
    json_t *people;
};

static json_t *make_one(const struct zone *z, sqlite3_stmt *q)
{
    json_t *one = json_object();
    int64_t since = store_int(q, 3), minutes = (z->now - since) / MINUTE_MS;
    json_object_set_new(one, "id", sql_json(q, 0));
    json_object_set_new(one, "what", sql_json(q, 1));
    json_object_set_new(one, "person", sql_json(q, 2));
    json_object_set_new(one, "state", sql_json(q, 4));
    js_set_time(one, "since", since);
    js_set_int(one, "minutes", minutes > 0 ? minutes : 0);
    json_object_set_new(one, "over", json_boolean(z->h->stays && minutes > z->stay));
    json_object_set_new(one, "place", sql_json(q, 5));
    return one;
}

static enum err read_people(struct site *s, const struct zone *z)
{
    bool more = false;
    char day[CLOCK_TEXT];
    sqlite3_stmt *q = store_sql(s->j.store, z->h->sql);
    if (q == NULL)
        return err_last();
    int at_day = sqlite3_bind_parameter_index(q, ":day");
    int at_since = sqlite3_bind_parameter_index(q, ":since");
    if (at_day > 0)
        store_bind_text(q, at_day, clock_date(z->now, day));
    if (at_since > 0)
        store_bind_int(q, at_since, z->now - z->stay * MINUTE_MS);
    enum err rc;
    while ((rc = store_step(s->j.store, q, &more)) == ERR_OK && more)
        json_array_append_new(z->people, make_one(z, q));
    return rc;
}

/* Of an incident: its cause in words, the step taken last, and what was noted last: the record of
 * tests and inquiries (R18). */
static enum err take_incident(void *to, json_t *incident)
{
    size_t i, k;
    json_t *one = to, *step, *planned;
    const char *cause = js_str(incident, "cause_name");
    if (cause != NULL)
        js_set_str(one, "what", cause);
    js_set_str(one, "note", js_str(incident, "note"));
    json_array_foreach(js_get(incident, "steps"), i, step)
    {
        const char *id = js_str(step, "step");
        js_set_str(one, "last", id);
        json_array_foreach(js_get(incident, "plan"), k,
                           planned) if (strcmp(js_str(planned, "id"), id) == 0)
            js_set_str(one, "last", lang_pick(planned));
        if (js_str(step, "note") != NULL)
            js_set_str(one, "note", js_str(step, "note"));
    }
    return ERR_OK;
}

static enum err name_people(struct site *s, json_t *people, bool incidents)
{
    size_t i;
    json_t *one;
    char what[16 + ENTRY_ID];
    enum err rc = ERR_OK;
    json_array_foreach(people, i, one)
    {
        snprintf(what, sizeof what, "incidents:%s", js_str(one, "id"));
        if (incidents)
            rc = view_each(s, what, &VIEW_ALL, take_incident, one);
        if (rc == ERR_OK)
            rc = person_into(s, one, js_str(one, "person"));
        if (rc != ERR_OK)
            break;
    }
    return rc;
}

static enum err fill_zone(struct site *s, const json_t *zone, json_t *people)
{
    const char *holds = js_str(zone, "holds");
    struct zone z = {.now = clock_now(),
                     .stay = ticket_param(s, "max_stay_minutes", TICKET_STAY_MINUTES),
                     .people = people};
    for (size_t i = 0; holds != NULL && i < sizeof holdings / sizeof *holdings; i++)
        if (strcmp(holdings[i].holds, holds) == 0)
            z.h = &holdings[i];
    enum err rc = z.h != NULL ? read_people(s, &z) : ERR_OK;
    return rc == ERR_OK ? name_people(s, people, holds != NULL && *holds == 'i') : rc;
}

/* The pack's own number, or its parameter's as the site has adapted it; -1: no places are counted.
 */
static int64_t spots_of(struct site *s, const json_t *zone)
{
    const char *param = js_str(zone, "spots");
    return param != NULL ? ticket_param(s, param, -1) : js_int(zone, "spots", -1);
}

static json_t *make_zone(struct site *s, const json_t *zone, json_t *people)
{
    json_t *row = json_object();
    int64_t spots = spots_of(s, zone), used = (int64_t)json_array_size(people);
    js_set_str(row, "zone", js_str(zone, "id"));
    js_set_str(row, "title", lang_pick(zone));
    js_set_str(row, "holds", js_str(zone, "holds"));
    json_object_set_new(row, "spots", spots >= 0 ? json_integer(spots) : json_null());
    json_object_set_new(row, "free",
                        spots >= 0 ? json_integer(spots > used ? spots - used : 0) : json_null());
    json_object_set_new(row, "people", people);
    return row;
}

enum err zones_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                    void *to)
{
    size_t i;
    json_t *zone;
    struct policy *p;
    (void)arg, (void)q;
    enum err rc = site_policy(s, &p);
    if (rc != ERR_OK)
        return rc;
    json_t *zones = json_incref(js_get(policy_json(p), "zones")); /* `row` may see a newer pack */
    json_array_foreach(zones, i, zone)
    {
        json_t *people = json_array();
        rc = fill_zone(s, zone, people);
        json_t *one = make_zone(s, zone, people);
        if (rc == ERR_OK)
            rc = row(to, one);
        json_decref(one);
        if (rc != ERR_OK)
            break;
    }
    json_decref(zones);
    return rc;
}
