/* Owns: one case whole, with the persons and texts that belong to it, opened. Invariant: what is
 * opened here lives only in the answer. */
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "sync/hub/casework.h"
#include "sync/hub/courier.h"
#include "sync/hub/slip_in.h"
#include "sync/hub/view.h"

static enum err take_row(void *arg, const json_t *row)
{
    json_t **out = arg;
    *out = json_deep_copy(row);
    return ERR_OK;
}

/* The row of view "cases" for one case. */
static enum err case_row(struct hub *h, const char *site, const char *id, json_t **out)
{
    struct hub_query q = {.site = site, .id = id, .limit = 1};
    *out = NULL;
    enum err rc = hub_view(h, "cases", &q, take_row, out);
    return rc != ERR_OK || *out != NULL ? rc : err_set(ERR_NOT_FOUND, "case", NULL);
}

static enum err put_papers(struct hub *h, const char *site, const char *id, json_t *c)
{
    struct hub_rows r;
    json_t *papers = json_array();
    json_object_set_new(c, "papers", papers);
    enum err rc = hub_ask(h->db, &r,
                          "SELECT paper, state, until, needed, holder FROM paper"
                          " WHERE site = ?1 AND case_id = ?2 ORDER BY n, paper",
                          "ss", site, id);
    while (rc == ERR_OK && hub_next(&r, &rc)) {
        json_t *p = json_object();
        js_set_str(p, "paper", hub_text(&r, 0));
        js_set_str(p, "state", hub_text(&r, 1));
        js_set_str(p, "until", hub_null(&r, 2) ? NULL : hub_text(&r, 2));
        json_object_set_new(p, "needed", json_boolean(hub_int(&r, 3) != 0));
        js_set_str(p, "holder", hub_text(&r, 4));
        json_array_append_new(papers, p);
    }
    return rc;
}

static void put_step_facts(json_t *s, const char *text)
{
    json_t *facts = NULL;
    if (text == NULL || js_parse(text, strlen(text), NULL, &facts) != ERR_OK)
        return;
    json_object_update_missing(s, facts);
    if (js_get(s, "when") != NULL)
        js_set_time(s, "when", js_int(s, "when", CLOCK_NONE));
    json_decref(facts);
}

static enum err put_steps(struct hub *h, const char *site, const char *id, json_t *c)
{
    struct hub_rows r;
    json_t *steps = json_array();
    json_object_set_new(c, "steps", steps);
    enum err rc = hub_ask(h->db, &r,
                          "SELECT id, at, who, clerk, step, refused, facts FROM case_step"
                          " WHERE site = ?1 AND case_id = ?2 ORDER BY at, id",
                          "ss", site, id);
    while (rc == ERR_OK && hub_next(&r, &rc)) {
        json_t *s = json_object(), *sealed = NULL;
        js_set_str(s, "id", hub_text(&r, 0));
        js_set_time(s, "at", hub_int(&r, 1));
        js_set_str(s, "who", hub_text(&r, 2));
        js_set_str(s, "clerk", hub_text(&r, 3));
        js_set_str(s, "step", hub_text(&r, 4));
        json_object_set_new(s, "refused", json_boolean(hub_int(&r, 5) != 0));
        put_step_facts(s, hub_null(&r, 6) ? NULL : hub_text(&r, 6));
        if (hub_unseal(h, site, js_str(s, "id"), &sealed) == ERR_OK)
            json_object_update_missing(s, sealed); /* text, to, phone, file */
        json_decref(sealed);
        json_array_append_new(steps, s);
    }
    return rc;
}

/* What cannot be opened is left out: a case is shown without its names rather than not at all. */
static void put_people(struct hub *h, const char *site, const char *id, json_t *c)
{
    json_t *one = NULL;
    const char *person = js_str(c, "person"), *agent = js_str(c, "agent");
    if (person != NULL && hub_person(h, site, person, &one) == ERR_OK)
        json_object_update_missing(c, one);
    json_decref(one);
    one = NULL;
    if (agent != NULL && hub_person(h, site, agent, &one) == ERR_OK)
        json_object_set(c, "agent", one);
    json_decref(one);
    one = NULL;
    if (hub_unseal(h, site, id, &one) == ERR_OK) { /* relation, note */
        json_object_set(c, "relation", json_object_get(one, "relation"));
        json_object_set(c, "scope", json_object_get(one, "scope"));
        json_object_set(c, "note", json_object_get(one, "note"));
    }
    json_decref(one);
    one = NULL;
    if (js_str(c, "rated") != NULL && hub_unseal(h, site, js_str(c, "rated"), &one) == ERR_OK)
        json_object_set(c, "reason", json_object_get(one, "reason"));
    json_decref(one);
}

/* A case that came by slip alone has its names there. */
static void put_slip_people(struct hub *h, const char *site, const char *id, json_t *c)
{
    json_t *what = NULL;
    const char *person = js_str(c, "person");
    if ((person != NULL && *person != 0) || hub_slip_read(h, site, id, &what) != ERR_OK)
        return;
    json_object_update_missing(c, js_get(what, "person"));
    if (js_get(what, "agent") != NULL) {
        json_object_set(c, "agent", js_get(what, "agent"));
        js_set_str(c, "relation", js_str(js_get(what, "agent"), "relation"));
    }
    json_decref(what);
}

enum err hub_case_whole(struct hub *h, const char *site, const char *which, json_t **out)
{
    char at[SITE_CODE], id[ENTRY_ID];
    *out = NULL;
    enum err rc = hub_case_find(h, site, which, at, id);
    if (rc == ERR_OK)
        rc = case_row(h, at, id, out);
    if (rc == ERR_OK)
        rc = put_papers(h, at, id, *out);
    if (rc == ERR_OK)
        rc = put_steps(h, at, id, *out);
    json_t *couriers = NULL;
    if (rc == ERR_OK)
        rc = hub_courier_of_case(h, at, id, &couriers);
    if (rc == ERR_OK) {
        json_object_set(*out, "couriers", couriers);
        put_people(h, at, id, *out);
        put_slip_people(h, at, id, *out);
        json_object_set_new(*out, "differs", hub_slip_differs(h, *out));
    }
    json_decref(couriers);
    if (rc != ERR_OK) {
        json_decref(*out);
        *out = NULL;
    }
    return rc;
}
