/* What stands on a slip in clear beside its symbol. The policy in force says it ("slip": {"shows":
 * ["item","channel","surname"], "return": {"zh","en"}}); where it says nothing, a lost slip tells
 * its finder nothing but the village, the day and the case number, and where to bring it. */
#ifndef KIOSK_PRINT_SLIP_WORDS_H
#define KIOSK_PRINT_SLIP_WORDS_H

#include "kiosk/desk/site.h"
#include "kiosk/print/layout.h"

/* Appends the lines above the symbol that the policy allows of this case (view_case's row). */
void slip_words(struct site *s, const json_t *found, struct layout *l);
/* Appends what the finder is asked to do. */
void slip_return(struct site *s, struct layout *l);

#endif
