/* Owns: which policy is in force: the base pack, the overlays over it and the site's adaptations.
 * Invariant: there is always a policy as long as the base pack parses; an overlay that cannot be
 * joined with it (any more) is left out, and its view says so. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/library.h"
#include "kiosk/desk/overlay.h"
#include "kiosk/desk/sql.h"
#include "kiosk/rules/policymerge.h"

/* The parts as they stand now, in one text: cheap, for it is asked at every key press. */
static enum err key_of(struct store *s, const struct edition *base, int64_t now, char **out)
{
    bool row = false;
    sqlite3_stmt *q = NULL;
    *out = NULL;
    enum err rc = sql_open(s, &q,
                           "SELECT coalesce((SELECT group_concat(id || '@' || version, '+')"
                           " FROM " OVERLAYS_NOW "), ''), coalesce((SELECT id FROM adaptation"
                           " WHERE " ADAPTATIONS_NOW " ORDER BY epoch DESC, seq DESC LIMIT 1), '')",
                           "it", now, base->id);
    if (rc == ERR_OK)
        rc = store_step(s, q, &row);
    if (rc != ERR_OK || !row)
        return rc;
    *out = mem_printf("%s@%lld+%s#%s", base->id, (long long)base->version, store_text(q, 0),
                      store_text(q, 1));
    sqlite3_reset(q);
    return ERR_OK;
}

static enum err read_overlays(struct store *s, int64_t now, json_t **out)
{
    size_t i;
    json_t *one, *rows = NULL, *pack;
    enum err rc = overlays_now(s, now, &rows);
    *out = json_array();
    json_array_foreach(rows, i, one)
    {
        struct edition e = {.version = js_int(one, "version", 0)};
        snprintf(e.id, sizeof e.id, "%s", js_str(one, "id"));
        if (rc == ERR_OK && (rc = library_read(s, "policy", &e, &pack)) == ERR_OK)
            json_array_append_new(*out, pack);
    }
    json_decref(rows);
    return rc;
}

/* The latest of the overlays goes first when they do not fit together. */
static enum err join_most(const json_t *base, json_t *overlays, const json_t *adaptations,
                          const char *name, struct policy **out)
{
    enum err rc = policy_join(base, overlays, adaptations, name, out);
    if (rc == ERR_DEFINITION && adaptations != NULL)
        rc = policy_join(base, overlays, NULL, name, out);
    while (rc == ERR_DEFINITION && json_array_size(overlays) > 0) {
        json_array_remove(overlays, json_array_size(overlays) - 1);
        rc = policy_join(base, overlays, adaptations, name, out);
    }
    return rc;
}

static enum err load(struct store *s, const struct edition *e, int64_t now, struct policy **out)
{
    json_t *base = NULL, *overlays = NULL, *adaptations = NULL;
    enum err rc = library_read(s, "policy", e, &base);
    if (rc == ERR_OK)
        rc = read_overlays(s, now, &overlays);
    if (rc == ERR_OK)
        rc = adaptations_now(s, e->id, now, &adaptations);
    if (rc == ERR_OK)
        rc = join_most(base, overlays, adaptations, e->id, out);
    json_decref(base);
    json_decref(overlays);
    json_decref(adaptations);
    return rc;
}

static enum err base_now(struct store *s, struct edition *out)
{
    char base[64];
    snprintf(base, sizeof base, "%s", site_get(s, "policy"));
    return library_in_force(s, "policy", NULL, base, out);
}

enum err site_policy(struct site *s, struct policy **out)
{
    struct edition e;
    char *key = NULL;
    int64_t now = clock_now();
    struct policy *fresh = NULL;
    enum err rc = base_now(s->j.store, &e);
    if (rc == ERR_OK)
        rc = key_of(s->j.store, &e, now, &key);
    *out = s->policy;
    bool same = rc == ERR_OK && s->policy != NULL && strcmp(key, s->policy_key) == 0;
    if (rc == ERR_OK && !same)
        rc = load(s->j.store, &e, now, &fresh);
    if (rc != ERR_OK || same) {
        free(key);
        return rc;
    }
    policy_free(s->policy);
    free(s->policy_key);
    s->policy_key = key;
    *out = s->policy = fresh;
    return ERR_OK;
}

/* --- by name -----------------------------------------------------------------------------------
 */

static enum err read_named(void *with, const char *id, int version, json_t **out)
{
    struct store *s = with;
    struct edition e = {.version = version};
    snprintf(e.id, sizeof e.id, "%s", id);
    enum err rc = ERR_OK;
    if (version == 0)
        rc = library_in_force(s, "policy", id, id, &e);
    if (rc == ERR_NOT_FOUND)
        rc = library_newest(s, "policy", id, &e);
    return rc == ERR_OK ? library_read(s, "policy", &e, out) : rc;
}

enum err site_policy_named(struct site *s, const char *id, struct policy **out)
{
    return policy_join_named(id, read_named, s->j.store, out);
}
