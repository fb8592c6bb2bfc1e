/* Owns: the page of incidents, and their clock: what may follow, by when, what is overdue.
 * Invariant: an incident is judged by the plan that it came with. */
#include <microhttpd.h>
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/plan.h"
#include "sync/hub/day.h"
#include "sync/hub/page.h"
#include "sync/hub/view.h"

/* --- the clock --------------------------------------------------------------------------------
 */

static void put_due(struct web *w, const json_t *one)
{
    char span[64], at[CLOCK_TEXT], text[160];
    int64_t late = js_int(one, "late", 0);
    page_span(late > 0 ? late : -late, span);
    if (late > 0)
        snprintf(text, sizeof text, _("overdue by %s"), span);
    else
        snprintf(text, sizeof text, _("within %s"), span);
    page_put(&w->out, ": <b class=\"%r\">%s</b> <small>%s %s</small>", late > 0 ? "bad" : "warn",
             text, _("due"), clock_short(js_int(one, "due", 0), at));
}

void page_put_next(struct web *w, const json_t *next)
{
    size_t i;
    json_t *one;
    if (json_array_size(next) == 0)
        return;
    page_put(&w->out, "<ul class=\"next\">");
    json_array_foreach(next, i, one)
    {
        const json_t *step = js_get(one, "step");
        const char *name = lang_pick(step);
        page_put(&w->out, "<li>%s", *name != 0 ? name : page_word(js_str(step, "id")));
        if (js_get(one, "due") != NULL)
            put_due(w, one);
        page_put(&w->out, "</li>");
    }
    page_put(&w->out, "</ul>");
}

static void put_clock(struct web *w, const json_t *row)
{
    json_t *next = hub_incident_next(row, clock_now());
    page_put_next(w, next);
    json_decref(next);
}

/* --- the list ---------------------------------------------------------------------------------
 */

/* Who was told stands sealed in the step. */
static void put_step(struct web *w, const char *site, const json_t *plan, const json_t *step)
{
    const char *name = lang_pick(plan_step(plan, js_str(step, "step")));
    char at[CLOCK_TEXT];
    json_t *sealed = NULL;
    const char *id = js_str(step, "id"), *by = js_str(step, "by"), *to = NULL;
    int64_t ms = js_int(step, "at", 0);
    if (id != NULL && hub_unseal(w->hub, site, id, &sealed) == ERR_OK)
        to = js_str(sealed, "to");
    page_put(&w->out, "<li>%s %s", clock_short(ms, at),
             *name != 0 ? name : page_word(js_str(step, "step")));
    if (to != NULL)
        page_put(&w->out, " · %s", to);
    if (by != NULL)
        page_put(&w->out, " · %s", page_word(by));
    page_put(&w->out, " <small>%s</small></li>", js_str(step, "clerk"));
    json_decref(sealed);
}

/* In the words of the step that gave it. */
static const char *state_word(const json_t *row)
{
    size_t i;
    json_t *step;
    const char *state = js_str(row, "state");
    json_array_foreach(js_get(row, "plan"), i, step)
    {
        const char *gives = js_str(step, "state");
        if (gives != NULL && strcmp(gives, state) == 0)
            return lang_pick(step);
    }
    return page_word(state);
}

static enum err incident_row(void *arg, const json_t *row)
{
    const char *named = lang_pick(js_get(row, "named"));
    struct page_list *l = arg;
    char at[CLOCK_TEXT], name[200];
    const char *site = js_str(row, "site"), *state = js_str(row, "state");
    size_t i;
    json_t *one;
    l->n++;
    page_put(&l->w->out,
             "<tr><td data-label=\"%s\">%s</td><td data-label=\"%s\"><a href=\"/sites/%s\">%s</a>"
             "</td><td data-label=\"%s\">%s</td><td data-label=\"%s\">%s</td>"
             "<td data-label=\"%s\"><b class=\"%r\">%s</b></td><td data-label=\"%s\"><ul>",
             _("Time"), page_time(js_str(row, "at"), at), _("Village"), site,
             js_str(row, "site_name"), _("Person"),
             page_person(l->w, site, js_str(row, "person"), name), _("Cause"),
             *named != 0 ? named : page_word(js_str(row, "cause")), _("State"),
             strcmp(state, "closed") == 0 ? "done" : "bad", state_word(row), _("Steps"));
    json_array_foreach(js_get(row, "steps"), i, one) put_step(l->w, site, js_get(row, "plan"), one);
    page_put(&l->w->out, "</ul>");
    if (i == 0)
        page_put(&l->w->out, "<small>%s</small>", _("no step yet"));
    page_put(&l->w->out, "</td><td data-label=\"%s\">", _("What may follow"));
    put_clock(l->w, row);
    page_put(&l->w->out, "</td></tr>");
    return ERR_OK;
}

static void put_choices(struct web *w, const struct hub_query *q)
{
    bool open = q->state != NULL && strcmp(q->state, "unclosed") == 0;
    const char *site = q->site != NULL ? q->site : "";
    page_put(&w->out,
             "<p class=\"filter\"><a href=\"/incidents?site=%s\"%r>%s</a>"
             "<a href=\"/incidents?site=%s&amp;state=unclosed\"%r>%s</a></p>",
             site, open ? "" : " aria-current=\"true\"", _("all"), site,
             open ? " aria-current=\"true\"" : "", _("not closed"));
}

void page_incidents(struct web *w)
{
    static const char *const heads[] = {
        N_("Time"),  N_("Village"), N_("Person"),          N_("Cause"),
        N_("State"), N_("Steps"),   N_("What may follow"), NULL};
    struct hub_query q = {
        .site = web_query(w, "site"), .state = web_query(w, "state"), .limit = PAGE_ROWS};
    if (q.site != NULL && *q.site == 0)
        q.site = NULL;
    page_begin(w, _("Incidents"), "/incidents");
    put_choices(w, &q);
    if (page_table(w, "incidents", &q, incident_row, heads))
        page_end(w, MHD_HTTP_OK);
}
