/* Owns: the tables definition and site_definition. Invariant: a row's text has its hash. */
#include "sync/hub/definition.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/rules/catalogue.h"
#include "kiosk/rules/form.h"
#include "kiosk/rules/policy.h"

/* --- kinds ------------------------------------------------------------------------------------
 */

static enum err try_policy(const json_t *d, const char *name)
{
    struct policy *p;
    enum err rc = policy_parse(d, name, &p);
    if (rc == ERR_OK)
        policy_free(p);
    return rc;
}

static enum err try_catalogue(const json_t *d, const char *name)
{
    struct catalogue *c;
    enum err rc = catalogue_parse(d, name, &c);
    if (rc == ERR_OK)
        catalogue_free(c);
    return rc;
}

static enum err try_form(const json_t *d, const char *name)
{
    struct form *f;
    enum err rc = form_parse(d, name, &f);
    if (rc == ERR_OK)
        form_free(f);
    return rc;
}

/* folder: of those that ship and are listed; NULL: only what was sent is. */
static const struct kind_of {
    const char *kind, *folder;
    def_try *try;
} kinds[] = {
    {"policy", "policies/", try_policy},
    {"overlay", "policies/", try_policy},
    {"catalogue", "catalogue/", try_catalogue},
    {"form", NULL, try_form},
};
#define KINDS (sizeof kinds / sizeof *kinds)

def_try *hub_definition_try(const char *kind)
{
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(kinds[i].kind, kind) == 0)
            return kinds[i].try;
    return NULL;
}

enum err hub_definition_layer(const char *kind, const json_t *definition)
{
    bool overlay = strcmp(kind, "overlay") == 0;
    if ((overlay || strcmp(kind, "policy") == 0) && policy_is_overlay(definition) != overlay)
        return err_set(ERR_DEFINITION, "layer", "%s", overlay ? "base" : "overlay");
    return ERR_OK;
}

enum err hub_definition_read(const char *kind, const char *text, json_t **out)
{
    def_try *try = hub_definition_try(kind);
    *out = NULL;
    if (try == NULL)
        return err_set(ERR_FIELD_CHOICE, "kind", "policy, overlay, catalogue, form");
    enum err rc = def_read(text, strlen(text), kind, try);
    if (rc == ERR_OK)
        rc = js_parse(text, strlen(text), kind, out);
    if (rc == ERR_OK)
        rc = hub_definition_layer(kind, *out);
    if (rc != ERR_OK) {
        json_decref(*out);
        *out = NULL;
    }
    return rc;
}

void hub_definition_hash(const json_t *definition, char out[DEFINITION_HASH])
{
    unsigned char hash[HASH_BYTES];
    char *text = js_dump(definition);
    secret_hash_once(text, strlen(text), hash);
    hex_encode(hash, sizeof hash, out);
    free(text);
}

static const char *id_of(const json_t *definition)
{
    const char *id = js_str(definition, "id");
    return id != NULL ? id : "";
}

/* --- what ships -------------------------------------------------------------------------------
 */

/* The i-th that ships of this kind, parsed; NULL behind the last. `a` gets its text. */
static json_t *shipped_at(const struct kind_of *k, size_t i, const struct asset **a)
{
    json_t *d;
    size_t n = 0;
    if (k->folder == NULL)
        return NULL;
    for (size_t at = 0; (*a = asset_at(k->folder, at)) != NULL; at++) {
        if (js_parse((*a)->data, (*a)->len, (*a)->name, &d) != ERR_OK)
            continue;
        if (hub_definition_layer(k->kind, d) == ERR_OK && n++ == i)
            return d;
        json_decref(d);
    }
    return NULL;
}

/* The one of that id; owned by the caller. */
static json_t *shipped(const char *kind, const char *id, const struct asset **a)
{
    json_t *d;
    for (size_t k = 0; k < KINDS; k++)
        for (size_t i = 0; strcmp(kinds[k].kind, kind) == 0; i++) {
            d = shipped_at(&kinds[k], i, a);
            if (d == NULL || strcmp(id_of(d), id) == 0)
                return d;
            json_decref(d);
        }
    return NULL;
}

/* --- what was sent ----------------------------------------------------------------------------
 */

