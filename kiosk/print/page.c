/* Owns: layouts drawn on pages and strips, in dots: 300 an inch on paper, 203 on a receipt
 * printer's own grid. Invariant: a module of a symbol is a whole number of dots at a whole dot: no
 * printer driver needs to guess where a dark module ends. */
#include "kiosk/print/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/print/drawlib.h"
#include "kiosk/print/layout.h"

#define PAGE_DPI 300
#define STRIP_DPI 203
#define POINTS 72
#define QUIET 4
#define DOTS_LEAST 4
#define RULE_DOTS 3
#define CELL_GAP 2     /* per cent of the width between two columns */
#define HIGH_MOST 8000 /* dots of a strip that is drawn here: a metre */

/* What a page is: its dots, and how large the words of a layout are on it. `high` 0: as high as
 * what stands on it. */
struct paper {
    const char *name;
    int wide, high, margin; /* dots */
    int dpi, points[LAYOUT_SIZE + 1];
    bool strip;
};

#define SIZES(normal, small, medium, large, huge)                                                  \
    {                                                                                              \
        [LAYOUT_NORMAL] = normal, [LAYOUT_SMALL] = small, [LAYOUT_MEDIUM] = medium,                \
        [LAYOUT_LARGE] = large, [LAYOUT_HUGE] = huge                                               \
    }

static const struct paper papers[] = {
    {"a4", 2480, 3508, 236, PAGE_DPI, SIZES(12, 9, 19, 32, 48), false},
    {"a5", 1748, 2480, 142, PAGE_DPI, SIZES(10, 8, 14, 23, 34), false},
    {"strip", 0, 0, 0, STRIP_DPI, SIZES(9, 7, 9, 17, 34), true},
};

static struct paper paper_of(const struct layout_how *how)
{
    const char *name = how->page != NULL ? how->page : papers[0].name;
    struct paper p = papers[0];
    for (size_t i = 0; i < sizeof papers / sizeof *papers; i++)
        if (strcmp(papers[i].name, name) == 0)
            p = papers[i];
    if (p.wide == 0)
        p.wide = how->dots;
    return p;
}

/* `y` counts from the top; only_measure: nothing is drawn. */
struct drawing {
    const struct drawlib *lib;
    struct paper paper;
    cairo_t *cr;
    PangoFontDescription *font;
    int y, pages;
    bool one_page, only_measure;
};

static int dots_of_mm(const struct drawing *d, int mm)
{
    return mm * d->paper.dpi * 10 / 254;
}

/* --- the font ----------------------------------------------------------------------------------
 */

static bool has_chinese(const struct drawlib *l, FcPattern *found)
{
    FcLangSet *langs;
    return l->FcPatternGetLangSet(found, FC_LANG, 0, &langs) == FcResultMatch &&
           l->FcLangSetHasLang(langs, (const FcChar8 *)"zh-cn") == FcLangEqual;
}

static enum err choose_font(const struct drawlib *l, char family[PAGE_FONT])
{
    FcResult result;
    FcChar8 *name = NULL;
    FcPattern *wanted = l->FcNameParse((const FcChar8 *)"sans-serif:lang=zh-cn");
    l->FcConfigSubstitute(NULL, wanted, FcMatchPattern);
    l->FcDefaultSubstitute(wanted);
    FcPattern *found = l->FcFontMatch(NULL, wanted, &result);
    bool good = found != NULL && has_chinese(l, found) &&
                l->FcPatternGetString(found, FC_FAMILY, 0, &name) == FcResultMatch;
    if (good)
        snprintf(family, PAGE_FONT, "%s", (const char *)name);
    l->FcPatternDestroy(wanted);
    if (found != NULL)
        l->FcPatternDestroy(found);
    return good ? ERR_OK : err_set(ERR_FONT, NULL, NULL);
}

enum err page_font(char family[PAGE_FONT])
{
    const struct drawlib *l;
    enum err rc = drawlib_get(&l);
    return rc == ERR_OK ? choose_font(l, family) : rc;
}

/* --- items -------------------------------------------------------------------------------------
 */

static int width(const struct drawing *d)
{
    return d->paper.wide - 2 * d->paper.margin;
}

/* Room for `high` dots at d->y: here, or on a further page. */
static enum err make_room(struct drawing *d, int high)
{
    if (d->paper.high == 0 || d->y + high <= d->paper.high - d->paper.margin ||
        d->y == d->paper.margin)
        return ERR_OK;
    if (d->one_page)
        return err_set(ERR_TOO_LONG, "page", NULL);
    d->lib->cairo_show_page(d->cr);
    d->y = d->paper.margin;
    return ERR_OK;
}

