/* Policies over time at a point: an overlay starts by an order and stands until another order ends
 * it, a parameter is adapted within bounds, clerks confirm what they read, and every record keeps
 * the version that it was made under. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/base/asset.h"
#include "kiosk/desk/library.h"

#define DAY CLOCK_DAY_MS
#define HEAT "{'id':'heat','order':'青防〔2026〕7号','approver':'测试领导'}"

static int setup(void **state)
{
    clock_hold(1782000000000, 1000); /* 2026-06-21 08:00 */
    return site_setup(state);
}

static int setup_epidemic(void **state)
{
    clock_hold(1782000000000, 1000);
    return site_setup_epidemic(state);
}

static int teardown(void **state)
{
    int rc = site_teardown(state);
    clock_hold(CLOCK_NONE, 0);
    return rc;
}

static void later(int64_t ms)
{
    clock_hold(clock_now() + ms, clock_mono() + ms);
}

static const char *label(void)
{
    struct policy *p = NULL;
    assert_ok(site_policy(site, &p));
    return policy_label(p);
}

static int64_t capacity(void)
{
    struct policy *p = NULL;
    assert_ok(site_policy(site, &p));
    return json_integer_value(policy_param(p, "slot_capacity"));
}

/* The state of the latest overlay row. */
static char *overlay_state(void)
{
    json_t *rows = desk_list("overlays");
    char *state = mem_strdup(js_str(json_array_get(rows, 0), "state"));
    json_decref(rows);
    return state;
}

static void overlay_is(const char *expected)
{
    char *state = overlay_state();
    assert_string_equal(state, expected);
    free(state);
}

static void an_overlay_starts_and_every_record_keeps_its_label(void **state)
{
    (void)state;
    json_decref(desk_do("visit", "{'facts':{}}"));
    later(1000);
    json_decref(desk_do("overlay", HEAT));
    assert_string_equal(label(), "ordinary@1+heat@1");
    assert_int_equal(capacity(), 8);
    later(1000);
    json_decref(desk_do("visit", "{'facts':{'elderly':true}}"));
    json_decref(desk_do("visit", "{'facts':{'policy':'ordinary+heat'}}"));
    desk_refused(ERR_CONSTRAINT, "facts.policy", "visit", "{'facts':{'policy':'ordinary+flood'}}");
    json_t *visits = desk_list("visits");
    assert_string_equal(js_str(json_array_get(visits, 0), "policy"), "ordinary@1+heat@1");
    assert_string_equal(js_str(json_array_get(visits, 1), "policy"), "ordinary@1+heat@1");
    assert_string_equal(js_str(json_array_get(visits, 2), "policy"), "ordinary@1");
    json_decref(visits);
    desk_replays();
}

static void an_overlay_needs_an_order_an_approver_and_sound_dates(void **state)
{
    (void)state;
    desk_refused(ERR_FIELD_REQUIRED, "order", "overlay", "{'id':'heat','approver':'a'}");
    desk_refused(ERR_FIELD_REQUIRED, "approver", "overlay", "{'id':'heat','order':'7'}");
    desk_refused(ERR_FIELD_CHOICE, "id", "overlay", "{'id':'snow','order':'7','approver':'a'}");
    desk_refused(ERR_FIELD_CHOICE, "id", "overlay",
                 "{'id':'epidemic-2022','order':'7','approver':'a'}");
    desk_refused(ERR_FIELD_RANGE, "start", "overlay",
                 "{'id':'heat','order':'7','approver':'a','start':'2026-06-20'}");
    desk_refused(ERR_FIELD_RANGE, "review", "overlay",
                 "{'id':'heat','order':'7','approver':'a','review':'2026-06-21'}");
    assert_string_equal(label(), "ordinary@1");
}

