/* Owns the look at the staff of today: who was checked before work, who was not; the check for
 * oneself; and a leader's word on them. Invariant: no fact is ever filled in by the program. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/draft.h"
#include "kiosk/desk/view.h"
#include "screens/asform.h"
#include "screens/formpage.h"
#include "screens/ui.h"
#include "screens/widgets/list.h"
#include "screens/widgets/pager.h"
#include "screens/words.h"

#define FORM "staff"

enum { PAGE_STAFF, PAGE_CHECK, PAGE_OUTCOME };

struct staff {
    json_t *rows, *day;
    struct table table;
    struct wform *form;
    struct pager pager;
};

static const struct key_row staff_keys[] = {
    {'c', "c", N_("check oneself"), N_("The check before work, for who is signed in.")},
    {'k', "k", N_("leader confirms"), N_("A leader confirms the staff of today.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the duties.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row check_keys[] = {
    {K_F2, "F2", N_("decide"), N_("Decide by the policy in force, and record the check.")},
    {K_ENTER, N_("Enter"), N_("next field"), N_("Go to the next field.")},
    {K_F8, "F8", N_("empty"), N_("Throw away what was typed.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the staff; the draft is kept.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row outcome_keys[] = {
    {K_ESC, "Esc", N_("back"), N_("Back to the staff of today.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {{"", staff_keys, false},
                                        {N_("Check before work"), check_keys, false},
                                        {N_("Outcome"), outcome_keys, false},
                                        {NULL, NULL, false}};

static const struct column columns[] = {
    {N_("Clerk"), 16}, {N_("State"), 14}, {N_("At"), 8}, {N_("Entered"), 14}, {N_("Reasons"), 0}};

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

/* ---- the staff of today ---- */

static const char *cell(void *with, size_t i, size_t c, char *out)
{
    const struct staff *t = with;
    const json_t *row = json_array_get(t->rows, i);
    bool seen = js_str(row, "at") != NULL;
    size_t k, len;
    json_t *one;
    out[0] = 0;
    switch (c) {
    case 0: return text_of(row, "clerk");
    case 1: return words_say("staff", text_of(row, "state"));
    case 2: snprintf(out, 256, "%.5s", seen ? text_of(row, "at") + 11 : ""); return out;
    case 3:
        if (seen && js_bool(row, "entered_late"))
            snprintf(out, 256, _("%.5s (late)"), text_of(row, "heard") + 11);
        return out;
    default: break;
    }
    json_array_foreach(js_get(row, "reasons"), k, one)
    {
        len = strlen(out);
        snprintf(out + len, 256 - len, "%s%s", k ? " " : "", json_string_value(one));
    }
    return out;
}

static enum err take_day(void *to, json_t *row)
{
    struct staff *t = to;
    json_decref(t->day);
    t->day = json_incref(row);
    return ERR_OK;
}

static void load(struct ui *ui)
{
    struct staff *t = ui_state(ui);
    json_decref(t->rows);
    t->rows = NULL;
    enum err rc = view_list(ui->s, "clerks", &VIEW_ALL, &t->rows);
    if (rc == ERR_OK)
        rc = view_each(ui->s, "staff_day", &VIEW_ALL, take_day, t);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    list_count(&t->table.list, json_array_size(t->rows));
}

static void confirmed(void *with, const char *leader)
{
    struct ui *ui = with;
    json_t *out = NULL, *in = json_object();
    if (leader) {
        enum err rc = action_run(ui->s, "confirm", in, &out);
        if (rc == ERR_OK)
            ui_say(ui, _("Confirmed by %s."), leader);
        else
            ui_error(ui, rc);
        ui_load(ui);
    }
    json_decref(in);
    json_decref(out);
}

/* ---- the check ---- */

static const struct form *facts_form(struct ui *ui)
{
    struct policy *p = NULL;
    return site_policy(ui->s, &p) == ERR_OK ? policy_facts_for(p, "staff") : NULL;
}

static void left(void *with, struct wform *w, struct wfield *wf)
{
    struct ui *ui = with;
    if (facts_form(ui))
        asform_left(w, facts_form(ui), "facts.", wf);
    ui_keep(ui);
}

static void build(struct ui *ui)
{
    struct staff *t = ui_state(ui);
    wform_free(t->form);
    t->form = wform_new(ui);
    t->form->left = left;
    if (facts_form(ui))
        asform_add(ui, t->form, facts_form(ui), "facts.");
}

static void keep(struct ui *ui)
{
    struct staff *t = ui_state(ui);
    if (ui->places[0].page == PAGE_CHECK)
        asform_keep(ui, t->form, FORM);
}

