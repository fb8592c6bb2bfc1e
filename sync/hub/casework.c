/* Owns: what steps do to a case at the hub. Invariant: the same table moves cases here and in the
 * village (kiosk/desk/case.h), so both come to the same state from the same steps. */
#include "sync/hub/casework.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/case.h"
#include "kiosk/rules/idno.h"
#include "sync/hub/order.h"
#include "sync/hub/webhook.h"

#define TEXT_MAX_POINTS 500

/* Steps of officers; `words`: a text is needed. */
static const struct officer_step {
    const char *name;
    bool words;
} officer_steps[] = {
    {"accept", false}, {"supplement", true}, {"reject", true},   {"done", false},
    {"say", true},     {"answer", true},     {"receive", false},
};

/* A slip is noted among the steps and moves nothing. NULL: the step is not possible. */
static const char *state_after(const char *state, const char *step, bool hub)
{
    if (!hub && strcmp(step, "slip") == 0)
        return state;
    return case_after(state, step, hub);
}

/* --- from the village ------------------------------------------------------------------------- */

/* Keeps the papers that a list names, with who has them in hand, then counts those that are needed
 * and missing. */
static enum err put_papers(struct hub *h, const char *site, const char *id, const char *entry,
                           const json_t *papers)
{
    size_t i;
    json_t *p;
    enum err rc = ERR_OK;
    json_array_foreach((json_t *)(uintptr_t)papers, i, p)
    {
        const char *paper = js_str(p, "paper"), *state = js_str(p, "state");
        if (paper == NULL || state == NULL)
            return err_set(ERR_FIELD_REQUIRED, "papers", NULL);
        rc = hub_run(h->db,
                     "INSERT INTO paper (site, case_id, n, paper, state, until, needed, holder,"
                     " held_by) VALUES (?1,?2,?3,?4,?5,?6,?7, CASE WHEN ?5 IN ('copy_kept',"
                     " 'original_kept') THEN 'village' ELSE 'citizen' END, ?8)"
                     " ON CONFLICT (site, case_id, paper) DO UPDATE SET state = excluded.state,"
                     " until = excluded.until, holder = excluded.holder,"
                     " held_by = excluded.held_by",
                     "ssisssis", site, id, (int64_t)i, paper, state, js_str(p, "until"),
                     (int64_t)js_bool(p, "needed"), entry);
        if (rc != ERR_OK)
            return rc;
    }
    return hub_run(h->db,
                   "UPDATE case_file SET missing = (SELECT count(*) FROM paper p"
                   " WHERE p.site = ?1 AND p.case_id = ?2 AND p.needed = 1"
                   " AND p.state = 'missing') WHERE site = ?1 AND id = ?2",
                   "ss", site, id);
}

/* A case that came by slip first is here already, perhaps decided: its entry fills it in. */
enum err hub_case_begin(struct hub *h, const char *site, const struct entry *e)
{
    char number[32];
    const char *item = js_str(e->body, "item"), *channel = js_str(e->body, "channel");
    const char *person = js_str(e->body, "person");
    if (item == NULL || channel == NULL || person == NULL)
        return err_set(ERR_FIELD_REQUIRED, "case", NULL);
    idno_case_number(site, e->epoch, e->seq, number);
    enum err rc = hub_run(h->db,
                          "INSERT INTO case_file (site, id, number, at, arrived, clerk, person,"
                          " agent, item, channel, state, missing, updated, due)"
                          " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,'taken_in',0,?4,?11)"
                          " ON CONFLICT (site, id) DO UPDATE SET at = excluded.at,"
                          " arrived = excluded.arrived, clerk = excluded.clerk,"
                          " person = excluded.person, agent = excluded.agent,"
                          " item = excluded.item, channel = excluded.channel, due = excluded.due",
                          "sssiissssss", site, e->id, number, e->at, clock_now(), e->clerk, person,
                          js_str(e->body, "agent"), item, channel, js_str(e->body, "due"));
    return rc == ERR_OK ? put_papers(h, site, e->id, e->id, js_get(e->body, "papers")) : rc;
}

