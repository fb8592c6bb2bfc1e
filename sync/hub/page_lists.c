/* Owns: the lists of cases and of calls, and the page of one village. */
#include <microhttpd.h>
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/store/kind.h"
#include "sync/hub/page.h"
#include "sync/hub/view.h"

#define SILENT_MS CLOCK_DAY_MS

static void begin_table(struct web *w, const char *const *heads)
{
    page_put(&w->out, "<table><thead><tr>");
    for (; *heads != NULL; heads++)
        page_put(&w->out, "<th>%s</th>", _(*heads));
    page_put(&w->out, "</tr></thead><tbody>");
}

static void end_table(struct page_list *l)
{
    page_put(&l->w->out, "</tbody></table>");
    if (l->n == 0)
        page_put(&l->w->out, "<p class=\"none\">%s</p>", _("Nothing here yet."));
    if (l->n == PAGE_ROWS)
        page_put(&l->w->out, "<p class=\"none\">%s</p>", _("Only the newest are shown."));
}

bool page_table(struct web *w, const char *view, const struct hub_query *q, hub_row *row,
                const char *const *heads)
{
    char text[400];
    struct page_list l = {w, 0};
    begin_table(w, heads);
    enum err rc = hub_view(w->hub, view, q, row, &l);
    end_table(&l);
    if (rc == ERR_OK)
        return true;
    err_say(rc, text, sizeof text);
    page_message(w, MHD_HTTP_INTERNAL_SERVER_ERROR, text);
    return false;
}

static void show(struct web *w, const char *view, const struct hub_query *q, hub_row *row,
                 const char *const *heads)
{
    if (page_table(w, view, q, row, heads))
        page_end(w, MHD_HTTP_OK);
}

/* --- villages ---------------------------------------------------------------------------------
 */

static bool silent(const json_t *row)
{
    int64_t at;
    const char *contact = js_str(row, "contact");
    if (strcmp(js_str(row, "state"), "joined") != 0)
        return false;
    return contact == NULL || !clock_parse(contact, &at) || clock_now() - at > SILENT_MS;
}

/* What an officer should look at first: one mark a village. */
static void put_health(struct web *w, const json_t *row)
{
    char at[CLOCK_TEXT];
    const char *trouble = js_str(row, "trouble");
    if (js_int(row, "forks", 0) > 0)
        page_put(&w->out, "<b class=\"bad\">%s</b> ", _("two machines write under one number"));
    if (trouble != NULL && *trouble != 0)
        page_put(&w->out, "<b class=\"bad\">%s</b> <small>%s</small> ", _("tries and fails"),
                 trouble);
    else if (silent(row))
        page_put(&w->out, "<b class=\"warn\">%s</b> ", _("silent"));
    if (js_str(row, "suspended") != NULL)
        page_put(&w->out, "<b class=\"bad\">%s %s</b> ", _("Service suspended since"),
                 page_time(js_str(row, "suspended"), at));
    if (js_int(row, "refused", 0) > 0)
        page_put(&w->out, "<b class=\"warn\">%s %d</b> ", _("not usable:"),
                 js_int(row, "refused", 0));
}

/* --- one village ------------------------------------------------------------------------------
 */

static enum err count_row(void *arg, const json_t *row)
{
    struct page_list *l = arg;
    const struct kind *kind = kind_find(js_str(row, "kind"));
    l->n++;
    page_put(&l->w->out, "<tr><td>%s</td><td>%d</td></tr>",
             kind != NULL ? _(kind->what) : js_str(row, "kind"), js_int(row, "count", 0));
    return ERR_OK;
}

static enum err refused_row(void *arg, const json_t *row)
{
    struct page_list *l = arg;
    const char *why = js_str(row, "refused");
    if (why == NULL)
        return ERR_OK;
    l->n++;
    page_put(&l->w->out, "<li>%d.%d %s: %s</li>", js_int(row, "epoch", 0), js_int(row, "seq", 0),
             js_str(row, "kind"), why);
    return ERR_OK;
}

static enum err site_head(void *arg, const json_t *row)
{
    struct page_list *l = arg;
    char at[CLOCK_TEXT];
    const char *site = js_str(row, "site");
    l->n++;
    page_begin(l->w, js_str(row, "name"), "/sites");
    page_put(&l->w->out,
             "<dl><dt>%s</dt><dd>%s</dd><dt>%s</dt><dd>%s</dd><dt>%s</dt><dd>%s</dd>"
             "<dt>%s</dt><dd>%d</dd><dt>%s</dt><dd>%d</dd><dt>%s</dt><dd>",
             _("Site code"), site, _("State"), page_word(js_str(row, "state")), _("Last contact"),
             page_time(js_str(row, "contact"), at), _("Records"), js_int(row, "seq", 0),
             _("New since you last looked"), js_int(row, "new", 0), _("Look here"));
    put_health(l->w, row);
    page_put(&l->w->out,
             "</dd></dl><p><a href=\"/cases?site=%s\">%s</a> · <a href=\"/incidents?site=%s\">%s"
             "</a> · <a href=\"/bookings/%s\">%s</a> · <a href=\"/sites/%s/ack\">%s</a></p>"
             "<form method=\"post\" action=\"/sites/%s/seen\">",
             site, _("Cases"), site, _("Incidents"), site, _("Bookings"), site,
             _("Acknowledge on paper"), site);
    page_csrf(l->w);
    page_put(&l->w->out, "<button>%s</button></form>", _("Mark all as seen"));
    page_put_suspend(l->w, row);
    return ERR_OK;
}

