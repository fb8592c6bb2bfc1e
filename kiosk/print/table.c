/* Owns: the drawing of a table on sheets of paper. Invariant: every row is drawn once, whole, below
 * the columns' titles. Two passes: the first counts the sheets, the second draws. */
#include "kiosk/print/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/mem.h"
#include "kiosk/print/drawlib.h"
#include "kiosk/rules/tableword.h"

/* In points: 1/72 inch. */
#define MARGIN 34.0
#define PAD 1.5
#define RULE 0.5
#define TITLE_SIZE 15.0
#define TEXT_SIZE 9.0 /* the largest and the smallest of the rows */
#define TEXT_LEAST 6.0
#define SIGN_SIZE 10.0
#define GLYPH 0.56 /* width of a digit, in parts of the size */
#define SMALL_SIZE 7.0
#define SIGN_HIGH 30.0
#define A4_WIDE 595.28
#define A4_HIGH 841.89
#define A3_HIGH 1190.55

struct drawing {
    const struct drawlib *lib;
    const struct table_head *head;
    const struct table_rows *rows;
    cairo_t *cr;
    PangoFontDescription *font;
    PangoLayout *layout;
    double wide, high;
    double *lefts; /* of each column, and the right edge */
    double size;   /* of the rows */
    double y;
    int page, pages; /* pages 0: they are being counted, nothing is drawn */
};

/* --- texts --------------------------------------------------------------------------------------
 */

struct text {
    const char *words;
    double size, left, wide;
    PangoAlignment align;
};

static double text_high(struct drawing *d, const struct text *t)
{
    int wide, high;
    const struct drawlib *l = d->lib;
    l->pango_font_description_set_absolute_size(d->font, t->size * PANGO_SCALE);
    l->pango_layout_set_font_description(d->layout, d->font);
    l->pango_layout_set_width(d->layout, (int)(t->wide * PANGO_SCALE));
    l->pango_layout_set_alignment(d->layout, t->align);
    l->pango_layout_set_text(d->layout, t->words, -1);
    l->pango_layout_get_pixel_size(d->layout, &wide, &high);
    return high;
}

/* Draws at d->y; returns how high it is. */
static double put_text(struct drawing *d, const struct text *t)
{
    double high = text_high(d, t);
    if (d->pages > 0) {
        d->lib->cairo_move_to(d->cr, t->left, d->y);
        d->lib->pango_cairo_show_layout(d->cr, d->layout);
    }
    return high;
}

static void fill(struct drawing *d, double x, double y, double wide, double high)
{
    if (d->pages == 0)
        return;
    d->lib->cairo_rectangle(d->cr, x, y, wide, high);
    d->lib->cairo_fill(d->cr);
}

/* --- rows ---------------------------------------------------------------------------------------
 */

static struct text cell_text(const struct drawing *d, size_t column, const char *words, bool right)
{
    return (struct text){.words = words,
                         .size = d->size,
                         .left = d->lefts[column] + PAD,
                         .wide = d->lefts[column + 1] - d->lefts[column] - 2 * PAD,
                         .align = right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT};
}

static double row_high(struct drawing *d, const char *const *texts)
{
    double most = d->size;
    for (size_t i = 0; i < d->head->n_columns; i++) {
        struct text t = cell_text(d, i, texts[i], false);
        double high = *texts[i] != 0 ? text_high(d, &t) : 0;
        most = high > most ? high : most;
    }
    return most + 2 * PAD;
}

static void draw_frame(struct drawing *d, double high)
{
    double left = d->lefts[0], right = d->lefts[d->head->n_columns];
    fill(d, left, d->y, right - left, RULE);
    fill(d, left, d->y + high, right - left + RULE, RULE);
    for (size_t i = 0; i <= d->head->n_columns; i++)
        fill(d, d->lefts[i], d->y, RULE, high);
}

static void draw_row(struct drawing *d, const char *const *texts, const unsigned char *right,
                     double high)
{
    double top = d->y;
    if (d->pages > 0) {
        draw_frame(d, high);
        d->y += PAD;
        for (size_t i = 0; i < d->head->n_columns; i++) {
            struct text t = cell_text(d, i, texts[i], right != NULL && right[i]);
            if (right == NULL)
                t.align = PANGO_ALIGN_CENTER;
            if (*texts[i] != 0)
                put_text(d, &t);
        }
    }
    d->y = top + high;
}

static void draw_titles(struct drawing *d)
{
    const char **titles = mem_alloc((d->head->n_columns + 1) * sizeof *titles);
    for (size_t i = 0; i < d->head->n_columns; i++)
        titles[i] = d->head->columns[i].title;
    draw_row(d, titles, NULL, row_high(d, titles));
    free(titles);
}

/* --- around them --------------------------------------------------------------------------------
 */

static double text_wide(const struct drawing *d)
{
    return d->wide - 2 * MARGIN;
}

static void draw_footer(struct drawing *d)
{
    char page[24], pages[24];
    struct buf words = BUF_INIT;
    double y = d->y;
    snprintf(page, sizeof page, "%d", d->page);
    snprintf(pages, sizeof pages, "%d", d->pages);
    tableword_put(&words, "page", d->head->english, page, pages);
    struct text left = {d->head->range != NULL ? d->head->range : "", SMALL_SIZE, MARGIN,
                        text_wide(d), PANGO_ALIGN_LEFT};
    struct text right = {buf_str(&words), SMALL_SIZE, MARGIN, text_wide(d), PANGO_ALIGN_RIGHT};
    d->y = d->high - MARGIN + 4;
    put_text(d, &left);
    put_text(d, &right);
    d->y = y;
    buf_fini(&words);
}

