/* The hub's store behind an interface: SQLite now, PostgreSQL as a second row of the table later.
 *
 * The SQL is the part that both speak (numbered parameters ?1, ON CONFLICT, no type names); what
 * differs is in a store's own file and in its migrations. */
#ifndef SYNC_HUB_DB_H
#define SYNC_HUB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kiosk/base/err.h"

struct hub_db;
struct hub_value {
    enum { HUB_NULL, HUB_INT, HUB_TEXT, HUB_BLOB } type;
    int64_t number;
    const void *bytes;
    size_t len;
};
struct hub_rows { /* a question's answer, row by row; filled by hub_ask */
    struct hub_db *db;
    void *at;
};

/* What a store must do. */
struct hub_store_ops {
    const char *scheme; /* "sqlite:" */
    enum err (*open)(struct hub_db *db, const char *where);
    void (*close)(struct hub_db *db);
    enum err (*begin)(struct hub_db *db);
    enum err (*end)(struct hub_db *db, enum err rc);
    /* Binds as many values as the SQL names and makes *at; the SQL is a literal. */
    enum err (*ask)(struct hub_db *db, const char *sql, const struct hub_value *v, size_t n,
                    void **at);
    enum err (*next)(struct hub_db *db, void *at, bool *row); /* false: done was called */
    void (*done)(struct hub_db *db, void *at);
    int64_t (*number)(void *at, int column);
    const char *(*text)(void *at, int column);
    const void *(*blob)(void *at, int column, size_t *len);
    bool (*null)(void *at, int column);
    /* Writes a copy that opens as a store; NULL: it has tools of its own for that. */
    enum err (*copy)(struct hub_db *db, const char *file);
};
extern const struct hub_store_ops hub_sqlite;

struct hub_db {
    const struct hub_store_ops *ops;
    void *handle;
};

/* `where`: "sqlite:FILE" (made when it is missing) or a plain file name. ERR_USAGE for a scheme
 * that is not served; the store's errors. */
enum err hub_db_open(const char *where, struct hub_db **out);
void hub_db_close(struct hub_db *db);
/* The file name of a store that is a file, else NULL. */
const char *hub_db_file(const char *where);

/* Writes a whole and consistent copy while others write: made beside `file`, synced, checked, and
 * renamed to it. ERR_USAGE: the store has its own tools for that (pg_dump); the store's errors. */
enum err hub_db_copy(struct hub_db *db, const char *file);

/* Transactions nest, as store_begin and store_end do. */
enum err hub_begin(struct hub_db *db);
enum err hub_end(struct hub_db *db, enum err rc);

/* Values by a letter each: s text (NULL is NULL), i int64_t, b bytes and size_t (NULL is NULL). */
enum err hub_run(struct hub_db *db, const char *sql, const char *letters, ...);
/* Rows: hub_ask, then hub_next while it is true. The same SQL must not be asked again inside. */
enum err hub_ask(struct hub_db *db, struct hub_rows *rows, const char *sql, const char *letters,
                 ...);
/* False behind the last row and on an error, which *rc holds. */
bool hub_next(struct hub_rows *rows, enum err *rc);
void hub_done(struct hub_rows *rows); /* when one stops before the last row */
/* The first column of the first row as a number, or `otherwise`. */
int64_t hub_number(struct hub_db *db, int64_t otherwise, const char *sql, const char *letters, ...);

int64_t hub_int(const struct hub_rows *rows, int column);      /* columns from 0 */
const char *hub_text(const struct hub_rows *rows, int column); /* "" for NULL; until the next row */
const void *hub_blob(const struct hub_rows *rows, int column, size_t *len);
bool hub_null(const struct hub_rows *rows, int column);
/* Copies a blob of exactly `len` bytes; false when it has another length. */
bool hub_bytes(const struct hub_rows *rows, int column, void *out, size_t len);

#endif
