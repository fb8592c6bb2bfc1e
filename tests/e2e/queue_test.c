/* The queue as the clerks at two windows meet it, with the board beside them: the built program in
 * ptys. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/e2e/desk.h"
#include "tests/e2e/prog.h"

#define WAIT 8000
#define SECOND 1000

static char *folder;

static int setup(void **state)
{
    (void)state;
    folder = desk_site("epidemic-2022");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    prog_folder_remove(folder);
    return 0;
}

/* Clerk 2 is at the gate, 3 at the window. */
static struct term *at_queue(struct desk d, const char *clerk)
{
    d.folder = folder;
    d.screen = "queue";
    return desk_at(&d, clerk, d.lang ? "Waiting:" : "等候：");
}

static void give(const char *service, const char *number)
{
    struct ran r = prog_run(NULL, prog_path("jiujin"), "--dir", folder, "ticket", service);
    assert_int_equal(r.status, 0);
    if (!strstr(r.out, number))
        fail_msg("%s is not in %s", number, r.out);
    ran_free(&r);
}

/* All that is open goes out of the queue: each test begins with an empty one. */
static void empty(void)
{
    char step[64];
    struct ran all = prog_run(NULL, prog_path("jiujin"), "--dir", folder, "show", "tickets");
    for (char *id = strstr(all.out, "{\"id\":\""); id; id = strstr(id, "{\"id\":\"")) {
        id += 7;
        snprintf(step, sizeof step, "ticket_step:%.*s", (int)strcspn(id, "\""), id);
        struct ran r = prog_run("{\"step\":\"void\",\"reason\":\"测试\"}\n", prog_path("jiujin"),
                                "--dir", folder, "add", step);
        ran_free(&r);
    }
    ran_free(&all);
}

static void state_of(const char *number, const char *state)
{
    char *row = NULL;
    char want[32];
    struct ran r =
        prog_run(NULL, prog_path("jiujin"), "--dir", folder, "show", "tickets", "--like", number);
    snprintf(want, sizeof want, "\"state\":\"%s\"", state);
    row = strstr(r.out, want);
    if (!row)
        fail_msg("%s is not %s: %s", number, state, r.out);
    ran_free(&r);
}

/* The number that this window was given, as it calls it out. */
static void called(struct term *t, char number[8])
{
    term_wait(t, "请 ", WAIT);
    for (int r = 0; r < 24; r++) {
        const char *at = strstr(term_row(t, r), "请 ");
        if (at && strstr(at, " 号窗口"))
            snprintf(number, 8, "%.4s", at + strlen("请 "));
    }
}

static void two_windows_that_call_at_once_get_different_numbers(void **state)
{
    (void)state;
    char one[8] = "", two[8] = "", line[40];
    give("window", "A001");
    give("window", "A002");
    struct term *a = at_queue((struct desk){.terminal = "w1"}, "3");
    struct term *b = at_queue((struct desk){.terminal = "w2"}, "2");
    struct term *board =
        desk_open(&(struct desk){.folder = folder, .terminal = "board", .screen = "board"});
    term_wait(board, "现在没有呼叫", WAIT);
    term_type(a, "n"), term_type(b, "n");
    term_wait(a, "几号窗口", WAIT), term_wait(b, "几号窗口", WAIT);
    term_type(a, "1"), term_type(b, "2");
    term_quiet(a, 100), term_quiet(b, 100);
    term_type(a, "\r"), term_type(b, "\r");
    called(a, one), called(b, two);
    assert_string_not_equal(one, two);
    /* the board has both within a second, without a key */
    snprintf(line, sizeof line, "%s：1 号窗口", one);
    term_wait(board, line, SECOND);
    snprintf(line, sizeof line, "%s：2 号窗口", two);
    term_wait(board, line, SECOND);
    desk_end(a), desk_end(b), desk_end(board);
    empty();
}

static void a_number_given_out_at_one_shows_on_the_other_within_a_second(void **state)
{
    (void)state;
    struct term *a = at_queue((struct desk){.terminal = "w1"}, "2");
    struct term *b = at_queue((struct desk){.terminal = "w2"}, "3");
    assert_false(term_has(b, "B001"));
    term_type(a, "a");
    term_wait(a, "自助办理", WAIT);
    term_type(a, "2");
    term_wait(a, "B001", WAIT);
    term_wait(b, "B001", SECOND);
    term_type(a, "\r");
    term_wait(a, "等候：", WAIT);
    desk_end(a), desk_end(b);
    empty();
}

