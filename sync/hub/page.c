/* Owns: the frame of every page and the words on it. Invariant: whatever is not ours goes through
 * %s, which escapes it. */
#include "sync/hub/page.h"

#include <microhttpd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "sync/hub/audit.h"
#include "sync/hub/items.h"
#include "sync/hub/person.h"

static void put_escaped(struct buf *out, const char *text)
{
    char *clean = mem_alloc(strlen(text) + 1);
    utf8_clean(text, clean);
    for (const char *p = clean; *p != 0; p++)
        switch (*p) {
        case '&': buf_text(out, "&amp;"); break;
        case '<': buf_text(out, "&lt;"); break;
        case '>': buf_text(out, "&gt;"); break;
        case '"': buf_text(out, "&quot;"); break;
        case '\'': buf_text(out, "&#39;"); break;
        default: buf_byte(out, (unsigned char)*p);
        }
    free(clean);
}

void page_put(struct buf *out, const char *fmt, ...)
{
    va_list args;
    const char *text;
    va_start(args, fmt);
    for (; *fmt != 0; fmt++) {
        if (*fmt != '%') {
            buf_byte(out, (unsigned char)*fmt);
            continue;
        }
        switch (*++fmt) {
        case 's':
            text = va_arg(args, const char *);
            put_escaped(out, text != NULL ? text : "");
            break;
        case 'r': buf_text(out, va_arg(args, const char *)); break;
        case 'd': buf_printf(out, "%lld", (long long)va_arg(args, int64_t)); break;
        default: buf_byte(out, '%');
        }
    }
    va_end(args);
}

/* The menu, and of each of its pages what makes it different (topics of live.h). */
static const struct {
    const char *path, *label, *topics;
    bool reads;       /* nothing is typed there: without scripts it reloads itself */
    const char *role; /* needed at least; NULL: any */
} menu[] = {
    {"/", N_("The day"), "site incident visit case order suspend report", true, NULL},
    {"/sites", N_("Villages"), "site suspend booking order", false, NULL},
    {"/incidents", N_("Incidents"), "incident order", true, NULL},
    {"/cases", N_("Cases"), "case order", false, NULL},
    {"/work", N_("Work list"), "case order", false, "officer"},
    {"/slip", N_("Read slips"), NULL, false, NULL},
    {"/calls", N_("Calls waited for"), "case order", true, NULL},
    {"/policy", N_("Policies"), "policy order", false, NULL},
    {"/reports", N_("Reports"), "report", false, NULL},
    {"/ledgers", N_("Ledgers"), "ledger", false, NULL},
    {"/people", N_("People"), NULL, false, "officer"},
    {"/admin", N_("Administration"), NULL, false, "admin"},
};
#define MENU (sizeof menu / sizeof *menu)

/* The first nine have a key. */
static void put_item(struct buf *o, size_t i, const char *here, int64_t n)
{
    page_put(o, "<a href=\"%r\"%r", menu[i].path,
             strcmp(menu[i].path, here) == 0 ? " aria-current=\"page\"" : "");
    if (n <= 9)
        page_put(o, " accesskey=\"%d\"", n);
    page_put(o, ">%s</a>", _(menu[i].label));
}

static void put_menu(struct web *w, const char *here)
{
    struct buf *o = &w->out;
    int64_t n = 0;
    page_put(o, "<nav aria-label=\"%s\">", _("Pages"));
    for (size_t i = 0; i < MENU && w->signed_in; i++)
        if (menu[i].role == NULL || hub_role_may(w->session.role, menu[i].role))
            put_item(o, i, here, ++n);
    page_put(o, "</nav><div class=\"who\"><a href=\"?lang=%r\">%r</a>",
             strcmp(lang_name(), "en") == 0 ? "zh_CN" : "en",
             strcmp(lang_name(), "en") == 0 ? "中文" : "English");
    if (w->signed_in) {
        page_put(o, "<form method=\"post\" action=\"/logout\"><a href=\"/me\">%s · %s</a>",
                 w->session.name, page_word(w->session.role));
        page_csrf(w);
        page_put(o, "<button class=\"plain\">%s</button></form>", _("Log out"));
    }
    page_put(o, "</div>");
}

/* The row of the menu whose page follows what changes; MENU: none. An answer to a form stays. */
static size_t live_row(const struct web *w, const char *here)
{
    for (size_t i = 0; i < MENU; i++)
        if (strcmp(menu[i].path, here) == 0 && menu[i].topics != NULL && w->signed_in &&
            strcmp(w->route->method, "GET") == 0)
            return i;
    return MENU;
}

