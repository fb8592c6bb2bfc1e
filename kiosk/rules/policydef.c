/* Owns: the reading of policy packs. Invariant: a pack that was built has every rule prepared and
 * every action, channel, duty and parameter sound; one mistake, and nothing is built. */
#include "kiosk/rules/policydef.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/rules/formdef.h"

#define NAMES_MAX 160
#define RULES_MAX 128

const char *const outcome_words[OUTCOMES] = {"admit", "deny", "isolate"};

static const struct def_key pack_keys[] = {{"schema", DEF_TEXT, true},
                                           {"id", DEF_ID, true},
                                           {"version", DEF_INT, true},
                                           {"title", DEF_PAIR, true},
                                           {"layer", DEF_ID, false},
                                           {"review_days", DEF_INT, false},
                                           {"trigger", DEF_PAIR, false},
                                           {"issuer", DEF_PAIR, false},
                                           {"issued", DEF_TEXT, false},
                                           {"note", DEF_PAIR, false},
                                           {"effective", DEF_OBJECT, true},
                                           {"params", DEF_ARRAY, true},
                                           {"facts", DEF_ARRAY, true},
                                           {"derived", DEF_ARRAY, false},
                                           {"actions", DEF_OBJECT, true},
                                           {"rules", DEF_ARRAY, true},
                                           {"channels", DEF_IDS, true},
                                           {"skip_reasons", DEF_ARRAY, true},
                                           {"duties", DEF_ARRAY, true},
                                           {"ledgers", DEF_IDS, true},
                                           {"report", DEF_OBJECT, true},
                                           {"retention", DEF_OBJECT, true},
                                           {"gate", DEF_BOOL, false},
                                           {"posts", DEF_ARRAY, false},
                                           {"zones", DEF_ARRAY, false},
                                           {"incident", DEF_OBJECT, false},
                                           {"suspend", DEF_OBJECT, false},
                                           {"supplies", DEF_OBJECT, false},
                                           {"places", DEF_ARRAY, false},
                                           {"services", DEF_ARRAY, false},
                                           {"hours", DEF_ARRAY, false},
                                           {"holidays", DEF_ARRAY, false},
                                           {"notices", DEF_ARRAY, false},
                                           {"guide", DEF_OBJECT, false},
                                           {"slot_groups", DEF_ARRAY, false},
                                           {"venue", DEF_OBJECT, false},
                                           {"slip", DEF_OBJECT, false},
                                           {"retention_basis", DEF_TEXT, false},
                                           {"source", DEF_ARRAY, false},
                                           {NULL, DEF_ANY, false}};
static const struct def_key param_keys[] = {
    {"id", DEF_NAME, true},        {"value", DEF_ANY, true},  {"unit", DEF_TEXT, false},
    {"adaptable", DEF_BOOL, true}, {"label", DEF_PAIR, true}, {"basis", DEF_TEXT, true},
    {"bounds", DEF_OBJECT, false}, {"sets", DEF_TEXT, false}, {NULL, DEF_ANY, false}};
static const struct def_key derived_keys[] = {{"id", DEF_NAME, true},
                                              {"sql", DEF_SQL, true},
                                              {"basis", DEF_TEXT, false},
                                              {NULL, DEF_ANY, false}};
static const struct def_key rule_keys[] = {{"id", DEF_NAME, true},    {"when", DEF_SQL, true},
                                           {"who", DEF_NAME, false},  {"outcome", DEF_NAME, true},
                                           {"text", DEF_PAIR, true},  {"actions", DEF_IDS, true},
                                           {"basis", DEF_TEXT, true}, {NULL, DEF_ANY, false}};

static const char *const roles[2] = {"visitor", "staff"}; /* in the order of facts_of */

/* The names that expressions see, in the order of their parameters. */
struct names {
    const char *list[NAMES_MAX];
    size_t n;
};

