/* Forms as data: what is accepted, what each refusal is called, and mistakes with their place. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/rules/form.h"

static json_t *json_of(const char *text)
{
    json_t *json = NULL;
    assert_ok(js_parse(text, strlen(text), NULL, &json));
    return json;
}

/* A form of the fields in `fields` (a JSON array's inside). */
static struct form *made(const char *fields)
{
    char *text = mem_printf("{\"schema\":\"jiujin.form/1\",\"id\":\"t\",\"version\":1,"
                            "\"kind\":\"test\",\"title\":{\"zh\":\"t\",\"en\":\"t\"},"
                            "\"fields\":[%s]}",
                            fields);
    json_t *json = json_of(text);
    struct form *f = NULL;
    assert_ok(form_parse(json, "t", &f));
    json_decref(json);
    free(text);
    return f;
}

#define L "\"label\":{\"zh\":\"l\",\"en\":\"l\"}"

/* The clean object as text, or the error's word and field: "field_range:age". */
static char *checked(const struct form *f, const char *values)
{
    json_t *in = json_of(values), *clean = NULL;
    enum err rc = form_check(f, in, &clean);
    char *text = rc == ERR_OK ? js_dump(clean) : mem_printf("%s:%s", err_word(rc), err_field());
    assert_true((rc == ERR_OK) == (clean != NULL));
    json_decref(in);
    json_decref(clean);
    return text;
}

static void check(const struct form *f, const char *values, const char *expected)
{
    char *got = checked(f, values);
    if (strcmp(got, expected) != 0)
        fail_msg("%s -> %s, expected %s", values, got, expected);
    free(got);
}

static struct form *shipped(const char *name)
{
    char path[64];
    snprintf(path, sizeof path, "forms/%s.json", name);
    const struct asset *a = asset_find(path);
    struct form *f = NULL;
    if (a == NULL)
        fail_msg("no asset %s", path);
    json_t *json = json_of(a->data);
    assert_ok(form_parse(json, path, &f));
    json_decref(json);
    return f;
}

static void all_shipped_forms_parse_under_their_names(void **state)
{
    (void)state;
    const struct asset *a;
    size_t n = 0;
    for (; (a = asset_at("forms/", n)) != NULL; n++) {
        json_t *json = json_of(a->data);
        struct form *f;
        char name[64];
        assert_ok(form_parse(json, a->name, &f));
        snprintf(name, sizeof name, "forms/%s.json", f->id);
        assert_string_equal(name, a->name);
        form_free(f);
        json_decref(json);
    }
    assert_true(n >= 9);
}

static void health_and_disinfection_rows_have_no_ready_made_truth(void **state)
{
    (void)state;
    static const char *const names[] = {"disinfection", "staff_health"};
    for (size_t i = 0; i < 2; i++) {
        struct form *f = shipped(names[i]);
        for (size_t k = 0; k < f->n_fields; k++) {
            const char *word = json_string_value(f->fields[k].fallback);
            if (f->fields[k].fallback != NULL && (word == NULL || strcmp(word, "me") != 0))
                fail_msg("%s.%s has a default", names[i], f->fields[k].id);
            if (f->fields[k].personal)
                assert_false(f->fields[k].copy_last);
        }
        form_free(f);
    }
}

static void values_come_back_in_the_definitions_order_with_unknown_as_null(void **state)
{
    (void)state;
    struct form *f = made("{\"id\":\"a\",\"type\":\"text\"," L "},"
                          "{\"id\":\"b\",\"type\":\"integer\"," L "},"
                          "{\"id\":\"c\",\"type\":\"decimal\"," L "}");
    check(f, "{\"c\":36.5,\"a\":\"  two  words \"}",
          "{\"a\":\"two  words\",\"b\":null,\"c\":36.5}");
    check(f, "{\"b\":3.0,\"a\":\"\",\"c\":37}", "{\"a\":null,\"b\":3,\"c\":37.0}");
    check(f, "{}", "{\"a\":null,\"b\":null,\"c\":null}");
    check(f, "{\"d\":1}", "field_unknown:d");
    check(f, "{\"\\u001b\":1}", "field_unknown:?");
    check(f, "[]", "field_type:t");
    check(f, "{\"b\":\"3\"}", "field_type:b");
    check(f, "{\"b\":3.5}", "field_type:b");
    check(f, "{\"b\":1e300}", "field_range:b");
    check(f, "{\"a\":3}", "field_type:a");
    form_free(f);
}

