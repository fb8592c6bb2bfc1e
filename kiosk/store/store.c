/* Owns: the connection, its statements, and its transactions.
 * Invariant: outside of store_begin/store_end no write lock and no gate is held. */
#include "kiosk/store/store_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "kiosk/base/mem.h"

enum err store_fault(struct store *s, int rc)
{
    int why = rc == SQLITE_IOERR_WRITE ? errno : 0; /* SQLite tells ENOSPC itself, not its kin */
    const char *text = s->db != NULL ? sqlite3_errmsg(s->db) : sqlite3_errstr(rc);
    if (rc == SQLITE_FULL || why == EFBIG || why == EDQUOT)
        return err_set(ERR_DISK_FULL, NULL, NULL);
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_DONE:
    case SQLITE_ROW: return ERR_OK;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return err_set(ERR_BUSY, NULL, NULL);
    case SQLITE_CONSTRAINT: return err_set(ERR_DUPLICATE, NULL, "%s", text);
    case SQLITE_NOTADB: return err_set(ERR_FOREIGN_DB, s->path, NULL);
    case SQLITE_CORRUPT: return err_set(ERR_CORRUPT, s->path, "%s", text);
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN: return err_set(ERR_IO, s->path, "%s", text);
    default: return err_set(ERR_INTERNAL, "sql", "%s", text);
    }
}

/* Statements are found by the address of their text: a literal has one for ever. */
static size_t slot_of(const struct store *s, const char *sql)
{
    size_t i = (size_t)((uintptr_t)sql >> 3) * 2654435761u;
    while (s->kept[i & (s->room - 1)].sql != NULL && s->kept[i & (s->room - 1)].sql != sql)
        i++;
    return i & (s->room - 1);
}

static void make_room(struct store *s)
{
    struct kept *old = s->kept;
    size_t n = s->room;
    s->room = n > 0 ? n * 2 : 128;
    s->kept = mem_alloc(s->room * sizeof *s->kept);
    for (size_t i = 0; i < n; i++)
        if (old[i].sql != NULL)
            s->kept[slot_of(s, old[i].sql)] = old[i];
    free(old);
}

sqlite3_stmt *store_sql(struct store *s, const char *sql)
{
    if (s->used * 2 >= s->room)
        make_room(s);
    struct kept *k = &s->kept[slot_of(s, sql)];
    if (k->sql == NULL) {
        int rc = sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &k->stmt, NULL);
        if (rc != SQLITE_OK) {
            store_fault(s, rc);
            return NULL;
        }
        k->sql = sql;
        s->used++;
    }
    sqlite3_reset(k->stmt);
    sqlite3_clear_bindings(k->stmt);
    return k->stmt;
}

void store_forget_statements(struct store *s)
{
    for (size_t i = 0; i < s->room; i++)
        sqlite3_finalize(s->kept[i].stmt);
    free(s->kept);
    s->kept = NULL;
    s->room = s->used = 0;
}

enum err store_step(struct store *s, sqlite3_stmt *stmt, bool *row)
{
    *row = false;
    if (stmt == NULL)
        return err_last();
    int rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW) {
        *row = true;
        return ERR_OK;
    }
    enum err out = rc == SQLITE_DONE ? ERR_OK : store_fault(s, rc);
    sqlite3_reset(stmt);
    return out;
}

enum err store_run(struct store *s, sqlite3_stmt *stmt)
{
    bool row;
    enum err rc = store_step(s, stmt, &row);
    if (row)
        sqlite3_reset(stmt);
    return rc;
}

enum err store_exec(struct store *s, const char *sql)
{
    int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? ERR_OK : store_fault(s, rc);
}

int64_t store_number(struct store *s, const char *sql, int64_t otherwise)
{
    bool row;
    sqlite3_stmt *stmt = store_sql(s, sql);
    if (store_step(s, stmt, &row) != ERR_OK || !row)
        return otherwise;
    int64_t v = sqlite3_column_type(stmt, 0) == SQLITE_NULL ? otherwise : store_int(stmt, 0);
    sqlite3_reset(stmt);
    return v;
}

