/* bench-hub: entries a second through the whole hub (HTTP, signatures, chain, projections, durable
 * before they are acknowledged), beside what the database alone takes of the same rows in
 * transactions of the same size; then the hub's memory with a thousand connections open.
 *
 *   hub [SQLite|PostgreSQL]
 *
 * HUB_ENTRIES: about how many entries each row of the table sends (20,000). HUB_ROW: only that row
 * of the table, from 0; behind the last one: the memory alone. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/mem.h"
#include "tests/bench/hub/base.h"
#include "tests/bench/hub/batch.h"
#include "tests/bench/hub/load.h"
#include "tests/bench/hub/measure.h"

#define OPEN 1000
#define STOCK 3000 /* records */
#define DEFAULT_ENTRIES 20000
#define EACH 100      /* uploads of a site at most */
#define QUICK_LEVEL 3 /* of packing, for all */

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

#define WAYS (int)(sizeof ways / sizeof *ways)

struct bench {
    struct hubproc hub;
    unsigned char pub[SIGN_PUB_BYTES];
};

static void new_hub(struct bench *b, struct invented *v, int sites)
{
    struct hub *h;
    base_hub(&b->hub);
    if (hub_open(b->hub.store, &h) != ERR_OK || invented_enrol(h, v, sites) != ERR_OK)
        exit(1);
    memcpy(b->pub, h->keys.sign_pub, sizeof b->pub);
    hub_close(h);
    hubproc_start(&b->hub);
}

/* So that what is sent next leans on a history, as a village's daily traffic does. */
static void send_before(const struct bench *b, struct invented *v, int sites, int before)
{
    struct batch first;
    if (before == 0)
        return;
    batch_make(&first, v, sites, 1, before, 50);
    batch_send(&first, b->hub.port, b->pub);
}

/* What was measured of a row; us of CPU. */
struct sums {
    int64_t entries, us, hub, server;
};

static void print_row(const struct bench *b, const struct way *w, const struct sums *m)
{
    int64_t frames = m->entries / w->frame;
    double n = (double)m->entries, rate = n * 1e6 / (double)m->us;
    double alone = base_limit(&b->hub, frames, false), all = base_limit(&b->hub, frames, true);
    printf("%-26s %7.0f %9.0f %9.1f %9.1f %10.0f %5.0f %% %10.0f %5.0f %%\n", w->words, n, rate,
           (double)m->hub / n, (double)m->server / n, all, 100 * rate / all, alone,
           100 * rate / alone);
    fflush(stdout);
}

static void measure(const struct way *w, int64_t wanted)
{
    struct bench b;
    struct batch sent;
    int64_t each = (invented_stock_entries() - w->before) / w->upload;
    each = each > EACH ? EACH : each;
    int sites = (int)(wanted / (w->upload * each) / BATCH_LINES + 1) * BATCH_LINES;
    struct invented *v = mem_alloc((size_t)sites * sizeof *v);
    for (int i = 0; i < sites; i++)
        invented_begin(&v[i], i);
    new_hub(&b, v, sites);
    send_before(&b, v, sites, w->before);
    batch_make(&sent, v, sites, each, w->upload, w->frame);
    struct sums m = {.entries = sent.n * w->upload};
    int64_t hub = measure_cpu_us(b.hub.pid), server = base_cpu_us();
    m.us = batch_send(&sent, b.hub.port, b.pub);
    m.hub = measure_cpu_us(b.hub.pid) - hub;
    m.server = base_cpu_us() - server;
    hubproc_stop(&b.hub, SIGTERM);
    if (sent.bad > 0)
        printf("%s: %lld uploads were not taken\n", w->words, (long long)sent.bad);
    else
        print_row(&b, w, &m);
    base_hub_free(&b.hub);
    free(v);
}

/* A thousand that are connected: as many as may are in the middle of a short upload, sixteen send
 * long ones to their end. */
static bool memory(void)
{
    struct bench b;
    struct batch sent, stopped;
    struct invented v[HUB_UPLOADS];
    int *idle, *half, halves = HUB_UPLOADS - BATCH_LINES;
    for (int i = 0; i < HUB_UPLOADS; i++)
        invented_begin(&v[i], i);
    new_hub(&b, v, HUB_UPLOADS);
    send_before(&b, v, HUB_UPLOADS, 400);
    batch_make(&stopped, v + BATCH_LINES, halves, 1, 100, 50);
    batch_make(&sent, v, BATCH_LINES, 1, invented_stock_entries() - 400, 200);
    load_hold(b.hub.port, OPEN - HUB_UPLOADS, &idle);
    load_hold(b.hub.port, halves, &half);
    for (int i = 0; i < halves; i++)
        load_send_half(half[i], stopped.upload[i].bytes.data, stopped.upload[i].bytes.len);
    batch_send(&sent, b.hub.port, b.pub);
    int64_t kb = measure_peak_kb(b.hub.pid);
    bool good = sent.bad == 0 && kb < 100 * 1024;
    printf("\n%d connections open, %d in the middle of a short upload, %d sending %lld entries "
           "each: %s; VmHWM of the hub %.1f MB (aim: under 100)\n",
           OPEN, halves, BATCH_LINES, (long long)invented_stock_entries() - 400,
           sent.bad == 0 ? "all taken" : "NOT all taken", (double)kb / 1024);
    load_let_go(idle, OPEN - HUB_UPLOADS);
    load_let_go(half, halves);
    batch_free(&stopped);
    hubproc_stop(&b.hub, SIGTERM);
    base_hub_free(&b.hub);
    return good;
}

static bool bench(const char *kind)
{
    const char *n = getenv("HUB_ENTRIES"), *only = getenv("HUB_ROW");
    if (!base_start(kind)) {
        printf("%s: there is no server of it here\n\n", kind);
        return true;
    }
    printf("%s; %d connections; entries a second, received over HTTP, verified and durable\n"
           "beside it the same rows in transactions of the same size by %s, on one connection\n\n"
           "%-26s %7s %9s %9s %9s %10s %7s %10s %7s\n",
           kind, BATCH_LINES,
           strcmp(kind, "SQLite") == 0 ? "inserts of many rows" : "COPY in its binary form",
           "how they come", "entries", "hub /s", "CPU us/e", "server's", "all rows/s", "",
           "entry rows/s", "");
    for (int i = 0; i < WAYS; i++)
        if (only == NULL || atoi(only) == i)
            measure(&ways[i], n != NULL ? atoll(n) : DEFAULT_ENTRIES);
    bool good = (only != NULL && atoi(only) != WAYS) || memory();
    printf("\n");
    base_stop();
    return good;
}

int main(int argc, char **argv)
{
    static const char *const kinds[] = {"SQLite", "PostgreSQL"};
    bool good = true;
    secret_init();
    invented_stock(STOCK);
    invented_level(QUICK_LEVEL);
    for (int i = 0; i < 2; i++)
        if (argc < 2 || strcmp(argv[1], kinds[i]) == 0)
            good = bench(kinds[i]) && good;
    invented_stock_free();
    return good ? 0 : 1;
}
