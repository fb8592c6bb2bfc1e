/* The table of triage cases: each boundary of each pack, what is unknown, and what is refused. */
#include "tests/unit/triage.h"

#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/lang.h"
#include "kiosk/rules/policy.h"

static json_t *table;
static struct policy *packs[2];
static const char *const pack_names[2] = {"epidemic-2022", "ordinary"};

static int load(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char name[64];
        json_t *json = NULL;
        snprintf(name, sizeof name, "policies/%s.json", pack_names[i]);
        const struct asset *a = asset_find(name);
        if (a == NULL || js_parse(a->data, a->len, name, &json) != ERR_OK ||
            policy_parse(json, name, &packs[i]) != ERR_OK)
            return -1;
        json_decref(json);
    }
    return js_load(TRIAGE_TABLE, &table) == ERR_OK ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    json_decref(table);
    for (size_t i = 0; i < 2; i++)
        policy_free(packs[i]);
    return 0;
}

static const struct policy *pack_of(const json_t *row)
{
    for (size_t i = 0; i < 2; i++)
        if (strcmp(pack_names[i], triage_pack(row)) == 0)
            return packs[i];
    fail_msg("no pack %s", triage_pack(row));
    return NULL;
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

/* The table would not notice a rule or a fact that no row is about. */
static void each_rule_fires_and_each_fact_is_refused_somewhere(void **state)
{
    (void)state;
    size_t i, k;
    json_t *row, *rule, *fired = json_object(), *refused = json_object();
    json_array_foreach(json_object_get(table, "cases"), i, row)
    {
        json_array_foreach(json_object_get(row, "reasons"), k, rule)
            js_set_int(fired, json_string_value(rule), 1);
        if (js_str(row, "field") != NULL)
            js_set_int(refused, js_str(row, "field"), 1);
    }
    json_array_foreach(json_object_get(policy_json(packs[0]), "rules"), i, rule)
    {
        if (json_object_get(fired, js_str(rule, "id")) == NULL)
            fail_msg("no case is about the rule %s", js_str(rule, "id"));
    }
    for (i = 0; i < policy_facts(packs[0])->n_fields; i++)
        if (json_object_get(refused, policy_facts(packs[0])->fields[i].id) == NULL)
            fail_msg("no case refuses %s", policy_facts(packs[0])->fields[i].id);
    json_decref(fired);
    json_decref(refused);
}

static void facts_that_are_no_object_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"[]", "1", "\"green\"", "null", "true"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_t *facts = json_loads(texts[i], JSON_DECODE_ANY, NULL), *out;
        assert_err(ERR_FIELD_TYPE, policy_decide(packs[0], facts, &out));
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
        cmocka_unit_test(each_rule_fires_and_each_fact_is_refused_somewhere),
        cmocka_unit_test(facts_that_are_no_object_are_refused),
    };
    return cmocka_run_group_tests_name("triage", tests, load, unload);
}
