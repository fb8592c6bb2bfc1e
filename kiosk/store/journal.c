/* Owns: the entries of a site (see journal.h for their format).
 * Invariant: an entry and its projection are written in one transaction, or not at all; the bytes
 * of an entry are made once, here, and never again. */
#include "kiosk/store/journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/store/journal_private.h"

#define CLOCK_SLACK_MS 60000 /* a clock set back by more than this is worth an entry */

static enum err read_tip(struct store *s, const char *site, int64_t epoch, struct journal_tip *tip)
{
    bool row;
    sqlite3_stmt *q = store_sql(s, "SELECT seq, hash, heard FROM entry WHERE epoch = ?1 "
                                   "ORDER BY seq DESC LIMIT 1");
    if (q == NULL)
        return err_last();
    store_bind_int(q, 1, epoch);
    enum err rc = store_step(s, q, &row);
    if (rc != ERR_OK)
        return rc;
    *tip = (struct journal_tip){.heard = 0};
    if (!row) {
        journal_first_hash(site, epoch, tip->hash);
        return ERR_OK;
    }
    tip->seq = store_int(q, 0);
    tip->heard = store_int(q, 2);
    if (sqlite3_column_bytes(q, 1) == HASH_BYTES)
        memcpy(tip->hash, sqlite3_column_blob(q, 1), HASH_BYTES);
    sqlite3_reset(q);
    return ERR_OK;
}

enum err journal_tip(struct store *s, const char *site, int64_t epoch, int64_t *seq,
                     unsigned char hash[HASH_BYTES])
{
    struct journal_tip tip;
    enum err rc = read_tip(s, site, epoch, &tip);
    if (rc != ERR_OK)
        return rc;
    *seq = tip.seq;
    memcpy(hash, tip.hash, HASH_BYTES);
    return ERR_OK;
}

/* The members stand in the order that journal.h names: these bytes are frozen. */
static char *make_head(const struct entry *e, const struct journal_new *what)
{
    json_t *head = json_object();
    js_set_int(head, "n", e->seq);
    if (e->at != e->heard)
        js_set_int(head, "at", e->at);
    js_set_int(head, "heard", e->heard);
    js_set_str(head, "term", e->terminal);
    js_set_str(head, "by", e->clerk);
    js_set_str(head, "k", e->kind);
    js_set_int(head, "v", e->version);
    if (what->subject != NULL)
        js_set_str(head, "sub", what->subject);
    json_object_set(head, "body", (json_t *)(uintptr_t)what->body);
    char *text = js_dump(head);
    json_decref(head);
    return text;
}

static enum err seal_part(struct journal *j, const struct entry *e, const json_t *sealed,
                          struct buf *out)
{
    char place[96];
    if (!j->unlocked)
        return err_set(ERR_SIGN_IN, NULL, NULL);
    char *text = js_dump(sealed);
    journal_place(j->site, false, e->epoch, e->seq, e->kind, place);
    secret_seal(j->data_key, place, text, strlen(text), out);
    secret_wipe(text, strlen(text));
    free(text);
    return out->len <= JOURNAL_PART_MAX ? ERR_OK : err_set(ERR_TOO_LONG, "sealed", NULL);
}

static enum err insert_entry(struct store *s, const struct entry *e, const char *head,
                             const struct buf *sealed, const unsigned char before[HASH_BYTES],
                             unsigned char hash[HASH_BYTES])
{
    unsigned char sealed_hash[HASH_BYTES] = {0};
    sqlite3_stmt *q =
        store_sql(s, "INSERT INTO entry (epoch, seq, at, heard, terminal, clerk, kind,"
                     " subject, head, sealed, sealed_hash, hash)"
                     " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)");
    if (q == NULL)
        return err_last();
    if (sealed->len > 0)
        secret_hash_once(sealed->data, sealed->len, sealed_hash);
    journal_hash(before, head, strlen(head), sealed_hash, hash);
    store_bind_int(q, 1, e->epoch);
    store_bind_int(q, 2, e->seq);
    store_bind_int(q, 3, e->at);
    store_bind_int(q, 4, e->heard);
    store_bind_text(q, 5, e->terminal);
    store_bind_text(q, 6, e->clerk);
    store_bind_text(q, 7, e->kind);
    store_bind_text(q, 8, e->subject);
    store_bind_text(q, 9, head);
    store_bind_blob(q, 10, sealed->len > 0 ? sealed->data : NULL, sealed->len);
    store_bind_blob(q, 11, sealed->len > 0 ? sealed_hash : NULL, HASH_BYTES);
    store_bind_blob(q, 12, hash, HASH_BYTES);
    return store_run(s, q);
}

