#!/bin/bash
# The tests of the hub's store, once more on a PostgreSQL server of their own.
cd "$(dirname "$0")/../.." || exit 1
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
status=0
for t in hub_test hub_express_test takeover_test live_test; do
    TMPDIR=$dir JIUJIN_BUILD=$JIUJIN_BUILD "$JIUJIN_BUILD/tests/$t" || status=1
done
exit "$status"
