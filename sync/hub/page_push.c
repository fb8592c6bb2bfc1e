/* Owns: the pages of definitions: their versions, one as text, its check, its preview, its way to
 * the villages. Invariant: what is sent was checked in the same request; what was typed comes back
 * with every answer. */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "sync/hub/command.h"
#include "sync/hub/definition.h"
#include "sync/hub/page.h"
#include "sync/hub/preview.h"
#include "sync/hub/user.h"

#define BOXES_MAX 200 /* villages that are offered one by one */

static const struct {
    const char *kind, *title;
} kinds[] = {
    {"policy", N_("Policy packs")},
    {"overlay", N_("Overlays")},
    {"catalogue", N_("Catalogue of service items")},
    {"form", N_("Forms and ledgers")},
};

static const char *kind_title(const char *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].kind, kind) == 0)
            return _(kinds[i].title);
    return kind;
}

/* --- all of them ------------------------------------------------------------------------------
 */

static void put_row(struct web *w, const json_t *row)
{
    char at[CLOCK_TEXT];
    const char *title = lang_pick(js_get(row, "title")), *by = js_str(row, "by");
    page_put(&w->out,
             "<tr><td data-label=\"%s\">%s</td><td data-label=\"%s\"><a"
             " href=\"/policy/%s/%s?version=%d&amp;hash=%s\">%s@%d</a></td><td data-label=\"%s\">",
             _("Title"), *title != 0 ? title : js_str(row, "id"), _("Version"), js_str(row, "kind"),
             js_str(row, "id"), js_int(row, "version", 1), js_str(row, "hash"), js_str(row, "id"),
             js_int(row, "version", 1), _("Sent first"));
    if (by != NULL)
        page_put(&w->out, "%s <small>%s</small>", page_time(js_str(row, "at"), at), by);
    else
        page_put(&w->out, "<small>%s</small>", _("comes with the program"));
    page_put(&w->out, "</td><td data-label=\"%s\">%d</td></tr>", _("Sent last to"),
             js_int(row, "sites", 0));
}

void page_put_definitions(struct web *w)
{
    size_t i;
    const char *kind = "";
    json_t *all = NULL, *row;
    if (hub_definitions(w->hub, &all) != ERR_OK)
        return;
    json_array_foreach(all, i, row)
    {
        if (strcmp(kind, js_str(row, "kind")) != 0) {
            page_put(&w->out,
                     "%r<h2>%s</h2><table><thead><tr><th>%s</th><th>%s</th><th>%s</th><th>%s</th>"
                     "</tr></thead><tbody>",
                     *kind != 0 ? "</tbody></table>" : "", kind_title(js_str(row, "kind")),
                     _("Title"), _("Version"), _("Sent first"), _("Sent last to (villages)"));
            kind = js_str(row, "kind");
        }
        put_row(w, row);
    }
    page_put(&w->out, "%r", *kind != 0 ? "</tbody></table>" : "");
    json_decref(all);
}

/* --- one of them ------------------------------------------------------------------------------
 */

struct editing {
    const char *kind, *id;
    char *text;                                  /* of the definition */
    char *effective, *order, *review, *approver; /* as typed */
    char *to, *codes;
    char message[800];
    bool good;
    json_t *preview;
};

static void editing_fini(struct editing *e)
{
    char **const texts[] = {&e->text,     &e->effective, &e->order, &e->review,
                            &e->approver, &e->to,        &e->codes};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(*texts[i]);
    json_decref(e->preview);
}

static const char *typed(const char *text)
{
    return text != NULL ? text : "";
}

static void put_input(struct web *w, const char *name, const char *type, const char *label,
                      const char *value)
{
    page_put(&w->out,
             "<label>%s<input name=\"%r\" type=\"%r\" maxlength=\"200\" value=\"%s\"></label>",
             label, name, type, typed(value));
}

static enum err keep_site(void *arg, const json_t *row)
{
    if (strcmp(js_str(row, "state"), "revoked") != 0)
        json_array_append(arg, (json_t *)(uintptr_t)row);
    return ERR_OK;
}

static bool ticked(const struct web *w, const char *site)
{
    char name[SITE_CODE + 2];
    snprintf(name, sizeof name, "s%s", site);
    char *value = web_field(w, name);
    free(value);
    return value != NULL;
}

