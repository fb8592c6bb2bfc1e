/* Ledgers as files: CSV in both encodings, what is put on texts against a spreadsheet's eagerness,
 * what a file leaves in the journal; and goldens of twelve ledgers as the town gets them.
 * JIUJIN_GOLDEN=write makes the goldens anew: read them before they are kept. */
#include <sys/stat.h>

#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/base/file.h"
#include "kiosk/base/gb18030.h"
#include "kiosk/print/sheet.h"
#include "kiosk/rules/celltext.h"

static char path[128];

static void wish_of(struct sheet_wish *w, const char *profile, const char *format)
{
    *w = (struct sheet_wish){.profile = profile, .from = CLOCK_NONE, .to = CLOCK_NONE};
    w->format = (enum profile_format)sheet_format(format);
    snprintf(path, sizeof path, "%s/sheet.%s", site_dir, format);
    w->path = path;
}

static void written(const char *ledger, const struct sheet_wish *w, struct buf *out)
{
    json_t *told = NULL;
    char hex[SHEET_HASH];
    unsigned char digest[HASH_BYTES];
    assert_ok(sheet_ledger(site, ledger, w, &told));
    assert_ok(file_read(w->path, out, FILE_LIMIT));
    secret_hash_once(out->data, out->len, digest);
    hex_encode(digest, HASH_BYTES, hex);
    assert_string_equal(js_str(told, "hash"), hex);
    json_decref(told);
    unlink(w->path);
}

static void add_declaration(const char *trip)
{
    json_t *out = NULL, *row = json_pack("{s:s,s:s,s:b,s:s}", "staff", "admin", "trip", trip,
                                         "declared", 1, "leader", "admin");
    json_t *in = json_pack("{s:o,s:s}", "row", row, "at", "2022-05-20T08:00:00+08:00");
    assert_ok(action_run(site, "ledger:L25", in, &out));
    json_decref(in), json_decref(out);
}

/* --- texts that a spreadsheet would change ------------------------------------------------------
 */

static const char *const eager[] = {"=1+1",
                                    "+86",
                                    "-1",
                                    "@SUM(A1)",
                                    "'=1",
                                    "''=1",
                                    "＝1",
                                    "3-1",
                                    "1/2",
                                    "007",
                                    "1E5",
                                    "12000000001",
                                    "999101194503150025",
                                    "9:05",
                                    "=\"a\",\"b\"",
                                    "plain",
                                    "'quoted'",
                                    "1.5 m"};

static void what_is_put_on_a_text_comes_off_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof eager / sizeof *eager; i++) {
        char *marked = mem_printf("%s%s%s", celltext_formula(eager[i]) ? "'" : "", eager[i],
                                  celltext_numeric(eager[i]) ? "\t" : "");
        assert_null(strchr("=+-@", *marked));
        assert_string_equal(celltext_plain(marked), eager[i]);
        free(marked);
    }
}

static void no_text_of_a_csv_is_a_formula_or_a_number(void **state)
{
    (void)state;
    struct sheet_wish w;
    struct buf csv = BUF_INIT;
    for (size_t i = 0; i < sizeof eager / sizeof *eager; i++)
        add_declaration(eager[i]);
    wish_of(&w, NULL, "csv");
    written("L25", &w, &csv);
    assert_memory_equal(csv.data, "\xef\xbb\xbf\"序号\",", 12);
    assert_non_null(strstr(buf_str(&csv), ",\"'=1+1\","));
    assert_non_null(strstr(buf_str(&csv), ",\"''=1\","));
    assert_non_null(strstr(buf_str(&csv), ",\"999101194503150025\t\","));
    assert_non_null(strstr(buf_str(&csv), ",\"3-1\t\","));
    assert_non_null(strstr(buf_str(&csv), ",\"'=\"\"a\"\",\"\"b\"\"\","));
    for (const char *p = buf_str(&csv); (p = strstr(p, ",\"")) != NULL; p += 2)
        assert_null(p[2] != '"' ? strchr("=+-@\t\r", p[2]) : NULL);
    buf_fini(&csv);
}

