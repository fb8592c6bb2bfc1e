/* An old ledger from a CSV: read as people write it, told by line and column, whole or not at all.
 */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/base/file.h"
#include "kiosk/base/gb18030.h"
#include "kiosk/desk/export.h"
#include "kiosk/desk/import.h"
#include "kiosk/print/sheet.h"
#include "kiosk/rules/loosetime.h"

static char path[128];

static struct import_wish wish_for(const char *text, size_t len)
{
    snprintf(path, sizeof path, "%s/old.csv", site_dir);
    assert_ok(file_write(path, text, len, 0600));
    return (struct import_wish){.path = path};
}

static enum err import_text(const char *ledger, const char *text, json_t **out)
{
    struct import_wish w = wish_for(text, strlen(text));
    *out = NULL;
    enum err rc = import_run(site, ledger, &w, out);
    unlink(path);
    return rc;
}

static int64_t entries(void)
{
    return store_number(site->j.store, "SELECT count(*) FROM entry", -1);
}

/* --- dates and times ----------------------------------------------------------------------------
 */

static void dates_are_read_as_people_write_them(void **state)
{
    (void)state;
    static const struct {
        const char *text, *day;
        int minute; /* -1: no time */
    } good[] = {
        {"2022/5/18", "2022-05-18", -1},
        {"2022-05-18", "2022-05-18", -1},
        {"2022.5.18", "2022-05-18", -1},
        {"20220518", "2022-05-18", -1},
        {"2022年5月18日", "2022-05-18", -1},
        {"2022年5月18日 星期三", "2022-05-18", -1},
        {"２０２２／５／１８", "2022-05-18", -1},
        {"2022/5/18 9:05", "2022-05-18", 545},
        {"2022-05-18 09:05:30", "2022-05-18", 545},
        {"2022年5月18日9时5分", "2022-05-18", 545},
        {"2022年5月18日下午3点半", "2022-05-18", 930},
        {"2022-05-18T09:05:00+08:00", "2022-05-18", 545},
        {"9:05", NULL, 545},
        {"上午9:05", NULL, 545},
        {"下午3时", NULL, 900},
        {"09：05", NULL, 545},
        {"3:05 PM", NULL, 905},
    };
    static const char *const bad[] = {"",          "5月18日",     "2022-13-01",  "2022/2/30",
                                      "22/5/18",   "2022-05-18x", "25:00",       "9:60",
                                      "9",         "9:",          "2022-5",      "202205180",
                                      "上午15:00", "yesterday",   "2022-05-18 x"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct loosetime t;
        char day[CLOCK_TEXT];
        if (!loosetime_read(good[i].text, &t))
            fail_msg("not read: %s", good[i].text);
        assert_int_equal(t.has_day, good[i].day != NULL);
        assert_int_equal(t.has_time, good[i].minute >= 0);
        if (t.has_day)
            assert_string_equal(clock_date(t.day, day), good[i].day);
        if (t.has_time)
            assert_int_equal(t.minute, good[i].minute);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct loosetime t;
        if (loosetime_read(bad[i], &t))
            fail_msg("read: %s", bad[i]);
    }
}

/* --- what is read -------------------------------------------------------------------------------
 */

#define OLD                                                                                                                     \
    "清洁消毒记录表（旧）,,,,,\r\n"                                                                                   \
    "序号,日期,消毒时间,时段,消毒区域/对象,消毒剂名称,消毒方式,作用时间(min),执行人,备注\r\n" \
    "1,2022/5/18,9:05,早,\"地面、通风口\",含氯消毒液(84),拖拭,30,张三,\r\n"                                     \
    "2,2022年5月18日,15:10,加测,洗手间,75%酒精,喷洒,\"1,0\",李四,'=加做\r\n"                                    \
    ",,,,,,,,,\r\n"

