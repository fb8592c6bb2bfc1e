/* Papers on their way, by keys: a case goes with a courier, its list is found again, printed again
 * and said to have arrived; and the pledge for what is missing comes out on paper. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "tests/e2e/desk.h"
#include "tests/e2e/pin.h"
#include "tests/e2e/prog.h"

#define WAIT 15000
#define TWO_PAPERS                                                                                 \
    "{\"person\":{\"name\":\"测试乙\",\"id_no\":\"999101194503150025\"},\"item\":\"QP-MZ-01\"," \
    "\"channel\":\"proxy\",\"papers\":[{\"paper\":\"P01\",\"state\":\"original_kept\"},"           \
    "{\"paper\":\"P02\",\"state\":\"copy_kept\"}]}\n"
#define CASE                                                                                       \
    "{\"person\":{\"name\":\"测试甲\",\"id_no\":\"999101194503150025\"},\"item\":\"QP-MZ-01\"," \
    "\"channel\":\"proxy\",\"papers\":[{\"paper\":\"P02\",\"state\":\"copy_kept\"}]}\n"

static char *dir;
static struct term *t;

static int setup(void **state)
{
    (void)state;
    dir = prog_folder();
    struct ran r = prog_run(NULL, prog_path("jiujin"), "--dir", dir, "init", "--site",
                            "310118101201", "--name", "测试村", "--demo");
    assert_int_equal(r.status, 0);
    ran_free(&r);
    pin_quick(dir);
    r = prog_run(CASE, prog_path("jiujin"), "--dir", dir, "add", "case");
    assert_int_equal(r.status, 0);
    ran_free(&r);
    t = desk_at(&(struct desk){.folder = dir}, "3", "当前待办");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    term_free(t);
    prog_folder_remove(dir);
    return 0;
}

static void open_case(void)
{
    term_type(t, "3");
    term_wait(t, "测试甲", WAIT);
}

static void a_couriers_list_is_found_printed_again_and_said_to_have_arrived(void **state)
{
    (void)state;
    open_case();
    term_type(t, "c");
    term_wait(t, "谁", WAIT);
    term_type(t, "送信人" T_ENTER);
    term_wait(t, "courier-", WAIT);
    term_type(t, "l");
    term_wait(t, "在途清单 1 份", WAIT);
    term_wait(t, "送信人", WAIT);
    term_type(t, "p");
    term_wait(t, "out/courier-", WAIT);
    term_type(t, "a");
    term_wait(t, "没有清单", WAIT);
    term_type(t, "f");
    term_wait(t, "共 1 份清单", WAIT);
    term_type(t, "a"); /* once is enough: the reason is shown */
    term_wait(t, "已", WAIT);
    term_esc(t);
    term_wait(t, "测试甲", WAIT);
}

/* Two papers lie here; one of them is left. */
static void one_paper_goes_and_the_other_is_left(void **state)
{
    (void)state;
    struct ran r = prog_run(TWO_PAPERS, prog_path("jiujin"), "--dir", dir, "add", "case");
    assert_int_equal(r.status, 0);
    ran_free(&r);
    term_type(t, "3");
    term_wait(t, "测试乙", WAIT);
    term_type(t, "c");
    term_wait(t, "交送件人的材料", WAIT);
    term_type(t, T_DOWN " ");
    term_type(t, T_F2);
    term_wait(t, "谁", WAIT);
    term_type(t, "送信人" T_ENTER);
    term_wait(t, "courier-", WAIT);
    r = prog_run(NULL, prog_path("jiujin"), "--dir", dir, "show", "papers:courier");
    assert_int_equal(prog_lines(r.out, "\"paper\""), 1);
    ran_free(&r);
}

static void turn_item_and_days_narrow_the_list_by_keys(void **state)
{
    (void)state;
    open_case();
    term_type(t, "i");
    term_wait(t, "事项（", WAIT);
    term_type(t, "QP-MZ-01" T_ENTER);
    term_wait(t, "事项：", WAIT);
    term_type(t, "d");
    term_wait(t, "日期，如", WAIT);
    term_type(t, "7" T_ENTER);
    term_wait(t, "日期：", WAIT);
    term_wait(t, "测试甲", WAIT);
    term_type(t, "d");
    term_wait(t, "日期，如", WAIT);
    term_type(t, "13-45" T_ENTER);
    term_wait(t, "11-20", WAIT); /* what a day looks like */
    term_type(t, "jjjj");        /* overdue: nothing of it is, on its first day */
    term_wait(t, "待办方：逾期", WAIT);
    term_wait(t, "共 0 件", WAIT);
    term_type(t, "z");
    term_wait(t, "测试甲", WAIT);
}

static void a_pledge_for_what_is_missing_comes_out_on_paper(void **state)
{
    (void)state;
    open_case();
    term_type(t, T_ENTER);
    term_wait(t, "敬老卡", WAIT);
    term_type(t, "l");
    term_wait(t, "out/pledge-", WAIT);
}

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_couriers_list_is_found_printed_again_and_said_to_have_arrived, setup, teardown),
        cmocka_unit_test_setup_teardown(one_paper_goes_and_the_other_is_left, setup, teardown),
        cmocka_unit_test_setup_teardown(turn_item_and_days_narrow_the_list_by_keys, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_pledge_for_what_is_missing_comes_out_on_paper, setup,
                                        teardown),
    };
    return cmocka_run_group_tests_name("courier", tests, NULL, NULL);
}
