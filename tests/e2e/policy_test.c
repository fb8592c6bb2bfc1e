/* A policy over time between the programs: the hub starts an overlay and ends it, a village adapts
 * a parameter, and the hub sees it. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/js.h"
#include "tests/e2e/hubproc.h"
#include "tests/e2e/prog.h"
#include "tests/e2e/village.h"

#define HEAT "assets/policies/heat.json"

static struct hubproc hub;
static struct village v;

static int setup(void **state)
{
    (void)state;
    hubproc_make(&hub);
    hubproc_start(&hub);
    village_make(&v, &hub);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    village_free(&v);
    hubproc_free(&hub);
    return 0;
}

static void sync_now(void)
{
    free(VILLAGE(&v, NULL, "sync", "--once"));
}

static void in_force(const char *label)
{
    json_t *row = NULL;
    char *said = VILLAGE(&v, NULL, "show", "status");
    assert_ok(js_parse(said, strlen(said), "status", &row));
    assert_string_equal(js_str(row, "policy"), label);
    json_decref(row);
    free(said);
}

static void the_hub_starts_an_overlay_and_ends_it_by_another_order(void **state)
{
    (void)state;
    free(HUBPROC(&hub, "push", "overlay", HEAT, "--order", "区〔2026〕1号", "--review",
                 "2099-07-01", "--approver", "区办"));
    sync_now();
    in_force("epidemic-2022@1+heat@1");
    char *rows = VILLAGE(&v, NULL, "show", "overlays");
    assert_non_null(strstr(rows, "\"order\":\"区〔2026〕1号\""));
    assert_non_null(strstr(rows, "\"review\":\"2099-07-01"));
    assert_non_null(strstr(rows, "\"approver\":\"区办\""));
    free(rows);
    free(HUBPROC(&hub, "end", "overlay", "heat", "--order", "区〔2026〕2号", "--reason", "凉了"));
    sync_now();
    in_force("epidemic-2022@1");
    free(VILLAGE(&v, NULL, "verify"));
}

static void the_hub_replaces_the_base_pack_from_a_day_on(void **state)
{
    (void)state;
    free(HUBPROC(&hub, "push", "policy", "assets/policies/ordinary.json", "--effective",
                 "2099-01-01"));
    sync_now();
    in_force("epidemic-2022@1");
    free(HUBPROC(&hub, "push", "policy", "assets/policies/ordinary.json", "--effective",
                 "2024-01-01"));
    sync_now();
    in_force("ordinary@1");
}

static void an_adaptation_of_the_village_is_seen_at_the_hub(void **state)
{
    (void)state;
    char *said = VILLAGE(&v,
                         "{\"param\":\"temperature_stop\",\"new\":37.2,\"reason\":\"测温枪偏低\","
                         "\"approver\":\"测试领导\"}\n",
                         "add", "adaptation");
    assert_non_null(strstr(said, "\"ok\":true"));
    free(said);
    sync_now();
    json_t *rows = HUBPROC_LINES(&hub, "show", "adaptations");
    assert_int_equal(json_array_size(rows), 1);
    assert_string_equal(js_str(json_array_get(rows, 0), "param"), "temperature_stop");
    assert_string_equal(js_str(json_array_get(rows, 0), "reason"), "测温枪偏低");
    json_decref(rows);
    setenv("JIUJIN_HUB_PASSWORD", "long enough 1", 1);
    free(HUBPROC(&hub, "user", "add", "officer", "--role", "officer"));
    struct browser b;
    browser_open(&b);
    browser_get(&b, &hub, "/login");
    browser_post(&b, &hub, "/login", "name=officer&password=long%20enough%201");
    browser_get(&b, &hub, "/policy");
    assert_int_equal(b.status, 200);
    assert_non_null(strstr(b.page, "测温枪偏低"));
    assert_non_null(strstr(b.page, "37.2"));
    browser_close(&b);
}

static void refused(const char *said, const char *const *args)
{
    int status = 0;
    free(hubproc_run(&hub, &status, args));
    if (status == 0)
        fail_msg("was not refused: %s", said);
}
#define REFUSED(said, ...) refused(said, (const char *const[]){__VA_ARGS__, NULL})

static void no_overlay_without_the_order_that_it_rests_on(void **state)
{
    (void)state;
    REFUSED("no order", "push", "overlay", HEAT);
    REFUSED("no order", "end", "overlay", "heat");
    REFUSED("a base pack", "push", "overlay", "assets/policies/ordinary.json", "--order", "1");
    REFUSED("an overlay", "push", "policy", HEAT);
    REFUSED("bad date", "push", "overlay", HEAT, "--order", "1", "--review", "2026-02-30");
    REFUSED("review first", "push", "overlay", HEAT, "--order", "1", "--effective", "2026-07-02",
            "--review", "2026-07-01");
    json_t *orders = HUBPROC_LINES(&hub, "show", "orders");
    assert_int_equal(json_array_size(orders), 0);
    json_decref(orders);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(the_hub_starts_an_overlay_and_ends_it_by_another_order),
        T(the_hub_replaces_the_base_pack_from_a_day_on),
        T(an_adaptation_of_the_village_is_seen_at_the_hub),
        T(no_overlay_without_the_order_that_it_rests_on),
    };
    return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
