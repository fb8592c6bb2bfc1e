/* Orders of the hub as they are noted and refused. */
#ifndef KIOSK_DESK_ORDER_H
#define KIOSK_DESK_ORDER_H

#include "kiosk/store/kind.h"

/* Words of an order's body, cleaned and cut at 1000 characters: they came from outside. NULL when
 * there are none. The caller frees. */
char *order_words(const struct entry *e, const char *key);
/* Notes what an order says: `step` and `text` may be NULL. */
enum err order_note(struct store *s, const struct entry *e, const char *step, const char *text);
/* Marks an order as kept but not applied. `why` is the error that the note is about; what stands in
 * the row does not depend on the language. Returns the store's errors only. */
enum err order_refuse(struct store *s, const struct entry *e, enum err why);
/* Puts a definition into the archive of `what`, and notes that the order puts it in force from
 * then. Other words under a version that an order has brought before: *refused, and marked so. */
enum err definition_keep(struct store *s, const struct entry *e, const char *what, int64_t from,
                         const json_t *definition, bool *refused);

#endif
