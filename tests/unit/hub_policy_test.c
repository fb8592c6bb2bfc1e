/* What the hub keeps of a village's policy: adaptations with their reasons, overlays and their
 * ends. */
#include "tests/unit/hub.h"

#define ADAPT(param, old, new)                                                                     \
    "{'param':'" param "','old':" old                                                              \
    ",'new':" new ",'reason':'大厅扩建','approver':'测试领导',"                            \
                  "'base':'ordinary','policy':'ordinary@1','answers':'admin'}"
#define OVERLAY                                                                                    \
    "{'id':'heat','version':1,'order':'青防7号','start':1653004800000,'review':1654214400000,"  \
    "'approver':'测试领导','answers':'admin'}"

static struct village v;
static unsigned char first[HASH_BYTES];

static int setup(void **state)
{
    if (hub_setup(state) != 0)
        return -1;
    village_invite(&v, VILLAGE);
    memcpy(first, v.hash, HASH_BYTES);
    return 0;
}

static int teardown(void **state)
{
    village_fini(&v);
    return hub_teardown(state);
}

static void an_adaptation_is_seen_with_old_new_reason_and_who(void **state)
{
    (void)state;
    village_write(&v, "adaptation", NULL, ADAPT("slot_capacity", "12", "20"), NULL);
    village_write(&v, "adaptation", NULL, ADAPT("report_hour", "'17:00'", "'16:00'"), NULL);
    village_write(&v, "adaptation", NULL, ADAPT("slot_capacity", "20", "null"), NULL);
    assert_ok(village_send(&v, 1, first));
    json_t *rows = hub_rows_of("adaptations", VILLAGE);
    assert_int_equal(json_array_size(rows), 3);
    const json_t *last = json_array_get(rows, 0), *hour = json_array_get(rows, 1),
                 *before = json_array_get(rows, 2);
    assert_null(js_get(last, "new"));
    assert_true(js_bool(last, "latest"));
    assert_string_equal(js_str(hour, "new"), "16:00");
    assert_string_equal(js_str(hour, "reason"), "大厅扩建");
    assert_string_equal(js_str(hour, "approver"), "测试领导");
    assert_int_equal(js_int(before, "old", 0), 12);
    assert_int_equal(js_int(before, "new", 0), 20);
    assert_false(js_bool(before, "latest"));
    json_decref(rows);
}

static void an_overlay_is_seen_until_its_end_and_after(void **state)
{
    (void)state;
    village_write(&v, "overlay", NULL, OVERLAY, NULL);
    assert_ok(village_send(&v, 1, first));
    json_t *rows = hub_rows_of("overlays", VILLAGE);
    assert_string_equal(js_str(json_array_get(rows, 0), "order"), "青防7号");
    assert_null(js_get(json_array_get(rows, 0), "ended"));
    json_decref(rows);
    unsigned char base[HASH_BYTES];
    memcpy(base, v.hash, HASH_BYTES);
    village_write(&v, "overlay_end", "1.1", "{'id':'heat','order':'9号','reason':'凉了'}", NULL);
    village_write(&v, "overlay_end", "o.1", "{'id':'snow','order':'9号','reason':'x'}", NULL);
    assert_ok(village_send(&v, 2, base));
    rows = hub_rows_of("overlays", VILLAGE);
    assert_int_equal(json_array_size(rows), 1);
    assert_string_equal(js_str(json_array_get(rows, 0), "end_order"), "9号");
    assert_non_null(js_str(json_array_get(rows, 0), "ended"));
    json_decref(rows);
    rows = hub_rows_of("entries", VILLAGE);
    for (size_t i = 0; i < json_array_size(rows); i++)
        assert_null(js_get(json_array_get(rows, i), "refused"));
    json_decref(rows);
}

static void what_says_nothing_is_not_used_and_blocks_nothing(void **state)
{
    (void)state;
    village_write(&v, "adaptation", NULL, "{}", NULL);
    village_write(&v, "overlay", NULL, "{'id':7}", NULL);
    village_write(&v, "policy_read", NULL, "{'policy':'ordinary@1'}", NULL);
    village_write(&v, "measure", NULL, "{'title':'x','text':'y'}", NULL);
    assert_ok(village_send(&v, 1, first));
    assert_int_equal(hub_count("adaptations", NULL) + hub_count("overlays", NULL), 0);
    json_t *rows = hub_rows_of("entries", VILLAGE);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(js_get(json_array_get(rows, i), "refused") != NULL, i < 2);
    json_decref(rows);
}

int main(void)
{
    lang_init("en");
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(an_adaptation_is_seen_with_old_new_reason_and_who),
        T(an_overlay_is_seen_until_its_end_and_after),
        T(what_says_nothing_is_not_used_and_blocks_nothing),
    };
    return cmocka_run_group_tests_name("hub_policy", tests, NULL, NULL);
}
