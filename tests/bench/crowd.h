/* A village that has worked for years, as records: people, cases in all states, papers kept and on
 * their way, bookings, people shown another way, a day's queue. All of it through the actions, in
 * large commits that need not be on the disk. */
#ifndef TESTS_BENCH_CROWD_H
#define TESTS_BENCH_CROWD_H

#include "kiosk/desk/site.h"

struct crowd {
    struct site *site;
    long cases, people, entries;
    char (*ids)[ENTRY_ID]; /* of the people */
};

/* A new site in `folder`, signed in, with a day's queue. Ends the program when it cannot. */
void crowd_make(struct crowd *c, const char *folder);
/* Goes on until there are `cases`, and three people for every ten of them. */
void crowd_grow(struct crowd *c, long cases);
void crowd_free(struct crowd *c);

/* Ends the program with what went wrong. */
void crowd_must(enum err rc, const char *what);

#endif
