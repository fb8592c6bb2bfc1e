/* The gate: who may be served inside. */
#ifndef KIOSK_DESK_VISIT_H
#define KIOSK_DESK_VISIT_H

#include "kiosk/desk/site.h"

/* Under a pack with "gate" (notice: R15) somebody is served inside only when admitted at the door
 * on the day of `at` (CLOCK_NONE: now). ERR_CONSTRAINT ("channel") when not. Inside the
 * transaction. */
enum err visit_gate(struct site *s, const char *person, int64_t at);

#endif
