/* The catalogue that the hub's pages, bookings and slips go by: what was pushed and is in force,
 * else the shipped one. */
#ifndef SYNC_HUB_ITEMS_H
#define SYNC_HUB_ITEMS_H

#include "kiosk/rules/catalogue.h"
#include "sync/hub/hub.h"

/* From here on the catalogue of that site; NULL: the newest that any site was sent, for pages about
 * all of them. Each page and order begins with it; what hub_items gave before may be gone. */
void hub_items_use(struct hub *h, const char *site);
/* Before the store is closed. */
void hub_items_forget(void);
/* Borrowed; NULL when it cannot be read. */
const struct catalogue *hub_items(void);
/* One item; NULL when there is none of that code. */
const json_t *hub_item(const char *code);

#endif
