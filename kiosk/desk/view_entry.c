/* Owns: the look at one entry, down to its hash. Invariant: the bytes are those of the journal;
 * personal data is shown to a clerk who keeps ledgers, ID numbers masked even so. */
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/sql.h"
#include "kiosk/rules/idno.h"

static void put(json_t *row, const char *key, json_t *value)
{
    json_object_set_new(row, key, value);
}

static void put_hash(json_t *row, const char *key, const unsigned char hash[HASH_BYTES])
{
    char text[2 * HASH_BYTES + 1];
    hex_encode(hash, HASH_BYTES, text);
    js_set_str(row, key, text);
}

void view_mask(json_t *value)
{
    size_t i;
    char shown[32];
    const char *key;
    json_t *one;
    json_array_foreach(value, i, one) view_mask(one);
    json_object_foreach(value, key, one)
    {
        if (strcmp(key, "id_no") == 0 && json_is_string(one))
            json_string_set(one, idno_masked(json_string_value(one), shown));
        view_mask(one);
    }
}

/* The hash before it, and whether this one follows from it. An order has no one before it. */
static enum err check_hash(struct site *s, const struct journal_row *row, json_t *out)
{
    char id[ENTRY_ID];
    struct journal_row last = {.seq = 0};
    unsigned char before[HASH_BYTES], hash[HASH_BYTES];
    enum err rc = ERR_OK;
    put(out, "before", json_null());
    if (row->order) {
        journal_order_hash(row->seq, row->head.data, row->head.len, row->sealed_hash, hash);
        put(out, "follows", json_boolean(memcmp(hash, row->hash, HASH_BYTES) == 0));
        return ERR_OK;
    }
    journal_first_hash(s->j.site, row->epoch, before);
    if (row->seq > 1) {
        rc = journal_read(s->j.store, journal_id(false, row->epoch, row->seq - 1, id), &last);
        memcpy(before, last.hash, HASH_BYTES);
        journal_row_fini(&last);
    }
    journal_hash(before, row->head.data, row->head.len, row->sealed_hash, hash);
    put_hash(out, "before", before);
    put(out, "follows", json_boolean(memcmp(hash, row->hash, HASH_BYTES) == 0));
    return rc;
}

static void put_sealed(struct site *s, const struct journal_row *row, const char *id, json_t *out)
{
    json_t *sealed = NULL;
    bool may = s->j.unlocked && clerk_may(s, "ledger");
    put(out, "has_sealed", json_boolean(row->sealed.len > 0 || row->dropped));
    put(out, "dropped", json_boolean(row->dropped));
    if (may && row->sealed.len > 0 && journal_unseal(&s->j, id, &sealed) == ERR_OK)
        view_mask(sealed);
    put(out, "sealed", sealed != NULL ? sealed : json_null());
}

/* Which entry took it back, and which stands in its place: rows of ledgers alone are reversed. */
static enum err put_reversal(struct site *s, const char *id, json_t *out)
{
    bool found = false;
    sqlite3_stmt *q;
    enum err rc =
        sql_open(s->j.store, &q,
                 "SELECT void, corrected_by, corrects FROM ledger_row WHERE id = ?1", "t", id);
    if (rc == ERR_OK)
        rc = store_step(s->j.store, q, &found);
    put(out, "reversed_by", found ? sql_json(q, 0) : json_null());
    put(out, "corrected_by", found ? sql_json(q, 1) : json_null());
    put(out, "corrects", found ? sql_json(q, 2) : json_null());
    if (found)
        sqlite3_reset(q);
    return rc;
}

json_t *view_told(const struct journal_row *row, const struct entry *e)
{
    json_t *out = json_object();
    js_set_str(out, "id", e->id);
    put(out, "order", json_boolean(row->order));
    js_set_int(out, "epoch", row->epoch);
    js_set_int(out, "seq", row->seq);
    js_set_time(out, "at", e->at);
    js_set_time(out, "heard", e->heard);
    js_set_str(out, "terminal", e->terminal);
    js_set_str(out, "clerk", e->clerk);
    js_set_str(out, "kind", e->kind);
    js_set_int(out, "version", e->version);
    js_set_str(out, "subject", e->subject);
    put(out, "body", json_deep_copy(e->body));
    put_hash(out, "hash", row->hash);
    return out;
}

enum err entry_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                    void *to)
{
    struct entry e;
    struct journal_row stored;
    json_t *head = NULL, *out = NULL;
    (void)q;
    enum err rc = journal_read(s->j.store, arg, &stored);
    if (rc == ERR_OK)
        rc = journal_parse(&stored, &e, &head);
    if (rc == ERR_OK) {
        out = view_told(&stored, &e);
        rc = check_hash(s, &stored, out);
    }
    if (rc == ERR_OK) {
        put_sealed(s, &stored, arg, out);
        rc = put_reversal(s, arg, out);
    }
    if (rc == ERR_OK)
        rc = row(to, out);
    json_decref(out);
    json_decref(head);
    journal_row_fini(&stored);
    return rc;
}
