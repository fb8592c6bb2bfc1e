/* The rule by which a village and its hub give away the places of a half hour, also while neither
 * hears of the other; and the numbers of bookings. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/rules/slots.h"

#define NINE 1893459600000LL /* 2030-01-01T09:00+08:00 */
#define HOUR (3600 * 1000LL)

static const struct slots_plan plan = {.capacity = 6, .hub = 2, .cutoff = 2 * HOUR};

static void each_side_gives_its_own_share_alone(void **state)
{
    (void)state;
    struct slots_use u = {.starts = NINE};
    assert_int_equal(slots_village(&plan, &u, INT64_MIN), 4);
    assert_int_equal(slots_hub(&plan, &u, NINE - 3 * HOUR), 2);
    u.village = 4;
    assert_int_equal(slots_village(&plan, &u, INT64_MIN), 0);
    assert_int_equal(slots_hub(&plan, &u, NINE - 3 * HOUR), 2);
    u.hub = 2;
    assert_int_equal(slots_hub(&plan, &u, NINE - 3 * HOUR), 0);
}

static void what_is_held_is_not_given_twice(void **state)
{
    (void)state;
    struct slots_use u = {.starts = NINE, .held = 2};
    assert_int_equal(slots_village(&plan, &u, INT64_MIN), 2);
    assert_int_equal(slots_hub(&plan, &u, NINE - 3 * HOUR), 0);
}

static void the_hub_stops_at_the_cut_off_to_the_millisecond(void **state)
{
    (void)state;
    struct slots_use u = {.starts = NINE};
    assert_int_equal(slots_hub(&plan, &u, NINE - 2 * HOUR - 1), 2);
    assert_int_equal(slots_hub(&plan, &u, NINE - 2 * HOUR), 0);
}

static void what_the_hub_left_is_the_villages_once_it_has_heard_of_the_cut_off(void **state)
{
    (void)state;
    struct slots_use u = {.starts = NINE, .village = 4, .hub = 1};
    assert_int_equal(slots_village(&plan, &u, INT64_MIN), 0);
    assert_int_equal(slots_village(&plan, &u, NINE - 2 * HOUR - 1), 0);
    assert_int_equal(slots_village(&plan, &u, NINE - 2 * HOUR), 1);
}

static void a_place_passed_on_is_the_hubs(void **state)
{
    (void)state;
    struct slots_use u = {.starts = NINE, .passed = 3};
    assert_int_equal(slots_village(&plan, &u, INT64_MIN), 1);
    assert_int_equal(slots_hub(&plan, &u, NINE - 3 * HOUR), 5);
    assert_int_equal(slots_village(&plan, &u, NINE - 2 * HOUR), 6);
}

static void a_plan_that_shrank_never_gives_more_than_there_is(void **state)
{
    (void)state;
    struct slots_use u = {.starts = NINE, .village = 6};
    assert_int_equal(slots_hub(&plan, &u, NINE - 3 * HOUR), 0);
    u.village = 9;
    assert_int_equal(slots_village(&plan, &u, INT64_MIN), 0);
    assert_int_equal(slots_hub(&plan, &u, NINE - 3 * HOUR), 0);
}

static void a_site_without_a_limit_takes_everybody(void **state)
{
    (void)state;
    struct slots_plan open = {.capacity = -1};
    struct slots_use u = {.starts = NINE, .village = 1000};
    assert_true(slots_village(&open, &u, INT64_MIN) > 1000);
    assert_int_equal(slots_hub(&open, &u, 0), 0);
}

/* Two sides that know of each other only by chance, for a whole slot's life, over and over: 2000
 * lives, the seed is the number of the life. */
static int64_t dice(uint64_t *state, int64_t below)
{
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (int64_t)((*state >> 33) % (uint64_t)below);
}

struct life {
    struct slots_plan plan;
    struct slots_use village, hub; /* what each knows */
    int64_t heard;
};

static void sync_sides(struct life *l, int64_t now, bool up, bool down)
{
    if (up) {
        l->hub.village = l->village.village;
        l->hub.passed = l->village.passed;
    }
    if (down) {
        l->village.hub = l->hub.hub;
        l->heard = now;
    }
}

static void one_moment(struct life *l, uint64_t *seed, int64_t now)
{
    switch (dice(seed, 7)) {
    case 0:
    case 1:
        if (slots_village(&l->plan, &l->village, l->heard) > 0)
            l->village.village++;
        break;
    case 2:
    case 3:
        if (slots_hub(&l->plan, &l->hub, now) > 0)
            l->hub.hub++;
        break;
    case 4:
        if (now < NINE - l->plan.cutoff && slots_village(&l->plan, &l->village, l->heard) > 0)
            l->village.passed++;
        break;
    case 5: sync_sides(l, now, dice(seed, 2) == 0, dice(seed, 2) == 0); break;
    default:
        if (l->hub.hub > 0 && now < NINE - l->plan.cutoff && dice(seed, 3) == 0)
            l->hub.hub--; /* cancelled there */
    }
}

static void however_the_line_breaks_no_half_hour_is_given_twice(void **state)
{
    (void)state;
    for (uint64_t n = 1; n <= 2000; n++) {
        uint64_t seed = n;
        struct life l = {.plan = {.capacity = 1 + dice(&seed, 8)}, .heard = INT64_MIN};
        l.plan.hub = dice(&seed, l.plan.capacity + 1);
        l.plan.cutoff = dice(&seed, 4) * HOUR;
        l.village.starts = l.hub.starts = NINE;
        for (int64_t now = NINE - 6 * HOUR; now < NINE; now += 1 + dice(&seed, HOUR / 4)) {
            one_moment(&l, &seed, now);
            if (l.village.village + l.hub.hub > l.plan.capacity)
                fail_msg("life %llu: %lld and %lld of %lld", (unsigned long long)n,
                         (long long)l.village.village, (long long)l.hub.hub,
                         (long long)l.plan.capacity);
        }
    }
}

