/* One measurement: one carrier takes one number of records over one link, in a folder and in
 * namespaces of its own. */
#ifndef TESTS_BENCH_SYNC_CELL_H
#define TESTS_BENCH_SYNC_CELL_H

#include "tests/bench/sync/peers.h"
#include "tests/bench/sync/radio.h"

struct line {
    const char *name, *what;
    struct radio_shape shape;
};

struct cell {
    const struct carrier *carrier;
    const struct line *line;
    int records, run; /* the run is the seed of the losses */
};

struct result {
    bool done;   /* all is at the hub, and the sender knows */
    double time; /* s, from the first packet until then (or until it was given up) */
    double load; /* of the machine, at the end */
    struct radio_state link;
    char why[200]; /* what went wrong before anything could be measured; "" */
};

/* Runs it in a process of its own and waits for it. `folder` has what peers_prepare made; `limit` s
 * are given to it. */
void cell_run(const struct cell *c, const char *folder, double limit, struct result *out);

#endif
