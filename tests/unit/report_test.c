/* The daily report: what is signed is what the journal says, and what comes later is told. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/desk/report.h"
#include "kiosk/desk/tally.h"

#define HOUR 3600000LL

static int64_t day;

static void hold(int64_t hours)
{
    clock_hold(day + hours * HOUR, 1000 + hours);
}

static int setup(void **state)
{
    int rc = site_setup_epidemic(state);
    day = clock_day(clock_now()) + CLOCK_DAY_MS; /* ahead of the site's first entries */
    return rc;
}

static int teardown(void **state)
{
    clock_hold(CLOCK_NONE, 0);
    return site_teardown(state);
}

#define FIT                                                                                        \
    "'facts':{'health_code':'green','venue_code':true,'mask':true,'temperature':36.5,"             \
    "'test_at':'2030-05-19T10:00:00+08:00','test_result':'negative'}"

static void clean_at(const char *slot, int64_t at)
{
    char in[300], when[CLOCK_TEXT];
    snprintf(in, sizeof in,
             "{'row':{'slot':'%s','area':['floor'],'agent':'chlorine','method':'mop'},'at':'%s'}",
             slot, clock_iso(at, when));
    json_decref(desk_do("ledger:L03", in));
}

static json_t *report_of(int64_t at)
{
    json_t *out = NULL;
    assert_ok(report_read(site, at, &out));
    return out;
}

static int64_t n_of(const json_t *sums, const char *series, const char *key)
{
    return json_integer_value(
        json_array_get(json_object_get(json_object_get(sums, series), key), 0));
}

static const char *state_at(int64_t at)
{
    const char *state;
    assert_ok(report_state(site, at, &state, NULL));
    return state;
}

static json_t *sign(int64_t at)
{
    char in[64], date[CLOCK_TEXT];
    snprintf(in, sizeof in, "{'day':'%s'}", clock_date(at, date));
    return desk_do("report", in);
}

static void a_report_is_due_at_the_packs_hour_and_signed_once(void **state)
{
    (void)state;
    hold(9);
    assert_string_equal(state_at(day), "later");
    clean_at("morning", clock_now());
    hold(16);
    assert_string_equal(state_at(day), "due");
    hold(17);
    assert_string_equal(state_at(day), "late");
    json_t *out = sign(day);
    assert_int_equal(js_int(out, "revision", 0), 1);
    assert_string_equal(state_at(day), "done_late");
    assert_false(js_bool(out, "nil"));
    assert_true(json_array_size(js_get(out, "missing")) > 0); /* named, and no hindrance */
    json_decref(out);
    desk_refused(ERR_STATE, "day", "report", "{}");
    hold(24 + 1);
    assert_string_equal(state_at(day), "done_late");
    assert_string_equal(state_at(day - CLOCK_DAY_MS), "missed");
    desk_replays();
}

static void what_comes_later_makes_a_revision_and_the_old_one_stays(void **state)
{
    (void)state;
    hold(9);
    clean_at("morning", clock_now());
    hold(16);
    json_decref(sign(day));
    hold(17);
    clean_at("noon", day + 12 * HOUR); /* a back entry */
    assert_string_equal(state_at(day), "changed");
    json_t *report = report_of(day);
    assert_int_equal(json_array_size(js_get(report, "later")), 1);
    const json_t *differs = js_get(report, "differs");
    assert_true(json_array_size(differs) > 0);
    json_decref(report);
    json_t *out = sign(day);
    assert_int_equal(js_int(out, "revision", 0), 2);
    json_decref(out);
    assert_string_equal(state_at(day), "done");
    json_t *first = NULL, *second = NULL;
    assert_ok(report_revision(site, day, 1, &first));
    assert_ok(report_revision(site, day, 2, &second));
    assert_int_equal(n_of(js_get(first, "sums"), "ledger:disinfection", ""), 1);
    assert_int_equal(n_of(js_get(second, "sums"), "ledger:disinfection", ""), 2);
    assert_int_equal(js_int(second, "late", 0), 1);
    assert_int_equal(js_int(second, "from", 0), js_int(first, "to", 0) + 1);
    json_decref(first);
    json_decref(second);
    assert_int_equal(report_revision(site, day, 3, &first), ERR_NOT_FOUND);
    desk_replays();
}

