/* Owns: the joining of layers. Invariant: nothing here weakens a gate, for no rule is ever taken
 * away or replaced, and what comes out is a pack like any other, to be read by policy_parse. */
#include "kiosk/rules/policymerge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/rules/policydef.h"

/* What a pack says about itself: the base pack's stays. */
static const char *const own_keys[] = {"schema", "id",        "version", "layer",   "title",
                                       "issuer", "issued",    "note",    "trigger", "review_days",
                                       "source", "effective", NULL};

static bool listed(const char *const *list, const char *word)
{
    for (; *list != NULL; list++)
        if (strcmp(*list, word) == 0)
            return true;
    return false;
}

static json_t *free_copy(const json_t *value)
{
    return json_deep_copy((json_t *)(uintptr_t)value);
}

/* --- one value over another ------------------------------------------------------------------- */

static bool of_rows(const json_t *list)
{
    size_t i;
    json_t *one;
    json_array_foreach((json_t *)(uintptr_t)list, i,
                       one) if (js_str(one, "id") == NULL) return false;
    return json_is_array(list);
}

static size_t find_row(const json_t *rows, const char *id)
{
    size_t i = 0;
    while (i < json_array_size(rows) && strcmp(js_str(json_array_get(rows, i), "id"), id) != 0)
        i++;
    return i;
}

static void merge_rows(json_t *rows, const json_t *later, bool rules)
{
    size_t i;
    json_t *one;
    json_array_foreach((json_t *)(uintptr_t)later, i, one)
    {
        size_t at = find_row(rows, js_str(one, "id"));
        if (at == json_array_size(rows) || (rules && !json_equal(json_array_get(rows, at), one)))
            json_array_append_new(rows, free_copy(one));
        else
            json_array_set_new(rows, at, free_copy(one));
    }
}

static void merge_words(json_t *words, const json_t *later)
{
    size_t i, k;
    json_t *one, *old;
    json_array_foreach((json_t *)(uintptr_t)later, i, one)
    {
        bool there = false;
        json_array_foreach(words, k, old) there = there || json_equal(old, one);
        if (!there)
            json_array_append(words, one);
    }
}

static void merge_object(json_t *into, const json_t *later, const char *const *but);

static void merge_member(json_t *into, const char *key, const json_t *later)
{
    json_t *old = json_object_get(into, key);
    if (json_is_null(later))
        return;
    if (json_is_object(old) && json_is_object(later))
        merge_object(old, later, NULL);
    else if (json_is_array(later) && of_rows(old) && of_rows(later))
        merge_rows(old, later, strcmp(key, "rules") == 0);
    else if (strcmp(key, "ledgers") == 0 && json_is_array(old))
        merge_words(old, later);
    else
        json_object_set_new(into, key, free_copy(later));
}

static void merge_object(json_t *into, const json_t *later, const char *const *but)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)later, key,
                        value) if (but == NULL || !listed(but, key)) merge_member(into, key, value);
}

/* --- the whole -------------------------------------------------------------------------------- */

static void join_titles(json_t *into, const json_t *overlay)
{
    static const char *const langs[] = {"zh", "en"};
    for (size_t i = 0; i < 2; i++) {
        json_t *title = json_object_get(into, "title");
        const char *old = js_str(title, langs[i]);
        const char *more = js_str(json_object_get(overlay, "title"), langs[i]);
        if (old == NULL || more == NULL)
            continue;
        char *both = mem_printf("%s+%s", old, more);
        js_set_str(title, langs[i], both);
        free(both);
    }
}

static json_t *param_of(json_t *pack, const char *id)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(pack, "params"), i,
                       one) if (id != NULL && strcmp(js_str(one, "id"), id) == 0) return one;
    return NULL;
}

/* Each adaptation stands over the pack's own value, not over the one before it. */
static size_t adapt(json_t *pack, const json_t *adaptations)
{
    size_t i, n = 0;
    json_t *one, *last = json_object();
    const char *key;
    json_array_foreach((json_t *)(uintptr_t)adaptations, i, one)
        json_object_set(last, js_str(one, "param"), json_object_get(one, "new"));
    json_object_foreach(last, key, one)
    {
        json_t *param = param_of(pack, key);
        if (param == NULL || json_is_null(one) || policy_fits(param, one) != ERR_OK)
            continue;
        json_object_set_new(param, "value", free_copy(one));
        n++;
    }
    json_decref(last);
    return n;
}

