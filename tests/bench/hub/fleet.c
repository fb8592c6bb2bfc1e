/* bench-fleet: a seeded day of many villages against one hub, through real connections, and held
 * against the hub's store at its end; then what an entry costs as the store grows.
 *
 *   fleet day SITES SECONDS [SEED]   ten hours pressed into so many seconds, 500 connections at
 * most fleet grow ENTRIES...            stores of so many entries, and real uploads into each */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "sync/hub/site.h"
#include "tests/bench/hub/base.h"
#include "tests/bench/hub/days.h"
#include "tests/bench/hub/grow.h"
#include "tests/bench/hub/invented.h"
#include "tests/bench/hub/load.h"
#include "tests/bench/hub/measure.h"

#define LINES 500
#define FRAME 50
#define STOCK 260       /* records: more entries than a village's day has */
#define QUICK_LEVEL 3   /* of packing, for all */
#define BACK_OFF 500000 /* us before a cut one comes back */

enum step { IDLE, DUE, ASKING, SENDING };

struct station {
    struct invented v;
    enum step step;
    bool uncertain;     /* cut: the hub is asked first what it has */
    int32_t upto;       /* entries that are written */
    int64_t acked;      /* as the hub said */
    uint8_t cut;        /* of the next upload */
    int64_t due, again; /* us: since when it wants to send; not before this */
    int hour;           /* that it became due in */
    struct wire_request asked;
    struct buf bytes;
};

struct delays {
    int64_t *ack, *late, n;
};

struct day {
    struct plan plan;
    struct station *s;
    struct hubproc hub;
    unsigned char pub[SIGN_PUB_BYTES];
    int sites;
    int64_t span, start; /* us */
    int64_t next;        /* contact of the plan */
    int32_t *queue;      /* stations that are due, a ring */
    int64_t head, tail, room;
    int64_t uploads, marks, busy, bad, broken;
    struct delays at[2]; /* at nine; at other hours */
};

/* --- who is due ---------------------------------------------------------------------------------
 */

static void enqueue(struct day *d, struct station *s)
{
    s->step = DUE;
    d->queue[d->tail++ % d->room] = (int32_t)(s - d->s);
}

/* What the clock has reached: records are there, and whose line is up becomes due. */
static void follow_plan(struct day *d, int64_t now)
{
    int64_t moment = (now - d->start) * PLAN_DAY_MS / d->span;
    for (; d->next < d->plan.n && d->plan.contact[d->next].at <= moment; d->next++) {
        const struct plan_contact *c = &d->plan.contact[d->next];
        struct station *s = &d->s[c->site];
        s->upto = c->upto;
        if (c->silent)
            continue;
        s->cut = c->cut > 0 ? c->cut : s->cut;
        if (s->step != IDLE)
            continue;
        s->due = d->start + (int64_t)c->at * d->span / PLAN_DAY_MS;
        s->hour = c->at / 3600000;
        enqueue(d, s);
    }
}

static enum load_next next_job(void *arg, int line, struct load_job *job)
{
    (void)line;
    struct day *d = arg;
    int64_t now = load_now_us();
    follow_plan(d, now);
    if (d->head == d->tail)
        return d->next == d->plan.n ? LOAD_END : LOAD_WAIT;
    struct station *s = &d->s[d->queue[d->head++ % d->room]];
    if (!s->uncertain && s->upto <= s->acked) {
        s->step = IDLE;
        return LOAD_WAIT;
    }
    if (s->again > now) { /* those behind it may go */
        enqueue(d, s);
        return LOAD_WAIT;
    }
    buf_clear(&s->bytes);
    s->step = s->uncertain ? ASKING : SENDING;
    invented_seek(&s->v, s->acked);
    if (s->uncertain)
        invented_mark(&s->v, &s->asked, &s->bytes);
    else
        invented_upload(&s->v, s->upto - s->acked, FRAME, &s->asked, &s->bytes);
    *job = (struct load_job){.bytes = s->bytes.data, .len = s->bytes.len, .tag = s};
    if (!s->uncertain && s->cut > 0)
        job->cut = s->bytes.len * s->cut / 100;
    return LOAD_JOB;
}

/* --- what came of it ----------------------------------------------------------------------------
 */

