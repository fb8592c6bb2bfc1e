/* Owns: what is in force, as it is shown. Invariant: each parameter is shown with the pack that it
 * comes from and the basis that this pack gives for it. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/overlay.h"
#include "kiosk/desk/sql.h"
#include "kiosk/rules/policymerge.h"

/* --- the policy --------------------------------------------------------------------------------
 */

static json_t *row_of(const json_t *pack, const char *id)
{
    size_t i;
    json_t *one;
    json_array_foreach(js_get(pack, "params"), i,
                       one) if (strcmp(js_str(one, "id"), id) == 0) return one;
    return NULL;
}

/* The entry that adapted it, NULL: the pack's own value stands. */
static const char *adapted_by(const struct policy *p, const char *param)
{
    size_t i;
    json_t *one;
    const char *id = NULL;
    json_array_foreach((json_t *)(uintptr_t)policy_adaptations(p), i, one)
    {
        if (strcmp(js_str(one, "param"), param) == 0)
            id = js_get(one, "new") != NULL ? js_str(one, "id") : NULL;
    }
    return id;
}

static void label_of(const json_t *pack, char *out, size_t size)
{
    snprintf(out, size, "%.40s@%d", js_str(pack, "id"), (int)js_int(pack, "version", 0));
}

static json_t *param_row(const struct policy *p, const json_t *param)
{
    size_t i;
    char label[64] = "";
    json_t *layer, *own = NULL, *out = json_object();
    const char *id = js_str(param, "id");
    json_array_foreach((json_t *)(uintptr_t)policy_layers(p), i, layer)
    {
        if (row_of(layer, id) == NULL)
            continue;
        own = row_of(layer, id);
        label_of(layer, label, sizeof label);
    }
    js_set_str(out, "param", id);
    js_set_str(out, "label", lang_pick(js_get(param, "label")));
    json_object_set(out, "value", json_object_get(param, "value"));
    js_set_str(out, "unit", js_str(param, "unit"));
    js_set_str(out, "pack", label);
    js_set_str(out, "basis", js_str(param, "basis"));
    json_object_set_new(out, "adaptable", json_boolean(js_bool(param, "adaptable")));
    json_object_set(out, "bounds", json_object_get(param, "bounds"));
    js_set_str(out, "adapted", adapted_by(p, id));
    json_object_set(out, "own", json_object_get(own, "value"));
    return out;
}

static enum err was_read(struct site *s, const char *label, bool *read)
{
    return sql_text(s->j.store, read, NULL, 0,
                    "SELECT 1 FROM policy_read WHERE pack = ?1 AND clerk = ?2", "tt", label,
                    s->j.clerk);
}

static enum err layer_row(struct site *s, const json_t *pack, json_t **out)
{
    char label[64];
    bool read = false;
    const json_t *source = js_get(pack, "source"), *issuer = js_get(pack, "issuer");
    label_of(pack, label, sizeof label);
    enum err rc = was_read(s, label, &read);
    *out = json_object();
    js_set_str(*out, "pack", label);
    js_set_str(*out, "title", lang_pick(js_get(pack, "title")));
    js_set_str(*out, "issuer", issuer != NULL ? lang_pick(issuer) : NULL);
    js_set_str(*out, "issued", js_str(pack, "issued"));
    js_set_str(*out, "document", json_string_value(json_array_get(source, 0)));
    js_set_str(*out, "note", js_get(pack, "note") != NULL ? lang_pick(js_get(pack, "note")) : NULL);
    json_object_set_new(*out, "read", s->j.clerk[0] != 0 ? json_boolean(read) : json_null());
    return rc;
}

enum err policy_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                     void *to)
{
    size_t i;
    bool all = true;
    json_t *one, *layers = json_array(), *params = json_array(), *out = json_object();
    struct policy *p = NULL;
    enum err rc = site_policy(s, &p);
    (void)arg;
    (void)q;
    json_array_foreach((json_t *)(uintptr_t)(p != NULL ? policy_layers(p) : NULL), i, one)
    {
        json_t *layer = NULL;
        if (rc == ERR_OK)
            rc = layer_row(s, one, &layer);
        all = all && js_bool(layer, "read");
        json_array_append_new(layers, layer != NULL ? layer : json_null());
    }
    json_array_foreach(p != NULL ? json_object_get(policy_json(p), "params") : NULL, i, one)
        json_array_append_new(params, param_row(p, one));
    if (rc == ERR_OK) {
        js_set_str(out, "policy", policy_label(p));
        js_set_str(out, "title", policy_title(p));
        json_object_set_new(out, "read", s->j.clerk[0] != 0 ? json_boolean(all) : json_null());
        json_object_set(out, "packs", layers);
        json_object_set(out, "params", params);
        rc = row(to, out);
    }
    json_decref(layers);
    json_decref(params);
    json_decref(out);
    return rc;
}

