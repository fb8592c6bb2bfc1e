/* Owns: the search for people and the page of one. Invariant: before a name is sent, the audit has
 * who asked, for whom and why. */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/rules/idno.h"
#include "sync/hub/audit.h"
#include "sync/hub/page_office.h"
#include "sync/hub/person.h"

#define REASON_MIN 2 /* signs */

static char *field(const struct web *w, const char *name)
{
    char *text = web_field(w, name);
    return text != NULL ? text : calloc(1, 1);
}

static void put_why(struct web *w, const char *why)
{
    page_put(&w->out,
             "<label>%s<input name=\"why\" maxlength=\"200\" value=\"%s\" required></label>",
             _("Why do you need to know? (kept in the audit)"), why);
    page_csrf(w);
}

static enum err check_why(const char *why)
{
    return utf8_count(why) >= REASON_MIN ? ERR_OK : err_set(ERR_FIELD_REQUIRED, "why", NULL);
}

/* --- the search ------------------------------------------------------------------------------- */

static void put_search(struct web *w, const char *text, const char *site, const char *why)
{
    page_put(&w->out,
             "<form class=\"decide\" method=\"post\" action=\"/people\"><label>%s<input name=\"q\""
             " maxlength=\"60\" autocomplete=\"off\" value=\"%s\" required></label><label>%s"
             "<input name=\"site\" inputmode=\"numeric\" maxlength=\"12\" value=\"%s\"></label>",
             _("ID number, telephone, or the whole name"), text, _("Site code (empty: all)"), site);
    put_why(w, why);
    page_put(&w->out, "<button>%s</button></form>", _("Search"));
}

void page_people(struct web *w)
{
    page_begin(w, _("People"), "/people");
    put_search(w, "", "", "");
    page_end(w, MHD_HTTP_OK);
}

struct found {
    struct page_list list;
    const char *why;
};

static void put_open(struct web *w, const json_t *row, const char *why)
{
    page_put(&w->out, "<td data-label=\"%s\"><form method=\"post\" action=\"/people/%s/%s\">",
             _("Look"), js_str(row, "site"), js_str(row, "person"));
    page_csrf(w);
    page_put(&w->out,
             "<input type=\"hidden\" name=\"why\" value=\"%s\"><button>%s</button></form></td>",
             why, _("Open"));
}

static enum err found_row(void *arg, const json_t *row)
{
    struct found *f = arg;
    struct web *w = f->list.w;
    char masked[32] = "—";
    const char *id_no = js_str(row, "id_no"), *name = js_str(row, "name");
    if (id_no != NULL && strlen(id_no) == 18)
        idno_masked(id_no, masked);
    f->list.n++;
    page_put(&w->out, "<tr>");
    page_cell(w, N_("Name"), name != NULL ? name : "—");
    page_cell(w, N_("ID number"), masked);
    page_cell(w, N_("Village"), js_str(row, "site_name"));
    put_open(w, row, f->why);
    page_put(&w->out, "</tr>");
    return ERR_OK;
}

static const char *const found_heads[] = {N_("Name"), N_("ID number"), N_("Village"), N_("Look"),
                                          NULL};

static enum err put_found(struct web *w, const char *text, const char *site, const char *why)
{
    struct found f = {{w, 0}, why};
    int64_t left = 0;
    page_heads(w, found_heads);
    enum err rc = hub_people_find(w->hub, *site != 0 ? site : NULL, text, found_row, &f, &left);
    page_put(&w->out, "</tbody></table>");
    if (f.list.n == 0)
        page_put(&w->out, "<p class=\"none\">%s</p>", _("Nobody was found."));
    if (f.list.n == PEOPLE_FOUND)
        page_put(&w->out, "<p class=\"warn\">%s</p>",
                 _("There are more: name the village, or take the ID number."));
    if (left > 0)
        page_put(&w->out, "<p class=\"warn\">%s %d</p>",
                 _("Newly arrived and not searched yet; search again:"), left);
    return rc;
}

void page_people_post(struct web *w)
{
    char trouble[600];
    char *text = field(w, "q"), *site = field(w, "site"), *why = field(w, "why");
    enum err rc = check_why(why);
    if (rc == ERR_OK)
        rc = hub_audit_note(w->hub, NULL, "search_person", site, hub_people_kind(text), why);
    page_begin(w, _("People"), "/people");
    if (rc != ERR_OK) {
        err_say(rc, trouble, sizeof trouble);
        page_trouble(w, trouble);
    }
    put_search(w, text, site, why);
    enum err found = rc == ERR_OK ? put_found(w, text, site, why) : rc;
    if (rc == ERR_OK && found != ERR_OK)
        page_error(w, found);
    else
        page_end(w, page_status(rc));
    secret_wipe(text, strlen(text));
    free(text);
    free(site);
    free(why);
}

/* --- one person ------------------------------------------------------------------------------- */

static void put_line(struct web *w, const char *label, const char *value)
{
    if (value != NULL && *value != 0)
        page_put(&w->out, "<dt>%s</dt><dd>%s</dd>", label, value);
}

