/* What is to be done about an incident, in which order and how soon: data of the policy pack
 * ("incident"), copied into the incident when it opens. An incident is judged by its own plan for
 * ever, whatever is in force later. A step:
 *
 *   {"id","zh","en","minutes":N|null,"after":["a|b",..],"must":bool,"asks":["to","by","ref",
 *    "place"],"means":[..],"contact":POST,"state":STATE,"frees":bool,"closes":bool}
 *
 * minutes: how soon behind the finding it is overdue (in a pack also a parameter's name). after:
 * each is a choice of steps of which one was done; a step that gave the incident a state counts
 * only while that state holds. must: the incident does not close without it. frees: the person
 * leaves the isolation area. Steps without a state may be taken again: a second call, another
 * place. */
#ifndef KIOSK_DESK_PLAN_H
#define KIOSK_DESK_PLAN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "kiosk/rules/policy.h"

#define PLAN_OPEN "open"
#define PLAN_CLOSED "closed"

/* The plan of a pack, an array of steps; owned by the caller. A pack that names none: somebody who
 * leads is told, then it is closed. */
json_t *plan_make(const struct policy *p);
/* The plan of incidents from before plans. Owned by the caller. */
json_t *plan_before(void);

/* Borrowed; NULL: no such step. */
const json_t *plan_step(const json_t *plan, const char *id);
/* True when `step` may be taken in this state; `done` holds the ids of the steps taken. */
bool plan_may(const json_t *plan, const json_t *done, const char *state, const json_t *step);
/* The state behind the step. Borrowed from either. */
const char *plan_state(const json_t *step, const char *state);
/* Ids of the steps without which it does not close, not taken yet. Owned by the caller. */
json_t *plan_missing(const json_t *plan, const json_t *done);
/* UTC ms at which the step is overdue; CLOCK_NONE: never, or it was taken. `found`: UTC ms. */
int64_t plan_due(const json_t *step, const json_t *done, int64_t found);
/* True when the step asks for this member ("to", "by", "ref", "place"). */
bool plan_asks(const json_t *step, const char *member);

#endif
