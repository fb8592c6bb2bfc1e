/* Clerks: who may sign in, with which role, and what a wrong PIN does (seals.md, PIN and roles).
 * The name of a clerk is a work account and stands in clear; wraps of the data key stay here and
 * never travel. */
#ifndef KIOSK_DESK_CLERK_H
#define KIOSK_DESK_CLERK_H

#include "kiosk/desk/site.h"

#define CLERK_TRIES 5 /* wrong PINs before the first lock */

/* Roles, weakest first: gate, window, ledger, leader, admin. */
bool clerk_role_known(const char *role);
/* True when the signed-in clerk may do what needs `role`. admin and leader may do all; window may
 * do gate's and ledger's work too. */
bool clerk_may(const struct site *s, const char *role);

/* The same of any clerk of this site. */
bool clerk_has(struct site *s, const char *name, const char *role);

/* Adds a clerk (by an admin). ERR_ROLE, ERR_DUPLICATE, ERR_PIN_WEAK, ERR_FIELD_CHOICE (role). */
enum err clerk_add(struct site *s, const char *name, const char *role, const char *pin);
/* An admin gives a clerk a new PIN; ends a lock. ERR_ROLE, ERR_NOT_FOUND, ERR_PIN_WEAK. */
enum err clerk_reset(struct site *s, const char *name, const char *pin);
/* A PIN on this machine for a clerk of the site's records; nothing is written of it. Inside the
 * caller's transaction; the data key must be set. ERR_PIN_WEAK. */
enum err clerk_wrap(struct site *s, const char *name, const char *pin);
/* Makes a clerk an administrator by the authority of an enrolment code: writes the entry. */
enum err clerk_admit(struct site *s, const char *name);
/* Clerks of the site who have no PIN on this machine: an array of names; owned by the caller. */
enum err clerk_pinless(struct site *s, json_t **out);

/* Signs in: unwraps the data key, writes the entry. ERR_PIN_WRONG; ERR_PIN_LOCKED with the seconds
 * left in the note's detail: after 5 wrong PINs 30 s, doubling with each further one up to an hour;
 * kept in the database by attempts and steady time, so neither restart nor clock shortens it. On a
 * machine that is closed for entries (journal_closed) only an admin comes in, to enrol it anew, and
 * without an entry; for others its error. */
enum err clerk_sign_in(struct site *s, const char *name, const char *pin);
/* A further clerk proves the PIN at this desk, for one action that needs two people (an override, a
 * resumption, a shift handed over). Nobody else signs in. Good for a minute, or until an action was
 * done. Errors as clerk_sign_in's; wrong PINs count as at a sign-in. */
enum err clerk_vouch(struct site *s, const char *name, const char *pin);
/* Who answers for what needs `role`: the signed-in clerk where that role is enough, else who has
 * vouched. ERR_VOUCH: nobody. */
enum err clerk_answers(const struct site *s, const char *role, char name[CLERK_NAME]);
/* True when this clerk, other than the signed-in one, has vouched: for what both must sign. */
bool clerk_vouched(const struct site *s, const char *name);
void clerk_vouch_end(struct site *s);
/* Forgets the key; `why` is "sign_out", "idle" or "hang_up". */
void clerk_sign_out(struct site *s, const char *why);
/* A clerk of this site, else ERR_NOT_FOUND ("clerk"). */
enum err clerk_known(struct site *s, const char *name);
/* Names that can sign in: an array of {"name","role"}; owned by the caller. */
enum err clerk_list(struct site *s, json_t **out);

#endif