static PangoAlignment align_of(unsigned look)
{
    return look & LAYOUT_CENTRE  ? PANGO_ALIGN_CENTER
           : look & LAYOUT_RIGHT ? PANGO_ALIGN_RIGHT
                                 : PANGO_ALIGN_LEFT;
}

static void set_font(const struct drawing *d, PangoLayout *to, int points, unsigned look)
{
    d->lib->pango_font_description_set_absolute_size(d->font, (double)points * d->paper.dpi /
                                                                  POINTS * PANGO_SCALE);
    d->lib->pango_font_description_set_weight(d->font, look & LAYOUT_BOLD ? PANGO_WEIGHT_BOLD
                                                                          : PANGO_WEIGHT_NORMAL);
    d->lib->pango_layout_set_font_description(to, d->font);
}

/* Large words shrink until they stand on one line, but not below the next smaller size. */
static void shrink(const struct drawing *d, PangoLayout *to, unsigned look, int wide)
{
    int points = d->paper.points[look & LAYOUT_SIZE] + 1, used, high;
    d->lib->pango_layout_set_width(to, -1);
    do {
        set_font(d, to, --points, look);
        d->lib->pango_layout_get_pixel_size(to, &used, &high);
    } while (used > wide && points > d->paper.points[LAYOUT_MEDIUM]);
}

/* The text set on `wide` dots; g_object_unref it. Nothing is set as a blank: of an empty text the
 * library reckons with a height of its own. */
static PangoLayout *set_text(const struct drawing *d, const char *text, unsigned look, int wide,
                             int *high)
{
    int used;
    char *clean = mem_alloc(strlen(text) + 1);
    PangoLayout *to = d->lib->pango_cairo_create_layout(d->cr);
    utf8_clean(text, clean);
    d->lib->pango_layout_set_text(to, *clean != 0 ? clean : " ", -1);
    shrink(d, to, look, wide);
    d->lib->pango_layout_set_width(to, wide * PANGO_SCALE);
    d->lib->pango_layout_set_wrap(to, PANGO_WRAP_WORD_CHAR);
    d->lib->pango_layout_set_alignment(to, align_of(look));
    d->lib->pango_layout_get_pixel_size(to, &used, high);
    free(clean);
    return to;
}

static void show(const struct drawing *d, PangoLayout *text, int x)
{
    if (!d->only_measure) {
        d->lib->cairo_move_to(d->cr, x, d->y);
        d->lib->pango_cairo_show_layout(d->cr, text);
    }
    d->lib->g_object_unref(text);
}

static enum err put_line(struct drawing *d, const struct layout_item *item)
{
    int high;
    PangoLayout *text = set_text(d, item->text[0], item->look, width(d), &high);
    enum err rc = make_room(d, high);
    if (rc != ERR_OK) {
        d->lib->g_object_unref(text);
        return rc;
    }
    show(d, text, d->paper.margin);
    d->y += high;
    return ERR_OK;
}

static enum err put_row(struct drawing *d, const struct layout_item *item)
{
    const struct layout_columns *cols = item->columns;
    PangoLayout *texts[LAYOUT_CELLS];
    int total = 0, at = 0, high, highest = 0, gap = width(d) * CELL_GAP / 100;
    for (size_t c = 0; c < cols->n; c++)
        total += cols->of[c].share;
    for (size_t c = 0; c < cols->n; c++) {
        int wide = width(d) * cols->of[c].share / total - gap;
        texts[c] = set_text(d, item->text[c], cols->of[c].look, wide, &high);
        highest = high > highest ? high : highest;
    }
    enum err rc = make_room(d, highest);
    for (size_t c = 0; c < cols->n; c++) {
        if (rc == ERR_OK)
            show(d, texts[c], d->paper.margin + at);
        else
            d->lib->g_object_unref(texts[c]);
        at += width(d) * cols->of[c].share / total;
    }
    d->y += rc == ERR_OK ? highest : 0;
    return rc;
}

static enum err put_rule(struct drawing *d, const struct layout_item *item)
{
    (void)item;
    enum err rc = make_room(d, RULE_DOTS);
    if (rc != ERR_OK)
        return rc;
    if (!d->only_measure) {
        d->lib->cairo_rectangle(d->cr, d->paper.margin, d->y, width(d), RULE_DOTS);
        d->lib->cairo_fill(d->cr);
    }
    d->y += RULE_DOTS;
    return ERR_OK;
}

