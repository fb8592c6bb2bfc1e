/* Half-hour slots that a village and its hub both give away, also while neither hears of the other:
 * the one rule that both go by (docs/bookings.md). Pure functions: counts and times in, places out.
 *
 * A slot's capacity is divided. The hub's share (the plan's `hub`, and what the village passed on)
 * is given by the hub alone, and only until the cut-off before the slot; all else by the village
 * alone. Behind the cut-off the hub gives nothing any more, so what it left unused is the
 * village's: from the moment that the village has heard all that the hub had said by then. No time
 * but the hub's own counts for it. */
#ifndef KIOSK_RULES_SLOTS_H
#define KIOSK_RULES_SLOTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "kiosk/base/err.h"

#define SLOT_MS (30 * 60000LL)
#define SLOTS_HOLD_MS (15 * 60000LL) /* a place stays held so long while a booking is made */
#define SLOTS_NUMBER 48              /* bytes of a booking's number */

struct slots_plan {
    int64_t capacity; /* -1: no limit */
    int64_t hub;      /* of these the hub gives so many */
    int64_t cutoff;   /* ms before the slot begins */
};
struct slots_use {   /* of one slot, as far as the one who asks knows */
    int64_t starts;  /* UTC ms */
    int64_t village; /* taken by the village's word, not cancelled */
    int64_t hub;     /* taken by the hub's word, not cancelled */
    int64_t passed;  /* places that the village passed on to the hub */
    int64_t held;    /* held by the one who asks */
};

/* Places that the village may give now; INT64_MAX without a limit. `heard`: up to this moment of
 * the hub's clock the village knows everything that the hub said; INT64_MIN: of nothing. */
int64_t slots_village(const struct slots_plan *p, const struct slots_use *u, int64_t heard);
/* Places that the hub may give at `now` of its own clock. */
int64_t slots_hub(const struct slots_plan *p, const struct slots_use *u, int64_t now);
/* Until when a place held at `now` stays so at the hub: never beyond the cut-off. */
int64_t slots_hold_until(const struct slots_plan *p, int64_t starts, int64_t now);
/* A hold until 09:15 is none at 09:15:00.000. */
bool slots_held(int64_t until, int64_t now);

/* A plan as a village tells it and the hub keeps it:
 *   {"capacity":N|null,"hub":N,"cutoff":MINUTES,"days":N,"hours":[{"from":"08:30","to":"11:30",
 *    "days":[1,2,3,4,5]}] (1: Monday; without "days" every day),
 *    "holidays":[..] (kiosk/rules/calendar.h; may be missing),
 *    "groups":[{"id","zh","en","departments":[..],"capacity":N,"hub":N}]}
 * A group is a limit within the slot, for the items of some departments. */
struct slots_plan slots_plan_read(const json_t *plan);
/* The group that an item of the catalogue belongs to, or NULL. */
const json_t *slots_group(const json_t *plan, const json_t *item);
/* The same plan for a group of it. */
struct slots_plan slots_plan_of(const struct slots_plan *plan, const json_t *group);
/* The half hours of a day (its first ms), oldest first; `each` returns non-OK to stop. */
typedef enum err slots_fn(void *arg, int64_t from);
enum err slots_day(const json_t *plan, int64_t day, slots_fn *each, void *arg);
/* True when one begins at `from`. */
bool slots_begins(const json_t *plan, int64_t from);

/* A booking's number for people, made of its id: "o.12" is W12-C, "1.57" is V1-57-C, C a check
 * digit. Returns out; "" for what is no such id. */
const char *slots_number(const char *id, char out[SLOTS_NUMBER]);
/* The id of a number as typed (small letters and full-width digits too, dashes and blanks optional
 * but the middle one of V): out takes 32 bytes. ERR_CHECK_DIGIT, ERR_FIELD_TYPE. */
enum err slots_number_read(const char *text, char out[32]);

#endif
