/* Owns the look at the rows of a ledger: a page of them at a time, however many there are. Each
 * page begins behind the last row of the one before (a key, not a count), so that the millionth row
 * costs what the first one does. Invariant: a row that was voided or corrected stays to be read. */
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
#include "screens/ledgers.h"

#define ROWS_PAGE 200
#define REASON_MAX 100
#define FIRST_COLUMN 28 /* behind when, who and state */
#define FIT_ROWS 50     /* as many as the tallest screen shows: the widths are theirs */

const struct key_row ledgers_row_keys[] = {
    {'a', "a", N_("add a row"), N_("Fill in a new row, field by field.")},
    {'e', "e", N_("several"), N_("Fill in several new rows in a grid.")},
    {K_ENTER, N_("Enter"), N_("whole row"), N_("The whole row, its entry and its hash.")},
    {'c', "c", N_("correct"), N_("Correct the row that is marked, with the reason.")},
    {'x', "x", N_("void"), N_("Void the row that is marked, with the reason.")},
    {'s', "s", N_("sums"), N_("Sums by day, week and month, with bars.")},
    {K_F1, "F1", N_("more"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the list of ledgers.")},
    {'g', "g", N_("day"), N_("Go to a day.")},
    {'o', "o", N_("as a file"), N_("Take the ledger out: XLSX, CSV or PDF, for an addressee.")},
    {'i', "i", N_("bring in"), N_("Bring in an old ledger from a CSV.")},
    {'b', "b", N_("stock"), N_("What is in stock, where the ledger counts one.")},
    {K_RIGHT, N_("Left Right"), N_("columns"), N_("Show further columns.")},
    {0, NULL, NULL, NULL},
};

const json_t *ledgers_row(const struct ledgers *l)
{
    return json_array_get(l->seen.rows, l->seen.list.cur);
}

/* ---- columns ---- */

static int widest_choice(const struct field *fd)
{
    int most = 4;
    for (size_t i = 0; i < fd->n_choices; i++) {
        int width = utf8_width(fd->choices[i].label);
        most = width > most ? width : most;
    }
    return most;
}

static int width_of(const struct field *fd)
{
    static const int widths[FIELD_TYPES] = {
        [FIELD_TEXT] = 16,     [FIELD_NAME] = 8,    [FIELD_ID_NUMBER] = 18, [FIELD_PHONE] = 13,
        [FIELD_INTEGER] = 8,   [FIELD_DECIMAL] = 8, [FIELD_DATE] = 10,      [FIELD_TIME] = 5,
        [FIELD_DATETIME] = 16, [FIELD_BOOL] = 4,    [FIELD_MULTI] = 18,     [FIELD_PERSON] = 10,
        [FIELD_ITEM] = 16,     [FIELD_STAFF] = 8,
    };
    int width = fd->type == FIELD_CHOICE ? widest_choice(fd) : widths[fd->type];
    int title = utf8_width(fd->label);
    width = width > 12 && fd->type == FIELD_CHOICE ? 12 : width ? width : 16;
    return title > width ? (title > 14 ? 14 : title) : width;
}

/* Behind the quantity what is left of it. */
static void add_balance(const struct form *f, struct ledger_rows *r, const char *field)
{
    const char *quantity = js_str(js_get(f->json, "balance"), "quantity");
    if (!quantity || strcmp(quantity, field) != 0 || r->n_columns == LEDGER_COLUMNS)
        return;
    struct ledger_column *c = &r->columns[r->n_columns++];
    *c = (struct ledger_column){.field = "balance", .width = 8};
    snprintf(c->title, sizeof c->title, "%s", _("Balance"));
}

static void set_columns(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    struct form *f = ledgers_form(ui);
    struct ledger_rows *r = &l->seen;
    r->n_columns = 0;
    for (size_t i = 0; f && i < f->n_fields && r->n_columns < LEDGER_COLUMNS; i++) {
        struct ledger_column *c = &r->columns[r->n_columns++];
        snprintf(c->field, sizeof c->field, "%s", f->fields[i].id);
        snprintf(c->title, sizeof c->title, "%s", f->fields[i].label);
        utf8_trim(c->title);
        c->width = width_of(&f->fields[i]);
        add_balance(f, r, c->field);
    }
    if (r->first >= r->n_columns)
        r->first = 0;
}

const char *ledgers_shown(struct ui *ui, const char *field, const json_t *value, char *out)
{
    struct form *f = ledgers_form(ui);
    const struct field *fd = f ? form_field(f, field) : NULL;
    if (!fd && json_is_number(value)) { /* a balance */
        snprintf(out, 256, "%.10g", json_number_value(value));
        return out;
    }
    if (!fd || !value || json_is_null(value))
        return "";
    char *text = form_show(fd, value);
    snprintf(out, 256, "%s", text);
    utf8_trim(out);
    free(text);
    return out;
}

static int widest_cell(struct ui *ui, const char *field)
{
    struct ledgers *l = ui_state(ui);
    char out[256];
    int most = 0;
    size_t i;
    const json_t *row;
    json_array_foreach(l->seen.rows, i, row)
    {
        if (i == FIT_ROWS)
            break;
        int width = utf8_width(ledgers_shown(ui, field, json_object_get(row, field), out));
        most = width > most ? width : most;
    }
    return most;
}

/* No wider than what stands on this page; a column in which nothing stands is left out. */
static void fit_columns(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    struct ledger_rows *r = &l->seen;
    size_t n = 0;
    for (size_t c = 0; c < r->n_columns && json_array_size(r->rows) > 0; c++) {
        struct ledger_column column = r->columns[c];
        int title = utf8_width(column.title), most = widest_cell(ui, column.field);
        if (most == 0)
            continue;
        most = most > title ? most : title;
        column.width = most < column.width ? most : column.width;
        r->columns[n++] = column;
    }
    r->n_columns = n ? n : r->n_columns;
}

/* ---- a page of rows ---- */

struct taking {
    struct ledger_rows *r;
    const struct ledger_turn *turn;
    bool begun; /* what stood on the page before is passed */
};

static bool fits(const struct ledger_rows *r, const json_t *row)
{
    size_t i;
    const json_t *one, *value = json_object_get(row, r->field);
    if (!r->field[0] || !r->choice[0])
        return true;
    if (json_is_boolean(value))
        return strcmp(r->choice, json_is_true(value) ? "true" : "false") == 0;
    json_array_foreach((json_t *)value, i, one)
    {
        if (json_is_string(one) && strcmp(json_string_value(one), r->choice) == 0)
            return true;
    }
    return json_is_string(value) && strcmp(json_string_value(value), r->choice) == 0;
}

static enum err take(void *to, json_t *row)
{
    struct taking *t = to;
    int64_t at;
    if (!t->begun && clock_parse(ledgers_text(row, "at"), &at) && at == t->turn->to - 1) {
        t->begun = strcmp(ledgers_text(row, "id"), t->turn->behind) == 0;
        return ERR_OK;
    }
    t->begun = true;
    if (!fits(t->r, row))
        return ERR_OK;
    t->r->more = json_array_size(t->r->rows) == ROWS_PAGE;
    if (t->r->more)
        return ERR_STATE; /* enough: ends the look */
    json_array_append(t->r->rows, row);
    return ERR_OK;
}

static void read_page(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    struct ledger_rows *r = &l->seen;
    const struct ledger_turn *turn = &r->turns[r->n_turns - 1];
    struct view_query q = VIEW_ALL;
    struct taking t = {r, turn, !turn->behind[0]};
    char what[64];
    snprintf(what, sizeof what, "ledger:%s", l->id);
    q.from = r->from;
    q.to = turn->to;
    json_decref(r->rows);
    r->rows = json_array();
    r->more = false;
    enum err rc = view_each(ui->s, what, &q, take, &t);
    if (rc != ERR_OK && !r->more)
        ui_error(ui, rc);
    list_count(&r->list, json_array_size(r->rows));
    set_columns(ui);
    fit_columns(ui);
}

/* The marker stays on its row when others come above it; on the newest it stays on the newest. */
void ledgers_rows_load(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    struct ledger_rows *r = &l->seen;
    char id[ENTRY_ID];
    if (r->n_turns == 0)
        return;
    snprintf(id, sizeof id, "%s", ledgers_text(ledgers_row(l), "id"));
    bool newest = r->n_turns == 1 && r->list.cur == 0;
    read_page(ui);
    for (size_t i = 0; !newest && *id && i < json_array_size(r->rows); i++)
        if (strcmp(ledgers_text(json_array_get(r->rows, i), "id"), id) == 0)
            r->list.cur = i;
}

static void begin_at(struct ui *ui, int64_t to)
{
    struct ledgers *l = ui_state(ui);
    struct ledger_rows *r = &l->seen;
    r->turns = mem_grow(r->turns, sizeof *r->turns);
    r->n_turns = 1;
    r->turns[0] = (struct ledger_turn){.to = to};
    r->list = (struct list){.rows = r->list.rows};
    read_page(ui);
}

void ledgers_rows_of(struct ui *ui, int64_t from, int64_t to, const char *field, const char *choice)
{
    struct ledgers *l = ui_state(ui);
    l->seen.from = from;
    l->seen.to = to;
    snprintf(l->seen.field, sizeof l->seen.field, "%s", field);
    snprintf(l->seen.choice, sizeof l->seen.choice, "%s", choice);
    begin_at(ui, to);
}

void ledgers_rows_begin(struct ui *ui)
{
    ledgers_rows_of(ui, CLOCK_NONE, CLOCK_NONE, "", "");
}

static void next_page(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    struct ledger_rows *r = &l->seen;
    const json_t *last = json_array_get(r->rows, json_array_size(r->rows) - 1);
    int64_t at;
    if (!clock_parse(ledgers_text(last, "at"), &at))
        return;
    r->turns = mem_grow(r->turns, (r->n_turns + 1) * sizeof *r->turns);
    struct ledger_turn *t = &r->turns[r->n_turns++];
    *t = (struct ledger_turn){.to = at + 1};
    snprintf(t->behind, sizeof t->behind, "%s", ledgers_text(last, "id"));
    r->list.cur = r->list.top = 0;
    read_page(ui);
}

static size_t index_of(const struct ledger_rows *r, const char *id)
{
    for (size_t i = 0; i < json_array_size(r->rows); i++)
        if (strcmp(ledgers_text(json_array_get(r->rows, i), "id"), id) == 0)
            return i;
    return SIZE_MAX;
}

static enum err stop_at_first(void *to, json_t *row)
{
    (void)row;
    *(bool *)to = true;
    return ERR_STATE;
}

/* Whether any row stands from one time up to another. */
static bool any_between(struct ui *ui, int64_t from, int64_t to)
{
    struct ledgers *l = ui_state(ui);
    struct view_query q = VIEW_ALL;
    char what[64];
    bool any = false;
    snprintf(what, sizeof what, "ledger:%s", l->id);
    q.from = from;
    q.to = to;
    q.limit = 1;
    view_each(ui->s, what, &q, stop_at_first, &any);
    return any;
}

/* Above a day that was gone to stand newer rows: the window opens until some are in it. */
static void newer(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    struct ledger_rows *r = &l->seen;
    int64_t at = r->turns[0].to, span = 60 * 1000, end = clock_now() + CLOCK_DAY_MS;
    char id[ENTRY_ID];
    snprintf(id, sizeof id, "%s", ledgers_text(json_array_get(r->rows, 0), "id"));
    if (at == r->to)
        return;
    while (at + span < end && !any_between(ui, at, at + span))
        span *= 2;
    begin_at(ui, at + span);
    size_t found = index_of(r, id);
    r->list.cur = found == SIZE_MAX ? json_array_size(r->rows) : found;
    list_key(&r->list, K_UP);
}

static void page_before(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    struct ledger_rows *r = &l->seen;
    if (r->n_turns == 1) {
        newer(ui);
        return;
    }
    r->n_turns--;
    r->list.cur = 0;
    read_page(ui);
    list_key(&r->list, K_END);
}

static void go_to_day(void *with, const char *answer)
{
    struct ui *ui = with;
    char day[CLOCK_TEXT * 2];
    int64_t at;
    if (!answer)
        return;
    if (!*answer) {
        ledgers_rows_begin(ui);
        return;
    }
    asform_time(FIELD_DATE, answer, day, sizeof day);
    if (!clock_parse_date(day, &at))
        ui_error(ui, err_set(ERR_DATE, NULL, NULL));
    else {
        ledgers_rows_begin(ui);
        begin_at(ui, at + CLOCK_DAY_MS);
    }
}

/* ---- void ---- */

static void voided(void *with, const char *answer)
{
    struct ui *ui = with;
    struct ledgers *l = ui_state(ui);
    const json_t *row = ledgers_row(l);
    char what[64];
    json_t *out = NULL;
    if (!answer || !*answer || !row)
        return;
    snprintf(what, sizeof what, "ledger_void:%s", ledgers_text(row, "id"));
    json_t *in = json_pack("{s:s}", "reason", answer);
    enum err rc = action_run(ui->s, what, in, &out);
    if (rc == ERR_OK)
        ui_say(ui, "%s", _("Voided; the row stays to be seen."));
    else
        ui_error(ui, rc);
    json_decref(in);
    json_decref(out);
    ledgers_rows_load(ui);
}

/* ---- drawing ---- */

static const char *state_of(const json_t *row)
{
    if (js_get(row, "corrected_by"))
        return _("old");
    if (js_bool(row, "void"))
        return _("void");
    if (js_get(row, "corrects"))
        return _("fixed");
    return js_bool(row, "entered_late") ? _("late") : "";
}

/* Struck out, and still to be read: a stroke through all that is not a word. */
static void strike(struct area where)
{
    char line[512];
    size_t n = where.cols < (int)sizeof line - 1 ? (size_t)where.cols : sizeof line - 1;
    memset(line, '-', n);
    line[n] = 0;
    paint_text(where.row, where.col, where.cols, PAINT_PLAIN, line);
}

static void draw_row(void *with, size_t i, struct area where)
{
    struct ledgers *l = with;
    const struct ledger_rows *r = &l->seen;
    const json_t *row = json_array_get(r->rows, i);
    char out[256], at_text[CLOCK_TEXT];
    int64_t at;
    int end = where.col + where.cols, col = where.col + FIRST_COLUMN;
    if (js_bool(row, "void"))
        strike(where);
    if (clock_parse(ledgers_text(row, "at"), &at))
        paint_text(where.row, where.col, 11, PAINT_PLAIN, clock_short(at, at_text));
    paint_text(where.row, where.col + 12, 8, PAINT_PLAIN, ledgers_text(row, "clerk"));
    paint_text(where.row, where.col + 21, 6, PAINT_BOLD, state_of(row));
    for (size_t c = r->first; c < r->n_columns && col < end; c++) {
        const struct ledger_column *column = &r->columns[c];
        int width = column->width < end - col ? column->width : end - col;
        paint_text(where.row, col, width, PAINT_PLAIN,
                   ledgers_shown(l->ui, column->field, json_object_get(row, column->field), out));
        col += width + 1;
    }
}

static void draw_heads(const struct ledger_rows *r, struct area where)
{
    int end = where.col + where.cols, col = where.col + 2 + FIRST_COLUMN;
    paint_text(where.row, where.col + 2, 11, PAINT_BOLD, _("When"));
    paint_text(where.row, where.col + 14, 8, PAINT_BOLD, _("Clerk"));
    for (size_t c = r->first; c < r->n_columns && col < end; c++) {
        paint_text(where.row, col,
                   r->columns[c].width < end - col ? r->columns[c].width : end - col, PAINT_BOLD,
                   r->columns[c].title);
        col += r->columns[c].width + 1;
    }
}

/* Both times of a row that was entered long after it happened; why one is void. */
static void hint_row(struct ui *ui, const json_t *row)
{
    char text[300], at[CLOCK_TEXT], heard[CLOCK_TEXT];
    int64_t when, told;
    if (js_bool(row, "void") && *ledgers_text(row, "void_reason"))
        snprintf(text, sizeof text, _("Void: %s"), ledgers_text(row, "void_reason"));
    else if (js_bool(row, "entered_late") && clock_parse(ledgers_text(row, "at"), &when) &&
             clock_parse(ledgers_text(row, "heard"), &told))
        snprintf(text, sizeof text, _("Happened %s, entered late %s."), clock_short(when, at),
                 clock_short(told, heard));
    else
        return;
    utf8_trim(text);
    ui_hint(ui, text);
}

void ledgers_rows_draw(struct ui *ui, struct area where)
{
    struct ledgers *l = ui_state(ui);
    struct area below = {where.row + 1, where.col, where.rows - 1, where.cols};
    draw_heads(&l->seen, where);
    list_draw(&l->seen.list, below, true, draw_row, l);
    if (json_array_size(l->seen.rows) == 0)
        paint_text(where.row + 2, 4, 60, PAINT_PLAIN, _("No rows yet."));
    else
        hint_row(ui, ledgers_row(l));
}

/* ---- keys ---- */

static bool walk(struct ui *ui, uint32_t k)
{
    struct ledgers *l = ui_state(ui);
    struct ledger_rows *r = &l->seen;
    bool last = r->list.cur + 1 >= r->list.count, first = r->list.cur == 0;
    if ((k == K_DOWN || k == K_PAGE_DOWN) && last && r->more)
        next_page(ui);
    else if ((k == K_UP || k == K_PAGE_UP) && first)
        page_before(ui);
    else if (k == K_HOME && (r->n_turns > 1 || r->turns[0].to != r->to))
        begin_at(ui, r->to);
    else if (k == K_LEFT)
        r->first -= r->first > 0;
    else if (k == K_RIGHT)
        r->first += r->first + 1 < r->n_columns;
    else
        return list_key(&r->list, k);
    return true;
}

static void go_back(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    if (l->seen.from == CLOCK_NONE) {
        ui_page(ui, PAGE_LEDGERS);
        return;
    }
    ledgers_rows_begin(ui); /* those of a sum: back to the sums */
    ui_page(ui, PAGE_SUMS);
}

static unsigned marked_key(struct ui *ui, uint32_t k, const json_t *row)
{
    if (!row)
        return UI_IGNORED;
    if (k == 'x')
        ui_ask_text(ui, _("Why is this row void?"), REASON_MAX, voided);
    else if (k == 'c')
        ledgers_fix_begin(ui, row);
    else if (k == K_ENTER) {
        ledgers_entry_open(ui, ledgers_text(row, "id"));
    } else
        return UI_IGNORED;
    return UI_HANDLED;
}

unsigned ledgers_rows_key(struct ui *ui, uint32_t k)
{
    struct ledgers *l = ui_state(ui);
    if (k == K_ESC)
        go_back(ui);
    else if (k == 'a')
        ledgers_new_begin(ui, PAGE_FORM, NULL);
    else if (k == 'e')
        ledgers_new_begin(ui, PAGE_GRID, NULL);
    else if (k == 's' || k == 'm') {
        ui_page(ui, PAGE_SUMS);
        ledgers_sums_load(ui);
    } else if (k == 'g' || k == 'd')
        ui_ask_text(ui, _("Which day? 0520 or 20220520; empty: the newest"), 16, go_to_day);
    else if (k == 'o')
        ledgers_out_begin(ui);
    else if (k == 'i')
        ledgers_in_begin(ui);
    else if (k == 'b' && ledgers_form(ui) && js_get(ledgers_form(ui)->json, "balance"))
        ui_go(ui, "stock", NULL);
    else if (marked_key(ui, k, ledgers_row(l)))
        return UI_HANDLED;
    else
        return walk(ui, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}

void ledgers_rows_free(struct ledger_rows *r)
{
    json_decref(r->rows);
    free(r->turns);
}
