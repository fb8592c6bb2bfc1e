/* The second of two people: who may confirm what, for how long, and what a wrong PIN does. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

static const char *answers(const char *role)
{
    static char name[CLERK_NAME];
    return clerk_answers(site, role, name) == ERR_OK ? name : NULL;
}

static int setup(void **state)
{
    if (site_setup(state) != 0)
        return -1;
    bool made = clerk_add(site, "gate1", "gate", "1234") == ERR_OK &&
                clerk_add(site, "lead1", "leader", "5678") == ERR_OK;
    clerk_sign_out(site, "sign_out");
    return made && clerk_sign_in(site, "gate1", "1234") == ERR_OK ? 0 : -1;
}

static int teardown(void **state)
{
    clock_hold(CLOCK_NONE, CLOCK_NONE);
    return site_teardown(state);
}

static void nobody_answers_for_a_leader_until_a_leader_proves_the_pin(void **state)
{
    (void)state;
    assert_null(answers("leader"));
    assert_err(ERR_PIN_WRONG, clerk_vouch(site, "lead1", "1234"));
    assert_null(answers("leader"));
    assert_ok(clerk_vouch(site, "lead1", "5678"));
    assert_string_equal(answers("leader"), "lead1");
    assert_string_equal(answers("gate"), "gate1"); /* the own role comes first */
    assert_string_equal(site->j.clerk, "gate1");   /* nobody else signed in */
}

static void a_colleague_of_the_same_rank_does_not_answer_for_a_leader(void **state)
{
    (void)state;
    clerk_sign_out(site, "sign_out");
    assert_ok(clerk_sign_in(site, "admin", "1234"));
    assert_ok(clerk_add(site, "gate2", "gate", "4321"));
    clerk_sign_out(site, "sign_out");
    assert_ok(clerk_sign_in(site, "gate1", "1234"));
    assert_ok(clerk_vouch(site, "gate2", "4321"));
    assert_true(clerk_vouched(site, "gate2"));
    assert_null(answers("leader"));
}

static void nobody_vouches_for_oneself(void **state)
{
    (void)state;
    assert_ok(clerk_vouch(site, "gate1", "1234"));
    assert_false(clerk_vouched(site, "gate1"));
    assert_null(answers("leader"));
}

static void a_vouch_is_good_for_one_action(void **state)
{
    (void)state;
    assert_ok(clerk_vouch(site, "lead1", "5678"));
    desk_refused(ERR_FIELD_UNKNOWN, "nothing", "visit", "{'nothing':1}");
    assert_non_null(answers("leader")); /* a mistake in a field is mended without the PIN again */
    json_decref(desk_do("visit", "{'person':null,'purpose':'x','facts':{}}"));
    assert_null(answers("leader"));
}

static void a_vouch_is_good_for_a_minute(void **state)
{
    (void)state;
    int64_t now = clock_now(), mono = clock_mono();
    clock_hold(now, mono);
    assert_ok(clerk_vouch(site, "lead1", "5678"));
    clock_hold(now - 3600000, mono + 59999); /* the wall clock has no say in it */
    assert_non_null(answers("leader"));
    clock_hold(now, mono + 60000);
    assert_null(answers("leader"));
}

static void a_vouch_ends_with_the_session(void **state)
{
    (void)state;
    assert_ok(clerk_vouch(site, "lead1", "5678"));
    clerk_sign_out(site, "sign_out");
    assert_false(clerk_vouched(site, "lead1"));
}

static void wrong_pins_of_a_voucher_lock_like_a_sign_in(void **state)
{
    (void)state;
    for (int i = 0; i < CLERK_TRIES; i++)
        assert_err(ERR_PIN_WRONG, clerk_vouch(site, "lead1", "0000"));
    assert_err(ERR_PIN_LOCKED, clerk_vouch(site, "lead1", "5678"));
    assert_null(answers("leader"));
}

static void the_right_pin_clears_the_wrong_ones(void **state)
{
    (void)state;
    for (int i = 0; i + 1 < CLERK_TRIES; i++)
        assert_err(ERR_PIN_WRONG, clerk_vouch(site, "lead1", "0000"));
    assert_ok(clerk_vouch(site, "lead1", "5678"));
    assert_err(ERR_PIN_WRONG, clerk_vouch(site, "lead1", "0000"));
    assert_ok(clerk_vouch(site, "lead1", "5678"));
}

#define WITH_SITE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        WITH_SITE(nobody_answers_for_a_leader_until_a_leader_proves_the_pin),
        WITH_SITE(a_colleague_of_the_same_rank_does_not_answer_for_a_leader),
        WITH_SITE(nobody_vouches_for_oneself),
        WITH_SITE(a_vouch_is_good_for_one_action),
        WITH_SITE(a_vouch_is_good_for_a_minute),
        WITH_SITE(a_vouch_ends_with_the_session),
        WITH_SITE(wrong_pins_of_a_voucher_lock_like_a_sign_in),
        WITH_SITE(the_right_pin_clears_the_wrong_ones),
    };
    return cmocka_run_group_tests_name("vouch", tests, NULL, NULL);
}
