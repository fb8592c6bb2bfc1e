/* Who may let things out of a stock: "release" in a ledger's balance, and what the pack in force
 * says otherwise in its supplies.
 *
 * {"by":FIELD that names the approver,"role":ROLE,"posts":[POST..],"pin":bool,"two":bool,"above":N}
 * For more than N at a time, out or discarded, somebody of that role (or above) or who holds one of
 * those posts must agree: with "pin" by the own PIN at this desk (clerk_vouch); with "two" it must
 * not be the clerk who writes. */
#ifndef KIOSK_DESK_RELEASE_H
#define KIOSK_DESK_RELEASE_H

#include "kiosk/desk/site.h"

/* Checks a row that form_check has seen, and puts in who agreed where nobody was named. ERR_VOUCH
 * (field: the approver's): nobody has agreed; ERR_CONSTRAINT: that one may not. */
enum err release_check(struct site *s, const struct form *f, json_t *row);

#endif
