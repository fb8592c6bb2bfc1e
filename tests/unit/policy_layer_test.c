/* Layers: base packs, overlays and adaptations joined into the policy in force, and what a point,
 * its leader and the hub do to them over time. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/base/asset.h"
#include "kiosk/base/js.h"
#include "kiosk/rules/policymerge.h"

#define SEASON                                                                                      \
    "{'schema':'jiujin.policy/1','id':'season','version':1,'layer':'overlay','review_days':14,"     \
    "'title':{'zh':'测试季节','en':'Test season'},"                                             \
    "'params':[{'id':'slot_capacity','value':8,'adaptable':true,'bounds':{'min':4,'max':8},"        \
    "'label':{'zh':'人数','en':'Places'},'basis':'ours'}],"                                       \
    "'facts':[{'id':'cough','type':'bool','who':'visitor','label':{'zh':'咳嗽','en':'Cough'}},"   \
    "{'id':'fit','type':'bool','who':'staff','label':{'zh':'健康','en':'Well'}}],"                \
    "'actions':{'give_mask':{'zh':'给口罩','en':'Give a mask'}},"                                \
    "'rules':[{'id':'cough','when':'cough','outcome':'deny','text':{'zh':'咳','en':'Cough: at "    \
    "most {slot_capacity}'},'actions':['give_mask'],'basis':'ours'},"                               \
    "{'id':'unfit','when':'fit = 0','who':'staff','outcome':'deny','text':{'zh':'病','en':'Ill'}," \
    "'actions':[],'basis':'ours'}],'ledgers':['L06','L03']}"

static json_t *asset_json(const char *name)
{
    const struct asset *a = asset_find(name);
    json_t *json = NULL;
    assert_non_null(a);
    assert_ok(js_parse(a->data, a->len, name, &json));
    return json;
}

static struct policy *joined(const char *base, const char *overlay, const char *adaptations)
{
    struct policy *p = NULL;
    json_t *b = asset_json(base), *o = json_array(), *a = NULL;
    if (overlay != NULL)
        json_array_append_new(o, desk_json(overlay));
    if (adaptations != NULL)
        a = desk_json(adaptations);
    assert_ok(policy_join(b, o, a, "test", &p));
    json_decref(b), json_decref(o), json_decref(a);
    return p;
}

static int64_t number(const struct policy *p, const char *param)
{
    return json_integer_value(policy_param(p, param));
}

static void decides(const struct policy *p, const char *facts, const char *outcome,
                    const char *rules)
{
    json_t *f = desk_json(facts), *out = NULL, *ids = json_array(), *one;
    size_t i;
    assert_ok(policy_decide(p, f, &out));
    json_array_foreach(js_get(out, "reasons"), i, one)
        json_array_append(ids, json_object_get(one, "rule"));
    char *text = js_dump(ids);
    assert_string_equal(js_str(out, "outcome"), outcome);
    assert_string_equal(text, rules);
    free(text);
    json_decref(f), json_decref(out), json_decref(ids);
}

static void the_later_document_wins_for_numbers_and_the_label_names_all(void **state)
{
    (void)state;
    struct policy *p = joined("policies/ordinary.json", SEASON, NULL);
    assert_string_equal(policy_label(p), "ordinary@1+season@1");
    assert_string_equal(policy_id(p), "ordinary");
    assert_int_equal(number(p, "slot_capacity"), 8);
    assert_non_null(strstr(policy_title(p), "+Test season"));
    assert_true(policy_called(p, "ordinary") && policy_called(p, "ordinary+season") &&
                policy_called(p, "ordinary@1+season@1"));
    assert_false(policy_called(p, "season") || policy_called(p, "ordinary+") ||
                 policy_called(p, "ordinary+heat"));
    policy_free(p);
}

static void an_overlay_adds_gates_and_opens_none(void **state)
{
    (void)state;
    struct policy *p = joined("policies/epidemic-2022.json", SEASON, NULL);
    decides(p, "{'cough':true,'health_code':'red','mask':true,'venue_code':true,'temperature':36}",
            "isolate", "[\"code_red\",\"test_missing\",\"cough\"]");
    policy_free(p);
    json_t *base = asset_json("policies/epidemic-2022.json"), *o = desk_json(SEASON);
    json_t *rule = json_array_get(json_object_get(o, "rules"), 0), *all = json_pack("[O]", o);
    js_set_str(rule, "id", "code_red"); /* in the place of the pack's own: refused, not replaced */
    assert_err(ERR_DEFINITION, policy_join(base, all, NULL, "test", &p));
    assert_non_null(strstr(err_detail(), "'code_red' is there twice"));
    json_decref(base), json_decref(o), json_decref(all);
}

