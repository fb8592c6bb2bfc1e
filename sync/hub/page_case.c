/* Owns: the page of one case, and deciding it. Invariant: only steps that are possible now have a
 * button; what is pressed is checked again. */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/case.h"
#include "kiosk/rules/idno.h"
#include "sync/hub/audit.h"
#include "sync/hub/casework.h"
#include "sync/hub/courier.h"
#include "sync/hub/page_office.h"
#include "sync/hub/person.h"

static void put_row(struct web *w, const char *label, const char *value)
{
    if (value != NULL && *value != 0)
        page_put(&w->out, "<dt>%s</dt><dd>%s</dd>", label, value);
}

/* A whole ID number is shown to an officer who asks for it. */
static void put_id_no(struct web *w, const json_t *person)
{
    char masked[19];
    const char *id_no = js_str(person, "id_no"), *ask = web_query(w, "whole");
    bool officer = hub_role_may(w->session.role, "officer");
    if (id_no == NULL || strlen(id_no) != 18)
        return;
    bool whole = officer && ask != NULL;
    page_put(&w->out, "<dt>%s</dt><dd>%s", _("ID number"),
             whole ? id_no : idno_masked(id_no, masked));
    if (officer && !whole)
        page_put(&w->out, " <a href=\"?whole=1\">%s</a>", _("show whole"));
    page_put(&w->out, "</dd>");
}

static void put_person(struct web *w, const char *title, const json_t *person)
{
    char masked[200];
    const char *name = js_str(person, "name");
    page_put(&w->out, "<h2>%s</h2><dl>", title);
    if (!hub_role_may(w->session.role, "officer")) {
        put_row(w, _("Name"), name != NULL ? hub_name_masked(name, masked) : NULL);
        return;
    }
    put_row(w, _("Name"), js_str(person, "name"));
    put_id_no(w, person);
    put_row(w, _("Phone"), js_str(person, "phone"));
    put_row(w, _("Address"), js_str(person, "address"));
}

static const char *const grades[] = {N_("very dissatisfied"), N_("dissatisfied"), N_("fair"),
                                     N_("satisfied"), N_("very satisfied")};

static void put_opinion(struct web *w, const json_t *c)
{
    int64_t grade = js_int(c, "grade", 0);
    const char *reason = js_str(c, "reason");
    if (js_str(c, "rated") == NULL)
        return;
    page_put(&w->out, "<dt>%s</dt><dd>%s%s%s</dd>", _("Opinion"),
             grade >= 1 && grade <= 5 ? _(grades[grade - 1]) : _("none wanted"),
             reason != NULL ? ": " : "", reason);
}

static void put_facts(struct web *w, const json_t *c)
{
    char at[CLOCK_TEXT];
    page_put(&w->out, "<dl><dt>%s</dt><dd><b class=\"state %s\">%s</b></dd>", _("State"),
             js_str(c, "state"), page_word(js_str(c, "state")));
    put_row(w, _("Item"), page_item(js_str(c, "item")));
    put_row(w, _("Channel"), page_word(js_str(c, "channel")));
    put_row(w, _("Village"), js_str(c, "site_name"));
    put_row(w, _("Taken in"), page_time(js_str(c, "at"), at));
    put_row(w, _("Clerk"), js_str(c, "clerk"));
    put_row(w, _("Promised day"), js_str(c, "due"));
    put_row(w, _("Received"),
            js_str(c, "received") != NULL ? page_time(js_str(c, "received"), at)
            : js_bool(c, "by_slip")       ? _("by slip")
                                          : NULL);
    put_row(w, _("Note"), js_str(c, "note"));
    put_opinion(w, c);
    page_put(&w->out, "</dl>");
    put_person(w, _("Person"), c);
    page_put(&w->out, "</dl>");
    if (hub_role_may(w->session.role, "officer") && js_str(c, "person") != NULL)
        page_put(&w->out, "<p><a href=\"/people/%s/%s\">%s</a></p>", js_str(c, "site"),
                 js_str(c, "person"), _("All there is of this person"));
    const json_t *agent = js_get(c, "agent");
    if (json_is_object(agent)) {
        put_person(w, _("Agent"), agent);
        put_row(w, _("Relation"), js_str(c, "relation"));
        put_row(w, _("Authority for"), js_str(c, "scope"));
        page_put(&w->out, "</dl>");
    }
}

