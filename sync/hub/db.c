/* Owns: the way from C to SQL, the same for every store. Invariant: a row's text and bytes are
 * never NULL where a caller would read them. */
#include "sync/hub/db.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/mem.h"

#define TRIES 5 /* of a transaction that others cross */

static const struct {
    const char *scheme;
    const struct hub_store_ops *ops;
} stores[] = {
    {"sqlite:", &hub_sqlite}, {"postgresql:", &hub_postgresql}, {"postgres:", &hub_postgresql}};
static const char *files;

/* A plain file name is SQLite's. */
static const struct hub_store_ops *store_of(const char *where)
{
    for (size_t i = 0; i < sizeof stores / sizeof *stores; i++)
        if (strncmp(where, stores[i].scheme, strlen(stores[i].scheme)) == 0)
            return stores[i].ops;
    return strstr(where, "://") == NULL ? &hub_sqlite : NULL;
}

static const char *file_of(const char *where)
{
    size_t n = strlen(hub_sqlite.scheme);
    return strncmp(where, hub_sqlite.scheme, n) == 0 ? where + n : where;
}

const char *hub_db_files(const char *where)
{
    if (store_of(where) == &hub_sqlite)
        return file_of(where);
    return files != NULL ? files : HUB_FILES;
}

void hub_db_files_at(const char *begin)
{
    files = begin;
}

/* libpq reads an address as it is; another connection string stands behind "postgresql:". */
static const char *of_server(const char *where)
{
    return strstr(where, "://") != NULL ? where : strchr(where, ':') + 1;
}

enum err hub_db_open(const char *where, struct hub_db **out)
{
    const struct hub_store_ops *ops = store_of(where);
    if (ops == NULL)
        return err_set(ERR_USAGE, "--store", "sqlite:FILE, postgresql://...");
    struct hub_db *db = mem_alloc(sizeof *db);
    db->ops = ops;
    enum err rc = ops->open(db, ops == &hub_sqlite ? file_of(where) : of_server(where));
    if (rc == ERR_OK)
        *out = db;
    else
        free(db);
    return rc;
}

void hub_db_close(struct hub_db *db)
{
    if (db == NULL)
        return;
    db->ops->close(db);
    free(db);
}

enum err hub_db_copy(struct hub_db *db, const char *file)
{
    if (db->ops->copy == NULL)
        return err_set(ERR_USAGE, "backup", "pg_dump");
    return db->ops->copy(db, file);
}

enum err hub_begin(struct hub_db *db)
{
    return db->ops->begin(db);
}

enum err hub_end(struct hub_db *db, enum err rc)
{
    return db->ops->end(db, rc);
}

bool hub_store_failed(enum err rc)
{
    return rc == ERR_DISK_FULL || rc == ERR_IO || rc == ERR_BUSY || rc == ERR_COMMIT_UNKNOWN ||
           rc == ERR_STORE_DOWN;
}

enum err hub_transact(struct hub_db *db, enum err (*work)(void *arg), void *arg)
{
    enum err rc = db->ops->begin_row(db);
    if (rc == ERR_OK)
        rc = hub_end(db, work(arg));
    for (int i = 1; i < TRIES && rc != ERR_OK && db->ops->again(db); i++) {
        rc = hub_begin(db);
        if (rc == ERR_OK)
            rc = hub_end(db, work(arg));
    }
    return rc;
}

enum err hub_lock(struct hub_db *db, const char *site)
{
    return db->ops->lock(db, site);
}

enum err hub_lock_all(struct hub_db *db, const char *what)
{
    return db->ops->lock_all(db, what);
}

static enum err read_values(struct hub_value v[HUB_VALUES], size_t *count, const char *letters,
                            va_list args)
{
    size_t n = 0;
    for (; letters[n] != 0; n++) {
        if (n == HUB_VALUES)
            return err_set(ERR_INTERNAL, "sql", "too many values");
        v[n] = (struct hub_value){.letter = letters[n], .type = HUB_NULL};
        if (letters[n] == 'i') {
            v[n].type = HUB_INT;
            v[n].number = va_arg(args, int64_t);
            continue;
        }
        v[n].bytes = va_arg(args, const void *);
        v[n].len = letters[n] == 'b' ? va_arg(args, size_t) : 0;
        if (v[n].bytes != NULL)
            v[n].type = letters[n] == 'b' ? HUB_BLOB : HUB_TEXT;
    }
    *count = n;
    return ERR_OK;
}

