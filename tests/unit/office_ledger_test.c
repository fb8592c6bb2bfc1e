/* Ledgers and the division of work at the hub. */
#include "tests/unit/hub.h"

#include "sync/hub/audit.h"
#include "sync/hub/ledger.h"
#include "sync/hub/scope.h"
#include "sync/hub/user.h"
#include "sync/hub/work.h"

static struct village v;

static int setup(void **state)
{
    char code[WIRE_CODE_TEXT];
    if (hub_setup(state) != 0)
        return -1;
    village_init(&v, VILLAGE);
    assert_ok(hub_site_add(hub, VILLAGE, "own", HUB_CODE_VALID_MS, code));
    return village_join(&v, code) == ERR_OK ? 0 : -1;
}

static int teardown(void **state)
{
    village_fini(&v);
    return hub_teardown(state);
}

static void enter(const char *kind, const char *sub, const char *body, const char *sealed)
{
    unsigned char base[HASH_BYTES];
    memcpy(base, v.hash, HASH_BYTES);
    int64_t from = v.seq + 1;
    village_write(&v, kind, sub, body, sealed);
    assert_ok(village_send(&v, from, base));
}

static void write_rows(void)
{
    enter("ledger", NULL, "{'ledger':'supplies','row':{'item':'mask','quantity':20,'keeper':'a'}}",
          NULL);
    enter("ledger", NULL, "{'ledger':'supplies','row':{'item':'mask','quantity':3,'keeper':'b'}}",
          NULL);
    enter("ledger", NULL, "{'ledger':'complaints','row':{'means':'desk'}}",
          "{'name':'测试乙','text':'排队太久'}");
    enter("ledger_void", "1.1", "{'reason':'x'}", NULL);
}

static json_t *rows_of(const struct hub_ledger_query *q)
{
    struct form *f = NULL;
    json_t *rows = json_array();
    assert_ok(hub_ledger_form(hub, q->ledger, &f));
    assert_ok(hub_ledger_each(hub, f, q, collect_row, rows));
    form_free(f);
    return rows;
}

static size_t count(struct hub_ledger_query q)
{
    json_t *rows = rows_of(&q);
    size_t n = json_array_size(rows);
    json_decref(rows);
    return n;
}

#define OF(id) .ledger = (id), .from = CLOCK_NONE, .to = CLOCK_NONE

static void rows_are_found_by_site_day_and_field_and_a_struck_one_stays_seen(void **state)
{
    (void)state;
    write_rows();
    struct hub_ledger_query all = {OF("supplies")};
    json_t *rows = rows_of(&all);
    assert_int_equal(json_array_size(rows), 2);
    assert_null(js_str(json_array_get(rows, 0), "void"));
    assert_string_equal(js_str(json_array_get(rows, 1), "void"), "1.4");
    json_decref(rows);
    assert_int_equal(count((struct hub_ledger_query){OF("supplies"), .site = NEIGHBOUR}), 0);
    assert_int_equal(count((struct hub_ledger_query){OF("supplies"), .limit = 1}), 1);
    assert_int_equal(
        count((struct hub_ledger_query){OF("supplies"), .field = "keeper", .has = "b"}), 1);
    assert_int_equal(count((struct hub_ledger_query){.ledger = "supplies",
                                                     .from = 1653004800000LL + CLOCK_DAY_MS,
                                                     .to = CLOCK_NONE}),
                     0);
}

static void what_is_personal_is_opened_only_when_it_is_asked_for(void **state)
{
    (void)state;
    write_rows();
    struct hub_ledger_query q = {OF("complaints")};
    for (int i = 0; i < 2; i++) {
        q.personal = i == 1;
        json_t *rows = rows_of(&q);
        const char *said = js_str(js_get(json_array_get(rows, 0), "row"), "text");
        assert_true(q.personal ? said != NULL && strcmp(said, "排队太久") == 0 : said == NULL);
        json_decref(rows);
    }
    /* nor can it be guessed by a filter */
    q = (struct hub_ledger_query){OF("complaints"), .field = "text", .has = "没有这样的话"};
    assert_int_equal(count(q), 1);
    q.personal = true;
    assert_int_equal(count(q), 0);
}

