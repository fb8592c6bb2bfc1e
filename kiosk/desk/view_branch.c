/* Owns: the look at what was set aside: entries of this machine, or of a copy of it, whose numbers
 * the site's journal gave to others. Invariant: nothing here is in any other list; personal data is
 * shown to a clerk who keeps ledgers. */
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/sql.h"

static void fill_row(sqlite3_stmt *q, struct journal_row *row)
{
    row->epoch = store_int(q, 0);
    row->seq = store_int(q, 1);
    buf_clear(&row->head);
    buf_clear(&row->sealed);
    buf_add(&row->head, sqlite3_column_blob(q, 2), (size_t)sqlite3_column_bytes(q, 2));
    buf_add(&row->sealed, sqlite3_column_blob(q, 3), (size_t)sqlite3_column_bytes(q, 3));
    if (sqlite3_column_bytes(q, 4) == HASH_BYTES)
        memcpy(row->hash, sqlite3_column_blob(q, 4), HASH_BYTES);
}

static enum err make(struct site *s, const struct journal_row *row, json_t **out)
{
    struct entry e;
    json_t *head = NULL, *sealed = NULL;
    bool may = s->j.unlocked && clerk_may(s, "ledger");
    enum err rc = journal_parse(row, &e, &head);
    if (rc == ERR_OK) {
        *out = view_told(row, &e);
        if (may && row->sealed.len > 0 && journal_open(&s->j, row, &sealed) == ERR_OK)
            view_mask(sealed);
        json_object_set_new(*out, "sealed", sealed != NULL ? sealed : json_null());
    }
    json_decref(head);
    return rc;
}

/* The oldest behind that place. */
static enum err next(struct site *s, const struct journal_row *behind, struct journal_row *row,
                     json_t **out)
{
    bool found;
    sqlite3_stmt *q = store_sql(s->j.store, "SELECT epoch, seq, head, sealed, hash, since, taken"
                                            " FROM branch WHERE (epoch, seq, hash) > (?1, ?2, ?3)"
                                            " ORDER BY epoch, seq, hash LIMIT 1");
    *out = NULL;
    if (q == NULL)
        return err_last();
    store_bind_int(q, 1, behind->epoch);
    store_bind_int(q, 2, behind->seq);
    store_bind_blob(q, 3, behind->hash, HASH_BYTES);
    enum err rc = store_step(s->j.store, q, &found);
    if (rc != ERR_OK || !found)
        return rc;
    fill_row(q, row);
    int64_t since = store_int(q, 5);
    json_t *taken = sql_json(q, 6);
    sqlite3_reset(q);
    rc = make(s, row, out);
    if (rc == ERR_OK) {
        js_set_time(*out, "since", since);
        json_object_set(*out, "taken", taken);
    }
    json_decref(taken);
    return rc;
}

enum err branch_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                     void *to)
{
    struct journal_row at = {.epoch = 0};
    json_t *out;
    (void)arg;
    enum err rc = next(s, &at, &at, &out);
    for (int64_t n = 0; rc == ERR_OK && out != NULL && (q->limit <= 0 || n < q->limit); n++) {
        rc = row(to, out);
        json_decref(out);
        out = NULL;
        if (rc == ERR_OK)
            rc = next(s, &at, &at, &out);
    }
    json_decref(out);
    journal_row_fini(&at);
    return rc;
}
