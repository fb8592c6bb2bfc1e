/* The queue: numbers given out at the door (人员分流), and the table of what may happen to them.
 *
 * A number is a letter and three digits, counted per day and service inside of the transaction that
 * gives it out; it stays the same when the person is sent on to another service. Whose turn it is
 * is decided inside of the transaction that calls: two windows never get the same ticket. */
#ifndef KIOSK_DESK_TICKET_H
#define KIOSK_DESK_TICKET_H

#include "kiosk/desk/site.h"

#define TICKET_NUMBER 12
#define TICKET_WINDOW 8        /* characters of a window's name */
#define TICKET_PRINT_MS 5000   /* a ticket for paper is not called before: its printing may fail */
#define TICKET_CALLS 3         /* times that next calls a number, where the pack does not say */
#define TICKET_STAY_MINUTES 30 /* longest stay, where the pack does not say */

/* One way on: in `state`, `step` leads to `to`. */
struct ticket_move {
    const char *state, *step, *to;
};
extern const struct ticket_move ticket_moves[]; /* ends with state NULL */

/* The move, or NULL: not possible. */
const struct ticket_move *ticket_move(const char *state, const char *step);
/* The steps that are possible, as "call, hold", into out. */
const char *ticket_possible(const char *state, char *out, size_t size);

/* A ticket as it stands now. */
struct ticket_now {
    char id[ENTRY_ID], number[TICKET_NUMBER], service[48], state[16];
    char window[4 * TICKET_WINDOW + 1]; /* "": called nowhere */
};
/* By id, or by number of today. ERR_NOT_FOUND (field "ticket"). */
enum err ticket_find(struct site *s, const char *which, struct ticket_now *out);

/* How many wait for the same service and came before it. */
int64_t ticket_before(struct site *s, const char *id);
/* A service of the pack in force; NULL: there is none of that id. Borrowed. */
const json_t *ticket_service(struct site *s, const char *id);
/* A number among the pack's parameters, or `otherwise`. */
int64_t ticket_param(struct site *s, const char *id, int64_t otherwise);

#endif
