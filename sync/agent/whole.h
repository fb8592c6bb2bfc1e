/* Orders that came as patches, made whole from what this machine holds. */
#ifndef SYNC_AGENT_WHOLE_H
#define SYNC_AGENT_WHOLE_H

#include <jansson.h>

#include "kiosk/store/store.h"

/* Gives an order that has "base" and "patch" its "head"; one that is whole stays. ERR_NOT_FOUND:
 * what it leans on is not here (ask for it whole). ERR_HUB_ANSWER: it is no patch of that text. */
enum err whole_order(struct store *s, json_t *order);

#endif
