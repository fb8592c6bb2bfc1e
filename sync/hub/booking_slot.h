/* What booking.c and booking_slot.c share: the places of one half hour, inside a transaction. */
#ifndef SYNC_HUB_BOOKING_SLOT_H
#define SYNC_HUB_BOOKING_SLOT_H

#include "sync/hub/booking.h"

/* Places that the hub may give now in the half hour that begins at `from`. */
int64_t hub_slot_free(struct hub *h, const char *site, const json_t *plan, const json_t *item,
                      int64_t from);
/* ERR_SUSPENDED; ERR_CONSTRAINT on "from": no half hour begins then on a day that may be booked, or
 * it is full. */
enum err hub_slot_room(struct hub *h, const char *site, const json_t *plan, const json_t *item,
                       int64_t from);
bool hub_day_open(const json_t *plan, int64_t day);
/* ERR_FIELD_CHOICE. */
enum err hub_item_known(struct hub *h, const char *site, const char *code, const json_t **item);
void hub_hold_hash(const char *token, unsigned char out[HASH_BYTES]);

#endif
