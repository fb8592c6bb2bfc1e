/* A person is entered once, corrected by further entries, and seen only by who is signed in. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/base/file.h"
#include "kiosk/desk/person.h"

#define ANOTHER "{'name':'示例乙','id_no':'999101199001010017','address':'测试路1号'}"

static void the_same_id_number_is_the_same_person(void **state)
{
    (void)state;
    json_t *a = desk_do("person", AMA), *b = desk_do("person", AMA);
    json_t *c = desk_do("person", "{'name':'测试甲','id_no':' 999101 19450315 0025 '}");
    assert_string_equal(js_str(a, "id"), js_str(b, "id"));
    assert_string_equal(js_str(a, "id"), js_str(c, "id"));
    assert_int_equal(js_int(a, "seq", -1), js_int(b, "seq", -2)); /* nothing differed */
    json_t *d = desk_do("person", ANOTHER);
    assert_string_not_equal(js_str(a, "id"), js_str(d, "id"));
    assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM person", 0), 2);
    assert_int_equal(
        store_number(site->j.store, "SELECT count(*) FROM entry WHERE kind = 'person'", 0), 2);
    json_decref(a), json_decref(b), json_decref(c), json_decref(d);
    desk_replays();
}

static void a_correction_is_a_further_entry_and_keeps_what_was_not_given(void **state)
{
    (void)state;
    json_t *a = desk_do("person", AMA), *whole = NULL;
    json_t *b = desk_do("person", "{'name':'测试甲','id_no':'999101194503150025',"
                                  "'address':'测试路2号'}");
    assert_string_equal(js_str(a, "id"), js_str(b, "id"));
    assert_true(js_int(b, "seq", 0) > js_int(a, "seq", 0));
    assert_ok(view_person(site, js_str(a, "id"), &whole));
    assert_string_equal(js_str(whole, "phone"), "12000000001");
    assert_string_equal(js_str(whole, "address"), "测试路2号");
    json_decref(a), json_decref(b), json_decref(whole);
    desk_replays();
}

static void a_wrong_id_number_is_corrected_but_never_into_another_person(void **state)
{
    (void)state;
    char what[64], id[ENTRY_ID];
    json_t *a = desk_do("person", AMA), *b = desk_do("person", ANOTHER);
    snprintf(what, sizeof what, "person:%s", js_str(a, "id"));
    desk_refused(ERR_DUPLICATE, "id_no", what, "{'name':'测试甲','id_no':'999101199001010017'}");
    json_decref(desk_do(what, "{'name':'测试甲','id_no':'999101197208081104'}"));
    assert_ok(view_person_by_id_no(site, "999101197208081104", id));
    assert_string_equal(id, js_str(a, "id"));
    assert_err(ERR_NOT_FOUND, view_person_by_id_no(site, "999101194503150025", id));
    desk_refused(ERR_NOT_FOUND, "person", "person:9.9", "{'name':'测试甲'}");
    json_decref(a), json_decref(b);
    desk_replays();
}

static void a_bad_number_is_named_and_nothing_is_written(void **state)
{
    (void)state;
    desk_refused(ERR_ID_CHECK, "id_no", "person", "{'name':'测试甲','id_no':'999101194503150026'}");
    desk_refused(ERR_ID_DATE, "id_no", "person", "{'name':'测试甲','id_no':'999101194502310026'}");
    desk_refused(ERR_PHONE, "phone", "person", "{'name':'测试甲','phone':'123'}");
    desk_refused(ERR_FIELD_UNKNOWN, "nick", "person", "{'name':'测试甲','nick':'x'}");
    desk_refused(ERR_FIELD_REQUIRED, "name", "person", "{'phone':'12000000001'}");
    desk_refused(ERR_FIELD_TYPE, NULL, "person", "[]");
}

static void nothing_personal_stands_in_clear_in_any_table(void **state)
{
    (void)state;
    char path[128];
    struct buf all = BUF_INIT;
    json_decref(desk_do("person", "{'name':'测试甲','id_no':'999101194503150025',"
                                  "'phone':'12000000001','address':'测试路3号'}"));
    assert_ok(store_exec(site->j.store, "PRAGMA wal_checkpoint(TRUNCATE)"));
    snprintf(path, sizeof path, "%s/jiujin.db", site_dir);
    assert_ok(file_read(path, &all, FILE_LIMIT));
    assert_null(memmem(all.data, all.len, "测试甲", strlen("测试甲")));
    assert_null(memmem(all.data, all.len, "999101194503150025", 18));
    assert_null(memmem(all.data, all.len, "12000000001", 11));
    assert_null(memmem(all.data, all.len, "测试路3号", strlen("测试路3号")));
    buf_fini(&all);
}

