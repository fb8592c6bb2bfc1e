/* What an administrator does with users, and each with their own password. Every change is in the
 * audit; the last administrator who may log in stays one. */
#ifndef SYNC_HUB_USER_ADMIN_H
#define SYNC_HUB_USER_ADMIN_H

#include "sync/hub/user.h"

/* All: ERR_NOT_FOUND for a name that nobody has. */

/* ERR_FIELD_CHOICE; ERR_STATE: the last administrator. Their sessions go on with the new role. */
enum err hub_user_role(struct hub *h, const char *name, const char *role);
/* Disabling ends their sessions. ERR_STATE: the last administrator. */
enum err hub_user_disable(struct hub *h, const char *name, bool disabled);
/* A new password ends the sessions. `old` NULL: an administrator gives it; else it must be right:
 * ERR_PIN_WRONG, ERR_PIN_LOCKED. ERR_PIN_WEAK. */
enum err hub_user_password(struct hub *h, const char *name, const char *old, const char *password);
/* Limits to these villages (codes divided by spaces, commas or line ends); "" ends the limit.
 * ERR_NOT_FOUND with the code that no village has. */
enum err hub_user_sites(struct hub *h, const char *name, const char *codes);
/* Ends a session by the id that the view "sessions" shows, or all of a user. ERR_NOT_FOUND. */
enum err hub_session_end(struct hub *h, const char *id);
enum err hub_sessions_end(struct hub *h, const char *name);

#endif
