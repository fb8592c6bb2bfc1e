/* Owns: how a day's report stands on paper. Invariant: what is on paper is what the lines say. */
#include "kiosk/print/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/file.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/report.h"
#include "kiosk/print/documents.h"
#include "kiosk/print/sheet.h"

static const struct layout_columns numbers = {
    4,
    {{5, LAYOUT_NORMAL}, {2, LAYOUT_RIGHT}, {2, LAYOUT_RIGHT}, {2, LAYOUT_RIGHT}},
};
static const struct layout_columns words = {2, {{5, LAYOUT_NORMAL}, {6, LAYOUT_NORMAL}}};

static void put_head(const json_t *report, struct layout *out)
{
    size_t i;
    json_t *one, *head = report_head(report);
    layout_title(out, json_string_value(json_array_get(head, 0)));
    json_array_foreach(head, i, one) layout_line(
        out, i == 0 ? LAYOUT_LARGE | LAYOUT_CENTRE : LAYOUT_NORMAL, "%s", json_string_value(one));
    layout_rule(out);
    json_decref(head);
}

static void put_line(const json_t *line, struct layout *out)
{
    const char *cells[] = {js_str(line, "label"), js_str(line, "now"), js_str(line, "yesterday"),
                           js_str(line, "last_week")};
    const char *said[] = {cells[0], js_str(line, "text")};
    if (js_str(line, "title") != NULL)
        layout_line(out, LAYOUT_BOLD, "%s", js_str(line, "title"));
    else if (said[1] != NULL)
        layout_row(out, &words, said);
    else
        layout_row(out, &numbers, cells);
}

void report_layout(struct site *s, const json_t *report, struct layout *out)
{
    size_t i;
    json_t *line;
    struct report_words names = report_site_words(s);
    json_t *lines = report_lines(report, &names);
    const char *heads[] = {NULL, _("the day"), _("day before"), _("week before")};
    put_head(report, out);
    layout_row(out, &numbers, heads);
    json_array_foreach(lines, i, line) put_line(line, out);
    layout_rule(out);
    layout_gap(out, 8);
    layout_line(out, LAYOUT_NORMAL, "%s", _("Signature of the leader: ____________   Stamp:"));
    json_decref(lines);
}

static enum err put_page(struct site *s, const json_t *report, const char *path)
{
    struct layout layout = {.title = NULL};
    struct buf bytes = BUF_INIT;
    report_layout(s, report, &layout);
    enum err rc = layout_put(&layout, "pdf", NULL, &bytes);
    if (rc == ERR_OK)
        rc = file_write(path, bytes.data, bytes.len, 0600);
    buf_wipe(&bytes);
    layout_fini(&layout);
    return rc;
}

/* "2022-05-20.2": that day's second revision; without a dot the day as it stands. */
static enum err find(struct site *s, const char *which, json_t **out)
{
    char *end, text[16];
    int64_t day = clock_day(clock_now());
    const char *dot = strchr(which, '.');
    snprintf(text, sizeof text, "%.*s", (int)strcspn(which, "."), which);
    if (*which != 0 && !clock_parse_date(text, &day))
        return err_set(ERR_DATE, "report", "%s", which);
    if (dot == NULL)
        return report_read(s, day, out);
    long long n = strtoll(dot + 1, &end, 10);
    if (*end != 0 || end == dot + 1)
        return err_set(ERR_NOT_FOUND, "report", NULL);
    return report_revision(s, day, n, out);
}

enum err document_report(struct site *s, const char *which, struct document *d)
{
    json_t *report = NULL;
    enum err rc = find(s, which, &report);
    if (rc == ERR_OK) {
        snprintf(d->name, sizeof d->name, "report-%.40s",
                 *which != 0 ? which : js_str(report, "day"));
        report_layout(s, report, &d->layout);
    }
    json_decref(report);
    return rc;
}

/* --- as a table --------------------------------------------------------------------------------
 */

/* A whole number is one in the table too; a share beside it stays text. */
static struct cell cell_of(const char *text)
{
    char *end;
    if (text == NULL)
        return (struct cell){CELL_NONE, "", 0};
    long long n = strtoll(text, &end, 10);
    return (struct cell){*end == 0 && end != text ? CELL_NUMBER : CELL_TEXT, text, (double)n};
}

static enum err put_rows(const json_t *lines, struct sheet_out *o)
{
    size_t i;
    json_t *line;
    enum err rc = ERR_OK;
    const char *part = "";
    json_array_foreach((json_t *)(uintptr_t)lines, i, line)
    {
        if (js_str(line, "title") != NULL) {
            part = js_str(line, "title");
            continue;
        }
        const char *now = js_str(line, js_str(line, "text") != NULL ? "text" : "now");
        struct cell cells[] = {{CELL_TEXT, part, 0},
                               {CELL_TEXT, js_str(line, "label"), 0},
                               cell_of(now),
                               cell_of(js_str(line, "yesterday")),
                               cell_of(js_str(line, "last_week"))};
        if (rc == ERR_OK)
            rc = sheet_row(o, cells);
    }
    return rc;
}

static enum err put_table(struct site *s, const json_t *report, const char *format,
                          const char *path)
{
    struct cell_column columns[] = {{_("section"), 14},
                                    {_("what"), 28},
                                    {_("the day"), 20},
                                    {_("day before"), 12},
                                    {_("week before"), 12}};
    const char *sign[] = {_("Signature of the leader")};
    struct table_head head = {.title = _("Daily report"),
                              .place = s->name,
                              .period = js_str(report, "day"),
                              .columns = columns,
                              .n_columns = sizeof columns / sizeof *columns,
                              .sign = sign,
                              .n_sign = 1,
                              .english = strcmp(lang_name(), "en") == 0};
    struct report_words names = report_site_words(s);
    json_t *lines = report_lines(report, &names);
    struct sheet_out *o = NULL;
    char hash[SHEET_HASH];
    enum err rc = sheet_begin(&head, (enum profile_format)sheet_format(format), false, path, &o);
    if (rc == ERR_OK)
        rc = put_rows(lines, o);
    if (rc == ERR_OK)
        rc = sheet_finish(o, hash);
    rc = sheet_close(o, rc);
    json_decref(lines);
    return rc;
}

enum err report_put(struct site *s, const json_t *report, const char *format, const char *path)
{
    return strcmp(format, "pdf") == 0 ? put_page(s, report, path)
                                      : put_table(s, report, format, path);
}
