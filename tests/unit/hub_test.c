/* The hub's store: who may join, what is taken, what is kept aside, what is said back. */
#include "tests/unit/hub.h"

#include "kiosk/base/file.h"
#include "kiosk/rules/idno.h"
#include "sync/hub/user.h"

/* --- joining ---------------------------------------------------------------------------------- */

static void a_code_joins_one_machine_once(void **state)
{
    (void)state;
    struct village v, other;
    char code[WIRE_CODE_TEXT];
    village_init(&v, VILLAGE);
    village_init(&other, VILLAGE);
    assert_ok(hub_site_add(hub, VILLAGE, "测试村", HUB_CODE_VALID_MS, code));
    assert_ok(village_join(&v, code));
    assert_err(ERR_ENROL_CODE, village_join(&v, code));
    assert_err(ERR_ENROL_CODE, village_join(&other, code));
}

static void a_wrong_code_or_one_for_another_site_is_refused(void **state)
{
    (void)state;
    struct village v, other;
    char code[WIRE_CODE_TEXT], second[WIRE_CODE_TEXT], forged[WIRE_CODE_TEXT];
    struct wire_code c;
    village_init(&v, VILLAGE);
    village_init(&other, NEIGHBOUR);
    assert_ok(hub_site_add(hub, VILLAGE, "测试村", HUB_CODE_VALID_MS, code));
    assert_ok(hub_site_add(hub, NEIGHBOUR, "邻村", HUB_CODE_VALID_MS, second));
    assert_ok(wire_code_read(code, &c));
    c.secret[0] ^= 1;
    wire_code_write(&c, forged);
    assert_err(ERR_ENROL_CODE, village_join(&v, forged));
    assert_err(ERR_ENROL_CODE, village_join(&v, second));
    assert_ok(village_join(&other, second));
    assert_ok(village_join(&v, code));
}

static void an_expired_code_says_so_but_a_wrong_one_never_does(void **state)
{
    (void)state;
    struct village v;
    struct wire_code c;
    char code[WIRE_CODE_TEXT], forged[WIRE_CODE_TEXT];
    village_init(&v, VILLAGE);
    clock_hold(1653004800000LL, 1);
    assert_ok(hub_site_add(hub, VILLAGE, "测试村", 3600000, code));
    clock_hold(1653004800000LL + 3600001, 2);
    assert_err(ERR_ENROL_EXPIRED, village_join(&v, code));
    assert_ok(wire_code_read(code, &c));
    c.secret[9] ^= 1;
    wire_code_write(&c, forged);
    assert_err(ERR_ENROL_CODE, village_join(&v, forged));
    assert_ok(hub_site_add(hub, VILLAGE, "测试村", 3600000, code));
    assert_ok(village_join(&v, code));
}

static void another_machine_cannot_take_the_place_of_one_that_has_written(void **state)
{
    (void)state;
    struct village v, other;
    char code[WIRE_CODE_TEXT];
    village_invite(&v, VILLAGE);
    village_case(&v);
    village_init(&other, VILLAGE);
    assert_ok(hub_site_add(hub, VILLAGE, "测试村", HUB_CODE_VALID_MS, code));
    assert_err(ERR_HUB_REFUSED, village_join(&other, code));
    assert_ok(village_join(&v, code)); /* the same machine may, and goes on */
    int64_t from = v.seq + 1;
    unsigned char base[HASH_BYTES];
    memcpy(base, v.hash, HASH_BYTES);
    village_write(&v, "sign_in", NULL, "{}", NULL);
    assert_ok(village_send(&v, from, base));
    village_fini(&v);
}

static void the_data_key_opens_only_with_the_key_file(void **state)
{
    (void)state;
    struct village v;
    json_t *person = NULL;
    village_invite(&v, VILLAGE);
    village_case(&v);
    assert_ok(hub_person(hub, VILLAGE, "1.1", &person));
    assert_string_equal(js_str(person, "name"), "测试甲");
    json_decref(person);
    hub_forget_keys(hub);
    secret_box_pair(hub->keys.box_pub, hub->keys.box_sec); /* somebody who has the store alone */
    assert_err(ERR_SEAL, hub_person(hub, VILLAGE, "1.1", &person));
    village_fini(&v);
}

