/* Which store a test's hub has: a file of SQLite's, or a database of the server that JIUJIN_TEST_PG
 * names ("host=... user=...", tests/pgserver), made like the one that JIUJIN_TEST_PG_LIKE names. */
#ifndef TESTS_UNIT_PGSTORE_H
#define TESTS_UNIT_PGSTORE_H

#include "tests/unit/unit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/mem.h"
#include "sync/hub/db_pglib.h"

static inline bool pgstore_wanted(void)
{
    return getenv("JIUJIN_TEST_PG") != NULL;
}

static inline char *pgstore_named(const char *database)
{
    return mem_printf("postgresql:%s dbname=%s", getenv("JIUJIN_TEST_PG"), database);
}

/* Runs SQL in a database; false when it fails. */
static inline bool pgstore_sql(const char *database, const char *sql)
{
    const struct pglib *lib;
    assert_int_equal(pglib_get(&lib), ERR_OK);
    char *info = mem_printf("%s dbname=%s options='-c client_min_messages=warning'",
                            getenv("JIUJIN_TEST_PG"), database);
    const char *names[] = {"dbname", NULL}, *values[] = {info, NULL};
    PGconn *conn = lib->PQconnectdbParams(names, values, 1);
    if (lib->PQstatus(conn) != CONNECTION_OK)
        fail_msg("%s", lib->PQerrorMessage(conn));
    PGresult *r = lib->PQexec(conn, sql);
    bool good =
        lib->PQresultStatus(r) == PGRES_COMMAND_OK || lib->PQresultStatus(r) == PGRES_TUPLES_OK;
    if (!good)
        fprintf(stderr, "%s: %s", sql, lib->PQerrorMessage(conn));
    lib->PQclear(r);
    lib->PQfinish(conn);
    free(info);
    return good;
}

/* What SQLite has for the tests: whether bytes hold a text; and for them alone: whether any table
 * does. */
static const char pgstore_words[] =
    "CREATE FUNCTION instr(bytea, text) RETURNS boolean LANGUAGE sql AS"
    " 'SELECT position(convert_to($2, ''UTF8'') IN $1) > 0';"
    "CREATE FUNCTION found(sought text) RETURNS boolean LANGUAGE plpgsql AS $$"
    " DECLARE t text; yes boolean; BEGIN FOR t IN SELECT quote_ident(relname) FROM pg_class"
    " WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace LOOP"
    " EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || t || ' x WHERE strpos(x::text, $1) > 0"
    " OR strpos(x::text, encode(convert_to($1, ''UTF8''), ''hex'')) > 0)' INTO yes USING sought;"
    " IF yes THEN RETURN true; END IF; END LOOP; RETURN false; END $$";

/* The program's own database, empty but for its tables. */
static inline char *pgstore_own(void)
{
    static const char empty[] =
        "DO $$ DECLARE t text; BEGIN FOR t IN SELECT quote_ident(relname) FROM pg_class"
        " WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        " AND relname <> 'hub_schema' LOOP EXECUTE 'DELETE FROM ' || t; END LOOP;"
        " INSERT INTO audit_end VALUES (1, 0, ''); END $$";
    static char name[32];
    if (name[0] == 0) {
        snprintf(name, sizeof name, "u%d", (int)getpid());
        const char *like = getenv("JIUJIN_TEST_PG_LIKE");
        char *sql =
            mem_printf("CREATE DATABASE %s TEMPLATE %s", name, like != NULL ? like : "template1");
        assert_true(pgstore_sql("postgres", sql));
        free(sql);
        assert_true(pgstore_sql(name, pgstore_words));
        if (like != NULL)
            assert_true(pgstore_sql(name, empty));
    } else {
        assert_true(pgstore_sql(name, empty));
    }
    return pgstore_named(name);
}

#endif
