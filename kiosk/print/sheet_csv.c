/* Owns: tables as CSV. Invariant: no cell that a person typed is taken for a formula, and no text
 * for a number. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/gb18030.h"
#include "kiosk/base/mem.h"
#include "kiosk/print/sheet_private.h"
#include "kiosk/rules/celltext.h"

#define PIECE 65536 /* bytes that are written at once */

struct csv {
    struct buf line, out;
    struct recoder *recoder; /* NULL: UTF-8 */
};

static void put_quoted(struct buf *out, const char *text)
{
    size_t n;
    for (; (n = strcspn(text, "\"")), text[n] != 0; text += n + 1) {
        buf_add(out, text, n);
        buf_text(out, "\"\"");
    }
    buf_add(out, text, n);
}

static void put_cell(struct buf *out, const struct cell *c)
{
    buf_byte(out, '"');
    if (c->kind == CELL_TEXT) {
        if (celltext_formula(c->text))
            buf_byte(out, '\'');
        put_quoted(out, c->text);
        if (celltext_numeric(c->text))
            buf_byte(out, '\t');
    } else if (c->kind != CELL_NONE) {
        buf_text(out, c->text);
    }
    buf_byte(out, '"');
}

static enum err flush(struct sheet_out *o, struct csv *csv)
{
    enum err rc = sheet_write(o, csv->out.data, csv->out.len);
    buf_clear(&csv->out);
    return rc;
}

static enum err put_line(struct sheet_out *o, const struct cell *cells)
{
    size_t used;
    enum err rc = ERR_OK;
    struct csv *csv = o->state;
    struct buf *line = csv->recoder != NULL ? &csv->line : &csv->out;
    buf_clear(&csv->line);
    for (size_t i = 0; i < o->head->n_columns; i++) {
        if (i > 0)
            buf_byte(line, ',');
        put_cell(line, &cells[i]);
    }
    buf_text(line, "\r\n");
    if (csv->recoder != NULL)
        rc = recoder_add(csv->recoder, buf_str(line), line->len, &used, &csv->out);
    return rc == ERR_OK && csv->out.len >= PIECE ? flush(o, csv) : rc;
}

static enum err csv_begin(struct sheet_out *o)
{
    struct csv *csv = o->state = mem_alloc(sizeof *csv);
    struct cell *titles = mem_alloc((o->head->n_columns + 1) * sizeof *titles);
    enum err rc = o->gb18030 ? recoder_new(true, &csv->recoder) : ERR_OK;
    if (!o->gb18030)
        buf_text(&csv->out, "\xef\xbb\xbf");
    for (size_t i = 0; i < o->head->n_columns; i++)
        titles[i] = (struct cell){.kind = CELL_TEXT, .text = o->head->columns[i].title};
    if (rc == ERR_OK)
        rc = put_line(o, titles);
    free(titles);
    return rc;
}

static enum err csv_end(struct sheet_out *o)
{
    return flush(o, o->state);
}

static void csv_drop(struct sheet_out *o)
{
    struct csv *csv = o->state;
    buf_wipe(&csv->line);
    buf_wipe(&csv->out);
    recoder_free(csv->recoder);
    free(csv);
}

const struct sheet_format_row sheet_csv = {csv_begin, put_line, csv_end, csv_drop};
