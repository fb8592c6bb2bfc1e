/* Owns: the reading of export profiles. Invariant: a profile that was read has nothing that an
 * export would not understand; what is wrong is told by its place. */
#include "kiosk/rules/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/rules/define.h"

static const struct def_key profile_keys[] = {
    {"schema", DEF_TEXT, true},     {"id", DEF_ID, true},          {"version", DEF_INT, true},
    {"addressee", DEF_PAIR, true},  {"language", DEF_NAME, false}, {"paper", DEF_TEXT, false},
    {"landscape", DEF_BOOL, false}, {"dates", DEF_TEXT, false},    {"formats", DEF_IDS, false},
    {"encoding", DEF_ID, false},    {"void", DEF_NAME, false},     {"yes", DEF_PAIR, false},
    {"no", DEF_PAIR, false},        {"sign", DEF_ARRAY, false},    {"sheets", DEF_ARRAY, false},
    {"before", DEF_ARRAY, false},   {"after", DEF_ARRAY, false},   {"basis", DEF_TEXT, false},     {NULL, DEF_ANY, false},
};
static const struct def_key sheet_keys[] = {
    {"ledger", DEF_ID, true},       {"title", DEF_PAIR, true},    {"paper", DEF_TEXT, false},
    {"landscape", DEF_BOOL, false}, {"columns", DEF_ARRAY, true}, {NULL, DEF_ANY, false},
};
static const struct def_key column_keys[] = {
    {"title", DEF_PAIR, true},    {"width", DEF_INT, false},     {"field", DEF_NAME, false},
    {"part", DEF_NAME, false},    {"computed", DEF_NAME, false}, {"blank", DEF_BOOL, false},
    {"words", DEF_OBJECT, false}, {NULL, DEF_ANY, false},
};

/* --- words -------------------------------------------------------------------------------------
 */

static const char *const computed_words[COMPUTED_COUNT] = {
    "number", "site",  "site_code", "date",    "time", "moment",
    "heard",  "clerk", "entry",     "balance", "void"};
static const char *const formats[FORMAT_COUNT] = {"csv", "xlsx", "pdf"};
static const char *const dates[DATES_COUNT] = {"yyyy-mm-dd", "yyyy/m/d", "yyyy年m月d日"};
static const char *const papers[] = {"A4", "A3"};
static const char *const languages[] = {"zh", "en"};
static const char *const encodings[] = {"utf-8", "gb18030"};
static const char *const voids[] = {"left_out", "marked"};
static const char *const parts[] = {"name", "id_no", "phone", "address"};
#define COUNT(list) (sizeof(list) / sizeof *(list))

int profile_computed(const char *word)
{
    return def_word(computed_words, COMPUTED_COUNT, word);
}

const char *profile_computed_word(int computed)
{
    return computed_words[computed];
}

const char *profile_format_name(enum profile_format format)
{
    return formats[format];
}

const char *profile_pick(const json_t *pair, bool english)
{
    const char *text = js_str(pair, english ? "en" : "zh");
    return text != NULL ? text : json_is_string(pair) ? json_string_value(pair) : lang_pick(pair);
}

/* A member that is one word of a list; *index stays when it is missing. */
static enum err read_word(const json_t *in, const char *key, const char *const *words, size_t n,
                          const struct def_place *at, int *index)
{
    const char *word = js_str(in, key);
    int found = word != NULL ? def_word(words, n, word) : *index;
    if (found < 0)
        return def_fail(at, key, _("'%.40s' is none of: %s, %s..."), word, words[0], words[1]);
    *index = found;
    return ERR_OK;
}

static enum err read_formats(const json_t *in, const struct def_place *at, unsigned *out)
{
    size_t i;
    json_t *one;
    const json_t *list = js_get(in, "formats");
    *out = list != NULL ? 0 : (1U << FORMAT_COUNT) - 1;
    json_array_foreach(list, i, one)
    {
        int found = def_word(formats, FORMAT_COUNT, json_string_value(one));
        if (found < 0)
            return def_fail(at, "formats", _("'%.40s' is none of: %s, %s..."),
                            json_string_value(one), formats[0], formats[1]);
        *out |= 1U << found;
    }
    return *out != 0 ? ERR_OK : def_fail(at, "formats", "%s", _("names no format"));
}

static enum err check_pairs(const json_t *list, const struct def_place *top, const char *key)
{
    static const struct def_key pair_keys[] = {
        {"zh", DEF_TEXT, true}, {"en", DEF_TEXT, true}, {NULL, DEF_ANY, false}};
    enum err rc = ERR_OK;
    for (size_t i = 0; rc == ERR_OK && i < json_array_size(list); i++) {
        struct def_place at = def_below(top, key, (long)i);
        rc = def_check(json_array_get(list, i), pair_keys, &at);
    }
    return rc;
}

