/* The staff of a day, the leader's word on it, and a shift handed to another clerk. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/desk/staff.h"

#define FIT                                                                                        \
    "'health_code':'green','venue_code':true,'mask':true,'temperature':36.5,"                      \
    "'test_result':'negative'"

static void check(const char *clerk, const char *more, int64_t test_at)
{
    char in[400], at[CLOCK_TEXT];
    snprintf(in, sizeof in, "{'clerk':'%s','facts':{" FIT ",'test_at':'%s'%s}}", clerk,
             clock_iso(test_at, at), more);
    json_decref(desk_do("staff", in));
}

static json_t *staff_day(void)
{
    json_t *rows = desk_list("staff_day"), *one = json_incref(json_array_get(rows, 0));
    json_decref(rows);
    assert_non_null(one);
    return one;
}

static int setup(void **state)
{
    if (site_setup_epidemic(state) != 0)
        return -1;
    assert_ok(clerk_add(site, "gate", "gate", "4321"));
    assert_ok(clerk_add(site, "chief", "leader", "5678"));
    return 0;
}

static void whoever_was_not_checked_is_named(void **state)
{
    (void)state;
    json_t *d = staff_day();
    assert_int_equal(js_int(d, "clerks", 0), 3);
    assert_int_equal(js_int(d, "checked", -1), 0);
    assert_int_equal(json_array_size(js_get(d, "missing")), 3);
    json_decref(d);
    assert_true(staff_gate(site));
    assert_string_equal(staff_state(site), "missing");
    check("admin", "", clock_now() - 3600000);
    check("gate", "", clock_now() - 25 * 3600000LL); /* older than 24 hours: no shift */
    assert_string_equal(staff_state(site), "checked");
    d = staff_day();
    assert_int_equal(js_int(d, "checked", -1), 1);
    assert_string_equal(json_string_value(json_array_get(js_get(d, "denied"), 0)), "gate");
    assert_string_equal(json_string_value(json_array_get(js_get(d, "missing"), 0)), "chief");
    json_decref(d);
    check("gate", "", clock_now() - 3600000); /* tested, and checked again */
    d = staff_day();
    assert_int_equal(js_int(d, "checked", -1), 2);
    assert_int_equal(json_array_size(js_get(d, "denied")), 0);
    json_decref(d);
    desk_replays();
}

static void a_check_that_is_told_later_says_so(void **state)
{
    (void)state;
    size_t i;
    char in[400], at[CLOCK_TEXT], test[CLOCK_TEXT];
    int64_t now = clock_day(clock_now()) + CLOCK_DAY_MS + 12 * 3600000LL;
    clock_hold(now, 1000);
    clock_iso(now - 3 * 3600000LL, at);
    snprintf(in, sizeof in, "{'clerk':'gate','facts':{" FIT ",'test_at':'%s'},'at':'%s'}",
             clock_iso(now - 5 * 3600000LL, test), at);
    json_decref(desk_do("staff", in));
    json_t *rows = desk_list("clerks"), *one;
    assert_int_equal(json_array_size(rows), 3);
    json_array_foreach(rows, i, one)
    {
        bool ours = strcmp(js_str(one, "clerk"), "gate") == 0;
        assert_int_equal(js_bool(one, "entered_late"), ours);
        if (ours)
            assert_string_equal(js_str(one, "at"), at);
    }
    json_decref(rows);
    clock_hold(CLOCK_NONE, 0);
}

static void a_leader_confirms_the_staff_of_the_day(void **state)
{
    (void)state;
    check("admin", "", clock_now() - 3600000);
    clerk_sign_out(site, "sign_out");
    assert_ok(clerk_sign_in(site, "gate", "4321"));
    desk_refused(ERR_VOUCH, NULL, "confirm", "{}");
    assert_ok(clerk_vouch(site, "chief", "5678"));
    json_t *out = desk_do("confirm", "{}");
    assert_int_equal(json_array_size(js_get(out, "clerks")), 1);
    assert_int_equal(json_array_size(js_get(out, "missing")), 2);
    json_decref(out);
    json_t *d = staff_day();
    assert_string_equal(js_str(d, "leader"), "chief");
    assert_non_null(js_str(d, "confirmed"));
    assert_int_equal(json_array_size(js_get(d, "missing")), 2); /* still named */
    json_decref(d);
    assert_ok(clerk_vouch(site, "chief", "5678"));
    desk_refused(ERR_CONSTRAINT, "day", "confirm", "{'day':'2099-01-01'}");
    desk_replays();
}

static void a_shift_is_handed_on_with_what_is_open(void **state)
{
    (void)state;
    json_decref(desk_do("visit", "{'facts':{'health_code':'red'}}"));
    json_decref(desk_do("case", "{'person':" AMA ",'item':'QP-MZ-02','channel':'proxy','papers':"
                                "[{'paper':'P01','state':'original_kept'},"
                                "{'paper':'P06','state':'copy_kept'}]}"));
    json_t *shift = desk_list("shift"), *now = json_array_get(shift, 0);
    assert_int_equal(js_int(now, "papers", -1), 2);
    assert_ok(clerk_vouch(site, "gate", "4321"));
    json_t *out = desk_do("handover", "{'to':'gate','note':'测试丙的材料在抽屉里'}");
    assert_int_equal(json_array_size(js_get(out, "incidents")), 1);
    assert_int_equal(js_int(out, "cases", -1), 1);
    assert_int_equal(js_int(out, "last", -1), js_int(out, "seq", 0) - 1);
    assert_int_equal(js_int(out, "unsent", -1), js_int(out, "last", 0));
    json_t *rows = desk_list("handovers"), *row = json_array_get(rows, 0);
    assert_string_equal(js_str(row, "from"), "admin");
    assert_string_equal(js_str(row, "to"), "gate");
    assert_string_equal(js_str(row, "note"), "测试丙的材料在抽屉里");
    assert_int_equal(js_int(row, "papers", -1), 2);
    assert_int_equal(
        store_number(site->j.store, "SELECT count(*) FROM entry WHERE head LIKE '%抽屉%'", -1), 0);
    json_decref(shift), json_decref(out), json_decref(rows);
    desk_replays();
}

static void nobody_takes_over_without_the_own_pin(void **state)
{
    (void)state;
    desk_refused(ERR_VOUCH, "to", "handover", "{'to':'gate'}");
    assert_ok(clerk_vouch(site, "chief", "5678"));
    desk_refused(ERR_VOUCH, "to", "handover", "{'to':'gate'}");
    desk_refused(ERR_CONSTRAINT, "to", "handover", "{'to':'admin'}");
    desk_refused(ERR_NOT_FOUND, "to", "handover", "{'to':'nobody'}");
}

int main(void)
{
    lang_init("zh_CN");
#define E(name) cmocka_unit_test_setup_teardown(name, setup, site_teardown)
    const struct CMUnitTest tests[] = {
        E(whoever_was_not_checked_is_named),       E(a_check_that_is_told_later_says_so),
        E(a_leader_confirms_the_staff_of_the_day), E(a_shift_is_handed_on_with_what_is_open),
        E(nobody_takes_over_without_the_own_pin),
    };
    return cmocka_run_group_tests_name("handover", tests, NULL, NULL);
}
