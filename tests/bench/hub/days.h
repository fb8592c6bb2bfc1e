/* A seeded day of many villages: who enters how many records when, whose line is cut, who is silent
 * for hours. The same seed gives the same day. */
#ifndef TESTS_BENCH_HUB_DAYS_H
#define TESTS_BENCH_HUB_DAYS_H

#include <stdbool.h>
#include <stdint.h>

#define PLAN_FROM 8                         /* the first hour of the day */
#define PLAN_HOURS 10                       /* to six in the evening */
#define PLAN_DAY_MS (PLAN_HOURS * 3600000L) /* moments count from the first hour on */
#define PLAN_MOST 200                       /* entries of a village's day */

/* Records are entered and the village's agent makes contact. */
struct plan_contact {
    int32_t at; /* ms of the day */
    int32_t site;
    int32_t upto; /* entries that are in the village's journal then */
    uint8_t cut;  /* the connection dies after so many hundredths of the bytes; 0: it does not */
    bool silent;  /* the line is down: what waits goes with a later one */
};
struct plan {
    struct plan_contact *contact; /* by time */
    int64_t n;
    int64_t entries, cuts, silent; /* sums, for the table's head */
    int32_t *total;                /* entries of each site's day */
};
void days_make(struct plan *p, uint64_t seed, int sites);
void days_free(struct plan *p);

#endif