sqlite3 *store_handle(struct store *s)
{
    return s->db;
}

const char *store_path(const struct store *s)
{
    return s->path;
}

void store_bind_text(sqlite3_stmt *stmt, int i, const char *text)
{
    sqlite3_bind_text(stmt, i, text, -1, SQLITE_TRANSIENT);
}

void store_bind_int(sqlite3_stmt *stmt, int i, int64_t v)
{
    sqlite3_bind_int64(stmt, i, v);
}

void store_bind_blob(sqlite3_stmt *stmt, int i, const void *bytes, size_t len)
{
    if (bytes == NULL)
        sqlite3_bind_null(stmt, i);
    else
        sqlite3_bind_blob64(stmt, i, bytes, len, SQLITE_TRANSIENT);
}

const char *store_text(sqlite3_stmt *stmt, int i)
{
    const unsigned char *text = sqlite3_column_text(stmt, i);
    return text != NULL ? (const char *)text : "";
}

int64_t store_int(sqlite3_stmt *stmt, int i)
{
    return sqlite3_column_int64(stmt, i);
}

/* The gate shares fairly where SQLite's busy handler starves (faults.md: 1 commit against 21,039).
 */
static enum err gate(struct store *s, int how)
{
    if (s->gate < 0)
        return ERR_OK;
    while (flock(s->gate, how) != 0)
        if (errno != EINTR)
            return err_set(ERR_IO, s->path, "gate: %s", strerror(errno));
    return ERR_OK;
}

static enum err savepoint(struct store *s, const char *verb)
{
    char sql[64];
    snprintf(sql, sizeof sql, "%s s%d", verb, s->depth);
    return store_exec(s, sql);
}

enum err store_begin(struct store *s)
{
    enum err rc = s->depth == 0 ? gate(s, LOCK_EX) : ERR_OK;
    if (rc != ERR_OK)
        return rc;
    rc = s->depth == 0 ? store_exec(s, "BEGIN IMMEDIATE") : savepoint(s, "SAVEPOINT");
    if (rc == ERR_OK)
        s->depth++;
    else if (s->depth == 0)
        gate(s, LOCK_UN);
    return rc;
}

/* After a failed fsync the outcome is unknown and the pages in memory are not to be trusted: the
 * only way to learn it is a new connection (faults.md: 22 of 26 "failed" commits were there). */
static enum err doubtful_commit(struct store *s, int rc)
{
    enum err why = store_fault(s, rc);
    if (sqlite3_get_autocommit(s->db) == 0)
        sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    if (why != ERR_IO)
        return why;
    return store_reopen(s) == ERR_OK ? err_set(ERR_COMMIT_UNKNOWN, NULL, NULL) : err_last();
}

static enum err end_outermost(struct store *s, enum err rc)
{
    if (rc != ERR_OK) {
        if (sqlite3_get_autocommit(s->db) == 0)
            sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    } else {
        int got = sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL);
        if (got != SQLITE_OK)
            rc = doubtful_commit(s, got);
    }
    gate(s, LOCK_UN);
    return rc;
}

enum err store_end(struct store *s, enum err rc)
{
    s->depth--;
    if (s->depth == 0)
        return end_outermost(s, rc);
    if (sqlite3_get_autocommit(s->db) != 0)
        return rc != ERR_OK ? rc : err_set(ERR_IO, s->path, "the transaction was lost");
    if (rc != ERR_OK)
        savepoint(s, "ROLLBACK TO");
    enum err out = savepoint(s, "RELEASE");
    return rc != ERR_OK ? rc : out;
}

bool store_look(struct store *s)
{
    return s->depth == 0 && sqlite3_get_autocommit(s->db) != 0 && store_exec(s, "BEGIN") == ERR_OK;
}

void store_looked(struct store *s, bool began)
{
    if (began)
        sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

int store_depth(const struct store *s)
{
    return s->depth;
}

int64_t store_version(struct store *s)
{
    return store_number(s, "PRAGMA data_version", 0);
}
