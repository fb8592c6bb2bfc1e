/* A village's history as the hub has it: what an upload may lean on (sync/wire/history.h). */
#ifndef SYNC_HUB_HISTORY_H
#define SYNC_HUB_HISTORY_H

#include "sync/hub/site.h"
#include "sync/wire/history.h"

/* The history up to entry `seq`; wire_history_fini ends it. ERR_PREFIX when that entry is not here;
 * the store's errors. */
enum err hub_history(struct hub *h, const char *site, int64_t epoch, int64_t seq,
                     struct wire_history *out);

#endif
