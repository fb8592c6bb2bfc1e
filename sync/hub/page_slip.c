/* Owns: the page on which slips are read: one field that is always ready for a scanner, which types
 * the digits and ends with Enter; without scripts. Invariant: whatever was read, the field is ready
 * for the next one, and every reading has an answer of its own. */
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/print/slip.h"
#include "kiosk/rules/idno.h"
#include "sync/hub/casework.h"
#include "sync/hub/page.h"
#include "sync/hub/slip_in.h"

#define READINGS 12 /* of the list below the field */

/* What an answer looks like: the words of the list and of the page, how it is marked, and the
 * status. `at`: the words end with when and by whom the paper was read before. */
static const struct answer {
    const char *answer, *word, *text, *look;
    unsigned status;
    bool at;
} answers[] = {
    {"recorded", N_("recorded"), N_("Recorded: the slip is the first that we have of this case."),
     "ok", MHD_HTTP_OK, false},
    {"joined", N_("was here already"),
     N_("Recorded: the case was here already, by the network; it stays one case."), "ok",
     MHD_HTTP_OK, false},
    {"reprint", N_("another slip"),
     N_("Recorded: another slip of this case was read before; it stays one case."), "warn",
     MHD_HTTP_OK, true},
    {"again", N_("read before"), N_("This very slip was read before: nothing new was recorded."),
     "warn", MHD_HTTP_OK, true},
    {"found", N_("looked up"), N_("This case is here."), "ok", MHD_HTTP_OK, false},
    {"slip", N_("not a slip"), NULL, "bad", MHD_HTTP_UNPROCESSABLE_CONTENT, false},
    {"slip_cut", N_("digits missing"), NULL, "bad", MHD_HTTP_UNPROCESSABLE_CONTENT, false},
    {"slip_foreign", N_("for another sub-centre"), NULL, "bad", MHD_HTTP_UNPROCESSABLE_CONTENT,
     false},
    {"slip_forged", N_("forged"), NULL, "bad", MHD_HTTP_FORBIDDEN, false},
    {"slip_site", N_("unknown village"), NULL, "bad", MHD_HTTP_UNPROCESSABLE_CONTENT, false},
    {"slip_revoked", N_("village shut out"), NULL, "bad", MHD_HTTP_FORBIDDEN, false},
    {"check_digit", N_("mistyped"), NULL, "bad", MHD_HTTP_UNPROCESSABLE_CONTENT, false},
    {"case_unknown", N_("not here yet"), NULL, "warn", MHD_HTTP_NOT_FOUND, false},
    {NULL, N_("refused"), NULL, "bad", MHD_HTTP_UNPROCESSABLE_CONTENT, false},
};

static const struct answer *answer_find(const char *word)
{
    const struct answer *a = answers;
    while (a->answer != NULL && strcmp(a->answer, word) != 0)
        a++;
    return a;
}

/* --- what differs ----------------------------------------------------------------------------- */

static const struct {
    const char *field, *label;
} labels[] = {
    {"item", N_("Item")},
    {"channel", N_("Channel")},
    {"at", N_("Taken in")},
    {"name", N_("Name")},
    {"id_no", N_("ID number")},
    {"phone", N_("Phone")},
    {"agent_name", N_("Agent")},
    {"agent_id_no", N_("ID number of the agent")},
    {"agent_phone", N_("Phone of the agent")},
    {"relation", N_("Relation")},
};

static const char *label_of(const char *item, const char *field)
{
    if (strncmp(field, "paper:", 6) == 0)
        return page_paper(item, field + 6);
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (strcmp(labels[i].field, field) == 0)
            return _(labels[i].label);
    return field;
}

/* A value of that field in the words of the page; ID numbers stay masked. */
static const char *value_of(const char *field, const char *value, char room[64])
{
    if (value == NULL)
        return "—";
    if (strcmp(field, "at") == 0)
        return page_time(value, room);
    if (strstr(field, "id_no") != NULL)
        return idno_masked(value, room);
    if (strcmp(field, "item") == 0)
        return page_item(value);
    if (strcmp(field, "channel") == 0 || strncmp(field, "paper:", 6) == 0)
        return page_word(value);
    return value;
}

void page_put_differs(struct web *w, const char *item, const json_t *differs)
{
    size_t i;
    json_t *d;
    char slip[64], entry[64];
    if (json_array_size(differs) == 0)
        return;
    page_put(&w->out,
             "<h2>%s</h2><p class=\"warn\">%s</p><table class=\"differs\"><thead><tr><th></th>"
             "<th>%s</th><th>%s</th></tr></thead><tbody>",
             _("Slip and records differ"),
             _("The paper says something else than the village's records. Ask the village which is "
               "right; the records count."),
             _("On the slip"), _("In the records"));
    json_array_foreach((json_t *)(uintptr_t)differs, i, d)
    {
        const char *field = js_str(d, "field");
        page_put(&w->out,
                 "<tr><td>%s</td><td data-label=\"%s\">%s</td><td data-label=\"%s\">%s</td></tr>",
                 label_of(item, field), _("On the slip"), value_of(field, js_str(d, "slip"), slip),
                 _("In the records"), value_of(field, js_str(d, "entry"), entry));
    }
    page_put(&w->out, "</tbody></table>");
}

