/* Whom a booking is for: somebody known here, or somebody of whom there is a name and a telephone
 * alone, or whose number the sub-centre tagged. */
#ifndef KIOSK_DESK_BOOKING_WHO_H
#define KIOSK_DESK_BOOKING_WHO_H

#include "kiosk/desk/site.h"

#define WHO_NAME 200
#define WHO_PHONE 40

/* Wipe it by booking_who_fini. */
struct booking_who {
    char id[ENTRY_ID];           /* person; "": not known here */
    char tag[2 * TAG_BYTES + 1]; /* of the ID number; "": none was given */
    char name[WHO_NAME], phone[WHO_PHONE];
};

/* The person that `in` means ({"ref"} or parts), before anything is written. */
enum err booking_who_of(struct site *s, const json_t *in, struct booking_who *out);
/* Whom the booking is for. */
enum err booking_who_read(struct site *s, const char *booking, struct booking_who *out);
void booking_who_fini(struct booking_who *who);

/* ERR_DUPLICATE (field "from") when that person is booked at that time already: by the same person
 * or ID number, or by name and telephone. The booking `but` ("": none) does not count. */
enum err booking_once(struct site *s, const struct booking_who *who, const char *but, int64_t from,
                      int64_t to);

/* Today's bookings of somebody with the person's name that are not known to be the person's: rows
 * as in the view, with "perhaps": true, added to `rows`. */
enum err booking_perhaps(struct site *s, const char *person, json_t *rows);

/* The person who has come for a booking: {"ref":ID} is somebody known, who takes over the ID number
 * of the booking when none is known of him or her; {"new":true} is entered as the booking has it.
 * Inside the caller's transaction. ERR_FIELD_TYPE, ERR_NOT_FOUND, ERR_CONSTRAINT ("person": another
 * ID number than the booking's). */
enum err booking_link(struct site *s, const char *booking, const json_t *in, char person[ENTRY_ID]);

#endif
