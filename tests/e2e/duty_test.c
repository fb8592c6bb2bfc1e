/* Duties, posts, the staff and the shift as a clerk does them: by keys on a terminal. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "tests/e2e/desk.h"
#include "tests/e2e/pin.h"
#include "tests/e2e/prog.h"

#define WAIT 15000

static char *dir;

static void run(const char *input, const char *const *words)
{
    const char *argv[16] = {prog_path("jiujin"), "--dir", dir};
    for (size_t i = 0; words[i] != NULL; i++)
        argv[i + 3] = words[i];
    struct ran r = prog_run_with(NULL, input, argv);
    if (r.status != 0)
        fail_msg("jiujin %s: %s", words[0], r.err);
    ran_free(&r);
}
#define RUN(input, ...) run(input, (const char *const[]){__VA_ARGS__, NULL})

/* A site under a policy with three clerks: 1 admin, 2 gate, 3 leader; nothing recorded yet. */
static int make(const char *policy)
{
    setenv("JIUJIN_USER", "admin", 1);
    setenv("JIUJIN_PIN", "1234", 1);
    setenv("JIUJIN_NEW_PIN", "4321", 1);
    dir = prog_folder();
    RUN(NULL, "init", "--site", "310118101201", "--name", "测试村", "--policy", policy);
    pin_quick(dir);
    RUN(NULL, "clerk", "add", "gate", "gate");
    RUN(NULL, "clerk", "add", "leader", "leader");
    return 0;
}

static int setup(void **state)
{
    (void)state;
    return make("epidemic-2022");
}

static int setup_ordinary(void **state)
{
    (void)state;
    return make("ordinary");
}

static int teardown(void **state)
{
    (void)state;
    prog_folder_remove(dir);
    unsetenv("JIUJIN_USER");
    unsetenv("JIUJIN_PIN");
    unsetenv("JIUJIN_NEW_PIN");
    return 0;
}

static struct term *desk(const char *lang, const char *type)
{
    return desk_at(&(struct desk){.folder = dir, .lang = lang, .term = type}, "1",
                   strcmp(lang, "en") == 0 ? "Due now" : "当前待办");
}

/* A member of the day's row of that slot; "" when it is null. The caller frees. */
static char *slot_member(const char *duty, const char *slot, const char *key)
{
    struct ran r = prog_run(NULL, prog_path("jiujin"), "--dir", dir, "show", "duties");
    char *found = NULL;
    for (char *line = r.out; *line != 0 && found == NULL; line += strcspn(line, "\n") + 1) {
        json_t *row = NULL;
        assert_ok(js_parse(line, strcspn(line, "\n"), "duties", &row));
        if (strcmp(js_str(row, "duty"), duty) == 0 && strcmp(js_str(row, "slot"), slot) == 0)
            found = json_dumps(json_object_get(row, key), JSON_ENCODE_ANY | JSON_COMPACT);
        json_decref(row);
    }
    ran_free(&r);
    assert_non_null(found);
    return found;
}

static void slot_is(const char *duty, const char *slot, const char *key, const char *json)
{
    char *value = slot_member(duty, slot, key);
    assert_string_equal(value, json);
    free(value);
}

/* The duties' first row is the morning's disinfection, the third the evening's. */
static void to_round(struct term *t, int row)
{
    term_type(t, "7");
    term_wait(t, "环境消杀 早", WAIT);
    for (int i = 0; i < row; i++) {
        term_type(t, T_DOWN);
        term_quiet(t, 50);
    }
    term_type(t, "\r");
    term_wait(t, "逐处确认", WAIT);
}

