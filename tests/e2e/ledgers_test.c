/* Ledgers as a clerk keeps them: rows as form and grid, corrections, sums, by keys on a terminal.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/buf.h"
#include "tests/e2e/desk.h"
#include "tests/e2e/prog.h"

#define WAIT 15000
#define LEDGERS "4" /* the clerk of the ledgers, by the digit of the sign-in */

static char *dir;

static int setup(void **state)
{
    (void)state;
    setenv("JIUJIN_USER", "管理员", 1);
    setenv("JIUJIN_PIN", "1234", 1);
    dir = desk_site("epidemic-2022");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    prog_folder_remove(dir);
    unsetenv("JIUJIN_USER");
    unsetenv("JIUJIN_PIN");
    return 0;
}

/* Rows that the view has, and how many of its lines hold `what`. */
static int lines(const char *view, const char *what)
{
    struct ran r = prog_run(NULL, prog_path("jiujin"), "--dir", dir, "show", view);
    int n = prog_lines(r.out, what);
    if (r.status != 0)
        fail_msg("show %s: %s", view, r.err);
    ran_free(&r);
    return n;
}

static void add(const char *what, const char *rows)
{
    struct ran r = prog_run(rows, prog_path("jiujin"), "--dir", dir, "add", what);
    if (r.status != 0)
        fail_msg("add %s: %s%s", what, r.out, r.err);
    ran_free(&r);
}

/* Keys one after the other, as a hand types them: fast ones would be a scanner's. */
static void type(struct term *t, const char *keys)
{
    term_type_slowly(t, keys, 40);
    term_quiet(t, 60);
}

static void press(struct term *t, const char *key)
{
    term_type(t, key);
    term_quiet(t, 60);
}

/* The supplies: five rows, the newest of masks. */
static struct term *at_supplies(const char *lang, const char *term)
{
    bool en = strcmp(lang, "en") == 0;
    struct term *t = desk_at(&(struct desk){.folder = dir, .lang = lang, .term = term}, LEDGERS,
                             en ? "Due now" : "当前待办");
    term_type(t, "4");
    term_wait(t, "L04", WAIT);
    term_type(t, "4");
    term_wait(t, en ? "a add a row" : "a 新增一行", WAIT);
    term_quiet(t, 100);
    return t;
}

static void a_correction_keeps_both_rows_linked_and_the_old_one_struck_out(void **state)
{
    (void)state;
    struct term *t = at_supplies("zh_CN", NULL);
    term_type(t, "c");
    term_wait(t, "台账 / 更正", WAIT);
    for (int i = 0; i < 7; i++)
        press(t, T_DOWN);
    press(t, T_BACK);
    type(t, "8");
    term_type(t, T_F2);
    term_wait(t, "更正原因", WAIT);
    type(t, "typo\r");
    term_wait(t, "已更正；原来的一行仍可查看", WAIT);
    term_wait(t, "更正后", WAIT);
    term_wait(t, "-台账-----已更正-口罩-", WAIT); /* struck out, and readable */
    assert_int_equal(lines("ledger:supplies", "\"void\":true"), 1);
    assert_int_equal(lines("ledger:supplies", "\"quantity\":8"), 1);
    press(t, T_ENTER);
    term_wait(t, "本行是更正后的", WAIT);
    term_wait(t, "8   --2--", WAIT);
    term_wait(t, "typo", WAIT);
    term_type(t, "o");
    term_wait(t, "本行已被更正", WAIT);
    term_esc(t);
    term_wait(t, "a 新增一行", WAIT);
    press(t, T_DOWN); /* the old one: nothing corrects it a second time */
    press(t, "c");
    term_wait(t, "本行已作废", WAIT);
    desk_end(t);
}

