/* Owns: transactions, statements and answers in PostgreSQL. Invariant: what the caller was told is
 * done was committed by the server; every answer that was sent for is read before the next
 * question.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/mem.h"
#include "sync/hub/db_pg.h"

#define PENDING_MAX 400 /* answers that wait: so many fit into what the kernel holds for us */

/* --- sending and reading -----------------------------------------------------------------------
 */

/* Reads one statement's answer; *kept gets it when it is wanted. */
static bool read_one(struct pg *p, PGresult **kept)
{
    PGresult *r = p->lib->PQgetResult(p->conn);
    if (r == NULL)
        return false;
    ExecStatusType s = p->lib->PQresultStatus(r);
    if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK && s != PGRES_PIPELINE_ABORTED)
        pg_note(p, r);
    if (kept != NULL && *kept == NULL)
        *kept = r;
    else
        p->lib->PQclear(r);
    for (r = p->lib->PQgetResult(p->conn); r != NULL; r = p->lib->PQgetResult(p->conn))
        p->lib->PQclear(r);
    return true;
}

/* Waits for all that was sent. *last: the last statement's answer, or NULL. ERR_OK: nothing went
 * wrong with any of them. */
static enum err wait_all(struct pg *p, PGresult **last)
{
    bool whole = p->lib->PQpipelineSync(p->conn) == 1;
    for (; whole && p->pending > 0; p->pending--)
        whole = read_one(p, p->pending == 1 ? last : NULL);
    if (whole) {
        PGresult *r = p->lib->PQgetResult(p->conn);
        whole = r != NULL && p->lib->PQresultStatus(r) == PGRES_PIPELINE_SYNC;
        p->lib->PQclear(r);
    }
    p->pending = 0;
    if (!whole || pg_lost(p)) {
        snprintf(p->state, sizeof p->state, "08006");
        snprintf(p->text, sizeof p->text, "the connection was lost");
    }
    if (p->state[0] == 0)
        return ERR_OK;
    pg_forget(p);
    return pg_fault(p);
}

/* After an error a transaction that runs in a row is worth nothing. */
static enum err settled(struct pg *p, enum err rc)
{
    if (rc == ERR_OK)
        return rc;
    bool clash = strncmp(p->state, "40", 2) == 0;
    if (p->depth > 0 && (p->in_row || clash || pg_lost(p))) {
        p->broken = true;
        p->again = !pg_lost(p);
    }
    p->state[0] = 0;
    return rc;
}

static enum err wait_settled(struct pg *p, PGresult **last)
{
    enum err rc = settled(p, wait_all(p, last));
    if (rc != ERR_OK && last != NULL) {
        p->lib->PQclear(*last);
        *last = NULL;
    }
    return rc;
}

static enum err send_plain(struct pg *p, const char *sql)
{
    p->pending++;
    p->statements++;
    return p->lib->PQsendQueryParams(p->conn, sql, 0, NULL, NULL, NULL, NULL, 1) == 1
               ? ERR_OK
               : err_set(ERR_STORE_DOWN, NULL, NULL);
}

/* --- transactions ------------------------------------------------------------------------------
 */

static enum err begin(struct hub_db *db, bool in_row)
{
    char sql[40];
    struct pg *p = db->handle;
    if (p->depth == PG_DEPTH)
        return err_set(ERR_INTERNAL, "transaction", NULL);
    enum err rc = p->depth == 0 ? pg_alive(p) : ERR_OK;
    if (rc != ERR_OK)
        return rc;
    if (p->depth == 0) {
        p->in_row = in_row;
        p->broken = p->again = p->warned = false;
        p->statements = p->told = 0;
        p->state[0] = 0;
        rc = send_plain(p, "BEGIN ISOLATION LEVEL READ COMMITTED");
    } else if (!p->in_row && !p->broken) {
        snprintf(sql, sizeof sql, "SAVEPOINT s%d", p->depth);
        rc = send_plain(p, sql);
    }
    if (rc == ERR_OK)
        p->sent[p->depth++] = p->statements;
    return rc;
}

