/* Orders on their way down: definitions go as patches from the version that the village holds. */
#ifndef SYNC_HUB_DELTA_H
#define SYNC_HUB_DELTA_H

#include "sync/hub/hub.h"

/* Turns the definitions among `orders` (as hub_orders_since made them) into patches, where that is
 * shorter: from the last one of the same id that went to the site, or from what ships with the
 * program. Signatures stay: they are over the whole text. The store's errors. */
enum err hub_orders_shrink(struct hub *h, const char *site, json_t *orders);

#endif
