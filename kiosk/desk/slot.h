/* Half-hour slots for appointments: how many people each takes (notice: R54). */
#ifndef KIOSK_DESK_SLOT_H
#define KIOSK_DESK_SLOT_H

#include "kiosk/desk/site.h"

#define SLOT_MS (30 * 60000LL)

/* True room for one more appointment from `from` to `to` (UTC ms): ERR_OK, or ERR_CONSTRAINT on
 * "from" when a half hour that it touches has as many as the policy's slot_capacity; the detail
 * begins with "full" and names the next free slot of that day. A half hour that is over takes
 * anything: it is written down late, not promised. Inside the transaction that books. */
enum err slot_room(struct site *s, int64_t from, int64_t to);

#endif
