/* Users of the hub: roles, locks, sessions and the villages that they are limited to. */
#include "tests/unit/hub.h"

#include "sync/hub/audit.h"
#include "sync/hub/lockout.h"
#include "sync/hub/scope.h"
#include "sync/hub/site_admin.h"
#include "sync/hub/user_admin.h"

#define ADDRESS "192.0.2.7"

static char token[HUB_TOKEN_TEXT];
static struct hub_session session;

static enum err log_in(const char *name, const char *password)
{
    return hub_log_in(hub, name, password, ADDRESS, token, &session);
}

static void the_last_administrator_stays_one(void **state)
{
    (void)state;
    assert_ok(hub_user_add(hub, "chief", "admin", "right-1234"));
    assert_err(ERR_STATE, hub_user_role(hub, "chief", "officer"));
    assert_err(ERR_STATE, hub_user_disable(hub, "chief", true));
    assert_ok(hub_user_add(hub, "second", "admin", "right-1234"));
    assert_ok(hub_user_disable(hub, "chief", true));
    assert_err(ERR_STATE, hub_user_role(hub, "second", "viewer"));
    assert_err(ERR_NOT_FOUND, hub_user_role(hub, "nobody", "viewer"));
}

static void whoever_is_disabled_is_out_at_once_and_not_let_in(void **state)
{
    (void)state;
    assert_ok(hub_user_add(hub, "li", "officer", "right-1234"));
    assert_ok(log_in("li", "right-1234"));
    assert_ok(hub_user_disable(hub, "li", true));
    assert_err(ERR_SIGN_IN, hub_session_find(hub, token, &session));
    assert_err(ERR_PIN_WRONG, log_in("li", "right-1234"));
    assert_ok(hub_user_disable(hub, "li", false));
    assert_ok(log_in("li", "right-1234"));
}

static void a_new_role_counts_with_the_next_request(void **state)
{
    (void)state;
    assert_ok(hub_user_add(hub, "li", "officer", "right-1234"));
    assert_ok(log_in("li", "right-1234"));
    assert_ok(hub_user_role(hub, "li", "viewer"));
    assert_ok(hub_session_find(hub, token, &session));
    assert_string_equal(session.role, "viewer");
}

static void ones_own_password_needs_the_old_one_and_ends_the_sessions(void **state)
{
    (void)state;
    assert_ok(hub_user_add(hub, "li", "officer", "right-1234"));
    assert_ok(log_in("li", "right-1234"));
    assert_err(ERR_PIN_WRONG, hub_user_password(hub, "li", "guess-1234", "other-1234"));
    assert_err(ERR_PIN_WEAK, hub_user_password(hub, "li", "right-1234", "short"));
    assert_ok(hub_session_find(hub, token, &session));
    assert_ok(hub_user_password(hub, "li", "right-1234", "other-1234"));
    assert_err(ERR_SIGN_IN, hub_session_find(hub, token, &session));
    assert_ok(log_in("li", "other-1234"));
    for (int i = 0; i < 5; i++)
        assert_err(ERR_PIN_WRONG, hub_user_password(hub, "li", "guess-1234", "third-1234"));
    assert_err(ERR_PIN_LOCKED, hub_user_password(hub, "li", "other-1234", "third-1234"));
}

static enum err count_row(void *arg, const json_t *row)
{
    (void)row;
    ++*(int *)arg;
    return ERR_OK;
}

static int rows_in(const char *view, const char *of)
{
    struct hub_query q = {.state = of};
    int n = 0;
    assert_ok(hub_view(hub, view, &q, count_row, &n));
    return n;
}

static void a_lock_is_seen_and_lifted_and_outlives_the_process(void **state)
{
    (void)state;
    assert_ok(hub_user_add(hub, "li", "officer", "right-1234"));
    for (int i = 0; i < 5; i++)
        assert_err(ERR_PIN_WRONG, log_in("li", "wrong-1234"));
    assert_int_equal(rows_in("locks", NULL), 1);
    char *where = mem_printf("sqlite:%s/hub.db", hub_dir);
    hub_close(hub);
    assert_ok(hub_open(where, &hub));
    free(where);
    assert_err(ERR_PIN_LOCKED, log_in("li", "right-1234"));
    assert_ok(hub_lock_lift(hub, "li"));
    assert_int_equal(rows_in("locks", NULL), 0);
    assert_ok(log_in("li", "right-1234"));
    assert_err(ERR_NOT_FOUND, hub_lock_lift(hub, "li"));
}

