/* The papers of a case: its item's list, and the state of each. */
#ifndef KIOSK_DESK_PAPER_H
#define KIOSK_DESK_PAPER_H

#include <jansson.h>
#include <stdbool.h>

#include "kiosk/base/err.h"
#include "kiosk/store/kind.h"

/* The whole list of an item's papers with the states that `given` (may be NULL) names:
 * [{"paper","state","until","needed"}], missing where nothing was given. `due` is the promised day
 * (NULL: none), behind which nothing may follow. *out is owned by the caller. ERR_FIELD_CHOICE (a
 * paper that the item does not ask for, a state), ERR_FIELD_TYPE, ERR_FIELD_UNKNOWN, ERR_DATE,
 * ERR_DUPLICATE, ERR_CONSTRAINT ("papers.until": cannot follow, or not so late). */
enum err paper_list(const json_t *item, bool with_agent, const json_t *given, const char *due,
                    json_t **out);
/* Only what `given` names, checked against the item: for a later step. */
enum err paper_changes(const json_t *item, bool with_agent, const json_t *given, const char *due,
                       json_t **out);

/* Projection: writes a list to a case's papers, with who has each in hand by this entry, then
 * counts those that are needed and missing. */
enum err paper_keep(struct store *s, const struct entry *e, const char *case_id,
                    const json_t *list);
/* [{"paper","state","until","needed","holder","since","entry"}] of a case, in the item's order;
 * holder is citizen, village, courier or sub_centre. Owned by the caller. */
enum err paper_read(struct store *s, const char *case_id, json_t **out);

#endif
