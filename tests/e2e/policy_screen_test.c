/* The policy in force as a clerk meets it: read and confirmed, adapted and overlaid by a leader's
 * PIN, and seen at another desk. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/e2e/desk.h"
#include "tests/e2e/prog.h"

#define WAIT 8000

static char *folder; /* a demonstration site of its own for each test */

static int setup(void **state)
{
    (void)state;
    folder = desk_site(NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    prog_folder_remove(folder);
    return 0;
}

static struct term *at_home(const char *lang, const char *term, const char *clerk)
{
    return desk_at(
        &(struct desk){
            .folder = folder, .lang = lang, .term = term, .terminal = term ? "t2" : "t1"},
        clerk, "9  ");
}

static void answer(struct term *t, const char *question, const char *text)
{
    term_wait(t, question, WAIT);
    term_type_slowly(t, text, 20);
    term_type(t, "\r");
}

static void the_home_screen_asks_to_read_the_pack_until_it_is_confirmed(void **state)
{
    (void)state;
    struct term *t = at_home("zh_CN", NULL, "2");
    term_wait(t, "待阅读：日常服务", WAIT);
    term_type(t, "8p");
    term_wait(t, "现行方案", WAIT);
    term_type(t, "r");
    term_wait(t, "您还没有确认阅读", WAIT);
    term_wait(t, "社区事务村级服务中心", WAIT); /* R05: which of the four sorts it is */
    term_type(t, "r");
    term_wait(t, "您已确认阅读", WAIT);
    term_esc(t);
    term_wait(t, "出处", WAIT);
    term_esc(t);
    term_wait(t, "当前待办", WAIT);
    assert_false(term_has(t, "待阅读"));
    desk_end(t);
    t = at_home("en", NULL, "3"); /* the next clerk has not read it */
    term_wait(t, "To be read: Ordinary service", WAIT);
    desk_end(t);
}

static void a_number_is_adapted_within_its_bounds_by_a_leaders_pin(void **state)
{
    (void)state;
    struct term *t = at_home("en", NULL, "3");
    term_type(t, "8p");
    term_wait(t, "May be 1 to 60.", WAIT);
    for (int again = 0; again < 2; again++) {
        term_type(t, "a");
        answer(t, "New value", again ? "20" : "99");
        answer(t, "Why?", "a larger hall");
        answer(t, "Approved by:", "test leader");
        term_wait(t, "Who confirms?", WAIT);
        term_type(t, "2");
        term_wait(t, "PIN of", WAIT);
        term_type(t, "1234\r");
        term_wait(t, again ? "* 20" : "This is out of range", WAIT);
    }
    term_wait(t, "adapted here", WAIT);
    desk_end(t);
}

static void an_overlay_started_at_one_desk_is_in_force_at_the_other(void **state)
{
    (void)state;
    struct term *other = at_home("en", "vt100", "2"), *t = at_home("en", NULL, "5");
    term_type(t, "8p");
    term_wait(t, "o overlays", WAIT);
    term_type(t, "o");
    term_wait(t, "Respiratory season", WAIT);
    term_type(t, T_END);
    term_quiet(t, 100);
    term_type(t, "\r");
    answer(t, "Reference of the superior", "QF-7");
    answer(t, "From which day?", "");
    answer(t, "Review on which day?", "2099-01-01");
    answer(t, "Approved by:", "district");
    term_wait(t, "in force, from", WAIT);
    term_wait(t, "review 2099-01-01", WAIT);
    term_wait(other, "To be read: Ordinary service+Respiratory season", WAIT);
    term_type(other, "1"); /* the door asks the overlay's question */
    term_wait(other, "Fever, cough or the like", WAIT);
    term_type(t, "e");
    answer(t, "Reference of the superior", "QF-9");
    answer(t, "Why?", "it is over");
    term_wait_gone(t, "in force, from", WAIT);
    desk_end(t);
    desk_end(other);
}

static void choices_stand_with_their_digits_while_they_are_typed(void **state)
{
    (void)state;
    struct ran r = prog_run("{\"id\":\"flood\",\"order\":\"7\",\"approver\":\"x\"}\n",
                            prog_path("jiujin"), "--dir", folder, "add", "overlay");
    if (r.status != 0)
        fail_msg("%s%s", r.out, r.err);
    ran_free(&r);
    struct term *t = at_home("zh_CN", NULL, "5");
    term_type(t, "8p");
    term_wait(t, "现行暴雨预警", WAIT);
    term_type(t, T_END "a");
    term_wait(t, "新数值", WAIT);
    term_wait(t, "4 橙色", WAIT);
    answer(t, "新数值", "4");
    answer(t, "原因", "气象台发布");
    answer(t, "批准人", "测试领导");
    term_wait(t, "* 橙色", WAIT);
    desk_end(t);
}

int main(void)
{
    setenv("JIUJIN_USER", "管理员", 1);
    setenv("JIUJIN_PIN", "1234", 1);
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(the_home_screen_asks_to_read_the_pack_until_it_is_confirmed),
        T(a_number_is_adapted_within_its_bounds_by_a_leaders_pin),
        T(an_overlay_started_at_one_desk_is_in_force_at_the_other),
        T(choices_stand_with_their_digits_while_they_are_typed),
    };
    return cmocka_run_group_tests_name("policy_screen", tests, NULL, NULL);
}