static void put_papers(struct web *w, const json_t *c)
{
    size_t i;
    json_t *p;
    page_put(&w->out, "<h2>%s</h2><table><tbody>", _("Papers"));
    json_array_foreach(js_get(c, "papers"), i, p)
    {
        const char *state = js_str(p, "state"), *until = js_str(p, "until");
        bool bad = strcmp(state, "missing") == 0 && js_bool(p, "needed");
        page_put(
            &w->out, "<tr><td>%s</td><td><span class=\"%r\">%s</span>%r%s</td><td>%s</td></tr>",
            page_paper(js_str(c, "item"), js_str(p, "paper")), bad ? "bad" : "", page_word(state),
            until != NULL ? " → " : "", until, page_word(js_str(p, "holder")));
    }
    page_put(&w->out, "</tbody></table>");
    if (i == 0)
        page_put(&w->out, "<p class=\"none\">%s</p>", _("None."));
}

/* What a step says beside its words: when to call, on which number; to whom, which file. */
static void put_step_facts(struct web *w, const json_t *s)
{
    char at[CLOCK_TEXT];
    static const char *const keys[] = {"phone", "to", "file", "hash"};
    if (js_str(s, "when") != NULL)
        page_put(&w->out, " <b class=\"warn\">%s</b>", page_time(js_str(s, "when"), at));
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (js_str(s, keys[i]) != NULL)
            page_put(&w->out, " %s", js_str(s, keys[i]));
}

static void put_steps(struct web *w, const json_t *c)
{
    size_t i;
    json_t *s;
    char at[CLOCK_TEXT];
    page_put(&w->out, "<h2>%s</h2><ol class=\"steps\">", _("Steps"));
    json_array_foreach(js_get(c, "steps"), i, s)
    {
        const char *text = js_str(s, "text");
        page_put(&w->out, "<li><small>%s %s %s</small> <b>%s</b>", page_time(js_str(s, "at"), at),
                 page_word(js_str(s, "who")), js_str(s, "clerk"), page_word(js_str(s, "step")));
        if (js_bool(s, "refused"))
            page_put(&w->out, " <span class=\"warn\">%s</span>", _("came too late, not applied"));
        put_step_facts(w, s);
        if (text != NULL)
            page_put(&w->out, "<p>%s</p>", text);
        page_put(&w->out, "</li>");
    }
    page_put(&w->out, "</ol>");
    if (i == 0)
        page_put(&w->out, "<p class=\"none\">%s</p>", _("no step yet"));
}

static const struct {
    const char *step, *label;
} buttons[] = {
    {"accept", N_("Accept")},    {"supplement", N_("Ask for papers")},
    {"reject", N_("Reject")},    {"done", N_("Completed")},
    {"say", N_("Send message")}, {"answer", N_("Answer the call request")},
    {"receive", N_("Received")},
};

/* A request for a call that nobody answered yet. */
static bool call_waits(const json_t *c)
{
    size_t i;
    json_t *s;
    bool waits = false;
    json_array_foreach(js_get(c, "steps"), i, s)
    {
        const char *step = js_str(s, "step");
        if (strcmp(step, "call") == 0 || strcmp(step, "answer") == 0)
            waits = *step == 'c';
    }
    return waits;
}

static bool offered(const json_t *c, const char *step)
{
    if (strcmp(step, "answer") == 0 && !call_waits(c))
        return false;
    if (strcmp(step, "receive") == 0 && js_str(c, "received") != NULL)
        return false;
    return case_after(js_str(c, "state"), step, true) != NULL;
}

