/* The village's agent: joins a hub, sends what the journal has, brings orders back. It needs no
 * PIN: it signs with keys/site.key, and sealed bytes travel as they are stored. */
#ifndef SYNC_AGENT_AGENT_H
#define SYNC_AGENT_AGENT_H

#include "kiosk/desk/site.h"
#include "sync/agent/way.h"

/* Joins the hub at `url` ("http://host:port" or https) by a one-time code. Somebody with the role
 * admin must be signed in: the data key is sealed to the hub. agent_join takes a way that is open.
 * ERR_SIGN_IN, ERR_ROLE, ERR_ENROL_CODE, ERR_ENROL_EXPIRED, ERR_HUB_KEY (the hub is not the one
 * that made the code), ERR_HUB_DOWN, ERR_HUB_REFUSED, ERR_FIELD_TYPE (url). */
enum err agent_enrol(struct site *s, const char *url, const char *code);
enum err agent_join(struct site *s, struct way *way, const char *url, const char *code);
/* The same for a machine that must not go on under its epoch (an old copy, a fork, one that was
 * replaced; the hub is asked which): it gets a new one, and all the site's records (desk/renew.h);
 * what it had and the hub had not stays in table branch. Behind an error of the fetching
 * agent_visit goes on with it.
 *
 * A machine for a site that exists: `s` is of site_receive. `clerk` gets `pin` here and is an
 * administrator. Also ERR_NOT_FOUND (no machine of the site has ever joined), ERR_PIN_WEAK. */
enum err agent_take_up(struct site *s, struct way *way, const char *url, const char *code,
                       const char *clerk, const char *pin);
/* Until all is acknowledged and all orders are here, or the link gives up. What came of it is noted
 * by link_note too. agent_visit takes a way that is open, and keeps its connections.
 * ERR_NOT_ENROLLED, ERR_HUB_DOWN, ERR_HUB_KEY, ERR_HUB_ANSWER, ERR_FORK (another machine writes
 * under these numbers), ERR_OLD_COPY, ERR_REPLACED (by then all it had has arrived),
 * ERR_HUB_REFUSED, the store's errors. */
enum err agent_once(struct site *s);
enum err agent_visit(struct site *s, struct way *way);
/* Stays: sends whenever the journal grows, asks for orders now and then, backs off 0.5 to 8 s with
 * jitter when the hub is gone. Ends with ERR_OK on SIGTERM or SIGINT; with an error only for what
 * no waiting mends (ERR_NOT_ENROLLED, ERR_FORK, ERR_OLD_COPY, ERR_REPLACED). */
enum err agent_run(struct site *s);

/* Notes what the way cost (kiosk/desk/link_use.h): each time is a commit, so seldom while nothing
 * happens, unless it is to be `now`. */
void agent_note_use(struct site *s, struct way *way, bool now);

#endif
