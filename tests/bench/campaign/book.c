/* Owns: the books. Invariant: no store stays attached behind a call, so that its files may be
 * replaced. */
#include "tests/bench/campaign/book.h"

#include "tests/unit/unit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static sqlite3 *db;
static char hub_file[120];

static void must(int rc, const char *sql)
{
    if (rc != SQLITE_OK && rc != SQLITE_ROW && rc != SQLITE_DONE)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

static void run(const char *sql)
{
    must(sqlite3_exec(db, sql, NULL, NULL, NULL), sql);
}

static sqlite3_stmt *ask(const char *sql, const char *site)
{
    sqlite3_stmt *q = NULL;
    must(sqlite3_prepare_v2(db, sql, -1, &q, NULL), sql);
    if (sqlite3_bind_parameter_count(q) > 0)
        sqlite3_bind_text(q, 1, site, -1, SQLITE_STATIC);
    return q;
}

static int64_t number(const char *sql, const char *site)
{
    sqlite3_stmt *q = ask(sql, site);
    int rc = sqlite3_step(q);
    must(rc, sql);
    int64_t n = rc == SQLITE_ROW ? sqlite3_column_int64(q, 0) : -1;
    sqlite3_finalize(q);
    return n;
}

static void attach(const char *file, const char *as)
{
    char *sql = sqlite3_mprintf("ATTACH %Q AS %s", file, as);
    run(sql);
    sqlite3_free(sql);
}

static void open_both(const char *dir)
{
    char file[160];
    if (dir != NULL) {
        snprintf(file, sizeof file, "%s/jiujin.db", dir);
        attach(file, "v");
    }
    attach(hub_file, "h");
}

static void close_both(const char *dir)
{
    run("DETACH h");
    if (dir != NULL)
        run("DETACH v");
}

void book_open(const char *hub_dir)
{
    snprintf(hub_file, sizeof hub_file, "%s/hub.db", hub_dir);
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 20000);
    run("CREATE TABLE book (site, epoch, seq, hash, acked, gone, PRIMARY KEY (site, epoch, seq,"
        " hash)) WITHOUT ROWID"); /* acked: 1, and 2 when it was looked for at the hub since */
    run("CREATE INDEX book_acked ON book (site, acked, seq) WHERE acked < 2");
}

void book_close(void)
{
    sqlite3_close(db);
    db = NULL;
}

int64_t book_number(const char *site, const char *dir, const char *sql)
{
    open_both(dir);
    int64_t n = number(sql, site);
    close_both(dir);
    return n;
}

static void change(const char *sql, const char *site)
{
    sqlite3_stmt *q = ask(sql, site);
    must(sqlite3_step(q), sql);
    sqlite3_finalize(q);
}

static void note(const char *site, const char *dir, const char *sql)
{
    open_both(dir);
    change(sql, site);
    change("UPDATE book SET acked = 1 WHERE site = ?1 AND acked = 0"
           " AND epoch = (SELECT 0 + value FROM v.meta WHERE key = 'acked_epoch')"
           " AND seq <= (SELECT 0 + value FROM v.meta WHERE key = 'acked')"
           " AND EXISTS (SELECT 1 FROM v.entry e WHERE e.epoch = book.epoch AND e.seq = book.seq"
           " AND e.hash = book.hash)",
           site);
    close_both(dir);
}

void book_note(const char *site, const char *dir)
{
    note(site, dir,
         "INSERT INTO book SELECT ?1, epoch, seq, hash, 0, 0 FROM v.entry WHERE true"
         " ON CONFLICT DO UPDATE SET gone = 0");
}

void book_grow(const char *site, const char *dir)
{
    note(site, dir,
         "INSERT INTO book SELECT ?1, epoch, seq, hash, 0, 0 FROM v.entry WHERE epoch = 1"
         " AND seq > (SELECT coalesce(max(seq), 0) FROM book WHERE site = ?1 AND epoch = 1)");
}

#define AT_HUB                                                                                     \
    "(SELECT epoch, seq, hash FROM h.entry WHERE site = ?1"                                        \
    " UNION SELECT epoch, seq, hash FROM h.fork WHERE site = ?1)"

void book_gone(const char *site)
{
    open_both(NULL);
    change("UPDATE book SET gone = 1 WHERE site = ?1 AND acked = 0"
           " AND (epoch, seq, hash) NOT IN " AT_HUB,
           site);
    close_both(NULL);
}

struct promise {
    const char *broken; /* "%lld entries..." */
    const char *sql;    /* how many break it */
};