static void show_outcome(struct ui *ui, const json_t *out)
{
    struct staff *t = ui_state(ui);
    struct policy *p = NULL;
    bool fit = strcmp(text_of(out, "outcome"), "admit") == 0;
    size_t i;
    json_t *one;
    pager_fini(&t->pager);
    pager_add(&t->pager, PAINT_BOLD, 0, "%s  %s", ui->s->j.clerk,
              fit ? _("FIT FOR WORK") : _("DO NOT START WORK. TELL YOUR LEADER."));
    pager_add(&t->pager, PAINT_PLAIN, 0, "%s", "");
    json_array_foreach(js_get(out, "reasons"), i, one)
        pager_add(&t->pager, PAINT_PLAIN, 0, "- %s", text_of(one, "text"));
    json_array_foreach(js_get(out, "actions"), i,
                       one) if (site_policy(ui->s, &p) == ERR_OK && json_is_string(one))
        pager_add(&t->pager, PAINT_BOLD, 0, "> %s", policy_action(p, json_string_value(one)));
}

static void decide(struct ui *ui)
{
    struct staff *t = ui_state(ui);
    json_t *out = NULL;
    wform_leave(t->form);
    json_t *facts = facts_form(ui) ? asform_values(t->form, facts_form(ui), "facts.") : NULL;
    if (!facts) {
        ui_warn(ui, "%s", _("Correct the fields marked, then decide."));
        return;
    }
    json_t *in = json_pack("{s:s,s:o}", "clerk", ui->s->j.clerk, "facts", facts);
    enum err rc = action_run(ui->s, "staff", in, &out);
    json_decref(in);
    if (rc != ERR_OK) {
        asform_error(t->form, "facts.", rc);
        ui_error(ui, rc);
        return;
    }
    show_outcome(ui, out);
    json_decref(out);
    formpage_drop(ui, FORM);
    ui_page(ui, PAGE_OUTCOME);
}

static void begin_check(struct ui *ui)
{
    struct staff *t = ui_state(ui);
    build(ui);
    ui_page(ui, PAGE_CHECK);
    if (formpage_restore(ui, t->form, FORM) && facts_form(ui))
        asform_relevant(t->form, facts_form(ui), "facts.");
}

static void empty(void *with, const char *answer)
{
    if (formpage_emptied(with, answer, FORM))
        build(with);
}

/* ---- the screen ---- */

static void open(struct ui *ui, const json_t *arg)
{
    struct staff *t = ui_state(ui);
    json_t *values = NULL;
    const char *what = js_str(arg, "do");
    t->table = TABLE_OF(columns, cell, t);
    bool drafted = !what && draft_find(ui->s, FORM, &values) == ERR_OK;
    json_decref(values);
    if (drafted || (what && strcmp(what, "staff") == 0))
        begin_check(ui);
}

static void hint_day(struct ui *ui)
{
    const struct staff *t = ui_state(ui);
    char text[300];
    const char *leader = js_str(t->day, "leader");
    snprintf(text, sizeof text, _("Staff %lld, checked %lld, not yet %zu, refused %zu. %s%s"),
             (long long)js_int(t->day, "clerks", 0), (long long)js_int(t->day, "checked", 0),
             json_array_size(js_get(t->day, "missing")), json_array_size(js_get(t->day, "denied")),
             leader ? _("Confirmed by ") : _("Not confirmed by a leader yet."),
             leader ? leader : "");
    utf8_trim(text);
    ui_hint(ui, text);
}

static void draw(struct ui *ui, struct area body)
{
    struct staff *t = ui_state(ui);
    struct area inner = {body.row + 1, 1, body.rows - 1, body.cols - 2};
    switch (ui->places[ui->depth].page) {
    case PAGE_CHECK: asform_draw(ui, t->form, inner); break;
    case PAGE_OUTCOME: pager_draw(&t->pager, inner); break;
    default: table_draw(&t->table, inner, true); hint_day(ui);
    }
}

static void back(struct ui *ui)
{
    ui_page(ui, PAGE_STAFF);
}

static const struct formpage form_page = {decide, back, empty,
                                          N_("That was the last field: F2 decides.")};

static unsigned key(struct ui *ui, uint32_t k)
{
    struct staff *t = ui_state(ui);
    int page = ui->places[ui->depth].page;
    if (page == PAGE_CHECK)
        return formpage_key(ui, t->form, &form_page, k);
    if (page == PAGE_OUTCOME && k != K_ESC)
        return pager_key(&t->pager, k) ? UI_HANDLED : UI_IGNORED;
    if (page == PAGE_OUTCOME)
        ui_page(ui, PAGE_STAFF);
    else if (k == K_ESC)
        ui_go(ui, "duties", NULL);
    else if (k == 'c')
        begin_check(ui);
    else if (k == 'k')
        ui_ask_vouch(ui, "leader", confirmed);
    else
        return list_key(&t->table.list, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}

static void leave(struct ui *ui)
{
    struct staff *t = ui_state(ui);
    json_decref(t->rows);
    json_decref(t->day);
    wform_free(t->form);
    pager_fini(&t->pager);
}

const struct screen screen_staff = {
    .name = "staff",
    .title = N_("Staff of today"),
    .about = N_("Who was checked before work and who was not; c is the check for oneself."),
    .role = "gate",
    .pages = pages,
    .state = sizeof(struct staff),
    .open = open,
    .load = load,
    .draw = draw,
    .key = key,
    .keep = keep,
    .close = leave,
};