static enum err pg_begin(struct hub_db *db)
{
    return begin(db, false);
}

static enum err pg_begin_row(struct hub_db *db)
{
    return begin(db, true);
}

static enum err end_inner(struct pg *p, enum err rc)
{
    char sql[64];
    if (p->broken)
        return rc != ERR_OK ? rc : err_set(ERR_BUSY, NULL, NULL);
    if (p->in_row) { /* there is nothing to go back to: all of it is run again */
        if (rc != ERR_OK && p->statements > p->sent[p->depth])
            p->broken = p->again = true;
        return rc;
    }
    if (rc != ERR_OK) {
        snprintf(sql, sizeof sql, "ROLLBACK TO SAVEPOINT s%d", p->depth);
        send_plain(p, sql);
    }
    snprintf(sql, sizeof sql, "RELEASE SAVEPOINT s%d", p->depth);
    send_plain(p, sql);
    enum err ended = wait_settled(p, NULL);
    return rc != ERR_OK ? rc : ended;
}

/* The server's own word counts: a COMMIT of a transaction that had failed answers ROLLBACK. */
static enum err commit(struct pg *p)
{
    PGresult *last = NULL;
    p->warned = false;
    send_plain(p, "COMMIT");
    enum err rc = wait_all(p, &last);
    bool done = last != NULL && strcmp(p->lib->PQcmdStatus(last), "COMMIT") == 0;
    p->lib->PQclear(last);
    if (done && p->warned)
        return err_set(ERR_COMMIT_UNKNOWN, NULL, NULL);
    if (done)
        return ERR_OK;
    if (pg_lost(p))
        return err_set(ERR_COMMIT_UNKNOWN, NULL, NULL);
    rc = settled(p, rc != ERR_OK ? rc : err_set(ERR_BUSY, NULL, NULL));
    p->broken = true;
    return rc;
}

static void roll_back(struct pg *p)
{
    if (pg_lost(p))
        return;
    if (p->pending > 0)
        wait_all(p, NULL);
    p->state[0] = 0;
    send_plain(p, "ROLLBACK");
    wait_all(p, NULL);
    p->state[0] = 0;
}

static enum err pg_end(struct hub_db *db, enum err rc)
{
    struct pg *p = db->handle;
    p->depth--;
    if (p->depth > 0)
        return end_inner(p, rc);
    if (rc == ERR_OK && pg_lost(p))
        rc = err_set(ERR_STORE_DOWN, NULL, NULL);
    if (rc == ERR_OK && p->broken)
        rc = err_set(ERR_BUSY, NULL, NULL);
    if (rc == ERR_OK) {
        p->depth++; /* so that what goes wrong now counts for the transaction */
        rc = commit(p);
        p->depth--;
    }
    if (rc != ERR_OK)
        roll_back(p);
    p->broken = false; /* what is asked outside of a transaction is not spoilt by the last one */
    return rc;
}

static bool pg_again(struct hub_db *db)
{
    struct pg *p = db->handle;
    return p->depth == 0 && p->again;
}

/* --- statements --------------------------------------------------------------------------------
 */

static enum err send(struct pg *p, const char *sql, const struct hub_value *v, size_t n)
{
    struct pg_bound b;
    if (p->broken)
        return err_set(ERR_BUSY, NULL, NULL);
    enum err rc = p->depth == 0 ? pg_alive(p) : ERR_OK;
    if (rc != ERR_OK)
        return rc;
    const char *name = pg_lost(p) ? NULL : pg_prepared(p, sql, v, n);
    pg_bind(&b, v, n);
    p->pending++;
    p->statements++;
    if (name != NULL &&
        p->lib->PQsendQueryPrepared(p->conn, name, (int)n, b.at, b.len, b.format, 1) == 1)
        return ERR_OK;
    snprintf(p->state, sizeof p->state, "08006");
    return settled(p, err_set(ERR_STORE_DOWN, NULL, NULL));
}

