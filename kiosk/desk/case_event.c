/* Owns: what steps, decisions and slips do to a case.
 * Invariant: a step that is not in the table of moves changes nothing; the hub's is kept and
 * marked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/case.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/order.h"
#include "kiosk/desk/paper.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/sql.h"

enum err case_read_now(struct store *s, const char *id, struct case_now *out, bool *found)
{
    sqlite3_stmt *q;
    enum err rc = sql_open(
        s, &q, "SELECT state, item, agent, until, due FROM case_file WHERE id = ?1", "t", id);
    if (rc == ERR_OK)
        rc = store_step(s, q, found);
    if (rc != ERR_OK || !*found)
        return rc;
    snprintf(out->id, sizeof out->id, "%s", id);
    snprintf(out->state, sizeof out->state, "%s", store_text(q, 0));
    snprintf(out->item, sizeof out->item, "%s", store_text(q, 1));
    out->with_agent = sqlite3_column_type(q, 2) != SQLITE_NULL;
    snprintf(out->until, sizeof out->until, "%s", store_text(q, 3));
    snprintf(out->due, sizeof out->due, "%s", store_text(q, 4));
    sqlite3_reset(q);
    return ERR_OK;
}

/* Papers that are missing are waited for as long as the town has not spoken. */
enum err case_waits(struct store *s, const char *id)
{
    return sql_put(s,
                   "UPDATE case_file SET waits = CASE WHEN state IN ('done', 'rejected')"
                   " THEN 'village' WHEN state = 'supplement' OR (state = 'taken_in' AND"
                   " missing > 0) THEN 'citizen' WHEN state IN ('taken_in', 'accepted')"
                   " THEN 'town' END WHERE id = ?1",
                   "t", id);
}

static enum err move_case(struct store *s, const struct entry *e, const char *to)
{
    enum err rc = sql_put(s,
                          "UPDATE case_file SET deciding = CASE WHEN ?3 AND state <> ?1 THEN ?4"
                          " ELSE deciding END, state = ?1, updated = max(updated, ?2)"
                          " WHERE id = ?5",
                          "tibtt", to, e->at, (int)e->order, e->id, e->subject);
    return rc == ERR_OK ? case_waits(s, e->subject) : rc;
}

static enum err keep_step(struct store *s, const struct entry *e, const char *step,
                          const char *text, bool sealed, bool refused)
{
    return sql_put(s,
                   "INSERT INTO case_step (id, case_id, at, heard, who, clerk, step, text, sealed,"
                   " refused, facts) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)",
                   "ttiittttbbj", e->id, e->subject, e->at, e->heard, e->order ? "hub" : "village",
                   e->clerk, step, text, (int)sealed, (int)refused, js_get(e->body, "facts"));
}

enum err case_step_project(struct store *s, const struct entry *e)
{
    bool found;
    struct case_now now;
    const char *step = js_str(e->body, "step");
    enum err rc = case_read_now(s, e->subject, &now, &found);
    if (rc != ERR_OK || !found || step == NULL)
        return rc;
    const char *to = case_after(now.state, step, false);
    rc = keep_step(s, e, step, NULL, js_bool(e->body, "said"), to == NULL);
    if (rc == ERR_OK && to != NULL)
        rc = move_case(s, e, to);
    if (rc == ERR_OK && to != NULL && js_get(e->body, "papers") != NULL)
        rc = paper_keep(s, e, e->subject, js_get(e->body, "papers"));
    return rc;
}

static enum err decide_case(struct store *s, const struct entry *e, const char *step,
                            const char *text)
{
    bool found;
    struct case_now now;
    enum err rc = case_read_now(s, e->subject, &now, &found);
    if (rc != ERR_OK)
        return rc;
    if (!found)
        return order_refuse(s, e, err_set(ERR_NOT_FOUND, "case", NULL));
    const char *to = case_after(now.state, step, true);
    rc = keep_step(s, e, step, text, text == NULL, to == NULL);
    if (rc != ERR_OK)
        return rc;
    if (to == NULL)
        return order_refuse(s, e, err_set(ERR_STATE, now.state, NULL));
    if (strcmp(step, "receive") == 0)
        rc = sql_put(s, "UPDATE case_file SET received = coalesce(received, ?1) WHERE id = ?2",
                     "it", e->at, e->subject);
    return rc == ERR_OK ? move_case(s, e, to) : rc;
}

enum err decision_project(struct store *s, const struct entry *e)
{
    char *step = order_words(e, "step"), *text = order_words(e, "text");
    enum err rc = order_note(s, e, step, text);
    if (rc == ERR_OK && step == NULL)
        rc = order_refuse(s, e, err_set(ERR_FIELD_REQUIRED, "step", NULL));
    else if (rc == ERR_OK)
        rc = decide_case(s, e, step, text);
    free(step);
    free(text);
    return rc;
}

/* --- slips -------------------------------------------------------------------------------------
 */

static const char *const outlets[] = {"png", "escpos", "screen", "text", "digits", "pdf", NULL};
static const struct member slip_shape[] = {
    {"to", MEMBER_CHOICE, true, 0, outlets},
    {"copies", MEMBER_COUNT, false, 9, NULL},
    {"reprint", MEMBER_FLAG, false, 0, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

enum err slip_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    int64_t seq;
    char case_id[ENTRY_ID], id[ENTRY_ID];
    json_t *clean = NULL;
    enum err rc = case_find(s, arg, case_id);
    if (rc == ERR_OK)
        rc = input_check(slip_shape, in, &clean);
    if (rc == ERR_OK && js_get(clean, "copies") == NULL)
        js_set_int(clean, "copies", 1);
    if (rc == ERR_OK && !js_bool(clean, "reprint"))
        json_object_del(clean, "reprint");
    struct journal_new what = {
        .kind = "slip", .at = CLOCK_NONE, .subject = case_id, .body = clean, .sealed = NULL};
    if (rc == ERR_OK)
        rc = journal_append(&s->j, &what, id, &seq);
    if (rc == ERR_OK)
        *out = action_answer(id, seq);
    json_decref(clean);
    return rc;
}

enum err slip_project(struct store *s, const struct entry *e)
{
    return sql_put(s,
                   "INSERT INTO slip (id, case_id, at, clerk, means, copies, reprint)"
                   " VALUES (?1,?2,?3,?4,?5,?6,?7)",
                   "ttittii", e->id, e->subject, e->at, e->clerk, js_str(e->body, "to"),
                   js_int(e->body, "copies", 1), (int64_t)js_bool(e->body, "reprint"));
}
