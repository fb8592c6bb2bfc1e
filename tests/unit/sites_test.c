/* What is the matter with villages: found, filtered and put in order by what the hub has. */
#include "tests/unit/hub.h"

#include "sync/hub/sites.h"

static struct village good, failing;

static int setup(void **state)
{
    if (hub_setup(state) != 0)
        return -1;
    village_invite(&good, VILLAGE);
    village_invite(&failing, NEIGHBOUR);
    return 0;
}

static int teardown(void **state)
{
    village_fini(&good);
    village_fini(&failing);
    return hub_teardown(state);
}

/* The codes in order, each with its last digit: "12". */
static const char *listed(const char *look, const char *sort, int64_t silent_ms)
{
    static char out[16];
    struct hub_sites q = {.look = look, .sort = sort, .silent_ms = silent_ms};
    json_t *rows = NULL, *row;
    size_t i;
    assert_ok(hub_sites(hub, &q, &rows));
    json_array_foreach(rows, i, row) out[i] = js_str(row, "site")[SITE_CODE - 2];
    out[i] = 0;
    json_decref(rows);
    return out;
}

static void villages_are_filtered_by_what_is_the_matter_and_put_in_order(void **state)
{
    (void)state;
    assert_ok(hub_site_seen(hub, VILLAGE, 5000, NULL));
    assert_string_equal(listed("silent", NULL, 0), "2"); /* it joined, and was never heard of */
    assert_ok(hub_site_seen(hub, NEIGHBOUR, -90000, NULL));
    assert_string_equal(listed("silent", NULL, 0), "");
    assert_ok(hub_site_seen(hub, NEIGHBOUR, 0, "签名不对"));
    assert_string_equal(listed("failing", NULL, 0), "2");
    assert_string_equal(listed("drift", NULL, 0), "2");
    assert_string_equal(listed(NULL, NULL, 0), "12");
    assert_string_equal(listed(NULL, "drift", 0), "21");
    assert_ok(hub_site_cost(hub, VILLAGE, 1000, 2000, false));
    assert_ok(hub_site_cost(hub, VILLAGE, 10, 20, true));
    assert_string_equal(listed(NULL, "bytes", 0), "12");
    assert_ok(hub_site_cost(hub, NEIGHBOUR, 100000, 0, false));
    assert_string_equal(listed(NULL, "bytes", 0), "21");
    clock_hold(clock_now() + 3 * CLOCK_DAY_MS, clock_mono());
    assert_string_equal(listed("silent", NULL, 0), "12");
    assert_string_equal(listed("silent", NULL, 4 * CLOCK_DAY_MS), "");
    assert_ok(hub_site_carried(hub, VILLAGE, 300, false)); /* a stick is a sign of life */
    assert_string_equal(listed("silent", NULL, 0), "2");
    assert_string_equal(listed(NULL, "contact", 0), "21");
    struct hub_sites bad = {.look = "nonsense"};
    json_t *rows = NULL;
    assert_err(ERR_FIELD_CHOICE, hub_sites(hub, &bad, &rows));
}

static void what_a_village_costs_is_summed_by_days(void **state)
{
    (void)state;
    struct hub_sites q = {.sort = "site"};
    json_t *rows = NULL;
    assert_ok(hub_site_cost(hub, VILLAGE, 1000, 2000, false));
    clock_hold(clock_now() + CLOCK_DAY_MS, clock_mono());
    assert_ok(hub_site_cost(hub, VILLAGE, 10, 20, true));
    assert_ok(hub_site_cost(hub, "999999999999", 10, 20, true)); /* nobody: nothing is kept */
    assert_int_equal(hub_number(hub->db, -1, "SELECT count(*) FROM site_day", ""), 2);
    assert_ok(hub_sites(hub, &q, &rows));
    const json_t *row = json_array_get(rows, 0);
    assert_int_equal(js_int(row, "up_today", 0), 10);
    assert_int_equal(js_int(row, "failed_today", 0), 1);
    assert_int_equal(js_int(row, "bytes", 0), 3030);
    json_decref(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            villages_are_filtered_by_what_is_the_matter_and_put_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(what_a_village_costs_is_summed_by_days, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
