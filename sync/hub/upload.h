/* The uploads that run: one for each site, so many for all. A new connection of a site takes over
 * from an older one, which may be dead without knowing; the older never commits again.
 *
 * A day's records come a few at a time, and on a slow link each upload stays for a second or two:
 * many run at once and need little memory. A backlog needs the whole window: few run at once. */
#ifndef SYNC_HUB_UPLOAD_H
#define SYNC_HUB_UPLOAD_H

#include "sync/hub/hub.h"

#define HUB_BUSY_LEAST_S 60 /* what a village is asked to wait when all are taken: so long, */
#define HUB_BUSY_MORE_S 120 /* and up to so much more, so that they do not come back together */

/* Begins one. An older one of the site is ended: `ended` is called with its stream, which must take
 * nothing more and is forgotten here. ERR_BUSY: all places are taken by other sites. */
enum err hub_upload_begin(struct hub *h, const char *site, void *stream,
                          void (*ended)(void *stream));
#define HUB_SHORT ((size_t)64 << 10) /* bytes of frames: with more an upload is a long one */
/* The stream has become a long one. ERR_BUSY: so many of those run already; what it has committed
 * stays. Asking again changes nothing. */
enum err hub_upload_long(struct hub *h, const void *stream);
void hub_upload_end(struct hub *h, const void *stream); /* may have been ended before */

#endif
