/* Owns: the commands that say something to villages, or decide. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/rules/catalogue.h"
#include "kiosk/rules/define.h"
#include "kiosk/rules/form.h"
#include "kiosk/rules/policy.h"
#include "sync/hub/audit.h"
#include "sync/hub/casework.h"
#include "sync/hub/command.h"
#include "sync/hub/courier.h"
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

static enum err check_policy(const json_t *d, const char *name)
{
    struct policy *p;
    enum err rc = policy_parse(d, name, &p);
    if (rc == ERR_OK)
        policy_free(p);
    return rc;
}

static enum err check_catalogue(const json_t *d, const char *name)
{
    struct catalogue *c;
    enum err rc = catalogue_parse(d, name, &c);
    if (rc == ERR_OK)
        catalogue_free(c);
    return rc;
}

static enum err check_form(const json_t *d, const char *name)
{
    struct form *f;
    enum err rc = form_parse(d, name, &f);
    if (rc == ERR_OK)
        form_free(f);
    return rc;
}

static const struct definition {
    const char *kind;
    enum err (*check)(const json_t *definition, const char *name);
} definitions[] = {
    {"policy", check_policy},
    {"overlay", check_policy},
    {"catalogue", check_catalogue},
    {"form", check_form},
};

/* Read and checked: what is wrong is told with its line and column. */
static enum err load(const struct definition *d, const char *path, json_t **out)
{
    struct buf text = BUF_INIT;
    *out = NULL;
    enum err rc = file_read(path, &text, FILE_LIMIT);
    if (rc == ERR_OK)
        rc = def_read(buf_str(&text), text.len, path, d->check);
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
    struct hub_order o = {
        .site = js_str(site, "site"), .kind = p->kind, .officer = OFFICER, .body = p->body};
    if (strcmp(js_str(site, "state"), "revoked") == 0)
        return ERR_OK;
    p->sites++;
    return hub_order_add(p->hub, &o, NULL);
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

static const struct definition *find_definition(const char *kind)
{
    for (size_t i = 0; i < sizeof definitions / sizeof *definitions; i++)
        if (strcmp(definitions[i].kind, kind) == 0)
            return &definitions[i];
    return NULL;
}

static enum err push_checked(struct hub *h, const struct command_line *line,
                             const struct definition *d, const json_t *definition)
{
    json_t *from = NULL;
    enum err rc = command_day("--effective", line->effective, &from);
    if (rc == ERR_OK)
        rc = command_layer(d->kind, definition);
    if (rc == ERR_OK && strcmp(d->kind, "overlay") == 0) {
        rc = command_overlay(h, line, definition, from);
    } else if (rc == ERR_OK) {
        json_t *body = json_pack("{s:O,s:O}", "definition", definition, "effective", from);
        rc = command_send(h, d->kind, body, line->site);
        json_decref(body);
    }
    json_decref(from);
    return rc;
}

enum err command_push_definition(struct hub *h, const struct command_line *line, const char *kind,
                                 const json_t *definition)
{
    const struct definition *d = find_definition(kind);
    if (d == NULL)
        return err_set(ERR_FIELD_CHOICE, "kind", "policy, overlay, catalogue, form");
    enum err rc = d->check(definition, kind);
    return rc == ERR_OK ? push_checked(h, line, d, definition) : rc;
}

enum err command_push(struct hub *h, const struct command_line *line)
{
    json_t *definition = NULL;
    const struct definition *d = find_definition(line->word[0]);
    if (d == NULL)
        return err_set(ERR_USAGE, line->word[0], "policy, overlay, catalogue, form");
    enum err rc = load(d, line->word[1], &definition);
    if (rc == ERR_OK)
        rc = push_checked(h, line, d, definition);
    json_decref(definition);
    return rc;
}
