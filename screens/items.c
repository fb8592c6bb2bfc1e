/* Owns the catalogue to look at: found by name, initials, department or number, those of every day
 * first; one item whole. Invariant: what has no source says so beside it. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/view.h"
#include "screens/cases.h"
#include "screens/prints.h"
#include "screens/words.h"

enum { PAGE_LIST, PAGE_ONE };

struct items {
    json_t *rows;
    struct table table;
    char like[64];
    char code[40]; /* of the one that is open */
    struct pager pager;
};

static const struct key_row list_keys[] = {
    {K_ENTER, N_("Enter"), N_("show"), N_("Open the item that is marked.")},
    {'/', "/", N_("search"), N_("Search by name, initials, department or number; empty: all.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to where you came from.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row one_keys[] = {
    {'n', "n", N_("notice"), N_("Print the one-time notice of what the item asks for.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the list.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {
    {"", list_keys, false}, {N_("One item"), one_keys, false}, {NULL, NULL, false}};

/* ---- the list ---- */

static const struct column columns[] = {
    {N_("No."), 4}, {N_("Item"), 44}, {N_("Department"), 18}, {N_("Here"), 5}};

static const char *cell(void *with, size_t i, size_t c, char *out)
{
    const struct items *it = with;
    const json_t *row = json_array_get(it->rows, i);
    switch (c) {
    case 0: snprintf(out, 32, "%lld", (long long)js_int(row, "number", 0)); return out;
    case 1: return cases_text(row, "name");
    case 2: return cases_text(row, "department_name");
    default:
        snprintf(out, 32, "%lld", (long long)js_int(row, "cases", 0));
        return js_int(row, "cases", 0) ? out : "";
    }
}

static void load_list(struct ui *ui)
{
    struct items *it = ui_state(ui);
    struct view_query q = VIEW_ALL;
    q.like = it->like[0] ? it->like : NULL;
    json_decref(it->rows);
    it->rows = NULL;
    enum err rc = view_list(ui->s, "items", &q, &it->rows);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    list_count(&it->table.list, json_array_size(it->rows));
}

static void searched(void *with, const char *answer)
{
    struct ui *ui = with;
    struct items *it = ui_state(ui);
    if (!answer)
        return;
    snprintf(it->like, sizeof it->like, "%s", answer);
    it->table.list.cur = 0;
    load_list(ui);
}

/* ---- one ---- */

/* Behind whatever the item names no source for. */
static const char *doubt(const json_t *item, const char *field)
{
    return catalogue_sourced(item, field) ? "" : _("  [sample data, not confirmed here]");
}

static void show_days(struct pager *p, const json_t *item, const char *member, const char *words)
{
    const json_t *days = js_get(item, member);
    char text[64];
    bool plain = strcmp(cases_text(item, "days_unit"), "day") == 0;
    if (json_is_integer(days))
        snprintf(text, sizeof text, plain ? _("%lld days") : _("%lld working days"),
                 (long long)json_integer_value(days));
    else
        snprintf(text, sizeof text, "%s", _("not known"));
    pager_add(p, PAINT_PLAIN, 0, "%s%s%s", words, text, doubt(item, member));
}

static void show_channels(struct pager *p, const json_t *item)
{
    size_t i;
    json_t *one;
    char text[256] = "";
    json_array_foreach(js_get(item, "channels"), i, one)
    {
        size_t len = strlen(text);
        snprintf(text + len, sizeof text - len, "%s%s", len ? ", " : "",
                 words_say("channel", json_string_value(one)));
    }
    pager_add(p, PAINT_PLAIN, 0, _("Channels: %s%s"), text, doubt(item, "channels"));
}

static void show_papers(struct pager *p, const json_t *item)
{
    size_t i;
    json_t *one;
    json_t *papers = catalogue_papers(item, true);
    pager_add(p, PAINT_BOLD, 0, _("Papers%s"), doubt(item, "papers"));
    json_array_foreach(papers, i, one)
    {
        pager_add(p, PAINT_PLAIN, 2, "%zu. %s%s%s%s", i + 1, lang_pick(one),
                  js_bool(one, "required") ? "" : _(" (if you have it)"),
                  js_bool(one, "proxy_only") ? _(" (when somebody acts for you)") : "",
                  js_bool(one, "can_defer") ? _(" (may follow)") : "");
    }
    if (i == 0)
        pager_add(p, PAINT_PLAIN, 2, "%s", _("No papers are asked for."));
    json_decref(papers);
}

static void show_rest(struct pager *p, const json_t *item)
{
    size_t i;
    json_t *one;
    char at[CLOCK_TEXT];
    const json_t *conditions = js_get(item, "conditions");
    if (conditions)
        pager_add(p, PAINT_PLAIN, 0, _("Conditions: %s%s"), lang_pick(conditions),
                  doubt(item, "conditions"));
    if (*cases_text(item, "note"))
        pager_add(p, PAINT_PLAIN, 0, _("Conditions and remarks: %s"), cases_text(item, "note"));
    pager_add(p, PAINT_PLAIN, 0, _("Taken in here: %lld of the last 200 cases, last on %s"),
              (long long)js_int(item, "cases", 0),
              js_get(item, "last") ? cases_day(item, "last", at) : "-");
    pager_add(p, PAINT_PLAIN, 0, "%s", _("The one-time notice: n."));
    pager_add(p, PAINT_BOLD, 0, "%s", _("Sources"));
    json_array_foreach(js_get(item, "source"), i, one)
        pager_add(p, PAINT_PLAIN, 2, "%s", json_string_value(one));
}

static enum err show_one(void *to, json_t *item)
{
    struct pager *p = to;
    const json_t *online = js_get(item, "online");
    pager_fini(p);
    pager_add(p, PAINT_BOLD, 0, "%lld  %s  %s%s", (long long)js_int(item, "number", 0),
              cases_text(item, "code"), cases_text(item, "name"), doubt(item, "zh"));
    pager_add(p, PAINT_PLAIN, 0, _("Department: %s%s"), cases_text(item, "department_name"),
              doubt(item, "department"));
    show_channels(p, item);
    show_days(p, item, "days", _("Promised in: "));
    show_days(p, item, "legal_days", _("By law in: "));
    pager_add(p, PAINT_PLAIN, 0, _("Online: %s%s"),
              !json_is_boolean(online) ? _("not known")
              : json_is_true(online)   ? _("yes")
                                       : _("no"),
              doubt(item, "online"));
    pager_add(p, PAINT_PLAIN, 0, _("Address: %s"),
              *cases_text(item, "address") ? cases_text(item, "address") : _("not known"));
    show_papers(p, item);
    show_rest(p, item);
    return ERR_OK;
}

static void open_one(struct ui *ui, const char *code)
{
    struct items *it = ui_state(ui);
    char what[64];
    snprintf(it->code, sizeof it->code, "%s", code);
    snprintf(what, sizeof what, "items:%s", code);
    enum err rc = view_each(ui->s, what, &VIEW_ALL, show_one, &it->pager);
    if (rc != ERR_OK) {
        ui_error(ui, rc);
        return;
    }
    it->pager.top = 0;
    ui_page(ui, PAGE_ONE);
}

/* ---- the screen ---- */

static void open(struct ui *ui, const json_t *arg)
{
    struct items *it = ui_state(ui);
    it->table.columns = columns;
    it->table.n_columns = sizeof columns / sizeof columns[0];
    it->table.cell = cell;
    it->table.with = it;
    if (js_str(arg, "item"))
        open_one(ui, js_str(arg, "item"));
}

static void draw(struct ui *ui, struct area body)
{
    struct items *it = ui_state(ui);
    struct area inner = {body.row + 1, 1, body.rows - 1, body.cols - 2};
    char text[200];
    if (ui->places[ui->depth].page == PAGE_ONE) {
        pager_draw(&it->pager, inner);
        return;
    }
    table_draw(&it->table, inner, true);
    snprintf(text, sizeof text, _("%zu items. Search: %s"), json_array_size(it->rows),
             it->like[0] ? it->like : "-");
    ui_hint(ui, text);
}

static void back(struct ui *ui)
{
    if (ui->depth > 0)
        ui_back(ui);
    else
        ui_home(ui);
}

static unsigned one_key(struct ui *ui, uint32_t k)
{
    struct items *it = ui_state(ui);
    if (k == 'n')
        prints_start(ui, "notice", it->code);
    else if (k == K_ESC)
        ui_page(ui, PAGE_LIST);
    else
        return pager_key(&it->pager, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}

static unsigned key(struct ui *ui, uint32_t k)
{
    struct items *it = ui_state(ui);
    const json_t *row = json_array_get(it->rows, it->table.list.cur);
    if (ui->places[ui->depth].page == PAGE_ONE)
        return one_key(ui, k);
    if (k == K_ENTER && row)
        open_one(ui, cases_text(row, "code"));
    else if (k == '/')
        ui_ask_text(ui, _("Search:"), 40, searched);
    else if (k == K_ESC)
        back(ui);
    else
        return list_key(&it->table.list, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}

static void leave(struct ui *ui)
{
    struct items *it = ui_state(ui);
    json_decref(it->rows);
    pager_fini(&it->pager);
}

const struct screen screen_items = {
    .name = "items",
    .letter = 'c',
    .title = N_("Catalogue"),
    .about = N_("What can be done here: papers, days, conditions, address, and what of it has a "
                "source."),
    .role = "window",
    .pages = pages,
    .state = sizeof(struct items),
    .open = open,
    .load = load_list,
    .draw = draw,
    .key = key,
    .close = leave,
};