static void ledgers_add_up(void **state)
{
    (void)state;
    struct policy *p = joined("policies/ordinary.json", SEASON, NULL);
    json_t *own = asset_json("policies/ordinary.json");
    const json_t *all = json_object_get(policy_json(p), "ledgers");
    size_t n = json_array_size(json_object_get(own, "ledgers"));
    assert_int_equal(json_array_size(all), n + 1);
    assert_string_equal(json_string_value(json_array_get(all, n)), "L06");
    json_decref(own);
    policy_free(p);
}

static void a_fact_asked_of_one_role_is_refused_of_the_other(void **state)
{
    (void)state;
    json_t *out = NULL, *facts = desk_json("{'role':'staff','cough':true}");
    struct policy *p = joined("policies/ordinary.json", SEASON, NULL);
    decides(p, "{'cough':true}", "deny", "[\"cough\"]");
    decides(p, "{'role':'staff','fit':false}", "deny", "[\"unfit\"]");
    assert_err(ERR_FIELD_UNKNOWN, policy_decide(p, facts, &out));
    assert_string_equal(err_field(), "cough");
    json_decref(facts);
    facts = desk_json("{'fit':true}");
    assert_err(ERR_FIELD_UNKNOWN, policy_decide(p, facts, &out));
    assert_int_equal(policy_facts(p)->n_fields, 2);
    assert_string_equal(policy_facts_for(p, "visitor")->fields[0].id, "cough");
    assert_string_equal(policy_facts_for(p, "staff")->fields[0].id, "fit");
    json_decref(facts);
    policy_free(p);
}

#define ADAPT(id, param, value) "{'id':'" id "','param':'" param "','new':" value "}"

static void an_adaptation_stands_within_bounds_and_in_the_label(void **state)
{
    (void)state;
    struct policy *p =
        joined("policies/ordinary.json", SEASON, "[" ADAPT("2.7", "slot_capacity", "5") "]");
    assert_int_equal(number(p, "slot_capacity"), 5);
    assert_string_equal(policy_label(p), "ordinary@1+season@1#2.7");
    policy_free(p);
    p = joined("policies/ordinary.json", SEASON, "[" ADAPT("2.7", "slot_capacity", "9") "]");
    assert_int_equal(number(p, "slot_capacity"), 8);
    assert_string_equal(policy_label(p), "ordinary@1+season@1");
    policy_free(p);
    p = joined(
        "policies/ordinary.json", NULL,
        "[" ADAPT("2.7", "slot_capacity", "5") "," ADAPT("2.8", "slot_capacity", "null") "]");
    assert_int_equal(number(p, "slot_capacity"), 12);
    assert_string_equal(policy_label(p), "ordinary@1");
    policy_free(p);
}

static void a_parameter_is_put_where_it_stands_for(void **state)
{
    (void)state;
    struct policy *p = joined(
        "policies/epidemic-2022.json", NULL,
        "[" ADAPT("1.2", "report_hour", "'16:30'") "," ADAPT(
            "1.3", "more_rounds", "['night']") "," ADAPT("1.4", "round_places",
                                                         "['floor','vent','entrance','bin']") "]");
    const json_t *duty = json_array_get(json_object_get(policy_json(p), "duties"), 0);
    assert_string_equal(js_str(json_object_get(policy_json(p), "report"), "hour"), "16:30");
    assert_int_equal(json_array_size(json_object_get(duty, "slots")), 4);
    assert_int_equal(json_array_size(json_object_get(duty, "cover")), 4);
    policy_free(p);
}

