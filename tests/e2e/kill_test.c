/* Ten thousand records of all kinds in one stream: all kept, proved, the same after a replay and at
 * the hub, nothing about people in clear; and the same with every process killed at random moments.
 * JIUJIN_SEED replays a run; JIUJIN_KILLS sets how many kills. */
#include "tests/unit/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/view.h"
#include "tests/e2e/agree.h"
#include "tests/e2e/desk.h"
#include "tests/e2e/records.h"
#include "tests/e2e/village.h"

#if defined(__SANITIZE_ADDRESS__)
#define RECORDS 2000 /* the sanitizers' build shows mistakes of memory, not of the disk */
#define KILLS 40
#else
#define RECORDS 10000
#define KILLS 200
#endif

static struct hubproc hub;
static struct village village;

static int setup(void **state)
{
    (void)state;
    hubproc_make(&hub);
    hubproc_start(&hub);
    village_make(&village, &hub);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    village_free(&village);
    hubproc_free(&hub);
    return 0;
}

/* --- records -----------------------------------------------------------------------------------
 */

static struct buf lines;            /* all records, a line each */
static size_t line_at[RECORDS + 1]; /* where each begins */
static int people;

static void make_records(uint32_t seed)
{
    struct records r;
    buf_clear(&lines);
    records_start(&r, seed);
    for (int i = 0; i < RECORDS; i++) {
        line_at[i] = lines.len;
        records_next(&r, &lines);
    }
    line_at[RECORDS] = lines.len;
    people = r.people;
}

/* The record's own member "what", without what follows a colon. */
static void kind_of(int i, char out[32])
{
    const char *text = (const char *)lines.data + line_at[i];
    size_t n = strlen("{\"what\":\"");
    size_t len = strcspn(text + n, ":\"");
    snprintf(out, 32, "%.*s", (int)len, text + n);
}

static int64_t count_at(const char *kind, int64_t at)
{
    bool row;
    struct store *s = village.site->j.store;
    sqlite3_stmt *q = store_sql(s, "SELECT count(*) FROM entry WHERE kind = ?1 AND at = ?2");
    store_bind_text(q, 1, kind);
    store_bind_int(q, 2, at);
    assert_ok(store_step(s, q, &row));
    int64_t n = store_int(q, 0);
    sqlite3_reset(q);
    return n;
}

/* How often record i is in the journal. A person alone has no time of its own: its ID number tells.
 */
static int64_t times_stored(int i)
{
    char kind[32], id_no[19], id[ENTRY_ID];
    kind_of(i, kind);
    if (strcmp(kind, "person") != 0)
        return count_at(kind, records_at(i));
    const char *found = strstr((const char *)lines.data + line_at[i], "\"id_no\":\"");
    snprintf(id_no, sizeof id_no, "%.18s", found + 9);
    return view_person_by_id_no(village.site, id_no, id) == ERR_OK;
}

static void each_record_is_there_once(void)
{
    for (int i = 0; i < RECORDS; i++)
        if (times_stored(i) != 1)
            fail_msg("record %d is there %d times", i, (int)times_stored(i));
    assert_int_equal(store_number(village.site->j.store,
                                  "SELECT count(*) - count(DISTINCT tag) FROM person", -1),
                     0);
}

/* --- one stream ---------------------------------------------------------------------------------
 */

/* Everything that the village shows of its projections, as one text. */
static char *everything_shown(void)
{
    static const char *const views[] = {
        "visits", "cases", "incidents",           "bookings",        "staff",
        "people", "stock", "ledger:disinfection", "ledger:supplies", "ledger:staff_health"};
    struct buf all = BUF_INIT;
    for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
        char *rows = VILLAGE(&village, NULL, "show", views[i]);
        buf_text(&all, rows);
        free(rows);
    }
    return buf_take(&all);
}

static void nothing_in_clear_in(const char *folder, const char *name)
{
    struct buf file = BUF_INIT;
    char *path = mem_printf("%s/%s", folder, name);
    assert_ok(file_read(path, &file, (size_t)1 << 30));
    assert_true(file.len > 0);
    for (int i = 0; i < people; i += 1 + people / 150) {
        struct records_person p;
        records_person(i, &p);
        const char *const planted[] = {p.name, p.id_no, p.phone, p.address};
        for (size_t k = 0; k < sizeof planted / sizeof *planted; k++)
            if (memmem(file.data, file.len, planted[k], strlen(planted[k])) != NULL)
                fail_msg("%s has %s of person %d in clear", name, planted[k], i);
    }
    buf_fini(&file);
    free(path);
}

static void ten_thousand_records_are_kept_proved_and_the_same_at_the_hub(void **state)
{
    (void)state;
    make_records(1);
    char *answers = VILLAGE(&village, buf_str(&lines), "add", "mixed");
    assert_int_equal(prog_lines(answers, "\"ok\":true"), RECORDS);
    free(answers);
    each_record_is_there_once();
    free(VILLAGE(&village, NULL, "verify"));
    char *before = everything_shown();
    free(VILLAGE(&village, NULL, "rebuild"));
    char *after = everything_shown();
    assert_true(strlen(before) > RECORDS * 50);
    assert_string_equal(before, after);
    free(before);
    free(after);
    free(VILLAGE(&village, NULL, "sync", "--once"));
    agree_both(&hub, village.site);
    nothing_in_clear_in(village.dir, "jiujin.db");
    nothing_in_clear_in(village.dir, "jiujin.db-wal");
    nothing_in_clear_in(hub.dir, "hub.db");
    nothing_in_clear_in(hub.dir, "hub.db-wal");
}

