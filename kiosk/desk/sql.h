/* Statements with their values in one call, for the projections and views of this folder. */
#ifndef KIOSK_DESK_SQL_H
#define KIOSK_DESK_SQL_H

#include <jansson.h>

#include "kiosk/store/store.h"

/* `types` has a letter for each value, in the order ?1, ?2...: t text (NULL allowed), i int64_t,
 * b int as 0 or 1, r double, j json_t* (stored as text; NULL: NULL). `sql` is a literal. */
enum err sql_put(struct store *s, const char *sql, const char *types, ...);
/* Prepares and binds; go on with store_step. */
enum err sql_open(struct store *s, sqlite3_stmt **out, const char *sql, const char *types, ...);
/* True when the query gives a row; its first column as text goes to out (size bytes; may be NULL).
 */
enum err sql_text(struct store *s, bool *found, char *out, size_t size, const char *sql,
                  const char *types, ...);
/* A column as JSON: null, integer, real, or text. New reference. */
json_t *sql_json(sqlite3_stmt *q, int column);
/* A column that holds a time; CLOCK_NONE when it is null. */
int64_t sql_time(sqlite3_stmt *q, int column);
/* A column that holds JSON text, parsed; `otherwise` (stolen) when it cannot be read. */
json_t *sql_parsed(sqlite3_stmt *q, int column, json_t *otherwise);

#endif
