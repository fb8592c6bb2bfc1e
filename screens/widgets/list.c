/* Owns where a list's marker stands. Invariant: cur < count (or both 0), top <= cur. */
#include "screens/widgets/list.h"

#include "kiosk/base/lang.h"
#include "kiosk/base/utf8.h"
#include "screens/widgets/key.h"

void list_count(struct list *l, size_t count)
{
    l->count = count;
    if (l->cur >= count)
        l->cur = count ? count - 1 : 0;
    if (l->top > l->cur)
        l->top = l->cur;
}

static void go(struct list *l, size_t cur)
{
    size_t page = l->rows > 0 ? (size_t)l->rows : 1;
    l->cur = cur < l->count ? cur : l->count ? l->count - 1 : 0;
    if (l->cur < l->top || l->cur >= l->top + page)
        l->top = l->cur - l->cur % page;
}

bool list_key(struct list *l, uint32_t key)
{
    size_t page = l->rows > 0 ? (size_t)l->rows : 1;
    switch (key) {
    case K_UP: go(l, l->cur ? l->cur - 1 : 0); return true;
    case K_DOWN: go(l, l->cur + 1); return true;
    case K_PAGE_UP: go(l, l->cur > page ? l->cur - page : 0); return true;
    case K_PAGE_DOWN: go(l, l->cur + page); return true;
    case K_HOME: go(l, 0); return true;
    case K_END: go(l, l->count); return true;
    default: return false;
    }
}

void list_draw(struct list *l, struct area where, bool focus,
               void (*row)(void *with, size_t i, struct area where), void *with)
{
    l->rows = where.rows;
    go(l, l->cur);
    for (int r = 0; r < where.rows && l->top + (size_t)r < l->count; r++) {
        size_t i = l->top + (size_t)r;
        struct area line = {where.row + r, where.col + 2, 1, where.cols - 2};
        row(with, i, line);
        if (i != l->cur || !focus)
            continue;
        paint_text(line.row, where.col, 1, PAINT_PLAIN, ">");
        paint_cursor(line.row, where.col + 1, false);
    }
}

static int column_width(const struct table *t, size_t c, int left)
{
    int width = t->columns[c].width;
    return width == 0 || width > left ? left : width;
}

static void table_row(void *with, size_t i, struct area where)
{
    struct table *t = with;
    char out[256];
    int col = where.col, end = where.col + where.cols;
    for (size_t c = 0; c < t->n_columns && col < end; c++) {
        int width = column_width(t, c, end - col);
        paint_text(where.row, col, width, PAINT_PLAIN, t->cell(t->with, i, c, out));
        col += width + 1;
    }
}

void table_draw(struct table *t, struct area where, bool focus)
{
    int col = where.col + 2, end = where.col + where.cols;
    for (size_t c = 0; c < t->n_columns && col < end; c++) {
        int width = column_width(t, c, end - col);
        paint_text(where.row, col, width, PAINT_BOLD, _(t->columns[c].title));
        col += width + 1;
    }
    where.row++;
    where.rows--;
    list_draw(&t->list, where, focus, table_row, t);
}
