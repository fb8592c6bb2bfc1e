/* Suspension of service to the public (notice: R65): of the whole site, or of one window, to which
 * then nobody is called. */
#ifndef KIOSK_DESK_SUSPEND_H
#define KIOSK_DESK_SUSPEND_H

#include "kiosk/desk/decide.h"

#define SUSPEND_SITE "site" /* the scope; a window's is "window:N" */

/* Whether the whole site is suspended; *since_id (ENTRY_ID bytes, may be NULL) is the entry or
 * order that said so, "" when it is not. */
enum err suspend_now(struct site *s, bool *suspended, char *since_id);
/* The same for one scope ("window:2"), or for the site that it is part of. */
enum err suspend_of(struct site *s, const char *scope, bool *suspended);
/* ERR_SUSPENDED while the whole site is: for actions that take something new in. */
enum err suspend_check(struct site *s);
/* The word of the status line: "open"; "limited": a window is suspended, or an incident is open;
 * "suspended". Static. */
enum err suspend_word(struct site *s, const char **word);
/* A decision at the door while nobody is admitted: at least "deny", with the reason in words and
 * the way to another channel. Nothing while service is open, and for members of staff. */
enum err suspend_decision(struct site *s, const json_t *facts, json_t *decision);

#endif
