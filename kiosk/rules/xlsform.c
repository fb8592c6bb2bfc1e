/* Owns: the reading of an XLSForm as a whole: heads, lists of choices, settings. Invariant: what
 * comes out was tried as a definition; a mistake that only this found is told by the cell that it
 * came from. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/file.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/rules/define.h"
#include "kiosk/rules/form.h"
#include "kiosk/rules/xlsform_private.h"

enum err xls_fail(const struct xlsform *x, const struct table *t, int row, int column,
                  const char *why, ...)
{
    char text[300], letters[8], place[16] = "";
    va_list args;
    va_start(args, why);
    vsnprintf(text, sizeof text, why, args);
    va_end(args);
    if (column > 0)
        snprintf(place, sizeof place, ", column %s", sheet_letters(column, letters));
    return err_set(ERR_DEFINITION, x->name, "sheet %s, row %d%s: %s",
                   t->sheet != NULL ? t->sheet->name : "?", row, place, text);
}

/* --- heads -------------------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    enum xcolumn column;
    bool spoken; /* may be followed by "::LANGUAGE" */
} heads[] = {
    {"type", COL_TYPE, false},
    {"name", COL_NAME, false},
    {"value", COL_NAME, false},
    {"label", COL_LABEL, true},
    {"hint", COL_HINT, true},
    {"required", COL_REQUIRED, false},
    {"relevant", COL_RELEVANT, false},
    {"relevance", COL_RELEVANT, false},
    {"constraint", COL_CONSTRAINT, false},
    {"constraint_message", COL_MESSAGE, true},
    {"constraint message", COL_MESSAGE, true},
    {"calculation", COL_CALCULATION, false},
    {"calculate", COL_CALCULATION, false},
    {"default", COL_DEFAULT, false},
    {"appearance", COL_APPEARANCE, false},
    {"read_only", COL_READ_ONLY, false},
    {"readonly", COL_READ_ONLY, false},
    {"personal", COL_PERSONAL, false},
    {"list_name", COL_LIST, false},
    {"list name", COL_LIST, false},
    {"form_title", COL_TITLE, false},
    {"form_id", COL_ID, false},
    {"version", COL_VERSION, false},
    {"default_language", COL_LANGUAGE, false},
};

/* 0: the plain column, 1: Chinese, 2: English; -1: another language. */
static int language_of(const char *text)
{
    static const char *const zh[] = {"zh", "chinese", "中文", "汉语"}, *const en[] = {"en",
                                                                                      "english"};
    char low[64];
    snprintf(low, sizeof low, "%s", text);
    for (char *p = low; *p != 0; p++)
        *p = (char)tolower((unsigned char)*p);
    for (size_t i = 0; i < sizeof zh / sizeof *zh; i++)
        if (strstr(low, zh[i]) != NULL)
            return 1;
    for (size_t i = 0; i < sizeof en / sizeof *en; i++)
        if (strcmp(low, en[i]) == 0 || strstr(low, "english") != NULL ||
            strstr(low, "(en)") != NULL)
            return 2;
    return -1;
}

/* COL_COUNT: unknown. */
static enum xcolumn meaning(const char *head)
{
    char name[80];
    snprintf(name, sizeof name, "%s", head);
    char *colon = strchr(name, ':'), *spoken = NULL;
    if (colon != NULL) {
        *colon = 0;
        spoken = colon + 1 + (colon[1] == ':');
    }
    for (char *p = name; *p != 0; p++)
        *p = (char)tolower((unsigned char)*p);
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        if (strcmp(heads[i].name, name) != 0)
            continue;
        int language = spoken != NULL ? language_of(spoken) : 0;
        if (language < 0 || (language > 0 && !heads[i].spoken))
            return COL_COUNT;
        return heads[i].column + (enum xcolumn)language;
    }
    return COL_COUNT;
}

/* A column that means nothing here may stand there, empty. */
static enum err unknown_column(const struct xlsform *x, const struct table *t, int column)
{
    for (int row = 2; row <= t->sheet->rows; row++)
        if (*sheet_text(t->sheet, row, column) != 0)
            return xls_fail(x, t, row, column, "the column '%.40s' is not supported",
                            sheet_text(t->sheet, 1, column));
    return ERR_OK;
}

enum err xls_table(const struct xlsform *x, const char *sheet, bool needed, struct table *out)
{
    enum err rc = ERR_OK;
    memset(out, 0, sizeof *out);
    out->sheet = workbook_sheet(x->book, sheet);
    if (out->sheet == NULL)
        return needed ? err_set(ERR_DEFINITION, x->name, "the sheet '%s' is missing", sheet)
                      : ERR_OK;
    for (int c = 1; rc == ERR_OK && c <= out->sheet->columns; c++) {
        const char *head = sheet_text(out->sheet, 1, c);
        enum xcolumn column = meaning(head);
        if (*head == 0 || column == COL_COUNT)
            rc = unknown_column(x, out, c);
        else if (out->column[column] != 0)
            rc = xls_fail(x, out, 1, c, "the column '%.40s' is there twice", head);
        else
            out->column[column] = c;
    }
    return rc;
}

