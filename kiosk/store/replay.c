/* Owns: proving that the journal is whole and that the projections are what it says.
 * Invariant: journal_verify changes nothing; journal_rebuild is one transaction. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/store/journal_private.h"

#define ENTRY_COLUMNS "epoch, seq, head, sealed, sealed_hash, hash"

/* --- replay ------------------------------------------------------------------------------------
 */

static enum err project_row(struct store *to, const struct journal_row *row, int64_t heard)
{
    struct entry e;
    json_t *head = NULL;
    enum err rc = journal_parse(row, &e, &head);
    if (rc != ERR_OK)
        return rc;
    const struct kind *kind = kind_find(e.kind);
    if (row->order)
        e.heard = heard;
    if (kind == NULL)
        rc = err_set(ERR_CORRUPT, "entry", "%s: unknown kind %s", e.id, e.kind);
    else
        rc = kind_keep(kind, to, &e);
    json_decref(head);
    return rc;
}

/* Journal and orders in the order in which they came: an order behind the entry that stood last. */
static const char timeline[] =
    "SELECT epoch, seq, head, sealed, sealed_hash, hash, 0 AS n, heard FROM entry"
    " UNION ALL "
    "SELECT after_epoch, after_seq, head, sealed, NULL, hash, n, heard FROM orders"
    " ORDER BY 1, 2, 7";

static enum err replay(struct store *from, struct store *to, int64_t *entries)
{
    bool more;
    struct journal_row row = {.epoch = 0};
    sqlite3_stmt *q = store_sql(from, timeline);
    enum err rc = store_step(from, q, &more);
    *entries = 0;
    while (rc == ERR_OK && more) {
        int64_t n = store_int(q, 6);
        journal_fill(&row, q, n > 0);
        row.seq = n > 0 ? n : row.seq;
        row.epoch = n > 0 ? 0 : row.epoch;
        rc = project_row(to, &row, store_int(q, 7));
        *entries += n == 0;
        if (rc == ERR_OK)
            rc = store_step(from, q, &more);
    }
    if (q != NULL)
        sqlite3_reset(q);
    journal_row_fini(&row);
    return rc;
}

static enum err empty_projections(struct store *s)
{
    enum err rc = ERR_OK;
    for (const char *const *name = kind_projections; *name != NULL && rc == ERR_OK; name++) {
        char *sql = mem_printf("DELETE FROM %s", *name);
        rc = store_exec(s, sql);
        free(sql);
    }
    return rc;
}

enum err journal_rebuild(struct journal *j, int64_t *entries)
{
    enum err rc = store_begin(j->store);
    if (rc != ERR_OK)
        return rc;
    rc = empty_projections(j->store);
    if (rc == ERR_OK)
        rc = replay(j->store, j->store, entries);
    return store_end(j->store, rc);
}

/* --- the chain ---------------------------------------------------------------------------------
 */

struct walk {
    struct journal *j;
    int64_t epoch, seq;
    int64_t heard;
    unsigned char hash[HASH_BYTES];
};

static enum err broken(const struct journal_row *row, const char *why)
{
    return err_set(ERR_CORRUPT, "entry", "%lld.%lld: %s", (long long)row->epoch,
                   (long long)row->seq, why);
}

static enum err check_link(struct walk *w, const struct journal_row *row)
{
    unsigned char hash[HASH_BYTES];
    if (row->epoch != w->epoch) {
        journal_first_hash(w->j->site, row->epoch, w->hash);
        w->epoch = row->epoch;
        w->seq = 0;
    }
    if (row->seq != w->seq + 1)
        return broken(row, "a number is missing");
    if (row->sealed.len > 0) {
        secret_hash_once(row->sealed.data, row->sealed.len, hash);
        if (memcmp(hash, row->sealed_hash, HASH_BYTES) != 0)
            return broken(row, "the sealed part was changed");
    }
    journal_hash(w->hash, row->head.data, row->head.len, row->sealed_hash, hash);
    if (memcmp(hash, row->hash, HASH_BYTES) != 0)
        return broken(row, "the chain is broken");
    memcpy(w->hash, hash, HASH_BYTES);
    w->seq = row->seq;
    return ERR_OK;
}

/* The columns that queries use must say what the frozen bytes say. */
static enum err check_columns(struct walk *w, const struct journal_row *row, sqlite3_stmt *q)
{
    struct entry e;
    json_t *head = NULL;
    enum err rc = journal_parse(row, &e, &head);
    if (rc != ERR_OK)
        return rc;
    bool same = store_int(q, 6) == e.at && store_int(q, 7) == e.heard &&
                strcmp(store_text(q, 8), e.terminal) == 0 &&
                strcmp(store_text(q, 9), e.clerk) == 0 && strcmp(store_text(q, 10), e.kind) == 0 &&
                strcmp(store_text(q, 11), e.subject) == 0;
    if (!same)
        rc = broken(row, "a column differs from the frozen bytes");
    else if (e.heard < w->heard && w->seq > 1)
        rc = broken(row, "the time runs backwards");
    w->heard = e.heard;
    json_decref(head);
    return rc;
}

static enum err walk_chain(struct journal *j, int64_t *entries)
{
    bool more;
    struct walk w = {.j = j, .epoch = -1};
    struct journal_row row = {.epoch = 0};
    sqlite3_stmt *q = store_sql(j->store, "SELECT " ENTRY_COLUMNS ", at, heard, terminal, clerk,"
                                          " kind, subject FROM entry ORDER BY epoch, seq");
    enum err rc = store_step(j->store, q, &more);
    *entries = 0;
    while (rc == ERR_OK && more) {
        journal_fill(&row, q, false);
        rc = check_link(&w, &row);
        if (rc == ERR_OK)
            rc = check_columns(&w, &row, q);
        (*entries)++;
        if (rc == ERR_OK)
            rc = store_step(j->store, q, &more);
    }
    if (q != NULL)
        sqlite3_reset(q);
    journal_row_fini(&row);
    return rc;
}

