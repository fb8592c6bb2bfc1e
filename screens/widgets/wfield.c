/* Owns one field of a form: what was entered, and how it goes to JSON and back. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "screens/widgets/wform.h"

static void options_free(struct woption **options, size_t *n)
{
    for (size_t i = 0; i < *n; i++) {
        free((*options)[i].id);
        free((*options)[i].label);
    }
    free(*options);
    *options = NULL;
    *n = 0;
}

static void option_add(struct woption **options, size_t *n, const char *id, const char *label)
{
    *options = mem_grow(*options, (*n + 1) * sizeof **options);
    (*options)[(*n)++] = (struct woption){mem_strdup(id), mem_strdup(label)};
}

struct wfield *wform_add(struct wform *f, enum wkind kind, const char *id, const char *label,
                         int max)
{
    struct wfield *fd = mem_alloc(sizeof *fd);
    fd->kind = kind;
    fd->id = mem_strdup(id);
    fd->label = mem_strdup(label);
    fd->hint = mem_strdup("");
    if (kind == W_BOOL) {
        wfield_option(fd, "true", _("yes"));
        wfield_option(fd, "false", _("no"));
    }
    fd->chosen = -1;
    edit_init(&fd->edit, max > 0 ? max : 1);
    f->fields = mem_grow(f->fields, (f->n + 1) * sizeof(struct wfield *));
    f->fields[f->n++] = fd;
    return fd;
}

static void field_free(struct wfield *fd)
{
    options_free(&fd->options, &fd->n_options);
    wfield_items_clear(fd);
    edit_fini(&fd->edit);
    free(fd->id);
    free(fd->label);
    free(fd->hint);
    free(fd->picked);
    free(fd->error);
    free(fd->note);
    free(fd);
}

struct wform *wform_new(void *with)
{
    struct wform *f = mem_alloc(sizeof *f);
    f->with = with;
    return f;
}

void wform_free(struct wform *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->n; i++)
        field_free(f->fields[i]);
    free(f->fields);
    json_decref(f->found);
    free(f);
}

void wfield_option(struct wfield *fd, const char *id, const char *label)
{
    option_add(&fd->options, &fd->n_options, id, label);
}

void wfield_options_clear(struct wfield *fd)
{
    options_free(&fd->options, &fd->n_options);
    fd->chosen = -1;
    fd->marks = 0;
}

void wfield_item(struct wfield *fd, const char *id, const char *label)
{
    option_add(&fd->items, &fd->n_items, id, label);
    fd->states = mem_grow(fd->states, fd->n_items * sizeof *fd->states);
    fd->states[fd->n_items - 1] = -1;
}

void wfield_items_clear(struct wfield *fd)
{
    options_free(&fd->items, &fd->n_items);
    free(fd->states);
    fd->states = NULL;
    fd->item = 0;
}

static void replace(char **held, const char *text)
{
    char *copy = text && *text ? mem_strdup(text) : NULL;
    free(*held);
    *held = copy;
}

void wfield_hint(struct wfield *fd, const char *hint)
{
    free(fd->hint);
    fd->hint = mem_strdup(hint ? hint : "");
}

void wfield_error(struct wfield *fd, const char *text)
{
    replace(&fd->error, text);
}

void wfield_note(struct wfield *fd, const char *text)
{
    replace(&fd->note, text);
}

struct wfield *wform_field(const struct wform *f, const char *id)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->fields[i]->id, id) == 0)
            return f->fields[i];
    return NULL;
}

const char *wfield_text(const struct wfield *fd)
{
    return fd->edit.text;
}

const char *wfield_choice(const struct wfield *fd)
{
    return fd->chosen >= 0 ? fd->options[fd->chosen].id : NULL;
}

static json_t *text_value(const struct wfield *fd)
{
    if (fd->edit.len == 0)
        return json_null();
    return json_stringn(fd->edit.text, fd->edit.len);
}

static json_t *multi_value(const struct wfield *fd)
{
    json_t *array = json_array();
    for (size_t i = 0; i < fd->n_options; i++)
        if (fd->marks >> i & 1)
            json_array_append_new(array, json_string(fd->options[i].id));
    return array;
}

static json_t *checklist_value(const struct wfield *fd)
{
    json_t *object = json_object();
    for (size_t i = 0; i < fd->n_items; i++)
        if (fd->states[i] >= 0)
            js_set_str(object, fd->items[i].id, fd->options[fd->states[i]].id);
    return object;
}

json_t *wfield_value(const struct wfield *fd)
{
    const char *id;
    switch (fd->kind) {
    case W_BOOL: return fd->chosen < 0 ? json_null() : json_boolean(fd->chosen == 0);
    case W_CHOICE: id = wfield_choice(fd); return id ? json_string(id) : json_null();
    case W_MULTI: return multi_value(fd);
    case W_CHECKLIST: return checklist_value(fd);
    case W_PICK:
        if (fd->picked)
            return json_pack("{s:s,s:s}", "pick", fd->picked, "text", fd->edit.text);
        return text_value(fd);
    default: return text_value(fd);
    }
}

static int option_index(const struct wfield *fd, const char *id)
{
    for (size_t i = 0; id && i < fd->n_options; i++)
        if (strcmp(fd->options[i].id, id) == 0)
            return (int)i;
    return -1;
}

static void set_multi(struct wfield *fd, const json_t *value)
{
    size_t i;
    const json_t *one;
    fd->marks = 0;
    json_array_foreach(value, i, one)
    {
        int at = option_index(fd, json_string_value(one));
        if (at >= 0)
            fd->marks |= (uint64_t)1 << at;
    }
}

static void set_pick(struct wfield *fd, const json_t *value)
{
    const char *id = js_str(value, "pick");
    const char *text = id ? js_str(value, "text") : json_string_value(value);
    edit_set(&fd->edit, text ? text : "");
    replace(&fd->picked, id);
}

void wfield_set(struct wfield *fd, const json_t *value)
{
    if (fd->kind == W_BOOL)
        fd->chosen = json_is_boolean(value) ? !json_is_true(value) : -1;
    else if (fd->kind == W_CHOICE)
        fd->chosen = option_index(fd, json_string_value(value));
    else if (fd->kind == W_MULTI)
        set_multi(fd, value);
    else if (fd->kind == W_CHECKLIST)
        for (size_t i = 0; i < fd->n_items; i++)
            fd->states[i] = option_index(fd, js_str(value, fd->items[i].id));
    else if (fd->kind == W_PICK)
        set_pick(fd, value);
    else
        edit_set(&fd->edit, json_is_string(value) ? json_string_value(value) : "");
}

json_t *wform_values(const struct wform *f)
{
    json_t *all = json_object();
    for (size_t i = 0; i < f->n; i++)
        if (f->fields[i]->kind != W_NOTE)
            json_object_set_new(all, f->fields[i]->id, wfield_value(f->fields[i]));
    return all;
}

static bool field_empty(const struct wfield *fd)
{
    bool any = fd->edit.len > 0 || fd->chosen >= 0 || fd->marks;
    for (size_t i = 0; i < fd->n_items; i++)
        any = any || fd->states[i] >= 0;
    return !any;
}

bool wform_empty(const struct wform *f)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->fields[i]->kind != W_NOTE && !field_empty(f->fields[i]))
            return false;
    return true;
}

void wform_load(struct wform *f, const json_t *values)
{
    for (size_t i = 0; i < f->n; i++) {
        const json_t *value = json_object_get(values, f->fields[i]->id);
        if (value)
            wfield_set(f->fields[i], value);
    }
}
