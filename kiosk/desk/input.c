/* Owns: the check of an action's input against its shape.
 * Invariant: what leaves here has no unknown member, no control character and no bad UTF-8. */
#include "kiosk/desk/input.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"

static const struct member *find(const struct member *shape, const char *name)
{
    for (; shape->name != NULL; shape++)
        if (strcmp(shape->name, name) == 0)
            return shape;
    return NULL;
}

static enum err take_text(const struct member *m, const json_t *value, json_t **out)
{
    const char *text = json_string_value(value);
    size_t len = json_string_length(value);
    if (text == NULL)
        return err_set(ERR_FIELD_TYPE, m->name, NULL);
    if (strlen(text) != len)
        return err_set(ERR_CONTROL_CHARS, m->name, NULL);
    enum err rc = utf8_check(text, len);
    if (rc != ERR_OK)
        return err_set(rc, m->name, NULL);
    char *clean = mem_alloc(len + 1);
    utf8_clean(text, clean);
    if (m->max > 0 && utf8_count(clean) > m->max)
        rc = err_set(ERR_TOO_LONG, m->name, "%zu", m->max);
    else
        *out = *clean != 0 ? json_string(clean) : json_null();
    free(clean);
    return rc;
}

static enum err take_choice(const struct member *m, const json_t *value, json_t **out)
{
    const char *text = json_string_value(value);
    for (const char *const *c = m->choices; text != NULL && *c != NULL; c++)
        if (strcmp(*c, text) == 0) {
            *out = json_string(text);
            return ERR_OK;
        }
    return err_set(ERR_FIELD_CHOICE, m->name, NULL);
}

static enum err take_date(const struct member *m, const json_t *value, json_t **out)
{
    int64_t day;
    char text[CLOCK_TEXT];
    if (!json_is_string(value) || !clock_parse_date(json_string_value(value), &day))
        return err_set(ERR_DATE, m->name, NULL);
    *out = json_string(clock_date(day, text));
    return ERR_OK;
}

static enum err take_time(const struct member *m, const json_t *value, json_t **out)
{
    int64_t at;
    if (!json_is_string(value) || !clock_parse(json_string_value(value), &at))
        return err_set(ERR_TIME, m->name, NULL);
    *out = json_integer(at);
    return ERR_OK;
}

static enum err take_count(const struct member *m, const json_t *value, json_t **out)
{
    if (!json_is_integer(value))
        return err_set(ERR_FIELD_TYPE, m->name, NULL);
    json_int_t n = json_integer_value(value);
    if (n < 0 || (m->max > 0 && n > (json_int_t)m->max))
        return err_set(ERR_FIELD_RANGE, m->name, NULL);
    *out = json_integer(n);
    return ERR_OK;
}

static enum err take_json(const struct member *m, const json_t *value, json_t **out)
{
    bool fits = m->type == MEMBER_OBJECT  ? json_is_object(value)
                : m->type == MEMBER_ARRAY ? json_is_array(value)
                                          : true;
    if (!fits)
        return err_set(ERR_FIELD_TYPE, m->name, NULL);
    *out = json_incref((json_t *)(uintptr_t)value);
    return ERR_OK;
}

static enum err take_flag(const struct member *m, const json_t *value, json_t **out)
{
    if (!json_is_boolean(value))
        return err_set(ERR_FIELD_TYPE, m->name, NULL);
    *out = json_boolean(json_is_true(value));
    return ERR_OK;
}

typedef enum err take(const struct member *m, const json_t *value, json_t **out);
static take *const takers[] = {
    [MEMBER_TEXT] = take_text,  [MEMBER_CHOICE] = take_choice, [MEMBER_DATE] = take_date,
    [MEMBER_TIME] = take_time,  [MEMBER_COUNT] = take_count,   [MEMBER_OBJECT] = take_json,
    [MEMBER_ARRAY] = take_json, [MEMBER_FLAG] = take_flag,     [MEMBER_ANY] = take_json,
};

enum err input_value(const struct member *m, const json_t *value, json_t **out)
{
    enum err rc = ERR_OK;
    *out = NULL;
    if (value != NULL && !json_is_null(value))
        rc = takers[m->type](m, value, out);
    if (rc == ERR_OK && *out == NULL)
        *out = json_null();
    if (rc == ERR_OK && m->required && json_is_null(*out))
        rc = err_set(ERR_FIELD_REQUIRED, m->name, NULL);
    return rc;
}

/* The name came from outside too: it is cleaned before a screen shows it. */
static enum err unknown(const char *key)
{
    char *clean = mem_alloc(strlen(key) + 1);
    utf8_clean(key, clean);
    enum err rc = err_set(ERR_FIELD_UNKNOWN, clean, NULL);
    free(clean);
    return rc;
}

static enum err refuse_unknown(const struct member *shape, const json_t *in)
{
    const char *key;
    json_t *value;
    if (!json_is_object(in))
        return err_set(ERR_FIELD_TYPE, NULL, NULL);
    json_object_foreach((json_t *)(uintptr_t)in, key, value)
    {
        if (find(shape, key) == NULL)
            return unknown(key);
    }
    return ERR_OK;
}

enum err input_check(const struct member *shape, const json_t *in, json_t **clean)
{
    *clean = NULL;
    enum err rc = refuse_unknown(shape, in);
    if (rc != ERR_OK)
        return rc;
    json_t *out = json_object();
    for (const struct member *m = shape; rc == ERR_OK && m->name != NULL; m++) {
        json_t *value = NULL;
        rc = input_value(m, json_object_get(in, m->name), &value);
        if (value != NULL)
            json_object_set_new(out, m->name, value);
    }
    if (rc == ERR_OK)
        *clean = out;
    else
        json_decref(out);
    return rc;
}

int64_t input_time(const json_t *clean, const char *name)
{
    return js_int(clean, name, CLOCK_NONE);
}

json_t *input_pick(const json_t *clean, const char *const *keys)
{
    json_t *out = json_object();
    for (; *keys != NULL; keys++) {
        json_t *value = json_object_get(clean, *keys);
        json_object_set_new(out, *keys, value != NULL ? json_incref(value) : json_null());
    }
    return out;
}

json_t *input_sealed(const json_t *clean, const char *const *keys)
{
    json_t *out = json_object();
    for (; *keys != NULL; keys++)
        if (js_get(clean, *keys) != NULL)
            json_object_set(out, *keys, js_get(clean, *keys));
    if (json_object_size(out) > 0)
        return out;
    json_decref(out);
    return NULL;
}