static void each_kind_of_bad_text_has_its_own_error(void **state)
{
    (void)state;
    struct form *f = made("{\"id\":\"a\",\"type\":\"text\"," L ",\"max\":3},"
                          "{\"id\":\"n\",\"type\":\"name\"," L "},"
                          "{\"id\":\"r\",\"type\":\"text\"," L ",\"required\":true}");
    json_t *value;
    char *long_name = mem_alloc(64 * 3 + 4);
    check(f, "{\"a\":\"示例甲\",\"r\":\"x\"}", "{\"a\":\"示例甲\",\"n\":null,\"r\":\"x\"}");
    check(f, "{\"a\":\"示例甲乙\",\"r\":\"x\"}", "too_long:a");
    check(f, "{\"a\":\"\\u001b[2J\",\"r\":\"x\"}", "control_chars:a");
    check(f, "{\"a\":\"\\u202e\",\"r\":\"x\"}", "control_chars:a");
    check(f, "{\"r\":\"   \"}", "field_required:r");
    check(f, "{}", "field_required:r");
    check(f, "{\"r\":null}", "field_required:r");
    assert_err(ERR_NOT_UTF8, form_check_text(form_field(f, "a"), "\xff", &value));
    assert_string_equal(err_field(), "a");
    assert_err(ERR_CONTROL_CHARS, form_check_text(form_field(f, "a"), "\x07", &value));
    for (int i = 0; i < 64; i++)
        memcpy(long_name + i * 3, "甲", 3);
    assert_ok(form_check_text(form_field(f, "n"), long_name, &value));
    json_decref(value);
    memcpy(long_name + 64 * 3, "x", 2);
    assert_err(ERR_TOO_LONG, form_check_text(form_field(f, "n"), long_name, &value));
    free(long_name);
    form_free(f);
}

static void dates_and_times_must_exist(void **state)
{
    (void)state;
    struct form *f = made("{\"id\":\"d\",\"type\":\"date\"," L "},"
                          "{\"id\":\"t\",\"type\":\"time\"," L "},"
                          "{\"id\":\"at\",\"type\":\"datetime\"," L "}");
    check(f, "{\"d\":\"20240229\",\"t\":\"09:00\",\"at\":\"2022-05-20T01:00:00Z\"}",
          "{\"d\":\"2024-02-29\",\"t\":\"09:00\",\"at\":\"2022-05-20T09:00:00+08:00\"}");
    check(f, "{\"d\":\"2022-02-30\"}", "date:d");
    check(f, "{\"d\":\"2023-02-29\"}", "date:d");
    check(f, "{\"d\":\"today\"}", "date:d");
    check(f, "{\"d\":20220530}", "field_type:d");
    check(f, "{\"t\":\"24:00\"}", "time:t");
    check(f, "{\"t\":\"9:00\"}", "time:t");
    check(f, "{\"at\":\"2022-02-30T09:00:00+08:00\"}", "date:at");
    check(f, "{\"at\":\"2022-05-20T29:00:00+08:00\"}", "time:at");
    check(f, "{\"at\":\"2022-05-20T09:00:00\"}", "time:at");
    form_free(f);
}

