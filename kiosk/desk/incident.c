/* Owns: incidents and their steps.
 * Invariant: who was told, when and how is a step of its own; an incident goes by the plan that it
 * was opened under, and closes only behind that plan's steps or with a leader's reason (notice:
 * R38, R39). */
#include "kiosk/desk/incident.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/plan.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/sql.h"

static const char *const means[] = {"phone", "group", "person", NULL};

/* --- opened ------------------------------------------------------------------------------------
 */

/* The pack's row for a cause, or NULL. */
static const json_t *kind_of(const struct policy *p, const char *cause)
{
    return plan_step(js_get(js_get(policy_json(p), "incident"), "kinds"), cause);
}

static json_t *to_be_told(const json_t *actions)
{
    size_t i;
    json_t *one, *out = json_array();
    json_array_foreach((json_t *)(uintptr_t)actions, i, one)
    {
        const char *name = json_string_value(one);
        if (name != NULL && strcmp(name, "open_incident") != 0)
            json_array_append(out, one);
    }
    return out;
}

struct opening {
    const struct policy *policy;
    const char *visit, *person, *cause;
    const json_t *actions, *sealed;
    int64_t at;
};

static json_t *opening_body(const struct opening *o)
{
    json_t *body = json_object();
    const json_t *kind = kind_of(o->policy, o->cause);
    js_set_str(body, "visit", o->visit);
    js_set_str(body, "person", o->person);
    js_set_str(body, "cause", o->cause);
    if (kind != NULL)
        json_object_set_new(body, "named",
                            json_pack("{s:O,s:O}", "zh", json_object_get(kind, "zh"), "en",
                                      json_object_get(kind, "en")));
    json_object_set_new(body, "actions", to_be_told(o->actions));
    js_set_str(body, "policy", policy_label(o->policy));
    json_object_set_new(body, "plan", plan_make(o->policy));
    return body;
}

static enum err open_incident(struct site *s, const struct opening *o, char id[ENTRY_ID],
                              int64_t *seq)
{
    json_t *body = opening_body(o);
    struct journal_new what = {.kind = "incident", .at = o->at, .body = body, .sealed = o->sealed};
    enum err rc = journal_append(&s->j, &what, id, seq);
    json_decref(body);
    return rc;
}

enum err incident_from(struct site *s, const struct decision *d, const char *from,
                       const char *person, char id[ENTRY_ID])
{
    int64_t seq;
    if (!decision_asks(d, "open_incident"))
        return ERR_OK;
    struct opening o = {.policy = d->policy,
                        .visit = from,
                        .person = person,
                        .cause = decision_cause(d),
                        .actions = js_get(d->out, "actions"),
                        .at = d->at};
    return open_incident(s, &o, id, &seq);
}

/* Facts told by hand meet the policy too: it says who is to be told. */
static enum err policy_actions(struct site *s, const json_t *clean, json_t **actions)
{
    struct decision d;
    const json_t *facts = js_get(clean, "facts");
    *actions = NULL;
    if (json_object_size(facts) == 0) {
        *actions = json_array();
        return ERR_OK;
    }
    enum err rc = decide(s, facts, NULL, action_time(clean, "at"), &d);
    if (rc == ERR_OK)
        *actions = json_incref(js_get(d.out, "actions"));
    decision_fini(&d);
    return rc;
}

/* A pack may name causes beside those of the form. */
static enum err check_form(struct site *s, const struct policy *p, const json_t *in, json_t **clean)
{
    const char *cause = js_str(in, "cause");
    const json_t *kind = cause != NULL ? kind_of(p, cause) : NULL;
    json_t *plain = kind != NULL ? json_copy((json_t *)(uintptr_t)in) : NULL;
    if (plain != NULL)
        js_set_str(plain, "cause", "other");
    enum err rc = action_form(s, "incident", plain != NULL ? plain : in, clean);
    if (rc == ERR_OK && kind != NULL)
        js_set_str(*clean, "cause", cause);
    json_decref(plain);
    return rc;
}

static enum err open_by_hand(struct site *s, const struct policy *p, const json_t *clean,
                             const json_t *actions, json_t **out)
{
    static const char *const sealed_keys[] = {"facts", "note", NULL};
    bool given;
    int64_t seq;
    char person[ENTRY_ID], id[ENTRY_ID];
    enum err rc = action_person(s, clean, "person", &given, person);
    if (rc != ERR_OK)
        return rc;
    json_t *sealed = input_sealed(clean, sealed_keys);
    struct opening o = {.policy = p,
                        .person = given ? person : NULL,
                        .cause = js_str(clean, "cause"),
                        .actions = actions,
                        .sealed = sealed,
                        .at = action_time(clean, "at")};
    rc = open_incident(s, &o, id, &seq);
    json_decref(sealed);
    if (rc == ERR_OK)
        *out = action_answer(id, seq);
    return rc;
}

