/* Owns: what stands on paper, before anybody knows which paper. Invariant: a layout owns all of its
 * text and symbols; no renderer changes it. */
#include "kiosk/print/layout.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"

const char *const layout_codes[CODE_COUNT + 1] = {"gb18030", "gbk", "ascii", "picture", NULL};

const struct layout_renderer layout_renderers[] = {
    {"text", "txt", plain_text},
    {"ascii", "txt", plain_ascii},
    {"symbol", "txt", plain_symbol},
    {"escpos", "bin", escpos_put},
    {"png", "png", page_png},
    {"pdf", "pdf", page_pdf},
    {NULL, NULL, NULL},
};

enum err layout_put(const struct layout *l, const char *to, const struct layout_how *how,
                    struct buf *out)
{
    static const struct layout_how usual = {.dots = STRIP_58};
    struct layout_how mine = how != NULL ? *how : usual;
    size_t before = out->len;
    if (mine.dots == 0)
        mine.dots = STRIP_58;
    for (const struct layout_renderer *r = layout_renderers; r->name != NULL; r++)
        if (strcmp(r->name, to) == 0) {
            enum err rc = r->put(l, &mine, out);
            if (rc != ERR_OK && out->len > before)
                out->data[out->len = before] = 0;
            return rc;
        }
    return err_set(ERR_NOT_FOUND, to, NULL);
}

/* --- made --------------------------------------------------------------------------------------
 */

static struct layout_item *add(struct layout *l, enum layout_kind kind)
{
    if (l->n == l->room) {
        l->room = l->room == 0 ? 16 : 2 * l->room;
        l->items = mem_grow(l->items, l->room * sizeof *l->items);
    }
    struct layout_item *item = &l->items[l->n++];
    *item = (struct layout_item){.kind = kind};
    return item;
}

void layout_fini(struct layout *l)
{
    for (size_t i = 0; i < l->n; i++) {
        for (size_t c = 0; c < LAYOUT_CELLS; c++)
            free(l->items[i].text[c]);
        qr_fini(&l->items[i].qr);
    }
    free(l->items);
    free(l->title);
    *l = (struct layout){0};
}

void layout_title(struct layout *l, const char *title)
{
    free(l->title);
    l->title = mem_strdup(title);
}

void layout_line(struct layout *l, unsigned look, const char *fmt, ...)
{
    va_list args;
    char *text = NULL;
    va_start(args, fmt);
    int n = vasprintf(&text, fmt, args);
    va_end(args);
    if (n < 0)
        text = mem_strdup("");
    struct layout_item *item = add(l, LAYOUT_LINE);
    item->look = look;
    item->text[0] = text;
}

void layout_row(struct layout *l, const struct layout_columns *columns, const char *const *cells)
{
    struct layout_item *item = add(l, LAYOUT_ROW);
    item->columns = columns;
    for (size_t c = 0; c < columns->n; c++)
        item->text[c] = mem_strdup(cells[c] != NULL ? cells[c] : "");
}

void layout_rule(struct layout *l)
{
    add(l, LAYOUT_RULE);
}

void layout_gap(struct layout *l, int mm)
{
    add(l, LAYOUT_GAP)->mm = mm;
}

enum err layout_qr(struct layout *l, unsigned look, int mm, const char *text, enum qr_level level)
{
    struct qr qr;
    enum err rc = qr_make(text, level, &qr);
    if (rc != ERR_OK)
        return rc;
    struct layout_item *item = add(l, LAYOUT_QR);
    item->look = look;
    item->mm = mm;
    item->qr = qr;
    return ERR_OK;
}

void layout_cut(struct layout *l)
{
    add(l, LAYOUT_CUT);
}

void layout_append(struct layout *l, const struct layout *from)
{
    for (size_t i = 0; i < from->n; i++) {
        const struct layout_item *old = &from->items[i];
        struct layout_item *item = add(l, old->kind);
        *item = *old;
        for (size_t c = 0; c < LAYOUT_CELLS; c++)
            item->text[c] = old->text[c] != NULL ? mem_strdup(old->text[c]) : NULL;
        if (old->qr.dark == NULL)
            continue;
        size_t modules = (size_t)old->qr.size * (size_t)old->qr.size;
        item->qr.dark = mem_alloc(modules);
        memcpy(item->qr.dark, old->qr.dark, modules);
    }
}

/* --- broken into lines -------------------------------------------------------------------------
 */

/* Where a Latin word ends within the first `fit` bytes; 0: nowhere. */
static size_t word_end(const char *text, size_t fit)
{
    size_t at = fit;
    if (text[fit] == ' ' || (unsigned char)text[fit] >= 0x80 || text[fit] == 0)
        return fit;
    while (at > 0 && text[at - 1] != ' ' && (unsigned char)text[at - 1] < 0x80)
        at--;
    return at;
}

/* A mark that closes stands at no line's beginning: the character before it goes with it. */
static size_t keep_mark(const char *text, size_t fit)
{
    static const char *const marks[] = {"。", "，", "、", "；", "：", "？", "！", "）", "”", "》"};
    size_t at = fit;
    for (size_t i = 0; fit > 0 && i < sizeof marks / sizeof *marks; i++)
        if (strncmp(text + fit, marks[i], strlen(marks[i])) == 0) {
            for (at--; at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80; at--)
                ;
            return at > 0 ? at : fit;
        }
    return fit;
}

size_t layout_break(const char *text, int columns, size_t *next)
{
    size_t fit = utf8_fit(text, columns), end = word_end(text, fit);
    fit = keep_mark(text, end > 0 ? end : fit);
    *next = fit;
    if (text[fit] == ' ')
        (*next)++;
    while (fit > 0 && text[fit] != 0 && text[fit - 1] == ' ')
        fit--;
    return fit;
}
