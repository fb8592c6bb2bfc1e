/* Owns: the check of staff before work. Invariant: who is checked is a clerk of this site. */
#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/decide.h"
#include "kiosk/desk/incident.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/sql.h"

static enum err write_check(struct site *s, const struct decision *d, const char *clerk,
                            json_t **out)
{
    int64_t seq;
    char id[ENTRY_ID], incident[ENTRY_ID] = "";
    json_t *body = json_object(), *sealed = json_pack("{s:O}", "facts", d->facts);
    js_set_str(body, "clerk", clerk);
    decision_into(d, body);
    struct journal_new what = {.kind = "staff", .at = d->at, .body = body, .sealed = sealed};
    enum err rc = journal_append(&s->j, &what, id, &seq);
    json_decref(body);
    json_decref(sealed);
    if (rc == ERR_OK)
        rc = incident_from(s, d, id, NULL, incident);
    if (rc != ERR_OK)
        return rc;
    *out = action_answer(id, seq);
    json_object_update_missing(*out, d->out);
    js_set_str(*out, "incident", incident[0] != 0 ? incident : NULL);
    return ERR_OK;
}

enum err staff_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    json_t *clean = NULL;
    struct decision d = {.at = CLOCK_NONE};
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : ERR_OK;
    if (rc == ERR_OK)
        rc = action_form(s, "staff", in, &clean);
    if (rc == ERR_OK)
        rc = clerk_known(s, js_str(clean, "clerk"));
    if (rc == ERR_OK)
        rc = decide(s, js_get(clean, "facts"), "staff", action_time(clean, "at"), &d);
    if (rc == ERR_OK)
        rc = write_check(s, &d, js_str(clean, "clerk"), out);
    decision_fini(&d);
    json_decref(clean);
    return rc;
}

enum err staff_project(struct store *s, const struct entry *e)
{
    return sql_put(s,
                   "INSERT INTO staff_check (id, epoch, seq, at, clerk, by, policy, outcome,"
                   " reasons, actions, heard) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)",
                   "tiiittttjji", e->id, e->epoch, e->seq, e->at, js_str(e->body, "clerk"),
                   e->clerk, js_str(e->body, "policy"), js_str(e->body, "outcome"),
                   js_get(e->body, "reasons"), js_get(e->body, "actions"), e->heard);
}
