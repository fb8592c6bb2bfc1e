/* Places of the pack in force: what a round goes down, and what the choices of a ledger are joined
 * with. */
#ifndef KIOSK_DESK_PLACE_H
#define KIOSK_DESK_PLACE_H

#include "kiosk/desk/site.h"

/* Puts the pack's places among the choices of each field of the definition that says "places": the
 * pack's word for a place goes before the definition's own. */
void places_into(json_t *definition, const struct policy *p);
/* What a field calls one of its choices; the id itself when it has none. Borrowed. */
const char *place_word(const struct field *fd, const char *id);

#endif
