/* Ledgers that a point adds by itself: one JSON file, kept in the journal with all its versions. */
#ifndef KIOSK_DESK_OWNFORM_H
#define KIOSK_DESK_OWNFORM_H

#include "kiosk/desk/site.h"

/* Checks a definition as it is taken in: form_parse, and that what feeds it is a kind of entry.
 * ERR_DEFINITION. A def_try (rules/define.h). */
enum err ownform_check(const json_t *definition, const char *name);
/* A definition by id or code: that version, or with 0 the one in force. *out is owned by the
 * caller. ERR_NOT_FOUND. */
enum err ownform_read(struct site *s, const char *id, int64_t version, json_t **out);

#endif
