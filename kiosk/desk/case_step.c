/* Owns: what happens to a case after it was taken in: the village's steps, the hub's decisions,
 * slips. Invariant: a step that is not in the table of moves changes nothing; the hub's is kept and
 * marked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/case.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/order.h"
#include "kiosk/desk/paper.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/sql.h"

static const char *const steps[] = {"say", "paper", "supplement", "withdraw", "deliver", NULL};
/* One paper may stand by itself: a command line has no lists. */
static const struct member step_shape[] = {
    {"step", MEMBER_CHOICE, true, 0, steps},  {"text", MEMBER_TEXT, false, 500, NULL},
    {"papers", MEMBER_ARRAY, false, 0, NULL}, {"paper", MEMBER_TEXT, false, 64, NULL},
    {"state", MEMBER_TEXT, false, 20, NULL},  {"until", MEMBER_DATE, false, 0, NULL},
    {"at", MEMBER_TIME, false, 0, NULL},      {NULL, MEMBER_TEXT, false, 0, NULL},
};

static void gather_paper(json_t *clean)
{
    static const char *const keys[] = {"paper", "state", "until", NULL};
    if (js_get(clean, "paper") == NULL)
        return;
    json_t *papers = js_get(clean, "papers");
    papers = papers != NULL ? json_copy(papers) : json_array();
    json_array_append_new(papers, input_pick(clean, keys));
    json_object_set_new(clean, "papers", papers);
}

/* --- the village's -----------------------------------------------------------------------------
 */

struct case_now {
    char id[ENTRY_ID], state[24], item[40];
    bool with_agent;
};

static enum err read_now(struct store *s, const char *id, struct case_now *out, bool *found)
{
    sqlite3_stmt *q;
    enum err rc =
        sql_open(s, &q, "SELECT state, item, agent FROM case_file WHERE id = ?1", "t", id);
    if (rc == ERR_OK)
        rc = store_step(s, q, found);
    if (rc != ERR_OK || !*found)
        return rc;
    snprintf(out->id, sizeof out->id, "%s", id);
    snprintf(out->state, sizeof out->state, "%s", store_text(q, 0));
    snprintf(out->item, sizeof out->item, "%s", store_text(q, 1));
    out->with_agent = sqlite3_column_type(q, 2) != SQLITE_NULL;
    sqlite3_reset(q);
    return ERR_OK;
}

static enum err check_move(const struct case_now *now, const char *step)
{
    char possible[120];
    if (case_move(now->state, step, false) != NULL)
        return ERR_OK;
    return err_set(ERR_STATE, "step", _("%s; possible: %s"), case_word(now->state),
                   case_possible(now->state, false, possible, sizeof possible));
}

/* Papers that nobody asked for change no state, here or at the hub: they are a step "paper". */
static const char *step_named(const struct case_now *now, const json_t *clean)
{
    const char *step = js_str(clean, "step");
    bool unasked = strcmp(step, "supplement") == 0 && strcmp(now->state, "supplement") != 0;
    return unasked ? "paper" : step;
}

/* What must be there: words to say something, papers to change papers. */
static enum err check_parts(const struct case_now *now, const json_t *clean)
{
    const char *step = step_named(now, clean);
    if (strcmp(step, "say") == 0 && js_str(clean, "text") == NULL)
        return err_set(ERR_FIELD_REQUIRED, "text", NULL);
    if (strcmp(step, "paper") == 0 && json_array_size(js_get(clean, "papers")) == 0)
        return err_set(ERR_FIELD_REQUIRED, "papers", NULL);
    return ERR_OK;
}

static enum err check_papers(struct site *s, const struct case_now *now, const json_t *clean,
                             json_t **out)
{
    const json_t *item;
    if (js_get(clean, "papers") == NULL)
        return ERR_OK;
    enum err rc = action_item(s, now->item, &item);
    return rc == ERR_OK ? paper_changes(item, now->with_agent, js_get(clean, "papers"), out) : rc;
}

