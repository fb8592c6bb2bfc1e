/* Owns: the rows of ledgers and the stock that some of them count.
 * Invariant: a row is never changed: it stands, or a further entry voids it; the balance behind a
 * row is that of the rows that stand before it in time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/duty.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/ledger.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/sql.h"

static const struct member ledger_shape[] = {
    {"row", MEMBER_OBJECT, true, 0, NULL},
    {"at", MEMBER_TIME, false, 0, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};
static const struct member void_shape[] = {
    {"reason", MEMBER_TEXT, true, 200, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};
static const struct member correct_shape[] = {
    {"reason", MEMBER_TEXT, true, 200, NULL},
    {"row", MEMBER_OBJECT, true, 0, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

/* --- written -----------------------------------------------------------------------------------
 */

static double amount_of(const json_t *balance, const json_t *row, bool *counted)
{
    const char *way = js_str(row, js_str(balance, "direction"));
    double n = json_number_value(js_get(row, js_str(balance, "quantity")));
    const char *out = js_str(balance, "out"), *count = js_str(balance, "count");
    const char *gone = js_str(balance, "discard");
    *counted = way != NULL && count != NULL && strcmp(way, count) == 0;
    bool less = way != NULL && ((out != NULL && strcmp(way, out) == 0) ||
                                (gone != NULL && strcmp(way, gone) == 0));
    return less ? -n : n;
}

/* What the stock is counted by: the unit is one part, the other fields together the thing. */
static void stock_name(const json_t *balance, const json_t *row, struct buf *item,
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

/* The row's effect on a stock, or NULL: the definition counts none. It is part of the entry, so
 * that a replay needs no definition. */
static json_t *stock_of(const struct form *f, const json_t *row)
{
    bool counted;
    const char *unit;
    struct buf item = BUF_INIT;
    const json_t *balance = js_get(f->json, "balance");
    if (balance == NULL)
        return NULL;
    double amount = amount_of(balance, row, &counted);
    stock_name(balance, row, &item, &unit);
    json_t *out = json_pack("{s:s, s:s, s:f, s:b}", "item", buf_str(&item), "unit", unit, "amount",
                            amount, "counted", (int)counted);
    buf_fini(&item);
    return out;
}

/* A person in a row is entered once like any other; the row names the id. */
static enum err enter_persons(struct site *s, const struct form *f, json_t *row)
{
    enum err rc = ERR_OK;
    for (size_t i = 0; rc == ERR_OK && i < f->n_fields; i++) {
        bool given;
        char id[ENTRY_ID];
        if (f->fields[i].type != FIELD_PERSON)
            continue;
        rc = action_person(s, row, f->fields[i].id, &given, id);
        if (rc == ERR_OK && given)
            json_object_set_new(row, f->fields[i].id, json_pack("{s:s}", "ref", id));
    }
    return rc;
}

/* Which of the open fields hold choices: told in the entry, so that it can be counted by them
 * without its definition. */
static json_t *picks_of(const struct form *f, const json_t *open)
{
    json_t *picks = json_array();
    for (size_t i = 0; i < f->n_fields; i++)
        if (f->fields[i].n_choices > 0 && js_get(open, f->fields[i].id) != NULL)
            json_array_append_new(picks, json_string(f->fields[i].id));
    return picks;
}

enum err ledger_append(struct site *s, const struct form *f, const json_t *row, int64_t at,
                       const char *corrects, json_t **out)
{
    json_t *open = NULL, *sealed = NULL, *stock = stock_of(f, row), *body = json_object();
    form_split(f, row, &open, &sealed);
    js_set_str(body, "ledger", f->id);
    js_set_int(body, "version", f->version);
    json_object_set_new(body, "row", open);
    json_object_set_new(body, "picks", picks_of(f, open));
    json_object_set_new(body, "personal", json_boolean(sealed != NULL));
    if (stock != NULL)
        json_object_set_new(body, "stock", stock);
    if (corrects != NULL)
        js_set_str(body, "corrects", corrects);
    return action_append(s, (struct journal_new){.kind = "ledger", .at = at}, body, sealed, out);
}

static enum err find_ledger(struct site *s, const char *id, struct form **out)
{
    enum err rc = site_form(s, id, out);
    if (rc == ERR_OK && strcmp((*out)->kind, "ledger") != 0)
        rc = err_set(ERR_NOT_FOUND, "ledger", NULL);
    return rc;
}

static enum err enter_row(struct site *s, const struct form *f, const json_t *in, int64_t at,
                          const char *corrects, json_t **out)
{
    json_t *row = NULL;
    enum err rc = action_check(s, f, in, &row);
    if (rc == ERR_OK)
        rc = duty_check_row(f, row);
    if (rc == ERR_OK)
        rc = enter_persons(s, f, row);
    if (rc == ERR_OK)
        rc = ledger_append(s, f, row, at, corrects, out);
    json_decref(row);
    return rc;
}

enum err ledger_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    struct form *f;
    json_t *clean = NULL;
    enum err rc = find_ledger(s, arg, &f);
    if (rc == ERR_OK)
        rc = input_check(ledger_shape, in, &clean);
    if (rc == ERR_OK)
        rc = enter_row(s, f, js_get(clean, "row"), input_time(clean, "at"), NULL, out);
    json_decref(clean);
    return rc;
}