static void put_facts(struct web *w, const json_t *person, const char *why, bool whole)
{
    char masked[32];
    const char *id_no = js_str(person, "id_no");
    bool long_enough = id_no != NULL && strlen(id_no) == 18;
    page_put(&w->out, "<dl>");
    put_line(w, _("Name"), js_str(person, "name"));
    put_line(w, _("ID number"), whole || !long_enough ? id_no : idno_masked(id_no, masked));
    put_line(w, _("Phone"), js_str(person, "phone"));
    put_line(w, _("Address"), js_str(person, "address"));
    put_line(w, _("Village"), w->arg[0]);
    page_put(&w->out, "</dl>");
    if (whole || !long_enough)
        return;
    page_put(&w->out, "<form method=\"post\" action=\"/people/%s/%s\">", w->arg[0], w->arg[1]);
    page_csrf(w);
    page_put(&w->out,
             "<input type=\"hidden\" name=\"why\" value=\"%s\"><p><button name=\"whole\""
             " value=\"1\">%s</button></p></form>",
             why, _("Show the whole ID number"));
}

static const char *item_of(const json_t *row)
{
    const char *item = js_str(row, "item");
    bool incident = strcmp(js_str(row, "kind"), "incident") == 0;
    return *item == 0 ? "" : incident ? page_word(item) : page_item(item);
}

static enum err past_row(void *arg, const json_t *row)
{
    static const char *const kinds[][2] = {{"visit", N_("Visit")},
                                           {"case", N_("Case")},
                                           {"booking", N_("Booking")},
                                           {"incident", N_("Incident")}};
    struct page_list *l = arg;
    struct web *w = l->w;
    char at[CLOCK_TEXT];
    const char *kind = js_str(row, "kind"), *label = kind;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i][0], kind) == 0)
            label = _(kinds[i][1]);
    l->n++;
    page_put(&w->out, "<tr>");
    page_cell(w, N_("Time"), page_time(js_str(row, "at"), at));
    if (strcmp(kind, "case") == 0)
        page_put(&w->out, "<td data-label=\"%s\"><a href=\"/cases/%s/%s\">%s</a></td>", _("What"),
                 w->arg[0], js_str(row, "id"), label);
    else
        page_cell(w, N_("What"), label);
    page_cell(w, N_("Item"), item_of(row));
    page_cell(w, N_("State"), page_word(js_str(row, "state")));
    page_put(&w->out, "</tr>");
    return ERR_OK;
}

static enum err put_past(struct web *w)
{
    static const char *const heads[] = {N_("Time"), N_("What"), N_("Item"), N_("State"), NULL};
    struct page_list l = {w, 0};
    page_put(&w->out, "<h2>%s</h2>", _("Visits, cases, bookings, incidents"));
    page_heads(w, heads);
    enum err rc = hub_people_past(w->hub, w->arg[0], w->arg[1], past_row, &l);
    page_put(&w->out, "</tbody></table>");
    if (l.n == 0)
        page_put(&w->out, "<p class=\"none\">%s</p>", _("None."));
    return rc;
}

static enum err put_same(struct web *w, const char *why)
{
    struct found f = {{w, 0}, why};
    page_put(&w->out, "<h2>%s</h2>", _("The same ID number elsewhere"));
    page_heads(w, found_heads);
    enum err rc = hub_people_same(w->hub, w->arg[0], w->arg[1], found_row, &f);
    page_put(&w->out, "</tbody></table>");
    if (f.list.n == 0)
        page_put(&w->out, "<p class=\"none\">%s</p>", _("None."));
    return rc;
}

/* Nothing is shown yet: a reason is asked for. */
static void ask_why(struct web *w, unsigned status, const char *trouble)
{
    page_begin(w, _("People"), "/people");
    page_trouble(w, trouble);
    page_put(&w->out, "<form class=\"decide\" method=\"post\" action=\"/people/%s/%s\">", w->arg[0],
             w->arg[1]);
    put_why(w, "");
    page_put(&w->out, "<button>%s</button></form>", _("Open"));
    page_end(w, status);
}

void page_person_ask(struct web *w)
{
    ask_why(w, MHD_HTTP_OK, NULL);
}

void page_person_post(struct web *w)
{
    char trouble[600];
    json_t *person = NULL;
    char *why = field(w, "why"), *ask = field(w, "whole");
    bool whole = *ask != 0;
    enum err rc = check_why(why);
    if (rc != ERR_OK) {
        err_say(rc, trouble, sizeof trouble);
        ask_why(w, page_status(rc), trouble);
    } else {
        char *note = whole ? mem_printf("%s (%s)", why, "ID") : mem_strdup(why);
        rc = hub_audit_note(w->hub, NULL, "look_person", w->arg[0], w->arg[1], note);
        free(note);
        if (rc == ERR_OK)
            rc = hub_person(w->hub, w->arg[0], w->arg[1], &person);
        page_begin(w, _("Person"), "/people");
        if (rc == ERR_OK) {
            put_facts(w, person, why, whole);
            rc = put_past(w);
        }
        if (rc == ERR_OK)
            rc = put_same(w, why);
        page_end_if(w, rc, MHD_HTTP_OK);
    }
    js_forget(person);
    free(why);
    free(ask);
}
