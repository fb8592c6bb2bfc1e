/* Owns: the rule of who lets things out. Invariant: a name stands in the approver's field only when
 * that clerk may release, and agreed where a PIN is asked for. */
#include "kiosk/desk/release.h"

#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/balance.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/post.h"

/* The definition's rule with what the pack says otherwise; owned by the caller; NULL: anybody. */
static json_t *rule_of(struct site *s, const struct form *f)
{
    struct policy *p;
    const json_t *own = js_get(js_get(f->json, "balance"), "release");
    if (own == NULL || site_policy(s, &p) != ERR_OK)
        return NULL;
    json_t *rule = json_copy((json_t *)(uintptr_t)own);
    json_t *pack = js_get(js_get(policy_json(p), "supplies"), "release");
    if (pack != NULL)
        json_object_update(rule, pack);
    return rule;
}

static bool needed(const struct form *f, const json_t *rule, const json_t *row)
{
    json_t *effect = balance_effect(f, row);
    double taken = -json_number_value(js_get(effect, "amount"));
    json_decref(effect);
    return taken > json_number_value(js_get(rule, "above"));
}

static bool holds_post(struct site *s, const json_t *rule, const char *name)
{
    size_t i;
    json_t *post;
    bool holds = false;
    json_array_foreach(json_object_get(rule, "posts"), i, post)
    {
        json_t *holder = NULL;
        if (post_holder(s, json_string_value(post), clock_now(), &holder) != ERR_OK)
            continue; /* this pack has no such post */
        const char *clerk = js_str(holder, "clerk");
        holds = holds || (clerk != NULL && strcmp(clerk, name) == 0);
        json_decref(holder);
    }
    return holds;
}

static bool may_release(struct site *s, const json_t *rule, const char *name)
{
    const char *role = js_str(rule, "role");
    return (role != NULL && clerk_has(s, name, role)) || holds_post(s, rule, name);
}

/* Nobody was named: the clerk who writes, or who has just proved a PIN, where they may. */
static const char *who_agreed(struct site *s, const json_t *rule)
{
    if (!js_bool(rule, "two") && may_release(s, rule, s->j.clerk))
        return s->j.clerk;
    return clerk_vouched(s, s->vouch.name) && may_release(s, rule, s->vouch.name) ? s->vouch.name
                                                                                  : NULL;
}

static enum err check_named(struct site *s, const json_t *rule, const char *field, const char *name)
{
    bool me = strcmp(name, s->j.clerk) == 0;
    if (!may_release(s, rule, name) || (me && js_bool(rule, "two")))
        return err_set(ERR_CONSTRAINT, field, _("%s may not release this"), name);
    if (!me && js_bool(rule, "pin") && !clerk_vouched(s, name))
        return err_set(ERR_VOUCH, field, "%s", name);
    return ERR_OK;
}

enum err release_check(struct site *s, const struct form *f, json_t *row)
{
    enum err rc = ERR_OK;
    json_t *rule = rule_of(s, f);
    const char *field = js_str(rule, "by");
    if (rule != NULL && field != NULL && needed(f, rule, row)) {
        const char *name = js_str(row, field), *agreed = name != NULL ? name : who_agreed(s, rule);
        if (agreed == NULL)
            rc = err_set(ERR_VOUCH, field, NULL);
        else if (name != NULL)
            rc = check_named(s, rule, field, name);
        else
            js_set_str(row, field, agreed);
    }
    json_decref(rule);
    return rc;
}
