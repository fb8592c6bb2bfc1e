/* The booking of whoever stands at the door: shown with the outcome, marked as arrived by a key. */
#ifndef SCREENS_DOOR_BOOKING_H
#define SCREENS_DOOR_BOOKING_H

#include "screens/ui.h"
#include "screens/widgets/pager.h"

/* A line for each booking that this person has today; none when there is none. */
void door_booking_show(struct ui *ui, const char *person, struct pager *p);
/* Marks the first that is not yet as arrived, and says so. False: there is none. */
bool door_booking_arrived(struct ui *ui, const char *person);

#endif