enum err incident_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    struct policy *p = NULL;
    json_t *clean = NULL, *actions = NULL;
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : site_policy(s, &p);
    if (rc == ERR_OK)
        rc = check_form(s, p, in, &clean);
    if (rc == ERR_OK)
        rc = policy_actions(s, clean, &actions);
    if (rc == ERR_OK)
        rc = open_by_hand(s, p, clean, actions, out);
    json_decref(actions);
    json_decref(clean);
    return rc;
}

enum err incident_project(struct store *s, const struct entry *e)
{
    const json_t *b = e->body;
    return sql_put(s,
                   "INSERT INTO incident (id, epoch, seq, at, clerk, visit, person, cause, actions,"
                   " state, updated, heard, policy, named, plan)"
                   " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,'" PLAN_OPEN "',?4,?10,?11,?12,?13)",
                   "tiiittttjitjj", e->id, e->epoch, e->seq, e->at, e->clerk, js_str(b, "visit"),
                   js_str(b, "person"), js_str(b, "cause"), js_get(b, "actions"), e->heard,
                   js_str(b, "policy"), js_get(b, "named"), js_get(b, "plan"));
}

/* --- how far it is -----------------------------------------------------------------------------
 */

void incident_fini(struct incident_now *now)
{
    json_decref(now->plan);
    json_decref(now->done);
    *now = (struct incident_now){.at = CLOCK_NONE};
}

static enum err read_done(struct store *s, const char *id, json_t *done)
{
    bool more = false;
    sqlite3_stmt *q;
    enum err rc =
        sql_open(s, &q, "SELECT DISTINCT step FROM incident_step WHERE incident = ?1", "t", id);
    while (rc == ERR_OK && (rc = store_step(s, q, &more)) == ERR_OK && more)
        json_array_append_new(done, sql_json(q, 0));
    return rc;
}

enum err incident_read(struct store *s, const char *id, struct incident_now *out)
{
    bool row = false;
    sqlite3_stmt *q;
    *out = (struct incident_now){.at = CLOCK_NONE};
    enum err rc = sql_open(s, &q, "SELECT state, plan, at FROM incident WHERE id = ?1", "t", id);
    if (rc == ERR_OK)
        rc = store_step(s, q, &row);
    if (rc == ERR_OK && !row)
        rc = err_set(ERR_NOT_FOUND, "incident", NULL);
    if (rc != ERR_OK)
        return rc;
    snprintf(out->state, sizeof out->state, "%s", store_text(q, 0));
    out->plan =
        sqlite3_column_type(q, 1) == SQLITE_NULL ? plan_before() : sql_parsed(q, 1, json_array());
    out->at = store_int(q, 2);
    sqlite3_reset(q);
    out->done = json_array();
    return read_done(s, id, out->done);
}

json_t *incident_possible(const struct incident_now *now)
{
    size_t i;
    json_t *one, *out = json_array();
    json_array_foreach(now->plan, i, one)
    {
        if (plan_may(now->plan, now->done, now->state, one))
            json_array_append(out, json_object_get(one, "id"));
    }
    return out;
}

/* --- steps -------------------------------------------------------------------------------------
 */

static void join(const json_t *words, char *out, size_t size)
{
    size_t i;
    json_t *one;
    out[0] = 0;
    json_array_foreach((json_t *)(uintptr_t)words, i, one)
    {
        size_t len = strlen(out);
        snprintf(out + len, size - len, "%s%s", len > 0 ? ", " : "", json_string_value(one));
    }
}

static enum err not_now(const struct incident_now *now)
{
    char words[240];
    json_t *possible = incident_possible(now);
    join(possible, words, sizeof words);
    json_decref(possible);
    return err_set(ERR_STATE, "step", _("%s; possible: %s"), now->state, words);
}

