/* Suspension of service at a village: as it reports it, and as the hub orders it. */
#ifndef SYNC_HUB_SUSPEND_H
#define SYNC_HUB_SUSPEND_H

#include "sync/hub/hub.h"

/* Projects an entry of kind "suspend" or "resume". A suspension that was there already, and the end
 * of none, change nothing: village and hub may have said it at the same time. */
enum err hub_suspend_project(struct hub *h, const char *site, const struct entry *e);
/* Orders it: kind "suspend" or "resume" of the whole site. ERR_FIELD_REQUIRED (no reason),
 * ERR_TOO_LONG, ERR_NOT_UTF8, ERR_STATE (is so already), ERR_NOT_FOUND (no such site),
 * ERR_NOT_ENROLLED. */
enum err hub_suspend_order(struct hub *h, const char *site, const char *kind, const char *reason,
                           const char *officer);

#endif