static enum err state_of(struct hub *h, const char *site, const char *id, char state[24])
{
    struct hub_rows rows;
    enum err rc = hub_ask(h->db, &rows, "SELECT state FROM case_file WHERE site = ?1 AND id = ?2",
                          "ss", site, id);
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return rc != ERR_OK ? rc : err_set(ERR_NOT_FOUND, "case", "%.40s", id);
    snprintf(state, 24, "%s", hub_text(&rows, 0));
    hub_done(&rows);
    return ERR_OK;
}

static enum err add_step(struct hub *h, const char *site, const struct entry *e, const char *step,
                         bool refused)
{
    const json_t *facts = js_get(e->body, "facts");
    char *text = json_is_object(facts) ? js_dump(facts) : NULL;
    enum err rc = hub_run(h->db,
                          "INSERT INTO case_step (site, id, case_id, at, who, clerk, step, refused,"
                          " facts) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9)",
                          "sssisssis", site, e->id, e->subject, e->at, e->order ? "hub" : "village",
                          e->clerk, step, (int64_t)refused, text);
    free(text);
    return rc;
}

static enum err receive(struct hub *h, const char *site, const struct entry *e)
{
    return hub_run(h->db,
                   "UPDATE case_file SET received = coalesce(received, ?3)"
                   " WHERE site = ?1 AND id = ?2",
                   "ssi", site, e->subject, e->at);
}

enum err hub_case_step(struct hub *h, const char *site, const struct entry *e, const char *step)
{
    char state[24];
    enum err rc = state_of(h, site, e->subject, state);
    if (rc != ERR_OK)
        return rc;
    const char *to = state_after(state, step, e->order);
    rc = add_step(h, site, e, step, to == NULL);
    if (rc != ERR_OK || to == NULL)
        return rc;
    rc = hub_run(h->db,
                 "UPDATE case_file SET state = ?3, updated = CASE WHEN updated > ?4 THEN updated"
                 " ELSE ?4 END WHERE site = ?1 AND id = ?2",
                 "sssi", site, e->subject, to, e->at);
    if (rc == ERR_OK && e->order && strcmp(step, "receive") == 0)
        rc = receive(h, site, e);
    if (rc == ERR_OK && js_get(e->body, "papers") != NULL)
        rc = put_papers(h, site, e->subject, e->id, js_get(e->body, "papers"));
    return rc;
}

enum err hub_case_rating(struct hub *h, const char *site, const struct entry *e)
{
    char state[24];
    int64_t grade = js_int(e->body, "grade", 0);
    enum err rc = state_of(h, site, e->subject, state);
    if (rc == ERR_OK)
        rc = hub_run(h->db,
                     "UPDATE case_file SET rated = ?3, grade = nullif(?4, 0)"
                     " WHERE site = ?1 AND id = ?2 AND rated IS NULL",
                     "sssi", site, e->subject, e->id, grade);
    return rc;
}

/* --- from the officers ------------------------------------------------------------------------ */

/* A number as people type it (dashes and spaces or none) in the form that is stored. Anything else
 * is taken for an id. ERR_CHECK_DIGIT: mistyped. */
static enum err normal_number(const char *which, char out[40])
{
    char site6[7];
    long long epoch, seq;
    enum err rc = idno_case_parse(which, site6, &epoch, &seq);
    snprintf(out, 40, "%s", which);
    if (rc == ERR_OK)
        idno_case_number(site6, epoch, seq, out);
    return rc == ERR_CHECK_DIGIT ? rc : ERR_OK;
}

