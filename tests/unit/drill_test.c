/* From a number to its rows, to the entry and its hash. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/base/buf.h"

static void ventilate(const char *slot, int minutes, const char *at)
{
    char *in = mem_printf("{'row':{'slot':'%s','area':['hall','office'],'minutes':%d,"
                          "'done_by':'admin','remark':'示例备注'},'at':'%s:00+08:00'}",
                          slot, minutes, at);
    json_decref(desk_do("ledger:ventilation", in));
    free(in);
}

/* 2022-05-15 was a Sunday. */
static void a_fortnight(void)
{
    ventilate("morning", 30, "2022-05-15T08:00");
    ventilate("morning", 20, "2022-05-16T08:00");
    ventilate("afternoon", 25, "2022-05-16T15:00");
    ventilate("morning", 30, "2022-05-22T23:59");
    ventilate("morning", 10, "2022-05-23T00:00");
    ventilate("extra", 40, "2022-06-01T08:00");
}

static json_t *list(const char *what, const char *from, const char *to, const char *state)
{
    json_t *out;
    struct view_query q = VIEW_ALL;
    q.state = state;
    if (from != NULL)
        assert_true(clock_parse_date(from, &q.from));
    if (to != NULL)
        assert_true(clock_parse_date(to, &q.to));
    assert_ok(view_list(site, what, &q, &out));
    return out;
}

static void assert_period(const json_t *rows, size_t i, const char *from, const char *to, int n,
                          int minutes)
{
    const json_t *one = json_array_get(rows, i);
    assert_string_equal(js_str(one, "from"), from);
    assert_string_equal(js_str(one, "to"), to);
    assert_int_equal(js_int(one, "rows", -1), n);
    assert_int_equal(js_int(js_get(one, "sums"), "minutes", -1), minutes);
}

static void weeks_begin_on_monday_and_months_on_the_first(void **state)
{
    (void)state;
    a_fortnight();
    json_t *weeks = list("sums:ventilation:week", NULL, NULL, NULL);
    assert_int_equal(json_array_size(weeks), 4);
    assert_period(weeks, 3, "2022-05-09", "2022-05-15", 1, 30);
    assert_period(weeks, 2, "2022-05-16", "2022-05-22", 3, 75);
    assert_period(weeks, 1, "2022-05-23", "2022-05-29", 1, 10);
    assert_period(weeks, 0, "2022-05-30", "2022-06-05", 1, 40);
    json_t *months = list("sums:ventilation:month", NULL, NULL, NULL);
    assert_int_equal(json_array_size(months), 2);
    assert_period(months, 0, "2022-06-01", "2022-06-30", 1, 40);
    assert_period(months, 1, "2022-05-01", "2022-05-31", 5, 115);
    const json_t *slots = js_get(js_get(json_array_get(months, 1), "choices"), "slot");
    assert_int_equal(js_int(slots, "morning", 0), 4);
    assert_int_equal(js_int(slots, "afternoon", 0), 1);
    json_decref(weeks), json_decref(months);
}

static void a_period_that_is_cut_has_the_days_that_are_left(void **state)
{
    (void)state;
    json_t *out;
    struct view_query q = VIEW_ALL;
    a_fortnight();
    json_t *weeks = list("sums:ventilation:week", "2022-05-16", "2022-05-22", NULL);
    assert_int_equal(json_array_size(weeks), 1);
    assert_period(weeks, 0, "2022-05-16", "2022-05-21", 2, 45);
    json_t *days = list("sums:ventilation", "2022-05-16", "2022-05-17", NULL);
    assert_int_equal(json_array_size(days), 1);
    assert_period(days, 0, "2022-05-16", "2022-05-16", 2, 45);
    q.offset = q.limit = 1;
    assert_ok(view_list(site, "sums:ventilation:month", &q, &out));
    assert_int_equal(json_array_size(out), 1);
    assert_period(out, 0, "2022-05-01", "2022-05-31", 5, 115);
    json_decref(weeks), json_decref(days), json_decref(out);
    assert_int_equal(view_list(site, "sums:ventilation:year", &VIEW_ALL, &out), ERR_FIELD_CHOICE);
    assert_int_equal(view_list(site, "sums:nothing", &VIEW_ALL, &out), ERR_NOT_FOUND);
}