static void a_correction_begun_is_a_draft_that_a_kill_does_not_lose(void **state)
{
    (void)state;
    struct term *t = at_supplies("zh_CN", NULL);
    term_type(t, "c");
    term_wait(t, "台账 / 更正", WAIT);
    press(t, T_DOWN);
    type(t, "draftspec");
    press(t, T_ENTER);
    term_kill(t);
    term_free(t);
    t = desk_at(&(struct desk){.folder = dir}, LEDGERS, "当前待办");
    term_wait(t, "草稿待续：更正", WAIT);
    desk_end(t);
    t = at_supplies("zh_CN", NULL);
    term_type(t, "c");
    term_wait(t, "draftspec", WAIT);
    assert_int_equal(lines("ledger:supplies", "draftspec"), 0);
    desk_end(t);
}

/* Disinfectant in, four times: item, specification, unit, in, quantity, origin. */
static void the_grid_takes_rows_from_the_number_pad_and_loses_none_to_a_kill(void **state)
{
    (void)state;
    struct term *t = at_supplies("zh_CN", NULL);
    term_type(t, "e");
    term_wait(t, "新增 1", WAIT);
    type(t, "3\r3\r\r\r112\r1"); /* each digit chooses and goes on, Enter passes by */
    press(t, T_DOWN);            /* a further row */
    term_wait(t, "新增 2", WAIT);
    press(t, T_F4); /* as before */
    press(t, T_DOWN);
    term_wait(t, "新增 3", WAIT);
    type(t, "2");
    press(t, T_F3); /* the same row as a form, and back */
    term_wait(t, "[2 手套]", WAIT);
    press(t, T_F3);
    term_wait(t, "新增 3", WAIT);
    term_kill(t);
    term_free(t);

    t = desk_at(&(struct desk){.folder = dir}, LEDGERS, "当前待办");
    term_wait(t, "草稿待续：物资出入库台账", WAIT);
    desk_end(t);
    t = at_supplies("zh_CN", NULL);
    term_type(t, "e");
    term_wait(t, "已恢复上次的草稿", WAIT);
    term_wait(t, "新增 3", WAIT);
    press(t, T_F8); /* the third is not wanted */
    term_wait(t, "去掉这一新行吗", WAIT);
    press(t, "y");
    term_wait_gone(t, "新增 3", WAIT);
    term_type(t, T_F2);
    term_wait(t, "已登记 2 行", WAIT);
    assert_int_equal(lines("ledger:supplies", "\"quantity\":12"), 3); /* one was there */
    assert_int_equal(lines("ledger:supplies", "\"item\":\"gloves\""), 0);
    term_esc(t);
    term_esc(t);
    term_wait(t, "当前待办", WAIT);
    term_wait_gone(t, "草稿待续", WAIT);
    desk_end(t);
}

static void a_column_is_filled_down_where_nothing_stands_yet(void **state)
{
    (void)state;
    struct term *t = at_supplies("zh_CN", NULL);
    term_type(t, "e");
    term_wait(t, "新增 1", WAIT);
    for (int i = 0; i < 3; i++) {
        type(t, i == 1 ? "1other\r" : "1\r");
        press(t, T_DOWN);
    }
    press(t, T_UP);
    press(t, T_UP);
    press(t, T_UP);
    press(t, T_RIGHT); /* the specification of the first row */
    type(t, "box of 50");
    press(t, T_F6);
    term_wait(t, "已填 2 格", WAIT); /* not where something stood */
    term_wait(t, "other", WAIT);
    press(t, T_UP); /* a saved row is only looked at */
    term_wait(t, "已存的行", WAIT);
    press(t, "9");
    press(t, T_DOWN);
    term_wait_gone(t, "已存的行", WAIT);
    desk_end(t);
}

static void what_is_confirmed_row_by_row_is_never_filled_in(void **state)
{
    (void)state;
    struct term *t = desk_at(&(struct desk){.folder = dir}, LEDGERS, "当前待办");
    term_type(t, "4");
    term_wait(t, "L03", WAIT);
    term_type(t, "3");
    term_wait(t, "a 新增一行", WAIT);
    term_type(t, "e");
    term_wait(t, "新增 1", WAIT);
    press(t, T_F5); /* the slot */
    term_wait(t, "此项须逐行确认", WAIT);
    type(t, "3");
    press(t, T_F5); /* the places */
    term_wait(t, "此项须逐行确认", WAIT);
    press(t, T_F4);
    press(t, T_F3);
    term_wait(t, "台账 / 新增一行", WAIT);
    assert_false(term_has(t, "[1 地面]"));
    type(t, "1"); /* a place: now what it was done with is asked for */
    term_wait(t, "[1 地面]", WAIT);
    desk_end(t);
}