static void a_planned_overlay_begins_by_itself_on_its_day(void **state)
{
    (void)state;
    json_decref(desk_do("overlay", "{'id':'heat','order':'7','approver':'a',"
                                   "'start':'2026-06-23'}"));
    overlay_is("planned");
    assert_string_equal(label(), "ordinary@1");
    later(2 * DAY);
    overlay_is("in_force");
    assert_string_equal(label(), "ordinary@1+heat@1");
}

/* R68: the end is the superior's to say. */
static void nothing_lapses_by_itself_past_its_review_it_is_due_and_in_force(void **state)
{
    (void)state;
    json_decref(desk_do("overlay", HEAT));
    overlay_is("in_force");
    later(14 * DAY);
    overlay_is("due");
    later(400 * DAY);
    overlay_is("due");
    assert_string_equal(label(), "ordinary@1+heat@1");
    json_decref(desk_do("overlay", HEAT)); /* looked at again, and prolonged */
    overlay_is("in_force");
    json_t *rows = desk_list("overlays");
    assert_string_equal(js_str(json_array_get(rows, 1), "state"), "replaced");
    json_decref(rows);
    assert_string_equal(label(), "ordinary@1+heat@1");
}

static void an_overlay_ends_by_an_order_with_a_reason(void **state)
{
    (void)state;
    json_decref(desk_do("overlay", HEAT));
    desk_refused(ERR_FIELD_REQUIRED, "order", "overlay_end", "{'id':'heat','reason':'凉了'}");
    desk_refused(ERR_FIELD_REQUIRED, "reason", "overlay_end", "{'id':'heat','order':'9'}");
    desk_refused(ERR_NOT_FOUND, "id", "overlay_end", "{'id':'flood','order':'9','reason':'x'}");
    later(DAY);
    json_decref(desk_do("overlay_end", "{'id':'heat','order':'青防〔2026〕9号','reason':'凉了'}"));
    overlay_is("ended");
    assert_string_equal(label(), "ordinary@1");
    assert_int_equal(capacity(), 12);
    desk_refused(ERR_NOT_FOUND, "id", "overlay_end", "{'id':'heat','order':'9','reason':'x'}");
    desk_replays();
}

static void a_leader_answers_for_what_changes_the_policy(void **state)
{
    (void)state;
    static const char *const tries[][2] = {
        {"overlay", HEAT},
        {"overlay_end", "{'id':'heat','order':'9','reason':'x'}"},
        {"adaptation", "{'param':'slot_capacity','new':10,'reason':'x','approver':'a'}"}};
    json_decref(desk_do("overlay", HEAT));
    assert_ok(clerk_add(site, "窗口", "window", "2222"));
    assert_ok(clerk_add(site, "负责人", "leader", "3333"));
    clerk_sign_out(site, "sign_out");
    assert_ok(clerk_sign_in(site, "窗口", "2222"));
    for (size_t i = 0; i < 3; i++)
        desk_refused(ERR_VOUCH, NULL, tries[i][0], tries[i][1]);
    assert_ok(clerk_vouch(site, "负责人", "3333"));
    json_decref(desk_do("overlay_end", tries[1][1]));
    assert_string_equal(label(), "ordinary@1");
}

static void an_adaptation_is_an_entry_with_reason_and_approver(void **state)
{
    (void)state;
    json_t *out = desk_do("adaptation", "{'param':'slot_capacity','new':20,'reason':'大厅扩建',"
                                        "'approver':'测试领导'}");
    char expected[64];
    snprintf(expected, sizeof expected, "ordinary@1#%s", js_str(out, "id"));
    assert_string_equal(label(), expected);
    assert_int_equal(capacity(), 20);
    json_t *rows = desk_list("adaptations"), *row = json_array_get(rows, 0);
    assert_int_equal(js_int(row, "old", 0), 12);
    assert_int_equal(js_int(row, "new", 0), 20);
    assert_string_equal(js_str(row, "reason"), "大厅扩建");
    assert_true(js_bool(row, "in_force"));
    json_decref(rows), json_decref(out);
    later(1000);
    json_decref(desk_do("adaptation", "{'param':'slot_capacity','new':null,'reason':'完工',"
                                      "'approver':'测试领导'}"));
    assert_string_equal(label(), "ordinary@1");
    assert_int_equal(capacity(), 12);
    desk_replays();
}

