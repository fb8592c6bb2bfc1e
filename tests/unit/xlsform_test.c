/* XLSForms: what an author writes becomes a ledger; what we cannot say is refused by its cell. */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <xlsxwriter.h>
#include <zip.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/rules/exprfn.h"
#include "kiosk/rules/form.h"
#include "kiosk/rules/xlsform.h"
#include "kiosk/rules/xpath.h"

static char path[64];

/* A sheet's rows: cells divided by '|'. */
static void fill(lxw_workbook *book, const char *name, const char *const *rows)
{
    lxw_worksheet *sheet = workbook_add_worksheet(book, name);
    for (lxw_row_t r = 0; rows[r] != NULL; r++) {
        const char *p = rows[r];
        for (lxw_col_t c = 0; p != NULL; c++) {
            const char *bar = strchr(p, '|');
            char *cell = mem_strndup(p, bar != NULL ? (size_t)(bar - p) : strlen(p));
            if (*cell != 0)
                worksheet_write_string(sheet, r, c, cell, NULL);
            free(cell);
            p = bar != NULL ? bar + 1 : NULL;
        }
    }
}

static void book_of(const char *const *survey, const char *const *choices,
                    const char *const *settings)
{
    lxw_workbook *book = workbook_new(path);
    fill(book, "survey", survey);
    if (choices != NULL)
        fill(book, "choices", choices);
    if (settings != NULL)
        fill(book, "settings", settings);
    assert_int_equal(workbook_close(book), LXW_NO_ERROR);
}

static const char *const wells_survey[] = {
    "type|name|label::Chinese (zh)|label::English (en)|hint::Chinese (zh)|required|relevant|"
    "constraint|constraint_message::Chinese (zh)|calculation|default|appearance|read_only",
    "start|start",
    "date|day|日期|Day||yes||. <= today()|不能晚于今天||today()",
    "select_one who|who|检查人|Who||yes||||||minimal",
    "note|n1|看水表上的黑字",
    "decimal|level|水位|Level|||${who} != ''|. >= 0 and . < 100|0 到 100||",
    "select_multiple faults|faults|问题|Faults||||count-selected(.) <= 2|最多选两项|||quick",
    "begin_group|g1|||||selected(${faults}, 'leak')",
    "text|Place-of.leak|哪里漏|Where||true()||string-length(.) > 1|写清楚",
    "integer|litres|每天漏多少升|Litres||||regex(., '[0-9]{1,4}')|四位以内",
    "end_group|",
    "calculate|percent||||||||round(${level} div 100 * 100, 1)",
    "calculate|age||||||||today() - ${day}",
    "calculate|bad||||||||if(selected(${faults}, 'dirty') or ${level} < 1, true(), false())",
    "dateTime|next|下次|Next||||. > now()|须在以后",
    "text|fixed|本点|Point|||||||井||yes",
    NULL,
};
static const char *const wells_choices[] = {
    "list_name|name|label::Chinese (zh)|label::English (en)",
    "who|clerk|村干部|clerk",
    "who|other|其他|other",
    "faults|leak|漏水|leak",
    "faults|dirty|浑浊|dirty",
    "faults|dry|干涸|dry",
    NULL,
};
static const char *const wells_settings[] = {"form_title|form_id|version", "水井检查|Wells|3",
                                             NULL};

static struct form *imported(void)
{
    json_t *json = NULL;
    struct form *f = NULL;
    assert_ok(xlsform_import(path, &json));
    assert_ok(form_parse(json, path, &f));
    json_decref(json);
    return f;
}

