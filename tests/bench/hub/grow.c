/* Owns: stores that are big from their beginning. Invariant: a big store has the rows that uploads
 * of the same entries would have left, those of one number of all sites beside each other, as sites
 * that fill side by side leave them. */
#include "tests/bench/hub/grow.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kiosk/base/mem.h"
#include "tests/bench/hub/batch.h"
#include "tests/bench/hub/load.h"
#include "tests/bench/hub/measure.h"
#include "tests/e2e/hubproc.h"

#define RECORDS 1300
#define HELD 1000   /* entries of each site in the store */
#define MEASURED 64 /* sites that send more */
#define RATIO 1.5

struct growing {
    struct hubproc hub;
    unsigned char pub[SIGN_PUB_BYTES];
    struct invented v[MEASURED + 1]; /* the last one is copied */
    sqlite3 *db;
};

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "grow: %s\n", what);
    exit(1);
}

static void run(struct growing *g, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Names of tables and digits of sites alone go in: nothing needs quotes of its own. */
static void run(struct growing *g, const char *fmt, ...)
{
    char *sql = NULL;
    va_list args;
    va_start(args, fmt);
    must(vasprintf(&sql, fmt, args) >= 0, fmt);
    va_end(args);
    if (sqlite3_exec(g->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fprintf(stderr, "%s\n", sql), must(false, sqlite3_errmsg(g->db));
    free(sql);
}

/* --- one site, by the hub itself ----------------------------------------------------------------
 */

static void make_first(struct growing *g)
{
    struct hub *h;
    struct batch b;
    for (int i = 0; i <= MEASURED; i++)
        invented_begin(&g->v[i], i);
    hubproc_make(&g->hub);
    must(hub_open(g->hub.store, &h) == ERR_OK && invented_enrol(h, g->v, MEASURED + 1) == ERR_OK,
         "the hub's store");
    memcpy(g->pub, h->keys.sign_pub, sizeof g->pub);
    hub_close(h);
    hubproc_start(&g->hub);
    batch_make(&b, &g->v[MEASURED], 1, 1, HELD, 50);
    batch_send(&b, g->hub.port, g->pub);
    must(b.bad == 0, "the first site's entries");
    hubproc_stop(&g->hub, SIGTERM);
}

/* --- its rows for all the others ----------------------------------------------------------------
 */

/* The columns of a table but for the site, each behind a comma. */
static char *columns_of(struct growing *g, const char *table)
{
    sqlite3_stmt *q;
    struct buf out = BUF_INIT;
    char *sql = mem_printf("SELECT name FROM pragma_table_info('%s') WHERE name <> 'site'", table);
    must(sqlite3_prepare_v2(g->db, sql, -1, &q, NULL) == SQLITE_OK, table);
    while (sqlite3_step(q) == SQLITE_ROW)
        buf_printf(&out, ", \"%s\"", (const char *)sqlite3_column_text(q, 0));
    sqlite3_finalize(q);
    free(sql);
    return buf_take(&out);
}

static void copy_rows(struct growing *g, const char *table)
{
    char *columns = columns_of(g, table);
    run(g, "CREATE TEMP TABLE one AS SELECT * FROM main.\"%s\" WHERE site = '%s' ORDER BY rowid",
        table, g->v[MEASURED].site);
    run(g, "INSERT INTO main.\"%s\" (site%s) SELECT s.site%s FROM temp.one CROSS JOIN temp.s",
        table, columns, columns);
    run(g, "DROP TABLE temp.one");
    free(columns);
}

static char *tables_with_sites(struct growing *g)
{
    sqlite3_stmt *q;
    struct buf out = BUF_INIT;
    must(sqlite3_prepare_v2(g->db,
                            "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c"
                            " WHERE m.type = 'table' AND c.name = 'site' AND c.pk > 0"
                            " AND m.name NOT IN ('site', 'site_epoch')",
                            -1, &q, NULL) == SQLITE_OK,
         "tables");
    while (sqlite3_step(q) == SQLITE_ROW)
        buf_printf(&out, "%s ", (const char *)sqlite3_column_text(q, 0));
    sqlite3_finalize(q);
    return buf_take(&out);
}

/* Where a site that sends more stands: by its own hash. */
static void place_measured(struct growing *g, int64_t entries)
{
    char hex[2 * HASH_BYTES + 1];
    for (int i = 0; i < MEASURED && i < entries / HELD; i++) {
        invented_seek(&g->v[i], HELD);
        hex_encode(g->v[i].hash, HASH_BYTES, hex);
        run(g, "UPDATE site_epoch SET seq = %d, hash = x'%s' WHERE site = '%s'", HELD, hex,
            g->v[i].site);
        run(g, "UPDATE entry SET hash = x'%s' WHERE site = '%s' AND epoch = 1 AND seq = %d", hex,
            g->v[i].site, HELD);
    }
}

static void fill(struct growing *g, int64_t entries)
{
    char *rest = NULL;
    must(sqlite3_open(g->hub.store + strlen("sqlite:"), &g->db) == SQLITE_OK, g->hub.store);
    run(g,
        "PRAGMA journal_mode=WAL; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=OFF;"
        "PRAGMA synchronous=OFF; PRAGMA cache_size=-2000000; PRAGMA foreign_keys=OFF;"
        "CREATE TEMP TABLE s (site TEXT);"
        "INSERT INTO s SELECT site FROM main.site WHERE site <> '%s';"
        "WITH RECURSIVE n(i) AS (SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i < %lld)"
        " INSERT INTO s SELECT printf('999%%09d', i) FROM n WHERE i < %lld; BEGIN",
        g->v[MEASURED].site, MEASURED + 1, (long long)(entries / HELD),
        (long long)(entries / HELD));
    char *all = tables_with_sites(g);
    for (char *name = strtok_r(all, " ", &rest); name != NULL; name = strtok_r(NULL, " ", &rest))
        copy_rows(g, name);
    char *site = columns_of(g, "site"), *epoch = columns_of(g, "site_epoch");
    run(g,
        "INSERT INTO site (site%s) SELECT s.site%s FROM s JOIN site t WHERE t.site = '%s' ON"
        " CONFLICT DO NOTHING",
        site, site, g->v[MEASURED].site);
    run(g,
        "INSERT INTO site_epoch (site%s) SELECT s.site%s FROM s JOIN site_epoch t WHERE"
        " t.site = '%s' ON CONFLICT DO NOTHING",
        epoch, epoch, g->v[MEASURED].site);
    place_measured(g, entries);
    run(g, "COMMIT; PRAGMA journal_mode=WAL");
    sqlite3_close(g->db);
    free(site);
    free(epoch);
    free(all);
}

/* --- and more into it ---------------------------------------------------------------------------
 */

/* CPU of the hub an entry, us; *rate: entries a second. */
static double send_more(struct growing *g, int64_t each, int64_t size, int frame, double *rate)
{
    struct batch b;
    batch_make(&b, g->v, MEASURED, each, size, frame);
    int64_t entries = b.n * size, cpu = measure_cpu_us(g->hub.pid);
    int64_t us = batch_send(&b, g->hub.port, g->pub);
    must(b.bad == 0, "an upload was not taken");
    *rate = (double)entries * 1e6 / (double)us;
    return (double)(measure_cpu_us(g->hub.pid) - cpu) / (double)entries;
}

struct cost {
    double few, many; /* us of CPU an entry: ten at a time; a backlog */
};

static struct cost measure(int64_t entries)
{
    struct growing g;
    struct cost c;
    struct stat file;
    double few, many;
    make_first(&g);
    int64_t start = load_now_us();
    fill(&g, entries);
    int64_t filled = load_now_us();
    must(stat(g.hub.store + strlen("sqlite:"), &file) == 0, g.hub.store);
    double bytes = (double)file.st_size / (double)entries;
    hubproc_start(&g.hub);
    c.few = send_more(&g, 10, 10, 10, &few);
    c.many = send_more(&g, 1, 300, 50, &many);
    hubproc_stop(&g.hub, SIGTERM);
    printf("%10lld %9.0f %10.1f %9.0f %10.1f %10.0f %12.0f\n", (long long)entries, few, c.few, many,
           c.many, bytes, (double)(filled - start) / 1e6);
    fflush(stdout);
    hubproc_free(&g.hub);
    return c;
}

static void widen(double range[2], double v)
{
    range[0] = range[0] == 0 || v < range[0] ? v : range[0];
    range[1] = v > range[1] ? v : range[1];
}

int grow(int n, char **entries)
{
    double few[2] = {0, 0}, many[2] = {0, 0};
    invented_stock(RECORDS);
    must(invented_stock_entries() >= HELD + 400, "more records are needed");
    printf("SQLite; %d of the sites in the store send on by %d connections\n\n"
           "            ten at a time        a backlog, 50 in a frame\n"
           "    stored  entries/s  CPU us/e  entries/s  CPU us/e    bytes/e  s to fill it\n",
           MEASURED, BATCH_LINES);
    for (int i = 0; i < n; i++) {
        struct cost c = measure(strtoll(entries[i], NULL, 10));
        widen(few, c.few);
        widen(many, c.many);
    }
    bool flat = few[1] <= RATIO * few[0] && many[1] <= RATIO * many[0];
    printf("\nthe dearest to the cheapest: %.2f and %.2f (aim: at most %.1f)\n", few[1] / few[0],
           many[1] / many[0], RATIO);
    invented_stock_free();
    return flat ? 0 : 1;
}
