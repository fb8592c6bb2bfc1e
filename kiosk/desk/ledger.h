/* Rows of ledgers as entries: what the import and the action share. */
#ifndef KIOSK_DESK_LEDGER_H
#define KIOSK_DESK_LEDGER_H

#include "kiosk/desk/site.h"

/* Appends a row that form_check has seen, without asking the definition again: persons in it are
 * ids already. `at`: when it happened, CLOCK_NONE: now. `corrects`: the row that it stands for, or
 * NULL. *out (owned by the caller) answers as an action. journal_append's errors. */
enum err ledger_append(struct site *s, const struct form *f, const json_t *row, int64_t at,
                       const char *corrects, json_t **out);

#endif
