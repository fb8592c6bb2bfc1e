#!/bin/bash
# The model is a library of its own: whole, and free of curses and the network.
. tests/house/house.sh
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT

the_model_links_whole_without_curses_and_curl() {
    local san=
    [ "$(nm "$JIUJIN_BUILD/libkiosk.a" 2>/dev/null | grep -c __asan_init)" -eq 0 ] || san=-fsanitize=address,undefined
    echo 'int main(void) { return 0; }' >"$work/none.c"
    ${CC:-gcc} $san -o "$work/model" "$work/none.c" -Wl,--whole-archive "$JIUJIN_BUILD/libkiosk.a" \
        -Wl,--no-whole-archive $(pkg-config --libs sqlite3 libsodium jansson libqrencode libpng libzstd) -l:libcsv.a || return 1
    ! readelf -d "$work/model" | grep -E 'NEEDED.*(curses|tinfo|curl|microhttpd)'
}

the_hub_does_not_need_curses() {
    ! readelf -d "$JIUJIN_BUILD/jiujin-hub" | grep -E 'NEEDED.*(curses|tinfo)'
}

try the_model_links_whole_without_curses_and_curl
[ ! -e "$JIUJIN_BUILD/jiujin-hub" ] || try the_hub_does_not_need_curses
finish
