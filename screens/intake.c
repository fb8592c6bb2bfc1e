/* Owns the taking in of a case: whose it is, what it is about, by which channel, with which papers.
 * Invariant: the fields that depend on the item (channels, papers) are those of the item chosen; a
 * channel passed over has a reason. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/draft.h"
#include "kiosk/desk/view.h"
#include "screens/asform.h"
#include "screens/formpage.h"
#include "screens/intake.h"
#include "screens/prints.h"
#include "screens/slip.h"
#include "screens/ui.h"
#include "screens/words.h"

#define FORM "intake"
#define NOTE_MAX 200

enum { PAGE_FORM, PAGE_DONE, PAGE_TWIN, PAGE_WAY };

struct intake {
    struct wform *form;
    char item[40]; /* the item that channels and papers stand for */
    bool agent;    /* papers are those with an agent */
    char id[ENTRY_ID], number[32];
    char name[200];
    json_t *offered; /* the person handed over while a draft was there */
    json_t *twins;   /* open cases of the same person and item, being looked at */
    json_t *despite; /* their ids, once they were told apart */
};

static const struct key_row form_keys[] = {
    {K_F2, "F2", N_("save"), N_("Take the case in; it gets its number.")},
    {K_ENTER, N_("Enter"), N_("next field"), N_("Go to the next field, or take what is marked.")},
    {K_F5, "F5", N_("as the last"), N_("Item, channel and reasons as in the last case.")},
    {K_F6, "F6", N_("other way"), N_("Show the address where the resident can do it alone.")},
    {K_F3, "F3", N_("item"), N_("The catalogue, or the item chosen: days, papers, conditions.")},
    {K_F8, "F8", N_("empty"), N_("Throw away what was typed.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the home screen; the draft is kept.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row done_keys[] = {
    {'p', "p", N_("slip as picture"), N_("Write the slip as a PNG into the folder out.")},
    {'e', "e", N_("slip for the printer"),
     N_("Print the slip; without a printer it is a page in the folder out.")},
    {'q', "q", N_("on screen"), N_("Show the symbol on the screen.")},
    {'n', "n", N_("next case"), N_("Take in another case.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the home screen.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row twin_keys[] = {
    {'1', "1", N_("the same"), N_("Open that case: the resident asked again, which is noted.")},
    {'2', "2", N_("another"), N_("Take it in all the same: both are told apart.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the form.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row way_keys[] = {
    {K_ENTER, N_("Enter"), N_("shown"), N_("The address was shown: the visit is over.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the form.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {{"", form_keys, false},
                                        {N_("Case taken in"), done_keys, false},
                                        {N_("An open case like this"), twin_keys, false},
                                        {N_("Another way"), way_keys, false},
                                        {NULL, NULL, false}};

/* ---- what depends on what ---- */

static void set_item(struct ui *ui, struct intake *in)
{
    const struct wfield *agent = wform_field(in->form, "agent");
    const json_t *item = intake_item(ui, in->form);
    const char *code = item ? js_str(item, "code") : "";
    bool with = agent->chosen == 0;
    if (strcmp(code, in->item) == 0 && with == in->agent)
        return;
    if (strcmp(code, in->item) != 0)
        intake_set_channels(ui, in->form, item);
    snprintf(in->item, sizeof in->item, "%s", code);
    in->agent = with;
    intake_set_papers(in->form, item, with);
}

static void arrange(struct ui *ui)
{
    struct intake *in = ui_state(ui);
    struct wform *w = in->form;
    bool agent = wform_field(w, "agent")->chosen == 0;
    set_item(ui, in);
    intake_set_skips(w);
    intake_set_person(w, "person", "person.", true);
    wform_field(w, "agent.who")->hidden = !agent;
    intake_set_person(w, "agent.who", "agent.", agent);
    wform_field(w, "relation")->hidden = !agent;
    wform_field(w, "until")->hidden = !agent;
    wform_field(w, "scope")->hidden = !agent;
    intake_set_follow(w, intake_item(ui, w));
}

static void left_until(struct wfield *wf)
{
    char shown[64];
    asform_time(FIELD_DATE, wfield_text(wf), shown, sizeof shown);
    edit_set(&wf->edit, shown);
}

static void left(void *with, struct wform *w, struct wfield *wf)
{
    struct ui *ui = with;
    if (strcmp(wf->id, "person") == 0)
        intake_left_who(ui, w, wf, "person.");
    else if (strcmp(wf->id, "agent.who") == 0)
        intake_left_who(ui, w, wf, "agent.");
    else if (strncmp(wf->id, "person.", 7) == 0)
        intake_left_part(ui, w, wf, "person.");
    else if (strncmp(wf->id, "agent.", 6) == 0)
        intake_left_part(ui, w, wf, "agent.");
    else if (strcmp(wf->id, "until") == 0 || strcmp(wf->id, "follow") == 0)
        left_until(wf);
    else if (strcmp(wf->id, "item") == 0 && wf->edit.len && !wf->picked)
        wfield_error(wf, _("Choose an item from the list."));
    arrange(ui);
    ui_keep(ui);
}

static json_t *find(void *with, struct wfield *wf, const char *text)
{
    return strcmp(wf->id, "item") == 0 ? asform_find_item(with, text)
                                       : asform_find_person(with, text);
}

/* ---- the form ---- */

static void build(struct ui *ui)
{
    static const char *const states[] = {"original_seen", "copy_kept", "original_kept", "missing"};
    struct intake *in = ui_state(ui);
    wform_free(in->form);
    struct wform *w = in->form = wform_new(ui);
    w->left = left;
    w->find = find;
    in->item[0] = 0;
    in->agent = false;
    intake_add_person(ui, w, "person", _("Person"), "person.");
    struct wfield *item = wform_add(w, W_PICK, "item", _("Item"), 60);
    wfield_hint(item, _("Name, initials, department or number; Enter takes the one marked."));
    wform_add(w, W_CHOICE, "channel", _("Channel"), 1);
    intake_add_skips(ui, w);
    wform_add(w, W_BOOL, "agent", _("Is there an agent?"), 1);
    intake_add_person(ui, w, "agent.who", _("Agent"), "agent.");
    wform_add(w, W_TEXT, "relation", _("Relation"), 30);
    struct wfield *until = wform_add(w, W_TEXT, "until", _("Authorised until"), 16);
    wfield_hint(until, _("Date: 20220520 or 0520; a full stop is today."));
    struct wfield *papers = wform_add(w, W_CHECKLIST, "papers", _("Papers"), 1);
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        wfield_option(papers, states[i], words_say("paper", states[i]));
    wfield_hint(papers, _("One key for each paper; what is left open counts as missing."));
    struct wfield *follow = wform_add(w, W_TEXT, "follow", _("Missing ones by"), 16);
    wfield_hint(follow, _("Date: 20220520 or 0520; a full stop is today."));
    wform_add(w, W_TEXT, "scope", _("Authority for"), 80);
    wform_add(w, W_TEXT, "note", _("Note"), NOTE_MAX);
    arrange(ui);
}

static void keep(struct ui *ui)
{
    struct intake *in = ui_state(ui);
    if (ui->places[0].page == PAGE_FORM)
        asform_keep(ui, in->form, FORM);
}

static void load_draft(struct ui *ui, const json_t *values)
{
    struct intake *in = ui_state(ui);
    wform_load(in->form, values);
    arrange(ui); /* the item brings its channels and papers */
    wform_load(in->form, values);
    arrange(ui);
}

static void hand_over(struct ui *ui, const json_t *person)
{
    struct intake *in = ui_state(ui);
    intake_set_known(ui, wform_field(in->form, "person"), js_str(person, "person"));
    wform_go(in->form, "item");
    arrange(ui);
    ui_keep(ui);
}

static void draft_or_new(void *with, const char *answer)
{
    struct ui *ui = with;
    struct intake *in = ui_state(ui);
    if (answer && *answer == '2') {
        build(ui);
        hand_over(ui, in->offered);
    }
    json_decref(in->offered);
    in->offered = NULL;
}

static bool same_person(const json_t *values, const json_t *arg)
{
    const json_t *person = js_get(values, "person");
    const char *picked = person ? js_str(person, "pick") : NULL, *want = js_str(arg, "person");
    return picked && want && strcmp(picked, want) == 0;
}

static void open(struct ui *ui, const json_t *arg)
{
    struct intake *in = ui_state(ui);
    json_t *values = NULL;
    bool handed = js_str(arg, "person") != NULL;
    build(ui);
    if (draft_find(ui->s, FORM, &values) != ERR_OK) {
        if (handed)
            hand_over(ui, arg);
        return;
    }
    load_draft(ui, values);
    if (handed && !same_person(values, arg)) {
        in->offered = json_deep_copy(arg);
        ui_ask_keys(ui, _("There is an unfinished case. 1 go on with it  2 drop it, begin anew"),
                    "12", draft_or_new);
    } else {
        ui_say(ui, "%s", _("Your draft is back."));
    }
    json_decref(values);
}

/* ---- saving ---- */

static json_t *agent_value(const struct wform *w)
{
    const char *relation = wfield_text(wform_field(w, "relation"));
    const char *until = wfield_text(wform_field(w, "until"));
    if (wform_field(w, "agent")->chosen != 0)
        return json_null();
    json_t *agent = json_object();
    json_object_set_new(agent, "person", intake_person(w, "agent.who", "agent."));
    js_set_str(agent, "relation", *relation ? relation : NULL);
    js_set_str(agent, "until", *until ? until : NULL);
    const char *scope = wfield_text(wform_field(w, "scope"));
    js_set_str(agent, "scope", *scope ? scope : NULL);
    return agent;
}

/* The first thing missing gets its error; the rest the model checks. */
static bool complete(struct wform *w)
{
    bool good = true;
    const struct wfield *first = NULL;
    for (size_t i = 0; i < w->n; i++) {
        struct wfield *wf = w->fields[i];
        bool need = strcmp(wf->id, "item") == 0 || strcmp(wf->id, "channel") == 0 ||
                    strncmp(wf->id, "skip.", 5) == 0;
        bool there = wf->kind == W_PICK ? wf->picked != NULL : wf->chosen >= 0;
        if (wf->hidden || !need || there)
            continue;
        wfield_error(wf, err_what(ERR_FIELD_REQUIRED));
        first = first ? first : wf;
        good = false;
    }
    if (first)
        wform_go(w, first->id);
    return good;
}

static json_t *case_of(struct ui *ui, const struct wform *w)
{
    const struct intake *state = ui_state(ui);
    json_t *in = json_object();
    const char *note = wfield_text(wform_field(w, "note"));
    json_object_set_new(in, "person", intake_person(w, "person", "person."));
    json_object_set_new(in, "agent", agent_value(w));
    js_set_str(in, "item", wform_field(w, "item")->picked);
    js_set_str(in, "channel", wfield_choice(wform_field(w, "channel")));
    json_object_set_new(in, "skipped", intake_skipped(w));
    json_object_set_new(in, "papers", intake_papers(w, intake_item(ui, w)));
    js_set_str(in, "note", *note ? note : NULL);
    if (state->despite)
        json_object_set(in, "despite", state->despite);
    return in;
}

static void show_error(struct ui *ui, enum err rc)
{
    struct intake *in = ui_state(ui);
    const char *prefix = strncmp(err_field(), "agent", 5) == 0 ? "agent." : "person.";
    if (!asform_error(in->form, prefix, rc))
        asform_error(in->form, "", rc);
    ui_error(ui, rc);
}

/* True: there are some, and the clerk decides first. */
static bool look_for_twins(struct ui *ui)
{
    struct intake *in = ui_state(ui);
    json_decref(in->twins);
    in->twins = intake_twins(ui, in->form);
    if (in->twins)
        ui_page(ui, PAGE_TWIN);
    return in->twins != NULL;
}

static void save(struct ui *ui)
{
    struct intake *in = ui_state(ui);
    json_t *out = NULL;
    wform_leave(in->form);
    if (!complete(in->form)) {
        ui_warn(ui, "%s", _("Fill in the fields marked, then save."));
        return;
    }
    if (!in->despite && look_for_twins(ui))
        return;
    json_t *what = case_of(ui, in->form);
    enum err rc = action_run(ui->s, "case", what, &out);
    json_decref(what);
    if (rc != ERR_OK) {
        json_decref(in->despite); /* what is changed now may be another case */
        in->despite = NULL;
        show_error(ui, rc);
        return;
    }
    const struct wfield *pick = wform_field(in->form, "person");
    snprintf(in->id, sizeof in->id, "%s", js_str(out, "id"));
    snprintf(in->number, sizeof in->number, "%s", js_str(out, "number"));
    snprintf(in->name, sizeof in->name, "%s",
             pick->picked ? wfield_text(pick)
                          : wfield_text(intake_part(in->form, "person.", "name")));
    json_decref(out);
    json_decref(in->despite);
    in->despite = NULL;
    formpage_drop(ui, FORM);
    ui_page(ui, PAGE_DONE);
}

/* ---- the same case, another way ---- */

/* The decision is noted where it belongs: with the case that is there. */
static void the_same(struct ui *ui)
{
    struct intake *in = ui_state(ui);
    char what[64];
    json_t *out = NULL, *step = json_pack("{s:s}", "step", "again");
    const char *id = js_str(json_array_get(in->twins, 0), "id");
    snprintf(what, sizeof what, "case_step:%s", id);
    enum err rc = action_run(ui->s, what, step, &out);
    json_decref(step);
    json_decref(out);
    if (rc != ERR_OK) {
        ui_error(ui, rc);
        return;
    }
    formpage_drop(ui, FORM);
    ui_go(ui, "cases", json_pack("{s:s}", "case", id));
}

static unsigned twin_key(struct ui *ui, uint32_t k)
{
    struct intake *in = ui_state(ui);
    if (k == K_ESC)
        ui_page(ui, PAGE_FORM);
    else if (k == '1')
        the_same(ui);
    else if (k == '2') {
        json_decref(in->despite);
        in->despite = intake_told_apart(in->twins);
        ui_page(ui, PAGE_FORM);
        save(ui);
    } else
        return UI_IGNORED;
    return UI_RELOAD;
}

static void show_way(struct ui *ui)
{
    struct intake *in = ui_state(ui);
    wform_leave(in->form);
    if (!intake_item(ui, in->form))
        ui_warn(ui, "%s", _("Choose an item from the list."));
    else if (!intake_way(ui, in->form) || !intake_address(ui, in->form))
        ui_warn(ui, "%s", _("This item has no other way."));
    else
        ui_page(ui, PAGE_WAY);
}

static unsigned way_key(struct ui *ui, uint32_t k)
{
    struct intake *in = ui_state(ui);
    if (k == K_ESC) {
        ui_page(ui, PAGE_FORM);
        return UI_HANDLED;
    }
    if (k != K_ENTER)
        return UI_IGNORED;
    if (intake_close_visit(ui, in->form)) {
        formpage_drop(ui, FORM);
        ui_home(ui);
    }
    return UI_HANDLED;
}

static void as_the_last(struct ui *ui)
{
    json_t *values = intake_last(ui);
    if (!values) {
        ui_warn(ui, "%s", _("No cases."));
        return;
    }
    load_draft(ui, values);
    ui_keep(ui);
    json_decref(values);
}

/* ---- the screen ---- */

static void draw_done(const struct intake *in, struct area body)
{
    char text[300];
    int row = body.row + 2, width = body.cols - 8;
    snprintf(text, sizeof text, _("Case number: %s"), in->number);
    paint_text(row, 4, width, PAINT_BOLD, text);
    paint_text(row + 2, 4, width, PAINT_PLAIN, in->name);
    paint_text(row + 3, 4, width, PAINT_PLAIN, wfield_text(wform_field(in->form, "item")));
    paint_text(row + 5, 4, width, PAINT_PLAIN,
               _("Saved on this machine. Print the slip, or go on."));
}

static void draw(struct ui *ui, struct area body)
{
    struct intake *in = ui_state(ui);
    struct area inner = {body.row + 1, 1, body.rows - 1, body.cols - 2};
    int page = ui->places[ui->depth].page;
    if (page == PAGE_DONE)
        draw_done(in, body);
    else if (page == PAGE_TWIN)
        intake_draw_twins(in->twins, in->form, inner);
    else if (page == PAGE_WAY)
        intake_draw_way(ui, in->form, body);
    else
        asform_draw(ui, in->form, inner);
}

static void empty(void *with, const char *answer)
{
    if (formpage_emptied(with, answer, FORM))
        build(with);
}

static unsigned done_key(struct ui *ui, uint32_t k)
{
    struct intake *in = ui_state(ui);
    switch (k) {
    case 'p': slip_write(ui, in->id, "png", "png"); return UI_RELOAD;
    case 'e': prints_start(ui, "slip", in->id); return UI_HANDLED;
    case 'q': slip_show(ui, in->id, in->number); return UI_HANDLED;
    case 'n':
        build(ui);
        ui_page(ui, PAGE_FORM);
        return UI_HANDLED;
    case K_ESC: ui_home(ui); return UI_HANDLED;
    default: return UI_IGNORED;
    }
}

static const struct formpage form_page = {save, ui_home, empty,
                                          N_("That was the last field: F2 saves.")};

static unsigned key(struct ui *ui, uint32_t k)
{
    struct intake *in = ui_state(ui);
    int page = ui->places[ui->depth].page;
    if (page == PAGE_TWIN)
        return twin_key(ui, k);
    if (page == PAGE_WAY)
        return way_key(ui, k);
    if (page == PAGE_DONE)
        return done_key(ui, k);
    if (k == K_F3) {
        ui_over(ui, &screen_items,
                json_pack("{s:s*}", "item", wform_field(in->form, "item")->picked));
        return UI_HANDLED;
    }
    if (k == K_F5 || k == K_F6) {
        k == K_F5 ? as_the_last(ui) : show_way(ui);
        return UI_HANDLED;
    }
    return formpage_key(ui, in->form, &form_page, k);
}

static void leave(struct ui *ui)
{
    struct intake *in = ui_state(ui);
    wform_free(in->form);
    json_decref(in->offered);
    json_decref(in->twins);
    json_decref(in->despite);
    explicit_bzero(in->name, sizeof in->name);
}

const struct screen screen_intake = {
    .name = "intake",
    .digit = '2',
    .title = N_("Take in a case"),
    .about = N_("A proxy or nearby case: person, item, channel, agent, papers; F2 saves, then "
                "the slip is printed."),
    .stops = true,
    .role = "window",
    .pages = pages,
    .state = sizeof(struct intake),
    .open = open,
    .draw = draw,
    .key = key,
    .keep = keep,
    .close = leave,
};
