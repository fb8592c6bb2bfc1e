/* Owns: the limit of PostgreSQL for a hub's rows. Invariant: rows go in the order in which the hub
 * wrote them, as the server itself gave them in its binary form; nothing but the writing is
 * measured. */
#include <postgresql/libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/mem.h"
#include "tests/bench/hub/base.h"
#include "tests/bench/hub/load.h"

#define TABLES 16
#define COPY_HEAD 19 /* signature, flags, no extension */

static const char copy_head[COPY_HEAD] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";
static const char copy_end[2] = {'\377', '\377'};

struct table {
    const char *name;
    struct buf bytes; /* rows, one behind another */
    size_t *row;      /* where each begins, and where the last ends */
    int64_t rows;
};

static void must(bool ok, PGconn *c, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "limit: %s: %s", what, PQerrorMessage(c));
    exit(1);
}

static PGconn *reach(const char *info)
{
    PGconn *c = PQconnectdb(info);
    must(PQstatus(c) == CONNECTION_OK, c, info);
    return c;
}

static void run(PGconn *c, const char *sql, ExecStatusType wanted)
{
    PGresult *r = PQexec(c, sql);
    must(PQresultStatus(r) == wanted, c, sql);
    PQclear(r);
}

/* The server sends a row in a message; the head comes with the first one, the end alone. */
static void read_table(PGconn *c, struct table *t)
{
    int len;
    char *bytes,
        *sql =
            mem_printf("COPY (SELECT * FROM %s ORDER BY ctid) TO STDOUT (FORMAT binary)", t->name);
    int64_t room = 0;
    run(c, sql, PGRES_COPY_OUT);
    while ((len = PQgetCopyData(c, &bytes, 0)) > 0) {
        size_t skip =
            t->rows == 0 && len >= COPY_HEAD && memcmp(bytes, "PGCOPY", 6) == 0 ? COPY_HEAD : 0;
        if ((size_t)len > skip + sizeof copy_end) {
            if (t->rows + 1 >= room) {
                room = room > 0 ? room * 2 : 1024;
                t->row = mem_grow(t->row, (size_t)room * sizeof *t->row);
            }
            t->row[t->rows++] = t->bytes.len;
            buf_add(&t->bytes, bytes + skip, (size_t)len - skip);
            t->row[t->rows] = t->bytes.len;
        }
        PQfreemem(bytes);
    }
    must(len == -1, c, sql);
    PGresult *r = PQgetResult(c);
    must(PQresultStatus(r) == PGRES_COMMAND_OK, c, sql);
    PQclear(r);
    must(PQgetResult(c) == NULL, c, sql);
    free(sql);
}

static void write_rows(PGconn *c, const struct table *t, int64_t from, int64_t to)
{
    char sql[96];
    if (from == to)
        return;
    snprintf(sql, sizeof sql, "COPY %s FROM STDIN (FORMAT binary)", t->name);
    run(c, sql, PGRES_COPY_IN);
    int ok = PQputCopyData(c, copy_head, COPY_HEAD);
    ok += PQputCopyData(c, (const char *)t->bytes.data + t->row[from],
                        (int)(t->row[to] - t->row[from]));
    ok += PQputCopyData(c, copy_end, sizeof copy_end);
    must(ok == 3 && PQputCopyEnd(c, NULL) == 1, c, sql);
    PGresult *r = PQgetResult(c);
    must(PQresultStatus(r) == PGRES_COMMAND_OK, c, sql);
    PQclear(r);
    must(PQgetResult(c) == NULL, c, sql);
}

double limit_postgresql(const char *from, const char *to, int64_t transactions, int tables)
{
    struct table t[TABLES] = {{.name = NULL}};
    PGconn *c = reach(from);
    for (int i = 0; i < tables; i++) {
        t[i].name = limit_tables[i];
        read_table(c, &t[i]);
    }
    PQfinish(c);
    c = reach(to);
    int64_t start = load_now_us();
    for (int64_t n = 0; n < transactions; n++) {
        run(c, "BEGIN", PGRES_COMMAND_OK);
        for (int i = 0; i < tables; i++)
            write_rows(c, &t[i], t[i].rows * n / transactions, t[i].rows * (n + 1) / transactions);
        run(c, "COMMIT", PGRES_COMMAND_OK);
    }
    int64_t us = load_now_us() - start;
    double rate = (double)t[0].rows * 1e6 / (double)us;
    PQfinish(c);
    for (int i = 0; i < tables; i++) {
        buf_fini(&t[i].bytes);
        free(t[i].row);
    }
    return rate;
}
