/* A slow link between two network namespaces, emulated by a process of its own (a kernel's netem is
 * not needed): a queue, a rate, a delay and losses for each direction, and times when it is down.
 * The village is 10.77.0.1, the hub 10.77.0.2. Needs root and /dev/net/tun. */
#ifndef TESTS_BENCH_SYNC_RADIO_H
#define TESTS_BENCH_SYNC_RADIO_H

#include <stdbool.h>
#include <sys/types.h>

#define RADIO_HUB "10.77.0.2"
enum radio_side { RADIO_VILLAGE, RADIO_AT_HUB, RADIO_SIDES };

struct radio_shape {
    double kbit;    /* each way; 0: as fast as the machine goes */
    double delay_s; /* one way */
    double loss;    /* of so many packets of 100 */
    double first_s; /* from the first packet to the first cut */
    double down_s;  /* how long a cut lasts; 0: none */
    double up_s;    /* between two cuts */
    bool hard;      /* a TCP connection from before a cut is dead after it: another address */
};

/* What one side gave to the link while it was up. */
struct radio_count {
    long packets, bytes; /* of IP */
    long payload;        /* of TCP */
    long again;          /* of it, what that connection had sent before */
    long lost, full;     /* packets: by chance; because the queue was full */
    long dead;           /* packets given while it was down, in no other number */
};

struct radio_state {
    struct radio_count side[RADIO_SIDES]; /* by who gave */
    double begun;                         /* monotonic s of the first packet; 0: none yet */
    double down_s;                        /* how long it was down since then */
};

struct radio;
/* False, and on standard error what is missing, when no such link can be made here. */
bool radio_possible(void);
/* Both namespaces and an unshaped link between them. What is missing is said in `why` (then NULL).
 * The calling process is in the hub's namespace afterwards. radio_close ends it. */
struct radio *radio_open(char *why, size_t size);
/* From the next packet on the link is so, its clock and counts begin anew. The same seed loses the
 * same packets. */
void radio_shape(struct radio *r, const struct radio_shape *shape, unsigned seed);
void radio_read(const struct radio *r, struct radio_state *out);
/* A namespace, for setns(). */
int radio_namespace(const struct radio *r, enum radio_side side);
void radio_close(struct radio *r);

double radio_now(void); /* monotonic s */

#endif