/* --- the case --------------------------------------------------------------------------------- */

static void put_row(struct web *w, const char *label, const char *value)
{
    if (value != NULL && *value != 0)
        page_put(&w->out, "<dt>%s</dt><dd>%s</dd>", label, value);
}

static void put_case(struct web *w, const json_t *what)
{
    json_t *c = NULL;
    if (hub_case_whole(w->hub, js_str(what, "site"), js_str(what, "id"), &c) != ERR_OK)
        return;
    page_put(&w->out,
             "<dl class=\"read\"><dt>%s</dt><dd><a class=\"number\" href=\"/cases/%s/%s\">%s</a>"
             "</dd><dt>%s</dt><dd><b class=\"state %s\">%s</b></dd>",
             _("Case"), js_str(c, "site"), js_str(c, "id"), js_str(c, "number"), _("State"),
             js_str(c, "state"), page_word(js_str(c, "state")));
    put_row(w, _("Name"), js_str(c, "name"));
    put_row(w, _("Agent"), js_str(js_get(c, "agent"), "name"));
    put_row(w, _("Item"), page_item(js_str(c, "item")));
    put_row(w, _("Channel"), page_word(js_str(c, "channel")));
    put_row(w, _("Village"), js_str(c, "site_name"));
    page_put(&w->out, "</dl>");
    page_put_differs(w, js_str(c, "item"), js_get(c, "differs"));
    json_decref(c);
}

static void put_result(struct web *w, const struct answer *a, const char *text, const json_t *what)
{
    char at[CLOCK_TEXT];
    const json_t *first = js_get(what, "first");
    page_put(&w->out, "<p class=\"%r\" role=\"%r\">%s", a->look,
             strcmp(a->look, "bad") == 0 ? "alert" : "status", text);
    if (a->at && first != NULL)
        page_put(&w->out, " %s %s, %s.", _("Read:"), page_time(js_str(first, "at"), at),
                 js_str(first, "by"));
    page_put(&w->out, "</p>");
    if (what != NULL)
        put_case(w, what);
}

/* --- the page --------------------------------------------------------------------------------- */

static void put_field(struct web *w)
{
    if (!hub_role_may(w->session.role, "officer")) {
        page_put(&w->out, "<p class=\"none\">%s</p>", _("Slips are read by an officer."));
        return;
    }
    page_put(&w->out,
             "<form class=\"decide scan\" method=\"post\" action=\"/slip\"><label>%s"
             "<input name=\"typed\" autofocus autocomplete=\"off\" spellcheck=\"false\""
             " inputmode=\"numeric\" maxlength=\"1000\" required></label>",
             _("Scan the slip, or type the case number; then Enter"));
    page_csrf(w);
    page_put(&w->out, "<div class=\"buttons\"><button>%s</button></div></form>", _("Read it"));
}

static enum err reading_row(void *arg, const json_t *row)
{
    struct page_list *l = arg;
    char at[CLOCK_TEXT];
    const char *number = js_str(row, "number");
    const struct answer *a = answer_find(js_str(row, "answer"));
    l->n++;
    page_put(&l->w->out,
             "<tr><td data-label=\"%s\">%s</td><td data-label=\"%s\"><span class=\"%r\">%s</span>"
             "</td><td data-label=\"%s\">",
             _("Time"), page_time(js_str(row, "at"), at), _("Answer"),
             strcmp(a->look, "ok") == 0 ? "done" : a->look, _(a->word), _("Case"));
    if (number != NULL)
        page_put(&l->w->out, "<a href=\"/cases/%s/%s\">%s</a>", js_str(row, "site"),
                 js_str(row, "id"), number);
    page_put(&l->w->out, "</td><td data-label=\"%s\">%s</td><td data-label=\"%s\">%s</td></tr>",
             _("Village"), js_str(row, "site_name"), _("By"), js_str(row, "by"));
    return ERR_OK;
}

static void put_page(struct web *w, const struct answer *a, const char *text, const json_t *what)
{
    static const char *const heads[] = {N_("Time"),    N_("Answer"), N_("Case"),
                                        N_("Village"), N_("By"),     NULL};
    struct hub_query q = {.limit = READINGS};
    page_begin(w, _("Read slips"), "/slip");
    put_field(w);
    if (a != NULL)
        put_result(w, a, text, what);
    page_put(&w->out, "<h2>%s</h2>", _("Read last"));
    if (page_table(w, "slips", &q, reading_row, heads))
        page_end(w, a != NULL ? a->status : MHD_HTTP_OK);
}

void page_slip(struct web *w)
{
    put_page(w, NULL, NULL, NULL);
}

void page_slip_post(struct web *w)
{
    char text[600];
    json_t *what = NULL;
    char *typed = web_field(w, "typed");
    enum err rc = hub_slip_scan(w->hub, typed != NULL ? typed : "", w->session.name, &what);
    const struct answer *a = answer_find(rc == ERR_OK ? js_str(what, "answer") : err_word(rc));
    if (rc != ERR_OK)
        err_say(rc, text, sizeof text);
    put_page(w, a, rc == ERR_OK ? _(a->text) : text, what);
    json_decref(what);
    if (typed != NULL)
        secret_wipe(typed, strlen(typed));
    free(typed);
}