static void a_round_is_one_key_a_place_and_misses_none(void **state)
{
    (void)state;
    struct term *t = desk("zh_CN", NULL);
    to_round(t, 0);
    term_wait(t, "未确认 8 处", WAIT);
    term_quiet(t, 300);
    const char *floor = term_row(t, term_find(t, "地面"));
    assert_string_equal(floor + strlen(floor) - 1, "-"); /* nothing was filled in beforehand */
    term_type_slowly(t, "yyyyyyy", 30);
    term_wait(t, "未确认 1 处", WAIT);
    term_type(t, T_F2);
    term_wait(t, "先保存已做的部分", WAIT);
    term_type(t, "n");
    term_wait_gone(t, "先保存", WAIT);
    slot_is("disinfection", "morning", "at", "null"); /* nothing was written */
    term_type(t, T_F2);
    term_wait(t, "先保存已做的部分", WAIT);
    term_type(t, "y");
    term_wait(t, "请填写用什么做的", WAIT); /* the first time nothing can be copied */
    term_type_slowly(t, "1\r1", 60);
    term_type(t, T_F2);
    term_wait(t, "先保存已做的部分", WAIT);
    term_type(t, "y");
    term_wait(t, "还有 1 处待做", WAIT);
    slot_is("disinfection", "morning", "left", "[\"bin\"]");

    to_round(t, 0);
    term_wait(t, "未确认 1 处", WAIT); /* only what is left is asked for */
    term_wait(t, "含氯消毒液", WAIT);  /* the means are those of the last time */
    term_type(t, "n");
    term_wait(t, "上锁进不去", WAIT);
    term_type(t, "1");
    term_wait(t, "未确认 0 处", WAIT);
    term_type(t, T_F2);
    term_wait(t, "本轮已保存", WAIT);
    slot_is("disinfection", "morning", "left", "[]");
    slot_is("disinfection", "morning", "not_done", "{\"bin\":\"locked\"}");
    slot_is("disinfection", "morning", "state", "\"not_done\"");

    to_round(t, 2); /* a whole round: two keys to it, ten in it */
    term_wait(t, "未确认 8 处", WAIT);
    term_type_slowly(t, "yyyyyyyy", 30);
    term_wait(t, "未确认 0 处", WAIT);
    term_type(t, T_F2);
    term_wait(t, "本轮已保存", WAIT);
    slot_is("disinfection", "evening", "left", "[]");
    slot_is("disinfection", "evening", "not_done", "{}");
    desk_end(t);
}

static void a_round_half_done_is_there_again_after_a_kill(void **state)
{
    (void)state;
    struct term *t = desk("zh_CN", NULL);
    to_round(t, 0);
    term_type_slowly(t, "yyy", 30);
    term_type(t, "n");
    term_wait(t, "上锁进不去", WAIT);
    term_type(t, "6");
    term_wait(t, "为什么没做", WAIT);
    term_type(t, "wait\r");
    term_wait(t, "未做：wait", WAIT);
    term_type(t, T_BACK T_BACK); /* the marked place has no answer: those before it go */
    term_wait(t, "未确认 6 处", WAIT);
    term_esc(t);
    term_wait(t, "逐处确认", WAIT); /* among what is due, as a draft */
    term_kill(t);
    term_free(t);
    t = desk("zh_CN", NULL);
    to_round(t, 0);
    term_wait(t, "未确认 6 处", WAIT);
    slot_is("disinfection", "morning", "at", "null");
    desk_end(t);
}

static void a_post_that_is_given_leaves_the_list_of_vacancies(void **state)
{
    (void)state;
    struct term *t = desk("zh_CN", NULL);
    term_wait(t, "空缺 3 岗：负责人", WAIT);
    term_type(t, "8");
    term_wait(t, "责任分工", WAIT);
    term_type(t, "r");
    term_wait(t, "联系电话", WAIT);
    term_type(t, "\r"); /* the first one to clerk 3 */
    term_wait(t, "由谁担任", WAIT);
    term_type(t, "3");
    term_wait(t, "联系电话：", WAIT);
    term_type(t, "12000000001\r");
    term_wait(t, "责任人已登记", WAIT);
    term_wait(t, "leader", WAIT);
    term_type(t, "d"); /* who leads today */
    term_wait(t, "一周值班表", WAIT);
    term_type(t, "\r");
    term_wait(t, "由谁担任", WAIT);
    term_type(t, "0");
    term_wait(t, "姓名：", WAIT);
    term_type(t, "duty\r");
    term_wait(t, "联系电话：", WAIT);
    term_type(t, "12000000002\r");
    term_wait(t, "duty", WAIT);
    term_esc(t);
    term_wait(t, "自何时", WAIT);
    term_type(t, T_END);
    term_quiet(t, 50);
    term_type(t, "\r"); /* outside: a number is enough */
    term_wait(t, "那边由谁接电话", WAIT);
    term_type(t, "\r");
    term_wait(t, "联系电话：", WAIT);
    term_type(t, "021-00000000\r");
    term_wait(t, "责任人已登记", WAIT);
    term_esc(t);
    term_wait(t, "当前待办", WAIT);
    term_wait_gone(t, "空缺", WAIT);
    desk_end(t);
}

