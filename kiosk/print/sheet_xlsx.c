/* Owns: tables as XLSX. Invariant: a text is written as a text, a date as a date, and no more than
 * one row is held in memory.
 *
 * Rows 1 to 3 are the title, what it is of, and the columns' titles; they are repeated on each
 * sheet of paper, and the last of them stays on the screen. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/print/sheet_private.h"
#include "kiosk/print/xlsxlib.h"
#include "kiosk/rules/tableword.h"

#define TITLE_ROWS 3
#define PAPER_A3 8
#define PAPER_A4 9
#define SHEET_NAME 31 /* characters */

struct xlsx {
    const struct xlsxlib *lib;
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *formats[CELL_MOMENT + 1]; /* beside enum cell_kind */
    lxw_format *title, *about, *header;
    char *folder;
    lxw_row_t next;
};

static enum err failed(const struct xlsx *x, const struct sheet_out *o, lxw_error e)
{
    if (e == LXW_NO_ERROR)
        return ERR_OK;
    return err_set(e == LXW_ERROR_MEMORY_MALLOC_FAILED ? ERR_INTERNAL : ERR_IO, o->path, "%s",
                   x->lib->lxw_strerror(e));
}

/* --- looks --------------------------------------------------------------------------------------
 */

static lxw_format *add_format(const struct xlsx *x, const char *number)
{
    lxw_format *f = x->lib->workbook_add_format(x->book);
    x->lib->format_set_border(f, LXW_BORDER_THIN);
    x->lib->format_set_text_wrap(f);
    x->lib->format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
    if (number != NULL)
        x->lib->format_set_num_format(f, number);
    return f;
}

static void add_formats(struct xlsx *x, const struct table_head *h)
{
    const char *date = h->date_format != NULL ? h->date_format : "yyyy-mm-dd";
    char *moment = mem_printf("%s hh:mm", date);
    x->formats[CELL_NONE] = add_format(x, NULL);
    x->formats[CELL_TEXT] = add_format(x, "@");
    x->formats[CELL_NUMBER] = add_format(x, NULL);
    x->formats[CELL_DATE] = add_format(x, date);
    x->formats[CELL_TIME] = add_format(x, "hh:mm");
    x->formats[CELL_MOMENT] = add_format(x, moment);
    free(moment);
    x->header = add_format(x, "@");
    x->lib->format_set_bold(x->header);
    x->lib->format_set_align(x->header, LXW_ALIGN_CENTER);
    x->title = x->lib->workbook_add_format(x->book);
    x->lib->format_set_bold(x->title);
    x->lib->format_set_font_size(x->title, 16);
    x->lib->format_set_align(x->title, LXW_ALIGN_CENTER);
    x->about = x->lib->workbook_add_format(x->book);
}

/* A sheet's name has 31 characters at most, and none of these. */
static char *sheet_name(const char *title)
{
    struct buf name = BUF_INIT;
    uint32_t cp;
    int n;
    for (size_t count = 0; count < SHEET_NAME && (n = utf8_next(title, strlen(title), &cp)) > 0;
         title += n, count++)
        if (n == 1 && strchr("[]:*?/\\'", *title) != NULL)
            buf_byte(&name, ' ');
        else
            buf_add(&name, title, (size_t)n);
    if (name.len == 0)
        buf_byte(&name, '1');
    return buf_take(&name);
}

/* --- around the rows ----------------------------------------------------------------------------
 */

static lxw_error wide_line(struct xlsx *x, const struct table_head *h, lxw_row_t row,
                           const char *text, lxw_format *format)
{
    lxw_col_t last = (lxw_col_t)(h->n_columns - 1);
    if (last == 0)
        return x->lib->worksheet_write_string(x->sheet, row, 0, text, format);
    return x->lib->worksheet_merge_range(x->sheet, row, 0, row, last, text, format);
}

static enum err write_titles(struct sheet_out *o, struct xlsx *x)
{
    struct buf about = BUF_INIT;
    const struct table_head *h = o->head;
    tableword_about(&about, h);
    lxw_error e = wide_line(x, h, 0, h->title, x->title);
    if (e == LXW_NO_ERROR)
        e = wide_line(x, h, 1, buf_str(&about), x->about);
    for (size_t i = 0; e == LXW_NO_ERROR && i < h->n_columns; i++)
        e = x->lib->worksheet_write_string(x->sheet, TITLE_ROWS - 1, (lxw_col_t)i,
                                           h->columns[i].title, x->header);
    buf_fini(&about);
    return failed(x, o, e);
}

