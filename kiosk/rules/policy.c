/* Owns: the decision at the door. Invariant: the same facts at the same time under the same pack
 * give the same decision, wherever it is made. */
#include "kiosk/rules/policy.h"

#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/rules/policydef.h"

const char *policy_id(const struct policy *p)
{
    return js_str(p->json, "id");
}

int policy_version(const struct policy *p)
{
    return (int)js_int(p->json, "version", 0);
}

const char *policy_label(const struct policy *p)
{
    return p->label;
}

const char *policy_title(const struct policy *p)
{
    return lang_pick(json_object_get(p->json, "title"));
}

const json_t *policy_json(const struct policy *p)
{
    return p->json;
}

const struct form *policy_facts(const struct policy *p)
{
    return p->facts;
}

const struct form *policy_facts_for(const struct policy *p, const char *role)
{
    return p->facts_of[strcmp(role, "staff") == 0];
}

const json_t *policy_layers(const struct policy *p)
{
    return p->layers;
}

const json_t *policy_adaptations(const struct policy *p)
{
    return p->adaptations;
}

bool policy_is_overlay(const json_t *pack)
{
    const char *layer = js_str(pack, "layer");
    return layer != NULL && strcmp(layer, "overlay") == 0;
}

bool policy_called(const struct policy *p, const char *name)
{
    size_t i;
    json_t *one;
    if (strcmp(name, policy_id(p)) == 0 || strcmp(name, p->label) == 0)
        return true;
    json_array_foreach(p->layers, i, one)
    {
        const char *id = js_str(one, "id");
        size_t len = strlen(id);
        if (strncmp(name, id, len) != 0)
            return false;
        name += len + (name[len] == '+');
    }
    return *name == 0;
}

const json_t *policy_param_row(const struct policy *p, const char *key)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(p->json, "params"), i,
                       one) if (strcmp(js_str(one, "id"), key) == 0) return one;
    return NULL;
}

const json_t *policy_param(const struct policy *p, const char *key)
{
    return json_object_get(policy_param_row(p, key), "value");
}

const json_t *policy_channels(const struct policy *p)
{
    return json_object_get(p->json, "channels");
}

const char *policy_action(const struct policy *p, const char *id)
{
    const json_t *pair = json_object_get(json_object_get(p->json, "actions"), id);
    return pair != NULL ? lang_pick(pair) : id;
}

static bool has_text(const json_t *list, const char *text)
{
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one) if (json_is_string(one) &&
                                         strcmp(json_string_value(one), text) == 0) return true;
    return false;
}

bool policy_keeps(const struct policy *p, const struct form *ledger)
{
    const json_t *force = json_object_get(ledger->json, "in_force");
    size_t i;
    json_t *one;
    json_array_foreach(p->layers, i, one) if (has_text(force, js_str(one, "id"))) return true;
    return !json_is_array(force) || has_text(json_object_get(p->json, "ledgers"), ledger->code);
}

/* The time and the role beside the pack's own facts; *own gets the rest, for the form. */
static enum err take_frame(const json_t *facts, json_t *env, json_t **own)
{
    const json_t *at = js_get(facts, "at"), *role = js_get(facts, "role");
    const char *who = role != NULL ? json_string_value(role) : "visitor";
    int64_t ms = clock_now();
    if (!json_is_object(facts))
        return err_set(ERR_FIELD_TYPE, "facts", NULL);
    if (at != NULL && (!json_is_string(at) || !clock_parse(json_string_value(at), &ms)))
        return err_set(ERR_TIME, "at", NULL);
    if (who == NULL || (strcmp(who, "visitor") != 0 && strcmp(who, "staff") != 0))
        return err_set(ERR_FIELD_CHOICE, "role", NULL);
    js_set_int(env, "at", ms);
    js_set_str(env, "role", who);
    *own = json_copy((json_t *)facts);
    json_object_del(*own, "at");
    json_object_del(*own, "role");
    json_object_del(*own, "policy");
    return ERR_OK;
}