/* --- voided, corrected -------------------------------------------------------------------------
 */

/* A row that stands. */
struct standing {
    char ledger[48];
    int64_t at;
};

static enum err find_standing(struct site *s, const char *id, struct standing *row)
{
    bool found = false;
    char by[ENTRY_ID];
    sqlite3_stmt *q;
    enum err rc =
        sql_open(s->j.store, &q, "SELECT ledger, at, void FROM ledger_row WHERE id = ?1", "t", id);
    if (rc == ERR_OK)
        rc = store_step(s->j.store, q, &found);
    if (rc != ERR_OK || !found)
        return rc != ERR_OK ? rc : err_set(ERR_NOT_FOUND, "row", NULL);
    snprintf(row->ledger, sizeof row->ledger, "%s", store_text(q, 0));
    row->at = store_int(q, 1);
    snprintf(by, sizeof by, "%s", store_text(q, 2));
    sqlite3_reset(q);
    return by[0] == 0 ? ERR_OK : err_set(ERR_STATE, "row", "%s", by);
}

static enum err append_void(struct site *s, const char *row, const char *reason, json_t **out)
{
    struct journal_new what = {.kind = "ledger_void", .at = CLOCK_NONE, .subject = row};
    return action_append(s, what, json_object(), json_pack("{s:s}", "reason", reason), out);
}

enum err ledger_void_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    struct standing row;
    json_t *clean = NULL;
    enum err rc = input_check(void_shape, in, &clean);
    if (rc == ERR_OK)
        rc = find_standing(s, arg, &row);
    if (rc == ERR_OK)
        rc = append_void(s, arg, js_str(clean, "reason"), out);
    json_decref(clean);
    return rc;
}

enum err ledger_correct_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    struct form *f;
    struct standing row;
    json_t *clean = NULL, *reversal = NULL;
    enum err rc = input_check(correct_shape, in, &clean);
    if (rc == ERR_OK)
        rc = find_standing(s, arg, &row);
    if (rc == ERR_OK)
        rc = find_ledger(s, row.ledger, &f);
    if (rc == ERR_OK)
        rc = append_void(s, arg, js_str(clean, "reason"), &reversal);
    if (rc == ERR_OK)
        rc = enter_row(s, f, js_get(clean, "row"), row.at, arg, out);
    if (rc == ERR_OK)
        json_object_set(*out, "void", json_object_get(reversal, "id"));
    json_decref(reversal);
    json_decref(clean);
    return rc;
}

/* --- projected ---------------------------------------------------------------------------------
 */

struct move {
    char ledger[48], item[200], unit[60];
    int64_t at, epoch, seq;
};

static enum err balance_before(struct store *s, const struct move *m, double *balance)
{
    bool row;
    sqlite3_stmt *q;
    enum err rc = sql_open(s, &q,
                           "SELECT balance FROM ledger_row WHERE ledger = ?1 AND item = ?2"
                           " AND unit = ?3 AND (at, epoch, seq) < (?4, ?5, ?6) AND void IS NULL"
                           " ORDER BY at DESC, epoch DESC, seq DESC LIMIT 1",
                           "tttiii", m->ledger, m->item, m->unit, m->at, m->epoch, m->seq);
    if (rc == ERR_OK)
        rc = store_step(s, q, &row);
    if (rc != ERR_OK)
        return rc;
    *balance = row ? sqlite3_column_double(q, 0) : 0;
    if (row)
        sqlite3_reset(q);
    return ERR_OK;
}

static enum err keep_balance(struct store *s, const char *id, bool stands, double balance)
{
    return stands
               ? sql_put(s, "UPDATE ledger_row SET balance = ?1 WHERE id = ?2", "rt", balance, id)
               : sql_put(s, "UPDATE ledger_row SET balance = NULL WHERE id = ?1", "t", id);
}

/* From this row on; nearly always it is the last one. Behind a row whose balance did not change (a
 * count, say) nothing does: *through tells whether the end was reached. */
