/* People of all villages: found by ID number, name or telephone, and what the hub has of one.
 *
 * Who is shown is in the audit first: the caller writes that row (audit.h). The tags by which
 * people are found are keyed with the hub's own key, which is not in the store. */
#ifndef SYNC_HUB_PERSON_H
#define SYNC_HUB_PERSON_H

#include "sync/hub/view.h"

#define PEOPLE_FOUND 100   /* of one search */
#define PEOPLE_INDEX 20000 /* people of whom one search makes the tags */

/* What `text` looks like: "id_no", "phone" or "name". */
const char *hub_people_kind(const char *text);
/* Everybody with that ID number, telephone or whole name, of the village (NULL: of all that the one
 * who asks may see): {"site","site_name","person","name","id_no","phone"}. *left people came since
 * and are not searched yet: asking again goes on. ERR_FIELD_REQUIRED (nothing to look for). */
enum err hub_people_find(struct hub *h, const char *site, const char *text, hub_row *row, void *arg,
                         int64_t *left);
/* The same ID number in other villages: rows as above. */
enum err hub_people_same(struct hub *h, const char *site, const char *person, hub_row *row,
                         void *arg);
/* What there is of a person, newest first: {"kind" (visit, case, booking, incident),"id","at",
 * "state","item"}. */
enum err hub_people_past(struct hub *h, const char *site, const char *person, hub_row *row,
                         void *arg);
/* Makes the tags of up to `limit` people that came since; *left as above. */
enum err hub_people_index(struct hub *h, int64_t limit, int64_t *left);
/* "张**": the first sign stays. */
const char *hub_name_masked(const char *name, char out[200]);

#endif
