/* A notice of the sub-centre: to one village or to all, and never one that a village would refuse.
 */
#include "tests/unit/unit.h"

#include "sync/hub/command.h"
#include "tests/unit/hub.h"

static enum err say(const char *title, const char *text, const char *until, const char *site)
{
    struct command_line line = {.word = {title, text}, .words = 2, .until = until, .site = site};
    return command_notice(hub, &line);
}

static void a_notice_goes_to_every_village_or_to_the_one_named(void **state)
{
    (void)state;
    struct village a, b;
    village_invite(&a, VILLAGE);
    village_invite(&b, NEIGHBOUR);
    assert_ok(say("疫苗接种", "周六上午在卫生室。", "2099-12-31", NULL));
    assert_ok(say("停电", "周日停电。", NULL, VILLAGE));
    assert_int_equal(hub_count("orders", VILLAGE), 2);
    assert_int_equal(hub_count("orders", NEIGHBOUR), 1);
    json_t *rows = hub_rows_of("orders", NEIGHBOUR);
    assert_string_equal(js_str(json_array_get(rows, 0), "kind"), "notice");
    json_decref(rows);
    assert_err(ERR_NOT_FOUND, say("停电", "周日停电。", NULL, "310118101209"));
    village_fini(&a), village_fini(&b);
}

static void what_may_not_hang_in_public_is_not_sent(void **state)
{
    (void)state;
    struct village a;
    village_invite(&a, VILLAGE);
    assert_err(ERR_CONSTRAINT, say("寻人", "身份证999101194503150025", NULL, NULL));
    assert_err(ERR_CONSTRAINT, say("停水", "昨天停水", "2022-05-20", NULL));
    assert_err(ERR_DATE, say("停水", "停水", "2099-02-30", NULL));
    assert_err(ERR_CONTROL_CHARS, say("a\033[31m", "b", NULL, NULL));
    assert_err(ERR_FIELD_REQUIRED, say("", "b", NULL, NULL));
    assert_int_equal(hub_count("orders", VILLAGE), 0);
    village_fini(&a);
}

int main(void)
{
    lang_init("en");
#define H(name) cmocka_unit_test_setup_teardown(name, hub_setup, hub_teardown)
    const struct CMUnitTest tests[] = {
        H(a_notice_goes_to_every_village_or_to_the_one_named),
        H(what_may_not_hang_in_public_is_not_sent),
    };
    return cmocka_run_group_tests_name("hub_notice", tests, NULL, NULL);
}
