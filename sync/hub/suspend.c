/* Owns: which villages are suspended, and the orders that say so.
 * Invariant: what the hub orders counts here from its order on, as it does at the village when it
 * arrives. */
#include "sync/hub/suspend.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "sync/hub/order.h"

#define REASON_MAX 300 /* code points */
#define SITE_SCOPE "site"

static bool is_open(struct hub *h, const char *site, const char *scope)
{
    return hub_number(h->db, 0,
                      "SELECT count(*) FROM suspension"
                      " WHERE site = ?1 AND scope = ?2 AND ended IS NULL",
                      "ss", site, scope) > 0;
}

enum err hub_suspend_project(struct hub *h, const char *site, const struct entry *e)
{
    const char *scope = js_str(e->body, "scope"), *answers = js_str(e->body, "answers");
    if (scope == NULL)
        return err_set(ERR_FIELD_REQUIRED, "scope", NULL);
    if (answers == NULL)
        answers = e->clerk;
    if (strcmp(e->kind, "resume") == 0)
        return hub_run(h->db,
                       "UPDATE suspension SET ended = ?3, ended_at = ?4, ended_by = ?5"
                       " WHERE site = ?1 AND scope = ?2 AND ended IS NULL",
                       "sssis", site, scope, e->id, e->at, answers);
    if (is_open(h, site, scope))
        return ERR_OK;
    return hub_run(h->db,
                   "INSERT INTO suspension (site, id, at, who, clerk, scope)"
                   " VALUES (?1,?2,?3,?4,?5,?6)",
                   "ssisss", site, e->id, e->at, e->order ? "hub" : "village", answers, scope);
}

static enum err check_reason(const char *reason)
{
    enum err rc = utf8_check(reason, strlen(reason));
    if (rc == ERR_OK && *reason == 0)
        rc = err_set(ERR_FIELD_REQUIRED, "reason", NULL);
    if (rc == ERR_OK && utf8_count(reason) > REASON_MAX)
        rc = err_set(ERR_TOO_LONG, "reason", "%d", REASON_MAX);
    return rc;
}

static enum err order(struct hub *h, const char *site, const char *kind, const char *reason,
                      const char *officer)
{
    struct entry e = {.order = true, .at = clock_now(), .clerk = officer, .kind = kind};
    json_t *body = json_pack("{s:s}", "scope", SITE_SCOPE);
    json_t *sealed = json_pack("{s:s}", "reason", reason);
    struct hub_order o = {
        .site = site, .kind = kind, .officer = officer, .body = body, .sealed = sealed};
    enum err rc = hub_order_add(h, &o, &e.seq);
    snprintf(e.id, sizeof e.id, "o.%lld", (long long)e.seq);
    e.body = body;
    if (rc == ERR_OK)
        rc = hub_suspend_project(h, site, &e);
    json_decref(body);
    json_decref(sealed);
    return rc;
}

enum err hub_suspend_order(struct hub *h, const char *site, const char *kind, const char *reason,
                           const char *officer)
{
    enum err rc = check_reason(reason);
    if (rc != ERR_OK || (rc = hub_begin(h->db)) != ERR_OK)
        return rc;
    if (hub_number(h->db, 0, "SELECT count(*) FROM site WHERE site = ?1", "s", site) == 0)
        rc = err_set(ERR_NOT_FOUND, "site", NULL);
    else if (is_open(h, site, SITE_SCOPE) == (strcmp(kind, "suspend") == 0))
        rc = err_set(ERR_STATE, "site", "%s", site);
    if (rc == ERR_OK)
        rc = order(h, site, kind, reason, officer);
    return hub_end(h->db, rc);
}
