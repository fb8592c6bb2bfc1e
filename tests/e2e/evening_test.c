/* A clerk's evening between the programs: the third disinfection, a correction, the daily report
 * with the leader's signature, and what the sub-centre has of it. Every key is counted. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "tests/e2e/desk.h"
#include "tests/e2e/village.h"

#define WAIT 15000
#define PACK "assets/policies/epidemic-2022.json"
#define ROUND_KEYS 16 /* fewer than so many, from the home screen, saving included */

static struct hubproc hub;
static struct village v;
static struct term *t;
static int keys; /* pressed so far */

/* One key, as a finger presses it; then what it led to. */
static void press(const char *key)
{
    keys++;
    term_type(t, key);
    term_quiet(t, 60);
}

static void type(const char *text)
{
    for (char one[2] = {0}; *text; text++) {
        one[0] = *text;
        press(one);
    }
}

static void see(const char *text)
{
    term_wait(t, text, WAIT);
}

/* ---- the site ---- */

/* The pack with a tenth place, and all ten in each round. */
static void ten_places(void)
{
    json_t *pack = NULL, *one;
    size_t i;
    char path[128];
    assert_ok(js_load(PACK, &pack));
    json_array_append_new(json_object_get(pack, "places"),
                          json_pack("{s:s,s:s,s:s,s:s}", "id", "counter", "zh", "窗口台面", "en",
                                    "counters", "basis", "ours"));
    json_t *ids = json_array();
    json_array_foreach(json_object_get(pack, "places"), i, one)
        json_array_append(ids, json_object_get(one, "id"));
    assert_int_equal(json_array_size(ids), 10);
    json_array_foreach(json_object_get(pack, "duties"), i, one)
    {
        if (strcmp(js_str(one, "id"), "disinfection") == 0)
            json_object_set(one, "cover", ids);
    }
    json_array_foreach(json_object_get(pack, "params"), i, one)
    {
        if (strcmp(js_str(one, "id"), "round_places") != 0)
            continue;
        json_object_set(one, "value", ids);
        json_object_set(json_object_get(one, "bounds"), "choices", ids);
    }
    js_set_int(pack, "version", 2);
    snprintf(path, sizeof path, "%s/ten.json", hub.dir);
    assert_int_equal(json_dump_file(pack, path, 0), 0);
    free(HUBPROC(&hub, "push", "policy", path, "--effective", "2024-01-01"));
    json_decref(ids);
    json_decref(pack);
}

/* What was done earlier in the day: two rounds. */
static void earlier_rounds(void)
{
    static const char *const slots[] = {"morning", "noon"};
    char row[600];
    for (size_t i = 0; i < 2; i++) {
        snprintf(row, sizeof row,
                 "{\"row\":{\"slot\":\"%s\",\"area\":[\"floor\",\"vent\",\"entrance\",\"office\","
                 "\"query\",\"selfservice\",\"washroom\",\"bin\",\"isolation\",\"counter\"],"
                 "\"agent\":\"chlorine\",\"concentration\":\"500\",\"method\":\"wipe\","
                 "\"minutes\":30,\"done_by\":\"book\"}}\n",
                 slots[i]);
        free(VILLAGE(&v, row, "add", "ledger:disinfection"));
    }
}

static int setup(void **state)
{
    (void)state;
    keys = 0;
    hubproc_make(&hub);
    hubproc_start(&hub);
    village_make(&v, &hub);
    setenv("JIUJIN_NEW_PIN", "4321", 1);
    free(VILLAGE(&v, NULL, "clerk", "add", "book", "ledger"));
    free(VILLAGE(&v, NULL, "clerk", "add", "head", "leader"));
    ten_places();
    free(VILLAGE(&v, NULL, "sync", "--once"));
    earlier_rounds();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    village_free(&v);
    hubproc_free(&hub);
    unsetenv("JIUJIN_NEW_PIN");
    return 0;
}

/* ---- the evening ---- */

