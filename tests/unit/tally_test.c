/* Sums by day: what entries count for, what a correction takes away, and that a replay agrees. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/desk/tally.h"

#define THE_DAY 19132 /* 2022-05-20 */

static char *row_at(const char *way, int n, const char *at)
{
    return mem_printf("{'row':{'item':'mask','unit':'piece','direction':'%s','quantity':%d,"
                      "'keeper':'admin','remark':'示例备注'},'at':'%s:00+08:00'}",
                      way, n, at);
}

static void supply(const char *way, int n, const char *at, char id[ENTRY_ID])
{
    char *in = row_at(way, n, at);
    json_t *out = desk_do("ledger:supplies", in);
    snprintf(id, ENTRY_ID, "%s", js_str(out, "id"));
    json_decref(out);
    free(in);
}

/* n and amount of one key over some days. */
static void assert_sum(int64_t from, int64_t to, const char *series, const char *key, int64_t n,
                       double amount)
{
    json_t *sums;
    assert_ok(tally_sums(site->j.store, from, to, series, &sums));
    const json_t *pair = json_object_get(json_object_get(sums, series), key);
    if (json_integer_value(json_array_get(pair, 0)) != n ||
        json_number_value(json_array_get(pair, 1)) != amount)
        fail_msg("%s %s: %lld, %g; expected %lld, %g", series, key,
                 (long long)json_integer_value(json_array_get(pair, 0)),
                 json_number_value(json_array_get(pair, 1)), (long long)n, amount);
    json_decref(sums);
}

static void a_row_counts_by_its_numbers_and_its_choices(void **state)
{
    (void)state;
    char id[ENTRY_ID];
    supply("in", 100, "2022-05-20T08:00", id);
    supply("in", 20, "2022-05-20T23:59", id);
    supply("out", 30, "2022-05-21T00:00", id);
    assert_sum(THE_DAY, THE_DAY, "ledger:supplies", "", 2, 0);
    assert_sum(THE_DAY, THE_DAY, "ledger:supplies", "quantity", 2, 120);
    assert_sum(THE_DAY, THE_DAY + 1, "ledger:supplies", "quantity", 3, 150);
    assert_sum(THE_DAY, THE_DAY + 1, "ledger:supplies", "direction=in", 2, 0);
    assert_sum(THE_DAY + 1, THE_DAY + 1, "stock:supplies", "mask/piece:out", 1, 30);
    json_decref(desk_do("ledger:L03", "{'row':{'slot':'morning','area':['floor','washroom'],"
                                      "'agent':'chlorine','method':'mop','done_by':'admin',"
                                      "'sanitizer_ok':true,'not_done':{'vent':'locked'}},"
                                      "'at':'2022-05-20T08:00:00+08:00'}"));
    assert_sum(THE_DAY, THE_DAY, "ledger:disinfection", "area=floor", 1, 0);
    assert_sum(THE_DAY, THE_DAY, "ledger:disinfection", "area=washroom", 1, 0);
    assert_sum(THE_DAY, THE_DAY, "ledger:disinfection", "not_done=vent", 1, 0);
    assert_sum(THE_DAY, THE_DAY, "ledger:disinfection", "sanitizer_ok=true", 1, 0);
    assert_int_equal(
        store_number(site->j.store, "SELECT count(*) FROM tally WHERE key LIKE '%示例%'", -1), 0);
    desk_replays();
}

static void a_reversal_takes_away_from_the_day_of_what_it_reverses(void **state)
{
    (void)state;
    char id[ENTRY_ID], what[64];
    clock_hold(DESK_DAY + 2 * CLOCK_DAY_MS, 0);
    supply("in", 100, "2022-05-20T08:00", id);
    snprintf(what, sizeof what, "ledger_void:%s", id);
    json_decref(desk_do(what, "{'reason':'写错'}"));
    assert_int_equal(store_number(site->j.store,
                                  "SELECT count(*) FROM tally WHERE series LIKE '%:supplies'", -1),
                     0);
    desk_replays();
    clock_hold(CLOCK_NONE, 0);
}

