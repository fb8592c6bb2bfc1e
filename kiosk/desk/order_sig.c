/* Owns: table order_sig. Invariant: what is given out stands as it came. */
#include "kiosk/desk/order_sig.h"

#include <string.h>

enum err order_sig_keep(struct store *s, int64_t n, const void *sig, size_t len)
{
    sqlite3_stmt *q =
        store_sql(s, "INSERT INTO order_sig (n, sig) VALUES (?1, ?2) ON CONFLICT DO NOTHING");
    if (q == NULL)
        return err_last();
    store_bind_int(q, 1, n);
    store_bind_blob(q, 2, sig, len);
    return store_run(s, q);
}

static void read_row(sqlite3_stmt *q, struct order_signed *o)
{
    *o = (struct order_signed){.n = store_int(q, 0),
                               .head = store_text(q, 1),
                               .sealed = sqlite3_column_blob(q, 2),
                               .sealed_len = (size_t)sqlite3_column_bytes(q, 2),
                               .after_epoch = store_int(q, 4),
                               .after_seq = store_int(q, 5)};
    if (sqlite3_column_bytes(q, 3) == SIGN_BYTES)
        memcpy(o->sig, sqlite3_column_blob(q, 3), SIGN_BYTES);
}

enum err order_sig_each(struct store *s, int64_t from,
                        bool (*take)(void *arg, const struct order_signed *order), void *arg)
{
    bool row = false;
    struct order_signed one;
    sqlite3_stmt *q = store_sql(s, "SELECT n, head, sealed, sig, after_epoch, after_seq FROM orders"
                                   " JOIN order_sig USING (n) WHERE n >= ?1 ORDER BY n");
    if (q == NULL)
        return err_last();
    store_bind_int(q, 1, from);
    enum err rc = store_step(s, q, &row);
    while (rc == ERR_OK && row) {
        read_row(q, &one);
        if (!take(arg, &one)) {
            sqlite3_reset(q);
            break;
        }
        rc = store_step(s, q, &row);
    }
    return rc;
}
