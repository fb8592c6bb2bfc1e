/* Owns: the district's sheet on the command line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/tally.h"
#include "sync/hub/command.h"
#include "sync/hub/report.h"

static enum err print_json(void *arg, const json_t *row)
{
    (void)arg;
    char *text = js_dump(row);
    puts(text);
    free(text);
    return ERR_OK;
}

static const int widths[] = {13, 12, 16, 5, 12, 10, 24, 7, 7, 7, 7, 7, 7, 7, 7, 7};

static void print_cell(const char *text, size_t column)
{
    int width = utf8_width(text);
    printf("%s%*s", text, width < widths[column] ? widths[column] - width : 1, "");
}

static enum err print_text(void *arg, const json_t *row)
{
    size_t i;
    json_t *one;
    (void)arg;
    for (size_t c = 0; hub_sheet_columns[c].title != NULL; c++) {
        char *text = hub_sheet_cell(row, c);
        print_cell(text, c);
        free(text);
    }
    putchar('\n');
    json_array_foreach(js_get(row, "findings"), i, one)
    {
        char *text = hub_finding_text(one);
        printf("    %s\n", text);
        free(text);
    }
    return ERR_OK;
}

static enum err write_files(struct hub *h, int64_t day, const struct command_line *line)
{
    enum err rc = ERR_OK;
    if (line->csv != NULL)
        rc = hub_sheet_write(h, day, "csv", line->csv, NULL);
    if (rc == ERR_OK && line->xlsx != NULL)
        rc = hub_sheet_write(h, day, "xlsx", line->xlsx, NULL);
    return rc;
}

enum err command_report(struct hub *h, const struct command_line *line)
{
    int64_t at;
    if (!clock_parse_date(line->word[0], &at))
        return err_set(ERR_DATE, "DATE", "%s", line->word[0]);
    if (line->csv != NULL || line->xlsx != NULL)
        return write_files(h, tally_day(at), line);
    if (line->json)
        return hub_report_sheet(h, tally_day(at), print_json, NULL);
    for (size_t c = 0; hub_sheet_columns[c].title != NULL; c++)
        print_cell(_(hub_sheet_columns[c].title), c);
    putchar('\n');
    return hub_report_sheet(h, tally_day(at), print_text, NULL);
}
