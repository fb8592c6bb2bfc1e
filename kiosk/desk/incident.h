/* Incidents: what must be reported at once. */
#ifndef KIOSK_DESK_INCIDENT_H
#define KIOSK_DESK_INCIDENT_H

#include "kiosk/desk/decide.h"

/* Opens an incident where the decision asks for one ("open_incident"); *id stays as it is where it
 * does not. `from` is the visit's (or staff check's) id; person may be NULL. */
enum err incident_from(struct site *s, const struct decision *d, const char *from,
                       const char *person, char id[ENTRY_ID]);

/* How far an incident is: its own plan (plan.h), the ids of the steps taken. */
struct incident_now {
    char state[48];
    int64_t at; /* found, UTC ms */
    json_t *plan, *done;
};
/* ERR_NOT_FOUND. incident_fini it in any case. */
enum err incident_read(struct store *s, const char *id, struct incident_now *out);
void incident_fini(struct incident_now *now);
/* Ids of the steps that may be taken now; owned by the caller. A step that closes is among them
 * also while others are still to be done. */
json_t *incident_possible(const struct incident_now *now);

#endif
