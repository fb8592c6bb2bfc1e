/* Half-hour slots for appointments at the village: how many people each takes (notice: R54), whose
 * places they are (kiosk/rules/slots.h), and places held while a booking is taken. */
#ifndef KIOSK_DESK_SLOT_H
#define KIOSK_DESK_SLOT_H

#include "kiosk/desk/site.h"
#include "kiosk/rules/slots.h"

/* True room for one more appointment from `from` to `to` (UTC ms) for an item of the catalogue
 * (NULL: any): ERR_OK, or ERR_CONSTRAINT on "from" when the village has no place left to give in a
 * half hour that it touches; the detail begins with "full" and names the next free slot of that
 * day. A half hour that is over takes anything: it is written down late, not promised. Inside the
 * transaction that books. */
enum err slot_room(struct site *s, int64_t from, int64_t to, const json_t *item);
/* What the policy in force says of slots, as slots.h has a plan. Owned by the caller. */
enum err slot_policy(struct site *s, json_t **out);
/* The group of an item that has a limit of its own: its id into out (40 bytes), else "". */
enum err slot_group(struct site *s, const json_t *item, char out[40]);
/* Ends a hold (a number that slot_hold_act gave); the place of its own booking is free again. A
 * hold that is over already is none. Inside the caller's transaction. */
enum err slot_release(struct site *s, int64_t hold);

/* Tells the hub the policy's slots by an entry when they are not those told last; a site without a
 * hub tells nothing. From that entry on the village leaves the hub's share alone. */
enum err slot_tell(struct site *s);
/* The hub's share by the plans that it may go by: those told since the last one that has arrived
 * there. `group` NULL: of the whole slot. p->capacity is left as it is. */
enum err slot_told(struct site *s, const char *group, struct slots_plan *p);

#endif
