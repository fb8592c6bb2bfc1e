/* Owns: visits: a person at the door and what was decided.
 * Invariant: a visit that isolates has its incident in the same transaction. */
#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/decide.h"
#include "kiosk/desk/incident.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/sql.h"

static enum err append_visit(struct site *s, const struct decision *d, const char *person,
                             const char *purpose, char id[ENTRY_ID], int64_t *seq)
{
    const char *role = js_str(d->facts, "role");
    json_t *body = json_object(), *sealed = json_object();
    js_set_str(body, "person", person);
    decision_into(d, body);
    js_set_str(body, "role", role != NULL ? role : "visitor");
    json_object_set(sealed, "facts", d->facts);
    js_set_str(sealed, "purpose", purpose);
    struct journal_new what = {.kind = "visit", .at = d->at, .body = body, .sealed = sealed};
    enum err rc = journal_append(&s->j, &what, id, seq);
    json_decref(body);
    json_decref(sealed);
    return rc;
}

static enum err write_visit(struct site *s, const struct decision *d, const json_t *clean,
                            json_t **out)
{
    bool given;
    int64_t seq;
    char person[ENTRY_ID], id[ENTRY_ID], incident[ENTRY_ID] = "";
    enum err rc = action_person(s, clean, "person", &given, person);
    if (rc == ERR_OK)
        rc = append_visit(s, d, given ? person : NULL, js_str(clean, "purpose"), id, &seq);
    if (rc == ERR_OK)
        rc = incident_from(s, d, id, given ? person : NULL, incident);
    if (rc != ERR_OK)
        return rc;
    *out = action_answer(id, seq);
    json_object_update_missing(*out, d->out);
    js_set_str(*out, "visit", id);
    js_set_str(*out, "person", given ? person : NULL);
    js_set_str(*out, "incident", incident[0] != 0 ? incident : NULL);
    return ERR_OK;
}

enum err visit_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    json_t *clean = NULL;
    struct decision d = {.at = CLOCK_NONE};
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : ERR_OK;
    if (rc == ERR_OK)
        rc = action_form(s, "visit", in, &clean);
    if (rc == ERR_OK)
        rc = decide(s, js_get(clean, "facts"), NULL, action_time(clean, "at"), &d);
    if (rc == ERR_OK)
        rc = write_visit(s, &d, clean, out);
    decision_fini(&d);
    json_decref(clean);
    return rc;
}

enum err visit_project(struct store *s, const struct entry *e)
{
    return sql_put(s,
                   "INSERT INTO visit (id, epoch, seq, at, clerk, person, role, policy, outcome,"
                   " reasons, actions) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)",
                   "tiiitttttjj", e->id, e->epoch, e->seq, e->at, e->clerk,
                   js_str(e->body, "person"), js_str(e->body, "role"), js_str(e->body, "policy"),
                   js_str(e->body, "outcome"), js_get(e->body, "reasons"),
                   js_get(e->body, "actions"));
}
