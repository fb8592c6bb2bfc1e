/* Owns: the archive of definitions and the choice of what is in force.
 * Invariant: a definition that was in force once can be read for ever; one that does not parse is
 * never put in the place of one that does. */
#include "kiosk/desk/library.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"

/* Which folder of assets/ holds definitions of which sort. */
static const struct shelf {
    const char *folder, *what;
} shelves[] = {{"policies/", "policy"}, {"forms/", "form"}, {"catalogue/", "catalogue"}};
#define SHELVES (sizeof shelves / sizeof *shelves)

/* --- the archive -------------------------------------------------------------------------------
 */

static void shipped_mark(char out[2 * HASH_BYTES + 1])
{
    struct secret_hash h;
    unsigned char digest[HASH_BYTES];
    const struct asset *a;
    secret_hash_init(&h);
    for (size_t i = 0; i < SHELVES; i++)
        for (size_t k = 0; (a = asset_at(shelves[i].folder, k)) != NULL; k++)
            secret_hash_add(&h, a->data, a->len + 1);
    secret_hash_end(&h, digest);
    hex_encode(digest, HASH_BYTES, out);
}

static enum err keep(struct store *s, const char *what, const struct asset *a)
{
    json_t *json = NULL;
    enum err rc = js_parse(a->data, a->len, a->name, &json);
    if (rc != ERR_OK)
        return rc;
    sqlite3_stmt *q = store_sql(s, "INSERT OR IGNORE INTO definition (what, id, version, source,"
                                   " body) VALUES (?1, ?2, ?3, 'shipped', ?4)");
    if (q == NULL || js_str(json, "id") == NULL) {
        json_decref(json);
        return q == NULL ? err_last() : err_set(ERR_DEFINITION, a->name, "id: missing");
    }
    store_bind_text(q, 1, what);
    store_bind_text(q, 2, js_str(json, "id"));
    store_bind_int(q, 3, js_int(json, "version", 1));
    store_bind_text(q, 4, a->data);
    rc = store_run(s, q);
    json_decref(json);
    return rc;
}

static enum err keep_all(struct store *s)
{
    const struct asset *a;
    enum err rc = ERR_OK;
    for (size_t i = 0; i < SHELVES; i++)
        for (size_t k = 0; rc == ERR_OK && (a = asset_at(shelves[i].folder, k)) != NULL; k++)
            rc = keep(s, shelves[i].what, a);
    return rc;
}

enum err library_archive(struct store *s)
{
    char mark[2 * HASH_BYTES + 1];
    shipped_mark(mark);
    if (strcmp(site_get(s, "library"), mark) == 0)
        return ERR_OK;
    enum err rc = store_begin(s);
    if (rc != ERR_OK)
        return rc;
    rc = keep_all(s);
    if (rc == ERR_OK)
        rc = site_set(s, "library", mark);
    return store_end(s, rc);
}

enum err library_known(struct store *s, const char *what, const char *id)
{
    bool row;
    sqlite3_stmt *q = store_sql(s, "SELECT 1 FROM definition WHERE what = ?1 AND id = ?2 LIMIT 1");
    if (q == NULL)
        return err_last();
    store_bind_text(q, 1, what);
    store_bind_text(q, 2, id);
    enum err rc = store_step(s, q, &row);
    if (row)
        sqlite3_reset(q);
    return rc == ERR_OK && !row ? err_set(ERR_NOT_FOUND, what, "%s", id) : rc;
}

/* --- what is in force --------------------------------------------------------------------------
 */

struct edition {
    char id[64];
    int64_t version; /* 0: none */
};

static enum err one_edition(struct store *s, sqlite3_stmt *q, struct edition *out)
{
    bool row;
    out->version = 0;
    enum err rc = store_step(s, q, &row);
    if (rc != ERR_OK || !row)
        return rc;
    snprintf(out->id, sizeof out->id, "%s", store_text(q, 0));
    out->version = store_int(q, 1);
    sqlite3_reset(q);
    return ERR_OK;
}