enum err hub_definition_fresh(struct hub *h, const char *kind, const json_t *definition)
{
    const struct asset *a;
    char hash[DEFINITION_HASH], own[DEFINITION_HASH] = "";
    int64_t version = js_int(definition, "version", 1);
    hub_definition_hash(definition, hash);
    json_t *ships = shipped(kind, id_of(definition), &a);
    if (ships != NULL && js_int(ships, "version", 1) == version)
        hub_definition_hash(ships, own);
    json_decref(ships);
    int64_t others = hub_number(h->db, 0,
                                "SELECT count(*) FROM definition WHERE kind = ?1 AND id = ?2"
                                " AND version = ?3 AND hash <> ?4",
                                "ssis", kind, id_of(definition), version, hash);
    if (others > 0 || (own[0] != 0 && strcmp(own, hash) != 0))
        return err_set(ERR_DUPLICATE, "version", "%lld", (long long)version);
    return ERR_OK;
}

int64_t hub_definition_next(struct hub *h, const char *kind, const char *id)
{
    const struct asset *a;
    json_t *ships = shipped(kind, id, &a);
    int64_t most = hub_number(h->db, 0,
                              "SELECT coalesce(max(version), 0) FROM definition WHERE kind = ?1"
                              " AND id = ?2",
                              "ss", kind, id);
    if (ships != NULL && js_int(ships, "version", 1) > most)
        most = js_int(ships, "version", 1);
    json_decref(ships);
    return most + 1;
}

enum err hub_definition_sent(struct hub *h, const char *kind, const json_t *definition,
                             const char *site, int64_t n, const char *officer)
{
    char hash[DEFINITION_HASH];
    char *text = js_dump(definition);
    int64_t version = js_int(definition, "version", 1), now = clock_now();
    hub_definition_hash(definition, hash);
    enum err rc = hub_run(h->db,
                          "INSERT INTO definition (kind, id, version, hash, text, at, officer)"
                          " VALUES (?1,?2,?3,?4,?5,?6,?7) ON CONFLICT DO NOTHING",
                          "ssissis", kind, id_of(definition), version, hash, text, now, officer);
    if (rc == ERR_OK)
        rc = hub_run(h->db,
                     "INSERT INTO site_definition (site, kind, id, version, hash, n, at)"
                     " VALUES (?1,?2,?3,?4,?5,?6,?7) ON CONFLICT (site, kind, id) DO UPDATE SET"
                     " version = ?4, hash = ?5, n = ?6, at = ?7",
                     "sssisii", site, kind, id_of(definition), version, hash, n, now);
    free(text);
    return rc;
}

/* --- all of them ------------------------------------------------------------------------------
 */

static json_t *row_of(const char *kind, const json_t *d, const char *hash)
{
    json_t *row = json_pack("{s:s,s:s,s:I,s:s}", "kind", kind, "id", id_of(d), "version",
                            (json_int_t)js_int(d, "version", 1), "hash", hash);
    if (js_get(d, "title") != NULL)
        json_object_set(row, "title", js_get(d, "title"));
    return row;
}

static void add_shipped(json_t *all)
{
    const struct asset *a;
    char hash[DEFINITION_HASH];
    json_t *d;
    for (size_t k = 0; k < KINDS; k++)
        for (size_t i = 0; (d = shipped_at(&kinds[k], i, &a)) != NULL; i++) {
            hub_definition_hash(d, hash);
            json_t *row = row_of(kinds[k].kind, d, hash);
            json_object_set_new(row, "shipped", json_true());
            js_set_int(row, "sites", 0);
            json_array_append_new(all, row);
            json_decref(d);
        }
}

static json_t *find(const json_t *all, const json_t *like)
{
    size_t i;
    json_t *row;
    json_array_foreach((json_t *)(uintptr_t)all, i, row)
    {
        if (strcmp(js_str(row, "kind"), js_str(like, "kind")) == 0 &&
            strcmp(js_str(row, "id"), js_str(like, "id")) == 0 &&
            strcmp(js_str(row, "hash"), js_str(like, "hash")) == 0)
            return row;
    }
    return NULL;
}

