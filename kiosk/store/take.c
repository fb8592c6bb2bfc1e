/* Owns: whether this machine may write, and a journal that comes back from the hub.
 * Invariant: an entry is stored only behind the entry whose hash it was chained to, and leaves the
 * journal only into table branch; nothing here is projected, a replay follows. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/store/journal_private.h"

/* --- open or closed -----------------------------------------------------------------------------
 */

static const struct {
    const char *word;
    enum err rc;
} closings[] = {
    {"fetching", ERR_FETCHING},
    {"copy", ERR_OLD_COPY},
    {"fork", ERR_FORK},
    {"replaced", ERR_REPLACED},
};
#define CLOSINGS (sizeof closings / sizeof *closings)

bool journal_closed_error(enum err rc)
{
    return *journal_closed_word(rc) != 0;
}

const char *journal_closed_word(enum err rc)
{
    for (size_t i = 0; i < CLOSINGS; i++)
        if (closings[i].rc == rc)
            return closings[i].word;
    return "";
}

enum err journal_closed(struct store *s, int64_t *epoch)
{
    bool row;
    enum err why = ERR_OK, rc;
    sqlite3_stmt *q = store_sql(s, "SELECT key, value FROM meta WHERE key IN ('closed', 'epoch')");
    if (q == NULL)
        return err_last();
    while ((rc = store_step(s, q, &row)) == ERR_OK && row) {
        const char *value = store_text(q, 1);
        if (strcmp(store_text(q, 0), "epoch") == 0 && epoch != NULL)
            *epoch = atoll(value);
        for (size_t i = 0; i < CLOSINGS; i++)
            if (strcmp(store_text(q, 0), "closed") == 0 && strcmp(closings[i].word, value) == 0)
                why = closings[i].rc;
    }
    return rc != ERR_OK || why == ERR_OK ? rc : err_set(why, NULL, NULL);
}

int64_t journal_count(struct store *s)
{
    return store_number(s, "SELECT count(*) FROM entry", 0);
}

/* --- entries ------------------------------------------------------------------------------------
 */

static enum err hash_of(struct store *s, int64_t epoch, int64_t seq, bool *found,
                        unsigned char hash[HASH_BYTES])
{
    sqlite3_stmt *q = store_sql(s, "SELECT hash FROM entry WHERE epoch = ?1 AND seq = ?2");
    if (q == NULL)
        return err_last();
    store_bind_int(q, 1, epoch);
    store_bind_int(q, 2, seq);
    enum err rc = store_step(s, q, found);
    if (rc != ERR_OK || !*found)
        return rc;
    if (sqlite3_column_bytes(q, 0) == HASH_BYTES)
        memcpy(hash, sqlite3_column_blob(q, 0), HASH_BYTES);
    sqlite3_reset(q);
    return ERR_OK;
}

static enum err insert(struct store *s, const struct journal_row *row, const struct entry *e,
                       const unsigned char hash[HASH_BYTES])
{
    bool has = row->sealed.len > 0 || row->dropped;
    sqlite3_stmt *q =
        store_sql(s, "INSERT INTO entry (epoch, seq, at, heard, terminal, clerk, kind,"
                     " subject, head, sealed, sealed_hash, hash)"
                     " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)");
    if (q == NULL)
        return err_last();
    store_bind_int(q, 1, row->epoch);
    store_bind_int(q, 2, row->seq);
    store_bind_int(q, 3, e->at);
    store_bind_int(q, 4, e->heard);
    store_bind_text(q, 5, e->terminal);
    store_bind_text(q, 6, e->clerk);
    store_bind_text(q, 7, e->kind);
    store_bind_text(q, 8, e->subject);
    sqlite3_bind_text(q, 9, (const char *)row->head.data, (int)row->head.len, SQLITE_TRANSIENT);
    store_bind_blob(q, 10, row->sealed.len > 0 ? row->sealed.data : NULL, row->sealed.len);
    store_bind_blob(q, 11, has ? row->sealed_hash : NULL, HASH_BYTES);
    store_bind_blob(q, 12, hash, HASH_BYTES);
    return store_run(s, q);
}

