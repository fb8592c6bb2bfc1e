/* Owns: one row of an XLSForm's survey, as a field of ours. Invariant: a row that is passed over
 * holds nothing that the journal does not keep by itself (who, when, on which terminal). */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/rules/define.h"
#include "kiosk/rules/fieldtype.h"
#include "kiosk/rules/xlsform_private.h"

/* --- types -------------------------------------------------------------------------------------
 */

static const struct type {
    const char *name, *ours;
    enum xtype type;
    bool list, personal; /* personal: unless the column of that name says otherwise */
} types[] = {
    {"text", "text", X_TEXT, false, true},
    {"string", "text", X_TEXT, false, true},
    {"barcode", "text", X_TEXT, false, false},
    {"integer", "integer", X_NUMBER, false, false},
    {"int", "integer", X_NUMBER, false, false},
    {"decimal", "decimal", X_NUMBER, false, false},
    {"date", "date", X_DATE, false, false},
    {"time", "time", X_TIME, false, false},
    {"datetime", "datetime", X_MOMENT, false, false},
    {"acknowledge", "bool", X_BOOL, false, false},
    {"trigger", "bool", X_BOOL, false, false},
    {"select_one", "choice", X_TEXT, true, false},
    {"select one", "choice", X_TEXT, true, false},
    {"select_multiple", "multi", X_LIST, true, false},
    {"select multiple", "multi", X_LIST, true, false},
    /* ours, for who knows them */
    {"name", "name", X_TEXT, false, true},
    {"id_number", "id_number", X_TEXT, false, true},
    {"phone", "phone", X_TEXT, false, true},
    {"bool", "bool", X_BOOL, false, false},
    {"item", "item", X_TEXT, false, false},
    {"staff", "staff", X_TEXT, false, false},
};

/* What an entry has by itself. */
static const char *const known_by_itself[] = {"start", "end",      "today",     "deviceid",
                                              "audit", "username", "simserial", NULL};

static bool among(const char *const *list, const char *text)
{
    for (; *list != NULL; list++)
        if (strcmp(*list, text) == 0)
            return true;
    return false;
}

/* "select_one fruit": the type's row, *list behind it. */
static const struct type *type_of(const char *text, const char **list)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t n = strlen(types[i].name);
        if (strncasecmp(text, types[i].name, n) != 0)
            continue;
        *list = text + n + strspn(text + n, " ");
        if (types[i].list ? text[n] == ' ' && **list != 0 : text[n] == 0)
            return &types[i];
    }
    return NULL;
}

/* --- cells -------------------------------------------------------------------------------------
 */

static enum err read_truth(struct xlsform *x, int row, enum xcolumn column, bool otherwise,
                           bool *truth)
{
    static const char *const yes[] = {"yes", "true", "true()", "1", NULL}, *const no[] = {
                                                                               "no", "false",
                                                                               "false()", "0",
                                                                               NULL};
    char low[16];
    const char *text = xls_text(&x->survey, row, column);
    snprintf(low, sizeof low, "%s", text);
    for (char *p = low; *p != 0; p++)
        *p = (char)tolower((unsigned char)*p);
    *truth = *text == 0 ? otherwise : among(yes, low);
    if (*text != 0 && !*truth && !among(no, low))
        return xls_fail(x, &x->survey, row, x->survey.column[column],
                        "only yes or no is supported here");
    return ERR_OK;
}

static enum err translate(struct xlsform *x, int row, enum xcolumn column,
                          const struct xfield *self, char **sql, enum xtype *type)
{
    struct xscope scope = {x->known, x->n_known, self};
    const char *text = xls_text(&x->survey, row, column);
    *sql = NULL;
    if (*text == 0)
        return ERR_OK;
    enum err rc = xpath_sql(text, &scope, sql, type);
    if (rc != ERR_DEFINITION)
        return rc;
    char *why = mem_strdup(err_detail());
    rc = xls_fail(x, &x->survey, row, x->survey.column[column], "%s", why);
    free(why);
    return rc;
}

/* A group's relevance holds for all in it. */
static enum err read_relevant(struct xlsform *x, int row, char **out)
{
    enum xtype type;
    enum err rc = translate(x, row, COL_RELEVANT, NULL, out, &type);
    for (size_t i = 0; rc == ERR_OK && i < x->n_groups; i++) {
        if (x->groups[i] == NULL)
            continue;
        char *both = *out != NULL ? mem_printf("(%s) AND (%s)", x->groups[i], *out)
                                  : mem_strdup(x->groups[i]);
        free(*out);
        *out = both;
    }
    return rc;
}

static void put_text(json_t *field, const char *key, char *sql)
{
    if (sql != NULL)
        js_set_str(field, key, sql);
    free(sql);
}

static enum err put_pair(struct xlsform *x, json_t *field, const char *key, int row,
                         enum xcolumn column)
{
    json_t *pair = xls_pair(&x->survey, row, column);
    (void)x;
    if (pair != NULL)
        json_object_set_new(field, key, pair);
    return ERR_OK;
}

