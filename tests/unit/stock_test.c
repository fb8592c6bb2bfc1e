/* Supplies: what is there, where, until when; what goes out, and who lets it out. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

/* One movement; `more`: further members of the row, or "". */
static char *move(const char *way, int n, const char *at, const char *more)
{
    return mem_printf("{'row':{'item':'mask','unit':'piece','direction':'%s','quantity':%d,"
                      "'keeper':'admin'%s},'at':'2022-05-%s:00+08:00'}",
                      way, n, more, at);
}

static void moved(const char *way, int n, const char *at, const char *more, char id[ENTRY_ID])
{
    char *in = move(way, n, at, more);
    json_t *out = desk_do("ledger:supplies", in);
    if (id != NULL)
        snprintf(id, ENTRY_ID, "%s", js_str(out, "id"));
    json_decref(out);
    free(in);
}

static void refused(enum err code, const char *field, const char *way, int n, const char *at,
                    const char *more)
{
    char *in = move(way, n, at, more);
    desk_refused(code, field, "ledger:supplies", in);
    free(in);
}

static double stock(void)
{
    json_t *rows = desk_list("stock:supplies");
    double n = json_number_value(js_get(json_array_get(rows, 0), "balance"));
    json_decref(rows);
    return n;
}

#define PLACE(p) ",'place':'" p "'"
#define LOT(b, e) ",'batch':'" b "','expiry':'" e "'"

static void assert_lot(const json_t *lots, size_t i, const char *batch, double left,
                       const char *state)
{
    const json_t *lot = json_array_get(lots, i);
    if (batch == NULL)
        assert_null(js_get(lot, "batch"));
    else
        assert_string_equal(js_str(lot, "batch"), batch);
    assert_true(json_number_value(js_get(lot, "left")) == left);
    assert_string_equal(js_str(lot, "state"), state);
}

static void no_more_goes_out_than_is_there(void **state)
{
    (void)state;
    moved("in", 50, "20T08:00", "", NULL);
    moved("out", 20, "20T09:00", "", NULL);
    refused(ERR_CONSTRAINT, "quantity", "out", 31, "20T10:00", "");
    assert_non_null(strstr(err_detail(), "30"));
    refused(ERR_CONSTRAINT, "quantity", "discard", 31, "20T10:00", "");
    moved("discard", 30, "20T10:00", "", NULL);
    assert_true(stock() == 0);
    desk_replays();
}

static void what_is_told_late_may_not_empty_the_shelf_of_then(void **state)
{
    (void)state;
    char in[ENTRY_ID], what[64];
    moved("in", 50, "20T08:00", "", in);
    moved("out", 40, "20T12:00", "", NULL);
    moved("in", 100, "20T18:00", "", NULL);
    refused(ERR_CONSTRAINT, "quantity", "out", 20, "20T10:00", "");
    refused(ERR_CONSTRAINT, "quantity", "out", 20, "20T07:00", "");
    moved("out", 10, "20T10:00", "", NULL);
    snprintf(what, sizeof what, "ledger_void:%s", in);
    desk_refused(ERR_CONSTRAINT, "quantity", what, "{'reason':'写错'}");
    snprintf(what, sizeof what, "ledger_correct:%s", in);
    desk_refused(ERR_CONSTRAINT, "quantity", what,
                 "{'reason':'写错','row':{'item':'mask','unit':'piece','direction':'in',"
                 "'quantity':49,'keeper':'admin'}}");
    json_decref(desk_do(what, "{'reason':'写错','row':{'item':'mask','unit':'piece',"
                              "'direction':'in','quantity':60,'keeper':'admin'}}"));
    assert_true(stock() == 110);
    desk_replays();
}

