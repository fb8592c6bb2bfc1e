/* Owns: the checking of what was filled in. Invariant: what form_check returns has only fields of
 * the definition, in its order, each of its type; so the frozen bytes of an entry do not depend on
 * how it was typed. */
#include "kiosk/rules/form.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/rules/fieldtype.h"

/* The time, for expressions: a row of the past has its own `at`. */
static void tell_time(const struct form *f, int64_t at)
{
    char now[CLOCK_TEXT], day[CLOCK_TEXT], then[CLOCK_TEXT];
    int64_t present = clock_now();
    if (f->exprs != NULL)
        expr_also(f->exprs, json_pack("{s:s,s:s,s:s}", "now", clock_iso(present, now), "today",
                                      clock_date(present, day), "at",
                                      clock_iso(at != CLOCK_NONE ? at : present, then)));
}

static bool relevant(const struct form *f, const struct field *fd, const json_t *values)
{
    bool truth = true;
    if (fd->relevant_id >= 0 && expr_true(f->exprs, fd->relevant_id, values, &truth) != ERR_OK)
        return true; /* asking once too often loses nothing */
    return truth;
}

bool form_relevant(const struct form *f, const struct field *fd, const json_t *values)
{
    if (fd->relevant_id >= 0)
        tell_time(f, CLOCK_NONE);
    return relevant(f, fd, values);
}

static json_t *truth_of(json_t *number)
{
    bool truth = json_integer_value(number) != 0;
    json_decref(number);
    return json_boolean(truth);
}

/* The value of one field: calculated, given, or null. */
static enum err value_of(const struct form *f, const struct field *fd, const json_t *given,
                         const json_t *clean, json_t **out)
{
    json_t *raw = NULL;
    enum err rc = ERR_OK;
    if (fd->calculate_id < 0)
        raw = json_incref((json_t *)given);
    else if ((rc = expr_eval(f->exprs, fd->calculate_id, clean, &raw)) == ERR_OK &&
             fd->type == FIELD_BOOL && json_is_integer(raw)) /* SQL has no truth of its own */
        raw = truth_of(raw);
    if (rc == ERR_OK && raw != NULL && !json_is_null(raw))
        rc = form_types[fd->type].check(fd, raw, out);
    json_decref(raw);
    if (rc == ERR_OK && *out == NULL)
        *out = json_null();
    return rc;
}

static enum err check_field(const struct form *f, const struct field *fd, const json_t *given,
                            json_t *clean)
{
    json_t *value = NULL;
    bool holds = true;
    if (!relevant(f, fd, clean))
        return ERR_OK;
    enum err rc = value_of(f, fd, given, clean, &value);
    if (rc != ERR_OK)
        return rc;
    bool empty = json_is_null(value);
    json_object_set_new(clean, fd->id, value);
    if (empty)
        return fd->required ? err_set(ERR_FIELD_REQUIRED, fd->id, NULL) : ERR_OK;
    if (fd->constraint_id >= 0)
        rc = expr_true(f->exprs, fd->constraint_id, clean, &holds);
    if (rc == ERR_OK && !holds)
        rc = err_set(ERR_CONSTRAINT, fd->id, "%s", fd->message);
    return rc;
}

static enum err known_fields(const struct form *f, const json_t *values)
{
    const char *key;
    json_t *value;
    if (!json_is_object(values))
        return err_set(ERR_FIELD_TYPE, f->id, NULL);
    json_object_foreach((json_t *)values, key, value) if (form_field(f, key) == NULL)
    {
        bool clean = utf8_check(key, strlen(key)) == ERR_OK && strlen(key) <= 40;
        return err_set(ERR_FIELD_UNKNOWN, clean ? key : "?", NULL);
    }
    return ERR_OK;
}

enum err form_check(const struct form *f, const json_t *values, json_t **clean)
{
    return form_check_at(f, values, CLOCK_NONE, clean);
}

enum err form_check_at(const struct form *f, const json_t *values, int64_t at, json_t **clean)
{
    json_t *made = json_object();
    *clean = NULL;
    tell_time(f, at);
    expr_begin(f->exprs);
    enum err rc = known_fields(f, values);
    for (size_t i = 0; rc == ERR_OK && i < f->n_fields; i++)
        rc = check_field(f, &f->fields[i], json_object_get(values, f->fields[i].id), made);
    expr_end(f->exprs);
    if (rc == ERR_OK)
        *clean = json_incref(made);
    json_decref(made);
    return rc;
}

