/* Owns: the resident's opinion on a case (好差评), and the way shown to those who need no case.
 * Invariant: a resident is asked once for a case, when it is over, and may decline; what was said
 * in words is sealed. */
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/case.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/sql.h"

#define BEST 5

static const char *const wanted[] = {"yes", "no", NULL};
static const struct member rating_shape[] = {
    {"grade", MEMBER_COUNT, false, BEST, NULL}, {"wanted", MEMBER_CHOICE, false, 0, wanted},
    {"reason", MEMBER_TEXT, false, 200, NULL},  {"at", MEMBER_TIME, false, 0, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

static enum err check_grade(const json_t *clean)
{
    const char *asked = js_str(clean, "wanted");
    bool declined = asked != NULL && strcmp(asked, "no") == 0, graded = js_get(clean, "grade");
    if (!declined && !graded)
        return err_set(ERR_FIELD_REQUIRED, "grade", NULL);
    if (declined && graded)
        return err_set(ERR_CONSTRAINT, "grade", NULL);
    if (graded && js_int(clean, "grade", 0) < 1)
        return err_set(ERR_FIELD_RANGE, "grade", "1-5");
    return ERR_OK;
}

static enum err check_once(struct site *s, const char *id)
{
    bool found;
    char state[24];
    enum err rc =
        sql_text(s->j.store, &found, state, sizeof state,
                 "SELECT iif(rated IS NULL, state, 'rated') FROM case_file WHERE id = ?1", "t", id);
    if (rc != ERR_OK)
        return rc;
    if (strcmp(state, "rated") == 0)
        return err_set(ERR_STATE, "rating", "%s", _("the resident was asked already"));
    if (case_open(state) && strcmp(state, "rejected") != 0)
        return err_set(ERR_STATE, "rating", _("%s; asked when the case is over"), case_word(state));
    return ERR_OK;
}

enum err rating_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    static const char *const sealed_keys[] = {"reason", NULL}, *const keys[] = {"grade", NULL};
    char case_id[ENTRY_ID];
    json_t *clean = NULL;
    enum err rc = case_find(s, arg, case_id);
    if (rc == ERR_OK)
        rc = input_check(rating_shape, in, &clean);
    if (rc == ERR_OK)
        rc = check_grade(clean);
    if (rc == ERR_OK)
        rc = check_once(s, case_id);
    if (rc == ERR_OK)
        rc = action_append(s,
                           (struct journal_new){
                               .kind = "rating", .at = input_time(clean, "at"), .subject = case_id},
                           input_pick(clean, keys), input_sealed(clean, sealed_keys), out);
    json_decref(clean);
    return rc;
}

enum err rating_project(struct store *s, const struct entry *e)
{
    json_t *grade = js_get(e->body, "grade");
    return sql_put(s,
                   "UPDATE case_file SET rated = ?1, grade = CAST(?2 AS INTEGER)"
                   " WHERE id = ?3 AND rated IS NULL",
                   "tjt", e->id, grade, e->subject);
}

/* --- shown another way -------------------------------------------------------------------------
 */

/* The last visit of that person on that day, before it. */
static enum err visit_of(struct site *s, const char *person, int64_t at, char visit[ENTRY_ID])
{
    bool found;
    int64_t when = at != CLOCK_NONE ? at : clock_now();
    visit[0] = 0;
    return sql_text(s->j.store, &found, visit, ENTRY_ID,
                    "SELECT id FROM visit WHERE at >= ?2 AND at <= ?3 AND person = ?1"
                    " ORDER BY at DESC, epoch DESC, seq DESC LIMIT 1",
                    "tii", person, clock_day(when), when);
}

enum err guidance_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    int64_t seq;
    bool named = false;
    const json_t *item;
    char person[ENTRY_ID], id[ENTRY_ID], visit[ENTRY_ID] = "";
    json_t *clean = NULL;
    enum err rc =
        *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : action_form(s, "guidance", in, &clean);
    if (rc == ERR_OK)
        rc = action_item(s, js_str(clean, "item"), &item);
    if (rc == ERR_OK)
        rc = action_person(s, clean, "person", &named, person);
    if (rc == ERR_OK && named)
        rc = visit_of(s, person, action_time(clean, "at"), visit);
    if (rc == ERR_OK) {
        json_t *body = json_object(), *skipped = js_get(clean, "skipped");
        js_set_str(body, "person", named ? person : NULL);
        js_set_str(body, "item", js_str(clean, "item"));
        js_set_str(body, "channel", js_str(clean, "channel"));
        json_object_set_new(body, "skipped", skipped ? json_incref(skipped) : json_array());
        json_object_set_new(body, "told", json_true());
        if (visit[0] != 0)
            js_set_str(body, "visit", visit);
        struct journal_new what = {
            .kind = "guidance", .at = action_time(clean, "at"), .body = body};
        rc = journal_append(&s->j, &what, id, &seq);
        json_decref(body);
    }
    if (rc == ERR_OK)
        *out = action_answer(id, seq);
    json_decref(clean);
    return rc;
}

enum err guidance_project(struct store *s, const struct entry *e)
{
    return sql_put(s,
                   "INSERT INTO guidance (id, epoch, seq, at, clerk, person, item, channel,"
                   " skipped, visit) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)",
                   "tiiittttjt", e->id, e->epoch, e->seq, e->at, e->clerk,
                   js_str(e->body, "person"), js_str(e->body, "item"), js_str(e->body, "channel"),
                   js_get(e->body, "skipped"), js_str(e->body, "visit"));
}
