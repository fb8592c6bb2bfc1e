/* Owns: ledgers that a point adds by itself, and the list of all definitions.
 * Invariant: what came with the program or by order is never replaced from here; a version, once
 * added, keeps its words. */
#include "kiosk/desk/ownform.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/library.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/sql.h"
#include "kiosk/rules/define.h"
#include "kiosk/store/kind.h"

/* Papers are lines of the entries of cases, each a row of its own. */
static bool feeds(const char *kind)
{
    return kind_find(kind) != NULL || strcmp(kind, "paper") == 0;
}

static enum err check_feeds(const struct form *f, const struct def_place *top)
{
    size_t i;
    json_t *kind;
    json_array_foreach(js_get(f->json, "feeds"), i, kind)
    {
        struct def_place at = def_below(top, "feeds", (long)i);
        if (!feeds(json_string_value(kind)))
            return def_fail(&at, NULL, "no kind of entry '%s'", json_string_value(kind));
    }
    return !f->by_hand && i == 0
               ? def_fail(top, "by_hand", "without feeds nothing would fill this ledger")
               : ERR_OK;
}

enum err ownform_check(const json_t *definition, const char *name)
{
    struct form *f = NULL;
    struct def_place top = {.name = name};
    enum err rc = form_parse(definition, name, &f);
    if (rc == ERR_OK && strcmp(f->kind, "ledger") == 0)
        rc = check_feeds(f, &top);
    form_free(f);
    return rc;
}

/* --- added -------------------------------------------------------------------------------------
 */

static const struct member form_shape[] = {
    {"definition", MEMBER_OBJECT, true, 0, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

static enum err check_own(struct site *s, const char *id)
{
    bool own;
    enum err rc = library_known(s->j.store, "form", id);
    if (rc == ERR_NOT_FOUND)
        return ERR_OK;
    if (rc == ERR_OK)
        rc = sql_text(s->j.store, &own, NULL, 0,
                      "SELECT 1 WHERE EXISTS (SELECT 1 FROM in_force WHERE what = 'form'"
                      " AND id = ?1 AND order_n < 0) AND NOT EXISTS (SELECT 1 FROM in_force"
                      " WHERE what = 'form' AND id = ?1 AND order_n >= 0)",
                      "t", id);
    return rc != ERR_OK || own
               ? rc
               : err_set(ERR_DUPLICATE, "id", _("'%s' is not this point's own ledger"), id);
}

static enum err check_version(struct site *s, const char *id, int64_t version)
{
    struct edition newest;
    enum err rc = library_newest(s->j.store, "form", id, &newest);
    if (rc == ERR_NOT_FOUND)
        return ERR_OK;
    return rc != ERR_OK || version > newest.version
               ? rc
               : err_set(ERR_DUPLICATE, "version", _("the newest one is %lld"),
                         (long long)newest.version);
}

static enum err check_code(struct site *s, const char *code, const char *id)
{
    struct form *f;
    if (code == NULL || site_form(s, code, &f) != ERR_OK || strcmp(f->id, id) == 0)
        return ERR_OK;
    return err_set(ERR_DUPLICATE, "code", "%s", f->id);
}

static enum err check_new(struct site *s, const json_t *definition)
{
    enum err rc = ownform_check(definition, "definition");
    const char *id = js_str(definition, "id");
    if (rc == ERR_OK && strcmp(js_str(definition, "kind"), "ledger") != 0)
        rc = err_set(ERR_DEFINITION, "definition", "kind: a point adds ledgers only");
    if (rc == ERR_OK)
        rc = check_own(s, id);
    if (rc == ERR_OK)
        rc = check_version(s, id, js_int(definition, "version", 1));
    return rc == ERR_OK ? check_code(s, js_str(definition, "code"), id) : rc;
}

enum err form_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    static const char *const keys[] = {"definition", NULL};
    json_t *clean = NULL;
    enum err rc =
        *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : input_check(form_shape, in, &clean);
    if (rc == ERR_OK)
        rc = check_new(s, js_get(clean, "definition"));
    if (rc == ERR_OK)
        rc = action_append(s, (struct journal_new){.kind = "form", .at = CLOCK_NONE},
                           input_pick(clean, keys), NULL, out);
    json_decref(clean);
    return rc;
}

/* --- shown -------------------------------------------------------------------------------------
 */

static json_t *make_row(sqlite3_stmt *q)
{
    json_t *definition = sql_parsed(q, 3, json_object()), *row = json_object();
    const char *source = store_text(q, 2);
    js_set_str(row, "id", store_text(q, 0));
    js_set_str(row, "code", js_str(definition, "code"));
    js_set_int(row, "version", store_int(q, 1));
    js_set_str(row, "kind", js_str(definition, "kind"));
    js_set_str(row, "title", lang_pick(js_get(definition, "title")));
    js_set_int(row, "fields", (int64_t)json_array_size(js_get(definition, "fields")));
    json_object_set(row, "feeds", js_get(definition, "feeds"));
    js_set_str(row, "source", source);
    json_decref(definition);
    return row;
}

static enum err show_row(struct site *s, json_t *row, const json_t *kept, row_fn *give, void *to)
{
    size_t i;
    json_t *one;
    struct form *f;
    bool shown = false;
    const char *id = js_str(row, "id");
    enum err rc = site_form(s, id, &f);
    json_array_foreach((json_t *)(uintptr_t)kept, i, one)
    {
        shown = shown || strcmp(js_str(one, "id"), id) == 0;
    }
    json_object_set_new(row, "in_force",
                        json_boolean(rc == ERR_OK && js_int(row, "version", 0) == f->version));
    json_object_set_new(row, "hidden",
                        json_boolean(strcmp(js_str(row, "kind"), "ledger") == 0 && !shown));
    return give(to, row);
}

enum err forms_each(struct site *s, const char *arg, const struct view_query *v, row_fn *row,
                    void *to)
{
    size_t i;
    json_t *one, *kept = NULL, *rows = json_array();
    bool more = false;
    int64_t place = 0;
    sqlite3_stmt *q;
    enum err rc = sql_open(s->j.store, &q,
                           "SELECT id, version, source, body FROM definition WHERE what = 'form'"
                           " AND (?1 = '' OR id = ?1) ORDER BY id, version",
                           "t", arg);
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &more)) == ERR_OK && more)
        json_array_append_new(rows, make_row(q));
    if (rc == ERR_OK)
        rc = site_ledgers(s, &kept);
    json_array_foreach(rows, i, one)
    {
        bool wanted = v->like == NULL || match_text(js_str(one, "id"), v->like) ||
                      match_text(js_str(one, "title"), v->like);
        if (rc != ERR_OK || !wanted || place++ < v->offset)
            continue;
        if (v->limit == 0 || place <= v->offset + v->limit)
            rc = show_row(s, one, kept, row, to);
    }
    json_decref(kept);
    json_decref(rows);
    return rc;
}

enum err ownform_read(struct site *s, const char *id, int64_t version, json_t **out)
{
    struct form *f;
    struct edition e = {.version = version};
    enum err rc = site_form(s, id, &f);
    *out = NULL;
    if (rc != ERR_OK)
        return rc;
    snprintf(e.id, sizeof e.id, "%s", f->id);
    e.version = version > 0 ? version : f->version;
    return library_read(s->j.store, "form", &e, out);
}
