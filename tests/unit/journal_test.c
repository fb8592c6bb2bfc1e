/* The journal: numbered, chained, frozen; and what it says when somebody has been at it. */
#include "tests/unit/unit.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/store/journal.h"
#include "tests/unit/site.h"

static enum err append(const char *note, const char *secret, char id[ENTRY_ID])
{
    json_t *body = json_pack("{s:s}", "note", note);
    json_t *sealed = secret != NULL ? json_pack("{s:s}", "name", secret) : NULL;
    struct journal_new what = {.kind = "clock", .at = CLOCK_NONE, .body = body, .sealed = sealed};
    enum err rc = journal_append(&site->j, &what, id, NULL);
    json_decref(body);
    json_decref(sealed);
    return rc;
}

static enum err verify(void)
{
    int64_t n;
    return journal_verify(&site->j, &n);
}

/* Does what the journal's own triggers forbid, as somebody with an editor would. */
static void tamper(const char *sql)
{
    assert_ok(store_exec(site->j.store, "DROP TRIGGER entry_frozen; DROP TRIGGER entry_stays"));
    assert_ok(store_exec(site->j.store, sql));
}

static void entries_are_numbered_chained_and_readable(void **state)
{
    (void)state;
    char id[ENTRY_ID];
    struct journal_row row;
    struct entry e;
    json_t *head, *sealed;
    assert_ok(append("one", "测试甲", id));
    assert_ok(journal_read(site->j.store, id, &row));
    assert_ok(journal_parse(&row, &e, &head));
    assert_string_equal(e.kind, "clock");
    assert_string_equal(e.subject, id);
    assert_string_equal(js_str(e.body, "note"), "one");
    assert_null(strstr(buf_str(&row.head), "测试甲"));
    assert_ok(journal_unseal(&site->j, id, &sealed));
    assert_string_equal(js_str(sealed, "name"), "测试甲");
    json_decref(sealed);
    json_decref(head);
    journal_row_fini(&row);
    assert_ok(verify());
}

static void the_journal_cannot_be_changed_or_shortened(void **state)
{
    (void)state;
    assert_ok(append("one", NULL, NULL));
    assert_int_not_equal(store_exec(site->j.store, "DELETE FROM entry WHERE seq = 1"), ERR_OK);
    assert_int_not_equal(store_exec(site->j.store, "UPDATE entry SET head = '{}'"), ERR_OK);
    assert_ok(verify());
}

static void verify_names_the_entry_that_was_changed(void **state)
{
    (void)state;
    char id[ENTRY_ID];
    assert_ok(append("one", NULL, id));
    assert_ok(append("two", NULL, NULL));
    tamper("UPDATE entry SET head = replace(head, '\"one\"', '\"owe\"')");
    assert_err(ERR_CORRUPT, verify());
    assert_non_null(strstr(err_detail(), id));
}

static void verify_finds_a_column_that_lies(void **state)
{
    (void)state;
    assert_ok(append("one", NULL, NULL));
    tamper("UPDATE entry SET clerk = 'nobody' WHERE seq = 2");
    assert_err(ERR_CORRUPT, verify());
}

static void verify_finds_a_missing_entry(void **state)
{
    (void)state;
    assert_ok(append("one", NULL, NULL));
    assert_ok(append("two", NULL, NULL));
    tamper("DELETE FROM entry WHERE seq = 3");
    assert_err(ERR_CORRUPT, verify());
}

static void verify_finds_a_projection_that_differs_and_rebuild_mends_it(void **state)
{
    (void)state;
    int64_t n;
    assert_ok(store_exec(site->j.store, "UPDATE clerk SET role = 'gate'"));
    assert_err(ERR_CORRUPT, verify());
    assert_ok(journal_rebuild(&site->j, &n));
    assert_ok(verify());
}