static enum err append_step(struct site *s, const struct case_now *now, const json_t *clean,
                            json_t *papers, json_t **out)
{
    static const char *const sealed_keys[] = {"text", NULL};
    int64_t seq;
    char id[ENTRY_ID];
    json_t *sealed = input_sealed(clean, sealed_keys), *body = json_object();
    js_set_str(body, "step", step_named(now, clean));
    json_object_set_new(body, "said", json_boolean(sealed != NULL));
    if (papers != NULL)
        json_object_set(body, "papers", papers);
    struct journal_new what = {.kind = "case_step",
                               .at = input_time(clean, "at"),
                               .subject = now->id,
                               .body = body,
                               .sealed = sealed};
    enum err rc = journal_append(&s->j, &what, id, &seq);
    json_decref(sealed);
    json_decref(body);
    if (rc == ERR_OK)
        *out = action_answer(id, seq);
    return rc;
}

static enum err take_step(struct site *s, const char *case_id, const json_t *clean, json_t **out)
{
    bool found;
    struct case_now now;
    json_t *papers = NULL;
    enum err rc = read_now(s->j.store, case_id, &now, &found);
    if (rc == ERR_OK)
        rc = check_move(&now, js_str(clean, "step"));
    if (rc == ERR_OK)
        rc = check_parts(&now, clean);
    if (rc == ERR_OK)
        rc = check_papers(s, &now, clean, &papers);
    if (rc == ERR_OK)
        rc = append_step(s, &now, clean, papers, out);
    json_decref(papers);
    return rc;
}

enum err case_step_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    char id[ENTRY_ID];
    json_t *clean = NULL;
    enum err rc = case_find(s, arg, id);
    if (rc == ERR_OK)
        rc = input_check(step_shape, in, &clean);
    if (rc == ERR_OK) {
        gather_paper(clean);
        rc = take_step(s, id, clean, out);
    }
    json_decref(clean);
    return rc;
}

/* --- projected ---------------------------------------------------------------------------------
 */

static enum err move_case(struct store *s, const struct entry *e, const char *to)
{
    enum err rc = sql_put(s,
                          "UPDATE case_file SET deciding = CASE WHEN ?3 AND state <> ?1 THEN ?4"
                          " ELSE deciding END, state = ?1, updated = max(updated, ?2)"
                          " WHERE id = ?5",
                          "tibtt", to, e->at, (int)e->order, e->id, e->subject);
    return rc;
}

static enum err keep_step(struct store *s, const struct entry *e, const char *step,
                          const char *text, bool sealed, bool refused)
{
    return sql_put(s,
                   "INSERT INTO case_step (id, case_id, at, heard, who, clerk, step, text, sealed,"
                   " refused) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)",
                   "ttiittttbb", e->id, e->subject, e->at, e->heard, e->order ? "hub" : "village",
                   e->clerk, step, text, (int)sealed, (int)refused);
}

enum err case_step_project(struct store *s, const struct entry *e)
{
    bool found;
    struct case_now now;
    const char *step = js_str(e->body, "step");
    enum err rc = read_now(s, e->subject, &now, &found);
    if (rc != ERR_OK || !found || step == NULL)
        return rc;
    const struct case_move *move = case_move(now.state, step, false);
    rc = keep_step(s, e, step, NULL, js_bool(e->body, "said"), move == NULL);
    if (rc == ERR_OK && move != NULL)
        rc = move_case(s, e, move->to);
    if (rc == ERR_OK && move != NULL && js_get(e->body, "papers") != NULL)
        rc = paper_keep(s, e->subject, js_get(e->body, "papers"));
    return rc;
}

static enum err decide_case(struct store *s, const struct entry *e, const char *step,
                            const char *text)
{
    bool found;
    struct case_now now;
    enum err rc = read_now(s, e->subject, &now, &found);
    if (rc != ERR_OK)
        return rc;
    if (!found)
        return order_refuse(s, e, err_set(ERR_NOT_FOUND, "case", NULL));
    const struct case_move *move = case_move(now.state, step, true);
    rc = keep_step(s, e, step, text, text == NULL, move == NULL);
    if (rc != ERR_OK)
        return rc;
    if (move == NULL)
        return order_refuse(s, e, err_set(ERR_STATE, now.state, NULL));
    return move_case(s, e, move->to);
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
                   "INSERT INTO slip (id, case_id, at, clerk, means, copies)"
                   " VALUES (?1,?2,?3,?4,?5,?6)",
                   "ttitti", e->id, e->subject, e->at, e->clerk, js_str(e->body, "to"),
                   js_int(e->body, "copies", 1));
}
