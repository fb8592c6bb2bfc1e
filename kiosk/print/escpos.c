/* Owns: the bytes that a receipt printer is sent. Invariant: text goes out cleaned, in the
 * printer's code, so that no text can carry a command; no command is sent but those below: the
 * pulse that opens a cash drawer (ESC p, DLE DC4) is none of them. A symbol is a raster (GS v 0,
 * understood by more printers than the native QR command), never rescaled. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/print/layout.h"
#include "kiosk/rules/initials.h"

#define DOTS_LEAST 4
#define QUIET 4
#define COLUMN_DOTS 12 /* of the printer's font A; a hanzi takes two */
#define TIMES_MOST 4
#define GAP_DOTS 4 /* of feed for a millimetre of a page's gap: half, for a roll is not a page */
#define FEED_MOST 255
#define BAND_ROWS 240 /* of a picture at a time: cheap printers have little memory */

/* Epson's ESC/POS: initialise; two-byte Chinese on. Chinese off; four lines for those who tear by
 * hand; cut. */
static const unsigned char begin[] = {0x1b, '@', 0x1c, '&'};
static const unsigned char finish[] = {0x1c, '.', 0x1b, 'd', 4};
static const unsigned char cut[] = {0x1d, 'V', 66, 0};

struct strip {
    const struct layout_how *how;
    struct buf *out;
    int columns;
    unsigned look; /* as the printer has it now */
    int times;
};

/* --- text --------------------------------------------------------------------------------------
 */

static void put_ascii(const char *text, struct buf *out)
{
    char initial[8];
    uint32_t cp;
    for (int n; *text != 0 && (n = utf8_next(text, strlen(text), &cp)) > 0; text += n) {
        char *one = mem_strndup(text, (size_t)n);
        initials_of(one, 0, initial, sizeof initial);
        if (cp < 0x80)
            buf_byte(out, (unsigned char)cp);
        else
            buf_byte(out, initial[0] >= 'a' ? (unsigned char)(initial[0] - 'a' + 'A') : '?');
        free(one);
    }
}

/* A "?" on paper is better than no paper: what the code has not is no error. */
static void put_text(const struct strip *s, const char *text)
{
    if (s->how->code == CODE_ASCII)
        put_ascii(text, s->out);
    else if (s->how->code == CODE_GBK)
        gbk_from(text, s->out);
    else
        gb18030_from(text, s->out);
}

static int times_of(unsigned look)
{
    static const int times[LAYOUT_SIZE + 1] = {[LAYOUT_NORMAL] = 1,
                                               [LAYOUT_SMALL] = 1,
                                               [LAYOUT_MEDIUM] = 1,
                                               [LAYOUT_LARGE] = 2,
                                               [LAYOUT_HUGE] = TIMES_MOST};
    int n = times[look & LAYOUT_SIZE];
    return n > 0 ? n : 1;
}

/* GS ! enlarges ASCII, and hanzi with most makers; the others want FS !, which knows only double.
 */
static void set_look(struct strip *s, unsigned look, int times)
{
    unsigned char align = look & LAYOUT_CENTRE ? 1 : look & LAYOUT_RIGHT ? 2 : 0;
    unsigned char size = (unsigned char)((times - 1) << 4 | (times - 1));
    const unsigned char aligned[] = {0x1b, 'a', align};
    const unsigned char bold[] = {0x1b, 'E', (look & LAYOUT_BOLD) != 0};
    const unsigned char large[] = {0x1d, '!', size, 0x1c, '!', times > 1 ? 0x0c : 0};
    unsigned changed = look ^ s->look;
    if (changed & (LAYOUT_CENTRE | LAYOUT_RIGHT))
        buf_add(s->out, aligned, sizeof aligned);
    if (changed & LAYOUT_BOLD)
        buf_add(s->out, bold, sizeof bold);
    if (times != s->times)
        buf_add(s->out, large, s->how->code == CODE_ASCII ? 3 : sizeof large);
    s->look = look;
    s->times = times;
}

/* Broken here and not by the printer, which may break inside a character. */
static enum err put_line(struct strip *s, const struct layout_item *item)
{
    char *clean = mem_alloc(strlen(item->text[0]) + 1), *rest = clean;
    size_t next;
    int times = times_of(item->look);
    utf8_clean(item->text[0], clean);
    while (times > 1 && utf8_width(clean) * times > s->columns)
        times--;
    set_look(s, item->look, times);
    do {
        char *part = mem_strndup(rest, layout_break(rest, s->columns / times, &next));
        put_text(s, part);
        buf_byte(s->out, '\n');
        free(part);
        rest += next;
    } while (next > 0 && *rest != 0);
    free(clean);
    return ERR_OK;
}

/* The columns are those of plain text, at this paper's width. */
static enum err put_row(struct strip *s, const struct layout_item *item)
{
    struct buf lines = BUF_INIT;
    set_look(s, LAYOUT_NORMAL, 1);
    plain_row(item, s->columns, &lines);
    const char *line = buf_str(&lines);
    for (size_t n; *line != 0; line += n + 1) {
        n = strcspn(line, "\n");
        char *one = mem_strndup(line, n);
        put_text(s, one);
        buf_byte(s->out, '\n');
        free(one);
    }
    buf_fini(&lines);
    return ERR_OK;
}

