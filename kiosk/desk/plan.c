/* Owns: what a plan says of an incident's state.
 * Invariant: nothing here knows a step by its name. */
#include "kiosk/desk/plan.h"

#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"

#define MINUTE_MS 60000

/* Where the pack is silent. */
static const char plain[] = "[{\"id\":\"leader_told\",\"must\":true,\"asks\":[\"to\",\"by\"]},"
                            "{\"id\":\"closed\",\"closes\":true}]";

/* What held before an incident had its plan with it. */
static const char before[] =
    "[{\"id\":\"isolated\"},{\"id\":\"leader_told\"},{\"id\":\"town_told\"},"
    "{\"id\":\"verified\",\"state\":\"verified\"},{\"id\":\"data_error\",\"state\":\"data_error\"},"
    "{\"id\":\"closed\",\"after\":[\"verified|data_error\"],\"closes\":true}]";

static json_t *parsed(const char *text)
{
    json_t *out = NULL;
    return js_parse(text, strlen(text), NULL, &out) == ERR_OK ? out : json_array();
}

json_t *plan_before(void)
{
    return parsed(before);
}

/* A step as it goes with the incident: minutes as a number, without what only the pack's readers
 * want. */
static json_t *copy_step(const struct policy *p, const json_t *from)
{
    json_t *step = json_copy((json_t *)(uintptr_t)from), *minutes = js_get(step, "minutes");
    json_object_del(step, "basis");
    if (json_is_string(minutes)) {
        const json_t *value = policy_param(p, json_string_value(minutes));
        json_object_set_new(step, "minutes", value ? json_deep_copy(value) : json_null());
    }
    return step;
}

json_t *plan_make(const struct policy *p)
{
    size_t i;
    json_t *one, *out = json_array();
    json_array_foreach(js_get(js_get(policy_json(p), "incident"), "steps"), i, one)
    {
        if (json_is_object(one))
            json_array_append_new(out, copy_step(p, one));
    }
    if (json_array_size(out) > 0)
        return out;
    json_decref(out);
    return parsed(plain);
}

const json_t *plan_step(const json_t *plan, const char *id)
{
    size_t i;
    json_t *one;
    json_array_foreach((json_t *)(uintptr_t)plan, i, one)
    {
        const char *own = js_str(one, "id");
        if (own != NULL && id != NULL && strcmp(own, id) == 0)
            return one;
    }
    return NULL;
}

static bool holds(const json_t *list, const char *word, size_t len)
{
    size_t i;
    json_t *one;
    json_array_foreach((json_t *)(uintptr_t)list, i, one)
    {
        const char *text = json_string_value(one);
        if (text != NULL && strlen(text) == len && strncmp(text, word, len) == 0)
            return true;
    }
    return false;
}

static bool stands(const json_t *plan, const json_t *done, const char *state, const char *id,
                   size_t len)
{
    char name[64];
    if (len >= sizeof name || !holds(done, id, len))
        return false;
    memcpy(name, id, len);
    name[len] = 0;
    const char *gave = js_str(plan_step(plan, name), "state");
    return gave == NULL || strcmp(gave, state) == 0;
}

/* "a|b": one of them. */
static bool one_of(const json_t *plan, const json_t *done, const char *state, const char *choice)
{
    while (*choice != 0) {
        size_t len = strcspn(choice, "|");
        if (stands(plan, done, state, choice, len))
            return true;
        choice += len + (choice[len] == '|');
    }
    return false;
}

bool plan_may(const json_t *plan, const json_t *done, const char *state, const json_t *step)
{
    size_t i;
    json_t *choice;
    const char *gives = js_str(step, "state");
    if (strcmp(state, PLAN_CLOSED) == 0 || (gives != NULL && strcmp(gives, state) == 0))
        return false;
    json_array_foreach(js_get(step, "after"), i, choice)
    {
        if (!json_is_string(choice) || !one_of(plan, done, state, json_string_value(choice)))
            return false;
    }
    return true;
}

const char *plan_state(const json_t *step, const char *state)
{
    const char *gives = js_str(step, "state");
    return js_bool(step, "closes") ? PLAN_CLOSED : gives != NULL ? gives : state;
}

static bool taken(const json_t *done, const json_t *step)
{
    const char *id = js_str(step, "id");
    return id != NULL && holds(done, id, strlen(id));
}

json_t *plan_missing(const json_t *plan, const json_t *done)
{
    size_t i;
    json_t *one, *out = json_array();
    json_array_foreach((json_t *)(uintptr_t)plan, i, one)
    {
        if (js_bool(one, "must") && !js_bool(one, "closes") && !taken(done, one))
            json_array_append(out, json_object_get(one, "id"));
    }
    return out;
}

int64_t plan_due(const json_t *step, const json_t *done, int64_t found)
{
    const json_t *minutes = js_get(step, "minutes");
    if (!json_is_number(minutes) || taken(done, step))
        return CLOCK_NONE;
    return found + (int64_t)(json_number_value(minutes) * MINUTE_MS);
}

bool plan_asks(const json_t *step, const char *member)
{
    return holds(js_get(step, "asks"), member, strlen(member));
}