static void put_sites(struct web *w, const struct editing *e)
{
    size_t i;
    json_t *row, *rows = json_array();
    struct hub_query q = {.limit = BOXES_MAX + 1};
    bool some = e->to != NULL && strcmp(e->to, "some") == 0;
    hub_view(w->hub, "sites", &q, keep_site, rows);
    page_put(&w->out,
             "<fieldset><legend>%s</legend><label class=\"pick\"><input type=\"radio\" name=\"to\""
             " value=\"all\"%r> %s</label><label class=\"pick\"><input type=\"radio\" name=\"to\""
             " value=\"some\"%r> %s</label>",
             _("Send to"), some ? "" : " checked", _("all villages"), some ? " checked" : "",
             _("only these:"));
    if (json_array_size(rows) > BOXES_MAX) {
        page_put(&w->out, "<label>%s<input name=\"codes\" value=\"%s\"></label>",
                 _("Site codes, with spaces between them"), typed(e->codes));
    } else {
        page_put(&w->out, "<div class=\"picks\">");
        json_array_foreach(rows, i, row)
            page_put(&w->out,
                     "<label class=\"pick\"><input type=\"checkbox\" name=\"s%s\" value=\"1\"%r> %s"
                     "</label>",
                     js_str(row, "site"), ticked(w, js_str(row, "site")) ? " checked" : "",
                     js_str(row, "name"));
        page_put(&w->out, "</div>");
    }
    page_put(&w->out, "</fieldset>");
    json_decref(rows);
}

/* Their ends stay: the place of a mistake is told by its line. */
static void put_lines(struct web *w, const char *text)
{
    char *copy = mem_strdup(text), *rest = copy, *line;
    while ((line = strsep(&rest, "\n")) != NULL) {
        size_t indent = strspn(line, " "); /* which cleaning would take off */
        buf_add(&w->out, line, indent);
        page_put(&w->out, "%s%r", line + indent, rest != NULL ? "\n" : "");
    }
    free(copy);
}

static void put_form(struct web *w, const struct editing *e)
{
    bool officer = hub_role_may(w->session.role, "officer");
    page_put(&w->out,
             "<form class=\"decide definition\" method=\"post\" action=\"/policy/%s/%s\"><label>%s"
             "<textarea name=\"text\" rows=\"24\" spellcheck=\"false\"%r>\n",
             e->kind, e->id, _("The definition (JSON)"), officer ? "" : " readonly");
    put_lines(w, e->text);
    page_put(&w->out, "</textarea></label>");
    if (officer) {
        put_sites(w, e);
        put_input(w, "effective", "date", _("In force from (empty: at once)"), e->effective);
        if (strcmp(e->kind, "overlay") == 0) {
            put_input(w, "order", "text", _("Reference of the superior's order"), e->order);
            put_input(w, "review", "date", _("To be looked at again on"), e->review);
            put_input(w, "approver", "text", _("Approved by"), e->approver);
        }
        page_csrf(w);
        page_put(
            &w->out,
            "<div class=\"buttons\"><button name=\"do\" value=\"check\" class=\"say\">%s</button>"
            "<button name=\"do\" value=\"preview\" class=\"say\">%s</button>"
            "<button name=\"do\" value=\"push\">%s</button></div>",
            _("Check"), _("Preview with yesterday"), _("Send to the villages"));
    }
    page_put(&w->out, "</form>");
}

/* --- the preview ------------------------------------------------------------------------------
 */

static void put_changes(struct web *w, const json_t *preview)
{
    size_t i, k;
    json_t *row, *rule;
    char at[CLOCK_TEXT];
    if (json_array_size(js_get(preview, "rows")) == 0)
        return;
    page_put(
        &w->out,
        "<table><thead><tr><th>%s</th><th>%s</th><th>%s</th><th>%s</th><th>%s</th></tr></thead>"
        "<tbody>",
        _("Time"), _("Village"), _("Visit"), _("Decision"), _("Rules"));
    json_array_foreach(js_get(preview, "rows"), i, row)
    {
        page_put(&w->out,
                 "<tr><td data-label=\"%s\">%s</td><td data-label=\"%s\">%s</td><td"
                 " data-label=\"%s\">%s</td><td data-label=\"%s\">%s → <b>%s</b></td><td"
                 " data-label=\"%s\">",
                 _("Time"), page_time(js_str(row, "at"), at), _("Village"),
                 js_str(row, "site_name"), _("Visit"), js_str(row, "id"), _("Decision"),
                 page_word(js_str(row, "was")), page_word(js_str(row, "now")), _("Rules"));
        json_array_foreach(js_get(row, "rules"), k, rule)
            page_put(&w->out, "%r%s", k > 0 ? ", " : "", json_string_value(rule));
        page_put(&w->out, "</td></tr>");
    }
    page_put(&w->out, "</tbody></table>");
}

