/* Slips that somebody brought: the case is here before its entries are. */
#ifndef SYNC_HUB_SLIP_IN_H
#define SYNC_HUB_SLIP_IN_H

#include "sync/hub/hub.h"

/* Reads a slip's digits, keeps the slip, begins its case where it is not here yet, and says to the
 * village that it was received. When the case's entries come later, they fill in the same case.
 * *what is what the slip says (as slip_read gives it) with "id", "number" and "known":bool; owned
 * by the caller. ERR_SLIP, ERR_SLIP_FOREIGN, ERR_SIGNATURE, ERR_NOT_FOUND (site), ERR_FIELD_CHOICE
 * (an item that the catalogue has not). */
enum err hub_slip_take(struct hub *h, const char *digits, const char *officer, json_t **what);
/* What the slip of a case says, opened again; ERR_NOT_FOUND: it did not come by slip. */
enum err hub_slip_read(struct hub *h, const char *site, const char *id, json_t **what);

#endif