static void take_number(char number[8])
{
    struct ran r = prog_run(NULL, prog_path("jiujin"), "--dir", folder, "ticket", "window");
    const char *at = strchr(r.out, 'A');
    assert_non_null(at);
    snprintf(number, 8, "%.4s", at);
    ran_free(&r);
}

static void what_was_given_out_below_the_help_shows_when_the_help_goes(void **state)
{
    (void)state;
    char number[8];
    struct term *t = at_queue((struct desk){.terminal = "w1"}, "3");
    term_type(t, T_F1);
    term_wait_gone(t, "等候：", WAIT);
    take_number(number);
    term_run(t, 1500); /* longer than a commit waits to be seen */
    term_type(t, T_F1);
    term_wait(t, number, SECOND);
    desk_end(t);
    empty();
}

static void call_next(void)
{
    struct ran r = prog_run("{\"window\":\"4\"}\n", prog_path("jiujin"), "--dir", folder, "add",
                            "ticket_next");
    assert_int_equal(r.status, 0);
    ran_free(&r);
}

static void the_one_called_last_stands_on_top_and_who_waits_stands_in_turn(void **state)
{
    (void)state;
    char taken[5][8];
    for (int i = 0; i < 5; i++)
        take_number(taken[i]);
    call_next();
    call_next();
    struct term *t = at_queue((struct desk){.terminal = "w3"}, "3");
    static const int shown[] = {1, 0, 2, 3, 4};
    for (int i = 0; i < 5; i++)
        term_wait(t, taken[i], WAIT);
    for (int i = 1; i < 5; i++)
        assert_true(term_find(t, taken[shown[i - 1]]) < term_find(t, taken[shown[i]]));
    desk_end(t);
    empty();
}

static void each_key_does_what_it_says(void **state)
{
    (void)state;
    struct term *t = at_queue((struct desk){.terminal = "w1"}, "3");
    give("window", "A003");
    give("window", "A004");
    term_wait(t, "A004", WAIT);
    term_type(t, "n");
    term_wait(t, "几号窗口", WAIT);
    term_type(t, "3\r");
    term_wait(t, "请 A003 到 3 号窗口", WAIT);
    term_type(t, "h");
    term_wait(t, "A003: 挂起", WAIT);
    state_of("A003", "held");
    term_type(t, "n"); /* the window is remembered */
    term_wait(t, "请 A004 到 3 号窗口", WAIT);
    term_type(t, "n"); /* not over the head of who stands there */
    term_wait(t, "A004 还在本窗口", WAIT);
    term_type(t, "s");
    term_wait(t, "请 A004 到 3 号窗口", WAIT); /* nobody else waits */
    term_type(t, "t");
    term_wait(t, "3 网上办指导", WAIT);
    term_type(t, "3");
    term_wait(t, "已转到：网上办指导", WAIT);
    term_type(t, "n");
    term_wait(t, "请 A004 到 3 号窗口", WAIT);
    term_type(t, "d");
    term_wait_gone(t, "正在叫", WAIT);
    state_of("A004", "done");
    term_type(t, T_UP "r");
    term_wait(t, "A003: 已恢复", WAIT);
    term_type(t, "v");
    term_wait(t, "为什么作废", WAIT);
    term_type(t, "x\r");
    term_wait(t, "现在没有人排队", WAIT);
    state_of("A003", "void");
    desk_end(t);
    empty();
}

/* R16, R55: who is where, since when. */
static void the_zones_page_says_who_is_where(void **state)
{
    (void)state;
    struct term *t = at_queue((struct desk){.terminal = "w1", .lang = "en"}, "3");
    give("window", "A005");
    term_wait(t, "A005", WAIT);
    term_type(t, "z");
    term_wait(t, "Service area: 1 in it", WAIT);
    term_wait(t, "places free", WAIT);
    term_wait(t, "Check area: 0 in it", WAIT);
    int row = term_find(t, "A005");
    assert_non_null(strstr(term_row(t, row), "waiting"));
    term_esc(t);
    term_wait(t, "Waiting:", WAIT);
    desk_end(t);
    empty();
}

/* R17: decided, then one key for the number and one for the service; whom the door refused goes to
 * nobody inside. */
