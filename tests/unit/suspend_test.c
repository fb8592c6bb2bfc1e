/* Service suspended: nobody is admitted, nothing new is taken in, what is open goes on. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/base/asset.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/suspend.h"

#define GREEN                                                                                      \
    "'health_code':'green','venue_code':true,'mask':true,'temperature':36.5,"                      \
    "'test_at':'2026-01-01T10:00:00+08:00','test_result':'negative'"
#define BOOKING                                                                                    \
    "{'person':" AMA ",'item':'QP-MZ-01','from':'2030-01-01T09:00:00+08:00',"                      \
    "'to':'2030-01-01T09:30:00+08:00','by':'phone'}"
#define CASE "{'person':" AMA ",'item':'QP-MZ-01','channel':'proxy'}"

static void role(const char *name)
{
    snprintf(site->j.role, sizeof site->j.role, "%s", name);
}

static bool suspended(void)
{
    bool now = false;
    json_t *status = desk_list("status");
    assert_ok(suspend_now(site, &now, NULL));
    assert_int_equal(js_bool(json_array_get(status, 0), "suspended"), now);
    json_decref(status);
    return now;
}

static void word_is(const char *expected)
{
    const char *word;
    assert_ok(suspend_word(site, &word));
    assert_string_equal(word, expected);
}

static bool names_rule(const json_t *out, const char *rule)
{
    size_t i;
    json_t *one;
    json_array_foreach(js_get(out, "reasons"), i, one)
    {
        if (strcmp(js_str(one, "rule"), rule) == 0)
            return *js_str(one, "text") != 0;
    }
    return false;
}

static void a_suspended_point_admits_nobody_and_takes_nothing_new_in(void **state)
{
    (void)state;
    json_t *before = desk_do("case", CASE);
    char step[64];
    word_is("open");
    json_decref(desk_do("suspend", "{'reason':'发现疫情'}"));
    assert_true(suspended());
    word_is("suspended");
    json_t *out = desk_do("visit", "{'facts':{" GREEN "}}");
    assert_string_equal(js_str(out, "outcome"), "deny");
    assert_true(names_rule(out, "suspended"));
    char *actions = js_dump(js_get(out, "actions"));
    assert_non_null(strstr(actions, "other_channel"));
    desk_refused(ERR_SUSPENDED, NULL, "case", CASE);
    desk_refused(ERR_SUSPENDED, NULL, "booking", BOOKING);
    snprintf(step, sizeof step, "case_step:%s", js_str(before, "id"));
    json_decref(desk_do(step, "{'step':'say','text':'测试'}")); /* what is open goes on */
    json_decref(desk_do("resume", "{'reason':'已消毒，街镇同意'}"));
    assert_false(suspended());
    word_is("open");
    json_decref(desk_do("case", CASE));
    json_decref(desk_do("booking", BOOKING));
    free(actions);
    json_decref(out), json_decref(before);
    desk_replays();
}

static void isolation_and_the_check_of_staff_go_on(void **state)
{
    (void)state;
    json_decref(desk_do("suspend", "{'reason':'发现疫情'}"));
    json_t *out = desk_do("visit", "{'facts':{'health_code':'red'}}");
    assert_string_equal(js_str(out, "outcome"), "isolate");
    assert_true(names_rule(out, "suspended"));
    json_t *staff = desk_do("staff", "{'clerk':'admin','facts':{" GREEN "}}");
    assert_false(names_rule(staff, "suspended"));
    json_t *dry = desk_do("triage", "{" GREEN "}");
    assert_true(names_rule(dry, "suspended"));
    json_t *pack = desk_do("triage", "{'policy':'ordinary'}"); /* the pack alone */
    assert_string_equal(js_str(pack, "outcome"), "admit");
    json_decref(out), json_decref(staff), json_decref(dry), json_decref(pack);
    desk_replays();
}

static void only_a_leader_suspends_and_resumes_and_says_why(void **state)
{
    (void)state;
    desk_refused(ERR_FIELD_REQUIRED, "reason", "suspend", "{}");
    desk_refused(ERR_STATE, "scope", "resume", "{'reason':'试试'}");
    desk_refused(ERR_FIELD_CHOICE, "scope", "suspend", "{'reason':'试试','scope':'roof'}");
    desk_refused(ERR_FIELD_CHOICE, "scope", "suspend", "{'reason':'试试','scope':'window:'}");
    assert_ok(clerk_add(site, "站长", "leader", "4321"));
    role("gate");
    desk_refused(ERR_VOUCH, NULL, "suspend", "{'reason':'发现疫情'}");
    assert_ok(clerk_vouch(site, "站长", "4321"));
    json_decref(desk_do("suspend", "{'reason':'发现疫情'}"));
    desk_refused(ERR_STATE, "scope", "suspend", "{'reason':'再来'}");
    desk_refused(ERR_VOUCH, NULL, "resume", "{'reason':'好了'}");
    role("leader");
    json_decref(desk_do("resume", "{'reason':'街镇同意'}"));
    json_t *rows = desk_list("suspension"), *row = json_array_get(rows, 0);
    assert_string_equal(js_str(row, "answers"), "站长");
    assert_string_equal(js_str(row, "reason"), "发现疫情");
    assert_string_equal(js_str(row, "ended_by"), "admin");
    assert_string_equal(js_str(row, "ended_reason"), "街镇同意");
    json_t *ledger = desk_list("ledger:L23");
    assert_string_equal(js_str(json_array_get(ledger, 0), "reason"), "发现疫情");
    json_decref(rows), json_decref(ledger);
    desk_replays();
}