void page_site(struct web *w)
{
    struct page_list l = {w, 0};
    struct hub_query q = {.site = w->arg[0], .officer = w->session.name};
    enum err rc = hub_view(w->hub, "sites", &q, site_head, &l);
    if (rc != ERR_OK || l.n == 0) {
        page_message(w, MHD_HTTP_NOT_FOUND, _("There is no such village."));
        return;
    }
    q.officer = NULL;
    page_put(
        &w->out,
        "<h2>%s</h2><table class=\"plain\"><thead><tr><th>%s</th><th>%s</th></tr></thead><tbody>",
        _("What has arrived"), _("Kind"), _("Records"));
    hub_view(w->hub, "counts", &q, count_row, &l);
    page_put(&w->out, "</tbody></table><h2>%s</h2><ul>", _("Records that could not be used"));
    l.n = 0;
    q.state = "refused";
    hub_view(w->hub, "entries", &q, refused_row, &l);
    page_put(&w->out, "</ul>");
    if (l.n == 0)
        page_put(&w->out, "<p class=\"none\">%s</p>", _("None."));
    page_put_forks(w, w->arg[0]);
    page_end(w, MHD_HTTP_OK);
}

void page_site_seen(struct web *w)
{
    hub_looked(w->hub, w->arg[0], w->session.name);
    web_redirect(w, "/sites");
}

/* --- cases ------------------------------------------------------------------------------------
 */

static enum err case_row(void *arg, const json_t *row)
{
    struct page_list *l = arg;
    char at[CLOCK_TEXT], name[200];
    const char *site = js_str(row, "site"), *state = js_str(row, "state");
    l->n++;
    page_put(
        &l->w->out,
        "<tr><td data-label=\"%s\"><a href=\"/cases/%s/%s\">%s</a></td>"
        "<td data-label=\"%s\">%s</td><td data-label=\"%s\">%s</td><td data-label=\"%s\">%s</td>"
        "<td data-label=\"%s\">%s<br><small>%s</small></td>"
        "<td data-label=\"%s\"><b class=\"state %s\">%s</b>",
        _("Case number"), site, js_str(row, "id"), js_str(row, "number"), _("Taken in"),
        page_time(js_str(row, "at"), at), _("Village"), js_str(row, "site_name"), _("Person"),
        page_person(l->w, site, js_str(row, "person"), name), _("Item"),
        page_item(js_str(row, "item")), page_word(js_str(row, "channel")), _("State"), state,
        page_word(state));
    if (js_int(row, "missing", 0) > 0)
        page_put(&l->w->out, " <small>%s %d</small>", _("papers missing:"),
                 js_int(row, "missing", 0));
    page_put(&l->w->out, "</td></tr>");
    return ERR_OK;
}

static void put_filter(struct web *w, const struct hub_query *q)
{
    static const char *const states[] = {"taken_in", "supplement", "accepted", "rejected",
                                         "done",     "delivered",  "withdrawn"};
    const char *site = q->site != NULL ? q->site : "";
    page_put(&w->out, "<p class=\"filter\"><a href=\"/cases?site=%s\"%r>%s</a>", site,
             q->state == NULL ? " aria-current=\"true\"" : "", _("all"));
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        page_put(&w->out, "<a href=\"/cases?site=%s&amp;state=%s\"%r>%s</a>", site, states[i],
                 q->state != NULL && strcmp(q->state, states[i]) == 0 ? " aria-current=\"true\""
                                                                      : "",
                 page_word(states[i]));
    page_put(&w->out, "</p>");
}

void page_cases(struct web *w)
{
    static const char *const heads[] = {
        N_("Case number"), N_("Taken in"), N_("Village"), N_("Person"),
        N_("Item"),        N_("State"),    NULL};
    struct hub_query q = {
        .site = web_query(w, "site"), .state = web_query(w, "state"), .limit = PAGE_ROWS};
    if (q.site != NULL && *q.site == 0)
        q.site = NULL;
    page_begin(w, _("Cases"), "/cases");
    put_filter(w, &q);
    show(w, "cases", &q, case_row, heads);
}

/* --- calls ------------------------------------------------------------------------------------
 */

static enum err call_row(void *arg, const json_t *row)
{
    struct page_list *l = arg;
    char at[CLOCK_TEXT], name[200];
    int64_t when;
    const char *site = js_str(row, "site"), *said = js_str(row, "when");
    bool late = said != NULL && clock_parse(said, &when) && when < clock_now();
    l->n++;
    page_put(&l->w->out,
             "<tr><td data-label=\"%s\"><b class=\"%r\">%s</b></td>"
             "<td data-label=\"%s\"><a href=\"/cases/%s/%s\">%s</a></td>"
             "<td data-label=\"%s\">%s<br><small>%s</small></td>"
             "<td data-label=\"%s\">%s</td><td data-label=\"%s\">%s</td></tr>",
             _("Call at"), late ? "bad" : "warn",
             page_time(said != NULL ? said : js_str(row, "at"), at), _("Case number"), site,
             js_str(row, "id"), js_str(row, "number"), _("Village"), js_str(row, "site_name"),
             js_str(row, "clerk"), _("Person"),
             page_person(l->w, site, js_str(row, "person"), name), _("Item"),
             page_item(js_str(row, "item")));
    return ERR_OK;
}

void page_calls(struct web *w)
{
    static const char *const heads[] = {N_("Call at"), N_("Case number"), N_("Village"),
                                        N_("Person"),  N_("Item"),        NULL};
    struct hub_query q = {.limit = PAGE_ROWS};
    page_begin(w, _("Calls waited for"), "/calls");
    show(w, "calls", &q, call_row, heads);
}