static void an_xlsform_with_all_common_columns_becomes_a_ledger(void **state)
{
    (void)state;
    book_of(wells_survey, wells_choices, wells_settings);
    struct form *f = imported();
    assert_string_equal(f->id, "wells");
    assert_string_equal(f->title, "水井检查");
    assert_string_equal(f->kind, "ledger");
    assert_int_equal(f->version, 3);
    assert_int_equal(f->n_fields, 11);
    const struct field *who = form_field(f, "who"), *level = form_field(f, "level");
    assert_int_equal(who->type, FIELD_CHOICE);
    assert_true(who->required);
    assert_string_equal(who->choices[1].label, "other");
    assert_string_equal(who->appearance, "minimal");
    assert_string_equal(level->hint, "看水表上的黑字"); /* the note before it */
    assert_string_equal(level->relevant, "(who IS NOT NULL)");
    assert_string_equal(form_field(f, "day")->message, "不能晚于今天");
    const struct field *place = form_field(f, "place_of_leak");
    assert_true(place->personal); /* open words may name somebody */
    assert_non_null(strstr(place->relevant, "instr(faults"));
    assert_true(form_field(f, "fixed")->read_only);
    assert_int_equal(form_field(f, "age")->type, FIELD_DECIMAL);
    form_free(f);
}

static json_t *checked(const struct form *f, const char *text, enum err want)
{
    json_t *in = json_loads(text, 0, NULL), *out = NULL;
    assert_non_null(in);
    enum err rc = form_check(f, in, &out);
    if (rc != want)
        fail_msg("%s -> %s (%s)", text, err_word(rc), err_field());
    json_decref(in);
    return out;
}

static void its_rules_are_kept_by_the_form(void **state)
{
    (void)state;
    clock_hold(1653004800000LL, 0); /* 2022-05-20 */
    book_of(wells_survey, wells_choices, wells_settings);
    struct form *f = imported();
    json_t *row =
        checked(f,
                "{\"day\":\"2022-05-18\",\"who\":\"clerk\",\"level\":0.5,\"faults\":[\"leak\"],"
                "\"place_of_leak\":\"东边\",\"litres\":20,\"age\":99,\"next\":\"2022-05-21T09:00:"
                "00+08:00\"}",
                ERR_OK);
    assert_true(json_number_value(js_get(row, "age")) == 2); /* never typed */
    assert_true(js_bool(row, "bad"));
    json_decref(row);
    row =
        checked(f, "{\"day\":\"2022-05-18\",\"who\":\"clerk\",\"level\":5,\"litres\":20}", ERR_OK);
    assert_null(json_object_get(row, "litres")); /* its group is not relevant */
    assert_false(js_bool(row, "bad"));
    json_decref(row);
    checked(f, "{\"day\":\"2022-05-21\",\"who\":\"clerk\"}", ERR_CONSTRAINT);
    assert_string_equal(err_field(), "day");
    checked(f, "{\"day\":\"2022-05-18\"}", ERR_FIELD_REQUIRED);
    checked(f, "{\"day\":\"2022-05-18\",\"who\":\"clerk\",\"level\":100}", ERR_CONSTRAINT);
    checked(f, "{\"day\":\"2022-05-18\",\"who\":\"clerk\",\"faults\":[\"leak\",\"dirty\",\"dry\"]}",
            ERR_CONSTRAINT);
    checked(f,
            "{\"day\":\"2022-05-18\",\"who\":\"clerk\",\"faults\":[\"leak\"],\"place_of_leak\":"
            "\"东边\",\"litres\":12345}",
            ERR_CONSTRAINT);
    checked(f, "{\"day\":\"2022-05-18\",\"who\":\"clerk\",\"next\":\"2022-05-19T09:00:00+08:00\"}",
            ERR_CONSTRAINT);
    form_free(f);
    clock_hold(CLOCK_NONE, 0);
}

