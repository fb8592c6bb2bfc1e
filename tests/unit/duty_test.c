/* Duties: what is due, done, done late, left out, overdue, missed; and what runs out. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/desk/duty.h"

#define HOUR 3600000LL
#define PLACES "'floor','vent','entrance','office','query','selfservice','washroom','bin'"

static json_t *duty_of(int64_t day, const char *duty, const char *slot)
{
    size_t i;
    json_t *rows = NULL, *one, *found = NULL;
    struct view_query q = VIEW_ALL;
    q.from = day;
    assert_ok(view_list(site, "duties", &q, &rows));
    json_array_foreach(rows, i, one) if (strcmp(js_str(one, "duty"), duty) == 0 &&
                                         strcmp(js_str(one, "slot"), slot) == 0) found =
        json_incref(one);
    json_decref(rows);
    assert_non_null(found);
    return found;
}

static const char *state_of(const char *duty, const char *slot)
{
    static char state[16];
    json_t *one = duty_of(CLOCK_NONE, duty, slot);
    snprintf(state, sizeof state, "%s", js_str(one, "state"));
    json_decref(one);
    return state;
}
#define is(duty, slot, state) assert_string_equal(state_of(duty, slot), state)

static void clean_at(const char *slot, const char *areas, const char *more, int64_t at)
{
    char in[600], when[CLOCK_TEXT];
    snprintf(in, sizeof in,
             "{'row':{'slot':'%s','area':[%s],'agent':'chlorine','method':'mop'%s},'at':'%s'}",
             slot, areas, more, clock_iso(at, when));
    json_decref(desk_do("ledger:L03", in));
}

static void clean(const char *slot, const char *areas)
{
    clean_at(slot, areas, "", clock_now());
}

/* The site was made today; the days of the tests lie a little ahead of it, never behind. */
static int64_t day;

static void hold(int64_t hours)
{
    clock_hold(day + hours * HOUR, 1000 + hours);
}

static int setup(void **state)
{
    int rc = site_setup_epidemic(state);
    day = clock_day(clock_now()) + CLOCK_DAY_MS;
    return rc;
}

static int teardown(void **state)
{
    clock_hold(CLOCK_NONE, 0);
    return site_teardown(state);
}

static void a_slot_is_later_due_overdue_and_done(void **state)
{
    (void)state;
    hold(7);
    is("disinfection", "morning", "later");
    hold(8);
    is("disinfection", "morning", "due");
    is("disinfection", "noon", "later");
    clean("morning", PLACES);
    is("disinfection", "morning", "done");
    hold(16);
    is("disinfection", "noon", "late");
    hold(24 + 8);
    is("disinfection", "morning", "due"); /* a new day */
    desk_replays();
}

static void a_round_that_misses_one_place_is_not_complete(void **state)
{
    (void)state;
    hold(8);
    clean("morning", "'floor','vent','entrance','office','query','selfservice','washroom'");
    json_t *one = duty_of(CLOCK_NONE, "disinfection", "morning");
    assert_string_equal(js_str(one, "state"), "due");
    assert_int_equal(json_array_size(js_get(one, "left")), 1);
    assert_string_equal(json_string_value(json_array_get(js_get(one, "left_words"), 0)),
                        "专用垃圾桶");
    json_decref(one);
    clean("morning", "'bin'");
    is("disinfection", "morning", "done");
}

static void a_place_left_out_says_why_and_may_still_be_done(void **state)
{
    (void)state;
    hold(8);
    clean_at("morning", "'floor','vent','entrance','office','query','selfservice','washroom'",
             ",'not_done':{'bin':'locked'}", clock_now());
    json_t *one = duty_of(CLOCK_NONE, "disinfection", "morning");
    assert_string_equal(js_str(one, "state"), "not_done");
    assert_string_equal(js_str(one, "because"), "专用垃圾桶（上锁进不去）");
    json_decref(one);
    clean("morning", "'bin'");
    is("disinfection", "morning", "done");
    clean_at("noon", "'floor'", ",'not_done':{'bin':'locked'}", clock_now());
    is("disinfection", "noon", "later"); /* two of eight */
    desk_refused(ERR_FIELD_CHOICE, "not_done", "ledger:L03",
                 "{'row':{'slot':'noon','not_done':{'bin':'no_wish'}}}");
    desk_refused(ERR_FIELD_CHOICE, "not_done", "ledger:L03",
                 "{'row':{'slot':'noon','not_done':{'moon':'locked'}}}");
    desk_refused(ERR_CONSTRAINT, "not_done", "ledger:L03",
                 "{'row':{'slot':'noon','area':['bin'],'agent':'chlorine','method':'mop',"
                 "'not_done':{'bin':'locked'}}}");
    desk_refused(ERR_FIELD_REQUIRED, "area", "ledger:L03", "{'row':{'slot':'noon'}}");
    desk_replays();
}