/* --- taking ----------------------------------------------------------------------------------- */

static void a_frame_that_comes_again_changes_nothing(void **state)
{
    (void)state;
    struct village v;
    struct hub_mark mark;
    struct buf frames = BUF_INIT;
    unsigned char first[HASH_BYTES];
    village_invite(&v, VILLAGE);
    memcpy(first, v.hash, HASH_BYTES);
    village_write(&v, "sign_in", NULL, "{}", NULL);
    village_write(&v, "person", NULL, "{'tag':null,'has_phone':true}", PERSON);
    village_frame(&v, &frames);
    village_write(&v, "case", NULL, CASE_BODY, NULL);
    village_frame(&v, &frames);
    for (int i = 0; i < 3; i++) {
        assert_ok(hub_offer(&v, 1, first, &frames));
        assert_int_equal(hub_count("entries", VILLAGE), 3);
        assert_int_equal(hub_count("cases", VILLAGE), 1);
        assert_ok(hub_mark_read(hub, VILLAGE, 1, &mark));
        assert_int_equal(mark.seq, 3);
        assert_memory_equal(mark.hash, v.hash, HASH_BYTES);
    }
    buf_fini(&frames);
    village_fini(&v);
}

static void a_frame_with_a_wrong_signature_stores_nothing(void **state)
{
    (void)state;
    struct village v;
    unsigned char first[HASH_BYTES], stranger[SIGN_PUB_BYTES];
    village_invite(&v, VILLAGE);
    memcpy(first, v.hash, HASH_BYTES);
    village_write(&v, "sign_in", NULL, "{}", NULL);
    secret_sign_pair(stranger, v.sec);
    assert_err(ERR_SIGNATURE, village_send(&v, 1, first));
    assert_int_equal(hub_count("entries", VILLAGE), 0);
    assert_int_equal(hub_count("forks", VILLAGE), 0);
    village_fini(&v);
}

static void a_base_that_the_hub_has_not_is_answered_with_what_it_has(void **state)
{
    (void)state;
    struct village v;
    village_invite(&v, VILLAGE);
    village_case(&v);
    village_write(&v, "sign_in", NULL, "{}", NULL);
    unsigned char base[HASH_BYTES];
    memcpy(base, v.hash, HASH_BYTES);
    struct buf lost = BUF_INIT;
    village_frame(&v, &lost);
    village_write(&v, "sign_in", NULL, "{}", NULL);
    assert_err(ERR_STATE, village_send(&v, 4, base));
    assert_int_equal(hub_count("entries", VILLAGE), 2);
    buf_fini(&lost);
    village_fini(&v);
}

static void other_bytes_under_a_number_are_kept_aside_and_the_mark_stays(void **state)
{
    (void)state;
    struct village v, clone;
    struct hub_mark mark;
    unsigned char base[HASH_BYTES];
    village_invite(&v, VILLAGE);
    village_case(&v);
    clone = v;
    clone.frame = (struct wire_writer){.count = 0};
    memcpy(base, v.hash, HASH_BYTES);
    village_write(&v, "sign_in", NULL, "{}", NULL);
    assert_ok(village_send(&v, 3, base));
    village_write(&clone, "sign_out", NULL, "{'why':'idle'}", NULL);
    village_write(&clone, "sign_in", NULL, "{}", NULL);
    assert_err(ERR_FORK, village_send(&clone, 3, base));
    assert_int_equal(hub_count("forks", VILLAGE), 2);
    assert_int_equal(hub_count("entries", VILLAGE), 3);
    assert_ok(hub_mark_read(hub, VILLAGE, 1, &mark));
    assert_memory_equal(mark.hash, v.hash, HASH_BYTES);
    memcpy(base, clone.hash, HASH_BYTES); /* and when it builds on its own branch */
    clone.seq = 3;
    village_write(&clone, "sign_out", NULL, "{'why':'idle'}", NULL);
    assert_err(ERR_FORK, village_send(&clone, 4, base));
    assert_int_equal(hub_count("entries", VILLAGE), 3);
    memcpy(base, v.hash, HASH_BYTES); /* the first machine goes on */
    village_write(&v, "sign_out", NULL, "{'why':'idle'}", NULL);
    assert_ok(village_send(&v, 4, base));
    village_fini(&v);
    village_fini(&clone);
}

