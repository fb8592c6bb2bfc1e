/* Owns: what a parameter may be: its bounds, and the place in the pack that it stands for.
 * Invariant: a value that policy_fits let pass is of the pack's own sort and within its bounds. */
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/rules/policydef.h"
#include "kiosk/rules/policymerge.h"

static const struct def_key bounds_keys[] = {{"min", DEF_ANY, false},
                                             {"max", DEF_ANY, false},
                                             {"choices", DEF_ARRAY, false},
                                             {"least", DEF_IDS, false},
                                             {NULL, DEF_ANY, false}};

static bool among(const json_t *list, const json_t *value)
{
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one) if (json_equal(one, value)) return true;
    return false;
}

/* --- one value against bounds ----------------------------------------------------------------- */

static bool is_clock(const json_t *value)
{
    return def_clock(json_string_value(value)) >= 0;
}

/* A size to compare: a number, or a time of the day in minutes. */
static bool size_of(const json_t *value, double *out)
{
    if (json_is_number(value))
        *out = json_number_value(value);
    else if (is_clock(value))
        *out = def_clock(json_string_value(value));
    else
        return false;
    return true;
}

static bool same_sort(const json_t *own, const json_t *value)
{
    if (json_is_boolean(own))
        return json_is_boolean(value);
    if (json_is_real(own))
        return json_is_number(value);
    return json_typeof(own) == json_typeof(value) && (!is_clock(own) || is_clock(value));
}

static bool in_range(const json_t *bounds, const json_t *value)
{
    double v, edge;
    if (!size_of(value, &v))
        return true;
    if (size_of(js_get(bounds, "min"), &edge) && v < edge)
        return false;
    return !size_of(js_get(bounds, "max"), &edge) || v <= edge;
}

/* A list: each of the choices at most once, and the least that must stay. */
static enum err list_fits(const json_t *bounds, const json_t *list)
{
    size_t i, k;
    json_t *one;
    json_array_foreach(list, i, one)
    {
        if (!json_is_string(one))
            return ERR_FIELD_TYPE;
        if (!among(js_get(bounds, "choices"), one))
            return ERR_FIELD_CHOICE;
        for (k = 0; k < i; k++)
            if (json_equal(json_array_get(list, k), one))
                return ERR_FIELD_CHOICE;
    }
    json_array_foreach(js_get(bounds, "least"), i,
                       one) if (!among(list, one)) return ERR_FIELD_CHOICE;
    return ERR_OK;
}

static enum err value_fits(const json_t *own, const json_t *bounds, const json_t *value)
{
    const json_t *choices = js_get(bounds, "choices");
    if (!same_sort(own, value))
        return ERR_FIELD_TYPE;
    if (json_is_array(value))
        return list_fits(bounds, value);
    if (!in_range(bounds, value))
        return ERR_FIELD_RANGE;
    return choices == NULL || among(choices, value) ? ERR_OK : ERR_FIELD_CHOICE;
}

enum err policy_fits(const json_t *param, const json_t *value)
{
    const json_t *bounds = js_get(param, "bounds");
    if (!js_bool(param, "adaptable") || bounds == NULL)
        return err_set(ERR_CONSTRAINT, "param", "%s", js_str(param, "id"));
    enum err rc = value_fits(json_object_get(param, "value"), bounds, value);
    if (rc == ERR_OK)
        return rc;
    char *text = json_dumps(bounds, JSON_COMPACT | JSON_ENCODE_ANY);
    err_set(rc, "new", "%s", text != NULL ? text : "");
    free(text);
    return rc;
}

/* --- the place that a parameter stands for -----------------------------------------------------
 */

/* "duties.disinfection.cover": a member, or the row of that id. */
static json_t *step_into(json_t *at, const char *name, size_t len)
{
    size_t i;
    json_t *one;
    char key[48];
    if (len == 0 || len >= sizeof key)
        return NULL;
    memcpy(key, name, len);
    key[len] = 0;
    json_array_foreach(at, i, one) if (js_str(one, "id") != NULL &&
                                       strcmp(js_str(one, "id"), key) == 0) return one;
    return json_object_get(at, key);
}

