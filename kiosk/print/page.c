/* Owns: the layout of pages, in dots of 1/300 inch, the same for PDF and for a picture.
 * Invariant: a module of a symbol is a whole number of dots at a whole dot: no printer driver needs
 * to guess where a dark module ends. */
#include "kiosk/print/page.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/print/drawlib.h"

#define DPI 300
#define POINTS 72
#define WIDE 2480 /* A4: 210 x 297 mm */
#define HIGH 3508
#define MARGIN 236 /* 20 mm */
#define QUIET 4
#define DOTS_LEAST 4
#define RULE_DOTS 3

struct sheet_state {
    const struct drawlib *lib;
    cairo_t *cr;
    PangoFontDescription *font;
    int y;
    bool one_sheet;
};

static int dots_of_mm(int mm)
{
    return mm * DPI * 10 / 254;
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

/* Room for `high` dots at s->y: here, or on a further sheet. */
static enum err make_room(struct sheet_state *s, int high)
{
    if (s->y + high <= HIGH - MARGIN || s->y == MARGIN)
        return ERR_OK;
    if (s->one_sheet)
        return err_set(ERR_TOO_LONG, "page", NULL);
    s->lib->cairo_show_page(s->cr);
    s->y = MARGIN;
    return ERR_OK;
}

static enum err put_text(struct sheet_state *s, const struct page_item *item)
{
    int wide, high;
    const struct drawlib *l = s->lib;
    PangoLayout *layout = l->pango_cairo_create_layout(s->cr);
    l->pango_font_description_set_absolute_size(s->font,
                                                (double)item->size * DPI / POINTS * PANGO_SCALE);
    l->pango_layout_set_font_description(layout, s->font);
    l->pango_layout_set_width(layout, (WIDE - 2 * MARGIN) * PANGO_SCALE);
    l->pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    l->pango_layout_set_alignment(layout, item->centre ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT);
    l->pango_layout_set_text(layout, item->text, -1);
    l->pango_layout_get_pixel_size(layout, &wide, &high);
    enum err rc = make_room(s, high);
    if (rc == ERR_OK) {
        l->cairo_move_to(s->cr, MARGIN, s->y);
        l->pango_cairo_show_layout(s->cr, layout);
        s->y += high;
    }
    l->g_object_unref(layout);
    return rc;
}

static enum err put_rule(struct sheet_state *s, const struct page_item *item)
{
    (void)item;
    enum err rc = make_room(s, RULE_DOTS);
    if (rc != ERR_OK)
        return rc;
    s->lib->cairo_rectangle(s->cr, MARGIN, s->y, WIDE - 2 * MARGIN, RULE_DOTS);
    s->lib->cairo_fill(s->cr);
    s->y += RULE_DOTS;
    return ERR_OK;
}

static enum err put_gap(struct sheet_state *s, const struct page_item *item)
{
    s->y += dots_of_mm(item->size);
    return ERR_OK;
}

/* Each run of dark modules of a row is a rectangle; all are filled at once, so that no renderer
 * leaves a seam between two rows. */
static void fill_symbol(struct sheet_state *s, const struct qr *q, int left, int dots)
{
    for (int y = 0; y < q->size; y++)
        for (int x = 0, run; x < q->size; x += run + 1) {
            for (run = 0; qr_dark(q, x + run, y); run++)
                ;
            if (run > 0)
                s->lib->cairo_rectangle(s->cr, left + x * dots, s->y + y * dots, run * dots, dots);
        }
    s->lib->cairo_fill(s->cr);
}

static enum err put_qr(struct sheet_state *s, const struct page_item *item)
{
    int modules = item->qr->size + 2 * QUIET, dots = dots_of_mm(item->size) / modules;
    int side = modules * dots;
    if (dots < DOTS_LEAST)
        return err_set(ERR_TOO_LONG, "qr", "%d modules on %d mm", modules, item->size);
    enum err rc = make_room(s, side);
    if (rc != ERR_OK)
        return rc;
    int left = item->centre ? (WIDE - side) / 2 : MARGIN;
    s->y += QUIET * dots;
    fill_symbol(s, item->qr, left + QUIET * dots, dots);
    s->y += side - QUIET * dots;
    return ERR_OK;
}

typedef enum err put_item(struct sheet_state *s, const struct page_item *item);
static put_item *const putters[] = {
    [PAGE_TEXT] = put_text, [PAGE_RULE] = put_rule, [PAGE_GAP] = put_gap, [PAGE_QR] = put_qr};

/* --- the sheet ---------------------------------------------------------------------------------
 */

static enum err draw_items(const struct page *p, struct sheet_state *s)
{
    enum err rc = ERR_OK;
    const struct drawlib *l = s->lib;
    l->cairo_set_source_rgb(s->cr, 0, 0, 0);
    for (size_t i = 0; rc == ERR_OK && i < p->n; i++)
        rc = putters[p->items[i].kind](s, &p->items[i]);
    if (rc == ERR_OK && l->cairo_status(s->cr) != CAIRO_STATUS_SUCCESS)
        rc = err_set(ERR_INTERNAL, "page", "%s", l->cairo_status_to_string(l->cairo_status(s->cr)));
    return rc;
}

static enum err draw_on(const struct page *p, const struct drawlib *l, cairo_surface_t *surface,
                        bool one_sheet, double scale)
{
    char family[PAGE_FONT];
    struct sheet_state s = {.lib = l, .y = MARGIN, .one_sheet = one_sheet};
    enum err rc = choose_font(l, family);
    if (rc != ERR_OK)
        return rc;
    s.cr = l->cairo_create(surface);
    s.font = l->pango_font_description_new();
    l->pango_font_description_set_family(s.font, family);
    l->cairo_set_source_rgb(s.cr, 1, 1, 1);
    if (one_sheet)
        l->cairo_paint(s.cr); /* a picture's ground; paper is white by itself */
    else
        l->cairo_scale(s.cr, scale, scale);
    rc = draw_items(p, &s);
    l->pango_font_description_free(s.font);
    l->cairo_destroy(s.cr);
    return rc;
}

static cairo_status_t take(void *to, const unsigned char *bytes, unsigned len)
{
    buf_add(to, bytes, len);
    return CAIRO_STATUS_SUCCESS;
}

static enum err end(const struct drawlib *l, cairo_surface_t *surface, enum err rc, struct buf *out,
                    size_t before)
{
    l->cairo_surface_finish(surface);
    cairo_status_t status = l->cairo_surface_status(surface);
    if (rc == ERR_OK && status != CAIRO_STATUS_SUCCESS)
        rc = err_set(ERR_INTERNAL, "page", "%s", l->cairo_status_to_string(status));
    l->cairo_surface_destroy(surface);
    if (rc != ERR_OK)
        out->len = before;
    return rc;
}

enum err page_pdf(const struct page *p, struct buf *out)
{
    const struct drawlib *l;
    size_t before = out->len;
    const double scale = (double)POINTS / DPI;
    enum err rc = drawlib_get(&l);
    if (rc != ERR_OK)
        return rc;
    cairo_surface_t *surface =
        l->cairo_pdf_surface_create_for_stream(take, out, WIDE * scale, HIGH * scale);
    l->cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, p->title);
    return end(l, surface, draw_on(p, l, surface, false, scale), out, before);
}

enum err page_png(const struct page *p, struct buf *out)
{
    const struct drawlib *l;
    size_t before = out->len;
    enum err rc = drawlib_get(&l);
    if (rc != ERR_OK)
        return rc;
    cairo_surface_t *surface = l->cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDE, HIGH);
    rc = draw_on(p, l, surface, true, 1);
    if (rc == ERR_OK &&
        l->cairo_surface_write_to_png_stream(surface, take, out) != CAIRO_STATUS_SUCCESS)
        rc = err_set(ERR_INTERNAL, "png", NULL);
    return end(l, surface, rc, out, before);
}
