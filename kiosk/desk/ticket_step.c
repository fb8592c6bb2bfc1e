/* Owns: what happens to a number after it was given out, and whose turn it is.
 * Invariant: a step that is not in the table of moves changes nothing; what is void or done is
 * never called again. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/sql.h"
#include "kiosk/desk/suspend.h"
#include "kiosk/desk/ticket.h"

static const char *const steps[] = {"call",     "skip", "hold", "recall",
                                    "transfer", "done", "void", NULL};

/* Called again is a step too: somebody did not hear it. */
const struct ticket_move ticket_moves[] = {
    {"waiting", "call", "called"},
    {"waiting", "hold", "held"},
    {"waiting", "transfer", "waiting"},
    {"waiting", "done", "done"},
    {"waiting", "void", "void"},
    {"called", "call", "called"},
    {"called", "skip", "skipped"},
    {"called", "hold", "held"},
    {"called", "transfer", "waiting"},
    {"called", "done", "done"},
    {"called", "void", "void"},
    {"held", "call", "called"},
    {"held", "recall", "waiting"},
    {"held", "transfer", "waiting"},
    {"held", "done", "done"},
    {"held", "void", "void"},
    {"skipped", "call", "called"},
    {"skipped", "recall", "waiting"},
    {"skipped", "transfer", "waiting"},
    {"skipped", "void", "void"},
    {NULL, NULL, NULL},
};

const struct ticket_move *ticket_move(const char *state, const char *step)
{
    for (const struct ticket_move *m = ticket_moves; m->state != NULL; m++)
        if (strcmp(m->state, state) == 0 && strcmp(m->step, step) == 0)
            return m;
    return NULL;
}

const char *ticket_possible(const char *state, char *out, size_t size)
{
    size_t len = 0;
    out[0] = 0;
    for (const struct ticket_move *m = ticket_moves; m->state != NULL && len < size; m++)
        if (strcmp(m->state, state) == 0)
            len += (size_t)snprintf(out + len, size - len, "%s%s", len > 0 ? ", " : "", m->step);
    return out;
}

enum err ticket_find(struct site *s, const char *which, struct ticket_now *out)
{
    bool found;
    sqlite3_stmt *q;
    char day[CLOCK_TEXT];
    enum err rc = sql_open(s->j.store, &q,
                           "SELECT id, number, service, state, window FROM ticket"
                           " WHERE id = ?1 OR (number = ?1 AND day = ?2)",
                           "tt", which, clock_date(clock_now(), day));
    if (rc == ERR_OK)
        rc = store_step(s->j.store, q, &found);
    if (rc != ERR_OK || !found)
        return rc != ERR_OK ? rc : err_set(ERR_NOT_FOUND, "ticket", NULL);
    snprintf(out->id, sizeof out->id, "%s", store_text(q, 0));
    snprintf(out->number, sizeof out->number, "%s", store_text(q, 1));
    snprintf(out->service, sizeof out->service, "%s", store_text(q, 2));
    snprintf(out->state, sizeof out->state, "%s", store_text(q, 3));
    snprintf(out->window, sizeof out->window, "%s", store_text(q, 4));
    sqlite3_reset(q);
    return ERR_OK;
}

/* --- a step ---------------------------------------------------------------------------------- */

