/* Owns: reading entries back. Invariant: nothing here writes; no statement stays open on return. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/store/journal_private.h"

void journal_row_fini(struct journal_row *row)
{
    buf_fini(&row->head);
    buf_fini(&row->sealed);
}

static void copy_hash(unsigned char out[HASH_BYTES], sqlite3_stmt *q, int column)
{
    memset(out, 0, HASH_BYTES);
    if (sqlite3_column_bytes(q, column) == HASH_BYTES)
        memcpy(out, sqlite3_column_blob(q, column), HASH_BYTES);
}

void journal_fill(struct journal_row *row, sqlite3_stmt *q, bool order)
{
    row->order = order;
    row->epoch = store_int(q, 0);
    row->seq = store_int(q, 1);
    buf_clear(&row->head);
    buf_clear(&row->sealed);
    buf_add(&row->head, store_text(q, 2), (size_t)sqlite3_column_bytes(q, 2));
    if (sqlite3_column_type(q, 3) == SQLITE_BLOB)
        buf_add(&row->sealed, sqlite3_column_blob(q, 3), (size_t)sqlite3_column_bytes(q, 3));
    row->dropped = row->sealed.len == 0 && sqlite3_column_type(q, 4) == SQLITE_BLOB;
    copy_hash(row->sealed_hash, q, 4);
    copy_hash(row->hash, q, 5);
}

static bool split_id(const char *id, bool *order, int64_t *epoch, int64_t *seq)
{
    char *end;
    *order = id[0] == 'o';
    *epoch = *order ? 0 : strtoll(id, &end, 10);
    const char *dot = strchr(id, '.');
    if (dot == NULL || (*order && dot != id + 1) || (!*order && (end != dot || dot == id)))
        return false;
    *seq = strtoll(dot + 1, &end, 10);
    return end != dot + 1 && *end == 0;
}

enum err journal_read(struct store *s, const char *id, struct journal_row *row)
{
    bool order, found;
    int64_t epoch, seq;
    *row = (struct journal_row){.epoch = 0};
    if (!split_id(id, &order, &epoch, &seq))
        return err_set(ERR_NOT_FOUND, "id", NULL);
    sqlite3_stmt *q =
        order ? store_sql(s, "SELECT 0, n, head, sealed, NULL, hash FROM orders WHERE n = ?2")
              : store_sql(s, "SELECT epoch, seq, head, sealed, sealed_hash, hash FROM entry"
                             " WHERE epoch = ?1 AND seq = ?2");
    if (q == NULL)
        return err_last();
    if (!order)
        store_bind_int(q, 1, epoch);
    store_bind_int(q, 2, seq);
    enum err rc = store_step(s, q, &found);
    if (rc != ERR_OK || !found)
        return rc != ERR_OK ? rc : err_set(ERR_NOT_FOUND, "id", NULL);
    journal_fill(row, q, order);
    sqlite3_reset(q);
    return ERR_OK;
}

#define EACH_BATCH 200 /* rows read before any is visited: no read stays open across a visit */

static enum err read_batch(struct store *s, int64_t epoch, int64_t after, int64_t limit,
                           struct journal_row *rows, int *n)
{
    bool row;
    enum err rc;
    sqlite3_stmt *q = store_sql(s, "SELECT epoch, seq, head, sealed, sealed_hash, hash FROM entry"
                                   " WHERE epoch = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3");
    *n = 0;
    if (q == NULL)
        return err_last();
    store_bind_int(q, 1, epoch);
    store_bind_int(q, 2, after);
    store_bind_int(q, 3, limit < EACH_BATCH ? limit : EACH_BATCH);
    while ((rc = store_step(s, q, &row)) == ERR_OK && row)
        journal_fill(&rows[(*n)++], q, false);
    return rc;
}

