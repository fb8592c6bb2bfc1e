/* A number handed out: entered first, then printed; when it cannot be printed it is void at once,
 * so that nobody calls a number that nobody holds. */
#ifndef KIOSK_PRINT_TICKET_H
#define KIOSK_PRINT_TICKET_H

#include "kiosk/desk/site.h"
#include "kiosk/print/layout.h"

/* Runs the action "ticket" over `in` ({"service","visit","person"}). With `paper` and a printer it
 * is printed, outside of any transaction. *out (owned by the caller) is the action's, with
 * "printed":bool, and "trouble":TEXT when the printer failed: then the number is void by a further
 * entry. The action's errors; ERR_INTERNAL inside of a transaction. */
enum err ticket_hand_out(struct site *s, const json_t *in, bool paper, json_t **out);
/* What stands on the paper of a ticket as the action gave it. */
void ticket_layout(struct site *s, const json_t *ticket, struct layout *out);

#endif
