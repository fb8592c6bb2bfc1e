/* Owns: the pages on which villages are added, changed and shut out. Invariant: an enrolment code
 * is shown by the answer that made it, and never again. */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/print/qr.h"
#include "sync/hub/day.h"
#include "sync/hub/page_office.h"
#include "sync/hub/site_admin.h"

/* --- the list --------------------------------------------------------------------------------- */

static enum err site_row(void *arg, const json_t *row)
{
    struct page_list *l = arg;
    char at[CLOCK_TEXT], lat[24], lon[24], place[64] = "—";
    const char *site = js_str(row, "site");
    if (json_is_integer(js_get(row, "lat")))
        snprintf(place, sizeof place, "%s, %s", site_degrees(js_int(row, "lat", 0), lat),
                 site_degrees(js_int(row, "lon", 0), lon));
    l->n++;
    page_put(&l->w->out,
             "<tr><td data-label=\"%s\"><a href=\"/admin/%s\">%s</a><br><small>%s</small></td>",
             _("Village"), site, js_str(row, "name"), site);
    page_cell(l->w, N_("State"), page_word(js_str(row, "state")));
    page_cell(l->w, N_("Last contact"), page_time(js_str(row, "contact"), at));
    page_put(&l->w->out, "<td data-label=\"%s\">%d</td>", _("Machines"),
             js_int(row, "machines", 0));
    page_cell(l->w, N_("Place"), place);
    page_put(&l->w->out, "</tr>");
    return ERR_OK;
}

static void put_add(struct web *w)
{
    page_put(&w->out,
             "<h2>%s</h2><form class=\"decide\" method=\"post\" action=\"/admin\"><label>%s"
             "<input name=\"site\" inputmode=\"numeric\" pattern=\"[0-9]{12}\" maxlength=\"12\""
             " required></label><label>%s<input name=\"name\" maxlength=\"60\" required></label>",
             _("Add a village"), _("Site code (12 digits)"), _("The village's name"));
    page_csrf(w);
    page_put(&w->out, "<button>%s</button></form>", _("Add, and make its enrolment code"));
}

static void put_list(struct web *w, unsigned status, const char *trouble)
{
    static const char *const heads[] = {N_("Village"),  N_("State"), N_("Last contact"),
                                        N_("Machines"), N_("Place"), NULL};
    struct page_list l = {w, 0};
    struct hub_query q = {.site = NULL};
    page_begin(w, _("Administration"), "/admin");
    page_admin_tabs(w, "/admin");
    page_trouble(w, trouble);
    page_heads(w, heads);
    enum err rc = hub_view(w->hub, "places", &q, site_row, &l);
    page_put(&w->out, "</tbody></table>");
    put_add(w);
    page_end_if(w, rc, status);
}

void page_admin(struct web *w)
{
    put_list(w, MHD_HTTP_OK, NULL);
}

/* --- the sheet with a code -------------------------------------------------------------------- */

/* As a drawing within the page: a picture of its own would have to be asked for with the code. */
static void put_symbol(struct web *w, const char *code)
{
    struct qr q;
    if (qr_make(code, QR_M, &q) != ERR_OK)
        return;
    page_put(&w->out,
             "<p class=\"symbol\"><svg viewBox=\"0 0 %d %d\" width=\"300\" height=\"300\""
             " role=\"img\" aria-label=\"%s\" shape-rendering=\"crispEdges\">"
             "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/><path fill=\"#000\" d=\"",
             (int64_t)q.size + 8, (int64_t)q.size + 8, _("The symbol of the code below"));
    for (int y = 0; y < q.size; y++)
        for (int x = 0; x < q.size; x++)
            if (qr_dark(&q, x, y))
                page_put(&w->out, "M%d %dh1v1h-1z", (int64_t)x + 4, (int64_t)y + 4);
    page_put(&w->out, "\"/></svg></p>");
    qr_fini(&q);
}