static void begin_page(struct drawing *d)
{
    const struct table_head *h = d->head;
    struct buf about = BUF_INIT;
    d->page++;
    d->y = MARGIN;
    struct text title = {h->title, TITLE_SIZE, MARGIN, text_wide(d), PANGO_ALIGN_CENTER};
    d->y += put_text(d, &title) + PAD;
    tableword_about(&about, h);
    struct text line = {buf_str(&about), TEXT_SIZE, MARGIN, text_wide(d), PANGO_ALIGN_LEFT};
    if (about.len > 0)
        d->y += put_text(d, &line) + PAD;
    buf_fini(&about);
    draw_titles(d);
    draw_footer(d);
}

static void turn_page(struct drawing *d)
{
    if (d->pages > 0)
        d->lib->cairo_show_page(d->cr);
    begin_page(d);
}

static void need(struct drawing *d, double high, double above)
{
    if (d->y + high > d->high - MARGIN && d->y > above)
        turn_page(d);
}

/* "Filled in by: ______" side by side, each with room for a pen. */
static void draw_sign(struct drawing *d, double above)
{
    const struct table_head *h = d->head;
    if (h->n_sign == 0)
        return;
    need(d, SIGN_HIGH, above);
    d->y += SIGN_HIGH / 3;
    double each = text_wide(d) / (double)h->n_sign;
    for (size_t i = 0; i < h->n_sign; i++) {
        struct buf words = BUF_INIT;
        tableword_put(&words, "sign", h->english, h->sign[i], "");
        struct text t = {buf_str(&words), SIGN_SIZE, MARGIN + each * (double)i, each,
                         PANGO_ALIGN_LEFT};
        double high = put_text(d, &t), name = each * 0.35;
        fill(d, t.left + name, d->y + high, each * 0.55, RULE);
        buf_fini(&words);
    }
}

static void draw_all(struct drawing *d)
{
    size_t n = d->head->n_columns;
    d->page = 0;
    begin_page(d);
    double above = d->y; /* a row that is higher than a sheet stands alone on it */
    for (size_t i = 0; i < d->rows->n; i++) {
        const char *const *texts = d->rows->texts + i * n;
        double high = row_high(d, texts);
        need(d, high, above);
        draw_row(d, texts, d->rows->right + i * n, high);
    }
    draw_sign(d, above);
}

/* --- the document -------------------------------------------------------------------------------
 */

/* The columns' own widths tell how they share the paper, and how large the type can be. */
static void share_width(struct drawing *d)
{
    double sum = 0, at = MARGIN;
    size_t n = d->head->n_columns;
    d->lefts = mem_alloc((n + 1) * sizeof *d->lefts);
    for (size_t i = 0; i < n; i++)
        sum += d->head->columns[i].width;
    for (size_t i = 0; i <= n; i++) {
        d->lefts[i] = at;
        if (i < n)
            at += text_wide(d) * d->head->columns[i].width / sum;
    }
    d->size = text_wide(d) / (sum * GLYPH);
    d->size = d->size > TEXT_SIZE ? TEXT_SIZE : d->size < TEXT_LEAST ? TEXT_LEAST : d->size;
}

static void choose_paper(struct drawing *d)
{
    double narrow = d->head->a3 ? A4_HIGH : A4_WIDE, tall = d->head->a3 ? A3_HIGH : A4_HIGH;
    d->wide = d->head->landscape ? tall : narrow;
    d->high = d->head->landscape ? narrow : tall;
}

static cairo_status_t take(void *to, const unsigned char *bytes, unsigned len)
{
    buf_add(to, bytes, len);
    return CAIRO_STATUS_SUCCESS;
}

static void draw_document(struct drawing *d, cairo_surface_t *surface, const char *family)
{
    const struct drawlib *l = d->lib;
    d->cr = l->cairo_create(surface);
    d->font = l->pango_font_description_new();
    l->pango_font_description_set_family(d->font, family);
    d->layout = l->pango_cairo_create_layout(d->cr);
    l->pango_layout_set_wrap(d->layout, PANGO_WRAP_WORD_CHAR);
    l->cairo_set_source_rgb(d->cr, 0, 0, 0);
    draw_all(d);
    d->pages = d->page;
    draw_all(d);
    l->g_object_unref(d->layout);
    l->pango_font_description_free(d->font);
    l->cairo_destroy(d->cr);
}

enum err table_pdf(const struct table_head *head, const struct table_rows *rows, struct buf *out)
{
    char family[PAGE_FONT];
    size_t before = out->len;
    struct drawing d = {.head = head, .rows = rows};
    enum err rc = drawlib_get(&d.lib);
    if (rc == ERR_OK)
        rc = page_font(family);
    if (rc != ERR_OK)
        return rc;
    choose_paper(&d);
    share_width(&d);
    cairo_surface_t *surface =
        d.lib->cairo_pdf_surface_create_for_stream(take, out, d.wide, d.high);
    d.lib->cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, head->title);
    draw_document(&d, surface, family);
    d.lib->cairo_surface_finish(surface);
    cairo_status_t status = d.lib->cairo_surface_status(surface);
    d.lib->cairo_surface_destroy(surface);
    free(d.lefts);
    if (status == CAIRO_STATUS_SUCCESS)
        return ERR_OK;
    out->len = before;
    return err_set(ERR_INTERNAL, "table", "%s", d.lib->cairo_status_to_string(status));
}
