/* What changes, told to open pages at once: GET /live, a stream of server-sent events.
 *
 * A change is a topic and a site, never what changed: a page that cares asks for itself again, by
 * its own rights. A stream that has nothing to say is suspended in libmicrohttpd: it costs no
 * thread, no question to the store, and no wake-up but a heartbeat every 20 s. */
#ifndef SYNC_HUB_LIVE_H
#define SYNC_HUB_LIVE_H

#include <stdbool.h>

#include "sync/hub/hub.h"

struct MHD_Connection;
struct MHD_Response;

#define LIVE_TOPIC 16
#define LIVE_STREAMS 100 /* at a time; a page above that asks for itself again every minute */

/* Topics: incident, visit, case, booking, ledger, report, policy, site, order, user. */

/* Something of this topic changed at this site ("" or NULL: at none in particular). Cheap, may be
 * called inside a transaction and as often as one likes: what is the same and not told yet is told
 * once. Other hubs on the same database hear of it when it is committed. By the thread that runs the
 * routes, and by commands. */
void hub_changed(struct hub *h, const char *topic, const char *site);

struct hub_live *hub_live_new(void);
/* The streams are gone already: after MHD_stop_daemon. */
void hub_live_free(struct hub_live *l);

/* The same for changes that were made elsewhere: any thread. */
void hub_live_tell(struct hub_live *l, const char *topic, const char *site);
/* To be called every second or so, by any thread: what came too close behind the last wake-up is
 * told, and heartbeats. */
void hub_live_tick(struct hub_live *l);
/* Ends all streams, before MHD_stop_daemon; no new one begins. */
void hub_live_end(struct hub_live *l);

/* A stream's answer; `alive` is called with `arg` whenever something was sent. NULL: too many. The
 * caller queues and destroys it. */
struct MHD_Response *hub_live_response(struct hub_live *l, struct MHD_Connection *c,
                                       void (*alive)(void *arg), void *arg);

#endif
