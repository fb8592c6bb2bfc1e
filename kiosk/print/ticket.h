/* A number handed out: entered first, then printed; when it cannot be printed it is void, so that
 * nobody calls a number that nobody holds. */
#ifndef KIOSK_PRINT_TICKET_H
#define KIOSK_PRINT_TICKET_H

#include "kiosk/desk/site.h"

#define TICKET_WAIT_MS 30000 /* for a command that waits for the paper */

/* Runs the action "ticket" over `in` ({"service","visit","person"}). With `paper` and a printer its
 * printing is started. *out (owned by the caller) is the action's, with "job":N when it is being
 * printed, or "trouble":TEXT when it cannot even be begun: then the number is void by a further
 * entry. The action's errors; ERR_INTERNAL inside of a transaction. */
enum err ticket_hand_out(struct site *s, const json_t *in, bool paper, json_t **out);
/* Waits until its job has ended, at most `ms` (0: only looks), and sets "printed":bool and, when
 * the printer failed, "trouble":TEXT: then the number is void. Without a job: not printed. */
enum err ticket_printed(struct site *s, json_t *ticket, int ms);

#endif