static void lists_mask_the_number_and_a_reveal_is_an_entry(void **state)
{
    (void)state;
    char what[64];
    json_t *a = desk_do("person", AMA), *people = desk_list("people");
    assert_string_equal(js_str(json_array_get(people, 0), "id_no"), "999101********0025");
    snprintf(what, sizeof what, "reveal:%s", js_str(a, "id"));
    json_t *seen = desk_do(what, "{}");
    assert_string_equal(js_str(js_get(seen, "person"), "id_no"), "999101194503150025");
    assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM reveal", 0), 1);
    desk_refused(ERR_NOT_FOUND, "person", "reveal:1.99", "{}");
    json_decref(a), json_decref(people), json_decref(seen);
    desk_replays();
}

static void people_are_found_by_parts_of_name_number_and_phone(void **state)
{
    (void)state;
    static const char *const likes[] = {"试甲", "19450315", "0001"};
    json_decref(desk_do("person", AMA));
    json_decref(desk_do("person", ANOTHER));
    for (size_t i = 0; i < 3; i++) {
        struct view_query q = VIEW_ALL;
        json_t *out = NULL;
        q.like = likes[i];
        assert_ok(view_list(site, "people", &q, &out));
        assert_int_equal(json_array_size(out), 1);
        assert_string_equal(js_str(json_array_get(out, 0), "name"), "测试甲");
        json_decref(out);
    }
}

static void who_is_not_signed_in_sees_and_does_nothing(void **state)
{
    (void)state;
    json_t *out = NULL;
    json_decref(desk_do("visit", "{'person':" AMA ",'purpose':'测试事项'}"));
    clerk_sign_out(site, "sign_out");
    json_t *visits = desk_list("visits");
    assert_true(json_is_null(json_object_get(json_array_get(visits, 0), "name")));
    assert_true(json_is_null(json_object_get(json_array_get(visits, 0), "purpose")));
    assert_err(ERR_SIGN_IN, view_list(site, "people", &VIEW_ALL, &out));
    desk_refused(ERR_SIGN_IN, NULL, "person", AMA);
    assert_ok(clerk_sign_in(site, "admin", "1234"));
    json_decref(visits);
    visits = desk_list("visits");
    assert_string_equal(js_str(json_array_get(visits, 0), "name"), "测试甲");
    json_decref(visits);
}

static void a_rolled_back_person_is_not_remembered(void **state)
{
    (void)state;
    char id[ENTRY_ID];
    const struct person *p;
    assert_ok(journal_begin(&site->j));
    json_t *a = desk_do("person", AMA);
    snprintf(id, sizeof id, "%s", js_str(a, "id"));
    assert_ok(person_find(site, id, &p));
    assert_err(ERR_IO, journal_end(&site->j, ERR_IO));
    json_t *b = desk_do("person", ANOTHER);
    assert_string_equal(js_str(b, "id"), id); /* the number is used by another now */
    assert_ok(person_find(site, id, &p));
    assert_string_equal(p->name, "示例乙");
    json_decref(a), json_decref(b);
}

int main(void)
{
    lang_init("en");
#define T(name) cmocka_unit_test_setup_teardown(name, site_setup, site_teardown)
    const struct CMUnitTest tests[] = {
        T(the_same_id_number_is_the_same_person),
        T(a_correction_is_a_further_entry_and_keeps_what_was_not_given),
        T(a_wrong_id_number_is_corrected_but_never_into_another_person),
        T(a_bad_number_is_named_and_nothing_is_written),
        T(nothing_personal_stands_in_clear_in_any_table),
        T(lists_mask_the_number_and_a_reveal_is_an_entry),
        T(people_are_found_by_parts_of_name_number_and_phone),
        T(who_is_not_signed_in_sees_and_does_nothing),
        T(a_rolled_back_person_is_not_remembered),
    };
    return cmocka_run_group_tests_name("person", tests, NULL, NULL);
}
