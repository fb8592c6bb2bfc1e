#!/bin/bash
# The fuzz targets, a few thousand runs each from their seeds: always the same, for the seed is given.
. tests/house/house.sh
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT

nothing_that_is_typed_or_signed_makes_a_reader_of_paper_or_of_a_stick_stumble() {
    local f
    for f in slip ack bundle; do
        mkdir -p "$work/$f" # where what it finds grows, not among the seeds
        ASAN_OPTIONS=detect_leaks=1 "$JIUJIN_BUILD/fuzz/$f" -runs=4000 -max_len=700 -seed=20220518 \
            -artifact_prefix="$work/" "$work/$f" "tests/fuzz/corpus/$f" >"$work/said" 2>&1 && continue
        tail -40 "$work/said"
        return 1
    done
}

try nothing_that_is_typed_or_signed_makes_a_reader_of_paper_or_of_a_stick_stumble
finish