static void note_delay(struct day *d, const struct station *s, const struct load_answer *a)
{
    struct delays *t = &d->at[PLAN_FROM + s->hour != 9];
    t->ack[t->n] = a->us;
    t->late[t->n++] = load_now_us() - s->due;
}

static void come_back(struct day *d, struct station *s, int64_t after_us)
{
    s->again = load_now_us() + after_us;
    enqueue(d, s);
}

static void answered(struct day *d, struct station *s, const struct load_answer *a,
                     const json_t *told)
{
    bool asked = s->step == ASKING;
    int64_t ack = js_int(told, "ack", -1);
    d->marks += asked;
    d->uploads += !asked;
    s->acked = ack;
    s->uncertain = false;
    if (a->status == 503) {
        d->busy++;
        come_back(d, s, js_int(told, "retry", 60) * 1000000);
        return;
    }
    d->bad += a->status != 200 || (!asked && ack != s->v.seq);
    if (!asked)
        note_delay(d, s, a);
    s->step = IDLE;
    if (s->upto == s->acked)
        return;
    if (!asked) /* written meanwhile */
        s->due = load_now_us();
    enqueue(d, s);
}

static void job_done(void *arg, const struct load_job *job, const struct load_answer *a)
{
    struct day *d = arg;
    json_t *told = NULL;
    struct station *s = job->tag;
    if (a->status == 0) {
        d->broken += job->cut == 0;
        s->cut = 0;
        s->uncertain = true;
        come_back(d, s, BACK_OFF);
        return;
    }
    if (wire_answer_read(a->body, a->len, d->pub, &s->asked, &told) != ERR_OK ||
        js_int(told, "ack", -1) < 0) {
        if (d->bad++ == 0)
            fprintf(stderr, "%s was answered %d without a mark\n", s->v.site, a->status);
        come_back(d, s, BACK_OFF);
    } else {
        answered(d, s, a, told);
    }
    json_decref(told);
}

/* --- the day ------------------------------------------------------------------------------------
 */

static void must(enum err rc, const char *what)
{
    char say[400];
    if (rc == ERR_OK)
        return;
    err_say(rc, say, sizeof say);
    fprintf(stderr, "fleet: %s: %s\n", what, say);
    exit(1);
}

static void begin_day(struct day *d, int sites, int64_t seconds, uint64_t seed)
{
    struct hub *h;
    *d = (struct day){.sites = sites, .span = seconds * 1000000};
    days_make(&d->plan, seed, sites);
    invented_stock(STOCK);
    invented_level(QUICK_LEVEL);
    d->s = mem_alloc((size_t)sites * sizeof *d->s);
    d->room = sites + 1;
    d->queue = mem_alloc((size_t)d->room * sizeof *d->queue);
    for (int i = 0; i < 2; i++) {
        d->at[i].ack = mem_alloc((size_t)d->plan.n * 2 * sizeof(int64_t));
        d->at[i].late = mem_alloc((size_t)d->plan.n * 2 * sizeof(int64_t));
    }
    base_hub(&d->hub);
    must(hub_open(d->hub.store, &h), d->hub.store);
    memcpy(d->pub, h->keys.sign_pub, sizeof d->pub);
    must(hub_begin(h->db), d->hub.store);
    for (int i = 0; i < sites; i++) {
        invented_begin(&d->s[i].v, i);
        must(invented_enrol(h, &d->s[i].v, 1), d->s[i].v.site);
    }
    must(hub_end(h->db, ERR_OK), d->hub.store);
    hub_close(h);
    hubproc_start(&d->hub);
}

/* Every site's mark and hash, and every entry. */
static int64_t missing_at_hub(struct day *d)
{
    struct hub *h;
    int64_t wrong = 0;
    must(hub_open(d->hub.store, &h), d->hub.store);
    for (int i = 0; i < d->sites; i++) {
        struct hub_mark mark;
        struct invented *v = &d->s[i].v;
        invented_seek(v, d->plan.total[i]);
        wrong += hub_mark_read(h, v->site, 1, &mark) != ERR_OK || mark.seq != v->seq ||
                 memcmp(mark.hash, v->hash, HASH_BYTES) != 0;
    }
    wrong += hub_number(h->db, -1, "SELECT count(*) FROM entry WHERE refused IS NULL", "") !=
             d->plan.entries;
    hub_close(h);
    return wrong;
}