static void a_row_struck_out_later_changes_the_day_it_was_of(void **state)
{
    (void)state;
    char what[64];
    hold(9);
    json_t *row =
        desk_do("ledger:L03", "{'row':{'slot':'morning','area':['floor'],'agent':'chlorine',"
                              "'method':'mop'}}");
    hold(16);
    json_decref(sign(day));
    hold(24 + 9);
    snprintf(what, sizeof what, "ledger_void:%s", js_str(row, "id"));
    json_decref(desk_do(what, "{'reason':'记错'}"));
    assert_string_equal(state_at(day), "changed");
    json_t *report = report_of(day);
    assert_int_equal(n_of(js_get(report, "sums"), "ledger:disinfection", ""), 0);
    assert_int_equal(json_array_size(js_get(report, "later")), 1);
    json_decref(report);
    json_decref(row);
    desk_replays();
}

static void a_day_without_anything_is_reported_as_nil(void **state)
{
    (void)state;
    hold(24 + 9);
    json_t *out = sign(day);
    assert_true(js_bool(out, "nil"));
    json_decref(out);
}

static void tomorrow_and_the_time_before_the_site_are_refused_with_a_reason(void **state)
{
    (void)state;
    char in[64], date[CLOCK_TEXT];
    hold(9);
    snprintf(in, sizeof in, "{'day':'%s'}", clock_date(day + CLOCK_DAY_MS, date));
    desk_refused(ERR_CONSTRAINT, "day", "report", in);
    desk_refused(ERR_CONSTRAINT, "day", "report", "{'day':'2001-01-01'}");
    desk_refused(ERR_DATE, "day", "report", "{'day':'2030-02-30'}");
    json_t *report = report_of(day);
    assert_false(js_bool(report, "over"));
    json_decref(report);
}

static void only_a_leader_signs_or_vouches(void **state)
{
    (void)state;
    assert_ok(clerk_add(site, "gate1", "gate", "5555"));
    assert_ok(clerk_add(site, "boss", "leader", "6666"));
    clerk_sign_out(site, "sign_out");
    assert_ok(clerk_sign_in(site, "gate1", "5555"));
    desk_refused(ERR_VOUCH, NULL, "report", "{}");
    assert_ok(clerk_vouch(site, "boss", "6666"));
    json_decref(desk_do("report", "{}"));
    json_t *rows = desk_list("reports");
    assert_string_equal(js_str(json_array_get(rows, 0), "leader"), "boss");
    assert_string_equal(js_str(json_array_get(rows, 0), "clerk"), "gate1");
    json_decref(rows);
    rows = desk_list("ledger:L08");
    assert_int_equal(json_array_size(rows), 1);
    assert_string_equal(js_str(json_array_get(rows, 0), "leader"), "boss");
    json_decref(rows);
}

static void what_is_missing_is_reminded_of_the_gravest_first(void **state)
{
    (void)state;
    struct report_reminder r;
    hold(9);
    assert_ok(report_remind(site, &r));
    assert_string_equal(r.state, "missed"); /* the day on which the site was made */
    hold(17);
    json_decref(sign(day - CLOCK_DAY_MS));
    assert_ok(report_remind(site, &r));
    assert_string_equal(r.state, "late");
    assert_true(r.day == day);
    json_decref(sign(day));
    assert_ok(report_remind(site, &r));
    assert_string_equal(r.text, "");
    clean_at("noon", day + 12 * HOUR);
    assert_ok(report_remind(site, &r));
    assert_string_equal(r.state, "changed");
}

int main(void)
{
    lang_init("zh_CN");
    const struct CMUnitTest tests[] = {
#define t(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        t(a_report_is_due_at_the_packs_hour_and_signed_once),
        t(what_comes_later_makes_a_revision_and_the_old_one_stays),
        t(a_row_struck_out_later_changes_the_day_it_was_of),
        t(a_day_without_anything_is_reported_as_nil),
        t(tomorrow_and_the_time_before_the_site_are_refused_with_a_reason),
        t(only_a_leader_signs_or_vouches),
        t(what_is_missing_is_reminded_of_the_gravest_first),
#undef t
    };
    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