static enum err pg_run(struct hub_db *db, const char *sql, const struct hub_value *v, size_t n)
{
    struct pg *p = db->handle;
    enum err rc = send(p, sql, v, n);
    if (rc != ERR_OK || (p->depth > 0 && p->in_row && p->pending < PENDING_MAX))
        return rc;
    return wait_settled(p, NULL);
}

/* Sends a question and waits for its answer. */
static enum err ask(struct pg *p, const char *sql, const struct hub_value *v, size_t n,
                    PGresult **last)
{
    *last = NULL;
    enum err rc = send(p, sql, v, n);
    return rc == ERR_OK ? wait_settled(p, last) : rc;
}

static enum err pg_ask(struct hub_db *db, const char *sql, const struct hub_value *v, size_t n,
                       void **at)
{
    struct pg *p = db->handle;
    PGresult *last;
    enum err rc = ask(p, sql, v, n, &last);
    if (rc == ERR_OK)
        *at = pg_rows_of(p->lib, last);
    return rc;
}

/* Rows that may not fit into memory come by a cursor, which lives in a transaction. */
static enum err pg_ask_long(struct hub_db *db, const char *sql, const struct hub_value *v, size_t n,
                            void **at)
{
    struct pg *p = db->handle;
    enum err rc = pg_begin(db);
    if (rc != ERR_OK)
        return rc;
    struct pg_rows *rows = pg_rows_of(p->lib, NULL);
    rows->cursor = pg_declare(p, sql, v, n, &rows->fetch);
    rc = rows->cursor != NULL ? wait_settled(p, NULL) : err_last();
    *at = rows;
    if (rc != ERR_OK) {
        pg_rows_free(rows);
        pg_end(db, rc);
    }
    return rc;
}

static void pg_done(struct hub_db *db, void *at)
{
    bool cursor = ((struct pg_rows *)at)->cursor != NULL;
    pg_rows_free(at);
    if (cursor)
        pg_end(db, ERR_OK);
}

static enum err fetch(struct pg *p, struct pg_rows *rows)
{
    PGresult *last = NULL;
    enum err rc = send_plain(p, rows->fetch);
    if (rc == ERR_OK)
        rc = wait_settled(p, &last);
    if (rc == ERR_OK)
        pg_rows_more(rows, last);
    return rc;
}

static enum err pg_next(struct hub_db *db, void *at, bool *row)
{
    struct pg_rows *rows = at;
    enum err rc = ERR_OK;
    if (++rows->at >= rows->count && rows->cursor != NULL)
        rc = fetch(db->handle, rows);
    *row = rc == ERR_OK && rows->at < rows->count;
    if (!*row)
        pg_done(db, at);
    return rc;
}

/* --- locks -------------------------------------------------------------------------------------
 */

static enum err pg_lock(struct hub_db *db, const char *site)
{
    const struct hub_value v = {.letter = 's', .type = HUB_TEXT, .bytes = site};
    return send(db->handle, "SELECT site FROM site WHERE site = ?1 FOR UPDATE", &v, 1);
}

static enum err pg_lock_all(struct hub_db *db, const char *what)
{
    const struct hub_value v = {.letter = 's', .type = HUB_TEXT, .bytes = what};
    return send(db->handle, "SELECT pg_advisory_xact_lock(hashtextextended(?1, 0))", &v, 1);
}

const struct hub_store_ops hub_postgresql = {
    .scheme = "postgresql:",
    .open = pg_open,
    .close = pg_close,
    .begin = pg_begin,
    .begin_row = pg_begin_row,
    .end = pg_end,
    .again = pg_again,
    .lock = pg_lock,
    .lock_all = pg_lock_all,
    .run = pg_run,
    .ask = pg_ask,
    .ask_long = pg_ask_long,
    .next = pg_next,
    .done = pg_done,
    .number = pg_number,
    .text = pg_text,
    .blob = pg_blob,
    .null = pg_null,
    .tell = pg_tell,
    .listen = pg_listen,
    .unlisten = pg_unlisten,
};
