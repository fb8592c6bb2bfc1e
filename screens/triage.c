/* Owns the form at the door: who stands there, and the facts that the policy in force asks.
 * Invariant: no health fact is filled in but by the clerk's keys or a reader's line. */
#include "screens/triage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/draft.h"
#include "kiosk/desk/view.h"
#include "screens/asform.h"

#define PURPOSE_MAX 60
#define HOUR_MS 3600000

static const struct key_row form_keys[] = {
    {K_F2, "F2", N_("decide"), N_("Decide by the policy in force, and record the visit.")},
    {K_ENTER, N_("Enter"), N_("next field"), N_("Go to the next field.")},
    {K_F6, "F6", N_("otherwise"),
     N_("Decide otherwise than the policy: with more caution and a reason; with less, a leader "
        "answers by PIN.")},
    {K_F8, "F8", N_("empty"), N_("Throw away what was typed.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the home screen; the draft is kept.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row outcome_keys[] = {
    {'i', "i", N_("take in a case"), N_("Take in a case for this same person.")},
    {'b', "b", N_("booked: came"), N_("The person has come for today's booking.")},
    {'q', "q", N_("number"), N_("Send the person on with a number in the queue.")},
    {'n', "n", N_("next person"),
     N_("The next person at the door; a scan begins with them at once.")},
    {'t', "t", N_("told"), N_("Note that the person was told how it is done online.")},
    {'w', "w", N_("other channel"), N_("Choose the other channel, or another one.")},
    {'o', "o", N_("go on with the incident"), N_("Note who was told, and what came of it.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the home screen.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {
    {"", form_keys, false}, {N_("Outcome"), outcome_keys, false}, {NULL, NULL, false}};

/* ---- the form ---- */

const struct form *triage_facts(struct ui *ui)
{
    struct policy *p = NULL;
    return site_policy(ui->s, &p) == ERR_OK ? policy_facts_for(p, "visitor") : NULL;
}

const struct form *triage_person(struct ui *ui)
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
    wfield_note(id_no, triage_note(ui, id_no));
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

/* One or two digits are hours ago, as many test reports say it. */
static void hours_ago(struct wfield *wf)
{
    char iso[CLOCK_TEXT], text[CLOCK_TEXT];
    const char *typed = wfield_text(wf);
    size_t len = strlen(typed);
    if (len < 1 || len > 2 || strspn(typed, "0123456789") != len)
        return;
    clock_iso(clock_now() - strtoll(typed, NULL, 10) * HOUR_MS, iso);
    snprintf(text, sizeof text, "%.10s %.5s", iso, iso + 11);
    edit_set(&wf->edit, text);
}

/* "23 h 10 min ago", beside a moment; "" when it is none. */
static void age_of(const struct wfield *wf, char *out, size_t size)
{
    char iso[CLOCK_TEXT + 8];
    int64_t at;
    const char *text = wfield_text(wf);
    out[0] = 0;
    snprintf(iso, sizeof iso, "%.10sT%.5s:00+08:00", text, strlen(text) == 16 ? text + 11 : "");
    if (!clock_parse(iso, &at))
        return;
    long long minutes = (clock_now() - at) / 60000;
    if (minutes < 0)
        snprintf(out, size, "%s", _("later than now"));
    else
        snprintf(out, size, _("%lld h %lld min ago"), minutes / 60, minutes % 60);
    utf8_trim(out);
}

static void left_fact(struct ui *ui, struct wfield *wf)
{
    struct triage *t = ui_state(ui);
    const struct form *facts = triage_facts(ui);
    const struct field *fd = facts ? form_field(facts, wf->id + strlen("facts.")) : NULL;
    const char *reader = triage_note(ui, wf);
    char age[80] = "", note[300];
    if (!fd)
        return;
    if (fd->type == FIELD_DATETIME)
        hours_ago(wf);
    if (asform_left(t->form, facts, "facts.", wf) && fd->type == FIELD_DATETIME)
        age_of(wf, age, sizeof age);
    snprintf(note, sizeof note, "%s%s%s", age, *age && reader ? "  " : "", reader ? reader : "");
    utf8_trim(note);
    wfield_note(wf, note);
}

void triage_left(struct ui *ui, struct wfield *wf)
{
    struct triage *t = ui_state(ui);
    const struct form *person = triage_person(ui);
    if (person && strncmp(wf->id, "person.", 7) == 0) {
        bool good = wf->edit.len == 0 || asform_left(t->form, person, "person.", wf);
        if (wf->edit.len == 0)
            wfield_error(wf, NULL);
        if (good && strcmp(wf->id, "person.id_no") == 0)
            fill_known(ui, t->form, wf);
    } else if (strncmp(wf->id, "facts.", 6) == 0) {
        left_fact(ui, wf);
    }
    ui_keep(ui);
}

static void left(void *with, struct wform *w, struct wfield *wf)
{
    (void)w;
    triage_left(with, wf);
}

static void add_facts(struct ui *ui, struct wform *w)
{
    char hint[500];
    const struct form *facts = triage_facts(ui);
    if (!facts)
        return;
    asform_add(ui, w, facts, "facts.");
    for (size_t i = 0; i < w->n; i++) {
        struct wfield *wf = w->fields[i];
        const struct field *fd =
            strncmp(wf->id, "facts.", 6) == 0 ? form_field(facts, wf->id + 6) : NULL;
        if (!fd || fd->type != FIELD_DATETIME)
            continue;
        snprintf(hint, sizeof hint, "%s %s", _("One or two digits: so many hours ago."), wf->hint);
        utf8_trim(hint);
        wfield_hint(wf, hint);
    }
}

static void build(struct ui *ui)
{
    static const char *const parts[] = {"id_no", "name", "phone", "address"};
    struct triage *t = ui_state(ui);
    const struct form *person = triage_person(ui);
    wform_free(t->form);
    json_decref(t->given);
    json_decref(t->before);
    t->given = json_object();
    t->before = NULL;
    t->frozen = false;
    t->override[0] = 0;
    explicit_bzero(t->reason, sizeof t->reason);
    t->form = wform_new(ui);
    t->form->left = left;
    for (size_t i = 0; person && i < sizeof parts / sizeof parts[0]; i++) {
        asform_add_field(ui, t->form, person, parts[i], "person.");
        t->form->fields[t->form->n - 1]->required = false;
    }
    wform_add(t->form, W_TEXT, "purpose", _("What for"), PURPOSE_MAX);
    add_facts(ui, t->form);
}

static void keep(struct ui *ui)
{
    struct triage *t = ui_state(ui);
    if (ui->places[0].page == TRIAGE_FORM)
        asform_keep(ui, t->form, TRIAGE_DRAFT);
}

void triage_next(struct ui *ui)
{
    struct triage *t = ui_state(ui);
    if (t->back) {
        ui_go(ui, "triage", NULL);
        return;
    }
    pager_fini(&t->pager);
    t->incident[0] = t->person[0] = 0;
    explicit_bzero(t->name, sizeof t->name);
    build(ui);
    ui_page(ui, TRIAGE_FORM);
}

/* ---- the screen ---- */

static void open(struct ui *ui, const json_t *arg)
{
    struct triage *t = ui_state(ui);
    json_t *values = NULL;
    readers_start(ui);
    build(ui);
    if (js_get(arg, "visit")) {
        triage_show_debt(ui, js_get(arg, "visit"));
        return;
    }
    if (draft_find(ui->s, TRIAGE_DRAFT, &values) != ERR_OK)
        return;
    wform_load(t->form, values);
    json_decref(values);
    ui_say(ui, "%s", _("Your draft is back."));
    if (triage_facts(ui))
        asform_relevant(t->form, triage_facts(ui), "facts.");
}

static void draw(struct ui *ui, struct area body)
{
    struct triage *t = ui_state(ui);
    struct area inner = {body.row + 1, 1, body.rows - 1, body.cols - 2};
    if (ui->places[ui->depth].page == TRIAGE_OUTCOME) {
        pager_draw(&t->pager, inner);
        return;
    }
    triage_draw_readers(ui, body.row, 3, body.cols - 4);
    asform_draw(ui, t->form, inner);
}

static void empty(void *with, const char *answer)
{
    struct ui *ui = with;
    if (!answer || *answer != 'y')
        return;
    ui->draft_due = 0;
    draft_drop(ui->s, TRIAGE_DRAFT);
    build(ui);
}

static unsigned form_key(struct ui *ui, uint32_t k)
{
    struct triage *t = ui_state(ui);
    if (triage_scanned(ui, k))
        return UI_HANDLED;
    if (k == K_F2) {
        triage_decide(ui);
        return UI_RELOAD;
    }
    if (k == K_F6) {
        triage_override(ui);
        return UI_HANDLED;
    }
    if (k == K_F8) {
        ui_ask_keys(ui, _("Throw away what was typed? y/n"), "yn", empty);
        return UI_HANDLED;
    }
    return asform_key(ui, t->form, k, _("That was the last field: F2 decides."));
}

static unsigned key(struct ui *ui, uint32_t k)
{
    struct triage *t = ui_state(ui);
    int page = ui->places[ui->depth].page;
    if (k == K_ESC && page == TRIAGE_FORM) {
        wform_leave(t->form);
        ui_home(ui);
    } else if (k == K_ESC) {
        if (triage_may_go(ui))
            ui_home(ui);
    } else {
        return page == TRIAGE_FORM ? form_key(ui, k) : triage_outcome_key(ui, k);
    }
    return UI_HANDLED;
}

static void leave(struct ui *ui)
{
    struct triage *t = ui_state(ui);
    readers_stop(ui);
    wform_free(t->form);
    pager_fini(&t->pager);
    json_decref(t->given);
    json_decref(t->before);
    json_decref(t->shown);
    explicit_bzero(t->name, sizeof t->name);
    explicit_bzero(t->reason, sizeof t->reason);
}

const struct screen screen_triage = {
    .name = "triage",
    .digit = '1',
    .title = N_("Triage at the door"),
    .about = N_("Check a person in: scan or type the ID number, answer what the policy in force "
                "asks, F2 decides. A known person is filled in."),
    .stops = true,
    .scans = TRIAGE_OUTCOME,
    .role = "gate",
    .pages = pages,
    .state = sizeof(struct triage),
    .open = open,
    .draw = draw,
    .key = key,
    .heard = triage_reading,
    .keep = keep,
    .close = leave,
};
