/* Cases at the hub: by slip before their entries, by courier, with calls and opinions. */
#include "tests/unit/hub.h"

#include "kiosk/print/slip.h"
#include "sync/hub/casework.h"
#include "sync/hub/courier.h"
#include "sync/hub/slip_in.h"

static json_t *whole(const char *which)
{
    json_t *c = NULL;
    assert_ok(hub_case_whole(hub, VILLAGE, which, &c));
    return c;
}

/* The digits of a slip of case 1.2, as the village's printer puts them. */
static char *slip_of(const struct village *v)
{
    struct buf bytes = BUF_INIT, digits = BUF_INIT;
    json_t *what =
        json_pack("{s:s,s:i,s:i,s:I,s:i,s:s,s:{s:s,s:s,s:s},s:n,s:[s,s,s]}", "site", VILLAGE,
                  "epoch", 1, "seq", 2, "at", (json_int_t)1653004800000LL, "item", 1, "channel",
                  "proxy", "person", "name", "测试甲", "id_no", "999101194503150025", "phone",
                  "12000000001", "agent", "papers", "original_seen", "copy_kept", "missing");
    assert_ok(slip_make(what, v->sec, hub->keys.box_pub, &bytes));
    slip_digits(bytes.data, bytes.len, &digits);
    json_decref(what);
    buf_fini(&bytes);
    return buf_take(&digits);
}

static void a_slip_and_its_entries_make_one_case_whichever_comes_first(void **state)
{
    (void)state;
    struct village v;
    json_t *what = NULL, *c;
    village_invite(&v, VILLAGE);
    char *digits = slip_of(&v);
    assert_ok(hub_slip_scan(hub, digits, "officer1", &what));
    assert_false(js_bool(what, "known"));
    assert_int_equal(hub_count("cases", VILLAGE), 1);
    json_decref(what);
    c = whole("1.2");
    assert_string_equal(js_str(c, "name"), "测试甲"); /* from the slip, opened for the page */
    assert_string_equal(js_str(c, "item"), "QP-MZ-01");
    assert_int_equal(json_array_size(js_get(c, "papers")), 3);
    assert_non_null(js_str(c, "received"));
    json_decref(c);
    assert_ok(hub_case_decide(hub, VILLAGE, "1.2", "accept", "", "officer1"));
    village_case(&v);
    assert_int_equal(hub_count("cases", VILLAGE), 1);
    c = whole("1.2");
    assert_string_equal(js_str(c, "state"), "accepted"); /* what was decided stands */
    assert_string_equal(js_str(c, "person"), "1.1");
    assert_string_equal(js_str(c, "item"), "A01"); /* the entry's word is the last */
    json_decref(c);
    assert_ok(hub_slip_scan(hub, digits, "officer1", &what)); /* and read again */
    assert_true(js_bool(what, "known"));
    assert_int_equal(hub_count("cases", VILLAGE), 1);
    assert_int_equal(hub_count("orders", VILLAGE), 2); /* received is said once */
    json_decref(what);
    free(digits);
    village_fini(&v);
}

static void a_slip_of_another_site_or_damaged_begins_no_case(void **state)
{
    (void)state;
    struct village v;
    json_t *what = NULL;
    village_invite(&v, VILLAGE);
    char *digits = slip_of(&v);
    digits[60] = digits[60] == '1' ? '2' : '1';
    assert_int_not_equal(hub_slip_scan(hub, digits, "officer1", &what), ERR_OK);
    secret_sign_pair(v.pub, v.sec); /* somebody else's key */
    free(digits);
    digits = slip_of(&v);
    assert_err(ERR_SLIP_FORGED, hub_slip_scan(hub, digits, "officer1", &what));
    assert_null(what);
    assert_int_equal(hub_count("cases", VILLAGE), 0);
    assert_int_equal(hub_count("orders", VILLAGE), 0);
    free(digits);
    village_fini(&v);
}

