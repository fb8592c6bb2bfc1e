/* What stands on a piece of paper, said once: lines, columns, rules, gaps, symbols, cuts. A table
 * of renderers puts it on whatever is there: a receipt printer, a page, a picture, text, a screen.
 *
 * Sizes, alignments and weights are words (LAYOUT_LARGE...), never points or dots: each renderer
 * has its own measures for them. A symbol is drawn with a whole number of dots a module,
 * everywhere. */
#ifndef KIOSK_PRINT_LAYOUT_H
#define KIOSK_PRINT_LAYOUT_H

#include <stdbool.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/err.h"
#include "kiosk/print/qr.h"

#define LAYOUT_CELLS 6 /* of a row of columns, at most */

/* How a line looks: a size, an alignment, a weight, joined with |. */
enum layout_look {
    LAYOUT_NORMAL = 0,
    LAYOUT_SMALL = 1,
    LAYOUT_MEDIUM = 2,
    LAYOUT_LARGE = 3,
    LAYOUT_HUGE = 4, /* large and huge shrink until they fit on one line */
    LAYOUT_SIZE = 7, /* the bits above */
    LAYOUT_CENTRE = 8,
    LAYOUT_RIGHT = 16,
    LAYOUT_BOLD = 32,
};

enum layout_kind { LAYOUT_LINE, LAYOUT_ROW, LAYOUT_RULE, LAYOUT_GAP, LAYOUT_QR, LAYOUT_CUT };

/* Columns of a row: shares of the width; LAYOUT_RIGHT and LAYOUT_BOLD count in a cell's look. */
struct layout_columns {
    size_t n;
    struct {
        int share;
        unsigned look;
    } of[LAYOUT_CELLS];
};

struct layout_item {
    enum layout_kind kind;
    unsigned look;
    int mm;                   /* LAYOUT_GAP: high; LAYOUT_QR: a side at most, with its quiet zone */
    char *text[LAYOUT_CELLS]; /* a line's is the first; owned */
    const struct layout_columns *columns;
    struct qr qr; /* owned */
};

struct layout {
    char *title; /* of a page file; owned */
    struct layout_item *items;
    size_t n, room;
};

/* layout_fini frees all of it; a layout that is all zero is empty. */
void layout_fini(struct layout *l);
void layout_title(struct layout *l, const char *title);
/* printf-like. An empty line is a line. */
void layout_line(struct layout *l, unsigned look, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* One cell for each column; NULL is empty. `columns` must outlive the layout (a static table). */
void layout_row(struct layout *l, const struct layout_columns *columns, const char *const *cells);
void layout_rule(struct layout *l);
void layout_gap(struct layout *l, int mm);
/* The symbol of `text` (qr_make), centred or not, at most `mm` a side on a page; on a strip as
 * large as it goes. qr_make's errors. */
enum err layout_qr(struct layout *l, unsigned look, int mm, const char *text, enum qr_level level);
/* A further copy or sheet begins behind it; the end of a layout needs none. */
void layout_cut(struct layout *l);
/* All of `from` once more behind `l`. */
void layout_append(struct layout *l, const struct layout *from);

/* --- what it is put on ------------------------------------------------------------------------ */

/* How text reaches a receipt printer. */
enum layout_code {
    CODE_GB18030,
    CODE_GBK,
    CODE_ASCII,   /* no Chinese in it: a hanzi becomes its pinyin initial */
    CODE_PICTURE, /* nothing in it that we know of: text is drawn here and sent as dots */
    CODE_COUNT
};
extern const char *const layout_codes[CODE_COUNT + 1]; /* the words for it; ends with NULL */

#define STRIP_58 384 /* dots across, 203 an inch */
#define STRIP_80 576

struct layout_how {
    int dots;              /* a strip's width: STRIP_58 (also for 0) or STRIP_80 */
    int columns;           /* of text; 0: 64 */
    enum layout_code code; /* of a receipt printer */
    bool no_cut;           /* it has no cutter: only a feed */
    const char *page;      /* "a4" (also for NULL), "a5", or "strip": as wide as `dots` */
};

struct layout_renderer {
    const char *name;
    const char *ext; /* of a file: "pdf" */
    /* Appends; on an error nothing is appended. */
    enum err (*put)(const struct layout *l, const struct layout_how *how, struct buf *out);
};
/* "text" (half blocks), "ascii", "symbol" (half blocks of the symbols alone), "escpos", "png",
 * "pdf". Ends with name NULL. */
extern const struct layout_renderer layout_renderers[];
/* `how` may be NULL. ERR_NOT_FOUND: no such renderer. ERR_TOO_LONG: a symbol would get less than 4
 * dots a module, or a picture of a page more than one page. ERR_FONT, ERR_DRAWLIB (pages). */
enum err layout_put(const struct layout *l, const char *to, const struct layout_how *how,
                    struct buf *out);

/* The renderers, a file each. */
enum err escpos_put(const struct layout *l, const struct layout_how *how, struct buf *out);
enum err page_pdf(const struct layout *l, const struct layout_how *how, struct buf *out);
enum err page_png(const struct layout *l, const struct layout_how *how, struct buf *out);
enum err plain_text(const struct layout *l, const struct layout_how *how, struct buf *out);
enum err plain_ascii(const struct layout *l, const struct layout_how *how, struct buf *out);
enum err plain_symbol(const struct layout *l, const struct layout_how *how, struct buf *out);
/* The lines of a row of columns on `columns` columns of text, "\n" behind each. Appends. */
void plain_row(const struct layout_item *item, int columns, struct buf *out);
/* A strip as dots: rows of how->dots bits, 1 black, first bit left; *rows tells how many. Drawn at
 * 203 dots an inch by the drawing library: ERR_FONT, ERR_DRAWLIB, ERR_TOO_LONG. */
enum err page_strip(const struct layout *l, const struct layout_how *how, struct buf *out,
                    int *rows);

/* Breaks `text` into the next part of at most `columns` columns, at a blank where there is one in a
 * line of Latin words, never inside of a character: bytes of the part; the blank behind it is left
 * out by *next. 0 for an empty text. */
size_t layout_break(const char *text, int columns, size_t *next);

#endif
