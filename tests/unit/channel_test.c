/* The order of channels (notice: R48, R50): five ways without travelling before the nearby one, the
 * network first for what is mature there, and a record of why a way was passed over. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/base/asset.h"

static const char *const order[] = {"online", "remote",      "courier",
                                    "proxy",  "appointment", "nearby"};

static bool has(const json_t *list, const char *word)
{
    size_t i;
    json_t *one;
    json_array_foreach((json_t *)(uintptr_t)list, i,
                       one) if (strcmp(json_string_value(one), word) == 0) return true;
    return false;
}

static void five_ways_without_travelling_stand_before_nearby_in_every_base_pack(void **state)
{
    (void)state;
    const struct asset *a;
    size_t bases = 0;
    for (size_t n = 0; (a = asset_at("policies/", n)) != NULL; n++) {
        json_t *pack = NULL;
        assert_ok(js_parse(a->data, a->len, a->name, &pack));
        const json_t *channels = json_object_get(pack, "channels");
        for (size_t i = 0; channels != NULL && i < 6; i++)
            assert_string_equal(json_string_value(json_array_get(channels, i)), order[i]);
        bases += channels != NULL;
        json_decref(pack);
    }
    assert_int_equal(bases, 2); /* and no overlay moves them */
}

/* The screens offer an item's channels in the pack's order (screens/intake_channel.c). */
static void what_is_mature_online_is_offered_online_first(void **state)
{
    (void)state;
    size_t i, mature = 0;
    json_t *one, *catalogue = NULL;
    const struct asset *a = asset_find("catalogue/items.json");
    assert_ok(js_parse(a->data, a->len, a->name, &catalogue));
    json_array_foreach(json_object_get(catalogue, "items"), i, one)
    {
        const json_t *channels = json_object_get(one, "channels");
        /* helping somebody onto the network is no errand on the network */
        if (!js_bool(one, "online") || strcmp(js_str(one, "code"), "QP-TJ-01") == 0)
            continue;
        mature++;
        if (!has(channels, "online"))
            fail_msg("%s is online and does not offer it", js_str(one, "code"));
    }
    assert_true(mature > 10);
    json_decref(catalogue);
}

static void a_case_keeps_why_each_channel_before_nearby_was_passed_over(void **state)
{
    (void)state;
    json_t *whole = NULL, *out = NULL;
    out = desk_do("case",
                  "{'person':" AMA ",'item':'QP-RS-02','channel':'nearby','skipped':["
                  "{'channel':'online','reason':'no_phone'},{'channel':'proxy','reason':'refused'},"
                  "{'channel':'appointment','reason':'other'}]}");
    assert_ok(view_case(site, js_str(out, "id"), &whole));
    const json_t *skipped = js_get(whole, "skipped");
    assert_int_equal(json_array_size(skipped), 3);
    assert_string_equal(js_str(json_array_get(skipped, 0), "channel"), "online");
    assert_string_equal(js_str(json_array_get(skipped, 0), "reason"), "no_phone");
    json_decref(whole), json_decref(out);
    desk_replays();
}

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_ways_without_travelling_stand_before_nearby_in_every_base_pack),
        cmocka_unit_test(what_is_mature_online_is_offered_online_first),
        cmocka_unit_test_setup_teardown(a_case_keeps_why_each_channel_before_nearby_was_passed_over,
                                        site_setup, site_teardown),
    };
    return cmocka_run_group_tests_name("channel", tests, NULL, NULL);
}
