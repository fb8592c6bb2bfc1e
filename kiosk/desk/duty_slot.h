/* One slot of a duty on one day, and what the rows in the journal came to in it: shared by the
 * files that show duties and rounds. */
#ifndef KIOSK_DESK_DUTY_SLOT_H
#define KIOSK_DESK_DUTY_SLOT_H

#include "kiosk/desk/clerk.h"
#include "kiosk/desk/site.h"

struct duty_slot {
    const json_t *duty, *slot;
    const struct form *ledger;
    const char *slot_field; /* NULL: rows do not name their slot */
    int64_t day, from, to;  /* the day's window */
    int64_t next;           /* where the next slot of this duty begins, or the day's end */
    int64_t now;
};

/* What the rows of a slot came to. */
struct duty_done {
    json_t *open;      /* places nobody has said anything about */
    json_t *left_out;  /* {place: reason} */
    bool any;          /* a row is there */
    bool back;         /* one was entered long after it happened */
    int64_t at, heard; /* of the row that finished it */
    char by[CLERK_NAME];
};

/* Hears the rows of the slot. Whatever is returned, duty_done_fini it. ERR_IO, ERR_CORRUPT. */
enum err duty_hear(struct site *s, const struct duty_slot *t, struct duty_done *d);
void duty_done_fini(struct duty_done *d);
/* "later", "due", "late", "missed", "done", "done_late", "not_done". */
const char *duty_state(const struct duty_slot *t, const struct duty_done *d);
/* The slot as a row of the view "duties"; owned by the caller. */
enum err duty_slot_row(struct site *s, const struct duty_slot *t, const struct duty_done *d,
                       json_t **out);

typedef enum err duty_slot_fn(struct site *s, const struct duty_slot *t, void *with);
/* Every slot of the day (its midnight, UTC ms) under the policy that was in force, as of `now`. */
enum err duty_each_slot(struct site *s, int64_t day, int64_t now, duty_slot_fn *fn, void *with);

#endif