static void what_the_pack_does_not_allow_is_not_adapted(void **state)
{
    (void)state;
#define TRY(code, field, param, value)                                                             \
    desk_refused(code, field, "adaptation",                                                        \
                 "{'param':'" param "','new':" value ",'reason':'x','approver':'a'}")
    TRY(ERR_CONSTRAINT, "param", "test_hours", "72");
    TRY(ERR_CONSTRAINT, "param", "staff_test_hours", "48");
    TRY(ERR_CONSTRAINT, "param", "test_hours", "null");
    TRY(ERR_FIELD_CHOICE, "param", "channels", "['online']");
    TRY(ERR_FIELD_RANGE, "new", "temperature_stop", "38");
    TRY(ERR_FIELD_TYPE, "new", "alarm_minutes", "'soon'");
    TRY(ERR_DUPLICATE, "new", "alarm_minutes", "5");
    desk_refused(ERR_FIELD_REQUIRED, "reason", "adaptation",
                 "{'param':'alarm_minutes','new':3,'approver':'a'}");
    desk_refused(ERR_FIELD_REQUIRED, "approver", "adaptation",
                 "{'param':'alarm_minutes','new':3,'reason':'x'}");
    assert_string_equal(label(), "epidemic-2022@1");
}

static json_t *pack(const char *name)
{
    json_t *json = NULL;
    const struct asset *a = asset_find(name);
    assert_ok(js_parse(a->data, a->len, name, &json));
    return json;
}

static void order(const char *kind, json_t *body)
{
    char *text = js_dump(body);
    desk_order(kind, "o", text);
    free(text);
    json_decref(body);
}

static void another_base_pack_ends_the_adaptations_of_the_one_before(void **state)
{
    (void)state;
    json_decref(desk_do("adaptation", "{'param':'slot_capacity','new':20,'reason':'x',"
                                      "'approver':'a'}"));
    later(1000);
    order("policy", json_pack("{s:o}", "definition", pack("policies/epidemic-2022.json")));
    assert_string_equal(label(), "epidemic-2022@1");
    later(1000);
    order("policy", json_pack("{s:o}", "definition", pack("policies/ordinary.json")));
    assert_string_equal(label(), "ordinary@1");
    assert_int_equal(capacity(), 12);
    json_t *rows = desk_list("adaptations");
    assert_false(js_bool(json_array_get(rows, 0), "in_force"));
    json_decref(rows);
    desk_replays();
}

static json_t *snow(int version)
{
    json_t *p = pack("policies/heat.json");
    js_set_str(p, "id", "snow");
    js_set_int(p, "version", version);
    return p;
}

static void the_hub_starts_an_overlay_that_no_program_has_and_ends_it(void **state)
{
    (void)state;
    order("overlay", json_pack("{s:o,s:s,s:s,s:s}", "definition", snow(3), "order", "区〔2026〕1号",
                               "review", "2026-07-01", "approver", "区办"));
    assert_string_equal(label(), "ordinary@1+snow@3");
    later(11 * DAY);
    overlay_is("due");
    order("overlay_end",
          json_pack("{s:s,s:s,s:s}", "id", "snow", "order", "区〔2026〕2号", "reason", "雪停"));
    overlay_is("ended");
    assert_string_equal(label(), "ordinary@1");
    desk_replays();
    order("overlay", json_pack("{s:o,s:s,s:s}", "definition", snow(3), "order", "区〔2026〕3号",
                               "start", "2026-07-10"));
    overlay_is("planned");
    order("overlay_end", json_pack("{s:s,s:s}", "id", "snow", "order", "区〔2026〕4号"));
    overlay_is("ended");
    desk_replays();
}

