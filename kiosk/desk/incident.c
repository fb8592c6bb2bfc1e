/* Owns: incidents and their steps.
 * Invariant: who was told, when and how is a step of its own; an incident is closed only when it
 * was verified, or found to be an error of the data (notice: R38, R39). */
#include "kiosk/desk/incident.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/sql.h"

static const char *const means[] = {"phone", "group", "person", NULL};
static const char *const steps[] = {"isolated",   "leader_told", "town_told", "verified",
                                    "data_error", "closed",      NULL};

/* The reporting steps may come in any order, so that none waits for another. `to` NULL: stays. */
static const struct {
    const char *state, *step, *to;
} moves[] = {
    {"open", "isolated", NULL},           {"open", "leader_told", NULL},
    {"open", "town_told", NULL},          {"open", "verified", "verified"},
    {"open", "data_error", "data_error"}, {"verified", "isolated", NULL},
    {"verified", "leader_told", NULL},    {"verified", "town_told", NULL},
    {"verified", "closed", "closed"},     {"data_error", "leader_told", NULL},
    {"data_error", "town_told", NULL},    {"data_error", "verified", "verified"},
    {"data_error", "closed", "closed"},
};
#define MOVES (sizeof moves / sizeof moves[0])

/* --- opened ------------------------------------------------------------------------------------
 */

static enum err append_incident(struct site *s, json_t *body, const json_t *sealed, int64_t at,
                                char id[ENTRY_ID], int64_t *seq)
{
    struct journal_new what = {.kind = "incident", .at = at, .body = body, .sealed = sealed};
    enum err rc = journal_append(&s->j, &what, id, seq);
    json_decref(body);
    return rc;
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

enum err incident_from(struct site *s, const struct decision *d, const char *from,
                       const char *person, char id[ENTRY_ID])
{
    int64_t seq;
    if (!decision_asks(d, "open_incident"))
        return ERR_OK;
    json_t *body = json_object();
    js_set_str(body, "visit", from);
    js_set_str(body, "person", person);
    js_set_str(body, "cause", decision_cause(d));
    json_object_set_new(body, "actions", to_be_told(js_get(d->out, "actions")));
    return append_incident(s, body, NULL, d->at, id, &seq);
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
        *actions = to_be_told(js_get(d.out, "actions"));
    decision_fini(&d);
    return rc;
}

enum err incident_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    static const char *const sealed_keys[] = {"facts", "note", NULL};
    int64_t seq;
    bool given;
    char person[ENTRY_ID], id[ENTRY_ID];
    json_t *clean = NULL, *actions = NULL;
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : ERR_OK;
    if (rc == ERR_OK)
        rc = action_form(s, "incident", in, &clean);
    if (rc == ERR_OK)
        rc = policy_actions(s, clean, &actions);
    if (rc == ERR_OK)
        rc = action_person(s, clean, "person", &given, person);
    if (rc == ERR_OK) {
        json_t *sealed = input_sealed(clean, sealed_keys), *body = json_object();
        js_set_str(body, "visit", NULL);
        js_set_str(body, "person", given ? person : NULL);
        js_set_str(body, "cause", js_str(clean, "cause"));
        json_object_set(body, "actions", actions);
        rc = append_incident(s, body, sealed, action_time(clean, "at"), id, &seq);
        json_decref(sealed);
    }
    if (rc == ERR_OK)
        *out = action_answer(id, seq);
    json_decref(actions);
    json_decref(clean);
    return rc;
}

enum err incident_project(struct store *s, const struct entry *e)
{
    return sql_put(s,
                   "INSERT INTO incident (id, epoch, seq, at, clerk, visit, person, cause, actions,"
                   " state, updated) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,'open',?4)",
                   "tiiittttj", e->id, e->epoch, e->seq, e->at, e->clerk, js_str(e->body, "visit"),
                   js_str(e->body, "person"), js_str(e->body, "cause"), js_get(e->body, "actions"));
}

/* --- steps -------------------------------------------------------------------------------------
 */

static enum err find_move(const char *state, const char *step, const char **to)
{
    char possible[200] = "";
    for (size_t i = 0; i < MOVES; i++) {
        if (strcmp(moves[i].state, state) != 0)
            continue;
        if (strcmp(moves[i].step, step) == 0) {
            *to = moves[i].to;
            return ERR_OK;
        }
        size_t len = strlen(possible);
        snprintf(possible + len, sizeof possible - len, "%s%s", len > 0 ? ", " : "", moves[i].step);
    }
    return err_set(ERR_STATE, "step", _("%s; possible: %s"), state, possible);
}

static const struct member step_shape[] = {
    {"step", MEMBER_CHOICE, true, 0, steps}, {"to", MEMBER_TEXT, false, 60, NULL},
    {"by", MEMBER_CHOICE, false, 0, means},  {"note", MEMBER_TEXT, false, 500, NULL},
    {"at", MEMBER_TIME, false, 0, NULL},     {NULL, MEMBER_TEXT, false, 0, NULL},
};

static enum err check_step(struct site *s, const char *incident, const json_t *clean)
{
    bool found;
    char state[24];
    const char *to;
    enum err rc = sql_text(s->j.store, &found, state, sizeof state,
                           "SELECT state FROM incident WHERE id = ?1", "t", incident);
    if (rc != ERR_OK || !found)
        return rc != ERR_OK ? rc : err_set(ERR_NOT_FOUND, "incident", NULL);
    return find_move(state, js_str(clean, "step"), &to);
}

enum err incident_step_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    static const char *const body_keys[] = {"step", "by", NULL};
    static const char *const sealed_keys[] = {"to", "note", NULL};
    int64_t seq;
    char id[ENTRY_ID];
    json_t *clean = NULL;
    enum err rc = input_check(step_shape, in, &clean);
    if (rc == ERR_OK)
        rc = check_step(s, arg, clean);
    if (rc == ERR_OK) {
        json_t *body = input_pick(clean, body_keys), *sealed = input_sealed(clean, sealed_keys);
        struct journal_new what = {.kind = "incident_step",
                                   .at = input_time(clean, "at"),
                                   .subject = arg,
                                   .body = body,
                                   .sealed = sealed};
        rc = journal_append(&s->j, &what, id, &seq);
        json_decref(body);
        json_decref(sealed);
    }
    if (rc == ERR_OK)
        *out = action_answer(id, seq);
    json_decref(clean);
    return rc;
}

static enum err move_on(struct store *s, const struct entry *e)
{
    bool found;
    char state[24];
    const char *to = NULL, *step = js_str(e->body, "step");
    enum err rc = sql_text(s, &found, state, sizeof state,
                           "SELECT state FROM incident WHERE id = ?1", "t", e->subject);
    if (rc != ERR_OK || !found || step == NULL)
        return rc;
    if (find_move(state, step, &to) != ERR_OK || to == NULL)
        to = state;
    return sql_put(s, "UPDATE incident SET state = ?1, updated = max(updated, ?2) WHERE id = ?3",
                   "tit", to, e->at, e->subject);
}

enum err incident_step_project(struct store *s, const struct entry *e)
{
    enum err rc = sql_put(s,
                          "INSERT INTO incident_step (id, incident, at, clerk, step, means)"
                          " VALUES (?1,?2,?3,?4,?5,?6)",
                          "ttittt", e->id, e->subject, e->at, e->clerk, js_str(e->body, "step"),
                          js_str(e->body, "by"));
    return rc == ERR_OK ? move_on(s, e) : rc;
}