static enum err project(struct store *s, const struct entry *e)
{
    const struct kind *kind = kind_find(e->kind);
    if (kind == NULL)
        return err_set(ERR_INTERNAL, e->kind, "no such kind");
    return kind_keep(kind, s, e);
}

/* Remembered for journal_end, in case the commit's outcome is unknown. */
static struct {
    int64_t epoch, seq;
    unsigned char hash[HASH_BYTES];
} last_written;

static enum err append_at(struct journal *j, const struct journal_new *what, struct entry *e,
                          const unsigned char before[HASH_BYTES])
{
    struct buf sealed = BUF_INIT;
    char *head = make_head(e, what);
    enum err rc = ERR_OK;
    if (strlen(head) > JOURNAL_PART_MAX)
        rc = err_set(ERR_TOO_LONG, e->kind, NULL);
    if (rc == ERR_OK && what->sealed != NULL)
        rc = seal_part(j, e, what->sealed, &sealed);
    if (rc == ERR_OK)
        rc = insert_entry(j->store, e, head, &sealed, before, last_written.hash);
    last_written.epoch = e->epoch;
    last_written.seq = e->seq;
    if (rc == ERR_OK)
        rc = project(j->store, e);
    free(head);
    buf_fini(&sealed);
    return rc;
}

static enum err append_one(struct journal *j, const struct journal_new *what, int64_t now,
                           const struct journal_tip *tip, char *id, int64_t *seq)
{
    const struct kind *kind = kind_find(what->kind);
    if (kind == NULL || (kind->order && !kind->both))
        return err_set(ERR_INTERNAL, what->kind, "not a kind of entry");
    struct entry e = {.epoch = j->epoch, .seq = tip->seq + 1, .terminal = j->terminal};
    e.heard = now > tip->heard ? now : tip->heard;
    e.at = what->at != CLOCK_NONE ? what->at : e.heard;
    e.clerk = j->clerk;
    e.kind = kind->name;
    e.version = kind->version;
    e.body = what->body;
    journal_id(false, e.epoch, e.seq, e.id);
    e.subject = what->subject != NULL ? what->subject : e.id;
    if (id != NULL)
        memcpy(id, e.id, ENTRY_ID);
    if (seq != NULL)
        *seq = e.seq;
    return append_at(j, what, &e, tip->hash);
}

/* A clock set back is told once, and once more when it has caught up. */
static enum err note_clock(struct journal *j, int64_t now, struct journal_tip *tip)
{
    bool back = tip->heard - now > CLOCK_SLACK_MS;
    bool told = store_number(j->store, "SELECT value FROM meta WHERE key = 'clock_back'", 0) != 0;
    if (back == told || (told && now < tip->heard))
        return ERR_OK;
    json_t *body = json_pack("{s:I}", "back_ms", (json_int_t)(back ? tip->heard - now : 0));
    struct journal_new what = {.kind = "clock", .at = CLOCK_NONE, .body = body};
    enum err rc = append_one(j, &what, now, tip, NULL, NULL);
    json_decref(body);
    sqlite3_stmt *q = store_sql(j->store, "INSERT OR REPLACE INTO meta VALUES ('clock_back', ?1)");
    if (rc == ERR_OK && q != NULL) {
        store_bind_text(q, 1, back ? "1" : "0");
        rc = store_run(j->store, q);
    }
    return rc == ERR_OK ? read_tip(j->store, j->site, j->epoch, tip) : rc;
}

enum err journal_append(struct journal *j, const struct journal_new *what, char *id, int64_t *seq)
{
    struct journal_tip tip;
    int64_t now = clock_now();
    enum err rc = journal_begin(j);
    if (rc != ERR_OK)
        return rc;
    rc = journal_closed(j->store, &j->epoch);
    if (rc == ERR_OK)
        rc = read_tip(j->store, j->site, j->epoch, &tip);
    if (rc == ERR_OK)
        rc = note_clock(j, now, &tip);
    if (rc == ERR_OK)
        rc = append_one(j, what, now, &tip, id, seq);
    return journal_end(j, rc);
}

enum err journal_begin(struct journal *j)
{
    return store_begin(j->store);
}

static bool written_after_all(struct store *s)
{
    bool row, same = false;
    sqlite3_stmt *q = store_sql(s, "SELECT hash FROM entry WHERE epoch = ?1 AND seq = ?2");
    if (q == NULL)
        return false;
    store_bind_int(q, 1, last_written.epoch);
    store_bind_int(q, 2, last_written.seq);
    if (store_step(s, q, &row) == ERR_OK && row) {
        same = sqlite3_column_bytes(q, 0) == HASH_BYTES &&
               memcmp(sqlite3_column_blob(q, 0), last_written.hash, HASH_BYTES) == 0;
        sqlite3_reset(q);
    }
    return same;
}