/* A layout speaks of A4. */
static enum err put_gap(struct drawing *d, const struct layout_item *item)
{
    int mm = item->mm * d->paper.points[LAYOUT_HUGE] / papers[0].points[LAYOUT_HUGE];
    d->y += dots_of_mm(d, d->paper.strip ? item->mm / 2 : mm);
    return ERR_OK;
}

/* Each run of dark modules of a row is a rectangle; all are filled at once, so that no renderer
 * leaves a seam between two rows. */
static void fill_symbol(const struct drawing *d, const struct qr *q, int left, int dots)
{
    for (int y = 0; y < q->size; y++)
        for (int x = 0, run; x < q->size; x += run + 1) {
            for (run = 0; qr_dark(q, x + run, y); run++)
                ;
            if (run > 0)
                d->lib->cairo_rectangle(d->cr, left + x * dots, d->y + y * dots, run * dots, dots);
        }
    d->lib->cairo_fill(d->cr);
}

/* On a strip the paper's own margin is the quiet zone at the sides, and the symbol is as large as
 * it goes; on a page as large as the layout says. */
static enum err put_qr(struct drawing *d, const struct layout_item *item)
{
    int modules = item->qr.size + 2 * QUIET, limit = dots_of_mm(d, item->mm);
    if (limit > width(d))
        limit = width(d);
    int dots = d->paper.strip ? d->paper.wide / (item->qr.size + 2) : limit / modules;
    int side = modules * dots;
    if (dots < DOTS_LEAST)
        return err_set(ERR_TOO_LONG, "qr", "%d modules on %d mm", modules, item->mm);
    enum err rc = make_room(d, side);
    if (rc != ERR_OK)
        return rc;
    bool centre = (item->look & LAYOUT_CENTRE) != 0 || d->paper.strip;
    int left = centre ? (d->paper.wide - side) / 2 : d->paper.margin;
    d->y += QUIET * dots;
    if (!d->only_measure)
        fill_symbol(d, &item->qr, left + QUIET * dots, dots);
    d->y += side - QUIET * dots;
    return ERR_OK;
}

/* On pages the next piece begins on a page of its own. */
static enum err put_cut(struct drawing *d, const struct layout_item *item)
{
    (void)item;
    if (d->paper.strip)
        return put_rule(d, item);
    return make_room(d, d->paper.high);
}

typedef enum err put_item(struct drawing *d, const struct layout_item *item);
static put_item *const putters[] = {
    [LAYOUT_LINE] = put_line, [LAYOUT_ROW] = put_row, [LAYOUT_RULE] = put_rule,
    [LAYOUT_GAP] = put_gap,   [LAYOUT_QR] = put_qr,   [LAYOUT_CUT] = put_cut};

/* --- the page ----------------------------------------------------------------------------------
 */

static enum err put_items(const struct layout *l, struct drawing *d)
{
    enum err rc = ERR_OK;
    const struct drawlib *lib = d->lib;
    for (size_t i = 0; rc == ERR_OK && i < l->n; i++)
        rc = putters[l->items[i].kind](d, &l->items[i]);
    if (rc == ERR_OK && lib->cairo_status(d->cr) != CAIRO_STATUS_SUCCESS)
        rc = err_set(ERR_INTERNAL, "page", "%s",
                     lib->cairo_status_to_string(lib->cairo_status(d->cr)));
    return rc;
}

/* Draws on the surface, which has the size of the paper. `scale` of the paper's dots. */
static enum err draw_on(const struct layout *l, struct drawing *d, cairo_surface_t *surface,
                        double scale)
{
    char family[PAGE_FONT];
    const struct drawlib *lib = d->lib;
    enum err rc = choose_font(lib, family);
    if (rc != ERR_OK)
        return rc;
    d->y = d->paper.margin;
    d->cr = lib->cairo_create(surface);
    d->font = lib->pango_font_description_new();
    lib->pango_font_description_set_family(d->font, family);
    lib->cairo_scale(d->cr, scale, scale);
    lib->cairo_set_source_rgb(d->cr, 1, 1, 1);
    if (d->one_page)
        lib->cairo_paint(d->cr); /* a picture's ground; paper is white by itself */
    lib->cairo_set_source_rgb(d->cr, 0, 0, 0);
    rc = put_items(l, d);
    lib->pango_font_description_free(d->font);
    lib->cairo_destroy(d->cr);
    return rc;
}

