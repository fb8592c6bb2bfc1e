/* Owns: the balances behind the rows of ledgers that count things.
 * Invariant: a balance is that of the rows that stand before it in time; a table of parts holds
 * what the rows that name them come to, and nothing that came to zero. */
#include "kiosk/desk/balance.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/desk/sql.h"

#define THING "ledger = ?1 AND item = ?2 AND unit = ?3"

/* Sums of decimals do not depend on their order; minus zero is zero. */
static double rounded(double v)
{
    return rint(v * 1e6) / 1e6 + 0.0;
}

/* --- what a row does ---------------------------------------------------------------------------
 */

static const char *const ways[] = {"in", "out", "count", "discard"};

/* The definition's own word for each way, as ours; an unknown one adds. */
static const char *way_of(const json_t *balance, const json_t *row)
{
    const char *said = js_str(row, js_str(balance, "direction"));
    for (size_t i = 0; said != NULL && i < sizeof ways / sizeof *ways; i++) {
        const char *word = js_str(balance, ways[i]);
        if (word != NULL && strcmp(word, said) == 0)
            return ways[i];
    }
    return ways[0];
}

/* What the stock is counted by: the unit is one part, the other fields together the thing. */
static void name_thing(const json_t *balance, const json_t *row, struct buf *item,
                       const char **unit)
{
    size_t i;
    json_t *field;
    *unit = "";
    json_array_foreach(json_object_get(balance, "by"), i, field)
    {
        const char *id = json_string_value(field), *value = js_str(row, id);
        if (value == NULL)
            continue;
        if (strcmp(id, "unit") == 0)
            *unit = value;
        else
            buf_printf(item, "%s%s", item->len > 0 ? "/" : "", value);
    }
}

static const char *const parts[] = {"spec", "place", "batch", "expiry"};

json_t *balance_effect(const struct form *f, const json_t *row)
{
    const char *unit;
    struct buf item = BUF_INIT;
    const json_t *balance = js_get(f->json, "balance");
    if (balance == NULL)
        return NULL;
    const char *way = way_of(balance, row);
    double n = json_number_value(js_get(row, js_str(balance, "quantity")));
    bool less = strcmp(way, "out") == 0 || strcmp(way, "discard") == 0;
    name_thing(balance, row, &item, &unit);
    json_t *out =
        json_pack("{s:s, s:s, s:s, s:f, s:b}", "item", buf_str(&item), "unit", unit, "way", way,
                  "amount", less ? -n : n, "counted", strcmp(way, "count") == 0);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const char *field = js_str(balance, parts[i]), *value = field ? js_str(row, field) : NULL;
        if (value != NULL)
            js_set_str(out, parts[i], value);
    }
    buf_fini(&item);
    return out;
}

/* --- rows in the order of time -----------------------------------------------------------------
 */

struct thing {
    char ledger[48], item[200], unit[60];
    int64_t at, epoch, seq; /* the row that changed */
};

/* One row as it is walked over; the texts belong to the statement. */
struct walked {
    const char *id, *spec, *place, *batch, *expiry; /* parts: NULL: not named */
    int64_t at, epoch, seq;
    double amount, moved, balance;
    bool counted, stands, settled; /* settled: it had a balance before */
};

static const char *text_or_null(sqlite3_stmt *q, int i)
{
    return sqlite3_column_type(q, i) == SQLITE_NULL ? NULL : store_text(q, i);
}

static struct walked read_walked(sqlite3_stmt *q)
{
    return (struct walked){.id = store_text(q, 0),
                           .spec = text_or_null(q, 1),
                           .place = text_or_null(q, 2),
                           .batch = text_or_null(q, 3),
                           .expiry = text_or_null(q, 4),
                           .at = store_int(q, 5),
                           .epoch = store_int(q, 6),
                           .seq = store_int(q, 7),
                           .amount = sqlite3_column_double(q, 8),
                           .moved = sqlite3_column_double(q, 9),
                           .balance = sqlite3_column_double(q, 10),
                           .counted = store_int(q, 11) != 0,
                           .stands = sqlite3_column_type(q, 12) == SQLITE_NULL,
                           .settled = sqlite3_column_type(q, 10) != SQLITE_NULL};
}

