/* What an operator's machines ask: is the hub well (/healthz), and its figures (/metrics). On the
 * hub's own address /healthz alone is open to all; on an address of their own, which no village and
 * no browser reaches, both. */
#ifndef SYNC_HUB_WATCH_H
#define SYNC_HUB_WATCH_H

#include "sync/hub/web.h"

void watch_health(struct web *w); /* GET /healthz: 200 {"ok":true} or 503 */

struct watch_server;
/* Serves both on `listen` ("ADDR:PORT"; port 0: any) with a connection to the store of its own.
 * ERR_USAGE, ERR_IO, the store's errors. */
enum err watch_start(struct web_server *s, const char *store, const char *listen,
                     struct watch_server **out, int *port);
void watch_stop(struct watch_server *w); /* NULL is allowed */

#endif