/* --- defaults ----------------------------------------------------------------------------------
 */

static json_t *literal(enum xtype type, const char *text)
{
    char *end;
    long long whole = strtoll(text, &end, 10);
    if (type == X_NUMBER && *end == 0)
        return json_integer(whole);
    double number = strtod(text, &end);
    if (type == X_NUMBER && *end == 0 && strspn(text, "+-0123456789.") == strlen(text))
        return json_real(number);
    if (type == X_BOOL)
        return strcasecmp(text, "true") == 0 || strcmp(text, "1") == 0 ? json_true()
                                                                       : json_string(text);
    if (type != X_LIST)
        return json_string(text);
    json_t *all = json_array();
    while (*text != 0) {
        size_t n = strcspn(text, " ");
        if (n > 0)
            json_array_append_new(all, json_stringn(text, n));
        text += n + (text[n] == ' ');
    }
    return all;
}

static enum err read_default(struct xlsform *x, int row, const struct xfield *f, json_t *field)
{
    char *sql = NULL;
    enum xtype type;
    const char *text = xls_text(&x->survey, row, COL_DEFAULT);
    if (*text == 0)
        return ERR_OK;
    bool call = strstr(text, "${") != NULL || (strchr(text, '(') != NULL && f->type != X_TEXT);
    if (!call) {
        json_object_set_new(field, "default", literal(f->type, text));
        return ERR_OK;
    }
    enum err rc = translate(x, row, COL_DEFAULT, NULL, &sql, &type);
    bool day = sql != NULL && strcmp(sql, "today") == 0 && f->type == X_DATE;
    bool now = sql != NULL && strcmp(sql, "now") == 0 && (f->type == X_MOMENT || f->type == X_TIME);
    if (rc == ERR_OK)
        js_set_str(field, day || now ? "default" : "default_sql", sql);
    free(sql);
    return rc;
}

/* --- a question --------------------------------------------------------------------------------
 */

/* What a calculation gives decides what its field is. */
static const char *calculated_type(enum xtype type)
{
    static const char *const names[] = {
        [X_ANY] = "text",  [X_NUMBER] = "decimal", [X_TEXT] = "text",       [X_BOOL] = "bool",
        [X_DATE] = "date", [X_TIME] = "time",      [X_MOMENT] = "datetime", [X_LIST] = "text",
    };
    return names[type];
}

static enum err read_calculation(struct xlsform *x, int row, bool only, struct xfield *f,
                                 json_t *field)
{
    char *sql = NULL;
    enum xtype type = X_ANY;
    enum err rc = translate(x, row, COL_CALCULATION, NULL, &sql, &type);
    if (rc == ERR_OK && only && sql == NULL)
        rc = xls_fail(x, &x->survey, row, x->survey.column[COL_CALCULATION],
                      "there is nothing to calculate");
    if (rc == ERR_OK && only) {
        f->type = type == X_ANY ? X_TEXT : type;
        js_set_str(field, "type", calculated_type(type));
    }
    put_text(field, "calculate", sql);
    return rc;
}

static enum err read_rules(struct xlsform *x, int row, const struct xfield *f, json_t *field)
{
    char *relevant = NULL, *constraint = NULL;
    enum xtype type;
    bool required = false, read_only = false;
    enum err rc = read_truth(x, row, COL_REQUIRED, false, &required);
    if (rc == ERR_OK)
        rc = read_truth(x, row, COL_READ_ONLY, false, &read_only);
    if (rc == ERR_OK)
        rc = read_relevant(x, row, &relevant);
    put_text(field, "relevant", relevant);
    if (rc == ERR_OK)
        rc = translate(x, row, COL_CONSTRAINT, f, &constraint, &type);
    if (rc == ERR_OK && constraint != NULL) {
        put_pair(x, field, "message", row, COL_MESSAGE);
        if (js_get(field, "message") == NULL)
            json_object_set_new(
                field, "message",
                json_pack("{s:s,s:s}", "zh", "这个值不合规定", "en", "This value is not allowed."));
    }
    put_text(field, "constraint", constraint);
    if (required)
        json_object_set_new(field, "required", json_true());
    if (read_only)
        json_object_set_new(field, "read_only", json_true());
    return rc;
}

static enum err read_name(struct xlsform *x, int row, struct xfield *f)
{
    const struct table *t = &x->survey;
    const char *name = xls_text(t, row, COL_NAME);
    if (strlen(name) >= sizeof f->from || !xls_name(name, f->id))
        return xls_fail(x, t, row, t->column[COL_NAME],
                        "'%.40s' cannot name a field: a letter, then letters, digits and _", name);
    snprintf(f->from, sizeof f->from, "%s", name);
    for (size_t i = 0; i < x->n_known; i++)
        if (strcmp(x->known[i].id, f->id) == 0)
            return xls_fail(x, t, row, t->column[COL_NAME], "'%s' is there twice", f->id);
    return x->n_known < XLS_FIELDS ? ERR_OK
                                   : xls_fail(x, t, row, 0, "more than %d questions", XLS_FIELDS);
}