enum err journal_end(struct journal *j, enum err rc)
{
    rc = store_end(j->store, rc);
    if (rc != ERR_COMMIT_UNKNOWN)
        return rc;
    return written_after_all(j->store) ? ERR_OK : err_set(ERR_IO, NULL, "nothing was saved");
}

/* --- orders ------------------------------------------------------------------------------------
 */

void journal_order_hash(int64_t n, const void *head, size_t head_len,
                        const unsigned char sealed_hash[HASH_BYTES], unsigned char out[HASH_BYTES])
{
    unsigned char before[HASH_BYTES] = "jiujin/order";
    for (int i = 0; i < 8; i++)
        before[24 + i] = (unsigned char)((uint64_t)n >> (8 * i));
    journal_hash(before, head, head_len, sealed_hash, out);
}

int64_t journal_last_order(struct store *s)
{
    return store_number(s, "SELECT max(n) FROM orders", 0);
}

enum err journal_same_order(struct store *s, int64_t n, const unsigned char hash[HASH_BYTES])
{
    bool row;
    sqlite3_stmt *q = store_sql(s, "SELECT hash FROM orders WHERE n = ?1");
    if (q == NULL)
        return err_last();
    store_bind_int(q, 1, n);
    enum err rc = store_step(s, q, &row);
    if (rc != ERR_OK)
        return rc;
    bool same = row && memcmp(sqlite3_column_blob(q, 0), hash, HASH_BYTES) == 0;
    if (row)
        sqlite3_reset(q);
    return same ? ERR_OK : err_set(ERR_FORK, "order", "%lld", (long long)n);
}

enum err journal_insert_order(struct journal *j, const struct entry *e,
                              const struct journal_row *row, int64_t after_epoch, int64_t after_seq)
{
    sqlite3_stmt *q = store_sql(j->store, "INSERT INTO orders (n, at, heard, kind, subject, head,"
                                          " sealed, hash, after_epoch, after_seq)"
                                          " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)");
    if (q == NULL)
        return err_last();
    store_bind_int(q, 1, e->seq);
    store_bind_int(q, 2, e->at);
    store_bind_int(q, 3, e->heard);
    store_bind_text(q, 4, e->kind);
    store_bind_text(q, 5, e->subject);
    store_bind_text(q, 6, buf_str(&row->head));
    store_bind_blob(q, 7, row->sealed.len > 0 ? row->sealed.data : NULL, row->sealed.len);
    store_bind_blob(q, 8, row->hash, HASH_BYTES);
    store_bind_int(q, 9, after_epoch);
    store_bind_int(q, 10, after_seq);
    return store_run(j->store, q);
}

static enum err take_order(struct journal *j, const struct journal_row *row)
{
    struct entry e;
    struct journal_tip tip;
    json_t *head = NULL;
    enum err rc = journal_parse(row, &e, &head);
    if (rc == ERR_OK && (kind_find(e.kind) == NULL || !kind_find(e.kind)->order))
        rc = err_set(ERR_CORRUPT, "order", "unknown kind; update this program");
    if (rc == ERR_OK) {
        e.heard = clock_now();
        rc = journal_closed(j->store, &j->epoch);
        rc = journal_closed_error(rc) ? ERR_OK : rc; /* what the hub says is taken even so */
    }
    if (rc == ERR_OK)
        rc = read_tip(j->store, j->site, j->epoch, &tip);
    if (rc == ERR_OK)
        rc = journal_insert_order(j, &e, row, j->epoch, tip.seq);
    if (rc == ERR_OK)
        rc = project(j->store, &e);
    json_decref(head);
    return rc;
}

enum err journal_order(struct journal *j, int64_t n, const void *head, size_t head_len,
                       const void *sealed, size_t sealed_len)
{
    struct journal_row row = {.order = true, .seq = n};
    if (sealed_len > 0)
        secret_hash_once(sealed, sealed_len, row.sealed_hash);
    journal_order_hash(n, head, head_len, row.sealed_hash, row.hash);
    int64_t last = journal_last_order(j->store);
    if (n <= last)
        return journal_same_order(j->store, n, row.hash);
    if (n != last + 1)
        return err_set(ERR_STATE, "order", "%lld is missing", (long long)last + 1);
    buf_add(&row.head, head, head_len);
    buf_add(&row.sealed, sealed, sealed_len);
    enum err rc = journal_begin(j);
    if (rc == ERR_OK)
        rc = store_end(j->store, take_order(j, &row));
    journal_row_fini(&row);
    return rc;
}
