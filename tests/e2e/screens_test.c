/* The screens as a clerk meets them: the built program in a pty, its cells read back. */
#include "tests/unit/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "kiosk/base/utf8.h"
#include "tests/e2e/desk.h"
#include "tests/e2e/prog.h"

#define WAIT 8000
#define ID_GOOD "999101195001011230"
#define ID_BAD "999101195001011237"

static char *epidemic, *ordinary; /* demonstration sites under two policies */

static int setup(void **state)
{
    (void)state;
    epidemic = desk_site("epidemic-2022");
    ordinary = desk_site("ordinary");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    prog_folder_remove(epidemic);
    prog_folder_remove(ordinary);
    return 0;
}

static struct term *at_names(struct desk d)
{
    if (!d.folder)
        d.folder = epidemic;
    if (!d.terminal)
        d.terminal = "t1";
    return desk_names(&d);
}

/* The home screen to its last line. */
static struct term *at_home(struct desk d, const char *clerk)
{
    struct term *t = at_names(d);
    desk_sign_in(t, clerk, "9  ");
    return t;
}

static void empty_form(struct term *t)
{
    term_type(t, "\033[19~");
    term_wait(t, "y", WAIT);
    term_quiet(t, 50);
    term_type(t, "y");
    term_quiet(t, 100);
}

static void only_the_right_pin_signs_in(void **state)
{
    (void)state;
    struct term *t = at_names((struct desk){0});
    term_type(t, "2");
    term_wait(t, "口令", WAIT);
    term_type(t, "4321");
    term_wait(t, "****", WAIT);
    assert_false(term_has(t, "4321"));
    term_type(t, "\r");
    term_wait(t, "姓名或口令不对", WAIT);
    term_type(t, "1234\r");
    term_wait(t, "当前待办", WAIT);
    desk_end(t);
}

static void a_draft_survives_kill_9(void **state)
{
    (void)state;
    struct term *t = at_home((struct desk){0}, "2");
    term_type(t, "1");
    term_wait(t, "身份证号", WAIT);
    term_type(t, ID_GOOD "\r");
    term_type(t, "示例甲\r");
    term_type(t, "1200000"); /* the field is not left: a pause keeps it */
    term_wait(t, "1200000", WAIT);
    term_run(t, 1500);
    term_kill(t);
    term_free(t);
    t = at_home((struct desk){0}, "2");
    term_wait(t, "草稿待续", WAIT);
    term_type(t, "1");
    term_wait(t, "示例甲", WAIT);
    term_wait(t, ID_GOOD, WAIT);
    term_wait(t, "1200000", WAIT);
    empty_form(t);
    assert_false(term_has(t, "示例甲"));
    desk_end(t);
}

static void another_terminals_change_shows_within_a_second(void **state)
{
    (void)state;
    struct term *a = at_home((struct desk){.terminal = "t1"}, "1");
    struct term *b = at_home((struct desk){.terminal = "t2"}, "3");
    term_type(a, "4");
    term_wait(a, "L03", WAIT);
    term_type(a, "1");
    term_quiet(a, 300);
    char *before = strdup(term_screen(a));
    term_type(b, "2");
    term_wait(b, "事项", WAIT);
    term_quiet(b, 300);
    size_t bytes = term_bytes(a);
    /* a visit, a case or a draft by b: here the sign-out, which is an entry */
    term_hang_up(b);
    term_wait_end(b, WAIT);
    term_run(a, 1000);
    assert_true(term_bytes(a) > bytes); /* "unsent N" counts on, without a key */
    assert_string_not_equal(before, term_screen(a));
    free(before);
    term_free(b);
    desk_end(a);
}

static void the_window_may_change_its_size(void **state)
{
    (void)state;
    struct term *t = at_home((struct desk){0}, "2");
    term_resize(t, 30, 100);
    term_wait(t, "当前待办", WAIT);
    term_quiet(t, 200);
    assert_non_null(strstr(term_row(t, 29), "F10"));
    term_resize(t, 20, 60);
    term_wait(t, "80×24", WAIT);
    term_resize(t, 24, 80);
    term_wait(t, "当前待办", WAIT);
    term_quiet(t, 200);
    assert_non_null(strstr(term_row(t, 23), "F10"));
    desk_end(t);
}

static void control_keys_neither_stop_nor_kill(void **state)
{
    (void)state;
    struct term *t = at_home((struct desk){0}, "2");
    term_type(t, "1");
    term_wait(t, "身份证号", WAIT);
    term_bytes_in(t, "\003\032\034\004\021\0", 6); /* ^C ^Z ^\ ^D ^Q NUL */
    term_type(t, "123");
    term_wait(t, "123", WAIT);
    assert_true(term_running(t));
    empty_form(t);
    desk_end(t);
}

