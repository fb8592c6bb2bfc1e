/* Owns: a village that never rests while its programs are killed. Invariant: a record that was
 * answered is there once, and what was acknowledged is at the hub, after each kill. */
#include "tests/unit/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kiosk/base/buf.h"
#include "tests/bench/campaign/book.h"
#include "tests/bench/campaign/town.h"
#include "tests/e2e/records.h"

#define RECORDS (1 << 17)

static struct machine village;
static struct running feeder, agent;
static struct records made;
static struct buf lines;        /* all records so far, a line each */
static size_t line_at[RECORDS]; /* where each begins */
static int made_n, sent, answered;
static struct {
    int agents, hubs, feeders, under_way;
} count;

/* The record's own member "what", without what follows a colon. */
static void kind_of(int i, char out[32])
{
    const char *text = buf_str(&lines) + line_at[i] + strlen("{\"what\":\"");
    snprintf(out, 32, "%.*s", (int)strcspn(text, ":\""), text);
}

/* How often record i is in the journal; a person alone has no time of its own and is not looked
 * for. */
static int64_t times_stored(int i)
{
    char sql[200], kind[32];
    kind_of(i, kind);
    snprintf(sql, sizeof sql, "SELECT count(*) FROM v.entry WHERE at = %lld AND kind = '%s'",
             (long long)records_at(i), kind);
    return book_number(NULL, village.dir, sql);
}

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

static void take_answers(void)
{
    while (answered < sent)
        if (!take_answer())
            fail_msg("the feeder ended before record %d", answered);
}

static bool timed[RECORDS]; /* has record i a time of its own? */

static void send_some(int n)
{
    int end = sent + n < RECORDS - 1 ? sent + n : RECORDS - 1;
    for (; made_n < end; made_n++) {
        timed[made_n] = records_next(&made, &lines);
        line_at[made_n + 1] = lines.len;
    }
    size_t len = line_at[end] - line_at[sent];
    assert_int_equal(write(feeder.in, lines.data + line_at[sent], len), (ssize_t)len);
    sent = end;
}

static void start(struct running *p, const char *word, const char *what)
{
    const char *argv[] = {prog_path("jiujin"), "--dir", village.dir, word, what, NULL};
    *p = prog_start(argv);
}

/* Signed in when it has answered its first record: five kills within a sign-in would lock the
 * clerk, as five wrong PINs do. */
static void start_feeder(void)
{
    start(&feeder, "add", "mixed");
    send_some(1);
    take_answers();
}

/* What was answered is there once; what was not may be there, without a hole: behind it the stream
 * goes on. A person alone is given once more, and recognised. */
static void feeder_dies(void)
{
    count.feeders++;
    kill(feeder.pid, SIGKILL);
    while (take_answer())
        ;
    prog_end(&feeder, 0);
    for (int i = answered > 60 ? answered - 60 : 0; i < answered; i++)
        if (timed[i] && times_stored(i) != 1)
            fail_msg("record %d of %d is not there once", i, answered);
    int there = answered;
    for (int i = answered; i < sent; i++) {
        if (!timed[i] || times_stored(i) == 0)
            continue;
        for (int k = there; k < i; k++)
            if (timed[k] && times_stored(k) != 1)
                fail_msg("record %d is there without %d", i, k);
        there = i + 1;
    }
    sent = answered = there;
    start_feeder();
}

static void agent_dies(void)
{
    count.agents++;
    prog_end(&agent, SIGKILL);
    book_grow(village.site, village.dir);
    book_acked(village.site);
    start(&agent, "sync", NULL);
}

static void hub_dies(void)
{
    count.hubs++;
    hubproc_stop(&town_hub, SIGKILL);
    book_grow(village.site, village.dir);
    book_acked(village.site);
    hubproc_start(&town_hub);
}

static bool something_under_way(void)
{
    return book_number(NULL, village.dir,
                       "SELECT (SELECT max(seq) FROM v.entry) > (SELECT 0 + value FROM v.meta"
                       " WHERE key = 'acked')") != 0;
}

/* Now and then the two are left alone for as long as they need to come to each other again. */
static void breathe(void)
{
    for (int ms = 0; ms < 3000 && something_under_way(); ms += 50)
        usleep(50000);
}

static int said;

static void strike(void)
{
    static void (*const victims[])(void) = {agent_dies, agent_dies, hub_dies, hub_dies,
                                            feeder_dies};
    struct timespec moment = {0, (long)town_roll(90000000)};
    send_some(5 + (int)town_roll(25));
    nanosleep(&moment, NULL);
    count.under_way += something_under_way();
    victims[town_roll(5)]();
    take_answers();
    if (town_roll(8) == 0)
        breathe();
    if ((count.agents + count.hubs) % 100 == 0 && said != count.agents + count.hubs) {
        said = count.agents + count.hubs;
        printf("%d killed, %d records\n", said, answered);
    }
}

static void each_record_is_there_once(void)
{
    for (int i = 0; i < sent; i++)
        if (timed[i] && times_stored(i) != 1)
            fail_msg("record %d is there %d times", i, (int)times_stored(i));
}

void campaign_kills(int kills)
{
    time_t began = time(NULL);
    town_village(&village, 0);
    records_start(&made, town_roll(1000000));
    start_feeder();
    start(&agent, "sync", NULL);
    while (count.agents + count.hubs < kills)
        strike();
    assert_int_equal(prog_end(&feeder, 0), 0);
    prog_end(&agent, SIGTERM);
    each_record_is_there_once();
    TOWN(&village, 0, NULL, "verify");
    TOWN(&village, 0, NULL, "sync", "--once");
    book_note(village.site, village.dir);
    book_judge(village.site, village.dir);
    free(HUBPROC(&town_hub, "verify"));
    printf("killed: agent %d, hub %d, and what enters records %d; with something on its way %d;"
           " %lld records, %lld entries; %lld s\n",
           count.agents, count.hubs, count.feeders, count.under_way, (long long)sent,
           (long long)book_number(NULL, village.dir, "SELECT count(*) FROM v.entry"),
           (long long)(time(NULL) - began));
    town_forget(&village);
    buf_fini(&lines);
}
