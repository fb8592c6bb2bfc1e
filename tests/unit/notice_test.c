/* Notices and half hours: what is in force by its dates, whose words they are, and how many people
 * a half hour takes. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#define HOUR 3600000LL

static size_t in_force(const char *source)
{
    size_t i, n = 0;
    json_t *row, *rows = desk_list("notices");
    json_array_foreach(rows, i, row) n += strcmp(js_str(row, "source"), source) == 0;
    json_decref(rows);
    return n;
}

static json_t *of_state(const char *state)
{
    struct view_query q = VIEW_ALL;
    json_t *rows = NULL;
    q.state = state;
    assert_ok(view_list(site, "notices", &q, &rows));
    return rows;
}

static void a_notice_is_in_force_until_the_end_of_its_last_day(void **state)
{
    (void)state;
    clock_hold(DESK_DAY, 0);
    json_decref(desk_do("notice", "{'title':'停水','text':'周五停水','until':'2022-05-20'}"));
    assert_int_equal(in_force("site"), 1);
    clock_hold(DESK_DAY + 16 * HOUR - 1, 0); /* a millisecond before midnight */
    assert_int_equal(in_force("site"), 1);
    clock_hold(DESK_DAY + 16 * HOUR, 0);
    assert_int_equal(in_force("site"), 0);
    json_t *over = of_state("over");
    assert_string_equal(js_str(json_array_get(over, 0), "until"), "2022-05-20");
    json_decref(over);
    desk_refused(ERR_CONSTRAINT, "until", "notice",
                 "{'title':'停水','text':'昨天停水','until':'2022-05-20'}");
}

static void the_packs_notices_stand_below_those_of_today(void **state)
{
    (void)state;
    size_t packs = in_force("policy");
    assert_true(packs > 0);
    json_decref(desk_do("notice", "{'title':'停水','text':'周五停水','until':null}"));
    json_t *rows = desk_list("notices");
    assert_int_equal(json_array_size(rows), packs + 1);
    assert_string_equal(js_str(json_array_get(rows, 0), "text"), "周五停水");
    assert_string_equal(js_str(json_array_get(rows, 1), "source"), "policy");
    json_decref(rows);
}

static void the_sub_centres_notice_arrives_by_order_and_only_a_leader_ends_it(void **state)
{
    (void)state;
    desk_order("notice", "o.1", "{'title':'疫苗接种','text':'周六上午在卫生室','until':null}");
    assert_int_equal(in_force("hub"), 1);
    json_t *rows = desk_list("notices");
    assert_string_equal(js_str(json_array_get(rows, 0), "by"), "officer");
    assert_string_equal(js_str(json_array_get(rows, 0), "id"), "o.1");
    json_decref(rows);
    assert_ok(clerk_add(site, "book", "ledger", "4321"));
    clerk_sign_out(site, "sign_out");
    assert_ok(clerk_sign_in(site, "book", "4321"));
    desk_refused(ERR_ROLE, NULL, "notice_end:o.1", "{'reason':'不在本村'}");
    clerk_sign_out(site, "sign_out");
    assert_ok(clerk_sign_in(site, "admin", "1234"));
    json_decref(desk_do("notice_end:o.1", "{'reason':'不在本村'}"));
    assert_int_equal(in_force("hub"), 0);
    desk_replays();
}

static void an_order_that_cannot_be_hung_up_is_kept_and_marked(void **state)
{
    (void)state;
    desk_order("notice", "o.1", "{'title':'没有正文'}");
    desk_order("notice", "o.2", "{'title':'日子','text':'不对','until':'2022-02-30'}");
    assert_int_equal(in_force("hub"), 0);
    json_t *rows = desk_list("orders");
    assert_string_equal(js_str(json_array_get(rows, 0), "refused"), "date until");
    assert_string_equal(js_str(json_array_get(rows, 1), "refused"), "field_required text");
    json_decref(rows);
    desk_replays();
}

