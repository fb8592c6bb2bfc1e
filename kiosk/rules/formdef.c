/* Owns: the reading of form definitions. Invariant: a form that was built has sound fields, and all
 * its expressions are prepared; a definition with one mistake builds nothing. */
#include "kiosk/rules/formdef.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/rules/fieldtype.h"

#define FIELDS_MAX 64
#define FORM_WORDS 3
#define CHOICES_MAX 120
#define TEXT_LIMIT 2000 /* code points of the longest text; rules/expr.c takes no longer ones */

const char *const form_words[FORM_WORDS + 1] = {"now", "today", "at", NULL};

static const struct def_key form_keys[] = {
    {"schema", DEF_TEXT, true},      {"id", DEF_NAME, true},         {"code", DEF_ID, false},
    {"version", DEF_INT, true},      {"kind", DEF_NAME, true},       {"title", DEF_PAIR, true},
    {"in_force", DEF_ANY, false},    {"fields", DEF_ARRAY, true},    {"feeds", DEF_IDS, false},
    {"schedule", DEF_OBJECT, false}, {"balance", DEF_OBJECT, false}, {"frequency", DEF_PAIR, false},
    {"by_hand", DEF_BOOL, false},    {"when", DEF_SQL, false},       {"lists", DEF_OBJECT, false},
    {"source", DEF_ARRAY, false},    {"basis", DEF_TEXT, false},     {"seed", DEF_IDS, false},
    {NULL, DEF_ANY, false}};

static const struct def_key field_keys[] = {
    {"id", DEF_NAME, true},          {"type", DEF_ID, true},        {"label", DEF_PAIR, true},
    {"hint", DEF_PAIR, false},       {"unit", DEF_TEXT, false},     {"required", DEF_BOOL, false},
    {"personal", DEF_BOOL, false},   {"choices", DEF_ANY, false},   {"min", DEF_NUMBER, false},
    {"point", DEF_INT, false},       {"max", DEF_NUMBER, false},    {"default", DEF_ANY, false},
    {"copy", DEF_ID, false},         {"relevant", DEF_SQL, false},  {"constraint", DEF_SQL, false},
    {"calculate", DEF_SQL, false},   {"message", DEF_PAIR, false},  {"basis", DEF_TEXT, false},
    {"places", DEF_BOOL, false},     {"reasons", DEF_ANY, false},   {"read_only", DEF_BOOL, false},
    {"default_sql", DEF_SQL, false}, {"appearance", DEF_ID, false}, {NULL, DEF_ANY, false}};

static const struct def_key choice_keys[] = {
    {"id", DEF_ID, true}, {"zh", DEF_TEXT, true}, {"en", DEF_TEXT, true}, {NULL, DEF_ANY, false}};

static enum err read_type(struct field *fd, const char *word, const struct def_place *at)
{
    for (int i = 0; i < FIELD_TYPES; i++)
        if (strcmp(form_types[i].name, word) == 0) {
            fd->type = (enum field_type)i;
            return ERR_OK;
        }
    return def_fail(at, "type", "unknown type '%s'", word);
}

static enum err read_list(const json_t *list, const char *key, const struct def_place *at,
                          const struct choice **out, size_t *n)
{
    size_t count = json_array_size(list);
    if (json_is_string(list))
        return def_fail(at, key, "no list '%.40s'",
                        def_is_id(json_string_value(list)) ? json_string_value(list) : "?");
    if (list != NULL && !json_is_array(list))
        return def_fail(at, key, "must be an array, or the name of a list");
    if (count > CHOICES_MAX)
        return def_fail(at, key, "more than %d", CHOICES_MAX);
    struct choice *made = mem_alloc((count + 1) * sizeof *made);
    *out = made;
    for (size_t i = 0; i < count; i++, (*n)++) {
        struct def_place here = def_below(at, key, (long)i);
        const json_t *one = json_array_get(list, i);
        enum err rc = def_check(one, choice_keys, &here);
        if (rc != ERR_OK)
            return rc;
        made[i] = (struct choice){js_str(one, "id"), lang_pick(one)};
        for (size_t k = 0; k < i; k++)
            if (strcmp(made[k].id, made[i].id) == 0)
                return def_fail(&here, "id", "'%s' is there twice", made[i].id);
    }
    return ERR_OK;
}