static void an_old_table_is_read_as_it_was_written(void **state)
{
    (void)state;
    json_t *out;
    assert_err(ERR_IMPORT, import_text("L03", OLD, &out)); /* "1,0" is no number */
    assert_int_equal(js_int(json_array_get(js_get(out, "errors"), 0), "line", 0), 4);
    assert_int_equal(js_int(json_array_get(js_get(out, "errors"), 0), "column", 0), 8);
    json_decref(out);
    char *good = mem_strdup(OLD), *wrong = strstr(good, "\"1,0\"");
    memcpy(wrong, "    10", 5);
    memcpy(wrong, "   10", 5);
    assert_ok(import_text("L03", good, &out));
    assert_int_equal(js_int(out, "header", 0), 2);
    assert_int_equal(js_int(out, "rows", 0), 2);
    json_t *rows = desk_list("ledger:L03"), *late = json_array_get(rows, 0),
           *early = json_array_get(rows, 1);
    assert_int_equal(json_array_size(rows), 2);
    assert_string_equal(js_str(early, "at"), "2022-05-18T09:05:00+08:00");
    assert_string_equal(js_str(early, "agent"), "chlorine");
    assert_int_equal(json_array_size(js_get(early, "area")), 2);
    assert_string_equal(js_str(late, "slot"), "extra");
    assert_string_equal(js_str(late, "remark"), "=加做");
    assert_int_equal(js_int(late, "minutes", 0), 10);
    json_decref(out), json_decref(rows);
    assert_int_equal(
        store_number(site->j.store, "SELECT count(*) FROM entry WHERE head LIKE '%加做%'", -1), 0);
    desk_replays();
    free(good);
}

static void every_mistake_is_told_with_line_column_and_reason(void **state)
{
    (void)state;
    json_t *out;
    static const struct {
        int line, column;
        const char *error;
    } want[] = {{2, 2, "date"},           {3, 4, "field_choice"}, {4, 5, "field_type"},
                {5, 6, "field_required"}, {6, 7, "constraint"},   {7, 2, "field_range"},
                {8, 9, "field_unknown"}};
    int64_t before = entries();
    assert_err(ERR_IMPORT, import_text("L04",
                                       "序号,日期,品名,出入库,数量,单位,来源,保管人\n"
                                       "1,2022-02-30,口罩,入库,5,盒,,甲\n"
                                       "2,2022-05-18,口罩,入出库,5,盒,,甲\n"
                                       "3,2022-05-18,口罩,入库,五,盒,,甲\n"
                                       "4,2022-05-18,口罩,入库,5,,,甲\n"
                                       "5,2022-05-18,口罩,出库,5,盒,下拨,甲\n"
                                       "6,2122-05-18,口罩,入库,5,盒,,甲\n"
                                       "7,2022-05-18,口罩,入库,5,盒,,甲,多\n"
                                       "8,2022-05-18,口罩,入库,5,盒,自购,甲\n",
                                       &out));
    const json_t *errors = js_get(out, "errors");
    assert_int_equal(json_array_size(errors), 7);
    for (size_t i = 0; i < 7; i++) {
        const json_t *one = json_array_get(errors, i);
        assert_int_equal(js_int(one, "line", 0), want[i].line);
        assert_int_equal(js_int(one, "column", 0), want[i].column);
        assert_string_equal(js_str(one, "error"), want[i].error);
        assert_non_null(js_str(one, "message"));
    }
    assert_int_equal(js_int(out, "rows", 0), 8);
    assert_int_equal(entries(), before);
    json_decref(out);
}

static void what_is_no_table_of_this_ledger_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "品名\n",
                                        "PK\x03\x04zip",
                                        "\xff\xfe"
                                        "a",
                                        "甲,乙,丙\n1,2,3\n",
                                        "日期,品名,品名\n",
                                        "日期,品名,颜色\n",
                                        "日期,品名\n\"口罩",
                                        "日期,\"品\"名\n"};
    int64_t before = entries();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_t *out;
        enum err rc = import_text("L04", texts[i], &out);
        if (rc != ERR_IMPORT && rc != ERR_OK)
            fail_msg("%zu: %s", i, err_word(rc));
        if (rc == ERR_OK)
            assert_int_equal(js_int(out, "rows", -1), 0);
        else
            assert_true(js_int(json_array_get(js_get(out, "errors"), 0), "line", 0) >= 1);
        json_decref(out);
    }
    assert_true(entries() <= before + 1); /* "品名" alone is a table without rows */
    json_t *out;
    struct import_wish w = {.path = "/nowhere/old.csv"};
    assert_err(ERR_IO, import_run(site, "L04", &w, &out));
    assert_err(ERR_NOT_FOUND, import_text("L99", "a\n", &out));
}

static void the_same_file_is_not_imported_twice_unless_it_is_said(void **state)
{
    (void)state;
    json_t *out = NULL;
    static const char old[] = "日期,品名,出入库,数量,单位,保管人\n2022-05-18,口罩,入库,5,盒,甲\n";
    assert_ok(import_text("L04", old, &out));
    assert_non_null(js_str(out, "id"));
    json_decref(out);
    int64_t before = entries();
    assert_err(ERR_DUPLICATE, import_text("L04", old, &out));
    assert_string_equal(err_field(), "file");
    assert_string_equal(js_str(js_get(out, "known"), "clerk"), "admin");
    json_decref(out);
    assert_int_equal(entries(), before);
    struct import_wish w = wish_for(old, sizeof old - 1);
    w.again = true;
    assert_ok(import_run(site, "L04", &w, &out));
    assert_int_equal(entries(), before + 2);
    json_decref(out);
    json_t *rows = desk_list("imports");
    assert_int_equal(json_array_size(rows), 2);
    assert_int_equal(js_int(json_array_get(rows, 0), "rows", 0), 1);
    json_decref(rows);
    desk_replays();
    unlink(path);
}

