/* The audit: what is told of whom, and what its chain shows. */
#include "tests/unit/hub.h"

#include "sync/hub/audit.h"
#include "sync/hub/user.h"

#define ADDRESS "192.0.2.7"

static enum err collect(void *arg, const json_t *row)
{
    return json_array_append(arg, (json_t *)(uintptr_t)row) == 0 ? ERR_OK : ERR_INTERNAL;
}

/* The rows of one kind, newest first. */
static json_t *rows_of(const char *what)
{
    struct hub_audit_query q = {.what = what, .from = CLOCK_NONE, .to = CLOCK_NONE};
    json_t *rows = json_array();
    assert_ok(hub_audit_each(hub, &q, collect, rows));
    return rows;
}

static void a_log_in_and_a_refusal_are_told_with_name_and_address(void **state)
{
    char token[HUB_TOKEN_TEXT];
    struct hub_session s;
    (void)state;
    assert_ok(hub_user_add(hub, "li", "officer", "right-1234"));
    assert_ok(hub_log_in(hub, "li", "right-1234", ADDRESS, token, &s));
    assert_err(ERR_PIN_WRONG, hub_log_in(hub, "li", "wrong-1234", ADDRESS, token, &s));
    json_t *in = rows_of("log_in"), *failed = rows_of("log_in_failed");
    assert_int_equal(json_array_size(in), 1);
    assert_string_equal(js_str(json_array_get(in, 0), "who"), "li");
    assert_string_equal(js_str(json_array_get(in, 0), "role"), "officer");
    assert_string_equal(js_str(json_array_get(in, 0), "address"), ADDRESS);
    assert_int_equal(json_array_size(failed), 1);
    assert_string_equal(js_str(json_array_get(failed, 0), "who"), "li");
    json_decref(in);
    json_decref(failed);
}

static void a_name_that_nobody_has_is_not_written_down(void **state)
{
    char token[HUB_TOKEN_TEXT];
    struct hub_session s;
    (void)state;
    assert_err(ERR_PIN_WRONG, hub_log_in(hub, "my-password-77", "x", ADDRESS, token, &s));
    json_t *failed = rows_of("log_in_failed");
    assert_string_equal(js_str(json_array_get(failed, 0), "who"), "?");
    json_decref(failed);
}

static void the_fifth_wrong_password_is_told_as_a_lock(void **state)
{
    char token[HUB_TOKEN_TEXT];
    struct hub_session s;
    (void)state;
    assert_ok(hub_user_add(hub, "wang", "viewer", "right-1234"));
    for (int i = 0; i < 5; i++)
        assert_err(ERR_PIN_WRONG, hub_log_in(hub, "wang", "wrong-1234", "192.0.2.8", token, &s));
    json_t *locked = rows_of("log_in_locked");
    assert_int_equal(json_array_size(locked), 1);
    json_decref(locked);
}

static void what_is_filtered_by_officer_and_day_is_theirs_alone(void **state)
{
    (void)state;
    json_t *rows = json_array();
    clock_hold(1700000000000, 0);
    hub_audit_by(hub, "zhao", "officer", ADDRESS);
    assert_ok(hub_audit_note(hub, NULL, "export", VILLAGE, "L04", "csv"));
    clock_hold(1700000000000 + CLOCK_DAY_MS, 0);
    assert_ok(hub_audit(hub, NULL, "export", VILLAGE, "L05"));
    assert_ok(hub_audit(hub, "mini", "export", VILLAGE, "L06"));
    struct hub_audit_query q = {
        .who = "zhao", .from = 1700000000000, .to = 1700000000000 + CLOCK_DAY_MS};
    assert_ok(hub_audit_each(hub, &q, collect, rows));
    assert_int_equal(json_array_size(rows), 1);
    assert_string_equal(js_str(json_array_get(rows, 0), "subject"), "L04");
    assert_string_equal(js_str(json_array_get(rows, 0), "note"), "csv");
    json_decref(rows);
    json_t *other = rows_of("export");
    assert_string_equal(js_str(json_array_get(other, 0), "role"), "");
    json_decref(other);
}