/* --- sheets ------------------------------------------------------------------------------------
 */

static enum err check_words(const json_t *words, const struct def_place *at)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)words, key,
                        value) if (js_str(value, "zh") == NULL ||
                                   js_str(value, "en") ==
                                       NULL) return def_fail(at, "words",
                                                             _("'%.40s' needs a text in zh and en"),
                                                             def_is_id(key) ? key : "?");
    return ERR_OK;
}

static enum err check_column(const json_t *c, const struct def_place *at)
{
    int part = 0;
    const char *computed = js_str(c, "computed");
    int64_t width = js_int(c, "width", 10);
    enum err rc = def_check(c, column_keys, at);
    if (rc != ERR_OK)
        return rc;
    int sources = (js_get(c, "field") != NULL) + (computed != NULL) + js_bool(c, "blank");
    if (sources != 1)
        return def_fail(at, NULL, "%s", _("needs one of: field, computed, blank"));
    if (computed != NULL && profile_computed(computed) < 0)
        return def_fail(at, "computed", _("'%.40s' is none of: %s, %s..."), computed,
                        computed_words[0], computed_words[1]);
    if (width < 1 || width > 120)
        return def_fail(at, "width", "1-120");
    if (js_get(c, "words") != NULL && js_get(c, "field") == NULL)
        return def_fail(at, "words", "%s", _("only a field has words"));
    rc = read_word(c, "part", parts, COUNT(parts), at, &part);
    return rc == ERR_OK ? check_words(js_get(c, "words"), at) : rc;
}

/* Two columns of one title could not be told apart when the file comes back. */
static enum err check_title(const json_t *columns, size_t i, const struct def_place *at)
{
    static const char *const languages_of[] = {"zh", "en"};
    const json_t *mine = js_get(json_array_get(columns, i), "title");
    for (size_t k = 0; k < i; k++)
        for (size_t n = 0; n < 2; n++) {
            const json_t *other = js_get(json_array_get(columns, k), "title");
            if (strcmp(js_str(mine, languages_of[n]), js_str(other, languages_of[n])) == 0)
                return def_fail(at, "title", _("'%.40s' is there twice"),
                                js_str(mine, languages_of[n]));
        }
    return ERR_OK;
}

static enum err check_columns(const json_t *columns, const struct def_place *at, const char *key)
{
    enum err rc = json_array_size(columns) <= 100 ? ERR_OK : def_fail(at, key, "1-100");
    for (size_t i = 0; rc == ERR_OK && i < json_array_size(columns); i++) {
        struct def_place below = def_below(at, key, (long)i);
        rc = check_column(json_array_get(columns, i), &below);
        if (rc == ERR_OK)
            rc = check_title(columns, i, &below);
    }
    return rc;
}

static enum err check_sheet(const json_t *sheet, const struct def_place *at)
{
    int paper = 0;
    enum err rc = def_check(sheet, sheet_keys, at);
    if (rc == ERR_OK)
        rc = read_word(sheet, "paper", papers, COUNT(papers), at, &paper);
    if (rc == ERR_OK && json_array_size(js_get(sheet, "columns")) == 0)
        rc = def_fail(at, "columns", "1-100");
    return rc == ERR_OK ? check_columns(js_get(sheet, "columns"), at, "columns") : rc;
}

static enum err check_sheets(const json_t *list, const struct def_place *top)
{
    enum err rc = ERR_OK;
    for (size_t i = 0; rc == ERR_OK && i < json_array_size(list); i++) {
        struct def_place at = def_below(top, "sheets", (long)i);
        const char *ledger = js_str(json_array_get(list, i), "ledger");
        rc = check_sheet(json_array_get(list, i), &at);
        for (size_t k = 0; rc == ERR_OK && k < i; k++)
            if (strcmp(js_str(json_array_get(list, k), "ledger"), ledger) == 0)
                rc = def_fail(&at, "ledger", _("'%.40s' is there twice"), ledger);
    }
    return rc;
}

