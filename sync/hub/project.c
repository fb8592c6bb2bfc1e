/* Owns: what entries mean to the hub. Invariant: nothing here opens a sealed part, and emptying the
 * tables and projecting again gives the same rows. */
#include "sync/hub/project.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "sync/hub/booking.h"
#include "sync/hub/casework.h"
#include "sync/hub/courier.h"
#include "sync/hub/live.h"
#include "sync/hub/report.h"
#include "sync/hub/suspend.h"
#include "sync/hub/webhook.h"

struct subject {
    struct hub *hub;
    const char *site;
    const struct entry *e;
};
typedef enum err project_fn(const struct subject *p);

static enum err need(const struct subject *p, const char *key, const char **out)
{
    *out = js_str(p->e->body, key);
    return *out != NULL ? ERR_OK : err_set(ERR_FIELD_REQUIRED, key, NULL);
}

/* Runs a statement that must have changed a row: its subject is here. */
static enum err subject_known(const struct subject *p, const char *sql)
{
    int64_t n = hub_number(p->hub->db, 0, sql, "ss", p->site, p->e->subject);
    return n > 0 ? ERR_OK : err_set(ERR_NOT_FOUND, "sub", "%s", p->e->subject);
}

static char *array_text(const struct subject *p, const char *key)
{
    json_t *a = js_get(p->e->body, key), *none = json_array();
    char *text = js_dump(json_is_array(a) ? a : none);
    json_decref(none);
    return text;
}

/* The newest entry about a person counts, whenever it came: one may have overtaken the stream. */
static bool newer_known(const struct subject *p)
{
    struct hub_rows rows;
    int64_t epoch = 0, seq = 0;
    enum err rc = hub_ask(p->hub->db, &rows, "SELECT entry FROM person WHERE site = ?1 AND id = ?2",
                          "ss", p->site, p->e->subject);
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return false;
    bool known = hub_place(hub_text(&rows, 0), &epoch, &seq);
    hub_done(&rows);
    return known && (epoch > p->e->epoch || (epoch == p->e->epoch && seq > p->e->seq));
}

static enum err project_person(const struct subject *p)
{
    if (newer_known(p))
        return ERR_OK;
    return hub_run(p->hub->db,
                   "INSERT INTO person (site, id, entry) VALUES (?1, ?2, ?3)"
                   " ON CONFLICT (site, id) DO UPDATE SET entry = ?3, indexed = 0",
                   "sss", p->site, p->e->subject, p->e->id);
}

static enum err project_visit(const struct subject *p)
{
    const char *policy, *outcome;
    enum err rc = need(p, "policy", &policy);
    if (rc == ERR_OK)
        rc = need(p, "outcome", &outcome);
    if (rc != ERR_OK)
        return rc;
    char *reasons = array_text(p, "reasons");
    rc = hub_run(p->hub->db,
                 "INSERT INTO visit (site, id, at, clerk, person, policy, outcome, reasons)"
                 " VALUES (?1,?2,?3,?4,?5,?6,?7,?8)",
                 "ssisssss", p->site, p->e->id, p->e->at, p->e->clerk, js_str(p->e->body, "person"),
                 policy, outcome, reasons);
    free(reasons);
    return rc;
}

static enum err project_incident(const struct subject *p)
{
    const char *cause;
    enum err rc = need(p, "cause", &cause);
    if (rc != ERR_OK)
        return rc;
    json_t *words = js_get(p->e->body, "named"), *steps = js_get(p->e->body, "plan");
    char *actions = array_text(p, "actions");
    char *named = json_is_object(words) ? js_dump(words) : NULL;
    char *plan = json_is_array(steps) ? js_dump(steps) : NULL;
    rc = hub_run(p->hub->db,
                 "INSERT INTO incident (site, id, at, arrived, clerk, visit, person, cause,"
                 " actions, state, updated, named, plan)"
                 " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,'open',?3,?10,?11)",
                 "ssiisssssss", p->site, p->e->id, p->e->at, clock_now(), p->e->clerk,
                 js_str(p->e->body, "visit"), js_str(p->e->body, "person"), cause, actions, named,
                 plan);
    free(actions);
    free(named);
    free(plan);
    return rc == ERR_OK ? hub_webhook_note(p->hub, "incident", "found", p->site, p->e->id, p->e->id,
                                           p->e->at)
                        : rc;
}

/* A step says itself which state it gives; NULL: none. Before plans, those that end an incident
 * gave it their name. */
static const char *state_behind(const struct entry *e, const char *step)
{
    static const char *const ends[] = {"verified", "data_error", "closed"};
    if (e->version > 1)
        return js_bool(e->body, "closes") ? "closed" : js_str(e->body, "state");
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (strcmp(step, ends[i]) == 0)
            return step;
    return NULL;
}

static enum err project_incident_step(const struct subject *p)
{
    const char *step;
    enum err rc = subject_known(p, "SELECT count(*) FROM incident WHERE site = ?1 AND id = ?2");
    if (rc == ERR_OK)
        rc = need(p, "step", &step);
    if (rc == ERR_OK)
        rc = hub_run(p->hub->db,
                     "INSERT INTO incident_step (site, id, incident, at, clerk, step, means)"
                     " VALUES (?1,?2,?3,?4,?5,?6,?7)",
                     "sssisss", p->site, p->e->id, p->e->subject, p->e->at, p->e->clerk, step,
                     js_str(p->e->body, "by"));
    if (rc == ERR_OK)
        rc = hub_run(p->hub->db,
                     "UPDATE incident SET updated = ?3, state = coalesce(?4, state)"
                     " WHERE site = ?1 AND id = ?2",
                     "ssis", p->site, p->e->subject, p->e->at, state_behind(p->e, step));
    return rc == ERR_OK ? hub_webhook_note(p->hub, "incident", step, p->site, p->e->subject,
                                           p->e->id, p->e->at)
                        : rc;
}

