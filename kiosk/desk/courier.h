/* Lists of papers that a courier carries to the sub-centre. */
#ifndef KIOSK_DESK_COURIER_H
#define KIOSK_DESK_COURIER_H

#include "kiosk/desk/site.h"

/* A list by its id or its number for people. ERR_NOT_FOUND (field "courier"), ERR_CHECK_DIGIT.
 * `id` takes ENTRY_ID bytes. */
enum err courier_find(struct site *s, const char *which, char id[ENTRY_ID]);

#endif
