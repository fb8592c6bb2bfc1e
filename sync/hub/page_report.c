/* Owns: the district's sheet of daily reports, and one village's report with its entries.
 * Invariant: what was signed and what the hub counted stand side by side, and who is late or says
 * otherwise than its entries is not to be overlooked. */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/report.h"
#include "kiosk/desk/tally.h"
#include "sync/hub/audit.h"
#include "sync/hub/page.h"
#include "sync/hub/report.h"

#define ENTRIES_MAX 200
#define COLUMNS_MAX 32

static int64_t asked_day(struct web *w)
{
    int64_t at;
    const char *asked = web_query(w, "date");
    return tally_day(asked != NULL && clock_parse_date(asked, &at) ? at : clock_now());
}

/* Days back from today, and the one that is shown. `where` is "" or "/SITE". */
static void put_days(struct web *w, const char *where, int64_t day)
{
    char date[CLOCK_TEXT], text[64];
    page_put(&w->out, "<p class=\"filter\">");
    for (int64_t one = tally_day(clock_now()) - 7; one <= tally_day(clock_now()); one++)
        page_put(&w->out, "<a href=\"/reports%s?date=%s\"%r>%s</a>", where,
                 clock_date(tally_day_start(one), date), one == day ? " aria-current=\"true\"" : "",
                 page_day(tally_day_start(one), text));
    page_put(&w->out,
             "</p><form class=\"day\" method=\"get\" action=\"/reports%s\"><label>%s<input"
             " type=\"date\" name=\"date\" value=\"%s\"></label><button class=\"say\">%s</button>"
             "</form>",
             where, _("Another day"), clock_date(tally_day_start(day), date), _("Show"));
}

static bool failed(struct web *w, enum err rc)
{
    char text[400];
    if (rc == ERR_OK)
        return false;
    err_say(rc, text, sizeof text);
    page_message(w, rc == ERR_NOT_FOUND ? MHD_HTTP_NOT_FOUND : MHD_HTTP_INTERNAL_SERVER_ERROR,
                 text);
    return true;
}

/* --- the sheet ---------------------------------------------------------------------------------
 */

struct sheet {
    struct web *w;
    int64_t day, sites, reported, late, wrong;
    int64_t totals[COLUMNS_MAX];
};

/* How a cell is marked: what an officer must look at. */
static const char *mark(const json_t *row, size_t column)
{
    const char *state = js_str(row, "state");
    if (column == 2 && js_bool(row, "late"))
        return "bad";
    if (column == 6 && strcmp(state, "differs") == 0)
        return "bad";
    if (column == 6 && (strcmp(state, "waiting") == 0 || js_bool(row, "changed")))
        return "warn";
    if (column == 6 && strcmp(state, "agrees") == 0)
        return "done";
    return NULL;
}

static void put_cell(struct sheet *s, const json_t *row, size_t column)
{
    char date[CLOCK_TEXT], *text = hub_sheet_cell(row, column);
    const char *look = mark(row, column);
    page_put(&s->w->out, "<td data-label=\"%s\">", _(hub_sheet_columns[column].title));
    if (column == 1)
        page_put(&s->w->out, "<a href=\"/reports/%s?date=%s\">%s</a>", js_str(row, "site"),
                 clock_date(tally_day_start(s->day), date), text);
    else if (look != NULL)
        page_put(&s->w->out, "<b class=\"%r\">%s</b>", look, text);
    else
        page_put(&s->w->out, "%s", text);
    page_put(&s->w->out, "</td>");
    if (hub_sheet_columns[column].number)
        s->totals[column] += strtoll(text, NULL, 10);
    free(text);
}

static enum err sheet_row(void *arg, const json_t *row)
{
    struct sheet *s = arg;
    bool here = js_str(row, "id") != NULL;
    s->sites++;
    s->reported += here;
    s->late += !here && js_bool(row, "late");
    s->wrong += strcmp(js_str(row, "state"), "differs") == 0;
    page_put(&s->w->out, "<tr>");
    for (size_t i = 0; hub_sheet_columns[i].title != NULL; i++)
        put_cell(s, row, i);
    page_put(&s->w->out, "</tr>");
    return ERR_OK;
}

