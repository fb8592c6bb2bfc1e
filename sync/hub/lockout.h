/* The lock after wrong passwords: after 5 of a name or 20 from an address 30 s, doubling up to an
 * hour. It stands in the store, so that it holds at every hub and after a new start. */
#ifndef SYNC_HUB_LOCKOUT_H
#define SYNC_HUB_LOCKOUT_H

#include "sync/hub/hub.h"

/* ERR_PIN_LOCKED with the seconds left in the note. */
enum err hub_lock_check(struct hub *h, const char *name, const char *address);
/* Counts one more; *locked says whether it locked. */
enum err hub_lock_note(struct hub *h, const char *name, const char *address, bool *locked);
/* The right password came: the name begins anew. */
enum err hub_lock_clear(struct hub *h, const char *name);
/* An administrator lifts the lock of a name or of an address. ERR_NOT_FOUND: there is none. */
enum err hub_lock_lift(struct hub *h, const char *who);

#endif