static void derive_one(const struct form *f, const struct field *fd, json_t *row)
{
    json_t *value = NULL;
    if (value_of(f, fd, NULL, row, &value) != ERR_OK)
        value = json_null();
    json_object_set_new(row, fd->id, value);
}

void form_derive(const struct form *f, json_t *row, int64_t at)
{
    bool told = false;
    for (size_t i = 0; i < f->n_fields; i++) {
        if (f->fields[i].calculate_id < 0)
            continue;
        if (!told)
            tell_time(f, at);
        told = true;
        derive_one(f, &f->fields[i], row);
    }
}

bool form_takes(const struct form *f, const json_t *row, int64_t at)
{
    bool truth = true;
    if (f->when_id < 0)
        return true;
    tell_time(f, at);
    return expr_true(f->exprs, f->when_id, row, &truth) != ERR_OK || truth;
}

json_t *form_calculated(const struct form *f, const struct field *fd, const json_t *values)
{
    json_t *value = NULL;
    if (fd->calculate_id < 0)
        return NULL;
    tell_time(f, CLOCK_NONE);
    return value_of(f, fd, NULL, values, &value) == ERR_OK ? value : json_null();
}

enum err form_check_text(const struct field *fd, const char *text, json_t **value)
{
    json_t *raw = NULL;
    *value = NULL;
    enum err rc = utf8_check(text, strlen(text));
    if (rc != ERR_OK)
        return err_set(rc, fd->id, NULL);
    char *trimmed = mem_alloc(strlen(text) + 1);
    utf8_clean(text, trimmed);
    if (*trimmed == 0) {
        *value = json_null();
    } else {
        rc = form_types[fd->type].read(fd, trimmed, &raw);
        if (rc == ERR_OK)
            rc = form_types[fd->type].check(fd, raw, value);
        json_decref(raw);
    }
    free(trimmed);
    return rc;
}

char *form_show(const struct field *fd, const json_t *value)
{
    if (value == NULL || json_is_null(value))
        return mem_strdup("");
    return form_types[fd->type].show(fd, value);
}

void form_split(const struct form *f, const json_t *clean, json_t **body, json_t **sealed)
{
    *body = json_object();
    *sealed = NULL;
    for (size_t i = 0; i < f->n_fields; i++) {
        const struct field *fd = &f->fields[i];
        json_t *value = json_object_get(clean, fd->id);
        if (value == NULL || (fd->personal && json_is_null(value)))
            continue;
        if (fd->personal && *sealed == NULL)
            *sealed = json_object();
        json_object_set(fd->personal ? *sealed : *body, fd->id, value);
    }
}

json_t *form_default(const struct field *fd, const char *me)
{
    char text[CLOCK_TEXT];
    const char *word = json_string_value(fd->fallback);
    if (fd->fallback == NULL)
        return NULL;
    if (word != NULL && strcmp(word, "now") == 0 && fd->type == FIELD_DATETIME)
        return json_string(clock_iso(clock_now() / 60000 * 60000, text));
    if (word != NULL && strcmp(word, "now") == 0 && fd->type == FIELD_TIME)
        return json_string(clock_hhmm(clock_now(), text));
    if (word != NULL && strcmp(word, "today") == 0 && fd->type == FIELD_DATE)
        return json_string(clock_date(clock_now(), text));
    if (word != NULL && strcmp(word, "me") == 0 && fd->type == FIELD_STAFF)
        return json_string(me);
    return json_deep_copy(fd->fallback);
}

/* What an expression gives is checked as if it had been typed: a default that is no value of the
 * field is none. */
json_t *form_default_of(const struct form *f, const struct field *fd, const json_t *values,
                        const char *me)
{
    json_t *raw = NULL, *value = NULL;
    if (fd->initial_id < 0)
        return form_default(fd, me);
    tell_time(f, CLOCK_NONE);
    if (expr_eval(f->exprs, fd->initial_id, values, &raw) != ERR_OK || json_is_null(raw)) {
        json_decref(raw);
        return NULL;
    }
    if (fd->type == FIELD_BOOL && json_is_integer(raw))
        raw = truth_of(raw);
    enum err rc = form_types[fd->type].check(fd, raw, &value);
    json_decref(raw);
    return rc == ERR_OK ? value : NULL;
}
