/* The library: every version of every definition (policies, catalogue, forms) that this terminal
 * has known, and which of them is in force. The functions that use it are in desk/site.h. */
#ifndef KIOSK_DESK_LIBRARY_H
#define KIOSK_DESK_LIBRARY_H

#include "kiosk/desk/site.h"

/* Brings what is shipped with this program into the archive, once a program version. */
enum err library_archive(struct store *s);
/* ERR_OK when some version of it is known, else ERR_NOT_FOUND. */
enum err library_known(struct store *s, const char *what, const char *id);
/* Frees the definitions that the site holds parsed. */
void library_forget(struct site *s);

#endif
