/* Owns: what a pack says of zones and of the queue, and its checks.
 * Invariant: whoever draws a number or a zone later needs no checks of their own. */
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/rules/policydef.h"

static const struct def_key zone_keys[] = {{"id", DEF_ID, true},      {"zh", DEF_TEXT, true},
                                           {"en", DEF_TEXT, true},    {"holds", DEF_ID, false},
                                           {"spots", DEF_ANY, false}, {"basis", DEF_TEXT, false},
                                           {NULL, DEF_ANY, false}};
static const struct def_key service_keys[] = {
    {"id", DEF_ID, true},   {"letter", DEF_ID, true},    {"zh", DEF_TEXT, true},
    {"en", DEF_TEXT, true}, {"inside", DEF_BOOL, false}, {"basis", DEF_TEXT, false},
    {NULL, DEF_ANY, false}};

/* A number of places, or a parameter that is one, so that a site may adapt it. */
static bool good_spots(const json_t *pack, const json_t *spots)
{
    size_t i;
    json_t *param;
    if (spots == NULL || json_is_null(spots))
        return true;
    json_array_foreach(json_object_get(pack, "params"), i, param)
    {
        const char *id = js_str(param, "id");
        if (json_is_string(spots) && id != NULL && strcmp(id, json_string_value(spots)) == 0)
            spots = json_object_get(param, "value");
    }
    return json_is_integer(spots) && json_integer_value(spots) >= 0 &&
           json_integer_value(spots) <= 99;
}

static enum err check_zones(const json_t *pack, const struct def_place *top)
{
    static const char *const holds[] = {"visits", "tickets", "incidents"};
    size_t i;
    json_t *zone, *list = json_object_get(pack, "zones");
    enum err rc = def_each(list, zone_keys, top, "zones");
    if (rc != ERR_OK)
        return rc;
    json_array_foreach(list, i, zone)
    {
        struct def_place at = def_below(top, "zones", (long)i);
        if (js_get(zone, "holds") != NULL && def_word(holds, 3, js_str(zone, "holds")) < 0)
            return def_fail(&at, "holds", "must be visits, tickets or incidents");
        if (!good_spots(pack, json_object_get(zone, "spots")))
            return def_fail(&at, "spots",
                            "neither places nor a parameter that is a number of them");
    }
    return ERR_OK;
}

/* One letter each, so that a number says which queue it is of; one digit each to choose it by. */
static enum err check_services(const json_t *pack, const struct def_place *top)
{
    size_t i;
    unsigned seen = 0;
    json_t *one, *list = json_object_get(pack, "services");
    enum err rc = def_each(list, service_keys, top, "services");
    if (rc == ERR_OK && json_array_size(list) > 9)
        rc = def_fail(top, "services", "more than nine");
    if (rc != ERR_OK)
        return rc;
    json_array_foreach(list, i, one)
    {
        struct def_place at = def_below(top, "services", (long)i);
        const char *letter = js_str(one, "letter");
        if (letter[0] < 'A' || letter[0] > 'Z' || letter[1] != 0)
            return def_fail(&at, "letter", "must be one of A to Z");
        if ((seen & 1u << (letter[0] - 'A')) != 0)
            return def_fail(&at, "letter", "%s is there twice", letter);
        seen |= 1u << (letter[0] - 'A');
    }
    return ERR_OK;
}

enum err policy_check_queue(const json_t *pack, const struct def_place *top)
{
    enum err rc = check_zones(pack, top);
    return rc == ERR_OK ? check_services(pack, top) : rc;
}

bool policy_isolates(const struct policy *p)
{
    size_t i;
    json_t *zone;
    json_array_foreach(js_get(policy_json(p), "zones"), i, zone)
    {
        const char *holds = js_str(zone, "holds");
        if (holds != NULL && strcmp(holds, "incidents") == 0)
            return true;
    }
    return false;
}