/* A kind that this program does not know could not be replayed. */
static enum err store_row(struct store *s, const struct journal_row *row,
                          const unsigned char hash[HASH_BYTES])
{
    struct entry e;
    json_t *head = NULL;
    enum err rc = journal_parse(row, &e, &head);
    if (rc == ERR_OK && kind_find(e.kind) == NULL)
        rc = err_set(ERR_CORRUPT, "entry", "unknown kind; update this program");
    if (rc == ERR_OK)
        rc = insert(s, row, &e, hash);
    json_decref(head);
    return rc;
}

enum err journal_take(struct journal *j, const struct journal_row *row,
                      const unsigned char before[HASH_BYTES])
{
    bool found, follows = row->seq == 1;
    unsigned char hash[HASH_BYTES], have[HASH_BYTES] = {0};
    journal_hash(before, row->head.data, row->head.len, row->sealed_hash, hash);
    enum err rc = hash_of(j->store, row->epoch, row->seq, &found, have);
    if (rc == ERR_OK && found)
        return memcmp(have, hash, HASH_BYTES) == 0
                   ? ERR_OK
                   : err_set(ERR_FORK, NULL, "%lld", (long long)row->seq);
    if (rc == ERR_OK && !follows)
        rc = hash_of(j->store, row->epoch, row->seq - 1, &follows, have);
    if (rc == ERR_OK && row->seq == 1)
        journal_first_hash(j->site, row->epoch, have);
    if (rc == ERR_OK && (!follows || memcmp(have, before, HASH_BYTES) != 0))
        rc = err_set(ERR_CORRUPT, "entry", "%lld does not follow", (long long)row->seq);
    return rc == ERR_OK ? store_row(j->store, row, hash) : rc;
}

/* --- what came late -----------------------------------------------------------------------------
 */

enum err journal_take_aside(struct journal *j, const struct journal_row *row,
                            const unsigned char before[HASH_BYTES])
{
    unsigned char hash[HASH_BYTES];
    bool has = row->sealed.len > 0 || row->dropped;
    journal_hash(before, row->head.data, row->head.len, row->sealed_hash, hash);
    sqlite3_stmt *q = store_sql(
        j->store, "INSERT INTO branch (epoch, seq, hash, head, sealed, sealed_hash, since)"
                  " VALUES (?1,?2,?3,?4,?5,?6,?7) ON CONFLICT DO NOTHING");
    if (q == NULL)
        return err_last();
    store_bind_int(q, 1, row->epoch);
    store_bind_int(q, 2, row->seq);
    store_bind_blob(q, 3, hash, HASH_BYTES);
    sqlite3_bind_text(q, 4, (const char *)row->head.data, (int)row->head.len, SQLITE_TRANSIENT);
    store_bind_blob(q, 5, row->sealed.len > 0 ? row->sealed.data : NULL, row->sealed.len);
    store_bind_blob(q, 6, has ? row->sealed_hash : NULL, HASH_BYTES);
    store_bind_int(q, 7, clock_now());
    return store_run(j->store, q);
}

/* The entry in table branch that follows `before` under that number. */
static enum err waiting(struct store *s, struct journal_row *row,
                        const unsigned char before[HASH_BYTES], bool *found)
{
    bool more;
    unsigned char hash[HASH_BYTES];
    int64_t epoch = row->epoch, seq = row->seq;
    sqlite3_stmt *q = store_sql(s, "SELECT epoch, seq, head, sealed, sealed_hash, hash FROM branch"
                                   " WHERE epoch = ?1 AND seq = ?2");
    *found = false;
    if (q == NULL)
        return err_last();
    store_bind_int(q, 1, epoch);
    store_bind_int(q, 2, seq);
    enum err rc = store_step(s, q, &more);
    while (rc == ERR_OK && more && !*found) {
        journal_fill(row, q, false);
        journal_hash(before, row->head.data, row->head.len, row->sealed_hash, hash);
        *found = memcmp(hash, row->hash, HASH_BYTES) == 0;
        if (!*found)
            rc = store_step(s, q, &more);
    }
    if (*found)
        sqlite3_reset(q);
    return rc;
}

static enum err forget_waiting(struct store *s, const struct journal_row *row)
{
    sqlite3_stmt *q =
        store_sql(s, "DELETE FROM branch WHERE epoch = ?1 AND seq = ?2 AND hash = ?3");
    if (q == NULL)
        return err_last();
    store_bind_int(q, 1, row->epoch);
    store_bind_int(q, 2, row->seq);
    store_bind_blob(q, 3, row->hash, HASH_BYTES);
    return store_run(s, q);
}

