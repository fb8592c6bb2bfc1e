/* Rows that are put right: of other days, of other kinds, of older definitions, by two at once. */
#include "tests/unit/unit.h"

#include <sys/wait.h>

#include "tests/unit/desk.h"

#define ROW(n) "{'slot':'morning','area':['hall'],'minutes':" #n ",'done_by':'admin'}"

static void ventilate(const char *at, char id[ENTRY_ID])
{
    char *in = mem_printf("{'row':" ROW(30) ",'at':'%s:00+08:00'}", at);
    json_t *out = desk_do("ledger:ventilation", in);
    snprintf(id, ENTRY_ID, "%s", js_str(out, "id"));
    json_decref(out);
    free(in);
}

static char *of(const char *what, const char *id)
{
    static char text[64];
    snprintf(text, sizeof text, "%s:%.31s", what, id);
    return text;
}

static void who_comes_second_is_told_who_was_first(void **state)
{
    (void)state;
    char a[ENTRY_ID], b[ENTRY_ID];
    ventilate("2022-05-20T08:00", a);
    ventilate("2022-05-20T09:00", b);
    json_decref(desk_do(of("ledger_void", a), "{'reason':'写错'}"));
    json_t *out = desk_do(of("ledger_correct", b), "{'reason':'写错','row':" ROW(20) "}");
    desk_refused(ERR_STATE, "row", of("ledger_void", a), "{'reason':'写错'}");
    assert_non_null(strstr(err_detail(), "admin"));
    desk_refused(ERR_STATE, "row", of("ledger_correct", a), "{'reason':'写错','row':" ROW(1) "}");
    desk_refused(ERR_STATE, "row", of("ledger_void", b), "{'reason':'写错'}");
    assert_non_null(strstr(err_detail(), js_str(out, "id"))); /* where it stands now */
    json_decref(out);
    desk_replays();
}

static void a_fed_row_says_where_it_is_put_right(void **state)
{
    (void)state;
    json_t *visit = desk_do("visit", "{'purpose':'测试事项'}");
    json_t *errand = desk_do("case", "{'person':" AMA ",'item':'QP-MZ-01','channel':'nearby'}");
    desk_refused(ERR_STATE, "row", of("ledger_void", js_str(visit, "id")), "{'reason':'写错'}");
    assert_non_null(strstr(err_detail(), "门口"));
    desk_refused(ERR_STATE, "row", of("ledger_void", js_str(errand, "id")), "{'reason':'写错'}");
    assert_non_null(strstr(err_detail(), "办件"));
    desk_refused(ERR_NOT_FOUND, "row", "ledger_void:1.9999", "{'reason':'写错'}");
    desk_refused(ERR_NOT_FOUND, "row", "ledger_void:", "{'reason':'写错'}");
    json_decref(visit), json_decref(errand);
}

static void both_times_of_a_late_row_stay_when_it_is_put_right(void **state)
{
    (void)state;
    char id[ENTRY_ID];
    int64_t evening;
    assert_true(clock_parse("2130-05-20T17:00:00+08:00", &evening));
    clock_hold(evening, 1); /* the power came back */
    ventilate("2130-05-20T08:10", id);
    clock_hold(evening + 2 * CLOCK_DAY_MS, 2);
    json_decref(desk_do(of("ledger_correct", id), "{'reason':'写错','row':" ROW(20) "}"));
    json_t *rows = desk_list("ledger:ventilation");
    assert_int_equal(json_array_size(rows), 2);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(js_str(json_array_get(rows, i), "at"), "2130-05-20T08:10:00+08:00");
        assert_true(js_bool(json_array_get(rows, i), "entered_late"));
    }
    assert_string_equal(js_str(json_array_get(rows, 1), "heard"), "2130-05-20T17:00:00+08:00");
    json_decref(rows);
    desk_replays();
    clock_hold(CLOCK_NONE, 0);
}