static bool names_parts(const struct walked *r)
{
    return r->spec != NULL || r->place != NULL || r->batch != NULL || r->expiry != NULL;
}

static enum err balance_before(struct store *s, const struct thing *t, double *balance)
{
    bool row;
    sqlite3_stmt *q;
    enum err rc = sql_open(s, &q,
                           "SELECT balance FROM ledger_row WHERE " THING
                           " AND (at, epoch, seq) < (?4, ?5, ?6) AND void IS NULL"
                           " ORDER BY at DESC, epoch DESC, seq DESC LIMIT 1",
                           "tttiii", t->ledger, t->item, t->unit, t->at, t->epoch, t->seq);
    if (rc == ERR_OK)
        rc = store_step(s, q, &row);
    if (rc != ERR_OK)
        return rc;
    *balance = row ? sqlite3_column_double(q, 0) : 0;
    if (row)
        sqlite3_reset(q);
    return ERR_OK;
}

/* What the earlier rows that name the same parts as a count come to. A batch is of one sort and has
 * one date: who names it need not say them. */
static enum err parts_before(struct store *s, const struct thing *t, const struct walked *r,
                             double *sum)
{
    bool row = false;
    sqlite3_stmt *q;
    enum err rc = sql_open(s, &q,
                           "SELECT coalesce(sum(moved), 0) FROM ledger_row WHERE " THING
                           " AND (at, epoch, seq) < (?4, ?5, ?6) AND void IS NULL"
                           " AND (?8 IS NULL OR place = ?8) AND CASE WHEN ?9 IS NOT NULL"
                           " THEN batch = ?9 ELSE (?7 IS NULL OR spec = ?7)"
                           " AND (?10 IS NULL OR expiry = ?10) END",
                           "tttiiitttt", t->ledger, t->item, t->unit, r->at, r->epoch, r->seq,
                           r->spec, r->place, r->batch, r->expiry);
    if (rc == ERR_OK)
        rc = store_step(s, q, &row);
    *sum = row ? rounded(sqlite3_column_double(q, 0)) : 0;
    if (row)
        sqlite3_reset(q);
    return rc;
}

static enum err add_to_part(struct store *s, const struct thing *t, const struct walked *r,
                            double by)
{
    if (by == 0)
        return ERR_OK;
    enum err rc = sql_put(
        s,
        "INSERT INTO stock_part (ledger, item, unit, spec, place, batch, expiry, balance)"
        " VALUES (?1, ?2, ?3, coalesce(?4, ''), coalesce(?5, ''), coalesce(?6, ''),"
        " coalesce(?7, ''), ?8) ON CONFLICT DO UPDATE"
        " SET balance = round(balance + excluded.balance, 6) + 0.0",
        "tttttttr", t->ledger, t->item, t->unit, r->spec, r->place, r->batch, r->expiry, by);
    return rc == ERR_OK ? sql_put(s, "DELETE FROM stock_part WHERE " THING " AND balance = 0",
                                  "ttt", t->ledger, t->item, t->unit)
                        : rc;
}

/* The balance behind this row, and what it moves. */
static enum err settle_one(struct store *s, const struct thing *t, const struct walked *r,
                           double *balance)
{
    double before = *balance, moved = r->amount;
    enum err rc = ERR_OK;
    if (r->stands && r->counted) {
        if (names_parts(r))
            rc = parts_before(s, t, r, &before);
        moved = rounded(r->amount - before);
    }
    if (!r->stands)
        moved = 0;
    if (rc == ERR_OK)
        rc = add_to_part(s, t, r, rounded(moved - r->moved));
    *balance = rounded(*balance + moved);
    if (rc != ERR_OK)
        return rc;
    return r->stands ? sql_put(s, "UPDATE ledger_row SET balance = ?1, moved = ?2 WHERE id = ?3",
                               "rrt", *balance, moved, r->id)
                     : sql_put(s, "UPDATE ledger_row SET balance = NULL, moved = 0 WHERE id = ?1",
                               "t", r->id);
}

