/* Owns: batches of cases' papers that a courier carries to the sub-centre (材料移交清单).
 * Invariant: only a paper that lies here can be handed over; who has it then is the courier, until
 * the list is said to have arrived, once, by the sub-centre or by a clerk. */
#include "kiosk/desk/courier.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/case.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/order.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/sql.h"
#include "kiosk/rules/idno.h"

#define CASES_MAX 60 /* on one list */

static const struct member courier_shape[] = {
    {"cases", MEMBER_ARRAY, true, 0, NULL},
    {"papers", MEMBER_ARRAY, false, 0, NULL}, /* [{"case","paper"}]; none: all that lies here */
    {"carrier", MEMBER_TEXT, true, 60, NULL},
    {"at", MEMBER_TIME, false, 0, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};
static const char *const steps[] = {"received", NULL};
static const struct member step_shape[] = {
    {"step", MEMBER_CHOICE, true, 0, steps},
    {"text", MEMBER_TEXT, false, 200, NULL},
    {"at", MEMBER_TIME, false, 0, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

/* --- handed over -------------------------------------------------------------------------------
 */

static bool has(const json_t *list, const char *id)
{
    size_t i;
    json_t *one;
    json_array_foreach((json_t *)(uintptr_t)list, i, one)
    {
        if (strcmp(json_string_value(one), id) == 0)
            return true;
    }
    return false;
}

static enum err take_cases(struct site *s, const json_t *given, json_t *cases)
{
    size_t i;
    json_t *one;
    char id[ENTRY_ID];
    if (json_array_size(given) == 0)
        return err_set(ERR_FIELD_REQUIRED, "cases", NULL);
    if (json_array_size(given) > CASES_MAX)
        return err_set(ERR_TOO_LONG, "cases", "%d", CASES_MAX);
    json_array_foreach((json_t *)(uintptr_t)given, i, one)
    {
        enum err rc = json_is_string(one) ? case_find(s, json_string_value(one), id)
                                          : err_set(ERR_FIELD_TYPE, "cases", NULL);
        if (rc != ERR_OK)
            return err_set(rc, "cases", NULL);
        if (has(cases, id))
            return err_set(ERR_DUPLICATE, "cases", NULL);
        json_array_append_new(cases, json_string(id));
    }
    return ERR_OK;
}

/* All that lies here of one case. */
static enum err add_papers(struct store *s, const char *case_id, json_t *papers)
{
    bool row = false;
    sqlite3_stmt *q;
    enum err rc = sql_open(s, &q,
                           "SELECT paper FROM paper WHERE case_id = ?1 AND holder = 'village'"
                           " ORDER BY n",
                           "t", case_id);
    while (rc == ERR_OK && (rc = store_step(s, q, &row)) == ERR_OK && row)
        json_array_append_new(papers,
                              json_pack("{s:s,s:s}", "case", case_id, "paper", store_text(q, 0)));
    return rc;
}

/* One that was named: of a case of this list, lying here, and once. */
static enum err take_paper(struct site *s, const json_t *one, const json_t *cases, json_t *papers)
{
    bool here;
    char id[ENTRY_ID];
    const char *which = js_str(one, "case"), *paper = js_str(one, "paper");
    if (which == NULL || paper == NULL || json_object_size(one) != 2)
        return err_set(ERR_FIELD_TYPE, "papers", NULL);
    enum err rc = case_find(s, which, id);
    if (rc == ERR_OK && !has(cases, id))
        rc = err_set(ERR_FIELD_CHOICE, "papers", "%s", which);
    if (rc == ERR_OK)
        rc = sql_text(s->j.store, &here, NULL, 0,
                      "SELECT 1 FROM paper WHERE case_id = ?1 AND paper = ?2"
                      " AND holder = 'village'",
                      "tt", id, paper);
    if (rc != ERR_OK)
        return err_set(rc, "papers", NULL);
    if (!here)
        return err_set(ERR_STATE, "papers", _("%s does not lie here"), paper);
    json_t *row = json_pack("{s:s,s:s}", "case", id, "paper", paper);
    size_t i;
    json_t *before;
    json_array_foreach(papers, i, before)
    {
        if (json_equal(before, row))
            rc = err_set(ERR_DUPLICATE, "papers", "%s", paper);
    }
    json_array_append_new(papers, row);
    return rc;
}

/* A case that none of its papers goes with has no place on the list. */
static enum err check_each_goes(const json_t *cases, const json_t *papers)
{
    size_t i, k;
    json_t *id, *paper;
    json_array_foreach((json_t *)(uintptr_t)cases, i, id)
    {
        bool goes = false;
        json_array_foreach((json_t *)(uintptr_t)papers, k, paper)
        {
            goes = goes || strcmp(js_str(paper, "case"), json_string_value(id)) == 0;
        }
        if (!goes)
            return err_set(ERR_FIELD_REQUIRED, "papers", "%s", json_string_value(id));
    }
    return ERR_OK;
}

static enum err take_named(struct site *s, const json_t *given, const json_t *cases, json_t *papers)
{
    size_t i;
    json_t *one;
    enum err rc = ERR_OK;
    json_array_foreach((json_t *)(uintptr_t)given, i, one)
    {
        if (rc == ERR_OK)
            rc = take_paper(s, one, cases, papers);
    }
    return rc == ERR_OK ? check_each_goes(cases, papers) : rc;
}

static enum err take_papers(struct site *s, const json_t *cases, json_t *papers)
{
    size_t i;
    json_t *one;
    enum err rc = ERR_OK;
    json_array_foreach((json_t *)(uintptr_t)cases, i, one)
    {
        if (rc == ERR_OK)
            rc = add_papers(s->j.store, json_string_value(one), papers);
    }
    if (rc == ERR_OK && json_array_size(papers) == 0)
        rc = err_set(ERR_STATE, "papers", "%s", _("no paper of these cases lies here"));
    return rc;
}

static enum err append_list(struct site *s, const json_t *clean, const json_t *body, json_t **out)
{
    static const char *const keys[] = {"carrier", NULL};
    int64_t seq;
    char id[ENTRY_ID], number[32];
    json_t *sealed = input_sealed(clean, keys);
    struct journal_new what = {
        .kind = "courier", .at = input_time(clean, "at"), .body = body, .sealed = sealed};
    enum err rc = journal_append(&s->j, &what, id, &seq);
    json_decref(sealed);
    if (rc != ERR_OK)
        return rc;
    *out = action_answer(id, seq);
    js_set_str(*out, "number", idno_case_number(s->j.site, s->j.epoch, seq, number));
    js_set_int(*out, "papers", (int64_t)json_array_size(js_get(body, "papers")));
    return ERR_OK;
}

enum err courier_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    json_t *clean = NULL, *cases = json_array(), *papers = json_array();
    enum err rc =
        *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : input_check(courier_shape, in, &clean);
    if (rc == ERR_OK)
        rc = take_cases(s, js_get(clean, "cases"), cases);
    if (rc == ERR_OK)
        rc = js_get(clean, "papers") != NULL ? take_named(s, js_get(clean, "papers"), cases, papers)
                                             : take_papers(s, cases, papers);
    if (rc == ERR_OK) {
        json_t *body = json_pack("{s:O,s:O}", "cases", cases, "papers", papers);
        rc = append_list(s, clean, body, out);
        json_decref(body);
    }
    json_decref(clean);
    json_decref(cases);
    json_decref(papers);
    return rc;
}

static enum err keep_cases(struct store *s, const struct entry *e)
{
    size_t i;
    json_t *one;
    enum err rc = ERR_OK;
    json_array_foreach(js_get(e->body, "cases"), i, one)
    {
        if (rc == ERR_OK)
            rc = sql_put(s, "INSERT OR IGNORE INTO courier_case (list, case_id) VALUES (?1, ?2)",
                         "tt", e->id, json_string_value(one));
    }
    json_array_foreach(js_get(e->body, "papers"), i, one)
    {
        if (rc == ERR_OK)
            rc = sql_put(s,
                         "UPDATE paper SET holder = 'courier', since = ?1, entry = ?2"
                         " WHERE case_id = ?3 AND paper = ?4",
                         "ittt", e->at, e->id, js_str(one, "case"), js_str(one, "paper"));
    }
    return rc;
}

enum err courier_project(struct store *s, const struct entry *e)
{
    enum err rc = sql_put(s,
                          "INSERT INTO courier (id, epoch, seq, at, clerk, cases, papers)"
                          " VALUES (?1,?2,?3,?4,?5,?6,?7)",
                          "tiiitjj", e->id, e->epoch, e->seq, e->at, e->clerk,
                          js_get(e->body, "cases"), js_get(e->body, "papers"));
    return rc == ERR_OK ? keep_cases(s, e) : rc;
}

/* --- arrived -----------------------------------------------------------------------------------
 */

enum err courier_find(struct site *s, const char *which, char id[ENTRY_ID])
{
    bool found;
    char wanted[ENTRY_ID];
    enum err rc = case_id_named(s, which, wanted);
    if (rc == ERR_OK)
        rc = sql_text(s->j.store, &found, id, ENTRY_ID, "SELECT id FROM courier WHERE id = ?1", "t",
                      wanted);
    return rc != ERR_OK || found ? rc : err_set(ERR_NOT_FOUND, "courier", NULL);
}

static enum err check_open(struct store *s, const char *id)
{
    bool open;
    enum err rc = sql_text(s, &open, NULL, 0,
                           "SELECT 1 FROM courier WHERE id = ?1 AND received IS NULL", "t", id);
    if (rc != ERR_OK || open)
        return rc;
    return err_set(ERR_STATE, "step", "%s", _("this list has arrived already"));
}

enum err courier_step_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    static const char *const keys[] = {"text", NULL};
    char list[ENTRY_ID];
    json_t *clean = NULL;
    enum err rc = courier_find(s, arg, list);
    if (rc == ERR_OK)
        rc = input_check(step_shape, in, &clean);
    if (rc == ERR_OK)
        rc = check_open(s->j.store, list);
    if (rc == ERR_OK)
        rc = action_append(
            s,
            (struct journal_new){
                .kind = "courier_step", .at = input_time(clean, "at"), .subject = list},
            json_pack("{s:s}", "step", js_str(clean, "step")), input_sealed(clean, keys), out);
    json_decref(clean);
    return rc;
}

/* The first who says so counts; a paper that has gone on since then stays where it is. */
static enum err arrive(struct store *s, const struct entry *e)
{
    enum err rc = sql_put(s,
                          "UPDATE courier SET received = ?1, receiver = ?2, receipt = ?3"
                          " WHERE id = ?4 AND received IS NULL",
                          "ittt", e->at, e->clerk, e->id, e->subject);
    if (rc == ERR_OK)
        rc = sql_put(s,
                     "UPDATE paper SET holder = 'sub_centre', since = ?1, entry = ?2"
                     " WHERE case_id IN (SELECT case_id FROM courier_case WHERE list = ?3)"
                     " AND holder = 'courier' AND entry = ?3",
                     "itt", e->at, e->id, e->subject);
    return rc;
}

enum err courier_step_project(struct store *s, const struct entry *e)
{
    bool found;
    enum err why = ERR_OK, rc = e->order ? order_note(s, e, js_str(e->body, "step"), NULL) : ERR_OK;
    if (rc == ERR_OK)
        rc = sql_text(s, &found, NULL, 0, "SELECT 1 FROM courier WHERE id = ?1", "t", e->subject);
    if (rc != ERR_OK)
        return rc;
    const char *step = js_str(e->body, "step");
    if (!found)
        why = err_set(ERR_NOT_FOUND, "courier", NULL);
    else if (step == NULL || strcmp(step, "received") != 0)
        why = err_set(ERR_FIELD_CHOICE, "step", NULL);
    if (why != ERR_OK)
        return e->order ? order_refuse(s, e, why) : ERR_OK;
    return arrive(s, e);
}
