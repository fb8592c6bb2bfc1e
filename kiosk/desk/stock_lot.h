/* What is in stock by place, batch and date. */
#ifndef KIOSK_DESK_STOCK_LOT_H
#define KIOSK_DESK_STOCK_LOT_H

#include "kiosk/desk/site.h"

/* The lots of one thing, what expires first before the rest: an array (owned by the caller) of
 * {"spec","place","batch","expiry","balance","left","days":N|null,"state":"ok|expiring|expired"}.
 * "balance" is what the rows that name just these come to; "left" what of it can be there when that
 * which went out without a batch was taken from what expires first. A lot of which nothing is left
 * is not named. `days`: expiring is what ends within so many. */
enum err stock_lots(struct site *s, const char *ledger, const char *item, const char *unit,
                    int64_t days, json_t **out);
/* Days before its date at which a thing counts as expiring: the pack's, else the definition's, else
 * 30. */
int64_t stock_expiry_days(struct site *s, const char *ledger);
/* Puts the words of the ledger's definition for a thing and its unit into a row that has "ledger",
 * "item" and "unit". */
void stock_name(struct site *s, json_t *one);

#endif
