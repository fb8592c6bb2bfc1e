/* Bookings at the village: taken by telephone, held, come down from the hub, moved, arrived or not;
 * and the share of the hub, which the village leaves alone. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/desk/booking.h"
#include "kiosk/desk/link.h"
#include "kiosk/desk/slot.h"

#define MINUTE 60000LL
#define HOUR (60 * MINUTE)
#define DAY 1893427200000LL   /* 2030-01-01 */
#define NINE (DAY + 9 * HOUR) /* the half hour that all this is about */
#define EIGHT (DAY + 8 * HOUR)
#define ITEM "QP-MZ-01"

static int setup(void **state)
{
    clock_hold(DAY - 5 * HOUR, 0); /* the evening before */
    return site_setup_epidemic(state);
}

static int teardown(void **state)
{
    int failed = site_teardown(state);
    clock_hold(CLOCK_NONE, 0);
    return failed;
}

static json_t *wish(int64_t from, int64_t hold)
{
    char at[CLOCK_TEXT], to[CLOCK_TEXT];
    static int called;
    char phone[16]; /* without an ID number: each of them somebody new */
    snprintf(phone, sizeof phone, "12%09d", ++called);
    json_t *person =
        json_pack("{s:s+,s:s}", "name", "测试", called % 2 ? "甲" : "乙", "phone", phone);
    json_t *in = json_pack("{s:o,s:s,s:s,s:s,s:s}", "person", person, "item", ITEM, "from",
                           clock_iso(from, at), "to", clock_iso(from + SLOT_MS, to), "by", "phone");
    if (hold > 0)
        js_set_int(in, "hold", hold);
    return in;
}

static enum err book_with(int64_t from, int64_t hold, char id[ENTRY_ID])
{
    json_t *out = NULL, *in = wish(from, hold);
    enum err rc = action_run(site, "booking", in, &out);
    if (rc == ERR_OK && id != NULL)
        snprintf(id, ENTRY_ID, "%s", js_str(out, "id"));
    json_decref(in);
    json_decref(out);
    return rc;
}

static enum err book(int64_t from)
{
    return book_with(from, 0, NULL);
}

static enum err hold(int64_t from, int64_t *number)
{
    char at[CLOCK_TEXT];
    json_t *out = NULL, *in = json_pack("{s:s}", "from", clock_iso(from, at));
    enum err rc = action_run(site, "slot_hold", in, &out);
    *number = js_int(out, "hold", 0);
    json_decref(in);
    json_decref(out);
    return rc;
}

static enum err step(const char *id, const char *step)
{
    json_t *out = NULL, *in = json_pack("{s:s}", "step", step);
    char *what = mem_printf("booking_step:%s", id);
    enum err rc = action_run(site, what, in, &out);
    free(what);
    json_decref(in);
    json_decref(out);
    return rc;
}

static int64_t slot(int64_t from, const char *key)
{
    size_t i;
    char at[CLOCK_TEXT];
    json_t *rows = NULL, *row;
    struct view_query q = VIEW_ALL;
    int64_t n = -1;
    q.from = from;
    clock_iso(from, at);
    assert_ok(view_list(site, "slots", &q, &rows));
    json_array_foreach(rows, i, row) if (strcmp(js_str(row, "from"), at) == 0) n =
        js_int(row, key, -1);
    json_decref(rows);
    return n;
}

static void state_is(const char *id, const char *state)
{
    json_t *row = NULL;
    assert_ok(booking_find(site, id, &row));
    assert_string_equal(js_str(row, "state"), state);
    json_decref(row);
}

/* A site that has a hub, and has told it of its half hours: 6 people, 3 of them the hub's. */
static void join(void)
{
    static const unsigned char key[32] = {1};
    assert_ok(link_joined(site, "https://hub.invalid", key, key));
    assert_ok(slot_tell(site));
}

#define ORDER_BODY "{'item':'" ITEM "','from':%lld,'to':%lld,'by':'web','group':null,'tag':'%s'}"

/* The hub booked somebody for this half hour. Gives the order's id. */
static const char *hub_booked(int64_t from, const char *tag)
{
    static char id[ENTRY_ID];
    char *body = mem_printf(ORDER_BODY, (long long)from, (long long)(from + SLOT_MS), tag);
    int64_t n = journal_last_order(site->j.store) + 1;
    snprintf(id, sizeof id, "o.%lld", (long long)n);
    desk_order("booking", id, body);
    free(body);
    return id;
}