static void put_codes(struct web *w, const char *label, const json_t *codes)
{
    size_t i;
    json_t *one;
    page_put(&w->out, "<dt>%s</dt><dd>%d", label, (int64_t)json_array_size(codes));
    json_array_foreach((json_t *)(uintptr_t)codes, i, one)
        page_put(&w->out, "%r%s", i > 0 ? ", " : ": ", page_item(json_string_value(one)));
    page_put(&w->out, "</dd>");
}

static void put_preview(struct web *w, const json_t *p)
{
    page_put(&w->out, "<section><h2>%s</h2><dl>", _("Had it been in force yesterday"));
    if (js_get(p, "added") != NULL) {
        put_codes(w, _("Items more"), js_get(p, "added"));
        put_codes(w, _("Items fewer"), js_get(p, "removed"));
        put_codes(w, _("Items changed"), js_get(p, "changed"));
        page_put(&w->out, "<dt>%s</dt><dd>%d</dd></dl></section>",
                 _("Cases of yesterday whose item is not in it"), js_int(p, "cases", 0));
        return;
    }
    page_put(&w->out,
             "<dt>%s</dt><dd>%d</dd><dt>%s</dt><dd>%d</dd><dt>%s</dt><dd><b>%d</b></dd><dt>%s</dt>"
             "<dd>%d</dd></dl>",
             _("Visits"), js_int(p, "visits", 0), _("Tried"), js_int(p, "tried", 0),
             _("Decided otherwise"), js_int(p, "differ", 0), _("Not to be told (facts missing)"),
             js_int(p, "unknown", 0));
    put_changes(w, p);
    page_put(&w->out, "</section>");
}

/* --- the page ---------------------------------------------------------------------------------
 */

static void put_page(struct web *w, unsigned status, const struct editing *e)
{
    char title[200];
    int64_t next = hub_definition_next(w->hub, e->kind, e->id);
    snprintf(title, sizeof title, "%s · %s", kind_title(e->kind), e->id);
    page_begin(w, title, "/policy");
    page_put(&w->out, "<p><a href=\"/policy\">%s</a>", _("All versions"));
    if (hub_role_may(w->session.role, "officer"))
        page_put(&w->out, " · <a href=\"/policy/%s/%s?next=1\">%s %d</a>", e->kind, e->id,
                 _("Edit as version"), next);
    page_put(&w->out, "</p>");
    if (e->message[0] != 0)
        page_put(&w->out, "<p class=\"%r\" role=\"%r\">%s</p>", e->good ? "ok" : "bad",
                 e->good ? "status" : "alert", e->message);
    if (e->preview != NULL)
        put_preview(w, e->preview);
    put_form(w, e);
    page_end(w, status);
}

/* The same text with another version, its layout kept. */
static char *raised(char *text, int64_t version)
{
    char *at = strstr(text, "\"version\""), *digits = at != NULL ? strpbrk(at, "0123456789") : NULL;
    if (digits == NULL)
        return text;
    size_t len = strspn(digits, "0123456789");
    char *out =
        mem_printf("%.*s%lld%s", (int)(digits - text), text, (long long)version, digits + len);
    free(text);
    return out;
}

void page_definition(struct web *w)
{
    struct editing e = {.kind = w->arg[0], .id = w->arg[1]};
    const char *version = web_query(w, "version"), *hash = web_query(w, "hash");
    int64_t number = version != NULL ? atoll(version) : 0;
    enum err rc = hub_definition_text(w->hub, e.kind, e.id, number > 0 ? number : 0,
                                      hash != NULL && *hash != 0 ? hash : NULL, &e.text);
    if (rc == ERR_OK && web_query(w, "next") != NULL)
        e.text = raised(e.text, hub_definition_next(w->hub, e.kind, e.id));
    if (rc == ERR_OK)
        put_page(w, MHD_HTTP_OK, &e);
    else
        page_message(w, MHD_HTTP_NOT_FOUND, _("There is no such definition."));
    editing_fini(&e);
}

/* --- what is asked ----------------------------------------------------------------------------
 */

static const char *or_null(const char *text)
{
    return text != NULL && *text != 0 ? text : NULL;
}

/* To one site (NULL: all), as the command line does. */
static enum err push_one(struct web *w, const struct editing *e, const json_t *d, const char *site)
{
    struct command_line line = {.site = site,
                                .effective = or_null(e->effective),
                                .order = or_null(e->order),
                                .review = or_null(e->review),
                                .approver = or_null(e->approver)};
    return command_push_definition(w->hub, &line, e->kind, d);
}