/* The row comes from another desk, and the marker stays on the row that it was on. */
static void a_row_from_another_desk_shows_without_a_key(void **state)
{
    (void)state;
    struct term *t = at_supplies("zh_CN", NULL);
    press(t, T_DOWN);
    press(t, T_DOWN);
    for (int i = 0; i < 100 && term_find(t, " > ") != 6; i++)
        term_run(t, 50); /* a slow machine: the marker stands on the third row */
    assert_int_equal(term_find(t, " > "), 6);
    char *before = strdup(term_row(t, term_find(t, " > ")));
    add("ledger:supplies", "{\"row\":{\"item\":\"mask\",\"unit\":\"box\",\"direction\":\"in\","
                           "\"quantity\":777,\"keeper\":\"台账\"}}\n");
    term_wait(t, "777", WAIT); /* without a key */
    assert_string_equal(term_row(t, term_find(t, " > ")), before);
    free(before);
    desk_end(t);
}

static void a_long_ledger_is_turned_page_by_page_and_a_day_is_gone_to(void **state)
{
    (void)state;
    struct buf rows = BUF_INIT;
    for (int i = 0; i < 450; i++)
        buf_printf(&rows,
                   "{\"at\":\"2022-%02d-%02dT%02d:00:00+08:00\",\"row\":{\"item\":\"gloves\","
                   "\"unit\":\"pair\",\"direction\":\"in\",\"quantity\":%d,\"keeper\":\"台账\"}}\n",
                   1 + i / 100, 1 + i % 100 / 4, 8 + i % 4, 1000 + i);
    add("ledger:supplies", buf_str(&rows));
    buf_fini(&rows);
    struct term *t = at_supplies("zh_CN", NULL);
    press(t, T_END);
    press(t, T_DOWN); /* a page has 200 rows */
    press(t, T_END);
    press(t, T_DOWN);
    press(t, T_END);
    term_wait(t, "1000", WAIT); /* the oldest of all */
    press(t, T_DOWN);
    term_wait(t, "1000", WAIT);
    press(t, T_HOME);
    term_wait(t, "口罩", WAIT);
    term_type(t, "g");
    term_wait(t, "哪一天", WAIT);
    type(t, "20220325\r"); /* 1200 to 1299 are of March */
    term_wait(t, "1299", WAIT);
    assert_false(term_has(t, "1300"));
    press(t, T_UP); /* and above it the newer ones */
    term_wait(t, "1300", WAIT);
    desk_end(t);
}

static void sums_lead_from_a_number_to_its_rows_to_the_entry_and_its_hash(void **state)
{
    (void)state;
    add("ledger:supplies",
        "{\"at\":\"2022-05-20T09:00:00+08:00\",\"row\":{\"item\":\"gloves\",\"unit\":\"pair\","
        "\"direction\":\"in\",\"quantity\":40,\"keeper\":\"台账\"}}\n"
        "{\"at\":\"2022-05-20T10:00:00+08:00\",\"row\":{\"item\":\"mask\",\"unit\":\"box\","
        "\"direction\":\"in\",\"quantity\":20,\"keeper\":\"台账\"}}\n");
    struct term *t = at_supplies("zh_CN", NULL);
    term_type(t, "s");
    term_wait(t, "行数  按日", WAIT);
    press(t, T_RIGHT);
    term_wait(t, "按周", WAIT);
    press(t, T_RIGHT);
    term_wait(t, "按月", WAIT);
    press(t, T_END);
    term_wait(t, "2022-05", WAIT);
    for (int i = 0; i < 30 && !term_has(t, "手套 副 入库  按月"); i++)
        press(t, "n"); /* of each thing what moved, each way */
    assert_non_null(strstr(term_row(t, term_find(t, "2022-05")), " 40 "));
    assert_non_null(strstr(term_row(t, term_find(t, "2022-05")), "█"));
    press(t, T_ENTER);
    term_wait(t, "05-20 10:00", WAIT);
    assert_false(term_has(t, "11-24 08:55"));
    press(t, T_DOWN);
    press(t, T_ENTER);
    term_wait(t, "校验值", WAIT);
    term_wait(t, "40", WAIT);
    desk_end(t);
}

