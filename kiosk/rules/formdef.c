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
#define CHOICES_MAX 120
#define TEXT_LIMIT 2000 /* code points of the longest text; rules/expr.c takes no longer ones */

static const struct def_key form_keys[] = {
    {"schema", DEF_TEXT, true},      {"id", DEF_NAME, true},         {"code", DEF_ID, false},
    {"version", DEF_INT, true},      {"kind", DEF_NAME, true},       {"title", DEF_PAIR, true},
    {"in_force", DEF_ANY, false},    {"fields", DEF_ARRAY, true},    {"feeds", DEF_IDS, false},
    {"schedule", DEF_OBJECT, false}, {"balance", DEF_OBJECT, false}, {"frequency", DEF_PAIR, false},
    {"source", DEF_ARRAY, false},    {"basis", DEF_TEXT, false},     {"seed", DEF_IDS, false},
    {NULL, DEF_ANY, false}};

static const struct def_key field_keys[] = {
    {"id", DEF_NAME, true},        {"type", DEF_ID, true},        {"label", DEF_PAIR, true},
    {"hint", DEF_PAIR, false},     {"unit", DEF_TEXT, false},     {"required", DEF_BOOL, false},
    {"personal", DEF_BOOL, false}, {"choices", DEF_ARRAY, false}, {"min", DEF_NUMBER, false},
    {"point", DEF_INT, false},     {"max", DEF_NUMBER, false},    {"default", DEF_ANY, false},
    {"copy", DEF_ID, false},       {"relevant", DEF_SQL, false},  {"constraint", DEF_SQL, false},
    {"calculate", DEF_SQL, false}, {"message", DEF_PAIR, false},  {"basis", DEF_TEXT, false},
    {"places", DEF_BOOL, false},   {"reasons", DEF_ARRAY, false}, {NULL, DEF_ANY, false}};

static const struct def_key choice_keys[] = {
    {"id", DEF_ID, true}, {"zh", DEF_TEXT, true}, {"en", DEF_TEXT, true}, {NULL, DEF_ANY, false}};

static const struct def_key schedule_keys[] = {
    {"duty", DEF_NAME, true}, {"slot", DEF_NAME, false}, {NULL, DEF_ANY, false}};

static const struct def_key balance_keys[] = {
    {"by", DEF_IDS, true}, {"quantity", DEF_NAME, true}, {"direction", DEF_NAME, true},
    {"in", DEF_ID, true},  {"out", DEF_ID, true},        {"count", DEF_ID, true},
    {NULL, DEF_ANY, false}};

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
    const json_t *list = json_object_get(in, "choices"), *reasons = json_object_get(in, "reasons");
    bool wanted = (form_types[fd->type].traits & TRAIT_CHOICES) != 0;
    bool excused = fd->type == FIELD_EXCUSES;
    if (wanted != (json_array_size(list) > 0))
        return def_fail(at, "choices", wanted ? "missing" : "this type has no choices");
    if (excused != (json_array_size(reasons) > 0))
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
    fd->relevant_id = fd->constraint_id = fd->calculate_id = -1;
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
            f->fields[i].calculate != NULL)
            return true;
    return false;
}

static enum err read_exprs(struct form *f, const struct def_place *top, const char *key)
{
    const char *names[FIELDS_MAX];
    enum err rc = ERR_OK;
    if (!has_exprs(f))
        return ERR_OK;
    for (size_t i = 0; i < f->n_fields; i++)
        names[i] = f->fields[i].id;
    f->exprs = expr_new(names, f->n_fields);
    for (size_t i = 0; rc == ERR_OK && i < f->n_fields; i++) {
        struct field *fd = &f->fields[i];
        struct def_place at = def_below(top, key, (long)i);
        rc = add_expr(f, fd->relevant, i, &at, "relevant", &fd->relevant_id);
        if (rc == ERR_OK)
            rc = add_expr(f, fd->calculate, i, &at, "calculate", &fd->calculate_id);
        if (rc == ERR_OK)
            rc = add_expr(f, fd->constraint, i + 1, &at, "constraint", &fd->constraint_id);
    }
    return rc;
}

/* Each key of `list` names a field of the form. */
static enum err names_fields(const struct form *f, const json_t *object, const char *const *keys,
                             const struct def_place *at)
{
    for (; *keys != NULL; keys++) {
        const char *id = js_str(object, *keys);
        if (id != NULL && form_field(f, id) == NULL)
            return def_fail(at, *keys, "no field '%s'", id);
    }
    return ERR_OK;
}

static enum err read_balance(const struct form *f, const struct def_place *top)
{
    static const char *const fields[] = {"quantity", "direction", NULL};
    static const char *const ways[] = {"in", "out", "count"};
    const json_t *balance = js_get(f->json, "balance"), *one;
    struct def_place at = def_below(top, "balance", -1);
    size_t i;
    if (balance == NULL)
        return ERR_OK;
    enum err rc = def_check(balance, balance_keys, &at);
    if (rc == ERR_OK)
        rc = names_fields(f, balance, fields, &at);
    json_array_foreach(json_object_get(balance, "by"), i,
                       one) if (rc == ERR_OK && form_field(f, json_string_value(one)) == NULL) rc =
        def_fail(&at, "by", "no field '%s'", json_string_value(one));
    for (i = 0; rc == ERR_OK && i < sizeof ways / sizeof *ways; i++) {
        const struct field *fd = form_field(f, js_str(balance, "direction"));
        bool found = false;
        for (size_t k = 0; k < fd->n_choices; k++)
            found = found || strcmp(fd->choices[k].id, js_str(balance, ways[i])) == 0;
        rc = found ? ERR_OK : def_fail(&at, ways[i], "not a choice of '%s'", fd->id);
    }
    return rc;
}

static enum err read_ledger(const struct form *f, const struct def_place *top)
{
    static const char *const fields[] = {"slot", NULL};
    const json_t *schedule = js_get(f->json, "schedule"), *force = js_get(f->json, "in_force");
    struct def_place at = def_below(top, "schedule", -1);
    const char *word = json_string_value(force);
    if (force != NULL && !json_is_array(force) && (word == NULL || strcmp(word, "always") != 0))
        return def_fail(top, "in_force", "\"always\" or an array of policies");
    enum err rc = ERR_OK;
    if (schedule != NULL && (rc = def_check(schedule, schedule_keys, &at)) == ERR_OK)
        rc = names_fields(f, schedule, fields, &at);
    return rc == ERR_OK ? read_balance(f, top) : rc;
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
    rc = read_fields(f, top, fields);
    if (rc == ERR_OK)
        rc = read_exprs(f, top, fields);
    return rc == ERR_OK ? read_ledger(f, top) : rc;
}

enum err formdef_build(const json_t *definition, const char *name, const char *fields,
                       struct form **out)
{
    struct form *f = mem_alloc(sizeof *f);
    struct def_place top = {.name = name};
    *out = NULL;
    f->json = json_deep_copy(definition);
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