static void done_after_its_time_is_done_late_and_not_done_in_time(void **state)
{
    (void)state;
    hold(10);
    is("disinfection", "morning", "late");
    clean("morning", PLACES);
    is("disinfection", "morning", "done_late");
    json_t *one = duty_of(CLOCK_NONE, "disinfection", "morning");
    assert_false(js_bool(one, "entered_late"));
    json_decref(one);
}

static void what_is_entered_later_shows_both_times_and_is_marked(void **state)
{
    (void)state;
    char at[CLOCK_TEXT], heard[CLOCK_TEXT];
    hold(12);
    clean_at("morning", PLACES, "", day + 8 * HOUR);
    json_t *one = duty_of(CLOCK_NONE, "disinfection", "morning");
    assert_string_equal(js_str(one, "state"), "done");
    assert_true(js_bool(one, "entered_late"));
    assert_string_equal(js_str(one, "at"), clock_iso(day + 8 * HOUR, at));
    assert_string_equal(js_str(one, "heard"), clock_iso(clock_now(), heard));
    json_decref(one);
    json_t *rows = desk_list("ledger:L03");
    assert_true(js_bool(json_array_get(rows, 0), "entered_late"));
    assert_string_equal(js_str(json_array_get(rows, 0), "at"), at);
    assert_string_equal(js_str(json_array_get(rows, 0), "heard"), heard);
    json_decref(rows);
    clean_at("noon", PLACES, "", clock_now() - 29 * 60000);
    one = duty_of(CLOCK_NONE, "disinfection", "noon");
    assert_false(js_bool(one, "entered_late"));
    json_decref(one);
}

/* Notice: R32. Nobody touched a key for a whole day. */
static void nothing_is_ever_filled_in_as_done_by_itself(void **state)
{
    (void)state;
    size_t i;
    json_t *rows = NULL, *one;
    struct view_query q = VIEW_ALL;
    int64_t before = store_number(site->j.store, "SELECT count(*) FROM entry", -1);
    hold(24 + 12);
    q.from = day;
    assert_ok(view_list(site, "duties", &q, &rows));
    assert_int_equal(json_array_size(rows), 14);
    json_array_foreach(rows, i, one)
    {
        assert_string_equal(js_str(one, "state"), "missed");
        assert_null(js_str(one, "at"));
        assert_null(js_str(one, "by"));
    }
    json_decref(rows);
    assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM entry", -2), before);
    q.from = q.to = CLOCK_NONE;
    assert_ok(view_list(site, "overdue", &q, &rows));
    assert_true(json_array_size(rows) > 13); /* and what is late today */
    json_decref(rows);
}

static void the_overdue_list_names_who_answers(void **state)
{
    (void)state;
    size_t i, named = 0;
    json_t *rows = NULL, *one;
    json_decref(desk_do("post", "{'post':'DISINFECTION','clerk':'admin'}"));
    hold(15);
    clean("morning", PLACES);
    assert_ok(view_list(site, "overdue", &VIEW_ALL, &rows));
    json_array_foreach(rows, i, one)
    {
        assert_true(strcmp(js_str(one, "duty"), "disinfection") != 0 ||
                    strcmp(js_str(one, "day"), js_str(json_array_get(rows, 0), "day")) != 0 ||
                    strcmp(js_str(one, "slot"), "noon") == 0);
        if (strcmp(js_str(one, "duty"), "disinfection") == 0) {
            named++;
            assert_string_equal(js_str(one, "holder"), "admin");
            assert_string_equal(js_str(one, "who_title"), "环境消杀");
        }
    }
    assert_true(named > 0);
    json_decref(rows);
}

