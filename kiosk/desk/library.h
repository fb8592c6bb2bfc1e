/* The library: every version of every definition (policies, catalogue, forms) that this terminal
 * has known, and which of them is in force. The functions that use it are in desk/site.h. */
#ifndef KIOSK_DESK_LIBRARY_H
#define KIOSK_DESK_LIBRARY_H

#include "kiosk/desk/site.h"

/* Brings what is shipped with this program into the archive, once a program version. */
enum err library_archive(struct store *s);
/* ERR_OK when some version of it is known, else ERR_NOT_FOUND. */
enum err library_known(struct store *s, const char *what, const char *id);
/* One version of one definition. */
struct edition {
    char id[64];
    int64_t version; /* 0: none */
};
/* What is in force now: the last order that has taken effect, else what is shipped under the name
 * `base` (NULL: any). `id` NULL: whichever. ERR_NOT_FOUND. */
enum err library_in_force(struct store *s, const char *what, const char *id, const char *base,
                          struct edition *out);
/* The newest version that is known of an id. ERR_NOT_FOUND. */
enum err library_newest(struct store *s, const char *what, const char *id, struct edition *out);
/* Its JSON, owned by the caller. ERR_NOT_FOUND. */
enum err library_read(struct store *s, const char *what, const struct edition *e, json_t **out);
/* Frees the definitions that the site holds parsed. */
void library_forget(struct site *s);

#endif