static enum err walk_orders(struct journal *j)
{
    bool more;
    int64_t expected = 1;
    unsigned char sealed_hash[HASH_BYTES], hash[HASH_BYTES];
    struct journal_row row = {.epoch = 0};
    sqlite3_stmt *q = store_sql(j->store, "SELECT 0, n, head, sealed, NULL, hash FROM orders"
                                          " ORDER BY n");
    enum err rc = store_step(j->store, q, &more);
    while (rc == ERR_OK && more) {
        journal_fill(&row, q, true);
        memset(sealed_hash, 0, sizeof sealed_hash);
        if (row.sealed.len > 0)
            secret_hash_once(row.sealed.data, row.sealed.len, sealed_hash);
        journal_order_hash(row.seq, row.head.data, row.head.len, sealed_hash, hash);
        if (row.seq != expected++ || memcmp(hash, row.hash, HASH_BYTES) != 0)
            rc = err_set(ERR_CORRUPT, "order", "%lld was changed", (long long)row.seq);
        else
            rc = store_step(j->store, q, &more);
    }
    if (q != NULL)
        sqlite3_reset(q);
    journal_row_fini(&row);
    return rc;
}

/* --- projections against a replay --------------------------------------------------------------
 */

static void add_row(sqlite3_stmt *q, uint64_t sum[4])
{
    struct secret_hash h;
    unsigned char digest[HASH_BYTES];
    secret_hash_init(&h);
    for (int i = 0; i < sqlite3_column_count(q); i++) {
        unsigned char type = (unsigned char)sqlite3_column_type(q, i);
        const void *bytes = sqlite3_column_blob(q, i);
        int n = sqlite3_column_bytes(q, i);
        unsigned char len[5] = {type, (unsigned char)n, (unsigned char)(n >> 8),
                                (unsigned char)(n >> 16), (unsigned char)(n >> 24)};
        secret_hash_add(&h, len, sizeof len);
        if (n > 0)
            secret_hash_add(&h, bytes, (size_t)n);
    }
    secret_hash_end(&h, digest);
    for (int i = 0; i < 4; i++)
        sum[i] += get_u64(digest + 8 * i);
}

/* A sum of row hashes does not depend on the order of the rows. */
static enum err digest_table(struct store *s, const char *name, uint64_t sum[4])
{
    sqlite3_stmt *q = NULL;
    char *sql = mem_printf("SELECT * FROM %s", name);
    memset(sum, 0, 4 * sizeof *sum);
    int rc = sqlite3_prepare_v2(store_handle(s), sql, -1, &q, NULL);
    free(sql);
    if (rc != SQLITE_OK)
        return err_set(ERR_CORRUPT, name, "%s", sqlite3_errmsg(store_handle(s)));
    while ((rc = sqlite3_step(q)) == SQLITE_ROW)
        add_row(q, sum);
    sqlite3_finalize(q);
    return rc == SQLITE_DONE ? ERR_OK : err_set(ERR_CORRUPT, name, "it cannot be read");
}

static enum err copy_definitions(struct store *from, struct store *to)
{
    bool more;
    sqlite3_stmt *get = store_sql(from, "SELECT what, id, version, source, body FROM definition");
    enum err rc = store_step(from, get, &more);
    while (rc == ERR_OK && more) {
        sqlite3_stmt *put = store_sql(to, "INSERT INTO definition VALUES (?1, ?2, ?3, ?4, ?5)");
        if (put == NULL)
            return err_last();
        store_bind_text(put, 1, store_text(get, 0));
        store_bind_text(put, 2, store_text(get, 1));
        store_bind_int(put, 3, store_int(get, 2));
        store_bind_text(put, 4, store_text(get, 3));
        store_bind_text(put, 5, store_text(get, 4));
        rc = store_run(to, put);
        if (rc == ERR_OK)
            rc = store_step(from, get, &more);
    }
    return rc;
}

static enum err compare_projections(struct store *live, struct store *fresh)
{
    enum err rc = ERR_OK;
    for (const char *const *name = kind_projections; *name != NULL && rc == ERR_OK; name++) {
        uint64_t a[4], b[4];
        rc = digest_table(live, *name, a);
        if (rc == ERR_OK)
            rc = digest_table(fresh, *name, b);
        if (rc == ERR_OK && memcmp(a, b, sizeof a) != 0)
            rc = err_set(ERR_CORRUPT, *name, "differs from the journal; use 'jiujin rebuild'");
    }
    return rc;
}

static enum err verify_projections(struct journal *j, int64_t *entries)
{
    struct store *fresh = NULL;
    enum err rc = store_open("", &store_kiosk_schema, STORE_MEMORY, &fresh);
    if (rc == ERR_OK)
        rc = store_begin(fresh);
    if (rc == ERR_OK)
        rc = copy_definitions(j->store, fresh);
    if (rc == ERR_OK)
        rc = replay(j->store, fresh, entries);
    if (rc == ERR_OK)
        rc = store_end(fresh, ERR_OK);
    if (rc == ERR_OK)
        rc = compare_projections(j->store, fresh);
    store_close(fresh);
    return rc;
}

enum err journal_verify(struct journal *j, int64_t *entries)
{
    enum err rc = store_exec(j->store, "BEGIN"); /* one view of the file for all that follows */
    if (rc != ERR_OK)
        return rc;
    rc = walk_chain(j, entries);
    if (rc == ERR_OK)
        rc = walk_orders(j);
    if (rc == ERR_OK)
        rc = verify_projections(j, entries);
    store_exec(j->store, "ROLLBACK");
    return rc;
}
