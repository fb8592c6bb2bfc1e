/* Whom a booking is for: nobody is booked twice at one time, by whatever he or she is known; who
 * booked at the sub-centre is the person of that number, or is linked when he or she comes. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/desk/booking.h"
#include "kiosk/rules/slots.h"

#define HOUR 3600000LL
#define DAY 1893427200000LL /* 2030-01-01 */
#define NINE (DAY + 9 * HOUR)
#define ITEM "QP-MZ-01"
#define ID_NO "999101194503150025"

static int setup(void **state)
{
    clock_hold(DAY + 8 * HOUR, 0);
    return site_setup_epidemic(state);
}

static int teardown(void **state)
{
    int failed = site_teardown(state);
    clock_hold(CLOCK_NONE, 0);
    return failed;
}

static char *wish(const char *person, int64_t from)
{
    char at[CLOCK_TEXT], to[CLOCK_TEXT];
    return mem_printf("{'person':%s,'item':'" ITEM "','from':'%s','to':'%s','by':'phone'}", person,
                      clock_iso(from, at), clock_iso(from + SLOT_MS, to));
}

static void book(const char *person, int64_t from, char id[ENTRY_ID])
{
    char *in = wish(person, from);
    json_t *out = desk_do("booking", in);
    snprintf(id, ENTRY_ID, "%s", js_str(out, "id"));
    json_decref(out);
    free(in);
}

static void refused_twice(const char *person, int64_t from)
{
    char *in = wish(person, from);
    desk_refused(ERR_DUPLICATE, "from", "booking", in);
    free(in);
}

/* Somebody booked at the sub-centre: an order, its sealed part too. */
static const char *hub_booked(int64_t from, const char *name, const char *phone)
{
    static char id[ENTRY_ID];
    unsigned char tag[TAG_BYTES];
    char hex[2 * TAG_BYTES + 1], place[96];
    struct buf sealed = BUF_INIT;
    int64_t n = journal_last_order(site->j.store) + 1;
    snprintf(id, sizeof id, "o.%lld", (long long)n);
    secret_tag(site->j.data_key, ID_NO, tag);
    hex_encode(tag, sizeof tag, hex);
    char *open =
        mem_printf("{\"name\":\"%s\",\"id_no\":\"" ID_NO "\",\"phone\":\"%s\"}", name, phone);
    journal_place(site->j.site, true, 0, n, "booking", place);
    secret_seal(site->j.data_key, place, open, strlen(open), &sealed);
    char *head =
        mem_printf("{\"n\":%lld,\"at\":%lld,\"by\":\"web\",\"k\":\"booking\",\"v\":1,\"sub\":"
                   "\"%s\",\"body\":{\"item\":\"" ITEM "\",\"from\":%lld,\"to\":%lld,"
                   "\"by\":\"web\",\"group\":null,\"tag\":\"%s\"}}",
                   (long long)n, (long long)clock_now(), id, (long long)from,
                   (long long)(from + SLOT_MS), hex);
    assert_ok(journal_order(&site->j, n, head, strlen(head), sealed.data, sealed.len));
    free(head);
    free(open);
    buf_fini(&sealed);
    return id;
}

static void enter(const char *in, char id[ENTRY_ID])
{
    json_t *out = desk_do("person", in);
    snprintf(id, ENTRY_ID, "%s", js_str(out, "id"));
    json_decref(out);
}

static json_t *whole(const char *booking)
{
    json_t *out;
    assert_ok(booking_find(site, booking, &out));
    return out;
}

static void arrive(const char *booking, const char *person)
{
    char *what = mem_printf("booking_step:%s", booking);
    char *in = mem_printf("{'step':'arrive','person':%s}", person);
    json_decref(desk_do(what, in));
    free(what);
    free(in);
}

static void a_name_and_a_telephone_are_booked_once_at_one_time(void **state)
{
    (void)state;
    char id[ENTRY_ID];
    book("{'name':'测试甲','phone':'12000000001'}", NINE, id);
    refused_twice("{'name':'测试甲','phone':'12000000001'}", NINE);
    book("{'name':'测试甲','phone':'12000000002'}", NINE, id); /* another of that name */
    book("{'name':'测试甲','phone':'12000000001'}", NINE + SLOT_MS, id);
    hub_booked(NINE + HOUR, "测试丙", "12000000003");
    refused_twice("{'name':'测试丙','phone':'12000000003'}", NINE + HOUR);
    refused_twice("{'name':'测试丙丙','id_no':'" ID_NO "'}", NINE + HOUR);
}

