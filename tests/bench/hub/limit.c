/* Owns: the limit of SQLite for a hub's rows. Invariant: rows go in the order in which the hub
 * wrote them; nothing but the writing is measured. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/mem.h"
#include "kiosk/store/store.h"
#include "tests/bench/hub/base.h"
#include "tests/bench/hub/load.h"

#define TABLES 16

struct table {
    const char *name;
    int columns;
    int64_t rows;
    sqlite3_value **value; /* rows * columns */
    struct insert {
        sqlite3_stmt *q;
        int64_t n;
    } insert[2];
};

static void must(enum err rc, const char *what)
{
    char say[400];
    if (rc == ERR_OK)
        return;
    err_say(rc, say, sizeof say);
    fprintf(stderr, "limit: %s: %s\n", what, say);
    exit(1);
}

static void read_table(struct store *s, struct table *t)
{
    sqlite3_stmt *q;
    int64_t room = 0;
    char *sql = mem_printf("SELECT * FROM %s ORDER BY rowid", t->name);
    if (sqlite3_prepare_v2(store_handle(s), sql, -1, &q, NULL) != SQLITE_OK)
        must(ERR_INTERNAL, sql);
    t->columns = sqlite3_column_count(q);
    while (sqlite3_step(q) == SQLITE_ROW) {
        if (t->rows == room) {
            room = room > 0 ? room * 2 : 1024;
            t->value = mem_grow(t->value, (size_t)(room * t->columns) * sizeof *t->value);
        }
        for (int i = 0; i < t->columns; i++)
            t->value[t->rows * t->columns + i] = sqlite3_value_dup(sqlite3_column_value(q, i));
        t->rows++;
    }
    sqlite3_finalize(q);
    free(sql);
}

static void free_table(struct table *t)
{
    for (int64_t i = 0; i < t->rows * t->columns; i++)
        sqlite3_value_free(t->value[i]);
    free(t->value);
}

/* One statement for n rows; a table's shares of a transaction are of two sizes at most. */
static sqlite3_stmt *insert_of(struct store *s, struct table *t, int64_t n)
{
    struct insert *one = &t->insert[n % 2];
    if (one->q != NULL && one->n == n)
        return one->q;
    struct buf sql = BUF_INIT;
    buf_printf(&sql, "INSERT INTO %s VALUES ", t->name);
    for (int64_t i = 0; i < n; i++) {
        buf_text(&sql, i > 0 ? ",(" : "(");
        for (int k = 0; k < t->columns; k++)
            buf_text(&sql, k > 0 ? ",?" : "?");
        buf_text(&sql, ")");
    }
    sqlite3_finalize(one->q);
    one->n = n;
    if (sqlite3_prepare_v2(store_handle(s), buf_str(&sql), -1, &one->q, NULL) != SQLITE_OK)
        must(ERR_INTERNAL, sqlite3_errmsg(store_handle(s)));
    buf_fini(&sql);
    return one->q;
}

static void write_rows(struct store *s, struct table *t, int64_t from, int64_t to)
{
    if (from == to)
        return;
    sqlite3_stmt *q = insert_of(s, t, to - from);
    for (int64_t i = from * t->columns; i < to * t->columns; i++)
        sqlite3_bind_value(q, (int)(i - from * t->columns) + 1, t->value[i]);
    if (sqlite3_step(q) != SQLITE_DONE)
        must(ERR_INTERNAL, sqlite3_errmsg(store_handle(s)));
    sqlite3_reset(q);
}

static const struct store_schema schema = {.migrations = "sql/hub/", .app_id = 0x4a494e48};

/* Each transaction has its share of each table. */
static double write_all(const char *file, struct table *t, int64_t transactions)
{
    struct store *s;
    must(store_open(file, &schema, 0, &s), file);
    int64_t start = load_now_us();
    for (int64_t i = 0; i < transactions; i++) {
        must(store_begin(s), file);
        for (struct table *one = t; one->name != NULL; one++)
            write_rows(s, one, one->rows * i / transactions, one->rows * (i + 1) / transactions);
        must(store_end(s, ERR_OK), file);
    }
    int64_t us = load_now_us() - start;
    for (struct table *one = t; one->name != NULL; one++)
        for (int i = 0; i < 2; i++)
            sqlite3_finalize(one->insert[i].q);
    store_close(s);
    return (double)t->rows * 1e6 / (double)us;
}

double limit_sqlite(const char *from, const char *to, int64_t transactions, int tables)
{
    struct store *s;
    struct table t[TABLES] = {{.name = NULL}};
    must(store_open(from, &schema, 0, &s), from);
    for (int i = 0; i < tables; i++) {
        t[i].name = limit_tables[i];
        read_table(s, &t[i]);
    }
    store_close(s);
    double rate = write_all(to, t, transactions);
    for (struct table *one = t; one->name != NULL; one++)
        free_table(one);
    return rate;
}