static void put_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static void an_old_ledger_is_looked_at_first_and_comes_in_whole_or_not_at_all(void **state)
{
    (void)state;
    char path[300];
    snprintf(path, sizeof path, "%s/old.csv", dir);
    put_file(path, "日期,品名,单位,出入库,数量,保管人\r\n2022-03-01,手套,副,入库,20,台账\r\n"
                   "2022-03-02,手套,副,出库,many,台账\r\n");
    struct term *t = at_supplies("zh_CN", NULL);
    term_type(t, "i");
    term_wait(t, "哪个 CSV 文件", WAIT);
    type(t, path);
    term_type(t, "\r");
    term_wait(t, "有 1 处错误", WAIT);
    term_wait(t, "第 3 行第 5 列（数量）", WAIT);
    term_type(t, T_F2);
    term_wait(t, "没有导入", WAIT);
    assert_int_equal(lines("ledger:supplies", "gloves"), 0);
    put_file(path, "日期,品名,单位,出入库,数量,保管人\r\n2022-03-01,手套,副,入库,20,台账\r\n"
                   "2022-03-02,手套,副,出库,5,台账\r\n");
    term_type(t, "i");
    term_wait(t, "哪个 CSV 文件", WAIT);
    type(t, path);
    term_type(t, "\r");
    term_wait(t, "手套", WAIT);
    term_wait_gone(t, "处错误", WAIT);
    term_type(t, T_F2);
    term_wait(t, "导入这 2 行吗", WAIT);
    term_type(t, "y");
    term_wait(t, "已导入 2 行", WAIT);
    assert_int_equal(lines("ledger:supplies", "gloves"), 2);
    desk_end(t);
}

static void a_ledger_is_taken_out_as_a_file_and_where_it_is_is_said(void **state)
{
    (void)state;
    struct term *t = at_supplies("zh_CN", NULL);
    term_type(t, "o");
    term_wait(t, "台账 / 导出文件", WAIT);
    type(t, "1"); /* as it is */
    type(t, "2"); /* CSV */
    term_type(t, T_F2);
    term_wait(t, "已写入 ",
              WAIT); /* how many depends on the hour that the demonstration was made */
    char command[400];
    snprintf(command, sizeof command, "grep -q 口罩 '%s'/out/supplies-*.csv", dir);
    assert_int_equal(system(command), 0);
    desk_end(t);
}

static void on_a_vt100_bars_are_of_plain_characters(void **state)
{
    (void)state;
    struct term *t = at_supplies("en", "vt100");
    term_type(t, "s");
    term_wait(t, "by day", WAIT);
    term_wait(t, "####", WAIT);
    assert_false(term_has(t, "█"));
    term_esc(t);
    term_wait(t, "a add a row", WAIT);
    term_type(t, "e");
    term_wait(t, "new 1", WAIT);
    term_wait(t, "1 masks", WAIT);
    desk_end(t);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(a_correction_keeps_both_rows_linked_and_the_old_one_struck_out),
        T(a_correction_begun_is_a_draft_that_a_kill_does_not_lose),
        T(the_grid_takes_rows_from_the_number_pad_and_loses_none_to_a_kill),
        T(a_column_is_filled_down_where_nothing_stands_yet),
        T(what_is_confirmed_row_by_row_is_never_filled_in),
        T(a_row_from_another_desk_shows_without_a_key),
        T(a_long_ledger_is_turned_page_by_page_and_a_day_is_gone_to),
        T(sums_lead_from_a_number_to_its_rows_to_the_entry_and_its_hash),
        T(an_old_ledger_is_looked_at_first_and_comes_in_whole_or_not_at_all),
        T(a_ledger_is_taken_out_as_a_file_and_where_it_is_is_said),
        T(on_a_vt100_bars_are_of_plain_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