static void a_number_leads_to_its_rows(void **state)
{
    (void)state;
    char what[64];
    a_fortnight();
    json_t *rows = list("ledger:ventilation", "2022-05-01", "2022-06-01", "slot=morning");
    assert_int_equal(json_array_size(rows), 4);
    snprintf(what, sizeof what, "ledger_correct:%s", js_str(json_array_get(rows, 0), "id"));
    json_decref(desk_do(what, "{'reason':'写错','row':{'slot':'afternoon','area':['hall'],"
                              "'minutes':5,'done_by':'admin'}}"));
    json_decref(rows);
    rows = list("ledger:ventilation", "2022-05-01", "2022-06-01", "slot=morning");
    assert_int_equal(json_array_size(rows), 3);
    json_decref(rows);
    rows = list("ledger:ventilation", NULL, NULL, "area=office");
    assert_int_equal(json_array_size(rows), 5);
    json_decref(rows);
    rows = list("ledger:ventilation", NULL, NULL, "void");
    assert_int_equal(json_array_size(rows), 1);
    assert_string_equal(js_str(json_array_get(rows, 0), "void_reason"), "写错");
    json_decref(rows);
    rows = list("ledger:ventilation", NULL, NULL, "corrected");
    assert_int_equal(json_array_size(rows), 2);
    json_decref(rows);
    assert_int_equal(store_depth(site->j.store), 0);
    struct view_query q = VIEW_ALL;
    q.state = "rain=much";
    assert_int_equal(view_list(site, "ledger:ventilation", &q, &rows), ERR_FIELD_UNKNOWN);
    q.state = "nonsense";
    assert_int_equal(view_list(site, "ledger:ventilation", &q, &rows), ERR_FIELD_CHOICE);
}

static void a_filter_stops_at_its_limit(void **state)
{
    (void)state;
    json_t *rows;
    struct view_query q = VIEW_ALL;
    a_fortnight();
    q.state = "slot=morning";
    q.limit = 2;
    q.offset = 1;
    assert_ok(view_list(site, "ledger:ventilation", &q, &rows));
    assert_int_equal(json_array_size(rows), 2);
    assert_string_equal(js_str(json_array_get(rows, 0), "at"), "2022-05-22T23:59:00+08:00");
    json_decref(rows);
}

static void what_the_door_decides_is_summed_in_the_visitors_ledger(void **state)
{
    (void)state;
    json_decref(desk_do("visit", "{'purpose':'测试事项','at':'2022-05-20T08:00:00+08:00'}"));
    json_decref(desk_do("visit", "{'purpose':'测试事项','at':'2022-05-20T09:00:00+08:00'}"));
    json_t *days = list("sums:L01", "2022-05-20", "2022-05-21", NULL);
    const json_t *one = json_array_get(days, 0);
    assert_int_equal(js_int(one, "rows", 0), 2);
    assert_int_equal(js_int(js_get(js_get(one, "choices"), "outcome"), "admit", 0), 2);
    json_t *rows = list("ledger:L01", "2022-05-20", "2022-05-21", "outcome=admit");
    assert_int_equal(json_array_size(rows), 2);
    json_decref(rows);
    rows = list("ledger:L01", "2022-05-20", "2022-05-21", "outcome=deny");
    assert_int_equal(json_array_size(rows), 0);
    json_decref(rows), json_decref(days);
}

static void a_ledger_that_takes_some_entries_sums_those(void **state)
{
    (void)state;
    json_decref(desk_do("case", "{'person':" AMA ",'item':'QP-MZ-01','channel':'nearby'}"));
    json_decref(desk_do("case", "{'person':" AMA ",'item':'QP-MZ-01','channel':'online'}"));
    json_t *days = list("sums:L10", NULL, NULL, NULL), *rows = desk_list("ledger:L10");
    assert_int_equal(json_array_size(days), 1);
    assert_int_equal(js_int(json_array_get(days, 0), "rows", 0), 1);
    assert_int_equal(json_array_size(rows), 1);
    json_decref(days), json_decref(rows);
}

