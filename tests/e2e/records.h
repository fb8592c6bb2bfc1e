/* Invented records of all kinds, as `jiujin add mixed` takes them: the same ones for the same seed.
 * People have ID numbers of region 999 (given to nobody) with right check digits, phones beginning
 * 12 (not in use) and names that nobody has. */
#ifndef TESTS_E2E_RECORDS_H
#define TESTS_E2E_RECORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "kiosk/base/buf.h"

struct records {
    uint32_t state; /* of the generator */
    int n;          /* records made so far */
    int people;     /* people met so far */
    int stock[4];   /* boxes of each thing that came in and did not go out */
};

/* The kinds of entries that a line of its own `at` makes; the others (persons) are recognised by
 * their ID number. Ends with NULL. */
extern const char *const records_timed[];

struct records_person {
    char name[32], id_no[32], phone[32], address[64];
};

void records_start(struct records *r, uint32_t seed);
/* Appends the next record and "\n". The time of record i (from 0) is records_at(i); lines for a
 * person alone have none: false is returned for them. */
bool records_next(struct records *r, struct buf *out);
/* UTC ms; each later than the one before, by whole seconds. */
int64_t records_at(int i);
/* Person i, from 0: all different. */
void records_person(int i, struct records_person *out);

#endif
