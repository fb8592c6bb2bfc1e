/* Owns: the commands that say something to villages, or decide. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/rules/define.h"
#include "sync/hub/audit.h"
#include "sync/hub/casework.h"
#include "sync/hub/command.h"
#include "sync/hub/courier.h"
#include "sync/hub/definition.h"
#include "sync/hub/order.h"
#include "sync/hub/site.h"
#include "sync/hub/view.h"

#define OFFICER "jiujin-hub" /* who decides on the command line, unless --as names somebody */

enum err command_case(struct hub *h, const struct command_line *line)
{
    const char *text = line->words == 3 ? line->word[2] : "";
    return hub_case_decide(h, line->site, line->word[0], line->word[1], text,
                           line->officer != NULL ? line->officer : OFFICER);
}

enum err command_courier(struct hub *h, const struct command_line *line)
{
    if (strcmp(line->word[1], "received") != 0)
        return err_set(ERR_USAGE, line->word[1], "received");
    return hub_courier_receive(h, line->site, line->word[0],
                               line->officer != NULL ? line->officer : OFFICER);
}

/* --- definitions ------------------------------------------------------------------------------
 */

/* Read and checked: what is wrong is told with its line and column. */
static enum err load(const char *kind, const char *path, json_t **out)
{
    struct buf text = BUF_INIT;
    *out = NULL;
    enum err rc = file_read(path, &text, FILE_LIMIT);
    if (rc == ERR_OK)
        rc = def_read(buf_str(&text), text.len, path, hub_definition_try(kind));
    if (rc == ERR_OK)
        rc = js_parse(buf_str(&text), text.len, path, out);
    buf_fini(&text);
    return rc;
}

struct push {
    struct hub *hub;
    const char *kind;
    const json_t *body;
    int64_t sites;
};

static enum err push_to(void *arg, const json_t *site)
{
    struct push *p = arg;
    int64_t n;
    const char *who = p->hub->asker.who;
    const json_t *definition = js_get(p->body, "definition");
    struct hub_order o = {.site = js_str(site, "site"),
                          .kind = p->kind,
                          .officer = *who != 0 ? who : OFFICER,
                          .body = p->body};
    if (strcmp(js_str(site, "state"), "revoked") == 0)
        return ERR_OK;
    p->sites++;
    enum err rc = hub_order_add(p->hub, &o, &n);
    if (rc == ERR_OK && definition != NULL)
        rc = hub_definition_sent(p->hub, p->kind, definition, o.site, n, o.officer);
    return rc;
}

/* The sites are read first: no question stays open while orders are written. */
static enum err collect(void *arg, const json_t *row)
{
    return json_array_append(arg, (json_t *)(uintptr_t)row) == 0 ? ERR_OK : ERR_INTERNAL;
}

static enum err push_all(struct push *p, const char *site)
{
    size_t i;
    json_t *row, *sites = json_array();
    struct hub_query q = {.site = site};
    enum err rc = hub_view(p->hub, "sites", &q, collect, sites);
    if (rc == ERR_OK)
        rc = hub_begin(p->hub->db);
    if (rc == ERR_OK) {
        json_array_foreach(sites, i, row)
        {
            rc = push_to(p, row);
            if (rc != ERR_OK)
                break;
        }
        rc = hub_end(p->hub->db, rc);
    }
    json_decref(sites);
    if (rc == ERR_OK && p->sites == 0)
        rc = err_set(ERR_NOT_FOUND, "site", NULL);
    return rc;
}

enum err command_send(struct hub *h, const char *kind, const json_t *body, const char *site)
{
    struct push p = {.hub = h, .kind = kind, .body = body};
    const json_t *definition = js_get(body, "definition");
    bool notice = strcmp(kind, "notice") == 0;
    enum err rc = hub_begin(h->db);
    if (rc != ERR_OK)
        return rc;
    rc = hub_audit_note(h, NULL, notice ? "notice" : "push", site,
                        js_str(definition != NULL ? definition : body, "id"), notice ? NULL : kind);
    return hub_end(h->db, rc == ERR_OK ? push_all(&p, site) : rc);
}

enum err command_day(const char *option, const char *text, json_t **out)
{
    int64_t day;
    *out = NULL;
    if (text != NULL && !clock_parse_date(text, &day))
        return err_set(ERR_DATE, option, NULL);
    *out = text != NULL ? json_integer(day) : json_null();
    return ERR_OK;
}

static enum err push_checked(struct hub *h, const struct command_line *line, const char *kind,
                             const json_t *definition)
{
    json_t *from = NULL;
    enum err rc = command_day("--effective", line->effective, &from);
    if (rc == ERR_OK)
        rc = hub_definition_layer(kind, definition);
    if (rc == ERR_OK && strcmp(kind, "overlay") == 0) {
        rc = command_overlay(h, line, definition, from);
    } else if (rc == ERR_OK) {
        json_t *body = json_pack("{s:O,s:O}", "definition", definition, "effective", from);
        rc = command_send(h, kind, body, line->site);
        json_decref(body);
    }
    json_decref(from);
    return rc;
}

enum err command_push_definition(struct hub *h, const struct command_line *line, const char *kind,
                                 const json_t *definition)
{
    def_try *try = hub_definition_try(kind);
    if (try == NULL)
        return err_set(ERR_FIELD_CHOICE, "kind", "policy, overlay, catalogue, form");
    enum err rc = try(definition, kind);
    return rc == ERR_OK ? push_checked(h, line, kind, definition) : rc;
}

enum err command_push(struct hub *h, const struct command_line *line)
{
    json_t *definition = NULL;
    const char *kind = line->word[0];
    if (hub_definition_try(kind) == NULL)
        return err_set(ERR_USAGE, line->word[0], "policy, overlay, catalogue, form");
    enum err rc = load(kind, line->word[1], &definition);
    if (rc == ERR_OK)
        rc = push_checked(h, line, kind, definition);
    json_decref(definition);
    return rc;
}
