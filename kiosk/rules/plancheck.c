/* Owns: the checks of what a pack says about incidents and suspension.
 * Invariant: a plan that passes can be followed to its end: each step that another waits for is
 * there, and one of them closes. */
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/rules/policydef.h"

#define MINUTES_MOST (31 * 24 * 60)

static const struct def_key incident_keys[] = {
    {"steps", DEF_ARRAY, false}, {"means", DEF_IDS, false}, {"causes", DEF_OBJECT, false},
    {"kinds", DEF_ARRAY, false}, {"note", DEF_PAIR, false}, {"also_tell", DEF_PAIR, false},
    {"basis", DEF_TEXT, false},  {NULL, DEF_ANY, false},
};
static const struct def_key step_keys[] = {
    {"id", DEF_NAME, true},      {"zh", DEF_TEXT, true},      {"en", DEF_TEXT, true},
    {"minutes", DEF_ANY, false}, {"after", DEF_ARRAY, false}, {"must", DEF_BOOL, false},
    {"asks", DEF_IDS, false},    {"means", DEF_IDS, false},   {"contact", DEF_ID, false},
    {"state", DEF_NAME, false},  {"frees", DEF_BOOL, false},  {"closes", DEF_BOOL, false},
    {"note", DEF_PAIR, false},   {"basis", DEF_TEXT, false},  {NULL, DEF_ANY, false},
};
static const struct def_key kind_keys[] = {{"id", DEF_NAME, true},
                                           {"zh", DEF_TEXT, true},
                                           {"en", DEF_TEXT, true},
                                           {"basis", DEF_TEXT, false},
                                           {NULL, DEF_ANY, false}};
static const struct def_key suspend_keys[] = {{"when", DEF_PAIR, false},
                                              {"resume", DEF_ID, false},
                                              {"basis", DEF_TEXT, false},
                                              {NULL, DEF_ANY, false}};

static bool has_step(const json_t *steps, const char *id, size_t len)
{
    size_t i;
    json_t *one;
    json_array_foreach((json_t *)(uintptr_t)steps, i, one)
    {
        const char *own = js_str(one, "id");
        if (strlen(own) == len && strncmp(own, id, len) == 0)
            return true;
    }
    return false;
}

/* "a|b" names steps of this plan. */
static bool known_choice(const json_t *steps, const char *choice)
{
    if (choice == NULL || *choice == 0)
        return false;
    while (*choice != 0) {
        size_t len = strcspn(choice, "|");
        if (!has_step(steps, choice, len))
            return false;
        choice += len + (choice[len] == '|');
    }
    return true;
}

static bool all_of(const json_t *list, const char *const *words, size_t n)
{
    size_t i;
    json_t *one;
    json_array_foreach((json_t *)(uintptr_t)list, i, one)
    {
        if (def_word(words, n, json_string_value(one)) < 0)
            return false;
    }
    return true;
}

/* A number, or the name of a parameter that is one. */
static bool good_minutes(const json_t *pack, const json_t *minutes)
{
    size_t i;
    json_t *param;
    if (minutes == NULL || json_is_null(minutes))
        return true;
    json_array_foreach(json_object_get(pack, "params"), i, param)
    {
        const char *id = js_str(param, "id");
        if (json_is_string(minutes) && id != NULL && strcmp(id, json_string_value(minutes)) == 0)
            minutes = js_get(param, "value");
    }
    double n = json_number_value(minutes);
    return json_is_number(minutes) && n >= 0 && n <= MINUTES_MOST;
}

static enum err check_step(const json_t *pack, const json_t *steps, const json_t *step,
                           const struct def_place *at)
{
    static const char *const asks[] = {"to", "by", "ref", "place"};
    static const char *const means[] = {"phone", "group", "person"};
    size_t i;
    json_t *choice;
    if (!good_minutes(pack, json_object_get(step, "minutes")))
        return def_fail(at, "minutes", "neither minutes nor a parameter that is a number");
    if (!all_of(js_get(step, "asks"), asks, sizeof asks / sizeof *asks))
        return def_fail(at, "asks", "must be of to, by, ref, place");
    if (!all_of(js_get(step, "means"), means, sizeof means / sizeof *means))
        return def_fail(at, "means", "must be of phone, group, person");
    json_array_foreach(js_get(step, "after"), i, choice)
    {
        if (!known_choice(steps, json_string_value(choice)))
            return def_fail(at, "after", "names a step that is not there");
    }
    return ERR_OK;
}

static enum err check_steps(const json_t *pack, const json_t *incident, const struct def_place *at)
{
    bool closes = false;
    const json_t *steps = js_get(incident, "steps");
    if (json_is_string(json_array_get(steps, 0))) /* names alone, as packs had them once: no plan */
        return ERR_OK;
    enum err rc = def_each(steps, step_keys, at, "steps");
    for (size_t i = 0; rc == ERR_OK && i < json_array_size(steps); i++) {
        struct def_place here = def_below(at, "steps", (long)i);
        const json_t *step = json_array_get(steps, i);
        closes = closes || js_bool(step, "closes");
        rc = check_step(pack, steps, step, &here);
    }
    if (rc == ERR_OK && json_array_size(steps) > 0 && !closes)
        rc = def_fail(at, "steps", "none of them closes");
    return rc;
}

static enum err check_causes(const json_t *incident, const struct def_place *at)
{
    const char *rule;
    json_t *cause;
    json_object_foreach(json_object_get(incident, "causes"), rule, cause)
    {
        if (!def_is_name(json_string_value(cause)))
            return def_fail(at, "causes", "a cause is not a name");
    }
    return def_each(json_object_get(incident, "kinds"), kind_keys, at, "kinds");
}

static enum err check_suspend(const json_t *pack, const struct def_place *top)
{
    static const char *const who[] = {"leader", "by_order"};
    struct def_place at = def_below(top, "suspend", -1);
    const json_t *suspend = js_get(pack, "suspend");
    if (suspend == NULL)
        return ERR_OK;
    enum err rc = def_check(suspend, suspend_keys, &at);
    const char *resume = js_str(suspend, "resume");
    if (rc == ERR_OK && resume != NULL && def_word(who, 2, resume) < 0)
        rc = def_fail(&at, "resume", "must be leader or by_order");
    return rc;
}

enum err policy_check_incident(const json_t *pack, const struct def_place *top)
{
    struct def_place at = def_below(top, "incident", -1);
    const json_t *incident = js_get(pack, "incident");
    enum err rc = check_suspend(pack, top);
    if (rc != ERR_OK || incident == NULL)
        return rc;
    rc = def_check(incident, incident_keys, &at);
    if (rc == ERR_OK)
        rc = check_steps(pack, incident, &at);
    return rc == ERR_OK ? check_causes(incident, &at) : rc;
}