static enum err put_rule(struct strip *s, const struct layout_item *item)
{
    (void)item;
    set_look(s, LAYOUT_NORMAL, 1);
    for (int i = 0; i < s->columns; i++)
        buf_byte(s->out, '-');
    buf_byte(s->out, '\n');
    return ERR_OK;
}

static enum err put_gap(struct strip *s, const struct layout_item *item)
{
    int dots = item->mm * GAP_DOTS;
    const unsigned char feed[] = {0x1b, 'J', (unsigned char)(dots < FEED_MOST ? dots : FEED_MOST)};
    buf_add(s->out, feed, sizeof feed);
    return ERR_OK;
}

/* --- dots --------------------------------------------------------------------------------------
 */

static void raster(int paper, int rows, struct buf *out)
{
    static const unsigned char command[] = {0x1d, 'v', '0', 0};
    buf_add(out, command, sizeof command);
    buf_u16(out, (uint16_t)(paper / 8));
    buf_u16(out, (uint16_t)rows);
}

/* One line of dots, as wide as the paper; the paper's own margin is the quiet zone at the sides. */
static void put_dots(const struct qr *q, int y, int dots, int paper, struct buf *out)
{
    int left = (paper - q->size * dots) / 2;
    for (int byte = 0; byte < paper / 8; byte++) {
        unsigned v = 0;
        for (int bit = 0; bit < 8; bit++) {
            int x = byte * 8 + bit - left;
            v = v << 1 | (x >= 0 && qr_dark(q, x / dots, y));
        }
        buf_byte(out, (unsigned char)v);
    }
}

static enum err put_symbol(struct strip *s, const struct layout_item *item)
{
    const struct qr *q = &item->qr;
    int paper = s->how->dots, dots = paper / (q->size + 2), rows = (q->size + 2 * QUIET) * dots;
    if (dots < DOTS_LEAST)
        return err_set(ERR_TOO_LONG, "qr", "%d modules on %d dots", q->size, paper);
    set_look(s, LAYOUT_NORMAL, 1);
    raster(paper, rows, s->out);
    for (int row = 0; row < rows; row++)
        put_dots(q, row / dots - QUIET, dots, paper, s->out);
    return ERR_OK;
}

static enum err put_picture(const struct layout *l, const struct layout_how *how, struct buf *out)
{
    struct buf dots = BUF_INIT;
    int rows, wide = how->dots / 8;
    enum err rc = page_strip(l, how, &dots, &rows);
    for (int at = 0; rc == ERR_OK && at < rows; at += BAND_ROWS) {
        int band = rows - at < BAND_ROWS ? rows - at : BAND_ROWS;
        raster(how->dots, band, out);
        buf_add(out, dots.data + (size_t)at * (size_t)wide, (size_t)band * (size_t)wide);
    }
    buf_fini(&dots);
    return rc;
}

/* --- all of it ---------------------------------------------------------------------------------
 */

typedef enum err put_item(struct strip *s, const struct layout_item *item);
static put_item *const putters[] = {[LAYOUT_LINE] = put_line,
                                    [LAYOUT_ROW] = put_row,
                                    [LAYOUT_RULE] = put_rule,
                                    [LAYOUT_GAP] = put_gap,
                                    [LAYOUT_QR] = put_symbol};

/* FS & and FS . would be text to a printer without Chinese. */
static void put_frame(struct strip *s, const unsigned char *bytes, size_t len, size_t chinese)
{
    bool plain = s->how->code == CODE_ASCII || s->how->code == CODE_PICTURE;
    for (size_t i = 0; i < len; i++)
        if (!plain || i < chinese || i >= chinese + 2)
            buf_byte(s->out, bytes[i]);
}

/* What is cut off in one piece: it begins and ends like a print of its own. */
static enum err put_piece(struct strip *s, const struct layout *piece)
{
    enum err rc = ERR_OK;
    put_frame(s, begin, sizeof begin, 2);
    s->look = LAYOUT_NORMAL;
    s->times = 1;
    if (s->how->code == CODE_PICTURE)
        rc = put_picture(piece, s->how, s->out);
    else
        for (size_t i = 0; rc == ERR_OK && i < piece->n; i++)
            rc = putters[piece->items[i].kind](s, &piece->items[i]);
    set_look(s, LAYOUT_NORMAL, 1);
    put_frame(s, finish, sizeof finish, 0);
    if (!s->how->no_cut)
        buf_add(s->out, cut, sizeof cut);
    return rc;
}

enum err escpos_put(const struct layout *l, const struct layout_how *how, struct buf *out)
{
    struct strip s = {.how = how, .out = out, .columns = how->dots / COLUMN_DOTS};
    enum err rc = ERR_OK;
    for (size_t from = 0, to; rc == ERR_OK && from <= l->n; from = to + 1) {
        for (to = from; to < l->n && l->items[to].kind != LAYOUT_CUT; to++)
            ;
        rc = put_piece(&s, &(struct layout){.items = l->items + from, .n = to - from});
    }
    return rc;
}