static void numbers_stay_within_their_range(void **state)
{
    (void)state;
    struct form *f = made("{\"id\":\"t\",\"type\":\"decimal\"," L ",\"min\":30,\"max\":45}");
    json_t *value;
    static const char *const bad[] = {"inf", "nan", "0x24", "3 6.5.1", "36,5", "1e1", "-", "36.5a"};
    check(f, "{\"t\":30}", "{\"t\":30.0}");
    check(f, "{\"t\":45}", "{\"t\":45.0}");
    check(f, "{\"t\":45.01}", "field_range:t");
    check(f, "{\"t\":29.99}", "field_range:t");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_err(ERR_FIELD_TYPE, form_check_text(&f->fields[0], bad[i], &value));
    assert_ok(form_check_text(&f->fields[0], "３６．５", &value));
    assert_true(json_real_value(value) == 36.5);
    json_decref(value);
    form_free(f);
}

#define CHOICES                                                                                     \
    "\"choices\":[{\"id\":\"a\",\"zh\":\"甲\",\"en\":\"Ay\"},{\"id\":\"b\",\"zh\":\"乙\",\"en\":" \
    "\"Bee\"}]"

static void choices_are_given_by_id_and_typed_by_id_or_label(void **state)
{
    (void)state;
    struct form *f = made("{\"id\":\"c\",\"type\":\"choice\"," L "," CHOICES "},"
                          "{\"id\":\"m\",\"type\":\"multi\"," L "," CHOICES "}");
    json_t *value;
    check(f, "{\"c\":\"a\",\"m\":[\"b\",\"a\",\"b\"]}", "{\"c\":\"a\",\"m\":[\"a\",\"b\"]}");
    check(f, "{\"c\":\"Ay\"}", "field_choice:c");
    check(f, "{\"c\":\"z\"}", "field_choice:c");
    check(f, "{\"m\":[\"a\",\"z\"]}", "field_choice:m");
    check(f, "{\"m\":[\"a\",3]}", "field_type:m");
    check(f, "{\"m\":\"a\"}", "field_type:m");
    check(f, "{\"m\":[]}", "{\"c\":null,\"m\":null}");
    assert_ok(form_check_text(form_field(f, "c"), "Bee", &value));
    assert_string_equal(json_string_value(value), "b");
    json_decref(value);
    assert_ok(form_check_text(form_field(f, "m"), "Bee, a", &value));
    assert_int_equal(json_array_size(value), 2);
    json_decref(value);
    assert_err(ERR_FIELD_CHOICE, form_check_text(form_field(f, "m"), "Bee,,a", &value));
    form_free(f);
}

static void what_is_shown_can_be_typed_again(void **state)
{
    (void)state;
    struct form *f = made("{\"id\":\"t\",\"type\":\"text\"," L "},"
                          "{\"id\":\"i\",\"type\":\"integer\"," L "},"
                          "{\"id\":\"d\",\"type\":\"decimal\"," L "},"
                          "{\"id\":\"y\",\"type\":\"date\"," L "},"
                          "{\"id\":\"h\",\"type\":\"time\"," L "},"
                          "{\"id\":\"at\",\"type\":\"datetime\"," L "},"
                          "{\"id\":\"b\",\"type\":\"bool\"," L "},"
                          "{\"id\":\"c\",\"type\":\"choice\"," L "," CHOICES "},"
                          "{\"id\":\"m\",\"type\":\"multi\"," L "," CHOICES "},"
                          "{\"id\":\"p\",\"type\":\"phone\"," L "}");
    json_t *values = json_of("{\"t\":\"示例\",\"i\":-7,\"d\":36.6,\"y\":\"2022-05-20\","
                             "\"h\":\"09:05\",\"at\":\"2022-05-20T09:00:00+08:00\",\"b\":false,"
                             "\"c\":\"b\",\"m\":[\"a\",\"b\"],\"p\":\"12000000001\"}"),
           *clean, *again;
    static const char *const languages[] = {"zh_CN", "en"};
    assert_ok(form_check(f, values, &clean));
    for (size_t l = 0; l < 2; l++) {
        lang_init(languages[l]);
        for (size_t i = 0; i < f->n_fields; i++) {
            json_t *value = json_object_get(clean, f->fields[i].id);
            char *text = form_show(&f->fields[i], value);
            assert_ok(form_check_text(&f->fields[i], text, &again));
            assert_true(json_equal(value, again));
            json_decref(again);
            free(text);
        }
    }
    json_decref(values);
    json_decref(clean);
    form_free(f);
}

