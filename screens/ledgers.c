/* Owns the screen of ledgers: the list of those in force, and which page of the one that is open is
 * shown. A row is never changed: a mistake is corrected or voided by a further entry, with its
 * reason. */
#include "screens/ledgers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "screens/asform.h"

static const char digits[] = "123456789abcdefghijklmnopqrstuvwxyz";

static const struct key_row ledger_keys[] = {
    {K_ENTER, N_("Enter"), N_("show"), N_("Open the ledger that is marked.")},
    {'1', "1-9 a-z", N_("show"), N_("Open the ledger of that number.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the home screen.")},
    {0, NULL, NULL, NULL},
};

static const struct key_page pages[] = {
    [PAGE_LEDGERS] = {"", ledger_keys, false},
    [PAGE_ROWS] = {N_("Rows"), ledgers_row_keys, false},
    [PAGE_FORM] = {N_("New row"), ledgers_form_keys, false},
    [PAGE_GRID] = {N_("New rows"), ledgers_grid_keys, false},
    [PAGE_FIX] = {N_("Correction"), ledgers_fix_keys, false},
    [PAGE_SUMS] = {N_("Sums"), ledgers_sum_keys, false},
    [PAGE_ENTRY] = {N_("One row"), ledgers_entry_keys, false},
    [PAGE_IN] = {N_("An old ledger"), ledgers_in_keys, false},
    [PAGE_OUT] = {N_("As a file"), ledgers_out_keys, false},
    {NULL, NULL, false},
};

