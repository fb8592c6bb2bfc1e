/* Owns the grid: the saved rows above, the new ones below, a cell each. The number pad is enough:
 * a digit chooses, Enter goes on, behind the last cell a further row begins. Invariant: a saved row
 * is only looked at; a cell that is a confirmation is never filled from another row. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "screens/ledgers.h"

#define HEAD_COLUMNS 14 /* marker, time or "new 1" */
#define SAVED_MAX 60    /* saved rows that can be walked up to */

const struct key_row ledgers_grid_keys[] = {
    {K_F2, "F2", N_("save"), N_("Add all new rows to the ledger.")},
    {K_ENTER, N_("Enter"), N_("next"), N_("Next cell; behind the last one a further row begins.")},
    {K_F3, "F3", N_("form"), N_("Show the row in hand as a form.")},
    {K_F4, "F4", N_("as before"),
     N_("Copy from the row before what may be copied; on a saved row, from that one.")},
    {K_F5, "F5", N_("same"), N_("Take this cell from the row above.")},
    {K_F1, "F1", N_("more"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the rows; the draft is kept.")},
    {K_F6, "F6", N_("fill down"), N_("Fill this cell into the empty ones below it.")},
    {K_F8, "F8", N_("drop"), N_("Throw away the new row in hand.")},
    {K_UP, N_("Arrows"), N_("walk"), N_("Walk from cell to cell; up to the saved rows as well.")},
    {0, NULL, NULL, NULL},
};

static struct wform *in_hand(const struct ledgers *l)
{
    return l->news[l->cur].w;
}

/* Saved rows that stand above; the newest is the lowest of them. */
static size_t saved(const struct ledgers *l)
{
    size_t n = json_array_size(l->seen.rows);
    return n < SAVED_MAX ? n : SAVED_MAX;
}

/* ---- columns ---- */

static int width_of(const struct wfield *wf)
{
    int most = 6, title = utf8_width(wf->label);
    for (size_t i = 0; i < wf->n_options && wf->kind != W_MULTI; i++) {
        int width = utf8_width(wf->options[i].label);
        most = width > most ? width : most;
    }
    if (wf->kind == W_TEXT)
        most = wf->edit.max > 10 ? 10 : wf->edit.max;
    else if (wf->kind == W_MULTI || wf->kind == W_PICK)
        most = 12;
    most = most > 12 ? 12 : most;
    return most < title ? (title > 14 ? 14 : title) : most;
}

/* The first column shown, so that the one in hand is whole. */
static size_t first_column(const struct wform *w, int room)
{
    size_t first = 0;
    int used = 0;
    for (size_t i = 0; i <= w->cur && i < w->n; i++) {
        used += width_of(w->fields[i]) + 1;
        while (used > room && first < i)
            used -= width_of(w->fields[first++]) + 1;
    }
    return first;
}

/* ---- drawing ---- */

static const char *multi_text(const struct wfield *wf, char *out)
{
    size_t len = 0;
    out[0] = 0;
    for (size_t i = 0; i < wf->n_options && len < 200; i++)
        if (wf->marks >> i & 1)
            len += (size_t)snprintf(out + len, 256 - len, "%s%s", len ? _(", ") : "",
                                    wf->options[i].label);
    utf8_trim(out);
    return out;
}

static const char *cell_text(const struct wfield *wf, char *out)
{
    if (wf->hidden)
        return "-";
    if (wf->kind == W_MULTI)
        return multi_text(wf, out);
    if (wf->kind == W_CHOICE || wf->kind == W_BOOL)
        return wf->chosen < 0 ? "" : wf->options[wf->chosen].label;
    return wfield_text(wf);
}

static void draw_heads(const struct wform *w, size_t first, struct area where)
{
    int col = where.col + HEAD_COLUMNS, end = where.col + where.cols;
    for (size_t i = first; i < w->n && col < end; i++) {
        int width = width_of(w->fields[i]);
        paint_text(where.row, col, width < end - col ? width : end - col, PAINT_BOLD,
                   w->fields[i]->label);
        col += width + 1;
    }
}

static void draw_new(struct ledgers *l, size_t at, size_t first, struct area where)
{
    struct wform *w = l->news[at].w;
    char text[256];
    int col = where.col + HEAD_COLUMNS, end = where.col + where.cols;
    snprintf(text, sizeof text, _("new %zu"), at + 1);
    paint_text(where.row, where.col + 2, HEAD_COLUMNS - 3, PAINT_PLAIN, text);
    for (size_t i = first; i < w->n && col < end; i++) {
        struct wfield *wf = w->fields[i];
        int width = width_of(wf) < end - col ? width_of(wf) : end - col;
        bool focus = at == l->cur && l->up == 0 && wf == wform_current(w);
        if (focus && (wf->kind == W_TEXT || wf->kind == W_PICK)) {
            edit_draw(&wf->edit, where.row, col, width, true);
        } else {
            unsigned look = wf->error ? PAINT_BOLD : PAINT_PLAIN;
            paint_cell(where.row, col, width, focus ? look | PAINT_REVERSE : look,
                       cell_text(wf, text));
            if (wf->error && !*cell_text(wf, text))
                paint_text(where.row, col, 1, look, "!");
            if (focus)
                paint_cursor(where.row, col, false);
        }
        col += width_of(wf) + 1;
    }
}

static void draw_saved(struct ui *ui, size_t up, const struct wform *w, size_t first,
                       struct area where)
{
    struct ledgers *l = ui_state(ui);
    const json_t *row = json_array_get(l->seen.rows, up - 1);
    char out[256];
    int64_t at;
    int col = where.col + HEAD_COLUMNS, end = where.col + where.cols;
    if (clock_parse(ledgers_text(row, "at"), &at))
        paint_text(where.row, where.col + 2, HEAD_COLUMNS - 3, PAINT_PLAIN, clock_short(at, out));
    if (js_bool(row, "void"))
        paint_text(where.row, where.col + 1, 1, PAINT_BOLD, "x");
    for (size_t i = first; i < w->n && col < end; i++) {
        int width = width_of(w->fields[i]);
        const char *field = w->fields[i]->id;
        paint_text(where.row, col, width < end - col ? width : end - col, PAINT_PLAIN,
                   ledgers_shown(ui, field, json_object_get(row, field), out));
        col += width + 1;
    }
}

/* The candidates of a pick field, over the rows above or below. */
static void draw_found(const struct wform *w, int row, struct area where)
{
    size_t n = json_array_size(w->found), most = (size_t)(where.rows / 2), first;
    first = most ? w->mark / most * most : 0;
    int count = (int)(n - first < most ? n - first : most);
    int at = row + 1 + count <= where.row + where.rows ? row + 1 : row - count;
    for (int i = 0; i < count; i++) {
        const json_t *one = json_array_get(w->found, first + (size_t)i);
        const char *show = js_str(one, "show") ? js_str(one, "show") : js_str(one, "label");
        paint_cell(at + i, where.col, where.cols, PAINT_PLAIN, "");
        if (first + (size_t)i == w->mark)
            paint_text(at + i, where.col + HEAD_COLUMNS - 2, 1, PAINT_BOLD, ">");
        paint_text(at + i, where.col + HEAD_COLUMNS, where.cols - HEAD_COLUMNS, PAINT_PLAIN,
                   show ? show : "");
    }
}

/* "1 in  2 out  3 count": what the digits choose. */
static void hint_cell(struct ui *ui, const struct wfield *wf)
{
    static const char digits[] = "123456789abcdefghijklmnopqrstuvwxyz";
    char text[500];
    size_t len;
    if (!wf)
        return;
    len = (size_t)snprintf(text, sizeof text, "%s: %s", wf->label, wf->error ? wf->error : "");
    for (size_t i = 0; !wf->error && i < wf->n_options && len < 400; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%c %s  ",
                                wf->kind == W_BOOL ? "yn"[i] : digits[i], wf->options[i].label);
    if (!wf->error && !wf->n_options)
        snprintf(text + len, sizeof text - len, "%s", wf->hint);
    utf8_trim(text);
    ui_hint(ui, text);
}

void ledgers_grid_draw(struct ui *ui, struct area where)
{
    struct ledgers *l = ui_state(ui);
    if (l->n_news == 0)
        return;
    struct wform *w = in_hand(l);
    size_t above = saved(l), total = above + l->n_news, rows = (size_t)(where.rows - 1);
    size_t at = l->up ? above - l->up : above + l->cur;
    size_t top = total > rows ? total - rows : 0;
    size_t first = first_column(w, where.cols - HEAD_COLUMNS);
    top = at < top ? at : top;
    draw_heads(w, first, where);
    for (size_t i = top; i < total && i < top + rows; i++) {
        struct area line = {where.row + 1 + (int)(i - top), where.col, 1, where.cols};
        if (i < above)
            draw_saved(ui, above - i, w, first, line);
        else
            draw_new(l, i - above, first, line);
        if (i == at)
            paint_text(line.row, where.col, 1, PAINT_PLAIN, ">");
        if (i == at && l->up)
            paint_cursor(line.row, where.col + 1, false);
    }
    if (!l->up && w->found)
        draw_found(w, where.row + 1 + (int)(at - top), where);
    if (l->up)
        ui_hint(ui, _("Saved: F4 copies it into the new row, Down goes back."));
    else
        hint_cell(ui, wform_current(w));
}

/* ---- walking ---- */

static void go_row(struct ui *ui, size_t to)
{
    struct ledgers *l = ui_state(ui);
    size_t cell = in_hand(l)->cur;
    wform_leave(in_hand(l));
    l->cur = to;
    in_hand(l)->cur = cell;
}

/* A row that nobody typed into needs no further one below it. */
static void down(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    if (l->up > 0)
        l->up--;
    else if (l->cur + 1 < l->n_news)
        go_row(ui, l->cur + 1);
    else if (l->news[l->cur].typed) {
        wform_leave(in_hand(l));
        if (!ledgers_new_add(ui))
            ui_warn(ui, _("These are %d rows: save them first (F2)."), LEDGER_NEW);
    }
}

static void up(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    if (l->up == 0 && l->cur > 0)
        go_row(ui, l->cur - 1);
    else if (l->up < saved(l)) {
        wform_leave(in_hand(l));
        l->up++;
    }
}

/* Inside a text that is being typed the arrows move in it; else from cell to cell. */
static bool inside(const struct wfield *wf, uint32_t k)
{
    bool text = wf && (wf->kind == W_TEXT || wf->kind == W_PICK) && wf->touched;
    return text && (k == K_LEFT ? wf->edit.pos > 0 : wf->edit.pos < wf->edit.len);
}

static bool walk(struct ui *ui, uint32_t k)
{
    struct ledgers *l = ui_state(ui);
    struct wform *w = in_hand(l);
    bool choosing = json_array_size(w->found) > 0;
    if (k == K_DOWN && (!choosing || l->up))
        down(ui);
    else if (k == K_UP && (!choosing || l->up))
        up(ui);
    else if ((k == K_LEFT || k == K_RIGHT) && !inside(wform_current(w), k))
        wform_key(w, k == K_LEFT ? K_BACKTAB : K_TAB);
    else
        return k == K_PAGE_UP || k == K_PAGE_DOWN;
    return true;
}

/* ---- filling ---- */

static bool may_fill(struct ui *ui, const struct wfield *wf)
{
    struct form *f = ledgers_form(ui);
    if (wf && f && ledgers_may_copy(f, wf->id))
        return true;
    ui_warn(ui, "%s", _("This is confirmed row by row: nothing is filled in for you."));
    return false;
}

/* Column `at` of a new row from another one, where it is asked for. */
static void fill_from(struct ui *ui, size_t row, size_t at, const struct wform *from)
{
    struct ledgers *l = ui_state(ui);
    struct wfield *wf = l->news[row].w->fields[at];
    json_t *value = wfield_value(from->fields[at]);
    if (!wf->hidden) {
        wfield_set(wf, value);
        wfield_error(wf, NULL);
        l->news[row].typed = true;
    }
    json_decref(value);
}

static void same_as_above(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    struct wfield *wf = wform_current(in_hand(l));
    if (!may_fill(ui, wf))
        return;
    if (l->cur > 0)
        fill_from(ui, l->cur, in_hand(l)->cur, l->news[l->cur - 1].w);
    else if (saved(l) > 0)
        ledgers_put(ui, in_hand(l), wf->id, js_get(json_array_get(l->seen.rows, 0), wf->id));
    ledgers_new_did(ui, WFORM_CHANGED);
    wform_key(in_hand(l), K_ENTER);
}

static void fill_down(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    size_t at = in_hand(l)->cur, n = 0;
    char text[256];
    if (!may_fill(ui, wform_current(in_hand(l))))
        return;
    for (size_t i = l->cur + 1; i < l->n_news; i++) {
        const struct wfield *wf = l->news[i].w->fields[at];
        if (!wf->hidden && !*cell_text(wf, text)) {
            fill_from(ui, i, at, in_hand(l));
            n++;
        }
    }
    ledgers_new_did(ui, WFORM_CHANGED);
    ui_say(ui, _("%zu cells were filled."), n);
}

static void copy_saved(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    ledgers_copy_row(ui, in_hand(l), json_array_get(l->seen.rows, l->up - 1), true);
    l->up = 0;
    ledgers_new_did(ui, WFORM_CHANGED);
}

static void dropped(void *with, const char *answer)
{
    struct ui *ui = with;
    struct ledgers *l = ui_state(ui);
    if (!answer || *answer != 'y')
        return;
    ledgers_new_drop(l, l->cur);
    if (l->n_news == 0)
        ledgers_new_add(ui);
    ui_keep(ui);
}

static void drop(struct ui *ui)
{
    const struct ledgers *l = ui_state(ui);
    if (l->news[l->cur].typed)
        ui_ask_keys(ui, _("Throw this new row away? y/n"), "yn", dropped);
    else if (l->n_news > 1)
        dropped(ui, "y");
}

/* ---- keys ---- */

static unsigned cell_key(struct ui *ui, uint32_t k)
{
    struct ledgers *l = ui_state(ui);
    unsigned did = wform_key(in_hand(l), k);
    ledgers_new_did(ui, did);
    if (did & WFORM_END)
        down(ui);
    return did ? UI_HANDLED : UI_IGNORED;
}

unsigned ledgers_grid_key(struct ui *ui, uint32_t k)
{
    struct ledgers *l = ui_state(ui);
    if (l->up && (k == K_F4 || k == K_ENTER)) {
        copy_saved(ui);
        return UI_HANDLED;
    }
    unsigned did = k == K_F8 ? UI_IGNORED : ledgers_new_key(ui, k);
    if (did || walk(ui, k))
        return did | UI_HANDLED;
    if (k == K_F3) {
        l->up = 0;
        ui_page(ui, PAGE_FORM);
    } else if (l->up)
        return UI_IGNORED;
    else if (k == K_F5)
        same_as_above(ui);
    else if (k == K_F6)
        fill_down(ui);
    else if (k == K_F8)
        drop(ui);
    else
        return cell_key(ui, k);
    return UI_HANDLED;
}
