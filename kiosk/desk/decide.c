/* Owns: how facts meet the policy in force.
 * Invariant: what is recorded is what was decided over; no rule and no threshold stands here. */
#include "kiosk/desk/decide.h"

#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/suspend.h"

static enum err same_policy(const struct policy *p, const char *named)
{
    bool same = named == NULL || policy_called(p, named);
    return same ? ERR_OK : err_set(ERR_CONSTRAINT, "facts.policy", "%s", policy_label(p));
}

static enum err settle_time(struct decision *d, int64_t at)
{
    char text[CLOCK_TEXT];
    const json_t *given = js_get(d->facts, "at");
    if (given == NULL) {
        d->at = at;
        if (at != CLOCK_NONE)
            js_set_str(d->facts, "at", clock_iso(at, text));
        return ERR_OK;
    }
    if (!json_is_string(given) || !clock_parse(json_string_value(given), &d->at))
        return err_set(ERR_TIME, "facts.at", NULL);
    if (at != CLOCK_NONE)
        d->at = at;
    return ERR_OK;
}

static void list_rules(struct decision *d)
{
    size_t i;
    json_t *reason;
    d->rules = json_array();
    json_array_foreach(js_get(d->out, "reasons"), i, reason)
    {
        json_array_append(d->rules, json_object_get(reason, "rule"));
    }
}

/* `open`: the site whose door it is at; NULL: by that pack alone. */
static enum err decide_by(struct site *open, struct policy *p, const json_t *facts,
                          const char *role, int64_t at, struct decision *d)
{
    *d = (struct decision){.policy = p, .at = CLOCK_NONE};
    if (facts != NULL && !json_is_object(facts))
        return err_set(ERR_FIELD_TYPE, "facts", NULL);
    d->facts = facts != NULL ? json_copy((json_t *)(uintptr_t)facts) : json_object();
    json_object_del(d->facts, "policy");
    if (role != NULL)
        js_set_str(d->facts, "role", role);
    enum err rc = settle_time(d, at);
    if (rc == ERR_OK)
        rc = policy_decide(p, d->facts, &d->out);
    if (rc == ERR_OK && open != NULL)
        rc = suspend_decision(open, d->facts, d->out);
    if (rc == ERR_OK)
        list_rules(d);
    return rc;
}

enum err decide(struct site *s, const json_t *facts, const char *role, int64_t at,
                struct decision *out)
{
    struct policy *p;
    *out = (struct decision){.at = CLOCK_NONE};
    enum err rc = site_policy(s, &p);
    if (rc == ERR_OK)
        rc = same_policy(p, js_str(facts, "policy"));
    return rc == ERR_OK ? decide_by(s, p, facts, role, at, out) : rc;
}

void decision_fini(struct decision *d)
{
    json_decref(d->out);
    json_decref(d->rules);
    json_decref(d->facts);
    *d = (struct decision){.at = CLOCK_NONE};
}

void decision_into(const struct decision *d, json_t *body)
{
    js_set_str(body, "policy", policy_label(d->policy));
    json_object_set(body, "outcome", json_object_get(d->out, "outcome"));
    json_object_set(body, "reasons", d->rules);
    json_object_set(body, "actions", json_object_get(d->out, "actions"));
}

bool decision_asks(const struct decision *d, const char *action)
{
    size_t i;
    json_t *one;
    json_array_foreach(js_get(d->out, "actions"), i, one)
    {
        if (json_is_string(one) && strcmp(json_string_value(one), action) == 0)
            return true;
    }
    return false;
}

const char *decision_cause(const struct decision *d)
{
    size_t i;
    json_t *rule;
    const json_t *causes = js_get(js_get(policy_json(d->policy), "incident"), "causes");
    json_array_foreach(d->rules, i, rule)
    {
        const char *cause = js_str(causes, json_string_value(rule));
        if (cause != NULL)
            return cause;
    }
    return "other";
}

/* --- a dry run ---------------------------------------------------------------------------------
 */

enum err triage_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    struct policy *p = NULL;
    struct decision d = {.at = CLOCK_NONE};
    const char *named = js_str(in, "policy");
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : ERR_OK;
    if (rc == ERR_OK && named != NULL)
        rc = site_policy_named(s, named, &p);
    struct policy *by = p;
    if (rc == ERR_OK && p == NULL)
        rc = site_policy(s, &by);
    if (rc == ERR_OK)
        rc = decide_by(named == NULL ? s : NULL, by, in, NULL, CLOCK_NONE, &d);
    if (rc == ERR_OK)
        *out = json_incref(d.out);
    decision_fini(&d);
    policy_free(p);
    return rc;
}