static const struct member step_shape[] = {
    {"step", MEMBER_CHOICE, true, 0, steps},   {"window", MEMBER_TEXT, false, TICKET_WINDOW, NULL},
    {"service", MEMBER_TEXT, false, 40, NULL}, {"reason", MEMBER_TEXT, false, 200, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

/* What a step must say, and nothing that is not of it. */
static enum err check_members(struct site *s, const json_t *clean, const struct ticket_now *now)
{
    const char *step = js_str(clean, "step"), *service = js_str(clean, "service");
    bool call = strcmp(step, "call") == 0, transfer = strcmp(step, "transfer") == 0;
    if (call != (js_str(clean, "window") != NULL))
        return err_set(call ? ERR_FIELD_REQUIRED : ERR_FIELD_UNKNOWN, "window", NULL);
    if (transfer != (service != NULL))
        return err_set(transfer ? ERR_FIELD_REQUIRED : ERR_FIELD_UNKNOWN, "service", NULL);
    if (transfer && (ticket_service(s, service) == NULL || strcmp(service, now->service) == 0))
        return err_set(ERR_FIELD_CHOICE, "service", NULL);
    if (strcmp(step, "void") == 0 && js_str(clean, "reason") == NULL)
        return err_set(ERR_FIELD_REQUIRED, "reason", NULL);
    return ERR_OK;
}

/* Nobody is called to a window that is suspended. */
static enum err check_window(struct site *s, const json_t *clean)
{
    bool suspended = false;
    char scope[8 + 4 * TICKET_WINDOW];
    if (js_str(clean, "window") == NULL)
        return ERR_OK;
    snprintf(scope, sizeof scope, "window:%s", js_str(clean, "window"));
    enum err rc = suspend_of(s, scope, &suspended);
    return rc == ERR_OK && suspended ? err_set(ERR_SUSPENDED, "window", NULL) : rc;
}

/* Who stands at a window is called again by that window alone. */
static enum err check_move(const json_t *clean, const struct ticket_now *now)
{
    char possible[120];
    const char *step = js_str(clean, "step");
    if (ticket_move(now->state, step) == NULL)
        return err_set(ERR_STATE, "step", _("%s; possible: %s"), now->state,
                       ticket_possible(now->state, possible, sizeof possible));
    if (strcmp(step, "call") == 0 && strcmp(now->state, "called") == 0 &&
        strcmp(js_str(clean, "window"), now->window) != 0)
        return err_set(ERR_STATE, "window", _("%s is at window %s"), now->number, now->window);
    return ERR_OK;
}

static enum err append_step(struct site *s, const struct ticket_now *now, const json_t *clean,
                            json_t **out)
{
    static const char *const sealed_keys[] = {"reason", NULL};
    json_t *body = json_object(), *sealed = input_sealed(clean, sealed_keys);
    js_set_str(body, "step", js_str(clean, "step"));
    if (js_str(clean, "window") != NULL)
        js_set_str(body, "window", js_str(clean, "window"));
    if (js_str(clean, "service") != NULL)
        js_set_str(body, "service", js_str(clean, "service"));
    enum err rc = action_append(
        s, (struct journal_new){.kind = "ticket_step", .at = CLOCK_NONE, .subject = now->id}, body,
        sealed, out);
    if (rc != ERR_OK)
        return rc;
    js_set_str(*out, "ticket", now->id);
    js_set_str(*out, "number", now->number);
    return ERR_OK;
}

enum err ticket_step_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    struct ticket_now now;
    json_t *clean = NULL;
    enum err rc = input_check(step_shape, in, &clean);
    if (rc == ERR_OK)
        rc = ticket_find(s, arg, &now);
    if (rc == ERR_OK)
        rc = check_members(s, clean, &now);
    if (rc == ERR_OK)
        rc = check_window(s, clean);
    if (rc == ERR_OK)
        rc = check_move(clean, &now);
    if (rc == ERR_OK)
        rc = append_step(s, &now, clean, out);
    json_decref(clean);
    return rc;
}

enum err ticket_step_project(struct store *s, const struct entry *e)
{
    bool found;
    char state[16];
    const char *step = js_str(e->body, "step");
    enum err rc = sql_text(s, &found, state, sizeof state, "SELECT state FROM ticket WHERE id = ?1",
                           "t", e->subject);
    if (rc != ERR_OK || !found || step == NULL)
        return rc;
    const struct ticket_move *m = ticket_move(state, step);
    if (m == NULL)
        return ERR_OK;
    return sql_put(s,
                   "UPDATE ticket SET state = ?1, since = ?2, first = ?3 = 'recall',"
                   " calls = calls + (?3 = 'call'), service = coalesce(?5, service),"
                   " called = CASE ?3 WHEN 'call' THEN ?2 ELSE called END,"
                   " window = CASE WHEN ?3 = 'call' THEN ?4"
                   " WHEN ?3 IN ('recall', 'transfer') THEN NULL ELSE window END WHERE id = ?6",
                   "tittt"
                   "t",
                   m->to, e->at, step, js_str(e->body, "window"), js_str(e->body, "service"),
                   e->subject);
}

/* --- whose turn ------------------------------------------------------------------------------ */

/* First who was recalled, then who waits longest, last who did not come when called; nobody whose
 * number this machine's printer has not given out yet. */
static enum err whose_turn(struct site *s, const char *service, bool *found, char id[ENTRY_ID])
{
    char day[CLOCK_TEXT];
    int64_t now = clock_now();
    return sql_text(s->j.store, found, id, ENTRY_ID,
                    "SELECT id FROM ticket WHERE day = ?1 AND (?2 IS NULL OR service = ?2)"
                    " AND (state = 'waiting' OR (state = 'skipped' AND calls < ?3))"
                    " AND (paper = 0 OR at <= ?4 OR at > ?5)"
                    " AND NOT EXISTS (SELECT 1 FROM print_job p WHERE p.what = 'ticket'"
                    " AND p.which = ticket.id AND p.told = 0 AND p.state <> 'printed')"
                    " ORDER BY state = 'skipped', first DESC,"
                    " iif(first OR state = 'skipped', since, at), epoch, seq LIMIT 1",
                    "ttiii", clock_date(now, day), service,
                    ticket_param(s, "ticket_calls", TICKET_CALLS), now - TICKET_PRINT_MS, now);
}

enum err ticket_next_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    static const struct member shape[] = {
        {"service", MEMBER_TEXT, false, 40, NULL},
        {"window", MEMBER_TEXT, true, TICKET_WINDOW, NULL},
        {NULL, MEMBER_TEXT, false, 0, NULL},
    };
    bool found;
    char id[ENTRY_ID];
    json_t *clean = NULL;
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : ERR_OK;
    if (rc == ERR_OK)
        rc = input_check(shape, in, &clean);
    if (rc == ERR_OK && js_str(clean, "service") != NULL &&
        ticket_service(s, js_str(clean, "service")) == NULL)
        rc = err_set(ERR_FIELD_CHOICE, "service", NULL);
    if (rc == ERR_OK)
        rc = whose_turn(s, js_str(clean, "service"), &found, id);
    if (rc == ERR_OK && !found)
        rc = err_set(ERR_NOT_FOUND, "ticket", "%s", _("nobody waits"));
    if (rc == ERR_OK) {
        json_t *call = json_pack("{s:s,s:O}", "step", "call", "window", js_get(clean, "window"));
        rc = ticket_step_act(s, id, call, out);
        json_decref(call);
    }
    json_decref(clean);
    return rc;
}