static void an_ended_notice_is_gone_and_cannot_be_ended_again(void **state)
{
    (void)state;
    json_t *out = desk_do("notice", "{'title':'停水','text':'周五停水'}");
    char *end = mem_printf("notice_end:%s", js_str(out, "id"));
    desk_refused(ERR_FIELD_REQUIRED, "reason", end, "{}");
    json_decref(desk_do(end, "{'reason':'来水了'}"));
    assert_int_equal(in_force("site"), 0);
    desk_refused(ERR_STATE, "notice", end, "{'reason':'来水了'}");
    desk_refused(ERR_NOT_FOUND, "notice", "notice_end:9.9", "{'reason':'来水了'}");
    json_t *ended = of_state("ended");
    assert_int_equal(json_array_size(ended), 1);
    json_decref(ended), json_decref(out);
    free(end);
    desk_replays();
}

static void words_that_may_not_hang_in_public_are_refused(void **state)
{
    (void)state;
    char *longer = mem_alloc(3 * 201 + 1), *in;
    for (int i = 0; i < 201; i++)
        memcpy(longer + i * 3, "长", 3);
    in = mem_printf("{\"title\":\"停水\",\"text\":\"%s\"}", longer);
    desk_refused(ERR_TOO_LONG, "text", "notice", in);
    desk_refused(ERR_CONTROL_CHARS, "title", "notice",
                 "{\"title\":\"a\\u001b[31m\",\"text\":\"b\"}");
    desk_refused(ERR_CONTROL_CHARS, "text", "notice", "{\"title\":\"a\",\"text\":\"\\u202eb\"}");
    desk_refused(ERR_CONSTRAINT, "text", "notice",
                 "{'title':'寻人','text':'身份证999101194503150025'}");
    desk_refused(ERR_CONSTRAINT, "title", "notice", "{'title':'99910119450315002x','text':'寻人'}");
    desk_refused(ERR_FIELD_REQUIRED, "title", "notice", "{'text':'b'}");
    desk_refused(ERR_FIELD_UNKNOWN, "name", "notice", "{'title':'a','text':'b','name':'c'}");
    desk_refused(ERR_DATE, "until", "notice", "{'title':'a','text':'b','until':'2030-02-30'}");
    free(in), free(longer);
}

static void a_gate_clerk_hangs_up_nothing(void **state)
{
    (void)state;
    assert_ok(clerk_add(site, "gate", "gate", "4321"));
    clerk_sign_out(site, "sign_out");
    assert_ok(clerk_sign_in(site, "gate", "4321"));
    desk_refused(ERR_ROLE, NULL, "notice", "{'title':'a','text':'b'}");
}

static void anybody_sees_notices_and_slots_without_signing_in(void **state)
{
    (void)state;
    clerk_sign_out(site, "sign_out");
    json_t *rows = desk_list("notices"), *slots = desk_list("slots");
    assert_true(json_array_size(rows) > 0);
    assert_true(json_array_size(slots) > 0);
    json_decref(rows), json_decref(slots);
}

/* --- half hours --------------------------------------------------------------------------------
 */

static enum err book(const char *from, const char *to, const char *by)
{
    json_t *out = NULL;
    char *in = mem_printf("{\"person\":{\"name\":\"测试甲\",\"id_no\":\"999101194503150025\","
                          "\"phone\":\"12000000001\"},\"item\":\"QP-MZ-01\","
                          "\"from\":\"2030-01-02T%s:00+08:00\",\"to\":\"2030-01-02T%s:00+08:00\","
                          "\"by\":\"%s\"}",
                          from, to, by);
    enum err rc = desk_try("booking", in, &out);
    json_decref(out);
    free(in);
    return rc;
}

/* The slot that begins at this time of 2030-01-02. */
static int64_t slot(const char *key, const char *at)
{
    size_t i;
    json_t *row, *rows = NULL;
    struct view_query q = VIEW_ALL;
    int64_t value = -1;
    assert_true(clock_parse_date("2030-01-02", &q.from));
    assert_ok(view_list(site, "slots", &q, &rows));
    json_array_foreach(rows, i, row) if (strncmp(js_str(row, "from") + 11, at, 5) == 0) value =
        js_int(row, key, -1);
    json_decref(rows);
    return value;
}

