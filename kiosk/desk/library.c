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

enum err library_in_force(struct store *s, const char *what, const char *id, const char *base,
                          struct edition *out)
{
    enum err rc = ordered(s, what, id, out);
    if (rc == ERR_OK && out->version == 0)
        rc = shipped(s, what, base, out);
    if (rc == ERR_OK && out->version == 0)
        rc = err_set(ERR_NOT_FOUND, what, "%s", base != NULL ? base : "");
    return rc;
}

enum err library_newest(struct store *s, const char *what, const char *id, struct edition *out)
{
    sqlite3_stmt *q = store_sql(s, "SELECT id, version FROM definition WHERE what = ?1 AND id = ?2"
                                   " ORDER BY version DESC LIMIT 1");
    if (q == NULL)
        return err_last();
    store_bind_text(q, 1, what);
    store_bind_text(q, 2, id);
    enum err rc = one_edition(s, q, out);
    return rc == ERR_OK && out->version == 0 ? err_set(ERR_NOT_FOUND, what, "%s", id) : rc;
}

enum err library_read(struct store *s, const char *what, const struct edition *e, json_t **out)
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

enum err site_catalogue(struct site *s, struct catalogue **out)
{
    struct edition e;
    json_t *json = NULL;
    struct catalogue *fresh = NULL;
    enum err rc = library_in_force(s->j.store, "catalogue", NULL, NULL, &e);
    *out = s->catalogue;
    if (rc == ERR_OK && s->catalogue != NULL && catalogue_version(s->catalogue) == e.version)
        return ERR_OK;
    if (rc == ERR_OK)
        rc = library_read(s->j.store, "catalogue", &e, &json);
    if (rc == ERR_OK)
        rc = catalogue_parse(json, e.id, &fresh);
    json_decref(json);
    if (rc != ERR_OK)
        return rc;
    catalogue_free(s->catalogue);
    *out = s->catalogue = fresh;
    return ERR_OK;
}

void library_forget(struct site *s)
{
    policy_free(s->policy);
    free(s->policy_key);
    catalogue_free(s->catalogue);
    for (size_t i = 0; i < s->n_forms; i++)
        form_free(s->forms[i]);
    free(s->forms);
    free(s->forms_key);
    s->forms_key = NULL;
    s->policy = NULL;
    s->policy_key = NULL;
    s->catalogue = NULL;
    s->forms = NULL;
    s->n_forms = 0;
}
