/* Owns: the table of field types, and those for texts and numbers. Invariant: a checked value is
 * clean; two ways of writing one value give the same JSON. */
#include "kiosk/rules/fieldtype.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/rules/define.h"
#include "kiosk/rules/idno.h"

#define INTEGER_MAX 1e15

/* --- texts ------------------------------------------------------------------------------------ */

/* The text of `in` without control characters and invalid bytes: they are refused, not mended. */
static enum err clean_text(const struct field *fd, const json_t *in, char **out)
{
    *out = NULL;
    if (!json_is_string(in))
        return err_set(ERR_FIELD_TYPE, fd->id, NULL);
    const char *text = json_string_value(in);
    enum err rc = utf8_check(text, json_string_length(in));
    if (rc != ERR_OK)
        return err_set(rc, fd->id, NULL);
    *out = mem_alloc(json_string_length(in) + 1);
    utf8_clean(text, *out);
    return ERR_OK;
}

static json_t *text_or_null(const char *text)
{
    return *text != 0 ? json_string(text) : json_null();
}

static enum err check_text(const struct field *fd, const json_t *in, json_t **out)
{
    char *text;
    enum err rc = clean_text(fd, in, &text);
    if (rc != ERR_OK)
        return rc;
    int most = fd->max > 0 ? fd->max : form_types[fd->type].max;
    size_t count = utf8_count(text);
    if (count > (size_t)most)
        rc = err_set(ERR_TOO_LONG, fd->id, _("%zu characters of at most %d"), count, most);
    else
        *out = text_or_null(text);
    free(text);
    return rc;
}

/* A text that another function normalises into `size` bytes or refuses. */
static enum err check_number_text(const struct field *fd, const json_t *in, json_t **out,
                                  enum err (*normal)(const char *, char *))
{
    char *text, good[32];
    enum err rc = clean_text(fd, in, &text);
    if (rc != ERR_OK)
        return rc;
    if (*text == 0)
        *out = json_null();
    else if ((rc = normal(text, good)) == ERR_OK)
        *out = json_string(good);
    else
        err_set(rc, fd->id, NULL);
    free(text);
    return rc;
}

static enum err check_id_number(const struct field *fd, const json_t *in, json_t **out)
{
    return check_number_text(fd, in, out, idno_check);
}

static enum err check_phone(const struct field *fd, const json_t *in, json_t **out)
{
    return check_number_text(fd, in, out, idno_phone);
}

static enum err item_code(const char *text, char *out)
{
    if (!def_is_id(text) || strlen(text) > 31)
        return ERR_FIELD_TYPE;
    snprintf(out, 32, "%s", text);
    return ERR_OK;
}

static enum err check_item(const struct field *fd, const json_t *in, json_t **out)
{
    return check_number_text(fd, in, out, item_code);
}

static enum err read_text(const struct field *fd, const char *text, json_t **out)
{
    *out = json_string(text);
    return *out != NULL ? ERR_OK : err_set(ERR_NOT_UTF8, fd->id, NULL);
}

static char *show_text(const struct field *fd, const json_t *value)
{
    (void)fd;
    return mem_strdup(json_is_string(value) ? json_string_value(value) : "");
}

/* --- numbers ---------------------------------------------------------------------------------- */

static enum err in_range(const struct field *fd, double v)
{
    if ((fd->has_low && v < fd->low) || (fd->has_high && v > fd->high))
        return fd->has_low && fd->has_high
                   ? err_set(ERR_FIELD_RANGE, fd->id, "%g-%g", fd->low, fd->high)
                   : err_set(ERR_FIELD_RANGE, fd->id, fd->has_low ? ">= %g" : "<= %g",
                             fd->has_low ? fd->low : fd->high);
    return ERR_OK;
}

static enum err check_integer(const struct field *fd, const json_t *in, json_t **out)
{
    double v = json_number_value(in);
    if (!json_is_number(in))
        return err_set(ERR_FIELD_TYPE, fd->id, NULL);
    if (v > INTEGER_MAX || v < -INTEGER_MAX)
        return err_set(ERR_FIELD_RANGE, fd->id, NULL);
    if ((double)(json_int_t)v != v)
        return err_set(ERR_FIELD_TYPE, fd->id, NULL);
    enum err rc = in_range(fd, v);
    if (rc == ERR_OK)
        *out = json_integer((json_int_t)v);
    return rc;
}

static enum err check_decimal(const struct field *fd, const json_t *in, json_t **out)
{
    if (!json_is_number(in))
        return err_set(ERR_FIELD_TYPE, fd->id, NULL);
    enum err rc = in_range(fd, json_number_value(in));
    if (rc == ERR_OK)
        *out = json_real(json_number_value(in));
    return rc;
}

