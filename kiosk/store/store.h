/* The database of one site: opened safely, written fairly, migrated forward only.
 *
 * Promises: WAL with synchronous=FULL, asserted at open; a write transaction takes a flock gate
 * before BEGIN IMMEDIATE, because SQLite's own busy handler starves; migrations only append, and a
 * database of a newer version or of another program is refused before anything is touched. */
#ifndef KIOSK_STORE_STORE_H
#define KIOSK_STORE_STORE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "kiosk/base/err.h"

#define STORE_APP_ID 0x4a494e31 /* "JIN1" in the file's application_id */

struct store; /* one connection */

/* What a family of databases is: its mark and its migrations, assets named PREFIX + "001-....sql".
 */
struct store_schema {
    const char *migrations; /* "sql/kiosk/" */
    int32_t app_id;
};
extern const struct store_schema store_kiosk_schema;

enum store_flags {
    STORE_CREATE = 1, /* make the file; ERR_SITE_EXISTS when it is there */
    STORE_READ = 2,   /* read only */
    STORE_MEMORY = 4, /* a private database in memory (path ignored): for replay and tests */
};

/* Opens (and migrates) the database file `path`; the gate is `path` + ".gate". The caller closes.
 * ERR_NO_SITE (missing), ERR_SITE_EXISTS, ERR_FOREIGN_DB, ERR_SCHEMA_NEWER, ERR_CORRUPT, ERR_IO,
 * ERR_DISK_FULL. */
enum err store_open(const char *path, const struct store_schema *schema, unsigned flags,
                    struct store **out);
void store_close(struct store *s); /* NULL is allowed */

/* Names a VFS for all further opens (tests put a faulty disk here); NULL: the system's. */
void store_use_vfs(const char *name);

/* A prepared statement for `sql`, which must be a string that lives as long as the store (a
 * literal): prepared once, kept, handed out reset and unbound. NULL: the error is noted. Never
 * finalize it. */
sqlite3_stmt *store_sql(struct store *s, const char *sql);
/* Steps a statement that returns no rows and resets it. ERR_OK, ERR_DUPLICATE (a constraint),
 * ERR_DISK_FULL, ERR_IO, ERR_BUSY, ERR_CORRUPT. */
enum err store_run(struct store *s, sqlite3_stmt *stmt);
/* One step: *row tells whether a row is there; when it is not, the statement was reset. */
enum err store_step(struct store *s, sqlite3_stmt *stmt, bool *row);
/* Runs SQL text without parameters (may be several statements). */
enum err store_exec(struct store *s, const char *sql);
/* The first column of the first row as a number, or `otherwise`. */
int64_t store_number(struct store *s, const char *sql, int64_t otherwise);
sqlite3 *store_handle(struct store *s);
const char *store_path(const struct store *s);

/* Binding helpers, 1-based; text is copied; NULL text binds NULL. */
void store_bind_text(sqlite3_stmt *stmt, int i, const char *text);
void store_bind_int(sqlite3_stmt *stmt, int i, int64_t v);
void store_bind_blob(sqlite3_stmt *stmt, int i, const void *bytes, size_t len);
/* Column helpers; text is never NULL ("" for NULL) and lives until the next step. */
const char *store_text(sqlite3_stmt *stmt, int i);
int64_t store_int(sqlite3_stmt *stmt, int i);

/* Write transactions. They nest: the outermost takes the gate and BEGIN IMMEDIATE, inner ones are
 * savepoints. store_end(s, rc) commits when rc is ERR_OK, else rolls this level back; it returns
 * rc, or the commit's own error: ERR_DISK_FULL or ERR_IO when nothing was written,
 * ERR_COMMIT_UNKNOWN when the outcome is not known (the store was closed and opened again: look up
 * what you wrote). */
enum err store_begin(struct store *s);
enum err store_end(struct store *s, enum err rc);
/* Several reads that see one moment, without taking the lock anew for each. True when it began one
 * (false inside a transaction); whoever did ends it by store_looked, soon, and writes nothing in
 * it. */
bool store_look(struct store *s);
void store_looked(struct store *s, bool began);
/* How deep the present transaction is; 0: none. */
int store_depth(const struct store *s);

/* How much of the database this connection keeps in memory, in KiB; 2,000 unless told. */
void store_cache(struct store *s, int kib);

/* Which migration the database stands at: counts from 1, and only upwards. */
int store_migration(struct store *s);
/* Changes when another connection has committed since the last call (PRAGMA data_version). */
int64_t store_version(struct store *s);
/* Writes a consistent copy to `path` (VACUUM INTO, fsync, quick_check, rename). */
enum err store_copy(struct store *s, const char *path);

#endif