static void a_revoked_site_is_not_taken_from(void **state)
{
    (void)state;
    struct village v;
    unsigned char first[HASH_BYTES];
    char code[WIRE_CODE_TEXT];
    village_invite(&v, VILLAGE);
    memcpy(first, v.hash, HASH_BYTES);
    assert_ok(hub_site_add(hub, VILLAGE, "测试村", HUB_CODE_VALID_MS, code));
    assert_ok(hub_site_revoke(hub, VILLAGE));
    village_write(&v, "sign_in", NULL, "{}", NULL);
    assert_err(ERR_HUB_REFUSED, village_send(&v, 1, first));
    assert_int_equal(hub_count("entries", VILLAGE), 0);
    assert_err(ERR_ENROL_CODE, village_join(&v, code)); /* its waiting code went too */
    assert_err(ERR_NOT_FOUND, hub_site_revoke(hub, NEIGHBOUR));
    village_fini(&v);
}

static const char *refusal_of(int64_t seq, json_t *rows)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) if (js_int(row, "seq", 0) == seq) return js_str(row,
                                                                                     "refused");
    fail_msg("entry %lld is not there", (long long)seq);
    return NULL;
}

static void one_bad_entry_blocks_none_and_says_why(void **state)
{
    (void)state;
    struct village v;
    struct hub_mark mark;
    unsigned char first[HASH_BYTES];
    village_invite(&v, VILLAGE);
    memcpy(first, v.hash, HASH_BYTES);
    village_write(&v, "from_the_future", NULL, "{}", NULL);
    village_write(&v, "case", NULL, "{'item':7}", NULL);
    village_add(&v, "not JSON at all \xff", NULL, 0);
    village_write(&v, "case_step", "1.99", "{'step':'say'}", NULL);
    village_write(&v, "person", NULL, "{'tag':null,'has_phone':true}", PERSON);
    assert_ok(village_send(&v, 1, first));
    assert_ok(hub_mark_read(hub, VILLAGE, 1, &mark));
    assert_int_equal(mark.seq, 5);
    json_t *rows = hub_rows_of("entries", VILLAGE);
    assert_int_equal(json_array_size(rows), 5);
    assert_non_null(strstr(refusal_of(1, rows), "from_the_future"));
    for (int seq = 2; seq <= 4; seq++)
        assert_true(strlen(refusal_of(seq, rows)) > 10);
    assert_null(refusal_of(5, rows));
    assert_int_equal(hub_count("cases", VILLAGE), 0);
    json_decref(rows);
    village_fini(&v);
}

static void two_sites_share_no_number(void **state)
{
    (void)state;
    struct village a, b;
    village_invite(&a, VILLAGE);
    village_invite(&b, NEIGHBOUR);
    village_case(&a);
    village_case(&b);
    assert_int_equal(hub_count("cases", NULL), 2);
    assert_int_equal(hub_count("cases", VILLAGE), 1);
    assert_err(ERR_DUPLICATE, hub_case_decide(hub, NULL, "1.2", "accept", "", "经办"));
    assert_ok(hub_case_decide(hub, NEIGHBOUR, "1.2", "accept", "", "经办"));
    village_fini(&a);
    village_fini(&b);
}

/* --- cases and orders ------------------------------------------------------------------------- */

static void check_state(const char *want, int64_t missing)
{
    json_t *rows = hub_rows_of("cases", VILLAGE);
    assert_string_equal(js_str(json_array_get(rows, 0), "state"), want);
    assert_int_equal(js_int(json_array_get(rows, 0), "missing", -1), missing);
    json_decref(rows);
}

