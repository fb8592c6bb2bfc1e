/* Owns: the look at a stock by its lots. Invariant: what is left of the lots together is never more
 * than the thing's balance where that is more than nothing; nothing here is written. */
#include "kiosk/desk/stock_lot.h"

#include <math.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/sql.h"

#define EXPIRY_DAYS 30

static void put(json_t *row, const char *key, json_t *value)
{
    json_object_set_new(row, key, value);
}

int64_t stock_expiry_days(struct site *s, const char *ledger)
{
    struct form *f;
    struct policy *p;
    int64_t own = EXPIRY_DAYS;
    if (site_form(s, ledger, &f) == ERR_OK)
        own = js_int(js_get(f->json, "balance"), "expiry_days", own);
    if (site_policy(s, &p) == ERR_OK)
        own = js_int(js_get(policy_json(p), "supplies"), "expiry_days", own);
    return own;
}

/* --- what is left ------------------------------------------------------------------------------
 */

static double left_of(const json_t *lot)
{
    return json_number_value(json_object_get(lot, "left"));
}

static void set_left(json_t *lot, double left)
{
    put(lot, "left", json_real(rint(left * 1e6) / 1e6 + 0.0));
}

/* True when the lot has all that the other one names. */
static bool answers(const json_t *lot, const json_t *named)
{
    static const char *const keys[] = {"spec", "place", "batch", "expiry"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *want = js_str(named, keys[i]), *has = js_str(lot, keys[i]);
        if (want != NULL && (has == NULL || strcmp(want, has) != 0))
            return false;
    }
    return true;
}

/* What went out under a name that has too little is taken from what expires first: of the lots that
 * have what it names, then of any. */
static void take_from(json_t *lots, json_t *short_of, bool any)
{
    size_t i;
    json_t *lot;
    double missing = -left_of(short_of);
    json_array_foreach(lots, i, lot)
    {
        double has = left_of(lot), take = has < missing ? has : missing;
        if (has <= 0 || missing <= 0 || !(any || answers(lot, short_of)))
            continue;
        set_left(lot, has - take);
        missing -= take;
    }
    set_left(short_of, -missing);
}

static void settle_lots(json_t *lots)
{
    size_t i;
    json_t *lot;
    for (int any = 0; any < 2; any++)
        json_array_foreach(lots, i, lot)
        {
            if (left_of(lot) < 0)
                take_from(lots, lot, any == 1);
        }
    for (i = json_array_size(lots); i-- > 0;)
        if (left_of(json_array_get(lots, i)) <= 0)
            json_array_remove(lots, i);
}

/* --- read --------------------------------------------------------------------------------------
 */

static json_t *text_or_null(sqlite3_stmt *q, int i)
{
    const char *text = store_text(q, i);
    return *text != 0 ? json_string(text) : json_null();
}

static json_t *read_lot(sqlite3_stmt *q, int64_t days)
{
    int64_t ends;
    json_t *lot = json_object();
    put(lot, "spec", text_or_null(q, 0));
    put(lot, "place", text_or_null(q, 1));
    put(lot, "batch", text_or_null(q, 2));
    put(lot, "expiry", text_or_null(q, 3));
    put(lot, "balance", sql_json(q, 4));
    set_left(lot, sqlite3_column_double(q, 4));
    bool dated = clock_parse_date(store_text(q, 3), &ends);
    int64_t left = dated ? (ends - clock_day(clock_now())) / CLOCK_DAY_MS : 0;
    put(lot, "days", dated ? json_integer(left) : json_null());
    js_set_str(lot, "state", !dated || left > days ? "ok" : left < 0 ? "expired" : "expiring");
    return lot;
}

enum err stock_lots(struct site *s, const char *ledger, const char *item, const char *unit,
                    int64_t days, json_t **out)
{
    bool more = false;
    sqlite3_stmt *q;
    *out = json_array();
    enum err rc = sql_open(s->j.store, &q,
                           "SELECT spec, place, batch, expiry, balance FROM stock_part"
                           " WHERE ledger = ?1 AND item = ?2 AND unit = ?3"
                           " ORDER BY expiry = '', expiry, batch = '', batch, place, spec",
                           "ttt", ledger, item, unit);
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &more)) == ERR_OK && more)
        json_array_append_new(*out, read_lot(q, days));
    settle_lots(*out);
    return rc;
}

/* --- the view ----------------------------------------------------------------------------------
 */

static enum err read_things(struct site *s, const char *ledger, json_t *things)
{
    bool more = false;
    sqlite3_stmt *q;
    enum err rc = sql_open(s->j.store, &q,
                           "SELECT DISTINCT ledger, item, unit FROM stock_part"
                           " WHERE ?1 = '' OR ledger = ?1 ORDER BY ledger, item, unit",
                           "t", ledger);
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &more)) == ERR_OK && more)
        json_array_append_new(things, json_pack("{s:o,s:o,s:o}", "ledger", sql_json(q, 0), "item",
                                                sql_json(q, 1), "unit", sql_json(q, 2)));
    return rc;
}

/* "expiring" takes in what is over: both are to be looked at. */
static bool wanted(const json_t *lot, const struct view_query *q)
{
    const char *state = js_str(lot, "state");
    bool is = q->state == NULL || strcmp(state, q->state) == 0 ||
              (strcmp(q->state, "expiring") == 0 && strcmp(state, "expired") == 0);
    return is &&
           (q->like == NULL || match_text(js_str(lot, "item"), q->like) ||
            match_text(js_str(lot, "item_name"), q->like) ||
            match_text(js_str(lot, "batch"), q->like) || match_text(js_str(lot, "place"), q->like));
}

static enum err hand_out(json_t *thing, json_t *lots, const struct view_query *q, row_fn *row,
                         void *to)
{
    size_t i;
    json_t *lot;
    enum err rc = ERR_OK;
    json_array_foreach(lots, i, lot)
    {
        json_object_update_missing(lot, thing);
        if (rc == ERR_OK && wanted(lot, q))
            rc = row(to, lot);
    }
    return rc;
}

enum err lots_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                   void *to)
{
    size_t i;
    json_t *thing, *things = json_array();
    enum err rc = read_things(s, arg, things);
    json_array_foreach(things, i, thing)
    {
        json_t *lots = NULL;
        const char *ledger = js_str(thing, "ledger");
        if (rc == ERR_OK)
            rc = stock_lots(s, ledger, js_str(thing, "item"), js_str(thing, "unit"),
                            stock_expiry_days(s, ledger), &lots);
        stock_name(s, thing);
        if (rc == ERR_OK)
            rc = hand_out(thing, lots, q, row, to);
        json_decref(lots);
    }
    json_decref(things);
    return rc;
}
