/* Owns: what is in stock, and what runs out (notice: R25). Invariant: what the pack requires is
 * shown whether there ever was any of it or not; the rate is counted from rows that stand. */
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/sql.h"
#include "kiosk/desk/stock_lot.h"

#define RATE_DAYS 14

static void put(json_t *row, const char *key, json_t *value)
{
    json_object_set_new(row, key, value);
}

void stock_name(struct site *s, json_t *one)
{
    size_t i;
    json_t *by;
    struct form *f;
    if (site_form(s, js_str(one, "ledger"), &f) != ERR_OK)
        return;
    json_array_foreach(js_get(js_get(f->json, "balance"), "by"), i, by)
    {
        bool unit = strcmp(json_string_value(by), "unit") == 0;
        const struct field *fd = form_field(f, json_string_value(by));
        const json_t *value = js_get(one, unit ? "unit" : "item");
        for (size_t k = 0; fd != NULL && k < fd->n_choices; k++)
            if (value != NULL && strcmp(fd->choices[k].id, json_string_value(value)) == 0)
                js_set_str(one, unit ? "unit_name" : "item_name", fd->choices[k].label);
    }
}

static enum err read_stock(struct site *s, const char *ledger, json_t *rows)
{
    bool more = false;
    sqlite3_stmt *q;
    enum err rc = sql_open(s->j.store, &q,
                           "SELECT ledger, item, unit, balance FROM stock"
                           " WHERE ?1 = '' OR ledger = ?1 ORDER BY ledger, item, unit",
                           "t", ledger);
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &more)) == ERR_OK && more) {
        json_t *one = json_object();
        put(one, "ledger", sql_json(q, 0));
        put(one, "item", sql_json(q, 1));
        put(one, "unit", sql_json(q, 2));
        put(one, "balance", sql_json(q, 3));
        json_array_append_new(rows, one);
    }
    return rc;
}

/* --- what the pack requires --------------------------------------------------------------------
 */

static enum err used(struct site *s, const json_t *one, double *amount)
{
    bool more = false;
    sqlite3_stmt *q;
    int64_t now = clock_now();
    *amount = 0;
    enum err rc = sql_open(s->j.store, &q,
                           "SELECT coalesce(sum(-amount), 0) FROM ledger_row WHERE ledger = ?1"
                           " AND item = ?2 AND unit = ?3 AND at >= ?4 AND at <= ?5 AND amount < 0"
                           " AND counted = 0 AND void IS NULL AND way IS NOT 'discard'",
                           "tttii", js_str(one, "ledger"), js_str(one, "item"), js_str(one, "unit"),
                           now - RATE_DAYS * CLOCK_DAY_MS, now);
    if (rc == ERR_OK)
        rc = store_step(s->j.store, q, &more);
    if (rc != ERR_OK || !more)
        return rc;
    *amount = sqlite3_column_double(q, 0);
    sqlite3_reset(q);
    return ERR_OK;
}

/* So many of it are the least that should be there: the pack's word, else the definition's. */
static double least_of(struct site *s, const json_t *one, const json_t *category)
{
    struct form *f;
    const json_t *least = js_get(category, "min");
    if (least == NULL && site_form(s, js_str(one, "ledger"), &f) == ERR_OK)
        least = js_get(js_get(js_get(f->json, "balance"), "minimum"), js_str(one, "item"));
    return json_number_value(least);
}

/* What is there lasts so many days; nothing there is low whatever went out. `category`: the pack's
 * row for it; NULL: the pack does not ask for it. */
static enum err measure(struct site *s, json_t *one, const json_t *category)
{
    double out, balance = json_number_value(js_get(one, "balance"));
    double least = least_of(s, one, category);
    enum err rc = used(s, one, &out);
    double days = out > 0 ? balance * RATE_DAYS / out : -1;
    double min_days = (double)js_int(category, "min_days", 0);
    bool ends = category != NULL && (balance <= 0 || (out > 0 && days < min_days));
    if (category != NULL)
        put(one, "missing", json_false());
    if (category != NULL)
        js_set_int(one, "min", js_int(category, "min_days", 0));
    put(one, "least", least > 0 ? json_real(least) : json_null());
    put(one, "days_left", out > 0 ? json_integer((json_int_t)days) : json_null());
    put(one, "low", json_boolean(ends || balance < least));
    return rc;
}