static enum err settle_rows(struct store *s, const struct move *m, double *balance, bool *through)
{
    bool row, same = false;
    sqlite3_stmt *q;
    enum err rc = sql_open(s, &q,
                           "SELECT id, amount, counted, void IS NULL, balance,"
                           " epoch <> ?5 OR seq <> ?6"
                           " FROM ledger_row WHERE ledger = ?1 AND item = ?2 AND unit = ?3"
                           " AND (at, epoch, seq) >= (?4, ?5, ?6) ORDER BY at, epoch, seq",
                           "tttiii", m->ledger, m->item, m->unit, m->at, m->epoch, m->seq);
    while (rc == ERR_OK && !same && (rc = store_step(s, q, &row)) == ERR_OK && row) {
        bool stands = store_int(q, 3) != 0, later = store_int(q, 5) != 0;
        if (stands)
            *balance = (store_int(q, 2) != 0 ? 0 : *balance) + sqlite3_column_double(q, 1);
        same = stands && later && sqlite3_column_double(q, 4) == *balance;
        if (!same)
            rc = keep_balance(s, store_text(q, 0), stands, *balance);
        if (rc != ERR_OK || same)
            sqlite3_reset(q);
    }
    *through = !same;
    return rc;
}

static enum err settle(struct store *s, const struct move *m)
{
    bool through;
    double balance;
    enum err rc = balance_before(s, m, &balance);
    if (rc == ERR_OK)
        rc = settle_rows(s, m, &balance, &through);
    if (rc == ERR_OK && through)
        rc = sql_put(s,
                     "INSERT INTO stock (ledger, item, unit, balance) VALUES (?1,?2,?3,?4)"
                     " ON CONFLICT (ledger, item, unit) DO UPDATE SET balance = excluded.balance",
                     "tttr", m->ledger, m->item, m->unit, balance);
    return rc;
}

static enum err find_move(struct store *s, const char *id, struct move *m, bool *found)
{
    sqlite3_stmt *q;
    enum err rc = sql_open(s, &q,
                           "SELECT ledger, item, unit, at, epoch, seq FROM ledger_row"
                           " WHERE id = ?1 AND item IS NOT NULL",
                           "t", id);
    if (rc == ERR_OK)
        rc = store_step(s, q, found);
    if (rc != ERR_OK || !*found)
        return rc;
    snprintf(m->ledger, sizeof m->ledger, "%s", store_text(q, 0));
    snprintf(m->item, sizeof m->item, "%s", store_text(q, 1));
    snprintf(m->unit, sizeof m->unit, "%s", store_text(q, 2));
    m->at = store_int(q, 3);
    m->epoch = store_int(q, 4);
    m->seq = store_int(q, 5);
    sqlite3_reset(q);
    return ERR_OK;
}

static enum err settle_row(struct store *s, const char *id)
{
    bool counts;
    struct move m;
    enum err rc = find_move(s, id, &m, &counts);
    return rc == ERR_OK && counts ? settle(s, &m) : rc;
}

enum err ledger_project(struct store *s, const struct entry *e)
{
    const json_t *stock = js_get(e->body, "stock");
    enum err rc =
        sql_put(s,
                "INSERT INTO ledger_row (id, epoch, seq, ledger, version, at, heard,"
                " clerk, row, sealed, item, unit, amount, counted, picks, way, corrects)"
                " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17)",
                "tiitiiitjbttrbjtt", e->id, e->epoch, e->seq, js_str(e->body, "ledger"),
                js_int(e->body, "version", 1), e->at, e->heard, e->clerk, js_get(e->body, "row"),
                (int)js_bool(e->body, "personal"), js_str(stock, "item"), js_str(stock, "unit"),
                json_number_value(js_get(stock, "amount")), (int)js_bool(stock, "counted"),
                js_get(e->body, "picks"), js_str(stock, "way"), js_str(e->body, "corrects"));
    if (rc == ERR_OK && js_str(e->body, "corrects") != NULL)
        rc = sql_put(s, "UPDATE ledger_row SET corrected_by = ?1 WHERE id = ?2", "tt", e->id,
                     js_str(e->body, "corrects"));
    return rc == ERR_OK && stock != NULL ? settle_row(s, e->id) : rc;
}

enum err ledger_void_project(struct store *s, const struct entry *e)
{
    enum err rc = sql_put(s, "UPDATE ledger_row SET void = ?1 WHERE id = ?2 AND void IS NULL", "tt",
                          e->id, e->subject);
    return rc == ERR_OK ? settle_row(s, e->subject) : rc;
}
