/* Owns the cursor of a form and how its fields are laid out. Invariant: the cursor stands on a
 * field that is neither hidden nor a note (unless there is none). */
#include "screens/widgets/wform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "screens/widgets/key.h"

#define LABEL_COLUMNS 24
#define PICK_ROWS 8

static const char option_keys[] = "123456789abcdefghijklmnopqrstuvwxyz";

static bool can_stand(const struct wfield *fd)
{
    return !fd->hidden && fd->kind != W_NOTE;
}

struct wfield *wform_current(const struct wform *f)
{
    for (size_t i = 0; i < f->n; i++) {
        size_t at = (f->cur + i) % f->n;
        if (can_stand(f->fields[at]))
            return f->fields[at];
    }
    return NULL;
}

static void settle(struct wform *f)
{
    for (size_t i = 0; i < f->n; i++, f->cur = (f->cur + 1) % f->n)
        if (can_stand(f->fields[f->cur]))
            return;
}

static void forget_found(struct wform *f)
{
    json_decref(f->found);
    f->found = NULL;
    f->mark = 0;
}

void wform_leave(struct wform *f)
{
    struct wfield *fd = wform_current(f);
    forget_found(f);
    if (fd && fd->touched && f->left) {
        fd->touched = false;
        f->left(f->with, f, fd);
    }
}

void wform_go(struct wform *f, const char *id)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->fields[i]->id, id) == 0 && can_stand(f->fields[i]))
            f->cur = i;
}

/* The next field in a direction; false at the end. Leaving runs the hook, which may hide or show
 * fields: so the search comes after it. */
static bool step(struct wform *f, int by)
{
    wform_leave(f);
    settle(f);
    for (size_t at = f->cur + (size_t)by; at < f->n; at += (size_t)by) {
        if (!can_stand(f->fields[at]))
            continue;
        f->cur = at;
        f->fields[at]->edit.pos = f->fields[at]->edit.len;
        f->fields[at]->item = by > 0 || !f->fields[at]->n_items ? 0 : f->fields[at]->n_items - 1;
        return true;
    }
    return false;
}

static unsigned forward(struct wform *f)
{
    return WFORM_HANDLED | WFORM_LEFT | (step(f, 1) ? 0u : (unsigned)WFORM_END);
}

static int option_of_key(const struct wfield *fd, uint32_t key)
{
    if (key >= 'A' && key <= 'Z')
        key += 32;
    if (fd->kind == W_BOOL)
        return key == 'y' || key == '1' ? 0 : key == 'n' || key == '0' ? 1 : -1;
    const char *at = key > 32 && key < 127 ? strchr(option_keys, (int)key) : NULL;
    return at && (size_t)(at - option_keys) < fd->n_options ? (int)(at - option_keys) : -1;
}

static unsigned changed(struct wfield *fd)
{
    fd->touched = true;
    wfield_error(fd, NULL);
    return WFORM_HANDLED | WFORM_CHANGED;
}

static unsigned choice_key(struct wform *f, struct wfield *fd, uint32_t key)
{
    int n = (int)fd->n_options, at = option_of_key(fd, key);
    if (at >= 0) {
        fd->chosen = at;
        changed(fd);
        return WFORM_CHANGED | forward(f);
    }
    if ((key == K_RIGHT || key == K_LEFT || key == ' ') && n > 0) {
        fd->chosen = key == K_LEFT ? (fd->chosen <= 0 ? n : fd->chosen) - 1 : (fd->chosen + 1) % n;
        return changed(fd);
    }
    if (key == K_BACKSPACE || key == K_DELETE) {
        fd->chosen = -1;
        return changed(fd);
    }
    return WFORM_IGNORED;
}

static unsigned multi_key(struct wfield *fd, uint32_t key)
{
    int at = option_of_key(fd, key);
    if (at < 0)
        return WFORM_IGNORED;
    fd->marks ^= (uint64_t)1 << at;
    return changed(fd);
}

