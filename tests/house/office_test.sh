#!/bin/bash
# What a superior's spreadsheet program makes of our workbooks and tables: one run of it for all files.
. tests/house/house.sh
export LC_ALL=C.UTF-8 JIUJIN_DIR
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
JIUJIN_DIR=$work/site
jiujin() { "$JIUJIN_BUILD/jiujin" --lang zh_CN "$@"; }

ledgers="visitors staff_health disinfection supplies waste incident_record report_log transfer_list
  equipment publicity suspension declaration guidance_log"
# What a spreadsheet would change: it must be text there and here.
eager='{"row":{"staff":"管理员","trip":"999101194503150025","contact":"3-1","family":"=1+1","declared":true,"leader":"007"}}'

make_files() {
    jiujin init --site 310118101201 --name 测试村 --policy epidemic-2022 --demo >/dev/null || return 1
    echo "$eager" | jiujin add ledger:L25 >/dev/null || return 1
    local l
    for l in $ledgers; do
        jiujin ledger "$l" --profile town --csv "$work/$l.csv" --xlsx "$work/$l.xlsx" >/dev/null || return 1
    done
    jiujin ledger L25 --profile town --csv "$work/gb.csv" --encoding gb18030 >/dev/null
}

# Cells as they are shown, UTF-8, commas between, texts quoted where they must be.
convert() {
    timeout 200 soffice "-env:UserInstallation=file://$work/office" --headless \
        --convert-to 'csv:Text - txt - csv (StarCalc):44,34,UTF8,1,,0,false,true' --outdir "$work/out" \
        "$work"/*.xlsx >"$work/log" 2>&1
}

# Ours without what stands on texts against a spreadsheet's eagerness; both without quotes.
plain() { sed $'1s/^\xef\xbb\xbf//; s/\r$//; s/\t"/"/g; s/\\(^\\|,\\)"\'/\\1"/g; s/"//g' "$1"; }

every_workbook_opens_and_holds_the_same_cells_as_the_csv() {
    local l bad=0
    make_files && convert || { cat "$work/log"; return 1; }
    for l in $ledgers; do
        diff <(plain "$work/$l.csv") <(tail -n +3 "$work/out/$l.csv" | sed 's/\r$//; s/"//g') || {
            echo "$l: the workbook has other cells"
            bad=1
        }
    done
    return $bad
}

what_looks_like_a_number_or_a_formula_is_a_text_in_the_workbook() {
    grep -q ',999101194503150025,3-1,=1+1,是,007$' "$work/out/declaration.csv" || { cat "$work/out/declaration.csv"; return 1; }
    local sheet
    sheet=$(unzip -p "$work/declaration.xlsx" xl/worksheets/sheet1.xml)
    grep -q 't="inlineStr"><is><t>999101194503150025<' <<<"$sheet" && ! grep -q '<f>' <<<"$sheet"
}

dates_are_dates_and_the_sheet_is_set_up_for_paper() {
    local sheet book styles
    sheet=$(unzip -p "$work/visitors.xlsx" xl/worksheets/sheet1.xml)
    book=$(unzip -p "$work/visitors.xlsx" xl/workbook.xml)
    styles=$(unzip -p "$work/visitors.xlsx" xl/styles.xml)
    grep -q 'formatCode="yyyy-mm-dd"' <<<"$styles" &&
        grep -qE '<c r="C4" s="[0-9]+"><v>[0-9]{5}</v>' <<<"$sheet" &&
        grep -q 'ySplit="3".*state="frozen"' <<<"$sheet" && grep -q 'paperSize="8".*orientation="landscape"' <<<"$sheet" &&
        grep -q '<oddFooter>.*&amp;P.*&amp;N' <<<"$sheet" && grep -q 'Print_Titles.*\$1:\$3' <<<"$book"
}

gb18030_is_the_same_table() {
    diff <(iconv -f GB18030 -t UTF-8 "$work/gb.csv") <(sed $'1s/^\xef\xbb\xbf//' "$work/declaration.csv")
}

try every_workbook_opens_and_holds_the_same_cells_as_the_csv
try what_looks_like_a_number_or_a_formula_is_a_text_in_the_workbook
try dates_are_dates_and_the_sheet_is_set_up_for_paper
try gb18030_is_the_same_table
finish