static void a_paste_is_text_and_control_characters_are_dropped(void **state)
{
    (void)state;
    struct term *t = at_home((struct desk){0}, "2");
    term_type(t, "1");
    term_wait(t, "身份证号", WAIT);
    term_type(t, T_DOWN);
    /* a paste with line ends, a bidi override, an escape sequence and a broken byte */
    term_type(t, "\033[200~示例\n\xe2\x80\xae"
                 "乙\033[31m\033]0;title\007\xff\033[201~");
    term_wait(t, "示例 乙", WAIT);
    term_type(t, "\033[1;5C\033[99;99H\033P1;2q#\033\\");
    term_quiet(t, 200);
    assert_true(term_find(t, "示例 乙") == 4); /* still in the field of names */
    assert_false(term_has(t, "title"));
    assert_false(term_has(t, "99"));
    empty_form(t);
    desk_end(t);
}

static void a_hang_up_ends_the_program_and_keeps_the_draft(void **state)
{
    (void)state;
    struct term *t = at_home((struct desk){0}, "2");
    term_type(t, "1");
    term_wait(t, "身份证号", WAIT);
    term_type(t, T_DOWN "示例丙");
    term_wait(t, "示例丙", WAIT);
    term_hang_up(t);
    assert_true(WIFEXITED(term_wait_end(t, WAIT)));
    term_free(t);
    t = at_home((struct desk){0}, "2");
    term_type(t, "1");
    term_wait(t, "示例丙", WAIT);
    empty_form(t);
    desk_end(t);
}

static void chinese_stands_in_whole_cells(void **state)
{
    (void)state;
    struct term *t = at_home((struct desk){0}, "2");
    int width, row = term_find(t, "门口分诊");
    assert_int_equal(row, 4);
    assert_int_equal(term_cell(t, row, 4, &width), 0x95e8); /* the first character of the menu */
    assert_int_equal(width, 2);
    assert_int_equal(term_cell(t, row, 6, &width), 0x53e3);
    for (int r = 0; r < 24; r++)
        assert_true(utf8_width(term_row(t, r)) <= 80);
    assert_non_null(strstr(term_row(t, 0), ":"));
    desk_end(t);
}

static void a_vt100_has_all_of_it(void **state)
{
    (void)state;
    struct term *t = at_home((struct desk){.term = "vt100"}, "2");
    term_type(t, "1");
    term_wait(t, "身份证号", WAIT);
    size_t len;
    const unsigned char *raw = term_raw(t, &len);
    assert_null(memmem(raw, len, "2004", 4)); /* it would show what it does not know */
    empty_form(t);
    desk_end(t);
}

static void english_has_every_word(void **state)
{
    (void)state;
    struct term *t = at_home((struct desk){.lang = "en"}, "2");
    term_wait(t, "Due now", WAIT);
    term_type(t, "1");
    term_wait(t, "ID number", WAIT);
    term_type(t, "\033OP");
    term_wait(t, "Decide by the policy in force", WAIT);
    term_esc(t);
    term_wait(t, "ID number", WAIT);
    desk_end(t);
}

static void a_wrong_check_digit_is_said_beside_the_field(void **state)
{
    (void)state;
    struct term *t = at_home((struct desk){.lang = "en"}, "2");
    term_type(t, "1");
    term_wait(t, "ID number", WAIT);
    term_type(t, ID_BAD "\r");
    term_wait(t, "check digit of the ID number is wrong", WAIT);
    int row = term_find(t, ID_BAD);
    assert_true(row >= 0); /* what was typed stays, the message in its row */
    assert_non_null(strstr(term_row(t, row), "check digit"));
    empty_form(t);
    desk_end(t);
}

static void the_ordinary_day_asks_nothing_about_health(void **state)
{
    (void)state;
    struct term *t = at_home((struct desk){.folder = ordinary}, "2");
    term_type(t, "1");
    term_wait(t, "身份证号", WAIT);
    term_quiet(t, 200);
    assert_false(term_has(t, "码 "));
    assert_false(term_has(t, "体温"));
    assert_false(term_has(t, "核酸"));
    assert_false(term_has(t, "口罩"));
    desk_end(t);
}

static void a_scan_fills_and_goes_on_but_never_decides(void **state)
{
    (void)state;
    struct term *t = at_home((struct desk){0}, "2");
    term_type(t, "1");
    term_wait(t, "身份证号", WAIT);
    for (int i = 0; i < 6; i++)
        term_type(t, ID_GOOD "\r");
    term_quiet(t, 300);
    assert_false(term_has(t, "判定结果"));
    term_wait(t, "身份证号", WAIT);
    term_type(t, "\033[19~"); /* the question whether to throw all away */
    term_wait(t, "y", WAIT);
    term_type(t, ID_GOOD "\r");
    term_quiet(t, 300);
    term_wait(t, ID_GOOD, WAIT);
    term_esc(t);
    empty_form(t);
    desk_end(t);
}

