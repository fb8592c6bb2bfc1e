/* The staff of one day: who was checked before work, who was refused, whom nobody has seen. */
#ifndef KIOSK_DESK_STAFF_H
#define KIOSK_DESK_STAFF_H

#include "kiosk/desk/site.h"

struct staff_day {
    json_t *checked, *missing,
        *denied;             /* arrays of clerks' names; the last word of the day counts */
    int64_t last;            /* the last check that admitted; CLOCK_NONE: none */
    int64_t confirmed;       /* a leader has confirmed the day; CLOCK_NONE: not yet */
    char leader[CLERK_NAME]; /* who confirmed */
};

/* The day that `at` lies in. staff_day_fini it, also after an error. */
enum err staff_day_read(struct site *s, int64_t at, struct staff_day *out);
void staff_day_fini(struct staff_day *d);
/* Whether the pack in force checks staff before work. */
bool staff_gate(struct site *s);
/* How the signed-in clerk stands today: "checked", "denied" or "missing". */
const char *staff_state(struct site *s);

#endif