/* --- overlays ----------------------------------------------------------------------------------
 */

/* planned, in_force, due (past its review date, and still in force), ended; broken: it cannot be
 * joined with the base pack and is left out; replaced: started again since. */
static const char *overlay_state(const struct policy *p, const json_t *standing, sqlite3_stmt *q)
{
    size_t i;
    json_t *one;
    int64_t now = clock_now();
    if (sqlite3_column_type(q, 9) == SQLITE_NULL) {
        if (store_int(q, 6) > now)
            return "planned";
    } else if (store_int(q, 9) <= now) {
        return "ended";
    }
    bool stands = false, joined = false;
    json_array_foreach((json_t *)(uintptr_t)standing, i, one) stands =
        stands || strcmp(js_str(one, "entry"), store_text(q, 0)) == 0;
    json_array_foreach((json_t *)(uintptr_t)policy_layers(p), i, one) joined =
        joined || (strcmp(js_str(one, "id"), store_text(q, 3)) == 0 &&
                   js_int(one, "version", 0) == store_int(q, 4));
    if (!stands)
        return "replaced";
    return !joined ? "broken" : store_int(q, 7) <= now ? "due" : "in_force";
}

static json_t *overlay_row(const struct policy *p, const json_t *standing, sqlite3_stmt *q)
{
    json_t *title = sql_parsed(q, 13, json_null()), *out = json_object();
    js_set_str(out, "entry", store_text(q, 0));
    js_set_time(out, "at", store_int(q, 1));
    js_set_str(out, "by", store_text(q, 2));
    js_set_str(out, "id", store_text(q, 3));
    js_set_int(out, "version", store_int(q, 4));
    js_set_str(out, "title", json_is_object(title) ? lang_pick(title) : store_text(q, 3));
    js_set_str(out, "order", store_text(q, 5));
    js_set_time(out, "start", store_int(q, 6));
    js_set_time(out, "review", store_int(q, 7));
    js_set_str(out, "approver", store_text(q, 8));
    js_set_str(out, "state", overlay_state(p, standing, q));
    js_set_time(out, "ended", sql_time(q, 9));
    json_object_set_new(out, "end_by", sql_json(q, 10));
    json_object_set_new(out, "end_order", sql_json(q, 11));
    json_object_set_new(out, "end_reason", sql_json(q, 12));
    json_decref(title);
    return out;
}

static enum err read_overlays(struct site *s, json_t *rows)
{
    bool more = false;
    struct policy *p;
    sqlite3_stmt *q = NULL;
    json_t *standing = NULL;
    enum err rc = site_policy(s, &p);
    if (rc == ERR_OK)
        rc = overlays_now(s->j.store, clock_now(), &standing);
    if (rc == ERR_OK)
        rc = sql_open(s->j.store, &q,
                      "SELECT o.entry, o.at, o.by, o.id, o.version, o.document, o.starts, o.review,"
                      " o.approver, o.ended, o.end_by, o.end_order, o.end_reason,"
                      " json_extract(d.body, '$.title') FROM overlay o LEFT JOIN definition d"
                      " ON d.what = 'policy' AND d.id = o.id AND d.version = o.version"
                      " ORDER BY o.n DESC",
                      "");
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &more)) == ERR_OK && more)
        json_array_append_new(rows, overlay_row(p, standing, q));
    json_decref(standing);
    return rc;
}

enum err overlays_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                       void *to)
{
    size_t i;
    json_t *one, *rows = json_array();
    enum err rc = read_overlays(s, rows);
    (void)arg;
    json_array_foreach(rows, i, one)
    {
        if (rc == ERR_OK && (q->state == NULL || strcmp(q->state, js_str(one, "state")) == 0))
            rc = row(to, one);
    }
    json_decref(rows);
    return rc;
}

/* --- packs that are known -----------------------------------------------------------------------
 */