static const struct member step_shape[] = {
    {"step", MEMBER_TEXT, true, 40, NULL},     {"to", MEMBER_TEXT, false, 60, NULL},
    {"by", MEMBER_CHOICE, false, 0, means},    {"ref", MEMBER_TEXT, false, 60, NULL},
    {"place", MEMBER_TEXT, false, 40, NULL},   {"note", MEMBER_TEXT, false, 500, NULL},
    {"reason", MEMBER_TEXT, false, 500, NULL}, {"at", MEMBER_TIME, false, 0, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

/* What the step asks for; a reference need not be given by everybody who is told. */
static enum err check_asked(const json_t *step, const json_t *clean)
{
    static const char *const needed[] = {"to", "by", "place"};
    const json_t *ways = js_get(step, "means");
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (plan_asks(step, needed[i]) && js_str(clean, needed[i]) == NULL)
            return err_set(ERR_FIELD_REQUIRED, needed[i], NULL);
    for (size_t i = 0; json_array_size(ways) > 0 && js_str(clean, "by") != NULL; i++) {
        const char *way = json_string_value(json_array_get(ways, i));
        if (i == json_array_size(ways))
            return err_set(ERR_FIELD_CHOICE, "by", NULL);
        if (way != NULL && strcmp(way, js_str(clean, "by")) == 0)
            break;
    }
    return ERR_OK;
}

/* Closing before all is done needs a leader who says why. */
static enum err check_close(struct site *s, const struct incident_now *now, const json_t *step,
                            const json_t *clean, char answers[CLERK_NAME])
{
    char words[240];
    json_t *missing = plan_missing(now->plan, now->done);
    bool may = plan_may(now->plan, now->done, now->state, step);
    bool done = may && json_array_size(missing) == 0;
    join(missing, words, sizeof words);
    json_decref(missing);
    if (done || strcmp(now->state, PLAN_CLOSED) == 0)
        return done ? ERR_OK : not_now(now);
    if (js_str(clean, "reason") != NULL)
        return clerk_answers(s, "leader", answers);
    return may ? err_set(ERR_STATE, "step", _("%s; still to be done: %s"), now->state, words)
               : not_now(now);
}

static enum err check_step(struct site *s, const struct incident_now *now, const json_t *clean,
                           const json_t **step, char answers[CLERK_NAME])
{
    *step = plan_step(now->plan, js_str(clean, "step"));
    if (*step == NULL)
        return err_set(ERR_FIELD_CHOICE, "step", NULL);
    if (js_bool(*step, "closes"))
        return check_close(s, now, *step, clean, answers);
    if (!plan_may(now->plan, now->done, now->state, *step))
        return not_now(now);
    return check_asked(*step, clean);
}

/* With what the step means, so that whoever reads it later needs no plan. */
static json_t *step_body(const json_t *step, const json_t *clean, const char *answers)
{
    static const char *const keys[] = {"step", "by", "place", NULL};
    json_t *body = input_pick(clean, keys);
    if (js_str(step, "state") != NULL)
        js_set_str(body, "state", js_str(step, "state"));
    if (js_bool(step, "frees"))
        json_object_set_new(body, "frees", json_true());
    if (js_bool(step, "closes"))
        json_object_set_new(body, "closes", json_true());
    if (*answers != 0)
        js_set_str(body, "answers", answers);
    return body;
}

static enum err take_step(struct site *s, const char *incident, const json_t *step,
                          const json_t *clean, const char *answers, json_t **out)
{
    static const char *const sealed_keys[] = {"to", "ref", "note", "reason", NULL};
    json_t *body = step_body(step, clean, answers), *sealed = input_sealed(clean, sealed_keys);
    return action_append(s,
                         (struct journal_new){.kind = "incident_step",
                                              .at = input_time(clean, "at"),
                                              .subject = incident},
                         body, sealed, out);
}

enum err incident_step_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    char answers[CLERK_NAME] = "";
    const json_t *step;
    json_t *clean = NULL;
    struct incident_now now = {.at = CLOCK_NONE};
    enum err rc = input_check(step_shape, in, &clean);
    if (rc == ERR_OK)
        rc = incident_read(s->j.store, arg, &now);
    if (rc == ERR_OK)
        rc = check_step(s, &now, clean, &step, answers);
    if (rc == ERR_OK)
        rc = take_step(s, arg, step, clean, answers, out);
    incident_fini(&now);
    json_decref(clean);
    return rc;
}

static enum err move_on(struct store *s, const struct entry *e)
{
    struct incident_now now;
    enum err rc = incident_read(s, e->subject, &now);
    if (rc == ERR_NOT_FOUND)
        return ERR_OK;
    const json_t *step = e->version > 1 ? e->body : plan_step(now.plan, js_str(e->body, "step"));
    const char *place = js_str(e->body, "place");
    bool out = js_bool(step, "frees") || js_bool(step, "closes");
    if (rc == ERR_OK)
        rc = sql_put(s,
                     "UPDATE incident SET state = ?1, updated = max(updated, ?2),"
                     " place = coalesce(?3, place),"
                     " since = CASE WHEN ?3 IS NULL THEN since ELSE coalesce(since, ?2) END,"
                     " freed = CASE WHEN ?3 IS NOT NULL THEN NULL"
                     "   WHEN ?4 AND since IS NOT NULL THEN coalesce(freed, ?2) ELSE freed END,"
                     " answers = coalesce(?5, answers) WHERE id = ?6",
                     "titbtt", plan_state(step, now.state), e->at, place, (int)out,
                     js_str(e->body, "answers"), e->subject);
    incident_fini(&now);
    return rc;
}

enum err incident_step_project(struct store *s, const struct entry *e)
{
    enum err rc = sql_put(s,
                          "INSERT INTO incident_step (id, incident, at, clerk, step, means, heard,"
                          " place, answers) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9)",
                          "ttitttitt", e->id, e->subject, e->at, e->clerk, js_str(e->body, "step"),
                          js_str(e->body, "by"), e->heard, js_str(e->body, "place"),
                          js_str(e->body, "answers"));
    return rc == ERR_OK ? move_on(s, e) : rc;
}