static enum err add_sent(struct hub *h, json_t *all)
{
    struct hub_rows r;
    json_t *d;
    char at[CLOCK_TEXT];
    enum err rc = hub_ask(h->db, &r,
                          "SELECT d.kind, d.hash, d.text, d.at, d.officer, (SELECT count(*) FROM"
                          " site_definition s WHERE s.kind = d.kind AND s.id = d.id"
                          " AND s.hash = d.hash) FROM definition d",
                          "");
    while (rc == ERR_OK && hub_next(&r, &rc)) {
        const char *text = hub_text(&r, 2);
        if (js_parse(text, strlen(text), NULL, &d) != ERR_OK)
            continue;
        json_t *row = row_of(hub_text(&r, 0), d, hub_text(&r, 1)), *known = find(all, row);
        if (known == NULL)
            json_array_append(all, row);
        else
            json_object_update_missing(row, known);
        js_set_str(known != NULL ? known : row, "at", clock_iso(hub_int(&r, 3), at));
        js_set_str(known != NULL ? known : row, "by", hub_text(&r, 4));
        js_set_int(known != NULL ? known : row, "sites", hub_int(&r, 5));
        json_decref(row);
        json_decref(d);
    }
    return rc;
}

static size_t kind_place(const json_t *row)
{
    size_t k = 0;
    while (k < KINDS && strcmp(kinds[k].kind, js_str(row, "kind")) != 0)
        k++;
    return k;
}

static int compare(const json_t *a, const json_t *b)
{
    size_t x = kind_place(a), y = kind_place(b);
    int id = strcmp(js_str(a, "id"), js_str(b, "id"));
    int64_t newer = js_int(b, "version", 0) - js_int(a, "version", 0);
    return x != y ? (x < y ? -1 : 1) : id != 0 ? id : newer < 0 ? -1 : newer > 0;
}

enum err hub_definitions(struct hub *h, json_t **out)
{
    json_t *all = json_array();
    add_shipped(all);
    enum err rc = add_sent(h, all);
    for (size_t i = 1; i < json_array_size(all); i++) {
        json_t *row = json_incref(json_array_get(all, i));
        size_t to = i;
        while (to > 0 && compare(json_array_get(all, to - 1), row) > 0)
            to--;
        json_array_remove(all, i);
        json_array_insert_new(all, to, row);
    }
    *out = rc == ERR_OK ? json_incref(all) : NULL;
    json_decref(all);
    return rc;
}

/* Indented, a member a line, so that a place has a line. */
static char *laid_out(const char *text)
{
    json_t *d;
    if (js_parse(text, strlen(text), NULL, &d) != ERR_OK)
        return mem_strdup(text);
    char *out = json_dumps(d, JSON_INDENT(1));
    json_decref(d);
    return out;
}

static char *shipped_text(const char *kind, const char *id, int64_t version, const char *hash)
{
    const struct asset *a = NULL;
    char own[DEFINITION_HASH];
    json_t *d = shipped(kind, id, &a);
    if (d == NULL)
        return NULL;
    hub_definition_hash(d, own);
    bool same = (version == 0 || js_int(d, "version", 1) == version) &&
                (hash == NULL || strcmp(hash, own) == 0);
    json_decref(d);
    return same ? mem_strdup(a->data) : NULL;
}

enum err hub_definition_text(struct hub *h, const char *kind, const char *id, int64_t version,
                             const char *hash, char **out)
{
    struct hub_rows r;
    *out = NULL;
    enum err rc = hub_ask(h->db, &r,
                          "SELECT text FROM definition WHERE kind = ?1 AND id = ?2"
                          " AND (?3 = 0 OR version = ?3) AND (?4 IS NULL OR hash = ?4)"
                          " ORDER BY version DESC, at DESC LIMIT 1",
                          "ssis", kind, id, version, hash);
    if (rc == ERR_OK && hub_next(&r, &rc)) {
        *out = laid_out(hub_text(&r, 0));
        hub_done(&r);
    }
    if (rc == ERR_OK && (*out == NULL || (version > 0 && hash != NULL))) {
        char *ships = shipped_text(kind, id, version, hash); /* as people laid it out */
        if (ships != NULL) {
            free(*out);
            *out = ships;
        }
    }
    return rc == ERR_OK && *out == NULL ? err_set(ERR_NOT_FOUND, id, NULL) : rc;
}
