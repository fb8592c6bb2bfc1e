/* Taking in, by keys: a case that may be the same, another way than a case. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "tests/e2e/desk.h"
#include "tests/e2e/pin.h"
#include "tests/e2e/prog.h"

#define WAIT 15000 /* ms; nothing takes so long on a machine that is not busy */
#define CASE                                                                                       \
    "{\"person\":{\"name\":\"测试甲\",\"id_no\":\"999101194503150025\"},\"item\":\"QP-RS-01\"," \
    "\"channel\":\"proxy\",\"skipped\":[{\"channel\":\"online\",\"reason\":\"no_phone\"},{"        \
    "\"channel\":\"courier\",\"reason\":\"refused\"}]}\n"

static char *dir;
static struct term *t;

static char *jiujin(const char *input, const char *a, const char *b)
{
    struct ran r = prog_run(input, prog_path("jiujin"), "--dir", dir, a, b);
    if (r.status != 0)
        fail_msg("jiujin %s: %s", a, r.err);
    free(r.err);
    return r.out;
}

static int setup(void **state)
{
    (void)state;
    dir = prog_folder();
    struct ran r = prog_run(NULL, prog_path("jiujin"), "--dir", dir, "init", "--site",
                            "310118101201", "--name", "测试村", "--demo");
    assert_int_equal(r.status, 0);
    ran_free(&r);
    pin_quick(dir);
    free(jiujin(CASE, "add", "case"));
    t = desk_at(&(struct desk){.folder = dir, .rows = 40}, "3", "当前待办");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    term_free(t);
    prog_folder_remove(dir);
    return 0;
}

static int lines(const char *view, const char *what)
{
    char *out = jiujin(NULL, "show", view);
    int n = prog_lines(out, what);
    free(out);
    return n;
}

static void begin(const char *person, const char *item)
{
    term_type(t, "2");
    term_wait(t, "事项", WAIT);
    term_type_slowly(t, person, 12);
    term_run(t, 300);
    term_type(t, T_ENTER);
    term_wait(t, "已有登记", WAIT);
    term_type_slowly(t, item, 12);
    term_run(t, 300);
    term_type(t, T_ENTER);
    term_wait(t, "帮代办", WAIT);
}

static void the_same_case_again_is_shown_side_by_side_before_anything_is_saved(void **state)
{
    (void)state;
    begin("999101194503150025", "sbk");
    term_type(t, T_F5); /* item, channel and reasons of the last case */
    term_wait(t, "[", WAIT);
    int before = lines("cases", "QP-RS-01");
    term_type(t, T_F2);
    term_wait(t, "已有未办结的", WAIT);
    term_wait(t, "测试甲", WAIT);
    assert_int_equal(lines("cases", "QP-RS-01"), before);
    term_type(t, "1"); /* the same: noted there */
    term_wait(t, "群众再次来问", WAIT);
    assert_int_equal(lines("cases", "QP-RS-01"), before);
    term_esc(t);
    term_esc(t);
    term_wait(t, "当前待办", WAIT);
}

static void another_way_is_shown_and_the_visit_closed_in_two_keys(void **state)
{
    (void)state;
    begin("999101194503150025", "sbk");
    term_type(t, T_F6);
    term_wait(t, "http", WAIT);  /* the address, with its symbol below */
    term_wait(t, "▀▀▀▀▀", WAIT); /* of a corner's square */
    term_type(t, T_ENTER);
    term_wait(t, "当前待办", WAIT);
    assert_int_equal(lines("guidance", "QP-RS-01"), 1);
    assert_int_equal(lines("ledger:guidance_log", "QP-RS-01"), 1);
}

static void an_item_is_looked_at_while_a_case_is_taken_in(void **state)
{
    (void)state;
    begin("999101194503150025", "sbk");
    term_type(t, T_F3);
    term_wait(t, "样本数据，未经本地确认", WAIT);
    term_wait(t, "社会保障卡申领", WAIT);
    term_wait(t, "承诺时限：未知", WAIT);
    term_wait(t, "一寸证件照", WAIT);
    term_wait(t, "出处", WAIT);
    term_type(t, "n");
    term_wait(t, "notice-QP-RS-01", WAIT);
    term_esc(t); /* the list: this site's item first */
    term_wait(t, "62 个事项", WAIT);
    term_wait(t, "社会保障卡申领", WAIT);
    term_type(t, "/");
    term_wait(t, "查找", WAIT);
    term_type(t, "62" T_ENTER);
    term_wait(t, "1 个事项", WAIT);
    term_esc(t); /* the form is as it was */
    term_wait(t, "已有登记", WAIT);
    term_esc(t);
    term_wait(t, "当前待办", WAIT);
}

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            the_same_case_again_is_shown_side_by_side_before_anything_is_saved, setup, teardown),
        cmocka_unit_test_setup_teardown(another_way_is_shown_and_the_visit_closed_in_two_keys,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(an_item_is_looked_at_while_a_case_is_taken_in, setup,
                                        teardown),
    };
    return cmocka_run_group_tests_name("intake", tests, NULL, NULL);
}
