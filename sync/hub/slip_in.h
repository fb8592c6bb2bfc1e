/* Slips that somebody brought: the case is here before its entries are. */
#ifndef SYNC_HUB_SLIP_IN_H
#define SYNC_HUB_SLIP_IN_H

#include "sync/hub/hub.h"

/* What a scanner or a person typed: a slip's digits or a case number (full-width digits, spaces and
 * dashes do not matter). A slip is kept, its case is begun where it is not here yet, and the
 * village is told that it was received; when the case's entries come later, they fill in the same
 * case. The reading is noted whatever comes of it. *what (owned by the caller) has "answer":
 *
 *   recorded  the slip came first: its case is begun
 *   joined    its case was here by the network: the slip is kept with it
 *   reprint   another slip of this case was read before: both are kept, this one is the latest
 *   again     this very slip was read before: nothing is done
 *   found     a typed number: the case, as hub_case_whole gives it; nothing is done
 *
 * and for a slip: what it says (as slip_read gives it), "id", "number", "known":bool (not
 * recorded), "first":{"at","by"} of a slip that was read before, "differs" (hub_slip_differs).
 * ERR_SLIP (neither slip nor number), ERR_SLIP_CUT, ERR_SLIP_FOREIGN, ERR_SLIP_FORGED,
 * ERR_SLIP_SITE, ERR_SLIP_REVOKED, ERR_FIELD_CHOICE (an item that the catalogue has not),
 * ERR_CHECK_DIGIT, ERR_CASE_UNKNOWN, ERR_DUPLICATE (a number of two villages). */
enum err hub_slip_scan(struct hub *h, const char *typed, const char *officer, json_t **what);

/* What the latest slip of a case says, opened again; ERR_NOT_FOUND: it did not come by slip. */
enum err hub_slip_read(struct hub *h, const char *site, const char *id, json_t **what);
/* Where the slip of a case and its entries say different things: an array of {"field","slip",
 * "entry"}, texts or null; empty when they agree or when one of the two is not here. `whole` is the
 * case as hub_case_whole gives it. field: item, channel, at, name, id_no, phone, agent_name,
 * agent_id_no, agent_phone, relation, or paper:ID. Owned by the caller. */
json_t *hub_slip_differs(struct hub *h, const json_t *whole);

#endif
