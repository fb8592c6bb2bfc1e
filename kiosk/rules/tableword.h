/* The words of tables that leave the house (assets/table.json): an addressee reads them in its own
 * language, whatever the desk speaks. */
#ifndef KIOSK_RULES_TABLEWORD_H
#define KIOSK_RULES_TABLEWORD_H

#include <stdbool.h>

#include "kiosk/base/buf.h"
#include "kiosk/rules/cell.h"

/* The word of that name. Borrowed for ever; "" when there is none. */
const char *tableword(const char *name, bool english);
/* Appends it with `a` for %1 and `b` for %2. */
void tableword_put(struct buf *out, const char *name, bool english, const char *a, const char *b);
/* Appends the line that tells what a table is of: place, addressee, period. */
void tableword_about(struct buf *out, const struct table_head *head);

#endif
