/* Owns the values of a pack's parameters as people read and type them. Invariant: what is typed is
 * read as the sort of value that the pack has there, or refused. */
#include "screens/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "screens/asform.h"
#include "screens/words.h"

/* What the pack calls the id of a place or a slot; the id itself where it has no name. */
static const char *name_of(struct ui *ui, const char *id)
{
    struct policy *p = NULL;
    size_t i, k;
    json_t *one, *slot;
    if (site_policy(ui->s, &p) != ERR_OK)
        return id;
    json_array_foreach(js_get(policy_json(p), "places"), i,
                       one) if (strcmp(js_str(one, "id"), id) == 0) return lang_pick(one);
    json_array_foreach(json_object_get(json_array_get(policy_layers(p), 0), "duties"), i, one)
        json_array_foreach(js_get(one, "slots"), k,
                           slot) if (strcmp(js_str(slot, "id"), id) == 0) return lang_pick(slot);
    return words_say("value", id);
}

static void add_value(struct ui *ui, const json_t *value, char *out, size_t size)
{
    size_t len = strlen(out);
    if (json_is_boolean(value))
        snprintf(out + len, size - len, "%s", json_is_true(value) ? _("yes") : _("no"));
    else if (json_is_integer(value))
        snprintf(out + len, size - len, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        snprintf(out + len, size - len, "%.10g", json_real_value(value));
    else if (json_is_string(value))
        snprintf(out + len, size - len, "%s", name_of(ui, json_string_value(value)));
}

const char *value_say(struct ui *ui, const json_t *value, char *out, size_t size)
{
    size_t i, len;
    json_t *one;
    *out = 0;
    if (!json_is_array(value))
        add_value(ui, value, out, size);
    else if (json_array_size(value) == 0)
        snprintf(out, size, "%s", _("none"));
    json_array_foreach(value, i, one)
    {
        len = strlen(out);
        if (i > 0)
            snprintf(out + len, size - len, "%s", _(", "));
        add_value(ui, one, out, size);
    }
    utf8_trim(out);
    return out;
}

void value_bounds(struct ui *ui, const json_t *row, char *out, size_t size)
{
    size_t i, len;
    char low[40], high[40];
    json_t *one;
    const json_t *bounds = js_get(row, "bounds"), *choices = js_get(bounds, "choices");
    if (!js_bool(row, "adaptable")) {
        snprintf(out, size, "%s", _("Not to be adapted."));
        return;
    }
    if (!choices) {
        value_say(ui, js_get(bounds, "min"), low, sizeof low);
        value_say(ui, js_get(bounds, "max"), high, sizeof high);
        snprintf(out, size, _("May be %s to %s."), low, high);
        return;
    }
    snprintf(out, size, "%s",
             json_is_array(json_object_get(row, "value"))
                 ? _("Type the digits of those that shall be, for example 123:")
                 : _("Type the digit:"));
    json_array_foreach(choices, i, one)
    {
        len = strlen(out);
        snprintf(out + len, size - len, " %zu ", i + 1);
        add_value(ui, one, out, size);
    }
    utf8_trim(out);
}

json_t *value_read(const json_t *row, const char *text)
{
    const json_t *own = json_object_get(row, "value");
    const json_t *choices = js_get(js_get(row, "bounds"), "choices");
    char *end = NULL;
    if (strcmp(text, ".") == 0)
        return json_null();
    if (choices && json_is_array(own)) {
        json_t *list = json_array();
        for (; *text; text++)
            if (json_array_append(list, json_array_get(choices, (size_t)(*text - '1'))) != 0) {
                json_decref(list);
                return NULL;
            }
        return list;
    }
    if (choices)
        return text[0] >= '1' && text[0] <= '9' && !text[1]
                   ? json_incref(json_array_get(choices, (size_t)(*text - '1')))
                   : NULL;
    if (json_is_integer(own)) {
        long long n = strtoll(text, &end, 10);
        return *text && !*end ? json_integer(n) : json_string(text);
    }
    if (json_is_real(own)) {
        double n = strtod(text, &end);
        return *text && !*end ? json_real(n) : json_string(text);
    }
    char time[CLOCK_TEXT * 2];
    asform_time(FIELD_TIME, text, time, sizeof time);
    return json_string(time);
}
