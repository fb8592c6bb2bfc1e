/* Working days and opening days: weekends, public holidays and the weekend days worked in exchange,
 * as the pack in force has them. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/desk/due.h"
#include "kiosk/rules/calendar.h"
#include "kiosk/rules/slots.h"

static int64_t day(const char *text)
{
    int64_t out;
    assert_true(clock_parse_date(text, &out));
    return out;
}

static int setup(void **state)
{
    clock_hold(day("2026-09-29") + 9 * 3600000LL, 1); /* a Tuesday */
    return site_setup(state);
}

static int teardown(void **state)
{
    int failed = site_teardown(state);
    clock_hold(CLOCK_NONE, 0);
    return failed;
}

/* The State Council's arrangement for 2026, and days beside it. */
static void the_shipped_pack_has_the_arrangement_of_2026(void **state)
{
    (void)state;
    static const struct {
        const char *day;
        bool works;
    } table[] = {
        {"2026-01-01", false}, {"2026-01-02", false}, {"2026-01-04", true},  {"2026-01-05", true},
        {"2026-02-14", true},  {"2026-02-16", false}, {"2026-02-23", false}, {"2026-02-24", true},
        {"2026-02-28", true},  {"2026-04-06", false}, {"2026-04-07", true},  {"2026-05-05", false},
        {"2026-05-09", true},  {"2026-06-19", false}, {"2026-09-20", true},  {"2026-09-25", false},
        {"2026-10-07", false}, {"2026-10-08", true},  {"2026-10-10", true},  {"2026-10-11", false},
        {"2026-11-21", false}, {"2026-11-23", true},
    };
    struct calendar c;
    calendar_read(due_holidays(site), &c);
    assert_int_equal(c.n_off, 7);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (calendar_works(&c, day(table[i].day)) != table[i].works)
            fail_msg("%s", table[i].day);
}

static void a_promised_day_skips_holidays_and_counts_days_worked_in_exchange(void **state)
{
    (void)state;
    static const struct {
        int days;
        const char *due;
    } table[] = {{1, "2026-09-30"},
                 {2, "2026-10-08"},
                 {3, "2026-10-09"},
                 {4, "2026-10-10"},
                 {5, "2026-10-12"}};
    char out[CLOCK_TEXT];
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        json_t *item = json_pack("{s:i,s:s}", "days", table[i].days, "days_unit", "working_day");
        assert_string_equal(due_day(item, "days", due_holidays(site), clock_now(), out),
                            table[i].due);
        assert_int_equal(due_left(table[i].due, due_holidays(site), clock_now()), table[i].days);
        json_decref(item);
    }
}

static size_t half_hours(const char *of)
{
    json_t *rows = NULL;
    struct view_query q = VIEW_ALL;
    q.from = day(of);
    assert_ok(view_list(site, "slots", &q, &rows));
    size_t n = json_array_size(rows);
    json_decref(rows);
    return n;
}

static void the_point_is_open_on_working_days(void **state)
{
    (void)state;
    assert_int_equal(half_hours("2026-09-30"), 13);
    assert_int_equal(half_hours("2026-10-01"), 0);
    assert_int_equal(half_hours("2026-10-10"), 13); /* a Saturday, worked in exchange */
    assert_int_equal(half_hours("2026-10-11"), 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(the_shipped_pack_has_the_arrangement_of_2026),
        T(a_promised_day_skips_holidays_and_counts_days_worked_in_exchange),
        T(the_point_is_open_on_working_days),
    };
    return cmocka_run_group_tests_name("calendar", tests, NULL, NULL);
}