static void the_hub_suspends_and_resumes_by_order(void **state)
{
    bool now;
    char id[ENTRY_ID];
    (void)state;
    desk_order("suspend", "o.1", "{'scope':'site'}");
    assert_ok(suspend_now(site, &now, id));
    assert_true(now);
    assert_string_equal(id, "o.1");
    desk_order("suspend", "o.2", "{'scope':'site'}"); /* is so already: kept and marked */
    desk_order("suspend", "o.3", "{'scope':'roof'}");
    json_t *orders = desk_list("orders");
    assert_non_null(js_str(json_array_get(orders, 0), "refused"));
    assert_non_null(js_str(json_array_get(orders, 1), "refused"));
    assert_null(js_str(json_array_get(orders, 2), "refused"));
    desk_order("resume", "o.4", "{'scope':'site','reason':'恢复'}");
    assert_false(suspended());
    json_decref(orders);
    desk_replays();
}

/* The ordinary pack, but only the sub-centre resumes. */
static void leave_resumption_to_the_hub(void)
{
    json_t *pack = NULL;
    const struct asset *a = asset_find("policies/ordinary.json");
    assert_ok(js_parse(a->data, a->len, a->name, &pack));
    js_set_int(pack, "version", js_int(pack, "version", 1) + 1);
    js_set_str(json_object_get(pack, "suspend"), "resume", "by_order");
    json_t *body = json_pack("{s:o}", "definition", pack);
    char *text = js_dump(body);
    desk_order("policy", "o.1", text);
    free(text);
    json_decref(body);
}

static void a_pack_may_leave_the_resumption_to_the_hub_alone(void **state)
{
    (void)state;
    leave_resumption_to_the_hub();
    json_decref(desk_do("suspend", "{'reason':'停水'}"));
    role("leader");
    desk_refused(ERR_CONSTRAINT, "policy", "resume", "{'reason':'恢复'}");
    assert_true(suspended());
    desk_order("resume", "o.2", "{'scope':'site','reason':'恢复'}");
    assert_false(suspended());
    desk_replays();
}

static void a_window_alone_may_be_suspended(void **state)
{
    bool now;
    (void)state;
    json_decref(desk_do("suspend", "{'scope':'window:2','reason':'电脑坏了'}"));
    assert_false(suspended());
    word_is("limited");
    assert_ok(suspend_of(site, "window:2", &now));
    assert_true(now);
    assert_ok(suspend_of(site, "window:1", &now));
    assert_false(now);
    json_decref(desk_do("case", CASE));
    json_decref(desk_do("suspend", "{'reason':'停电'}"));
    assert_ok(suspend_of(site, "window:1", &now));
    assert_true(now);
    json_decref(desk_do("resume", "{'reason':'来电'}"));
    word_is("limited"); /* the window's own goes on */
    json_t *alarms = desk_list("alarms");
    assert_int_equal(json_array_size(alarms), 1);
    assert_string_equal(js_str(json_array_get(alarms, 0), "scope"), "window:2");
    json_decref(alarms);
    desk_replays();
}

static void an_open_incident_limits_the_point(void **state)
{
    char what[64];
    (void)state;
    json_t *out = desk_do("incident", "{'cause':'other'}");
    word_is("limited");
    snprintf(what, sizeof what, "incident_step:%s", js_str(out, "id"));
    json_decref(desk_do(what, "{'step':'closed','reason':'演练'}"));
    word_is("open");
    json_decref(out);
}

int main(void)
{
    lang_init("en");
#define E(name) cmocka_unit_test_setup_teardown(name, site_setup_epidemic, site_teardown)
#define T(name) cmocka_unit_test_setup_teardown(name, site_setup, site_teardown)
    const struct CMUnitTest tests[] = {
        E(a_suspended_point_admits_nobody_and_takes_nothing_new_in),
        E(isolation_and_the_check_of_staff_go_on),
        T(only_a_leader_suspends_and_resumes_and_says_why),
        T(the_hub_suspends_and_resumes_by_order),
        T(a_pack_may_leave_the_resumption_to_the_hub_alone),
        T(a_window_alone_may_be_suspended),
        E(an_open_incident_limits_the_point),
    };
    return cmocka_run_group_tests_name("suspend", tests, NULL, NULL);
}
