/* Owns: the list of work, and the part of a case's page that says whose it is. Invariant: only open
 * cases are work. */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "sync/hub/page_office.h"
#include "sync/hub/work.h"

static const struct {
    const char *code, *label;
} looks[] = {
    {"mine", N_("mine")},
    {"unassigned", N_("nobody's")},
    {"overdue", N_("overdue")},
    {"all", N_("all")},
};

static const char *today(char out[CLOCK_TEXT])
{
    return clock_date(clock_now(), out);
}

static enum err work_row(void *arg, const json_t *row)
{
    struct page_list *l = arg;
    struct web *w = l->w;
    char at[CLOCK_TEXT], day[CLOCK_TEXT], name[200];
    const char *site = js_str(row, "site"), *due = js_str(row, "due"),
               *officer = js_str(row, "officer");
    bool late = due != NULL && strcmp(due, today(day)) < 0;
    l->n++;
    page_put(&w->out, "<tr><td data-label=\"%s\"><a href=\"/cases/%s/%s\">%s</a></td>",
             _("Case number"), site, js_str(row, "id"), js_str(row, "number"));
    page_put(&w->out, "<td data-label=\"%s\"><b class=\"%r\">%s</b></td>", _("Promised day"),
             late ? "bad" : "", due != NULL ? due : "—");
    page_cell(w, N_("Taken in"), page_time(js_str(row, "at"), at));
    page_cell(w, N_("Village"), js_str(row, "site_name"));
    page_cell(w, N_("Person"), page_person(w, site, js_str(row, "person"), name));
    page_cell(w, N_("Item"), page_item(js_str(row, "item")));
    page_cell(w, N_("State"), page_word(js_str(row, "state")));
    page_cell(w, N_("Officer"), officer != NULL ? officer : "—");
    page_put(&w->out, "</tr>");
    return ERR_OK;
}

void page_work(struct web *w)
{
    static const char *const heads[] = {N_("Case number"), N_("Promised day"), N_("Taken in"),
                                        N_("Village"),     N_("Person"),       N_("Item"),
                                        N_("State"),       N_("Officer"),      NULL};
    const char *of = page_chosen(w, "of");
    char day[CLOCK_TEXT];
    size_t chosen = 0;
    for (size_t i = 0; i < sizeof looks / sizeof *looks && of != NULL; i++)
        if (strcmp(looks[i].code, of) == 0)
            chosen = i;
    struct hub_query q = {.state = looks[chosen].code,
                          .officer = w->session.name,
                          .id = today(day),
                          .limit = PAGE_ROWS};
    page_begin(w, _("Work list"), "/work");
    page_put(&w->out, "<p class=\"filter\">");
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        page_put(&w->out, "<a href=\"/work?of=%r\"%r>%s</a>", looks[i].code,
                 i == chosen ? " aria-current=\"true\"" : "", _(looks[i].label));
    page_put(&w->out, "</p>");
    if (page_table(w, "work", &q, work_row, heads))
        page_end(w, MHD_HTTP_OK);
}

/* --- on the page of a case -------------------------------------------------------------------- */

struct names {
    struct web *w;
    const char *now;
};

static enum err option_row(void *arg, const json_t *row)
{
    const struct names *n = arg;
    const char *name = js_str(row, "name");
    if (strcmp(js_str(row, "role"), "viewer") != 0 && js_str(row, "disabled") == NULL)
        page_put(&n->w->out, "<option value=\"%s\"%r>%s</option>", name,
                 strcmp(name, n->now) == 0 ? " selected" : "", name);
    return ERR_OK;
}

void page_put_work(struct web *w, const char *site, const char *id)
{
    char now[64] = "";
    struct hub_query q = {.site = NULL};
    struct names n = {w, now};
    hub_work_who(w->hub, site, id, now);
    page_put(&w->out, "<h2>%s</h2>", _("Who looks after it"));
    if (!hub_role_may(w->session.role, "officer")) {
        page_put(&w->out, "<p>%s</p>", *now != 0 ? now : "—");
        return;
    }
    page_put(&w->out, "<form class=\"decide\" method=\"post\" action=\"/work/%s/%s\">", site, id);
    page_csrf(w);
    page_put(&w->out, "<label>%s<select name=\"officer\"><option value=\"\">%s</option>",
             _("Officer"), _("nobody"));
    hub_view(w->hub, "officers", &q, option_row, &n);
    page_put(&w->out,
             "</select></label><div class=\"buttons\"><button name=\"act\""
             " value=\"give\">%s</button>",
             _("Assign"));
    if (strcmp(now, w->session.name) != 0)
        page_put(&w->out, "<button name=\"act\" value=\"take\">%s</button>", _("Take it"));
    page_put(&w->out, "</div></form>");
}

void page_work_post(struct web *w)
{
    char here[100];
    char *officer = web_field(w, "officer"), *act = web_field(w, "act");
    bool take = act != NULL && strcmp(act, "take") == 0;
    const char *who = take ? w->session.name : officer != NULL ? officer : "";
    enum err rc = hub_work_assign(w->hub, w->arg[0], w->arg[1], who);
    snprintf(here, sizeof here, "/cases/%s/%s", w->arg[0], w->arg[1]);
    if (rc == ERR_OK)
        web_redirect(w, here);
    else
        page_error(w, rc);
    free(officer);
    free(act);
}