/* --- killed at random moments -------------------------------------------------------------------
 */

static uint32_t dice;

static uint32_t roll(uint32_t below)
{
    dice = dice * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)dice * below >> 32);
}

static struct running feeder, agent;
static int sent, answered; /* records written to the feeder; records that it has answered */

/* One answer; false at the end of what a dead feeder left. */
static bool take_answer(void)
{
    char *line = prog_line(&feeder, 60000);
    bool whole = strchr(line, '\n') != NULL;
    if (whole && strstr(line, "\"ok\":true") == NULL)
        fail_msg("record %d: %s", answered, line);
    answered += whole;
    free(line);
    return whole;
}

static void send_some(int n)
{
    int end = sent + n < RECORDS ? sent + n : RECORDS;
    size_t len = line_at[end] - line_at[sent];
    assert_int_equal(write(feeder.in, lines.data + line_at[sent], len), (ssize_t)len);
    sent = end;
}

/* Signed in when it has answered its first record: five kills within a sign-in would lock the
 * clerk, as five wrong PINs do, since a try is counted before it is made. */
static void start_feeder(void)
{
    feeder = VILLAGE_START(&village, "add", "mixed");
    if (sent < RECORDS) {
        send_some(1);
        if (!take_answer())
            fail_msg("the feeder ended before record %d", answered);
    }
}

/* Whatever was answered must be there; what was not answered may be there: the stream goes on
 * behind it, so that nothing is given twice. */
static void feeder_dies(void)
{
    kill(feeder.pid, SIGKILL);
    while (take_answer())
        ;
    prog_end(&feeder, 0);
    for (int i = answered > 100 ? answered - 100 : 0; i < answered; i++)
        assert_int_equal(times_stored(i), 1);
    while (answered < sent && times_stored(answered) == 1)
        answered++;
    for (int i = answered; i < sent; i++) /* no hole: a later record without an earlier one */
        assert_int_equal(times_stored(i), 0);
    sent = answered;
    start_feeder();
}

static void agent_dies(void)
{
    prog_end(&agent, SIGKILL);
    agent = VILLAGE_START(&village, "sync");
}

static void hub_dies(void)
{
    hubproc_stop(&hub, SIGKILL);
    hubproc_start(&hub);
}

/* A screen with a half-filled form is killed; the next one has the form back. */
static void screen_dies(int round)
{
    char purpose[64];
    snprintf(purpose, sizeof purpose, "errand %d", round);
    struct term *t = desk_open(&(struct desk){.folder = village.dir, .lang = "en"});
    term_wait(t, "admin", 30000);
    term_type_slowly(t, "1", 12);
    term_wait(t, "PIN", 30000);
    term_type_slowly(t, "1234", 12);
    term_run(t, 60);
    term_type(t, T_ENTER);
    term_wait(t, "Due now", 30000);
    term_type(t, "1");
    term_wait(t, "Phone", 30000);
    if (round > 0) { /* what the last one left */
        char last[64];
        snprintf(last, sizeof last, "errand %d", round - 1);
        term_wait(t, last, 30000);
        term_free(t);
        return;
    }
    term_type(t, T_ENTER T_ENTER T_ENTER T_ENTER);
    term_run(t, 100);
    term_type_slowly(t, purpose, 12);
    term_run(t, 60);
    term_type(t, T_DOWN); /* the field is left: from now on it must not be lost */
    term_run(t, 400);
    term_kill(t);
    term_free(t);
    screen_dies(round + 1);
}

static void strike(void)
{
    static void (*const victims[])(void) = {feeder_dies, feeder_dies, agent_dies, hub_dies};
    struct timespec moment = {0, (long)roll(8000000)};
    send_some(20 + (int)roll(60));
    nanosleep(&moment, NULL);
    victims[roll(4)]();
    while (answered < sent)
        if (!take_answer())
            fail_msg("the feeder ended before record %d", answered);
}

static int from_env(const char *name, int otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? atoi(text) : otherwise;
}

static void killed_at_random_moments_nothing_is_lost_or_doubled(void **state)
{
    (void)state;
    uint32_t seed = (uint32_t)from_env("JIUJIN_SEED", (int)(clock_now() & 0x7fffffff));
    int kills = from_env("JIUJIN_KILLS", KILLS);
    printf("JIUJIN_SEED=%u JIUJIN_KILLS=%d\n", (unsigned)seed, kills);
    dice = seed;
    sent = answered = 0;
    make_records(seed);
    start_feeder();
    agent = VILLAGE_START(&village, "sync");
    screen_dies(0);
    for (int i = 0; i < kills; i++)
        strike();
    while (answered < RECORDS) {
        send_some(100);
        while (answered < sent)
            assert_true(take_answer());
    }
    assert_int_equal(prog_end(&feeder, 0), 0);
    prog_end(&agent, SIGTERM);
    each_record_is_there_once();
    free(VILLAGE(&village, NULL, "verify"));
    free(VILLAGE(&village, NULL, "sync", "--once"));
    agree_both(&hub, village.site);
}

int main(void)
{
    lang_init("en");
    if (secret_init() != ERR_OK)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            ten_thousand_records_are_kept_proved_and_the_same_at_the_hub, setup, teardown),
        cmocka_unit_test_setup_teardown(killed_at_random_moments_nothing_is_lost_or_doubled, setup,
                                        teardown),
    };
    int status = cmocka_run_group_tests_name("kill", tests, NULL, NULL);
    buf_fini(&lines);
    return status;
}