#define HEAD "type|name|label|required|relevant|constraint|calculation|default|choice_filter"
static const struct {
    const char *row, *place, *why;
} refused[] = {
    {"geopoint|a|A", "row 2, column A", "the type 'geopoint' is not supported"},
    {"|a|A", "row 2, column A", "the type is missing"},
    {"begin_repeat|a|A", "row 2, column A", "repeat"},
    {"begin_group|a|A", "row 2, column A", "a group is not ended"},
    {"end_group|a|A", "row 2, column A", "no group is open"},
    {"select_one nowhere|a|A", "row 2, column A", "no list 'nowhere'"},
    {"text|1a|A", "row 2, column B", "cannot name a field"},
    {"text||A", "row 2, column B", "cannot name a field"},
    {"text|a|A|${x} > 1", "row 2, column D", "only yes or no"},
    {"text|a|A||${b} = 1", "row 2, column E", "no question 'b' stands before"},
    {"text|a|A||../b = 1", "row 2, column E", "paths"},
    {"text|a|A||. = 1", "row 2, column E", "in a constraint only"},
    {"text|a|A||(1 = 1", "row 2, column E", "not closed"},
    {"text|a|A||pulldata('x', 'y')", "row 2, column E", "pulldata() is not supported"},
    {"text|a|A|||regex(., '(ab)+')", "row 2, column F", "regular expression"},
    {"text|a|A|||regex(., '[0-9')", "row 2, column F", "regular expression"},
    {"text|a|A|||. = 'x", "row 2, column F", "does not end"},
    {"text|a|A|||1 2", "row 2, column F", "no meaning here"},
    {"integer|a|A|||selected(., )", "row 2, column F", "a value is missing"},
    {"calculate|a|A", "row 2, column G", "nothing to calculate"},
    {"integer|a|A||||random()", "row 2, column G", "random() is not supported"},
    {"integer|a|A|||||many", "row 2, column H", "not a value of this field"},
    {"text|a|A||||||x=1", "row 2, column I", "'choice_filter' is not supported"},
};

static void what_we_cannot_say_is_refused_with_sheet_row_column_and_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const char *const survey[] = {HEAD, refused[i].row, NULL};
        json_t *out = NULL;
        book_of(survey, NULL, NULL);
        enum err rc = xlsform_import(path, &out);
        if (rc != ERR_DEFINITION || strcmp(err_field(), path) != 0 ||
            strstr(err_detail(), "sheet survey") == NULL ||
            strstr(err_detail(), refused[i].place) == NULL ||
            strstr(err_detail(), refused[i].why) == NULL)
            fail_msg("%s -> %s %s: %s", refused[i].row, err_word(rc), err_field(), err_detail());
        assert_null(out);
    }
}

static void choices_and_settings_are_refused_by_their_cells_too(void **state)
{
    (void)state;
    static const char *const survey[] = {"type|name|label", "select_one l|a|A", NULL};
    static const char *const twice[] = {"list_name|name|label", "l|x|X", "l|x|Y", NULL};
    static const char *const bad[] = {"list_name|name|label", "l|a b|X", NULL};
    static const char *const fine[] = {"list_name|name|label", "l|x|X", NULL};
    static const char *const version[] = {"form_id|version", "f|v2", NULL};
    json_t *out = NULL;
    book_of(survey, twice, NULL);
    assert_err(ERR_DEFINITION, xlsform_import(path, &out));
    assert_non_null(strstr(err_detail(), "sheet choices, row 3, column B: 'x' is there twice"));
    book_of(survey, bad, NULL);
    assert_err(ERR_DEFINITION, xlsform_import(path, &out));
    assert_non_null(strstr(err_detail(), "sheet choices, row 2, column B"));
    book_of(survey, fine, version);
    assert_err(ERR_DEFINITION, xlsform_import(path, &out));
    assert_non_null(strstr(err_detail(), "sheet settings, row 2, column B"));
}

/* --- expressions ------------------------------------------------------------------------------ */