static void gb18030_holds_the_same_as_utf_8(void **state)
{
    (void)state;
    struct sheet_wish w;
    struct buf utf8 = BUF_INIT, gb = BUF_INIT, back = BUF_INIT;
    add_declaration("示例：去过𠮷田、镕、€");
    wish_of(&w, "town", "csv");
    written("L25", &w, &utf8);
    w.encoding = "gb18030";
    written("L25", &w, &gb);
    assert_null(strstr(buf_str(&gb), "序"));
    assert_ok(gb18030_to(gb.data, gb.len, &back));
    assert_string_equal(buf_str(&back), buf_str(&utf8) + 3);
    w.encoding = "big5";
    json_t *out;
    assert_err(ERR_FIELD_CHOICE, sheet_ledger(site, "L25", &w, &out));
    buf_fini(&utf8), buf_fini(&gb), buf_fini(&back);
}

/* --- the account --------------------------------------------------------------------------------
 */

static void an_export_is_an_entry_with_rows_period_and_hash(void **state)
{
    (void)state;
    struct sheet_wish w;
    json_t *out = NULL;
    add_declaration("无");
    wish_of(&w, "health", "csv");
    w.from = clock_day(DESK_DAY);
    assert_ok(sheet_ledger(site, "L25", &w, &out));
    json_t *rows = desk_list("exports"), *row = json_array_get(rows, 0);
    assert_int_equal(json_array_size(rows), 1);
    assert_string_equal(js_str(row, "id"), js_str(out, "id"));
    assert_string_equal(js_str(row, "clerk"), "admin");
    assert_string_equal(js_str(row, "ledger"), "declaration");
    assert_string_equal(js_str(row, "profile"), "health");
    assert_string_equal(js_str(row, "format"), "csv");
    assert_string_equal(js_str(row, "from"), "2022-05-20T00:00:00+08:00");
    assert_null(js_str(row, "to"));
    assert_int_equal(js_int(row, "rows", 0), 1);
    assert_string_equal(js_str(row, "hash"), js_str(out, "hash"));
    json_decref(rows), json_decref(out);
    desk_replays();
    unlink(w.path);
}

static int64_t entries(void)
{
    return store_number(site->j.store, "SELECT count(*) FROM entry", -1);
}

static void what_is_refused_leaves_no_file_and_no_entry(void **state)
{
    (void)state;
    struct stat st;
    struct sheet_wish w;
    json_t *out = NULL;
    add_declaration("无");
    int64_t before = entries();
    wish_of(&w, "district", "pdf");
    assert_err(ERR_FIELD_CHOICE, sheet_ledger(site, "L04", &w, &out));
    w.profile = "nobody";
    assert_err(ERR_NOT_FOUND, sheet_ledger(site, "L04", &w, &out));
    assert_int_not_equal(stat(w.path, &st), 0);
    wish_of(&w, "town", "csv");
    w.path = "/nowhere/x.csv";
    assert_err(ERR_IO, sheet_ledger(site, "L25", &w, &out));
    assert_int_equal(entries(), before);
    clerk_sign_out(site, "sign_out");
    before = entries();
    wish_of(&w, "town", "csv");
    assert_err(ERR_SIGN_IN, sheet_ledger(site, "L25", &w, &out));
    assert_int_not_equal(stat(w.path, &st), 0);
    assert_int_equal(entries(), before);
    assert_null(out);
}

/* --- goldens ------------------------------------------------------------------------------------
 */

#define DAY "2022-05-20T"
#define FACTS                                                                                      \
    "'role':'visitor','venue_code':true,'mask':true,'test_at':'2022-05-19T16:00:00+08:00',"        \
    "'test_result':'negative'"