/* The look is what a screen shows beforehand. */
static void a_look_shows_the_first_rows_as_they_will_be_and_writes_nothing(void **state)
{
    (void)state;
    json_t *out;
    int64_t before = entries();
    static const char old[] =
        "\xef\xbb\xbf日期,品名,出入库,数量,单位,保管人\n2022/5/18,口罩,入库,5,盒,甲\n";
    struct import_wish w = wish_for(old, sizeof old - 1);
    assert_ok(import_look(site, "L04", &w, &out));
    const json_t *first = json_array_get(js_get(out, "first"), 0);
    assert_string_equal(js_str(out, "encoding"), "utf-8");
    assert_string_equal(js_str(first, "at"), "2022-05-18T00:00:00+08:00");
    assert_string_equal(js_str(js_get(first, "row"), "item"), "mask");
    assert_string_equal(js_str(js_get(first, "shown"), "品名"), "口罩");
    assert_string_equal(js_str(json_array_get(js_get(out, "columns"), 1), "field"), "item");
    assert_int_equal(entries(), before);
    json_decref(out);
    unlink(path);
}

/* --- the way round ------------------------------------------------------------------------------
 */

static void add_rows(void)
{
    char what[64];
    json_decref(desk_do("ledger:L03",
                        "{'row':{'slot':'morning','area':['floor','washroom'],"
                        "'agent':'chlorine','method':'wipe','minutes':30,"
                        "'sanitizer_ok':false,'not_done':{'bin':'locked','vent':'in_use'},"
                        "'done_by':'admin','remark':'=1+1'},"
                        "'at':'2022-05-20T08:05:00+08:00'}"));
    json_t *out = desk_do("ledger:L03", "{'row':{'slot':'extra','area':['isolation'],"
                                        "'agent':'alcohol75','method':'spray','done_by':'007',"
                                        "'remark':'写“错”,了'},'at':'2022-05-20T15:10:00+08:00'}");
    snprintf(what, sizeof what, "ledger_void:%s", js_str(out, "id"));
    json_decref(desk_do(what, "{'reason':'写错'}"));
    json_decref(out);
}

static void exported(const char *profile, const char *encoding, struct buf *out)
{
    json_t *told = NULL;
    struct sheet_wish w = {.profile = profile,
                           .from = CLOCK_NONE,
                           .to = CLOCK_NONE,
                           .format = FORMAT_CSV,
                           .encoding = encoding,
                           .path = path};
    snprintf(path, sizeof path, "%s/old.csv", site_dir);
    assert_ok(sheet_ledger(site, "L03", &w, &told));
    assert_ok(file_read(path, out, FILE_LIMIT));
    json_decref(told);
}

static void what_went_out_comes_in_and_goes_out_the_same(void **state)
{
    static const struct {
        const char *profile, *encoding;
    } ways[] = {{NULL, "utf-8"}, {NULL, "gb18030"}, {"town", "utf-8"}, {"health", "gb18030"}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct buf first = BUF_INIT, second = BUF_INIT;
        json_t *out = NULL;
        if (i > 0) {
            site_teardown(state);
            site_setup(state);
        }
        add_rows();
        exported(ways[i].profile, ways[i].encoding, &first);
        site_teardown(state);
        site_setup(state);
        struct import_wish w = wish_for(buf_str(&first), first.len);
        w.profile = ways[i].profile;
        assert_ok(import_run(site, "L03", &w, &out));
        assert_string_equal(js_str(out, "encoding"), ways[i].encoding);
        json_decref(out);
        exported(ways[i].profile, ways[i].encoding, &second);
        assert_int_equal(first.len, second.len);
        assert_memory_equal(first.data, second.data, first.len);
        desk_replays();
        unlink(path);
        buf_fini(&first), buf_fini(&second);
    }
}

/* --- 500 of them --------------------------------------------------------------------------------
 */

static uint64_t dice = 20220518;

static size_t roll(size_t n)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (size_t)(dice % n);
}