static void a_hold_stands_fifteen_minutes_and_not_a_millisecond_longer(void **state)
{
    (void)state;
    int64_t until = slots_hold_until(&plan, NINE, NINE - 5 * HOUR);
    assert_int_equal(until, NINE - 5 * HOUR + 15 * 60000);
    assert_true(slots_held(until, until - 1));
    assert_false(slots_held(until, until));
    assert_int_equal(slots_hold_until(&plan, NINE, NINE - 2 * HOUR - 1000), NINE - 2 * HOUR);
}

static json_t *json_of(const char *text)
{
    json_t *out = NULL;
    assert_ok(js_parse(text, strlen(text), "test", &out));
    return out;
}

static enum err count_one(void *arg, int64_t from)
{
    int64_t *n = arg;
    assert_int_equal((from - clock_day(from)) % SLOT_MS, 0);
    ++*n;
    return ERR_OK;
}

static void half_hours_are_those_that_fit_whole_into_the_hours(void **state)
{
    (void)state;
    int64_t n = 0, day = clock_day(NINE);
    json_t *p = json_of("{\"hours\":[{\"from\":\"08:30\",\"to\":\"11:20\"},"
                        "{\"from\":\"13:00\",\"to\":\"14:00\"}]}");
    assert_ok(slots_day(p, day, count_one, &n));
    assert_int_equal(n, 7);
    assert_true(slots_begins(p, NINE));
    assert_false(slots_begins(p, NINE + 15 * 60000));
    assert_false(slots_begins(p, day + 11 * HOUR)); /* until 11:30: does not fit */
    json_decref(p);
}

static void an_item_belongs_to_the_group_of_its_department(void **state)
{
    (void)state;
    json_t *p = json_of("{\"groups\":[{\"id\":\"a\",\"departments\":[\"X\",\"Y\"],\"capacity\":2,"
                        "\"hub\":1}]}");
    json_t *item = json_of("{\"department\":\"Y\"}"), *other = json_of("{\"department\":\"Z\"}");
    assert_string_equal(js_str(slots_group(p, item), "id"), "a");
    assert_null(slots_group(p, other));
    struct slots_plan g = slots_plan_of(&plan, slots_group(p, item));
    assert_int_equal(g.capacity, 2);
    assert_int_equal(g.hub, 1);
    assert_int_equal(g.cutoff, plan.cutoff);
    json_decref(p), json_decref(item), json_decref(other);
}

static void a_bookings_number_is_read_as_it_is_said(void **state)
{
    (void)state;
    static const char *const ids[] = {"o.1", "o.12", "o.999999", "1.57", "15.7", "2.1000000"};
    char number[SLOTS_NUMBER], id[32], typed[SLOTS_NUMBER];
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        slots_number(ids[i], number);
        assert_ok(slots_number_read(number, id));
        assert_string_equal(id, ids[i]);
        number[strlen(number) - 1] ^= 1; /* the check digit, mistyped */
        assert_err(ERR_CHECK_DIGIT, slots_number_read(number, id));
    }
    slots_number("o.12", number);
    snprintf(typed, sizeof typed, " w12%c ", number[4]);
    assert_ok(slots_number_read(typed, id));
    assert_string_equal(id, "o.12");
    assert_err(ERR_FIELD_TYPE, slots_number_read("x12-3", id));
    assert_err(ERR_FIELD_TYPE, slots_number_read("W", id));
    assert_string_equal(slots_number("nothing", number), "");
}

static void on_a_day_that_the_hours_do_not_name_there_are_no_half_hours(void **state)
{
    (void)state;
    json_t *week = json_pack("{s:[{s:s,s:s,s:[i,i,i,i,i]},{s:s,s:s}]}", "hours", "from", "09:00",
                             "to", "11:00", "days", 1, 2, 3, 4, 5, "from", "13:00", "to", "14:00");
    static const int want[] = {6, 6, 6, 6, 2, 2, 6}; /* 2030-01-01 is a Tuesday */
    for (int i = 0; i < 7; i++) {
        int64_t n = 0;
        assert_ok(slots_day(week, NINE - 9 * HOUR + i * CLOCK_DAY_MS, count_one, &n));
        assert_int_equal(n, want[i]);
    }
    json_decref(week);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_side_gives_its_own_share_alone),
        cmocka_unit_test(what_is_held_is_not_given_twice),
        cmocka_unit_test(the_hub_stops_at_the_cut_off_to_the_millisecond),
        cmocka_unit_test(what_the_hub_left_is_the_villages_once_it_has_heard_of_the_cut_off),
        cmocka_unit_test(a_place_passed_on_is_the_hubs),
        cmocka_unit_test(a_plan_that_shrank_never_gives_more_than_there_is),
        cmocka_unit_test(a_site_without_a_limit_takes_everybody),
        cmocka_unit_test(however_the_line_breaks_no_half_hour_is_given_twice),
        cmocka_unit_test(a_hold_stands_fifteen_minutes_and_not_a_millisecond_longer),
        cmocka_unit_test(half_hours_are_those_that_fit_whole_into_the_hours),
        cmocka_unit_test(on_a_day_that_the_hours_do_not_name_there_are_no_half_hours),
        cmocka_unit_test(an_item_belongs_to_the_group_of_its_department),
        cmocka_unit_test(a_bookings_number_is_read_as_it_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