static const struct {
    const char *what, *in;
} records[] = {
    {"staff", "{'clerk':'admin','at':'" DAY "07:50:00+08:00','facts':{'role':'staff',"
              "'health_code':'green','venue_code':true,'mask':true,'front_desk':true,'gloves':true,"
              "'temperature':36.4,'test_at':'2022-05-19T16:00:00+08:00',"
              "'test_result':'negative'}}"},
    {"ledger:L03", "{'row':{'slot':'morning','area':['floor','vent','washroom'],"
                   "'agent':'chlorine','concentration':'500 mg/L','method':'wipe','minutes':30,"
                   "'sanitizer_ok':true,'not_done':{'bin':'locked'},'done_by':'admin'},"
                   "'at':'" DAY "08:05:00+08:00'}"},
    {"ledger:L03", "{'row':{'slot':'extra','area':['isolation'],'agent':'alcohol75',"
                   "'method':'spray','done_by':'admin','checked_by':'站长','remark':'=加做'},"
                   "'at':'" DAY "15:10:00+08:00'}"},
    {"ledger:L04", "{'row':{'item':'thermometer','unit':'handle','direction':'in','quantity':3,"
                   "'origin':'issued','keeper':'admin'},'at':'" DAY "09:00:00+08:00'}"},
    {"ledger:L04", "{'row':{'item':'thermometer','unit':'handle','direction':'out','quantity':1,"
                   "'purpose':'门岗，“备用”','receiver':'测试乙','approver':'站长',"
                   "'keeper':'admin'},'at':'" DAY "10:00:00+08:00'}"},
    {"ledger:L05", "{'row':{'bin':'3-1','kind':'masks','quantity':1.5,'treatment':'sealed',"
                   "'giver':'admin','receiver':'测试丙'},'at':'" DAY "17:00:00+08:00'}"},
    {"ledger:L19",
     "{'row':{'working':['venue_code','query'],'faulty':{'thermometer':'REASON'},"
     "'number':'007','fault':'黑屏','done_by':'admin'},'at':'" DAY "08:20:00+08:00'}"},
    {"ledger:L22", "{'row':{'topic':'booking','means':'poster','people':12,'operator':'admin'},"
                   "'at':'" DAY "11:00:00+08:00'}"},
    {"ledger:L25", "{'row':{'staff':'admin','trip':'无','contact':'无','family':'无',"
                   "'declared':true,'leader':'站长'},'at':'" DAY "08:01:00+08:00'}"},
    {"visit", "{'person':" AMA ",'purpose':'办敬老卡','at':'" DAY "09:30:00+08:00','facts':{" FACTS
              ",'health_code':'green','temperature':36.5}}"},
    {"visit", "{'person':{'name':'测试丁'},'purpose':'咨询','at':'" DAY
              "09:40:00+08:00','facts':{" FACTS ",'health_code':'green','temperature':37.9}}"},
    {"guidance",
     "{'person':" AMA ",'item':'QP-RS-01','channel':'online','at':'" DAY "10:30:00+08:00'}"},
};

/* The first reason of a field that the definition knows. */
static const char *a_reason(const char *form, const char *field)
{
    struct form *f;
    assert_ok(site_form(site, form, &f));
    return form_field(f, field)->reasons[0].id;
}

static void put_records(void)
{
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        if (records[i].in == NULL)
            continue;
        char *in = mem_strdup(records[i].in), *mark = strstr(in, "REASON");
        if (mark != NULL) {
            char *better = mem_printf("%.*s%s%s", (int)(mark - in), in,
                                      a_reason("equipment", "faulty"), mark + 6);
            free(in);
            in = better;
        }
        json_t *out = desk_do(records[i].what, in);
        if (js_str(out, "incident") != NULL) {
            char what[64];
            snprintf(what, sizeof what, "incident_step:%s", js_str(out, "incident"));
            json_decref(desk_do(what, "{'step':'leader_told','to':'站长','by':'phone','at':'" DAY
                                      "09:45:00+08:00'}"));
        }
        json_decref(out);
        free(in);
    }
    json_decref(desk_do("suspend", "{'reason':'停水，示例','at':'" DAY "18:00:00+08:00'}"));
}

static void assert_golden(const char *ledger, const struct buf *csv)
{
    struct buf want = BUF_INIT;
    char *file = mem_printf("tests/unit/golden/%s.csv", ledger);
    const char *mode = getenv("JIUJIN_GOLDEN");
    if (mode != NULL && strcmp(mode, "write") == 0)
        assert_ok(file_write(file, csv->data, csv->len, 0644));
    assert_ok(file_read(file, &want, FILE_LIMIT));
    assert_string_equal(buf_str(csv), buf_str(&want));
    buf_fini(&want);
    free(file);
}

