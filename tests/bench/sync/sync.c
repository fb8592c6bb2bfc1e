/* sync: every carrier of peers.c over the same emulated links with the same records, as one table.
 *
 *   SYNC_PEERS=jiujin,put   carriers, by their names (all)    SYNC_RUNS=3     the middle one is
 * told (1) SYNC_LINKS=edge,cut     links, by their names (all)       SYNC_JOBS=4     at a time (4)
 *   SYNC_RECORDS=1000       how many (1000,10000)             SYNC_LIMIT=900  s until one is given
 * up SYNC_KEEP=1             folders are left
 *
 * sync frames|documents SITE AFTER FILE, sync squeeze FROM FILE: what peers carry (entries.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/base/mem.h"
#include "tests/bench/sync/cell.h"
#include "tests/bench/sync/entries.h"

#define RUNS_MOST 9
#define SIZES_MOST 8
#define KBIT 128
#define DELAY_S 0.3
#define LOSS 2

static const struct line lines[] = {
    {"lan", "as fast as the machine, nothing lost", {.kbit = 0}},
    {"edge",
     "128 kbit/s each way, 600 ms there and back, 2 % lost",
     {.kbit = KBIT, .delay_s = DELAY_S, .loss = LOSS}},
    {"cut",
     "edge; down for 10 s after 15 s, then after each 30 s; connections from before are dead",
     {.kbit = KBIT,
      .delay_s = DELAY_S,
      .loss = LOSS,
      .first_s = 15,
      .down_s = 10,
      .up_s = 30,
      .hard = true}},
};
#define LINES (sizeof lines / sizeof *lines)

/* The runs of one carrier with one number of records over one link. */
struct row {
    struct cell cell;
    struct result run[RUNS_MOST];
    bool wanted;
};

struct bench {
    const char *folder;
    int sizes[SIZES_MOST], n_sizes, runs, jobs;
    double limit;
    struct row *rows; /* shared with the processes that fill them */
    size_t n_rows;
};

/* --- what is asked for --------------------------------------------------------------------------
 */

static double setting(const char *name, double otherwise)
{
    const char *given = getenv(name);
    return given != NULL && *given != 0 ? strtod(given, NULL) : otherwise;
}

/* True when the variable is not there, or names it between commas. */
static bool chosen(const char *variable, const char *name)
{
    const char *given = getenv(variable);
    size_t len = strlen(name);
    if (given == NULL || *given == 0)
        return true;
    for (const char *p = given; (p = strstr(p, name)) != NULL; p++)
        if ((p == given || p[-1] == ',') && (p[len] == ',' || p[len] == 0))
            return true;
    return false;
}

static void read_sizes(struct bench *b)
{
    const char *p = getenv("SYNC_RECORDS");
    p = p != NULL && *p != 0 ? p : "1000,10000";
    while (b->n_sizes < SIZES_MOST && *p != 0) {
        char *end;
        b->sizes[b->n_sizes++] = (int)strtol(p, &end, 10);
        p = *end == ',' ? end + 1 : end + strlen(end);
    }
}

