/* Courier lists at the hub: what is on its way, and that it arrived. */
#ifndef SYNC_HUB_COURIER_H
#define SYNC_HUB_COURIER_H

#include "sync/hub/hub.h"

/* Projections (see project.h): a list was handed to a courier; it arrived. */
enum err hub_courier_begin(struct hub *h, const char *site, const struct entry *e);
enum err hub_courier_arrived(struct hub *h, const char *site, const struct entry *e);

/* An officer has the list (by its number or id) in hand: the order and its effect here, in one
 * transaction. `site` NULL: the only site that has that number. ERR_NOT_FOUND, ERR_CHECK_DIGIT,
 * ERR_DUPLICATE, ERR_STATE (it arrived before). */
enum err hub_courier_receive(struct hub *h, const char *site, const char *which,
                             const char *officer);
/* The lists of one case: [{"id","number","at","received","receiver","papers"}]; owned by the
 * caller. */
enum err hub_courier_of_case(struct hub *h, const char *site, const char *id, json_t **out);

#endif
