/* Owns: the suspension of service and its end.
 * Invariant: of one scope at most one suspension is open; it ends by a leader's answer with a
 * reason, or by the hub's order (notice: R65). */
#include "kiosk/desk/suspend.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/order.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/sql.h"

/* --- how it stands -----------------------------------------------------------------------------
 */

static enum err find(struct store *s, const char *scope, bool *found, char *id)
{
    return sql_text(s, found, id, id != NULL ? ENTRY_ID : 0,
                    "SELECT id FROM suspension WHERE ended IS NULL AND scope = ?1", "t", scope);
}

enum err suspend_now(struct site *s, bool *suspended, char *since_id)
{
    if (since_id != NULL)
        *since_id = 0;
    return find(s->j.store, SUSPEND_SITE, suspended, since_id);
}

enum err suspend_of(struct site *s, const char *scope, bool *suspended)
{
    enum err rc = find(s->j.store, SUSPEND_SITE, suspended, NULL);
    return rc != ERR_OK || *suspended ? rc : find(s->j.store, scope, suspended, NULL);
}

enum err suspend_check(struct site *s)
{
    bool suspended;
    enum err rc = suspend_now(s, &suspended, NULL);
    return rc == ERR_OK && suspended ? err_set(ERR_SUSPENDED, NULL, NULL) : rc;
}

enum err suspend_word(struct site *s, const char **word)
{
    bool some = false;
    *word = "open";
    enum err rc = suspend_now(s, &some, NULL);
    if (rc == ERR_OK && some) {
        *word = "suspended";
        return ERR_OK;
    }
    if (rc == ERR_OK)
        rc = sql_text(s->j.store, &some, NULL, 0,
                      "SELECT 1 FROM suspension WHERE ended IS NULL UNION ALL"
                      " SELECT 1 FROM incident WHERE state <> 'closed' LIMIT 1",
                      "");
    if (rc == ERR_OK && some)
        *word = "limited";
    return rc;
}

static void add_once(json_t *list, const char *word)
{
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one)
    {
        if (json_is_string(one) && strcmp(json_string_value(one), word) == 0)
            return;
    }
    json_array_append_new(list, json_string(word));
}

enum err suspend_decision(struct site *s, const json_t *facts, json_t *decision)
{
    bool suspended;
    const char *role = js_str(facts, "role"), *outcome = js_str(decision, "outcome");
    if (role != NULL && strcmp(role, "staff") == 0)
        return ERR_OK;
    enum err rc = suspend_now(s, &suspended, NULL);
    if (rc != ERR_OK || !suspended)
        return rc;
    if (outcome != NULL && strcmp(outcome, "admit") == 0)
        js_set_str(decision, "outcome", "deny");
    json_array_insert_new(
        js_get(decision, "reasons"), 0,
        json_pack(
            "{s:s,s:s}", "rule", "suspended", "text",
            _("Service to the public is suspended here for the time being. Please use another "
              "way; we help you with it.")));
    add_once(js_get(decision, "actions"), "other_channel");
    return ERR_OK;
}

/* --- suspended ---------------------------------------------------------------------------------
 */