static void a_note_with_control_characters_or_without_end_is_made_harmless(void **state)
{
    char note[2000];
    (void)state;
    memset(note, 'a', sizeof note - 1);
    note[sizeof note - 1] = 0;
    memcpy(note, "\x1b[2J", 4);
    assert_ok(hub_audit_note(hub, NULL, "guide", NULL, NULL, note));
    json_t *rows = rows_of("guide");
    assert_true(strlen(js_str(json_array_get(rows, 0), "note")) < AUDIT_TEXT);
    assert_null(strchr(js_str(json_array_get(rows, 0), "note"), 0x1b));
    json_decref(rows);
}

static void fill(void)
{
    for (int i = 0; i < 5; i++)
        assert_ok(hub_audit_note(hub, "li", "decide", VILLAGE, "1.5", "accept"));
}

static void a_chain_that_nobody_touched_holds(void **state)
{
    int64_t n = 0;
    (void)state;
    fill();
    assert_ok(hub_audit_check(hub, &n));
    assert_int_equal(n, 5);
}

static void a_row_that_was_changed_taken_out_or_cut_off_is_found(void **state)
{
    static const char *const harm[] = {
        "UPDATE audit SET who = 'other' WHERE n = 3",
        "DELETE FROM audit WHERE n = 3",
        "DELETE FROM audit WHERE n = 5",
        "UPDATE audit SET note = '', subject = '1.5accept' WHERE n = 2",
    };
    int64_t n = 0;
    (void)state;
    fill();
    for (size_t i = 0; i < sizeof harm / sizeof *harm; i++) {
        assert_ok(hub_begin(hub->db));
        assert_ok(hub_run(hub->db, harm[i], ""));
        assert_err(ERR_CORRUPT, hub_audit_check(hub, &n));
        assert_err(ERR_STATE, hub_end(hub->db, ERR_STATE)); /* undone */
    }
    assert_ok(hub_audit_check(hub, &n));
}

static void what_is_rolled_back_leaves_no_row(void **state)
{
    int64_t n = 0;
    (void)state;
    assert_ok(hub_begin(hub->db));
    assert_ok(hub_audit(hub, "li", "decide", VILLAGE, "1.5"));
    assert_err(ERR_STATE, hub_end(hub->db, ERR_STATE));
    assert_ok(hub_audit_check(hub, &n));
    assert_int_equal(n, 0);
}

static void what_is_done_to_villages_and_by_order_is_told(void **state)
{
    char code[WIRE_CODE_TEXT];
    (void)state;
    hub_audit_by(hub, "chief", "admin", ADDRESS);
    assert_ok(hub_site_add(hub, VILLAGE, "v", HUB_CODE_VALID_MS, code));
    assert_ok(hub_site_code(hub, VILLAGE, HUB_CODE_VALID_MS, code));
    json_t *body = json_pack("{s:s}", "step", "accept");
    struct hub_order o = {
        .site = VILLAGE, .kind = "decision", .officer = "li", .subject = "1.5", .body = body};
    assert_ok(hub_order_add(hub, &o, NULL));
    assert_ok(hub_site_revoke(hub, VILLAGE));
    static const char *const want[][2] = {
        {"site_add", "chief"}, {"site_code", "chief"}, {"decide", "li"}, {"site_revoke", "chief"}};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        json_t *rows = rows_of(want[i][0]);
        assert_int_equal(json_array_size(rows), 1);
        assert_string_equal(js_str(json_array_get(rows, 0), "who"), want[i][1]);
        assert_string_equal(js_str(json_array_get(rows, 0), "site"), VILLAGE);
        json_decref(rows);
    }
    json_decref(body);
}

#define T(f) cmocka_unit_test_setup_teardown(f, hub_setup, hub_teardown)

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        T(a_log_in_and_a_refusal_are_told_with_name_and_address),
        T(a_name_that_nobody_has_is_not_written_down),
        T(the_fifth_wrong_password_is_told_as_a_lock),
        T(what_is_filtered_by_officer_and_day_is_theirs_alone),
        T(a_note_with_control_characters_or_without_end_is_made_harmless),
        T(a_chain_that_nobody_touched_holds),
        T(a_row_that_was_changed_taken_out_or_cut_off_is_found),
        T(what_is_rolled_back_leaves_no_row),
        T(what_is_done_to_villages_and_by_order_is_told),
    };
    return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
