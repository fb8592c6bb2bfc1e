/* Owns: previews. Invariant: nothing is written; of what is opened only the outcome is told. */
#include "sync/hub/preview.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/rules/catalogue.h"
#include "kiosk/rules/policy.h"
#include "kiosk/rules/policymerge.h"
#include "sync/hub/items.h"
#include "sync/hub/report.h"
#include "sync/hub/scope.h"

struct preview {
    struct hub *hub;
    const json_t *pack;
    bool overlay;
    struct policy *policy; /* of `site` where it is an overlay, else of all */
    char site[SITE_CODE];
    int64_t differ, unknown, tried;
    json_t *rows;
};

/* An overlay lies over each village's own pack. */
static enum err policy_for(struct preview *p, const char *site)
{
    if (!p->overlay)
        return p->policy != NULL ? ERR_OK : policy_parse(p->pack, "policy", &p->policy);
    if (p->policy != NULL && strcmp(p->site, site) == 0)
        return ERR_OK;
    policy_free(p->policy);
    p->policy = NULL;
    snprintf(p->site, sizeof p->site, "%s", site);
    json_t *base = hub_report_pack(p->hub, site);
    json_t *over = json_pack("[O]", p->pack);
    enum err rc = base != NULL ? policy_join(base, over, NULL, "overlay", &p->policy)
                               : err_set(ERR_NOT_FOUND, "policy", NULL);
    json_decref(base);
    json_decref(over);
    return rc;
}

/* --- one visit --------------------------------------------------------------------------------
 */

/* What the pack then in force said, and who was asked; borrowed from *head. */
static const char *said_then(struct hub *h, const json_t *visit, json_t **head, const char **role)
{
    struct hub_rows r;
    int64_t epoch, seq;
    size_t len;
    *head = NULL;
    if (!hub_place(js_str(visit, "id"), &epoch, &seq) ||
        hub_ask(h->db, &r, "SELECT head FROM entry WHERE site = ?1 AND epoch = ?2 AND seq = ?3",
                "sii", js_str(visit, "site"), epoch, seq) != ERR_OK)
        return NULL;
    enum err rc;
    if (hub_next(&r, &rc)) {
        const void *bytes = hub_blob(&r, 0, &len);
        if (js_parse(bytes, len, NULL, head) != ERR_OK)
            *head = NULL;
        hub_done(&r);
    }
    const json_t *body = js_get(*head, "body");
    const char *from = js_str(js_get(body, "override"), "from");
    *role = js_str(body, "role");
    return from != NULL ? from : js_str(body, "outcome");
}

/* The facts that this pack asks for: others would be refused. */
static json_t *facts_for(const struct policy *p, const json_t *sealed, const char *role,
                         const char *at)
{
    const char *key;
    json_t *value, *facts = json_object();
    const struct form *asked = policy_facts_for(p, role != NULL ? role : "visitor");
    json_object_foreach(js_get(sealed, "facts"), key, value)
    {
        if (form_field(asked, key) != NULL)
            json_object_set(facts, key, value);
    }
    js_set_str(facts, "at", at);
    js_set_str(facts, "role", role != NULL ? role : "visitor");
    return facts;
}

static void note_row(struct preview *p, const json_t *visit, const char *was, const json_t *now)
{
    size_t i;
    json_t *one;
    if (json_array_size(p->rows) == PREVIEW_ROWS)
        return;
    json_t *rules = json_array();
    json_array_foreach(js_get(now, "reasons"), i, one)
        json_array_append(rules, json_object_get(one, "rule"));
    json_array_append_new(p->rows,
                          json_pack("{s:O,s:O,s:O,s:O,s:s,s:O,s:o}", "site", js_get(visit, "site"),
                                    "site_name", js_get(visit, "site_name"), "id",
                                    js_get(visit, "id"), "at", js_get(visit, "at"), "was", was,
                                    "now", js_get(now, "outcome"), "rules", rules));
}