static void put_totals(struct sheet *s)
{
    page_put(&s->w->out, "<tr class=\"total\">");
    for (size_t i = 0; hub_sheet_columns[i].title != NULL; i++) {
        bool filled = i == 1 || (hub_sheet_columns[i].number && i != 3);
        page_put(&s->w->out, filled ? "<td data-label=\"%s\">" : "<td class=\"empty\">",
                 _(hub_sheet_columns[i].title));
        if (i == 1)
            page_put(&s->w->out, "<b>%s</b>", _("Together"));
        else if (hub_sheet_columns[i].number && i != 3)
            page_put(&s->w->out, "<b>%d</b>", s->totals[i]);
        page_put(&s->w->out, "</td>");
    }
    page_put(&s->w->out, "</tr>");
}

static void send_file(struct web *w, const char *format, const char *type)
{
    enum err rc = hub_audit_note(w->hub, NULL, "export", NULL, "reports", format);
    buf_clear(&w->out);
    if (rc == ERR_OK)
        rc = hub_sheet_write(w->hub, asked_day(w), format, NULL, &w->out);
    if (!failed(w, rc))
        web_reply(w, MHD_HTTP_OK, type);
}

void page_reports_csv(struct web *w)
{
    send_file(w, "csv", "text/csv; charset=utf-8");
}