static enum err add_name(struct names *names, const char *name, const struct def_place *at)
{
    for (size_t i = 0; i < names->n; i++)
        if (strcmp(names->list[i], name) == 0)
            return def_fail(at, "id", "the name '%s' is there twice", name);
    if (names->n == NAMES_MAX)
        return def_fail(at, "id", "more than %d names", NAMES_MAX);
    names->list[names->n++] = name;
    return ERR_OK;
}

static enum err read_params(struct policy *p, struct names *names, const struct def_place *top)
{
    const json_t *list = json_object_get(p->json, "params");
    enum err rc = def_each(list, param_keys, top, "params");
    p->params = json_object();
    for (size_t i = 0; rc == ERR_OK && i < json_array_size(list); i++) {
        struct def_place at = def_below(top, "params", (long)i);
        const json_t *one = json_array_get(list, i), *value = json_object_get(one, "value");
        if (json_is_object(value) || json_is_array(value))
            continue;
        rc = add_name(names, js_str(one, "id"), &at);
        json_object_set(p->params, js_str(one, "id"), (json_t *)value);
    }
    return rc;
}

/* The facts whose "who" is `role` or nobody in particular (NULL: all), as form fields. */
static json_t *fields_for(const json_t *facts, const char *role)
{
    size_t i;
    json_t *one, *out = json_array();
    json_array_foreach((json_t *)(uintptr_t)facts, i, one)
    {
        const char *who = js_str(one, "who");
        json_t *field = json_copy(one);
        json_object_del(field, "who");
        if (role == NULL || who == NULL || strcmp(who, role) == 0)
            json_array_append(out, field);
        json_decref(field);
    }
    return out;
}

static enum err facts_form(const struct policy *p, const char *role, const char *name,
                           struct form **out)
{
    json_t *form = json_pack("{s:s,s:s,s:i,s:s,s:O,s:o}", "schema", "jiujin.form/1", "id", "facts",
                             "version", (int)js_int(p->json, "version", 0), "kind", "facts",
                             "title", json_object_get(p->json, "title"), "fields",
                             fields_for(json_object_get(p->json, "facts"), role));
    enum err rc = formdef_build(form, name, "facts", out);
    json_decref(form);
    return rc;
}

static enum err check_who(const json_t *facts, const struct def_place *top)
{
    size_t i;
    json_t *one;
    json_array_foreach((json_t *)(uintptr_t)facts, i, one)
    {
        struct def_place at = def_below(top, "facts", (long)i);
        json_t *who = json_object_get(one, "who");
        if (!json_is_object(one))
            return def_fail(&at, NULL, "must be an object");
        if (who != NULL && !json_is_null(who) &&
            (!json_is_string(who) || def_word(roles, 2, json_string_value(who)) < 0))
            return def_fail(&at, "who", "must be visitor or staff");
    }
    return ERR_OK;
}

static enum err read_facts(struct policy *p, struct names *names, const struct def_place *top)
{
    enum err rc = check_who(json_object_get(p->json, "facts"), top);
    if (rc == ERR_OK)
        rc = facts_form(p, NULL, top->name, &p->facts);
    for (size_t i = 0; rc == ERR_OK && i < p->facts->n_fields; i++) {
        struct def_place at = def_below(top, "facts", (long)i);
        rc = add_name(names, p->facts->fields[i].id, &at);
        if (rc == ERR_OK && p->facts->fields[i].required)
            rc = def_fail(&at, "required", "a fact may always be unknown");
    }
    for (size_t i = 0; rc == ERR_OK && i < 2; i++)
        if (facts_form(p, roles[i], top->name, &p->facts_of[i]) != ERR_OK)
            rc = def_fail(top, "facts", "one for all asks after one for %s only", roles[1 - i]);
    return rc;
}

static enum err name_derived(struct policy *p, struct names *names, const struct def_place *top)
{
    const json_t *list = json_object_get(p->json, "derived");
    enum err rc = def_each(list, derived_keys, top, "derived");
    for (size_t i = 0; rc == ERR_OK && i < json_array_size(list); i++) {
        struct def_place at = def_below(top, "derived", (long)i);
        rc = add_name(names, js_str(json_array_get(list, i), "id"), &at);
    }
    return rc;
}

