/* Owns: the district's sheet as a file. Invariant: the columns and cells are those of the page. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/tally.h"
#include "kiosk/print/sheet.h"
#include "sync/hub/report.h"

#define COLUMNS_MAX 32

static enum err write_row(void *arg, const json_t *row)
{
    char *text[COLUMNS_MAX];
    struct cell cells[COLUMNS_MAX];
    size_t n = 0;
    for (; n < COLUMNS_MAX && hub_sheet_columns[n].title != NULL; n++) {
        text[n] = hub_sheet_cell(row, n);
        cells[n] = (struct cell){hub_sheet_columns[n].number ? CELL_NUMBER : CELL_TEXT, text[n],
                                 strtod(text[n], NULL)};
    }
    enum err rc = sheet_row(arg, cells);
    while (n > 0)
        free(text[--n]);
    return rc;
}

enum err hub_sheet_write(struct hub *h, int64_t day, const char *format, const char *path,
                         struct buf *into)
{
    char date[CLOCK_TEXT], hash[SHEET_HASH];
    struct cell_column columns[COLUMNS_MAX];
    size_t n = 0;
    for (; n < COLUMNS_MAX && hub_sheet_columns[n].title != NULL; n++)
        columns[n] = (struct cell_column){_(hub_sheet_columns[n].title), n == 6 ? 24 : 13};
    struct table_head head = {.title = _("Daily reports"),
                              .place = _("Jiujin sub-centre"),
                              .period = clock_date(tally_day_start(day), date),
                              .columns = columns,
                              .n_columns = n,
                              .landscape = true,
                              .english = strcmp(lang_name(), "en") == 0};
    struct sheet_out *o = NULL;
    enum err rc = sheet_begin(&head, (enum profile_format)sheet_format(format), false, path, &o);
    if (rc == ERR_OK)
        rc = hub_report_sheet(h, day, write_row, o);
    if (rc == ERR_OK)
        rc = sheet_finish(o, hash);
    if (rc == ERR_OK && into != NULL)
        rc = sheet_take(o, into, SIZE_MAX);
    return sheet_close(o, rc);
}
