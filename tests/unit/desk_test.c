/* All actions together: a random mix comes back from a replay, lines are divided, nothing is half
 * written. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/rules/idno.h"

static uint32_t seed;

static uint32_t below(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

static json_t *some_person(void)
{
    char number[19], phone[16], name[32];
    uint32_t who = below(300);
    snprintf(number, sizeof number, "999101195%u%02u%02u%03u", who % 10, 1 + who % 12, 1 + who % 28,
             who);
    number[17] = idno_digit(number);
    number[18] = 0;
    snprintf(phone, sizeof phone, "120%08u", below(4) == 0 ? below(1000) : who);
    snprintf(name, sizeof name, "测试%u", who);
    return json_pack("{s:s,s:s,s:s}", "name", name, "id_no", number, "phone", phone);
}

static json_t *some_facts(void)
{
    static const char *const codes[] = {"green", "green", "green", "yellow", "red", "none"};
    return json_pack("{s:s,s:b,s:b,s:f,s:s,s:s}", "health_code", codes[below(6)], "venue_code",
                     (int)below(2), "mask", 1, "temperature", 36.0 + below(20) / 10.0,
                     "test_result", "negative", "test_at", "2026-01-01T10:00:00+08:00");
}

/* On a day of its own, so that no half hour is full. */
static json_t *some_booking(void)
{
    static int days;
    char from[CLOCK_TEXT], to[CLOCK_TEXT];
    int64_t at = 1893459600000LL + days++ * CLOCK_DAY_MS; /* 2030-01-01 09:00 and on */
    clock_iso(at, from);
    clock_iso(at + 30 * 60000LL, to);
    return json_pack("{s:s,s:o,s:s,s:s,s:s,s:s}", "what", "booking", "person", some_person(),
                     "item", "QP-MZ-01", "from", from, "to", to, "by", "phone");
}

static json_t *some_record(void)
{
    static const char *const ways[] = {"in", "out", "count"};
    switch (below(7)) {
    case 0:
        return json_pack("{s:s,s:o,s:o}", "what", "visit", "person", some_person(), "facts",
                         some_facts());
    case 1:
        return json_pack("{s:s,s:o,s:s,s:s}", "what", "case", "person", some_person(), "item",
                         "QP-MZ-01", "channel", "proxy");
    case 2:
        return json_pack("{s:s,s:{s:s,s:s,s:s,s:i,s:s},s:s}", "what", "ledger:supplies", "row",
                         "item", "mask", "unit", "piece", "direction", ways[below(3)], "quantity",
                         (int)(1 + below(50)), "keeper", "admin", "at",
                         below(2) ? "2026-01-01T10:00:00+08:00" : "2026-01-02T10:00:00+08:00");
    case 3:
        return json_pack("{s:s,s:o,s:s}", "what", "incident", "person", some_person(), "cause",
                         "other");
    case 4: return some_booking();
    case 5:
        return json_pack("{s:s,s:s,s:o}", "what", "staff", "clerk", "admin", "facts", some_facts());
    default: {
        json_t *person = some_person();
        js_set_str(person, "what", "person");
        return person;
    }
    }
}

static void add_some(int n)
{
    for (int i = 0; i < n; i++) {
        json_t *in = some_record(), *out = NULL;
        enum err rc = action_run(site, "mixed", in, &out);
        if (rc == ERR_CONSTRAINT && strcmp(js_str(in, "what"), "ledger:supplies") == 0) {
            json_decref(in); /* there is not so much of it */
            continue;
        }
        assert_ok(rc);
        assert_non_null(js_str(out, "id"));
        assert_true(js_int(out, "seq", 0) > 0);
        json_decref(in), json_decref(out);
    }
}

/* Steps, voids and orders over what is there. */
static void stir(void)
{
    static const char *const decisions[] = {"accept", "supplement", "reject",
                                            "done",   "say",        "dance"};
    static const char *const steps[] = {"say", "supplement", "withdraw", "deliver"};
    size_t i;
    json_t *one, *cases = desk_list("cases"), *rows = desk_list("ledger:supplies");
    char what[64], body[100];
    json_array_foreach(cases, i, one)
    {
        json_t *out = NULL;
        snprintf(body, sizeof body, "{'step':'%s','text':'words'}", decisions[below(6)]);
        desk_order(below(5) == 0 ? "message" : "decision", js_str(one, "id"), body);
        snprintf(what, sizeof what, "case_step:%s", js_str(one, "id"));
        snprintf(body, sizeof body, "{'step':'%s','text':'测试'}", steps[below(4)]);
        desk_try(what, body, &out);
        json_decref(out);
    }
    json_array_foreach(rows, i, one)
    {
        json_t *out = NULL;
        snprintf(what, sizeof what, "ledger_void:%s", js_str(one, "id"));
        if (below(4) == 0)
            desk_try(what, "{'reason':'写错'}", &out);
        json_decref(out);
    }
    json_decref(cases), json_decref(rows);
}