static void a_held_place_is_nobody_elses_for_fifteen_minutes(void **state)
{
    (void)state;
    int64_t first, more[5];
    assert_ok(hold(NINE, &first));
    for (int i = 0; i < 5; i++)
        assert_ok(hold(NINE, &more[i]));
    assert_int_equal(slot(NINE, "free"), 0);
    assert_err(ERR_CONSTRAINT, book(NINE));
    assert_err(ERR_CONSTRAINT, hold(NINE, &more[0]));
    int64_t begun = clock_now();
    clock_hold(begun + 15 * MINUTE - 1, 0);
    assert_err(ERR_CONSTRAINT, book(NINE));
    clock_hold(begun + 15 * MINUTE, 0);
    assert_int_equal(slot(NINE, "free"), 6);
    assert_ok(book(NINE));
    desk_replays();
}

static void a_booking_takes_the_place_that_was_held_for_it(void **state)
{
    (void)state;
    int64_t held[6];
    for (int i = 0; i < 6; i++)
        assert_ok(hold(NINE, &held[i]));
    assert_ok(book_with(NINE, held[2], NULL));
    assert_int_equal(slot(NINE, "free"), 0);
    assert_int_equal(slot(NINE, "held"), 5);
    json_decref(desk_do("slot_release:1", "{}"));
    assert_int_equal(slot(NINE, "free"), 1);
    clock_hold(clock_now() + HOUR, 0); /* a hold that is over: a free place does as well */
    assert_ok(book_with(NINE, held[3], NULL));
}

static void a_refused_booking_keeps_its_hold(void **state)
{
    (void)state;
    int64_t held;
    assert_ok(hold(NINE, &held));
    json_t *in = wish(NINE, held), *out = NULL;
    js_set_str(in, "item", "QP-XX-99");
    assert_err(ERR_FIELD_CHOICE, action_run(site, "booking", in, &out));
    json_decref(in);
    assert_int_equal(slot(NINE, "held"), 1);
}

static void a_cancelled_booking_frees_its_place(void **state)
{
    (void)state;
    char id[ENTRY_ID];
    for (int i = 0; i < 6; i++)
        assert_ok(book_with(NINE, 0, id));
    assert_err(ERR_CONSTRAINT, book(NINE));
    assert_ok(step(id, "cancel"));
    assert_ok(book(NINE));
    assert_err(ERR_STATE, step(id, "arrive"));
    assert_err(ERR_STATE, step(id, "cancel"));
    state_is(id, "cancelled");
    desk_replays();
}

static void a_moved_booking_takes_a_place_there_and_frees_one_here(void **state)
{
    (void)state;
    char id[ENTRY_ID], at[CLOCK_TEXT];
    for (int i = 0; i < 6; i++)
        assert_ok(book_with(NINE, 0, id));
    char *in = mem_printf("{'step':'move','from':'%s'}", clock_iso(NINE + SLOT_MS, at));
    char *what = mem_printf("booking_step:%s", id);
    json_decref(desk_do(what, in));
    assert_int_equal(slot(NINE, "free"), 1);
    assert_int_equal(slot(NINE + SLOT_MS, "free"), 5);
    state_is(id, "booked");
    free(in);
    free(what);
    desk_replays();
}

static void every_step_that_is_not_in_the_table_is_refused(void **state)
{
    (void)state;
    static const char *const steps[] = {"cancel", "arrive", "no_show", "move"};
    static const char *const states[] = {"booked", "cancelled", "arrived", "no_show"};
    static const char *const to[4][4] = {{"cancelled", "arrived", "no_show", "booked"},
                                         {NULL, NULL, NULL, NULL},
                                         {NULL, NULL, NULL, NULL},
                                         {NULL, "arrived", NULL, NULL}};
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 4; k++) {
            const char *got = booking_move(states[i], steps[k], false);
            assert_true(got == to[i][k] || (got && to[i][k] && strcmp(got, to[i][k]) == 0));
            got = booking_move(states[i], steps[k], true);
            assert_int_equal(got != NULL, i == 0 && k == 0);
        }
}

