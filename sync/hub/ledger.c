/* Owns: reading ledgers. Invariant: what is sealed is opened for a question that asks for it, and
 * for no other. */
#include "sync/hub/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "sync/hub/scope.h"

bool hub_ledger_sums(const struct field *fd)
{
    return (fd->type == FIELD_INTEGER || fd->type == FIELD_DECIMAL) && !fd->personal;
}

/* --- definitions ------------------------------------------------------------------------------ */

static enum err pushed(struct hub *h, const char *ledger, struct form **out)
{
    struct hub_rows r;
    json_t *json = NULL;
    enum err rc = hub_ask(
        h->db, &r, "SELECT head FROM orders WHERE kind = 'form' ORDER BY at DESC, site, n", "");
    while (rc == ERR_OK && *out == NULL && hub_next(&r, &rc)) {
        size_t len;
        const void *head = hub_blob(&r, 0, &len);
        if (js_parse(head, len, "order", &json) != ERR_OK)
            continue;
        const json_t *d = js_get(js_get(json, "body"), "definition");
        const char *id = js_str(d, "id");
        if (id != NULL && strcmp(id, ledger) == 0 && form_parse(d, "pushed", out) == ERR_OK)
            hub_done(&r);
        json_decref(json);
    }
    return rc;
}

static enum err shipped(const char *ledger, struct form **out)
{
    char name[96];
    json_t *json = NULL;
    snprintf(name, sizeof name, "forms/%.60s.json", ledger);
    const struct asset *a = asset_find(name);
    if (a == NULL)
        return err_set(ERR_NOT_FOUND, "ledger", "%.48s", ledger);
    enum err rc = js_parse(a->data, a->len, a->name, &json);
    if (rc == ERR_OK)
        rc = form_parse(json, a->name, out);
    json_decref(json);
    return rc;
}

enum err hub_ledger_form(struct hub *h, const char *ledger, struct form **out)
{
    *out = NULL;
    enum err rc = pushed(h, ledger, out);
    return rc == ERR_OK && *out == NULL ? shipped(ledger, out) : rc;
}

/* --- rows ------------------------------------------------------------------------------------- */

static json_t *row_of(struct hub *h, const struct hub_rows *r, bool personal)
{
    json_t *o = json_object(), *fields = NULL, *sealed = NULL;
    js_set_str(o, "site", hub_text(r, 0));
    js_set_str(o, "site_name", hub_text(r, 1));
    js_set_str(o, "id", hub_text(r, 2));
    js_set_time(o, "at", hub_int(r, 3));
    js_set_str(o, "clerk", hub_text(r, 4));
    js_set_str(o, "void", hub_null(r, 6) ? NULL : hub_text(r, 6));
    if (js_parse(hub_text(r, 5), strlen(hub_text(r, 5)), NULL, &fields) != ERR_OK)
        fields = json_object();
    if (personal && hub_unseal(h, hub_text(r, 0), hub_text(r, 2), &sealed) == ERR_OK) {
        json_object_update_missing(fields, sealed);
        json_decref(sealed);
    }
    json_object_set_new(o, "row", fields);
    return o;
}

static bool wanted(const struct form *f, const struct hub_ledger_query *q, const json_t *row)
{
    const struct field *fd = f != NULL && q->field != NULL ? form_field(f, q->field) : NULL;
    if (fd == NULL || q->has == NULL || (fd->personal && !q->personal))
        return true;
    char *text = form_show(fd, js_get(js_get(row, "row"), q->field));
    bool has = text != NULL && strstr(text, q->has) != NULL;
    free(text);
    return has;
}

enum err hub_ledger_each(struct hub *h, const struct form *f, const struct hub_ledger_query *q,
                         hub_row *row, void *arg)
{
    struct hub_rows r;
    int64_t n = 0;
    enum err rc = hub_ask(h->db, &r,
                          "SELECT l.site, s.name, l.id, l.at, l.clerk, l.fields, l.void"
                          " FROM ledger_row l JOIN site s ON s.site = l.site"
                          " WHERE l.ledger = ?1 AND (?2 IS NULL OR l.site = ?2)"
                          " AND l.at >= ?3 AND l.at < ?4 ORDER BY l.at DESC, l.site, l.id",
                          "ssii", q->ledger, q->site, q->from != CLOCK_NONE ? q->from : 0,
                          q->to != CLOCK_NONE ? q->to : INT64_MAX);
    while (rc == ERR_OK && hub_next(&r, &rc)) {
        if (!hub_scope_has(h, hub_text(&r, 0)))
            continue;
        json_t *o = row_of(h, &r, q->personal);
        bool mine = wanted(f, q, o), full = mine && q->limit > 0 && n++ == q->limit;
        if (mine && !full)
            rc = row(arg, o);
        json_decref(o);
        if (rc != ERR_OK || full) {
            hub_done(&r);
            break;
        }
    }
    return rc;
}

enum err hub_ledger_list(struct hub *h, hub_row *row, void *arg)
{
    struct hub_rows r;
    enum err rc =
        hub_ask(h->db, &r,
                "SELECT l.ledger, count(*), sum(CASE WHEN l.void IS NULL THEN 0 ELSE 1 END),"
                " count(DISTINCT l.site), max(l.at) FROM ledger_row l"
                " WHERE ?1 = 0 OR EXISTS (SELECT 1 FROM officer_site o WHERE o.officer = ?2"
                "   AND o.site = l.site) GROUP BY l.ledger ORDER BY l.ledger",
                "is", (int64_t)h->asker.limited, h->asker.who);
    while (rc == ERR_OK && hub_next(&r, &rc)) {
        json_t *o = json_object();
        js_set_str(o, "ledger", hub_text(&r, 0));
        js_set_int(o, "rows", hub_int(&r, 1));
        js_set_int(o, "struck", hub_int(&r, 2));
        js_set_int(o, "sites", hub_int(&r, 3));
        js_set_time(o, "last", hub_int(&r, 4));
        rc = row(arg, o);
        json_decref(o);
        if (rc != ERR_OK)
            hub_done(&r);
    }
    return rc;
}