static const struct member shape[] = {
    {"scope", MEMBER_TEXT, false, 20, NULL},
    {"reason", MEMBER_TEXT, true, 300, NULL},
    {"at", MEMBER_TIME, false, 0, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

static bool good_scope(const char *scope)
{
    if (strncmp(scope, "window:", 7) != 0)
        return strcmp(scope, SUSPEND_SITE) == 0;
    size_t n = strlen(scope + 7);
    return n > 0 && n <= 3 && strspn(scope + 7, "0123456789") == n;
}

static enum err read_input(const json_t *in, json_t **clean)
{
    enum err rc = input_check(shape, in, clean);
    if (rc == ERR_OK && js_str(*clean, "scope") == NULL)
        js_set_str(*clean, "scope", SUSPEND_SITE);
    if (rc == ERR_OK && !good_scope(js_str(*clean, "scope")))
        rc = err_set(ERR_FIELD_CHOICE, "scope", "site, window:N");
    return rc;
}

/* `open`: whether a suspension of that scope must be there, or must not. */
static enum err check_scope(struct store *s, const char *scope, bool open)
{
    bool found;
    enum err rc = find(s, scope, &found, NULL);
    return rc != ERR_OK || found == open ? rc : err_set(ERR_STATE, "scope", "%s", scope);
}

static enum err append(struct site *s, const char *kind, const json_t *clean, const char *answers,
                       json_t **out)
{
    static const char *const sealed_keys[] = {"reason", NULL};
    json_t *body = json_object(), *sealed = input_sealed(clean, sealed_keys);
    js_set_str(body, "scope", js_str(clean, "scope"));
    js_set_str(body, "answers", answers);
    return action_append(s, (struct journal_new){.kind = kind, .at = input_time(clean, "at")}, body,
                         sealed, out);
}

static enum err act(struct site *s, const char *kind, const char *arg, const json_t *in,
                    json_t **out)
{
    json_t *clean = NULL;
    char answers[CLERK_NAME];
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : read_input(in, &clean);
    if (rc == ERR_OK)
        rc = check_scope(s->j.store, js_str(clean, "scope"), strcmp(kind, "resume") == 0);
    if (rc == ERR_OK)
        rc = clerk_answers(s, "leader", answers);
    if (rc == ERR_OK)
        rc = append(s, kind, clean, answers, out);
    json_decref(clean);
    return rc;
}

enum err suspend_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    return act(s, "suspend", arg, in, out);
}

/* A pack may leave the resumption to the sub-centre alone. */
enum err resume_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    struct policy *p;
    enum err rc = site_policy(s, &p);
    const char *who = rc == ERR_OK ? js_str(js_get(policy_json(p), "suspend"), "resume") : NULL;
    if (who != NULL && strcmp(who, "by_order") == 0)
        rc = err_set(ERR_CONSTRAINT, "policy", "%s", policy_label(p));
    return rc == ERR_OK ? act(s, "resume", arg, in, out) : rc;
}

/* --- projections -------------------------------------------------------------------------------
 */

static const char *scope_of(const struct entry *e)
{
    const char *scope = js_str(e->body, "scope");
    return scope != NULL ? scope : SUSPEND_SITE;
}

/* An order has its row among the orders; what cannot be done is kept there, and marked. *go: it can
 * be done. */
static enum err begin(struct store *s, const struct entry *e, bool open, bool *go)
{
    enum err rc = ERR_OK;
    char *text = e->order ? order_words(e, "reason") : NULL;
    if (e->order)
        rc = order_note(s, e, NULL, text);
    free(text);
    if (rc == ERR_OK)
        rc = good_scope(scope_of(e)) ? check_scope(s, scope_of(e), open)
                                     : err_set(ERR_FIELD_CHOICE, "scope", NULL);
    *go = rc == ERR_OK;
    if (rc == ERR_STATE || rc == ERR_FIELD_CHOICE)
        rc = e->order ? order_refuse(s, e, rc) : ERR_OK;
    return rc;
}

enum err suspend_project(struct store *s, const struct entry *e)
{
    bool go;
    enum err rc = begin(s, e, false, &go);
    if (rc != ERR_OK || !go)
        return rc;
    return sql_put(s,
                   "INSERT INTO suspension (id, epoch, seq, at, heard, who, clerk, answers, scope)"
                   " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9)",
                   "tiiiitttt", e->id, e->epoch, e->seq, e->at, e->heard,
                   e->order ? "hub" : "village", e->clerk, js_str(e->body, "answers"), scope_of(e));
}

enum err resume_project(struct store *s, const struct entry *e)
{
    bool go;
    const char *answers = js_str(e->body, "answers");
    enum err rc = begin(s, e, true, &go);
    if (rc != ERR_OK || !go)
        return rc;
    return sql_put(s,
                   "UPDATE suspension SET ended = ?1, ended_at = ?2, ended_by = ?3"
                   " WHERE ended IS NULL AND scope = ?4",
                   "titt", e->id, e->at, answers != NULL ? answers : e->clerk, scope_of(e));
}