/* Only digits, a sign and a point: strtod alone would take "inf", "nan" and "0x1p3". */
static enum err read_number(const struct field *fd, const char *text, json_t **out)
{
    char plain[40], *end;
    if (!idno_compact(text, " ", plain, sizeof plain) || *plain == 0 ||
        strspn(plain, "0123456789.-+") != strlen(plain))
        return err_set(ERR_FIELD_TYPE, fd->id, NULL);
    errno = 0;
    double v = strtod(plain, &end);
    if (*end != 0 || errno != 0)
        return err_set(ERR_FIELD_TYPE, fd->id, NULL);
    *out = json_real(v);
    return ERR_OK;
}

static char *show_number(const struct field *fd, const json_t *value)
{
    (void)fd;
    return json_is_integer(value) ? mem_printf("%lld", (long long)json_integer_value(value))
                                  : mem_printf("%.10g", json_number_value(value));
}

static enum err check_bool(const struct field *fd, const json_t *in, json_t **out)
{
    if (!json_is_boolean(in))
        return err_set(ERR_FIELD_TYPE, fd->id, NULL);
    *out = json_boolean(json_is_true(in));
    return ERR_OK;
}

static enum err read_bool(const struct field *fd, const char *text, json_t **out)
{
    static const char *const words[2][6] = {{"否", "n", "no", "0", "false", "N"},
                                            {"是", "y", "yes", "1", "true", "Y"}};
    for (int truth = 0; truth < 2; truth++)
        for (size_t i = 0; i < sizeof *words / sizeof **words; i++)
            if (strcmp(words[truth][i], text) == 0) {
                *out = json_boolean(truth);
                return ERR_OK;
            }
    return err_set(ERR_FIELD_TYPE, fd->id, NULL);
}

static char *show_bool(const struct field *fd, const json_t *value)
{
    (void)fd;
    return mem_strdup(json_is_true(value) ? _("yes") : _("no"));
}

/* --- the table -------------------------------------------------------------------------------- */

#define TEXTS TRAIT_TEXT
#define NUMBERS TRAIT_NUMBER
#define CHOICES TRAIT_CHOICES
const struct form_type form_types[FIELD_TYPES] = {
    [FIELD_TEXT] = {"text", TEXTS, 200, check_text, read_text, show_text},
    [FIELD_NAME] = {"name", TEXTS, 64, check_text, read_text, show_text},
    [FIELD_ID_NUMBER] = {"id_number", 0, 0, check_id_number, read_text, show_text},
    [FIELD_PHONE] = {"phone", 0, 0, check_phone, read_text, show_text},
    [FIELD_INTEGER] = {"integer", NUMBERS, 0, check_integer, read_number, show_number},
    [FIELD_DECIMAL] = {"decimal", NUMBERS, 0, check_decimal, read_number, show_number},
    [FIELD_DATE] = {"date", 0, 0, time_check_date, time_read, show_text},
    [FIELD_TIME] = {"time", 0, 0, time_check_hhmm, time_read, show_text},
    [FIELD_DATETIME] = {"datetime", 0, 0, time_check_datetime, time_read_datetime,
                        time_show_datetime},
    [FIELD_CHOICE] = {"choice", CHOICES, 0, choice_check, choice_read, choice_show},
    [FIELD_MULTI] = {"multi", CHOICES, 0, choice_check_multi, choice_read_multi, choice_show_multi},
    [FIELD_BOOL] = {"bool", 0, 0, check_bool, read_bool, show_bool},
    [FIELD_CHECKLIST] = {"checklist", 0, 0, shape_check_papers, shape_read, shape_show_list},
    [FIELD_PERSON] = {"person", 0, 0, shape_check_person, shape_read, shape_show_person},
    [FIELD_ITEM] = {"item", 0, 0, check_item, read_text, show_text},
    [FIELD_STAFF] = {"staff", TEXTS, 64, check_text, read_text, show_text},
    [FIELD_AGENT] = {"agent", 0, 0, shape_check_agent, shape_read, shape_show_agent},
    [FIELD_SKIPPED] = {"skipped", 0, 0, shape_check_skipped, shape_read, shape_show_list},
    [FIELD_FACTS] = {"facts", 0, 0, shape_check_facts, shape_read, shape_show_list},
    [FIELD_EXCUSES] = {"excuses", CHOICES, 0, choice_check_excuses, shape_read,
                       choice_show_excuses},
};