static void an_order_that_cannot_be_is_kept_and_changes_nothing(void **state)
{
    (void)state;
    json_t *bad = snow(1), *other = snow(2);
    json_object_del(bad, "review_days");
    order("overlay", json_pack("{s:o,s:s}", "definition", bad, "order", "1"));
    order("overlay", json_pack("{s:o}", "definition", snow(1)));
    order("overlay",
          json_pack("{s:o,s:s}", "definition", pack("policies/ordinary.json"), "order", "1"));
    order("policy", json_pack("{s:o}", "definition", snow(1)));
    order("overlay_end", json_pack("{s:s,s:s}", "id", "snow", "order", "1"));
    assert_string_equal(label(), "ordinary@1");
    assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM order_refused", 0), 5);
    order("overlay", json_pack("{s:o,s:s}", "definition", snow(2), "order", "2"));
    js_set_str(json_array_get(json_object_get(other, "rules"), 0), "outcome", "deny");
    order("overlay", json_pack("{s:o,s:s}", "definition", other, "order", "3"));
    assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM order_refused", 0), 6);
    assert_string_equal(label(), "ordinary@1+snow@2");
    desk_replays();
}

/* The door never stands still because of an overlay. */
static void an_overlay_that_no_longer_fits_is_left_out_and_said_so(void **state)
{
    (void)state;
    json_t *base = pack("policies/ordinary.json");
    js_set_int(base, "version", 2);
    json_array_append_new(json_object_get(base, "facts"),
                          desk_json("{'id':'heat_x','type':'bool','label':{'zh':'x','en':'x'}}"));
    json_t *rule =
        desk_json("{'id':'heat_unwell','when':'heat_x','outcome':'deny','text':{'zh':'x',"
                  "'en':'x'},'actions':[],'basis':'x'}");
    json_array_append_new(json_object_get(base, "rules"), rule);
    json_decref(desk_do("overlay", HEAT));
    order("policy", json_pack("{s:o}", "definition", base));
    assert_string_equal(label(), "ordinary@2");
    overlay_is("broken");
    desk_refused(ERR_DEFINITION, NULL, "overlay", HEAT);
}

static bool read_all(void)
{
    json_t *rows = desk_list("policy");
    bool read = js_bool(json_array_get(rows, 0), "read");
    json_decref(rows);
    return read;
}

static void each_clerk_confirms_each_pack_once(void **state)
{
    (void)state;
    assert_false(read_all());
    desk_refused(ERR_CONSTRAINT, "policy", "policy_read", "{'policy':'ordinary@7'}");
    json_decref(desk_do("policy_read", "{'policy':'ordinary@1'}"));
    assert_true(read_all());
    json_decref(desk_do("overlay", HEAT));
    assert_false(read_all()); /* one more pack has to be read */
    json_decref(desk_do("policy_read", "{}"));
    assert_true(read_all());
    json_decref(desk_do("overlay_end", "{'id':'heat','order':'9','reason':'x'}"));
    assert_true(read_all());
    assert_ok(clerk_add(site, "窗口", "window", "2222"));
    clerk_sign_out(site, "sign_out");
    assert_ok(clerk_sign_in(site, "窗口", "2222"));
    assert_false(read_all());
    desk_replays();
}

static void a_parameter_is_shown_with_its_pack_basis_and_bounds(void **state)
{
    (void)state;
    size_t i;
    bool seen = false;
    json_decref(desk_do("overlay", HEAT));
    json_decref(desk_do("adaptation", "{'param':'slot_capacity','new':6,'reason':'x',"
                                      "'approver':'a'}"));
    json_t *rows = desk_list("policy"), *one;
    json_array_foreach(js_get(json_array_get(rows, 0), "params"), i, one)
    {
        if (strcmp(js_str(one, "param"), "slot_capacity") != 0)
            continue;
        seen = true;
        assert_int_equal(js_int(one, "value", 0), 6);
        assert_int_equal(js_int(one, "own", 0), 8);
        assert_string_equal(js_str(one, "pack"), "heat@1");
        assert_non_null(js_str(one, "basis"));
        assert_int_equal(js_int(js_get(one, "bounds"), "max", 0), 12);
        assert_non_null(js_str(one, "adapted"));
    }
    assert_true(seen);
    json_decref(rows);
}

