/* Owns: reading PostgreSQL's answers, which come in its binary form. Invariant: a value is read by
 * the type that the answer names. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/mem.h"
#include "sync/hub/db_pg.h"

enum {
    OID_BOOL = 16,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_FLOAT8 = 701,
    OID_NUMERIC = 1700
};

struct pg_rows *pg_rows_of(const struct pglib *lib, PGresult *result)
{
    struct pg_rows *rows = mem_alloc(sizeof *rows);
    rows->lib = lib;
    pg_rows_more(rows, result);
    rows->at = -1;
    return rows;
}

void pg_rows_more(struct pg_rows *rows, PGresult *result)
{
    rows->lib->PQclear(rows->result);
    rows->result = result;
    rows->at = 0;
    rows->count = result != NULL ? rows->lib->PQntuples(result) : 0;
}

void pg_rows_free(struct pg_rows *rows)
{
    rows->lib->PQclear(rows->result);
    free(rows->cursor);
    free(rows->fetch);
    free(rows);
}

bool pg_null(void *at, int column)
{
    const struct pg_rows *rows = at;
    return rows->lib->PQgetisnull(rows->result, rows->at, column) != 0;
}

static int64_t big_endian(const unsigned char *p, int len)
{
    uint64_t v = len > 0 && (p[0] & 0x80) != 0 ? UINT64_MAX : 0;
    for (int i = 0; i < len; i++)
        v = v << 8 | p[i];
    return (int64_t)v;
}

/* Digits to the base of 10000; what stands behind the point is dropped. */
static int64_t of_numeric(const unsigned char *p, int len)
{
    int64_t v = 0, digits = len >= 8 ? big_endian(p, 2) : 0, weight = big_endian(p + 2, 2);
    for (int64_t i = 0; i <= weight && weight < 5; i++)
        v = v * 10000 + (i < digits ? big_endian(p + 8 + 2 * i, 2) : 0);
    return big_endian(p + 4, 2) == 0x4000 ? -v : v;
}

static int64_t of_double(const unsigned char *p)
{
    double d;
    int64_t bits = big_endian(p, 8);
    memcpy(&d, &bits, sizeof d);
    return (int64_t)d;
}

int64_t pg_number(void *at, int column)
{
    const struct pg_rows *rows = at;
    const char *text = rows->lib->PQgetvalue(rows->result, rows->at, column);
    const unsigned char *p = (const unsigned char *)text;
    int len = rows->lib->PQgetlength(rows->result, rows->at, column);
    if (pg_null(at, column))
        return 0;
    switch (rows->lib->PQftype(rows->result, column)) {
    case OID_BOOL: return p[0] != 0;
    case OID_INT2:
    case OID_INT4:
    case OID_INT8: return big_endian(p, len);
    case OID_NUMERIC: return of_numeric(p, len);
    case OID_FLOAT8: return of_double(p);
    default: return strtoll(text, NULL, 10);
    }
}

static bool is_number(Oid type)
{
    return type == OID_BOOL || type == OID_INT2 || type == OID_INT4 || type == OID_INT8 ||
           type == OID_NUMERIC || type == OID_FLOAT8;
}

const char *pg_text(void *at, int column)
{
    struct pg_rows *rows = at;
    if (pg_null(at, column))
        return "";
    if (!is_number(rows->lib->PQftype(rows->result, column)))
        return rows->lib->PQgetvalue(rows->result, rows->at, column);
    snprintf(rows->number, sizeof rows->number, "%lld", (long long)pg_number(at, column));
    return rows->number;
}

const void *pg_blob(void *at, int column, size_t *len)
{
    const struct pg_rows *rows = at;
    *len = (size_t)rows->lib->PQgetlength(rows->result, rows->at, column);
    return rows->lib->PQgetvalue(rows->result, rows->at, column);
}
