/* The door: the policy decides, what must be reported is opened at once. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/base/asset.h"

#define GREEN                                                                                      \
    "'policy':'epidemic-2022','at':'2022-05-20T09:00:00+08:00','role':'visitor',"                  \
    "'health_code':'green','venue_code':true,'mask':true,'temperature':36.5,"                      \
    "'test_at':'2022-05-19T10:00:00+08:00','test_result':'negative'"
#define YELLOW                                                                                     \
    "'at':'2022-05-20T09:00:00+08:00','health_code':'yellow','venue_code':true,'mask':true,"       \
    "'temperature':36.5,'test_at':'2022-05-19T10:00:00+08:00','test_result':'negative'"
#define FEVER                                                                                      \
    "'at':'2022-05-20T09:00:00+08:00','health_code':'green','venue_code':true,'mask':true,"        \
    "'temperature':37.3,'test_at':'2022-05-19T10:00:00+08:00','test_result':'negative'"

static int64_t count(const char *sql)
{
    return store_number(site->j.store, sql, -1);
}

static void a_green_code_is_admitted_and_recorded(void **state)
{
    (void)state;
    json_t *out = desk_do("visit", "{'person':" AMA ",'purpose':'测试事项','facts':{" GREEN "}}");
    assert_string_equal(js_str(out, "outcome"), "admit");
    assert_true(json_is_null(json_object_get(out, "incident")));
    json_t *visits = desk_list("visits"), *one = json_array_get(visits, 0);
    assert_string_equal(js_str(one, "id"), js_str(out, "id"));
    assert_string_equal(js_str(one, "at"), "2022-05-20T09:00:00+08:00");
    assert_string_equal(js_str(one, "policy"), "epidemic-2022@1");
    assert_string_equal(js_str(one, "purpose"), "测试事项");
    assert_string_equal(js_str(one, "name"), "测试甲");
    assert_int_equal(count("SELECT count(*) FROM incident"), 0);
    json_decref(out), json_decref(visits);
    desk_replays();
}

static void a_yellow_code_opens_an_incident_in_the_same_transaction(void **state)
{
    (void)state;
    json_t *out = desk_do("visit", "{'person':" AMA ",'facts':{" YELLOW "}}");
    assert_string_equal(js_str(out, "outcome"), "isolate");
    json_t *incidents = desk_list("incidents"), *one = json_array_get(incidents, 0);
    assert_int_equal(json_array_size(incidents), 1);
    assert_string_equal(js_str(one, "id"), js_str(out, "incident"));
    assert_string_equal(js_str(one, "visit"), js_str(out, "visit"));
    assert_string_equal(js_str(one, "cause"), "health_code");
    assert_string_equal(js_str(one, "state"), "open");
    assert_string_equal(js_str(one, "name"), "测试甲");
    char *told = js_dump(js_get(one, "actions"));
    assert_non_null(strstr(told, "tell_leader"));
    assert_null(strstr(told, "open_incident"));
    free(told);
    json_decref(out), json_decref(incidents);
    desk_replays();
}

static void a_fever_is_called_temperature(void **state)
{
    (void)state;
    json_decref(desk_do("visit", "{'facts':{" FEVER "}}"));
    json_t *incidents = desk_list("incidents");
    assert_string_equal(js_str(json_array_get(incidents, 0), "cause"), "temperature");
    assert_true(json_is_null(json_object_get(json_array_get(incidents, 0), "person")));
    json_decref(incidents);
}

static void a_visit_with_one_bad_part_writes_nothing(void **state)
{
    (void)state;
    desk_refused(ERR_FIELD_UNKNOWN, NULL, "visit", "{'facts':{'horoscope':'lion'}}");
    desk_refused(ERR_FIELD_UNKNOWN, "weather", "visit", "{'weather':'fine'}");
    desk_refused(ERR_ID_CHECK, NULL, "visit",
                 "{'person':{'name':'测试甲','id_no':'999101194503150026'},'facts':{" GREEN "}}");
    desk_refused(ERR_CONSTRAINT, "facts.policy", "visit", "{'facts':{'policy':'ordinary'}}");
    desk_refused(ERR_TIME, NULL, "visit", "{'facts':{'at':'2022-05-20T25:00:00+08:00'}}");
    desk_refused(ERR_NOT_FOUND, "person", "visit",
                 "{'person':{'ref':'1.999'},'facts':{" GREEN "}}");
    desk_refused(ERR_NOT_FOUND, "what", "visit:1.1", "{}");
}

static void the_dry_run_decides_the_same_and_writes_nothing(void **state)
{
    (void)state;
    int64_t before = count("SELECT count(*) FROM entry");
    json_t *out = desk_do("triage", "{" YELLOW "}");
    assert_string_equal(js_str(out, "outcome"), "isolate");
    json_t *other = desk_do("triage", "{'policy':'ordinary'}");
    assert_string_equal(js_str(other, "outcome"), "admit");
    assert_int_equal(count("SELECT count(*) FROM entry"), before);
    json_decref(out), json_decref(other);
}

static const json_t *last_visit(json_t **visits)
{
    *visits = desk_list("visits");
    return json_array_get(*visits, 0);
}

static void more_caution_than_the_policys_needs_only_a_reason(void **state)
{
    (void)state;
    json_t *visits;
    assert_ok(clerk_add(site, "门岗", "gate", "1234"));
    clerk_sign_out(site, "sign_out");
    assert_ok(clerk_sign_in(site, "门岗", "1234"));
    desk_refused(ERR_FIELD_REQUIRED, "reason", "visit",
                 "{'facts':{" GREEN "},'override':{'outcome':'deny'}}");
    desk_refused(ERR_CONSTRAINT, "override.outcome", "visit",
                 "{'facts':{" GREEN "},'override':{'outcome':'admit','reason':'x'}}");
    json_t *out = desk_do("visit", "{'person':" AMA ",'facts':{" GREEN "},'override':"
                                   "{'outcome':'isolate','reason':'咳嗽'},'device':['sentinel']}");
    assert_string_equal(js_str(out, "outcome"), "isolate");
    assert_non_null(js_str(out, "incident")); /* isolated for whatever reason: reported */
    const json_t *one = last_visit(&visits);
    assert_string_equal(js_str(one, "outcome"), "isolate");
    assert_string_equal(js_str(one, "said"), "admit");
    assert_null(js_str(one, "answers"));
    assert_string_equal(js_str(one, "reason"), "咳嗽");
    assert_string_equal(json_string_value(json_array_get(js_get(one, "device"), 0)), "sentinel");
    assert_int_equal(count("SELECT count(*) FROM entry WHERE instr(head, '咳嗽') > 0"), 0);
    json_decref(out), json_decref(visits);
    desk_replays();
}