static enum err add_expr(struct policy *p, const char *sql, const struct def_place *at,
                         const char *key, int *id)
{
    if (expr_add(p->exprs, key, sql, id) == ERR_OK)
        return ERR_OK;
    char why[256];
    snprintf(why, sizeof why, "%.100s %.140s", err_what(err_last()), err_detail());
    return def_fail(at, key, "%s", why);
}

/* A derived value is worked out before those below it, so it may name only those above. */
static enum err read_derived(struct policy *p, const struct def_place *top)
{
    const json_t *list = json_object_get(p->json, "derived");
    size_t n = json_array_size(list);
    p->derived = mem_alloc((n + 1) * sizeof *p->derived);
    for (size_t i = 0; i < n; i++) {
        struct def_place at = def_below(top, "derived", (long)i);
        const json_t *one = json_array_get(list, i);
        p->derived[i].id = js_str(one, "id");
        enum err rc = add_expr(p, js_str(one, "sql"), &at, "sql", &p->derived[i].sql);
        if (rc != ERR_OK)
            return rc;
        for (size_t k = i; k < n; k++)
            if (expr_uses(p->exprs, p->derived[i].sql, js_str(json_array_get(list, k), "id")))
                return def_fail(&at, "sql", "'%s' does not stand before it",
                                js_str(json_array_get(list, k), "id"));
        p->n_derived = i + 1;
    }
    return ERR_OK;
}

/* The rule's text with {PARAM} replaced. NULL: an unknown parameter, named in *bad. */
static char *fill_text(const json_t *params, const char *text, char bad[48])
{
    struct buf out = BUF_INIT;
    while (*text != 0) {
        size_t plain = strcspn(text, "{"), len = 0;
        buf_add(&out, text, plain);
        text += plain;
        if (*text == 0)
            break;
        len = strcspn(text, "}");
        snprintf(bad, 48, "%.*s", (int)(len > 40 ? 40 : len) - 1, text + 1);
        const json_t *value = json_object_get(params, bad);
        if (text[len] == 0 || value == NULL) {
            buf_fini(&out);
            utf8_trim(bad);
            return NULL;
        }
        if (json_is_string(value))
            buf_text(&out, json_string_value(value));
        else
            buf_printf(&out, "%.10g", json_number_value(value));
        text += len + 1;
    }
    return out.data != NULL ? buf_take(&out) : mem_strdup("");
}

static enum err read_rule(struct policy *p, struct rule *r, const json_t *in,
                          const struct def_place *at)
{
    char bad[48];
    size_t i;
    json_t *one;
    int outcome = def_word(outcome_words, OUTCOMES, js_str(in, "outcome"));
    r->id = js_str(in, "id");
    r->who = js_str(in, "who");
    r->actions = json_object_get(in, "actions");
    if (outcome < 0)
        return def_fail(at, "outcome", "must be admit, deny or isolate");
    r->outcome = (enum outcome)outcome;
    if (r->who != NULL && def_word(roles, 2, r->who) < 0)
        return def_fail(at, "who", "must be visitor or staff");
    json_array_foreach(
        r->actions, i,
        one) if (js_get(json_object_get(p->json, "actions"), json_string_value(one)) ==
                 NULL) return def_fail(at, "actions", "no action '%s'", json_string_value(one));
    r->text = fill_text(p->params, lang_pick(json_object_get(in, "text")), bad);
    if (r->text == NULL)
        return def_fail(at, "text", "no parameter '{%s}'", bad);
    return add_expr(p, js_str(in, "when"), at, "when", &r->when);
}