static void the_chain_holds_without_a_dropped_sealed_part(void **state)
{
    (void)state;
    char id[ENTRY_ID];
    json_t *sealed;
    assert_ok(append("one", "测试甲", id));
    assert_ok(store_exec(site->j.store, "UPDATE entry SET sealed = NULL WHERE sealed NOT NULL"));
    assert_ok(verify());
    assert_err(ERR_NOT_FOUND, journal_unseal(&site->j, id, &sealed));
}

static void a_clock_set_back_never_turns_the_journal_back(void **state)
{
    (void)state;
    int64_t now = clock_now(), n;
    clock_hold(now + 10000000, 1);
    assert_ok(append("late", NULL, NULL));
    clock_hold(now, 2); /* nearly three hours back */
    assert_ok(append("early", NULL, NULL));
    clock_hold(CLOCK_NONE, 0);
    assert_int_equal(store_number(site->j.store,
                                  "SELECT count(*) FROM entry WHERE heard <"
                                  " (SELECT max(heard) FROM entry) AND seq >="
                                  " (SELECT min(seq) FROM entry WHERE head LIKE"
                                  " '%late%')",
                                  -1),
                     0);
    n = store_number(site->j.store, "SELECT count(*) FROM entry WHERE head LIKE '%back_ms%'", 0);
    assert_int_equal(n, 1); /* it is told, once */
    assert_ok(verify());
}

static void without_a_key_nothing_personal_is_written(void **state)
{
    (void)state;
    char id[ENTRY_ID];
    assert_ok(append("one", "测试甲", id));
    clerk_sign_out(site, "idle");
    json_t *sealed;
    assert_err(ERR_SIGN_IN, journal_unseal(&site->j, id, &sealed));
    assert_err(ERR_SIGN_IN, append("two", "测试乙", NULL));
}

static void a_sealed_part_opens_at_its_own_place_only(void **state)
{
    (void)state;
    char a[ENTRY_ID], b[ENTRY_ID];
    json_t *sealed;
    assert_ok(append("one", "测试甲", a));
    assert_ok(append("two", "测试乙", b));
    assert_ok(store_exec(site->j.store,
                         "UPDATE entry SET sealed = (SELECT sealed FROM entry WHERE head LIKE"
                         " '%\"one\"%') WHERE head LIKE '%\"two\"%'"));
    assert_err(ERR_SEAL, journal_unseal(&site->j, b, &sealed));
    assert_err(ERR_CORRUPT, verify());
}

/* --- orders ------------------------------------------------------------------------------------
 */

static enum err order(int64_t n, const char *text)
{
    char *head = mem_printf("{\"n\":%d,\"at\":1700000000000,\"by\":\"officer\",\"k\":\"message\","
                            "\"v\":1,\"body\":{\"text\":\"%s\"}}",
                            (int)n, text);
    enum err rc = journal_order(&site->j, n, head, strlen(head), NULL, 0);
    free(head);
    return rc;
}

static void orders_are_taken_once_and_in_order(void **state)
{
    (void)state;
    assert_ok(order(1, "a"));
    assert_ok(order(1, "a")); /* again: nothing new */
    assert_err(ERR_FORK, order(1, "b"));
    assert_err(ERR_STATE, order(3, "c"));
    assert_ok(order(2, "b"));
    assert_int_equal(journal_last_order(site->j.store), 2);
    assert_ok(verify());
}

int main(void)
{
    lang_init("en");
#define T(name) cmocka_unit_test_setup_teardown(name, site_setup, site_teardown)
    const struct CMUnitTest tests[] = {
        T(entries_are_numbered_chained_and_readable),
        T(the_journal_cannot_be_changed_or_shortened),
        T(verify_names_the_entry_that_was_changed),
        T(verify_finds_a_column_that_lies),
        T(verify_finds_a_missing_entry),
        T(verify_finds_a_projection_that_differs_and_rebuild_mends_it),
        T(the_chain_holds_without_a_dropped_sealed_part),
        T(a_clock_set_back_never_turns_the_journal_back),
        T(without_a_key_nothing_personal_is_written),
        T(a_sealed_part_opens_at_its_own_place_only),
        T(orders_are_taken_once_and_in_order),
    };
    return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