void page_reports_xlsx(struct web *w)
{
    send_file(w, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
}

static void put_downloads(struct web *w, int64_t day)
{
    char date[CLOCK_TEXT];
    clock_date(tally_day_start(day), date);
    page_put(&w->out,
             "<p class=\"filter\"><a href=\"/reports.csv?date=%s\">CSV</a>"
             "<a href=\"/reports.xlsx?date=%s\">XLSX</a></p>",
             date, date);
}

void page_reports(struct web *w)
{
    struct sheet s = {.w = w, .day = asked_day(w)};
    page_begin(w, _("Daily reports"), "/reports");
    put_days(w, "", s.day);
    page_put(&w->out, "<div class=\"wide\" tabindex=\"0\"><table><thead><tr>");
    for (size_t i = 0; hub_sheet_columns[i].title != NULL; i++)
        page_put(&w->out, "<th>%s</th>", _(hub_sheet_columns[i].title));
    page_put(&w->out, "</tr></thead><tbody>");
    if (failed(w, hub_report_sheet(w->hub, s.day, sheet_row, &s)))
        return;
    put_totals(&s);
    page_put(&w->out, "</tbody></table></div>");
    char *text = mem_printf(_("%lld of %lld have reported, %lld are late, %lld differ."),
                            (long long)s.reported, (long long)s.sites, (long long)s.late,
                            (long long)s.wrong);
    page_put(&w->out, "<p>%s</p><p class=\"none\">%s</p>", text,
             _("Numbers of who has not reported are counted here from the entries."));
    free(text);
    put_downloads(w, s.day);
    page_end(w, MHD_HTTP_OK);
}

/* --- one village -------------------------------------------------------------------------------
 */

struct detail {
    struct web *w;
    const char *site;
    int64_t day, revision; /* 0: the last */
    int64_t n;
    json_t *shown, *pack;
};

static void put_findings(struct web *w, const json_t *row)
{
    size_t i;
    json_t *one;
    const char *state = js_str(row, "state");
    if (strcmp(state, "waiting") == 0) {
        char *text = mem_printf(_("Not yet checkable: %lld entries are missing; it is checked when "
                                  "they arrive."),
                                (long long)js_int(row, "missing", 0));
        page_put(&w->out, "<b class=\"warn\">%s</b>", text);
        free(text);
        return;
    }
    if (strcmp(state, "agrees") == 0)
        page_put(&w->out, "<b class=\"done\">%s</b>", _("It agrees with the entries held here."));
    page_put(&w->out, "<ul class=\"findings\">");
    json_array_foreach(js_get(row, "findings"), i, one)
    {
        char *text = hub_finding_text(one);
        page_put(&w->out, "<li class=\"bad\">%s</li>", text);
        free(text);
    }
    page_put(&w->out, "</ul>");
}

static enum err revision_row(void *arg, const json_t *row)
{
    struct detail *d = arg;
    char at[CLOCK_TEXT], arrived[CLOCK_TEXT], date[CLOCK_TEXT];
    const json_t *body = js_get(row, "body");
    int64_t revision = js_int(row, "revision", 0);
    d->n++;
    page_put(
        &d->w->out,
        "<tr><td data-label=\"%s\"><a href=\"/reports/%s?date=%s&amp;revision=%d\">%d</a></td>"
        "<td data-label=\"%s\">%s</td><td data-label=\"%s\">%s</td><td data-label=\"%s\">%s</td>"
        "<td data-label=\"%s\">%d.%d–%d</td><td data-label=\"%s\">",
        _("Revision"), d->site, clock_date(tally_day_start(d->day), date), revision, revision,
        _("Signed"), page_time(js_str(row, "at"), at), _("Arrived"),
        page_time(js_str(row, "arrived"), arrived), _("Leader"), js_str(row, "leader"),
        _("Entries"), js_int(body, "epoch", 0), js_int(body, "from", 0), js_int(body, "to", 0),
        _("Check"));
    put_findings(d->w, row);
    page_put(&d->w->out, "</td></tr>");
    if (d->revision == 0 || d->revision == revision) {
        json_decref(d->shown);
        d->shown = json_incref((json_t *)(uintptr_t)body);
    }
    return ERR_OK;
}

static void put_heads(struct web *w, const char *const *heads)
{
    page_put(&w->out, "<table><thead><tr>");
    for (; *heads != NULL; heads++)
        page_put(&w->out, "<th>%s</th>", _(*heads));
    page_put(&w->out, "</tr></thead><tbody>");
}

static enum err put_revisions(struct detail *d)
{
    static const char *const heads[] = {N_("Revision"), N_("Signed"), N_("Arrived"), N_("Leader"),
                                        N_("Entries"),  N_("Check"),  NULL};
    put_heads(d->w, heads);
    enum err rc = hub_report_revisions(d->w->hub, d->site, d->day, revision_row, d);
    page_put(&d->w->out, "</tbody></table>");
    if (d->n == 0)
        page_put(&d->w->out, "<p class=\"warn\">%s</p>",
                 _("Not reported. The numbers are counted here from the entries."));
    return rc;
}

/* Ledgers by the shipped definitions, the rest by the village's pack. */
static const char *name_of(void *with, const char *group, const char *id)
{
    static char title[200];
    json_t *form = NULL;
    const struct detail *d = with;
    if (strcmp(group, "ledger") != 0)
        return report_pack_word(d->pack, group, id);
    char *name = mem_printf("forms/%s.json", id);
    const struct asset *a = asset_find(name);
    title[0] = 0;
    if (a != NULL && js_parse(a->data, a->len, a->name, &form) == ERR_OK)
        snprintf(title, sizeof title, "%s", lang_pick(js_get(form, "title")));
    json_decref(form);
    free(name);
    return title;
}

static enum err put_numbers(struct detail *d)
{
    static const char *const heads[] = {N_("What"), N_("the day"), N_("day before"),
                                        N_("week before"), NULL};
    struct report_words words = {name_of, d};
    json_t *line, *sums = NULL, *report = json_object();
    size_t i;
    enum err rc = hub_report_sums(d->w->hub, d->site, d->day, 0, HUB_REPORT_ALL, &sums);
    if (d->shown != NULL)
        json_object_update(report, d->shown);
    else
        json_object_set(report, "sums", sums);
    json_decref(sums);
    sums = NULL;
    for (int k = 0; rc == ERR_OK && k < 2; k++) {
        rc = hub_report_sums(d->w->hub, d->site, d->day - (k == 0 ? 1 : 7), 0, HUB_REPORT_ALL,
                             &sums);
        json_object_set_new(report, k == 0 ? "yesterday" : "last_week", sums);
    }
    json_t *lines = report_lines(report, &words);
    page_put(&d->w->out, "<h2>%s</h2>", _("Numbers"));
    put_heads(d->w, heads);
    json_array_foreach(lines, i, line)
    {
        const char *text = js_str(line, "text"), *title = js_str(line, "title");
        if (title != NULL)
            page_put(&d->w->out, "<tr><td colspan=\"4\"><b>%s</b></td></tr>", title);
        else if (text != NULL)
            page_put(&d->w->out, "<tr><td>%s</td><td colspan=\"3\">%s</td></tr>",
                     js_str(line, "label"), text);
        else
            page_put(&d->w->out,
                     "<tr><td>%s</td><td data-label=\"%s\">%s</td><td data-label=\"%s\">%s</td>"
                     "<td data-label=\"%s\">%s</td></tr>",
                     js_str(line, "label"), _("the day"), js_str(line, "now"), _("day before"),
                     js_str(line, "yesterday"), _("week before"), js_str(line, "last_week"));
    }
    page_put(&d->w->out, "</tbody></table>");
    json_decref(lines);
    json_decref(report);
    return rc;
}

/* --- its entries -------------------------------------------------------------------------------
 */

static enum err entry_row(void *arg, const json_t *row)
{
    struct detail *d = arg;
    char at[CLOCK_TEXT], heard[CLOCK_TEXT], arrived[CLOCK_TEXT];
    bool later = js_bool(row, "later");
    const struct kind *k = kind_find(js_str(row, "kind"));
    if (d->n++ >= ENTRIES_MAX)
        return ERR_OK;
    page_put(
        &d->w->out,
        "<tr><td data-label=\"%s\">%s%r%s%r</td><td data-label=\"%s\">%s</td>"
        "<td data-label=\"%s\">%s</td><td data-label=\"%s\">%s</td><td data-label=\"%s\">%s</td>"
        "<td data-label=\"%s\">%s</td><td data-label=\"%s\"><small>%s</small></td></tr>",
        _("Entry"), js_str(row, "id"), later ? " <b class=\"warn\">" : "", later ? _("later") : "",
        later ? "</b>" : "", _("What"), k != NULL ? _(k->what) : js_str(row, "kind"), _("Happened"),
        page_time(js_str(row, "at"), at), _("Entered"), page_time(js_str(row, "heard"), heard),
        _("Arrived"), page_time(js_str(row, "arrived"), arrived), _("Clerk"), js_str(row, "clerk"),
        _("Hash"), js_str(row, "hash"));
    return ERR_OK;
}

static enum err count_later(void *arg, const json_t *row)
{
    *(int64_t *)arg += js_bool(row, "later");
    return ERR_OK;
}

static enum err put_entries(struct detail *d)
{
    static const char *const heads[] = {N_("Entry"),   N_("What"),  N_("Happened"), N_("Entered"),
                                        N_("Arrived"), N_("Clerk"), N_("Hash"),     NULL};
    int64_t later = 0;
    enum err rc = hub_report_entries(d->w->hub, d->site, d->day, count_later, &later);
    page_put(&d->w->out, "<h2>%s</h2>", _("Entries of the day"));
    if (later > 0) {
        char *text = mem_printf(_("Later entries: %lld, a revision is expected"), (long long)later);
        page_put(&d->w->out, "<p class=\"warn\">%s</p>", text);
        free(text);
    }
    d->n = 0;
    page_put(&d->w->out, "<div class=\"wide\" tabindex=\"0\">");
    put_heads(d->w, heads);
    if (rc == ERR_OK)
        rc = hub_report_entries(d->w->hub, d->site, d->day, entry_row, d);
    page_put(&d->w->out, "</tbody></table></div>");
    if (d->n > ENTRIES_MAX)
        page_put(&d->w->out, "<p class=\"none\">%s</p>", _("Only the first are shown."));
    return rc;
}

static enum err take_name(void *arg, const json_t *row)
{
    snprintf(arg, 200, "%s", js_str(row, "name"));
    return ERR_OK;
}

void page_report(struct web *w)
{
    char name[200] = "", date[CLOCK_TEXT];
    const char *revision = web_query(w, "revision");
    struct detail d = {.w = w, .site = w->arg[0], .day = asked_day(w)};
    struct hub_query q = {.site = d.site};
    char *where = mem_printf("/%s", d.site), *title;
    d.revision = revision != NULL ? strtoll(revision, NULL, 10) : 0;
    enum err rc = hub_view(w->hub, "sites", &q, take_name, name);
    if (rc == ERR_OK && name[0] == 0)
        rc = err_set(ERR_NOT_FOUND, "site", NULL);
    if (rc == ERR_OK) {
        d.pack = hub_report_pack(w->hub, d.site);
        title = mem_printf("%s %s", name, clock_date(tally_day_start(d.day), date));
        page_begin(w, title, "/reports");
        free(title);
        put_days(w, where, d.day);
        rc = put_revisions(&d);
    }
    if (rc == ERR_OK)
        rc = put_numbers(&d);
    if (rc == ERR_OK)
        rc = put_entries(&d);
    if (!failed(w, rc))
        page_end(w, MHD_HTTP_OK);
    json_decref(d.shown);
    json_decref(d.pack);
    free(where);
}