const char *xls_text(const struct table *t, int row, enum xcolumn column)
{
    return t->sheet != NULL && t->column[column] > 0 ? sheet_text(t->sheet, row, t->column[column])
                                                     : "";
}

json_t *xls_pair(const struct table *t, int row, enum xcolumn first)
{
    const char *plain = xls_text(t, row, first), *zh = xls_text(t, row, first + 1),
               *en = xls_text(t, row, first + 2);
    const char *any = *plain != 0 ? plain : *zh != 0 ? zh : en;
    if (*any == 0)
        return NULL;
    return json_pack("{s:s,s:s}", "zh", *zh != 0 ? zh : any, "en", *en != 0 ? en : any);
}

bool xls_name(const char *text, char out[48])
{
    size_t n = 0;
    for (; *text != 0 && n < 47; text++)
        out[n++] = (char)(*text == '-' || *text == '.' ? '_' : tolower((unsigned char)*text));
    out[n] = 0;
    return *text == 0 && def_is_name(out);
}

/* --- choices -----------------------------------------------------------------------------------
 */

static enum err read_choice(struct xlsform *x, int row)
{
    const struct table *t = &x->choices;
    const char *list = xls_text(t, row, COL_LIST), *id = xls_text(t, row, COL_NAME);
    if (*list == 0 && *id == 0)
        return ERR_OK;
    if (!def_is_id(list))
        return xls_fail(x, t, row, t->column[COL_LIST], "'%.40s' is no name of a list", list);
    if (!def_is_id(id))
        return xls_fail(x, t, row, t->column[COL_NAME],
                        "'%.40s' cannot name a choice: letters, digits, - _ . only", id);
    json_t *one = xls_pair(t, row, COL_LABEL), *all = json_object_get(x->lists, list);
    if (one == NULL)
        one = json_pack("{s:s,s:s}", "zh", id, "en", id);
    if (all == NULL)
        json_object_set_new(x->lists, list, all = json_array());
    size_t i;
    json_t *other;
    json_array_foreach(all, i, other)
    {
        if (strcmp(js_str(other, "id"), id) == 0) {
            json_decref(one);
            return xls_fail(x, t, row, t->column[COL_NAME], "'%.40s' is there twice", id);
        }
    }
    json_t *choice = json_pack("{s:s}", "id", id);
    json_object_update(choice, one);
    json_array_append_new(all, choice);
    json_decref(one);
    return ERR_OK;
}

static enum err read_choices(struct xlsform *x)
{
    enum err rc = xls_table(x, "choices", false, &x->choices);
    const struct table *t = &x->choices;
    if (rc != ERR_OK || t->sheet == NULL)
        return rc;
    if (t->column[COL_LIST] == 0 || t->column[COL_NAME] == 0)
        return xls_fail(x, t, 1, 0, "the columns list_name and name are needed");
    for (int row = 2; rc == ERR_OK && row <= t->sheet->rows; row++)
        rc = read_choice(x, row);
    return rc;
}

/* --- settings ----------------------------------------------------------------------------------
 */

static void file_name(const char *path, char out[48])
{
    const char *slash = strrchr(path, '/');
    char plain[48];
    snprintf(plain, sizeof plain, "%s", slash != NULL ? slash + 1 : path);
    plain[strcspn(plain, ".")] = 0;
    if (!xls_name(plain, out))
        snprintf(out, 48, "imported");
}

static enum err read_version(const struct xlsform *x, int64_t *version)
{
    char *end;
    const struct table *t = &x->settings;
    const char *text = xls_text(t, 2, COL_VERSION);
    *version = *text != 0 ? strtoll(text, &end, 10) : 1;
    if (*text != 0 && (*end != 0 || *version < 1 || *version > 1000000))
        return xls_fail(x, t, 2, t->column[COL_VERSION],
                        "the version must be a whole number from 1 to 1000000");
    return ERR_OK;
}

