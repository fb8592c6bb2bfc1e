/* The hub's own people: log-in, sessions, roles. Roles, weakest first: viewer, officer, admin. */
#ifndef SYNC_HUB_USER_H
#define SYNC_HUB_USER_H

#include "sync/hub/hub.h"

#define HUB_SESSION_MS (8 * 3600 * 1000LL)
#define HUB_TOKEN_TEXT 65 /* hex of 32 bytes, with NUL */
#define HUB_USER_NAME 64

#define HUB_PASSWORD_MIN 8 /* characters */

/* Adds a user, or gives a known one a new password and role (and ends their sessions).
 * ERR_FIELD_CHOICE (role), ERR_FIELD_REQUIRED, ERR_TOO_LONG, ERR_CONTROL_CHARS (name),
 * ERR_PIN_WEAK (password under 8 characters). */
enum err hub_user_add(struct hub *h, const char *name, const char *role, const char *password);
enum err hub_password_check(const char *password); /* ERR_PIN_WEAK */
bool hub_role_known(const char *role);
/* True when `role` may do what needs `needed`. */
bool hub_role_may(const char *role, const char *needed);

struct hub_session {
    char name[HUB_USER_NAME];
    char role[16];
    char csrf[HUB_TOKEN_TEXT];
    bool limited; /* to the villages that are theirs (scope.h) */
};
/* Checks name and password and opens a session; `token` goes into the cookie. The same time is
 * spent whether or not the name is known. ERR_PIN_WRONG; ERR_PIN_LOCKED with the seconds left in
 * the note (lockout.h). A user that is disabled is told what one with a wrong password is. */
enum err hub_log_in(struct hub *h, const char *name, const char *password, const char *address,
                    char token[HUB_TOKEN_TEXT], struct hub_session *out);
/* The session of a cookie. ERR_SIGN_IN. */
enum err hub_session_find(struct hub *h, const char *token, struct hub_session *out);
enum err hub_log_out(struct hub *h, const char *token);
/* Remembers that an officer has seen a site's entries up to its mark. */
enum err hub_looked(struct hub *h, const char *site, const char *officer);

#endif