static enum err project_case(const struct subject *p)
{
    return hub_case_begin(p->hub, p->site, p->e);
}

static enum err project_case_step(const struct subject *p)
{
    const char *step;
    enum err rc = need(p, "step", &step);
    return rc == ERR_OK ? hub_case_step(p->hub, p->site, p->e, step) : rc;
}

static enum err project_slip(const struct subject *p)
{
    return hub_case_step(p->hub, p->site, p->e, "slip");
}

static enum err project_courier(const struct subject *p)
{
    return hub_courier_begin(p->hub, p->site, p->e);
}

static enum err project_courier_step(const struct subject *p)
{
    return hub_courier_arrived(p->hub, p->site, p->e);
}

static enum err project_rating(const struct subject *p)
{
    return hub_case_rating(p->hub, p->site, p->e);
}

static enum err project_ledger(const struct subject *p)
{
    const char *ledger;
    json_t *row = js_get(p->e->body, "row");
    enum err rc = need(p, "ledger", &ledger);
    if (rc == ERR_OK && !json_is_object(row))
        rc = err_set(ERR_FIELD_REQUIRED, "row", NULL);
    if (rc != ERR_OK)
        return rc;
    char *fields = js_dump(row);
    rc = hub_run(p->hub->db,
                 "INSERT INTO ledger_row (site, id, ledger, at, clerk, fields)"
                 " VALUES (?1,?2,?3,?4,?5,?6)",
                 "sssiss", p->site, p->e->id, ledger, p->e->at, p->e->clerk, fields);
    free(fields);
    return rc;
}

static enum err project_ledger_void(const struct subject *p)
{
    enum err rc = subject_known(p, "SELECT count(*) FROM ledger_row WHERE site = ?1 AND id = ?2");
    if (rc == ERR_OK)
        rc = hub_run(p->hub->db,
                     "UPDATE ledger_row SET void = ?3 WHERE site = ?1 AND id = ?2"
                     " AND void IS NULL",
                     "sss", p->site, p->e->subject, p->e->id);
    return rc;
}

static enum err project_adaptation(const struct subject *p)
{
    return hub_adaptation(p->hub, p->site, p->e);
}

static enum err project_overlay(const struct subject *p)
{
    return hub_overlay(p->hub, p->site, p->e);
}

static enum err project_overlay_end(const struct subject *p)
{
    return hub_overlay_end(p->hub, p->site, p->e);
}

static enum err project_booking(const struct subject *p)
{
    return hub_booking_begin(p->hub, p->site, p->e);
}

static enum err project_booking_step(const struct subject *p)
{
    return hub_booking_step(p->hub, p->site, p->e);
}

static enum err project_slot_plan(const struct subject *p)
{
    return hub_slot_plan(p->hub, p->site, p->e);
}

static enum err project_slot_pass(const struct subject *p)
{
    return hub_slot_pass(p->hub, p->site, p->e);
}

static enum err project_report(const struct subject *p)
{
    return hub_report_project(p->hub, p->site, p->e);
}

static enum err project_suspend(const struct subject *p)
{
    return hub_suspend_project(p->hub, p->site, p->e);
}

/* Kinds that the hub keeps something of; of the others in the table of kinds it has the entry. */
static const struct hub_kind {
    const char *name;
    project_fn *project;
    const char *topic; /* of live.h */
} hub_kinds[] = {
    {"person", project_person, "person"},
    {"visit", project_visit, "visit"},
    {"incident", project_incident, "incident"},
    {"incident_step", project_incident_step, "incident"},
    {"case", project_case, "case"},
    {"case_step", project_case_step, "case"},
    {"slip", project_slip, "case"},
    {"courier", project_courier, "case"},
    {"courier_step", project_courier_step, "case"},
    {"rating", project_rating, "case"},
    {"ledger", project_ledger, "ledger"},
    {"ledger_void", project_ledger_void, "ledger"},
    {"adaptation", project_adaptation, "policy"},
    {"overlay", project_overlay, "policy"},
    {"overlay_end", project_overlay_end, "policy"},
    {"booking", project_booking, "booking"},
    {"booking_step", project_booking_step, "booking"},
    {"slot_plan", project_slot_plan, "booking"},
    {"slot_pass", project_slot_pass, "booking"},
    {"report", project_report, "report"},
    {"suspend", project_suspend, "suspend"},
    {"resume", project_suspend, "suspend"},
};

static enum err project_one(const struct hub_kind *k, const struct subject *p)
{
    enum err rc = k->project(p);
    if (rc == ERR_OK)
        hub_changed(p->hub, k->topic, p->site);
    return rc;
}

enum err hub_project(struct hub *h, const char *site, const struct entry *e)
{
    struct subject p = {h, site, e};
    for (size_t i = 0; i < sizeof hub_kinds / sizeof *hub_kinds; i++)
        if (strcmp(hub_kinds[i].name, e->kind) == 0)
            return project_one(&hub_kinds[i], &p);
    const struct kind *known = kind_find(e->kind);
    if (known != NULL && (!known->order || known->both))
        return ERR_OK;
    return err_set(ERR_NOT_FOUND, "k", "the hub does not know the kind %.40s", e->kind);
}
