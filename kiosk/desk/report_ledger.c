/* Owns: signed reports as rows of the ledger of daily reports (L08). Invariant: a row's numbers are
 * those that were signed. */
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/report.h"

/* A column that is a number of the sums: key NULL is the whole series. */
static const struct {
    const char *column, *series, *key;
} columns[] = {
    {"visitors", "visit", NULL},      {"abnormal_public", "incident", NULL},
    {"cases_proxy", "case", "proxy"}, {"cases_near", "case", "nearby"},
    {"online", "guidance", "online"},
};

static int64_t sum_of(const json_t *sums, const char *series, const char *but)
{
    int64_t n = 0;
    const char *key;
    json_t *pair;
    json_object_foreach(json_object_get(sums, series), key, pair)
    {
        if (but == NULL || strcmp(key, but) != 0)
            n += json_integer_value(json_array_get(pair, 0));
    }
    return n;
}

/* A ledger's rows by the ledger's own name: a definition that wants them has a field of it. */
static void put_ledgers(json_t *row, const json_t *sums)
{
    const char *series;
    json_t *keys;
    json_object_foreach((json_t *)(uintptr_t)sums, series, keys)
    {
        if (strncmp(series, "ledger:", 7) == 0)
            json_object_set(row, series + 7, json_array_get(json_object_get(keys, ""), 0));
    }
}

static void put_sums(json_t *row, const json_t *sums)
{
    put_ledgers(row, sums);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        const char *key = columns[i].key;
        const json_t *pair =
            key != NULL ? json_object_get(json_object_get(sums, columns[i].series), key) : NULL;
        js_set_int(row, columns[i].column,
                   key != NULL ? (int64_t)json_integer_value(json_array_get(pair, 0))
                               : sum_of(sums, columns[i].series, NULL));
    }
    js_set_int(row, "abnormal_staff", sum_of(sums, "staff", "admit"));
}

static void put_low(json_t *row, const json_t *supplies)
{
    size_t i;
    json_t *one;
    struct buf names = BUF_INIT;
    json_array_foreach((json_t *)(uintptr_t)supplies, i, one)
    {
        const char *name = js_str(one, js_str(one, "item_name") != NULL ? "item_name" : "item");
        if (js_bool(one, "low") && name != NULL)
            buf_printf(&names, "%s%s", names.len > 0 ? _(", ") : "", name);
    }
    js_set_str(row, "low_stock", names.len > 0 ? buf_str(&names) : NULL);
    buf_fini(&names);
}

static void put_facts(json_t *row, const json_t *facts)
{
    int64_t booked = 0;
    const char *state;
    json_t *n;
    json_object_foreach(js_get(facts, "bookings"), state, n) booked += json_integer_value(n);
    js_set_int(row, "appoint", booked);
    js_set_int(row, "staff_on", js_int(js_get(facts, "staff"), "checked", 0));
    js_set_str(row, "status", js_str(facts, "status"));
    put_low(row, js_get(facts, "supplies"));
}

static json_t *make_row(sqlite3_stmt *q)
{
    json_t *body, *row = report_signed_row(q, &body);
    put_sums(row, js_get(body, "sums"));
    put_facts(row, js_get(body, "facts"));
    json_decref(body);
    return row;
}

const struct listing daily_listing = {
    .sql = REPORT_COLUMNS LISTING_WINDOW LISTING_ORDER,
    .make = make_row,
};
