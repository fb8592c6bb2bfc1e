/* The hub's table of kinds: which projection each kind of entry keeps here. Bodies are as
 * kiosk/desk/project.h describes them. */
#ifndef SYNC_HUB_PROJECT_H
#define SYNC_HUB_PROJECT_H

#include "sync/hub/hub.h"

/* Projects one entry into the hub's tables, inside the caller's transaction. ERR_FIELD_* (the body
 * is not what its kind says), ERR_NOT_FOUND (its subject is not here, or an unknown kind). */
enum err hub_project(struct hub *h, const char *site, const struct entry *e);
/* The same, of the kinds about policy (project_policy.c). */
enum err hub_adaptation(struct hub *h, const char *site, const struct entry *e);
enum err hub_overlay(struct hub *h, const char *site, const struct entry *e);
enum err hub_overlay_end(struct hub *h, const char *site, const struct entry *e);

#endif