static void lots_are_named_by_what_ends_first(void **state)
{
    (void)state;
    clock_hold(DESK_DAY, 0);
    moved("in", 30, "19T08:00", LOT("B2", "2022-07-30"), NULL);
    moved("in", 20, "19T08:00", LOT("B1", "2022-06-01"), NULL);
    moved("in", 5, "19T08:00", LOT("B0", "2022-05-19"), NULL);
    moved("in", 10, "19T08:00", "", NULL);
    json_t *lots = desk_list("lots:supplies");
    assert_int_equal(json_array_size(lots), 4);
    assert_lot(lots, 0, "B0", 5, "expired");
    assert_lot(lots, 1, "B1", 20, "expiring");
    assert_int_equal(js_int(json_array_get(lots, 1), "days", 0), 12);
    assert_lot(lots, 2, "B2", 30, "ok");
    assert_lot(lots, 3, NULL, 10, "ok");
    json_decref(lots);
    json_t *rows = desk_list("stock:supplies");
    assert_true(json_number_value(js_get(json_array_get(rows, 0), "expired")) == 5);
    assert_true(json_number_value(js_get(json_array_get(rows, 0), "expiring")) == 20);
    json_decref(rows);
    moved("discard", 5, "20T08:00", LOT("B0", "2022-05-19"), NULL);
    moved("out", 22, "20T08:30", "", NULL); /* nobody said from which */
    lots = desk_list("lots:supplies");
    assert_int_equal(json_array_size(lots), 2);
    assert_lot(lots, 0, "B1", 8, "expiring");
    assert_lot(lots, 1, "B2", 30, "ok");
    json_decref(lots);
    assert_true(stock() == 38);
    desk_replays();
    clock_hold(CLOCK_NONE, 0);
}

static void a_batch_and_a_place_give_what_they_have(void **state)
{
    (void)state;
    moved("in", 30, "19T08:00", LOT("B1", "2030-01-01") PLACE("库房"), NULL);
    moved("in", 30, "19T08:00", LOT("B2", "2030-02-01") PLACE("大厅"), NULL);
    refused(ERR_CONSTRAINT, "quantity", "out", 31, "20T08:00", ",'batch':'B1'");
    assert_non_null(strstr(err_detail(), "B1"));
    refused(ERR_CONSTRAINT, "quantity", "out", 31, "20T08:00", PLACE("大厅"));
    refused(ERR_CONSTRAINT, "quantity", "out", 1, "20T08:00", PLACE("车库"));
    moved("out", 30, "20T08:00", PLACE("大厅"), NULL);
    moved("out", 30, "20T08:00", ",'batch':'B1'", NULL);
    assert_true(stock() == 0);
    desk_replays();
}

static void a_count_of_a_batch_moves_the_whole_by_the_difference(void **state)
{
    (void)state;
    char id[ENTRY_ID], what[64];
    moved("in", 30, "19T08:00", LOT("B1", "2030-01-01"), id);
    moved("in", 50, "19T09:00", LOT("B2", "2030-02-01"), NULL);
    moved("count", 25, "20T08:00", LOT("B1", "2030-01-01"), NULL);
    assert_true(stock() == 75);
    moved("out", 5, "19T10:00", ",'batch':'B1'", NULL); /* told late: the count stands */
    assert_true(stock() == 75);
    moved("count", 70, "20T09:00", "", NULL);
    assert_true(stock() == 70);
    moved("count", 20, "20T10:00", LOT("B1", "2030-01-01"), NULL);
    assert_true(stock() == 65);
    snprintf(what, sizeof what, "ledger_correct:%s", id);
    json_decref(desk_do(what, "{'reason':'写错','row':{'item':'mask','unit':'piece',"
                              "'direction':'in','quantity':40,'keeper':'admin','batch':'B1',"
                              "'expiry':'2030-01-01'}}"));
    assert_true(stock() == 65);
    desk_replays();
}

/* --- who lets it out ---------------------------------------------------------------------------
 */

static void sign_in(const char *name, const char *pin)
{
    clerk_sign_out(site, "sign_out");
    assert_ok(clerk_sign_in(site, name, pin));
}

static void much_is_let_out_by_a_leader(void **state)
{
    (void)state;
    assert_ok(clerk_add(site, "leader", "leader", "4321"));
    assert_ok(clerk_add(site, "window", "window", "5678"));
    moved("in", 1000, "19T08:00", "", NULL);
    moved("out", 300, "19T09:00", "", NULL); /* an admin may */
    sign_in("window", "5678");
    moved("out", 100, "20T08:00", "", NULL);
    refused(ERR_VOUCH, "approver", "out", 101, "20T09:00", "");
    refused(ERR_VOUCH, "approver", "out", 101, "20T09:00", ",'approver':'leader'");
    refused(ERR_CONSTRAINT, "approver", "discard", 101, "20T09:00", ",'approver':'window'");
    assert_ok(clerk_vouch(site, "leader", "4321"));
    moved("out", 101, "20T09:00", "", NULL);
    refused(ERR_VOUCH, "approver", "out", 101, "20T09:30", ""); /* a PIN is good for one */
    json_t *rows = desk_list("ledger:supplies");
    assert_string_equal(js_str(json_array_get(rows, 0), "approver"), "leader");
    assert_null(js_get(json_array_get(rows, 1), "approver"));
    assert_string_equal(js_str(json_array_get(rows, 2), "approver"), "admin");
    json_decref(rows);
    desk_replays();
}

