/* Owns: a day's report as text: its head, which says how it stands, and its lines. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/report.h"

static const char *const numbers[] = {"now", "yesterday", "last_week"};
#define COLUMNS (sizeof numbers / sizeof *numbers)

/* --- the head ----------------------------------------------------------------------------------
 */

/* Takes the text over. */
static void add(json_t *out, char *text)
{
    json_array_append_new(out, json_string(text));
    free(text);
}

/* "05-20 17:05" of ISO text. */
static const char *short_time(const char *iso, char out[CLOCK_TEXT])
{
    int64_t at;
    return iso != NULL && clock_parse(iso, &at) ? clock_short(at, out) : "";
}

static void add_signed(const json_t *report, const json_t *last, json_t *out)
{
    char at[CLOCK_TEXT];
    size_t later = json_array_size(js_get(report, "later"));
    size_t differs = json_array_size(js_get(report, "differs"));
    add(out, mem_printf(_("Revision %lld, signed %s by %s; entries up to %lld.%lld"),
                        (long long)js_int(last, "revision", 1), short_time(js_str(last, "at"), at),
                        js_str(last, "leader"), (long long)js_int(last, "epoch", 1),
                        (long long)js_int(last, "to", 0)));
    if (later > 0)
        add(out, mem_printf(_("CHANGED since it was signed: %zu entries, %zu numbers differ; "
                              "sign a revision"),
                            later, differs));
}

json_t *report_head(const json_t *report)
{
    char at[CLOCK_TEXT];
    json_t *out = json_array();
    bool frozen = js_get(report, "leader") != NULL;
    const json_t *last = frozen ? report : js_get(report, "signed");
    size_t missing = json_array_size(js_get(report, "missing"));
    add(out,
        mem_printf(_("Daily report of %s, %s"), js_str(report, "day"), js_str(report, "name")));
    if (!js_bool(report, "over"))
        add(out,
            mem_printf(_("As of %s: the day is not over"), short_time(js_str(report, "asof"), at)));
    if (last != NULL)
        add_signed(report, last, out);
    else if (js_str(report, "due") != NULL)
        add(out, mem_printf(_("Not signed; due %s"), short_time(js_str(report, "due"), at)));
    else
        add(out, mem_strdup(_("Not signed")));
    if (json_object_size(js_get(report, "sums")) == 0)
        add(out, mem_strdup(_("Nil report: nothing to report of this day")));
    if (missing > 0)
        add(out, mem_printf(_("%zu duties were not done, or not whole: see below"), missing));
    return out;
}

/* --- the lines ---------------------------------------------------------------------------------
 */

#define NUMBER_COLUMNS 14

static void pad(struct buf *out, const char *text, int columns_wide, bool right)
{
    int width = utf8_width(text);
    for (int i = width; right && i < columns_wide; i++)
        buf_byte(out, ' ');
    buf_text(out, text);
    for (int i = width; !right && i < columns_wide; i++)
        buf_byte(out, ' ');
}

static void text_line(const json_t *line, int label, struct buf *out)
{
    const char *title = js_str(line, "title"), *text = js_str(line, "text");
    if (title != NULL) {
        buf_printf(out, "\n%s\n", title);
        return;
    }
    buf_text(out, "  ");
    pad(out, js_str(line, "label"), label, false);
    if (text != NULL)
        buf_printf(out, " %s", text);
    for (size_t i = 0; text == NULL && i < COLUMNS; i++)
        pad(out, js_str(line, numbers[i]) != NULL ? js_str(line, numbers[i]) : "", NUMBER_COLUMNS,
            true);
    buf_byte(out, '\n');
}

void report_text(const json_t *lines, int wide, struct buf *out)
{
    size_t i;
    json_t *line;
    int label = wide - 2 - (int)COLUMNS * NUMBER_COLUMNS;
    static const char *const heads[] = {N_("the day"), N_("day before"), N_("week before")};
    pad(out, "", label + 2, false);
    for (size_t k = 0; k < COLUMNS; k++)
        pad(out, _(heads[k]), NUMBER_COLUMNS, true);
    buf_byte(out, '\n');
    json_array_foreach((json_t *)(uintptr_t)lines, i, line) text_line(line, label, out);
}
