/* lane express: an incident is entered while 10,000 entries are on their way up, on the emulated
 * link of 128 kbit/s, 600 ms and 2 % loss: how long until it is in the hub's store. Plain and TLS.
 * lane month: 40,000 entries that gathered without a network go out at once: in which order, with
 * how much memory, and how quick the screens are meanwhile.
 * JIUJIN_BUILD: the programs. LANE_RUNS: seeds for express (3). */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/base/mem.h"
#include "tests/bench/pty.h"
#include "tests/bench/sync/radio.h"
#include "tests/e2e/records.h"

#define SITE "310118101201"
#define PORT 8470
#define RECORDS 10000
#define HELD_KB (20 * 1024) /* of the agent */
#define MONTH 40000
#define EVERY_S 6.0 /* between two incidents */
#define ROUND_S 0.6
#define OWN_S 0.1 /* about 1.5 KB of request */
#define SAMPLES 100
#define LIMIT_S 600.0

static const struct radio_shape edge = {.kbit = 128, .delay_s = 0.3, .loss = 2};
static const struct radio_shape open_link = {.kbit = 0};
static char dir[64];
static struct radio *radio;

/* --- commands ----------------------------------------------------------------------------------
 */

static pid_t start(enum radio_side side, const char *command)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (radio != NULL && setns(radio_namespace(radio, side), CLONE_NEWNET) != 0)
        _exit(126);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

static void run(enum radio_side side, const char *command)
{
    int status = 1;
    waitpid(start(side, command), &status, 0);
    if (status == 0)
        return;
    fprintf(stderr, "failed: %s\n", command);
    exit(1);
}

static void stop(pid_t pid)
{
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
}

/* A number out of a database; -1 when it cannot be read (now). */
static double ask(const char *file, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    double n = -1;
    char *path = mem_printf("%s/%s", dir, file);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, sql, -1, &q, NULL) == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW)
        n = sqlite3_column_double(q, 0);
    sqlite3_finalize(q);
    sqlite3_close(db);
    free(path);
    return n;
}

static double wait_for(const char *file, const char *sql, double least)
{
    double end = radio_now() + LIMIT_S;
    while (ask(file, sql) < least && radio_now() < end)
        usleep(4000);
    return radio_now();
}

/* --- what both need ----------------------------------------------------------------------------
 */

static void make_folder(void)
{
    snprintf(dir, sizeof dir, "/tmp/jiujin-lane-XXXXXX");
    if (mkdtemp(dir) == NULL)
        exit(1);
    setenv("LANE", dir, 1);
    setenv("JIUJIN_USER", "admin", 1);
    setenv("JIUJIN_PIN", "1234", 1);
    setenv("JIUJIN_HUB_STORE", "sqlite:hub.db", 1);
    if (getenv("JIUJIN_BUILD") == NULL)
        setenv("JIUJIN_BUILD", "build", 1);
    char *build = realpath(getenv("JIUJIN_BUILD"), NULL);
    setenv("B", build != NULL ? build : "build", 1);
    free(build);
}

static void write_records(int n)
{
    struct records r;
    struct buf line = BUF_INIT;
    char *path = mem_printf("%s/records.jsonl", dir);
    FILE *f = fopen(path, "w");
    records_start(&r, 1);
    for (int i = 0; i < n && f != NULL; i++) {
        buf_clear(&line);
        records_next(&r, &line);
        fwrite(line.data, 1, line.len, f);
    }
    if (f == NULL || fclose(f) != 0)
        exit(1);
    buf_fini(&line);
    free(path);
}

/* The site with its records, before it knows of any hub. A record that a busy machine refuses (its
 * rules have a limit of time) is left out: what there is, is counted. */
static void make_site(int records)
{
    write_records(records);
    run(RADIO_VILLAGE, "cd $LANE && $B/jiujin --dir v init --site " SITE " --name test"
                       " --policy epidemic-2022 >/dev/null"
                       " && $B/jiujin --dir v add mixed <records.jsonl >answers; true");
}

