/* Owns: visits: a person at the door, what was decided, and what somebody refused was given
 * instead. Invariant: a visit that isolates has its incident in the same transaction; less caution
 * than the policy's is written only with the name of a leader who answers for it. */
#include "kiosk/desk/visit.h"

#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/decide.h"
#include "kiosk/desk/incident.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/sql.h"
#include "kiosk/desk/suspend.h"

#define DEVICES_MAX 8

static const char *const outcomes[] = {"admit", "deny", "isolate", NULL}; /* lightest first */

/* --- decided otherwise -------------------------------------------------------------------------
 */

static const struct member extra_shape[] = {
    {"override", MEMBER_OBJECT, false, 0, NULL},
    {"device", MEMBER_ARRAY, false, 0, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};
static const struct member override_shape[] = {
    {"outcome", MEMBER_CHOICE, true, 0, outcomes},
    {"reason", MEMBER_TEXT, true, 200, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

/* What a visit has beside its form. */
struct extra {
    json_t *form;     /* the rest, for the form; owned */
    json_t *clean;    /* of extra_shape; owned */
    json_t *override; /* of override_shape, or NULL; owned */
    json_t *body;     /* {"from","to","answers"}, or NULL; owned */
};

static void extra_fini(struct extra *x)
{
    json_decref(x->form);
    json_decref(x->clean);
    json_decref(x->override);
    json_decref(x->body);
}

static enum err check_devices(const json_t *list)
{
    static const struct member id = {"device", MEMBER_TEXT, true, 40, NULL};
    size_t i;
    json_t *one, *clean;
    if (json_array_size(list) > DEVICES_MAX)
        return err_set(ERR_FIELD_RANGE, "device", NULL);
    json_array_foreach(list, i, one)
    {
        enum err rc = input_value(&id, one, &clean);
        json_decref(clean);
        if (rc != ERR_OK)
            return rc;
    }
    return ERR_OK;
}

static enum err take_extra(const json_t *in, struct extra *x)
{
    json_t *mine = json_object();
    if (!json_is_object(in)) {
        json_decref(mine);
        return err_set(ERR_FIELD_TYPE, NULL, NULL);
    }
    x->form = json_copy((json_t *)(uintptr_t)in);
    for (const struct member *m = extra_shape; m->name != NULL; m++) {
        json_object_set(mine, m->name, json_object_get(in, m->name));
        json_object_del(x->form, m->name);
    }
    enum err rc = input_check(extra_shape, mine, &x->clean);
    json_decref(mine);
    if (rc == ERR_OK)
        rc = check_devices(js_get(x->clean, "device"));
    if (rc == ERR_OK && js_get(x->clean, "override") != NULL)
        rc = input_check(override_shape, js_get(x->clean, "override"), &x->override);
    return rc;
}

static int caution(const char *outcome)
{
    for (int i = 0; outcome != NULL && outcomes[i] != NULL; i++)
        if (strcmp(outcomes[i], outcome) == 0)
            return i;
    return 0;
}

static void want_action(struct decision *d, const char *action)
{
    const json_t *known = js_get(policy_json(d->policy), "actions");
    if (js_get(known, action) != NULL && !decision_asks(d, action))
        json_array_append_new(js_get(d->out, "actions"), json_string(action));
}

static void drop_action(struct decision *d, const char *action)
{
    json_t *all = js_get(d->out, "actions");
    for (size_t i = json_array_size(all); i-- > 0;)
        if (strcmp(json_string_value(json_array_get(all, i)), action) == 0)
            json_array_remove(all, i);
}

/* More caution is anybody's to choose; less is a leader's to answer for. */
static enum err override(struct site *s, struct decision *d, struct extra *x)
{
    char leader[CLERK_NAME] = "";
    const char *from = js_str(d->out, "outcome"), *to = js_str(x->override, "outcome");
    if (x->override == NULL)
        return ERR_OK;
    if (caution(to) == caution(from))
        return err_set(ERR_CONSTRAINT, "override.outcome", "%s",
                       _("the policy decides the same: record without an override"));
    if (caution(to) < caution(from)) {
        enum err rc = clerk_answers(s, "leader", leader);
        if (rc == ERR_OK && caution(to) == 0)
            rc = suspend_check(s); /* whoever answers: nobody comes in while service is suspended */
        if (rc != ERR_OK)
            return rc;
    }
    x->body = json_object();
    js_set_str(x->body, "from", from);
    js_set_str(x->body, "to", to);
    js_set_str(x->body, "answers", leader[0] != 0 ? leader : NULL);
    js_set_str(d->out, "outcome", to);
    drop_action(d, "open_incident");
    if (strcmp(to, "isolate") == 0)
        want_action(d, "open_incident");
    if (strcmp(to, "deny") == 0)
        want_action(d, "other_channel");
    return ERR_OK;
}

/* --- written -----------------------------------------------------------------------------------
 */

static enum err append_visit(struct site *s, const struct decision *d, const struct extra *x,
                             const char *person, const json_t *clean, char id[ENTRY_ID],
                             int64_t *seq)
{
    const char *role = js_str(d->facts, "role");
    json_t *body = json_object(), *sealed = json_object();
    js_set_str(body, "person", person);
    decision_into(d, body);
    js_set_str(body, "role", role != NULL ? role : "visitor");
    if (x->body != NULL)
        json_object_set(body, "override", x->body);
    if (json_array_size(js_get(x->clean, "device")) > 0)
        json_object_set(body, "device", js_get(x->clean, "device"));
    json_object_set(sealed, "facts", d->facts);
    js_set_str(sealed, "purpose", js_str(clean, "purpose"));
    if (x->override != NULL)
        js_set_str(sealed, "reason", js_str(x->override, "reason"));
    struct journal_new what = {.kind = "visit", .at = d->at, .body = body, .sealed = sealed};
    enum err rc = journal_append(&s->j, &what, id, seq);
    json_decref(body);
    json_decref(sealed);
    return rc;
}

static enum err write_visit(struct site *s, const struct decision *d, const struct extra *x,
                            const json_t *clean, json_t **out)
{
    bool given;
    int64_t seq;
    char person[ENTRY_ID], id[ENTRY_ID], incident[ENTRY_ID] = "";
    enum err rc = action_person(s, clean, "person", &given, person);
    if (rc == ERR_OK)
        rc = append_visit(s, d, x, given ? person : NULL, clean, id, &seq);
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
    struct extra x = {.form = NULL};
    struct decision d = {.at = CLOCK_NONE};
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : ERR_OK;
    if (rc == ERR_OK)
        rc = take_extra(in, &x);
    if (rc == ERR_OK)
        rc = action_form(s, "visit", x.form, &clean);
    if (rc == ERR_OK)
        rc = decide(s, js_get(clean, "facts"), NULL, action_time(clean, "at"), &d);
    if (rc == ERR_OK)
        rc = override(s, &d, &x);
    if (rc == ERR_OK)
        rc = write_visit(s, &d, &x, clean, out);
    decision_fini(&d);
    extra_fini(&x);
    json_decref(clean);
    return rc;
}

/* Somebody refused who is let in later that day has had another way. */
static enum err settle_refusals(struct store *s, const struct entry *e)
{
    const char *person = js_str(e->body, "person"), *outcome = js_str(e->body, "outcome");
    if (person == NULL || outcome == NULL || strcmp(outcome, "admit") != 0)
        return ERR_OK;
    return sql_put(s,
                   "UPDATE visit SET offered = 'nearby' WHERE person = ?1 AND at >= ?2 AND at <= ?3"
                   " AND outcome = 'deny' AND offered IS NULL",
                   "tii", person, clock_day(e->at), e->at);
}

enum err visit_project(struct store *s, const struct entry *e)
{
    const json_t *o = js_get(e->body, "override");
    enum err rc =
        sql_put(s,
                "INSERT INTO visit (id, epoch, seq, at, clerk, person, role, policy, outcome,"
                " reasons, actions, said, answers, device)"
                " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14)",
                "tiiitttttjjttj", e->id, e->epoch, e->seq, e->at, e->clerk,
                js_str(e->body, "person"), js_str(e->body, "role"), js_str(e->body, "policy"),
                js_str(e->body, "outcome"), js_get(e->body, "reasons"), js_get(e->body, "actions"),
                js_str(o, "from"), js_str(o, "answers"), js_get(e->body, "device"));
    return rc == ERR_OK ? settle_refusals(s, e) : rc;
}

/* --- another channel ---------------------------------------------------------------------------
 */

static const struct member offer_shape[] = {
    {"channel", MEMBER_TEXT, false, 40, NULL},
    {"told_online", MEMBER_FLAG, false, 0, NULL},
    {"at", MEMBER_TIME, false, 0, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

/* The channel is one of the pack's; what is done online is told with it. */
static enum err check_offer(struct site *s, const char *visit, json_t *clean)
{
    bool found, known = false;
    size_t i;
    json_t *one;
    struct policy *p;
    const char *channel = js_str(clean, "channel");
    enum err rc =
        sql_text(s->j.store, &found, NULL, 0, "SELECT id FROM visit WHERE id = ?1", "t", visit);
    if (rc == ERR_OK && !found)
        rc = err_set(ERR_NOT_FOUND, "visit", NULL);
    if (rc == ERR_OK)
        rc = site_policy(s, &p);
    if (rc != ERR_OK)
        return rc;
    if (channel == NULL && js_get(clean, "told_online") == NULL)
        return err_set(ERR_FIELD_REQUIRED, "channel", NULL);
    json_array_foreach(policy_channels(p), i, one) known |=
        channel != NULL && strcmp(json_string_value(one), channel) == 0;
    if (channel != NULL && strcmp(channel, "online") == 0)
        json_object_set_new(clean, "told_online", json_true());
    return channel == NULL || known ? ERR_OK : err_set(ERR_FIELD_CHOICE, "channel", NULL);
}

enum err visit_offer_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    static const char *const body_keys[] = {"channel", "told_online", NULL};
    int64_t seq;
    char id[ENTRY_ID];
    json_t *clean = NULL;
    enum err rc = input_check(offer_shape, in, &clean);
    if (rc == ERR_OK)
        rc = check_offer(s, arg, clean);
    if (rc == ERR_OK) {
        json_t *body = input_pick(clean, body_keys);
        struct journal_new what = {
            .kind = "visit_offer", .at = input_time(clean, "at"), .subject = arg, .body = body};
        rc = journal_append(&s->j, &what, id, &seq);
        json_decref(body);
    }
    if (rc == ERR_OK)
        *out = action_answer(id, seq);
    json_decref(clean);
    return rc;
}

/* The last word counts; what it says nothing about stays. */
enum err visit_offer_project(struct store *s, const struct entry *e)
{
    const json_t *told = js_get(e->body, "told_online");
    return sql_put(s,
                   "UPDATE visit SET offered = coalesce(?1, offered),"
                   " told_online = iif(?2, ?3, told_online) WHERE id = ?4",
                   "tbbt", js_str(e->body, "channel"), (int)(told != NULL), (int)json_is_true(told),
                   e->subject);
}

/* --- the gate ----------------------------------------------------------------------------------
 */

enum err visit_gate(struct site *s, const char *person, int64_t at)
{
    bool found;
    struct policy *p;
    enum err rc = site_policy(s, &p);
    if (rc != ERR_OK || !js_bool(policy_json(p), "gate"))
        return rc;
    if (at == CLOCK_NONE)
        at = clock_now();
    rc = sql_text(s->j.store, &found, NULL, 0,
                  "SELECT id FROM visit WHERE person = ?1 AND at >= ?2 AND at < ?3"
                  " AND outcome = 'admit'",
                  "tii", person, clock_day(at), clock_day(at) + CLOCK_DAY_MS);
    if (rc != ERR_OK || found)
        return rc;
    return err_set(ERR_CONSTRAINT, "channel", "%s",
                   _("no pass at the door today: check the person in first, or choose another "
                     "channel"));
}
