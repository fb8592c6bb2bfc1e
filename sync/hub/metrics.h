/* Figures of this process and of the store, as Prometheus reads them (text format 0.0.4). */
#ifndef SYNC_HUB_METRICS_H
#define SYNC_HUB_METRICS_H

#include "kiosk/base/buf.h"
#include "sync/hub/db.h"

enum metric {
    METRIC_ENTRIES,      /* received in whole frames; those that were here already count too */
    METRIC_FRAMES,       /* taken */
    METRIC_REFUSED,      /* requests of villages that ended in an error */
    METRIC_STORE_ERRORS, /* requests that the store failed */
    METRIC_HOOKS_SENT,   /* webhooks that a receiver took */
    METRIC_HOOKS_FAILED, /* tries that failed */
    METRIC_COUNT
};
void metrics_add(enum metric m, int64_t n);
/* A request was answered with this status, after so many ms. */
void metrics_request(unsigned status, int64_t ms);
/* A village's entries were acknowledged, ms behind the head of the request. */
void metrics_ack(int64_t ms);

struct metrics_now { /* what only the server knows */
    int open, asked; /* connections; of them, with a request under way */
};
/* Appends all figures; those of the store are asked for now. The store's errors: then what the
 * process counts is there all the same. */
enum err metrics_write(struct hub_db *db, const struct metrics_now *now, struct buf *out);

#endif
