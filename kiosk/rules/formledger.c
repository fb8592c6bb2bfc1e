/* Owns: what a ledger's definition says beyond its fields: what feeds it, its schedule, its running
 * balance. Invariant: each field and each choice that these name is there. */
#include "kiosk/rules/formdef.h"

#include <string.h>

#include "kiosk/base/js.h"

static const struct def_key schedule_keys[] = {
    {"duty", DEF_NAME, true}, {"slot", DEF_NAME, false}, {NULL, DEF_ANY, false}};

static const struct def_key balance_keys[] = {
    {"by", DEF_IDS, true},          {"quantity", DEF_NAME, true},   {"direction", DEF_NAME, true},
    {"in", DEF_ID, true},           {"out", DEF_ID, true},          {"count", DEF_ID, true},
    {"discard", DEF_ID, false},     {"place", DEF_NAME, false},     {"batch", DEF_NAME, false},
    {"expiry", DEF_NAME, false},    {"spec", DEF_NAME, false},      {"negative", DEF_BOOL, false},
    {"release", DEF_OBJECT, false}, {"minimum", DEF_OBJECT, false}, {"expiry_days", DEF_INT, false},
    {NULL, DEF_ANY, false}};

/* Each key of `list` names a field of the form. */
static enum err names_fields(const struct form *f, const json_t *object, const char *const *keys,
                             const struct def_place *at)
{
    for (; *keys != NULL; keys++) {
        const char *id = js_str(object, *keys);
        if (id != NULL && form_field(f, id) == NULL)
            return def_fail(at, *keys, "no field '%s'", id);
    }
    return ERR_OK;
}

static const struct def_key release_keys[] = {
    {"by", DEF_NAME, false},  {"role", DEF_ID, false},  {"posts", DEF_IDS, false},
    {"pin", DEF_BOOL, false}, {"two", DEF_BOOL, false}, {"above", DEF_NUMBER, false},
    {NULL, DEF_ANY, false}};

/* Who may release: the field that names the approver is there, and somebody may. */
static enum err read_release(const struct form *f, const json_t *balance,
                             const struct def_place *top)
{
    static const char *const fields[] = {"by", NULL};
    const json_t *release = js_get(balance, "release");
    struct def_place at = def_below(top, "release", -1);
    if (release == NULL)
        return ERR_OK;
    enum err rc = def_check(release, release_keys, &at);
    if (rc == ERR_OK && js_str(release, "by") == NULL)
        rc = def_fail(&at, "by", "must be there");
    return rc == ERR_OK ? names_fields(f, release, fields, &at) : rc;
}

static enum err read_minimum(const json_t *balance, const struct def_place *top)
{
    const char *item;
    json_t *least;
    struct def_place at = def_below(top, "minimum", -1);
    json_object_foreach(js_get(balance, "minimum"), item, least)
    {
        if (!json_is_number(least) || json_number_value(least) < 0)
            return def_fail(&at, item, "must be a number, 0 or more");
    }
    return ERR_OK;
}

static enum err read_balance(const struct form *f, const struct def_place *top)
{
    static const char *const fields[] = {"quantity", "direction", "place", "batch",
                                         "expiry",   "spec",      NULL};
    static const char *const ways[] = {"in", "out", "count", "discard"};
    const json_t *balance = js_get(f->json, "balance"), *one;
    struct def_place at = def_below(top, "balance", -1);
    size_t i;
    if (balance == NULL)
        return ERR_OK;
    enum err rc = def_check(balance, balance_keys, &at);
    if (rc == ERR_OK)
        rc = names_fields(f, balance, fields, &at);
    json_array_foreach(json_object_get(balance, "by"), i,
                       one) if (rc == ERR_OK && form_field(f, json_string_value(one)) == NULL) rc =
        def_fail(&at, "by", "no field '%s'", json_string_value(one));
    for (i = 0; rc == ERR_OK && i < sizeof ways / sizeof *ways; i++) {
        const struct field *fd = form_field(f, js_str(balance, "direction"));
        bool found = js_str(balance, ways[i]) == NULL;
        for (size_t k = 0; k < fd->n_choices && !found; k++)
            found = strcmp(fd->choices[k].id, js_str(balance, ways[i])) == 0;
        rc = found ? ERR_OK : def_fail(&at, ways[i], "not a choice of '%s'", fd->id);
    }
    if (rc == ERR_OK)
        rc = read_release(f, balance, &at);
    return rc == ERR_OK ? read_minimum(balance, &at) : rc;
}

enum err formdef_ledger(const struct form *f, const struct def_place *top)
{
    static const char *const fields[] = {"slot", NULL};
    const json_t *schedule = js_get(f->json, "schedule"), *force = js_get(f->json, "in_force");
    struct def_place at = def_below(top, "schedule", -1);
    const char *word = json_string_value(force);
    if (force != NULL && !json_is_array(force) && (word == NULL || strcmp(word, "always") != 0))
        return def_fail(top, "in_force", "\"always\" or an array of policies");
    enum err rc = ERR_OK;
    if (schedule != NULL && (rc = def_check(schedule, schedule_keys, &at)) == ERR_OK)
        rc = names_fields(f, schedule, fields, &at);
    return rc == ERR_OK ? read_balance(f, top) : rc;
}