static void the_hubs_share_is_left_alone_from_the_moment_it_was_told(void **state)
{
    (void)state;
    assert_int_equal(slot(NINE, "free"), 6);
    join();
    assert_int_equal(slot(NINE, "free"), 3);
    assert_int_equal(slot(NINE, "hub"), 3);
    for (int i = 0; i < 3; i++)
        assert_ok(book(NINE));
    assert_err(ERR_CONSTRAINT, book(NINE));
    int64_t n = store_number(site->j.store, "SELECT count(*) FROM slot_plan", 0);
    assert_ok(slot_tell(site)); /* nothing new to tell */
    assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM slot_plan", 0), n);
    desk_replays();
}

static void what_the_hub_left_comes_back_only_when_the_village_heard_of_the_cut_off(void **state)
{
    (void)state;
    join();
    for (int i = 0; i < 3; i++)
        assert_ok(book(NINE));
    hub_booked(NINE, "aa");
    clock_hold(EIGHT, 0); /* behind the cut-off of 07:00, without a line */
    assert_err(ERR_CONSTRAINT, book(NINE));
    assert_ok(link_heard_all(site->j.store, DAY + 7 * HOUR - 1));
    assert_err(ERR_CONSTRAINT, book(NINE));
    assert_ok(link_heard_all(site->j.store, DAY + 7 * HOUR));
    assert_int_equal(slot(NINE, "free"), 2);
    assert_ok(book(NINE));
    assert_ok(book(NINE));
    assert_err(ERR_CONSTRAINT, book(NINE));
}

static void a_share_taken_back_counts_only_when_the_hub_has_heard_of_it(void **state)
{
    (void)state;
    unsigned char hash[HASH_BYTES];
    int64_t seq;
    join();
    json_decref(
        desk_do("adaptation", "{'param':'slot_hub','new':1,'reason':'试行','approver':'站长'}"));
    assert_ok(slot_tell(site));
    assert_int_equal(slot(NINE, "free"), 3);
    assert_ok(journal_tip(site->j.store, site->j.site, site->j.epoch, &seq, hash));
    assert_ok(link_acked(site->j.store, site->j.epoch, seq, hash, clock_now()));
    assert_int_equal(slot(NINE, "free"), 5);
}

static void places_passed_on_are_gone_here(void **state)
{
    (void)state;
    char at[CLOCK_TEXT];
    char *in = mem_printf("{'from':'%s','places':2}", clock_iso(NINE, at));
    desk_refused(ERR_NOT_ENROLLED, NULL, "slot_pass", in);
    join();
    json_decref(desk_do("slot_pass", in));
    assert_int_equal(slot(NINE, "free"), 1);
    assert_int_equal(slot(NINE, "hub"), 5);
    desk_refused(ERR_FIELD_RANGE, "places", "slot_pass", in);
    desk_replays();
    free(in);
}

static void who_booked_at_the_hub_is_found_at_the_door(void **state)
{
    (void)state;
    unsigned char tag[TAG_BYTES];
    char hex[2 * TAG_BYTES + 1];
    json_t *out = desk_do("person", AMA), *rows = NULL;
    char *person = mem_strdup(js_str(out, "id"));
    secret_tag(site->j.data_key, "999101194503150025", tag);
    hex_encode(tag, sizeof tag, hex);
    char id[ENTRY_ID];
    snprintf(id, sizeof id, "%s", hub_booked(NINE, hex));
    hub_booked(NINE + SLOT_MS, "00112233445566778899aabbccddeeff");
    assert_ok(booking_of_today(site, person, &rows));
    assert_int_equal(json_array_size(rows), 0); /* it is yesterday still */
    json_decref(rows);
    clock_hold(EIGHT, 0);
    assert_ok(booking_of_today(site, person, &rows));
    assert_int_equal(json_array_size(rows), 1);
    assert_string_equal(js_str(json_array_get(rows, 0), "id"), id);
    assert_string_equal(js_str(json_array_get(rows, 0), "name"), "测试甲");
    assert_ok(step(js_str(json_array_get(rows, 0), "number"), "arrive"));
    state_is(id, "arrived");
    json_decref(rows);
    json_decref(out);
    free(person);
    desk_replays();
}

