/* Cases: the states that they go through and who may move them. */
#ifndef KIOSK_DESK_CASE_H
#define KIOSK_DESK_CASE_H

#include <stdbool.h>

#include "kiosk/desk/site.h"

#define CASE_POSSIBLE 200 /* bytes for the steps of a state */

/* One way on: in `state` ("*": in any), `step` taken by the village or by the hub leads to `to`
 * (NULL: the state stays). */
struct case_move {
    const char *state, *step;
    bool hub;
    const char *to;
};
extern const struct case_move case_moves[]; /* ends with state NULL */
extern const char *const case_states[];     /* ends with NULL */

/* The state behind that step (`state` itself where it stays); NULL: not possible. */
const char *case_after(const char *state, const char *step, bool hub);
/* The steps that are possible, as "say, deliver", into out. */
const char *case_possible(const char *state, bool hub, char *out, size_t size);
/* True while somebody still has something to do. */
bool case_open(const char *state);

/* A state in the present language. Static. */
const char *case_word(const char *state);

/* A case by its id or its number for people. ERR_NOT_FOUND (field "case"), ERR_CHECK_DIGIT.
 * `id` takes ENTRY_ID bytes. */
enum err case_find(struct site *s, const char *which, char id[ENTRY_ID]);
/* The id that is meant: `which` itself, or the one behind a number for people of this site, of a
 * case or a courier's list. Whether there is such a one is not looked at. ERR_NOT_FOUND,
 * ERR_CHECK_DIGIT. */
enum err case_id_named(const struct site *s, const char *which, char id[ENTRY_ID]);

/* One case as a step or decision finds it. */
struct case_now {
    char id[ENTRY_ID], state[24], item[40];
    char until[16], due[16]; /* the agent's authority ends; the promised day; "": none */
    bool with_agent;
};
enum err case_read_now(struct store *s, const char *id, struct case_now *out, bool *found);
/* Brings "who is waited for" up to date, after state or papers changed. */
enum err case_waits(struct store *s, const char *id);

#endif
