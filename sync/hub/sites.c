/* Owns: what is the matter with a village. Invariant: it is said from what the hub has, by the same
 * words on the page and on the command line. */
#include "sync/hub/sites.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"

#define DAYS 30

const char *const hub_sites_looks[] = {"fork",    "failing",   "silent", "drift",
                                       "refused", "suspended", NULL};
const char *const hub_sites_sorts[] = {"site",    "name",  "contact", "drift",
                                       "refused", "bytes", NULL};

static int64_t time_of(const json_t *row, const char *key)
{
    int64_t at;
    const char *text = js_str(row, key);
    return text != NULL && clock_parse(text, &at) ? at : INT64_MIN;
}

static int64_t heard_of(const json_t *row)
{
    int64_t contact = time_of(row, "contact"), carried = time_of(row, "carried");
    return contact > carried ? contact : carried;
}

static bool is_silent(const json_t *row, int64_t ms)
{
    int64_t at = heard_of(row);
    return strcmp(js_str(row, "state"), "joined") == 0 &&
           (at == INT64_MIN || clock_now() - at > ms);
}

json_t *hub_sites_look(const json_t *row, int64_t silent_ms)
{
    json_t *all = json_array();
    const char *trouble = js_str(row, "trouble");
    const bool is[] = {
        js_int(row, "forks", 0) > 0,   trouble != NULL && *trouble != 0,
        is_silent(row, silent_ms),     llabs((long long)js_int(row, "drift", 0)) > SITES_DRIFT_MS,
        js_int(row, "refused", 0) > 0, js_str(row, "suspended") != NULL};
    for (size_t i = 0; i < sizeof is / sizeof *is; i++)
        if (is[i])
            json_array_append_new(all, json_string(hub_sites_looks[i]));
    return all;
}

static bool has_look(const json_t *row, const char *look)
{
    json_t *one;
    size_t i;
    json_array_foreach(js_get(row, "look"), i,
                       one) if (strcmp(json_string_value(one), look) == 0) return true;
    return false;
}

/* --- what they cost ------------------------------------------------------------------------------
 */

enum err hub_site_cost(struct hub *h, const char *site, int64_t up, int64_t down, bool failed)
{
    return hub_run(h->db,
                   "INSERT INTO site_day (site, day, up, down, requests, failed)"
                   " SELECT ?1, ?2, ?3, ?4, 1, ?5 WHERE EXISTS (SELECT 1 FROM site WHERE site = ?1)"
                   " ON CONFLICT (site, day) DO UPDATE SET up = site_day.up + ?3,"
                   " down = site_day.down + ?4, requests = site_day.requests + 1,"
                   " failed = site_day.failed + ?5",
                   "siiii", site, clock_day(clock_now()), up, down, (int64_t)failed);
}

enum err hub_site_carried(struct hub *h, const char *site, int64_t bytes, bool failed)
{
    enum err rc =
        hub_run(h->db, "UPDATE site SET carried = ?2 WHERE site = ?1", "si", site, clock_now());
    return rc == ERR_OK ? hub_site_cost(h, site, bytes, 0, failed) : rc;
}

static const char *const costs[] = {"up_today", "down_today", "requests_today", "failed_today",
                                    "bytes"};

static enum err add_costs(struct hub *h, json_t *row)
{
    struct hub_rows rows;
    int64_t today = clock_day(clock_now());
    for (int i = 0; i < (int)(sizeof costs / sizeof *costs); i++)
        js_set_int(row, costs[i], 0);
    enum err rc = hub_ask(h->db, &rows,
                          "SELECT sum(CASE WHEN day = ?2 THEN up ELSE 0 END),"
                          " sum(CASE WHEN day = ?2 THEN down ELSE 0 END),"
                          " sum(CASE WHEN day = ?2 THEN requests ELSE 0 END),"
                          " sum(CASE WHEN day = ?2 THEN failed ELSE 0 END), sum(up + down)"
                          " FROM site_day WHERE site = ?1 AND day > ?3",
                          "sii", js_str(row, "site"), today, today - DAYS * CLOCK_DAY_MS);
    while (rc == ERR_OK && hub_next(&rows, &rc))
        for (int i = 0; i < (int)(sizeof costs / sizeof *costs); i++)
            js_set_int(row, costs[i], hub_int(&rows, i));
    return rc;
}

/* --- in order ------------------------------------------------------------------------------------
 */

static int64_t number_of(const json_t *row, const char *sort)
{
    if (strcmp(sort, "contact") == 0) /* who was heard of last comes last */
        return heard_of(row);
    int64_t n = js_int(row, sort, 0);
    return sort[0] == 'd' ? -llabs((long long)n) : -n;
}

static int compare(const json_t *a, const json_t *b, const char *sort)
{
    if (strcmp(sort, "name") == 0)
        return strcmp(js_str(a, "name"), js_str(b, "name"));
    int64_t x = strcmp(sort, "site") == 0 ? 0 : number_of(a, sort);
    int64_t y = strcmp(sort, "site") == 0 ? 0 : number_of(b, sort);
    return x < y ? -1 : x > y;
}

/* Rows come by code; a stable sort keeps that order among equals. */
static void put_in_order(json_t *rows, const char *sort)
{
    for (size_t i = 1; i < json_array_size(rows); i++) {
        json_t *row = json_incref(json_array_get(rows, i));
        size_t to = i;
        while (to > 0 && compare(json_array_get(rows, to - 1), row, sort) > 0)
            to--;
        json_array_remove(rows, i);
        json_array_insert_new(rows, to, row);
    }
}

struct gathering {
    json_t *rows;
};

static enum err gather(void *arg, const json_t *row)
{
    struct gathering *g = arg;
    json_array_append_new(g->rows, json_deep_copy(row));
    return ERR_OK;
}

static bool known(const char *const *words, const char *word)
{
    for (; word != NULL && *words != NULL; words++)
        if (strcmp(*words, word) == 0)
            return true;
    return word == NULL;
}

enum err hub_sites(struct hub *h, const struct hub_sites *q, json_t **out)
{
    struct gathering g = {json_array()};
    struct hub_query all = {.officer = q->officer};
    *out = NULL;
    enum err rc = hub_view(h, "sites", &all, gather, &g);
    if (!known(hub_sites_looks, q->look))
        rc = err_set(ERR_FIELD_CHOICE, "--state", "%s", q->look);
    if (!known(hub_sites_sorts, q->sort))
        rc = err_set(ERR_FIELD_CHOICE, "--sort", "%s", q->sort);
    for (size_t i = json_array_size(g.rows); rc == ERR_OK && i-- > 0;) {
        json_t *row = json_array_get(g.rows, i);
        json_object_set_new(row, "look",
                            hub_sites_look(row, q->silent_ms > 0 ? q->silent_ms : SITES_SILENT_MS));
        if (q->look != NULL && !has_look(row, q->look))
            json_array_remove(g.rows, i);
        else
            rc = add_costs(h, row);
    }
    if (rc == ERR_OK) {
        put_in_order(g.rows, q->sort != NULL ? q->sort : "site");
        *out = json_incref(g.rows);
    }
    json_decref(g.rows);
    return rc;
}