static enum err read_profile(const json_t *in, const struct def_place *at, struct profile *p)
{
    int language = strcmp(lang_name(), "en") == 0, paper = 0, date = 0, encoding = 0, hides = 0;
    enum err rc = def_check(in, profile_keys, at);
    if (rc == ERR_OK && strcmp(js_str(in, "schema"), "jiujin.profile/1") != 0)
        rc = def_fail(at, "schema", "jiujin.profile/1");
    if (rc == ERR_OK)
        rc = read_word(in, "language", languages, COUNT(languages), at, &language);
    if (rc == ERR_OK)
        rc = read_word(in, "paper", papers, COUNT(papers), at, &paper);
    if (rc == ERR_OK)
        rc = read_word(in, "dates", dates, DATES_COUNT, at, &date);
    if (rc == ERR_OK)
        rc = read_word(in, "encoding", encodings, COUNT(encodings), at, &encoding);
    if (rc == ERR_OK)
        rc = read_word(in, "void", voids, COUNT(voids), at, &hides);
    if (rc == ERR_OK)
        rc = read_formats(in, at, &p->formats);
    if (rc == ERR_OK)
        rc = check_pairs(js_get(in, "sign"), at, "sign");
    if (rc == ERR_OK)
        rc = check_columns(js_get(in, "before"), at, "before");
    if (rc == ERR_OK)
        rc = check_columns(js_get(in, "after"), at, "after");
    if (rc == ERR_OK)
        rc = check_sheets(js_get(in, "sheets"), at);
    p->english = language == 1;
    p->a3 = paper == 1;
    p->dates = (enum profile_dates)date;
    p->gb18030 = encoding == 1;
    p->marks_void = hides == 1;
    return rc;
}

enum err profile_parse(const json_t *definition, const char *name, struct profile **out)
{
    struct def_place top = {.name = name};
    struct profile *p = mem_alloc(sizeof *p);
    *out = NULL;
    enum err rc = read_profile(definition, &top, p);
    if (rc != ERR_OK) {
        free(p);
        return rc;
    }
    snprintf(p->id, sizeof p->id, "%s", js_str(definition, "id"));
    p->version = (int)js_int(definition, "version", 1);
    p->landscape = js_bool(definition, "landscape");
    p->json = json_incref((json_t *)(uintptr_t)definition);
    *out = p;
    return ERR_OK;
}

void profile_free(struct profile *p)
{
    if (p == NULL)
        return;
    json_decref(p->json);
    free(p);
}

enum err profile_sheet(const struct profile *p, const char *ledger, struct profile_sheet *out)
{
    size_t i;
    json_t *one;
    const json_t *sheets = js_get(p->json, "sheets");
    *out = (struct profile_sheet){.a3 = p->a3, .landscape = p->landscape};
    if (json_array_size(sheets) == 0)
        return ERR_OK;
    json_array_foreach(sheets, i, one) if (strcmp(js_str(one, "ledger"), ledger) == 0)
    {
        out->json = one;
        out->index = i;
        if (js_str(one, "paper") != NULL)
            out->a3 = strcmp(js_str(one, "paper"), "A3") == 0;
        if (js_get(one, "landscape") != NULL)
            out->landscape = js_bool(one, "landscape");
        return ERR_OK;
    }
    return err_set(ERR_NOT_FOUND, "profile", _("%s takes no ledger %s"), p->id, ledger);
}

/* --- beside the definition ---------------------------------------------------------------------
 */

static bool has_choice(const struct field *fd, const char *id)
{
    for (size_t i = 0; i < fd->n_choices; i++)
        if (strcmp(fd->choices[i].id, id) == 0)
            return true;
    return false;
}

static enum err column_fits(const json_t *c, const struct form *f, const struct def_place *at)
{
    const char *id = js_str(c, "field"), *key;
    json_t *value;
    if (id == NULL)
        return ERR_OK;
    const struct field *fd = form_field(f, id);
    if (fd == NULL)
        return def_fail(at, "field", _("%s has no field '%.40s'"), f->id, id);
    if (js_str(c, "part") != NULL && fd->type != FIELD_PERSON)
        return def_fail(at, "part", "%s", _("only a person has parts"));
    json_object_foreach(
        json_object_get(c, "words"), key,
        value) if (!has_choice(fd, key)) return def_fail(at, "words",
                                                         _("'%.40s' is no choice of the field"),
                                                         key);
    return ERR_OK;
}

enum err profile_fits(const struct profile *p, const struct profile_sheet *sheet,
                      const struct form *f)
{
    struct def_place top = {.name = p->id};
    struct def_place at = def_below(&top, "sheets", (long)sheet->index);
    const json_t *columns = js_get(sheet->json, "columns");
    enum err rc = ERR_OK;
    for (size_t i = 0; rc == ERR_OK && i < json_array_size(columns); i++) {
        struct def_place below = def_below(&at, "columns", (long)i);
        rc = column_fits(json_array_get(columns, i), f, &below);
    }
    return rc;
}
