/* Owns: rows that are struck out and rows that stand in their place.
 * Invariant: of two who put one row right the first did; the other is told who. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/balance.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/ledger.h"
#include "kiosk/desk/sql.h"

static const struct member void_shape[] = {
    {"reason", MEMBER_TEXT, true, 200, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};
static const struct member correct_shape[] = {
    {"reason", MEMBER_TEXT, true, 200, NULL},
    {"row", MEMBER_OBJECT, true, 0, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

/* --- refused ---------------------------------------------------------------------------------
 */

/* Where a row of a ledger that fills itself is put right: it is no row here, but an entry. */
static const struct origin {
    const char *kind, *words;
} origins[] = {
    {"visit", N_("it comes from the door: check the person again there, the ledger follows")},
    {"staff", N_("it comes from the staff check: check again there, the ledger follows")},
    {"case", N_("it comes from a case: take a step of the case, the ledger follows")},
    {"case_step", N_("it comes from a case: take a step of the case, the ledger follows")},
    {"incident", N_("it comes from an incident: take a step of it, the ledger follows")},
    {"incident_step", N_("it comes from an incident: take a step of it, the ledger follows")},
    {"booking", N_("it comes from an appointment: move or cancel it, the ledger follows")},
    {"booking_step", N_("it comes from an appointment: move or cancel it, the ledger follows")},
    {NULL, N_("it is no row that was entered: put right what it comes from, the ledger follows")},
};

static enum err refuse_origin(struct site *s, const char *id)
{
    struct entry e;
    struct journal_row stored;
    json_t *head = NULL;
    const struct origin *o = origins;
    enum err rc = journal_read(s->j.store, id, &stored);
    if (rc == ERR_OK)
        rc = journal_parse(&stored, &e, &head);
    if (rc == ERR_OK) {
        while (o->kind != NULL && strcmp(o->kind, e.kind) != 0)
            o++;
        rc = err_set(ERR_STATE, "row", "%s", _(o->words));
    } else if (rc == ERR_NOT_FOUND) {
        rc = err_set(ERR_NOT_FOUND, "row", NULL);
    }
    json_decref(head);
    journal_row_fini(&stored);
    return rc;
}

/* Who was there first: the reason itself may name somebody, and stands in the row. */
static enum err refuse_again(struct store *s, const char *id)
{
    bool found = false;
    char when[CLOCK_TEXT];
    sqlite3_stmt *q;
    enum err rc = sql_open(s, &q,
                           "SELECT e.clerk, e.heard, r.corrected_by FROM ledger_row r JOIN entry e"
                           " ON r.void = e.epoch || '.' || e.seq WHERE r.id = ?1",
                           "t", id);
    if (rc == ERR_OK)
        rc = store_step(s, q, &found);
    if (rc != ERR_OK || !found)
        return rc != ERR_OK ? rc : err_set(ERR_STATE, "row", NULL);
    const char *by = store_text(q, 0), *now = store_text(q, 2);
    clock_short(store_int(q, 1), when);
    rc = *now != 0
             ? err_set(ERR_STATE, "row", _("%s corrected it on %s; it stands as %s"), by, when, now)
             : err_set(ERR_STATE, "row", _("%s struck it out on %s"), by, when);
    sqlite3_reset(q);
    return rc;
}

/* --- done --------------------------------------------------------------------------------------
 */

/* A row that stands, and what it does to a stock. */
struct standing {
    char ledger[48];
    int64_t at;
    json_t *effect;
};

static void put_text(json_t *to, const char *key, sqlite3_stmt *q, int column)
{
    if (sqlite3_column_type(q, column) != SQLITE_NULL)
        js_set_str(to, key, store_text(q, column));
}

static enum err find_standing(struct site *s, const char *id, struct standing *row)
{
    bool found = false;
    sqlite3_stmt *q;
    *row = (struct standing){.effect = json_object()};
    enum err rc = sql_open(s->j.store, &q,
                           "SELECT ledger, at, void IS NULL, item, unit, place, batch, expiry"
                           " FROM ledger_row WHERE id = ?1",
                           "t", id);
    if (rc == ERR_OK)
        rc = store_step(s->j.store, q, &found);
    if (rc != ERR_OK || !found)
        return rc != ERR_OK ? rc : refuse_origin(s, id);
    snprintf(row->ledger, sizeof row->ledger, "%s", store_text(q, 0));
    row->at = store_int(q, 1);
    bool stands = store_int(q, 2) != 0;
    put_text(row->effect, "item", q, 3);
    put_text(row->effect, "unit", q, 4);
    put_text(row->effect, "place", q, 5);
    put_text(row->effect, "batch", q, 6);
    put_text(row->effect, "expiry", q, 7);
    sqlite3_reset(q);
    return stands ? ERR_OK : refuse_again(s->j.store, id);
}

static enum err append_void(struct site *s, const char *row, const char *reason, json_t **out)
{
    struct journal_new what = {.kind = "ledger_void", .at = CLOCK_NONE, .subject = row};
    return action_append(s, what, json_object(), json_pack("{s:s}", "reason", reason), out);
}

/* Strikes the row out and, where `anew` is given, enters it again for the same time; what both
 * together do to a stock is looked at in the end. */
static enum err reverse(struct site *s, const char *id, const char *reason, const json_t *anew,
                        json_t **out)
{
    struct form *f;
    struct standing row;
    struct balance_watch w;
    enum err rc = find_standing(s, id, &row);
    if (rc == ERR_OK)
        rc = ledger_find(s, row.ledger, &f);
    if (rc == ERR_OK)
        rc = balance_watch(s, row.ledger, row.effect, row.at, &w);
    if (rc == ERR_OK)
        rc = append_void(s, id, reason, out);
    if (rc == ERR_OK && anew != NULL) {
        json_t *reversal = *out;
        *out = NULL;
        rc = ledger_enter(s, f, anew, row.at, id, out);
        if (rc == ERR_OK)
            json_object_set(*out, "void", json_object_get(reversal, "id"));
        json_decref(reversal);
    }
    if (rc == ERR_OK)
        rc = balance_watched(s, f, &w);
    json_decref(row.effect);
    return rc;
}

enum err ledger_void_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    json_t *clean = NULL;
    enum err rc = input_check(void_shape, in, &clean);
    if (rc == ERR_OK)
        rc = reverse(s, arg, js_str(clean, "reason"), NULL, out);
    json_decref(clean);
    return rc;
}

enum err ledger_correct_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    json_t *clean = NULL;
    enum err rc = input_check(correct_shape, in, &clean);
    if (rc == ERR_OK)
        rc = reverse(s, arg, js_str(clean, "reason"), js_get(clean, "row"), out);
    json_decref(clean);
    return rc;
}