static json_t *pack_row(sqlite3_stmt *q)
{
    json_t *pack = sql_parsed(q, 2, json_object()), *out = json_object();
    const json_t *trigger = js_get(pack, "trigger");
    js_set_str(out, "id", store_text(q, 0));
    js_set_int(out, "version", store_int(q, 1));
    js_set_str(out, "layer", policy_is_overlay(pack) ? "overlay" : "base");
    js_set_str(out, "title", lang_pick(js_get(pack, "title")));
    js_set_str(out, "trigger", trigger != NULL ? lang_pick(trigger) : NULL);
    json_object_set(out, "review_days", js_get(pack, "review_days"));
    js_set_str(out, "source", store_text(q, 3));
    json_decref(pack);
    return out;
}

/* The newest version of each; `arg` is a layer, "" for all. */
enum err packs_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                    void *to)
{
    size_t i;
    bool more = false;
    json_t *one, *rows = json_array();
    sqlite3_stmt *stmt = NULL;
    enum err rc =
        sql_open(s->j.store, &stmt,
                 "SELECT id, version, body, source FROM definition d WHERE what = 'policy'"
                 " AND version = (SELECT max(version) FROM definition n"
                 " WHERE n.what = d.what AND n.id = d.id) ORDER BY id",
                 "");
    (void)q;
    while (rc == ERR_OK && (rc = store_step(s->j.store, stmt, &more)) == ERR_OK && more)
        json_array_append_new(rows, pack_row(stmt));
    json_array_foreach(rows, i, one)
    {
        if (rc == ERR_OK && (*arg == 0 || strcmp(arg, js_str(one, "layer")) == 0))
            rc = row(to, one);
    }
    json_decref(rows);
    return rc;
}

/* --- adaptations and measures ------------------------------------------------------------------
 */

static json_t *make_adaptation(sqlite3_stmt *q)
{
    json_t *out = json_object();
    js_set_str(out, "id", store_text(q, 3));
    js_set_time(out, "at", store_int(q, 0));
    js_set_str(out, "clerk", store_text(q, 4));
    js_set_str(out, "base", store_text(q, 5));
    js_set_str(out, "param", store_text(q, 6));
    json_object_set_new(out, "old", sql_parsed(q, 7, json_null()));
    json_object_set_new(out, "new", sql_parsed(q, 8, json_null()));
    js_set_str(out, "reason", store_text(q, 9));
    js_set_str(out, "approver", store_text(q, 10));
    return out;
}

static enum err fill_adaptation(struct site *s, json_t *row)
{
    struct policy *p;
    enum err rc = site_policy(s, &p);
    if (rc != ERR_OK)
        return rc;
    const char *by = adapted_by(p, js_str(row, "param"));
    const json_t *param = policy_param_row(p, js_str(row, "param"));
    json_object_set_new(
        row, "in_force",
        json_boolean(by != NULL && strcmp(by, js_str(row, "id")) == 0 &&
                     json_equal(json_object_get(param, "value"), json_object_get(row, "new"))));
    js_set_str(row, "label", param != NULL ? lang_pick(js_get(param, "label")) : NULL);
    return ERR_OK;
}

static const char *const adaptation_match[] = {"param", "reason", "approver", "clerk", NULL};
static const struct listing adaptation_listing = {
    .sql = "SELECT at, epoch, seq, id, clerk, base, param, old, new, reason, approver"
           " FROM adaptation WHERE" LISTING_WINDOW LISTING_ORDER,
    .make = make_adaptation,
    .fill = fill_adaptation,
    .match = adaptation_match,
};

enum err adaptations_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                          void *to)
{
    return listing_each(s, &adaptation_listing, arg, q, row, to);
}

static json_t *make_measure(sqlite3_stmt *q)
{
    json_t *out = json_object();
    js_set_str(out, "id", store_text(q, 3));
    js_set_time(out, "at", store_int(q, 0));
    js_set_str(out, "clerk", store_text(q, 4));
    js_set_str(out, "title", store_text(q, 5));
    js_set_str(out, "text", store_text(q, 6));
    return out;
}

static const char *const measure_match[] = {"title", "text", "clerk", NULL};
static const struct listing measure_listing = {
    .sql = "SELECT at, epoch, seq, id, clerk, title, text FROM measure"
           " WHERE" LISTING_WINDOW LISTING_ORDER,
    .make = make_measure,
    .match = measure_match,
};

enum err measures_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                       void *to)
{
    return listing_each(s, &measure_listing, arg, q, row, to);
}
