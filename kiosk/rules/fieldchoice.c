/* Owns: the field types for one choice and for several. Invariant: a checked choice is an id of the
 * definition; several stand in its order, each once. */
#include "kiosk/rules/fieldtype.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"

static const struct choice *choice_of(const struct field *fd, const char *text, size_t len)
{
    for (size_t i = 0; i < fd->n_choices; i++) {
        const char *id = fd->choices[i].id, *label = fd->choices[i].label;
        if ((strlen(id) == len && memcmp(id, text, len) == 0) ||
            (strlen(label) == len && memcmp(label, text, len) == 0))
            return &fd->choices[i];
    }
    return NULL;
}

enum err choice_check(const struct field *fd, const json_t *in, json_t **out)
{
    const char *text = json_string_value(in);
    if (text == NULL)
        return err_set(ERR_FIELD_TYPE, fd->id, NULL);
    const struct choice *c = choice_of(fd, text, strlen(text));
    if (*text != 0 && (c == NULL || strcmp(c->id, text) != 0))
        return err_set(ERR_FIELD_CHOICE, fd->id, NULL);
    *out = *text != 0 ? json_string(text) : json_null();
    return ERR_OK;
}

enum err choice_read(const struct field *fd, const char *text, json_t **out)
{
    const struct choice *c = choice_of(fd, text, strlen(text));
    if (c == NULL)
        return err_set(ERR_FIELD_CHOICE, fd->id, NULL);
    *out = json_string(c->id);
    return ERR_OK;
}

char *choice_show(const struct field *fd, const json_t *value)
{
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    const struct choice *c = choice_of(fd, text, strlen(text));
    return mem_strdup(c != NULL ? c->label : text);
}

/* --- what was left out, and why ----------------------------------------------------------------
 */

static const struct choice *reason_of(const struct field *fd, const char *id)
{
    for (size_t i = 0; id != NULL && i < fd->n_reasons; i++)
        if (strcmp(fd->reasons[i].id, id) == 0)
            return &fd->reasons[i];
    return NULL;
}

/* In the order of the definition. An empty object is unknown. */
enum err choice_check_excuses(const struct field *fd, const json_t *in, json_t **out)
{
    const char *key;
    json_t *value, *made = json_object();
    enum err rc = json_is_object(in) ? ERR_OK : err_set(ERR_FIELD_TYPE, fd->id, NULL);
    json_object_foreach((json_t *)(uintptr_t)in, key, value)
    {
        const struct choice *c = choice_of(fd, key, strlen(key));
        if (c == NULL || strcmp(c->id, key) != 0 || reason_of(fd, json_string_value(value)) == NULL)
            rc = err_set(ERR_FIELD_CHOICE, fd->id, NULL);
    }
    for (size_t i = 0; rc == ERR_OK && i < fd->n_choices; i++)
        if ((value = json_object_get(in, fd->choices[i].id)) != NULL)
            json_object_set(made, fd->choices[i].id, value);
    if (rc == ERR_OK)
        *out = json_object_size(made) > 0 ? json_incref(made) : json_null();
    json_decref(made);
    return rc;
}

char *choice_show_excuses(const struct field *fd, const json_t *value)
{
    struct buf text = BUF_INIT;
    const char *key;
    json_t *why;
    json_object_foreach((json_t *)(uintptr_t)value, key, why)
    {
        const struct choice *c = choice_of(fd, key, strlen(key));
        const struct choice *r = reason_of(fd, json_string_value(why));
        buf_printf(&text, _("%s%s (%s)"), text.len > 0 ? " " : "", c != NULL ? c->label : key,
                   r != NULL ? r->label : json_string_value(why));
    }
    return text.data != NULL ? buf_take(&text) : mem_strdup("");
}

/* --- several -----------------------------------------------------------------------------------
 */

static bool has_text(const json_t *list, const char *text)
{
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one) if (strcmp(json_string_value(one), text) == 0) return true;
    return false;
}

/* In the order of the definition, each once. An empty list is unknown. */
enum err choice_check_multi(const struct field *fd, const json_t *in, json_t **out)
{
    size_t i;
    json_t *one, *chosen = json_array();
    if (!json_is_array(in)) {
        json_decref(chosen);
        return err_set(ERR_FIELD_TYPE, fd->id, NULL);
    }
    json_array_foreach(in, i, one)
    {
        json_t *checked = NULL;
        enum err rc = choice_check(fd, one, &checked);
        json_decref(checked);
        if (rc != ERR_OK) {
            json_decref(chosen);
            return rc;
        }
    }
    for (i = 0; i < fd->n_choices; i++)
        if (has_text(in, fd->choices[i].id))
            json_array_append_new(chosen, json_string(fd->choices[i].id));
    if (json_array_size(chosen) == 0) {
        json_decref(chosen);
        chosen = json_null();
    }
    *out = chosen;
    return ERR_OK;
}

enum err choice_read_multi(const struct field *fd, const char *text, json_t **out)
{
    static const char *const marks[] = {"、", "，", ",", ";", "；"};
    json_t *list = json_array();
    while (*text != 0) {
        const char *end = text + strlen(text), *next = end, *found;
        for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
            if ((found = strstr(text, marks[i])) != NULL && found < end) {
                end = found;
                next = found + strlen(marks[i]);
            }
        text += strspn(text, " ");
        const struct choice *c = end > text ? choice_of(fd, text, (size_t)(end - text)) : NULL;
        if (c == NULL) {
            json_decref(list);
            return err_set(ERR_FIELD_CHOICE, fd->id, NULL);
        }
        json_array_append_new(list, json_string(c->id));
        text = next;
    }
    *out = list;
    return ERR_OK;
}

char *choice_show_multi(const struct field *fd, const json_t *value)
{
    struct buf text = BUF_INIT;
    size_t i;
    json_t *one;
    json_array_foreach(value, i, one)
    {
        char *label = choice_show(fd, one);
        buf_text(&text, i == 0 ? "" : strcmp(lang_name(), "en") == 0 ? ", " : "、");
        buf_text(&text, label);
        free(label);
    }
    return text.data != NULL ? buf_take(&text) : mem_strdup("");
}