static void expressions_mean_what_xpath_means_where_an_answer_is_missing(void **state)
{
    (void)state;
    static const struct xfield fields[] = {
        {"n", "n", X_NUMBER}, {"t", "t", X_TEXT}, {"l", "l", X_LIST}, {"d", "d", X_DATE}};
    static const struct {
        const char *text, *facts;
        bool truth;
    } rows[] = {
        {"${t} = ''", "{}", true},
        {"${t} != ''", "{}", false},
        {"${t} != 'a'", "{}", true},
        {"not(${t} = 'a')", "{}", true},
        {"${n} > 3", "{}", false},
        {"not(${n} > 3)", "{}", true},
        {"${n} = '4'", "{\"n\":4}", true},
        {"${t} = 4", "{\"t\":\"4\"}", true},
        {"${n} mod 2 = 1 and ${n} div 2 > 2", "{\"n\":5}", true},
        {"- ${n} + 2 * 3 = 1", "{\"n\":5}", true},
        {"selected(${l}, 'b')", "{\"l\":[\"a\",\"b\"]}", true},
        {"selected(${l}, 'b')", "{}", false},
        {"not(selected(${l}, 'b'))", "{}", true},
        {"count-selected(${l}) = 2", "{\"l\":[\"a\",\"b\"]}", true},
        {"count-selected(${l}) = 0", "{}", true},
        {"${d} > date('2024-01-31')", "{\"d\":\"2024-02-01\"}", true},
        {"${d} - date('2024-01-31') = 1", "{\"d\":\"2024-02-01\"}", true},
        {"string-length(${t}) = 2", "{\"t\":\"字字\"}", true},
        {"coalesce(${t}, 'x') = 'x'", "{}", true},
        {"if(${n} > 1, 'a', 'b') = 'b'", "{\"n\":1}", true},
        {"starts-with(${t}, 'ab') and contains(${t}, 'cd')", "{\"t\":\"abcd\"}", true},
        {"concat(${t}, '-', ${n}) = 'x-1'", "{\"t\":\"x\",\"n\":1}", true},
        {"${t} = \"it's\"", "{\"t\":\"it's\"}", true},
        {"(${n} = 1 or ${n} = 2) and true()", "{\"n\":2}", true},
        {"regex(${t}, '^[A-Z]{2}\\d+$')", "{\"t\":\"AB12\"}", true},
        {"regex(${t}, '^[A-Z]{2}\\d+$')", "{\"t\":\"AB12x\"}", false},
    };
    static const char *const names[] = {"n", "t", "l", "d", "today", "now"};
    struct xscope scope = {fields, 4, NULL};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *sql = NULL;
        int id;
        bool truth = false;
        enum xtype type;
        struct expr_set *set = expr_new(names, 6);
        json_t *facts = json_loads(rows[i].facts, 0, NULL);
        assert_ok(xpath_sql(rows[i].text, &scope, &sql, &type));
        assert_ok(expr_add(set, "x", sql, &id));
        assert_ok(expr_true(set, id, facts, &truth));
        if (truth != rows[i].truth)
            fail_msg("%s over %s: %s", rows[i].text, rows[i].facts, sql);
        json_decref(facts);
        expr_free(set);
        free(sql);
    }
}

static void shapes_are_read_in_one_pass_whatever_the_pattern(void **state)
{
    (void)state;
    static const char *const good[] = {"a*a*a*a*a*a*a*a*a*b", "[^a-c]+", "\\d{3}-\\d{4}", ".{2,}",
                                       "x?y"};
    static const char *const bad[] = {"(a)", "a|b", "a{2", "[z-a]", "*a", "a{3,2}", "a{99}", "\\b"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!exprfn_shape(good[i]))
            fail_msg("%s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (exprfn_shape(bad[i]))
            fail_msg("%s", bad[i]);
}

/* --- hostile workbooks ------------------------------------------------------------------------ */

static void put_part(zip_t *zip, const char *name, const char *text, size_t len)
{
    zip_source_t *source = zip_source_buffer(zip, text, len, 0);
    assert_non_null(source);
    assert_true(zip_file_add(zip, name, source, ZIP_FL_OVERWRITE) >= 0);
}

#define BOOK                                                                                       \
    "<workbook xmlns:r='r'><sheets><sheet name='survey' sheetId='1' r:id='rId1'/></sheets>"        \
    "</workbook>"
#define LINKS "<Relationships><Relationship Id='rId1' Target='sheet.xml'/></Relationships>"

static void refused_book(const char *sheet, size_t len, const char *shared, const char *why)
{
    int error;
    json_t *out = NULL;
    unlink(path);
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &error);
    assert_non_null(zip);
    put_part(zip, "xl/workbook.xml", BOOK, sizeof BOOK - 1);
    put_part(zip, "xl/_rels/workbook.xml.rels", LINKS, sizeof LINKS - 1);
    put_part(zip, "xl/sheet.xml", sheet, len);
    if (shared != NULL)
        put_part(zip, "xl/sharedStrings.xml", shared, strlen(shared));
    assert_int_equal(zip_close(zip), 0);
    assert_err(ERR_DEFINITION, xlsform_import(path, &out));
    if (strstr(err_detail(), why) == NULL)
        fail_msg("'%s' instead of '%s'", err_detail(), why);
}

