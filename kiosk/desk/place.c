/* Owns: the joining of a pack's places with a ledger's choices. Invariant: a choice that the
 * definition has is never taken away, so that rows of old can be read and written as before. */
#include "kiosk/desk/place.h"

#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/rules/formdef.h"

static json_t *find_choice(json_t *choices, const char *id)
{
    size_t i;
    json_t *one;
    json_array_foreach(choices, i, one)
    {
        const char *own = js_str(one, "id");
        if (own != NULL && strcmp(own, id) == 0)
            return one;
    }
    return NULL;
}

static void join_places(json_t *choices, const json_t *places)
{
    size_t i;
    json_t *place;
    json_array_foreach((json_t *)(uintptr_t)places, i, place)
    {
        json_t *one = find_choice(choices, js_str(place, "id"));
        if (one == NULL) {
            one = json_pack("{s:O}", "id", json_object_get(place, "id"));
            json_array_append_new(choices, one);
        }
        json_object_set(one, "zh", json_object_get(place, "zh"));
        json_object_set(one, "en", json_object_get(place, "en"));
    }
}

void places_into(json_t *definition, const struct policy *p)
{
    size_t i;
    json_t *field;
    const json_t *places = js_get(policy_json(p), "places");
    formdef_lists(definition);
    json_array_foreach(json_object_get(definition, "fields"), i, field)
    {
        json_t *choices = js_get(field, "choices");
        if (js_bool(field, "places") && json_is_array(choices))
            join_places(choices, places);
    }
}

const char *place_word(const struct field *fd, const char *id)
{
    for (size_t i = 0; fd != NULL && i < fd->n_choices; i++)
        if (strcmp(fd->choices[i].id, id) == 0)
            return fd->choices[i].label;
    return id;
}