static void set_footer(struct xlsx *x, const struct table_head *h)
{
    struct buf text = BUF_INIT;
    buf_text(&text, "&L&8");
    buf_text(&text, h->range != NULL ? h->range : "");
    buf_text(&text, "&R&8");
    tableword_put(&text, "page", h->english, "&P", "&N");
    x->lib->worksheet_set_footer(x->sheet, buf_str(&text));
    buf_fini(&text);
}

static void set_paper(struct xlsx *x, const struct table_head *h)
{
    if (h->landscape)
        x->lib->worksheet_set_landscape(x->sheet);
    x->lib->worksheet_set_paper(x->sheet, h->a3 ? PAPER_A3 : PAPER_A4);
    x->lib->worksheet_set_margins(x->sheet, 0.5, 0.5, 0.6, 0.75);
    x->lib->worksheet_fit_to_pages(x->sheet, 1, 0);
    x->lib->worksheet_repeat_rows(x->sheet, 0, TITLE_ROWS - 1);
    x->lib->worksheet_freeze_panes(x->sheet, TITLE_ROWS, 0);
    for (size_t i = 0; i < h->n_columns; i++)
        x->lib->worksheet_set_column(x->sheet, (lxw_col_t)i, (lxw_col_t)i, h->columns[i].width + 1,
                                     NULL);
    set_footer(x, h);
}

static void set_properties(struct xlsx *x, const struct table_head *h)
{
    lxw_doc_properties p = {.title = (char *)(uintptr_t)h->title,
                            .company = (char *)(uintptr_t)h->place,
                            .created = (time_t)(clock_now() / 1000)};
    x->lib->workbook_set_properties(x->book, &p);
}

/* --- the file -----------------------------------------------------------------------------------
 */

/* The library's own temporary files stay in the folder of the table: they hold the same data. */
static char *folder_of(const struct sheet_out *o)
{
    const char *slash = strrchr(o->path, '/');
    if (o->stream)
        return NULL;
    return slash == NULL      ? mem_strdup(".")
           : slash == o->path ? mem_strdup("/")
                              : mem_strndup(o->path, (size_t)(slash - o->path));
}

static enum err xlsx_begin(struct sheet_out *o)
{
    struct xlsx *x = o->state = mem_alloc(sizeof *x);
    enum err rc = xlsxlib_get(&x->lib);
    if (rc != ERR_OK)
        return rc;
    x->folder = folder_of(o);
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = x->folder};
    x->book = x->lib->workbook_new_opt(o->working, &options);
    char *name = sheet_name(o->head->title);
    x->sheet = x->book != NULL ? x->lib->workbook_add_worksheet(x->book, name) : NULL;
    free(name);
    if (x->sheet == NULL)
        return err_set(ERR_IO, o->path, "XLSX");
    add_formats(x, o->head);
    set_properties(x, o->head);
    set_paper(x, o->head);
    x->next = TITLE_ROWS;
    return write_titles(o, x);
}

static lxw_error write_cell(const struct xlsx *x, lxw_col_t column, const struct cell *c)
{
    lxw_format *format = x->formats[c->kind];
    if (c->kind == CELL_TEXT)
        return x->lib->worksheet_write_string(x->sheet, x->next, column, c->text, format);
    if (c->kind == CELL_NONE)
        return x->lib->worksheet_write_blank(x->sheet, x->next, column, format);
    return x->lib->worksheet_write_number(x->sheet, x->next, column, c->number, format);
}

static enum err xlsx_row(struct sheet_out *o, const struct cell *cells)
{
    struct xlsx *x = o->state;
    lxw_error e = LXW_NO_ERROR;
    if (o->rows + TITLE_ROWS > SHEET_ROWS)
        return err_set(ERR_TOO_LONG, "rows", "%d", SHEET_ROWS - TITLE_ROWS);
    for (size_t i = 0; e == LXW_NO_ERROR && i < o->head->n_columns; i++)
        e = write_cell(x, (lxw_col_t)i, &cells[i]);
    x->next++;
    return failed(x, o, e);
}

static enum err xlsx_end(struct sheet_out *o)
{
    struct xlsx *x = o->state;
    lxw_workbook *book = x->book;
    x->book = NULL;
    return failed(x, o, x->lib->workbook_close(book));
}

/* The library frees a workbook only by closing it; what that writes is thrown away. */
static void xlsx_drop(struct sheet_out *o)
{
    struct xlsx *x = o->state;
    if (x->book != NULL) {
        x->lib->workbook_close(x->book);
        if (!o->stream)
            remove(o->working);
    }
    free(x->folder);
    free(x);
}

const struct sheet_format_row sheet_xlsx = {xlsx_begin, xlsx_row, xlsx_end, xlsx_drop};