static const struct promise acked[] = {
    {"were acknowledged and are not at the hub",
     "SELECT count(*) FROM (SELECT epoch, seq, hash FROM book WHERE site = ?1 AND acked"
     " EXCEPT SELECT * FROM " AT_HUB ")"},
    {NULL, NULL},
};

static const struct promise fresh[] = {
    {"were just acknowledged and are not at the hub",
     "SELECT count(*) FROM book b WHERE site = ?1 AND acked = 1 AND NOT EXISTS (SELECT 1 FROM"
     " h.entry e WHERE e.site = b.site AND e.epoch = b.epoch AND e.seq = b.seq AND e.hash ="
     " b.hash)"},
    {NULL, NULL},
};

static const struct promise settled[] = {
    {"of the village are not at the hub",
     "SELECT count(*) FROM (SELECT epoch, seq, hash FROM v.entry"
     " EXCEPT SELECT epoch, seq, hash FROM h.entry WHERE site = ?1)"},
    {"of the hub are not in the village",
     "SELECT count(*) FROM (SELECT epoch, seq, hash FROM h.entry WHERE site = ?1"
     " EXCEPT SELECT epoch, seq, hash FROM v.entry)"},
    {"were written and are neither at the hub nor set aside there",
     "SELECT count(*) FROM (SELECT epoch, seq, hash FROM book WHERE site = ?1 AND NOT gone"
     " EXCEPT SELECT * FROM " AT_HUB ")"},
    {"are at the hub and nobody wrote them",
     "SELECT count(*) FROM (SELECT * FROM " AT_HUB
     " EXCEPT SELECT epoch, seq, hash FROM book WHERE site = ?1)"},
    {"are in their place and set aside too",
     "SELECT count(*) FROM h.fork f JOIN h.entry e USING (site, epoch, seq, hash)"
     " WHERE site = ?1"},
    {"stand set aside in the village and not at the hub",
     "SELECT count(*) FROM (SELECT epoch, seq, hash FROM v.branch"
     " EXCEPT SELECT * FROM " AT_HUB ")"},
    {"epochs have a gap, or a mark that is not at their end",
     "SELECT count(*) FROM h.site_epoch s WHERE site = ?1 AND (seq <> (SELECT count(*) FROM"
     " h.entry e WHERE e.site = s.site AND e.epoch = s.epoch) OR seq <> coalesce((SELECT max(seq)"
     " FROM h.entry e WHERE e.site = s.site AND e.epoch = s.epoch), 0))"},
    {"overtook the stream and have no place",
     "SELECT count(*) FROM h.express x WHERE site = ?1 AND NOT EXISTS (SELECT 1 FROM h.entry e"
     " WHERE e.site = x.site AND e.epoch = x.epoch AND e.seq = x.seq)"},
    {"visits and incidents are lost or doubled at the hub",
     "SELECT abs((SELECT count(*) FROM h.visit WHERE site = ?1) + (SELECT count(*) FROM h.incident"
     " WHERE site = ?1) - (SELECT count(*) FROM h.entry WHERE site = ?1 AND kind IN ('visit',"
     " 'incident') AND refused IS NULL))"},
    {"orders of the hub are not in the village",
     "SELECT count(*) FROM (SELECT n, CAST(head AS TEXT) FROM h.orders WHERE site = ?1"
     " EXCEPT SELECT n, head FROM v.orders)"},
    {"orders of the village are not at the hub",
     "SELECT count(*) FROM (SELECT n, head FROM v.orders"
     " EXCEPT SELECT n, CAST(head AS TEXT) FROM h.orders WHERE site = ?1)"},
    {NULL, NULL},
};

static void keep(const struct promise *p, const char *site, const char *dir)
{
    open_both(dir);
    for (; p->broken != NULL; p++) {
        int64_t n = number(p->sql, site);
        if (n != 0)
            fail_msg("%s, %s: %lld %s", site, dir != NULL ? dir : "", (long long)n, p->broken);
    }
    close_both(dir);
}

void book_acked(const char *site)
{
    keep(fresh, site, NULL);
    change("UPDATE book SET acked = 2 WHERE site = ?1 AND acked = 1", site);
}

void book_judge(const char *site, const char *dir)
{
    keep(acked, site, NULL);
    keep(settled, site, dir);
}

const char *book_closed(const char *dir)
{
    static char word[32];
    open_both(dir);
    sqlite3_stmt *q = ask("SELECT value FROM v.meta WHERE key = 'closed'", NULL);
    bool row = sqlite3_step(q) == SQLITE_ROW;
    snprintf(word, sizeof word, "%s", row ? (const char *)sqlite3_column_text(q, 0) : "");
    sqlite3_finalize(q);
    close_both(dir);
    return word;
}
