/* Owns: the figures of a day. Invariant: nothing here opens a sealed part; every question to the
 * store goes site by site along a key that leads with the site. */
#include "sync/hub/day.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/plan.h"
#include "kiosk/desk/tally.h"
#include "sync/hub/audit.h"
#include "sync/hub/live.h"
#include "sync/hub/sites.h"

#define HOUR_MS 3600000LL

/* Who is limited to some villages has the figures of those (scope.h). */
#define MINE(who)                                                                                  \
    " AND (" who " IS NULL OR EXISTS (SELECT 1 FROM officer_site z WHERE z.officer = " who         \
    " AND z.site = s.site))"

static const char *whose(const struct hub *h)
{
    return h->asker.limited ? h->asker.who : NULL;
}

static void add(json_t *counts, const char *key, int64_t n)
{
    js_set_int(counts, key, js_int(counts, key, 0) + n);
}

/* One more in place i of an array of numbers. */
static void add_at(json_t *numbers, size_t i, int64_t n)
{
    json_int_t had = json_integer_value(json_array_get(numbers, i));
    json_array_set_new(numbers, i, json_integer(had + n));
}

static json_t *zeros(size_t n)
{
    json_t *a = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(a, json_integer(0));
    return a;
}

/* --- villages ---------------------------------------------------------------------------------
 */

struct gathering {
    json_t *counts, *rows;
    size_t max;
};

static enum err gather(void *arg, const json_t *row)
{
    struct gathering *g = arg;
    size_t i;
    json_t *one, *look = hub_sites_look(row, SITES_SILENT_MS);
    bool revoked = strcmp(js_str(row, "state"), "revoked") == 0;
    add(g->counts, js_str(row, "state"), 1);
    if (!revoked)
        json_array_foreach(look, i, one) add(g->counts, json_string_value(one), 1);
    if (json_array_size(look) == 0 && strcmp(js_str(row, "state"), "joined") == 0)
        add(g->counts, "fine", 1);
    if (!revoked && json_array_size(look) > 0 && json_array_size(g->rows) < g->max) {
        json_t *copy = json_deep_copy(row);
        json_object_set(copy, "look", look);
        json_array_append_new(g->rows, copy);
    }
    json_decref(look);
    return ERR_OK;
}

static enum err add_sites(struct hub *h, size_t max, json_t *day)
{
    struct hub_query q = {.site = NULL};
    struct gathering g = {json_object(), json_array(), max};
    json_object_set_new(day, "sites", g.counts);
    json_object_set_new(day, "look", g.rows);
    return hub_view(h, "sites", &q, gather, &g);
}

/* --- figures ----------------------------------------------------------------------------------
 */

static enum err add_visits(struct hub *h, int64_t start, json_t *day)
{
    static const char *const outcomes[] = {"admit", "deny", "isolate"};
    struct hub_rows r;
    json_t *hours = json_array();
    for (int i = 0; i < DAY_HOURS; i++)
        json_array_append_new(hours, zeros(3));
    json_object_set_new(day, "visits", hours);
    enum err rc =
        hub_ask(h->db, &r,
                "SELECT (v.at - ?1) / 3600000, v.outcome, count(*) FROM site s"
                " CROSS JOIN visit v WHERE v.site = s.site AND v.at >= ?1 AND v.at < ?2" MINE(
                    "?3") " GROUP BY 1, 2",
                "iis", start, start + CLOCK_DAY_MS, whose(h));
    while (rc == ERR_OK && hub_next(&r, &rc))
        for (size_t o = 0; o < 3; o++)
            if (strcmp(hub_text(&r, 1), outcomes[o]) == 0)
                add_at(json_array_get(hours, (size_t)hub_int(&r, 0)), o, hub_int(&r, 2));
    return rc;
}

