/* The catalogue: the shipped items, how they are found, and that mistakes are placed. */
#include "tests/unit/unit.h"

#include "kiosk/base/asset.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/rules/catalogue.h"

static json_t *shipped(void)
{
    const struct asset *a = asset_find("catalogue/items.json");
    json_t *json = NULL;
    assert_non_null(a);
    assert_ok(js_parse(a->data, a->len, a->name, &json));
    return json;
}

static struct catalogue *parsed(void)
{
    json_t *json = shipped();
    struct catalogue *c = NULL;
    assert_ok(catalogue_parse(json, "items", &c));
    json_decref(json);
    return c;
}

static void the_shipped_catalogue_has_62_items_with_fixed_numbers(void **state)
{
    (void)state;
    struct catalogue *c = parsed();
    assert_int_equal(catalogue_count(c), 62);
    assert_int_equal(catalogue_version(c), 1);
    for (size_t i = 0; i < 62; i++) {
        const json_t *item = catalogue_at(c, i);
        assert_int_equal(js_int(item, "number", 0), i + 1);
        assert_ptr_equal(catalogue_by_number(c, (int64_t)i + 1), item);
        assert_ptr_equal(catalogue_find(c, js_str(item, "code")), item);
    }
    assert_null(catalogue_find(c, "NO-SUCH"));
    assert_null(catalogue_by_number(c, 63));
    assert_null(catalogue_at(c, 62));
    catalogue_free(c);
}

static void an_item_says_what_is_sourced_and_what_is_estimated(void **state)
{
    (void)state;
    struct catalogue *c = parsed();
    for (size_t i = 0; i < catalogue_count(c); i++)
        assert_true(json_array_size(json_object_get(catalogue_at(c, i), "sourced")) +
                        json_array_size(json_object_get(catalogue_at(c, i), "estimated")) >
                    0);
    catalogue_free(c);
}

static void an_item_is_found_by_part_of_name_code_and_initials(void **state)
{
    (void)state;
    struct catalogue *c = parsed();
    const json_t *card = catalogue_find(c, "QP-MZ-01");
    static const char *const good[] = {"敬老卡", "shsjlk", "JLK", "qp-mz-01", "senior", "民政", ""};
    static const char *const bad[] = {"残疾", "zzz", "QP-MZ-02"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(catalogue_match(card, good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(catalogue_match(card, bad[i]));
    assert_true(
        catalogue_match(catalogue_find(c, "QP-RS-01"), "sbk")); /* 社会保障卡, abbreviated */
    assert_false(catalogue_match(card, "sbk"));
    assert_false(catalogue_match(card, "sk")); /* two letters are too few to guess from */
    catalogue_free(c);
}

static void an_agents_papers_are_asked_only_of_an_agent(void **state)
{
    (void)state;
    struct catalogue *c = parsed();
    const json_t *card = catalogue_find(c, "QP-MZ-01");
    json_t *own = catalogue_papers(card, false), *agents = catalogue_papers(card, true);
    assert_int_equal(json_array_size(own), 3);
    assert_int_equal(json_array_size(agents), 5);
    assert_string_equal(js_str(json_array_get(own, 0), "zh"), "申请人居民身份证");
    assert_string_equal(js_str(json_array_get(own, 0), "en"), "Applicant's resident ID card");
    json_decref(own);
    json_decref(agents);
    catalogue_free(c);
}

/* Parses the shipped catalogue after `spoil` has changed it; expects `place` in the note. */
static void refused(void (*spoil)(json_t *), const char *place)
{
    json_t *json = shipped();
    struct catalogue *c = NULL;
    spoil(json);
    assert_err(ERR_DEFINITION, catalogue_parse(json, "items.json", &c));
    assert_null(c);
    assert_string_equal(err_field(), "items.json");
    if (strncmp(err_detail(), place, strlen(place)) != 0)
        fail_msg("'%s', expected '%s'", err_detail(), place);
    json_decref(json);
}

static json_t *item(json_t *json, size_t i)
{
    return json_array_get(json_object_get(json, "items"), i);
}

static void same_number(json_t *json)
{
    js_set_int(item(json, 3), "number", 2);
}
static void same_code(json_t *json)
{
    js_set_str(item(json, 3), "code", "QP-MZ-01");
}
static void no_name(json_t *json)
{
    json_object_del(item(json, 5), "zh");
}
static void strange_key(json_t *json)
{
    js_set_int(item(json, 5), "price", 3);
}
static void no_such_paper(json_t *json)
{
    js_set_str(json_array_get(json_object_get(item(json, 0), "papers"), 1), "id", "P99");
}
static void bad_schema(json_t *json)
{
    js_set_str(json, "schema", "x");
}
static void controls(json_t *json)
{
    js_set_str(item(json, 0), "zh", "a\x1b[31m");
}

static void a_mistake_in_the_catalogue_is_told_with_its_place(void **state)
{
    (void)state;
    refused(same_number, "items[3].number: 2 is there twice");
    refused(same_code, "items[3].code: 'QP-MZ-01' is there twice");
    refused(no_name, "items[5].zh: missing");
    refused(strange_key, "items[5].price: unknown key");
    refused(no_such_paper, "items[0].papers[1].id: no paper 'P99'");
    refused(bad_schema, "schema: must be");
    refused(controls, "items[0].zh: has control characters");
}

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_catalogue_has_62_items_with_fixed_numbers),
        cmocka_unit_test(an_item_says_what_is_sourced_and_what_is_estimated),
        cmocka_unit_test(an_item_is_found_by_part_of_name_code_and_initials),
        cmocka_unit_test(an_agents_papers_are_asked_only_of_an_agent),
        cmocka_unit_test(a_mistake_in_the_catalogue_is_told_with_its_place),
    };
    return cmocka_run_group_tests_name("catalogue", tests, NULL, NULL);
}
