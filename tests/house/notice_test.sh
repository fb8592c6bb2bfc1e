#!/bin/bash
# docs/notice.md: every requirement of the notice has what serves it and a test that is really there, or the issue
# that brings it.
. tests/house/house.sh
page=docs/notice.md

# R01 | phrase | what serves it | test
rows() { sed -n 's/^| *\(R[0-9][0-9]\) *|/\1|/p' "$page"; }

every_requirement_from_r01_to_r68_has_one_row() {
    diff <(seq -f 'R%02g' 68) <(rows | cut -d'|' -f1)
}

no_cell_of_a_row_is_empty() {
    ! rows | awk -F'|' '{ for (i = 2; i <= 4; i++) { gsub(/ /, "", $i); if ($i == "") print $1 ": cell " i } }' | grep .
}

# One group of a cell, `tests/FILE`: NAME, NAME: each name is a word of that file.
group_is_there() {
    local file=${1#*\`} name
    file=${file%%\`*}
    [ -f "$file" ] && [[ $1 == *'`: '* ]] || return 1
    for name in $(sed 's/.*`: *//; s/,/ /g' <<<"$1"); do
        grep -qw "$name" "$file" || return 1
    done
}

every_row_names_tests_that_are_there_or_the_issue_that_brings_it() {
    local bad=0 id cell group groups
    while IFS='|' read -r id _ _ cell _; do
        case $cell in *'issue "'*) continue ;; esac
        IFS=';' read -ra groups <<<"$cell"
        [ "${#groups[@]}" -gt 0 ] || bad=1
        for group in "${groups[@]}"; do
            group_is_there "$group" || { echo "$id: no such test:$group" && bad=1; }
        done
    done < <(rows)
    return $bad
}

try every_requirement_from_r01_to_r68_has_one_row
try no_cell_of_a_row_is_empty
try every_row_names_tests_that_are_there_or_the_issue_that_brings_it
finish