static void a_case_goes_the_same_way_here_and_there(void **state)
{
    (void)state;
    struct village v;
    unsigned char base[HASH_BYTES];
    village_invite(&v, VILLAGE);
    village_case(&v);
    check_state("taken_in", 1);
    char number[32];
    idno_case_number(VILLAGE, 1, 2, number);
    assert_ok(hub_case_decide(hub, NULL, number, "supplement", "缺户口簿", "经办"));
    check_state("supplement", 1);
    char *last = &number[strlen(number) - 1];
    *last = *last == '0' ? '1' : '0';
    assert_err(ERR_CHECK_DIGIT, hub_case_decide(hub, NULL, number, "accept", "", "经办"));
    memcpy(base, v.hash, HASH_BYTES);
    village_write(&v, "case_step", "1.2",
                  "{'step':'supplement','said':false,'papers':[{'paper':'P02','state':'copy_kept',"
                  "'until':null,'needed':true}]}",
                  NULL);
    assert_ok(village_send(&v, 3, base));
    check_state("taken_in", 0);
    assert_err(ERR_FIELD_CHOICE, hub_case_decide(hub, NULL, "1.2", "deliver", "", "经办"));
    assert_ok(hub_case_decide(hub, NULL, "1.2", "accept", "", "经办"));
    assert_ok(hub_case_decide(hub, NULL, "1.2", "done", "请来取", "经办"));
    check_state("done", 0);
    assert_err(ERR_STATE, hub_case_decide(hub, NULL, "1.2", "reject", "迟了", "经办"));
    assert_err(ERR_NOT_FOUND, hub_case_decide(hub, NULL, "1.77", "accept", "", "经办"));
    assert_err(ERR_FIELD_REQUIRED, hub_case_decide(hub, NULL, "1.2", "say", "", "经办"));
    assert_err(ERR_CONTROL_CHARS, hub_case_decide(hub, NULL, "1.2", "say", "a\x1b[2J", "经办"));
    assert_int_equal(hub_count("orders", VILLAGE), 3);
    village_fini(&v);
}

static void an_order_is_numbered_signed_and_sealed(void **state)
{
    (void)state;
    struct village v;
    json_t *orders = NULL, *sealed = NULL;
    struct buf head = BUF_INIT, bytes = BUF_INIT, plain = BUF_INIT;
    int64_t n;
    village_invite(&v, VILLAGE);
    village_case(&v);
    assert_ok(hub_case_decide(hub, NULL, "1.2", "say", "请测试甲来签字", "经办"));
    assert_ok(hub_case_decide(hub, NULL, "1.2", "accept", "", "经办"));
    assert_ok(hub_orders_since(hub, VILLAGE, 0, &orders));
    assert_int_equal(json_array_size(orders), 2);
    assert_ok(
        wire_order_read(json_array_get(orders, 0), hub->keys.sign_pub, VILLAGE, &n, &head, &bytes));
    assert_int_equal(n, 1);
    assert_null(strstr(buf_str(&head), "签字"));
    assert_ok(secret_open(v.key, VILLAGE "/o.1/decision", bytes.data, bytes.len, &plain));
    assert_non_null(strstr(buf_str(&plain), "请测试甲来签字"));
    json_decref(orders);
    assert_ok(hub_orders_since(hub, VILLAGE, 1, &orders));
    assert_int_equal(json_array_size(orders), 1);
    json_decref(orders);
    assert_ok(hub_unseal(hub, VILLAGE, "o.1", &sealed));
    assert_string_equal(js_str(sealed, "text"), "请测试甲来签字");
    json_decref(sealed);
    buf_fini(&head);
    buf_fini(&bytes);
    buf_fini(&plain);
    village_fini(&v);
}

