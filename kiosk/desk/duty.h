/* Duties: what the policy in force expects to be done, slot by slot, place by place (notice: R20,
 * R24). Invariant of all that reads them: nothing is done that nobody said was done (R32). */
#ifndef KIOSK_DESK_DUTY_H
#define KIOSK_DESK_DUTY_H

#include "kiosk/desk/site.h"

#define DUTY_BACK_MINUTES 30 /* a pack without back_entry_minutes */

/* The fields of a ledger that a round fills: the places confirmed, and those left out with their
 * reason. NULL where the ledger has none. */
const struct field *duty_places(const struct form *f);
const struct field *duty_excuses(const struct form *f);

/* What a round needs, by the names of duty and slot: {"duty","title","slot","slot_title","ledger",
 * "slot_field","places":[{"id","label"}] (still open today),"reasons":[{"id","label"}],
 * "last":{FIELD: value} (what the definition copies from the last row), "from","to"}. *out is owned
 * by the caller. ERR_NOT_FOUND: no such slot, or nothing to go down. */
enum err duty_round(struct site *s, const char *duty, const char *slot, json_t **out);

/* A row of a ledger whose places can be left out: it names at least one place, and none as both
 * confirmed and left out. ERR_FIELD_REQUIRED, ERR_CONSTRAINT. */
enum err duty_check_row(const struct form *f, const json_t *row);

/* Minutes that an entry may be behind what it tells before it is marked as late. */
int64_t duty_back_ms(struct site *s);

#endif
