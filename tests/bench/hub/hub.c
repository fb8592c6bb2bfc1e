/* bench-hub: entries a second through the whole hub (HTTP, signatures, chain, projections, durable
 * before they are acknowledged), beside what the database alone takes of the same rows in
 * transactions of the same size; then the hub's memory with a thousand connections open.
 *
 * HUB_ENTRIES: about how many entries each row of the table sends (40,000). HUB_ROW: only that row
 * of the table, from 0. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "tests/bench/hub/invented.h"
#include "tests/bench/hub/load.h"
#include "tests/bench/hub/measure.h"
#include "tests/e2e/hubproc.h"

#define LINES 16
#define OPEN 1000
#define STOCK 3000 /* records */
#define DEFAULT_ENTRIES 40000

/* A row of the table: how the entries come. `before`: entries that each site has sent earlier. */
static const struct way {
    const char *words;
    int upload, frame, before;
} ways[] = {
    {"a backlog, 200 in a frame", 600, 200, 0},
    {"a backlog, 50 in a frame", 600, 50, 0},
    {"50 at a time", 50, 50, 400},
    {"10 at a time", 10, 10, 400},
    {"a record at a time", 2, 2, 400},
};

struct upload {
    struct wire_request asked;
    struct buf bytes;
    int64_t last; /* entry that is to be acknowledged */
};

struct bench {
    struct hubproc hub;
    unsigned char pub[SIGN_PUB_BYTES];
    struct upload *upload;
    int64_t n, next[LINES], bad, *us;
    int64_t done;
};

/* A site's uploads come by one line, one behind another: sites are a multiple of the lines. */
static enum load_next next_upload(void *arg, int line, struct load_job *job)
{
    struct bench *b = arg;
    int64_t i = b->next[line];
    if (i >= b->n)
        return LOAD_END;
    b->next[line] += LINES;
    *job = (struct load_job){
        .bytes = b->upload[i].bytes.data, .len = b->upload[i].bytes.len, .tag = &b->upload[i]};
    return LOAD_JOB;
}

/* What does not say, signed, that all is stored, is no upload. */
static void upload_done(void *arg, const struct load_job *job, const struct load_answer *a)
{
    struct bench *b = arg;
    const struct upload *u = job->tag;
    json_t *told = NULL;
    bool good = a->status == 200 &&
                wire_answer_read(a->body, a->len, b->pub, &u->asked, &told) == ERR_OK &&
                js_int(told, "ack", 0) == u->last;
    if (!good && b->bad++ == 0)
        fprintf(stderr, "an upload was answered %d: %s\n", a->status,
                told != NULL && js_str(told, "why") != NULL ? js_str(told, "why") : "");
    b->us[b->done++] = a->us;
    json_decref(told);
}

static void send_all(struct bench *b)
{
    struct load l = {.port = b->hub.port,
                     .connections = LINES,
                     .keep = true,
                     .next = next_upload,
                     .done = upload_done,
                     .arg = b};
    b->us = mem_alloc((size_t)b->n * sizeof *b->us);
    for (int i = 0; i < LINES; i++)
        b->next[i] = i;
    b->done = 0;
    load_run(&l);
}

static void free_uploads(struct bench *b)
{
    for (int64_t i = 0; i < b->n; i++)
        buf_fini(&b->upload[i].bytes);
    free(b->upload);
    free(b->us);
    b->upload = NULL;
    b->us = NULL;
    b->n = 0;
}

/* `each` uploads of every site, one round after another. */
static void make_uploads(struct bench *b, struct invented *v, int sites, int64_t each, int64_t size,
                         int frame)
{
    b->n = sites * each;
    b->upload = mem_alloc((size_t)b->n * sizeof *b->upload);
    for (int64_t i = 0; i < b->n; i++) {
        struct upload *u = &b->upload[i];
        struct invented *from = &v[i % sites];
        invented_upload(from, size, frame, &u->asked, &u->bytes);
        u->last = from->seq;
    }
}

static void new_hub(struct bench *b, struct invented *v, int sites)
{
    struct hub *h;
    hubproc_make(&b->hub);
    if (hub_open(b->hub.store, &h) != ERR_OK || invented_enrol(h, v, sites) != ERR_OK)
        exit(1);
    memcpy(b->pub, h->keys.sign_pub, sizeof b->pub);
    hub_close(h);
    hubproc_start(&b->hub);
}

