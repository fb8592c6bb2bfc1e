/* Owns: the hub's store as one SQLite file, with the promises of kiosk/store (WAL, FULL, a fair
 * gate). Invariant: a cursor is a kept statement, reset when it is done. */
#include "kiosk/store/store.h"
#include "sync/hub/db.h"

/* KiB, negative: a frame of another site finds the upper pages of every index in memory. */
#define CACHE "-16384"

static const struct store_schema schema = {.migrations = "sql/hub/", .app_id = 0x4a494e48};

static enum err sqlite_open(struct hub_db *db, const char *file)
{
    struct store *s = NULL;
    enum err rc = store_open(file, &schema, 0, &s);
    if (rc == ERR_NO_SITE)
        rc = store_open(file, &schema, STORE_CREATE, &s);
    if (rc == ERR_SITE_EXISTS) /* another process was quicker */
        rc = store_open(file, &schema, 0, &s);
    if (rc == ERR_OK)
        rc = store_exec(s, "PRAGMA cache_size=" CACHE);
    db->handle = s;
    return rc;
}

static void sqlite_close(struct hub_db *db)
{
    store_close(db->handle);
}

static enum err sqlite_begin(struct hub_db *db)
{
    return store_begin(db->handle);
}

static enum err sqlite_end(struct hub_db *db, enum err rc)
{
    return store_end(db->handle, rc);
}

static enum err sqlite_ask(struct hub_db *db, const char *sql, const struct hub_value *v, size_t n,
                           void **at)
{
    sqlite3_stmt *q = store_sql(db->handle, sql);
    *at = q;
    if (q == NULL)
        return err_last();
    size_t named = (size_t)sqlite3_bind_parameter_count(q);
    for (size_t i = 0; i < n && i < named; i++)
        switch (v[i].type) {
        case HUB_NULL: break;
        case HUB_INT: store_bind_int(q, (int)i + 1, v[i].number); break;
        case HUB_TEXT: store_bind_text(q, (int)i + 1, v[i].bytes); break;
        case HUB_BLOB: store_bind_blob(q, (int)i + 1, v[i].bytes, v[i].len); break;
        }
    return ERR_OK;
}

static enum err sqlite_next(struct hub_db *db, void *at, bool *row)
{
    return store_step(db->handle, at, row);
}

static enum err sqlite_run(struct hub_db *db, const char *sql, const struct hub_value *v, size_t n)
{
    void *at;
    bool row = true;
    enum err rc = sqlite_ask(db, sql, v, n, &at);
    while (rc == ERR_OK && row)
        rc = sqlite_next(db, at, &row);
    return rc;
}

/* Whoever is in a write transaction is alone in it, and what failed fails again. */
static enum err sqlite_lock(struct hub_db *db, const char *what)
{
    (void)db, (void)what;
    return ERR_OK;
}

static bool sqlite_again(struct hub_db *db)
{
    (void)db;
    return false;
}

static void sqlite_done(struct hub_db *db, void *at)
{
    (void)db;
    sqlite3_reset(at);
}

static int64_t sqlite_number(void *at, int column)
{
    return store_int(at, column);
}

static const char *sqlite_text(void *at, int column)
{
    return store_text(at, column);
}

static const void *sqlite_blob(void *at, int column, size_t *len)
{
    const void *p = sqlite3_column_blob(at, column);
    *len = (size_t)sqlite3_column_bytes(at, column);
    return p != NULL ? p : "";
}

static bool sqlite_null(void *at, int column)
{
    return sqlite3_column_type(at, column) == SQLITE_NULL;
}

static enum err sqlite_copy(struct hub_db *db, const char *file)
{
    return store_copy(db->handle, file);
}

const struct hub_store_ops hub_sqlite = {
    .scheme = "sqlite:",
    .open = sqlite_open,
    .close = sqlite_close,
    .begin = sqlite_begin,
    .begin_row = sqlite_begin,
    .end = sqlite_end,
    .again = sqlite_again,
    .lock = sqlite_lock,
    .lock_all = sqlite_lock,
    .run = sqlite_run,
    .ask = sqlite_ask,
    .ask_long = sqlite_ask,
    .next = sqlite_next,
    .done = sqlite_done,
    .number = sqlite_number,
    .text = sqlite_text,
    .blob = sqlite_blob,
    .null = sqlite_null,
    .copy = sqlite_copy,
};
