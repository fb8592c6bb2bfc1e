/* Owns: the pages of users and of one's own password. Invariant: a page shows no password, and none
 * comes back into a form that failed. */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "sync/hub/lockout.h"
#include "sync/hub/page_office.h"
#include "sync/hub/user_admin.h"

/* --- lists ------------------------------------------------------------------------------------ */

static void put_state(struct web *w, const json_t *row)
{
    char at[CLOCK_TEXT];
    bool disabled = js_str(row, "disabled") != NULL, locked = js_str(row, "locked") != NULL;
    page_put(&w->out, "<td data-label=\"%s\">", _("State"));
    if (disabled)
        page_put(&w->out, "<b class=\"bad\">%s</b> ", _("disabled"));
    if (locked)
        page_put(&w->out, "<b class=\"warn\">%s %s</b> ", _("locked until"),
                 page_time(js_str(row, "locked"), at));
    if (js_bool(row, "limited"))
        page_put(&w->out, "<span>%s %d</span>", _("villages:"), js_int(row, "sites", 0));
    if (!disabled && !locked && !js_bool(row, "limited"))
        page_put(&w->out, "—");
    page_put(&w->out, "</td>");
}

static enum err user_row(void *arg, const json_t *row)
{
    struct page_list *l = arg;
    char at[CLOCK_TEXT];
    l->n++;
    page_put(&l->w->out, "<tr><td data-label=\"%s\"><a href=\"/users?name=", _("Name"));
    page_put_query(&l->w->out, js_str(row, "name"));
    page_put(&l->w->out, "\">%s</a></td>", js_str(row, "name"));
    page_cell(l->w, N_("Role"), page_word(js_str(row, "role")));
    page_cell(l->w, N_("Last log-in"), page_time(js_str(row, "last"), at));
    page_put(&l->w->out, "<td data-label=\"%s\">%d</td>", _("Sessions"),
             js_int(row, "sessions", 0));
    put_state(l->w, row);
    page_put(&l->w->out, "</tr>");
    return ERR_OK;
}

/* A form of one button. */
static void put_button(struct web *w, const char *act, const char *field, const char *value,
                       const char *label)
{
    page_put(&w->out, "<form method=\"post\" action=\"/users\">");
    page_csrf(w);
    page_put(&w->out,
             "<input type=\"hidden\" name=\"%r\" value=\"%s\"><button name=\"act\""
             " value=\"%r\">%s</button></form>",
             field, value, act, label);
}

static enum err lock_row(void *arg, const json_t *row)
{
    struct page_list *l = arg;
    char at[CLOCK_TEXT], until[CLOCK_TEXT], wrong[24];
    const char *name = js_str(row, "name"), *who = name != NULL ? name : js_str(row, "address");
    if (l->n++ == 0) {
        static const char *const heads[] = {N_("Name or address"),
                                            N_("Wrong passwords"),
                                            N_("Last"),
                                            N_("locked until"),
                                            N_("Lift"),
                                            NULL};
        page_put(&l->w->out, "<h2>%s</h2>", _("Locks"));
        page_heads(l->w, heads);
    }
    snprintf(wrong, sizeof wrong, "%lld", (long long)js_int(row, "wrong", 0));
    page_put(&l->w->out, "<tr>");
    page_cell(l->w, N_("Name or address"), who);
    page_cell(l->w, N_("Wrong passwords"), wrong);
    page_cell(l->w, N_("Last"), page_time(js_str(row, "last"), at));
    page_cell(l->w, N_("locked until"), page_time(js_str(row, "until"), until));
    page_put(&l->w->out, "<td data-label=\"%s\">", _("Lift"));
    put_button(l->w, "unlock", "name", who, _("Lift the lock"));
    page_put(&l->w->out, "</td></tr>");
    return ERR_OK;
}

static void put_roles(struct web *w, const char *chosen)
{
    static const char *const roles[] = {"viewer", "officer", "admin"};
    page_put(&w->out, "<label>%s<select name=\"role\">", _("Role"));
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        page_put(&w->out, "<option value=\"%r\"%r>%s</option>", roles[i],
                 strcmp(roles[i], chosen) == 0 ? " selected" : "", page_word(roles[i]));
    page_put(&w->out, "</select></label>");
}

/* Autofill must not put the administrator's own password there. */
static void put_password(struct web *w, const char *label, const char *name, const char *fill)
{
    page_put(&w->out,
             "<label>%s<input name=\"%r\" type=\"password\" autocomplete=\"%r\" maxlength=\"256\""
             " required></label>",
             label, name, fill);
}

static void put_add(struct web *w)
{
    page_put(&w->out,
             "<h2>%s</h2><form class=\"decide\" method=\"post\" action=\"/users\"><label>%s"
             "<input name=\"name\" maxlength=\"60\" autocomplete=\"off\" required></label>",
             _("Add a user"), _("Name"));
    page_csrf(w);
    put_roles(w, "officer");
    put_password(w, _("Password (at least 8 characters)"), "password", "new-password");
    page_put(&w->out, "<button name=\"act\" value=\"add\">%s</button></form>", _("Add"));
}