static enum err try_visit(struct preview *p, const json_t *visit)
{
    const char *role = NULL, *site = js_str(visit, "site");
    json_t *head = NULL, *sealed = NULL, *facts = NULL, *now = NULL;
    enum err rc = policy_for(p, site);
    const char *was = rc == ERR_OK ? said_then(p->hub, visit, &head, &role) : NULL;
    p->tried++;
    if (was != NULL && hub_unseal(p->hub, site, js_str(visit, "id"), &sealed) == ERR_OK)
        facts = facts_for(p->policy, sealed, role, js_str(visit, "at"));
    if (facts == NULL || policy_decide(p->policy, facts, &now) != ERR_OK)
        p->unknown++;
    else if (strcmp(js_str(now, "outcome"), was) != 0) {
        p->differ++;
        note_row(p, visit, was, now);
    }
    json_decref(now);
    json_decref(facts);
    json_decref(sealed);
    json_decref(head);
    return p->overlay && rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

/* --- all of them ------------------------------------------------------------------------------
 */

/* Site by site, for an overlay is joined once for each. */
static enum err read_visits(struct hub *h, int64_t day, json_t *visits)
{
    struct hub_rows r;
    char at[CLOCK_TEXT];
    enum err rc = hub_ask(h->db, &r,
                          "SELECT s.site, s.name, v.id, v.at FROM site s CROSS JOIN visit v"
                          " WHERE v.site = s.site AND v.at >= ?1 AND v.at < ?2"
                          " ORDER BY s.site, v.at, v.id",
                          "ii", day, day + CLOCK_DAY_MS);
    while (rc == ERR_OK && hub_next(&r, &rc))
        if (hub_scope_has(h, hub_text(&r, 0)))
            json_array_append_new(visits,
                                  json_pack("{s:s,s:s,s:s,s:s}", "site", hub_text(&r, 0),
                                            "site_name", hub_text(&r, 1), "id", hub_text(&r, 2),
                                            "at", clock_iso(hub_int(&r, 3), at)));
    return rc;
}

enum err hub_preview(struct hub *h, const char *kind, const json_t *pack, int64_t day, json_t **out)
{
    struct preview p = {.hub = h, .pack = pack, .overlay = strcmp(kind, "overlay") == 0};
    int64_t begun = clock_cpu();
    json_t *visits = json_array();
    p.rows = json_array();
    enum err rc = read_visits(h, day, visits);
    for (size_t i = 0; rc == ERR_OK && i < json_array_size(visits); i++) {
        if (clock_cpu() - begun > PREVIEW_MS)
            break;
        rc = try_visit(&p, json_array_get(visits, i));
    }
    *out = rc == ERR_OK
               ? json_pack("{s:I,s:I,s:I,s:I,s:O}", "visits", (json_int_t)json_array_size(visits),
                           "tried", (json_int_t)p.tried, "differ", (json_int_t)p.differ, "unknown",
                           (json_int_t)p.unknown, "rows", p.rows)
               : NULL;
    policy_free(p.policy);
    json_decref(visits);
    json_decref(p.rows);
    return rc;
}

/* --- catalogues -------------------------------------------------------------------------------
 */

static void compare(const struct catalogue *from, const struct catalogue *to, json_t *missing,
                    json_t *changed)
{
    const json_t *item;
    for (size_t i = 0; (item = catalogue_at(from, i)) != NULL; i++) {
        const json_t *other = catalogue_find(to, js_str(item, "code"));
        if (other == NULL)
            json_array_append(missing, json_object_get(item, "code"));
        else if (changed != NULL && !json_equal(item, other))
            json_array_append(changed, json_object_get(item, "code"));
    }
}

static enum err count_cases(struct hub *h, const struct catalogue *c, int64_t day, json_t *out)
{
    struct hub_rows r;
    int64_t n = 0;
    enum err rc = hub_ask(h->db, &r,
                          "SELECT c.item, s.site FROM site s CROSS JOIN case_file c"
                          " WHERE c.site = s.site AND c.at >= ?1 AND c.at < ?2",
                          "ii", day, day + CLOCK_DAY_MS);
    while (rc == ERR_OK && hub_next(&r, &rc))
        n += hub_scope_has(h, hub_text(&r, 1)) && catalogue_find(c, hub_text(&r, 0)) == NULL;
    js_set_int(out, "cases", n);
    return rc;
}

enum err hub_preview_items(struct hub *h, const json_t *definition, int64_t day, json_t **out)
{
    struct catalogue *c;
    *out = NULL;
    enum err rc = catalogue_parse(definition, "catalogue", &c);
    if (rc != ERR_OK)
        return rc;
    json_t *added = json_array(), *removed = json_array(), *changed = json_array();
    json_t *made =
        json_pack("{s:o,s:o,s:o}", "added", added, "removed", removed, "changed", changed);
    compare(hub_items(), c, removed, changed);
    compare(c, hub_items(), added, NULL);
    rc = count_cases(h, c, day, made);
    if (rc == ERR_OK)
        *out = json_incref(made);
    json_decref(made);
    catalogue_free(c);
    return rc;
}
