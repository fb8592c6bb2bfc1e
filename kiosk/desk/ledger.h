/* Rows of ledgers as entries: what the import and the action share. */
#ifndef KIOSK_DESK_LEDGER_H
#define KIOSK_DESK_LEDGER_H

#include "kiosk/desk/site.h"

/* Appends a row that form_check has seen, without asking the definition again: persons in it are
 * ids already. `at`: when it happened, CLOCK_NONE: now. `corrects`: the row that it stands for, or
 * NULL. *out (owned by the caller) answers as an action. journal_append's errors. */
enum err ledger_append(struct site *s, const struct form *f, const json_t *row, int64_t at,
                       const char *corrects, json_t **out);

/* The form of a ledger by its id or code. ERR_NOT_FOUND. */
enum err ledger_find(struct site *s, const char *id, struct form **out);
/* Checks a row as it was typed and appends it: what the action "ledger" does. `in` may name
 * persons. ERR_FIELD_*, ERR_CONSTRAINT, ERR_VOUCH (desk/release.h). */
enum err ledger_enter(struct site *s, const struct form *f, const json_t *in, int64_t at,
                      const char *corrects, json_t **out);

#endif
