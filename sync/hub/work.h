/* Who at the sub-centre looks after which case. */
#ifndef SYNC_HUB_WORK_H
#define SYNC_HUB_WORK_H

#include "sync/hub/hub.h"

/* Gives a case (its id) to an officer; "" takes it from whoever has it. In the audit.
 * ERR_NOT_FOUND: no such case, or nobody of that name who may decide. */
enum err hub_work_assign(struct hub *h, const char *site, const char *id, const char *officer);
/* Who has it; "" for nobody. */
enum err hub_work_who(struct hub *h, const char *site, const char *id, char officer[64]);

#endif