static void a_list_of_the_courier_is_received_once_and_its_papers_are_here(void **state)
{
    (void)state;
    struct village v;
    unsigned char base[HASH_BYTES];
    village_invite(&v, VILLAGE);
    village_case(&v);
    memcpy(base, v.hash, HASH_BYTES);
    village_write(&v, "case_step", "1.2",
                  "{'step':'paper','papers':[{'paper':'P02','state':'copy_kept','until':null,"
                  "'needed':true}]}",
                  NULL);
    village_write(&v, "courier", NULL, "{'cases':['1.2'],'papers':[{'case':'1.2','paper':'P02'}]}",
                  "{'carrier':'测试送'}");
    assert_ok(village_send(&v, 3, base));
    json_t *c = whole("1.2");
    assert_string_equal(js_str(json_array_get(js_get(c, "papers"), 1), "holder"), "courier");
    const json_t *list = json_array_get(js_get(c, "couriers"), 0);
    assert_null(js_str(list, "received"));
    assert_ok(hub_courier_receive(hub, NULL, js_str(list, "number"), "officer1"));
    assert_err(ERR_STATE, hub_courier_receive(hub, VILLAGE, "1.4", "officer1"));
    assert_err(ERR_NOT_FOUND, hub_courier_receive(hub, VILLAGE, "1.2", "officer1"));
    json_decref(c);
    c = whole("1.2");
    assert_string_equal(js_str(json_array_get(js_get(c, "papers"), 1), "holder"), "sub_centre");
    assert_string_equal(js_str(json_array_get(js_get(c, "couriers"), 0), "receiver"), "officer1");
    assert_int_equal(hub_count("orders", VILLAGE), 1);
    json_decref(c);
    village_fini(&v);
}

static void a_call_request_and_an_opinion_are_seen_with_their_words(void **state)
{
    (void)state;
    struct village v;
    unsigned char base[HASH_BYTES];
    village_invite(&v, VILLAGE);
    village_case(&v);
    memcpy(base, v.hash, HASH_BYTES);
    village_write(&v, "case_step", "1.2",
                  "{'step':'call','said':true,'facts':{'when':1653004800000}}",
                  "{'text':'材料不全','phone':'12000000001'}");
    village_write(&v, "case_step", "1.2", "{'step':'withdraw','said':false}", NULL);
    village_write(&v, "rating", "1.2", "{'grade':5}", "{'reason':'耐心'}");
    village_write(&v, "rating", "1.2", "{'grade':1}", NULL); /* asked once */
    assert_ok(village_send(&v, 3, base));
    json_t *calls = hub_rows_of("calls", VILLAGE);
    assert_int_equal(json_array_size(calls), 1); /* somebody waits, and it is seen on one list */
    assert_string_equal(js_str(json_array_get(calls, 0), "when"), "2022-05-20T08:00:00+08:00");
    assert_string_equal(js_str(json_array_get(calls, 0), "id"), "1.2");
    json_decref(calls);
    assert_ok(hub_case_decide(hub, VILLAGE, "1.2", "answer", "ten is better", "officer1"));
    assert_err(ERR_STATE, hub_case_decide(hub, VILLAGE, "1.2", "accept", "", "officer1"));
    assert_int_equal(hub_count("calls", VILLAGE), 0);
    json_t *c = whole("1.2"), *call = json_array_get(js_get(c, "steps"), 0);
    assert_string_equal(js_str(call, "when"), "2022-05-20T08:00:00+08:00");
    assert_string_equal(js_str(call, "phone"), "12000000001");
    assert_int_equal(js_int(c, "grade", 0), 5);
    assert_string_equal(js_str(c, "reason"), "耐心");
    json_decref(c);
    village_fini(&v);
}

int main(void)
{
    lang_init("zh_CN");
#define T(name) cmocka_unit_test_setup_teardown(name, hub_setup, hub_teardown)
    const struct CMUnitTest tests[] = {
        T(a_slip_and_its_entries_make_one_case_whichever_comes_first),
        T(a_slip_of_another_site_or_damaged_begins_no_case),
        T(a_list_of_the_courier_is_received_once_and_its_papers_are_here),
        T(a_call_request_and_an_opinion_are_seen_with_their_words),
    };
    return cmocka_run_group_tests_name("hub_case", tests, NULL, NULL);
}