/* How high a strip gets; a page is as high as it is. */
static enum err measure(const struct layout *l, struct drawing *d)
{
    if (d->paper.high != 0)
        return ERR_OK;
    struct drawing dry = *d;
    dry.only_measure = true;
    cairo_surface_t *nothing = d->lib->cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1);
    enum err rc = draw_on(l, &dry, nothing, 1);
    d->lib->cairo_surface_destroy(nothing);
    if (rc == ERR_OK && dry.y > HIGH_MOST)
        rc = err_set(ERR_TOO_LONG, "page", NULL);
    d->paper.high = dry.y > 0 ? dry.y : 1;
    d->paper.margin = 0;
    return rc;
}

static enum err begin(const struct layout *l, const struct layout_how *how, struct drawing *d)
{
    *d = (struct drawing){.paper = paper_of(how)};
    enum err rc = drawlib_get(&d->lib);
    return rc == ERR_OK ? measure(l, d) : rc;
}

static cairo_status_t take(void *to, const unsigned char *bytes, unsigned len)
{
    buf_add(to, bytes, len);
    return CAIRO_STATUS_SUCCESS;
}

static enum err end(const struct drawlib *lib, cairo_surface_t *surface, enum err rc)
{
    lib->cairo_surface_finish(surface);
    cairo_status_t status = lib->cairo_surface_status(surface);
    if (rc == ERR_OK && status != CAIRO_STATUS_SUCCESS)
        rc = err_set(ERR_INTERNAL, "page", "%s", lib->cairo_status_to_string(status));
    lib->cairo_surface_destroy(surface);
    return rc;
}

/* Made when the clock says, to the second: the same document of the same moment is the same bytes.
 */
static void put_metadata(const struct drawing *d, cairo_surface_t *surface, const char *title)
{
    char at[CLOCK_TEXT];
    clock_iso(clock_now() / 1000 * 1000, at);
    d->lib->cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, at);
    if (title != NULL)
        d->lib->cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title);
}

/* Text stays text. */
enum err page_pdf(const struct layout *l, const struct layout_how *how, struct buf *out)
{
    struct drawing d;
    enum err rc = begin(l, how, &d);
    if (rc != ERR_OK)
        return rc;
    double scale = (double)POINTS / d.paper.dpi;
    cairo_surface_t *surface = d.lib->cairo_pdf_surface_create_for_stream(
        take, out, d.paper.wide * scale, d.paper.high * scale);
    put_metadata(&d, surface, l->title);
    return end(d.lib, surface, draw_on(l, &d, surface, scale));
}

static enum err draw_picture(const struct layout *l, const struct layout_how *how,
                             struct drawing *d, cairo_surface_t **surface)
{
    enum err rc = begin(l, how, d);
    if (rc != ERR_OK)
        return rc;
    d->one_page = true;
    *surface = d->lib->cairo_image_surface_create(CAIRO_FORMAT_RGB24, d->paper.wide, d->paper.high);
    return draw_on(l, d, *surface, 1);
}

enum err page_png(const struct layout *l, const struct layout_how *how, struct buf *out)
{
    struct drawing d;
    cairo_surface_t *surface = NULL;
    enum err rc = draw_picture(l, how, &d, &surface);
    if (rc == ERR_OK &&
        d.lib->cairo_surface_write_to_png_stream(surface, take, out) != CAIRO_STATUS_SUCCESS)
        rc = err_set(ERR_INTERNAL, "png", NULL);
    return surface != NULL ? end(d.lib, surface, rc) : rc;
}

/* Bits of the picture: what is darker than half is black. */
static void take_bits(const struct drawing *d, cairo_surface_t *surface, struct buf *out)
{
    const unsigned char *data = d->lib->cairo_image_surface_get_data(surface);
    int stride = d->lib->cairo_image_surface_get_stride(surface);
    for (int y = 0; y < d->paper.high; y++)
        for (int x = 0; x < d->paper.wide; x += 8) {
            unsigned v = 0;
            for (int bit = 0; bit < 8; bit++)
                v = v << 1 | (data[y * stride + 4 * (x + bit)] < 128);
            buf_byte(out, (unsigned char)v);
        }
}

enum err page_strip(const struct layout *l, const struct layout_how *how, struct buf *out,
                    int *rows)
{
    struct drawing d;
    struct layout_how strip = *how;
    cairo_surface_t *surface = NULL;
    strip.page = "strip";
    enum err rc = draw_picture(l, &strip, &d, &surface);
    *rows = d.paper.high;
    if (surface == NULL)
        return rc;
    d.lib->cairo_surface_flush(surface);
    if (rc == ERR_OK)
        take_bits(&d, surface, out);
    return end(d.lib, surface, rc);
}
