/* Owns the look at ledgers: those in force, the rows of one, and a new row by its definition. A row
 * is never changed: a mistake is voided with its reason, and a further row is added. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/view.h"
#include "screens/asform.h"
#include "screens/formpage.h"
#include "screens/ui.h"
#include "screens/widgets/list.h"

#define ROWS_MAX 300
#define COLUMNS_MAX 6
#define REASON_MAX 100

enum { PAGE_LEDGERS, PAGE_ROWS, PAGE_ADD };

struct ledgers {
    json_t *all; /* [{"id","code","title"}] */
    struct list list;
    char id[48]; /* the ledger that is open */
    json_t *rows;
    struct table table;
    struct column columns[COLUMNS_MAX];
    char titles[COLUMNS_MAX][64], fields[COLUMNS_MAX][48];
    struct wform *form;
    struct ui *ui;
};

static const struct key_row ledger_keys[] = {
    {K_ENTER, N_("Enter"), N_("show"), N_("Open the ledger that is marked.")},
    {'1', "1-9", N_("show"), N_("Open the ledger of that number.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the home screen.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row row_keys[] = {
    {'a', "a", N_("add a row"), N_("Fill in a new row.")},
    {'x', "x", N_("void"), N_("Void the row that is marked, with the reason.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the list of ledgers.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row add_keys[] = {
    {K_F2, "F2", N_("save"), N_("Add the row to the ledger.")},
    {K_ENTER, N_("Enter"), N_("next field"), N_("Go to the next field.")},
    {K_F8, "F8", N_("empty"), N_("Throw away what was typed.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the rows; the draft is kept.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {{"", ledger_keys, false},
                                        {N_("Rows"), row_keys, false},
                                        {N_("New row"), add_keys, false},
                                        {NULL, NULL, false}};

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

static struct form *definition(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    struct form *f = NULL;
    return site_form(ui->s, l->id, &f) == ERR_OK ? f : NULL;
}

static const char *title_of(const struct ledgers *l)
{
    for (size_t i = 0; i < json_array_size(l->all); i++) {
        const json_t *one = json_array_get(l->all, i);
        const json_t *title = js_get(one, "title");
        if (strcmp(text_of(one, "id"), l->id) == 0)
            return json_is_string(title) ? json_string_value(title) : lang_pick(title);
    }
    return l->id;
}

/* ---- rows ---- */

/* What stands in a cell: a choice's label, a date... */
static const char *shown(struct ui *ui, const char *field, const json_t *value, char *out)
{
    struct form *f = definition(ui);
    const struct field *fd = f ? form_field(f, field) : NULL;
    if (!fd || !value || json_is_null(value))
        return "";
    char *text = form_show(fd, value);
    snprintf(out, 256, "%s", text);
    utf8_trim(out);
    free(text);
    return out;
}

static const char *cell(void *with, size_t i, size_t c, char *out)
{
    struct ledgers *l = with;
    const json_t *row = json_array_get(l->rows, i);
    int64_t at;
    if (c == 0 && clock_parse(text_of(row, "at"), &at)) {
        clock_short(at, out);
        return out;
    }
    if (c == 1)
        return js_bool(row, "void") ? _("void") : text_of(row, "clerk");
    return c < 2 ? "" : shown(l->ui, l->fields[c], json_object_get(row, l->fields[c]), out);
}

static void set_columns(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    struct form *f = definition(ui);
    size_t n = 2;
    l->columns[0] = (struct column){N_("When"), 11};
    l->columns[1] = (struct column){N_("Clerk"), 10};
    for (size_t i = 0; f && i < f->n_fields && n < COLUMNS_MAX; i++) {
        snprintf(l->fields[n], sizeof l->fields[n], "%s", f->fields[i].id);
        snprintf(l->titles[n], sizeof l->titles[n], "%s", f->fields[i].label);
        utf8_trim(l->titles[n]);
        l->columns[n] = (struct column){l->titles[n], n == 3 ? 20 : 12};
        n++;
    }
    l->columns[n - 1].width = 0;
    l->table = (struct table){
        .columns = l->columns, .n_columns = n, .cell = cell, .with = l, .list = l->table.list};
}

static void load_rows(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    struct view_query q = VIEW_ALL;
    char what[64];
    snprintf(what, sizeof what, "ledger:%s", l->id);
    q.limit = ROWS_MAX;
    json_decref(l->rows);
    l->rows = NULL;
    enum err rc = view_list(ui->s, what, &q, &l->rows);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    list_count(&l->table.list, json_array_size(l->rows));
}

static void open_ledger(struct ui *ui, const char *id)
{
    struct ledgers *l = ui_state(ui);
    snprintf(l->id, sizeof l->id, "%s", id);
    l->table.list.cur = 0;
    set_columns(ui);
    load_rows(ui);
    ui_page(ui, PAGE_ROWS);
}

static void voided(void *with, const char *answer)
{
    struct ui *ui = with;
    struct ledgers *l = ui_state(ui);
    const json_t *row = json_array_get(l->rows, l->table.list.cur);
    char what[64];
    json_t *out = NULL;
    if (!answer || !*answer || !row)
        return;
    snprintf(what, sizeof what, "ledger_void:%s", text_of(row, "id"));
    json_t *in = json_pack("{s:s}", "reason", answer);
    enum err rc = action_run(ui->s, what, in, &out);
    if (rc == ERR_OK)
        ui_say(ui, "%s", _("Voided; the row stays to be seen."));
    else
        ui_error(ui, rc);
    json_decref(in);
    json_decref(out);
    load_rows(ui);
}

/* ---- a new row ---- */

static void draft_name(const struct ledgers *l, char out[64])
{
    snprintf(out, 64, "ledger:%s", l->id);
}

static void left(void *with, struct wform *w, struct wfield *wf)
{
    struct ui *ui = with;
    struct form *f = definition(ui);
    if (!asform_left_at(ui, w, wf) && f)
        asform_left(w, f, "", wf);
    ui_keep(ui);
}

static json_t *find(void *with, struct wfield *wf, const char *text)
{
    struct form *f = definition(with);
    const struct field *fd = f ? form_field(f, wf->id) : NULL;
    return fd && fd->type == FIELD_ITEM ? asform_find_item(with, text)
                                        : asform_find_person(with, text);
}

static void build(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    struct form *f = definition(ui);
    wform_free(l->form);
    l->form = wform_new(ui);
    l->form->left = left;
    l->form->find = find;
    if (f)
        asform_add(ui, l->form, f, "");
    asform_add_at(ui, l->form);
}

static void keep(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    char name[64];
    draft_name(l, name);
    if (ui->places[0].page == PAGE_ADD)
        asform_keep(ui, l->form, name);
}

static void begin_row(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    char name[64];
    draft_name(l, name);
    build(ui);
    ui_page(ui, PAGE_ADD);
    if (formpage_restore(ui, l->form, name))
        asform_relevant(l->form, definition(ui), "");
}

static void save_row(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    char name[64];
    json_t *out = NULL;
    wform_leave(l->form);
    json_t *in = json_object();
    json_t *values = definition(ui) ? asform_values(l->form, definition(ui), "") : NULL;
    if (!values || !asform_take_at(ui, l->form, in)) {
        json_decref(values);
        json_decref(in);
        ui_warn(ui, "%s", _("Correct the fields marked, then save."));
        return;
    }
    draft_name(l, name);
    json_object_set_new(in, "row", values);
    enum err rc = action_run(ui->s, name, in, &out);
    json_decref(in);
    if (rc != ERR_OK) {
        asform_error(l->form, "", rc);
        ui_error(ui, rc);
        return;
    }
    ui_say(ui, _("Row %s was added."), text_of(out, "id"));
    json_decref(out);
    formpage_drop(ui, name);
    ui_page(ui, PAGE_ROWS);
    load_rows(ui);
}

static void empty(void *with, const char *answer)
{
    char name[64];
    draft_name(ui_state(with), name);
    if (formpage_emptied(with, answer, name))
        build(with);
}

/* ---- the screen ---- */

/* By their codes, as the town's list has them; those without one behind. */
static json_t *by_code(json_t *all)
{
    json_t *sorted = json_array(), *one;
    size_t i, k;
    json_array_foreach(all, i, one)
    {
        const char *code = text_of(one, "code");
        for (k = 0; k < json_array_size(sorted); k++) {
            const char *other = text_of(json_array_get(sorted, k), "code");
            if (*code && (!*other || strcmp(code, other) < 0))
                break;
        }
        json_array_insert(sorted, k, one);
    }
    json_decref(all);
    return sorted;
}

static void load(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    json_decref(l->all);
    l->all = NULL;
    site_ledgers(ui->s, &l->all);
    l->all = by_code(l->all);
    list_count(&l->list, json_array_size(l->all));
    if (ui->places[ui->depth].page == PAGE_ROWS)
        load_rows(ui);
}

static void open(struct ui *ui, const json_t *arg)
{
    struct ledgers *l = ui_state(ui);
    l->ui = ui;
    load(ui);
    if (js_str(arg, "show"))
        open_ledger(ui, js_str(arg, "show"));
    if (!js_str(arg, "add"))
        return;
    open_ledger(ui, js_str(arg, "add"));
    begin_row(ui);
}

static void row(void *with, size_t i, struct area where)
{
    const struct ledgers *l = with;
    const json_t *one = json_array_get(l->all, i), *title = js_get(one, "title");
    char text[200];
    snprintf(text, sizeof text, "%c  %-4s %s", i < 9 ? (char)('1' + i) : ' ', text_of(one, "code"),
             json_is_string(title) ? json_string_value(title) : lang_pick(title));
    utf8_trim(text);
    paint_text(where.row, where.col, where.cols, PAINT_PLAIN, text);
}

/* Both times of a row that was entered long after it happened. */
static void hint_times(struct ui *ui, const json_t *row)
{
    char text[200], at[CLOCK_TEXT], heard[CLOCK_TEXT];
    int64_t when, told;
    if (!js_bool(row, "entered_late") || !clock_parse(text_of(row, "at"), &when) ||
        !clock_parse(text_of(row, "heard"), &told))
        return;
    snprintf(text, sizeof text, _("Happened %s, entered late %s."), clock_short(when, at),
             clock_short(told, heard));
    utf8_trim(text);
    ui_hint(ui, text);
}

static void draw(struct ui *ui, struct area body)
{
    struct ledgers *l = ui_state(ui);
    struct area inner = {body.row + 1, 1, body.rows - 1, body.cols - 2};
    int page = ui->places[ui->depth].page;
    if (page != PAGE_LEDGERS)
        paint_text(body.row, 1, body.cols - 2, PAINT_BOLD, title_of(l));
    if (page == PAGE_LEDGERS)
        list_draw(&l->list, inner, true, row, l);
    else if (page == PAGE_ROWS)
        table_draw(&l->table, inner, true);
    else
        asform_draw(ui, l->form, inner);
    if (page == PAGE_ROWS)
        hint_times(ui, json_array_get(l->rows, l->table.list.cur));
    if (page == PAGE_ROWS && json_array_size(l->rows) == 0)
        paint_text(inner.row + 2, 4, 60, PAINT_PLAIN, _("No rows yet."));
}

static unsigned ledgers_key(struct ui *ui, uint32_t k)
{
    struct ledgers *l = ui_state(ui);
    size_t at = k == K_ENTER ? l->list.cur : k >= '1' && k <= '9' ? k - '1' : SIZE_MAX;
    const json_t *one = json_array_get(l->all, at);
    if (k == K_ESC)
        ui_home(ui);
    else if (one)
        open_ledger(ui, text_of(one, "id"));
    else
        return list_key(&l->list, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}

static unsigned rows_key(struct ui *ui, uint32_t k)
{
    struct ledgers *l = ui_state(ui);
    if (k == K_ESC)
        ui_page(ui, PAGE_LEDGERS);
    else if (k == 'a')
        begin_row(ui);
    else if (k == 'x' && json_array_size(l->rows))
        ui_ask_text(ui, _("Why is this row void?"), REASON_MAX, voided);
    else
        return list_key(&l->table.list, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}

static void back(struct ui *ui)
{
    ui_page(ui, PAGE_ROWS);
}

static const struct formpage form_page = {save_row, back, empty,
                                          N_("That was the last field: F2 saves.")};

static unsigned key(struct ui *ui, uint32_t k)
{
    struct ledgers *l = ui_state(ui);
    switch (ui->places[ui->depth].page) {
    case PAGE_LEDGERS: return ledgers_key(ui, k);
    case PAGE_ROWS: return rows_key(ui, k);
    default: return formpage_key(ui, l->form, &form_page, k);
    }
}

static void leave(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    json_decref(l->all);
    json_decref(l->rows);
    wform_free(l->form);
}

const struct screen screen_ledgers = {
    .name = "ledgers",
    .digit = '4',
    .title = N_("Ledgers"),
    .about = N_("The ledgers in force, their rows, and a new row by the ledger's definition."),
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
