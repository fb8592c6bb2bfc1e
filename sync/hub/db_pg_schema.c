/* Owns: the schema in PostgreSQL. Invariant: it is made of the same files as SQLite's, in the same
 * order, each in one transaction, by one process at a time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/mem.h"
#include "sync/hub/db_pg.h"

#define PREFIX "sql/hub/"

static enum err run(struct pg *p, const char *sql, int64_t *number)
{
    PGresult *r = p->lib->PQexec(p->conn, sql);
    ExecStatusType s = p->lib->PQresultStatus(r);
    bool good = s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK;
    if (!good)
        pg_note(p, r);
    if (number != NULL)
        *number = s == PGRES_TUPLES_OK && p->lib->PQntuples(r) > 0
                      ? strtoll(p->lib->PQgetvalue(r, 0, 0), NULL, 10)
                      : 0;
    p->lib->PQclear(r);
    return good ? ERR_OK : pg_fault(p);
}

static enum err step(struct pg *p, const struct asset *file, int64_t version)
{
    char *text = mem_strdup(file->data);
    char *sql = pg_words(text, true);
    char *all = mem_printf("BEGIN;\n%s;\nUPDATE hub_schema SET version = %lld;\nCOMMIT", sql,
                           (long long)version);
    enum err rc = run(p, all, NULL);
    if (rc != ERR_OK)
        run(p, "ROLLBACK", NULL);
    free(all);
    free(sql);
    free(text);
    return rc;
}

static enum err migrate(struct pg *p)
{
    int64_t have = 0;
    enum err rc = run(p, "CREATE TABLE IF NOT EXISTS hub_schema (version bigint NOT NULL)", NULL);
    if (rc == ERR_OK)
        rc = run(p, "INSERT INTO hub_schema SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM hub_schema)",
                 NULL);
    if (rc == ERR_OK)
        rc = run(p, "SELECT version FROM hub_schema", &have);
    const struct asset *file;
    while (rc == ERR_OK && (file = asset_at(PREFIX, (size_t)have)) != NULL)
        rc = step(p, file, ++have);
    if (rc == ERR_OK && have > 0 && asset_at(PREFIX, (size_t)have - 1) == NULL)
        rc = err_set(ERR_SCHEMA_NEWER, NULL, "%lld", (long long)have);
    return rc;
}

enum err pg_divided(struct pg *p)
{
    int64_t n = 0;
    enum err rc = run(p,
                      "SELECT count(*) FROM pg_class WHERE oid = to_regclass('site')"
                      " AND relkind = 'p'",
                      &n);
    p->apart = n > 0;
    return rc;
}

enum err pg_migrate(struct pg *p)
{
    int64_t there = 0, have = 0, all = 0;
    while (asset_at(PREFIX, (size_t)all) != NULL)
        all++;
    enum err rc = run(p, "SELECT count(to_regclass('hub_schema'))", &there);
    if (rc == ERR_OK && there > 0) /* the usual case, without a lock */
        rc = run(p, "SELECT version FROM hub_schema", &have);
    if (rc != ERR_OK || have == all)
        return rc;
    rc = run(p, "SELECT pg_advisory_lock(1246318152)", NULL); /* JINH */
    if (rc == ERR_OK)
        rc = migrate(p);
    run(p, "SELECT pg_advisory_unlock(1246318152)", NULL);
    return rc;
}
