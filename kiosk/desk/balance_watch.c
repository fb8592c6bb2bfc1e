/* Owns: the look at a stock before and behind a change. Invariant: nothing is written here; what
 * was below nothing before may stay so, but never grows unnoticed. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/balance.h"
#include "kiosk/desk/sql.h"

static enum err number(struct store *s, sqlite3_stmt *q, double *out)
{
    bool row = false;
    enum err rc = store_step(s, q, &row);
    *out = row ? sqlite3_column_double(q, 0) : 0;
    if (row)
        sqlite3_reset(q);
    return rc;
}

/* How much of the running balance is below nothing, over the rows from `at` on. */
static enum err read_below(struct store *s, const struct balance_watch *w, double *below)
{
    sqlite3_stmt *q;
    enum err rc = sql_open(s, &q,
                           "SELECT coalesce(sum(balance), 0) FROM ledger_row WHERE ledger = ?1"
                           " AND item = ?2 AND unit = ?3 AND at >= ?4 AND balance < 0",
                           "ttti", w->ledger, w->item, w->unit, w->at);
    return rc == ERR_OK ? number(s, q, below) : rc;
}

/* What is left of a place or batch; a batch without a number goes by its date. */
static enum err read_part(struct store *s, const struct balance_watch *w, bool place, double *left)
{
    sqlite3_stmt *q;
    enum err rc =
        sql_open(s, &q,
                 "SELECT round(coalesce(sum(balance), 0), 6) FROM stock_part WHERE ledger = ?1"
                 " AND item = ?2 AND unit = ?3 AND"
                 " CASE ?5 WHEN 1 THEN place ELSE iif(batch <> '', batch, expiry) END = ?4",
                 "ttttb", w->ledger, w->item, w->unit, place ? w->place : w->batch, (int)place);
    return rc == ERR_OK ? number(s, q, left) : rc;
}

static enum err read_all(struct site *s, const struct balance_watch *w, double *below,
                         double *place, double *batch)
{
    enum err rc = read_below(s->j.store, w, below);
    *place = *batch = 0;
    if (rc == ERR_OK && w->place[0] != 0)
        rc = read_part(s->j.store, w, true, place);
    if (rc == ERR_OK && w->batch[0] != 0)
        rc = read_part(s->j.store, w, false, batch);
    return rc;
}

static void copy(char *to, size_t size, const char *text)
{
    snprintf(to, size, "%s", text != NULL ? text : "");
}

enum err balance_watch(struct site *s, const char *ledger, const json_t *effect, int64_t at,
                       struct balance_watch *w)
{
    *w = (struct balance_watch){.at = at != CLOCK_NONE ? at : clock_now()};
    const char *batch = js_str(effect, "batch");
    copy(w->ledger, sizeof w->ledger, ledger);
    copy(w->item, sizeof w->item, js_str(effect, "item"));
    copy(w->unit, sizeof w->unit, js_str(effect, "unit"));
    copy(w->place, sizeof w->place, js_str(effect, "place"));
    copy(w->batch, sizeof w->batch, batch != NULL ? batch : js_str(effect, "expiry"));
    return read_all(s, w, &w->below, &w->place_left, &w->batch_left);
}

/* --- refused -----------------------------------------------------------------------------------
 */

/* The first time at which there would be less than nothing, and how much. */
static enum err refuse_below(struct site *s, const char *field, const struct balance_watch *w)
{
    bool row = false;
    sqlite3_stmt *q;
    char when[CLOCK_TEXT];
    enum err rc = sql_open(s->j.store, &q,
                           "SELECT at, balance, balance - moved FROM ledger_row WHERE ledger = ?1"
                           " AND item = ?2 AND unit = ?3 AND at >= ?4 AND balance < 0"
                           " ORDER BY at, epoch, seq LIMIT 1",
                           "ttti", w->ledger, w->item, w->unit, w->at);
    if (rc == ERR_OK)
        rc = store_step(s->j.store, q, &row);
    if (rc != ERR_OK || !row)
        return rc;
    rc = err_set(
        ERR_CONSTRAINT, field,
        _("on %s there would be %.10g of it, and there were %.10g; count what is there first"),
        clock_short(store_int(q, 0), when), sqlite3_column_double(q, 1),
        sqlite3_column_double(q, 2));
    sqlite3_reset(q);
    return rc;
}

static enum err refuse_part(const char *field, const char *part, double had)
{
    return err_set(ERR_CONSTRAINT, field, _("of %s there are %.10g left"), part, had);
}

enum err balance_watched(struct site *s, const struct form *f, const struct balance_watch *w)
{
    double below, place, batch;
    const json_t *balance = js_get(f->json, "balance");
    const char *field = js_str(balance, "quantity");
    if (w->item[0] == 0 || js_bool(balance, "negative"))
        return ERR_OK;
    enum err rc = read_all(s, w, &below, &place, &batch);
    if (rc == ERR_OK && below < w->below)
        rc = refuse_below(s, field, w);
    else if (rc == ERR_OK && batch < 0 && batch < w->batch_left)
        rc = refuse_part(field, w->batch, w->batch_left);
    else if (rc == ERR_OK && place < 0 && place < w->place_left)
        rc = refuse_part(field, w->place, w->place_left);
    return rc;
}