static enum err push_ticked(struct web *w, const struct editing *e, const json_t *d, int64_t *n)
{
    size_t i;
    json_t *row, *rows = json_array();
    struct hub_query q = {.site = NULL};
    enum err rc = hub_view(w->hub, "sites", &q, keep_site, rows);
    json_array_foreach(rows, i, row)
    {
        const char *site = js_str(row, "site");
        bool named = e->codes != NULL && strstr(e->codes, site) != NULL;
        if (rc != ERR_OK || (!named && !ticked(w, site)))
            continue;
        rc = push_one(w, e, d, site);
        ++*n;
    }
    json_decref(rows);
    return rc == ERR_OK && *n == 0 ? err_set(ERR_FIELD_REQUIRED, "site", NULL) : rc;
}

static enum err push(struct web *w, struct editing *e, const json_t *d)
{
    int64_t n = 0;
    bool some = e->to != NULL && strcmp(e->to, "some") == 0;
    enum err rc = hub_definition_fresh(w->hub, e->kind, d);
    if (rc != ERR_OK || (rc = hub_begin(w->hub->db)) != ERR_OK)
        return rc;
    rc = hub_end(w->hub->db, some ? push_ticked(w, e, d, &n) : push_one(w, e, d, NULL));
    if (rc == ERR_OK && some)
        snprintf(e->message, sizeof e->message, _("Sent to %lld villages."), (long long)n);
    else if (rc == ERR_OK)
        snprintf(e->message, sizeof e->message, "%s", _("Sent to all villages."));
    return rc;
}

static enum err preview(struct web *w, struct editing *e, const json_t *d)
{
    int64_t day = clock_day(clock_now()) - CLOCK_DAY_MS;
    if (strcmp(e->kind, "catalogue") == 0)
        return hub_preview_items(w->hub, d, day, &e->preview);
    if (strcmp(e->kind, "form") == 0)
        return err_set(ERR_FIELD_CHOICE, "kind", "policy, overlay, catalogue");
    return hub_preview(w->hub, e->kind, d, day, &e->preview);
}

static enum err check(struct web *w, struct editing *e, const json_t *d)
{
    enum err rc = hub_definition_fresh(w->hub, e->kind, d);
    if (rc == ERR_OK)
        snprintf(e->message, sizeof e->message, "%s", _("It is in order and can be sent."));
    return rc;
}

static const struct {
    const char *what;
    enum err (*run)(struct web *w, struct editing *e, const json_t *d);
} deeds[] = {{"check", check}, {"preview", preview}, {"push", push}};

static enum err act(struct web *w, struct editing *e, const char *what)
{
    json_t *d = NULL;
    enum err rc = hub_definition_read(e->kind, e->text, &d);
    const char *id = js_str(d, "id");
    if (rc == ERR_OK && (id == NULL || strcmp(id, e->id) != 0))
        rc = err_set(ERR_DEFINITION, "id", "%s", e->id);
    for (size_t i = 0; rc == ERR_OK && i < sizeof deeds / sizeof *deeds; i++)
        if (strcmp(deeds[i].what, what) == 0)
            rc = deeds[i].run(w, e, d);
    json_decref(d);
    return rc;
}

void page_definition_post(struct web *w)
{
    char *what = web_field(w, "do");
    struct editing e = {.kind = w->arg[0],
                        .id = w->arg[1],
                        .text = web_text(w, "text"),
                        .effective = web_field(w, "effective"),
                        .order = web_field(w, "order"),
                        .review = web_field(w, "review"),
                        .approver = web_field(w, "approver"),
                        .to = web_field(w, "to"),
                        .codes = web_field(w, "codes")};
    if (e.text == NULL)
        e.text = mem_strdup("");
    enum err rc = act(w, &e, typed(what));
    e.good = rc == ERR_OK;
    if (rc == ERR_DUPLICATE)
        snprintf(e.message, sizeof e.message,
                 _("This version exists in other words: give the new ones the version %lld."),
                 (long long)hub_definition_next(w->hub, e.kind, e.id));
    else if (rc != ERR_OK)
        err_say(rc, e.message, sizeof e.message);
    put_page(w, rc == ERR_OK ? MHD_HTTP_OK : MHD_HTTP_UNPROCESSABLE_CONTENT, &e);
    free(what);
    editing_fini(&e);
}
