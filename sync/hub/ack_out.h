/* Acknowledgements on paper, as the hub gives them out. */
#ifndef SYNC_HUB_ACK_OUT_H
#define SYNC_HUB_ACK_OUT_H

#include "kiosk/print/ack.h"
#include "sync/hub/hub.h"

/* What the hub has of the site's present machine, as of now, signed: *out and its digits (may be
 * NULL), which are appended. ERR_NOT_ENROLLED: no machine of that site ever joined;
 * ERR_HUB_REFUSED: the site is shut out. */
enum err hub_ack(struct hub *h, const char *site, struct ack *out, struct buf *digits);

#endif