const char *ledgers_text(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

struct form *ledgers_form(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    struct form *f = NULL;
    return site_form(ui->s, l->id, &f) == ERR_OK ? f : NULL;
}

static const char *title_in(const json_t *one)
{
    const json_t *title = js_get(one, "title");
    return json_is_string(title) ? json_string_value(title) : lang_pick(title);
}

const char *ledgers_title(const struct ledgers *l)
{
    for (size_t i = 0; i < json_array_size(l->all); i++)
        if (strcmp(ledgers_text(json_array_get(l->all, i), "id"), l->id) == 0)
            return title_in(json_array_get(l->all, i));
    return l->id;
}

/* ---- the list ---- */

/* By their codes, as the town's list has them; those without one behind. */
static json_t *by_code(json_t *all)
{
    json_t *sorted = json_array(), *one;
    size_t i, k;
    json_array_foreach(all, i, one)
    {
        const char *code = ledgers_text(one, "code");
        for (k = 0; k < json_array_size(sorted); k++) {
            const char *other = ledgers_text(json_array_get(sorted, k), "code");
            if (*code && (!*other || strcmp(code, other) < 0))
                break;
        }
        json_array_insert(sorted, k, one);
    }
    json_decref(all);
    return sorted;
}

static void load_list(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    json_decref(l->all);
    l->all = NULL;
    site_ledgers(ui->s, &l->all);
    l->all = by_code(l->all);
    list_count(&l->list, json_array_size(l->all));
}

void ledgers_open(struct ui *ui, const char *id)
{
    struct ledgers *l = ui_state(ui);
    snprintf(l->id, sizeof l->id, "%s", id);
    l->seen.first = 0;
    ledgers_rows_begin(ui);
    ui_page(ui, PAGE_ROWS);
}

static void row(void *with, size_t i, struct area where)
{
    const struct ledgers *l = with;
    const json_t *one = json_array_get(l->all, i);
    char text[200];
    snprintf(text, sizeof text, "%c  %-4s %s", i < sizeof digits - 1 ? digits[i] : ' ',
             ledgers_text(one, "code"), title_in(one));
    utf8_trim(text);
    paint_text(where.row, where.col, where.cols, PAINT_PLAIN, text);
}

static unsigned list_page_key(struct ui *ui, uint32_t k)
{
    struct ledgers *l = ui_state(ui);
    const char *digit = k > 32 && k < 127 ? strchr(digits, (int)k) : NULL;
    size_t at = k == K_ENTER ? l->list.cur : digit ? (size_t)(digit - digits) : SIZE_MAX;
    const json_t *one = json_array_get(l->all, at);
    if (k == K_ESC)
        ui_home(ui);
    else if (one)
        ledgers_open(ui, ledgers_text(one, "id"));
    else
        return list_key(&l->list, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}

/* ---- the screen ---- */

static void load(struct ui *ui)
{
    int page = ui->places[ui->depth].page;
    load_list(ui);
    if (page == PAGE_ROWS || page == PAGE_GRID || page == PAGE_SUMS)
        ledgers_rows_load(ui);
    if (page == PAGE_SUMS)
        ledgers_sums_load(ui);
    if (page == PAGE_ENTRY)
        ledgers_entry_load(ui);
}

/* arg: {"show":LEDGER}, {"add":LEDGER,"values":{..},"back":SCREEN}, {"grid":LEDGER},
 * {"fix":LEDGER,"row":ID}, {"sums":LEDGER} or nothing. */
static void open(struct ui *ui, const json_t *arg)
{
    static const char *const ways[] = {"show", "add", "grid", "fix", "sums"};
    struct ledgers *l = ui_state(ui);
    const char *id = NULL;
    l->ui = ui;
    load_list(ui);
    for (size_t i = 0; !id && i < sizeof ways / sizeof ways[0]; i++)
        id = js_str(arg, ways[i]);
    if (!id)
        return;
    ledgers_open(ui, id);
    snprintf(l->back, sizeof l->back, "%s", ledgers_text(arg, "back"));
    if (js_str(arg, "add"))
        ledgers_new_begin(ui, PAGE_FORM, js_get(arg, "values"));
    else if (js_str(arg, "grid"))
        ledgers_new_begin(ui, PAGE_GRID, js_get(arg, "values"));
    else if (js_str(arg, "fix"))
        ledgers_fix_of(ui, ledgers_text(arg, "row"));
    else if (js_str(arg, "sums"))
        ledgers_sums_open(ui);
}

static void keep(struct ui *ui)
{
    int page = ui->places[0].page;
    if (page == PAGE_FORM || page == PAGE_GRID)
        ledgers_new_keep(ui);
    else if (page == PAGE_FIX)
        ledgers_fix_keep(ui);
}

static void draw(struct ui *ui, struct area body)
{
    struct ledgers *l = ui_state(ui);
    struct area inner = {body.row + 1, 1, body.rows - 1, body.cols - 2};
    int page = ui->places[ui->depth].page;
    if (page != PAGE_LEDGERS)
        paint_text(body.row, 1, body.cols - 2, PAINT_BOLD, ledgers_title(l));
    switch (page) {
    case PAGE_LEDGERS: list_draw(&l->list, inner, true, row, l); break;
    case PAGE_ROWS: ledgers_rows_draw(ui, inner); break;
    case PAGE_GRID: ledgers_grid_draw(ui, inner); break;
    case PAGE_FIX: ledgers_fix_draw(ui, inner); break;
    case PAGE_SUMS: ledgers_sums_draw(ui, inner); break;
    case PAGE_ENTRY: ledgers_entry_draw(ui, inner); break;
    case PAGE_IN: ledgers_in_draw(ui, inner); break;
    case PAGE_OUT: ledgers_out_draw(ui, inner); break;
    default: ledgers_form_draw(ui, inner);
    }
}

static unsigned key(struct ui *ui, uint32_t k)
{
    switch (ui->places[ui->depth].page) {
    case PAGE_LEDGERS: return list_page_key(ui, k);
    case PAGE_ROWS: return ledgers_rows_key(ui, k);
    case PAGE_GRID: return ledgers_grid_key(ui, k);
    case PAGE_FIX: return ledgers_fix_key(ui, k);
    case PAGE_SUMS: return ledgers_sums_key(ui, k);
    case PAGE_ENTRY: return ledgers_entry_key(ui, k);
    case PAGE_IN: return ledgers_in_key(ui, k);
    case PAGE_OUT: return ledgers_out_key(ui, k);
    default: return ledgers_form_key(ui, k);
    }
}

static void leave(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    json_decref(l->all);
    ledgers_rows_free(&l->seen);
    ledgers_new_free(l);
    ledgers_fix_free(l);
    json_decref(l->sums.periods);
    json_decref(l->found);
    wform_free(l->out);
    pager_fini(&l->pager);
}

const struct screen screen_ledgers = {
    .name = "ledgers",
    .digit = '4',
    .title = N_("Ledgers"),
    .about = N_("The ledgers in force, their rows and sums, and new rows by the ledger's "
                "definition."),
    .role = "ledger",
    .pages = pages,
    .state = sizeof(struct ledgers),
    .open = open,
    .load = load,
    .draw = draw,
    .key = key,
    .keep = keep,
    .close = leave,
};