static void put_sheet(struct web *w, const char *site, const char *name, const char *code,
                      bool first)
{
    char until[CLOCK_TEXT];
    const char *host = web_header(w, "Host");
    page_begin(w, _("Enrolment code"), "/admin");
    page_put(&w->out, "<dl><dt>%s</dt><dd>%s</dd><dt>%s</dt><dd>%s</dd><dt>%s</dt><dd>%s</dd></dl>",
             _("Village"), name, _("Site code"), site, _("Good once, until"),
             clock_short(clock_now() + HUB_CODE_VALID_MS, until));
    put_symbol(w, code);
    page_put(&w->out,
             "<p class=\"number code\">%s</p><p>%s</p><p class=\"command\">jiujin enrol "
             "%r://%s %s%s%s</p>",
             code,
             first ? _("Print this sheet and hand it over like a key. At the village:")
                   : _("This code opens all records of the village: hand it over like a key. The "
                       "machine that uses it takes the place of the one before."),
             w->tls ? "https" : "http", host != NULL ? host : "", code, first ? "" : " --site ",
             first ? "" : site);
    page_put(&w->out, "<p class=\"noprint\"><b>%s</b> <a href=\"/admin/%s\">%s</a></p>",
             _("It is not shown again."), site, _("To the village"));
    page_end(w, MHD_HTTP_OK);
}

void page_admin_post(struct web *w)
{
    char code[WIRE_CODE_TEXT], text[600];
    char *site = web_field(w, "site"), *name = web_field(w, "name");
    enum err rc = site == NULL || name == NULL ? err_set(ERR_NOT_UTF8, "name", NULL) : ERR_OK;
    if (rc == ERR_OK &&
        hub_number(w->hub->db, 0, "SELECT count(*) FROM site WHERE site = ?1", "s", site) > 0)
        rc = err_set(ERR_DUPLICATE, "CODE12", "%.20s", site);
    if (rc == ERR_OK)
        rc = hub_site_add(w->hub, site, name, HUB_CODE_VALID_MS, code);
    if (rc == ERR_OK) {
        put_sheet(w, site, name, code, true);
    } else {
        err_say(rc, text, sizeof text);
        put_list(w, page_status(rc), text);
    }
    secret_wipe(code, sizeof code);
    free(site);
    free(name);
}

/* --- one village ------------------------------------------------------------------------------ */

static void begin_form(struct web *w, const char *title)
{
    page_put(&w->out, "<form class=\"decide\" method=\"post\" action=\"/admin/%s\"><h2>%s</h2>",
             w->arg[0], title);
    page_csrf(w);
}

static void end_form(struct web *w, const char *act, const char *class, const char *label)
{
    page_put(&w->out, "<button name=\"act\" value=\"%r\" class=\"%r\">%s</button></form>", act,
             class, label);
}

static void put_place(struct web *w, const json_t *row)
{
    char lat[24], lon[24], place[64] = "";
    if (json_is_integer(js_get(row, "lat")))
        snprintf(place, sizeof place, "%s, %s", site_degrees(js_int(row, "lat", 0), lat),
                 site_degrees(js_int(row, "lon", 0), lon));
    begin_form(w, _("Place on the map"));
    page_put(&w->out,
             "<label>%s<input name=\"place\" maxlength=\"40\" placeholder=\"31.15, 121.10\""
             " value=\"%s\" required></label>",
             _("Degrees north, degrees east"), place);
    end_form(w, "place", "", _("Save"));
}

static void put_code(struct web *w, const json_t *row)
{
    char at[CLOCK_TEXT];
    const char *until = js_str(row, "code_until");
    begin_form(w, _("Enrolling a machine"));
    page_put(&w->out, "<p>%s</p>",
             _("A new code lets a further machine in, with keys of its own: for a machine that was "
               "replaced, or when the keys of the present one may be known to others."));
    if (until != NULL)
        page_put(&w->out, "<p class=\"warn\">%s %s</p>", _("A code waits to be used, until"),
                 page_time(until, at));
    page_put(&w->out, "<div class=\"buttons\">");
    if (until != NULL)
        page_put(&w->out, "<button name=\"act\" value=\"void\" class=\"reject\">%s</button>",
                 _("Take the code back"));
    page_put(&w->out, "<button name=\"act\" value=\"code\">%s</button></div></form>",
             _("Make a new code"));
}