static void the_third_disinfection(void)
{
    keys = 0;
    press("7");
    see("环境消杀 晚");
    press(T_DOWN);
    press(T_DOWN);
    press("\r");
    see("未确认 10 处");
    for (int i = 0; i < 10; i++)
        press("y");
    see("未确认 0 处");
    see("含氯消毒液"); /* what it was done with is that of the last time */
    press(T_F2);
    see("本轮已保存");
    see("当前待办");
    print_message("the third disinfection of ten places: %d keys\n", keys);
    assert_true(keys < ROUND_KEYS);
    char *rows = VILLAGE(&v, NULL, "show", "ledger:disinfection");
    assert_int_equal(prog_lines(rows, "\"slot\":\"evening\""), 1);
    assert_non_null(strstr(rows, "\"counter\""));
    free(rows);
}

/* The means were others this evening: 45 minutes. */
static void a_correction(void)
{
    press("4");
    see("L03");
    press("3");
    see("a 新增一行");
    press("c");
    see("台账 / 更正");
    for (int i = 0; i < 20 && !strstr(term_row(t, term_find(t, " > ")), "作用时间"); i++)
        press(T_DOWN);
    press(T_BACK);
    press(T_BACK);
    type("45");
    press(T_F2);
    see("更正原因");
    type("longer\r");
    see("已更正；原来的一行仍可查看");
    char *rows = VILLAGE(&v, NULL, "show", "ledger:disinfection");
    assert_int_equal(prog_lines(rows, "\"minutes\":45"), 1);
    assert_int_equal(prog_lines(rows, "\"void\":true"), 1);
    free(rows);
    term_esc(t);
    see("L03");
    term_esc(t);
    see("当前待办");
}

static void the_report_and_the_signature(void)
{
    press("8");
    see("站点管理");
    press("d");
    see("日报");
    press("s");
    see("由谁确认");
    press("2"); /* the administrator stands first */
    see("head 的口令");
    type("4321\r");
    see("第 1 版");
}

/* One line a village: signed, by whom, and that it agrees with the entries that are held there. */
static void the_hubs_sheet(void)
{
    char today[CLOCK_TEXT], path[64];
    clock_date(clock_now(), today);
    free(VILLAGE(&v, NULL, "sync", "--once"));
    json_t *rows = HUBPROC_LINES(&hub, "report", today, "--json");
    assert_int_equal(json_array_size(rows), 1);
    const json_t *row = json_array_get(rows, 0);
    assert_string_equal(js_str(row, "state"), "agrees");
    assert_string_equal(js_str(row, "leader"), "head");
    assert_int_equal(js_int(row, "revision", 0), 1);
    json_decref(rows);
    setenv("JIUJIN_HUB_PASSWORD", "test-1234", 1);
    free(HUBPROC(&hub, "user", "add", "viewer", "--role", "viewer"));
    struct browser b;
    browser_open(&b);
    browser_get(&b, &hub, "/login");
    browser_post(&b, &hub, "/login", "name=viewer&password=test-1234");
    snprintf(path, sizeof path, "/reports?date=%s", today);
    browser_get(&b, &hub, path);
    assert_int_equal(b.status, 200);
    assert_non_null(strstr(b.page, "测试村"));
    assert_non_null(strstr(b.page, "head"));
    browser_close(&b);
    unsetenv("JIUJIN_HUB_PASSWORD");
}

/* The third round is asked for in the afternoon and later, at the village's own time. */
static bool before_noon(void)
{
    char now[CLOCK_TEXT];
    return atoi(clock_hhmm(clock_now(), now)) < 13;
}

static void a_clerks_evening(void **state)
{
    (void)state;
    if (before_noon()) {
        print_message("it is not yet afternoon where the clerk is\n");
        skip();
    }
    t = desk_names(&(struct desk){.folder = v.dir});
    term_type(t, "2");
    term_wait(t, "Esc", WAIT);
    term_type(t, "4321\r");
    see("当前待办");
    term_quiet(t, 100);
    the_third_disinfection();
    a_correction();
    the_report_and_the_signature();
    desk_end(t);
    the_hubs_sheet();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_clerks_evening, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