static enum err read_choices(struct field *fd, const json_t *in, const struct def_place *at)
{
    const json_t *list = js_get(in, "choices"), *reasons = js_get(in, "reasons");
    bool wanted = (form_types[fd->type].traits & TRAIT_CHOICES) != 0;
    bool excused = fd->type == FIELD_EXCUSES;
    if (wanted != (list != NULL && (!json_is_array(list) || json_array_size(list) > 0)))
        return def_fail(at, "choices", wanted ? "missing" : "this type has no choices");
    if (excused != (reasons != NULL && (!json_is_array(reasons) || json_array_size(reasons) > 0)))
        return def_fail(at, "reasons", excused ? "missing" : "this type has no reasons");
    enum err rc = read_list(list, "choices", at, &fd->choices, &fd->n_choices);
    return rc == ERR_OK ? read_list(reasons, "reasons", at, &fd->reasons, &fd->n_reasons) : rc;
}

static enum err read_limits(struct field *fd, const json_t *in, const struct def_place *at)
{
    const json_t *low = js_get(in, "min"), *high = js_get(in, "max");
    unsigned traits = form_types[fd->type].traits;
    if (traits & TRAIT_TEXT) {
        int64_t most = js_int(in, "max", 0);
        if (low != NULL)
            return def_fail(at, "min", "a text has no least value");
        if (high != NULL && (most < 1 || most > TEXT_LIMIT))
            return def_fail(at, "max", "must be from 1 to %d", TEXT_LIMIT);
        fd->max = (int)most;
        return ERR_OK;
    }
    if (!(traits & TRAIT_NUMBER) && (low != NULL || high != NULL))
        return def_fail(at, low != NULL ? "min" : "max", "this type has no range");
    fd->has_low = low != NULL;
    fd->has_high = high != NULL;
    fd->low = json_number_value(low);
    fd->high = json_number_value(high);
    if (fd->has_low && fd->has_high && fd->low > fd->high)
        return def_fail(at, "min", "greater than max");
    return ERR_OK;
}

/* The greatest value tells how many digits are whole: so there must be one. */
static enum err read_point(struct field *fd, const json_t *in, const struct def_place *at)
{
    int64_t point = js_int(in, "point", 0);
    if (js_get(in, "point") == NULL)
        return ERR_OK;
    if (fd->type != FIELD_DECIMAL || !fd->has_high || fd->high < 1 || fd->high >= 1e6)
        return def_fail(at, "point", "only for a decimal with a max from 1 to 999999");
    if (point < 1 || point > 4)
        return def_fail(at, "point", "must be from 1 to 4");
    fd->point = (int)point;
    return ERR_OK;
}

/* "now", "today" and "me" stand for what is known only when the form is opened. */
static bool moving(const struct field *fd)
{
    static const struct {
        const char *word;
        enum field_type type;
    } words[] = {
        {"now", FIELD_DATETIME}, {"now", FIELD_TIME}, {"today", FIELD_DATE}, {"me", FIELD_STAFF}};
    const char *text = json_string_value(fd->fallback);
    for (size_t i = 0; text != NULL && i < sizeof words / sizeof *words; i++)
        if (words[i].type == fd->type && strcmp(words[i].word, text) == 0)
            return true;
    return false;
}

static enum err read_default(struct field *fd, const json_t *in, const struct def_place *at)
{
    json_t *value = NULL;
    fd->fallback = js_get(in, "default");
    if (fd->fallback == NULL || moving(fd))
        return ERR_OK;
    enum err rc = form_types[fd->type].check(fd, fd->fallback, &value);
    json_decref(value);
    return rc == ERR_OK ? rc : def_fail(at, "default", "not a value of this field");
}

static enum err read_texts(struct field *fd, const json_t *in, const struct def_place *at)
{
    const char *copy = js_str(in, "copy"), *unit = js_str(in, "unit");
    fd->id = js_str(in, "id");
    fd->label = lang_pick(json_object_get(in, "label"));
    fd->hint = lang_pick(json_object_get(in, "hint"));
    fd->message = lang_pick(json_object_get(in, "message"));
    fd->unit = unit != NULL ? unit : "";
    fd->required = js_bool(in, "required");
    fd->personal = js_bool(in, "personal");
    fd->copy_last = copy != NULL;
    if (copy != NULL && strcmp(copy, "last") != 0)
        return def_fail(at, "copy", "only \"last\" is known");
    fd->relevant = js_str(in, "relevant");
    fd->constraint = js_str(in, "constraint");
    fd->calculate = js_str(in, "calculate");
    fd->initial = js_str(in, "default_sql");
    fd->appearance = js_str(in, "appearance") != NULL ? js_str(in, "appearance") : "";
    fd->relevant_id = fd->constraint_id = fd->calculate_id = fd->initial_id = -1;
    fd->read_only = js_bool(in, "read_only") || fd->calculate != NULL;
    if (fd->calculate != NULL && (js_get(in, "default") != NULL || fd->initial != NULL))
        return def_fail(at, "calculate", "what is calculated has no default");
    if (js_get(in, "default") != NULL && fd->initial != NULL)
        return def_fail(at, "default_sql", "there is a default already");
    if (fd->constraint != NULL && *fd->message == 0)
        return def_fail(at, "message", "missing: a constraint says why");
    return ERR_OK;
}