static void a_row_leads_to_its_entry_and_its_hash(void **state)
{
    (void)state;
    char what[64], hash[2 * HASH_BYTES + 1];
    unsigned char tip[HASH_BYTES];
    int64_t seq;
    ventilate("morning", 30, "2022-05-15T08:00");
    json_t *rows = desk_list("ledger:ventilation");
    snprintf(what, sizeof what, "entry:%s", js_str(json_array_get(rows, 0), "id"));
    json_t *found = desk_list(what);
    const json_t *entry = json_array_get(found, 0);
    assert_ok(journal_tip(site->j.store, site->j.site, site->j.epoch, &seq, tip));
    hex_encode(tip, sizeof tip, hash);
    assert_int_equal(js_int(entry, "seq", 0), seq);
    assert_string_equal(js_str(entry, "hash"), hash);
    assert_true(js_bool(entry, "follows"));
    assert_string_equal(js_str(entry, "kind"), "ledger");
    assert_string_equal(js_str(entry, "at"), "2022-05-15T08:00:00+08:00");
    assert_string_equal(js_str(js_get(entry, "sealed"), "remark"), "示例备注");
    assert_string_equal(js_str(js_get(js_get(entry, "body"), "row"), "slot"), "morning");
    assert_null(js_get(entry, "reversed_by"));
    json_decref(found);
    snprintf(what, sizeof what, "ledger_void:%s", js_str(json_array_get(rows, 0), "id"));
    json_t *out = desk_do(what, "{'reason':'写错'}");
    snprintf(what, sizeof what, "entry:%s", js_str(json_array_get(rows, 0), "id"));
    found = desk_list(what);
    assert_string_equal(js_str(json_array_get(found, 0), "reversed_by"), js_str(out, "id"));
    json_decref(rows), json_decref(found), json_decref(out);
    assert_int_equal(view_list(site, "entry:9.9", &VIEW_ALL, &rows), ERR_NOT_FOUND);
    assert_int_equal(view_list(site, "entry:", &VIEW_ALL, &rows), ERR_NOT_FOUND);
}

static void an_entry_shows_no_whole_id_number_and_nothing_to_the_gate(void **state)
{
    (void)state;
    char what[64];
    json_t *out = desk_do("person", AMA);
    snprintf(what, sizeof what, "entry:%s", js_str(out, "id"));
    json_t *found = desk_list(what);
    const json_t *sealed = js_get(json_array_get(found, 0), "sealed");
    assert_string_equal(js_str(sealed, "name"), "测试甲");
    assert_string_equal(js_str(sealed, "id_no"), "999101********0025");
    json_decref(found), json_decref(out);
    assert_ok(clerk_add(site, "gate", "gate", "4321"));
    clerk_sign_out(site, "sign_out");
    assert_ok(clerk_sign_in(site, "gate", "4321"));
    found = desk_list(what);
    assert_null(js_get(json_array_get(found, 0), "sealed"));
    assert_true(js_bool(json_array_get(found, 0), "has_sealed"));
    json_decref(found);
}

int main(void)
{
    lang_init("zh_CN");
#define T(name) cmocka_unit_test_setup_teardown(name, site_setup, site_teardown)
    const struct CMUnitTest tests[] = {
        T(weeks_begin_on_monday_and_months_on_the_first),
        T(a_period_that_is_cut_has_the_days_that_are_left),
        T(a_number_leads_to_its_rows),
        T(a_filter_stops_at_its_limit),
        T(what_the_door_decides_is_summed_in_the_visitors_ledger),
        T(a_ledger_that_takes_some_entries_sums_those),
        T(a_row_leads_to_its_entry_and_its_hash),
        T(an_entry_shows_no_whole_id_number_and_nothing_to_the_gate),
    };
    return cmocka_run_group_tests_name("drill", tests, NULL, NULL);
}
