#!/bin/bash
# The tests of the hub's store, once more on a PostgreSQL server of their own; and its schema under Citus' rules.
cd "$(dirname "$0")/../.." || exit 1
. tests/house/house.sh
: "${JIUJIN_BUILD:=build}"
dir=$(mktemp -d "${TMPDIR:-/tmp}/pg.XXXX") || exit 1
chmod 755 "$dir"
trap 'tests/pgserver stop "$dir" 2>/dev/null; rm -rf "$dir"' EXIT
JIUJIN_TEST_PG=$(tests/pgserver start "$dir") || {
    echo "[ RUN      ] the_hubs_tests_hold_on_postgresql"
    echo "[  SKIPPED ] the_hubs_tests_hold_on_postgresql"
    exit 0
}
export JIUJIN_TEST_PG

# What assets/sql/citus.sql does, under Citus' rules (tests/house/citus.sql), and that it forgets no table.
citus_can_distribute_the_schema() {
    local hub="$JIUJIN_TEST_PG dbname=citus" left
    local sql=(psql -XqAt -v ON_ERROR_STOP=1)
    "${sql[@]}" "$JIUJIN_TEST_PG dbname=postgres" -c 'CREATE DATABASE citus' &&
        "$JIUJIN_BUILD/jiujin-hub" verify --store "postgresql:$hub" --files "$dir/citus" >/dev/null &&
        "${sql[@]}" "$hub" -f tests/house/citus.sql -f assets/sql/citus.sql -f assets/sql/citus.sql || return 1
    left=$("${sql[@]}" "$hub" -c "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname <> 'pg_dist_partition'
        AND relnamespace = 'public'::regnamespace AND oid NOT IN (SELECT logicalrelid FROM pg_dist_partition)")
    [ -z "$left" ] || { echo "assets/sql/citus.sql does not know: $left"; return 1; }
}
try citus_can_distribute_the_schema

for t in hub_test hub_express_test takeover_test live_test pglost_test; do
    TMPDIR=$dir JIUJIN_BUILD=$JIUJIN_BUILD "$JIUJIN_BUILD/tests/$t" || failures=1
done
finish