static void nobody_is_moved_to_where_the_same_person_is_booked(void **state)
{
    (void)state;
    char first[ENTRY_ID], id[ENTRY_ID], at[CLOCK_TEXT];
    book("{'name':'测试甲','phone':'12000000001'}", NINE, first);
    book("{'name':'测试甲','phone':'12000000001'}", NINE + SLOT_MS, id);
    char *what = mem_printf("booking_step:%s", id);
    char *in = mem_printf("{'step':'move','from':'%s'}", clock_iso(NINE, at));
    desk_refused(ERR_DUPLICATE, "from", what, in);
    free(in);
    in = mem_printf("{'step':'move','from':'%s'}", clock_iso(NINE + HOUR, at));
    json_decref(desk_do(what, in));
    free(in);
    free(what);
}

static void a_booking_of_the_hub_is_that_persons_once_the_person_is_known(void **state)
{
    (void)state;
    char person[ENTRY_ID], id[ENTRY_ID];
    snprintf(id, sizeof id, "%s", hub_booked(NINE, "测试甲", "12000000001"));
    json_t *b = whole(id);
    assert_null(js_str(b, "person"));
    assert_string_equal(js_str(b, "name"), "测试甲");
    json_decref(b);
    enter(AMA, person);
    b = whole(id);
    assert_string_equal(js_str(b, "person"), person);
    json_decref(b);
}

static void who_comes_is_entered_as_the_booking_has_it(void **state)
{
    (void)state;
    char id[ENTRY_ID], person[ENTRY_ID];
    snprintf(id, sizeof id, "%s", hub_booked(NINE, "测试甲", "12000000001"));
    arrive(id, "{'new':true}");
    assert_ok(view_person_by_id_no(site, ID_NO, person));
    json_t *b = whole(id);
    assert_string_equal(js_str(b, "person"), person);
    assert_string_equal(js_str(b, "state"), "arrived");
    json_decref(b);
    desk_replays();
}

static void somebody_known_without_a_number_takes_the_bookings_over(void **state)
{
    (void)state;
    char id[ENTRY_ID], known[ENTRY_ID], person[ENTRY_ID];
    enter("{'name':'测试甲','phone':'12000000001'}", known);
    snprintf(id, sizeof id, "%s", hub_booked(NINE, "测试甲", "12000000001"));
    json_t *rows = NULL;
    assert_ok(booking_of_today(site, known, &rows));
    assert_int_equal(json_array_size(rows), 1); /* perhaps: by the name */
    assert_true(js_bool(json_array_get(rows, 0), "perhaps"));
    json_decref(rows);
    char *in = mem_printf("{'ref':'%s'}", known);
    arrive(id, in);
    free(in);
    assert_ok(view_person_by_id_no(site, ID_NO, person));
    assert_string_equal(person, known);
    assert_ok(booking_of_today(site, known, &rows));
    assert_int_equal(json_array_size(rows), 1);
    assert_false(js_bool(json_array_get(rows, 0), "perhaps"));
    json_decref(rows);
}

static void somebody_with_another_number_is_not_linked(void **state)
{
    (void)state;
    char id[ENTRY_ID], other[ENTRY_ID];
    enter("{'name':'测试甲','id_no':'999101194503150041'}", other);
    snprintf(id, sizeof id, "%s", hub_booked(NINE, "测试甲", "12000000001"));
    char *what = mem_printf("booking_step:%s", id);
    char *in = mem_printf("{'step':'arrive','person':{'ref':'%s'}}", other);
    desk_refused(ERR_CONSTRAINT, "person", what, in);
    desk_refused(ERR_FIELD_TYPE, "person", what, "{'step':'arrive','person':{}}");
    desk_refused(ERR_FIELD_UNKNOWN, "person", what, "{'step':'cancel','person':{'new':true}}");
    free(in);
    free(what);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(a_name_and_a_telephone_are_booked_once_at_one_time),
        T(nobody_is_moved_to_where_the_same_person_is_booked),
        T(a_booking_of_the_hub_is_that_persons_once_the_person_is_known),
        T(who_comes_is_entered_as_the_booking_has_it),
        T(somebody_known_without_a_number_takes_the_bookings_over),
        T(somebody_with_another_number_is_not_linked),
    };
    return cmocka_run_group_tests_name("booking_who", tests, NULL, NULL);
}
