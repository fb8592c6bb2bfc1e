/* Owns: the texts of a workbook and the cells that hold them. Invariant: a sheet's cells are in
 * order, each place once, none empty; their texts are clean. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/rules/workbook_private.h"

/* --- shared texts ------------------------------------------------------------------------------
 */

static enum err keep_bytes(struct reading *r, size_t len)
{
    r->bytes += len;
    return r->bytes <= WORKBOOK_TEXT ? ERR_OK : workbook_bad(r, "too much text");
}

static enum err begin_shared(struct reading *r, const char *name, const char *const *list)
{
    (void)list;
    if (strcmp(name, "si") == 0)
        buf_clear(&r->run);
    if (strcmp(name, "rPh") == 0)
        r->phonetic = true;
    if (strcmp(name, "t") == 0 && !r->phonetic) {
        buf_clear(&r->text);
        r->in_text = true;
    }
    return ERR_OK;
}

static enum err end_shared(struct reading *r, const char *name)
{
    if (strcmp(name, "rPh") == 0)
        r->phonetic = false;
    if (strcmp(name, "t") == 0 && r->in_text) {
        r->in_text = false;
        buf_add(&r->run, buf_str(&r->text), r->text.len);
        return r->run.len <= WORKBOOK_TEXT ? ERR_OK : workbook_bad(r, "a cell is too long");
    }
    if (strcmp(name, "si") != 0)
        return ERR_OK;
    if (r->n_shared == WORKBOOK_CELLS)
        return workbook_bad(r, "too many texts");
    r->shared = mem_grow(r->shared, (r->n_shared + 1) * sizeof *r->shared);
    r->shared[r->n_shared++] = mem_strndup(buf_str(&r->run), r->run.len);
    return keep_bytes(r, r->run.len);
}

enum err workbook_shared(struct reading *r)
{
    static const struct part part = {begin_shared, end_shared};
    r->bytes = 0;
    enum err rc = workbook_part(r, "xl/sharedStrings.xml", &part);
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

/* --- cells -------------------------------------------------------------------------------------
 */

/* "AB12"; false when it is no place, or one out of bounds. */
static bool read_place(const char *text, int *row, int *column)
{
    char *end;
    *column = 0;
    for (; *text >= 'A' && *text <= 'Z' && *column <= WORKBOOK_COLUMNS; text++)
        *column = *column * 26 + (*text - 'A' + 1);
    if (!isdigit((unsigned char)*text))
        return false;
    long n = strtol(text, &end, 10);
    *row = n > 0 && n <= WORKBOOK_ROWS ? (int)n : 0;
    return *end == 0 && *row > 0 && *column > 0 && *column <= WORKBOOK_COLUMNS;
}

/* A row or a cell that does not say where it stands follows the one before. */
static enum err begin_cell(struct reading *r, const char *const *list)
{
    const char *place = workbook_attribute(list, "r"), *type = workbook_attribute(list, "t");
    snprintf(r->type, sizeof r->type, "%s", type != NULL ? type : "n");
    buf_clear(&r->run);
    if (place == NULL) {
        r->column++;
        return ERR_OK;
    }
    return read_place(place, &r->row, &r->column) ? ERR_OK : ERR_FIELD_RANGE;
}

static enum err begin_sheet(struct reading *r, const char *name, const char *const *list)
{
    enum err rc = ERR_OK;
    if (strcmp(name, "row") == 0) {
        const char *n = workbook_attribute(list, "r");
        r->row = n != NULL && strlen(n) < 8 ? atoi(n) : r->row + 1;
        r->column = 0;
    } else if (strcmp(name, "c") == 0) {
        rc = begin_cell(r, list);
    } else if (strcmp(name, "rPh") == 0) {
        r->phonetic = true;
    } else if ((strcmp(name, "v") == 0 || strcmp(name, "t") == 0) && !r->phonetic) {
        buf_clear(&r->text);
        r->in_text = true;
    }
    return rc == ERR_OK ? rc : workbook_bad(r, "a cell stands where none may stand");
}

static const char *cell_value(struct reading *r)
{
    char *end;
    const char *raw = buf_str(&r->run);
    if (strcmp(r->type, "s") != 0)
        return raw;
    unsigned long n = strtoul(raw, &end, 10);
    return *raw != 0 && *end == 0 && n < r->n_shared ? r->shared[n] : NULL;
}

static enum err add_cell(struct reading *r, char *text)
{
    struct sheet *s = r->sheet;
    if (s->n_cells == WORKBOOK_CELLS)
        return workbook_bad(r, "too many cells");
    if (s->n_cells % 256 == 0)
        s->cells = mem_grow(s->cells, (s->n_cells + 256) * sizeof *s->cells);
    s->cells[s->n_cells++] = (struct cell){r->row, r->column, text};
    s->rows = r->row;
    s->columns = r->column > s->columns ? r->column : s->columns;
    r->last_row = r->row;
    r->last_column = r->column;
    return keep_bytes(r, strlen(text));
}

static enum err end_cell(struct reading *r)
{
    const char *value = cell_value(r);
    bool later = r->row > r->last_row || (r->row == r->last_row && r->column > r->last_column);
    if (value == NULL)
        return workbook_bad(r, "damaged: a shared text is missing");
    if (r->row < 1 || r->row > WORKBOOK_ROWS || r->column > WORKBOOK_COLUMNS || !later)
        return workbook_bad(r, "a cell stands where none may stand");
    if (!utf8_valid(value, strlen(value)))
        return workbook_bad(r, "not UTF-8");
    char *text = mem_alloc(strlen(value) + 1);
    utf8_clean(value, text);
    if (*text != 0)
        return add_cell(r, text);
    free(text);
    return ERR_OK;
}

static enum err end_sheet(struct reading *r, const char *name)
{
    if (strcmp(name, "rPh") == 0)
        r->phonetic = false;
    if ((strcmp(name, "v") == 0 || strcmp(name, "t") == 0) && r->in_text) {
        r->in_text = false;
        buf_add(&r->run, buf_str(&r->text), r->text.len);
        return r->run.len <= WORKBOOK_TEXT ? ERR_OK : workbook_bad(r, "a cell is too long");
    }
    return strcmp(name, "c") == 0 ? end_cell(r) : ERR_OK;
}

enum err workbook_cells(struct reading *r, const char *path)
{
    static const struct part part = {begin_sheet, end_sheet};
    r->bytes = 0;
    r->row = r->column = r->last_row = r->last_column = 0;
    r->phonetic = false;
    return workbook_part(r, path, &part);
}

const char *sheet_text(const struct sheet *s, int row, int column)
{
    size_t low = 0, high = s->n_cells;
    while (low < high) {
        size_t mid = (low + high) / 2;
        const struct cell *c = &s->cells[mid];
        if (c->row < row || (c->row == row && c->column < column))
            low = mid + 1;
        else
            high = mid;
    }
    const struct cell *c = low < s->n_cells ? &s->cells[low] : NULL;
    return c != NULL && c->row == row && c->column == column ? c->text : "";
}
