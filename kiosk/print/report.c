/* Owns: how a day's report stands on paper. Invariant: what is on paper is what the lines say. */
#include "kiosk/print/report.h"

#include <stdlib.h>

#include "kiosk/base/file.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/report.h"

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
    layout_line(out, LAYOUT_NORMAL, "%s", _("Signature of the leader: ____________   Stamp:"));
    json_decref(lines);
}

enum err report_file(struct site *s, const json_t *report, char **path)
{
    struct layout layout = {.title = NULL};
    struct buf bytes = BUF_INIT;
    *path = mem_printf("%s/out/report-%s.pdf", s->dir, js_str(report, "day"));
    report_layout(s, report, &layout);
    enum err rc = layout_put(&layout, "pdf", NULL, &bytes);
    if (rc == ERR_OK)
        rc = file_write(*path, bytes.data, bytes.len, 0600);
    if (rc != ERR_OK) {
        free(*path);
        *path = NULL;
    }
    buf_wipe(&bytes);
    layout_fini(&layout);
    return rc;
}
