/* Owns one line of typing. Invariant: text is valid UTF-8 without control characters, of at most
 * max code points; pos and left stand on a character's edge. */
#include "screens/widgets/edit.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "screens/widgets/key.h"
#include "screens/widgets/paint.h"

void edit_init(struct edit *e, int max)
{
    *e = (struct edit){.max = max};
    e->text = mem_alloc((size_t)max * 4 + 1);
}

void edit_fini(struct edit *e)
{
    if (e->text)
        explicit_bzero(e->text, (size_t)e->max * 4 + 1);
    free(e->text);
    *e = (struct edit){0};
}

void edit_set(struct edit *e, const char *text)
{
    char *clean = mem_alloc(strlen(text) + 1);
    utf8_clean(text, clean);
    uint32_t cp;
    size_t at = 0;
    int n;
    for (int i = 0; i < e->max && (n = utf8_next(clean + at, strlen(clean + at), &cp)) > 0; i++)
        at += (size_t)n;
    explicit_bzero(e->text, (size_t)e->max * 4 + 1);
    memcpy(e->text, clean, at);
    explicit_bzero(clean, strlen(clean));
    free(clean);
    e->len = e->pos = at;
    e->left = 0;
}

static size_t before(const struct edit *e, size_t pos)
{
    if (pos == 0)
        return 0;
    do
        pos--;
    while (pos > 0 && ((unsigned char)e->text[pos] & 0xc0) == 0x80);
    return pos;
}

static size_t behind(const struct edit *e, size_t pos)
{
    uint32_t cp;
    int n = utf8_next(e->text + pos, e->len - pos, &cp);
    return n > 0 ? pos + (size_t)n : pos;
}

static void cut(struct edit *e, size_t from, size_t to)
{
    memmove(e->text + from, e->text + to, e->len - to + 1);
    e->len -= to - from;
    e->pos = from;
}

static enum edit_did insert(struct edit *e, uint32_t cp)
{
    char bytes[4];
    int n = utf8_put(cp, bytes);
    if (n <= 0 || utf8_unwanted(cp))
        return EDIT_IGNORED;
    if (utf8_count(e->text) >= (size_t)e->max)
        return EDIT_FULL;
    memmove(e->text + e->pos + n, e->text + e->pos, e->len - e->pos + 1);
    memcpy(e->text + e->pos, bytes, (size_t)n);
    e->len += (size_t)n;
    e->pos += (size_t)n;
    return EDIT_CHANGED;
}

static enum edit_did erase_span(struct edit *e, size_t from, size_t to)
{
    if (from == to)
        return EDIT_MOVED;
    cut(e, from, to);
    return EDIT_CHANGED;
}

static enum edit_did move_to(struct edit *e, size_t pos)
{
    e->pos = pos;
    return EDIT_MOVED;
}

enum edit_did edit_key(struct edit *e, uint32_t key)
{
    if (key & K_PASTED)
        return insert(e, key & ~(uint32_t)K_PASTED);
    if (key >= 32 && key < K_NONE)
        return insert(e, key);
    switch (key) {
    case K_LEFT: return move_to(e, before(e, e->pos));
    case K_RIGHT: return move_to(e, behind(e, e->pos));
    case K_HOME: return move_to(e, 0);
    case K_END: return move_to(e, e->len);
    case K_BACKSPACE: return erase_span(e, before(e, e->pos), e->pos);
    case K_DELETE: return erase_span(e, e->pos, behind(e, e->pos));
    case K_WORDS: return erase_span(e, 0, e->len);
    default: return EDIT_IGNORED;
    }
}

static int width_between(const struct edit *e, size_t from, size_t to)
{
    int width = 0;
    uint32_t cp;
    for (int n; from < to && (n = utf8_next(e->text + from, to - from, &cp)) > 0; from += (size_t)n)
        width += utf8_cp_width(cp);
    return width;
}

/* Keeps the cursor inside; jumps by half the width, so that typing on costs one character. */
static void scroll(struct edit *e, int width)
{
    if (e->pos < e->left)
        e->left = e->pos;
    if (width_between(e, e->left, e->pos) < width)
        return;
    while (width_between(e, e->left, e->pos) >= width / 2 + 1 && e->left < e->pos)
        e->left = behind(e, e->left);
}

static void draw_secret(struct edit *e, int row, int col, int width, bool focus)
{
    char stars[64] = "";
    size_t n = utf8_count(e->text);
    if (n > sizeof stars - 1)
        n = sizeof stars - 1;
    memset(stars, '*', n);
    paint_text(row, col, width, PAINT_PLAIN, stars);
    if (focus)
        paint_cursor(row, col + (int)n, true);
}

void edit_draw(struct edit *e, int row, int col, int width, bool focus)
{
    if (e->secret) {
        draw_secret(e, row, col, width, focus);
        return;
    }
    scroll(e, width);
    paint_text(row, col, width, PAINT_PLAIN, e->text + e->left);
    if (focus)
        paint_cursor(row, col + width_between(e, e->left, e->pos), true);
}