static void a_round_asks_for_what_is_left_and_copies_only_the_means(void **state)
{
    (void)state;
    json_t *round = NULL;
    hold(8);
    assert_ok(duty_round(site, "disinfection", "morning", &round));
    assert_int_equal(json_array_size(js_get(round, "places")), 8);
    assert_int_equal(json_object_size(js_get(round, "last")), 0);
    json_decref(round);
    clean("morning", "'floor','vent'");
    assert_ok(duty_round(site, "disinfection", "morning", &round));
    assert_int_equal(json_array_size(js_get(round, "places")), 6);
    assert_string_equal(js_str(json_array_get(js_get(round, "places"), 0), "id"), "entrance");
    assert_string_equal(js_str(js_get(round, "last"), "agent"), "chlorine");
    assert_null(js_get(js_get(round, "last"), "area"));
    assert_null(js_get(js_get(round, "last"), "slot"));
    json_decref(round);
    json_decref(desk_do("ledger:L03", "{'row':{'slot':'morning','not_done':{'bin':'locked'}}}"));
    assert_ok(duty_round(site, "disinfection", "noon", &round));
    assert_string_equal(js_str(js_get(round, "last"), "agent"), "chlorine"); /* of the row before */
    json_decref(round);
    assert_err(ERR_NOT_FOUND, duty_round(site, "waste", "close", &round));
    assert_err(ERR_NOT_FOUND, duty_round(site, "disinfection", "midnight", &round));
}

static void a_declaration_is_wanted_of_each_clerk(void **state)
{
    (void)state;
    assert_ok(clerk_add(site, "gate", "gate", "4321"));
    hold(8);
    json_decref(desk_do("ledger:L25", "{'row':{'staff':'admin','trip':'无','declared':true,"
                                      "'leader':'admin'}}"));
    json_t *one = duty_of(CLOCK_NONE, "declaration", "start");
    assert_string_equal(js_str(one, "state"), "due");
    assert_int_equal(json_array_size(js_get(one, "left")), 1);
    assert_string_equal(json_string_value(json_array_get(js_get(one, "left"), 0)), "gate");
    json_decref(one);
    desk_refused(ERR_CONSTRAINT, "declared", "ledger:L25",
                 "{'row':{'staff':'gate','declared':false,'leader':'admin'}}");
    hold(11);
    json_decref(desk_do("ledger:L25", "{'row':{'staff':'gate','declared':true,'leader':'admin'}}"));
    is("declaration", "start", "done_late");
    assert_int_equal(store_number(site->j.store, /* outings are nobody else's business */
                                  "SELECT count(*) FROM entry WHERE head LIKE '%\"trip\"%'", -1),
                     0);
}

static void the_ledgers_of_an_epidemic_go_with_it(void **state)
{
    (void)state;
    json_t *ledgers = NULL;
    char *text;
    assert_ok(site_ledgers(site, &ledgers));
    text = js_dump(ledgers);
    assert_non_null(strstr(text, "L05"));
    assert_non_null(strstr(text, "L25"));
    free(text), json_decref(ledgers);
    struct policy *p;
    assert_ok(site_policy_named(site, "ordinary", &p));
    json_t *pack = json_deep_copy(policy_json(p)), *head = json_object();
    policy_free(p);
    js_set_int(pack, "version", 7);
    json_object_set_new(head, "definition", pack);
    text = js_dump(head);
    desk_order("policy", "o.1", text);
    free(text), json_decref(head);
    assert_ok(site_ledgers(site, &ledgers));
    text = js_dump(ledgers);
    assert_null(strstr(text, "L05"));
    assert_null(strstr(text, "L25"));
    assert_non_null(strstr(text, "L22"));
    free(text), json_decref(ledgers);
}

static void the_places_of_the_pack_are_choices_of_the_ledger(void **state)
{
    (void)state;
    struct policy *p;
    assert_ok(site_policy_named(site, "ordinary", &p));
    json_t *pack = json_deep_copy(policy_json(p)), *head = json_object();
    policy_free(p);
    js_set_int(pack, "version", 8);
    json_array_append_new(json_object_get(pack, "places"),
                          json_pack("{s:s,s:s,s:s}", "id", "stage", "zh", "戏台", "en", "stage"));
    json_object_set_new(head, "definition", pack);
    desk_refused(ERR_FIELD_CHOICE, "area", "ledger:L03",
                 "{'row':{'slot':'extra','area':['stage'],'agent':'chlorine','method':'mop'}}");
    char *text = js_dump(head);
    desk_order("policy", "o.1", text);
    free(text), json_decref(head);
    json_decref(desk_do("ledger:L03", "{'row':{'slot':'extra','area':['stage','other'],"
                                      "'agent':'chlorine','method':'mop'}}"));
    desk_replays();
}