static void put_list(struct web *w, unsigned status, const char *trouble)
{
    static const char *const heads[] = {N_("Name"),     N_("Role"),  N_("Last log-in"),
                                        N_("Sessions"), N_("State"), NULL};
    struct page_list l = {w, 0}, locks = {w, 0};
    struct hub_query q = {.site = NULL};
    page_begin(w, _("Users"), "/admin");
    page_admin_tabs(w, "/users");
    page_trouble(w, trouble);
    page_heads(w, heads);
    enum err rc = hub_view(w->hub, "officers", &q, user_row, &l);
    page_put(&w->out, "</tbody></table>");
    if (rc == ERR_OK)
        rc = hub_view(w->hub, "locks", &q, lock_row, &locks);
    if (locks.n > 0)
        page_put(&w->out, "</tbody></table>");
    put_add(w);
    page_end_if(w, rc, status);
}

/* --- one user --------------------------------------------------------------------------------- */

static enum err session_row(void *arg, const json_t *row)
{
    struct page_list *l = arg;
    char opened[CLOCK_TEXT], seen[CLOCK_TEXT];
    l->n++;
    page_put(&l->w->out, "<tr>");
    page_cell(l->w, N_("Opened"), page_time(js_str(row, "opened"), opened));
    page_cell(l->w, N_("Last seen"), page_time(js_str(row, "seen"), seen));
    page_cell(l->w, N_("Address"), js_str(row, "address"));
    page_put(&l->w->out, "<td data-label=\"%s\">", _("End"));
    if (strcmp(l->w->route->pattern, "/users") == 0)
        put_button(l->w, "end", "id", js_str(row, "id"), _("End this session"));
    page_put(&l->w->out, "</td></tr>");
    return ERR_OK;
}

static enum err put_sessions(struct web *w, const char *name)
{
    static const char *const heads[] = {N_("Opened"), N_("Last seen"), N_("Address"), N_("End"),
                                        NULL};
    struct page_list l = {w, 0};
    struct hub_query q = {.state = name};
    page_put(&w->out, "<h2>%s</h2>", _("Sessions"));
    page_heads(w, heads);
    enum err rc = hub_view(w->hub, "sessions", &q, session_row, &l);
    page_put(&w->out, "</tbody></table>");
    if (l.n == 0)
        page_put(&w->out, "<p class=\"none\">%s</p>", _("None."));
    return rc;
}

static enum err put_sites(struct web *w, const char *name)
{
    struct hub_rows r;
    page_put(&w->out, "<label>%s<textarea name=\"sites\" rows=\"3\" maxlength=\"4000\">",
             _("Only these villages (site codes; empty: all)"));
    enum err rc =
        hub_ask(w->hub->db, &r, "SELECT site FROM officer_site WHERE officer = ?1 ORDER BY site",
                "s", name);
    while (rc == ERR_OK && hub_next(&r, &rc))
        page_put(&w->out, "%s\n", hub_text(&r, 0));
    page_put(&w->out, "</textarea></label>");
    return rc;
}

static void begin_form(struct web *w, const char *title, const char *name)
{
    page_put(&w->out,
             "<form class=\"decide\" method=\"post\" action=\"/users\"><h2>%s</h2>"
             "<input type=\"hidden\" name=\"name\" value=\"%s\">",
             title, name);
    page_csrf(w);
}

static enum err one_user(void *arg, const json_t *row)
{
    struct page_list *l = arg;
    struct web *w = l->w;
    const char *name = js_str(row, "name");
    bool disabled = js_str(row, "disabled") != NULL;
    l->n++;
    begin_form(w, _("Role"), name);
    put_roles(w, js_str(row, "role"));
    page_put(&w->out, "<div class=\"buttons\"><button name=\"act\" value=\"role\">%s</button>",
             _("Change the role"));
    page_put(&w->out, "<button name=\"act\" value=\"%r\" class=\"%r\">%s</button></div></form>",
             disabled ? "enable" : "disable", disabled ? "" : "reject",
             disabled ? _("Let in again") : _("Disable"));
    begin_form(w, _("Villages"), name);
    enum err rc = put_sites(w, name);
    page_put(&w->out, "<button name=\"act\" value=\"sites\">%s</button></form>", _("Save"));
    begin_form(w, _("New password"), name);
    put_password(w, _("Password (at least 8 characters)"), "password", "new-password");
    page_put(&w->out, "<button name=\"act\" value=\"password\">%s</button></form>",
             _("Set the password"));
    return rc == ERR_OK ? put_sessions(w, name) : rc;
}

