/* export [ROWS]: rows a second of a ledger written as CSV, as XLSX, read alone, and brought in
 * again; and of the XLSX library alone for the very same cells. Half of ROWS are the ledger's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/import.h"
#include "kiosk/print/sheet.h"
#include "kiosk/print/xlsxlib.h"
#include "tests/bench/rows.h"

#define LEDGER "disinfection"

static void need(enum err rc, const char *what)
{
    char say[512];
    if (rc == ERR_OK)
        return;
    err_say(rc, say, sizeof say);
    fprintf(stderr, "%s: %s\n", what, say);
    exit(1);
}

/* By the clock on the wall, and by what the processor really did for it: on a machine that others
 * use, the two are far apart. */
struct watch {
    int64_t wall, cpu;
};

static struct watch begin(void)
{
    return (struct watch){clock_mono(), clock_cpu()};
}

static long long each_second(int64_t rows, int64_t ms)
{
    return (long long)(rows * 1000 / (ms > 0 ? ms : 1));
}

static void report(const char *what, int64_t rows, struct watch since)
{
    struct rusage use;
    int64_t wall = clock_mono() - since.wall, cpu = clock_cpu() - since.cpu;
    getrusage(RUSAGE_SELF, &use);
    printf("%-44s %8lld rows  %7lld rows/s  %7lld rows/s of the processor's time  %4ld MB\n", what,
           (long long)rows, each_second(rows, wall), each_second(rows, cpu), use.ru_maxrss / 1024);
}

/* --- the same cells, kept -----------------------------------------------------------------------
 */

struct kept {
    struct cell *cells;
    size_t n, cap;
    int64_t rows;
    size_t columns;
};

static enum err count_row(void *to, const struct export_row *row)
{
    struct kept *k = to;
    (void)row;
    k->rows++;
    return ERR_OK;
}

static enum err keep_row(void *to, const struct export_row *row)
{
    struct kept *k = to;
    k->columns = row->n_cells;
    k->rows++;
    for (size_t i = 0; i < row->n_cells; i++) {
        if (k->n == k->cap)
            k->cells = mem_grow(k->cells, (k->cap = k->cap * 2 + 4096) * sizeof *k->cells);
        k->cells[k->n] = row->cells[i];
        k->cells[k->n++].text = mem_strdup(row->cells[i].text);
    }
    return ERR_OK;
}

/* What the library does with them when nothing else is asked of it: one call a cell. */
static void library_alone(const struct kept *k, const char *path)
{
    const struct xlsxlib *l;
    need(xlsxlib_get(&l), "xlsx");
    lxw_workbook_options options = {.constant_memory = LXW_TRUE};
    lxw_workbook *book = l->workbook_new_opt(path, &options);
    lxw_worksheet *sheet = l->workbook_add_worksheet(book, "1");
    lxw_format *format = l->workbook_add_format(book);
    l->format_set_border(format, LXW_BORDER_THIN);
    for (int64_t r = 0; r < k->rows; r++)
        for (size_t i = 0; i < k->columns; i++) {
            const struct cell *c = &k->cells[(size_t)r * k->columns + i];
            if (c->kind == CELL_TEXT)
                l->worksheet_write_string(sheet, (lxw_row_t)r, (lxw_col_t)i, c->text, format);
            else if (c->kind == CELL_NONE)
                l->worksheet_write_blank(sheet, (lxw_row_t)r, (lxw_col_t)i, format);
            else
                l->worksheet_write_number(sheet, (lxw_row_t)r, (lxw_col_t)i, c->number, format);
        }
    l->workbook_close(book);
}

static int64_t write_file(struct site *s, const char *format, const char *encoding,
                          const char *path, const char *what)
{
    json_t *out = NULL;
    struct sheet_wish w = {
        .from = CLOCK_NONE, .to = CLOCK_NONE, .encoding = encoding, .path = path};
    w.format = (enum profile_format)sheet_format(format);
    struct watch began = begin();
    need(sheet_ledger(s, LEDGER, &w, &out), format);
    int64_t rows = json_integer_value(json_object_get(out, "rows"));
    report(what, rows, began);
    json_decref(out);
    return rows;
}

static void read_back(struct site *s, const char *path)
{
    json_t *out = NULL;
    struct import_wish w = {.path = path, .again = true};
    struct watch began = begin();
    need(import_look(s, LEDGER, &w, &out), "look");
    int64_t rows = json_integer_value(json_object_get(out, "rows"));
    report("looked at before an import", rows, began);
    json_decref(out);
    began = begin();
    need(import_run(s, LEDGER, &w, &out), "import");
    report("imported: looked at and written", rows, began);
    json_decref(out);
}

int main(int argc, char **argv)
{
    struct kept count = {0}, kept = {0};
    char dir[] = "/tmp/jiujin-export-XXXXXX";
    lang_init("zh_CN");
    if (secret_init() != ERR_OK || mkdtemp(dir) == NULL)
        return 1;
    char *site_dir = mem_printf("%s/site", dir), *csv = mem_printf("%s/a.csv", dir),
         *xlsx = mem_printf("%s/a.xlsx", dir);
    struct site *s = rows_site(site_dir, argc > 1 ? strtol(argv[1], NULL, 10) : 250000);
    struct watch began = begin();
    need(export_each(s, LEDGER, NULL, CLOCK_NONE, CLOCK_NONE, count_row, &count), "read");
    report("read as cells, written nowhere", count.rows, began);
    write_file(s, "csv", "utf-8", csv, "CSV, UTF-8");
    write_file(s, "csv", "gb18030", csv, "CSV, GB18030");
    write_file(s, "xlsx", NULL, xlsx, "XLSX");
    need(export_each(s, LEDGER, NULL, CLOCK_NONE, CLOCK_NONE, keep_row, &kept), "keep");
    began = begin();
    library_alone(&kept, xlsx);
    report("the library alone, the same cells in memory", kept.rows, began);
    write_file(s, "csv", "utf-8", csv, "CSV, UTF-8, once more");
    read_back(s, csv);
    site_close(s);
    char *remove = mem_printf("rm -rf '%s'", dir);
    return system(remove) == 0 ? 0 : 1;
}
