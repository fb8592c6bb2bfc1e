/* Cases: the states that they go through and who may move them. */
#ifndef KIOSK_DESK_CASE_H
#define KIOSK_DESK_CASE_H

#include <stdbool.h>

#include "kiosk/desk/site.h"

/* One way on: in `state`, `step` taken by the village or by the hub leads to `to`. */
struct case_move {
    const char *state, *step;
    bool hub;
    const char *to;
};
extern const struct case_move case_moves[]; /* ends with state NULL */

/* The move, or NULL: not possible. */
const struct case_move *case_move(const char *state, const char *step, bool hub);
/* The steps that are possible, as "say, deliver", into out. */
const char *case_possible(const char *state, bool hub, char *out, size_t size);

/* A state in the present language. Static. */
const char *case_word(const char *state);

/* A case by its id or its number for people. ERR_NOT_FOUND (field "case"), ERR_CHECK_DIGIT.
 * `id` takes ENTRY_ID bytes. */
enum err case_find(struct site *s, const char *which, char id[ENTRY_ID]);

#endif