static pid_t join(const char *host, bool tls)
{
    char *serve = mem_printf("cd $LANE && exec $B/jiujin-hub serve --listen %s:%d%s >hub.log 2>&1",
                             host, PORT, tls ? " --tls" : "");
    char *enrol =
        mem_printf("cd $LANE && code=$($B/jiujin-hub --lang en site add " SITE " test | head -n 1)"
                   " && $B/jiujin --dir v enrol http%s://%s:%d \"$code\" --plain"
                   " >/dev/null",
                   tls ? "s" : "", host, PORT);
    pid_t hub = start(RADIO_AT_HUB, serve);
    sleep(1);
    run(RADIO_VILLAGE, enrol);
    free(serve);
    free(enrol);
    return hub;
}

static void clean(void)
{
    if (getenv("LANE_KEEP") == NULL)
        run(RADIO_AT_HUB, "rm -rf $LANE");
}

#define INCIDENT                                                                                   \
    "{\"person\":{\"name\":\"测试甲\",\"id_no\":\"999101194503150025\","                        \
    "\"phone\":\"12000000001\"},\"cause\":\"temperature\",\"facts\":{},\"note\":\"38.2\"}"

static void add_incident(void)
{
    run(RADIO_VILLAGE, "cd $LANE && echo '" INCIDENT "' | $B/jiujin --dir v add incident"
                       " >/dev/null");
}

/* --- express -----------------------------------------------------------------------------------
 */

static const char *const in_hub = "SELECT count(*) FROM incident";
static const char *const mark = "SELECT seq FROM site_epoch";

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* From the moment an incident was written here to the moment it was stored there, by the one clock
 * that both have. */
static void say_times(double since_ms)
{
    double t[SAMPLES];
    int n = 0, within = 0;
    for (int i = 0; i < SAMPLES; i++) {
        char *sql = mem_printf("SELECT arrived - heard FROM entry WHERE kind = 'incident'"
                               " AND heard > %.0f ORDER BY seq LIMIT 1 OFFSET %d",
                               since_ms, i);
        double ms = ask("hub.db", sql);
        free(sql);
        if (ms < 0)
            break;
        t[n++] = ms / 1000;
        within += ms / 1000 <= 3 * ROUND_S + OWN_S;
        printf(" %.2f", ms / 1000);
    }
    qsort(t, (size_t)n, sizeof *t, by_size);
    if (n > 0)
        printf(" s; median %.2f, longest %.2f, within the aim %d of %d", t[n / 2], t[n - 1], within,
               n);
}

static void one_upload(unsigned seed, bool tls)
{
    char why[200] = "";
    radio = radio_open(why, sizeof why);
    if (radio == NULL) {
        printf("no link can be made here: %s\n", why);
        exit(1);
    }
    run(RADIO_VILLAGE, "cd $LANE && rm -rf v hub.db* && cp -r site v");
    pid_t hub = join(RADIO_HUB, tls);
    double entries = ask("v/jiujin.db", "SELECT count(*) FROM entry");
    radio_shape(radio, &edge, seed);
    double begun = radio_now();
    pid_t agent = start(RADIO_VILLAGE, "cd $LANE && exec $B/jiujin --dir v sync >sync.log 2>&1");
    printf("%-5s seed %u:", tls ? "TLS" : "plain", seed);
    fflush(stdout);
    wait_for("hub.db", mark, 1); /* what was express among the records went first */
    double first = radio_now() - begun + 1,
           since = ask("v/jiujin.db", "SELECT max(heard) FROM entry");
    for (double at = first; ask("hub.db", mark) < entries - 500; at += EVERY_S) {
        while (radio_now() < begun + at)
            usleep(10000);
        add_incident();
    }
    double end = wait_for("hub.db", mark, ask("v/jiujin.db", "SELECT max(seq) FROM entry"));
    say_times(since);
    printf("; the upload of %.0f entries %.0f s\n", entries, end - begun);
    stop(agent);
    stop(hub);
    radio_shape(radio, &open_link, 0);
    radio_close(radio);
    radio = NULL;
}