static enum err ask(struct hub_db *db, struct hub_rows *rows, const char *sql, const char *letters,
                    va_list args)
{
    size_t n;
    struct hub_value v[HUB_VALUES];
    enum err rc = read_values(v, &n, letters, args);
    *rows = (struct hub_rows){.db = db};
    return rc == ERR_OK ? db->ops->ask(db, sql, v, n, &rows->at) : rc;
}

enum err hub_ask(struct hub_db *db, struct hub_rows *rows, const char *sql, const char *letters,
                 ...)
{
    va_list args;
    va_start(args, letters);
    enum err rc = ask(db, rows, sql, letters, args);
    va_end(args);
    return rc;
}

enum err hub_ask_long(struct hub_db *db, struct hub_rows *rows, const char *sql,
                      const char *letters, ...)
{
    size_t n;
    struct hub_value v[HUB_VALUES];
    va_list args;
    va_start(args, letters);
    enum err rc = read_values(v, &n, letters, args);
    va_end(args);
    *rows = (struct hub_rows){.db = db};
    return rc == ERR_OK ? db->ops->ask_long(db, sql, v, n, &rows->at) : rc;
}

enum err hub_run(struct hub_db *db, const char *sql, const char *letters, ...)
{
    size_t n;
    struct hub_value v[HUB_VALUES];
    va_list args;
    va_start(args, letters);
    enum err rc = read_values(v, &n, letters, args);
    va_end(args);
    return rc == ERR_OK ? db->ops->run(db, sql, v, n) : rc;
}

int64_t hub_number(struct hub_db *db, int64_t otherwise, const char *sql, const char *letters, ...)
{
    struct hub_rows rows;
    va_list args;
    va_start(args, letters);
    enum err rc = ask(db, &rows, sql, letters, args);
    va_end(args);
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return otherwise;
    int64_t v = hub_null(&rows, 0) ? otherwise : hub_int(&rows, 0);
    hub_done(&rows);
    return v;
}

bool hub_next(struct hub_rows *rows, enum err *rc)
{
    bool row = false;
    *rc = rows->db->ops->next(rows->db, rows->at, &row);
    return row;
}

void hub_done(struct hub_rows *rows)
{
    rows->db->ops->done(rows->db, rows->at);
}

int64_t hub_int(const struct hub_rows *rows, int column)
{
    return rows->db->ops->number(rows->at, column);
}

const char *hub_text(const struct hub_rows *rows, int column)
{
    return rows->db->ops->text(rows->at, column);
}

const void *hub_blob(const struct hub_rows *rows, int column, size_t *len)
{
    return rows->db->ops->blob(rows->at, column, len);
}

bool hub_null(const struct hub_rows *rows, int column)
{
    return rows->db->ops->null(rows->at, column);
}

bool hub_bytes(const struct hub_rows *rows, int column, void *out, size_t len)
{
    size_t n;
    const void *p = hub_blob(rows, column, &n);
    if (n != len)
        return false;
    memcpy(out, p, len);
    return true;
}

void hub_db_tell(struct hub_db *db, const char *topic, const char *site)
{
    if (db->ops->tell != NULL)
        db->ops->tell(db, topic, site != NULL ? site : "");
}

enum err hub_db_listen(struct hub_db *db, hub_heard *heard, void *arg, struct hub_news **out)
{
    *out = NULL;
    return db->ops->listen != NULL ? db->ops->listen(db, heard, arg, out) : ERR_OK;
}

void hub_db_unlisten(struct hub_db *db, struct hub_news *news)
{
    if (news != NULL)
        db->ops->unlisten(news);
}