static void short_times_are_of_today_and_of_this_year(void **state)
{
    (void)state;
    struct form *f = made("{\"id\":\"at\",\"type\":\"datetime\"," L ",\"default\":\"now\"}");
    static const char *const typed[][2] = {
        {"08:30", "2022-05-20T08:30:00+08:00"},
        {"05-19 10:00", "2022-05-19T10:00:00+08:00"},
        {"2021-12-31 23:59", "2021-12-31T23:59:00+08:00"},
        {"２０２２-０５-１９ １０:００", "2022-05-19T10:00:00+08:00"}};
    int64_t now;
    json_t *value;
    clock_parse("2022-05-20T09:00:12+08:00", &now);
    clock_hold(now, 0);
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        assert_ok(form_check_text(&f->fields[0], typed[i][0], &value));
        assert_string_equal(json_string_value(value), typed[i][1]);
        json_decref(value);
    }
    value = form_default(&f->fields[0], "x");
    assert_string_equal(json_string_value(value), "2022-05-20T09:00:00+08:00");
    json_decref(value);
    assert_err(ERR_DATE, form_check_text(&f->fields[0], "02-30 10:00", &value));
    clock_hold(CLOCK_NONE, 0);
    form_free(f);
}

static void what_is_not_relevant_is_left_out_and_not_required(void **state)
{
    (void)state;
    struct form *f = made("{\"id\":\"a\",\"type\":\"choice\"," L "," CHOICES "},"
                          "{\"id\":\"why\",\"type\":\"text\"," L ",\"required\":true,"
                          "\"relevant\":\"a = 'b'\"}");
    check(f, "{\"a\":\"a\",\"why\":\"x\"}", "{\"a\":\"a\"}");
    check(f, "{\"a\":\"b\",\"why\":\"x\"}", "{\"a\":\"b\",\"why\":\"x\"}");
    check(f, "{\"a\":\"b\"}", "field_required:why");
    check(f, "{}", "{\"a\":null}");
    json_t *b = json_of("{\"a\":\"b\"}"), *a = json_of("{\"a\":\"a\"}");
    assert_true(form_relevant(f, &f->fields[1], b));
    assert_false(form_relevant(f, &f->fields[1], a));
    json_decref(a);
    json_decref(b);
    form_free(f);
}

static void constraints_and_calculations_see_the_fields_above(void **state)
{
    (void)state;
    struct form *f = made("{\"id\":\"n\",\"type\":\"integer\"," L "},"
                          "{\"id\":\"m\",\"type\":\"integer\"," L ",\"constraint\":\"m > n\","
                          "\"message\":{\"zh\":\"x\",\"en\":\"more than n\"}},"
                          "{\"id\":\"sum\",\"type\":\"integer\"," L ",\"calculate\":\"n + m\"},"
                          "{\"id\":\"big\",\"type\":\"bool\"," L ",\"calculate\":\"sum > 10\"}");
    check(f, "{\"n\":1,\"m\":2,\"sum\":99}", "{\"n\":1,\"m\":2,\"sum\":3,\"big\":false}");
    check(f, "{\"n\":7,\"m\":8}", "{\"n\":7,\"m\":8,\"sum\":15,\"big\":true}");
    check(f, "{\"n\":1}", "{\"n\":1,\"m\":null,\"sum\":null,\"big\":null}");
    check(f, "{\"n\":2,\"m\":2}", "constraint:m");
    assert_string_equal(err_detail(), "more than n");
    form_free(f);
}

