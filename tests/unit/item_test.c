/* The catalogue as a clerk uses it: what is of every day stands first, a number finds its item, and
 * a newer edition may name the law's days, conditions and an address. */
#include "tests/unit/unit.h"

#include "kiosk/base/asset.h"
#include "kiosk/rules/catalogue.h"
#include "tests/unit/desk.h"

static void take_in(const char *item, int times)
{
    for (int i = 0; i < times; i++) {
        char *in = mem_printf("{'person':" AMA ",'item':'%s','channel':'proxy'}", item);
        json_decref(desk_do("case", in));
        free(in);
    }
}

static char *codes(const char *like, int64_t limit)
{
    size_t i;
    json_t *all = NULL, *one;
    struct view_query q = VIEW_ALL;
    char *text = mem_strdup("");
    q.like = like;
    q.limit = limit;
    assert_ok(view_list(site, "items", &q, &all));
    json_array_foreach(all, i, one)
    {
        char *longer = mem_printf("%s%s ", text, js_str(one, "code"));
        free(text);
        text = longer;
    }
    json_decref(all);
    return text;
}

static void expect(const char *like, int64_t limit, const char *want)
{
    char *got = codes(like, limit);
    assert_string_equal(got, want);
    free(got);
}

static void without_a_case_the_catalogue_keeps_its_order(void **state)
{
    (void)state;
    expect(NULL, 3, "QP-MZ-01 QP-MZ-02 QP-MZ-03 ");
    expect("民政", 2, "QP-MZ-01 QP-MZ-02 ");
}

static void what_was_taken_in_last_and_most_often_comes_first(void **state)
{
    (void)state;
    take_in("QP-RS-02", 1);
    take_in("QP-MZ-05", 3);
    take_in("QP-MZ-03", 1);
    expect(NULL, 4, "QP-MZ-05 QP-MZ-03 QP-RS-02 QP-MZ-01 ");
    expect("民政", 3, "QP-MZ-05 QP-MZ-03 QP-MZ-01 ");
    json_t *one = desk_list("items:QP-MZ-05");
    assert_int_equal(json_array_size(one), 1);
    assert_int_equal(js_int(json_array_get(one, 0), "cases", 0), 3);
    json_decref(one);
}

static void a_number_finds_its_item_before_codes_that_hold_the_digits(void **state)
{
    (void)state;
    take_in("QP-RS-13", 2);
    char *got = codes("13", 0);
    assert_int_equal(strncmp(got, "QP-RS-01 ", 9), 0); /* number 13 */
    assert_non_null(strstr(got, "QP-RS-13 "));         /* the code holds it */
    free(got);
    expect("62", 0, "QP-TJ-01 ");
}

static json_t *edition(void)
{
    const struct asset *a = asset_find("catalogue/items.json");
    json_t *json = NULL;
    assert_ok(js_parse(a->data, a->len, a->name, &json));
    js_set_int(json, "version", 2);
    json_t *item = json_array_get(json_object_get(json, "items"), 12);
    js_set_int(item, "days", 3);
    js_set_int(item, "legal_days", 20);
    js_set_str(item, "days_unit", "working_day");
    js_set_str(item, "url", "https://example.invalid/card");
    json_object_set_new(item, "conditions",
                        json_pack("{s:s,s:s}", "zh", "本市户籍", "en", "registered here"));
    return json;
}

static void an_edition_names_the_laws_days_conditions_and_an_address(void **state)
{
    (void)state;
    json_t *json = edition();
    struct catalogue *c = NULL;
    assert_ok(catalogue_parse(json, "items.json", &c));
    const json_t *item = catalogue_by_number(c, 13);
    assert_int_equal(js_int(item, "legal_days", 0), 20);
    assert_true(catalogue_sourced(item, "papers"));
    assert_false(catalogue_sourced(item, "days"));
    assert_false(catalogue_sourced(item, "legal_days"));
    catalogue_free(c);
    json_decref(json);
}

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_a_case_the_catalogue_keeps_its_order, site_setup,
                                        site_teardown),
        cmocka_unit_test_setup_teardown(what_was_taken_in_last_and_most_often_comes_first,
                                        site_setup, site_teardown),
        cmocka_unit_test_setup_teardown(a_number_finds_its_item_before_codes_that_hold_the_digits,
                                        site_setup, site_teardown),
        cmocka_unit_test(an_edition_names_the_laws_days_conditions_and_an_address),
    };
    return cmocka_run_group_tests_name("item", tests, NULL, NULL);
}