static enum err adopt(struct journal *j, int64_t epoch, int64_t *n)
{
    bool found = true;
    int64_t seq;
    unsigned char tip[HASH_BYTES];
    struct journal_row row = {.epoch = epoch};
    enum err rc = journal_tip(j->store, j->site, epoch, &seq, tip);
    while (rc == ERR_OK && found) {
        row.epoch = epoch;
        row.seq = ++seq;
        rc = waiting(j->store, &row, tip, &found);
        if (rc != ERR_OK || !found)
            break;
        rc = store_row(j->store, &row, row.hash);
        if (rc == ERR_OK)
            rc = forget_waiting(j->store, &row);
        memcpy(tip, row.hash, HASH_BYTES);
        *n += rc == ERR_OK;
    }
    journal_row_fini(&row);
    return rc;
}

enum err journal_adopt(struct journal *j, int64_t epoch, int64_t *n)
{
    *n = 0;
    enum err rc = store_begin(j->store);
    return rc == ERR_OK ? store_end(j->store, adopt(j, epoch, n)) : rc;
}

/* --- orders -------------------------------------------------------------------------------------
 */

static enum err take_order(struct journal *j, const struct journal_row *row, int64_t after_epoch,
                           int64_t after_seq)
{
    struct entry e;
    json_t *head = NULL;
    enum err rc = journal_parse(row, &e, &head);
    if (rc == ERR_OK && (kind_find(e.kind) == NULL || !kind_find(e.kind)->order))
        rc = err_set(ERR_CORRUPT, "order", "unknown kind; update this program");
    if (rc == ERR_OK) {
        e.heard = clock_now();
        rc = journal_insert_order(j, &e, row, after_epoch, after_seq);
    }
    json_decref(head);
    return rc;
}

enum err journal_take_order(struct journal *j, int64_t n, const void *head, size_t head_len,
                            const void *sealed, size_t sealed_len, int64_t after_epoch,
                            int64_t after_seq)
{
    struct journal_row row = {.order = true, .seq = n};
    int64_t last = journal_last_order(j->store);
    if (sealed_len > 0)
        secret_hash_once(sealed, sealed_len, row.sealed_hash);
    journal_order_hash(n, head, head_len, row.sealed_hash, row.hash);
    if (n <= last)
        return journal_same_order(j->store, n, row.hash);
    if (n != last + 1)
        return err_set(ERR_STATE, "order", "%lld is missing", (long long)last + 1);
    buf_add(&row.head, head, head_len);
    buf_add(&row.sealed, sealed, sealed_len);
    enum err rc = take_order(j, &row, after_epoch, after_seq);
    journal_row_fini(&row);
    return rc;
}

/* --- aside --------------------------------------------------------------------------------------
 */

static enum err run(struct store *s, sqlite3_stmt *q, int64_t epoch, int64_t after, int64_t now)
{
    if (q == NULL)
        return err_last();
    store_bind_int(q, 1, epoch);
    store_bind_int(q, 2, after);
    if (now != CLOCK_NONE)
        store_bind_int(q, 3, now);
    return store_run(s, q);
}

enum err journal_aside(struct journal *j, int64_t epoch, int64_t after, int64_t *n)
{
    enum err rc = store_begin(j->store);
    if (rc != ERR_OK)
        return rc;
    rc = run(j->store,
             store_sql(j->store,
                       "INSERT INTO branch (epoch, seq, hash, head, sealed, sealed_hash, since)"
                       " SELECT epoch, seq, hash, head, sealed, sealed_hash, ?3 FROM entry"
                       " WHERE epoch = ?1 AND seq > ?2 ON CONFLICT DO NOTHING"),
             epoch, after, clock_now());
    if (rc == ERR_OK)
        rc = run(j->store, store_sql(j->store, "DELETE FROM entry WHERE epoch = ?1 AND seq > ?2"),
                 epoch, after, CLOCK_NONE);
    *n = rc == ERR_OK ? sqlite3_changes64(store_handle(j->store)) : 0;
    return store_end(j->store, rc);
}
