/* Owns: the counters of this process. Invariant: counters only grow; any thread may add. */
#include "sync/hub/metrics.h"

#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "sync/hub/sites.h"

static _Atomic int64_t counts[METRIC_COUNT];
static _Atomic int64_t answers[6]; /* by the status's hundred */

/* A histogram: how many took at most so many ms, and how long all together. */
static const int64_t bounds_ms[] = {5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000};
#define BOUNDS (sizeof bounds_ms / sizeof *bounds_ms)
struct histogram {
    const char *name, *help;
    _Atomic int64_t within[BOUNDS], n, sum_ms;
};
static struct histogram requests = {.name = "jiujin_hub_request_seconds",
                                    .help = "From a request's head to its answer."};
static struct histogram acks = {
    .name = "jiujin_hub_ack_seconds",
    .help = "From the head of a village's request with entries to its signed answer; the body's way"
            " through the line is in it."};

static const struct {
    const char *name, *help;
} counters[METRIC_COUNT] = {
    [METRIC_ENTRIES] = {"jiujin_hub_entries_received_total",
                        "Entries in whole frames that were taken."},
    [METRIC_FRAMES] = {"jiujin_hub_frames_total", "Frames that were taken, a commit each."},
    [METRIC_REFUSED] = {"jiujin_hub_requests_refused_total",
                        "Requests of villages that ended in an error."},
    [METRIC_HOOKS_SENT] = {"jiujin_hub_webhooks_sent_total", "Webhooks that a receiver took."},
    [METRIC_HOOKS_FAILED] = {"jiujin_hub_webhooks_failed_total", "Tries of webhooks that failed."},
    [METRIC_STORE_ERRORS] = {"jiujin_hub_store_errors_total", "Requests that the store failed."},
};

/* What the store says; ?1: heard of before this, a village is silent. */
static const struct {
    const char *name, *help, *sql;
} gauges[] = {
    {"jiujin_hub_entries_stored", "Entries of all villages up to their marks.",
     "SELECT coalesce(sum(seq), 0) FROM site_epoch"},
    {"jiujin_hub_entries_unusable", "Stored, but not of use: see show entries --state refused.",
     "SELECT count(*) FROM entry WHERE refused IS NOT NULL"},
    {"jiujin_hub_express_waiting", "Entries that came ahead and wait for their place.",
     "SELECT count(*) FROM express"},
    {"jiujin_hub_sites", "Villages that have joined.",
     "SELECT count(*) FROM site WHERE state = 'joined'"},
    {"jiujin_hub_sites_silent", "Of them, nothing heard for 24 hours, by network or stick.",
     "SELECT count(*) FROM site WHERE state = 'joined' AND coalesce(contact, 0) < ?1"
     " AND coalesce(carried, 0) < ?1"},
    {"jiujin_hub_sites_failing", "Of them, the last request was refused.",
     "SELECT count(*) FROM site WHERE state = 'joined' AND trouble <> ''"},
    {"jiujin_hub_sites_suspended", "Where service is suspended.",
     "SELECT count(*) FROM suspension WHERE ended IS NULL AND scope = 'site'"},
    {"jiujin_hub_webhooks_waiting", "Webhooks that no receiver has taken yet.",
     "SELECT count(*) FROM webhook_delivery WHERE sent IS NULL AND given_up IS NULL"},
    {"jiujin_hub_webhooks_given_up", "Of the last 30 days: see webhook deliveries.",
     "SELECT count(*) FROM webhook_delivery WHERE given_up IS NOT NULL AND trouble <> 'removed'"},
    {"jiujin_hub_incidents_open", "Incidents that nobody has closed.",
     "SELECT count(*) FROM incident WHERE state = 'open'"},
};

void metrics_add(enum metric m, int64_t n)
{
    counts[m] += n;
}

static void observe(struct histogram *h, int64_t ms)
{
    for (size_t i = 0; i < BOUNDS; i++)
        h->within[i] += ms <= bounds_ms[i];
    h->n += 1;
    h->sum_ms += ms;
}

void metrics_request(unsigned status, int64_t ms)
{
    answers[status / 100 < 6 ? status / 100 : 0] += 1;
    observe(&requests, ms);
}

void metrics_ack(int64_t ms)
{
    observe(&acks, ms);
}

static void put_head(struct buf *out, const char *name, const char *help, const char *type)
{
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_one(struct buf *out, const char *name, const char *help, const char *type,
                    int64_t v)
{
    put_head(out, name, help, type);
    buf_printf(out, "%s %lld\n", name, (long long)v);
}

static void put_histogram(struct buf *out, struct histogram *h)
{
    put_head(out, h->name, h->help, "histogram");
    for (size_t i = 0; i < BOUNDS; i++)
        buf_printf(out, "%s_bucket{le=\"%g\"} %lld\n", h->name, (double)bounds_ms[i] / 1000,
                   (long long)h->within[i]);
    buf_printf(out, "%s_bucket{le=\"+Inf\"} %lld\n%s_sum %.3f\n%s_count %lld\n", h->name,
               (long long)h->n, h->name, (double)h->sum_ms / 1000, h->name, (long long)h->n);
}

static void put_answers(struct buf *out)
{
    static const char name[] = "jiujin_hub_answers_total";
    put_head(out, name, "Answers by the hundred of their status.", "counter");
    for (int i = 1; i < 6; i++)
        buf_printf(out, "%s{code=\"%dxx\"} %lld\n", name, i, (long long)answers[i]);
}

/* Bytes of memory that the process holds; 0 where that cannot be read. */
static int64_t resident(void)
{
    long long pages = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (f == NULL)
        return 0;
    if (fscanf(f, "%*s %lld", &pages) != 1)
        pages = 0;
    fclose(f);
    return pages * sysconf(_SC_PAGESIZE);
}

static enum err put_gauges(struct hub_db *db, struct buf *out)
{
    int64_t since = clock_now() - SITES_SILENT_MS;
    for (size_t i = 0; i < sizeof gauges / sizeof *gauges; i++) {
        int64_t v = hub_number(db, -1, gauges[i].sql, "i", since);
        if (v < 0)
            return err_set(ERR_IO, "store", NULL);
        put_one(out, gauges[i].name, gauges[i].help, "gauge", v);
    }
    return ERR_OK;
}

enum err metrics_write(struct hub_db *db, const struct metrics_now *now, struct buf *out)
{
    for (int i = 0; i < METRIC_COUNT; i++)
        put_one(out, counters[i].name, counters[i].help, "counter", counts[i]);
    put_answers(out);
    put_histogram(out, &requests);
    put_histogram(out, &acks);
    put_one(out, "jiujin_hub_connections", "Connections that are open.", "gauge", now->open);
    put_one(out, "jiujin_hub_requests_running", "Requests that are under way.", "gauge",
            now->asked);
    put_one(out, "process_resident_memory_bytes", "Memory of the process.", "gauge", resident());
    put_one(out, "jiujin_hub_sessions", "Sessions of officers that last.", "gauge",
            hub_number(db, 0, "SELECT count(*) FROM session WHERE until > ?1", "i", clock_now()));
    return put_gauges(db, out);
}