static void put_revoke(struct web *w, const json_t *row)
{
    if (strcmp(js_str(row, "state"), "revoked") == 0) {
        page_put(&w->out, "<p class=\"bad\">%s</p>",
                 _("This village is shut out. A new code lets it in again."));
        return;
    }
    begin_form(w, _("Shut out"));
    page_put(&w->out,
             "<p>%s</p><label><input type=\"checkbox\" name=\"sure\" value=\"1\" required> %s"
             "</label>",
             _("From then on nothing is taken from any machine of this village, and its slips are "
               "refused. What it has sent stays."),
             _("I have spoken with the village"));
    end_form(w, "revoke", "reject", _("Shut the village out"));
}

static enum err one_site(void *arg, const json_t *row)
{
    struct page_list *l = arg;
    struct web *w = l->w;
    l->n++;
    begin_form(w, _("The village's name"));
    page_put(&w->out,
             "<label>%s<input name=\"name\" maxlength=\"60\" value=\"%s\" required></label>",
             _("The village's name"), js_str(row, "name"));
    end_form(w, "rename", "", _("Save"));
    put_place(w, row);
    put_code(w, row);
    put_revoke(w, row);
    return ERR_OK;
}

static enum err machine_row(void *arg, const json_t *row)
{
    struct page_list *l = arg;
    struct web *w = l->w;
    char at[CLOCK_TEXT];
    const char *revoked = js_str(row, "revoked"), *key = js_str(row, "key");
    char beginning[20];
    snprintf(beginning, sizeof beginning, "%.16s…", key != NULL ? key : "");
    l->n++;
    page_put(&w->out, "<tr><td data-label=\"%s\">%d</td>", _("Machine"), js_int(row, "epoch", 0));
    page_cell(w, N_("Joined"), page_time(js_str(row, "joined"), at));
    page_put(&w->out, "<td data-label=\"%s\">%d</td><td data-label=\"%s\"><code>%s</code></td>",
             _("Records"), js_int(row, "seq", 0), _("Key"), beginning);
    page_put(&w->out, "<td data-label=\"%s\">", _("Shut out"));
    if (revoked != NULL) {
        page_put(&w->out, "<b class=\"bad\">%s</b>", page_time(revoked, at));
    } else {
        page_put(&w->out, "<form method=\"post\" action=\"/admin/%s\">", w->arg[0]);
        page_csrf(w);
        page_put(&w->out,
                 "<input type=\"hidden\" name=\"epoch\" value=\"%d\"><button name=\"act\""
                 " value=\"machine\" class=\"reject\">%s</button></form>",
                 js_int(row, "epoch", 0), _("Shut this machine out"));
    }
    page_put(&w->out, "</td></tr>");
    return ERR_OK;
}

static void put_site(struct web *w, unsigned status, const char *trouble)
{
    static const char *const heads[] = {N_("Machine"), N_("Joined"),   N_("Records"),
                                        N_("Key"),     N_("Shut out"), NULL};
    struct page_list l = {w, 0}, machines = {w, 0};
    struct hub_query q = {.site = w->arg[0]};
    page_begin(w, w->arg[0], "/admin");
    page_admin_tabs(w, "");
    page_trouble(w, trouble);
    page_put(&w->out,
             "<p class=\"filter\"><a href=\"/sites/%s\">%s</a><a href=\"/bookings/%s\">%s"
             "</a><a href=\"/audit?site=%s\">%s</a></p>",
             w->arg[0], _("The village's page"), w->arg[0], _("Bookings"), w->arg[0], _("Audit"));
    enum err rc = hub_view(w->hub, "places", &q, one_site, &l);
    if (rc == ERR_OK && l.n == 0)
        rc = err_set(ERR_NOT_FOUND, "CODE12", "%.20s", w->arg[0]);
    page_put(&w->out, "<h2>%s</h2>", _("Machines"));
    page_heads(w, heads);
    if (rc == ERR_OK)
        rc = hub_view(w->hub, "machines", &q, machine_row, &machines);
    page_put(&w->out, "</tbody></table>");
    if (machines.n == 0)
        page_put(&w->out, "<p class=\"none\">%s</p>", _("No machine has joined yet."));
    page_end_if(w, rc, status);
}