static void a_person_is_told_or_known_and_each_part_is_checked(void **state)
{
    (void)state;
    struct form *f = made("{\"id\":\"person\",\"type\":\"person\"," L ",\"required\":true}");
    check(f,
          "{\"person\":{\"name\":\"测试甲\",\"id_no\":\"11010519491231002x\","
          "\"phone\":\"120-0000-0001\"}}",
          "{\"person\":{\"name\":\"测试甲\",\"id_no\":\"11010519491231002X\","
          "\"phone\":\"12000000001\",\"address\":null}}");
    check(f, "{\"person\":{\"ref\":\"1.57\"}}", "{\"person\":{\"ref\":\"1.57\"}}");
    check(f, "{\"person\":{\"ref\":\"1.57\",\"name\":\"测试甲\"}}", "field_unknown:person.name");
    check(f, "{\"person\":{}}", "field_required:person.name");
    check(f, "{\"person\":{\"name\":\"\"}}", "field_required:person.name");
    check(f, "{\"person\":{\"name\":\"测试甲\",\"id_no\":null}}",
          "{\"person\":{\"name\":\"测试甲\",\"id_no\":null,\"phone\":null,\"address\":null}}");
    check(f, "{\"person\":{\"name\":\"测试甲\",\"id_no\":\"110105194912310021\"}}",
          "id_check:person.id_no");
    check(f, "{\"person\":{\"name\":\"测试甲\",\"id_no\":\"99901119910229001X\"}}",
          "id_date:person.id_no");
    check(f, "{\"person\":{\"name\":\"测试甲\",\"id_no\":\"123\"}}", "id_form:person.id_no");
    check(f, "{\"person\":{\"name\":\"测试甲\",\"phone\":\"123\"}}", "phone:person.phone");
    check(f, "{\"person\":{\"name\":\"\\u0007\"}}", "control_chars:person.name");
    check(f, "{\"person\":{\"name\":\"测试甲\",\"sex\":1}}", "field_unknown:person.sex");
    check(f, "{\"person\":\"测试甲\"}", "field_type:person");
    check(f, "{\"person\":null}", "field_required:person");
    form_free(f);
}