static void less_caution_needs_a_leader_who_answers_for_it(void **state)
{
    (void)state;
    json_t *visits;
    static const char less[] = "{'person':" AMA ",'facts':{" FEVER "},'override':"
                               "{'outcome':'admit','reason':'复测36.4'}}";
    assert_ok(clerk_add(site, "门岗", "gate", "1234"));
    assert_ok(clerk_add(site, "站长", "leader", "2345"));
    clerk_sign_out(site, "sign_out");
    assert_ok(clerk_sign_in(site, "门岗", "1234"));
    desk_refused(ERR_VOUCH, NULL, "visit", less);
    assert_ok(clerk_vouch(site, "站长", "2345"));
    json_t *out = desk_do("visit", less);
    assert_string_equal(js_str(out, "outcome"), "admit");
    assert_null(js_str(out, "incident"));
    assert_int_equal(json_array_size(js_get(out, "reasons")), 1); /* what the policy said stays */
    const json_t *one = last_visit(&visits);
    assert_string_equal(js_str(one, "said"), "isolate");
    assert_string_equal(js_str(one, "answers"), "站长");
    desk_refused(ERR_VOUCH, NULL, "visit", less); /* for one action alone */
    json_decref(out), json_decref(visits);
    desk_replays();
}

static void somebody_refused_is_given_another_channel(void **state)
{
    (void)state;
    char what[64];
    json_t *visits, *out = desk_do("visit", "{'person':" AMA ",'facts':{'mask':false}}");
    assert_string_equal(js_str(out, "outcome"), "deny");
    snprintf(what, sizeof what, "visit_offer:%s", js_str(out, "visit"));
    const json_t *one = last_visit(&visits);
    assert_null(js_get(one, "offered"));
    assert_null(js_get(one, "told_online"));
    desk_refused(ERR_FIELD_REQUIRED, "channel", what, "{}");
    desk_refused(ERR_FIELD_CHOICE, "channel", what, "{'channel':'pigeon'}");
    desk_refused(ERR_NOT_FOUND, "visit", "visit_offer:1.999", "{'channel':'proxy'}");
    json_decref(desk_do(what, "{'channel':'proxy'}"));
    json_decref(visits);
    one = last_visit(&visits);
    assert_string_equal(js_str(one, "offered"), "proxy");
    assert_null(js_get(one, "told_online"));
    json_decref(desk_do(what, "{'channel':'online'}")); /* the last word counts */
    json_decref(visits);
    one = last_visit(&visits);
    assert_string_equal(js_str(one, "offered"), "online");
    assert_true(js_bool(one, "told_online"));
    json_decref(out), json_decref(visits);
    desk_replays();
}

static void who_comes_back_and_is_admitted_has_had_another_way(void **state)
{
    (void)state;
    json_decref(desk_do("visit", "{'person':" AMA ",'facts':{'at':'2022-05-20T08:50:00+08:00',"
                                 "'mask':false}}"));
    json_decref(desk_do("visit", "{'person':" AMA ",'facts':{" GREEN "}}"));
    json_t *visits = desk_list("visits");
    assert_string_equal(js_str(json_array_get(visits, 0), "outcome"), "admit");
    assert_string_equal(js_str(json_array_get(visits, 1), "offered"), "nearby");
    json_decref(visits);
    desk_replays();
}

