/* Incidents: what must be reported at once. */
#ifndef KIOSK_DESK_INCIDENT_H
#define KIOSK_DESK_INCIDENT_H

#include "kiosk/desk/decide.h"

/* Opens an incident where the decision asks for one ("open_incident"); *id stays as it is where it
 * does not. `from` is the visit's (or staff check's) id; person may be NULL. */
enum err incident_from(struct site *s, const struct decision *d, const char *from,
                       const char *person, char id[ENTRY_ID]);

#endif