static enum err read_settings(struct xlsform *x)
{
    char id[48];
    int64_t version = 1;
    enum err rc = xls_table(x, "settings", false, &x->settings);
    const struct table *t = &x->settings;
    const char *given = xls_text(t, 2, COL_ID), *title = xls_text(t, 2, COL_TITLE);
    if (rc == ERR_OK)
        rc = read_version(x, &version);
    if (*given == 0)
        file_name(x->name, id);
    else if (rc == ERR_OK && !xls_name(given, id))
        rc = xls_fail(x, t, 2, t->column[COL_ID], "'%.40s' cannot name a form: a-z, 0-9 and _ only",
                      given);
    if (rc != ERR_OK)
        return rc;
    title = *title != 0 ? title : id;
    x->form =
        json_pack("{s:s,s:s,s:I,s:s,s:{s:s,s:s},s:s,s:[],s:s}", "schema", "jiujin.form/1", "id", id,
                  "version", (json_int_t)version, "kind", "ledger", "title", "zh", title, "en",
                  title, "in_force", "always", "feeds", "basis", "imported from an XLSForm");
    return ERR_OK;
}

/* --- the whole ---------------------------------------------------------------------------------
 */

static enum err read_survey(struct xlsform *x)
{
    enum err rc = xls_table(x, "survey", true, &x->survey);
    const struct table *t = &x->survey;
    if (rc != ERR_OK)
        return rc;
    if (t->column[COL_TYPE] == 0 || t->column[COL_NAME] == 0)
        return xls_fail(x, t, 1, 0, "the columns type and name are needed");
    for (int row = 2; rc == ERR_OK && row <= t->sheet->rows; row++)
        rc = xls_row(x, row);
    if (rc == ERR_OK && x->n_groups > 0)
        rc = xls_fail(x, t, t->sheet->rows, t->column[COL_TYPE], "a group is not ended");
    if (rc == ERR_OK && x->note != NULL)
        rc = xls_fail(x, t, t->sheet->rows, 0, "no question follows the note");
    if (rc == ERR_OK && x->n_known == 0)
        rc = xls_fail(x, t, 1, 0, "there is no question");
    return rc;
}

static const struct {
    const char *key;
    enum xcolumn column;
} keys[] = {
    {"id", COL_NAME},
    {"type", COL_TYPE},
    {"choices", COL_TYPE},
    {"label", COL_LABEL},
    {"hint", COL_HINT},
    {"relevant", COL_RELEVANT},
    {"constraint", COL_CONSTRAINT},
    {"message", COL_MESSAGE},
    {"calculate", COL_CALCULATION},
    {"default", COL_DEFAULT},
    {"default_sql", COL_DEFAULT},
};

/* "fields[3].relevant: why" is told by the cell. */
static enum err at_cell(struct xlsform *x)
{
    long i;
    char key[40] = "", *detail = mem_strdup(err_detail());
    const char *why = strstr(detail, ": ");
    enum err rc = ERR_DEFINITION;
    if (sscanf(detail, "fields[%ld].%39[a-z_]", &i, key) >= 1 && i >= 0 && (size_t)i < x->n_known) {
        int column = 0;
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
            if (strcmp(keys[k].key, key) == 0)
                column = x->survey.column[keys[k].column];
        rc = xls_fail(x, &x->survey, x->row_of[i], column, "%s", why != NULL ? why + 2 : detail);
    } else {
        err_set(rc, x->name, "%s", detail);
    }
    free(detail);
    return rc;
}

static enum err try_whole(struct xlsform *x)
{
    struct form *f = NULL;
    if (json_object_size(x->lists) > 0)
        json_object_set(x->form, "lists", x->lists);
    json_object_set(x->form, "fields", x->fields);
    enum err rc = form_parse(x->form, x->name, &f);
    form_free(f);
    return rc == ERR_DEFINITION ? at_cell(x) : rc;
}

static void xlsform_fini(struct xlsform *x)
{
    for (size_t i = 0; i < x->n_groups; i++)
        free(x->groups[i]);
    json_decref(x->form);
    json_decref(x->fields);
    json_decref(x->lists);
    json_decref(x->note);
    workbook_free(x->book);
}

enum err xlsform_read(const void *bytes, size_t len, const char *name, json_t **out)
{
    static const char *const wanted[] = {"survey", "choices", "settings", NULL};
    struct xlsform x = {.name = name, .fields = json_array(), .lists = json_object()};
    *out = NULL;
    enum err rc = workbook_read(bytes, len, name, wanted, &x.book);
    if (rc == ERR_OK)
        rc = read_settings(&x);
    if (rc == ERR_OK)
        rc = read_choices(&x);
    if (rc == ERR_OK)
        rc = read_survey(&x);
    if (rc == ERR_OK)
        rc = try_whole(&x);
    if (rc == ERR_OK)
        *out = json_incref(x.form);
    xlsform_fini(&x);
    return rc;
}

enum err xlsform_import(const char *path, json_t **out)
{
    struct buf bytes = BUF_INIT;
    *out = NULL;
    enum err rc = file_read(path, &bytes, WORKBOOK_FILE);
    if (rc == ERR_OK)
        rc = xlsform_read(bytes.data, bytes.len, path, out);
    buf_fini(&bytes);
    return rc;
}
