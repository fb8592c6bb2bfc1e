#!/bin/bash
# The rooms of the house: arrows run one way, and each library stays in its room.
. tests/house/house.sh

rooms=$(ls -d kiosk screens sync 2>/dev/null)
sources() { find $rooms -name '*.[ch]'; }

includes_go_only_to_rooms_above() {
    sources | xargs grep -HE '^#include "' | awk -F'[:"]' '
        function room(path) {
            if (path ~ /^kiosk\/cli\//) return "cli"
            if (path ~ /^kiosk\/[a-z]+\.[ch]$/) return "desk"
            if (path ~ /^kiosk\//) { split(path, p, "/"); return p[2] }
            if (path ~ /^screens\/widgets\//) return "widgets"
            if (path ~ /^screens\//) return "screens"
            if (path ~ /^sync\/hub\/main\.c$/) return "hubmain"
            if (path ~ /^sync\//) { split(path, p, "/"); return p[2] }
            return "nowhere"
        }
        BEGIN {
            kiosk = " base secret store rules desk print "
            may["base"] = " base "
            may["secret"] = " base secret "
            may["store"] = " base secret store "
            may["rules"] = " base secret store rules "
            may["desk"] = " base secret store rules desk "
            may["print"] = kiosk
            may["widgets"] = " base widgets "
            may["screens"] = kiosk "widgets screens "
            may["wire"] = kiosk "wire "
            may["agent"] = kiosk "wire agent "
            may["reader"] = kiosk "reader "
            may["printer"] = kiosk "printer "
            may["hub"] = kiosk "wire hub "
            may["cli"] = kiosk "cli screens agent reader printer "
            may["hubmain"] = kiosk "wire hub "
        }
        { from = room($1); to = room($3)
          if (index(may[from], " " to " ") == 0) { print $1 " includes " $3; bad = 1 } }
        END { exit bad }'
}

only_in() { # PATTERN FOLDER...: no file outside of these folders matches
    local pattern=$1 file bad=0
    shift
    for file in $(sources | xargs grep -lE "$pattern"); do
        case " $* " in *" ${file%/*} "*) ;; *) echo "$file: $pattern"; bad=1 ;; esac
    done
    return $bad
}

curses_is_only_in_the_screens() {
    only_in '#include *<(ncursesw/)?(ncurses|curses|panel|form|term)\.h' screens screens/widgets
}

the_network_is_only_in_sync() {
    only_in '#include *<(curl|microhttpd|libpq|sys/socket|netinet|arpa)' sync/agent sync/reader sync/printer sync/hub
}

sql_is_only_in_the_store_the_desk_and_the_hub() {
    only_in 'store_(sql|exec|number|step|run)\(|sqlite3_(prepare|exec|step)' \
        kiosk/store kiosk/desk kiosk/rules sync/hub &&
        only_in '"(SELECT|INSERT|UPDATE|DELETE|CREATE) ' kiosk/store kiosk/desk kiosk/rules sync/hub &&
        ! grep -rnE '"(INSERT|UPDATE|DELETE|CREATE) ' kiosk/rules
}

# A header that its own file includes first stands alone, for that file compiles; the others are tried.
every_header_stands_alone() {
    local header own bad=0
    for header in $(find $rooms -name '*.h'); do
        own=$(grep -sm1 '^#include' "${header%.h}.c")
        [ "$own" = "#include \"$header\"" ] && continue
        echo "#include \"$header\"" | ${CC:-gcc} -std=c11 -D_GNU_SOURCE -I. $(pkg-config --cflags pangocairo fontconfig) -fsyntax-only -x c - || bad=1
    done
    return $bad
}

try includes_go_only_to_rooms_above
try curses_is_only_in_the_screens
try the_network_is_only_in_sync
try sql_is_only_in_the_store_the_desk_and_the_hub
try every_header_stands_alone
finish
