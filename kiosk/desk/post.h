/* Posts: who is responsible for what at this site, as the pack in force lists them (notice: chapter
 * four), and the numbers to call outside it. */
#ifndef KIOSK_DESK_POST_H
#define KIOSK_DESK_POST_H

#include "kiosk/desk/site.h"

/* The pack's row of that post, or NULL. Borrowed from the policy. */
const json_t *post_find(const struct policy *p, const char *id);
/* Who holds a post on the day that `at` lies in: who was given that day alone, else who holds it
 * until further notice. *out (owned by the caller) is {"post","title","outside","daily","clerk",
 * "name","holder","phone","since","day","vacant","basis"}; "holder" is the clerk or the name.
 * Names and numbers are null when nobody is signed in. ERR_NOT_FOUND: the pack has no such post. */
enum err post_holder(struct site *s, const char *id, int64_t at, json_t **out);

#endif
