/* The figures of the day, where villages lie, and the clock of an incident. */
#include "tests/unit/hub.h"

#include "sync/hub/day.h"

#define NOON 1653019200000LL /* 2022-05-20 12:00 */

static void write_visits(struct village *v)
{
    unsigned char base[HASH_BYTES];
    memcpy(base, v->hash, HASH_BYTES);
    int64_t from = v->seq + 1;
    for (int i = 0; i < 3; i++)
        village_write(v, "visit", NULL,
                      i < 2 ? "{'person':null,'policy':'ordinary@1','outcome':'admit','reasons':[]}"
                            : "{'person':null,'policy':'ordinary@1','outcome':'deny','reasons':[]}",
                      NULL);
    village_write(v, "guidance", NULL,
                  "{'person':null,'item':'A01','channel':'online','skipped':[],'told':true}", NULL);
    assert_ok(village_send(v, from, base));
}

static int64_t number_at(const json_t *list, size_t i)
{
    return (int64_t)json_integer_value(json_array_get(list, i));
}

static void the_day_counts_visits_by_the_hour_and_errands_by_channel(void **state)
{
    (void)state;
    struct village v;
    json_t *day;
    village_invite(&v, VILLAGE);
    village_case(&v);
    write_visits(&v);
    assert_ok(hub_day(hub, NOON, 10, &day));
    const json_t *hour = json_array_get(js_get(day, "visits"), 8); /* entered at 08:00 */
    assert_int_equal(number_at(hour, 0), 2);
    assert_int_equal(number_at(hour, 1), 1);
    assert_int_equal(number_at(json_array_get(js_get(day, "visits"), 9), 0), 0);
    assert_int_equal(js_int(js_get(day, "channels"), "proxy", 0), 1);
    assert_int_equal(js_int(js_get(day, "channels"), "online", 0), 1);
    json_decref(day);
    assert_ok(hub_day(hub, NOON + CLOCK_DAY_MS, 10, &day)); /* another day has none of it */
    assert_int_equal(number_at(json_array_get(js_get(day, "visits"), 8), 0), 0);
    assert_int_equal(json_object_size(js_get(day, "channels")), 0);
    json_decref(day);
    village_fini(&v);
}

static void a_village_that_was_not_heard_of_is_to_be_looked_after(void **state)
{
    (void)state;
    struct village v;
    json_t *day;
    village_invite(&v, VILLAGE);
    assert_ok(hub_site_seen(hub, VILLAGE, 0, NULL));
    assert_ok(hub_day(hub, clock_now(), 10, &day));
    assert_int_equal(js_int(js_get(day, "sites"), "fine", 0), 1);
    assert_int_equal(json_array_size(js_get(day, "look")), 0);
    assert_int_equal(number_at(js_get(day, "lag"), DAY_LAGS - 1), 1); /* nothing came yet */
    json_decref(day);
    clock_hold(clock_now() + 2 * CLOCK_DAY_MS, 0);
    assert_ok(hub_day(hub, clock_now(), 10, &day));
    assert_int_equal(js_int(js_get(day, "sites"), "silent", 0), 1);
    assert_int_equal(js_int(js_get(day, "sites"), "fine", 0), 0);
    assert_string_equal(js_str(json_array_get(js_get(day, "look"), 0), "site"), VILLAGE);
    json_decref(day);
    village_fini(&v);
}

static void a_village_has_its_place_on_the_map_once_it_is_told(void **state)
{
    (void)state;
    struct village v;
    int64_t lat, lon;
    json_t *places;
    village_invite(&v, VILLAGE);
    assert_ok(hub_day_map(hub, &places));
    assert_int_equal(json_array_size(places), 0);
    json_decref(places);
    assert_ok(hub_place_read("31.115,-121.0512345", &lat, &lon));
    assert_int_equal(lat, 31115000);
    assert_int_equal(lon, -121051235);
    assert_ok(hub_site_place(hub, VILLAGE, lat, lon));
    assert_ok(hub_day_map(hub, &places));
    assert_int_equal(js_int(json_array_get(places, 0), "lat", 0), 31115000);
    json_decref(places);
    assert_int_equal(hub_site_place(hub, NEIGHBOUR, lat, lon), ERR_NOT_FOUND);
    assert_int_equal(hub_place_read("31.115", &lat, &lon), ERR_FIELD_TYPE);
    assert_int_equal(hub_place_read("31.115,121.05x", &lat, &lon), ERR_FIELD_TYPE);
    assert_int_equal(hub_place_read("nan,1", &lat, &lon), ERR_FIELD_TYPE);
    assert_int_equal(hub_place_read("91,0", &lat, &lon), ERR_FIELD_RANGE);
    village_fini(&v);
}

static void an_incident_tells_what_may_follow_and_by_when(void **state)
{
    (void)state;
    json_t *row =
        json_pack("{s:s,s:s,s:[{s:s,s:i},{s:s,s:[s]}],s:[]}", "at", "2022-05-20T12:00:00+08:00",
                  "state", "open", "plan", "id", "tell_leader", "minutes", 10, "id", "tell_town",
                  "after", "tell_leader", "steps");
    json_t *next = hub_incident_next(row, NOON + 12 * 60000);
    assert_int_equal(json_array_size(next), 1); /* the town comes behind the leader */
    assert_int_equal(js_int(json_array_get(next, 0), "late", 0), 2 * 60000);
    assert_int_equal(js_int(json_array_get(next, 0), "due", 0), NOON + 10 * 60000);
    json_decref(next);
    json_array_append_new(json_object_get(row, "steps"), json_pack("{s:s}", "step", "tell_leader"));
    next = hub_incident_next(row, NOON + 12 * 60000);
    assert_int_equal(json_array_size(next), 2);
    assert_null(js_get(json_array_get(next, 0), "due")); /* it was done */
    json_decref(next);
    json_decref(row);
}

#define DAY_TEST(f) cmocka_unit_test_setup_teardown(f, hub_setup, hub_teardown)

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        DAY_TEST(the_day_counts_visits_by_the_hour_and_errands_by_channel),
        DAY_TEST(a_village_that_was_not_heard_of_is_to_be_looked_after),
        DAY_TEST(a_village_has_its_place_on_the_map_once_it_is_told),
        DAY_TEST(an_incident_tells_what_may_follow_and_by_when),
    };
    return cmocka_run_group_tests_name("day", tests, NULL, NULL);
}
