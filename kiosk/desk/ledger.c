/* Owns: the rows of ledgers. Invariant: a row is never changed: it stands, or a further entry voids
 * it, once; what a row does to a stock is looked at before it is written (desk/balance.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/balance.h"
#include "kiosk/desk/duty.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/ledger.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/release.h"
#include "kiosk/desk/sql.h"

static const struct member ledger_shape[] = {
    {"row", MEMBER_OBJECT, true, 0, NULL},
    {"at", MEMBER_TIME, false, 0, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

/* --- written -----------------------------------------------------------------------------------
 */

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
    json_t *open = NULL, *sealed = NULL, *stock = balance_effect(f, row), *body = json_object();
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

enum err ledger_find(struct site *s, const char *id, struct form **out)
{
    enum err rc = site_form(s, id, out);
    if (rc == ERR_OK && strcmp((*out)->kind, "ledger") != 0)
        rc = err_set(ERR_NOT_FOUND, "ledger", NULL);
    else if (rc == ERR_OK && !(*out)->by_hand)
        rc = err_set(ERR_STATE, "ledger", "%s", _("other entries fill it; nothing is typed twice"));
    return rc;
}

/* The same, refused where it would leave less than nothing in stock. */
static enum err append_watched(struct site *s, const struct form *f, const json_t *row, int64_t at,
                               const char *corrects, json_t **out)
{
    struct balance_watch w;
    json_t *effect = balance_effect(f, row);
    if (effect == NULL)
        return ledger_append(s, f, row, at, corrects, out);
    enum err rc = balance_watch(s, f->id, effect, at, &w);
    if (rc == ERR_OK)
        rc = ledger_append(s, f, row, at, corrects, out);
    if (rc == ERR_OK)
        rc = balance_watched(s, f, &w);
    json_decref(effect);
    return rc;
}

enum err ledger_enter(struct site *s, const struct form *f, const json_t *in, int64_t at,
                      const char *corrects, json_t **out)
{
    json_t *row = NULL;
    enum err rc = action_check_at(s, f, in, at, &row);
    if (rc == ERR_OK)
        rc = duty_check_row(f, row);
    if (rc == ERR_OK)
        rc = enter_persons(s, f, row);
    if (rc == ERR_OK)
        rc = release_check(s, f, row);
    if (rc == ERR_OK)
        rc = append_watched(s, f, row, at, corrects, out);
    json_decref(row);
    return rc;
}

enum err ledger_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    struct form *f;
    json_t *clean = NULL;
    enum err rc = ledger_find(s, arg, &f);
    if (rc == ERR_OK)
        rc = input_check(ledger_shape, in, &clean);
    if (rc == ERR_OK)
        rc = ledger_enter(s, f, js_get(clean, "row"), input_time(clean, "at"), NULL, out);
    json_decref(clean);
    return rc;
}

/* --- projected ---------------------------------------------------------------------------------
 */

enum err ledger_project(struct store *s, const struct entry *e)
{
    const json_t *stock = js_get(e->body, "stock");
    enum err rc =
        sql_put(s,
                "INSERT INTO ledger_row (id, epoch, seq, ledger, version, at, heard,"
                " clerk, row, sealed, item, unit, amount, counted, picks, way, corrects,"
                " spec, place, batch, expiry) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,"
                "?14,?15,?16,?17,?18,?19,?20,?21)",
                "tiitiiitjbttrbjtttttt", e->id, e->epoch, e->seq, js_str(e->body, "ledger"),
                js_int(e->body, "version", 1), e->at, e->heard, e->clerk, js_get(e->body, "row"),
                (int)js_bool(e->body, "personal"), js_str(stock, "item"), js_str(stock, "unit"),
                json_number_value(js_get(stock, "amount")), (int)js_bool(stock, "counted"),
                js_get(e->body, "picks"), js_str(stock, "way"), js_str(e->body, "corrects"),
                js_str(stock, "spec"), js_str(stock, "place"), js_str(stock, "batch"),
                js_str(stock, "expiry"));
    if (rc == ERR_OK && js_str(e->body, "corrects") != NULL)
        rc = sql_put(s, "UPDATE ledger_row SET corrected_by = ?1 WHERE id = ?2", "tt", e->id,
                     js_str(e->body, "corrects"));
    return rc == ERR_OK && stock != NULL ? balance_settle(s, e->id) : rc;
}

enum err ledger_void_project(struct store *s, const struct entry *e)
{
    enum err rc = sql_put(s, "UPDATE ledger_row SET void = ?1 WHERE id = ?2 AND void IS NULL", "tt",
                          e->id, e->subject);
    return rc == ERR_OK ? balance_settle(s, e->subject) : rc;
}