static void put_head(struct web *w, const char *title, size_t live)
{
    page_put(&w->out,
             "<!doctype html><html lang=\"%r\"><head><meta charset=\"utf-8\">"
             "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
             "<title>%s · %s</title><link rel=\"icon\" href=\"/icon.svg\">"
             "<link rel=\"stylesheet\" href=\"/style.css\">",
             strcmp(lang_name(), "en") == 0 ? "en" : "zh-CN", title, _("Jiujin sub-centre"));
    if (live < MENU)
        page_put(&w->out, "<script src=\"/live.js\" defer></script>");
    if (live < MENU && menu[live].reads && w->arg[0][0] == 0)
        page_put(&w->out, "<noscript><meta http-equiv=\"refresh\" content=\"60\"></noscript>");
    page_put(&w->out, "</head><body><a class=\"skip\" href=\"#main\">%s</a>", _("To the content"));
}

static void put_live(struct web *w)
{
    char at[CLOCK_TEXT];
    page_put(&w->out,
             "<p id=\"live\" role=\"status\" data-on=\"%s\" data-off=\"%s\" data-kept=\"%s\">"
             "<a href=\"\" accesskey=\"r\">%s</a> <span>%s %s</span></p>",
             _("Shows changes by itself"), _("No connection: may be out of date"),
             _("Something has changed; what you type is kept"), _("Refresh"), _("As of"),
             clock_short(clock_now(), at));
}

void page_begin(struct web *w, const char *title, const char *here)
{
    size_t live = live_row(w, here);
    const char *site = w->arg[0][0] != 0 ? w->arg[0] : web_query(w, "site");
    buf_clear(&w->out);
    put_head(w, title, live);
    page_put(&w->out, "<header><a class=\"brand\" href=\"/\">%s</a>", _("Jiujin sub-centre"));
    put_menu(w, here);
    page_put(&w->out, "</header>");
    if (live < MENU)
        put_live(w);
    page_put(&w->out, "<main id=\"main\" tabindex=\"-1\"");
    if (live < MENU)
        page_put(&w->out, " data-live=\"%r\" data-site=\"%s\"", menu[live].topics,
                 site != NULL && strlen(site) == SITE_CODE - 1 ? site : "");
    page_put(&w->out, "><h1>%s</h1>", title);
}

void page_end(struct web *w, unsigned status)
{
    page_put(&w->out, "</main></body></html>\n");
    web_reply(w, status, "text/html; charset=utf-8");
}

void page_message(struct web *w, unsigned status, const char *text)
{
    page_begin(w, _("Message"), "");
    page_put(&w->out, "<p class=\"bad\">%s</p>", text);
    page_end(w, status);
}

void page_csrf(struct web *w)
{
    page_put(&w->out, "<input type=\"hidden\" name=\"csrf\" value=\"%s\">", w->session.csrf);
}

static void put_asset(struct web *w, const char *name, const char *type)
{
    const struct asset *a = asset_find(name);
    if (a != NULL)
        buf_add(&w->out, a->data, a->len);
    web_reply(w, a != NULL ? MHD_HTTP_OK : MHD_HTTP_NOT_FOUND, type);
}

void page_style(struct web *w)
{
    put_asset(w, "web/style.css", "text/css; charset=utf-8");
}

void page_icon(struct web *w)
{
    put_asset(w, "web/icon.svg", "image/svg+xml");
}

void page_script(struct web *w)
{
    put_asset(w, "web/live.js", "text/javascript; charset=utf-8");
}

void page_live(struct web *w)
{
    w->live = true;
    web_reply(w, MHD_HTTP_OK, "text/event-stream");
}

/* --- words ------------------------------------------------------------------------------------
 */