void page_admin_site(struct web *w)
{
    put_site(w, MHD_HTTP_OK, NULL);
}

/* --- what is posted --------------------------------------------------------------------------- */

static char *field(const struct web *w, const char *name)
{
    char *text = web_field(w, name);
    return text != NULL ? text : calloc(1, 1);
}

static enum err act_rename(struct web *w)
{
    char *name = field(w, "name");
    enum err rc = hub_site_rename(w->hub, w->arg[0], name);
    free(name);
    return rc;
}

static enum err act_place(struct web *w)
{
    int64_t lat, lon;
    char *place = field(w, "place");
    enum err rc = hub_place_read(place, &lat, &lon);
    free(place);
    return rc == ERR_OK ? hub_site_place(w->hub, w->arg[0], lat, lon) : rc;
}

static enum err act_revoke(struct web *w)
{
    char *sure = field(w, "sure");
    bool yes = *sure != 0;
    free(sure);
    return yes ? hub_site_revoke(w->hub, w->arg[0]) : err_set(ERR_FIELD_REQUIRED, "sure", NULL);
}

static enum err act_machine(struct web *w)
{
    char *epoch = field(w, "epoch");
    enum err rc = hub_machine_revoke(w->hub, w->arg[0], atoll(epoch));
    free(epoch);
    return rc;
}

static enum err act_void(struct web *w)
{
    return hub_site_code_void(w->hub, w->arg[0]);
}

static enum err name_row(void *arg, const json_t *row)
{
    snprintf(arg, 256, "%s", js_str(row, "name"));
    return ERR_OK;
}

/* Its answer is the sheet. */
static enum err act_code(struct web *w)
{
    char code[WIRE_CODE_TEXT], name[256] = "";
    struct hub_query q = {.site = w->arg[0]};
    enum err rc = hub_site_code(w->hub, w->arg[0], HUB_CODE_VALID_MS, code);
    if (rc == ERR_OK)
        rc = hub_view(w->hub, "places", &q, name_row, name);
    int64_t joined = hub_number(w->hub->db, 0, "SELECT count(*) FROM site_epoch WHERE site = ?1",
                                "s", w->arg[0]);
    if (rc == ERR_OK)
        put_sheet(w, w->arg[0], name, code, joined == 0);
    secret_wipe(code, sizeof code);
    return rc;
}

static const struct {
    const char *name;
    enum err (*run)(struct web *w);
} acts[] = {
    {"rename", act_rename}, {"place", act_place},     {"code", act_code},
    {"revoke", act_revoke}, {"machine", act_machine}, {"void", act_void},
};

void page_admin_site_post(struct web *w)
{
    char text[600], here[64];
    char *act = field(w, "act");
    enum err rc = err_set(ERR_FIELD_CHOICE, "act", NULL);
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (strcmp(acts[i].name, act) == 0)
            rc = acts[i].run(w);
    if (rc != ERR_OK) {
        err_say(rc, text, sizeof text);
        put_site(w, page_status(rc), text);
    } else if (strcmp(act, "code") != 0) {
        snprintf(here, sizeof here, "/admin/%s", w->arg[0]);
        web_redirect(w, here);
    }
    free(act);
}
