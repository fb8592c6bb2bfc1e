/* Owns: the connection to PostgreSQL, and what its errors are to us. Invariant: a connection that
 * was handed out can be written, speaks UTF-8, and acknowledges no commit that is not on a disk. */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/rnd.h"
#include "sync/hub/db_pg.h"

#define AGAIN_MS 1000 /* between two tries to connect: whoever asks meanwhile is told at once */

/* What stands in --store counts before these. Several hosts: the one that can be written. */
static const char *const names[] = {
    "connect_timeout", "target_session_attrs",      "client_encoding", "tcp_user_timeout",
    "keepalives_idle", "fallback_application_name", "dbname",          NULL};

/* --- what went wrong ---------------------------------------------------------------------------
 */

/* By the first two signs of the SQLSTATE, or by all five. */
static const struct {
    const char *state;
    enum err rc;
} faults[] = {
    {"40001", ERR_BUSY},       {"40P01", ERR_BUSY},      {"55P03", ERR_BUSY},
    {"57014", ERR_BUSY},       {"53100", ERR_DISK_FULL}, {"58030", ERR_IO},
    {"22021", ERR_NOT_UTF8},   {"22P05", ERR_NOT_UTF8},  {"25006", ERR_STORE_DOWN},
    {"42501", ERR_STORE_DOWN}, {"XX001", ERR_CORRUPT},   {"XX002", ERR_CORRUPT},
    {"08", ERR_STORE_DOWN},    {"28", ERR_STORE_DOWN},   {"3D", ERR_STORE_DOWN},
    {"53", ERR_STORE_DOWN},    {"57", ERR_STORE_DOWN},   {"23", ERR_DUPLICATE},
};

enum err pg_fault(const struct pg *p)
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (strncmp(p->state, faults[i].state, strlen(faults[i].state)) == 0)
            return err_set(faults[i].rc, NULL, "%s", p->text);
    return err_set(ERR_INTERNAL, "sql", "%s %s", p->state, p->text);
}

/* The primary message only: what stands behind it may have a row's values in it. */
void pg_note(struct pg *p, const PGresult *r)
{
    const char *state = p->lib->PQresultErrorField(r, PG_DIAG_SQLSTATE);
    const char *text = p->lib->PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    if (p->state[0] != 0)
        return;
    snprintf(p->state, sizeof p->state, "%s", state != NULL ? state : "08006");
    snprintf(p->text, sizeof p->text, "%s", text != NULL ? text : "the connection was lost");
}

/* --- the connection ----------------------------------------------------------------------------
 */

bool pg_lost(const struct pg *p)
{
    return p->conn == NULL || p->lib->PQstatus(p->conn) != CONNECTION_OK;
}

/* A warning while it commits: the standby did not confirm ("canceling wait for synchronous
 * replication"). Such a commit is not told as done. */
static void on_notice(void *arg, const PGresult *r)
{
    struct pg *p = arg;
    const char *level = p->lib->PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (level != NULL && strcmp(level, "WARNING") == 0)
        p->warned = true;
}

static void drop(struct pg *p)
{
    if (p->conn != NULL)
        p->lib->PQfinish(p->conn);
    p->conn = NULL;
    p->pending = 0;
    pg_forget(p);
}

static enum err down(struct pg *p)
{
    char text[300];
    const char *said = p->conn != NULL ? p->lib->PQerrorMessage(p->conn) : "";
    snprintf(text, sizeof text, "%.*s", (int)strcspn(said, "\n"), said);
    drop(p);
    p->tried = clock_mono();
    return err_set(ERR_STORE_DOWN, NULL, "%s", text);
}

static enum err command(struct pg *p, const char *sql)
{
    PGresult *r = p->lib->PQexec(p->conn, sql);
    ExecStatusType s = p->lib->PQresultStatus(r);
    bool good = s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK;
    if (!good)
        pg_note(p, r);
    p->lib->PQclear(r);
    return good ? ERR_OK : pg_fault(p);
}

/* Locks are waited for as long as SQLite's are; an acknowledged commit is on the disk, whatever the
 * server's own setting is. A statement's time is not limited: to break off a COMMIT that waits for
 * its standby would make it count here alone. */
static enum err settle(struct pg *p)
{
    static const char *const commands[] = {
        "SET lock_timeout = '10s'",
        "SET standard_conforming_strings = on",
        "SELECT set_config('synchronous_commit', 'on', false)"
        " WHERE current_setting('synchronous_commit') = 'off'",
    };
    const char *encoding = p->lib->PQparameterStatus(p->conn, "server_encoding");
    enum err rc = ERR_OK;
    if (encoding == NULL || strcmp(encoding, "UTF8") != 0)
        return err_set(ERR_FOREIGN_DB, "--store", "the database's encoding is %s, not UTF8",
                       encoding != NULL ? encoding : "?");
    for (size_t i = 0; rc == ERR_OK && i < sizeof commands / sizeof *commands; i++)
        rc = command(p, commands[i]);
    return rc;
}

PGconn *pg_connect(const struct pglib *lib, const char *where)
{
    const char *values[] = {"3", "read-write", "UTF8", "10000", "10", "jiujin-hub", where, NULL};
    return lib->PQconnectdbParams(names, values, 1);
}

static enum err link_up(struct pg *p, bool first)
{
    p->state[0] = 0;
    p->conn = pg_connect(p->lib, p->where);
    if (pg_lost(p))
        return down(p);
    p->lib->PQsetNoticeReceiver(p->conn, on_notice, p);
    enum err rc = settle(p);
    if (rc == ERR_OK && first)
        rc = pg_migrate(p);
    if (rc == ERR_OK && first)
        rc = pg_divided(p);
    if (rc == ERR_OK && p->lib->PQenterPipelineMode(p->conn) != 1)
        rc = err_set(ERR_INTERNAL, "pipeline", NULL);
    if (rc != ERR_OK)
        drop(p);
    return rc;
}

/* What the server closed while nobody asked shows as something to read. */
static void look(struct pg *p)
{
    struct pollfd fd = {.fd = p->lib->PQsocket(p->conn), .events = POLLIN};
    if (poll(&fd, 1, 0) > 0)
        p->lib->PQconsumeInput(p->conn);
}

enum err pg_alive(struct pg *p)
{
    if (!pg_lost(p))
        look(p);
    if (!pg_lost(p))
        return ERR_OK;
    if (p->conn == NULL && clock_mono() - p->tried < AGAIN_MS)
        return err_set(ERR_STORE_DOWN, NULL, NULL);
    drop(p);
    return link_up(p, false);
}

enum err pg_open(struct hub_db *db, const char *where)
{
    struct pg *p = mem_alloc(sizeof *p);
    db->handle = p;
    p->where = mem_strdup(where);
    uint64_t name;
    rnd_bytes(&name, sizeof name);
    snprintf(p->self, sizeof p->self, "%016" PRIx64, name);
    enum err rc = pglib_get(&p->lib);
    if (rc == ERR_OK)
        rc = link_up(p, true);
    if (rc != ERR_OK)
        pg_close(db);
    return rc;
}

void pg_close(struct hub_db *db)
{
    struct pg *p = db->handle;
    if (p->conn != NULL)
        p->lib->PQfinish(p->conn);
    for (size_t i = 0; i < p->room; i++)
        free(p->kept[i].text);
    free(p->kept);
    free(p->where);
    free(p);
    db->handle = NULL;
}
