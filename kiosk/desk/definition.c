/* Owns: definitions that come by order, and ledgers that a point adds by itself.
 * Invariant: what does not parse is never in force; what was in force stays. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/order.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/sql.h"
#include "kiosk/rules/catalogue.h"
#include "kiosk/rules/form.h"
#include "kiosk/rules/policy.h"
#include "kiosk/secret/secret.h"

static enum err try_policy(const json_t *definition)
{
    struct policy *p = NULL;
    enum err rc = policy_parse(definition, "order", &p);
    policy_free(p);
    if (rc == ERR_OK && policy_is_overlay(definition)) /* it needs an order of its own kind */
        rc = err_set(ERR_DEFINITION, "layer", NULL);
    return rc;
}

static enum err try_catalogue(const json_t *definition)
{
    struct catalogue *c = NULL;
    enum err rc = catalogue_parse(definition, "order", &c);
    catalogue_free(c);
    return rc;
}

static enum err try_form(const json_t *definition)
{
    struct form *f = NULL;
    enum err rc = form_parse(definition, "order", &f);
    form_free(f);
    return rc;
}

static const struct {
    const char *kind;
    enum err (*try)(const json_t *definition);
} whats[] = {
    {"policy", try_policy},
    {"catalogue", try_catalogue},
    {"form", try_form},
};
#define WHATS (sizeof whats / sizeof whats[0])

static enum err effective_from(const struct entry *e, int64_t *from)
{
    const json_t *given = js_get(e->body, "effective");
    *from = e->heard;
    if (json_is_integer(given))
        *from = json_integer_value(given);
    else if (given != NULL &&
             (!json_is_string(given) || (!clock_parse_date(json_string_value(given), from) &&
                                         !clock_parse(json_string_value(given), from))))
        return err_set(ERR_DATE, "effective", NULL);
    return ERR_OK;
}

static void digest_of(const char *text, char out[2 * HASH_BYTES + 1])
{
    unsigned char hash[HASH_BYTES];
    secret_hash_once(text, strlen(text), hash);
    hex_encode(hash, sizeof hash, out);
}

/* One version has one wording: told by the orders before this one, not by the archive, which a
 * replay does not empty. */
static enum err same_words(struct store *s, const struct entry *e, const char *id, int64_t version,
                           const char *digest)
{
    bool other;
    enum err rc = sql_text(s, &other, NULL, 0,
                           "SELECT 1 FROM in_force WHERE what = ?1 AND id = ?2 AND version = ?3"
                           " AND digest <> ?4",
                           "ttit", e->kind, id, version, digest);
    return rc != ERR_OK || !other ? rc : err_set(ERR_DUPLICATE, "version", NULL);
}

/* What the point adds itself comes before all orders: of two that take effect at one moment the
 * order stands. */
static int64_t place_of(const struct entry *e)
{
    return e->order ? e->seq : INT64_MIN / 2 + e->epoch * (INT64_C(1) << 40) + e->seq;
}

enum err definition_keep(struct store *s, const struct entry *e, const char *what, int64_t from,
                         const json_t *definition, bool *refused)
{
    const char *id = js_str(definition, "id");
    int64_t version = js_int(definition, "version", 1);
    char digest[2 * HASH_BYTES + 1];
    char *text = js_dump(definition);
    digest_of(text, digest);
    enum err rc = same_words(s, e, id, version, digest);
    *refused = rc == ERR_DUPLICATE;
    if (*refused) {
        rc = e->order ? order_refuse(s, e, rc) : ERR_OK;
    } else if (rc == ERR_OK) {
        rc = sql_put(s,
                     "INSERT OR IGNORE INTO definition (what, id, version, source, body)"
                     " VALUES (?1,?2,?3,?4,?5)",
                     "ttitt", what, id, version, e->id, text);
        if (rc == ERR_OK)
            rc = sql_put(s,
                         "INSERT INTO in_force (what, id, version, effective_from, order_n, digest)"
                         " VALUES (?1,?2,?3,?4,?5,?6)",
                         "ttiiit", e->kind, id, version, from, place_of(e), digest);
    }
    free(text);
    return rc;
}

static enum err take(struct store *s, const struct entry *e, size_t what, const json_t *definition)
{
    int64_t from;
    const char *id = js_str(definition, "id");
    enum err rc = whats[what].try(definition);
    if (rc == ERR_OK)
        rc = effective_from(e, &from);
    if (rc == ERR_OK && id == NULL)
        rc = err_set(ERR_DEFINITION, "id", NULL);
    if (rc != ERR_OK)
        return order_refuse(s, e, rc);
    bool refused;
    return definition_keep(s, e, e->kind, from, definition, &refused);
}

static void label(const json_t *definition, char *out, size_t size)
{
    const char *id = js_str(definition, "id");
    snprintf(out, size, "%s@%lld", id != NULL ? id : "",
             (long long)js_int(definition, "version", 1));
}

/* It was checked when it was added; by a later program's rules it may be wrong, and is then none.
 */
static enum err take_own(struct store *s, const struct entry *e)
{
    bool refused = false;
    const json_t *definition = js_get(e->body, "definition");
    if (try_form(definition) != ERR_OK)
        return ERR_OK;
    return definition_keep(s, e, e->kind, e->at, definition, &refused);
}

enum err definition_project(struct store *s, const struct entry *e)
{
    if (!e->order)
        return take_own(s, e);
    char text[128];
    const json_t *definition = js_get(e->body, "definition");
    label(definition, text, sizeof text);
    enum err rc = order_note(s, e, NULL, definition != NULL ? text : NULL);
    if (rc == ERR_OK && !json_is_object(definition))
        return order_refuse(s, e, err_set(ERR_FIELD_REQUIRED, "definition", NULL));
    for (size_t i = 0; rc == ERR_OK && i < WHATS; i++)
        if (strcmp(whats[i].kind, e->kind) == 0)
            return take(s, e, i, definition);
    return rc;
}