static void express(void)
{
    int runs = getenv("LANE_RUNS") != NULL ? atoi(getenv("LANE_RUNS")) : 3;
    make_folder();
    make_site(RECORDS * 8 / 10);
    run(RADIO_AT_HUB, "cd $LANE && mv v site");
    for (int tls = 0; tls < 2; tls++)
        for (int i = 1; i <= runs; i++) {
            pid_t pid = fork(); /* for the calling process ends in the link's namespace */
            if (pid == 0) {
                one_upload((unsigned)i, tls == 1);
                exit(0);
            }
            waitpid(pid, NULL, 0);
        }
    clean();
    printf("aim: 3 round trips and its own serialisation, %.1f s\n", 3 * ROUND_S + OWN_S);
}

/* --- a month -----------------------------------------------------------------------------------
 */

static long peak_kb(pid_t pid)
{
    char line[128];
    long kb = 0;
    char *path = mem_printf("/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "r");
    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        sscanf(line, "VmHWM: %ld", &kb);
    if (f != NULL)
        fclose(f);
    free(path);
    return kb;
}

/* Keys on the home screen while the agent works: the slowest of some. */
static double slowest_key(struct pty *p)
{
    double worst = 0;
    static const char *const keys[] = {"1", "\033", "3", "\033", "8", "\033", "4", "\033"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct pty_seen seen = pty_keys(p, keys[i]);
        worst = seen.bytes > 0 && seen.first_ms > worst ? seen.first_ms : worst;
    }
    return worst;
}

static int month(void)
{
    long peak = 0, kb;
    struct pty p;
    make_folder();
    char *site = mem_printf("%s/v", dir);
    make_site(MONTH * 8 / 10);
    pid_t hub = join("127.0.0.1", true);
    double entries = ask("v/jiujin.db", "SELECT count(*) FROM entry");
    char *program = mem_printf("%s/jiujin", getenv("B"));
    const char *const argv[] = {program, "--dir", site, "--user", "admin", "--lang", "en", NULL};
    pty_start(&p, argv);
    pty_keys(&p, "1234\r");
    double alone = slowest_key(&p), busy = 0, key, begun = radio_now();
    pid_t agent = start(RADIO_VILLAGE, "cd $LANE && exec $B/jiujin --dir v sync >sync.log 2>&1");
    while (ask("hub.db", mark) < entries && radio_now() < begun + LIMIT_S) {
        if ((kb = peak_kb(agent)) > peak)
            peak = kb;
        key = slowest_key(&p);
        busy = key > busy ? key : busy;
    }
    double took = radio_now() - begun;
    kb = peak_kb(agent);
    double first =
        ask("hub.db", "SELECT count(*) FROM entry e WHERE kind = 'incident' AND arrived >"
                      " (SELECT min(arrived) FROM entry WHERE seq > 100"
                      " AND kind NOT IN ('incident', 'incident_step', 'person',"
                      " 'suspend', 'resume', 'report'))");
    double disorder = ask("hub.db", "SELECT count(*) FROM entry a JOIN entry b ON b.seq = a.seq + 1"
                                    " WHERE a.kind IN ('visit', 'ledger') AND b.kind IN ('visit',"
                                    " 'ledger') AND b.arrived < a.arrived");
    printf("%.0f entries, %.0f of them incidents; %.1f s on loopback, TLS\n", entries,
           ask("hub.db", in_hub), took);
    printf("incidents that came behind what may wait: %.0f; entries out of order: %.0f\n", first,
           disorder);
    printf("agent's memory, peak: %.1f MiB (aim 20)\n", (double)(kb > peak ? kb : peak) / 1024);
    printf("slowest first answer to a key: %.1f ms alone, %.1f ms while it sends\n", alone, busy);
    pty_end(&p);
    stop(agent);
    stop(hub);
    clean();
    free(site);
    free(program);
    return first == 0 && disorder == 0 && (kb > peak ? kb : peak) < HELD_KB ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "month") == 0)
        return month();
    if (argc == 2 && strcmp(argv[1], "express") == 0)
        return express(), 0;
    return fprintf(stderr, "lane express | month\n") > 0 ? 2 : 2;
}