static void who_was_not_checked_is_asked_and_who_fails_does_not_start(void **state)
{
    (void)state;
    struct term *t = desk("zh_CN", NULL);
    term_wait(t, "您今天还没有做", WAIT);
    term_type(t, "7");
    term_wait(t, "开门前检查", WAIT);
    term_type(t, "s");
    term_wait(t, "未检查 3", WAIT);
    term_type(t, "c");
    term_wait(t, "今天在前台", WAIT);
    /* green, scanned, mask, 36.5, negative, tested now, at the front desk, no gloves */
    term_type_slowly(t, "1yy36.5\r1.\ryn", 60);
    term_type(t, T_F2);
    term_wait(t, "不得上岗", WAIT);
    term_wait(t, "前台工作人员须佩戴手套", WAIT);
    term_esc(t);
    term_wait(t, "未通过 1", WAIT);
    term_type(t, "c");
    term_wait(t, "今天在前台", WAIT);
    term_type_slowly(t, "1yy36.5\r1.\ryy", 60);
    term_type(t, T_F2);
    term_wait(t, "可以上岗", WAIT);
    term_esc(t);
    term_wait(t, "已检查 1", WAIT);
    term_type(t, "k"); /* an administrator may do a leader's work */
    term_wait(t, "已由admin确认", WAIT);
    term_esc(t);
    term_wait(t, "开门前检查", WAIT);
    term_esc(t);
    term_wait(t, "当前待办", WAIT);
    term_wait_gone(t, "您今天还没有做", WAIT);
    slot_is("staff_confirm", "day", "left", "[]");
    desk_end(t);
}

static void a_shift_is_taken_over_with_the_second_pin(void **state)
{
    (void)state;
    struct term *t = desk("zh_CN", NULL);
    term_type(t, "7");
    term_wait(t, "开门前检查", WAIT);
    term_type(t, "h");
    term_wait(t, "未了结事件 0", WAIT);
    term_type(t, T_F2);
    term_wait(t, "有什么要告诉", WAIT);
    term_type(t, "key\r");
    term_wait(t, "由谁确认", WAIT);
    term_type(t, "1");
    term_wait(t, "gate 的口令", WAIT);
    term_type(t, "9999\r");
    term_wait(t, "口令不对", WAIT);
    term_type(t, T_F2);
    term_wait(t, "有什么要告诉", WAIT);
    term_type(t, "key\r");
    term_wait(t, "由谁确认", WAIT);
    term_type(t, "1");
    term_wait(t, "gate 的口令", WAIT);
    term_type(t, "4321\r");
    term_wait(t, "已交给gate", WAIT);
    term_wait(t, "admin 交给 gate", WAIT);
    desk_end(t);
    struct ran r = prog_run(NULL, prog_path("jiujin"), "--dir", dir, "show", "handovers");
    assert_int_equal(prog_lines(r.out, "\"to\":\"gate\""), 1);
    assert_int_equal(prog_lines(r.out, "\"note\":\"key\""), 1);
    ran_free(&r);
}

static void the_pages_stand_in_english_and_on_a_vt100(void **state)
{
    (void)state;
    struct term *t = desk("en", "vt100");
    term_type(t, "7");
    term_wait(t, "Disinfection morning", WAIT);
    term_wait(t, "Enter do it", WAIT);
    term_type(t, "\r");
    term_wait(t, "still open: 8", WAIT);
    term_type(t, "n");
    term_wait(t, "1 locked", WAIT);
    term_type(t, "1");
    term_wait(t, "left out: locked", WAIT);
    term_type(t, T_BACK);
    term_wait(t, "still open: 8", WAIT);
    term_esc(t);
    term_wait(t, "Due now", WAIT);
    term_type(t, "7");
    term_wait(t, "Enter do it", WAIT);
    term_type(t, "s");
    term_wait(t, "Staff 3, checked 0", WAIT);
    term_esc(t);
    term_wait(t, "Enter do it", WAIT);
    term_type(t, "h");
    term_wait(t, "Open incidents 0", WAIT);
    desk_end(t);
}

int main(void)
{
#define E(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
#define O(name) cmocka_unit_test_setup_teardown(name, setup_ordinary, teardown)
    const struct CMUnitTest tests[] = {
        E(a_round_is_one_key_a_place_and_misses_none),
        E(a_round_half_done_is_there_again_after_a_kill),
        O(a_post_that_is_given_leaves_the_list_of_vacancies),
        E(who_was_not_checked_is_asked_and_who_fails_does_not_start),
        E(a_shift_is_taken_over_with_the_second_pin),
        E(the_pages_stand_in_english_and_on_a_vt100),
    };
    return cmocka_run_group_tests_name("duty by keys", tests, NULL, NULL);
}