static void nobody_is_marked_absent_before_the_half_hour_is_over(void **state)
{
    (void)state;
    char id[ENTRY_ID];
    assert_ok(book_with(NINE, 0, id));
    assert_err(ERR_CONSTRAINT, step(id, "arrive")); /* the day before */
    clock_hold(NINE + SLOT_MS - 1, 0);
    assert_err(ERR_CONSTRAINT, step(id, "no_show"));
    assert_int_equal(booking_missed(site), 0);
    clock_hold(NINE + SLOT_MS, 0);
    assert_int_equal(booking_missed(site), 1);
    state_is(id, "booked"); /* never by itself */
    assert_ok(step(id, "no_show"));
    assert_int_equal(booking_missed(site), 0);
    assert_ok(step(id, "arrive")); /* came late after all */
    state_is(id, "arrived");
    desk_replays();
}

static void the_hubs_cancel_comes_too_late_for_who_has_arrived(void **state)
{
    (void)state;
    char first[ENTRY_ID], id[ENTRY_ID];
    snprintf(first, sizeof first, "%s", hub_booked(NINE, "aa"));
    snprintf(id, sizeof id, "%s", hub_booked(NINE, "bb"));
    clock_hold(EIGHT, 0);
    assert_ok(step(id, "arrive"));
    desk_order("booking_step", first, "{'step':'cancel'}");
    desk_order("booking_step", id, "{'step':'cancel'}");
    desk_order("booking_step", "1.999", "{'step':'cancel'}");
    desk_order("booking_step", id, "{'step':'no_show'}");
    state_is(first, "cancelled");
    state_is(id, "arrived");
    assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM order_refused", 0), 3);
    desk_replays();
}

static void an_order_that_is_no_booking_is_kept_and_marked(void **state)
{
    (void)state;
    desk_order("booking", "o.1", "{'item':'" ITEM "','from':5,'to':3,'by':'web','tag':'aa'}");
    desk_order("booking", "o.2", "{}");
    assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM order_refused", 0), 2);
    assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM booking", 0), 0);
    desk_replays();
}

static void the_door_says_who_came_and_nothing_else(void **state)
{
    (void)state;
    char id[ENTRY_ID];
    assert_ok(book_with(NINE, 0, id));
    assert_ok(clerk_add(site, "gate", "gate", "4321"));
    clerk_sign_out(site, "sign_out");
    clock_hold(EIGHT, 0);
    assert_ok(clerk_sign_in(site, "gate", "4321"));
    assert_err(ERR_ROLE, step(id, "cancel"));
    assert_ok(step(id, "arrive"));
}

static void by_telephone_nobody_is_booked_twice_in_one_half_hour(void **state)
{
    (void)state;
    json_t *in = wish(NINE, 0), *out = NULL;
    json_object_set_new(in, "person", desk_json(AMA));
    assert_ok(action_run(site, "booking", in, &out));
    json_decref(out), out = NULL;
    int64_t before = store_number(site->j.store, "SELECT count(*) FROM entry", -1);
    assert_err(ERR_DUPLICATE, action_run(site, "booking", in, &out));
    assert_null(out);
    assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM entry", -2), before);
    char at[CLOCK_TEXT];
    js_set_str(in, "from", clock_iso(NINE + SLOT_MS, at)); /* another half hour is another wish */
    js_set_str(in, "to", clock_iso(NINE + 2 * SLOT_MS, at));
    assert_ok(action_run(site, "booking", in, &out));
    json_decref(out), json_decref(in);
}

int main(void)
{
    lang_init("en");
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(a_held_place_is_nobody_elses_for_fifteen_minutes),
        T(a_booking_takes_the_place_that_was_held_for_it),
        T(a_refused_booking_keeps_its_hold),
        T(a_cancelled_booking_frees_its_place),
        T(a_moved_booking_takes_a_place_there_and_frees_one_here),
        T(every_step_that_is_not_in_the_table_is_refused),
        T(the_hubs_share_is_left_alone_from_the_moment_it_was_told),
        T(what_the_hub_left_comes_back_only_when_the_village_heard_of_the_cut_off),
        T(a_share_taken_back_counts_only_when_the_hub_has_heard_of_it),
        T(places_passed_on_are_gone_here),
        T(who_booked_at_the_hub_is_found_at_the_door),
        T(nobody_is_marked_absent_before_the_half_hour_is_over),
        T(the_hubs_cancel_comes_too_late_for_who_has_arrived),
        T(an_order_that_is_no_booking_is_kept_and_marked),
        T(the_door_says_who_came_and_nothing_else),
        T(by_telephone_nobody_is_booked_twice_in_one_half_hour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
