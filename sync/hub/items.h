/* The catalogue that the hub's pages and bookings go by: the shipped one. */
#ifndef SYNC_HUB_ITEMS_H
#define SYNC_HUB_ITEMS_H

#include "kiosk/rules/catalogue.h"

/* Borrowed; NULL when it cannot be read. */
const struct catalogue *hub_items(void);
/* One item; NULL when there is none of that code. */
const json_t *hub_item(const char *code);

#endif
