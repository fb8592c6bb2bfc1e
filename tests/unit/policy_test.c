/* Policy packs: the outcomes that the notice fixes, each boundary, and mistakes with their place.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/rules/policy.h"

static json_t *shipped(const char *name)
{
    const struct asset *a = asset_find(name);
    json_t *json = NULL;
    if (a == NULL)
        fail_msg("no asset %s", name);
    assert_ok(js_parse(a->data, a->len, a->name, &json));
    return json;
}

static struct policy *parsed(const char *name)
{
    json_t *json = shipped(name);
    struct policy *p = NULL;
    assert_ok(policy_parse(json, name, &p));
    json_decref(json);
    return p;
}

static void all_shipped_packs_parse_and_have_reasons_in_both_languages(void **state)
{
    (void)state;
    const struct asset *a;
    size_t n = 0;
    for (; (a = asset_at("policies/", n)) != NULL; n++) {
        struct policy *p = parsed(a->name);
        char file[64];
        snprintf(file, sizeof file, "policies/%s.json", policy_id(p));
        assert_string_equal(file, a->name);
        assert_int_equal(json_array_size(policy_channels(p)),
                         policy_is_overlay(policy_json(p)) ? 0 : 6);
        policy_free(p);
    }
    assert_true(n >= 2);
}

static json_t *decision(const struct policy *p, const char *facts_text)
{
    json_t *facts, *out;
    assert_ok(js_parse(facts_text, strlen(facts_text), NULL, &facts));
    assert_ok(policy_decide(p, facts, &out));
    json_decref(facts);
    return out;
}

static bool lists(const json_t *decision_, const char *action)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(decision_, "actions"), i,
                       one) if (strcmp(json_string_value(one), action) == 0) return true;
    return false;
}

static void red_opens_an_incident_and_tells_leader_and_town_once_each(void **state)
{
    (void)state;
    struct policy *p = parsed("policies/epidemic-2022.json");
    json_t *d = decision(p, "{\"health_code\":\"red\",\"temperature\":38,\"mask\":true,"
                            "\"venue_code\":true,\"test_result\":\"positive\"}");
    char *text = js_dump(json_object_get(d, "actions"));
    assert_string_equal(text, "[\"open_incident\",\"tell_leader\",\"tell_town\"]");
    assert_string_equal(js_str(d, "outcome"), "isolate");
    free(text);
    json_decref(d);
    policy_free(p);
}

static void no_visitor_is_only_refused(void **state)
{
    (void)state;
    struct policy *p = parsed("policies/epidemic-2022.json");
    static const char *const denied[] = {
        "{\"health_code\":\"green\",\"mask\":true,\"venue_code\":true,\"temperature\":36}",
        "{\"health_code\":\"green\",\"mask\":false,\"test_result\":\"negative\","
        "\"at\":\"2022-05-20T09:00:00+08:00\",\"test_at\":\"2022-05-20T08:00:00+08:00\"}",
        "{}"};
    for (size_t i = 0; i < sizeof denied / sizeof *denied; i++) {
        json_t *d = decision(p, denied[i]);
        assert_string_equal(js_str(d, "outcome"), "deny");
        assert_true(lists(d, "other_channel"));
        json_decref(d);
    }
    policy_free(p);
}

static void a_reason_says_the_number_that_is_in_force_and_no_fact(void **state)
{
    (void)state;
    json_t *json = shipped("policies/epidemic-2022.json"), *one;
    size_t i;
    struct policy *p;
    json_array_foreach(json_object_get(json, "params"), i,
                       one) if (strcmp(js_str(one, "id"), "temperature_stop") == 0)
        json_object_set_new(one, "value", json_real(37.5));
    assert_ok(policy_parse(json, "adapted", &p));
    json_t *d = decision(p, "{\"temperature\":37.4}");
    assert_string_not_equal(js_str(d, "outcome"), "isolate");
    json_decref(d);
    d = decision(p, "{\"temperature\":38.8}");
    const char *text = js_str(json_array_get(json_object_get(d, "reasons"), 0), "text");
    assert_non_null(strstr(text, "37.5"));
    assert_null(strstr(text, "38.8"));
    json_decref(d);
    json_decref(json);
    policy_free(p);
}

static void reasons_speak_the_language_chosen(void **state)
{
    (void)state;
    lang_init("zh_CN");
    struct policy *p = parsed("policies/epidemic-2022.json");
    json_t *d = decision(p, "{\"health_code\":\"yellow\"}");
    const char *text = js_str(json_array_get(json_object_get(d, "reasons"), 0), "text");
    assert_non_null(strstr(text, "临时隔离区"));
    assert_string_equal(policy_action(p, "tell_leader"), "上报值班领导");
    json_decref(d);
    policy_free(p);
    lang_init("en");
}

static void a_pack_answers_for_its_parameters_and_ledgers(void **state)
{
    (void)state;
    struct policy *epidemic = parsed("policies/epidemic-2022.json");
    struct policy *ordinary = parsed("policies/ordinary.json");
    json_t *json = shipped("forms/staff_health.json");
    struct form *f;
    assert_ok(form_parse(json, "staff_health", &f));
    assert_int_equal(json_integer_value(policy_param(epidemic, "test_hours")), 48);
    assert_null(policy_param(ordinary, "test_hours"));
    assert_string_equal(policy_label(epidemic), "epidemic-2022@1");
    assert_true(policy_keeps(epidemic, f));
    assert_false(policy_keeps(ordinary, f));
    assert_int_equal(policy_facts(ordinary)->n_fields, 0);
    assert_string_equal(policy_action(epidemic, "no_such"), "no_such");
    form_free(f);
    json_decref(json);
    policy_free(epidemic);
    policy_free(ordinary);
}

static void a_decision_takes_well_under_a_millisecond(void **state)
{
    (void)state;
    struct policy *p = parsed("policies/epidemic-2022.json");
    int64_t before = clock_mono();
    for (int i = 0; i < 1000; i++)
        json_decref(decision(p, "{\"health_code\":\"red\",\"mask\":true,\"temperature\":36.6}"));
    int64_t took = clock_mono() - before;
    print_message("%d us a decision\n", (int)took);
    assert_true(took < 1000);
    policy_free(p);
}

/* Parses the epidemic pack after `key`[index].`member` was set to `value`; expects the place. */
static void spoiled(const char *key, size_t index, const char *member, const char *value,
                    const char *place)
{
    json_t *json = shipped("policies/epidemic-2022.json"), *put;
    struct policy *p = NULL;
    json_t *target = key != NULL ? json_object_get(json, key) : json;
    if (json_is_array(target))
        target = json_array_get(target, index);
    assert_ok(js_parse(value, strlen(value), NULL, &put));
    json_object_set_new(target, member, put);
    enum err rc = policy_parse(json, "pack.json", &p);
    if (rc != ERR_DEFINITION || strncmp(err_detail(), place, strlen(place)) != 0)
        fail_msg("%s '%s', expected '%s'", err_word(rc), err_detail(), place);
    assert_string_equal(err_field(), "pack.json");
    assert_null(p);
    json_decref(json);
}

