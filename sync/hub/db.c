/* Owns: the way from C to SQL, the same for every store. Invariant: a row's text and bytes are
 * never NULL where a caller would read them. */
#include "sync/hub/db.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/mem.h"

#define VALUES_MAX 20

static const struct hub_store_ops *const stores[] = {&hub_sqlite};

const char *hub_db_file(const char *where)
{
    size_t n = strlen(hub_sqlite.scheme);
    if (strncmp(where, hub_sqlite.scheme, n) == 0)
        return where + n;
    return strstr(where, "://") == NULL ? where : NULL;
}

enum err hub_db_open(const char *where, struct hub_db **out)
{
    const struct hub_store_ops *ops = hub_db_file(where) != NULL ? &hub_sqlite : NULL;
    for (size_t i = 0; i < sizeof stores / sizeof *stores && ops == NULL; i++)
        if (strncmp(where, stores[i]->scheme, strlen(stores[i]->scheme)) == 0)
            ops = stores[i];
    if (ops == NULL)
        return err_set(ERR_USAGE, "--store", "sqlite:FILE");
    struct hub_db *db = mem_alloc(sizeof *db);
    db->ops = ops;
    enum err rc = ops->open(db, ops == &hub_sqlite ? hub_db_file(where) : where);
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

static enum err ask(struct hub_db *db, struct hub_rows *rows, const char *sql, const char *letters,
                    va_list args)
{
    struct hub_value v[VALUES_MAX] = {{.type = HUB_NULL}};
    size_t n = 0;
    for (; letters[n] != 0; n++) {
        if (n == VALUES_MAX)
            return err_set(ERR_INTERNAL, "sql", "too many values");
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
    *rows = (struct hub_rows){.db = db};
    return db->ops->ask(db, sql, v, n, &rows->at);
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

enum err hub_run(struct hub_db *db, const char *sql, const char *letters, ...)
{
    struct hub_rows rows;
    va_list args;
    va_start(args, letters);
    enum err rc = ask(db, &rows, sql, letters, args);
    va_end(args);
    while (rc == ERR_OK && hub_next(&rows, &rc))
        ;
    return rc;
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