static enum err read_rules(struct policy *p, const struct def_place *top)
{
    const json_t *list = json_object_get(p->json, "rules");
    size_t n = json_array_size(list);
    if (n > RULES_MAX)
        return def_fail(top, "rules", "more than %d", RULES_MAX);
    enum err rc = def_each(list, rule_keys, top, "rules");
    p->rules = mem_alloc((n + 1) * sizeof *p->rules);
    for (size_t i = 0; rc == ERR_OK && i < n; i++) {
        struct def_place at = def_below(top, "rules", (long)i);
        p->n_rules = i + 1;
        rc = read_rule(p, &p->rules[i], json_array_get(list, i), &at);
    }
    return rc;
}

/* An overlay has no key that must be there but those that name it. */
static enum err check_keys(const json_t *pack, const struct def_place *top)
{
    static const char *const must[] = {"schema", "id", "version", "title", "review_days"};
    static const char *const layers[] = {"base", "overlay"};
    struct def_key keys[sizeof pack_keys / sizeof *pack_keys];
    const char *layer = js_str(pack, "layer");
    memcpy(keys, pack_keys, sizeof keys);
    for (struct def_key *k = keys; policy_is_overlay(pack) && k->key != NULL; k++)
        k->required = def_word(must, sizeof must / sizeof *must, k->key) >= 0;
    enum err rc = def_check(pack, keys, top);
    if (rc == ERR_OK && layer != NULL && def_word(layers, 2, layer) < 0)
        rc = def_fail(top, "layer", "must be base or overlay");
    if (rc == ERR_OK && !policy_is_overlay(pack) && js_get(pack, "review_days") != NULL)
        rc = def_fail(top, "review_days", "only of an overlay");
    if (rc == ERR_OK && policy_is_overlay(pack) &&
        (js_int(pack, "review_days", 0) < 1 || js_int(pack, "review_days", 0) > 366))
        rc = def_fail(top, "review_days", "must be 1 to 366");
    return rc;
}

static enum err build(struct policy *p, const struct def_place *top)
{
    struct names names = {{"at", "role"}, 2};
    enum err rc = check_keys(p->json, top);
    if (rc != ERR_OK)
        return rc;
    if (strcmp(js_str(p->json, "schema"), "jiujin.policy/1") != 0)
        return def_fail(top, "schema", "must be jiujin.policy/1");
    if (js_int(p->json, "version", 0) < 1 || js_int(p->json, "version", 0) > 1000000)
        return def_fail(top, "version", "must be 1 or more");
    p->label = mem_printf("%s@%d", js_str(p->json, "id"), (int)js_int(p->json, "version", 0));
    p->layers = json_pack("[O]", p->json);
    rc = policy_check(p->json, top);
    if (rc == ERR_OK)
        rc = read_facts(p, &names, top);
    if (rc == ERR_OK)
        rc = read_params(p, &names, top);
    if (rc == ERR_OK)
        rc = param_check(p->json, top);
    if (rc == ERR_OK)
        rc = name_derived(p, &names, top);
    if (rc != ERR_OK)
        return rc;
    p->exprs = expr_new(names.list, names.n);
    rc = read_derived(p, top);
    return rc == ERR_OK ? read_rules(p, top) : rc;
}

enum err policy_parse(const json_t *pack, const char *name, struct policy **out)
{
    struct policy *p = mem_alloc(sizeof *p);
    struct def_place top = {.name = name};
    *out = NULL;
    p->json = json_deep_copy(pack);
    enum err rc = build(p, &top);
    if (rc == ERR_OK)
        *out = p;
    else
        policy_free(p);
    return rc;
}

void policy_free(struct policy *p)
{
    if (p == NULL)
        return;
    for (size_t i = 0; i < p->n_rules; i++)
        free(p->rules[i].text);
    free(p->rules);
    free(p->derived);
    form_free(p->facts);
    form_free(p->facts_of[0]);
    form_free(p->facts_of[1]);
    expr_free(p->exprs);
    json_decref(p->params);
    json_decref(p->layers);
    json_decref(p->adaptations);
    json_decref(p->json);
    free(p->label);
    free(p);
}