enum err journal_each(struct store *s, int64_t epoch, int64_t after, int64_t limit,
                      enum err (*visit)(void *arg, const struct journal_row *row), void *arg)
{
    struct journal_row *rows = calloc(EACH_BATCH, sizeof *rows);
    enum err rc = ERR_OK;
    int n = rows != NULL ? EACH_BATCH : 0;
    while (rc == ERR_OK && n == EACH_BATCH && limit > 0) {
        rc = read_batch(s, epoch, after, limit, rows, &n);
        for (int i = 0; rc == ERR_OK && i < n; i++) {
            after = rows[i].seq;
            rc = visit(arg, &rows[i]);
        }
        limit -= n;
    }
    for (int i = 0; rows != NULL && i < EACH_BATCH; i++)
        journal_row_fini(&rows[i]);
    free(rows);
    return rc;
}

enum err journal_heads_back(struct store *s, int64_t epoch, int64_t upto,
                            bool (*visit)(void *arg, const void *head, size_t len), void *arg)
{
    bool row = true, more = true;
    int64_t newest = 0;
    enum err rc = ERR_OK;
    sqlite3_stmt *q = store_sql(s, "SELECT seq, head FROM entry WHERE epoch = ?1 AND seq <= ?2"
                                   " ORDER BY seq DESC");
    if (q == NULL)
        return err_last();
    store_bind_int(q, 1, epoch);
    store_bind_int(q, 2, upto);
    while (more && (rc = store_step(s, q, &row)) == ERR_OK && row) {
        newest = newest != 0 ? newest : store_int(q, 0);
        more = visit(arg, store_text(q, 1), (size_t)sqlite3_column_bytes(q, 1));
    }
    if (!more)
        sqlite3_reset(q);
    if (rc != ERR_OK)
        return rc;
    return newest == upto ? ERR_OK : err_set(ERR_NOT_FOUND, "seq", NULL);
}

enum err journal_parse(const struct journal_row *row, struct entry *e, json_t **head)
{
    enum err rc = js_parse(buf_str(&row->head), row->head.len, NULL, head);
    if (rc != ERR_OK)
        return err_set(ERR_CORRUPT, "entry", "%lld is not JSON", (long long)row->seq);
    *e = (struct entry){.order = row->order, .epoch = row->epoch, .seq = js_int(*head, "n", 0)};
    journal_id(row->order, e->epoch, row->seq, e->id);
    e->heard = js_int(*head, "heard", js_int(*head, "at", 0));
    e->at = js_int(*head, "at", e->heard);
    e->terminal = js_str(*head, "term");
    e->clerk = js_str(*head, "by");
    e->kind = js_str(*head, "k");
    e->version = (int)js_int(*head, "v", 0);
    e->subject = js_str(*head, "sub");
    e->body = json_object_get(*head, "body");
    e->terminal = e->terminal != NULL ? e->terminal : "";
    e->subject = e->subject != NULL ? e->subject : e->id;
    if (e->seq == row->seq && e->kind != NULL && e->clerk != NULL && json_is_object(e->body))
        return ERR_OK;
    json_decref(*head);
    *head = NULL;
    return err_set(ERR_CORRUPT, "entry", "%lld is not an entry", (long long)row->seq);
}

enum err journal_open(struct journal *j, const struct journal_row *row, json_t **out)
{
    char place[96];
    struct entry e;
    json_t *head = NULL;
    struct buf plain = BUF_INIT;
    if (row->sealed.len == 0)
        return err_set(ERR_NOT_FOUND, "sealed", NULL);
    enum err rc = journal_parse(row, &e, &head);
    if (rc != ERR_OK)
        return rc;
    journal_place(j->site, row->order, row->epoch, row->seq, e.kind, place);
    rc = secret_open(j->data_key, place, row->sealed.data, row->sealed.len, &plain);
    if (rc == ERR_OK)
        rc = js_parse(buf_str(&plain), plain.len, NULL, out);
    buf_wipe(&plain);
    json_decref(head);
    return rc;
}

enum err journal_unseal(struct journal *j, const char *id, json_t **out)
{
    struct journal_row row;
    *out = NULL;
    if (!j->unlocked)
        return err_set(ERR_SIGN_IN, NULL, NULL);
    enum err rc = journal_read(j->store, id, &row);
    if (rc == ERR_OK)
        rc = journal_open(j, &row, out);
    journal_row_fini(&row);
    return rc;
}