/* Cases by their channel, and residents who were shown another one. */
static enum err add_channels(struct hub *h, int64_t day_number, json_t *day)
{
    struct hub_rows r;
    json_t *channels = json_object();
    json_object_set_new(day, "channels", channels);
    enum err rc = hub_ask(h->db, &r,
                          "SELECT t.key, sum(t.n) FROM site s CROSS JOIN tally t"
                          " WHERE t.site = s.site AND t.day = ?1"
                          " AND t.series IN ('case', 'guidance')" MINE("?2") " GROUP BY t.key",
                          "is", day_number, whose(h));
    while (rc == ERR_OK && hub_next(&r, &rc))
        add(channels, hub_text(&r, 0), hub_int(&r, 1));
    return rc;
}

static void count_duties(const json_t *body, json_t *duties)
{
    size_t i;
    json_t *one;
    json_array_foreach(js_get(js_get(body, "facts"), "duties"), i, one)
    {
        const char *duty = js_str(one, "duty"), *state = js_str(one, "state");
        if (duty == NULL || state == NULL || strcmp(state, "later") == 0)
            continue;
        if (json_object_get(duties, duty) == NULL)
            json_object_set_new(duties, duty, zeros(2));
        add_at(json_object_get(duties, duty), strncmp(state, "done", 4) == 0 ? 0 : 1, 1);
    }
}

/* The last revision of each village's report. */
static enum err add_duties(struct hub *h, int64_t day_number, json_t *day)
{
    struct hub_rows r;
    json_t *duties = json_object(), *body;
    json_object_set_new(day, "duties", duties);
    enum err rc = hub_ask(h->db, &r,
                          "SELECT r.body FROM site s CROSS JOIN report r WHERE r.site = s.site"
                          " AND r.day = ?1 AND NOT EXISTS (SELECT 1 FROM report l WHERE"
                          " l.site = r.site AND l.day = r.day AND (l.epoch, l.seq) >"
                          " (r.epoch, r.seq))" MINE("?2"),
                          "is", day_number, whose(h));
    while (rc == ERR_OK && hub_next(&r, &rc)) {
        const char *text = hub_text(&r, 0);
        if (js_parse(text, strlen(text), NULL, &body) != ERR_OK)
            continue;
        count_duties(body, duties);
        json_decref(body);
    }
    return rc;
}

static size_t lag_place(int64_t ms)
{
    static const int64_t ends[DAY_LAGS - 2] = {60000, 600000, HOUR_MS, CLOCK_DAY_MS};
    size_t i = 0;
    while (i < DAY_LAGS - 2 && ms >= ends[i])
        i++;
    return i;
}

static enum err add_lag(struct hub *h, json_t *day)
{
    struct hub_rows r;
    json_t *lag = zeros(DAY_LAGS);
    json_object_set_new(day, "lag", lag);
    enum err rc = hub_ask(h->db, &r,
                          "SELECT n.arrived - n.heard FROM site s"
                          " LEFT JOIN site_epoch e ON e.site = s.site AND e.epoch = s.epoch"
                          " LEFT JOIN entry n ON n.site = e.site AND n.epoch = e.epoch"
                          " AND n.seq = e.seq WHERE s.state = 'joined'" MINE("?1"),
                          "s", whose(h));
    while (rc == ERR_OK && hub_next(&r, &rc))
        add_at(lag, hub_null(&r, 0) ? DAY_LAGS - 1 : lag_place(hub_int(&r, 0)), 1);
    return rc;
}

enum err hub_day(struct hub *h, int64_t at, size_t rows, json_t **out)
{
    int64_t number = tally_day(at);
    json_t *day = json_object();
    enum err rc = add_sites(h, rows, day);
    if (rc == ERR_OK)
        rc = add_visits(h, tally_day_start(number), day);
    if (rc == ERR_OK)
        rc = add_channels(h, number, day);
    if (rc == ERR_OK)
        rc = add_duties(h, number - 1, day);
    if (rc == ERR_OK)
        rc = add_lag(h, day);
    *out = rc == ERR_OK ? json_incref(day) : NULL;
    json_decref(day);
    return rc;
}

/* --- places -----------------------------------------------------------------------------------
 */