static void put_user(struct web *w, const char *name)
{
    struct page_list l = {w, 0};
    struct hub_query q = {.id = name};
    page_begin(w, name, "/admin");
    page_admin_tabs(w, "/users");
    enum err rc = hub_view(w->hub, "officers", &q, one_user, &l);
    if (rc == ERR_OK && l.n == 0)
        rc = err_set(ERR_NOT_FOUND, "NAME", "%.60s", name);
    page_end_if(w, rc, MHD_HTTP_OK);
}

void page_users(struct web *w)
{
    const char *name = page_chosen(w, "name");
    if (name != NULL)
        put_user(w, name);
    else
        put_list(w, MHD_HTTP_OK, NULL);
}

/* --- what is posted --------------------------------------------------------------------------- */

struct posted {
    struct hub *hub;
    char *name, *role, *password, *sites, *id;
};

static enum err act_add(const struct posted *p)
{
    if (hub_number(p->hub->db, 0, "SELECT count(*) FROM officer WHERE name = ?1", "s", p->name) > 0)
        return err_set(ERR_DUPLICATE, "NAME", "%.60s", p->name);
    return hub_user_add(p->hub, p->name, p->role, p->password);
}

static enum err act_role(const struct posted *p)
{
    return hub_user_role(p->hub, p->name, p->role);
}

static enum err act_disable(const struct posted *p)
{
    return hub_user_disable(p->hub, p->name, true);
}

static enum err act_enable(const struct posted *p)
{
    return hub_user_disable(p->hub, p->name, false);
}

static enum err act_password(const struct posted *p)
{
    return hub_user_password(p->hub, p->name, NULL, p->password);
}

static enum err act_sites(const struct posted *p)
{
    return hub_user_sites(p->hub, p->name, p->sites);
}

static enum err act_end(const struct posted *p)
{
    return hub_session_end(p->hub, p->id);
}

static enum err act_unlock(const struct posted *p)
{
    return hub_lock_lift(p->hub, p->name);
}

static const struct {
    const char *name;
    enum err (*run)(const struct posted *p);
} acts[] = {
    {"add", act_add},       {"role", act_role},         {"disable", act_disable},
    {"enable", act_enable}, {"password", act_password}, {"sites", act_sites},
    {"end", act_end},       {"unlock", act_unlock},
};

/* "" for what is missing: the check of what needs it says so. */
static char *field(const struct web *w, const char *name)
{
    char *text = web_field(w, name);
    return text != NULL ? text : calloc(1, 1);
}

static enum err run_act(const struct web *w, const struct posted *p)
{
    char *act = field(w, "act");
    enum err rc = err_set(ERR_FIELD_CHOICE, "act", NULL);
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (strcmp(acts[i].name, act) == 0)
            rc = acts[i].run(p);
    free(act);
    return rc;
}

void page_users_post(struct web *w)
{
    char text[600];
    struct posted p = {
        w->hub,        field(w, "name"), field(w, "role"), field(w, "password"), field(w, "sites"),
        field(w, "id")};
    enum err rc = run_act(w, &p);
    if (rc == ERR_OK) {
        web_redirect(w, "/users");
    } else {
        err_say(rc, text, sizeof text);
        put_list(w, page_status(rc), text);
    }
    secret_wipe(p.password, strlen(p.password));
    free(p.name);
    free(p.role);
    free(p.password);
    free(p.sites);
    free(p.id);
}

/* --- one's own -------------------------------------------------------------------------------- */

static void put_me(struct web *w, unsigned status, const char *trouble)
{
    page_begin(w, w->session.name, "/me");
    page_trouble(w, trouble);
    page_put(&w->out, "<form class=\"decide\" method=\"post\" action=\"/me\"><h2>%s</h2>",
             _("New password"));
    page_csrf(w);
    put_password(w, _("The password until now"), "old", "current-password");
    put_password(w, _("Password (at least 8 characters)"), "password", "new-password");
    page_put(&w->out, "<p>%s</p><button>%s</button></form>",
             _("All your sessions end, this one too."), _("Set the password"));
    enum err rc = put_sessions(w, w->session.name);
    page_end_if(w, rc, status);
}

void page_me(struct web *w)
{
    put_me(w, MHD_HTTP_OK, NULL);
}

void page_me_post(struct web *w)
{
    char text[600];
    char *old = field(w, "old"), *password = field(w, "password");
    enum err rc = hub_user_password(w->hub, w->session.name, old, password);
    if (rc == ERR_OK) {
        web_redirect(w, "/login");
    } else if (rc == ERR_PIN_WRONG) {
        put_me(w, MHD_HTTP_FORBIDDEN, _("The name or the password is wrong."));
    } else {
        err_say(rc, text, sizeof text);
        put_me(w, page_status(rc), text);
    }
    secret_wipe(old, strlen(old));
    secret_wipe(password, strlen(password));
    free(old);
    free(password);
}