static void mutate(struct buf *b)
{
    static const char *const bits[] = {"\"", ",",    "\n",   "\r\n",    "\t",   "=", "\xff",
                                       "\0", "2022", "口罩", "\x1b[2J", "\"\"", "、"};
    for (size_t k = 1 + roll(2); k > 0 && b->len > 0; k--) {
        size_t at = roll(b->len), n = 1 + roll(12);
        const char *bit = bits[roll(sizeof bits / sizeof *bits)];
        struct buf out = BUF_INIT;
        size_t way = roll(4), len = *bit == 0 ? 1 : strlen(bit);
        buf_add(&out, b->data, at);
        if (way == 0) /* something comes in */
            buf_add(&out, bit, len);
        else if (way == 1) /* something is doubled */
            buf_add(&out, b->data + at, at + n <= b->len ? n : b->len - at);
        else if (way == 2) /* a byte is another one */
            buf_byte(&out, (unsigned char)roll(256));
        size_t skip = way == 3 ? n : way == 2 ? 1 : 0;
        if (at + skip < b->len)
            buf_add(&out, b->data + at + skip, b->len - at - skip);
        buf_fini(b);
        *b = out;
    }
}

static void check_refusal(enum err rc, const json_t *out, int round)
{
    const json_t *one = json_array_get(js_get(out, "errors"), 0);
    if (rc != ERR_IMPORT || js_int(one, "line", 0) < 1 ||
        (js_int(one, "column", 0) < 1 && *js_str(one, "field") == 0) ||
        js_str(one, "error") == NULL || js_str(one, "message") == NULL ||
        js_str(out, "file") == NULL)
        fail_msg("round %d: %s", round, err_word(rc));
}

static void of_500_mutated_files_each_is_refused_by_place_or_imported_whole(void **state)
{
    (void)state;
    struct buf utf8 = BUF_INIT, gb = BUF_INIT, bare = BUF_INIT;
    int taken = 0, refused = 0, with_column = 0;
    for (int i = 0; i < 4; i++)
        add_rows();
    exported("town", "utf-8", &utf8);
    exported("town", "gb18030", &gb);
    bool inside = false; /* without quotes, and so without the commas inside of them */
    for (size_t i = 0; i < utf8.len; i++) {
        inside = inside != (utf8.data[i] == '"');
        if (strchr("\"\t", utf8.data[i]) == NULL && !(inside && utf8.data[i] == ','))
            buf_byte(&bare, utf8.data[i]);
    }
    print_message("seed %llu\n", (unsigned long long)dice);
    for (int round = 0; round < 500; round++) {
        struct buf file = BUF_INIT;
        const struct buf *from = round % 4 == 0 ? &utf8 : round % 4 == 1 ? &gb : &bare;
        json_t *out = NULL;
        buf_add(&file, from->data, from->len);
        mutate(&file);
        int64_t before = entries();
        struct import_wish w = wish_for(buf_str(&file), file.len);
        w.again = true;
        enum err rc = import_run(site, "L03", &w, &out);
        int64_t more = entries() - before;
        if (rc == ERR_OK) {
            assert_int_equal(more, js_int(out, "rows", -9) + js_int(out, "void", 0) + 1);
            taken++;
        } else {
            check_refusal(rc, out, round);
            assert_int_equal(more, 0);
            refused++;
            with_column +=
                js_int(json_array_get(js_get(out, "errors"), 0), "column", 0) > 0 ? 1 : 0;
        }
        json_decref(out);
        buf_fini(&file);
    }
    print_message("%d imported whole, %d refused, %d of them with a column\n", taken, refused,
                  with_column);
    assert_true(refused > 100);
    assert_true(taken > 10);
    desk_replays();
    unlink(path);
    buf_fini(&utf8), buf_fini(&gb), buf_fini(&bare);
}

int main(void)
{
#define IN(f) cmocka_unit_test_setup_teardown(f, site_setup, site_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_read_as_people_write_them),
        IN(an_old_table_is_read_as_it_was_written),
        IN(every_mistake_is_told_with_line_column_and_reason),
        IN(what_is_no_table_of_this_ledger_is_refused),
        IN(the_same_file_is_not_imported_twice_unless_it_is_said),
        IN(a_look_shows_the_first_rows_as_they_will_be_and_writes_nothing),
        IN(what_went_out_comes_in_and_goes_out_the_same),
        IN(of_500_mutated_files_each_is_refused_by_place_or_imported_whole),
    };
    lang_init("zh_CN");
    clock_hold(DESK_DAY + 2 * CLOCK_DAY_MS, 0);
    return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
