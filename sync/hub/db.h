/* The hub's store behind an interface: SQLite (one file) or PostgreSQL (a server, for several
 * hubs).
 *
 * The SQL is the part that both speak: numbered parameters ?1, ON CONFLICT, INTEGER in a CAST; the
 * few words that differ are a table in db_pg_sql.c. A statement's values have the same letters
 * wherever its text is used. A statement that fails spoils its transaction: end it.
 *
 * Two processes may meet on one store. SQLite lets one write transaction run at a time; PostgreSQL
 * many: whoever reads what it then builds on locks the site first (hub_lock). */
#ifndef SYNC_HUB_DB_H
#define SYNC_HUB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kiosk/base/err.h"

#define HUB_VALUES 20 /* of a statement, at most */

struct hub_db;
struct hub_value {
    char letter; /* as it was given: s, i, b */
    enum { HUB_NULL, HUB_INT, HUB_TEXT, HUB_BLOB } type;
    int64_t number;
    const void *bytes;
    size_t len;
};
struct hub_rows { /* a question's answer, row by row; filled by hub_ask */
    struct hub_db *db;
    void *at;
};

/* Another hub on this store changed something; "all": nobody knows what. By a thread of its own. */
typedef void hub_heard(void *arg, const char *topic, const char *site);
struct hub_news;

/* What a store must do. */
struct hub_store_ops {
    const char *scheme; /* "sqlite:" */
    enum err (*open)(struct hub_db *db, const char *where);
    void (*close)(struct hub_db *db);
    enum err (*begin)(struct hub_db *db);
    enum err (*begin_row)(struct hub_db *db); /* what is written need not be waited for */
    enum err (*end)(struct hub_db *db, enum err rc);
    bool (*again)(struct hub_db *db); /* the transaction that failed last may be run again */
    enum err (*lock)(struct hub_db *db, const char *site);
    enum err (*lock_all)(struct hub_db *db, const char *what);
    enum err (*run)(struct hub_db *db, const char *sql, const struct hub_value *v, size_t n);
    /* Binds as many values as the SQL names and makes *at; the SQL is a literal. */
    enum err (*ask)(struct hub_db *db, const char *sql, const struct hub_value *v, size_t n,
                    void **at);
    enum err (*ask_long)(struct hub_db *db, const char *sql, const struct hub_value *v, size_t n,
                         void **at);
    enum err (*next)(struct hub_db *db, void *at, bool *row); /* false: done was called */
    void (*done)(struct hub_db *db, void *at);
    int64_t (*number)(void *at, int column);
    const char *(*text)(void *at, int column);
    const void *(*blob)(void *at, int column, size_t *len);
    bool (*null)(void *at, int column);
    /* Writes a copy that opens as a store; NULL: it has tools of its own for that. */
    enum err (*copy)(struct hub_db *db, const char *file);
    /* NULL: one hub has it for itself */
    enum err (*tell)(struct hub_db *db, const char *topic, const char *site);
    enum err (*listen)(struct hub_db *db, hub_heard *heard, void *arg, struct hub_news **out);
    void (*unlisten)(struct hub_news *news);
};
extern const struct hub_store_ops hub_sqlite, hub_postgresql;

struct hub_db {
    const struct hub_store_ops *ops;
    void *handle;
};

/* `where`: "sqlite:FILE" (made when it is missing) or a plain file name; "postgresql:..." or
 * "postgres:...", a connection string of libpq (several hosts: the one that can be written).
 * ERR_USAGE for a scheme that is not served; ERR_STORE_DOWN, ERR_PGLIB; the store's errors. */
enum err hub_db_open(const char *where, struct hub_db **out);
void hub_db_close(struct hub_db *db);
/* What the names of the files beside the store begin with (".keys", ".tls-cert"...): the store's
 * own file; where it is none what hub_db_files_at said, else HUB_FILES. */
const char *hub_db_files(const char *where);
void hub_db_files_at(const char *begin); /* NULL: no other than the usual; it is not copied */
#define HUB_FILES "/var/lib/jiujin-hub/hub.db"

/* The store failed, not what was asked of it: the same will do when it comes again. */
bool hub_store_failed(enum err rc);

/* Writes a whole and consistent copy while others write: made beside `file`, synced, checked, and
 * renamed to it. ERR_USAGE: the store has its own tools for that (pg_dump); the store's errors. */
enum err hub_db_copy(struct hub_db *db, const char *file);

/* Transactions nest, as store_begin and store_end do. */
enum err hub_begin(struct hub_db *db);
enum err hub_end(struct hub_db *db, enum err rc);
/* Runs `work` in a transaction of its own, as fast as the store can. It may be run more than once:
 * when something went wrong that another run may spare (another hub met it, a statement failed that
 * was not waited for). Inside another transaction it is an inner one. */
enum err hub_transact(struct hub_db *db, enum err (*work)(void *arg), void *arg);
/* In a transaction, before anything is read in it that the rest builds on: other hubs wait with
 * this site, or with what this word names, until it ends. */
enum err hub_lock(struct hub_db *db, const char *site);
enum err hub_lock_all(struct hub_db *db, const char *what);

/* Tells other hubs on this store, when the transaction commits, that something changed. Best
 * effort: what is not told is seen when a page asks for itself. */
void hub_db_tell(struct hub_db *db, const char *topic, const char *site);
/* Calls `heard` for what others tell, until hub_db_unlisten. *out: NULL where there are no others.
 */
enum err hub_db_listen(struct hub_db *db, hub_heard *heard, void *arg, struct hub_news **out);
void hub_db_unlisten(struct hub_db *db, struct hub_news *news); /* NULL is allowed */

/* Values by a letter each: s text (NULL is NULL), i int64_t, b bytes and size_t (NULL is NULL). */
enum err hub_run(struct hub_db *db, const char *sql, const char *letters, ...);
/* Rows: hub_ask, then hub_next while it is true. The same SQL must not be asked again inside. */
enum err hub_ask(struct hub_db *db, struct hub_rows *rows, const char *sql, const char *letters,
                 ...);
/* The same for an answer that may not fit into memory. hub_done must end it before the transaction
 * around it ends. */
enum err hub_ask_long(struct hub_db *db, struct hub_rows *rows, const char *sql,
                      const char *letters, ...);
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
