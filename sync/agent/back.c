/* Owns: orders on their way back. Invariant: what is handed back is what the hub signed. */
#include "sync/agent/back.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "sync/wire/api.h"
#include "sync/wire/pack.h"

/* The mark of order n; false: it is not here, or without its signature. */
static bool mark_of(struct store *s, int64_t n, char mark[WIRE_ORDER_MARK])
{
    bool row = false;
    sqlite3_stmt *q = store_sql(s, "SELECT head, sealed FROM orders JOIN order_sig USING (n)"
                                   " WHERE n = ?1");
    if (q == NULL)
        return false;
    store_bind_int(q, 1, n);
    if (store_step(s, q, &row) != ERR_OK || !row)
        return false;
    const char *head = store_text(q, 0);
    wire_order_mark(n, head, strlen(head), sqlite3_column_blob(q, 1),
                    (size_t)sqlite3_column_bytes(q, 1), mark);
    sqlite3_reset(q);
    return true;
}

const char *back_since(struct store *s, char out[BACK_SINCE])
{
    char mark[WIRE_ORDER_MARK];
    int64_t last = journal_last_order(s);
    bool whole = mark_of(s, last, mark);
    snprintf(out, BACK_SINCE, "%lld%s%s", (long long)last, whole ? "." : "", whole ? mark : "");
    return out;
}

enum err back_keep(struct store *s, int64_t n, const json_t *order)
{
    struct buf sig = BUF_INIT;
    const char *text = js_str(order, "sig");
    enum err rc = text != NULL ? secret_b64_decode(text, &sig) : ERR_JSON;
    sqlite3_stmt *q = rc == ERR_OK ? store_sql(s, "INSERT INTO order_sig (n, sig) VALUES (?1, ?2)"
                                                  " ON CONFLICT DO NOTHING")
                                   : NULL;
    if (q != NULL) {
        store_bind_int(q, 1, n);
        store_bind_blob(q, 2, sig.data, sig.len);
        rc = store_run(s, q);
    } else if (rc == ERR_OK)
        rc = err_last();
    buf_fini(&sig);
    return rc;
}

/* The last order that both have: 0 is always one. */
static int64_t common(struct store *s, const json_t *past)
{
    size_t i;
    json_t *one;
    json_array_foreach(past, i, one)
    {
        char mark[WIRE_ORDER_MARK];
        int64_t n = json_integer_value(json_array_get(one, 0));
        const char *theirs = json_string_value(json_array_get(one, 1));
        if (theirs != NULL && mark_of(s, n, mark) && strcmp(mark, theirs) == 0)
            return n;
    }
    return 0;
}

static json_t *wire_order(sqlite3_stmt *q, size_t *bytes)
{
    unsigned char sig[SIGN_BYTES] = {0};
    const char *head = store_text(q, 1);
    size_t head_len = strlen(head), sealed_len = (size_t)sqlite3_column_bytes(q, 2);
    if (sqlite3_column_bytes(q, 3) == SIGN_BYTES)
        memcpy(sig, sqlite3_column_blob(q, 3), SIGN_BYTES);
    json_t *one = wire_order_write(store_int(q, 0), head, head_len, sqlite3_column_blob(q, 2),
                                   sealed_len, sig);
    json_object_set_new(
        one, "after", json_pack("[I,I]", (json_int_t)store_int(q, 4), (json_int_t)store_int(q, 5)));
    *bytes += head_len + sealed_len;
    return one;
}

/* Some of them, the oldest first; *n is the last one's number. */
static enum err collect(struct store *s, int64_t *n, json_t *list)
{
    bool more;
    size_t bytes = 0;
    sqlite3_stmt *q = store_sql(s, "SELECT n, head, sealed, sig, after_epoch, after_seq FROM orders"
                                   " JOIN order_sig USING (n) WHERE n > ?1 ORDER BY n");
    if (q == NULL)
        return err_last();
    store_bind_int(q, 1, *n);
    enum err rc = store_step(s, q, &more);
    while (rc == ERR_OK && more && bytes < WIRE_BACK_BYTES) {
        json_array_append_new(list, wire_order(q, &bytes));
        *n = store_int(q, 0);
        rc = store_step(s, q, &more);
    }
    if (more)
        sqlite3_reset(q);
    return rc;
}

static enum err send(struct talk *t, const json_t *list)
{
    struct wire_request asked;
    struct buf body = BUF_INIT;
    json_t *answer = NULL;
    char *text = js_dump(list);
    char *path = mem_printf(WIRE_PATH_SITES "%s" WIRE_PATH_BACK "?epoch=%lld", t->site->j.site,
                            (long long)t->link.epoch);
    wire_request_init(&asked, t->site->j.site, "back");
    asked.epoch = t->link.epoch;
    asked.from = journal_last_order(t->site->j.store);
    wire_squeeze(text, strlen(text), &body);
    enum err rc = talk_ask(t, path, &asked, way_give, &body, &answer);
    json_decref(answer);
    buf_fini(&body);
    free(path);
    free(text);
    return rc;
}

enum err back_hand(struct talk *t, const json_t *answer)
{
    struct store *s = t->site->j.store;
    const json_t *past = json_object_get(answer, "past");
    if (!json_is_array(past))
        return ERR_OK;
    enum err rc = ERR_OK;
    for (int64_t n = common(s, past), before = -1; rc == ERR_OK && n > before;) {
        json_t *list = json_array();
        before = n;
        rc = collect(s, &n, list);
        if (rc == ERR_OK && n > before)
            rc = send(t, list);
        t->handed |= rc == ERR_OK && n > before;
        json_decref(list);
    }
    return rc;
}
