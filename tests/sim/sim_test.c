/* The simulation in `make test`: see docs/sync.md. JIUJIN_SIM_SEEDS=N runs as many seeds,
 * JIUJIN_SIM_FROM=N other ones. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/store/store.h"
#include "tests/sim/disk.h"
#include "tests/sim/mutant.h"
#include "tests/sim/run.h"

#if defined(__SANITIZE_ADDRESS__)
#define SEEDS 400
#define MUTANT_SEEDS 0 /* as in the other build, and much slower */
#define CUT_STEP 7
#else
#define SEEDS 20000
#define MUTANT_SEEDS 3000
#define CUT_STEP 1
#endif
#define PROCESSES 2

static uint64_t setting(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 0) : otherwise;
}

/* Runs work(part) in as many processes, each in a world of its own; true when all went well. */
static bool in_parallel(bool (*work)(unsigned part))
{
    bool good = true;
    pid_t child[PROCESSES];
    fflush(stdout);
    for (unsigned i = 0; i < PROCESSES; i++) {
        child[i] = fork();
        if (child[i] == 0) {
            run_open();
            bool well = work(i);
            run_close();
            fflush(stdout);
            _exit(well ? 0 : 1);
        }
    }
    for (unsigned i = 0; i < PROCESSES; i++) {
        int status = 1;
        good = child[i] > 0 && waitpid(child[i], &status, 0) == child[i] && status == 0 && good;
    }
    return good;
}

static bool some_seeds(unsigned part)
{
    uint64_t from = setting("JIUJIN_SIM_FROM", 1), count = setting("JIUJIN_SIM_SEEDS", SEEDS);
    return run_seeds(from + part, count - part, PROCESSES, false) == 0;
}

static void whatever_happens_every_promise_is_kept_and_all_comes_to_rest(void **state)
{
    (void)state;
    printf("JIUJIN_SIM_FROM=%llu JIUJIN_SIM_SEEDS=%llu\n",
           (unsigned long long)setting("JIUJIN_SIM_FROM", 1),
           (unsigned long long)setting("JIUJIN_SIM_SEEDS", SEEDS));
    assert_true(in_parallel(some_seeds));
}

static bool some_mutants(unsigned part)
{
    bool all = true;
    for (int i = (int)part; mutant_names[i] != NULL; i += PROCESSES) {
        mutant = i + 1;
        uint64_t seed = run_until(1, MUTANT_SEEDS);
        mutant = 0;
        printf("%2d %s: %s %llu\n", i + 1, mutant_names[i],
               seed <= MUTANT_SEEDS ? "caught by seed" : "NOT CAUGHT by", (unsigned long long)seed);
        all = all && seed <= MUTANT_SEEDS;
    }
    return all;
}

static void each_rule_that_is_broken_breaks_a_promise(void **state)
{
    (void)state;
    if (MUTANT_SEEDS == 0)
        skip();
    assert_true(in_parallel(some_mutants));
}

static bool all_cuts(unsigned part)
{
    int64_t cuts = 0;
    if (part > 0)
        return true;
    bool good = run_cuts(CUT_STEP, &cuts) == 0;
    printf("%lld cuts\n", (long long)cuts);
    return good && cuts > (CUT_STEP > 1 ? 50 : 500);
}

static void an_upload_that_breaks_at_any_byte_goes_on_from_there(void **state)
{
    (void)state;
    assert_true(in_parallel(all_cuts));
}

/* Seeds run the same way whatever ran before them. */
static bool same_again(unsigned part)
{
    uint64_t first[12];
    bool same = true;
    for (unsigned i = 0; i < 12; i++)
        first[i] = run_trace(part * 100 + i);
    for (unsigned i = 12; i-- > 0;)
        same = run_trace(part * 100 + i) == first[i] && same;
    return same;
}

static void a_seed_runs_the_same_way_every_time(void **state)
{
    (void)state;
    assert_true(in_parallel(same_again));
}

static uint32_t all_is_dropped(uint32_t n)
{
    return n - 1;
}

static int64_t rows_seen(const char *path, struct store **s)
{
    assert_int_equal(store_open(path, &store_kiosk_schema, 0, s), ERR_OK);
    return store_number(*s, "SELECT count(*) FROM seen", -1);
}

/* A commit is killed at its n-th write, somebody looks, then the power goes. */
static bool commit_dies_at(const char *path, struct disk *d, long n)
{
    struct store *s = NULL;
    int64_t before = rows_seen(path, &s);
    d->until = n;
    bool done = store_exec(s, "INSERT INTO seen VALUES (1)") == ERR_OK;
    d->dead = true;
    store_close(s);
    disk_halt(d, true, all_is_dropped);
    int64_t seen = rows_seen(path, &s);
    d->dead = true;
    store_close(s);
    disk_halt(d, false, all_is_dropped);
    assert_int_equal(rows_seen(path, &s), seen);
    assert_true(seen == before + 1 || (!done && seen == before));
    store_close(s);
    return done;
}

static void what_was_seen_after_a_kill_outlives_a_power_cut(void **state)
{
    static struct disk d;
    struct store *s = NULL;
    char dir[] = "/tmp/jiujin-seen-XXXXXX", path[64], gate[72];
    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(d.dir, sizeof d.dir, "%s", dir);
    snprintf(path, sizeof path, "%s/x.db", dir);
    snprintf(gate, sizeof gate, "%s.gate", path);
    disk_register(&d, 1);
    store_use_vfs("sim");
    assert_int_equal(store_open(path, &store_kiosk_schema, STORE_CREATE, &s), ERR_OK);
    assert_int_equal(store_exec(s, "CREATE TABLE seen (n INTEGER)"), ERR_OK);
    store_close(s);
    long n = 1;
    while (!commit_dies_at(path, &d, n))
        n++;
    assert_true(n > 2);
    unlink(gate), unlink(path), rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_seen_after_a_kill_outlives_a_power_cut),
        cmocka_unit_test(a_seed_runs_the_same_way_every_time),
        cmocka_unit_test(an_upload_that_breaks_at_any_byte_goes_on_from_there),
        cmocka_unit_test(each_rule_that_is_broken_breaks_a_promise),
        cmocka_unit_test(whatever_happens_every_promise_is_kept_and_all_comes_to_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