static void print_delays(const char *when, struct delays *t)
{
    printf("%-12s %8lld %8.1f %8.1f %8.1f   %9.1f %9.1f\n", when, (long long)t->n,
           (double)measure_share(t->ack, t->n, 0.5) / 1000,
           (double)measure_share(t->ack, t->n, 0.99) / 1000,
           (double)measure_share(t->ack, t->n, 1) / 1000,
           (double)measure_share(t->late, t->n, 0.5) / 1000,
           (double)measure_share(t->late, t->n, 0.99) / 1000);
}

static void end_day(struct day *d)
{
    for (int i = 0; i < d->sites; i++)
        buf_fini(&d->s[i].bytes);
    for (int i = 0; i < 2; i++) {
        free(d->at[i].ack);
        free(d->at[i].late);
    }
    free(d->s);
    free(d->queue);
    days_free(&d->plan);
    base_hub_free(&d->hub);
    base_stop();
    invented_stock_free();
}

static void print_day(struct day *d, int64_t us, int64_t cpu, int64_t server, int64_t kb)
{
    printf(
        "%lld uploads and %lld questions for the mark in %.1f s: %.0f uploads/s, %.0f entries/s; "
        "hub: %.2f ms of CPU an upload, %.0f us an entry, VmHWM %.1f MB; database server: %.2f ms "
        "an upload\n",
        (long long)d->uploads, (long long)d->marks, (double)us / 1e6,
        (double)d->uploads * 1e6 / (double)us, (double)d->plan.entries * 1e6 / (double)us,
        (double)cpu / 1000 / (double)d->uploads, (double)cpu / (double)d->plan.entries,
        (double)kb / 1024, (double)server / 1000 / (double)d->uploads);
    printf("asked to wait: %lld; connections that broke by themselves: %lld\n\n"
           "             uploads   ack ms: p50, p99, most   since entered: p50, p99\n",
           (long long)d->busy, (long long)d->broken);
    print_delays("nine o'clock", &d->at[0]);
    print_delays("other hours", &d->at[1]);
}

static int day(int sites, int64_t seconds, uint64_t seed)
{
    struct day d;
    const char *kind = getenv("FLEET_STORE");
    if (!base_start(kind != NULL ? kind : "SQLite")) {
        printf("%s: there is no server of it here\n", kind);
        return 0;
    }
    begin_day(&d, sites, seconds, seed);
    printf(
        "%s; seed %llu; %d sites, %lld entries in %lld contacts (%lld cut, %lld while silent), ten "
        "hours in %lld s, %d connections at most\n",
        base_kind(), (unsigned long long)seed, sites, (long long)d.plan.entries,
        (long long)d.plan.n, (long long)d.plan.cuts, (long long)d.plan.silent, (long long)seconds,
        LINES);
    fflush(stdout);
    struct load l = {
        .port = d.hub.port, .connections = LINES, .next = next_job, .done = job_done, .arg = &d};
    int64_t cpu = measure_cpu_us(d.hub.pid), server = base_cpu_us();
    d.start = load_now_us();
    load_run(&l);
    int64_t us = load_now_us() - d.start;
    cpu = measure_cpu_us(d.hub.pid) - cpu;
    server = base_cpu_us() - server;
    int64_t kb = measure_peak_kb(d.hub.pid);
    hubproc_stop(&d.hub, SIGTERM);
    print_day(&d, us, cpu, server, kb);
    int64_t wrong = missing_at_hub(&d);
    bool good = wrong == 0 && d.bad == 0;
    printf("\nat the hub: %s\n", good ? "every site's mark and hash, and every entry"
                                      : "NOT all: marks, hashes or entries differ");
    end_day(&d);
    return good ? 0 : 1;
}

int main(int argc, char **argv)
{
    secret_init();
    if (argc >= 4 && strcmp(argv[1], "day") == 0)
        return day(atoi(argv[2]), atoll(argv[3]),
                   argc > 4 ? strtoull(argv[4], NULL, 10) : 20220518);
    if (argc >= 3 && strcmp(argv[1], "grow") == 0)
        return grow(argc - 2, argv + 2);
    fprintf(stderr, "fleet day SITES SECONDS [SEED] | fleet grow ENTRIES...\n");
    return 2;
}