static void a_case_is_checked_to_its_smallest_part(void **state)
{
    (void)state;
    struct form *f = shipped("case");
    static const char *const head = "{\"person\":{\"ref\":\"1.2\"},\"item\":\"QP-MZ-01\","
                                    "\"channel\":\"proxy\"";
    static const char *const rows[][2] = {
        {"\"papers\":[{\"paper\":\"P01\",\"state\":\"stolen\"}]", "field_choice:papers[0].state"},
        {"\"papers\":[{\"paper\":\"P01\"}]", "field_required:papers[0].state"},
        {"\"papers\":[{\"paper\":\"P01\",\"state\":\"missing\"},"
         "{\"paper\":\"P01\",\"state\":\"returned\"}]",
         "duplicate:papers"},
        {"\"papers\":[{\"paper\":\"P01\",\"state\":\"missing\",\"until\":\"2022-02-30\"}]",
         "date:papers[0].until"},
        {"\"papers\":{}", "field_type:papers"},
        {"\"agent\":{\"person\":{\"name\":\"示例乙\",\"id_no\":\"1\"},\"relation\":\"女儿\"}",
         "id_form:agent.person.id_no"},
        {"\"agent\":{\"person\":{\"name\":\"示例乙\"}}", "field_required:agent.relation"},
        {"\"skipped\":[{\"channel\":\"online\",\"reason\":\"no_phone\"},"
         "{\"channel\":\"window\",\"reason\":\"x\"}]",
         "field_choice:skipped[1].channel"},
        {"\"price\":3", "field_unknown:price"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = mem_printf("%s,%s}", head, rows[i][0]);
        check(f, text, rows[i][1]);
        free(text);
    }
    char *good = mem_printf("%s,\"papers\":[{\"paper\":\"P01\",\"state\":\"missing\","
                            "\"until\":\"2022-06-01\"}],\"agent\":null,\"note\":\"\"}",
                            head);
    char *got = checked(f, good);
    assert_non_null(strstr(got, "\"until\":\"2022-06-01\""));
    free(good);
    free(got);
    form_free(f);
}

static void personal_values_are_divided_from_open_ones(void **state)
{
    (void)state;
    struct form *f = shipped("staff_health");
    json_t *in = json_of("{\"staff\":\"clerk\",\"post\":\"front\",\"venue_code\":true,"
                         "\"health_code\":\"green\",\"test_result\":\"negative\",\"mask\":true,"
                         "\"gloves\":true,\"temperature\":36.6}"),
           *clean, *body, *sealed;
    assert_ok(form_check(f, in, &clean));
    form_split(f, clean, &body, &sealed);
    static const char *const personal[] = {"health_code", "test_result", "temperature"};
    for (size_t i = 0; i < 3; i++) {
        assert_null(json_object_get(body, personal[i]));
        assert_non_null(json_object_get(sealed, personal[i]));
    }
    assert_non_null(json_object_get(body, "mask"));
    assert_int_equal(json_object_size(sealed), 3);
    json_decref(in);
    json_decref(clean);
    json_decref(body);
    json_decref(sealed);
    form_free(f);
    f = made("{\"id\":\"p\",\"type\":\"text\"," L ",\"personal\":true}");
    clean = json_of("{\"p\":null}");
    form_split(f, clean, &body, &sealed);
    assert_null(sealed);
    json_decref(clean);
    json_decref(body);
    form_free(f);
}

static void supplies_cannot_move_nothing(void **state)
{
    (void)state;
    struct form *f = shipped("supplies");
    static const struct {
        const char *way;
        int n;
        const char *expected;
    } rows[] = {{"in", 0, "constraint:quantity"},
                {"out", 0, "constraint:quantity"},
                {"in", -1, "field_range:quantity"},
                {"sideways", 1, "field_choice:direction"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[200];
        snprintf(text, sizeof text,
                 "{\"item\":\"mask\",\"unit\":\"box\",\"direction\":\"%s\","
                 "\"quantity\":%d,\"keeper\":\"x\"}",
                 rows[i].way, rows[i].n);
        check(f, text, rows[i].expected);
    }
    char *got = checked(f, "{\"item\":\"mask\",\"unit\":\"box\",\"direction\":\"count\","
                           "\"quantity\":0,\"keeper\":\"x\"}");
    assert_non_null(strstr(got, "\"quantity\":0"));
    free(got);
    form_free(f);
}

/* Parses a form with `fields`, which has a mistake; expects the place. */
static void misplaced(const char *fields, const char *place)
{
    char *text = mem_printf("{\"schema\":\"jiujin.form/1\",\"id\":\"t\",\"version\":1,"
                            "\"kind\":\"test\",\"title\":{\"zh\":\"t\",\"en\":\"t\"},%s}",
                            fields);
    json_t *json = json_of(text);
    struct form *f = NULL;
    enum err rc = form_parse(json, "t.json", &f);
    if (rc != ERR_DEFINITION || strncmp(err_detail(), place, strlen(place)) != 0)
        fail_msg("%s: %s '%s', expected '%s'", fields, err_word(rc), err_detail(), place);
    assert_string_equal(err_field(), "t.json");
    assert_null(f);
    json_decref(json);
    free(text);
}

#define F(rest) "\"fields\":[{\"id\":\"a\"," L "," rest "}]"

static void a_mistake_in_a_form_is_told_with_its_place(void **state)
{
    (void)state;
    misplaced("\"fields\":3", "fields: must be an array");
    misplaced("\"fields\":[3]", "fields[0]: must be an object");
    misplaced("\"fields\":[],\"colour\":1", "colour: unknown key");
    misplaced("\"fields\":[{\"id\":\"a\"," L "}]", "fields[0].type: missing");
    misplaced(F("\"type\":\"x\""), "fields[0].type: unknown type 'x'");
    misplaced(F("\"type\":\"text\",\"requird\":true"), "fields[0].requird: unknown key");
    misplaced(F("\"type\":\"text\",\"required\":1"), "fields[0].required: must be true or false");
    misplaced(F("\"type\":\"text\",\"min\":1"), "fields[0].min: a text has no");
    misplaced(F("\"type\":\"text\",\"max\":0"), "fields[0].max: must be from 1");
    misplaced(F("\"type\":\"text\",\"max\":99999"), "fields[0].max: must be from 1");
    misplaced(F("\"type\":\"text\",\"max\":4294967301"), "fields[0].max: must be from 1");
    misplaced(F("\"type\":\"integer\",\"min\":3,\"max\":2"), "fields[0].min: greater than max");
    misplaced(F("\"type\":\"bool\",\"max\":2"), "fields[0].max: this type has no range");
    misplaced(F("\"type\":\"choice\""), "fields[0].choices: missing");
    misplaced(F("\"type\":\"text\"," CHOICES), "fields[0].choices: this type has no");
    misplaced(F("\"type\":\"choice\",\"choices\":[{\"id\":\"a\",\"zh\":\"x\",\"en\":\"x\"},"
                "{\"id\":\"a\",\"zh\":\"x\",\"en\":\"x\"}]"),
              "fields[0].choices[1].id: 'a' is there twice");
    misplaced(F("\"type\":\"choice\",\"choices\":[{\"id\":\"a\",\"zh\":\"x\"}]"),
              "fields[0].choices[0].en: missing");
    misplaced(F("\"type\":\"choice\"," CHOICES ",\"default\":\"z\""), "fields[0].default: ");
    misplaced(F("\"type\":\"date\",\"default\":\"now\""), "fields[0].default: ");
    misplaced(F("\"type\":\"text\",\"copy\":\"first\""), "fields[0].copy: only");
    misplaced(F("\"type\":\"text\",\"relevant\":\"b = 1\""), "fields[0].relevant: ");
    misplaced(F("\"type\":\"text\",\"relevant\":\"a = 1\""),
              "fields[0].relevant: 'a' does not stand before it");
    misplaced(F("\"type\":\"text\",\"constraint\":\"a <> ''\""), "fields[0].message: missing");
    misplaced(F("\"type\":\"text\",\"calculate\":\"(SELECT 1)\""), "fields[0].calculate: ");
    misplaced("\"fields\":[{\"id\":\"a\",\"type\":\"text\"," L
              "},{\"id\":\"a\",\"type\":\"text\"," L "}]",
              "fields[1].id: 'a' is there twice");
    misplaced("\"fields\":[{\"id\":\"A b\",\"type\":\"text\"," L "}]", "fields[0].id: must be");
    misplaced(F("\"type\":\"text\"") ",\"in_force\":\"never\"", "in_force: ");
    misplaced(F("\"type\":\"text\"") ",\"schedule\":{\"duty\":\"d\",\"slot\":\"b\"}",
              "schedule.slot: no field 'b'");
    misplaced(F("\"type\":\"text\"") ",\"balance\":{\"by\":[\"a\"]}", "balance.quantity: missing");
}

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_shipped_forms_parse_under_their_names),
        cmocka_unit_test(health_and_disinfection_rows_have_no_ready_made_truth),
        cmocka_unit_test(values_come_back_in_the_definitions_order_with_unknown_as_null),
        cmocka_unit_test(each_kind_of_bad_text_has_its_own_error),
        cmocka_unit_test(dates_and_times_must_exist),
        cmocka_unit_test(numbers_stay_within_their_range),
        cmocka_unit_test(choices_are_given_by_id_and_typed_by_id_or_label),
        cmocka_unit_test(what_is_shown_can_be_typed_again),
        cmocka_unit_test(short_times_are_of_today_and_of_this_year),
        cmocka_unit_test(what_is_not_relevant_is_left_out_and_not_required),
        cmocka_unit_test(constraints_and_calculations_see_the_fields_above),
        cmocka_unit_test(a_person_is_told_or_known_and_each_part_is_checked),
        cmocka_unit_test(a_case_is_checked_to_its_smallest_part),
        cmocka_unit_test(personal_values_are_divided_from_open_ones),
        cmocka_unit_test(supplies_cannot_move_nothing),
        cmocka_unit_test(a_mistake_in_a_form_is_told_with_its_place),
    };
    return cmocka_run_group_tests_name("form", tests, NULL, NULL);
}
