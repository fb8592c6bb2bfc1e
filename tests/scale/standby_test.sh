#!/bin/bash
# standby_test.sh BUILD: two hubs on one PostgreSQL with a synchronous standby; villages write through both; the primary is
# killed and the standby promoted. What a village holds as acknowledged is there, and all go on by themselves.
# VILLAGES, BEFORE, DOWN and AFTER (seconds) make it larger.
cd "$(dirname "$0")/../.." || exit 1
. tests/house/house.sh
set -m # each program's children can be ended with it
build=${1:-build} villages=${VILLAGES:-6}
dir=$(mktemp -d "${TMPDIR:-/tmp}/standby.XXXX") || exit 1
chmod 755 "$dir"
mkdir "$dir/a" "$dir/b"
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
store="postgresql:host=$dir/a,$dir/b user=jiujin dbname=hub"
export JIUJIN_PIN=1234 JIUJIN_HUB_FILES=$dir/hub JIUJIN_HUB_STORE=$store
running=()

away() {
    [ "${#running[@]}" -eq 0 ] || kill -KILL "${running[@]/#/-}"
    tests/pgserver stop "$dir/a"
    tests/pgserver stop "$dir/b"
    rm -rf "$dir"
} 2>/dev/null
trap away EXIT

left() {
    "$@" &
    running+=($!)
    disown
}
now() { date +%s%3N; }
code() { echo $((310118990000 + $1)); }
hub() { "$build/jiujin-hub" --lang en "$@"; }
village() { "$build/jiujin" --lang en --dir "$dir/v$1" --user admin "${@:2}"; }
of() { sqlite3 -readonly -cmd '.timeout 5000' "$dir/v$1/jiujin.db" "$2"; } # of a village's own journal
acked() { of "$1" "SELECT coalesce((SELECT value FROM meta WHERE key = 'acked'), 0)"; }
all() { # the sum over the villages
    local i sum=0
    for ((i = 0; i < villages; i++)); do sum=$((sum + $("$1" "$i"))); done
    echo "$sum"
}
at() { psql -XAtq "host=$dir/$1 user=jiujin dbname=hub" -c "$2"; } # of a server

servers() {
    as=()
    [ "$(id -u)" != 0 ] || as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
    tests/pgserver start "$dir/a" >/dev/null || return 1
    psql -Xq "host=$dir/a user=jiujin dbname=postgres" -c 'CREATE DATABASE hub' || return 1
    hub verify >/dev/null || return 1
    [ "$(id -u)" != 0 ] || chown postgres:postgres "$dir/b"
    "${as[@]}" "$bin/pg_basebackup" -h "$dir/a" -U jiujin -D "$dir/b/data" -R -c fast || return 1
    at a "ALTER SYSTEM SET synchronous_standby_names = '*'" && tests/pgserver start "$dir/b" >/dev/null || return 1
    at a 'SELECT pg_reload_conf()' >/dev/null
    for ((i = 0; i < 100; i++)); do
        [ "$(at a "SELECT sync_state FROM pg_stat_replication")" != sync ] || return 0
        sleep 0.1
    done
    return 1
}

hubs() { # two, on ports of their own
    urls=()
    for h in 1 2; do
        left hub serve --listen 127.0.0.1:0 >"$dir/hub$h.out" 2>"$dir/hub$h.err"
        for ((i = 0; i < 100; i++)); do
            grep -q listening "$dir/hub$h.out" && break
            sleep 0.1
        done
        urls+=("http://$(grep -o '127.0.0.1:[0-9]*' "$dir/hub$h.out")") || return 1
    done
}

slowly() { while IFS= read -r line; do echo "$line" && sleep 0.1; done; }
feed() { "$build/tests/bench/gen" $((100 + $1)) 100000 | slowly | village "$1" add mixed >"$dir/v$1.fed"; }