static const struct {
    const char *code, *label;
} words[] = {
    {"viewer", N_("viewer")},
    {"officer", N_("officer")},
    {"admin", N_("administrator")},
    {"invited", N_("invited")},
    {"joined", N_("joined")},
    {"revoked", N_("revoked")},
    {"taken_in", N_("taken in")},
    {"accepted", N_("accepted")},
    {"supplement", N_("papers to be supplied")},
    {"rejected", N_("rejected")},
    {"done", N_("completed")},
    {"withdrawn", N_("withdrawn")},
    {"delivered", N_("delivered")},
    {"online", N_("online")},
    {"remote", N_("remote")},
    {"courier", N_("courier")},
    {"proxy", N_("proxy")},
    {"appointment", N_("by appointment")},
    {"nearby", N_("nearby")},
    {"original_seen", N_("original seen")},
    {"copy_kept", N_("copy kept")},
    {"original_kept", N_("original kept")},
    {"returned", N_("returned")},
    {"missing", N_("missing")},
    {"say", N_("message")},
    {"paper", N_("papers changed")},
    {"slip", N_("slip issued")},
    {"withdraw", N_("withdrawn by the village")},
    {"deliver", N_("result delivered")},
    {"receive", N_("received at the sub-centre")},
    {"answer", N_("answer to a call request")},
    {"call", N_("asks for a call")},
    {"attach", N_("scan attached")},
    {"send", N_("sent on")},
    {"again", N_("asked again")},
    {"return", N_("handed back to the citizen")},
    {"citizen", N_("with the citizen")},
    {"sub_centre", N_("at the sub-centre")},
    {"accept", N_("accept")},
    {"reject", N_("reject")},
    {"open", N_("open")},
    {"closed", N_("closed")},
    {"verified", N_("verified")},
    {"data_error", N_("error in the data")},
    {"isolated", N_("taken to the isolation area")},
    {"leader_told", N_("leader told")},
    {"town_told", N_("town office told")},
    {"tell_leader", N_("tell the leader")},
    {"tell_town", N_("tell the town office")},
    {"phone", N_("by telephone")},
    {"group", N_("in the work group")},
    {"person", N_("in person")},
    {"other", N_("other")},
    {"booked", N_("booked")},
    {"cancelled", N_("cancelled")},
    {"arrived", N_("came")},
    {"no_show", N_("absent")},
    {"web", N_("web page")},
    {"wechat", N_("WeChat")},
    {"desk", N_("at the desk")},
    {"village", N_("village")},
    {"hub", N_("sub-centre")},
    {"admit", N_("admitted")},
    {"deny", N_("turned away")},
    {"isolate", N_("isolated at the door")},
};

const char *page_word(const char *code)
{
    if (code == NULL)
        return "";
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].code, code) == 0)
            return _(words[i].label);
    return code;
}

const char *page_time(const char *iso, char out[CLOCK_TEXT])
{
    int64_t at;
    if (iso != NULL && clock_parse(iso, &at))
        return clock_short(at, out);
    return "—";
}

const char *page_span(int64_t ms, char out[64])
{
    int64_t minutes = ms / 60000, hours = minutes / 60, days = hours / 24;
    if (days >= 2)
        snprintf(out, 64, _("%lld days"), (long long)days);
    else if (hours >= 1)
        snprintf(out, 64, _("%lld h %lld min"), (long long)hours, (long long)(minutes % 60));
    else
        snprintf(out, 64, _("%lld min"), (long long)minutes);
    return out;
}

const char *page_ago(int64_t ms, char out[64])
{
    char span[64];
    if (ms < 60000)
        snprintf(out, 64, "%s", _("just now"));
    else
        snprintf(out, 64, _("%s ago"), page_span(ms, span));
    return out;
}

const char *page_item(const char *code)
{
    const json_t *item = hub_item(code);
    const char *name = item != NULL ? lang_pick(item) : "";
    return *name != 0 ? name : code;
}

const char *page_paper(const char *item, const char *paper)
{
    const json_t *found = hub_item(item);
    size_t i;
    json_t *p;
    json_array_foreach(js_get(found, "papers"), i, p)
    {
        const char *id = js_str(p, "id");
        if (id != NULL && paper != NULL && strcmp(id, paper) == 0)
            return lang_pick(p);
    }
    return paper;
}

/* Whoever sees names in a list is in the audit first: a row a page. */
static bool may_name(struct web *w)
{
    const char *list = w->route->pattern;
    if (!w->named)
        w->named =
            hub_audit_note(w->hub, NULL, "look_list", web_query(w, "site"), NULL, list) == ERR_OK;
    return w->named;
}

const char *page_person(struct web *w, const char *site, const char *person, char out[200])
{
    json_t *p = NULL;
    const char *name = NULL;
    bool whole = hub_role_may(w->session.role, "officer");
    if (person == NULL || (whole && !may_name(w)))
        return strcpy(out, "—");
    if (hub_person(w->hub, site, person, &p) == ERR_OK)
        name = js_str(p, "name");
    if (name != NULL && !whole)
        hub_name_masked(name, out);
    else
        snprintf(out, 200, "%s", name != NULL ? name : "—");
    utf8_trim(out);
    js_forget(p);
    return out;
}