/* So that what is sent next leans on a history, as a village's daily traffic does. */
static void send_before(struct bench *b, struct invented *v, int sites, int before)
{
    if (before == 0)
        return;
    make_uploads(b, v, sites, 1, before, 50);
    send_all(b);
    free_uploads(b);
}

static void print_row(const struct bench *b, const struct way *w, int64_t entries, int64_t us,
                      int64_t cpu)
{
    const char *file = b->hub.store + strlen("sqlite:");
    int64_t frames = entries / w->frame;
    double rate = (double)entries * 1e6 / (double)us;
    double alone = limit_sqlite(file, frames, false), all = limit_sqlite(file, frames, true);
    printf("%-26s %7lld %9.0f %9.1f %10.0f %5.0f %% %10.0f %5.0f %%\n", w->words,
           (long long)entries, rate, (double)cpu / (double)entries, all, 100 * rate / all, alone,
           100 * rate / alone);
    fflush(stdout);
}

static void measure(const struct way *w, int64_t wanted)
{
    struct bench b = {.n = 0};
    int64_t each = (invented_stock_entries() - w->before) / w->upload;
    each = each > 10 ? 10 : each;
    int sites = (int)(wanted / (w->upload * each) / LINES + 1) * LINES;
    struct invented *v = mem_alloc((size_t)sites * sizeof *v);
    for (int i = 0; i < sites; i++)
        invented_begin(&v[i], i);
    new_hub(&b, v, sites);
    send_before(&b, v, sites, w->before);
    make_uploads(&b, v, sites, each, w->upload, w->frame);
    int64_t cpu = measure_cpu_us(b.hub.pid), start = load_now_us();
    send_all(&b);
    int64_t us = load_now_us() - start;
    cpu = measure_cpu_us(b.hub.pid) - cpu;
    int64_t entries = b.n * w->upload;
    hubproc_stop(&b.hub, SIGTERM);
    if (b.bad > 0)
        printf("%s: %lld uploads were not taken\n", w->words, (long long)b.bad);
    else
        print_row(&b, w, entries, us, cpu);
    free_uploads(&b);
    hubproc_free(&b.hub);
    free(v);
}

/* A thousand that are connected, and sixteen of them at work. */
static bool memory(void)
{
    struct bench b = {.n = 0};
    struct invented v[LINES];
    int *fds;
    for (int i = 0; i < LINES; i++)
        invented_begin(&v[i], i);
    new_hub(&b, v, LINES);
    load_hold(b.hub.port, OPEN - LINES, &fds);
    make_uploads(&b, v, LINES, 1, invented_stock_entries(), 200);
    send_all(&b);
    int64_t kb = measure_peak_kb(b.hub.pid);
    printf("\n%d connections open, %d of them sending %lld entries each: %s; VmHWM of the hub "
           "%.1f MB (aim: under 100)\n",
           OPEN, LINES, (long long)invented_stock_entries(),
           b.bad == 0 ? "all taken" : "NOT all taken", (double)kb / 1024);
    load_let_go(fds, OPEN - LINES);
    hubproc_stop(&b.hub, SIGTERM);
    bool good = b.bad == 0 && kb < 100 * 1024;
    free_uploads(&b);
    hubproc_free(&b.hub);
    return good;
}

int main(void)
{
    const char *n = getenv("HUB_ENTRIES"), *only = getenv("HUB_ROW");
    secret_init();
    invented_stock(STOCK);
    printf("SQLite; %d connections; entries a second, received over HTTP, verified and durable\n"
           "beside it the same rows in transactions of the same size by inserts of many rows\n\n"
           "%-26s %7s %9s %9s %10s %7s %10s %7s\n",
           LINES, "how they come", "entries", "hub /s", "CPU us/e", "all rows/s", "",
           "entry rows/s", "");
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (only == NULL || atoi(only) == (int)i)
            measure(&ways[i], n != NULL ? atoll(n) : DEFAULT_ENTRIES);
    bool good = only != NULL || memory();
    invented_stock_free();
    return good ? 0 : 1;
}