static enum err read_field(struct field *fd, const json_t *in, const struct def_place *at)
{
    enum err rc = def_check(in, field_keys, at);
    if (rc == ERR_OK)
        rc = read_texts(fd, in, at);
    if (rc == ERR_OK)
        rc = read_type(fd, js_str(in, "type"), at);
    if (rc == ERR_OK)
        rc = read_choices(fd, in, at);
    if (rc == ERR_OK)
        rc = read_limits(fd, in, at);
    if (rc == ERR_OK)
        rc = read_point(fd, in, at);
    return rc == ERR_OK ? read_default(fd, in, at) : rc;
}

static enum err read_fields(struct form *f, const struct def_place *top, const char *key)
{
    const json_t *list = json_object_get(f->json, "fields");
    size_t n = json_array_size(list);
    if (n > FIELDS_MAX)
        return def_fail(top, key, "more than %d", FIELDS_MAX);
    f->fields = mem_alloc((n + 1) * sizeof *f->fields);
    for (size_t i = 0; i < n; i++) {
        struct def_place at = def_below(top, key, (long)i);
        f->n_fields = i + 1;
        enum err rc = read_field(&f->fields[i], json_array_get(list, i), &at);
        if (rc != ERR_OK)
            return rc;
        for (size_t k = 0; k < i; k++)
            if (strcmp(f->fields[k].id, f->fields[i].id) == 0)
                return def_fail(&at, "id", "'%s' is there twice", f->fields[i].id);
    }
    return ERR_OK;
}

/* One expression of field i; it may name the fields before `last` only. */
static enum err add_expr(struct form *f, const char *sql, size_t last, const struct def_place *at,
                         const char *key, int *id)
{
    if (sql == NULL)
        return ERR_OK;
    if (expr_add(f->exprs, key, sql, id) != ERR_OK) {
        char why[256];
        snprintf(why, sizeof why, "%.100s %.140s", err_what(err_last()), err_detail());
        return def_fail(at, key, "%s", why);
    }
    for (size_t i = last; i < f->n_fields; i++)
        if (expr_uses(f->exprs, *id, f->fields[i].id))
            return def_fail(at, key, "'%s' does not stand before it", f->fields[i].id);
    return ERR_OK;
}

static bool has_exprs(const struct form *f)
{
    for (size_t i = 0; i < f->n_fields; i++)
        if (f->fields[i].relevant != NULL || f->fields[i].constraint != NULL ||
            f->fields[i].calculate != NULL || f->fields[i].initial != NULL)
            return true;
    return js_str(f->json, "when") != NULL;
}

/* The fields by their ids, and what stands for the time unless a field has that name. */
static size_t name_facts(const struct form *f, const char *names[FIELDS_MAX + FORM_WORDS])
{
    size_t n = 0;
    for (; n < f->n_fields; n++)
        names[n] = f->fields[n].id;
    for (size_t i = 0; i < FORM_WORDS; i++)
        if (form_field(f, form_words[i]) == NULL)
            names[n++] = form_words[i];
    return n;
}