enum err hub_case_find(struct hub *h, const char *site, const char *which,
                       char found_site[SITE_CODE], char id[ENTRY_ID])
{
    struct hub_rows rows;
    char number[40];
    int n = 0;
    enum err rc = normal_number(which, number);
    if (rc == ERR_OK)
        rc = hub_ask(h->db, &rows,
                     "SELECT site, id FROM case_file"
                     " WHERE (?1 IS NULL OR site = ?1) AND (number = ?2 OR id = ?3) LIMIT 2",
                     "sss", site, number, which);
    while (rc == ERR_OK && hub_next(&rows, &rc)) {
        snprintf(found_site, SITE_CODE, "%s", hub_text(&rows, 0));
        snprintf(id, ENTRY_ID, "%s", hub_text(&rows, 1));
        n++;
    }
    if (rc != ERR_OK || n == 1)
        return rc;
    return n == 0 ? err_set(ERR_NOT_FOUND, "case", NULL)
                  : err_set(ERR_DUPLICATE, "case", "name the site too: --site CODE");
}

static enum err check_step(const char *step, const char *text)
{
    const struct officer_step *found = NULL;
    for (size_t i = 0; i < sizeof officer_steps / sizeof *officer_steps; i++)
        if (strcmp(officer_steps[i].name, step) == 0)
            found = &officer_steps[i];
    if (found == NULL)
        return err_set(ERR_FIELD_CHOICE, "step",
                       "accept, supplement, reject, done, say, answer, receive");
    enum err rc = utf8_check(text, strlen(text));
    if (rc == ERR_OK && found->words && *text == 0)
        rc = err_set(ERR_FIELD_REQUIRED, "text", NULL);
    if (rc == ERR_OK && utf8_count(text) > TEXT_MAX_POINTS)
        rc = err_set(ERR_TOO_LONG, "text", "%d", TEXT_MAX_POINTS);
    return rc;
}

static enum err order_step(struct hub *h, const char *site, const char *id, const char *step,
                           const char *text, const char *officer, struct entry *e)
{
    json_t *body = json_pack("{s:s}", "step", step);
    json_t *sealed = *text != 0 ? json_pack("{s:s}", "text", text) : NULL;
    struct hub_order o = {.site = site,
                          .kind = "decision",
                          .officer = officer,
                          .subject = id,
                          .body = body,
                          .sealed = sealed};
    enum err rc = hub_order_add(h, &o, &e->seq);
    *e = (struct entry){
        .order = true, .seq = e->seq, .at = clock_now(), .clerk = officer, .subject = id};
    snprintf(e->id, sizeof e->id, "o.%lld", (long long)e->seq);
    json_decref(body);
    json_decref(sealed);
    return rc;
}

/* What others attached themselves to hear: decisions, no messages. */
static enum err tell(struct hub *h, const char *site, const char *id, const struct entry *e,
                     const char *step)
{
    static const char *const decisions[] = {"accept", "supplement", "reject", "done"};
    for (size_t i = 0; i < sizeof decisions / sizeof *decisions; i++)
        if (strcmp(decisions[i], step) == 0)
            return hub_webhook_note(h, "decision", step, site, id, e->id, e->at);
    return ERR_OK;
}

static enum err decide(struct hub *h, const char *site, const char *id, const char *step,
                       const char *text, const char *officer)
{
    char state[24], possible[CASE_POSSIBLE];
    struct entry e = {.seq = 0};
    enum err rc = hub_lock(h->db, site);
    if (rc == ERR_OK)
        rc = state_of(h, site, id, state);
    if (rc == ERR_OK && case_after(state, step, true) == NULL)
        rc = err_set(ERR_STATE, state, "%s", case_possible(state, true, possible, sizeof possible));
    if (rc == ERR_OK)
        rc = order_step(h, site, id, step, text, officer, &e);
    if (rc == ERR_OK)
        rc = hub_case_step(h, site, &e, step);
    return rc == ERR_OK ? tell(h, site, id, &e, step) : rc;
}

enum err hub_case_decide(struct hub *h, const char *site, const char *which, const char *step,
                         const char *text, const char *officer)
{
    char at[SITE_CODE], id[ENTRY_ID];
    enum err rc = check_step(step, text);
    if (rc != ERR_OK || (rc = hub_begin(h->db)) != ERR_OK)
        return rc;
    rc = hub_case_find(h, site, which, at, id);
    if (rc == ERR_OK)
        rc = decide(h, at, id, step, text, officer);
    return hub_end(h->db, rc);
}
