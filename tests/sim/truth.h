/* What was promised, and whether it was kept: the checker's own books beside the world.
 *
 * Books: every entry that a machine's journal ever held (by hash), what each machine's journal
 * holds now, what was acknowledged, every order. They are read from the stores when a call came
 * back, so an entry counts as saved exactly when its action said so.
 *
 * Promises: what was saved is there after any crash; what was acknowledged is at the hub, whatever
 * happens to the village's disk; the hub holds no entry that nobody wrote, none twice, in order,
 * byte for byte; a fork is kept on both sides and told; what the hub could not use is marked on
 * both sides; orders arrive, all, once, as they were, also those that a hub which was set back has
 * lost or gave in between; and when the faults end, all of this within a few visits. */
#ifndef TESTS_SIM_TRUTH_H
#define TESTS_SIM_TRUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "kiosk/secret/secret.h"

#define VILLAGES 2
#define TRUTH_MAX 600   /* entries of a village in a seed */
#define TRUTH_ORDERS 40 /* orders of a village in a seed */

struct world;
struct machine;

struct known { /* an entry that was written */
    int64_t epoch, seq;
    unsigned char hash[HASH_BYTES];
};

struct mirror { /* a machine's journal, as far as it is known to be saved */
    int64_t epoch, tip;
    int64_t acked; /* what it took for arrived when it was last looked at */
    unsigned char hash[TRUTH_MAX][HASH_BYTES]; /* by seq - 1 */
};

struct given { /* an order: known by its words, for its number may change */
    int64_t name;
    bool lost; /* a village holds it, the hub was set back to before it */
};

struct truth {
    struct known ever[VILLAGES][TRUTH_MAX];
    size_t n_ever[VILLAGES];
    struct known acked[VILLAGES][TRUTH_MAX]; /* since the hub was last set back */
    size_t n_acked[VILLAGES];
    struct given orders[VILLAGES][TRUTH_ORDERS];
    size_t n_orders[VILLAGES];
    int64_t said;            /* the last order's name */
    bool may_fork[VILLAGES]; /* it was cloned or set back */
};

void truth_clear(struct truth *t);
/* Reads what a machine's journal has more than is known; it must still have what is known. */
void truth_follow(struct machine *m);
/* Its disk was replaced by another one, with less or other entries. */
void truth_replaced(struct machine *m);
/* An acknowledgement was taken by a machine. */
void truth_acked(struct machine *m, int64_t epoch, int64_t seq);
/* The hub's disk came back after a crash: what was acknowledged, and its orders, are there. */
void truth_hub(struct world *w);
/* The hub's disk was replaced by an older one, and the hub is on: what no village holds of its
 * orders is gone with the disk. */
void truth_hub_replaced(struct world *w);
/* An order was given; its words end with truth.said. */
void truth_ordered(struct world *w, int village);
/* Where the hub stands in a village's first epoch. */
void truth_mark(struct world *w, int village, int64_t *seq, unsigned char hash[HASH_BYTES]);
/* All faults are over and everybody has visited: everything that was promised. */
void truth_settled(struct world *w);

#endif