static void put_couriers(struct web *w, const json_t *c)
{
    size_t i;
    json_t *one;
    char at[CLOCK_TEXT];
    bool officer = hub_role_may(w->session.role, "officer");
    if (json_array_size(js_get(c, "couriers")) > 0)
        page_put(&w->out, "<h2>%s</h2>", _("Courier's lists"));
    json_array_foreach(js_get(c, "couriers"), i, one)
    {
        const char *received = js_str(one, "received");
        page_put(&w->out, "<p>%s · %s · %s %d", js_str(one, "number"),
                 page_time(js_str(one, "at"), at), _("papers:"), js_int(one, "papers", 0));
        if (received != NULL)
            page_put(&w->out, " · %s %s %s", _("received"), page_time(received, at),
                     js_str(one, "receiver"));
        page_put(&w->out, "</p>");
        if (received != NULL || !officer)
            continue;
        page_put(&w->out,
                 "<form class=\"decide\" method=\"post\" action=\"/cases/%s/%s\"><input"
                 " type=\"hidden\" name=\"text\" value=\"%s\"><div class=\"buttons\">",
                 js_str(c, "site"), js_str(c, "id"), js_str(one, "id"));
        page_csrf(w);
        page_put(&w->out, "<button name=\"step\" value=\"courier\">%s</button></div></form>",
                 _("This list has arrived"));
    }
}

static void put_decide(struct web *w, const json_t *c, const char *typed)
{
    if (!hub_role_may(w->session.role, "officer"))
        return;
    page_put(&w->out,
             "<h2>%s</h2><form class=\"decide\" method=\"post\" action=\"/cases/%s/%s\">"
             "<label>%s<textarea name=\"text\" rows=\"3\" maxlength=\"500\">%s</textarea></label>"
             "<div class=\"buttons\">",
             _("Decide"), js_str(c, "site"), js_str(c, "id"),
             _("Words for the village (needed to ask for papers, to reject, to send a message)"),
             typed);
    page_csrf(w);
    for (size_t i = 0; i < sizeof buttons / sizeof *buttons; i++)
        if (offered(c, buttons[i].step))
            page_put(&w->out, "<button name=\"step\" value=\"%r\" class=\"%r\">%s</button>",
                     buttons[i].step, buttons[i].step, _(buttons[i].label));
    page_put(&w->out, "</div></form>");
}

static void put_case(struct web *w, unsigned status, const char *trouble, const char *typed)
{
    json_t *c = NULL;
    bool officer = hub_role_may(w->session.role, "officer");
    const char *how = web_query(w, "whole") != NULL ? "ID" : NULL;
    enum err rc =
        officer ? hub_audit_note(w->hub, NULL, "look_person", w->arg[0], w->arg[1], how) : ERR_OK;
    if (rc != ERR_OK) {
        page_error(w, rc);
        return;
    }
    if (hub_case_whole(w->hub, w->arg[0], w->arg[1], &c) != ERR_OK) {
        page_message(w, MHD_HTTP_NOT_FOUND, _("There is no such case."));
        return;
    }
    char title[80];
    snprintf(title, sizeof title, "%s %s", _("Case"), js_str(c, "number"));
    page_begin(w, title, "/cases");
    if (trouble != NULL)
        page_put(&w->out, "<p class=\"bad\" role=\"alert\">%s</p>", trouble);
    put_facts(w, c);
    page_put_differs(w, js_str(c, "item"), js_get(c, "differs"));
    put_papers(w, c);
    put_couriers(w, c);
    put_steps(w, c);
    page_put_work(w, js_str(c, "site"), js_str(c, "id"));
    put_decide(w, c, typed);
    page_end(w, status);
    json_decref(c);
}

void page_case(struct web *w)
{
    put_case(w, MHD_HTTP_OK, NULL, "");
}

void page_case_post(struct web *w)
{
    char text[600], here[100];
    char *step = web_field(w, "step"), *words = web_field(w, "text");
    enum err rc = step == NULL || words == NULL ? err_set(ERR_NOT_UTF8, "text", NULL)
                  : strcmp(step, "courier") == 0
                      ? hub_courier_receive(w->hub, w->arg[0], words, w->session.name)
                      : hub_case_decide(w->hub, w->arg[0], w->arg[1], step, words, w->session.name);
    if (rc == ERR_OK) {
        snprintf(here, sizeof here, "/cases/%s/%s", w->arg[0], w->arg[1]);
        web_redirect(w, here);
    } else {
        err_say(rc, text, sizeof text);
        put_case(w, rc == ERR_STATE ? MHD_HTTP_CONFLICT : MHD_HTTP_UNPROCESSABLE_CONTENT, text,
                 words != NULL ? words : "");
    }
    free(step);
    free(words);
}