static json_t *merge(const json_t *base, const json_t *overlays, const json_t *adaptations,
                     size_t *adapted)
{
    size_t i;
    json_t *one, *pack = free_copy(base);
    json_array_foreach((json_t *)(uintptr_t)overlays, i, one)
    {
        merge_object(pack, one, own_keys);
        join_titles(pack, one);
    }
    *adapted = adapt(pack, adaptations);
    param_settle(pack);
    return pack;
}

json_t *policy_merge(const json_t *base, const json_t *overlays, const json_t *adaptations)
{
    size_t adapted;
    return merge(base, overlays, adaptations, &adapted);
}

static void add_label(struct buf *out, const char *before, const json_t *pack)
{
    buf_printf(out, "%s%s@%d", before, js_str(pack, "id"), (int)js_int(pack, "version", 0));
}

static void label_layers(struct policy *p, const json_t *overlays, const char *last)
{
    struct buf label = BUF_INIT;
    size_t i;
    json_t *one;
    json_array_foreach((json_t *)(uintptr_t)overlays, i, one) json_array_append(p->layers, one);
    json_array_foreach(p->layers, i, one) add_label(&label, i > 0 ? "+" : "", one);
    if (last != NULL)
        buf_printf(&label, "#%s", last);
    free(p->label);
    p->label = buf_take(&label);
}

enum err policy_join(const json_t *base, const json_t *overlays, const json_t *adaptations,
                     const char *name, struct policy **out)
{
    size_t adapted, n = json_array_size(adaptations);
    json_t *pack = merge(base, overlays, adaptations, &adapted);
    enum err rc = policy_parse(pack, name, out);
    json_decref(pack);
    if (rc != ERR_OK)
        return rc;
    json_array_set_new((*out)->layers, 0, free_copy(base));
    label_layers(*out, overlays,
                 adapted > 0 ? js_str(json_array_get(adaptations, n - 1), "id") : NULL);
    if (adapted > 0)
        (*out)->adaptations = free_copy(adaptations);
    return ERR_OK;
}

/* --- by name ---------------------------------------------------------------------------------- */

static enum err read_part(const char *part, policy_reader *read, void *with, json_t **out)
{
    char id[48];
    size_t len = strcspn(part, "@+");
    *out = NULL;
    if (len == 0 || len >= sizeof id)
        return err_set(ERR_NOT_FOUND, "policy", "%.60s", part);
    snprintf(id, sizeof id, "%.*s", (int)len, part);
    return read(with, id, part[len] == '@' ? atoi(part + len + 1) : 0, out);
}

enum err policy_join_named(const char *name, policy_reader *read, void *with, struct policy **out)
{
    json_t *base = NULL, *overlays = json_array(), *one;
    enum err rc = read_part(name, read, with, &base);
    const char *at = strchr(name, '+');
    *out = NULL;
    for (; rc == ERR_OK && at != NULL; at = strchr(at + 1, '+')) {
        rc = read_part(at + 1, read, with, &one);
        if (rc == ERR_OK && !policy_is_overlay(one))
            rc = err_set(ERR_FIELD_CHOICE, "policy", "%.60s", at + 1);
        json_array_append_new(overlays, one);
    }
    if (rc == ERR_OK && policy_is_overlay(base))
        rc = err_set(ERR_FIELD_CHOICE, "policy", "%.60s", name);
    if (rc == ERR_OK && json_array_size(overlays) > POLICY_OVERLAYS_MAX)
        rc = err_set(ERR_FIELD_RANGE, "policy", "%d", POLICY_OVERLAYS_MAX);
    if (rc == ERR_OK)
        rc = policy_join(base, overlays, NULL, name, out);
    json_decref(base);
    json_decref(overlays);
    return rc;
}
