/* Owns: the tally by day of this site. Invariant: it is the sum of what the entries count for, less
 * what was reversed; what came to nothing has no row. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/desk/sql.h"
#include "kiosk/desk/tally.h"

struct keeping {
    struct store *s;
    enum err rc;
};

/* Rounded at each step, so that the sum of decimals does not depend on their order. */
static void keep(void *to, int64_t day, const char *series, const char *key, int64_t n,
                 double amount)
{
    struct keeping *k = to;
    if (k->rc == ERR_OK)
        k->rc = sql_put(k->s,
                        "INSERT INTO tally (day, series, key, n, amount)"
                        " VALUES (?1, ?2, ?3, ?4, round(?5, 6) + 0.0)"
                        " ON CONFLICT (day, series, key) DO UPDATE SET n = n + excluded.n,"
                        " amount = round(amount + excluded.amount, 6) + 0.0",
                        "ittir", day, series, key, n, amount);
    if (k->rc == ERR_OK && n < 0)
        k->rc =
            sql_put(k->s, "DELETE FROM tally WHERE day = ?1 AND series = ?2 AND key = ?3 AND n = 0",
                    "itt", day, series, key);
}

/* --- reversals ---------------------------------------------------------------------------------
 */

/* The row as its entry told it, from the projection: a projection never reads the journal. */
static json_t *told(sqlite3_stmt *q)
{
    json_t *body = json_object();
    js_set_str(body, "ledger", store_text(q, 1));
    json_object_set_new(body, "row", sql_parsed(q, 2, json_object()));
    json_object_set_new(body, "picks", sql_parsed(q, 3, json_array()));
    if (sqlite3_column_type(q, 4) == SQLITE_NULL)
        return body;
    json_t *stock =
        json_pack("{s:o, s:o, s:o, s:b, s:o}", "item", sql_json(q, 4), "unit", sql_json(q, 5),
                  "amount", sql_json(q, 6), "counted", store_int(q, 7) != 0, "way", sql_json(q, 8));
    json_object_set_new(body, "stock", stock);
    return body;
}

/* Of two that void one row the first alone did. */
static enum err take_back(struct store *s, const struct entry *e, struct keeping *k)
{
    bool found = false;
    sqlite3_stmt *q;
    enum err rc = sql_open(s, &q,
                           "SELECT at, ledger, row, picks, item, unit, amount, counted, way"
                           " FROM ledger_row"
                           " WHERE id = ?1 AND void = ?2",
                           "tt", e->subject, e->id);
    if (rc == ERR_OK)
        rc = store_step(s, q, &found);
    if (rc != ERR_OK || !found)
        return rc;
    struct entry row = {.kind = "ledger", .at = store_int(q, 0)};
    json_t *body = told(q);
    sqlite3_reset(q);
    row.body = body;
    tally_undo(&row, keep, k);
    json_decref(body);
    return k->rc;
}

enum err tally_project(struct store *s, const struct entry *e)
{
    struct keeping k = {s, ERR_OK};
    if (strcmp(e->kind, "ledger_void") == 0)
        return take_back(s, e, &k);
    tally_of(e, keep, &k);
    return k.rc;
}

/* --- read --------------------------------------------------------------------------------------
 */

static void add_sum(json_t *out, sqlite3_stmt *q)
{
    const char *series = store_text(q, 0);
    json_t *keys = json_object_get(out, series);
    if (keys == NULL) {
        keys = json_object();
        json_object_set_new(out, series, keys);
    }
    json_object_set_new(
        keys, store_text(q, 1),
        json_pack("[I,f]", (json_int_t)store_int(q, 2), sqlite3_column_double(q, 3)));
}

enum err tally_sums(struct store *s, int64_t from, int64_t to, const char *series, json_t **out)
{
    bool row = false;
    sqlite3_stmt *q;
    *out = json_object();
    enum err rc = sql_open(s, &q,
                           "SELECT series, key, sum(n), round(sum(amount), 6) + 0.0 FROM tally"
                           " WHERE day >= ?1 AND day <= ?2 AND (?3 IS NULL OR series = ?3)"
                           " GROUP BY series, key ORDER BY series, key",
                           "iit", from, to, series);
    while (rc == ERR_OK && (rc = store_step(s, q, &row)) == ERR_OK && row)
        add_sum(*out, q);
    return rc;
}