/* The object that holds the last name of the path; NULL: there is no such place. */
static json_t *holder_of(json_t *pack, const char *path, const char **key)
{
    json_t *at = pack;
    for (const char *dot; (dot = strchr(path, '.')) != NULL; path = dot + 1)
        at = step_into(at, path, (size_t)(dot - path));
    *key = path;
    return json_object_get(at, path) != NULL ? at : NULL;
}

static const json_t *list_param(const json_t *pack, const char *id)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(pack, "params"), i,
                       one) if (strcmp(js_str(one, "id"), id) == 0) return json_object_get(one,
                                                                                           "value");
    return NULL;
}

static void drop_slots(const json_t *pack, json_t *slots)
{
    for (size_t i = json_array_size(slots); i-- > 0;) {
        const json_t *slot = json_array_get(slots, i);
        const char *list = js_str(slot, "if");
        if (list != NULL && !among(list_param(pack, list), json_object_get(slot, "id")))
            json_array_remove(slots, i);
    }
}

void param_settle(json_t *pack)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(pack, "params"), i, one)
    {
        const char *key, *path = js_str(one, "sets");
        json_t *holder = path != NULL ? holder_of(pack, path, &key) : NULL;
        if (holder != NULL)
            json_object_set(holder, key, json_object_get(one, "value"));
    }
    json_array_foreach(json_object_get(pack, "duties"), i, one)
        drop_slots(pack, json_object_get(one, "slots"));
}

/* --- checks ----------------------------------------------------------------------------------- */

static enum err check_bounds(const json_t *param, const struct def_place *at)
{
    double min, max;
    struct def_place here = def_below(at, "bounds", -1);
    const json_t *bounds = js_get(param, "bounds");
    const json_t *low = js_get(bounds, "min"), *high = js_get(bounds, "max");
    if (js_bool(param, "adaptable") != (bounds != NULL))
        return def_fail(at, "bounds", bounds != NULL ? "it is not adaptable" : "missing");
    if (bounds == NULL)
        return ERR_OK;
    enum err rc = def_check(bounds, bounds_keys, &here);
    if (rc != ERR_OK)
        return rc;
    if ((low != NULL && !size_of(low, &min)) || (high != NULL && !size_of(high, &max)))
        return def_fail(&here, low != NULL && !size_of(low, &min) ? "min" : "max",
                        "must be a number or a time like 09:00");
    if (low != NULL && high != NULL && min > max)
        return def_fail(&here, "max", "less than min");
    if (json_object_size(bounds) == 0)
        return def_fail(&here, NULL, "says nothing");
    return value_fits(json_object_get(param, "value"), bounds, json_object_get(param, "value")) ==
                   ERR_OK
               ? ERR_OK
               : def_fail(at, "value", "outside of its bounds");
}

static enum err check_place(const json_t *pack, const json_t *param, const struct def_place *at)
{
    const char *key, *path = js_str(param, "sets");
    if (path == NULL)
        return ERR_OK;
    const json_t *holder = holder_of((json_t *)(uintptr_t)pack, path, &key);
    if (holder == NULL)
        return policy_is_overlay(pack) ? ERR_OK : def_fail(at, "sets", "no such place");
    return json_equal(json_object_get(holder, key), json_object_get(param, "value"))
               ? ERR_OK
               : def_fail(at, "value", "differs from %s", path);
}

/* A slot that counts only at times names a list that the pack has. */
static enum err check_slots(const json_t *pack, const struct def_place *top)
{
    size_t i, k;
    json_t *duty, *slot;
    json_array_foreach(json_object_get(pack, "duties"), i, duty)
    {
        struct def_place at = def_below(top, "duties", (long)i);
        json_array_foreach(json_object_get(duty, "slots"), k, slot)
        {
            struct def_place here = def_below(&at, "slots", (long)k);
            const char *list = js_str(slot, "if");
            if (list != NULL && !json_is_array(list_param(pack, list)))
                return def_fail(&here, "if", "no list '%s'", list);
        }
    }
    return ERR_OK;
}

enum err param_check(const json_t *pack, const struct def_place *top)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(pack, "params"), i, one)
    {
        struct def_place at = def_below(top, "params", (long)i);
        enum err rc = check_bounds(one, &at);
        if (rc == ERR_OK)
            rc = check_place(pack, one, &at);
        if (rc != ERR_OK)
            return rc;
    }
    return check_slots(pack, top);
}