static void a_mistake_in_a_pack_is_told_with_its_place(void **state)
{
    (void)state;
    spoiled(NULL, 0, "schema", "\"jiujin.form/1\"", "schema: ");
    spoiled(NULL, 0, "version", "0", "version: ");
    spoiled(NULL, 0, "id", "\"../x\"", "id: must be an id");
    spoiled(NULL, 0, "surprise", "1", "surprise: unknown key");
    spoiled(NULL, 0, "rules", "null", "rules: missing");
    spoiled(NULL, 0, "channels", "[\"online\",\"online\"]", "channels: 'online'");
    spoiled(NULL, 0, "channels", "[\"online\"]", "channels: one of the six");
    spoiled("rules", 3, "when", "\"temprature > 3\"", "rules[3].when: ");
    spoiled("rules", 3, "when", "\"(SELECT 1)\"", "rules[3].when: The rule does what");
    spoiled("rules", 3, "when", "\"1) UNION SELECT (1\"", "rules[3].when: The rule does what");
    spoiled("rules", 3, "outcome", "\"shoot\"", "rules[3].outcome: ");
    spoiled("rules", 3, "who", "\"dogs\"", "rules[3].who: ");
    spoiled("rules", 3, "id", "\"code_red\"", "rules[3].id: 'code_red' is there twice");
    spoiled("rules", 3, "actions", "[\"fly\"]", "rules[3].actions: no action 'fly'");
    spoiled("rules", 3, "text", "{\"zh\":\"a\"}", "rules[3].text: must be");
    spoiled("rules", 3, "text", "{\"zh\":\"a\",\"en\":\"{nothing}\"}",
            "rules[3].text: no parameter '{nothing}'");
    spoiled("facts", 1, "type", "\"x\"", "facts[1].type: unknown type 'x'");
    spoiled("facts", 1, "required", "true", "facts[1].required: ");
    spoiled("params", 0, "id", "\"mask\"", "params[0].id: the name 'mask'");
    spoiled("derived", 0, "sql", "\"test_age\"", "derived[0].sql: 'test_age' does not stand");
    spoiled("duties", 0, "slots",
            "[{\"id\":\"a\",\"zh\":\"a\",\"en\":\"a\",\"from\":\"09:00\",\"to\":\"08:00\"}]",
            "duties[0].slots[0].to: not behind from");
    spoiled("duties", 0, "slots",
            "[{\"id\":\"a\",\"zh\":\"a\",\"en\":\"a\",\"from\":\"9:00\",\"to\":\"24:00\"}]",
            "duties[0].slots[0].from: must be a time");
    spoiled("report", 0, "hour", "\"25:00\"", "report.hour: must be a time");
    spoiled("retention", 0, "visit", "0", "retention.visit: ");
    spoiled("effective", 0, "from", "\"2022-02-30\"", "effective.from: no such date");
    spoiled("effective", 0, "ends", "\"soon\"", "effective.ends: ");
}

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_shipped_packs_parse_and_have_reasons_in_both_languages),
        cmocka_unit_test(red_opens_an_incident_and_tells_leader_and_town_once_each),
        cmocka_unit_test(no_visitor_is_only_refused),
        cmocka_unit_test(a_reason_says_the_number_that_is_in_force_and_no_fact),
        cmocka_unit_test(reasons_speak_the_language_chosen),
        cmocka_unit_test(a_pack_answers_for_its_parameters_and_ledgers),
        cmocka_unit_test(a_decision_takes_well_under_a_millisecond),
        cmocka_unit_test(a_mistake_in_a_pack_is_told_with_its_place),
    };
    return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