static void a_session_is_listed_and_ended_by_its_id(void **state)
{
    (void)state;
    json_t *rows = json_array();
    assert_ok(hub_user_add(hub, "li", "officer", "right-1234"));
    assert_ok(log_in("li", "right-1234"));
    assert_int_equal(rows_in("sessions", "li"), 1);
    char id[2 * HASH_BYTES + 1];
    unsigned char hash[HASH_BYTES];
    secret_hash_once(token, strlen(token), hash);
    hex_encode(hash, sizeof hash, id);
    assert_ok(hub_session_end(hub, id));
    assert_err(ERR_SIGN_IN, hub_session_find(hub, token, &session));
    assert_err(ERR_NOT_FOUND, hub_session_end(hub, id));
    assert_err(ERR_NOT_FOUND, hub_session_end(hub, "../x"));
    json_decref(rows);
}

static void a_limited_officer_sees_only_the_own_villages(void **state)
{
    char code[WIRE_CODE_TEXT];
    (void)state;
    assert_ok(hub_site_add(hub, VILLAGE, "own", HUB_CODE_VALID_MS, code));
    assert_ok(hub_site_add(hub, NEIGHBOUR, "other", HUB_CODE_VALID_MS, code));
    assert_ok(hub_user_add(hub, "li", "officer", "right-1234"));
    assert_err(ERR_NOT_FOUND, hub_user_sites(hub, "li", VILLAGE ", 310118109999"));
    assert_ok(log_in("li", "right-1234"));
    assert_false(session.limited);
    assert_ok(hub_user_sites(hub, "li", " " VILLAGE "\n"));
    assert_ok(hub_session_find(hub, token, &session));
    assert_true(session.limited);
    hub_audit_by(hub, "li", "officer", ADDRESS);
    hub_scope_by(hub, true);
    assert_int_equal(rows_in("sites", NULL), 1);
    assert_true(hub_scope_has(hub, VILLAGE));
    assert_false(hub_scope_has(hub, NEIGHBOUR));
    assert_ok(hub_user_sites(hub, "li", ""));
    assert_ok(hub_session_find(hub, token, &session));
    assert_false(session.limited);
}

static void a_machine_that_is_shut_out_is_refused_and_the_village_is_not(void **state)
{
    char code[WIRE_CODE_TEXT];
    struct village v;
    struct hub_mark mark;
    (void)state;
    assert_ok(hub_site_add(hub, VILLAGE, "own", HUB_CODE_VALID_MS, code));
    village_init(&v, VILLAGE);
    assert_ok(village_join(&v, code));
    assert_ok(hub_mark_read(hub, VILLAGE, 1, &mark));
    assert_false(mark.revoked);
    assert_ok(hub_machine_revoke(hub, VILLAGE, 1));
    assert_ok(hub_mark_read(hub, VILLAGE, 1, &mark));
    assert_true(mark.revoked);
    assert_err(ERR_NOT_FOUND, hub_machine_revoke(hub, VILLAGE, 2));
    assert_int_equal(rows_in("sites", "joined"), 1);
    village_fini(&v);
}

static void a_code_that_was_taken_back_lets_nobody_in(void **state)
{
    char code[WIRE_CODE_TEXT];
    struct village v;
    (void)state;
    assert_ok(hub_site_add(hub, VILLAGE, "own", HUB_CODE_VALID_MS, code));
    assert_ok(hub_site_code_void(hub, VILLAGE));
    village_init(&v, VILLAGE);
    assert_err(ERR_ENROL_CODE, village_join(&v, code));
    village_fini(&v);
}

int main(void)
{
    lang_init("en");
#define H(name) cmocka_unit_test_setup_teardown(name, hub_setup, hub_teardown)
    const struct CMUnitTest tests[] = {
        H(the_last_administrator_stays_one),
        H(whoever_is_disabled_is_out_at_once_and_not_let_in),
        H(a_new_role_counts_with_the_next_request),
        H(ones_own_password_needs_the_old_one_and_ends_the_sessions),
        H(a_lock_is_seen_and_lifted_and_outlives_the_process),
        H(a_session_is_listed_and_ended_by_its_id),
        H(a_limited_officer_sees_only_the_own_villages),
        H(a_machine_that_is_shut_out_is_refused_and_the_village_is_not),
        H(a_code_that_was_taken_back_lets_nobody_in),
    };
    return cmocka_run_group_tests_name("office_user", tests, NULL, NULL);
}
