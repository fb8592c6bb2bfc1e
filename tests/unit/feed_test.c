/* Ledgers that other entries fill: each shows them with its own columns, and nothing is typed
 * twice. */
#include "tests/unit/unit.h"

#include "kiosk/base/lang.h"
#include "tests/unit/desk.h"

#define CASE                                                                                       \
    "{'person':" AMA ",'agent':{'person':{'name':'测试乙','phone':'12000000002'},"              \
    "'relation':'子女','until':null},'item':'QP-MZ-01','channel':'proxy','skipped':"             \
    "[{'channel':'online','reason':'no_phone'}],'note':''}"

static json_t *only(const char *ledger)
{
    char what[64];
    snprintf(what, sizeof what, "ledger:%s", ledger);
    json_t *rows = desk_list(what);
    if (json_array_size(rows) != 1)
        fail_msg("%s has %zu rows", ledger, json_array_size(rows));
    json_t *row = json_incref(json_array_get(rows, 0));
    json_decref(rows);
    return row;
}

static size_t count(const char *ledger)
{
    char what[64];
    snprintf(what, sizeof what, "ledger:%s", ledger);
    json_t *rows = desk_list(what);
    size_t n = json_array_size(rows);
    json_decref(rows);
    return n;
}

static void a_case_fills_the_ledgers_of_cases_papers_agents_and_what_is_missing(void **state)
{
    (void)state;
    json_decref(desk_do("case", CASE));
    json_t *row = only("L10");
    assert_string_equal(js_str(row, "name"), "测试甲");
    assert_string_equal(js_str(row, "phone"), "12000000001");
    assert_string_equal(js_str(row, "near_reason"), "没有智能手机");
    assert_true(js_bool(row, "told_online"));
    assert_string_equal(js_str(row, "agent_name"), "测试乙");
    assert_non_null(js_str(row, "dept"));
    assert_non_null(js_str(row, "number"));
    assert_string_equal(js_str(row, "clerk"), "admin");
    json_decref(row);
    row = only("L11");
    assert_string_equal(js_str(row, "agent_name"), "测试乙");
    json_decref(row);
    row = only("L13");
    assert_non_null(js_str(row, "missing_names"));
    json_decref(row);
    json_t *papers = desk_list("ledger:L12");
    assert_true(json_array_size(papers) >= 2);
    row = json_array_get(papers, 0);
    assert_non_null(js_str(row, "paper_name"));
    assert_string_equal(js_str(row, "name"), "测试甲");
    assert_false(js_bool(row, "got")); /* calculated: it is missing */
    assert_int_equal(count("L14"), 0); /* none was promised for later */
    json_decref(papers);
    desk_refused(ERR_STATE, "ledger", "ledger:L10", "{'row':{'number':'1'}}");
}

static void pages_of_papers_leave_none_out(void **state)
{
    (void)state;
    struct view_query q = VIEW_ALL;
    json_decref(desk_do("case", CASE));
    json_decref(desk_do("case", "{'person':{'name':'测试丙','phone':'12000000003'},"
                                "'item':'QP-MZ-01','channel':'proxy'}"));
    size_t all = count("L12"), seen = 0;
    q.limit = 1;
    for (; seen < all; seen++) {
        json_t *page = NULL;
        q.offset = (int64_t)seen;
        assert_ok(view_list(site, "ledger:L12", &q, &page));
        assert_int_equal(json_array_size(page), 1);
        json_decref(page);
    }
}

static void a_booking_a_post_and_a_measure_have_their_ledgers(void **state)
{
    (void)state;
    json_decref(desk_do("booking", "{'person':" AMA ",'item':'QP-MZ-01','from':"
                                   "'2022-05-23T10:00:00+08:00','to':'2022-05-23T10:30:00+08:00',"
                                   "'by':'phone'}"));
    json_t *row = only("L15");
    assert_string_equal(js_str(row, "by"), "phone");
    assert_string_equal(js_str(row, "state"), "booked");
    assert_string_equal(js_str(row, "clerk"), "admin");
    json_decref(row);
    json_decref(desk_do("post", "{'post':'FIRST_RESPONSIBLE','clerk':'admin'}"));
    json_decref(desk_do("post", "{'post':'DUTY_LEADER','name':'测试丁','phone':'12000000004',"
                                "'day':'2022-05-20'}"));
    row = only("L18");
    assert_string_equal(js_str(row, "holder"), "admin");
    json_decref(row);
    row = only("L17");
    assert_string_equal(js_str(row, "holder"), "测试丁");
    assert_string_equal(js_str(row, "phone"), "12000000004");
    json_decref(row);
    json_decref(desk_do("measure", "{'title':'雨天铺防滑垫','text':'门口'}"));
    row = only("L24");
    assert_string_equal(js_str(row, "action"), "measure");
    assert_string_equal(js_str(row, "rule"), "雨天铺防滑垫");
    json_decref(row);
    desk_replays();
}