static unsigned checklist_key(struct wform *f, struct wfield *fd, uint32_t key)
{
    int at = option_of_key(fd, key);
    if (!fd->n_items)
        return WFORM_IGNORED;
    if (key == K_UP && fd->item > 0) {
        fd->item--;
        return WFORM_HANDLED;
    }
    bool on = key == K_DOWN || key == K_ENTER || key == K_SCAN;
    unsigned did = WFORM_HANDLED;
    if (at >= 0 || key == K_BACKSPACE || key == K_DELETE) {
        fd->states[fd->item] = at;
        did |= changed(fd);
        on = at >= 0;
    } else if (!on) {
        return WFORM_IGNORED;
    }
    if (on && fd->item + 1 < fd->n_items)
        fd->item++;
    else if (on)
        did |= forward(f);
    return did;
}

static unsigned text_key(struct wfield *fd, uint32_t key)
{
    switch (edit_key(&fd->edit, key)) {
    case EDIT_CHANGED: return changed(fd);
    case EDIT_MOVED: return WFORM_HANDLED;
    case EDIT_FULL: return WFORM_HANDLED | WFORM_FULL;
    default: return WFORM_IGNORED;
    }
}

static bool is_whole(const struct wfield *fd, uint32_t key)
{
    const char *text = fd->edit.text;
    return fd->digits && key >= '0' && key <= '9' && fd->edit.len == fd->digits &&
           strspn(text, "0123456789") == fd->edit.len;
}

/* Takes the marked candidate. */
static void pick(struct wform *f, struct wfield *fd)
{
    json_t *one = json_array_get(f->found, f->mark);
    if (!one)
        return;
    free(fd->picked);
    fd->picked = mem_strdup(js_str(one, "id"));
    edit_set(&fd->edit, js_str(one, "label"));
    fd->touched = true;
}

static unsigned pick_key(struct wform *f, struct wfield *fd, uint32_t key)
{
    size_t n = json_array_size(f->found);
    if (n && (key == K_DOWN || key == K_UP)) {
        f->mark = key == K_DOWN ? (f->mark + 1 < n ? f->mark + 1 : f->mark) : f->mark - !!f->mark;
        return WFORM_HANDLED;
    }
    if ((key == K_ENTER || key == K_SCAN || key == K_TAB) && n) {
        pick(f, fd);
        return WFORM_CHANGED | forward(f);
    }
    if (fd->picked && (key < K_NONE || key & K_PASTED || key == K_BACKSPACE || key == K_DELETE)) {
        edit_set(&fd->edit, ""); /* what was chosen goes as a whole */
        free(fd->picked);
        fd->picked = NULL;
    }
    unsigned did = text_key(fd, key);
    if (did & WFORM_CHANGED) {
        forget_found(f);
        if (f->find && fd->edit.len)
            f->found = f->find(f->with, fd, fd->edit.text);
    }
    return did;
}

static unsigned field_key(struct wform *f, struct wfield *fd, uint32_t key)
{
    switch (fd->kind) {
    case W_BOOL:
    case W_CHOICE: return choice_key(f, fd, key);
    case W_MULTI: return multi_key(fd, key);
    case W_CHECKLIST: return checklist_key(f, fd, key);
    case W_PICK: return pick_key(f, fd, key);
    default: break;
    }
    unsigned did = text_key(fd, key);
    return did & WFORM_CHANGED && is_whole(fd, key) ? did | forward(f) : did;
}

unsigned wform_key(struct wform *f, uint32_t key)
{
    struct wfield *fd = wform_current(f);
    if (!fd)
        return WFORM_IGNORED;
    settle(f);
    unsigned did = field_key(f, fd, key);
    if (did)
        return did;
    switch (key) {
    case K_UP:
    case K_BACKTAB: step(f, -1); return WFORM_HANDLED | WFORM_LEFT;
    case K_DOWN:
    case K_TAB: step(f, 1); return WFORM_HANDLED | WFORM_LEFT;
    case K_ENTER:
    case K_SCAN: return forward(f);
    case K_PAGE_UP:
        f->cur = 0;
        settle(f);
        return WFORM_HANDLED;
    case K_PAGE_DOWN:
        while (step(f, 1))
            ;
        return WFORM_HANDLED | WFORM_LEFT;
    default: return WFORM_IGNORED;
    }
}

/* ---- drawing ---- */

