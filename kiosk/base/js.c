/* Owns: how JSON comes in and goes out. Invariant: what js_dump wrote, js_parse reads to the same.
 */
#include "kiosk/base/js.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"

/* jansson's own depth limit is 2048 and compiled in: ours is counted before it sees the text. */
static bool too_deep(const char *text, size_t len)
{
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (quoted)
            quoted = c == '\\' ? (i++, true) : c != '"';
        else if (c == '"')
            quoted = true;
        else if ((c == '[' || c == '{') && ++depth > JS_DEPTH)
            return true;
        else if (c == ']' || c == '}')
            depth--;
    }
    return false;
}

enum err js_parse(const char *text, size_t len, const char *name, json_t **out)
{
    json_error_t where;
    *out = NULL;
    if (!utf8_valid(text, len))
        return err_set(ERR_NOT_UTF8, name, NULL);
    if (too_deep(text, len))
        return err_set(ERR_JSON, name, "more than %d levels", JS_DEPTH);
    *out = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &where);
    if (*out == NULL)
        return err_set(ERR_JSON, name, "line %d, column %d: %s", where.line, where.column,
                       where.text);
    return ERR_OK;
}

enum err js_load(const char *path, json_t **out)
{
    struct buf text = BUF_INIT;
    *out = NULL;
    enum err rc = file_read(path, &text, FILE_LIMIT);
    if (rc == ERR_OK)
        rc = js_parse(buf_str(&text), text.len, path, out);
    buf_fini(&text);
    return rc;
}

char *js_dump(const json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
    return text != NULL ? text : mem_strdup("null");
}

json_t *js_get(const json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);
    return json_is_null(value) ? NULL : value;
}

const char *js_str(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

int64_t js_int(const json_t *object, const char *key, int64_t otherwise)
{
    const json_t *value = json_object_get(object, key);
    return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

bool js_bool(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

void js_set_str(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, text != NULL ? json_string(text) : json_null());
}

void js_set_int(json_t *object, const char *key, int64_t value)
{
    json_object_set_new(object, key, json_integer(value));
}

void js_set_time(json_t *object, const char *key, int64_t at)
{
    char text[CLOCK_TEXT];
    js_set_str(object, key, at != CLOCK_NONE ? clock_iso(at, text) : NULL);
}

/* jansson frees without overwriting: the texts are overwritten in place first. */
void js_forget(json_t *object)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        if (json_is_string(value))
            explicit_bzero((char *)(uintptr_t)json_string_value(value), json_string_length(value));
    }
    json_decref(object);
}