static enum err read_exprs(struct form *f, const struct def_place *top, const char *key)
{
    const char *names[FIELDS_MAX + FORM_WORDS];
    enum err rc = ERR_OK;
    if (!has_exprs(f))
        return ERR_OK;
    size_t n_names = name_facts(f, names);
    f->exprs = expr_new(names, n_names);
    for (size_t i = 0; rc == ERR_OK && i < f->n_fields; i++) {
        struct field *fd = &f->fields[i];
        struct def_place at = def_below(top, key, (long)i);
        rc = add_expr(f, fd->relevant, i, &at, "relevant", &fd->relevant_id);
        if (rc == ERR_OK)
            rc = add_expr(f, fd->calculate, i, &at, "calculate", &fd->calculate_id);
        if (rc == ERR_OK)
            rc = add_expr(f, fd->initial, i, &at, "default_sql", &fd->initial_id);
        if (rc == ERR_OK)
            rc = add_expr(f, fd->constraint, i + 1, &at, "constraint", &fd->constraint_id);
    }
    return rc == ERR_OK
               ? add_expr(f, js_str(f->json, "when"), f->n_fields, top, "when", &f->when_id)
               : rc;
}

/* --- named lists -------------------------------------------------------------------------------
 */

void formdef_lists(json_t *definition)
{
    static const char *const keys[] = {"choices", "reasons"};
    size_t i;
    json_t *field, *lists = json_object_get(definition, "lists");
    json_array_foreach(json_object_get(definition, "fields"), i, field)
    {
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
            const char *name = js_str(field, keys[k]);
            json_t *list = name != NULL ? json_object_get(lists, name) : NULL;
            if (json_is_array(list))
                json_object_set_new(field, keys[k], json_deep_copy(list));
        }
    }
}

/* A mistake in a list is told where the list stands, not where it is used. */
static enum err check_lists(const struct form *f, const struct def_place *top)
{
    const char *name;
    json_t *list;
    enum err rc = ERR_OK;
    struct def_place at = def_below(top, "lists", -1);
    json_object_foreach(json_object_get(f->json, "lists"), name, list)
    {
        const struct choice *made = NULL;
        size_t n = 0;
        if (!def_is_id(name))
            return def_fail(&at, NULL, "a list's name must be an id");
        rc = json_is_array(list) && json_array_size(list) > 0
                 ? read_list(list, name, &at, &made, &n)
                 : def_fail(&at, name, "must be an array of choices");
        free((void *)(uintptr_t)made);
        if (rc != ERR_OK)
            break;
    }
    return rc;
}

static enum err build(struct form *f, const struct def_place *top, const char *fields)
{
    enum err rc = def_check(f->json, form_keys, top);
    if (rc != ERR_OK)
        return rc;
    if (strcmp(js_str(f->json, "schema"), "jiujin.form/1") != 0)
        return def_fail(top, "schema", "must be jiujin.form/1");
    f->version = (int)js_int(f->json, "version", 0);
    if (f->version < 1 || f->version > 1000000)
        return def_fail(top, "version", "must be 1 or more");
    snprintf(f->id, sizeof f->id, "%s", js_str(f->json, "id"));
    snprintf(f->code, sizeof f->code, "%.15s",
             js_str(f->json, "code") != NULL ? js_str(f->json, "code") : "");
    f->title = lang_pick(json_object_get(f->json, "title"));
    f->kind = js_str(f->json, "kind");
    f->by_hand = js_get(f->json, "by_hand") == NULL || js_bool(f->json, "by_hand");
    rc = check_lists(f, top);
    if (rc == ERR_OK)
        rc = read_fields(f, top, fields);
    if (rc == ERR_OK)
        rc = read_exprs(f, top, fields);
    return rc == ERR_OK ? formdef_ledger(f, top) : rc;
}

enum err formdef_build(const json_t *definition, const char *name, const char *fields,
                       struct form **out)
{
    struct form *f = mem_alloc(sizeof *f);
    struct def_place top = {.name = name};
    *out = NULL;
    f->when_id = -1;
    f->json = json_deep_copy(definition);
    formdef_lists(f->json);
    enum err rc = build(f, &top, fields);
    if (rc == ERR_OK)
        *out = f;
    else
        form_free(f);
    return rc;
}

enum err form_parse(const json_t *definition, const char *name, struct form **out)
{
    return formdef_build(definition, name, "fields", out);
}

void form_free(struct form *f)
{
    if (f == NULL)
        return;
    for (size_t i = 0; i < f->n_fields; i++) {
        free((void *)(uintptr_t)f->fields[i].choices);
        free((void *)(uintptr_t)f->fields[i].reasons);
    }
    free(f->fields);
    expr_free(f->exprs);
    json_decref(f->json);
    free(f);
}

const struct field *form_field(const struct form *f, const char *id)
{
    for (size_t i = 0; i < f->n_fields; i++)
        if (strcmp(f->fields[i].id, id) == 0)
            return &f->fields[i];
    return NULL;
}
