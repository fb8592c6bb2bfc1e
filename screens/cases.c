/* Owns the look at cases: the list, by state or by who is waited for, and the screen around it.
 * Every step goes through the action of that name. */
#include "screens/cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/view.h"
#include "screens/asform.h"
#include "screens/words.h"

#define LIST_MAX 300

static const struct key_row list_keys[] = {
    {K_ENTER, N_("Enter"), N_("show"), N_("Open the case that is marked.")},
    {'/', "/", N_("search"), N_("Search by name, initials, number or item; empty shows all.")},
    {'j', "j", N_("waiting"), N_("Cases that wait for us, the town, the citizen; overdue first.")},
    {'f', "f", N_("state"), N_("Show cases of the next state only.")},
    {'i', "i", N_("item"), N_("Show cases of one item only.")},
    {'d', "d", N_("days"), N_("Show cases of some days only: 7, 11-20, or 11-01 11-20.")},
    {K_F1, "F1", N_("more"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the home screen.")},
    {'z', "z", N_("all"), N_("Show all cases again.")},
    {' ', N_("Space"), N_("mark"), N_("Mark the case for the courier's list.")},
    {'c', "c", N_("to courier"),
     N_("Hand the papers of the marked cases to a courier, by a list.")},
    {'l', "l", N_("lists"), N_("The couriers' lists: on their way, arrived, printed again.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row case_keys[] = {
    {'s', "s", N_("message"), N_("Send a message to the sub-centre.")},
    {'m', "m", N_("papers"), N_("Change the state of papers.")},
    {'h', "h", N_("handed in"), N_("What was asked for has been handed in.")},
    {'c', "c", N_("to courier"), N_("Hand this case's papers to a courier, by a list.")},
    {'d', "d", N_("deliver"), N_("The result was handed to the resident.")},
    {'v', "v", N_("opinion"), N_("Ask the resident for an opinion, once the case is over.")},
    {'g', "g", N_("call"), N_("Ask the sub-centre to call, at a time.")},
    {K_F1, "F1", N_("more"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the list.")},
    {'q', "q", N_("on screen"), N_("Show the symbol on the screen.")},
    {'p', "p", N_("slip"), N_("Write the slip as a PNG into the folder out.")},
    {'e', "e", N_("printer"),
     N_("Print the slip; without a printer it is a page in the folder out.")},
    {'n', "n", N_("notice"), N_("Print the one-time notice of what is missing.")},
    {'b', "b", N_("receipt"), N_("Print the receipt.")},
    {'l', "l", N_("pledge"), N_("Print the pledge for papers that may follow, in two copies.")},
    {'a', "a", N_("arrived"), N_("The courier's list of this case has arrived.")},
    {'x', "x", N_("scan"), N_("Note a scan or photo by its file's name and hash.")},
    {'o', "o", N_("asked again"), N_("The resident asked again about this case.")},
    {'t', "t", N_("hand back"), N_("Hand the case back to the citizen, with the reason.")},
    {'w', "w", N_("withdraw"), N_("The resident withdraws the case.")},
    {'r', "r", N_("whole ID"), N_("Show the whole ID number; that you looked is recorded.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row paper_keys[] = {
    {K_F2, "F2", N_("save"), N_("Record the papers as shown.")},
    {'1', "1-5", N_("state"), N_("Set the state of the paper that is marked.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the case.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row lists_keys[] = {
    {'a', "a", N_("arrived"), N_("The list that is marked has arrived at the sub-centre.")},
    {'p', "p", N_("print again"), N_("Print the list that is marked again.")},
    {'f', "f", N_("all"), N_("Show all lists, or those on their way.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the list.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row going_keys[] = {
    {' ', N_("Space"), N_("mark"), N_("Take the paper along, or leave it here.")},
    {K_F2, "F2", N_("hand over"), N_("Hand the marked papers to a courier, by a list.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Nothing is handed over.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {{"", list_keys, false},
                                        {N_("One case"), case_keys, false},
                                        {N_("Papers"), paper_keys, false},
                                        {N_("Couriers' lists"), lists_keys, false},
                                        {N_("Papers for the courier"), going_keys, false},
                                        {NULL, NULL, false}};

const char *cases_text(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

const char *cases_day(const json_t *row, const char *key, char *out)
{
    int64_t at;
    if (!clock_parse(cases_text(row, key), &at))
        return "";
    return clock_short(at, out);
}

/* ---- the list ---- */

static const struct column columns[] = {
    {N_("Number"), 20}, {N_("Name"), 9}, {N_("State"), 11}, {N_("Due"), 6},
    {N_("Lack"), 4},    {N_("Hub"), 4},  {N_("Item"), 0},
};
enum { COL_NUMBER, COL_NAME, COL_STATE, COL_DUE, COL_MISSING, COL_HUB, COL_ITEM };

static const char *number_cell(const struct cases *cs, const json_t *row, char *out)
{
    bool marked = json_object_get(cs->marked, cases_text(row, "id"));
    snprintf(out, 64, "%s%s", cases_text(row, "number"), marked ? "*" : "");
    return out;
}

/* Days left, or how many it is late. */
static const char *due_cell(const json_t *row, char *out)
{
    long long left = js_int(row, "days_left", 0);
    if (!js_get(row, "days_left"))
        return "";
    snprintf(out, 32, js_bool(row, "overdue") ? "!%lld" : "%lld", left < 0 ? -left : left);
    return out;
}

static const char *cell(void *with, size_t i, size_t c, char *out)
{
    const struct cases *cs = with;
    const json_t *row = json_array_get(cs->rows, i);
    switch (c) {
    case COL_NUMBER: return number_cell(cs, row, out);
    case COL_NAME: return cases_text(row, "name");
    case COL_STATE: return words_say("state", cases_text(row, "state"));
    case COL_DUE: return due_cell(row, out);
    case COL_MISSING:
        snprintf(out, 32, "%lld", (long long)js_int(row, "missing", 0));
        return js_int(row, "missing", 0) ? out : "";
    case COL_HUB: return js_bool(row, "arrived") ? _("yes") : "-";
    default: return cases_text(row, "item_name");
    }
}

void cases_load_list(struct ui *ui)
{
    struct cases *cs = ui_state(ui);
    struct view_query q;
    char view[32];
    cases_filter_view(&cs->filter, &q, view);
    q.limit = LIST_MAX;
    json_decref(cs->rows);
    cs->rows = NULL;
    enum err rc = view_list(ui->s, view, &q, &cs->rows);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    list_count(&cs->table.list, json_array_size(cs->rows));
}

static void narrow(struct ui *ui, enum err rc)
{
    struct cases *cs = ui_state(ui);
    cs->table.list.cur = 0;
    cases_load_list(ui);
    if (rc != ERR_OK)
        ui_error(ui, rc);
}

static void searched(void *with, const char *answer)
{
    struct ui *ui = with;
    struct cases *cs = ui_state(ui);
    if (!answer)
        return;
    snprintf(cs->filter.like, sizeof cs->filter.like, "%s", answer);
    narrow(ui, ERR_OK);
}

static void item_said(void *with, const char *answer)
{
    struct ui *ui = with;
    struct cases *cs = ui_state(ui);
    if (answer)
        narrow(ui, cases_filter_item(&cs->filter, ui->s, answer));
}

static void days_said(void *with, const char *answer)
{
    struct cases *cs = ui_state(with);
    if (answer)
        narrow(with, cases_filter_days(&cs->filter, answer));
}

static void mark(struct cases *cs, const json_t *row)
{
    const char *id = cases_text(row, "id");
    if (json_object_get(cs->marked, id))
        json_object_del(cs->marked, id);
    else
        json_object_set_new(cs->marked, id, json_true());
}

/* ---- one case ---- */

void cases_load_one(struct ui *ui)
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
    cases_show(&cs->pager, whole);
    cs->pager.top = top;
}

void cases_open(struct ui *ui, const char *id)
{
    struct cases *cs = ui_state(ui);
    snprintf(cs->id, sizeof cs->id, "%s", id);
    pager_fini(&cs->pager);
    cases_load_one(ui);
    if (cs->whole)
        ui_page(ui, CASES_ONE);
}

/* ---- the screen ---- */

static void open(struct ui *ui, const json_t *arg)
{
    struct cases *cs = ui_state(ui);
    cs->table.columns = columns;
    cs->table.n_columns = sizeof columns / sizeof columns[0];
    cs->table.cell = cell;
    cs->table.with = cs;
    cs->marked = json_object();
    cs->filter = CASES_ALL;
    if (js_str(arg, "case"))
        cases_open(ui, js_str(arg, "case"));
}

static void load(struct ui *ui)
{
    cases_load_list(ui);
    if (ui->places[ui->depth].page == CASES_ONE)
        cases_load_one(ui);
}

static void hint(struct ui *ui, const struct cases *cs)
{
    char text[480], words[400];
    cases_filter_words(&cs->filter, ui->s, words, sizeof words);
    snprintf(text, sizeof text, _("%zu cases"), json_array_size(cs->rows));
    size_t len = strlen(text);
    snprintf(text + len, sizeof text - len, "%s", words);
    ui_hint(ui, text);
}

static void draw(struct ui *ui, struct area body)
{
    struct cases *cs = ui_state(ui);
    struct area inner = {body.row + 1, 1, body.rows - 1, body.cols - 2};
    if (ui->places[ui->depth].page == CASES_ONE) {
        pager_draw(&cs->pager, inner);
        return;
    }
    if (ui->places[ui->depth].page == CASES_PAPERS) {
        asform_draw(ui, cs->papers, inner);
        return;
    }
    if (ui->places[ui->depth].page == CASES_LISTS) {
        cases_lists_draw(ui, inner);
        return;
    }
    if (ui->places[ui->depth].page == CASES_GOING) {
        cases_going_draw(ui, inner);
        return;
    }
    table_draw(&cs->table, inner, true);
    if (json_array_size(cs->rows) == 0)
        paint_text(inner.row + 2, 4, 60, PAINT_PLAIN, _("No cases."));
    hint(ui, cs);
}

/* The keys that narrow the list. */
static bool filter_key(struct ui *ui, uint32_t k)
{
    struct cases *cs = ui_state(ui);
    switch (k) {
    case '/': ui_ask_text(ui, _("Search:"), 40, searched); return true;
    case 'i':
        ui_ask_text(ui, _("Item (number, name, initials; empty: all):"), 40, item_said);
        return true;
    case 'd':
        ui_ask_text(ui, _("Days, as 7 or 11-01 11-20 (empty: all):"), 24, days_said);
        return true;
    case 'f': cases_filter_state(&cs->filter); break;
    case 'j': cases_filter_turn(&cs->filter); break;
    case 'z': cs->filter = CASES_ALL; break;
    default: return false;
    }
    narrow(ui, ERR_OK);
    return true;
}

static unsigned list_key_pressed(struct ui *ui, uint32_t k)
{
    struct cases *cs = ui_state(ui);
    const json_t *row = json_array_get(cs->rows, cs->table.list.cur);
    if (filter_key(ui, k))
        return UI_HANDLED;
    if (k == K_ENTER && row)
        cases_open(ui, cases_text(row, "id"));
    else if (k == 'l')
        cases_lists_open(ui);
    else if (k == ' ' && row)
        mark(cs, row);
    else if (k == 'c' && row)
        cases_courier(ui, json_object_size(cs->marked) ? NULL : cases_text(row, "id"));
    else if (k == K_ESC)
        ui_home(ui);
    else
        return list_key(&cs->table.list, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}

static unsigned case_key(struct ui *ui, uint32_t k)
{
    struct cases *cs = ui_state(ui);
    if (k == K_ESC) {
        ui_page(ui, CASES_LIST);
        cases_load_list(ui);
        return UI_HANDLED;
    }
    unsigned did = cases_step_key(ui, k);
    if (did)
        return did;
    return pager_key(&cs->pager, k) ? UI_HANDLED : UI_IGNORED;
}

static unsigned key(struct ui *ui, uint32_t k)
{
    switch (ui->places[ui->depth].page) {
    case CASES_LIST: return list_key_pressed(ui, k);
    case CASES_ONE: return case_key(ui, k);
    case CASES_LISTS: return cases_lists_key(ui, k);
    case CASES_GOING: return cases_going_key(ui, k);
    default: return cases_papers_key(ui, k);
    }
}

static void leave(struct ui *ui)
{
    struct cases *cs = ui_state(ui);
    json_decref(cs->rows);
    json_decref(cs->whole);
    json_decref(cs->marked);
    json_decref(cs->in);
    json_decref(cs->lists);
    json_decref(cs->going);
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
