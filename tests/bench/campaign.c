/* campaign [SEED]: the real programs, killed 1,000 times while a village never rests, and 100 times
 * set back, cloned, or with the hub set back. What is promised then is held against books of its
 * own (campaign/book.h); the figures are printed. The seed decides what is tried; when a process
 * dies in what it does, the machine decides.
 * CAMPAIGN_KILLS, CAMPAIGN_ROUNDS: other numbers. JIUJIN_BUILD: the programs. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/lang.h"
#include "tests/bench/campaign/book.h"
#include "tests/bench/campaign/town.h"

static uint32_t seed = 1;

static int number(const char *name, int otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? atoi(text) : otherwise;
}

static int setup(void **state)
{
    (void)state;
    setenv("JIUJIN_USER", "admin", 1);
    setenv("JIUJIN_PIN", "1234", 1);
    town_seed(seed);
    hubproc_make(&town_hub);
    hubproc_start(&town_hub);
    book_open(town_hub.dir);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    book_close();
    hubproc_free(&town_hub);
    return 0;
}

static void killed_at_any_moment_nothing_acknowledged_is_lost_and_nothing_doubled(void **state)
{
    (void)state;
    campaign_kills(number("CAMPAIGN_KILLS", 1000));
}

static void set_back_and_cloned_forks_are_kept_and_told_and_a_machine_enrols_anew(void **state)
{
    (void)state;
    campaign_copies(number("CAMPAIGN_ROUNDS", 100));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            killed_at_any_moment_nothing_acknowledged_is_lost_and_nothing_doubled, setup, teardown),
        cmocka_unit_test_setup_teardown(
            set_back_and_cloned_forks_are_kept_and_told_and_a_machine_enrols_anew, setup, teardown),
    };
    if (argc > 1)
        seed = (uint32_t)strtoul(argv[1], NULL, 0);
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("campaign %u\n", (unsigned)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