struct layout {
    struct area where;
    int value; /* first column of the values */
};

static int option_width(const struct wfield *fd, size_t i)
{
    return utf8_width(fd->options[i].label) + 4; /* "[1 label]" and a blank between */
}

/* Walks over the options line by line; draws them when `draw`. Returns the lines; *used (may be
 * NULL) is the column behind the last of them. */
static int options_lines(const struct wfield *fd, const struct layout *l, int row, bool draw,
                         int *used)
{
    int col = l->value, lines = 1, end = l->where.col + l->where.cols;
    for (size_t i = 0; i < fd->n_options; i++) {
        if (col + option_width(fd, i) > end && col > l->value) {
            col = l->value;
            lines++;
        }
        bool on = fd->kind == W_MULTI ? fd->marks >> i & 1 : fd->chosen == (int)i;
        char text[256];
        snprintf(text, sizeof text, "%c%c %s%c", on ? '[' : ' ',
                 fd->kind == W_BOOL ? "yn"[i] : option_keys[i], fd->options[i].label,
                 on ? ']' : ' ');
        utf8_trim(text);
        int y = row + lines - 1;
        if (draw && y >= l->where.row && y < l->where.row + l->where.rows)
            paint_text(y, col, end - col, PAINT_PLAIN, text);
        col += option_width(fd, i) + 1;
    }
    if (used)
        *used = col;
    return lines;
}

static int field_height(const struct wfield *fd, const struct layout *l)
{
    if (fd->hidden)
        return 0;
    switch (fd->kind) {
    case W_CHOICE:
    case W_BOOL:
    case W_MULTI: return options_lines(fd, l, 0, false, NULL);
    case W_CHECKLIST: return fd->n_items ? (int)fd->n_items + 1 : 1;
    default: return 1;
    }
}

static void lay_out(struct wform *f, struct layout *l)
{
    int row = 0;
    f->label = 0;
    for (size_t i = 0; i < f->n; i++) {
        int width = utf8_width(f->fields[i]->label) + 1;
        if (!f->fields[i]->hidden && f->fields[i]->kind != W_NOTE && width > f->label)
            f->label = width;
    }
    f->label = f->label > LABEL_COLUMNS ? LABEL_COLUMNS : f->label;
    l->value = l->where.col + 2 + f->label + 1;
    for (size_t i = 0; i < f->n; i++) {
        f->fields[i]->row = row;
        f->fields[i]->height = field_height(f->fields[i], l);
        row += f->fields[i]->height;
    }
}

/* Turns the page when the field in hand is not on it. */
static void scroll(struct wform *f, const struct wfield *fd, int rows)
{
    int first = fd->row, last = fd->row + fd->height - 1;
    if (fd->kind == W_CHECKLIST) {
        last = fd->row + (int)fd->item + 1;
        first = fd->item ? last : first;
    }
    if (first < f->top)
        f->top = first > rows / 2 ? first - rows / 2 : 0;
    if (last >= f->top + rows)
        f->top = last - rows + 1 + (f->fields[f->n - 1]->row > last ? rows / 3 : 0);
    if (fd->row + fd->height <= rows && first < rows && f->top <= rows / 3 && last < rows)
        f->top = 0;
}

static void draw_checklist(struct wfield *fd, const struct layout *l, int row, bool focus)
{
    char text[256];
    int end = l->where.col + l->where.cols;
    options_lines(fd, l, row, true, NULL);
    for (size_t i = 0; i < fd->n_items; i++) {
        int y = row + 1 + (int)i;
        if (y < l->where.row || y >= l->where.row + l->where.rows)
            continue;
        bool here = focus && i == fd->item;
        const char *state = fd->states[i] >= 0 ? fd->options[fd->states[i]].label : "-";
        paint_text(y, l->where.col + 2, 1, PAINT_PLAIN, here ? ">" : " ");
        snprintf(text, sizeof text, "%s", state);
        utf8_trim(text);
        paint_text(y, l->where.col + 4, 14, PAINT_BOLD, text);
        paint_text(y, l->where.col + 19, end - l->where.col - 19, PAINT_PLAIN, fd->items[i].label);
        if (here)
            paint_cursor(y, l->where.col + 3, false);
    }
}