static enum err parts_counted_behind(struct store *s, const struct thing *t, const struct walked *r,
                                     bool *found)
{
    return sql_text(s, found, NULL, 0,
                    "SELECT 1 FROM ledger_row WHERE " THING " AND (at, epoch, seq) > (?4, ?5, ?6)"
                    " AND counted = 1 AND void IS NULL AND coalesce(spec, place, batch, expiry)"
                    " IS NOT NULL LIMIT 1",
                    "tttiii", t->ledger, t->item, t->unit, r->at, r->epoch, r->seq);
}

/* From this row on; nearly always it is the last one. Behind a row whose balance did not change (a
 * count, say) nothing does, but for what a count of a part finds: *through tells whether the end
 * was reached. */
static enum err settle_rows(struct store *s, const struct thing *t, double *balance, bool *through)
{
    bool row, same = false, further = false, asked = false;
    sqlite3_stmt *q;
    enum err rc = sql_open(s, &q,
                           "SELECT id, spec, place, batch, expiry, at, epoch, seq, amount, moved,"
                           " balance, counted, void FROM ledger_row WHERE " THING
                           " AND (at, epoch, seq) >= (?4, ?5, ?6) ORDER BY at, epoch, seq",
                           "tttiii", t->ledger, t->item, t->unit, t->at, t->epoch, t->seq);
    while (rc == ERR_OK && (!same || further) && (rc = store_step(s, q, &row)) == ERR_OK && row) {
        struct walked r = read_walked(q);
        bool later = r.epoch != t->epoch || r.seq != t->seq;
        rc = settle_one(s, t, &r, balance);
        same = r.stands && r.settled && later && r.balance == *balance;
        if (rc == ERR_OK && same && !asked) {
            rc = parts_counted_behind(s, t, &r, &further);
            asked = true;
        }
        if (rc != ERR_OK || (same && !further))
            sqlite3_reset(q);
    }
    *through = !same || further;
    return rc;
}

static enum err settle(struct store *s, const struct thing *t)
{
    bool through;
    double balance;
    enum err rc = balance_before(s, t, &balance);
    if (rc == ERR_OK)
        rc = settle_rows(s, t, &balance, &through);
    if (rc == ERR_OK && through)
        rc = sql_put(s,
                     "INSERT INTO stock (ledger, item, unit, balance) VALUES (?1,?2,?3,?4)"
                     " ON CONFLICT (ledger, item, unit) DO UPDATE SET balance = excluded.balance",
                     "tttr", t->ledger, t->item, t->unit, balance);
    return rc;
}

static enum err find_thing(struct store *s, const char *row, struct thing *t, bool *found)
{
    sqlite3_stmt *q;
    enum err rc = sql_open(s, &q,
                           "SELECT ledger, item, unit, at, epoch, seq FROM ledger_row"
                           " WHERE id = ?1 AND item IS NOT NULL",
                           "t", row);
    if (rc == ERR_OK)
        rc = store_step(s, q, found);
    if (rc != ERR_OK || !*found)
        return rc;
    snprintf(t->ledger, sizeof t->ledger, "%s", store_text(q, 0));
    snprintf(t->item, sizeof t->item, "%s", store_text(q, 1));
    snprintf(t->unit, sizeof t->unit, "%s", store_text(q, 2));
    t->at = store_int(q, 3);
    t->epoch = store_int(q, 4);
    t->seq = store_int(q, 5);
    sqlite3_reset(q);
    return ERR_OK;
}

enum err balance_settle(struct store *s, const char *row)
{
    bool counts;
    struct thing t;
    enum err rc = find_thing(s, row, &t, &counts);
    return rc == ERR_OK && counts ? settle(s, &t) : rc;
}