start_villages() { # half of them at each hub
    local i
    for ((i = 0; i < villages; i++)); do
        village "$i" init --site "$(code "$i")" --name "Village $i" --policy epidemic-2022 >/dev/null &&
            village "$i" enrol "${urls[i % 2]}" "$(hub site add "$(code "$i")" "Village $i" 2>/dev/null)" >/dev/null || return 1
        left village "$i" sync >/dev/null 2>&1
        left feed "$i"
        feeders+=($!)
    done 2>>"$dir/said"
}

two_hubs_and_their_villages_write_to_a_primary_with_a_synchronous_standby() {
    servers && hubs && start_villages || { cat "$dir/said" "$dir"/hub?.err; return 1; }
    sleep "${BEFORE:-10}"
    [ "$(all acked)" -gt $((villages * 10)) ]
}

primary_dies() {
    local postmaster
    postmaster=$(head -1 "$dir/a/data/postmaster.pid")
    kill -KILL "$postmaster" $(pgrep -P "$postmaster")
}

# Looked at before the promotion: nobody can store, none can send again what would be missing.
what_was_acknowledged_before_the_primary_was_killed_is_on_the_standby() {
    local i there bad=0 told=()
    primary_dies
    died=$(now)
    sleep "${DOWN:-2}"
    before=0
    for ((i = 0; i < villages; i++)); do
        told[i]=$(acked "$i")
        before=$((before + told[i]))
    done
    for ((i = 0; i < villages; i++)); do
        there=$(at b "SELECT count(*) FROM entry WHERE site = '$(code "$i")' AND seq <= ${told[i]}")
        [ "$there" -eq "${told[i]}" ] || { echo "village $i: ${told[i]} acknowledged, $there there"; bad=1; }
    done
    return "$bad"
}

hubs_and_agents_go_on_by_themselves() {
    local i
    "${as[@]}" "$bin/pg_ctl" -D "$dir/b/data" -w promote >/dev/null || return 1
    promoted=$(now)
    for ((i = 0; i < 600; i++)); do
        [ "$(all acked)" -le "$before" ] || break
        sleep 0.05
    done
    went_on=$(now)
    [ "$i" -lt 600 ]
}

journal() { of "$1" 'SELECT epoch, seq, lower(hex(hash)) FROM entry ORDER BY epoch, seq'; }
stored() { at b "SELECT epoch, seq, encode(hash, 'hex') FROM entry WHERE site = '$(code "$1")' ORDER BY epoch, seq"; }
waits() { of "$1" "SELECT max(seq) - (SELECT value FROM meta WHERE key = 'acked') FROM entry"; }

in_the_end_each_village_is_acknowledged_whole_and_the_hub_holds_the_same_entries() {
    local i
    sleep "${AFTER:-5}"
    kill -TERM "${feeders[@]/#/-}"
    for ((i = 0; i < 300 && $(all waits) > 0; i++)); do sleep 0.1; done
    for ((i = 0; i < villages; i++)); do
        [ "$(waits "$i")" -eq 0 ] || { echo "village $i: $(waits "$i") wait"; return 1; }
        diff <(journal "$i") <(stored "$i") || return 1
    done
    hub verify
}

figures() {
    local entries
    entries=$(at b 'SELECT count(*) FROM entry')
    echo "$villages villages at 2 hubs: $before entries acknowledged before the kill, $entries in the end; the standby was promoted" \
        "$((promoted - died)) ms after the kill, the next acknowledgement seen $((went_on - died)) ms after it"
}

[ -x "$bin/pg_basebackup" ] || { echo "[ RUN      ] standby" && echo "[  SKIPPED ] standby" && exit 0; }
try two_hubs_and_their_villages_write_to_a_primary_with_a_synchronous_standby
[ "$failures" -gt 0 ] || try what_was_acknowledged_before_the_primary_was_killed_is_on_the_standby
[ "$failures" -gt 0 ] || try hubs_and_agents_go_on_by_themselves
[ "$failures" -gt 0 ] || try in_the_end_each_village_is_acknowledged_whole_and_the_hub_holds_the_same_entries
[ "$failures" -gt 0 ] || figures
finish
