#!/bin/bash
# shards_test.sh BUILD: villages' tables divided between two servers of stock PostgreSQL (assets/sql/shards.sql): the hub's
# tests hold there, and rows lie on both.
cd "$(dirname "$0")/../.." || exit 1
. tests/house/house.sh
build=${1:-build}
dir=$(mktemp -d "${TMPDIR:-/tmp}/shards.XXXX") || exit 1
chmod 755 "$dir"
mkdir "$dir/a" "$dir/b"
trap '{ tests/pgserver stop "$dir/a"; tests/pgserver stop "$dir/b"; rm -rf "$dir"; } 2>/dev/null' EXIT
export JIUJIN_BUILD=$build JIUJIN_HUB_FILES=$dir/hub
sql() { psql -XqAt -v ON_ERROR_STOP=1 "host=$dir/$1 user=jiujin dbname=$2" "${@:3}"; } # SERVER DATABASE

start() {
    local s
    for s in a b; do
        tests/pgserver start "$dir/$s" fsync=off >/dev/null && sql "$s" postgres -c 'CREATE DATABASE hub' &&
            "$build/jiujin-hub" verify --store "postgresql:host=$dir/$s user=jiujin dbname=hub" >/dev/null || return 1
    done
    sql a hub -v host="$dir/b" -v user=jiujin -v base=hub -f assets/sql/shards.sql
}

two_servers_divide_the_villages_between_them() {
    start || return 1
    sql a hub -c "INSERT INTO site (site, name, state, added, code_until, epoch, trouble, drift, orders)
        SELECT 310118990000 + n, 'Village ' || n, 'joined', 0, 0, 0, '', 0, 0 FROM generate_series(1, 1000) n"
    here=$(sql a hub -c 'SELECT count(*) FROM here.site') there=$(sql b hub -c 'SELECT count(*) FROM site')
    echo "of 1000 villages $here lie on the first server, $there on the second"
    [ "$here" -gt 400 ] && [ "$there" -gt 400 ] && [ $((here + there)) -eq 1000 ] && sql a hub -c 'DELETE FROM site'
}

# After each program: which rows its last test left, and where.
lie() {
    local base
    base=$(sql a postgres -c "SELECT datname FROM pg_database WHERE datname ~ '^u[0-9]+$' ORDER BY oid DESC LIMIT 1")
    echo "rows on the first server: $(sql a "$base" -c 'SELECT count(*) FROM here.entry') entries of" \
        "$(sql a "$base" -c 'SELECT count(*) FROM here.site') villages; on the second: $(sql b hub -c 'SELECT count(*) FROM entry')" \
        "of $(sql b hub -c 'SELECT count(*) FROM site')"
}

try two_servers_divide_the_villages_between_them
[ "$failures" -gt 0 ] && exit 1
for t in ${TESTS:-hub_test hub_express_test takeover_test}; do
    JIUJIN_TEST_PG="host=$dir/a user=jiujin" JIUJIN_TEST_PG_LIKE=hub TMPDIR=$dir "$build/tests/$t" || failures=1
    lie
done
finish
