/* Owns paragraphs and which of their screen lines is the first shown. */
#include "screens/widgets/pager.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/mem.h"
#include "screens/widgets/key.h"

void pager_fini(struct pager *p)
{
    for (size_t i = 0; i < p->n; i++) {
        explicit_bzero(p->lines[i].text, strlen(p->lines[i].text));
        free(p->lines[i].text);
    }
    free(p->lines);
    *p = (struct pager){0};
}

void pager_add(struct pager *p, unsigned look, int indent, const char *fmt, ...)
{
    char *text = NULL;
    va_list ap;
    va_start(ap, fmt);
    if (vasprintf(&text, fmt, ap) < 0)
        text = mem_strdup("");
    va_end(ap);
    p->lines = mem_grow(p->lines, (p->n + 1) * sizeof *p->lines);
    p->lines[p->n++] = (struct pager_line){text, look, indent};
}

bool pager_key(struct pager *p, uint32_t key)
{
    int last = p->height > p->shown ? p->height - p->shown : 0, top = p->top;
    switch (key) {
    case K_UP: top--; break;
    case K_DOWN: top++; break;
    case K_PAGE_UP: top -= p->shown; break;
    case ' ':
    case K_PAGE_DOWN: top += p->shown; break;
    case K_HOME: top = 0; break;
    case K_END: top = last; break;
    default: return false;
    }
    p->top = top < 0 ? 0 : top > last ? last : top;
    return true;
}

/* Draws the lines of one paragraph that are inside; returns how many it has. */
static int draw_one(const struct pager_line *l, struct area where, int at)
{
    const char *text = l->text;
    int width = where.cols - l->indent, lines = 0;
    do {
        unsigned n = paint_line(text, width);
        int row = at + lines;
        if (row >= 0 && row < where.rows) {
            char *line = mem_strndup(text, n);
            line[strcspn(line, "\n")] = 0;
            paint_text(where.row + row, where.col + l->indent, width, l->look, line);
            free(line);
        }
        lines++;
        text += n;
    } while (*text);
    return lines;
}

void pager_draw(struct pager *p, struct area where)
{
    int at = -p->top;
    p->shown = where.rows;
    for (size_t i = 0; i < p->n; i++)
        at += draw_one(&p->lines[i], where, at);
    p->height = at + p->top;
    if (p->height > p->top + where.rows)
        paint_text(where.row + where.rows - 1, where.col + where.cols - 2, 2, PAINT_BOLD, "v");
}