static void many_orders_come_in_pieces(void **state)
{
    (void)state;
    struct village v;
    json_t *orders = NULL, *body = json_object();
    char *long_text = mem_alloc(HUB_ORDERS_BYTES / 2);
    memset(long_text, 'x', HUB_ORDERS_BYTES / 2 - 1000);
    js_set_str(body, "definition", long_text);
    village_invite(&v, VILLAGE);
    struct hub_order o = {.site = VILLAGE, .kind = "catalogue", .officer = "经办", .body = body};
    for (int i = 0; i < 5; i++)
        assert_ok(hub_order_add(hub, &o, NULL));
    assert_ok(hub_orders_since(hub, VILLAGE, 0, &orders));
    assert_int_equal(json_array_size(orders), 2);
    json_decref(orders);
    assert_ok(hub_orders_since(hub, VILLAGE, 4, &orders));
    assert_int_equal(json_array_size(orders), 1);
    json_decref(orders);
    o.site = NEIGHBOUR;
    assert_err(ERR_NOT_FOUND, hub_order_add(hub, &o, NULL));
    json_decref(body);
    free(long_text);
}

static void a_case_whole_has_its_people_papers_and_words(void **state)
{
    (void)state;
    struct village v;
    json_t *c = NULL;
    village_invite(&v, VILLAGE);
    village_case(&v);
    assert_ok(hub_case_decide(hub, NULL, "1.2", "supplement", "缺户口簿", "经办"));
    assert_ok(hub_case_whole(hub, VILLAGE, "1.2", &c));
    assert_string_equal(js_str(c, "name"), "测试甲");
    assert_string_equal(js_str(c, "note"), "行动不便");
    assert_int_equal(json_array_size(js_get(c, "papers")), 2);
    const json_t *step = json_array_get(js_get(c, "steps"), 0);
    assert_string_equal(js_str(step, "text"), "缺户口簿");
    assert_string_equal(js_str(step, "who"), "hub");
    json_decref(c);
    village_fini(&v);
}

static bool found_in(const char *name, const char *what)
{
    if (pgstore_wanted())
        return hub_number(hub->db, 0, "SELECT CASE WHEN found(?1) THEN 1 ELSE 0 END", "s", what) >
               0;
    struct buf b = BUF_INIT;
    char *path = mem_printf("%s/%s", hub_dir, name);
    bool found = file_read(path, &b, FILE_LIMIT) == ERR_OK &&
                 memmem(b.data, b.len, what, strlen(what)) != NULL;
    free(path);
    buf_fini(&b);
    return found;
}

static void no_name_number_or_word_about_people_stands_in_the_store(void **state)
{
    (void)state;
    static const char *const planted[] = {"测试甲", "999101194503150025", "12000000001", "行动不便",
                                          "请测试甲来签字"};
    struct village v;
    json_t *c = NULL;
    village_invite(&v, VILLAGE);
    village_case(&v);
    assert_ok(hub_case_decide(hub, NULL, "1.2", "say", "请测试甲来签字", "经办"));
    assert_ok(hub_case_whole(hub, VILLAGE, "1.2", &c));
    json_decref(c);
    assert_true(found_in("hub.db-wal", "taken_in")); /* the search does find what is there */
    for (size_t i = 0; i < sizeof planted / sizeof *planted; i++) {
        assert_false(found_in("hub.db", planted[i]));
        assert_false(found_in("hub.db-wal", planted[i]));
    }
    village_fini(&v);
}

/* --- officers --------------------------------------------------------------------------------- */

static void a_log_in_gives_a_session_that_ends(void **state)
{
    (void)state;
    char token[HUB_TOKEN_TEXT];
    struct hub_session s;
    clock_hold(1653004800000LL, 1000);
    assert_ok(hub_user_add(hub, "经办", "officer", "a good password"));
    assert_err(ERR_PIN_WRONG, hub_log_in(hub, "经办", "another password", "::1", token, &s));
    assert_ok(hub_log_in(hub, "经办", "a good password", "::1", token, &s));
    assert_ok(hub_session_find(hub, token, &s));
    assert_string_equal(s.name, "经办");
    assert_true(hub_role_may(s.role, "viewer") && hub_role_may(s.role, "officer"));
    assert_false(hub_role_may(s.role, "admin"));
    assert_false(found_in("hub.db-wal", token));
    clock_hold(1653004800000LL + HUB_SESSION_MS + 1, 2000);
    assert_err(ERR_SIGN_IN, hub_session_find(hub, token, &s));
    clock_hold(1653004800000LL, 3000);
    assert_ok(hub_log_out(hub, token));
    assert_err(ERR_SIGN_IN, hub_session_find(hub, token, &s));
}

