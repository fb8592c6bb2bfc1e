/* A stick and the link as the clerk meets them: screen 5 in a terminal, the hub's own program. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "tests/e2e/desk.h"
#include "tests/e2e/village.h"

#define WAIT 15000
#define VISIT "{\"facts\":{}}\n"

static struct hubproc hub;
static struct village village;
static char *stick, *stick_env;

static int setup(void **state)
{
    (void)state;
    hubproc_make(&hub);
    hubproc_start(&hub);
    village_make(&village, &hub);
    hubproc_stop(&hub, 15); /* from here on there is no network */
    stick = prog_folder();
    stick_env = mem_printf("JIUJIN_STICK=%s", stick);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(stick_env);
    prog_folder_remove(stick);
    village_free(&village);
    hubproc_free(&hub);
    return 0;
}

static json_t *link_now(void)
{
    json_t *out = NULL;
    char *text = VILLAGE(&village, NULL, "sync", "status");
    assert_ok(js_parse(text, strlen(text), NULL, &out));
    free(text);
    return out;
}

static struct term *screen(const char *lang, const char *type, const char *seen)
{
    return desk_at(
        &(struct desk){
            .folder = village.dir, .lang = lang, .term = type, .screen = "sync", .env = stick_env},
        "1", seen);
}

static void a_stick_is_offered_written_by_one_key_and_its_answer_read_by_another(void **state)
{
    (void)state;
    free(VILLAGE(&village, VISIT VISIT VISIT, "add", "visit"));
    struct term *t = screen("zh_CN", NULL, "U盘 1：");
    term_type(t, "w");
    term_wait(t, "条已写到U盘", WAIT);
    json_t *there = HUBPROC_LINES(&hub, "import", stick);
    assert_int_equal(json_array_size(there), 1);
    assert_true(js_bool(json_array_get(there, 0), "ok"));
    term_type(t, "r");
    term_wait(t, "送达分中心", WAIT);
    json_t *l = link_now();
    assert_int_equal(js_int(l, "arrived", -1), js_int(json_array_get(there, 0), "ack", -2));
    assert_non_null(js_str(l, "stick_in"));
    json_decref(there);
    json_decref(l);
    term_type(t, "w"); /* again: what was written since, or nothing; never an error */
    term_wait(t, "U盘", WAIT);
    desk_end(t);
    t = screen("en", "vt100", "Stick 1:");
    term_type(t, "r");
    term_wait(t, "nothing new in it", WAIT);
    desk_end(t);
}

static void a_clerk_sees_that_tries_fail_and_wakes_the_agent(void **state)
{
    (void)state;
    struct running agent = VILLAGE_START(&village, "sync");
    json_t *l = NULL;
    for (int turn = 0; turn < 300 && (l == NULL || js_str(l, "next_try") == NULL); turn++) {
        json_decref(l);
        l = link_now();
    }
    assert_true(js_bool(l, "agent"));
    assert_non_null(js_str(l, "next_try"));
    assert_non_null(js_str(l, "trouble"));
    assert_true(js_int(l, "failed_today", 0) > 0);
    json_decref(l);
    struct term *t = screen("zh_CN", NULL, "下次尝试");
    assert_true(term_has(t, "最近故障"));
    hubproc_start(&hub);
    term_type(t, "s");
    term_wait_gone(t, "最近故障", WAIT);
    term_wait(t, "今天：上传", WAIT);
    prog_end(&agent, 15);
    l = link_now();
    assert_true(js_int(l, "up_today", 0) > 0 && js_int(l, "down_today", 0) > 0);
    assert_true(js_int(l, "tries_today", 0) > js_int(l, "failed_today", 0));
    assert_false(js_bool(l, "agent"));
    json_decref(l);
    desk_end(t);
    hubproc_stop(&hub, 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stick_is_offered_written_by_one_key_and_its_answer_read_by_another),
        cmocka_unit_test(a_clerk_sees_that_tries_fail_and_wakes_the_agent),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
