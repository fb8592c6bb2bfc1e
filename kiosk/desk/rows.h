/* Rows of one statement, shown at once: for lists that are short by their nature. */
#ifndef KIOSK_DESK_ROWS_H
#define KIOSK_DESK_ROWS_H

#include "kiosk/desk/listing.h"

/* Reads all rows of `q` first, so that no read stays open while one is shown; then fills and shows
 * those that answer to the query's `like`: by number, by the item's name, or by whose they are. */
enum err rows_show(struct site *s, sqlite3_stmt *q, json_t *(*make)(sqlite3_stmt *),
                   enum err (*fill)(struct site *, json_t *), const struct view_query *v,
                   row_fn *row, void *to);
/* How many rows to read for a query: -1 (all) where it must look for some among them. */
int64_t rows_limit(const struct view_query *v);

#endif