static void who_holds_the_post_lets_out_too(void **state)
{
    (void)state;
    assert_ok(clerk_add(site, "keeper", "ledger", "4321"));
    json_decref(desk_do("post", "{'post':'SUPPLIES','clerk':'keeper'}"));
    sign_in("keeper", "4321");
    moved("in", 1000, "19T08:00", "", NULL);
    moved("out", 300, "20T09:00", "", NULL);
}

/* The ledger's definition of the next version, with one member of its balance by order. */
static void redefine(const char *member, json_t *value)
{
    struct form *f;
    assert_ok(site_form(site, "supplies", &f));
    json_t *definition = json_deep_copy(f->json);
    js_set_int(definition, "version", f->version + 1);
    json_object_set_new(json_object_get(definition, "balance"), member, value);
    json_t *body = json_pack("{s:o,s:n}", "definition", definition, "effective");
    char *text = js_dump(body);
    char order[8];
    snprintf(order, sizeof order, "o.%d", f->version);
    desk_order("form", order, text);
    json_decref(body);
    free(text);
}

static void the_definition_says_who_and_whether_less_than_nothing_can_be(void **state)
{
    (void)state;
    redefine("negative", json_true());
    redefine("release", json_pack("{s:s,s:s,s:b,s:b}", "by", "approver", "role", "leader", "pin", 1,
                                  "two", 1));
    assert_ok(clerk_add(site, "leader", "leader", "4321"));
    refused(ERR_VOUCH, "approver", "out", 5, "20T09:00", ""); /* two, even of an admin */
    refused(ERR_CONSTRAINT, "approver", "out", 5, "20T09:00", ",'approver':'admin'");
    assert_ok(clerk_vouch(site, "leader", "4321"));
    moved("out", 5, "20T09:00", "", NULL);
    assert_true(stock() == -5);
    desk_replays();
}

static void too_little_is_low_and_a_discard_is_no_rate(void **state)
{
    (void)state;
    clock_hold(DESK_DAY, 0);
    redefine("minimum", json_pack("{s:i}", "mask", 50));
    moved("in", 60, "19T08:00", "", NULL);
    moved("discard", 7, "19T09:00", "", NULL);
    json_t *rows = desk_list("stock:supplies");
    assert_false(js_bool(json_array_get(rows, 0), "low"));
    assert_null(js_get(json_array_get(rows, 0), "days_left"));
    json_decref(rows);
    moved("out", 14, "19T10:00", "", NULL);
    rows = desk_list("stock:supplies");
    assert_true(js_bool(json_array_get(rows, 0), "low"));
    assert_int_equal(js_int(json_array_get(rows, 0), "days_left", 0), 39);
    json_decref(rows);
    clock_hold(CLOCK_NONE, 0);
}

int main(void)
{
    lang_init("zh_CN");
#define T(name) cmocka_unit_test_setup_teardown(name, site_setup, site_teardown)
    const struct CMUnitTest tests[] = {
        T(no_more_goes_out_than_is_there),
        T(what_is_told_late_may_not_empty_the_shelf_of_then),
        T(lots_are_named_by_what_ends_first),
        T(a_batch_and_a_place_give_what_they_have),
        T(a_count_of_a_batch_moves_the_whole_by_the_difference),
        T(much_is_let_out_by_a_leader),
        cmocka_unit_test_setup_teardown(who_holds_the_post_lets_out_too, site_setup_epidemic,
                                        site_teardown),
        T(the_definition_says_who_and_whether_less_than_nothing_can_be),
        T(too_little_is_low_and_a_discard_is_no_rate),
    };
    return cmocka_run_group_tests_name("stock", tests, NULL, NULL);
}