static void a_correction_keeps_the_time_and_both_rows(void **state)
{
    (void)state;
    char id[ENTRY_ID], what[64], again[64];
    supply("in", 100, "2022-05-20T08:00", id);
    snprintf(what, sizeof what, "ledger_correct:%s", id);
    const char *in = "{'reason':'少数一箱','row':{'item':'mask','unit':'piece','direction':'in',"
                     "'quantity':150,'keeper':'admin'}}";
    desk_refused(ERR_FIELD_REQUIRED, "reason", what, "{'row':{}}");
    desk_refused(ERR_FIELD_REQUIRED, NULL, what, "{'reason':'写错','row':{}}");
    json_t *out = desk_do(what, in), *rows = desk_list("ledger:supplies");
    desk_refused(ERR_STATE, "row", what, in);
    const json_t *now = json_array_get(rows, 0), *old = json_array_get(rows, 1);
    assert_string_equal(js_str(now, "id"), js_str(out, "id"));
    assert_string_equal(js_str(now, "at"), "2022-05-20T08:00:00+08:00");
    assert_string_equal(js_str(now, "corrects"), id);
    assert_false(js_bool(now, "void"));
    assert_true(js_bool(old, "void"));
    assert_string_equal(js_str(old, "corrected_by"), js_str(out, "id"));
    assert_string_equal(js_str(old, "voided_by"), js_str(out, "void"));
    assert_string_equal(js_str(old, "void_reason"), "少数一箱");
    assert_int_equal(js_int(old, "quantity", 0), 100);
    assert_sum(THE_DAY, THE_DAY, "ledger:supplies", "", 1, 0);
    assert_sum(THE_DAY, THE_DAY, "ledger:supplies", "quantity", 1, 150);
    snprintf(again, sizeof again, "ledger_correct:%s", js_str(out, "id"));
    json_decref(desk_do(again, in));
    assert_sum(THE_DAY, THE_DAY, "ledger:supplies", "", 1, 0);
    json_decref(out), json_decref(rows);
    desk_replays();
}

static void whoever_is_turned_away_is_counted_under_the_outcome(void **state)
{
    (void)state;
    json_decref(desk_do("visit", "{'purpose':'测试事项','at':'2022-05-20T08:00:00+08:00'}"));
    json_decref(desk_do("case", "{'person':" AMA ",'item':'QP-MZ-01','channel':'nearby',"
                                "'skipped':[{'channel':'online','reason':'no_phone'}]}"));
    assert_sum(THE_DAY, THE_DAY, "visit", "admit", 1, 0);
    int64_t today = tally_day(clock_now());
    assert_sum(today, today, "case", "nearby", 1, 0);
    assert_sum(today, today, "case_item", "QP-MZ-01", 1, 0);
    assert_sum(today, today, "skipped", "online:no_phone", 1, 0);
    desk_replays();
}

static void a_day_begins_at_midnight_in_china(void **state)
{
    (void)state;
    assert_int_equal(tally_day(0), 0);
    assert_int_equal(tally_day(-CLOCK_OFFSET_MS), 0);
    assert_int_equal(tally_day(-CLOCK_OFFSET_MS - 1), -1);
    assert_int_equal(tally_day(16 * 3600 * 1000LL - 1), 0);
    assert_int_equal(tally_day(16 * 3600 * 1000LL), 1);
    assert_int_equal(tally_day(DESK_DAY), THE_DAY);
    assert_int_equal(tally_day(tally_day_start(THE_DAY)), THE_DAY);
    assert_int_equal(tally_day(tally_day_start(THE_DAY) - 1), THE_DAY - 1);
}

int main(void)
{
    lang_init("zh_CN");
#define T(name) cmocka_unit_test_setup_teardown(name, site_setup, site_teardown)
    const struct CMUnitTest tests[] = {
        T(a_row_counts_by_its_numbers_and_its_choices),
        T(a_reversal_takes_away_from_the_day_of_what_it_reverses),
        T(a_correction_keeps_the_time_and_both_rows),
        T(whoever_is_turned_away_is_counted_under_the_outcome),
        cmocka_unit_test(a_day_begins_at_midnight_in_china),
    };
    return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}
