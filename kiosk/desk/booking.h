/* Bookings: made at the village, or at the hub and come down as orders; who comes to the door finds
 * the own one, and who does not is marked by a clerk. */
#ifndef KIOSK_DESK_BOOKING_H
#define KIOSK_DESK_BOOKING_H

#include "kiosk/desk/site.h"

/* The bookings of this person for today (booked or arrived, oldest first), as the view "bookings"
 * gives them: an array, owned by the caller; empty when there is none. Made here or at the hub.
 * Behind them stand those of somebody with the same name, "perhaps": true. */
enum err booking_of_today(struct site *s, const char *person, json_t **out);
/* How many of today's and yesterday's are over and nobody has come. */
int64_t booking_missed(struct site *s);
/* One booking as the view gives it, by id ("1.57", "o.3") or by the number that people say
 * ("V1-57-4", "W3-5"). ERR_NOT_FOUND, ERR_CHECK_DIGIT. Owned by the caller. */
enum err booking_find(struct site *s, const char *which, json_t **out);
/* The id that such a text means; it need not exist. ERR_CHECK_DIGIT, ERR_FIELD_TYPE. */
enum err booking_id(const char *which, char id[ENTRY_ID]);
/* The state that a step leads to from `state`, NULL when it is not possible. The one table of it:
 *   booked   cancel -> cancelled, arrive -> arrived, no_show -> no_show, move -> booked
 *   no_show  arrive -> arrived
 * The hub may order a cancel alone. */
const char *booking_move(const char *state, const char *step, bool hub);

#endif
