/* Ledgers by their definitions: rows, stock that follows them, appointments. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

static void supply(const char *way, int n, const char *at)
{
    char in[300];
    snprintf(in, sizeof in,
             "{'row':{'item':'mask','unit':'piece','direction':'%s','quantity':%d,"
             "'keeper':'admin'},'at':'2022-05-20T%s:00+08:00'}",
             way, n, at);
    json_decref(desk_do("ledger:L04", in));
}

static double stock(void)
{
    json_t *rows = desk_list("stock");
    assert_int_equal(json_array_size(rows), 1);
    double n = json_number_value(js_get(json_array_get(rows, 0), "balance"));
    json_decref(rows);
    return n;
}

static double balance_of(size_t row)
{
    json_t *rows = desk_list("ledger:supplies");
    double n = json_number_value(js_get(json_array_get(rows, row), "balance"));
    json_decref(rows);
    return n;
}

static void a_row_is_kept_as_its_definition_says(void **state)
{
    (void)state;
    json_t *out = desk_do("ledger:L03", "{'row':{'slot':'morning','area':['floor','vent'],"
                                        "'agent':'chlorine','method':'mop','done_by':'admin',"
                                        "'remark':'示例备注'},'at':'2022-05-20T08:00:00+08:00'}");
    json_t *rows = desk_list("ledger:disinfection"), *row = json_array_get(rows, 0);
    assert_string_equal(js_str(row, "id"), js_str(out, "id"));
    assert_string_equal(js_str(row, "at"), "2022-05-20T08:00:00+08:00");
    assert_string_equal(js_str(row, "slot"), "morning");
    assert_string_equal(js_str(row, "remark"), "示例备注");
    assert_false(js_bool(row, "void"));
    assert_int_equal(
        store_number(site->j.store, "SELECT count(*) FROM entry WHERE head LIKE '%示例备注%'", -1),
        0); /* the remark may name somebody: it is sealed */
    desk_refused(ERR_FIELD_UNKNOWN, "colour", "ledger:L03", "{'row':{'colour':'red'}}");
    desk_refused(ERR_FIELD_REQUIRED, NULL, "ledger:L03", "{'row':{'slot':'morning'}}");
    desk_refused(ERR_NOT_FOUND, NULL, "ledger:L99", "{'row':{}}");
    desk_refused(ERR_NOT_FOUND, "ledger", "ledger:visit", "{'row':{}}");
    desk_refused(ERR_FIELD_REQUIRED, "row", "ledger:L03", "{}");
    desk_refused(ERR_TIME, "at", "ledger:L03", "{'row':{},'at':'yesterday'}");
    json_decref(out), json_decref(rows);
    desk_replays();
}

static void the_balance_follows_rows_counts_and_late_entries(void **state)
{
    (void)state;
    supply("in", 100, "08:00");
    supply("out", 30, "10:00");
    assert_true(stock() == 70);
    supply("count", 65, "12:00");
    assert_true(stock() == 65);
    supply("out", 5, "13:00");
    assert_true(stock() == 60);
    supply("in", 10, "09:00"); /* told late: before the count, which stays what it was */
    assert_true(stock() == 60);
    assert_true(balance_of(0) == 60);
    assert_true(balance_of(2) == 80);
    assert_true(balance_of(3) == 110);
    desk_replays();
}

static void a_voided_row_stands_crossed_out_and_the_balance_follows(void **state)
{
    (void)state;
    char what[64];
    supply("in", 100, "08:00");
    supply("out", 30, "10:00");
    supply("out", 5, "11:00");
    json_t *rows = desk_list("ledger:supplies");
    snprintf(what, sizeof what, "ledger_void:%s", js_str(json_array_get(rows, 1), "id"));
    desk_refused(ERR_FIELD_REQUIRED, "reason", what, "{}");
    json_decref(desk_do(what, "{'reason':'写错'}"));
    assert_true(stock() == 95);
    desk_refused(ERR_STATE, "row", what, "{'reason':'写错'}");
    desk_refused(ERR_NOT_FOUND, "row", "ledger_void:1.999", "{'reason':'写错'}");
    json_decref(rows);
    rows = desk_list("ledger:supplies");
    assert_int_equal(json_array_size(rows), 3);
    assert_true(js_bool(json_array_get(rows, 1), "void"));
    assert_true(balance_of(0) == 95);
    json_decref(rows);
    desk_replays();
}

static void rows_are_found_by_what_is_shown(void **state)
{
    (void)state;
    json_t *rows = NULL;
    struct view_query q = VIEW_ALL;
    supply("in", 100, "08:00");
    json_decref(desk_do("ledger:L04", "{'row':{'item':'gloves','unit':'pair','direction':'in',"
                                      "'quantity':5,'keeper':'admin'}}"));
    q.like = "口罩";
    q.limit = 5;
    assert_ok(view_list(site, "ledger:L04", &q, &rows));
    assert_int_equal(json_array_size(rows), 1);
    assert_string_equal(js_str(json_array_get(rows, 0), "item"), "mask");
    json_decref(rows);
    q = VIEW_ALL;
    q.offset = q.limit = 1;
    assert_ok(view_list(site, "ledger:L04", &q, &rows));
    assert_int_equal(json_array_size(rows), 1);
    assert_string_equal(js_str(json_array_get(rows, 0), "item"), "mask");
    json_decref(rows);
}

static void an_appointment_ends_after_it_begins(void **state)
{
    (void)state;
#define BOOK(from, to)                                                                             \
    "{'person':" AMA ",'item':'QP-MZ-01','from':'2030-01-02T" from ":00+08:00',"                   \
    "'to':'2030-01-02T" to ":00+08:00','by':'desk'}"
    json_decref(desk_do("booking", BOOK("09:00", "09:30")));
    desk_refused(ERR_CONSTRAINT, "to", "booking", BOOK("09:30", "09:00"));
    json_t *rows = desk_list("bookings"), *row = json_array_get(rows, 0);
    assert_string_equal(js_str(row, "from"), "2030-01-02T09:00:00+08:00");
    assert_string_equal(js_str(row, "name"), "测试甲");
    assert_string_equal(js_str(row, "state"), "booked");
    json_decref(rows);
    desk_replays();
}

static void a_gate_clerk_keeps_no_ledgers(void **state)
{
    (void)state;
    assert_ok(clerk_add(site, "gate", "gate", "4321"));
    clerk_sign_out(site, "sign_out");
    assert_ok(clerk_sign_in(site, "gate", "4321"));
    desk_refused(ERR_ROLE, NULL, "ledger:L04", "{'row':{}}");
    desk_refused(ERR_ROLE, NULL, "case", "{}");
    json_decref(desk_do("visit", "{'purpose':'测试事项'}"));
}

int main(void)
{
    lang_init("zh_CN");
#define T(name) cmocka_unit_test_setup_teardown(name, site_setup, site_teardown)
    const struct CMUnitTest tests[] = {
        T(a_row_is_kept_as_its_definition_says),
        T(the_balance_follows_rows_counts_and_late_entries),
        T(a_voided_row_stands_crossed_out_and_the_balance_follows),
        T(rows_are_found_by_what_is_shown),
        T(an_appointment_ends_after_it_begins),
        T(a_gate_clerk_keeps_no_ledgers),
    };
    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
