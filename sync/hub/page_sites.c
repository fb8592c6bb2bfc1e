/* Owns: the page of villages: what is the matter, filtered and in an order that the officer
 * chooses. Invariant: the same words and rows as `jiujin-hub sites`. */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "sync/hub/page.h"
#include "sync/hub/sites.h"

/* The words of looks and sorts. */
static const struct {
    const char *code, *word;
} words[] = {
    {"fork", N_("two machines")},       {"failing", N_("tries and fails")},
    {"silent", N_("silent")},           {"drift", N_("clock wrong")},
    {"refused", N_("records refused")}, {"suspended", N_("suspended")},
    {"site", N_("Site code")},          {"name", N_("Village")},
    {"contact", N_("longest silent")},  {"bytes", N_("Bytes")},
};

const char *page_look(const char *code)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].code, code) == 0)
            return _(words[i].word);
    return code;
}

static void put_link(struct web *w, const struct hub_sites *q, const char *look, const char *sort,
                     const char *text, bool here)
{
    page_put(&w->out, "<a href=\"/sites?state=%s&amp;sort=%s&amp;silent=%d\"%r>%s</a>",
             look != NULL ? look : "", sort != NULL ? sort : "", q->silent_ms / 3600000,
             here ? " aria-current=\"true\"" : "", text);
}

static bool same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void put_choices(struct web *w, const struct hub_sites *q)
{
    page_put(&w->out, "<p class=\"filter\">");
    put_link(w, q, NULL, q->sort, _("all"), q->look == NULL);
    for (const char *const *l = hub_sites_looks; *l != NULL; l++)
        put_link(w, q, *l, q->sort, page_look(*l), same(q->look, *l));
    page_put(&w->out, "</p><p class=\"filter\"><span>%s</span>", _("Order by"));
    for (const char *const *s = hub_sites_sorts; *s != NULL; s++)
        put_link(w, q, q->look, *s, page_look(*s),
                 same(q->sort, *s) || (q->sort == NULL && s == hub_sites_sorts));
    page_put(&w->out, "</p>");
}

static const char *size_of(int64_t n, char out[24])
{
    static const char *const units[] = {"B", "kB", "MB", "GB"};
    double v = (double)n;
    size_t unit = 0;
    for (; v >= 999.5 && unit + 1 < sizeof units / sizeof *units; unit++)
        v /= 1000;
    snprintf(out, 24, unit == 0 || v >= 99.5 ? "%.0f %s" : "%.1f %s", v, units[unit]);
    return out;
}

bool page_look_bad(const char *look)
{
    return strcmp(look, "fork") == 0 || strcmp(look, "failing") == 0 ||
           strcmp(look, "suspended") == 0;
}

void page_put_look(struct web *w, const json_t *row, const char *look)
{
    char at[CLOCK_TEXT];
    bool bad = page_look_bad(look);
    page_put(&w->out, "<li><b class=\"%r\">%s</b>", bad ? "bad" : "warn", page_look(look));
    if (strcmp(look, "fork") == 0)
        page_put(&w->out, " <small>%s %d</small>", _("entries kept aside:"),
                 js_int(row, "forks", 0));
    else if (strcmp(look, "failing") == 0)
        page_put(&w->out, " <small>%s · %s</small>", page_time(js_str(row, "tried"), at),
                 js_str(row, "trouble"));
    else if (strcmp(look, "drift") == 0)
        page_put(&w->out, " <small>%r%d s</small>", js_int(row, "drift", 0) > 0 ? "+" : "",
                 js_int(row, "drift", 0) / 1000);
    else if (strcmp(look, "refused") == 0)
        page_put(&w->out, " <small>%d</small>", js_int(row, "refused", 0));
    else if (strcmp(look, "suspended") == 0)
        page_put(&w->out, " <small>%s</small>", page_time(js_str(row, "suspended"), at));
    page_put(&w->out, "</li>");
}

static void put_row(struct web *w, const json_t *row)
{
    char at[CLOCK_TEXT], by_stick[CLOCK_TEXT], up[24], down[24];
    const char *site = js_str(row, "site");
    int64_t fresh = js_int(row, "new", 0);
    json_t *look;
    size_t i;
    page_put(&w->out,
             "<tr><td data-label=\"%s\"><a href=\"/sites/%s\">%s</a><br><small>%s</small></td>"
             "<td data-label=\"%s\">%s</td><td data-label=\"%s\">%s",
             _("Village"), site, js_str(row, "name"), site, _("State"),
             page_word(js_str(row, "state")), _("Last contact"),
             page_time(js_str(row, "contact"), at));
    if (js_str(row, "carried") != NULL)
        page_put(&w->out, "<br><small>%s %s</small>", _("by stick"),
                 page_time(js_str(row, "carried"), by_stick));
    page_put(&w->out,
             "</td><td data-label=\"%s\">%r%d%r</td><td data-label=\"%s\">%d</td>"
             "<td data-label=\"%s\">↑ %s<br>↓ %s</td><td data-label=\"%s\"><ul class=\"looks\">",
             _("New"), fresh > 0 ? "<b class=\"new\">" : "", fresh, fresh > 0 ? "</b>" : "",
             _("Records"), js_int(row, "seq", 0), _("Bytes today"),
             size_of(js_int(row, "up_today", 0), up), size_of(js_int(row, "down_today", 0), down),
             _("Look here"));
    json_array_foreach(js_get(row, "look"), i, look) page_put_look(w, row, json_string_value(look));
    page_put(&w->out, "</ul></td></tr>");
}

static const char *chosen(const struct web *w, const char *name)
{
    const char *text = web_query(w, name);
    return text != NULL && *text != 0 ? text : NULL;
}

void page_sites(struct web *w)
{
    static const char *const heads[] = {N_("Village"),  N_("State"),   N_("Last contact"),
                                        N_("New"),      N_("Records"), N_("Bytes today"),
                                        N_("Look here")};
    struct hub_sites q = {
        .look = chosen(w, "state"), .sort = chosen(w, "sort"), .officer = w->session.name};
    const char *silent = chosen(w, "silent");
    int64_t hours = silent != NULL ? atoll(silent) : 0;
    json_t *rows = NULL, *row;
    size_t i;
    char text[400];
    q.silent_ms = hours > 0 && hours <= 8760 ? hours * 3600000 : SITES_SILENT_MS;
    enum err rc = hub_sites(w->hub, &q, &rows);
    if (rc != ERR_OK) {
        err_say(rc, text, sizeof text);
        page_message(w,
                     rc == ERR_FIELD_CHOICE ? MHD_HTTP_BAD_REQUEST : MHD_HTTP_INTERNAL_SERVER_ERROR,
                     text);
        return;
    }
    page_begin(w, _("Villages"), "/sites");
    put_choices(w, &q);
    page_put(&w->out, "<table><thead><tr>");
    for (i = 0; i < sizeof heads / sizeof *heads; i++)
        page_put(&w->out, "<th>%s</th>", _(heads[i]));
    page_put(&w->out, "</tr></thead><tbody>");
    json_array_foreach(rows, i, row) put_row(w, row);
    page_put(&w->out, "</tbody></table>");
    if (json_array_size(rows) == 0)
        page_put(&w->out, "<p class=\"none\">%s</p>", _("Nothing here yet."));
    json_decref(rows);
    page_end(w, MHD_HTTP_OK);
}
