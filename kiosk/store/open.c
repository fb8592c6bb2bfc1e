/* Owns: how a database is opened, recognised, migrated and copied.
 * Invariant: a database that is not ours, or newer than we are, is not changed by a single byte. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/file.h"
#include "kiosk/base/mem.h"
#include "kiosk/store/store_private.h"

const struct store_schema store_kiosk_schema = {"sql/kiosk/", STORE_APP_ID};

static const char *vfs_name;

void store_use_vfs(const char *name)
{
    vfs_name = name;
}

static int64_t pragma(struct store *s, const char *sql)
{
    int64_t v = -1;
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        v = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return v;
}

static int migration_count(const struct store *s)
{
    int n = 0;
    while (asset_at(s->schema->migrations, (size_t)n) != NULL)
        n++;
    return n;
}

static enum err connect_file(struct store *s)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    if ((s->flags & STORE_MEMORY) != 0)
        flags |= SQLITE_OPEN_CREATE;
    int rc = sqlite3_open_v2(s->path, &s->db, flags, vfs_name);
    if (rc != SQLITE_OK)
        return store_fault(s, rc);
    sqlite3_extended_result_codes(s->db, 1);
    sqlite3_busy_timeout(s->db, 5000);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return ERR_OK;
}

/* Ours, and not newer: read before anything is set, since setting WAL already writes. */
static enum err recognise(struct store *s)
{
    int64_t id = pragma(s, "PRAGMA application_id"), version = pragma(s, "PRAGMA user_version");
    int code = sqlite3_errcode(s->db) & 0xff;
    if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT)
        return store_fault(s, code);
    bool blank = id == 0 && version == 0 && pragma(s, "SELECT count(*) FROM sqlite_schema") == 0;
    if (blank && (s->flags & (STORE_CREATE | STORE_MEMORY)) != 0)
        return ERR_OK;
    if (id != s->schema->app_id)
        return err_set(ERR_FOREIGN_DB, s->path, NULL);
    if (version > migration_count(s))
        return err_set(ERR_SCHEMA_NEWER, s->path, "version %d, this program knows %d", (int)version,
                       migration_count(s));
    return ERR_OK;
}

/* What a process wrote that was killed before its fsync reads like what was saved, and nobody would
 * sync it any more: a power cut could still take what somebody has seen, or sent on. */
static enum err make_durable(struct store *s)
{
    sqlite3_file *wal = NULL;
    sqlite3_int64 size = 0;
    if (pragma(s, "PRAGMA user_version") < 0) /* the first read recovers the log */
        return store_fault(s, sqlite3_extended_errcode(s->db));
    int rc = sqlite3_file_control(s->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
    if (rc == SQLITE_OK && wal != NULL && wal->pMethods != NULL)
        rc = wal->pMethods->xFileSize(wal, &size);
    if (rc == SQLITE_OK && size > 0)
        rc = wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL);
    return rc == SQLITE_OK ? ERR_OK : store_fault(s, rc);
}

