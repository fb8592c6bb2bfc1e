/* Owns: the way from a case to its slip. Invariant: the site's secret key is wiped on every way
 * out; nothing is written to the store. */
#include "kiosk/print/issue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/link.h"
#include "kiosk/desk/view.h"
#include "kiosk/print/slip.h"

static enum err add_person(struct site *s, json_t *what, const char *key, const char *id,
                           const char *relation)
{
    json_t *whole = NULL, *part = json_object();
    enum err rc = view_person(s, id, &whole);
    js_set_str(part, "name", js_str(whole, "name"));
    js_set_str(part, "id_no", js_str(whole, "id_no"));
    js_set_str(part, "phone", js_str(whole, "phone"));
    if (relation != NULL)
        js_set_str(part, "relation", relation);
    json_object_set_new(what, key, part);
    json_decref(whole);
    return rc;
}

static enum err add_item(struct site *s, json_t *what, const char *code)
{
    struct catalogue *c;
    enum err rc = site_catalogue(s, &c);
    if (rc != ERR_OK)
        return rc;
    const json_t *item = catalogue_find(c, code);
    if (item == NULL)
        return err_set(ERR_NOT_FOUND, "item", NULL);
    js_set_int(what, "item", js_int(item, "number", 0));
    return ERR_OK;
}

static void add_papers(json_t *what, const json_t *whole)
{
    size_t i;
    json_t *one, *states = json_array();
    json_array_foreach(js_get(whole, "papers"), i, one)
    {
        json_array_append(states, json_object_get(one, "state"));
    }
    json_object_set_new(what, "papers", states);
}

static void add_place(struct site *s, json_t *what, const json_t *whole)
{
    int64_t at = 0;
    const char *id = js_str(whole, "id"), *dot = strchr(id, '.');
    clock_parse(js_str(whole, "at"), &at);
    js_set_str(what, "site", s->j.site);
    js_set_int(what, "epoch", strtoll(id, NULL, 10));
    js_set_int(what, "seq", dot != NULL ? strtoll(dot + 1, NULL, 10) : 0);
    js_set_int(what, "at", at);
    js_set_str(what, "channel", js_str(whole, "channel"));
}

static enum err fill(struct site *s, json_t *what, const json_t *whole)
{
    const json_t *agent = js_get(whole, "agent");
    add_place(s, what, whole);
    enum err rc = add_item(s, what, js_str(whole, "item"));
    if (rc == ERR_OK)
        rc = add_person(s, what, "person", js_str(whole, "person"), NULL);
    if (rc == ERR_OK && agent != NULL)
        rc = add_person(s, what, "agent", js_str(agent, "person"), js_str(agent, "relation"));
    if (agent == NULL)
        js_set_str(what, "agent", NULL);
    add_papers(what, whole);
    return rc;
}

static enum err content(struct site *s, const json_t *whole, json_t **out)
{
    *out = json_object();
    enum err rc = fill(s, *out, whole);
    if (rc == ERR_OK)
        return ERR_OK;
    json_decref(*out);
    *out = NULL;
    return rc;
}

enum err slip_content(struct site *s, const char *which_case, json_t **out)
{
    json_t *whole = NULL;
    *out = NULL;
    enum err rc = view_case(s, which_case, &whole);
    if (rc == ERR_OK)
        rc = content(s, whole, out);
    json_decref(whole);
    return rc;
}

static enum err make(struct site *s, const json_t *what, struct buf *digits)
{
    struct link_state link;
    struct buf bytes = BUF_INIT;
    unsigned char sec[SIGN_SEC_BYTES], pub[SIGN_PUB_BYTES];
    enum err rc = link_read(s->j.store, s->j.site, &link);
    if (rc == ERR_OK && !link.enrolled)
        rc = err_set(ERR_NOT_ENROLLED, NULL, NULL);
    if (rc == ERR_OK)
        rc = site_sign_key(s, sec, pub);
    if (rc == ERR_OK)
        rc = slip_make(what, sec, link.hub_box, &bytes);
    if (rc == ERR_OK && digits != NULL)
        slip_digits(bytes.data, bytes.len, digits);
    secret_wipe(sec, sizeof sec);
    buf_fini(&bytes);
    return rc;
}

enum err slip_issue(struct site *s, const char *which_case, struct buf *digits,
                    char number[SLIP_NUMBER])
{
    json_t *whole = NULL, *what = NULL;
    enum err rc = view_case(s, which_case, &whole);
    if (rc == ERR_OK)
        snprintf(number, SLIP_NUMBER, "%s", js_str(whole, "number"));
    if (rc == ERR_OK)
        rc = content(s, whole, &what);
    if (rc == ERR_OK)
        rc = make(s, what, digits);
    json_decref(what);
    json_decref(whole);
    return rc;
}