static void plan(struct bench *b)
{
    b->n_rows = LINES * (size_t)b->n_sizes * peers_count;
    b->rows = mmap(NULL, b->n_rows * sizeof *b->rows, PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (b->rows == MAP_FAILED)
        abort();
    struct row *r = b->rows;
    for (size_t line = 0; line < LINES; line++)
        for (int size = 0; size < b->n_sizes; size++)
            for (size_t i = 0; i < peers_count; i++, r++) {
                r->cell = (struct cell){&peers[i], &lines[line], b->sizes[size], 0};
                r->wanted =
                    chosen("SYNC_PEERS", peers[i].name) && chosen("SYNC_LINKS", lines[line].name);
            }
}

/* --- all of them --------------------------------------------------------------------------------
 */

static void wait_for_one(int *running)
{
    if (*running > 0 && wait(NULL) > 0)
        --*running;
}

static void start(struct bench *b, struct row *r, int run)
{
    fflush(NULL);
    if (fork() == 0) {
        struct cell c = r->cell;
        c.run = run;
        cell_run(&c, b->folder, b->limit, &r->run[run]);
        fprintf(stderr, "%s, %d records, %s: %.1f s%s%s\n", c.carrier->name, c.records,
                c.line->name, r->run[run].time, r->run[run].done ? "" : ", not done ",
                r->run[run].why);
        _exit(0);
    }
}

/* Where only the machine is the limit, one at a time; slow links leave it idle. */
static void run_all(struct bench *b)
{
    int running = 0;
    for (size_t i = 0; i < b->n_rows; i++)
        for (int run = 0; b->rows[i].wanted && run < b->runs; run++) {
            int most = b->rows[i].cell.line->shape.kbit > 0 ? b->jobs : 1;
            while (running >= most)
                wait_for_one(&running);
            start(b, &b->rows[i], run);
            running++;
        }
    while (running > 0)
        wait_for_one(&running);
}

/* --- the table ----------------------------------------------------------------------------------
 */

static int by_time(const void *a, const void *b)
{
    const struct result *x = a, *y = b;
    if (x->done != y->done)
        return x->done ? -1 : 1;
    return (x->time > y->time) - (x->time < y->time);
}

static const struct result *middle(const struct row *r, int runs)
{
    return &r->run[(runs - 1) / 2];
}

static const struct row *find(const struct bench *b, const char *carrier, int records,
                              const char *line)
{
    for (size_t i = 0; i < b->n_rows; i++)
        if (b->rows[i].wanted && strcmp(b->rows[i].cell.carrier->name, carrier) == 0 &&
            b->rows[i].cell.records == records && strcmp(b->rows[i].cell.line->name, line) == 0)
            return &b->rows[i];
    return NULL;
}

/* Of the bytes that went up, those that a link without losses and cuts does not need: TCP's own and
 * what was sent anew on another connection. Of what was not done, or without a run on the LAN, only
 * TCP's are known. */
static double sent_twice(const struct bench *b, const struct row *r, double *share)
{
    const struct radio_count *up = &middle(r, b->runs)->link.side[RADIO_VILLAGE];
    const struct row *lan = find(b, r->cell.carrier->name, r->cell.records, "lan");
    double needed = (double)(up->payload - up->again);
    if (lan != NULL && middle(lan, b->runs)->done && middle(r, b->runs)->done) {
        const struct radio_count *least = &middle(lan, b->runs)->link.side[RADIO_VILLAGE];
        needed = (double)(least->payload - least->again);
    }
    double twice = (double)up->payload - needed;
    *share = needed > 0 ? 100 * twice / needed : 0;
    return twice;
}

static void print_row(const struct bench *b, const struct row *r)
{
    const struct result *m = middle(r, b->runs);
    double share, twice = sent_twice(b, r, &share);
    if (m->why[0] != 0) {
        printf("%-27s %7d %-5s %s\n", r->cell.carrier->name, r->cell.records, r->cell.line->name,
               m->why);
        return;
    }
    printf("%-27s %7d %-5s %8.1f %9ld %9ld %9.0f %6.1f %6.0f %5.1f  %s\n", r->cell.carrier->name,
           r->cell.records, r->cell.line->name, m->time, m->link.side[RADIO_VILLAGE].bytes,
           m->link.side[RADIO_AT_HUB].bytes, twice, share, m->link.down_s, m->load,
           m->done ? "yes" : "no");
}

static void print_table(const struct bench *b)
{
    printf("%-27s %7s %-5s %8s %9s %9s %9s %6s %6s %5s  %s\n", "who", "records", "link", "time, s",
           "bytes up", "down", "twice", "%", "cut, s", "load", "done");
    for (size_t i = 0; i < b->n_rows; i++)
        if (b->rows[i].wanted)
            print_row(b, &b->rows[i]);
}

/* --- the aims -----------------------------------------------------------------------------------
 */

enum figure { TIME, UP, BOTH };

static double figure_of(const struct result *m, enum figure what)
{
    double up = (double)m->link.side[RADIO_VILLAGE].bytes;
    return what == TIME ? m->time : what == UP ? up : up + (double)m->link.side[RADIO_AT_HUB].bytes;
}

/* One carrier's figure by another's, on the edge link with 1,000 records. */
static const struct aim {
    const char *say, *one, *other, *aim;
    enum figure figure;
} aims[] = {
    {"first sync: its time by the PUT's", "jiujin", "put sealed", "<= 1.1", TIME},
    {"first sync: its bytes up by the PUT's", "jiujin", "put sealed", "< 1", UP},
    {"known village: its time by the PUT's", "jiujin, known village", "put sealed, known village",
     "<= 1.1", TIME},
    {"known village: its bytes up by the PUT's", "jiujin, known village",
     "put sealed, known village", "< 1", UP},
    {"PouchDB's bytes by first sync's", "pouchdb", "jiujin", ">= 10", BOTH},
    {"PouchDB's bytes by known village's", "pouchdb", "jiujin, known village", ">= 10", BOTH},
    {"PouchDB's with sealed entries by first sync's", "pouchdb sealed", "jiujin", ">= 10", BOTH},
    {"PouchDB's time by first sync's", "pouchdb", "jiujin", ">= 20", TIME},
    {"PouchDB's time by known village's", "pouchdb", "jiujin, known village", ">= 20", TIME},
    {"PouchDB's with sealed entries by first sync's", "pouchdb sealed", "jiujin", ">= 20", TIME},
};

static void print_aim(const struct bench *b, const struct aim *a)
{
    const struct row *one = find(b, a->one, 1000, "edge"), *other = find(b, a->other, 1000, "edge");
    if (one == NULL || other == NULL)
        return;
    double by = figure_of(middle(other, b->runs), a->figure);
    printf("%-54s %8.2f  %s\n", a->say,
           by > 0 ? figure_of(middle(one, b->runs), a->figure) / by : 0, a->aim);
}

static void print_cut_aim(const struct bench *b, const char *who)
{
    const struct row *cut = find(b, who, 10000, "cut"), *edge = find(b, who, 10000, "edge");
    double share;
    if (cut == NULL || edge == NULL)
        return;
    const struct result *c = middle(cut, b->runs), *e = middle(edge, b->runs);
    sent_twice(b, cut, &share);
    printf("%-21s %-32s %8.2f  %s\n", who, "cut: time less cuts by uncut",
           (c->time - c->link.down_s) / e->time, "<= 1.3");
    printf("%-21s %-32s %8.1f  %s\n", who, "cut: of 100 bytes sent twice", share, "< 15");
}

static void print_aims(const struct bench *b)
{
    printf("\n%-54s %8s  %s\n", "on the edge link, 1,000 records", "measured", "aim");
    for (size_t i = 0; i < sizeof aims / sizeof *aims; i++)
        print_aim(b, &aims[i]);
    print_cut_aim(b, "jiujin");
    print_cut_aim(b, "jiujin, known village");
}

static void print_head(const struct bench *b)
{
    const char *tcp = getenv("SYNC_TCP");
    for (size_t i = 0; i < LINES; i++)
        printf("%s: %s\n", lines[i].name, lines[i].what);
    printf("%d run%s each, the middle one by time, %d at a time on slow links; %ld processors; "
           "TCP: %s\n\n",
           b->runs, b->runs == 1 ? "" : "s", b->jobs, sysconf(_SC_NPROCESSORS_ONLN),
           tcp != NULL && *tcp != 0 ? tcp : "cubic");
}

static void bench(void)
{
    char folder[] = "/tmp/jiujin-bench-sync-XXXXXX";
    struct bench b = {.runs = (int)setting("SYNC_RUNS", 1),
                      .jobs = (int)setting("SYNC_JOBS", 4),
                      .limit = setting("SYNC_LIMIT", 900)};
    b.runs = b.runs < 1 ? 1 : b.runs > RUNS_MOST ? RUNS_MOST : b.runs;
    if ((b.folder = mkdtemp(folder)) == NULL)
        exit(1);
    read_sizes(&b);
    for (int i = 0; i < b.n_sizes; i++)
        peers_prepare(b.folder, b.sizes[i]);
    plan(&b);
    run_all(&b);
    for (size_t i = 0; i < b.n_rows; i++)
        qsort(b.rows[i].run, (size_t)b.runs, sizeof b.rows[i].run[0], by_time);
    print_head(&b);
    print_table(&b);
    print_aims(&b);
    char *command = mem_printf("rm -rf %s/[0-9]*; rmdir %s 2>/dev/null", folder, folder);
    if (system(command) != 0)
        fprintf(stderr, "%s is left\n", folder);
    free(command);
}

int main(int argc, char **argv)
{
    char self[512];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (argc == 5 && strcmp(argv[1], "frames") == 0)
        entries_frames(argv[2], argv[3], argv[4]);
    else if (argc == 5 && strcmp(argv[1], "documents") == 0)
        entries_documents(argv[2], argv[3], argv[4]);
    else if (argc == 4 && strcmp(argv[1], "squeeze") == 0)
        entries_squeeze(argv[2], argv[3]);
    else if (argc > 1 || n < 0)
        return fprintf(stderr, "sync: see the head of tests/bench/sync/sync.c\n") > 0 ? 2 : 2;
    else if (!radio_possible())
        return 1;
    else {
        self[n] = 0;
        setenv("SYNC_SELF", self, 1);
        setenv("SYNC_HUB", "http://" RADIO_HUB ":8080", 1);
        setenv("JIUJIN_USER", "admin", 1);
        setenv("JIUJIN_PIN", "1234", 1);
        bench();
    }
    return 0;
}
