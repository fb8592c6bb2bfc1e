/* Drafts: what a clerk has typed and not yet saved. In the database from the first field on,
 * sealed, per desk and clerk; found again after a power cut, at any desk once the old one is gone.
 */
#ifndef KIOSK_DESK_DRAFT_H
#define KIOSK_DESK_DRAFT_H

#include "kiosk/desk/site.h"

/* Keeps `values` (as typed: field id -> text or value) as this desk's and clerk's draft of `form`;
 * durable when it returns. ERR_SIGN_IN, store's errors. */
enum err draft_keep(struct site *s, const char *form, const json_t *values);
/* The draft of this desk and clerk, else the newest of this clerk left by a desk that no longer
 * runs (it is taken over). ERR_NOT_FOUND. *values is owned by the caller. */
enum err draft_find(struct site *s, const char *form, json_t **values);
/* Removes it: saved or thrown away. */
enum err draft_drop(struct site *s, const char *form);
/* This clerk's drafts: an array of {"form","terminal","at"}; owned by the caller. */
enum err draft_list(struct site *s, json_t **out);

#endif