static void a_ledger_that_nobody_knows_is_not_shown(void **state)
{
    struct form *f;
    (void)state;
    assert_err(ERR_NOT_FOUND, hub_ledger_form(hub, "nothing", &f));
    assert_err(ERR_NOT_FOUND, hub_ledger_form(hub, "../policies/ordinary", &f));
}

static void the_list_counts_and_a_limited_officer_sees_the_own(void **state)
{
    (void)state;
    write_rows();
    json_t *rows = json_array();
    assert_ok(hub_ledger_list(hub, collect_row, rows));
    assert_int_equal(json_array_size(rows), 2);
    assert_int_equal(js_int(json_array_get(rows, 1), "struck", 0), 1);
    json_array_clear(rows);
    hub_audit_by(hub, "li", "officer", "");
    hub_scope_by(hub, true);
    assert_ok(hub_ledger_list(hub, collect_row, rows));
    assert_int_equal(json_array_size(rows), 0);
    assert_int_equal(count((struct hub_ledger_query){OF("supplies")}), 0);
    json_decref(rows);
}

static size_t work(const char *of, const char *officer, const char *today)
{
    struct hub_query q = {.state = of, .officer = officer, .id = today};
    json_t *rows = json_array();
    assert_ok(hub_view(hub, "work", &q, collect_row, rows));
    size_t n = json_array_size(rows);
    json_decref(rows);
    return n;
}

static void a_case_is_nobodys_then_mine_and_overdue_behind_its_day(void **state)
{
    (void)state;
    char who[64];
    assert_ok(hub_user_add(hub, "li", "officer", "right-1234"));
    assert_ok(hub_user_add(hub, "guest", "viewer", "right-1234"));
    assert_ok(hub_run(hub->db,
                      "INSERT INTO case_file (site, id, number, at, arrived, clerk, person, item,"
                      " channel, state, missing, updated, due) VALUES (?1, '1.3', '7', 1, 1, 'c',"
                      " '1.1', 'x', 'proxy', 'taken_in', 0, 1, '2026-01-05')",
                      "s", VILLAGE));
    assert_int_equal(work("unassigned", "li", "2026-01-05"), 1);
    assert_ok(hub_work_assign(hub, VILLAGE, "1.3", "li"));
    assert_ok(hub_work_who(hub, VILLAGE, "1.3", who));
    assert_string_equal(who, "li");
    assert_int_equal(work("unassigned", "li", "2026-01-05"), 0);
    assert_int_equal(work("mine", "li", "2026-01-05"), 1);
    assert_int_equal(work("mine", "guest", "2026-01-05"), 0);
    assert_int_equal(work("overdue", "li", "2026-01-05"), 0);
    assert_int_equal(work("overdue", "li", "2026-01-06"), 1);
    assert_err(ERR_NOT_FOUND, hub_work_assign(hub, VILLAGE, "1.3", "guest"));
    assert_err(ERR_NOT_FOUND, hub_work_assign(hub, VILLAGE, "1.4", "li"));
    assert_ok(hub_work_assign(hub, VILLAGE, "1.3", ""));
    assert_int_equal(work("unassigned", "li", "2026-01-05"), 1);
}

int main(void)
{
    lang_init("en");
#define H(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        H(rows_are_found_by_site_day_and_field_and_a_struck_one_stays_seen),
        H(what_is_personal_is_opened_only_when_it_is_asked_for),
        H(a_ledger_that_nobody_knows_is_not_shown),
        H(the_list_counts_and_a_limited_officer_sees_the_own),
        H(a_case_is_nobodys_then_mine_and_overdue_behind_its_day),
    };
    return cmocka_run_group_tests_name("office_ledger", tests, NULL, NULL);
}