enum err hub_place_read(const char *text, int64_t *lat, int64_t *lon)
{
    char *end;
    double y = strtod(text, &end), x = 0;
    bool good = end != text && *end == ',';
    if (good) {
        const char *second = end + 1;
        x = strtod(second, &end);
        good = end != second && *end == 0 && x == x && y == y; /* not NaN */
    }
    if (!good)
        return err_set(ERR_FIELD_TYPE, "place", "31.12,121.05");
    if (y < -90 || y > 90 || x < -180 || x > 180)
        return err_set(ERR_FIELD_RANGE, "place", "-90-90,-180-180");
    *lat = (int64_t)(y * 1e6 + (y < 0 ? -0.5 : 0.5));
    *lon = (int64_t)(x * 1e6 + (x < 0 ? -0.5 : 0.5));
    return ERR_OK;
}

enum err hub_site_place(struct hub *h, const char *site, int64_t lat, int64_t lon)
{
    enum err rc = hub_begin(h->db);
    if (rc != ERR_OK)
        return rc;
    if (hub_number(h->db, 0, "SELECT count(*) FROM site WHERE site = ?1", "s", site) == 0)
        rc = err_set(ERR_NOT_FOUND, "site", NULL);
    if (rc == ERR_OK)
        rc = hub_run(h->db, "UPDATE site SET lat = ?2, lon = ?3 WHERE site = ?1", "sii", site, lat,
                     lon);
    if (rc == ERR_OK)
        rc = hub_audit_note(h, NULL, "site_change", site, NULL, "place");
    rc = hub_end(h->db, rc);
    if (rc == ERR_OK)
        hub_changed(h, "site", site);
    return rc;
}

struct mapping {
    json_t *places, *rows;
};

static enum err put_place(void *arg, const json_t *row)
{
    struct mapping *m = arg;
    json_t *place = json_object_get(m->places, js_str(row, "site"));
    if (place == NULL)
        return ERR_OK;
    json_object_set_new(place, "look", hub_sites_look(row, SITES_SILENT_MS));
    json_object_set_new(place, "revoked",
                        json_boolean(strcmp(js_str(row, "state"), "revoked") == 0));
    json_array_append(m->rows, place);
    return ERR_OK;
}

enum err hub_day_map(struct hub *h, json_t **out)
{
    struct hub_rows r;
    struct hub_query q = {.site = NULL};
    struct mapping m = {json_object(), json_array()};
    enum err rc =
        hub_ask(h->db, &r, "SELECT site, name, lat, lon FROM site WHERE lat IS NOT NULL", "");
    while (rc == ERR_OK && hub_next(&r, &rc))
        json_object_set_new(m.places, hub_text(&r, 0),
                            json_pack("{s:s,s:s,s:I,s:I}", "site", hub_text(&r, 0), "name",
                                      hub_text(&r, 1), "lat", (json_int_t)hub_int(&r, 2), "lon",
                                      (json_int_t)hub_int(&r, 3)));
    if (rc == ERR_OK && json_object_size(m.places) > 0)
        rc = hub_view(h, "sites", &q, put_place, &m);
    *out = rc == ERR_OK ? json_incref(m.rows) : NULL;
    json_decref(m.places);
    json_decref(m.rows);
    return rc;
}

/* --- the clock of an incident -----------------------------------------------------------------
 */

static json_t *steps_done(const json_t *row)
{
    size_t i;
    json_t *one, *done = json_array();
    json_array_foreach(js_get(row, "steps"), i, one)
        json_array_append(done, json_object_get(one, "step"));
    return done;
}

json_t *hub_incident_next(const json_t *row, int64_t now)
{
    size_t i;
    int64_t found = now;
    json_t *step, *next = json_array(), *done = steps_done(row);
    json_t *plan = json_incref(js_get(row, "plan"));
    if (!json_is_array(plan))
        plan = plan_before();
    clock_parse(js_str(row, "at"), &found);
    json_array_foreach(plan, i, step)
    {
        int64_t due = plan_due(step, done, found);
        if (!plan_may(plan, done, js_str(row, "state"), step))
            continue;
        json_t *one = json_pack("{s:O}", "step", step);
        if (due != CLOCK_NONE) {
            js_set_int(one, "due", due);
            js_set_int(one, "late", now - due);
        }
        json_array_append_new(next, one);
    }
    json_decref(done);
    json_decref(plan);
    return next;
}