#define NEARBY(at) "{'person':" AMA ",'item':'QP-MZ-01','channel':'nearby','at':'" at ":00+08:00'}"

static void nobody_is_served_inside_without_a_pass_of_the_day(void **state)
{
    (void)state;
    desk_refused(ERR_CONSTRAINT, "channel", "case", NEARBY("2022-05-20T09:30"));
    json_decref(desk_do("visit", "{'person':" AMA ",'facts':{'at':'2022-05-20T08:50:00+08:00',"
                                 "'mask':false}}"));
    desk_refused(ERR_CONSTRAINT, "channel", "case", NEARBY("2022-05-20T09:30"));
    json_decref(desk_do("visit", "{'person':" AMA ",'facts':{" GREEN "}}"));
    json_decref(desk_do("case", NEARBY("2022-05-20T09:30")));
    json_decref(desk_do("case", NEARBY("2022-05-20T09:40")));
    desk_refused(ERR_CONSTRAINT, "channel", "case", NEARBY("2022-05-21T09:30"));
}

static void staff_are_checked_by_their_own_rule_and_fill_their_ledger(void **state)
{
    (void)state;
    json_t *late = desk_do("staff", "{'clerk':'admin','facts':{'at':'2022-05-20T08:00:00+08:00',"
                                    "'health_code':'green','venue_code':true,'mask':true,"
                                    "'temperature':36.5,'test_result':'negative',"
                                    "'test_at':'2022-05-18T20:00:00+08:00'}}");
    assert_string_equal(js_str(late, "outcome"), "deny"); /* 36 h: a visitor would pass */
    json_t *rows = desk_list("ledger:staff_health"), *row = json_array_get(rows, 0);
    assert_int_equal(json_array_size(rows), 1);
    assert_string_equal(js_str(row, "staff"), "admin");
    assert_string_equal(js_str(row, "health_code"), "green");
    assert_true(js_bool(row, "mask"));
    desk_refused(ERR_NOT_FOUND, "clerk", "staff", "{'clerk':'nobody'}");
    json_decref(late), json_decref(rows);
    desk_replays();
}

static void the_ordinary_day_asks_for_nothing(void **state)
{
    (void)state;
    json_t *out = desk_do("visit", "{'person':" AMA ",'purpose':'测试事项'}");
    assert_string_equal(js_str(out, "outcome"), "admit");
    json_decref(out);
}

static void the_policy_changes_by_order_and_a_broken_one_is_kept_apart(void **state)
{
    (void)state;
    const struct asset *pack = asset_find("policies/epidemic-2022.json");
    struct buf body = BUF_INIT;
    desk_order("policy", "o.1",
               "{'definition':{'schema':'jiujin.policy/1','id':'broken',"
               "'version':1,'rules':3},'effective':null}");
    json_t *status = desk_list("status");
    assert_string_equal(js_str(json_array_get(status, 0), "policy"), "ordinary@1");
    buf_printf(&body, "{\"definition\":%s,\"effective\":null}", pack->data);
    desk_order("policy", "o.2", buf_str(&body));
    buf_fini(&body);
    json_decref(status);
    status = desk_list("status");
    assert_string_equal(js_str(json_array_get(status, 0), "policy"), "epidemic-2022@1");
    json_t *orders = desk_list("orders");
    assert_int_equal(json_array_size(orders), 2);
    assert_non_null(js_str(json_array_get(orders, 1), "refused"));
    assert_null(js_str(json_array_get(orders, 0), "refused"));
    json_t *out = desk_do("visit", "{'facts':{" YELLOW "}}");
    assert_string_equal(js_str(out, "outcome"), "isolate");
    json_decref(status), json_decref(orders), json_decref(out);
    desk_replays();
}

int main(void)
{
    lang_init("en");
#define E(name) cmocka_unit_test_setup_teardown(name, site_setup_epidemic, site_teardown)
#define T(name) cmocka_unit_test_setup_teardown(name, site_setup, site_teardown)
    const struct CMUnitTest tests[] = {
        E(a_green_code_is_admitted_and_recorded),
        E(a_yellow_code_opens_an_incident_in_the_same_transaction),
        E(a_fever_is_called_temperature),
        E(a_visit_with_one_bad_part_writes_nothing),
        E(the_dry_run_decides_the_same_and_writes_nothing),
        E(staff_are_checked_by_their_own_rule_and_fill_their_ledger),
        E(more_caution_than_the_policys_needs_only_a_reason),
        E(less_caution_needs_a_leader_who_answers_for_it),
        E(somebody_refused_is_given_another_channel),
        E(who_comes_back_and_is_admitted_has_had_another_way),
        E(nobody_is_served_inside_without_a_pass_of_the_day),
        T(the_ordinary_day_asks_for_nothing),
        T(the_policy_changes_by_order_and_a_broken_one_is_kept_apart),
    };
    return cmocka_run_group_tests_name("visit", tests, NULL, NULL);
}