/* The figures of the notice itself, and whatever is no value of that sort. */
static void what_may_not_be_adapted_is_refused_with_its_bounds(void **state)
{
    (void)state;
    static const struct {
        const char *param, *value;
        enum err rc;
    } tries[] = {
        {"test_hours", "72", ERR_CONSTRAINT},
        {"staff_test_hours", "24", ERR_CONSTRAINT},
        {"temperature_stop", "37.5", ERR_OK},
        {"temperature_stop", "37", ERR_OK},
        {"temperature_stop", "37.51", ERR_FIELD_RANGE},
        {"temperature_stop", "36.9", ERR_FIELD_RANGE},
        {"temperature_stop", "'37.2'", ERR_FIELD_TYPE},
        {"temperature_stop", "null", ERR_FIELD_TYPE},
        {"alarm_minutes", "1", ERR_OK},
        {"alarm_minutes", "0", ERR_FIELD_RANGE},
        {"alarm_minutes", "1.5", ERR_FIELD_TYPE},
        {"report_hour", "'20:00'", ERR_OK},
        {"report_hour", "'20:01'", ERR_FIELD_RANGE},
        {"report_hour", "'8 pm'", ERR_FIELD_TYPE},
        {"test_clock", "'sampling'", ERR_OK},
        {"test_clock", "'never'", ERR_FIELD_CHOICE},
        {"round_places", "['floor','vent']", ERR_FIELD_CHOICE},
        {"round_places", "['floor','vent','entrance','moon']", ERR_FIELD_CHOICE},
        {"round_places", "['floor','vent','entrance','floor']", ERR_FIELD_CHOICE},
        {"round_places", "['floor','vent','entrance',3]", ERR_FIELD_TYPE},
        {"round_places", "['bin','floor','vent','entrance']", ERR_OK},
        {"more_rounds", "'night'", ERR_FIELD_TYPE},
        {"more_rounds", "['night']", ERR_OK},
    };
    struct policy *p = joined("policies/epidemic-2022.json", NULL, NULL);
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        json_t *value = desk_json(tries[i].value);
        enum err rc = policy_fits(policy_param_row(p, tries[i].param), value);
        if (rc != tries[i].rc)
            fail_msg("%s %s: %s", tries[i].param, tries[i].value, err_word(rc));
        json_decref(value);
    }
    policy_free(p);
}

/* A duty whose ledger nobody has would never be seen. */
static void each_duty_of_a_shipped_pack_has_its_ledger(void **state)
{
    (void)state;
    const struct asset *a;
    for (size_t n = 0; (a = asset_at("policies/", n)) != NULL; n++) {
        size_t i;
        json_t *duty, *pack = asset_json(a->name);
        json_array_foreach(json_object_get(pack, "duties"), i, duty)
        {
            char name[80];
            struct form *f = NULL;
            snprintf(name, sizeof name, "forms/%s.json", js_str(duty, "ledger"));
            json_t *form = asset_json(name);
            assert_ok(form_parse(form, name, &f));
            form_free(f);
            json_decref(form);
        }
        json_decref(pack);
    }
}

static void an_overlay_parses_alone_and_is_told_its_mistakes(void **state)
{
    (void)state;
    struct policy *p = NULL;
    json_t *o = desk_json(SEASON);
    assert_ok(policy_parse(o, "season.json", &p));
    policy_free(p);
    json_object_del(o, "review_days");
    assert_err(ERR_DEFINITION, policy_parse(o, "season.json", &p));
    assert_string_equal(err_field(), "season.json");
    assert_non_null(strstr(err_detail(), "review_days: "));
    js_set_int(o, "review_days", 14);
    js_set_str(o, "layer", "base"); /* then it would have to say everything */
    assert_err(ERR_DEFINITION, policy_parse(o, "season.json", &p));
    json_decref(o);
}

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_later_document_wins_for_numbers_and_the_label_names_all),
        cmocka_unit_test(an_overlay_adds_gates_and_opens_none),
        cmocka_unit_test(ledgers_add_up),
        cmocka_unit_test(a_fact_asked_of_one_role_is_refused_of_the_other),
        cmocka_unit_test(an_adaptation_stands_within_bounds_and_in_the_label),
        cmocka_unit_test(a_parameter_is_put_where_it_stands_for),
        cmocka_unit_test(what_may_not_be_adapted_is_refused_with_its_bounds),
        cmocka_unit_test(each_duty_of_a_shipped_pack_has_its_ledger),
        cmocka_unit_test(an_overlay_parses_alone_and_is_told_its_mistakes),
    };
    return cmocka_run_group_tests_name("policy_layer", tests, NULL, NULL);
}
