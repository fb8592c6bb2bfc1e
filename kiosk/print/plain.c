/* Owns: layouts as text: for a terminal, a file, and as what tests compare. Invariant: no line is
 * wider than is wanted but those of a symbol, which is never broken. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/print/layout.h"

#define PLAIN_COLUMNS 64
#define GAP_LINE_MM 4 /* a gap from here on is an empty line */

static void blanks(struct buf *out, int n)
{
    for (; n > 0; n--)
        buf_byte(out, ' ');
}

static int indent_of(unsigned look, int spare)
{
    return look & LAYOUT_RIGHT ? spare : look & LAYOUT_CENTRE ? spare / 2 : 0;
}

static void put_line(const struct layout_item *item, int columns, struct buf *out)
{
    char *clean = mem_alloc(strlen(item->text[0]) + 1), *rest = clean;
    size_t next;
    utf8_clean(item->text[0], clean);
    do {
        char *part = mem_strndup(rest, layout_break(rest, columns, &next));
        blanks(out, indent_of(item->look, columns - utf8_width(part)));
        buf_printf(out, "%s\n", part);
        free(part);
        rest += next;
    } while (next > 0 && *rest != 0);
    free(clean);
}

/* One line of a row; the cells' texts move on. False: nothing was left. */
static bool row_line(const struct layout_columns *cols, int columns, const char *rest[],
                     struct buf *out)
{
    int total = 0, at = 0, used = 0;
    bool any = false;
    for (size_t c = 0; c < cols->n; c++) {
        total += cols->of[c].share;
        any = any || *rest[c] != 0;
    }
    for (size_t c = 0, next; any && c < cols->n; c++, rest[c - 1] += next) {
        int end = at + columns * cols->of[c].share / total;
        int room = end - at - (c + 1 < cols->n);
        char *part = mem_strndup(rest[c], layout_break(rest[c], room, &next));
        if (next == 0) /* too narrow for a single character */
            next = strlen(rest[c]);
        int lead = at - used + indent_of(cols->of[c].look, room - utf8_width(part));
        if (*part != 0) {
            blanks(out, lead);
            buf_text(out, part);
            used += lead + utf8_width(part);
        }
        free(part);
        at = end;
    }
    if (any)
        buf_byte(out, '\n');
    return any;
}

void plain_row(const struct layout_item *item, int columns, struct buf *out)
{
    char *clean[LAYOUT_CELLS];
    const char *rest[LAYOUT_CELLS];
    for (size_t c = 0; c < item->columns->n; c++) {
        rest[c] = clean[c] = mem_alloc(strlen(item->text[c]) + 1);
        utf8_clean(item->text[c], clean[c]);
    }
    while (row_line(item->columns, columns, rest, out))
        ;
    for (size_t c = 0; c < item->columns->n; c++)
        free(clean[c]);
}

static void put_rule(const char *stroke, int columns, struct buf *out)
{
    for (int i = 0; i < columns; i += (int)strlen(stroke))
        buf_text(out, stroke);
    buf_byte(out, '\n');
}

static void put(const struct layout *l, const struct layout_how *how, bool ascii, struct buf *out)
{
    int columns = how->columns > 0 ? how->columns : PLAIN_COLUMNS;
    for (size_t i = 0; i < l->n; i++) {
        const struct layout_item *item = &l->items[i];
        switch (item->kind) {
        case LAYOUT_LINE: put_line(item, columns, out); break;
        case LAYOUT_ROW: plain_row(item, columns, out); break;
        case LAYOUT_RULE: put_rule("-", columns, out); break;
        case LAYOUT_GAP: buf_text(out, item->mm >= GAP_LINE_MM ? "\n" : ""); break;
        case LAYOUT_QR: qr_blocks(&item->qr, ascii, out); break;
        case LAYOUT_CUT: put_rule("- ", columns, out); break;
        }
    }
}

enum err plain_text(const struct layout *l, const struct layout_how *how, struct buf *out)
{
    put(l, how, false, out);
    return ERR_OK;
}

enum err plain_ascii(const struct layout *l, const struct layout_how *how, struct buf *out)
{
    put(l, how, true, out);
    return ERR_OK;
}

enum err plain_symbol(const struct layout *l, const struct layout_how *how, struct buf *out)
{
    (void)how;
    for (size_t i = 0; i < l->n; i++)
        if (l->items[i].kind == LAYOUT_QR)
            qr_blocks(&l->items[i].qr, false, out);
    return ERR_OK;
}