/* Room for typing: what is left of the line, but beside an error no more than the text needs. */
static int typed_width(const struct wfield *fd, int room)
{
    int need = fd->edit.max * 2 + 1;
    if (fd->error || fd->note) {
        int text = utf8_width(fd->edit.text) + 1;
        need = text < room / 2 ? text : room / 2;
    }
    return need < room ? need : room;
}

static void draw_beside(const struct wfield *fd, int row, int col, int end)
{
    char text[300];
    if (!fd->error && !fd->note)
        return;
    snprintf(text, sizeof text, "%s%s", fd->error ? "! " : "", fd->error ? fd->error : fd->note);
    utf8_trim(text);
    paint_text(row, col, end - col, fd->error ? PAINT_BOLD : PAINT_PLAIN, text);
}

static void draw_value(struct wfield *fd, const struct layout *l, int row, bool focus)
{
    int end = l->where.col + l->where.cols, width = end - l->value, used;
    if (fd->kind == W_CHOICE || fd->kind == W_MULTI || fd->kind == W_BOOL) {
        int last = row + options_lines(fd, l, row, true, &used) - 1;
        if (focus)
            paint_cursor(row, l->where.col + 1, false);
        if (used < end - 10 && last < l->where.row + l->where.rows)
            draw_beside(fd, last, used + 1, end);
    } else if (fd->kind == W_CHECKLIST) {
        draw_checklist(fd, l, row, focus);
    } else {
        int typed = typed_width(fd, width);
        edit_draw(&fd->edit, row, l->value, typed, focus);
        draw_beside(fd, row, l->value + typed + 1, end);
    }
}

static void draw_field(struct wform *f, struct wfield *fd, const struct layout *l)
{
    int row = l->where.row + fd->row - f->top;
    bool focus = fd == wform_current(f);
    if (fd->hidden || row + fd->height <= l->where.row || row >= l->where.row + l->where.rows)
        return;
    if (row >= l->where.row) {
        if (focus)
            paint_text(row, l->where.col, 1, PAINT_PLAIN, ">");
        int width = fd->kind == W_NOTE ? l->where.cols - 2 : f->label;
        int used = paint_text(row, l->where.col + 2, width, PAINT_PLAIN, fd->label);
        if (fd->required)
            paint_text(row, l->where.col + 2 + used, 1, PAINT_BOLD, "*");
    }
    if (fd->kind != W_NOTE && (row >= l->where.row || fd->height > 1))
        draw_value(fd, l, row, focus);
}

/* Candidates stand over the lines below the field (above it near the bottom). */
static void draw_found(struct wform *f, const struct wfield *fd, const struct layout *l)
{
    size_t n = json_array_size(f->found), first = f->mark / PICK_ROWS * PICK_ROWS;
    int count = (int)(n - first < PICK_ROWS ? n - first : PICK_ROWS);
    int row = l->where.row + fd->row - f->top + 1;
    if (row + count > l->where.row + l->where.rows)
        row = row - 1 - count;
    for (int i = 0; i < count; i++) {
        const json_t *one = json_array_get(f->found, first + (size_t)i);
        int width = l->where.col + l->where.cols - l->value;
        paint_cell(row + i, l->where.col, l->where.cols, PAINT_PLAIN, "");
        paint_text(row + i, l->value - 2, 1, PAINT_BOLD, first + (size_t)i == f->mark ? ">" : " ");
        const char *label = js_str(one, "show") ? js_str(one, "show") : js_str(one, "label");
        paint_text(row + i, l->value, width, PAINT_PLAIN, label ? label : "");
    }
}

void wform_draw(struct wform *f, struct area where)
{
    struct layout l = {.where = where};
    if (!f->n)
        return;
    settle(f);
    lay_out(f, &l);
    struct wfield *fd = wform_current(f);
    if (fd)
        scroll(f, fd, where.rows);
    for (size_t i = 0; i < f->n; i++)
        draw_field(f, f->fields[i], &l);
    if (fd && fd->kind == W_PICK && f->found)
        draw_found(f, fd, &l);
}
