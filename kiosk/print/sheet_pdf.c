/* Owns: the rows of a table until the last one is known: "page 1 of 9" needs the number of pages.
 * Invariant: what was held is wiped. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/mem.h"
#include "kiosk/print/sheet_private.h"
#include "kiosk/print/table.h"

struct pdf {
    struct buf text;      /* the cells' texts, one behind the other, each with its NUL */
    unsigned char *right; /* for each cell: it is a number */
    size_t n, cap;
};

static enum err pdf_begin(struct sheet_out *o)
{
    char family[PAGE_FONT];
    o->state = mem_alloc(sizeof(struct pdf));
    return page_font(family); /* better told now than behind the last row */
}

static enum err pdf_row(struct sheet_out *o, const struct cell *cells)
{
    struct pdf *p = o->state;
    if (o->rows > SHEET_PDF_ROWS)
        return err_set(ERR_TOO_LONG, "rows", "%d", SHEET_PDF_ROWS);
    for (size_t i = 0; i < o->head->n_columns; i++) {
        if (p->n == p->cap) {
            p->cap = p->cap * 2 + 1024;
            p->right = mem_grow(p->right, p->cap);
        }
        p->right[p->n++] = cells[i].kind == CELL_NUMBER;
        buf_add(&p->text, cells[i].kind != CELL_NONE ? cells[i].text : "",
                cells[i].kind != CELL_NONE ? strlen(cells[i].text) + 1 : 1);
    }
    return ERR_OK;
}

static enum err pdf_end(struct sheet_out *o)
{
    struct pdf *p = o->state;
    struct buf file = BUF_INIT;
    const char **texts = mem_alloc((p->n + 1) * sizeof *texts);
    const char *next = buf_str(&p->text);
    for (size_t i = 0; i < p->n; i++, next += strlen(next) + 1)
        texts[i] = next;
    struct table_rows rows = {texts, p->right, (size_t)o->rows};
    enum err rc = table_pdf(o->head, &rows, &file);
    if (rc == ERR_OK)
        rc = sheet_write(o, file.data, file.len);
    buf_wipe(&file);
    free(texts);
    return rc;
}

static void pdf_drop(struct sheet_out *o)
{
    struct pdf *p = o->state;
    buf_wipe(&p->text);
    free(p->right);
    free(p);
}

const struct sheet_format_row sheet_pdf = {pdf_begin, pdf_row, pdf_end, pdf_drop};
