/* Owns: how values get into statements. Invariant: a statement handed out has all its values. */
#include "kiosk/desk/sql.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"

static void bind_json(sqlite3_stmt *q, int i, const json_t *value)
{
    char *text = value != NULL ? js_dump(value) : NULL;
    store_bind_text(q, i, text);
    free(text);
}

static void bind_all(sqlite3_stmt *q, const char *types, va_list args)
{
    for (int i = 1; types[i - 1] != 0; i++) {
        switch (types[i - 1]) {
        case 't': store_bind_text(q, i, va_arg(args, const char *)); break;
        case 'i': store_bind_int(q, i, va_arg(args, int64_t)); break;
        case 'b': store_bind_int(q, i, va_arg(args, int) != 0); break;
        case 'r': sqlite3_bind_double(q, i, va_arg(args, double)); break;
        default: bind_json(q, i, va_arg(args, const json_t *)); break;
        }
    }
}

enum err sql_open(struct store *s, sqlite3_stmt **out, const char *sql, const char *types, ...)
{
    va_list args;
    *out = store_sql(s, sql);
    if (*out == NULL)
        return err_last();
    va_start(args, types);
    bind_all(*out, types, args);
    va_end(args);
    return ERR_OK;
}

enum err sql_put(struct store *s, const char *sql, const char *types, ...)
{
    va_list args;
    sqlite3_stmt *q = store_sql(s, sql);
    if (q == NULL)
        return err_last();
    va_start(args, types);
    bind_all(q, types, args);
    va_end(args);
    return store_run(s, q);
}

enum err sql_text(struct store *s, bool *found, char *out, size_t size, const char *sql,
                  const char *types, ...)
{
    va_list args;
    sqlite3_stmt *q = store_sql(s, sql);
    *found = false;
    if (q == NULL)
        return err_last();
    va_start(args, types);
    bind_all(q, types, args);
    va_end(args);
    enum err rc = store_step(s, q, found);
    if (rc != ERR_OK || !*found)
        return rc;
    if (out != NULL)
        snprintf(out, size, "%s", store_text(q, 0));
    sqlite3_reset(q);
    return ERR_OK;
}

json_t *sql_json(sqlite3_stmt *q, int column)
{
    switch (sqlite3_column_type(q, column)) {
    case SQLITE_INTEGER: return json_integer(store_int(q, column));
    case SQLITE_FLOAT: return json_real(sqlite3_column_double(q, column));
    case SQLITE_NULL: return json_null();
    default: return json_string(store_text(q, column));
    }
}

int64_t sql_time(sqlite3_stmt *q, int column)
{
    return sqlite3_column_type(q, column) == SQLITE_NULL ? CLOCK_NONE : store_int(q, column);
}

json_t *sql_parsed(sqlite3_stmt *q, int column, json_t *otherwise)
{
    const char *text = store_text(q, column);
    json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
    if (value == NULL)
        return otherwise;
    json_decref(otherwise);
    return value;
}