/* The last order that has taken effect; a policy's id may change by it, a form's may not. */
static enum err ordered(struct store *s, const char *what, const char *id, struct edition *out)
{
    sqlite3_stmt *q = store_sql(s, "SELECT id, version FROM in_force WHERE what = ?1"
                                   " AND (?2 IS NULL OR id = ?2) AND effective_from <= ?3"
                                   " ORDER BY effective_from DESC, order_n DESC LIMIT 1");
    if (q == NULL)
        return err_last();
    store_bind_text(q, 1, what);
    store_bind_text(q, 2, id);
    store_bind_int(q, 3, clock_now());
    return one_edition(s, q, out);
}

static enum err shipped(struct store *s, const char *what, const char *id, struct edition *out)
{
    sqlite3_stmt *q = store_sql(s, "SELECT id, version FROM definition WHERE what = ?1"
                                   " AND (?2 IS NULL OR id = ?2) AND source = 'shipped'"
                                   " ORDER BY version DESC LIMIT 1");
    if (q == NULL)
        return err_last();
    store_bind_text(q, 1, what);
    store_bind_text(q, 2, id);
    return one_edition(s, q, out);
}

static enum err in_force(struct store *s, const char *what, const char *id, const char *base,
                         struct edition *out)
{
    enum err rc = ordered(s, what, id, out);
    if (rc == ERR_OK && out->version == 0)
        rc = shipped(s, what, base, out);
    if (rc == ERR_OK && out->version == 0)
        rc = err_set(ERR_NOT_FOUND, what, "%s", base != NULL ? base : "");
    return rc;
}

static enum err read_edition(struct store *s, const char *what, const struct edition *e,
                             json_t **out)
{
    bool row;
    sqlite3_stmt *q = store_sql(s, "SELECT body FROM definition WHERE what = ?1 AND id = ?2"
                                   " AND version = ?3");
    *out = NULL;
    if (q == NULL)
        return err_last();
    store_bind_text(q, 1, what);
    store_bind_text(q, 2, e->id);
    store_bind_int(q, 3, e->version);
    enum err rc = store_step(s, q, &row);
    if (rc != ERR_OK)
        return rc;
    if (!row)
        return err_set(ERR_NOT_FOUND, what, "%s@%lld", e->id, (long long)e->version);
    rc = js_parse(store_text(q, 0), (size_t)sqlite3_column_bytes(q, 0), e->id, out);
    sqlite3_reset(q);
    return rc;
}

static enum err load_policy(struct store *s, const struct edition *e, struct policy **out)
{
    json_t *json;
    enum err rc = read_edition(s, "policy", e, &json);
    if (rc == ERR_OK)
        rc = policy_parse(json, e->id, out);
    json_decref(json);
    return rc;
}

enum err site_policy(struct site *s, struct policy **out)
{
    struct edition e;
    struct policy *fresh = NULL;
    char base[64];
    snprintf(base, sizeof base, "%s", site_get(s->j.store, "policy"));
    enum err rc = in_force(s->j.store, "policy", NULL, base, &e);
    *out = s->policy;
    if (rc == ERR_OK && s->policy != NULL && strcmp(policy_id(s->policy), e.id) == 0 &&
        policy_version(s->policy) == e.version)
        return ERR_OK;
    if (rc == ERR_OK)
        rc = load_policy(s->j.store, &e, &fresh);
    if (rc != ERR_OK)
        return rc;
    policy_free(s->policy);
    *out = s->policy = fresh;
    return ERR_OK;
}

enum err site_policy_named(struct site *s, const char *id, struct policy **out)
{
    struct edition e;
    *out = NULL;
    enum err rc = in_force(s->j.store, "policy", id, id, &e);
    return rc == ERR_OK ? load_policy(s->j.store, &e, out) : rc;
}

enum err site_catalogue(struct site *s, struct catalogue **out)
{
    struct edition e;
    json_t *json = NULL;
    struct catalogue *fresh = NULL;
    enum err rc = in_force(s->j.store, "catalogue", NULL, NULL, &e);
    *out = s->catalogue;
    if (rc == ERR_OK && s->catalogue != NULL && catalogue_version(s->catalogue) == e.version)
        return ERR_OK;
    if (rc == ERR_OK)
        rc = read_edition(s->j.store, "catalogue", &e, &json);
    if (rc == ERR_OK)
        rc = catalogue_parse(json, e.id, &fresh);
    json_decref(json);
    if (rc != ERR_OK)
        return rc;
    catalogue_free(s->catalogue);
    *out = s->catalogue = fresh;
    return ERR_OK;
}