/* Notice: R42. Nothing is written twice: the checks at the door and before work are their rows. */
static void the_two_monitoring_ledgers_are_filled_by_the_checks(void **state)
{
    (void)state;
    json_decref(desk_do("visit", "{'person':" AMA ",'purpose':'测试事项','facts':{"
                                 "'health_code':'green','mask':true,'temperature':36.4}}"));
    json_decref(desk_do("staff", "{'clerk':'admin','facts':{'front_desk':true,'gloves':true}}"));
    json_t *public = desk_list("ledger:L01"), *staff = desk_list("ledger:L02");
    assert_int_equal(json_array_size(public), 1);
    assert_string_equal(js_str(json_array_get(public, 0), "name"), "测试甲");
    assert_string_equal(js_str(json_array_get(public, 0), "health_code"), "green");
    assert_string_equal(js_str(json_array_get(public, 0), "outcome"), "deny");
    assert_int_equal(json_array_size(staff), 1);
    assert_string_equal(js_str(json_array_get(staff, 0), "staff"), "admin");
    assert_true(js_bool(json_array_get(staff, 0), "gloves"));
    json_decref(public), json_decref(staff);
}

static json_t *stock_of(const char *item)
{
    size_t i;
    json_t *rows = desk_list("stock"), *one, *found = NULL;
    json_array_foreach(rows, i, one) if (strcmp(js_str(one, "item"), item) == 0) found =
        json_incref(one);
    json_decref(rows);
    assert_non_null(found);
    return found;
}

static void what_the_pack_requires_is_missing_low_or_enough(void **state)
{
    (void)state;
    json_t *one = stock_of("gloves");
    assert_true(js_bool(one, "missing") && js_bool(one, "low"));
    assert_int_equal(js_int(one, "min", 0), 7);
    json_decref(one);
#define MOVE(way, n)                                                                               \
    "{'row':{'item':'gloves','unit':'pair','direction':'" way "','quantity':" #n "}}"
    json_decref(desk_do("ledger:L04", MOVE("in", 100)));
    one = stock_of("gloves");
    assert_false(js_bool(one, "missing") || js_bool(one, "low"));
    assert_null(js_get(one, "days_left"));
    json_decref(one);
    json_decref(desk_do("ledger:L04", MOVE("out", 28))); /* two a day: 72 last 36 days */
    one = stock_of("gloves");
    assert_int_equal(js_int(one, "days_left", 0), 36);
    assert_false(js_bool(one, "low"));
    json_decref(one);
    json_decref(desk_do("ledger:L04", MOVE("out", 42))); /* five a day: 30 last 6 days */
    one = stock_of("gloves");
    assert_int_equal(js_int(one, "days_left", 0), 6);
    assert_true(js_bool(one, "low"));
    json_decref(one);
    clock_hold(clock_now() + 20 * CLOCK_DAY_MS, 5000); /* nothing went out for two weeks */
    one = stock_of("gloves");
    assert_null(js_get(one, "days_left"));
    assert_false(js_bool(one, "low"));
    json_decref(one);
}

int main(void)
{
    lang_init("zh_CN");
#define E(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        E(a_slot_is_later_due_overdue_and_done),
        E(a_round_that_misses_one_place_is_not_complete),
        E(a_place_left_out_says_why_and_may_still_be_done),
        E(done_after_its_time_is_done_late_and_not_done_in_time),
        E(what_is_entered_later_shows_both_times_and_is_marked),
        E(nothing_is_ever_filled_in_as_done_by_itself),
        E(the_overdue_list_names_who_answers),
        E(a_round_asks_for_what_is_left_and_copies_only_the_means),
        E(a_declaration_is_wanted_of_each_clerk),
        E(the_ledgers_of_an_epidemic_go_with_it),
        E(the_places_of_the_pack_are_choices_of_the_ledger),
        E(the_two_monitoring_ledgers_are_filled_by_the_checks),
        E(what_the_pack_requires_is_missing_low_or_enough),
    };
    return cmocka_run_group_tests_name("duty", tests, NULL, NULL);
}