static void a_row_of_an_older_definition_is_put_right_by_the_present_one(void **state)
{
    (void)state;
    struct form *f;
    char a[ENTRY_ID], b[ENTRY_ID];
    ventilate("2022-05-20T08:00", a);
    ventilate("2022-05-20T09:00", b);
    assert_ok(site_form(site, "ventilation", &f));
    json_t *definition = json_deep_copy(f->json), *fields = js_get(definition, "fields");
    js_set_int(definition, "version", f->version + 1);
    for (size_t i = json_array_size(fields); i-- > 0;)
        if (strcmp(js_str(json_array_get(fields, i), "id"), "minutes") == 0)
            json_array_remove(fields, i);
    json_t *body = json_pack("{s:o,s:n}", "definition", definition, "effective");
    char *text = js_dump(body);
    desk_order("form", "o.1", text);
    json_decref(desk_do(of("ledger_void", a), "{'reason':'写错'}"));
    desk_refused(ERR_FIELD_UNKNOWN, "minutes", of("ledger_correct", b),
                 "{'reason':'写错','row':" ROW(20) "}");
    json_decref(desk_do(of("ledger_correct", b),
                        "{'reason':'写错','row':{'slot':'extra','area':['hall'],"
                        "'done_by':'admin'}}"));
    json_t *rows = desk_list("ledger:ventilation");
    assert_int_equal(json_array_size(rows), 3);
    assert_int_equal(js_int(json_array_get(rows, 2), "minutes", 0), 30); /* the old value stays */
    json_decref(rows), json_decref(body);
    free(text);
    desk_replays();
}

/* --- two terminals -----------------------------------------------------------------------------
 */

#define ROWS 12

/* How many of the rows this process put right; the others were put right before it came. */
static int put_right_all(char ids[ROWS][ENTRY_ID])
{
    int won = 0;
    struct site *mine;
    if (site_open(site_dir, "desk-2", &mine) != ERR_OK ||
        clerk_sign_in(mine, "admin", "1234") != ERR_OK)
        return 100;
    for (int i = 0; i < ROWS; i++) {
        json_t *out = NULL, *in = json_pack("{s:s}", "reason", "写错");
        enum err rc = action_run(mine, of("ledger_void", ids[i]), in, &out);
        if (rc != ERR_OK && (rc != ERR_STATE || err_detail()[0] == 0))
            return 101;
        won += rc == ERR_OK;
        json_decref(in);
        json_decref(out);
    }
    site_close(mine);
    return won;
}

static void of_two_terminals_one_puts_a_row_right(void **state)
{
    (void)state;
    char ids[ROWS][ENTRY_ID];
    pid_t children[2];
    int won = 0;
    for (int i = 0; i < ROWS; i++)
        ventilate("2022-05-20T08:00", ids[i]);
    site_close(site); /* a connection does not outlive a fork */
    for (int i = 0; i < 2; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(put_right_all(ids));
    }
    for (int i = 0; i < 2; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) <= ROWS);
        won += WEXITSTATUS(status);
    }
    assert_ok(site_open(site_dir, "desk-1", &site));
    assert_ok(clerk_sign_in(site, "admin", "1234"));
    assert_int_equal(won, ROWS);
    assert_int_equal(
        store_number(site->j.store, "SELECT count(*) FROM entry WHERE kind = 'ledger_void'", -1),
        ROWS);
    desk_replays();
}

int main(void)
{
    lang_init("zh_CN");
#define T(name) cmocka_unit_test_setup_teardown(name, site_setup, site_teardown)
    const struct CMUnitTest tests[] = {
        T(who_comes_second_is_told_who_was_first),
        T(a_fed_row_says_where_it_is_put_right),
        T(both_times_of_a_late_row_stay_when_it_is_put_right),
        T(a_row_of_an_older_definition_is_put_right_by_the_present_one),
        T(of_two_terminals_one_puts_a_row_right),
    };
    return cmocka_run_group_tests_name("reverse", tests, NULL, NULL);
}