static struct form **slot_of(struct site *s, const char *id)
{
    for (size_t i = 0; i < s->n_forms; i++)
        if (strcmp(s->forms[i]->id, id) == 0)
            return &s->forms[i];
    return NULL;
}

static enum err load_form(struct site *s, const struct edition *e, struct form **out)
{
    json_t *json;
    enum err rc = read_edition(s->j.store, "form", e, &json);
    if (rc == ERR_OK)
        rc = form_parse(json, e->id, out);
    json_decref(json);
    return rc;
}

static enum err form_by_id(struct site *s, const char *id, struct form **out)
{
    struct edition e;
    struct form **slot = slot_of(s, id);
    enum err rc = in_force(s->j.store, "form", id, id, &e);
    if (rc == ERR_OK && slot != NULL && (*slot)->version == e.version) {
        *out = *slot;
        return ERR_OK;
    }
    if (rc == ERR_OK)
        rc = load_form(s, &e, out);
    if (rc != ERR_OK)
        return rc;
    if (slot != NULL) {
        form_free(*slot);
        *slot = *out;
        return ERR_OK;
    }
    s->forms = mem_grow(s->forms, (s->n_forms + 1) * sizeof *s->forms);
    s->forms[s->n_forms++] = *out;
    return ERR_OK;
}

/* All form ids that are known, as an array of strings owned by the caller. */
static enum err form_ids(struct site *s, json_t **out)
{
    bool row;
    sqlite3_stmt *q = store_sql(s->j.store, "SELECT DISTINCT id FROM definition"
                                            " WHERE what = 'form' ORDER BY id");
    enum err rc = store_step(s->j.store, q, &row);
    *out = json_array();
    for (; rc == ERR_OK && row; rc = store_step(s->j.store, q, &row))
        json_array_append_new(*out, json_string(store_text(q, 0)));
    return rc;
}

enum err site_form(struct site *s, const char *id, struct form **out)
{
    json_t *ids = NULL, *one;
    size_t i;
    *out = NULL;
    if (library_known(s->j.store, "form", id) == ERR_OK)
        return form_by_id(s, id, out);
    enum err rc = form_ids(s, &ids);
    bool found = false;
    json_array_foreach(ids, i, one)
    {
        if (rc == ERR_OK && !found)
            rc = form_by_id(s, json_string_value(one), out);
        found = found || (rc == ERR_OK && strcmp((*out)->code, id) == 0);
    }
    json_decref(ids);
    if (rc == ERR_OK && !found)
        rc = err_set(ERR_NOT_FOUND, "form", "%s", id);
    if (rc != ERR_OK)
        *out = NULL;
    return rc;
}

static bool under_policy(const struct form *f, const char *policy)
{
    const json_t *when = json_object_get(f->json, "in_force"), *one;
    size_t i;
    if (!json_is_array(when))
        return true;
    json_array_foreach(when, i, one) if (json_is_string(one) &&
                                         strcmp(json_string_value(one), policy) == 0) return true;
    return false;
}

enum err site_ledgers(struct site *s, json_t **out)
{
    struct policy *policy;
    struct form *f;
    json_t *ids = NULL, *one;
    size_t i;
    *out = json_array();
    enum err rc = site_policy(s, &policy);
    if (rc == ERR_OK)
        rc = form_ids(s, &ids);
    json_array_foreach(ids, i, one)
    {
        if (rc == ERR_OK)
            rc = form_by_id(s, json_string_value(one), &f);
        if (rc == ERR_OK && strcmp(f->kind, "ledger") == 0 && under_policy(f, policy_id(policy)))
            json_array_append_new(
                *out, json_pack("{s:s,s:s,s:s}", "id", f->id, "code", f->code, "title", f->title));
    }
    json_decref(ids);
    return rc;
}

void library_forget(struct site *s)
{
    policy_free(s->policy);
    catalogue_free(s->catalogue);
    for (size_t i = 0; i < s->n_forms; i++)
        form_free(s->forms[i]);
    free(s->forms);
    s->policy = NULL;
    s->catalogue = NULL;
    s->forms = NULL;
    s->n_forms = 0;
}