static enum err set_pragmas(struct store *s)
{
    enum err rc = store_exec(s, "PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
                                "PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON;"
                                "PRAGMA cell_size_check=ON");
    if (rc != ERR_OK || (s->flags & STORE_MEMORY) != 0)
        return rc;
    rc = store_exec(s, "PRAGMA journal_mode=WAL");
    if (rc != ERR_OK)
        return rc;
    char mode[16] = "";
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(s->db, "PRAGMA journal_mode", -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        snprintf(mode, sizeof mode, "%s", store_text(stmt, 0));
    sqlite3_finalize(stmt);
    if (strcmp(mode, "wal") != 0 || pragma(s, "PRAGMA synchronous") != 2)
        return err_set(ERR_IO, s->path, "the disk does not let us write safely");
    return make_durable(s);
}

static enum err migrate_one(struct store *s, int version)
{
    char sql[96];
    const struct asset *step = asset_at(s->schema->migrations, (size_t)version);
    snprintf(sql, sizeof sql, "PRAGMA application_id=%d; PRAGMA user_version=%d",
             (int)s->schema->app_id, version + 1);
    enum err rc = store_exec(s, step->data);
    return rc == ERR_OK ? store_exec(s, sql) : rc;
}

static enum err migrate(struct store *s)
{
    int want = migration_count(s);
    if (pragma(s, "PRAGMA user_version") >= want)
        return (s->flags & STORE_READ) != 0 ? store_exec(s, "PRAGMA query_only=ON") : ERR_OK;
    enum err rc = store_begin(s);
    if (rc != ERR_OK)
        return rc;
    for (int have = (int)pragma(s, "PRAGMA user_version"); rc == ERR_OK && have < want; have++)
        rc = migrate_one(s, have);
    return store_end(s, rc);
}

static enum err create_file(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno == EEXIST ? err_set(ERR_SITE_EXISTS, path, NULL) : file_errno(path);
    close(fd);
    return ERR_OK;
}

static enum err open_gate(struct store *s)
{
    char *path = mem_printf("%s.gate", s->path);
    s->gate = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    enum err rc = s->gate >= 0 ? ERR_OK : file_errno(path);
    free(path);
    return rc;
}

static enum err prepare_file(struct store *s)
{
    if ((s->flags & STORE_MEMORY) != 0)
        return ERR_OK;
    if ((s->flags & STORE_CREATE) != 0)
        return create_file(s->path);
    return access(s->path, F_OK) == 0 ? ERR_OK : err_set(ERR_NO_SITE, s->path, NULL);
}

enum err store_open(const char *path, const struct store_schema *schema, unsigned flags,
                    struct store **out)
{
    struct store *s = mem_alloc(sizeof *s);
    *out = NULL;
    s->path =
        mem_strdup((flags & STORE_MEMORY) != 0 ? "" : path); /* "": spills to a private file */
    s->schema = schema;
    s->flags = flags;
    s->gate = -1;
    enum err rc = prepare_file(s);
    if (rc == ERR_OK)
        rc = connect_file(s);
    if (rc == ERR_OK)
        rc = recognise(s);
    if (rc == ERR_OK && (flags & STORE_MEMORY) == 0)
        rc = open_gate(s);
    if (rc == ERR_OK)
        rc = set_pragmas(s);
    if (rc == ERR_OK)
        rc = migrate(s);
    if (rc != ERR_OK) {
        store_close(s);
        return rc;
    }
    *out = s;
    return ERR_OK;
}

void store_cache(struct store *s, int kib)
{
    char sql[48];
    snprintf(sql, sizeof sql, "PRAGMA cache_size = -%d", kib);
    store_exec(s, sql); /* without it, it is only larger */
}

int store_migration(struct store *s)
{
    return (int)pragma(s, "PRAGMA user_version");
}

enum err store_reopen(struct store *s)
{
    store_forget_statements(s);
    sqlite3_close_v2(s->db);
    s->db = NULL;
    enum err rc = connect_file(s);
    return rc == ERR_OK ? set_pragmas(s) : rc;
}

void store_close(struct store *s)
{
    if (s == NULL)
        return;
    store_forget_statements(s);
    sqlite3_close_v2(s->db);
    if (s->gate >= 0)
        close(s->gate);
    free(s->path);
    free(s);
}

static enum err check_copy(struct store *s, const char *path)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    bool good = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
                sqlite3_prepare_v2(db, "PRAGMA quick_check", -1, &stmt, NULL) == SQLITE_OK &&
                sqlite3_step(stmt) == SQLITE_ROW && strcmp(store_text(stmt, 0), "ok") == 0;
    sqlite3_finalize(stmt);
    sqlite3_close_v2(db);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    good = good && fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return good ? ERR_OK : err_set(ERR_CORRUPT, s->path, "the copy is not sound");
}

enum err store_copy(struct store *s, const char *path)
{
    char *tmp = mem_printf("%s.new", path);
    unlink(tmp);
    enum err rc = create_file(tmp);
    sqlite3_stmt *stmt = store_sql(s, "VACUUM INTO ?1");
    if (rc == ERR_OK && stmt != NULL) {
        store_bind_text(stmt, 1, tmp);
        rc = store_run(s, stmt);
    }
    if (rc == ERR_OK)
        rc = check_copy(s, tmp);
    if (rc == ERR_OK && rename(tmp, path) != 0)
        rc = file_errno(path);
    unlink(tmp);
    free(tmp);
    return rc;
}
