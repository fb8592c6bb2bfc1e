/* Owns: the table of actions and how one is run.
 * Invariant: an action's entries are written all together or not at all. */
#include "kiosk/desk/action.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/person.h"

/* Role NULL: decides without recording, for whoever stands there. */
const struct action action_table[] = {
    {"triage", NULL, triage_act},
    {"person", "gate", person_act},
    {"reveal", "gate", reveal_act},
    {"visit", "gate", visit_act},
    {"visit_offer", "gate", visit_offer_act},
    {"staff", "gate", staff_act},
    {"incident", "gate", incident_act},
    {"incident_step", "gate", incident_step_act},
    {"suspend", "gate", suspend_act},
    {"resume", "gate", resume_act},
    {"case", "window", case_act},
    {"case_step", "window", case_step_act},
    {"slip", "window", slip_act},
    {"courier", "window", courier_act},
    {"courier_step", "window", courier_step_act},
    {"rating", "window", rating_act},
    {"guidance", "gate", guidance_act},
    {"booking", "window", booking_act},
    {"ticket", "gate", ticket_act},
    {"ticket_step", "gate", ticket_step_act},
    {"ticket_next", "gate", ticket_next_act},
    {"booking_step", "gate", booking_step_act},
    {"slot_hold", "window", slot_hold_act},
    {"slot_release", "window", slot_release_act},
    {"slot_pass", "leader", slot_pass_act},
    {"ledger", "ledger", ledger_act},
    {"ledger_void", "ledger", ledger_void_act},
    {"export", "ledger", export_act},
    {"import", "ledger", import_act},
    {"ledger_correct", "ledger", ledger_correct_act},
    {"post", "leader", post_act},
    {"handover", "gate", handover_act},
    {"confirm", "gate", confirm_act},
    {"report", "", report_act},
    {"notice", "ledger", notice_act},
    {"notice_end", "ledger", notice_end_act},
    {"overlay", "gate", overlay_act},
    {"overlay_end", "gate", overlay_end_act},
    {"adaptation", "gate", adaptation_act},
    {"policy_read", "gate", policy_read_act},
    {"measure", "window", measure_act},
    {"form", "leader", form_act},
    {NULL, NULL, NULL},
};

static const struct action *find(const char *what)
{
    size_t len = strcspn(what, ":");
    for (const struct action *a = action_table; a->name != NULL; a++)
        if (strlen(a->name) == len && strncmp(a->name, what, len) == 0)
            return a;
    return NULL;
}

static enum err allowed(struct site *s, const struct action *a)
{
    if (a->role == NULL)
        return ERR_OK;
    if (!s->j.unlocked || s->j.clerk[0] == 0)
        return err_set(ERR_SIGN_IN, NULL, NULL);
    return clerk_may(s, a->role) ? ERR_OK : err_set(ERR_ROLE, NULL, "%s", a->role);
}

static enum err run_one(struct site *s, const struct action *a, const char *arg, const json_t *in,
                        json_t **out)
{
    if (a->role == NULL)
        return a->run(s, arg, in, out);
    enum err rc = journal_begin(&s->j);
    if (rc != ERR_OK)
        return rc;
    return journal_end(&s->j, a->run(s, arg, in, out));
}

static enum err run_mixed(struct site *s, const json_t *in, json_t **out)
{
    const char *what = js_str(in, "what");
    if (what == NULL || strcmp(what, "mixed") == 0)
        return err_set(what == NULL ? ERR_FIELD_REQUIRED : ERR_FIELD_CHOICE, "what", NULL);
    char *name = mem_strdup(what);
    json_t *rest = json_copy((json_t *)(uintptr_t)in);
    json_object_del(rest, "what");
    enum err rc = action_run(s, name, rest, out);
    json_decref(rest);
    free(name);
    return rc;
}

enum err action_run(struct site *s, const char *what, const json_t *in, json_t **out)
{
    *out = NULL;
    if (strcmp(what, "mixed") == 0)
        return run_mixed(s, in, out);
    const struct action *a = find(what);
    if (a == NULL)
        return err_set(ERR_NOT_FOUND, "what", NULL);
    const char *colon = strchr(what, ':');
    enum err rc = allowed(s, a);
    if (rc == ERR_OK)
        rc = run_one(s, a, colon != NULL ? colon + 1 : "", in, out);
    if (rc == ERR_OK && a->role != NULL)
        clerk_vouch_end(s);
    if (rc != ERR_OK) {
        json_decref(*out);
        *out = NULL;
    }
    return rc;
}

json_t *action_answer(const char *id, int64_t seq)
{
    json_t *out = json_object();
    js_set_int(out, "seq", seq);
    js_set_str(out, "id", id);
    return out;
}

enum err action_append(struct site *s, struct journal_new what, json_t *body, json_t *sealed,
                       json_t **out)
{
    int64_t seq;
    char id[ENTRY_ID];
    what.body = body;
    what.sealed = sealed;
    enum err rc = journal_append(&s->j, &what, id, &seq);
    json_decref(body);
    json_decref(sealed);
    if (rc == ERR_OK)
        *out = action_answer(id, seq);
    return rc;
}

enum err action_check(struct site *s, const struct form *f, const json_t *in, json_t **clean)
{
    return action_check_at(s, f, in, CLOCK_NONE, clean);
}

enum err action_check_at(struct site *s, const struct form *f, const json_t *in, int64_t at,
                         json_t **clean)
{
    *clean = NULL;
    if (!json_is_object(in))
        return err_set(ERR_FIELD_TYPE, NULL, NULL);
    json_t *filled = json_copy((json_t *)(uintptr_t)in);
    for (size_t i = 0; i < f->n_fields; i++) {
        const struct field *fd = &f->fields[i];
        json_t *value =
            (json_object_get(in, fd->id) == NULL || fd->read_only) && form_relevant(f, fd, filled)
                ? form_default_of(f, fd, filled, s->j.clerk)
                : NULL;
        if (fd->read_only) /* never typed: what was given does not count */
            json_object_del(filled, fd->id);
        if (value != NULL)
            json_object_set_new(filled, fd->id, value);
    }
    enum err rc = form_check_at(f, filled, at, clean);
    json_decref(filled);
    return rc;
}

enum err action_form(struct site *s, const char *form, const json_t *in, json_t **clean)
{
    struct form *f;
    *clean = NULL;
    enum err rc = site_form(s, form, &f);
    return rc == ERR_OK ? action_check(s, f, in, clean) : rc;
}

int64_t action_time(const json_t *clean, const char *key)
{
    int64_t at;
    const char *text = js_str(clean, key);
    return text != NULL && clock_parse(text, &at) ? at : CLOCK_NONE;
}

enum err action_item(struct site *s, const char *code, const json_t **item)
{
    struct catalogue *c;
    if (code == NULL) /* a form that came by order may not ask for it */
        return err_set(ERR_FIELD_REQUIRED, "item", NULL);
    enum err rc = site_catalogue(s, &c);
    if (rc != ERR_OK)
        return rc;
    *item = catalogue_find(c, code);
    return *item != NULL ? ERR_OK : err_set(ERR_FIELD_CHOICE, "item", NULL);
}

enum err action_person(struct site *s, const json_t *in, const char *key, bool *given,
                       char id[ENTRY_ID])
{
    const json_t *person = js_get(in, key);
    *given = person != NULL;
    return *given ? person_put(s, person, id) : ERR_OK;
}
