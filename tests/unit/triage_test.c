/* The table of triage cases: each boundary of each pack, what is unknown, and what is refused. */
#include "tests/unit/triage.h"

#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/rules/policymerge.h"

static json_t *table;

static enum err shipped(void *with, const char *id, int version, json_t **out)
{
    char name[64];
    (void)with;
    (void)version;
    snprintf(name, sizeof name, "policies/%s.json", id);
    const struct asset *a = asset_find(name);
    return a != NULL ? js_parse(a->data, a->len, name, out) : ERR_NOT_FOUND;
}

/* The packs that have been joined, by their name and what was adapted. */
static struct joined {
    char *key;
    struct policy *policy;
} packs[64];
static size_t n_packs;

static int load(void **state)
{
    (void)state;
    return js_load(TRIAGE_TABLE, &table) == ERR_OK ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    json_decref(table);
    for (size_t i = 0; i < n_packs; i++) {
        policy_free(packs[i].policy);
        free(packs[i].key);
    }
    return 0;
}

/* {"rain_signal":"red"} as a point's adaptations. */
static json_t *adaptations(const json_t *adapt)
{
    const char *key;
    json_t *value, *out = json_array();
    json_object_foreach((json_t *)(uintptr_t)adapt, key, value) json_array_append_new(
        out, json_pack("{s:s,s:s,s:O}", "id", "1.9", "param", key, "new", value));
    return out;
}

static struct policy *join(const char *name, const json_t *adapt)
{
    struct policy *plain = NULL, *p = NULL;
    assert_ok(policy_join_named(name, shipped, NULL, &plain));
    if (adapt == NULL)
        return plain;
    json_t *overlays = json_deep_copy(policy_layers(plain)), *all = adaptations(adapt);
    json_array_remove(overlays, 0);
    assert_ok(policy_join(json_array_get(policy_layers(plain), 0), overlays, all, name, &p));
    if (strchr(policy_label(p), '#') == NULL)
        fail_msg("%s: not adapted", name);
    json_decref(overlays);
    json_decref(all);
    policy_free(plain);
    return p;
}

static const struct policy *named(const char *name, const json_t *adapt)
{
    char *text = adapt != NULL ? js_dump(adapt) : mem_strdup("");
    char *key = mem_printf("%s %s", name, text);
    free(text);
    for (size_t i = 0; i < n_packs; i++)
        if (strcmp(packs[i].key, key) == 0) {
            free(key);
            return packs[i].policy;
        }
    assert_true(n_packs < sizeof packs / sizeof *packs);
    packs[n_packs] = (struct joined){key, join(name, adapt)};
    return packs[n_packs++].policy;
}

static const struct policy *pack_of(const json_t *row)
{
    return named(triage_pack(row), json_object_get(row, "adapt"));
}

static bool run_row(const json_t *row)
{
    json_t *facts = triage_facts(table, row), *decision = NULL;
    enum err rc = policy_decide(pack_of(row), facts, &decision);
    bool same =
        rc == ERR_OK ? triage_same(row, decision) : triage_refused(row, err_word(rc), err_field());
    if (!same) {
        char *got = rc == ERR_OK ? js_dump(decision) : NULL;
        print_error("%s: %s\n", js_str(row, "case"), got != NULL ? got : err_word(rc));
        print_error("   at '%s'\n", rc == ERR_OK ? "" : err_field());
        free(got);
    }
    json_decref(facts);
    json_decref(decision);
    return same;
}

static void the_table_of_triage_cases_holds(void **state)
{
    (void)state;
    size_t i, wrong = 0;
    json_t *row;
    json_array_foreach(json_object_get(table, "cases"), i, row) wrong += !run_row(row);
    print_message("%zu cases\n", i);
    assert_true(i >= TRIAGE_LEAST);
    assert_int_equal(wrong, 0);
}

static void note_all(const json_t *row, json_t *fired, json_t *refused)
{
    size_t k;
    json_t *rule;
    json_array_foreach(json_object_get(row, "reasons"), k, rule)
        js_set_int(fired, json_string_value(rule), 1);
    if (js_str(row, "field") != NULL)
        js_set_int(refused, js_str(row, "field"), 1);
}

/* The table would not notice a pack, a rule or a fact that no row is about. */
static void each_rule_of_each_pack_fires_and_each_fact_is_refused_somewhere(void **state)
{
    (void)state;
    const struct asset *a;
    size_t i, k;
    json_t *row, *one, *fired = json_object(), *refused = json_object();
    json_array_foreach(json_object_get(table, "cases"), i, row) note_all(row, fired, refused);
    for (i = 0; (a = asset_at("policies/", i)) != NULL; i++) {
        json_t *pack = NULL;
        assert_ok(js_parse(a->data, a->len, a->name, &pack));
        json_array_foreach(json_object_get(pack, "rules"), k, one)
        {
            if (json_object_get(fired, js_str(one, "id")) == NULL)
                fail_msg("no case is about the rule %s of %s", js_str(one, "id"), a->name);
        }
        json_array_foreach(json_object_get(pack, "facts"), k, one)
        {
            if (json_object_get(refused, js_str(one, "id")) == NULL)
                fail_msg("no case refuses %s of %s", js_str(one, "id"), a->name);
        }
        json_decref(pack);
    }
    json_decref(fired);
    json_decref(refused);
}

/* Every overlay can be laid over every base pack, alone and with all others. */
static void every_overlay_fits_every_base_pack(void **state)
{
    (void)state;
    static const char *const bases[] = {"ordinary", "epidemic-2022"};
    for (size_t b = 0; b < 2; b++) {
        const struct asset *a;
        char *all = mem_strdup(bases[b]);
        for (size_t i = 0; (a = asset_at("policies/", i)) != NULL; i++) {
            json_t *pack = NULL;
            assert_ok(js_parse(a->data, a->len, a->name, &pack));
            if (policy_is_overlay(pack)) {
                char *one = mem_printf("%s+%s", bases[b], js_str(pack, "id"));
                char *more = mem_printf("%s+%s", all, js_str(pack, "id"));
                assert_non_null(named(one, NULL));
                assert_non_null(named(more, NULL));
                free(one), free(all);
                all = more;
            }
            json_decref(pack);
        }
        free(all);
    }
}

static void facts_that_are_no_object_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"[]", "1", "\"green\"", "null", "true"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_t *facts = json_loads(texts[i], JSON_DECODE_ANY, NULL), *out;
        assert_err(ERR_FIELD_TYPE, policy_decide(named("epidemic-2022", NULL), facts, &out));
        assert_string_equal(err_field(), "facts");
        assert_null(out);
        json_decref(facts);
    }
}

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_of_triage_cases_holds),
        cmocka_unit_test(each_rule_of_each_pack_fires_and_each_fact_is_refused_somewhere),
        cmocka_unit_test(every_overlay_fits_every_base_pack),
        cmocka_unit_test(facts_that_are_no_object_are_refused),
    };
    return cmocka_run_group_tests_name("triage", tests, load, unload);
}
