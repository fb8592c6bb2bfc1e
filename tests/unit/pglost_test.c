/* A PostgreSQL server that drops a connection in the middle of a transaction: what was not
 * committed is not there, it is told, and the hub goes on. Runs where JIUJIN_TEST_PG names a
 * server. */
#include "tests/unit/hub.h"

static void drop_connections(void)
{
    assert_true(pgstore_sql("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                        " WHERE application_name = 'jiujin-hub'"));
}

/* Asks until the hub has connected again, which it tries once a second. */
static int64_t asked_again(const char *sql)
{
    int64_t n = -1;
    for (int tries = 0; n < 0 && tries < 50; tries++) {
        n = hub_number(hub->db, -1, sql, "");
        if (n < 0)
            usleep(100000);
    }
    return n;
}

#define INSERT "INSERT INTO officer (name, role, password, added) VALUES (?1, 'viewer', 'x', 1)"

static void a_transaction_that_lost_its_server_is_told_and_spoils_nothing_behind_it(void **state)
{
    (void)state;
    if (!pgstore_wanted())
        skip();
    assert_int_equal(hub_begin(hub->db), ERR_OK);
    assert_int_equal(hub_run(hub->db, INSERT, "s", "before"), ERR_OK);
    drop_connections();
    enum err rc = hub_run(hub->db, INSERT, "s", "behind");
    assert_int_not_equal(rc, ERR_OK);
    assert_int_not_equal(hub_end(hub->db, rc), ERR_OK);
    assert_int_equal(asked_again("SELECT count(*) FROM officer"), 0);
    assert_int_equal(hub_run(hub->db, INSERT, "s", "again"), ERR_OK);
    assert_int_equal(asked_again("SELECT count(*) FROM officer"), 1);
}

static void a_connection_that_went_while_nobody_asked_is_made_again(void **state)
{
    (void)state;
    if (!pgstore_wanted())
        skip();
    drop_connections();
    usleep(50000);
    assert_int_equal(asked_again("SELECT count(*) FROM officer"), 0);
}

int main(void)
{
#define PG_TEST(f) cmocka_unit_test_setup_teardown(f, hub_setup, hub_teardown)
    const struct CMUnitTest tests[] = {
        PG_TEST(a_transaction_that_lost_its_server_is_told_and_spoils_nothing_behind_it),
        PG_TEST(a_connection_that_went_while_nobody_asked_is_made_again),
    };
    return cmocka_run_group_tests_name("pglost", tests, NULL, NULL);
}