static void twelve_ledgers_are_as_they_were_read_and_kept(void **state)
{
    (void)state;
    static const char *const ledgers[] = {
        "visitors",  "staff_health", "disinfection", "supplies",   "waste",       "incident_record",
        "equipment", "report_log",   "publicity",    "suspension", "declaration", "guidance_log"};
    struct sheet_wish w;
    put_records();
    wish_of(&w, "town", "csv");
    for (size_t i = 0; i < sizeof ledgers / sizeof *ledgers; i++) {
        struct buf csv = BUF_INIT;
        written(ledgers[i], &w, &csv);
        assert_golden(ledgers[i], &csv);
        buf_fini(&csv);
    }
}

/* What a PDF and a workbook begin with; what is in them, another program tells (tests/house). */
static void every_format_makes_a_file_of_its_kind(void **state)
{
    (void)state;
    struct sheet_wish w;
    add_declaration("无");
    static const struct {
        const char *format, *magic;
    } kinds[] = {{"xlsx", "PK\x03\x04"}, {"pdf", "%PDF-"}, {"csv", "\xef\xbb\xbf"}};
    for (size_t i = 0; i < 3; i++) {
        struct buf file = BUF_INIT;
        wish_of(&w, "town", kinds[i].format);
        written("L25", &w, &file);
        assert_memory_equal(file.data, kinds[i].magic, strlen(kinds[i].magic));
        buf_fini(&file);
    }
    assert_int_equal(sheet_format("doc"), -1);
}

/* The same bytes as under a name, and nothing is made anywhere. */
static void a_table_in_memory_is_the_table_of_a_file_and_has_a_limit(void **state)
{
    (void)state;
    const struct cell_column columns[] = {{"a", 13}, {"b", 13}};
    const struct table_head head = {.title = "t", .place = "p", .columns = columns, .n_columns = 2};
    const struct cell cells[] = {{CELL_TEXT, "=1", 0}, {CELL_NUMBER, "7", 7}};
    char hash[2][SHEET_HASH];
    struct buf bytes[2] = {BUF_INIT, BUF_INIT};
    snprintf(path, sizeof path, "%s/sheet.csv", site_dir);
    for (int i = 0; i < 2; i++) {
        struct sheet_out *o = NULL;
        assert_ok(sheet_begin(&head, FORMAT_CSV, false, i == 0 ? path : NULL, &o));
        assert_ok(sheet_row(o, cells));
        assert_ok(sheet_finish(o, hash[i]));
        if (i == 1)
            assert_err(ERR_TOO_LONG, sheet_take(o, &bytes[i], 5));
        buf_clear(&bytes[i]);
        assert_ok(sheet_take(o, &bytes[i], 4096));
        assert_ok(sheet_close(o, ERR_OK));
    }
    assert_string_equal(hash[0], hash[1]);
    assert_int_equal(bytes[0].len, bytes[1].len);
    assert_memory_equal(bytes[0].data, bytes[1].data, bytes[0].len);
    unlink(path);
    buf_fini(&bytes[0]), buf_fini(&bytes[1]);
}

int main(void)
{
#define IN(f) cmocka_unit_test_setup_teardown(f, site_setup_epidemic, site_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_on_a_text_comes_off_again),
        IN(no_text_of_a_csv_is_a_formula_or_a_number),
        IN(gb18030_holds_the_same_as_utf_8),
        IN(an_export_is_an_entry_with_rows_period_and_hash),
        IN(what_is_refused_leaves_no_file_and_no_entry),
        IN(twelve_ledgers_are_as_they_were_read_and_kept),
        IN(every_format_makes_a_file_of_its_kind),
        IN(a_table_in_memory_is_the_table_of_a_file_and_has_a_limit),
    };
    lang_init("zh_CN");
    clock_hold(DESK_DAY + 2 * CLOCK_DAY_MS, 0);
    return cmocka_run_group_tests_name("sheet", tests, NULL, NULL);
}
