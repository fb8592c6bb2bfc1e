/* Officers that are limited to some villages: who asks now sees nothing of the others. */
#ifndef SYNC_HUB_SCOPE_H
#define SYNC_HUB_SCOPE_H

#include "sync/hub/hub.h"

/* Whether who asks now (hub_audit_by, hub_scope_by) may see this village. */
bool hub_scope_has(struct hub *h, const char *site);
/* From now on who asks is limited to their villages, or not. */
void hub_scope_by(struct hub *h, bool limited);

#endif