/* --- a ledger of the point's own ---------------------------------------------------------------
 */

#define WELLS(version, more)                                                                       \
    "{'definition':{'schema':'jiujin.form/1','id':'wells','version':" version ",'kind':'ledger',"  \
    "'title':{'zh':'水井','en':'Wells'},'fields':[{'id':'level','type':'integer','label':"       \
    "{'zh':'水位','en':'Level'},'required':true,'min':0,'max':99},{'id':'low','type':'bool',"    \
    "'label':{'zh':'低','en':'Low'},'calculate':'level < 10'}" more "]}}"
#define MORE                                                                                       \
    ",{'id':'day','type':'date','label':{'zh':'下次','en':'Next'},'default_sql':"                \
    "'day(days(today) + 7)'}"

static void a_point_adds_a_ledger_of_its_own_and_its_versions_stay(void **state)
{
    (void)state;
    json_decref(desk_do("form", WELLS("1", "")));
    json_decref(desk_do("ledger:wells", "{'row':{'level':5}}"));
    json_t *row = only("wells");
    assert_true(js_bool(row, "low"));
    json_decref(row);
    json_decref(desk_do("form", WELLS("2", MORE)));
    json_decref(desk_do("ledger:wells", "{'row':{'level':50}}"));
    json_t *rows = desk_list("ledger:wells");
    assert_string_equal(js_str(json_array_get(rows, 0), "day"), "2022-05-27");
    assert_int_equal(json_array_size(rows), 2);
    json_decref(rows);
    rows = desk_list("forms:wells");
    assert_int_equal(json_array_size(rows), 2);
    assert_true(js_bool(json_array_get(rows, 1), "in_force"));
    assert_false(js_bool(json_array_get(rows, 0), "in_force"));
    json_decref(rows);
    desk_replays();
}

static void what_is_the_superiors_is_not_replaced_from_the_point(void **state)
{
    (void)state;
    json_decref(desk_do("form", WELLS("2", "")));
    desk_refused(ERR_DUPLICATE, "version", "form", WELLS("2", MORE));
    desk_refused(ERR_DUPLICATE, "version", "form", WELLS("1", ""));
    desk_refused(ERR_DUPLICATE, "id", "form",
                 "{'definition':{'schema':'jiujin.form/1','id':'waste','version':9,'kind':'ledger',"
                 "'title':{'zh':'甲','en':'A'},'fields':[{'id':'a','type':'text','label':"
                 "{'zh':'甲','en':'A'}}]}}");
    desk_refused(ERR_DUPLICATE, "code", "form",
                 "{'definition':{'schema':'jiujin.form/1','id':'waste2','code':'L05','version':1,"
                 "'kind':'ledger','title':{'zh':'甲','en':'A'},'fields':[{'id':'a','type':'text',"
                 "'label':{'zh':'甲','en':'A'}}]}}");
    desk_refused(ERR_DEFINITION, "definition", "form",
                 "{'definition':{'schema':'jiujin.form/1','id':'door','version':1,'kind':'visit',"
                 "'title':{'zh':'甲','en':'A'},'fields':[{'id':'a','type':'text','label':"
                 "{'zh':'甲','en':'A'}}]}}");
    desk_order("form", "form", WELLS("3", MORE)); /* by order it is */
    struct form *f;
    assert_ok(site_form(site, "wells", &f));
    assert_int_equal(f->version, 3);
    desk_refused(ERR_DUPLICATE, "id", "form", WELLS("4", ""));
}

static int setup(void **state)
{
    clock_hold(DESK_DAY, 0);
    return site_setup(state);
}

static int teardown(void **state)
{
    int rc = site_teardown(state);
    clock_hold(CLOCK_NONE, 0);
    return rc;
}

int main(void)
{
    lang_init("zh_CN");
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(a_case_fills_the_ledgers_of_cases_papers_agents_and_what_is_missing),
        T(pages_of_papers_leave_none_out),
        T(a_booking_a_post_and_a_measure_have_their_ledgers),
        T(a_point_adds_a_ledger_of_its_own_and_its_versions_stay),
        T(what_is_the_superiors_is_not_replaced_from_the_point),
    };
    return cmocka_run_group_tests_name("feed", tests, NULL, NULL);
}