static enum err read_words(struct xlsform *x, int row, const struct xfield *f, json_t *field)
{
    const char *appearance = xls_text(&x->survey, row, COL_APPEARANCE);
    put_pair(x, field, "label", row, COL_LABEL);
    if (js_get(field, "label") == NULL)
        json_object_set_new(field, "label", json_pack("{s:s,s:s}", "zh", f->from, "en", f->from));
    put_pair(x, field, "hint", row, COL_HINT);
    if (js_get(field, "hint") == NULL && x->note != NULL)
        json_object_set(field, "hint", x->note);
    json_decref(x->note);
    x->note = NULL;
    if (def_is_id(appearance))
        js_set_str(field, "appearance", appearance);
    return ERR_OK;
}

static enum err read_list(struct xlsform *x, int row, const char *list, json_t *field)
{
    if (json_object_get(x->lists, list) == NULL)
        return xls_fail(x, &x->survey, row, x->survey.column[COL_TYPE],
                        "the sheet choices has no list '%.40s'", list);
    js_set_str(field, "choices", list);
    return ERR_OK;
}

static enum err read_question(struct xlsform *x, int row, const struct type *type, const char *list)
{
    bool personal = false;
    struct xfield f = {.type = type != NULL ? type->type : X_ANY};
    enum err rc = read_name(x, row, &f);
    if (rc != ERR_OK)
        return rc;
    json_t *field = json_pack("{s:s,s:s}", "id", f.id, "type", type != NULL ? type->ours : "text");
    rc = read_words(x, row, &f, field);
    if (rc == ERR_OK && type != NULL && type->list)
        rc = read_list(x, row, list, field);
    if (rc == ERR_OK)
        rc = read_calculation(x, row, type == NULL, &f, field);
    if (rc == ERR_OK)
        rc = read_truth(x, row, COL_PERSONAL, type != NULL && type->personal, &personal);
    if (rc == ERR_OK && personal)
        json_object_set_new(field, "personal", json_true());
    if (rc == ERR_OK)
        rc = read_rules(x, row, &f, field);
    if (rc == ERR_OK)
        rc = read_default(x, row, &f, field);
    x->row_of[x->n_known] = row;
    x->known[x->n_known++] = f;
    json_array_append_new(x->fields, field);
    return rc;
}

/* --- what is no question -----------------------------------------------------------------------
 */

static enum err begin_group(struct xlsform *x, int row)
{
    enum xtype type;
    char *relevant = NULL;
    if (x->n_groups == XLS_GROUPS)
        return xls_fail(x, &x->survey, row, x->survey.column[COL_TYPE],
                        "more than %d groups within each other", XLS_GROUPS);
    enum err rc = translate(x, row, COL_RELEVANT, NULL, &relevant, &type);
    x->groups[x->n_groups++] = relevant;
    return rc;
}

static enum err end_group(struct xlsform *x, int row)
{
    if (x->n_groups == 0)
        return xls_fail(x, &x->survey, row, x->survey.column[COL_TYPE], "no group is open here");
    free(x->groups[--x->n_groups]);
    return ERR_OK;
}

static enum err keep_note(struct xlsform *x, int row)
{
    json_decref(x->note);
    x->note = xls_pair(&x->survey, row, COL_LABEL);
    return ERR_OK;
}

static enum err refuse_repeat(struct xlsform *x, int row)
{
    return xls_fail(x, &x->survey, row, x->survey.column[COL_TYPE],
                    "a repeat is not supported: make a ledger of its own, with a row for each");
}

static const struct {
    const char *name;
    enum err (*take)(struct xlsform *x, int row);
} others[] = {
    {"begin_group", begin_group},    {"begin group", begin_group}, {"end_group", end_group},
    {"end group", end_group},        {"note", keep_note},          {"begin_repeat", refuse_repeat},
    {"begin repeat", refuse_repeat},
};

static bool empty_row(const struct table *t, int row)
{
    for (int c = 1; c <= t->sheet->columns; c++)
        if (*sheet_text(t->sheet, row, c) != 0)
            return false;
    return true;
}

enum err xls_row(struct xlsform *x, int row)
{
    const char *list = "", *type = xls_text(&x->survey, row, COL_TYPE);
    if (empty_row(&x->survey, row) || among(known_by_itself, type))
        return ERR_OK;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcasecmp(others[i].name, type) == 0)
            return others[i].take(x, row);
    const struct type *known = type_of(type, &list);
    if (*type == 0)
        return xls_fail(x, &x->survey, row, x->survey.column[COL_TYPE], "the type is missing");
    if (known == NULL && strcasecmp(type, "calculate") != 0)
        return xls_fail(x, &x->survey, row, x->survey.column[COL_TYPE],
                        "the type '%.40s' is not supported", type);
    return read_question(x, row, known, list);
}