static void add_ending(json_t *one, const char *state, double n)
{
    json_t *now = json_object_get(one, state);
    if (now != NULL)
        put(one, state, json_real(json_number_value(now) + n));
}

/* How many of it are over their date, or soon. */
static enum err measure_dates(struct site *s, json_t *one)
{
    size_t i;
    json_t *lot, *lots = NULL;
    const char *ledger = js_str(one, "ledger");
    put(one, "expiring", json_real(0));
    put(one, "expired", json_real(0));
    if (ledger == NULL)
        return ERR_OK;
    enum err rc = stock_lots(s, ledger, js_str(one, "item"), js_str(one, "unit"),
                             stock_expiry_days(s, ledger), &lots);
    json_array_foreach(lots, i, lot)
        add_ending(one, js_str(lot, "state"), json_number_value(js_get(lot, "left")));
    json_decref(lots);
    return rc;
}

static json_t *never_there(const json_t *category)
{
    json_t *one = json_object();
    put(one, "ledger", json_null());
    put(one, "item", json_incref(json_object_get(category, "id")));
    put(one, "unit", json_null());
    put(one, "balance", json_integer(0));
    js_set_str(one, "item_name", lang_pick(category));
    js_set_int(one, "min", js_int(category, "min_days", 0));
    put(one, "days_left", json_null());
    put(one, "low", json_true());
    put(one, "missing", json_true());
    return one;
}

static enum err require(struct site *s, const json_t *category, json_t *rows)
{
    size_t i;
    json_t *one;
    bool found = false;
    enum err rc = ERR_OK;
    json_array_foreach(rows, i, one)
    {
        if (rc != ERR_OK ||
            !json_equal(json_object_get(one, "item"), json_object_get(category, "id")))
            continue;
        found = true;
        rc = measure(s, one, category);
    }
    if (rc == ERR_OK && !found)
        json_array_append_new(rows, never_there(category));
    return rc;
}

static enum err require_all(struct site *s, json_t *rows)
{
    size_t i;
    json_t *one;
    struct policy *p;
    enum err rc = site_policy(s, &p);
    if (rc != ERR_OK)
        return rc;
    json_t *list = json_incref(js_get(js_get(policy_json(p), "supplies"), "categories"));
    json_array_foreach(list, i, one)
    {
        if (rc == ERR_OK)
            rc = require(s, one, rows);
    }
    json_decref(list);
    return rc;
}

/* "low": there is too little of it; "expiring": some of it is over its date, or soon. */
static bool in_state(const json_t *one, const char *state)
{
    double ends =
        json_number_value(js_get(one, "expiring")) + json_number_value(js_get(one, "expired"));
    return state == NULL || (strcmp(state, "low") == 0 && js_bool(one, "low")) ||
           (strcmp(state, "expiring") == 0 && ends > 0);
}

enum err stock_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                    void *to)
{
    size_t i;
    json_t *one, *rows = json_array();
    enum err rc = read_stock(s, arg, rows);
    json_array_foreach(rows, i, one)
    {
        stock_name(s, one);
        if (rc == ERR_OK)
            rc = measure(s, one, NULL);
    }
    if (rc == ERR_OK)
        rc = require_all(s, rows);
    json_array_foreach(rows, i, one)
    {
        bool wanted = q->like == NULL || match_text(js_str(one, "item"), q->like) ||
                      match_text(js_str(one, "item_name"), q->like);
        if (rc == ERR_OK)
            rc = measure_dates(s, one);
        if (rc == ERR_OK && wanted && in_state(one, q->state))
            rc = row(to, one);
    }
    json_decref(rows);
    return rc;
}