static void an_idle_desk_locks_and_the_same_pin_goes_on(void **state)
{
    (void)state;
    struct term *t = at_home((struct desk){.env = "JIUJIN_IDLE_SECONDS=4"}, "2");
    term_type(t, "1");
    term_wait(t, "身份证号", WAIT);
    term_type(t, T_DOWN "示例丁");
    term_wait(t, "示例丁", WAIT);
    term_wait(t, "已锁定", WAIT);
    term_wait_gone(t, "示例丁", WAIT); /* the picture may come in parts */
    term_type(t, "1234\r");
    term_wait(t, "示例丁", WAIT);
    empty_form(t);
    desk_end(t);
}

static void a_yellow_code_isolates_and_goes_on_to_intake(void **state)
{
    (void)state;
    struct term *t = at_home((struct desk){.lang = "en"}, "1");
    term_type(t, "1");
    term_wait(t, "ID number", WAIT);
    term_type(t, ID_GOOD "\r");
    term_type(t, "示例戊\r12000000011\r\r\r");
    term_type(t, "2yy\r\r\r");
    term_type(t, T_F2);
    term_wait(t, "ISOLATE", WAIT);
    term_wait(t, "Tell the duty leader", WAIT);
    term_wait(t, "was opened", WAIT);
    term_type(t, "i");
    term_wait(t, "Take in a case", WAIT);
    term_wait(t, "示例戊", WAIT);
    empty_form(t);
    desk_end(t);
}

static int ends_with_status(const char *term_name, const char *screen)
{
    struct desk d = {.folder = epidemic, .lang = "en", .screen = screen, .term = term_name};
    struct term *t = desk_open(&d);
    int status = term_wait_end(t, WAIT);
    bool said = term_has(t, "terminal") || term_has(t, "home");
    term_free(t);
    assert_true(said);
    return WEXITSTATUS(status);
}

static void an_unknown_terminal_or_screen_is_refused_in_words(void **state)
{
    (void)state;
    assert_int_equal(ends_with_status("no-such-terminal", "home"), 1);
    assert_int_not_equal(ends_with_status("xterm", "home-of-nobody"), 0);
}

/* The budgets of the screens: 2,000 bytes to paint, 8 a character, 50 a move of a list. */
static void typing_and_moving_cost_few_bytes(void **state)
{
    (void)state;
    struct term *t = at_names((struct desk){0});
    term_quiet(t, 300);
    assert_in_range(term_bytes(t), 1, 2000);
    size_t before = term_bytes(t);
    term_type(t, T_DOWN);
    term_quiet(t, 200);
    assert_in_range(term_bytes(t) - before, 1, 50);
    term_type(t, T_UP);
    desk_sign_in(t, "2", "9  ");
    term_type(t, "1" T_DOWN);
    term_wait(t, "身份证号", WAIT);
    term_quiet(t, 300);
    for (int i = 0; i < 8; i++) {
        before = term_bytes(t);
        term_type(t, "x");
        term_quiet(t, 80);
        assert_in_range(term_bytes(t) - before, 1, 8);
    }
    empty_form(t);
    desk_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_right_pin_signs_in),
        cmocka_unit_test(a_draft_survives_kill_9),
        cmocka_unit_test(another_terminals_change_shows_within_a_second),
        cmocka_unit_test(the_window_may_change_its_size),
        cmocka_unit_test(control_keys_neither_stop_nor_kill),
        cmocka_unit_test(a_paste_is_text_and_control_characters_are_dropped),
        cmocka_unit_test(a_hang_up_ends_the_program_and_keeps_the_draft),
        cmocka_unit_test(chinese_stands_in_whole_cells),
        cmocka_unit_test(a_vt100_has_all_of_it),
        cmocka_unit_test(english_has_every_word),
        cmocka_unit_test(a_wrong_check_digit_is_said_beside_the_field),
        cmocka_unit_test(the_ordinary_day_asks_nothing_about_health),
        cmocka_unit_test(a_scan_fills_and_goes_on_but_never_decides),
        cmocka_unit_test(an_idle_desk_locks_and_the_same_pin_goes_on),
        cmocka_unit_test(a_yellow_code_isolates_and_goes_on_to_intake),
        cmocka_unit_test(an_unknown_terminal_or_screen_is_refused_in_words),
        cmocka_unit_test(typing_and_moving_cost_few_bytes),
    };
    return cmocka_run_group_tests_name("screens", tests, setup, teardown);
}