static char *all_rows(void)
{
    static const char *const views[] = {"visits", "cases",  "incidents", "people",          "staff",
                                        "stock",  "orders", "bookings",  "ledger:supplies", NULL};
    json_t *all = json_object();
    for (size_t i = 0; views[i] != NULL; i++)
        json_object_set_new(all, views[i], desk_list(views[i]));
    char *text = js_dump(all);
    json_decref(all);
    return text;
}

static void a_replay_gives_the_same_rows_over_a_random_mix(void **state)
{
    (void)state;
    int64_t entries;
    for (uint32_t run = 1; run < 4; run++) {
        seed = run * 77;
        add_some(200);
        stir();
        add_some(50);
        desk_replays();
        char *before = all_rows();
        assert_ok(journal_rebuild(&site->j, &entries));
        char *after = all_rows();
        assert_string_equal(before, after);
        free(before), free(after);
    }
}

/* The balance of the supplies against a plain sum over the rows that stand. */
static void the_balance_is_that_of_a_plain_walk(void **state)
{
    (void)state;
    seed = 7;
    add_some(400);
    stir();
    double balance = 0;
    json_t *rows = desk_list("ledger:supplies"), *stock = desk_list("stock");
    for (size_t i = json_array_size(rows); i-- > 0;) {
        const json_t *row = json_array_get(rows, i);
        double n = json_number_value(js_get(row, "quantity"));
        const char *way = js_str(row, "direction");
        if (js_bool(row, "void"))
            continue;
        balance = strcmp(way, "count") == 0 ? n : balance + (strcmp(way, "in") == 0 ? n : -n);
        assert_true(json_number_value(js_get(row, "balance")) == balance);
    }
    assert_true(json_number_value(js_get(json_array_get(stock, 0), "balance")) == balance);
    json_decref(rows), json_decref(stock);
}

static void an_action_that_fails_late_leaves_nothing(void **state)
{
    (void)state;
    int64_t before = store_number(site->j.store, "SELECT count(*) FROM person", -1);
    assert_ok(store_exec(site->j.store, "CREATE TEMP TRIGGER broken BEFORE INSERT ON incident"
                                        " BEGIN SELECT RAISE(ABORT, 'test'); END"));
    json_t *out = NULL, *in = desk_json("{'person':" AMA ",'facts':{'health_code':'red'}}");
    assert_int_not_equal(action_run(site, "visit", in, &out), ERR_OK);
    assert_null(out);
    assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM person", -1), before);
    assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM visit", -1), 0);
    assert_ok(store_exec(site->j.store, "DROP TRIGGER broken"));
    json_decref(in);
    desk_replays();
}

static void a_line_of_a_mix_must_say_what_it_is(void **state)
{
    (void)state;
    desk_refused(ERR_FIELD_REQUIRED, "what", "mixed", "{'name':'测试甲'}");
    desk_refused(ERR_FIELD_CHOICE, "what", "mixed", "{'what':'mixed'}");
    desk_refused(ERR_NOT_FOUND, "what", "mixed", "{'what':'dance'}");
    desk_refused(ERR_NOT_FOUND, "what", "visi", "{}");
    desk_refused(ERR_NOT_FOUND, "what", "visits:x", "{}");
}

static void the_home_screen_counts_today(void **state)
{
    (void)state;
    json_t *home = NULL;
    json_decref(desk_do("visit", "{'facts':{'health_code':'red'}}"));
    json_decref(desk_do("case", "{'person':" AMA ",'item':'QP-MZ-01','channel':'proxy'}"));
    assert_ok(view_home(site, &home));
    assert_int_equal(js_int(js_get(home, "today"), "visits", -1), 1);
    assert_int_equal(js_int(js_get(home, "today"), "isolated", -1), 1);
    assert_int_equal(js_int(home, "incidents_open", -1), 1);
    assert_int_equal(js_int(home, "cases_open", -1), 1);
    assert_int_equal(js_int(home, "cases_waiting", -1), 0);
    assert_int_equal(json_array_size(js_get(home, "duties")), 14);
    assert_true(js_int(home, "unsent", 0) > 3);
    json_decref(home);
}

int main(void)
{
    lang_init("en");
#define E(name) cmocka_unit_test_setup_teardown(name, site_setup_epidemic, site_teardown)
    const struct CMUnitTest tests[] = {
        E(a_replay_gives_the_same_rows_over_a_random_mix),
        E(the_balance_is_that_of_a_plain_walk),
        E(an_action_that_fails_late_leaves_nothing),
        E(a_line_of_a_mix_must_say_what_it_is),
        E(the_home_screen_counts_today),
    };
    return cmocka_run_group_tests_name("desk", tests, NULL, NULL);
}