/* The checked facts as expressions see them: times as numbers. */
static void take_facts(const struct form *form, const json_t *clean, json_t *env)
{
    for (size_t i = 0; i < form->n_fields; i++) {
        const struct field *fd = &form->fields[i];
        json_t *value = json_object_get(clean, fd->id);
        int64_t ms;
        if (fd->type == FIELD_DATETIME && clock_parse(json_string_value(value), &ms))
            js_set_int(env, fd->id, ms);
        else if (value != NULL)
            json_object_set(env, fd->id, value);
    }
}

static enum err derive(const struct policy *p, json_t *env)
{
    enum err rc = ERR_OK;
    for (size_t i = 0; rc == ERR_OK && i < p->n_derived; i++) {
        json_t *value;
        rc = expr_eval(p->exprs, p->derived[i].sql, env, &value);
        if (rc == ERR_OK)
            json_object_set_new(env, p->derived[i].id, value);
        else
            err_set(rc, p->derived[i].id, "%s", err_detail());
    }
    return rc;
}

/* The reasons of one gravity, in the pack's order, with their actions. */
static enum err judge(const struct policy *p, enum outcome gravity, const json_t *env,
                      json_t *reasons, json_t *actions)
{
    const char *role = js_str(env, "role");
    for (size_t i = 0; i < p->n_rules; i++) {
        const struct rule *r = &p->rules[i];
        bool fires = false;
        size_t k;
        json_t *one;
        if (r->outcome != gravity || (r->who != NULL && strcmp(r->who, role) != 0))
            continue;
        enum err rc = expr_true(p->exprs, r->when, env, &fires);
        if (rc != ERR_OK)
            return err_set(rc, r->id, "%s", err_detail());
        if (!fires)
            continue;
        json_array_append_new(reasons, json_pack("{s:s,s:s}", "rule", r->id, "text", r->text));
        json_array_foreach(r->actions, k, one) if (!has_text(actions, json_string_value(one)))
            json_array_append(actions, one);
    }
    return ERR_OK;
}

static enum err decide(const struct policy *p, const json_t *env, json_t **out)
{
    json_t *reasons = json_array(), *actions = json_array();
    enum outcome gravest = OUTCOME_ADMIT;
    enum err rc = ERR_OK;
    for (int g = OUTCOME_ISOLATE; rc == ERR_OK && g >= OUTCOME_ADMIT; g--) {
        size_t before = json_array_size(reasons);
        rc = judge(p, (enum outcome)g, env, reasons, actions);
        if (before == 0 && json_array_size(reasons) > 0)
            gravest = (enum outcome)g;
    }
    if (rc == ERR_OK)
        *out = json_pack("{s:s,s:O,s:O}", "outcome", outcome_words[gravest], "reasons", reasons,
                         "actions", actions);
    json_decref(reasons);
    json_decref(actions);
    return rc;
}

enum err policy_decide(const struct policy *p, const json_t *facts, json_t **out)
{
    json_t *env = json_copy(p->params), *own = NULL, *clean = NULL;
    *out = NULL;
    expr_begin(p->exprs);
    enum err rc = take_frame(facts, env, &own);
    if (rc == ERR_OK)
        rc = form_check(policy_facts_for(p, js_str(env, "role")), own, &clean);
    if (rc == ERR_OK) {
        take_facts(policy_facts_for(p, js_str(env, "role")), clean, env);
        rc = derive(p, env);
    }
    if (rc == ERR_OK)
        rc = decide(p, env, out);
    expr_end(p->exprs);
    json_decref(env);
    json_decref(own);
    json_decref(clean);
    return rc;
}

const char *policy_rule(const struct policy *p, const char *id)
{
    for (size_t i = 0; i < p->n_rules; i++)
        if (strcmp(p->rules[i].id, id) == 0)
            return p->rules[i].text;
    return id;
}