static void from_the_door_a_person_is_sent_on_by_a_digit(void **state)
{
    (void)state;
    struct term *t = at_queue((struct desk){.terminal = "w1", .lang = "en"}, "2");
    term_esc(t);
    term_wait(t, "Due now", WAIT);
    term_type(t, "1");
    term_wait(t, "ID number", WAIT);
    term_type(t, T_F2); /* nothing was checked: refused */
    term_wait(t, "DO NOT ADMIT", WAIT);
    term_type(t, "1"); /* another channel: online */
    term_wait(t, "Noted: online", WAIT);
    term_type(t, "q");
    term_wait(t, "1  Window", WAIT);
    term_type(t, "1");
    term_wait(t, "did not admit", WAIT);
    term_type(t, "3");
    term_wait(t, "C001  Online help", WAIT);
    term_run(t, 300);   /* no scanner's Enter */
    term_type(t, "\r"); /* back at the door, for the next person */
    term_wait(t, "ID number", WAIT);
    state_of("C001", "waiting");
    desk_end(t);
    empty();
}

static void a_printer_that_is_gone_is_told_and_the_number_is_void(void **state)
{
    (void)state;
    struct term *t =
        at_queue((struct desk){.terminal = "w1", .env = "JIUJIN_PRINTER=/nonexistent/lp0"}, "2");
    term_type(t, "a");
    term_wait(t, "打印机打出", WAIT);
    term_type(t, "1");
    term_wait(t, "A006 没有打印出来：打印机没有连接", WAIT);
    state_of("A006", "void");
    term_type(t, "p"); /* again: a new number, void too */
    term_wait(t, "A007 没有打印出来", WAIT);
    state_of("A007", "void");
    term_type(t, "v"); /* by voice: stands on the screen, large */
    term_wait(t, "A008  窗口办理", WAIT);
    state_of("A008", "waiting");
    term_type(t, "\r");
    term_wait(t, "A008", WAIT);
    assert_false(term_has(t, "A007"));
    desk_end(t);
    empty();
}

static void a_vt100_has_the_queue_and_the_board(void **state)
{
    (void)state;
    int width;
    struct term *t = at_queue((struct desk){.terminal = "w1", .lang = "en", .term = "vt100"}, "3");
    give("window", "A009");
    term_wait(t, "A009", WAIT);
    term_type(t, "n");
    term_wait(t, "At which window", WAIT);
    term_type(t, "1\r");
    term_wait(t, "A009, please come to window 1.", WAIT);
    term_type(t, "g");
    term_wait(t, "A009: window 1", WAIT);
    term_quiet(t, 200);
    assert_int_equal(term_cell(t, 2, 52, &width), 'A');
    term_esc(t);
    term_wait(t, "Waiting:", WAIT);
    desk_end(t);
    empty();
}

/* A second display is no desk: it stays when the desk locks, and knows no names. */
static void the_board_stays_when_the_desk_locks(void **state)
{
    (void)state;
    struct term *t = at_queue((struct desk){.terminal = "w1", .env = "JIUJIN_IDLE_SECONDS=2"}, "3");
    term_type(t, "g");
    term_wait(t, "现在没有呼叫", WAIT);
    term_run(t, 3500);
    term_wait(t, "现在没有呼叫", WAIT);
    term_esc(t); /* nobody is signed in any more */
    term_wait(t, "已锁定", WAIT);
    desk_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_windows_that_call_at_once_get_different_numbers),
        cmocka_unit_test(a_number_given_out_at_one_shows_on_the_other_within_a_second),
        cmocka_unit_test(each_key_does_what_it_says),
        cmocka_unit_test(the_zones_page_says_who_is_where),
        cmocka_unit_test(from_the_door_a_person_is_sent_on_by_a_digit),
        cmocka_unit_test(a_printer_that_is_gone_is_told_and_the_number_is_void),
        cmocka_unit_test(a_vt100_has_the_queue_and_the_board),
        cmocka_unit_test(the_board_stays_when_the_desk_locks),
        /* last: the others know the numbers of the day */
        cmocka_unit_test(the_one_called_last_stands_on_top_and_who_waits_stands_in_turn),
        cmocka_unit_test(what_was_given_out_below_the_help_shows_when_the_help_goes),
    };
    return cmocka_run_group_tests_name("queue", tests, setup, teardown);
}