static void wrong_passwords_lock_the_name_known_or_not(void **state)
{
    (void)state;
    char token[HUB_TOKEN_TEXT];
    struct hub_session s;
    int64_t mono = 100000000;
    assert_ok(hub_user_add(hub, "锁", "viewer", "a good password"));
    static const char *const names[] = {"锁", "无此人"};
    for (int k = 0; k < 2; k++) {
        clock_hold(1653004800000LL, mono);
        for (int i = 0; i < 5; i++)
            assert_err(ERR_PIN_WRONG, hub_log_in(hub, names[k], "wrong", "192.0.2.7", token, &s));
        assert_err(ERR_PIN_LOCKED,
                   hub_log_in(hub, names[k], "a good password", "192.0.2.8", token, &s));
    }
    clock_hold(1653004800000LL + 29000, mono + 29000);
    assert_err(ERR_PIN_LOCKED, hub_log_in(hub, "锁", "a good password", "192.0.2.8", token, &s));
    clock_hold(1653004800000LL + 31000, mono + 31000);
    assert_ok(hub_log_in(hub, "锁", "a good password", "192.0.2.8", token, &s));
    assert_err(ERR_PIN_WEAK, hub_user_add(hub, "短", "viewer", "short"));
    assert_err(ERR_FIELD_CHOICE, hub_user_add(hub, "短", "king", "a good password"));
}

static void what_is_new_is_what_came_since_one_looked(void **state)
{
    (void)state;
    struct village v;
    village_invite(&v, VILLAGE);
    village_case(&v);
    struct hub_query q = {.officer = "经办"};
    json_t *rows = json_array();
    assert_ok(hub_view(hub, "sites", &q, collect_row, rows));
    assert_ok(hub_looked(hub, VILLAGE, "经办"));
    assert_ok(hub_view(hub, "sites", &q, collect_row, rows));
    unsigned char base[HASH_BYTES];
    memcpy(base, v.hash, HASH_BYTES);
    village_write(&v, "sign_in", NULL, "{}", NULL);
    assert_ok(village_send(&v, 3, base));
    assert_ok(hub_view(hub, "sites", &q, collect_row, rows));
    static const int want[] = {2, 0, 1};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(js_int(json_array_get(rows, i), "new", -1), want[i]);
    json_decref(rows);
    village_fini(&v);
}

#define HUB_TEST(f) cmocka_unit_test_setup_teardown(f, hub_setup, hub_teardown)

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        HUB_TEST(a_code_joins_one_machine_once),
        HUB_TEST(a_wrong_code_or_one_for_another_site_is_refused),
        HUB_TEST(an_expired_code_says_so_but_a_wrong_one_never_does),
        HUB_TEST(another_machine_cannot_take_the_place_of_one_that_has_written),
        HUB_TEST(the_data_key_opens_only_with_the_key_file),
        HUB_TEST(a_frame_that_comes_again_changes_nothing),
        HUB_TEST(a_frame_with_a_wrong_signature_stores_nothing),
        HUB_TEST(a_base_that_the_hub_has_not_is_answered_with_what_it_has),
        HUB_TEST(other_bytes_under_a_number_are_kept_aside_and_the_mark_stays),
        HUB_TEST(a_revoked_site_is_not_taken_from),
        HUB_TEST(one_bad_entry_blocks_none_and_says_why),
        HUB_TEST(two_sites_share_no_number),
        HUB_TEST(a_case_goes_the_same_way_here_and_there),
        HUB_TEST(an_order_is_numbered_signed_and_sealed),
        HUB_TEST(many_orders_come_in_pieces),
        HUB_TEST(a_case_whole_has_its_people_papers_and_words),
        HUB_TEST(no_name_number_or_word_about_people_stands_in_the_store),
        HUB_TEST(a_log_in_gives_a_session_that_ends),
        HUB_TEST(wrong_passwords_lock_the_name_known_or_not),
        HUB_TEST(what_is_new_is_what_came_since_one_looked),
    };
    return cmocka_run_group_tests_name("hub", tests, NULL, NULL);
}
