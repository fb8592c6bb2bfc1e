/* Owns: the checking of definitions. Invariant: behind def_check every key has the type that its
 * table says, so that readers need no checks of their own. */
#include "kiosk/rules/define.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"

#define NAME_MAX_LENGTH 40
#define TEXT_MAX 600

struct def_place def_below(const struct def_place *in, const char *key, long index)
{
    struct def_place at = {.name = in->name};
    const char *dot = *in->path != 0 ? "." : "";
    if (index >= 0)
        snprintf(at.path, sizeof at.path, "%.120s%s%.40s[%ld]", in->path, dot, key, index);
    else
        snprintf(at.path, sizeof at.path, "%.120s%s%.40s", in->path, dot, key);
    return at;
}

enum err def_fail(const struct def_place *at, const char *key, const char *why, ...)
{
    char text[384];
    va_list args;
    va_start(args, why);
    vsnprintf(text, sizeof text, why, args);
    va_end(args);
    key = key != NULL ? key : "";
    return err_set(ERR_DEFINITION, at->name, "%s%s%.60s%s%s", at->path,
                   *at->path != 0 && *key != 0 ? "." : "", key,
                   *at->path != 0 || *key != 0 ? ": " : "", text);
}

static bool made_of(const char *text, const char *others, bool lower)
{
    if (text == NULL || *text == 0 || strlen(text) > NAME_MAX_LENGTH)
        return false;
    for (; *text != 0; text++)
        if (!isdigit((unsigned char)*text) && !islower((unsigned char)*text) &&
            !(isupper((unsigned char)*text) && !lower) && strchr(others, *text) == NULL)
            return false;
    return true;
}

bool def_is_name(const char *text)
{
    return made_of(text, "_", true) && islower((unsigned char)*text);
}

bool def_is_id(const char *text)
{
    return made_of(text, "._-", false);
}

int def_clock(const char *text)
{
    if (text == NULL || strlen(text) != 5 || text[2] != ':' || !isdigit((unsigned char)text[0]) ||
        !isdigit((unsigned char)text[1]) || !isdigit((unsigned char)text[3]) ||
        !isdigit((unsigned char)text[4]))
        return -1;
    int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
    return hour < 24 && minute < 60 ? hour * 60 + minute : -1;
}

static const char *bad_text(const json_t *value)
{
    if (!json_is_string(value))
        return "must be a text";
    const char *text = json_string_value(value);
    if (utf8_check(text, json_string_length(value)) != ERR_OK)
        return "has control characters";
    if (*text == 0)
        return "is empty";
    return utf8_count(text) > TEXT_MAX ? "is too long" : NULL;
}

static const char *bad_pair(const json_t *value)
{
    if (!json_is_object(value) || json_object_size(value) != 2)
        return "must be {\"zh\":..,\"en\":..}";
    const char *why = bad_text(json_object_get(value, "zh"));
    return why != NULL ? why : bad_text(json_object_get(value, "en"));
}

static const char *bad_ids(const json_t *value)
{
    size_t i;
    json_t *one;
    if (!json_is_array(value))
        return "must be an array of ids";
    json_array_foreach(value, i, one) if (!def_is_id(json_string_value(one))) return "not an id";
    return NULL;
}

/* Why a value is not of the type; NULL when it is. */
static const char *bad_value(const json_t *value, enum def_type type)
{
    const char *text = json_string_value(value);
    switch (type) {
    case DEF_NAME: return def_is_name(text) ? NULL : "must be a name of a-z, 0-9 and _";
    case DEF_ID: return def_is_id(text) ? NULL : "must be an id of letters, digits and - _ .";
    case DEF_TEXT: return bad_text(value);
    case DEF_PAIR: return bad_pair(value);
    case DEF_SQL: return text != NULL && *text != 0 ? NULL : "must be an expression";
    case DEF_CLOCK: return def_clock(text) >= 0 ? NULL : "must be a time like 09:00";
    case DEF_INT: return json_is_integer(value) ? NULL : "must be a whole number";
    case DEF_NUMBER: return json_is_number(value) ? NULL : "must be a number";
    case DEF_BOOL: return json_is_boolean(value) ? NULL : "must be true or false";
    case DEF_IDS: return bad_ids(value);
    case DEF_ARRAY: return json_is_array(value) ? NULL : "must be an array";
    case DEF_OBJECT: return json_is_object(value) ? NULL : "must be an object";
    case DEF_ANY: break;
    }
    return NULL;
}

static const struct def_key *find(const struct def_key *keys, const char *key)
{
    for (; keys->key != NULL; keys++)
        if (strcmp(keys->key, key) == 0)
            return keys;
    return NULL;
}

enum err def_check(const json_t *object, const struct def_key *keys, const struct def_place *at)
{
    const char *key, *why;
    json_t *value;
    if (!json_is_object(object))
        return def_fail(at, NULL, "must be an object");
    json_object_foreach((json_t *)object, key, value)
    {
        const struct def_key *row = find(keys, key);
        if (row == NULL)
            return def_fail(at, def_is_id(key) ? key : "?", "unknown key");
        if (!json_is_null(value) && (why = bad_value(value, row->type)) != NULL)
            return def_fail(at, key, "%s", why);
    }
    for (; keys->key != NULL; keys++)
        if (keys->required && js_get(object, keys->key) == NULL)
            return def_fail(at, keys->key, "missing");
    return ERR_OK;
}

enum err def_each(const json_t *list, const struct def_key *keys, const struct def_place *top,
                  const char *key)
{
    size_t n = json_array_size(list);
    for (size_t i = 0; i < n; i++) {
        struct def_place at = def_below(top, key, (long)i);
        enum err rc = def_check(json_array_get(list, i), keys, &at);
        if (rc != ERR_OK)
            return rc;
        const char *id = js_str(json_array_get(list, i), "id");
        for (size_t k = 0; k < i; k++)
            if (strcmp(js_str(json_array_get(list, k), "id"), id) == 0)
                return def_fail(&at, "id", "'%s' is there twice", id);
    }
    return ERR_OK;
}

int def_word(const char *const *words, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(words[i], word) == 0)
            return (int)i;
    return -1;
}