static void bookings_come_by_phone_web_wechat_and_at_the_desk(void **state)
{
    (void)state;
    static const char *const ways[] = {"phone", "web", "wechat", "desk"};
    for (size_t i = 0; i < 4; i++)
        assert_ok(book("09:00", "09:30", ways[i]));
    assert_err(ERR_FIELD_CHOICE, book("09:00", "09:30", "pigeon"));
    json_t *rows = desk_list("bookings");
    assert_int_equal(json_array_size(rows), 4);
    for (size_t i = 0; i < 4; i++) /* newest first */
        assert_string_equal(js_str(json_array_get(rows, i), "by"), ways[3 - i]);
    json_decref(rows);
}

static void a_full_half_hour_takes_no_more_and_the_next_free_one_is_named(void **state)
{
    (void)state;
    assert_int_equal(slot("capacity", "09:00"), 6);
    for (int i = 0; i < 6; i++)
        assert_ok(book("09:00", "09:30", "desk"));
    assert_int_equal(slot("free", "09:00"), 0);
    assert_int_equal(slot("free", "09:30"), 6);
    int64_t before = store_number(site->j.store, "SELECT count(*) FROM entry", -1);
    assert_err(ERR_CONSTRAINT, book("09:00", "09:30", "desk"));
    assert_string_equal(err_field(), "from");
    assert_non_null(strstr(err_detail(), "full"));
    assert_non_null(strstr(err_detail(), "next free: 09:30"));
    assert_err(ERR_CONSTRAINT, book("08:45", "09:05", "desk")); /* touches it */
    assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM entry", -1), before);
    assert_ok(book("08:30", "09:00", "desk")); /* only meets it */
    assert_ok(book("09:30", "10:00", "desk"));
    desk_replays();
}

static void a_long_appointment_takes_a_place_in_each_half_hour(void **state)
{
    (void)state;
    assert_ok(book("09:10", "10:10", "desk"));
    assert_int_equal(slot("booked", "08:30"), 0);
    assert_int_equal(slot("booked", "09:00"), 1);
    assert_int_equal(slot("booked", "09:30"), 1);
    assert_int_equal(slot("booked", "10:00"), 1);
    assert_int_equal(slot("booked", "10:30"), 0);
}

static void the_slots_are_those_of_the_packs_hours(void **state)
{
    (void)state;
    json_t *rows = desk_list("slots");
    assert_int_equal(json_array_size(rows), 13); /* 08:30-11:30 and 13:00-16:30 */
    json_decref(rows);
    assert_int_equal(slot("capacity", "11:30"), -1);
    assert_int_equal(slot("capacity", "13:00"), 6);
}

static void what_is_over_is_written_down_however_full_it_was(void **state)
{
    (void)state;
    int64_t at;
    assert_true(clock_parse("2030-01-02T17:00:00+08:00", &at));
    clock_hold(at, 0);
    for (int i = 0; i < 7; i++)
        assert_ok(book("09:00", "09:30", "desk"));
    assert_int_equal(slot("free", "09:00"), 0);
}

int main(void)
{
    lang_init("en");
#define E(name) cmocka_unit_test_setup_teardown(name, site_setup_epidemic, site_teardown)
    const struct CMUnitTest tests[] = {
        E(a_notice_is_in_force_until_the_end_of_its_last_day),
        E(the_packs_notices_stand_below_those_of_today),
        E(the_sub_centres_notice_arrives_by_order_and_only_a_leader_ends_it),
        E(an_order_that_cannot_be_hung_up_is_kept_and_marked),
        E(an_ended_notice_is_gone_and_cannot_be_ended_again),
        E(words_that_may_not_hang_in_public_are_refused),
        E(a_gate_clerk_hangs_up_nothing),
        E(anybody_sees_notices_and_slots_without_signing_in),
        E(bookings_come_by_phone_web_wechat_and_at_the_desk),
        E(a_full_half_hour_takes_no_more_and_the_next_free_one_is_named),
        E(a_long_appointment_takes_a_place_in_each_half_hour),
        E(the_slots_are_those_of_the_packs_hours),
        E(what_is_over_is_written_down_however_full_it_was),
    };
    return cmocka_run_group_tests_name("notice", tests, NULL, NULL);
}