static void measures_of_the_point_stand_beside_the_pack(void **state)
{
    (void)state;
    json_decref(desk_do("measure", "{'title':'雨天门口铺防滑垫','text':'值班员每早检查一次。'}"));
    desk_refused(ERR_FIELD_REQUIRED, "text", "measure", "{'title':'x'}");
    json_t *rows = desk_list("measures");
    assert_string_equal(js_str(json_array_get(rows, 0), "title"), "雨天门口铺防滑垫");
    json_decref(rows);
    desk_replays();
}

/* R05: a record of the site entry, and of the status. */
static void a_point_is_of_one_of_four_sorts(void **state)
{
    (void)state;
    struct site *other = NULL;
    struct site_new what = {.code = "310118101202", .name = "x", .pin = "1234", .type = "castle"};
    json_t *rows = desk_list("status");
    assert_string_equal(js_str(json_array_get(rows, 0), "type"), "village");
    json_decref(rows);
    assert_err(ERR_FIELD_CHOICE, site_make("/tmp/jiujin-no-such", &what, "t", &other));
    what.type = "town";
    what.policy = "heat";
    assert_err(ERR_FIELD_CHOICE, site_make("/tmp/jiujin-no-such", &what, "t", &other));
    assert_string_equal(err_field(), "--policy");
    desk_replays();
}

/* The 2022 pack is history: what is in force without an order is the ordinary day. */
static void the_ordinary_pack_is_in_force_unless_an_order_says_otherwise(void **state)
{
    (void)state;
    assert_string_equal(label(), "ordinary@1");
    order("policy", json_pack("{s:o,s:s}", "definition", pack("policies/epidemic-2022.json"),
                              "effective", "2026-06-25"));
    assert_string_equal(label(), "ordinary@1");
    later(4 * DAY);
    assert_string_equal(label(), "epidemic-2022@1");
    later(1000 * DAY); /* and it stays so until another order */
    assert_string_equal(label(), "epidemic-2022@1");
}

int main(void)
{
    lang_init("en");
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(an_overlay_starts_and_every_record_keeps_its_label),
        T(an_overlay_needs_an_order_an_approver_and_sound_dates),
        T(a_planned_overlay_begins_by_itself_on_its_day),
        T(nothing_lapses_by_itself_past_its_review_it_is_due_and_in_force),
        T(an_overlay_ends_by_an_order_with_a_reason),
        T(a_leader_answers_for_what_changes_the_policy),
        T(an_adaptation_is_an_entry_with_reason_and_approver),
        cmocka_unit_test_setup_teardown(what_the_pack_does_not_allow_is_not_adapted, setup_epidemic,
                                        teardown),
        T(another_base_pack_ends_the_adaptations_of_the_one_before),
        T(the_hub_starts_an_overlay_that_no_program_has_and_ends_it),
        T(an_order_that_cannot_be_is_kept_and_changes_nothing),
        T(an_overlay_that_no_longer_fits_is_left_out_and_said_so),
        T(each_clerk_confirms_each_pack_once),
        T(a_parameter_is_shown_with_its_pack_basis_and_bounds),
        T(measures_of_the_point_stand_beside_the_pack),
        T(a_point_is_of_one_of_four_sorts),
        T(the_ordinary_pack_is_in_force_unless_an_order_says_otherwise),
    };
    return cmocka_run_group_tests_name("policy_time", tests, NULL, NULL);
}
