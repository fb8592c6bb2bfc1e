/* The day as the sub-centre sees it: the villages, what is open, and the figures of its charts. */
#ifndef SYNC_HUB_DAY_H
#define SYNC_HUB_DAY_H

#include "sync/hub/view.h"

#define DAY_HOURS 24
#define DAY_LAGS 6 /* under a minute, ten minutes, an hour, a day; longer; nothing yet */

/* Of the day that `at` lies in, *out (owned by the caller):
 *   {"sites":{"joined","invited","fine",LOOK:N of sites.h},
 *    "look":[rows of sites.h that have a look, at most `rows`],
 *    "visits":[[admit, deny, isolate] an hour],"channels":{CHANNEL:N},
 *    "duties":{DUTY:[done, not done]} (of the reports signed for the day before),
 *    "lag":[N of villages: how long their newest record was under way]}
 * The store's errors. */
enum err hub_day(struct hub *h, int64_t at, size_t rows, json_t **out);

/* Villages that have a place: {"site","name","lat","lon" (millionths of a degree),"look":[..],
 * "revoked":bool}. Owned by the caller. */
enum err hub_day_map(struct hub *h, json_t **out);

/* Where a site lies, in millionths of a degree. ERR_FIELD_RANGE, ERR_NOT_FOUND. */
enum err hub_site_place(struct hub *h, const char *site, int64_t lat, int64_t lon);
/* "31.12,121.05" (latitude, longitude) to millionths. ERR_FIELD_TYPE, ERR_FIELD_RANGE. */
enum err hub_place_read(const char *text, int64_t *lat, int64_t *lon);

/* What may follow in an incident (a row of the view "incidents"), in the plan's order: an array of
 * {"step" (of the plan),"due":MS,"late":MS it is overdue (below 0: left)}; "due" and "late" only
 * where the step has a time and was not taken. Owned by the caller. */
json_t *hub_incident_next(const json_t *row, int64_t now);

#endif
