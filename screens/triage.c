/* Owns the check at the door: who stands there, the facts that the policy in force asks, and what
 * was decided. Invariant: no health fact is ever filled in by the program. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/draft.h"
#include "kiosk/desk/view.h"
#include "screens/asform.h"
#include "screens/ui.h"
#include "screens/widgets/pager.h"
#include "screens/words.h"

#define FORM "triage"
#define PURPOSE_MAX 60

enum { PAGE_FORM, PAGE_OUTCOME };

struct triage {
    struct wform *form;
    struct pager pager;
    char visit[ENTRY_ID], person[ENTRY_ID], name[200]; /* just decided */
    char incident[ENTRY_ID];                           /* that it opened, "": none */
};

static const struct key_row form_keys[] = {
    {K_F2, "F2", N_("decide"), N_("Decide by the policy in force, and record the visit.")},
    {K_ENTER, N_("Enter"), N_("next field"), N_("Go to the next field.")},
    {K_F8, "F8", N_("empty"), N_("Throw away what was typed.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the home screen; the draft is kept.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row outcome_keys[] = {
    {'i', "i", N_("take in a case"), N_("Take in a case for this same person.")},
    {'q', "q", N_("number"), N_("Send the person on with a number in the queue.")},
    {'n', "n", N_("next person"), N_("The next person at the door.")},
    {'o', "o", N_("go on with the incident"), N_("Note who was told, and what came of it.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the home screen.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {
    {"", form_keys, false}, {N_("Outcome"), outcome_keys, false}, {NULL, NULL, false}};

/* ---- the form ---- */

static const struct form *facts_form(struct ui *ui)
{
    struct policy *p = NULL;
    return site_policy(ui->s, &p) == ERR_OK ? policy_facts_for(p, "visitor") : NULL;
}

static const struct form *person_form(struct ui *ui)
{
    struct form *f = NULL;
    return site_form(ui->s, "person", &f) == ERR_OK ? f : NULL;
}

/* A known ID number fills in the rest, but never over what was typed. */
static void fill_known(struct ui *ui, struct wform *w, struct wfield *id_no)
{
    static const char *const parts[] = {"name", "phone", "address"};
    char id[ENTRY_ID], field[32];
    json_t *known = NULL;
    wfield_note(id_no, NULL);
    if (view_person_by_id_no(ui->s, wfield_text(id_no), id) != ERR_OK ||
        view_person(ui->s, id, &known) != ERR_OK)
        return;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        snprintf(field, sizeof field, "person.%s", parts[i]);
        struct wfield *wf = wform_field(w, field);
        const char *value = js_str(known, parts[i]);
        if (wf && wf->edit.len == 0 && value)
            edit_set(&wf->edit, value);
    }
    wfield_note(id_no, _("known person"));
    json_decref(known);
}

static void left(void *with, struct wform *w, struct wfield *wf)
{
    struct ui *ui = with;
    const struct form *person = person_form(ui), *facts = facts_form(ui);
    if (person && strncmp(wf->id, "person.", 7) == 0) {
        bool good = wf->edit.len == 0 || asform_left(w, person, "person.", wf);
        if (wf->edit.len == 0)
            wfield_error(wf, NULL);
        if (good && strcmp(wf->id, "person.id_no") == 0 && wf->edit.len)
            fill_known(ui, w, wf);
    } else if (facts && strncmp(wf->id, "facts.", 6) == 0) {
        asform_left(w, facts, "facts.", wf);
    }
    ui_keep(ui);
}

static void build(struct ui *ui)
{
    static const char *const parts[] = {"id_no", "name", "phone", "address"};
    struct triage *t = ui_state(ui);
    const struct form *person = person_form(ui);
    wform_free(t->form);
    t->form = wform_new(ui);
    t->form->left = left;
    for (size_t i = 0; person && i < sizeof parts / sizeof parts[0]; i++) {
        asform_add_field(ui, t->form, person, parts[i], "person.");
        t->form->fields[t->form->n - 1]->required = false;
    }
    wform_add(t->form, W_TEXT, "purpose", _("What for"), PURPOSE_MAX);
    const struct form *facts = facts_form(ui);
    if (facts)
        asform_add(ui, t->form, facts, "facts.");
}

static void keep(struct ui *ui)
{
    struct triage *t = ui_state(ui);
    if (ui->places[0].page == PAGE_FORM)
        asform_keep(ui, t->form, FORM);
}

static void next_person(struct ui *ui)
{
    struct triage *t = ui_state(ui);
    pager_fini(&t->pager);
    t->incident[0] = t->person[0] = 0;
    explicit_bzero(t->name, sizeof t->name);
    build(ui);
    ui_page(ui, PAGE_FORM);
}

/* ---- what was decided ---- */

static const char *action_text(struct ui *ui, const char *action)
{
    struct policy *p = NULL;
    if (site_policy(ui->s, &p) != ERR_OK)
        return action;
    const char *text = lang_pick(js_get(js_get(policy_json(p), "actions"), action));
    return *text ? text : action;
}

static void show_outcome(struct ui *ui, const json_t *out)
{
    struct triage *t = ui_state(ui);
    const char *outcome = js_str(out, "outcome");
    size_t i;
    json_t *one;
    pager_fini(&t->pager);
    pager_add(&t->pager, PAINT_BOLD, 0, "%s  %s", words_say("outcome", outcome), t->name);
    pager_add(&t->pager, PAINT_PLAIN, 0, "%s", "");
    json_array_foreach(js_get(out, "reasons"), i, one)
    {
        const char *text = js_str(one, "text");
        pager_add(&t->pager, PAINT_PLAIN, 0, "- %s", text ? text : js_str(one, "rule"));
    }
    pager_add(&t->pager, PAINT_PLAIN, 0, "%s", "");
    json_array_foreach(js_get(out, "actions"), i, one)
        pager_add(&t->pager, PAINT_BOLD, 0, "> %s", action_text(ui, json_string_value(one)));
    if (t->incident[0])
        pager_add(&t->pager, PAINT_BOLD, 0,
                  _("Incident %s was opened. Go on with it: note who was told."), t->incident);
}

static json_t *visit_of(struct ui *ui)
{
    struct triage *t = ui_state(ui);
    const struct form *facts = facts_form(ui);
    json_t *values = facts ? asform_values(t->form, facts, "facts.") : json_object();
    if (!values)
        return NULL;
    json_t *in = json_object(), *person = asform_person(t->form, "person.");
    const char *purpose = wfield_text(wform_field(t->form, "purpose"));
    json_object_set_new(in, "person", person ? person : json_null());
    js_set_str(in, "purpose", *purpose ? purpose : NULL);
    json_object_set_new(in, "facts", values);
    return in;
}

static void decide(struct ui *ui)
{
    struct triage *t = ui_state(ui);
    json_t *out = NULL;
    wform_leave(t->form);
    json_t *in = visit_of(ui);
    if (!in) {
        ui_warn(ui, "%s", _("Correct the fields marked, then decide."));
        return;
    }
    enum err rc = action_run(ui->s, "visit", in, &out);
    json_decref(in);
    if (rc != ERR_OK) {
        if (!asform_error(t->form, "facts.", rc))
            asform_error(t->form, "person.", rc);
        ui_error(ui, rc);
        return;
    }
    const char *person = js_str(out, "person"), *incident = js_str(out, "incident");
    snprintf(t->visit, sizeof t->visit, "%s", js_str(out, "id"));
    snprintf(t->person, sizeof t->person, "%s", person ? person : "");
    snprintf(t->incident, sizeof t->incident, "%s", incident ? incident : "");
    snprintf(t->name, sizeof t->name, "%s", wfield_text(wform_field(t->form, "person.name")));
    show_outcome(ui, out);
    json_decref(out);
    ui->draft_due = 0;
    draft_drop(ui->s, FORM);
    ui_page(ui, PAGE_OUTCOME);
}

/* ---- the screen ---- */

static void open(struct ui *ui, const json_t *arg)
{
    struct triage *t = ui_state(ui);
    json_t *values = NULL;
    (void)arg;
    build(ui);
    if (draft_find(ui->s, FORM, &values) != ERR_OK)
        return;
    wform_load(t->form, values);
    json_decref(values);
    ui_say(ui, "%s", _("Your draft is back."));
    if (facts_form(ui))
        asform_relevant(t->form, facts_form(ui), "facts.");
}

static void draw(struct ui *ui, struct area body)
{
    struct triage *t = ui_state(ui);
    struct area inner = {body.row + 1, 1, body.rows - 1, body.cols - 2};
    if (ui->places[ui->depth].page == PAGE_OUTCOME) {
        pager_draw(&t->pager, inner);
        return;
    }
    asform_draw(ui, t->form, inner);
}

static void empty(void *with, const char *answer)
{
    struct ui *ui = with;
    if (!answer || *answer != 'y')
        return;
    ui->draft_due = 0;
    draft_drop(ui->s, FORM);
    build(ui);
}

static unsigned form_key(struct ui *ui, uint32_t k)
{
    struct triage *t = ui_state(ui);
    if (k == K_F2) {
        decide(ui);
        return UI_RELOAD;
    }
    if (k == K_F8) {
        ui_ask_keys(ui, _("Throw away what was typed? y/n"), "yn", empty);
        return UI_HANDLED;
    }
    return asform_key(ui, t->form, k, _("That was the last field: F2 decides."));
}

static unsigned outcome_key(struct ui *ui, uint32_t k)
{
    struct triage *t = ui_state(ui);
    if (k == 'i' && t->person[0])
        ui_go(ui, "intake", json_pack("{s:s,s:s}", "person", t->person, "name", t->name));
    else if (k == 'i')
        ui_go(ui, "intake", NULL);
    else if (k == 'q')
        ui_go(ui, "queue",
              json_pack("{s:s,s:s,s:s}", "visit", t->visit, "person", t->person, "name", t->name));
    else if (k == 'n')
        next_person(ui);
    else if (k == 'o' && t->incident[0])
        ui_go(ui, "incident", json_pack("{s:s}", "incident", t->incident));
    else
        return pager_key(&t->pager, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}

static unsigned key(struct ui *ui, uint32_t k)
{
    struct triage *t = ui_state(ui);
    int page = ui->places[ui->depth].page;
    if (k == K_ESC) {
        if (page == PAGE_FORM)
            wform_leave(t->form);
        ui_home(ui);
        return UI_HANDLED;
    }
    return page == PAGE_FORM ? form_key(ui, k) : outcome_key(ui, k);
}

static void leave(struct ui *ui)
{
    struct triage *t = ui_state(ui);
    wform_free(t->form);
    pager_fini(&t->pager);
    explicit_bzero(t->name, sizeof t->name);
}

const struct screen screen_triage = {
    .name = "triage",
    .digit = '1',
    .title = N_("Triage at the door"),
    .about = N_("Check a person in: scan or type the ID number, answer what the policy in force "
                "asks, F2 decides. A known person is filled in."),
    .stops = true,
    .role = "gate",
    .pages = pages,
    .state = sizeof(struct triage),
    .open = open,
    .draw = draw,
    .key = key,
    .keep = keep,
    .close = leave,
};
