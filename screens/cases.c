/* Owns the look at cases: the list, one case whole, its papers. Every step goes through the action
 * of that name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/view.h"
#include "screens/asform.h"
#include "screens/slip.h"
#include "screens/ui.h"
#include "screens/widgets/list.h"
#include "screens/widgets/pager.h"
#include "screens/words.h"

#define LIST_MAX 300
#define TEXT_MAX 300

enum { PAGE_LIST, PAGE_CASE, PAGE_PAPERS };

struct cases {
    json_t *rows;
    struct table table;
    char like[64], state[24]; /* "" : all */
    char id[ENTRY_ID];        /* the case that is open */
    json_t *whole;
    struct pager pager;
    struct wform *papers;
    char step[16]; /* being taken */
};

static const struct key_row list_keys[] = {
    {K_ENTER, N_("Enter"), N_("show"), N_("Open the case that is marked.")},
    {'/', "/", N_("search"), N_("Search by name, initials, number or item; empty shows all.")},
    {'f', "f", N_("state"), N_("Show cases of the next state only.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the home screen.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row case_keys[] = {
    {'s', "s", N_("message"), N_("Send a message to the sub-centre.")},
    {'m', "m", N_("papers"), N_("Change the state of papers.")},
    {'h', "h", N_("handed in"), N_("What was asked for has been handed in.")},
    {'d', "d", N_("deliver"), N_("The result was handed to the resident.")},
    {'w', "w", N_("withdraw"), N_("The resident withdraws the case.")},
    {'p', "p", N_("slip"), N_("Write the slip as a PNG into the folder out.")},
    {'e', "e", N_("printer"), N_("Write the slip as an ESC/POS file.")},
    {'q', "q", N_("on screen"), N_("Show the symbol on the screen.")},
    {'r', "r", N_("whole ID"), N_("Show the whole ID number; that you looked is recorded.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the list.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row paper_keys[] = {
    {K_F2, "F2", N_("save"), N_("Record the papers as shown.")},
    {'1', "1-5", N_("state"), N_("Set the state of the paper that is marked.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the case.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {{"", list_keys, false},
                                        {N_("One case"), case_keys, false},
                                        {N_("Papers"), paper_keys, false},
                                        {NULL, NULL, false}};

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

static const char *day(const json_t *row, const char *key, char *out)
{
    int64_t at;
    if (!clock_parse(text_of(row, key), &at))
        return "";
    return clock_short(at, out);
}

/* ---- the list ---- */

static const struct column columns[] = {
    {N_("Number"), 19}, {N_("Name"), 10}, {N_("State"), 12},
    {N_("Missing"), 7}, {N_("Hub"), 4},   {N_("Item"), 0},
};
enum { COL_NUMBER, COL_NAME, COL_STATE, COL_MISSING, COL_HUB, COL_ITEM };

static const char *cell(void *with, size_t i, size_t c, char *out)
{
    const struct cases *cs = with;
    const json_t *row = json_array_get(cs->rows, i);
    switch (c) {
    case COL_NUMBER: return text_of(row, "number");
    case COL_NAME: return text_of(row, "name");
    case COL_STATE: return words_say("state", text_of(row, "state"));
    case COL_MISSING:
        snprintf(out, 32, "%lld", (long long)js_int(row, "missing", 0));
        return js_int(row, "missing", 0) ? out : "";
    case COL_HUB: return js_bool(row, "arrived") ? _("yes") : "-";
    default: return text_of(row, "item_name");
    }
}

static void load_list(struct ui *ui)
{
    struct cases *cs = ui_state(ui);
    struct view_query q = VIEW_ALL;
    q.like = cs->like[0] ? cs->like : NULL;
    q.state = cs->state[0] ? cs->state : NULL;
    q.limit = LIST_MAX;
    json_decref(cs->rows);
    cs->rows = NULL;
    enum err rc = view_list(ui->s, "cases", &q, &cs->rows);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    list_count(&cs->table.list, json_array_size(cs->rows));
}

static void searched(void *with, const char *answer)
{
    struct ui *ui = with;
    struct cases *cs = ui_state(ui);
    if (!answer)
        return;
    snprintf(cs->like, sizeof cs->like, "%s", answer);
    cs->table.list.cur = 0;
    load_list(ui);
}

static void next_state(struct ui *ui)
{
    static const char *const states[] = {"",         "taken_in", "accepted",  "supplement",
                                         "rejected", "done",     "delivered", "withdrawn"};
    struct cases *cs = ui_state(ui);
    size_t n = sizeof states / sizeof states[0], at = 0;
    while (at < n && strcmp(states[at], cs->state) != 0)
        at++;
    snprintf(cs->state, sizeof cs->state, "%s", states[(at + 1) % n]);
    cs->table.list.cur = 0;
    load_list(ui);
}

/* ---- one case ---- */

static void show_head(struct pager *p, const json_t *c)
{
    char at[CLOCK_TEXT];
    const json_t *agent = js_get(c, "agent");
    pager_add(p, PAINT_BOLD, 0, "%s  %s", text_of(c, "number"),
              words_say("state", text_of(c, "state")));
    pager_add(p, PAINT_PLAIN, 0, "%s  %s", text_of(c, "name"), text_of(c, "id_no"));
    if (json_is_object(agent))
        pager_add(p, PAINT_PLAIN, 0, _("Agent: %s %s %s"), text_of(agent, "name"),
                  text_of(agent, "relation"), text_of(agent, "until"));
    pager_add(p, PAINT_PLAIN, 0, "%s  (%s)", text_of(c, "item_name"),
              words_say("channel", text_of(c, "channel")));
    pager_add(p, PAINT_PLAIN, 0, _("Taken in %s by %s; at the sub-centre: %s"), day(c, "at", at),
              text_of(c, "clerk"), js_bool(c, "arrived") ? _("yes") : _("no"));
    if (*text_of(c, "note"))
        pager_add(p, PAINT_PLAIN, 0, _("Note: %s"), text_of(c, "note"));
}

static void show_papers(struct pager *p, const json_t *c)
{
    size_t i;
    json_t *one;
    pager_add(p, PAINT_PLAIN, 0, "%s", "");
    pager_add(p, PAINT_BOLD, 0, _("Papers (%lld missing)"), (long long)js_int(c, "missing", 0));
    json_array_foreach(js_get(c, "papers"), i, one)
    {
        const char *name = js_str(one, "name");
        pager_add(p, PAINT_PLAIN, 2, "%s: %s", words_say("paper", text_of(one, "state")),
                  name ? name : text_of(one, "paper"));
    }
}

static void show_steps(struct pager *p, const json_t *c)
{
    size_t i;
    json_t *one;
    char at[CLOCK_TEXT];
    pager_add(p, PAINT_PLAIN, 0, "%s", "");
    pager_add(p, PAINT_BOLD, 0, "%s", _("What happened"));
    json_array_foreach(js_get(c, "steps"), i, one)
    {
        bool hub = strcmp(text_of(one, "who"), "hub") == 0;
        const char *by = js_str(one, "by");
        pager_add(p, hub ? PAINT_BOLD : PAINT_PLAIN, 2, "%s  %s%s%s: %s  %s", day(one, "at", at),
                  hub ? _("sub-centre") : _("village"), by ? " " : "", by ? by : "",
                  words_say("step", text_of(one, "step")), text_of(one, "text"));
    }
}

static void load_case(struct ui *ui)
{
    struct cases *cs = ui_state(ui);
    json_t *whole = NULL;
    int top = cs->pager.top;
    enum err rc = view_case(ui->s, cs->id, &whole);
    if (rc != ERR_OK) {
        ui_error(ui, rc);
        return;
    }
    json_decref(cs->whole);
    cs->whole = whole;
    pager_fini(&cs->pager);
    show_head(&cs->pager, whole);
    show_papers(&cs->pager, whole);
    show_steps(&cs->pager, whole);
    cs->pager.top = top;
}

static void open_case(struct ui *ui, const char *id)
{
    struct cases *cs = ui_state(ui);
    snprintf(cs->id, sizeof cs->id, "%s", id);
    pager_fini(&cs->pager);
    load_case(ui);
    if (cs->whole)
        ui_page(ui, PAGE_CASE);
}

/* ---- steps ---- */

static void take_step(struct ui *ui, json_t *in)
{
    struct cases *cs = ui_state(ui);
    char what[64];
    json_t *out = NULL;
    snprintf(what, sizeof what, "case_step:%s", cs->id);
    enum err rc = action_run(ui->s, what, in, &out);
    if (rc == ERR_OK)
        ui_say(ui, _("Noted: %s."), words_say("step", js_str(in, "step")));
    else
        ui_error(ui, rc);
    json_decref(in);
    json_decref(out);
    load_case(ui);
}

static void said(void *with, const char *answer)
{
    struct ui *ui = with;
    struct cases *cs = ui_state(ui);
    if (!answer)
        return;
    json_t *in = json_object();
    js_set_str(in, "step", cs->step);
    if (*answer)
        js_set_str(in, "text", answer);
    take_step(ui, in);
}

static void sure(void *with, const char *answer)
{
    struct ui *ui = with;
    if (answer && *answer == 'y')
        ui_ask_text(ui, _("Words to it (may be empty):"), TEXT_MAX, said);
}

static void reveal(struct ui *ui)
{
    struct cases *cs = ui_state(ui);
    char what[64];
    json_t *out = NULL, *in = json_object();
    snprintf(what, sizeof what, "reveal:%s", text_of(cs->whole, "person"));
    enum err rc = action_run(ui->s, what, in, &out);
    if (rc == ERR_OK)
        ui_say(ui, "%s  %s  %s  %s", text_of(js_get(out, "person"), "name"),
               text_of(js_get(out, "person"), "id_no"), text_of(js_get(out, "person"), "phone"),
               text_of(js_get(out, "person"), "address"));
    else
        ui_error(ui, rc);
    json_decref(in);
    json_decref(out);
}

static void edit_papers(struct ui *ui)
{
    struct cases *cs = ui_state(ui);
    size_t i;
    json_t *one, *states = json_object();
    wform_free(cs->papers);
    cs->papers = wform_new(ui);
    struct wfield *papers = wform_add(cs->papers, W_CHECKLIST, "papers", _("Papers"), 1);
    for (size_t w = 0; words_at("paper", w); w++)
        wfield_option(papers, words_at("paper", w), words_say("paper", words_at("paper", w)));
    json_array_foreach(js_get(cs->whole, "papers"), i, one)
    {
        const char *name = js_str(one, "name");
        wfield_item(papers, text_of(one, "paper"), name ? name : text_of(one, "paper"));
        js_set_str(states, text_of(one, "paper"), text_of(one, "state"));
    }
    wfield_set(papers, states);
    json_decref(states);
    ui_page(ui, PAGE_PAPERS);
}

static void save_papers(struct ui *ui)
{
    struct cases *cs = ui_state(ui);
    const struct wfield *papers = wform_field(cs->papers, "papers");
    json_t *in = json_object(), *all = json_array();
    for (size_t i = 0; i < papers->n_items; i++)
        if (papers->states[i] >= 0)
            json_array_append_new(all, json_pack("{s:s,s:s}", "paper", papers->items[i].id, "state",
                                                 papers->options[papers->states[i]].id));
    js_set_str(in, "step", "paper");
    json_object_set_new(in, "papers", all);
    ui_page(ui, PAGE_CASE);
    take_step(ui, in);
}

/* ---- the screen ---- */

static void open(struct ui *ui, const json_t *arg)
{
    struct cases *cs = ui_state(ui);
    cs->table.columns = columns;
    cs->table.n_columns = sizeof columns / sizeof columns[0];
    cs->table.cell = cell;
    cs->table.with = cs;
    if (js_str(arg, "case"))
        open_case(ui, js_str(arg, "case"));
}

static void load(struct ui *ui)
{
    load_list(ui);
    if (ui->places[ui->depth].page == PAGE_CASE)
        load_case(ui);
}

static void draw(struct ui *ui, struct area body)
{
    struct cases *cs = ui_state(ui);
    struct area inner = {body.row + 1, 1, body.rows - 1, body.cols - 2};
    char text[200];
    if (ui->places[ui->depth].page == PAGE_CASE) {
        pager_draw(&cs->pager, inner);
        return;
    }
    if (ui->places[ui->depth].page == PAGE_PAPERS) {
        asform_draw(ui, cs->papers, inner);
        return;
    }
    table_draw(&cs->table, inner, true);
    if (json_array_size(cs->rows) == 0)
        paint_text(inner.row + 2, 4, 60, PAINT_PLAIN, _("No cases."));
    snprintf(text, sizeof text, _("%zu cases. State: %s. Search: %s"), json_array_size(cs->rows),
             cs->state[0] ? words_say("state", cs->state) : _("all"), cs->like[0] ? cs->like : "-");
    ui_hint(ui, text);
}

static unsigned list_key_pressed(struct ui *ui, uint32_t k)
{
    struct cases *cs = ui_state(ui);
    const json_t *row = json_array_get(cs->rows, cs->table.list.cur);
    if (k == K_ENTER && row)
        open_case(ui, text_of(row, "id"));
    else if (k == '/')
        ui_ask_text(ui, _("Search:"), 40, searched);
    else if (k == 'f')
        next_state(ui);
    else if (k == K_ESC)
        ui_home(ui);
    else
        return list_key(&cs->table.list, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}

static unsigned step_key(struct ui *ui, uint32_t k)
{
    static const struct {
        char key;
        const char *step, *question;
        bool sure;
    } steps[] = {
        {'s', "say", N_("Message to the sub-centre:"), false},
        {'h', "supplement", N_("What was handed in?"), false},
        {'w', "withdraw", N_("Withdraw this case? y/n"), true},
        {'d', "deliver", N_("Was the result handed to the resident? y/n"), true},
    };
    struct cases *cs = ui_state(ui);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if ((uint32_t)steps[i].key != k)
            continue;
        snprintf(cs->step, sizeof cs->step, "%s", steps[i].step);
        if (steps[i].sure)
            ui_ask_keys(ui, _(steps[i].question), "yn", sure);
        else
            ui_ask_text(ui, _(steps[i].question), TEXT_MAX, said);
        return UI_HANDLED;
    }
    return UI_IGNORED;
}

static unsigned case_key(struct ui *ui, uint32_t k)
{
    struct cases *cs = ui_state(ui);
    switch (k) {
    case K_ESC:
        ui_page(ui, PAGE_LIST);
        load_list(ui);
        return UI_HANDLED;
    case 'm': edit_papers(ui); return UI_HANDLED;
    case 'p': slip_write(ui, cs->id, "png", "png"); return UI_RELOAD;
    case 'e': slip_write(ui, cs->id, "escpos", "bin"); return UI_RELOAD;
    case 'q': slip_show(ui, cs->id, text_of(cs->whole, "number")); return UI_HANDLED;
    case 'r': reveal(ui); return UI_HANDLED;
    default:
        if (step_key(ui, k))
            return UI_HANDLED;
        return pager_key(&cs->pager, k) ? UI_HANDLED : UI_IGNORED;
    }
}

static unsigned paper_key(struct ui *ui, uint32_t k)
{
    struct cases *cs = ui_state(ui);
    if (k == K_F2)
        save_papers(ui);
    else if (k == K_ESC)
        ui_page(ui, PAGE_CASE);
    else
        return wform_key(cs->papers, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}

static unsigned key(struct ui *ui, uint32_t k)
{
    switch (ui->places[ui->depth].page) {
    case PAGE_LIST: return list_key_pressed(ui, k);
    case PAGE_CASE: return case_key(ui, k);
    default: return paper_key(ui, k);
    }
}

static void leave(struct ui *ui)
{
    struct cases *cs = ui_state(ui);
    json_decref(cs->rows);
    json_decref(cs->whole);
    pager_fini(&cs->pager);
    wform_free(cs->papers);
}

const struct screen screen_cases = {
    .name = "cases",
    .digit = '3',
    .title = N_("Cases"),
    .about = N_("All cases with their state, papers and what the sub-centre decided."),
    .role = "window",
    .pages = pages,
    .state = sizeof(struct cases),
    .open = open,
    .load = load,
    .draw = draw,
    .key = key,
    .close = leave,
};