static void a_bomb_and_other_hostile_workbooks_are_refused_within_their_bounds(void **state)
{
    (void)state;
    size_t len = (size_t)40 << 20;
    char *zeros = mem_alloc(len);
    memset(zeros, ' ', len);
    memcpy(zeros, "<worksheet>", 11);
    refused_book(zeros, len, NULL, "unpacks to too much");
    free(zeros);
#define SHEET(text) text, sizeof text - 1
    refused_book(SHEET("<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet>&b;</worksheet>"), NULL,
                 "document type");
    refused_book(SHEET("<worksheet><row r='1'><c r='ZZZ1'><v>1</v></c></row></worksheet>"), NULL,
                 "none may stand");
    refused_book(SHEET("<worksheet><row><c r='A9999999'><v>1</v></c></row></worksheet>"), NULL,
                 "none may stand");
    refused_book(SHEET("<worksheet><row><c r='B1'><v>1</v></c><c r='A1'><v>1</v></c></row>"
                       "</worksheet>"),
                 NULL, "none may stand");
    refused_book(SHEET("<worksheet><row><c r='A1' t='s'><v>7</v></c></row></worksheet>"),
                 "<sst><si><t>a</t></si></sst>", "shared text is missing");
    refused_book(SHEET("<worksheet><row></worksheet>"), NULL, "damaged");
    refused_book(SHEET("<worksheet><row><c r='A1' t='str'><v>x</v></c></row></worksheet>"), NULL,
                 "the columns type and name are needed");
}

static void what_is_no_workbook_is_refused(void **state)
{
    (void)state;
    json_t *out = NULL;
    assert_err(ERR_DEFINITION, xlsform_read("not a zip", 9, "x.xlsx", &out));
    assert_non_null(strstr(err_detail(), "not a workbook"));
    assert_err(ERR_DEFINITION, xlsform_read("", 0, "x.xlsx", &out));
    assert_err(ERR_IO, xlsform_import("/nonexistent/x.xlsx", &out));
    assert_null(out);
}

int main(void)
{
    snprintf(path, sizeof path, "/tmp/jiujin-xlsform-%d.xlsx", (int)getpid());
    lang_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_xlsform_with_all_common_columns_becomes_a_ledger),
        cmocka_unit_test(its_rules_are_kept_by_the_form),
        cmocka_unit_test(what_we_cannot_say_is_refused_with_sheet_row_column_and_reason),
        cmocka_unit_test(choices_and_settings_are_refused_by_their_cells_too),
        cmocka_unit_test(expressions_mean_what_xpath_means_where_an_answer_is_missing),
        cmocka_unit_test(shapes_are_read_in_one_pass_whatever_the_pattern),
        cmocka_unit_test(a_bomb_and_other_hostile_workbooks_are_refused_within_their_bounds),
        cmocka_unit_test(what_is_no_workbook_is_refused),
    };
    int failed = cmocka_run_group_tests_name("xlsform", tests, NULL, NULL);
    unlink(path);
    return failed;
}
