#!/bin/bash
# Every sentence that the program says in English has a Chinese one, of the same shape.
. tests/house/house.sh
export LC_ALL=C.UTF-8 # some sentences hold signs beyond ASCII
rooms=$(ls -d kiosk screens sync 2>/dev/null)
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT

# One pass for each argument that holds a sentence: xgettext keeps one number a keyword.
extract() {
    local keyword
    for keyword in N_ X:3 X:4; do
        find $rooms -name '*.[ch]' | sort | xargs xgettext --join-existing --from-code=UTF-8 \
            --language=C --omit-header --keyword --keyword=_ --keyword="$keyword" -o "$work/all.pot" || return 1
    done
}

every_message_has_its_chinese() {
    msgcmp "$JIUJIN_BUILD/locale/zh_CN.po" "$work/all.pot" >/dev/null 2>&1 && return
    echo "without Chinese in assets/locale/parts/:"
    msgattrib --untranslated --no-obsolete --no-wrap "$work/merged.po" | grep -E '^(#:|msgid)'
    return 1
}

every_chinese_message_takes_the_same_arguments() {
    msgfmt --check -o /dev/null "$work/merged.po"
}

: >"$work/all.pot"
extract || echo "xgettext failed"
msgmerge --quiet --no-fuzzy-matching -o "$work/merged.po" "$JIUJIN_BUILD/locale/zh_CN.po" "$work/all.pot"
try every_message_has_its_chinese
try every_chinese_message_takes_the_same_arguments
finish
