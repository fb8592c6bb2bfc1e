/* Cases at the hub: taken in from the villages' entries, decided by the officers' orders. */
#ifndef SYNC_HUB_CASEWORK_H
#define SYNC_HUB_CASEWORK_H

#include "sync/hub/hub.h"

/* Projections (see project.h): a case begins; a step of the village in it. */
enum err hub_case_begin(struct hub *h, const char *site, const struct entry *e);
enum err hub_case_step(struct hub *h, const char *site, const struct entry *e, const char *step);

/* The resident was asked for an opinion. */
enum err hub_case_rating(struct hub *h, const char *site, const struct entry *e);

/* An officer's step: "accept", "supplement", "reject", "done", "say", "answer" (to a request for a
 * call) or "receive", with a text (may be empty but for supplement, reject, say and answer). Makes
 * the order (its text sealed) and changes the case, in one transaction. `which` is the case's
 * number or id; `site` NULL: the only site that has that number. ERR_NOT_FOUND, ERR_CHECK_DIGIT
 * (mistyped number), ERR_DUPLICATE (two sites have it: name one), ERR_STATE (not possible now),
 * ERR_FIELD_CHOICE, ERR_FIELD_REQUIRED (text), ERR_NOT_UTF8, ERR_CONTROL_CHARS, ERR_TOO_LONG. */
enum err hub_case_decide(struct hub *h, const char *site, const char *which, const char *step,
                         const char *text, const char *officer);
/* Finds a case by number or id; `site` NULL: any. Errors as above. */
enum err hub_case_find(struct hub *h, const char *site, const char *which,
                       char found_site[SITE_CODE], char id[ENTRY_ID]);

/* One case whole: the row of view "cases" with "papers":[..], "steps":[{"at","who","clerk","step",
 * "text"}], "name", "id_no", "phone", "address", "agent":{..}|null, "relation", "scope", "note",
 * "couriers":[{"id","number","at","received","receiver","papers"}], "reason" (of the opinion),
 * "differs":[..] (hub_slip_differs); texts and persons are opened. *out is owned by the caller.
 * ERR_NOT_FOUND. */
enum err hub_case_whole(struct hub *h, const char *site, const char *which, json_t **out);

#endif
