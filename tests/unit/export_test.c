/* Exports: a ledger's rows as cells by an addressee's profile, and what is refused of a profile. */
#include <sys/stat.h>

#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/base/asset.h"
#include "kiosk/desk/export.h"

static void cleaned(const char *at, const char *more)
{
    char in[600];
    snprintf(in, sizeof in,
             "{'row':{'slot':'morning','area':['floor','vent'],'agent':'chlorine','method':'mop',"
             "'done_by':'admin'%s},'at':'2022-05-%s:00+08:00'}",
             more, at);
    json_decref(desk_do("ledger:L03", in));
}

static enum err join_row(void *to, const struct export_row *row)
{
    for (size_t i = 0; i < row->n_cells; i++) {
        buf_text(to, i > 0 ? "|" : "");
        buf_text(to, row->cells[i].text);
    }
    buf_byte(to, '\n');
    return ERR_OK;
}

static void assert_rows(const char *ledger, const char *profile, int64_t from, int64_t to,
                        const char *want)
{
    struct buf got = BUF_INIT;
    assert_ok(export_each(site, ledger, profile, from, to, join_row, &got));
    assert_string_equal(buf_str(&got), want);
    buf_fini(&got);
}

static void the_superior_gets_its_columns_in_its_order_and_words_oldest_first(void **state)
{
    (void)state;
    cleaned("20T12:05", ",'minutes':30");
    cleaned("20T08:00", ",'remark':'示例备注'");
    assert_rows("L03", "town", CLOCK_NONE, CLOCK_NONE,
                "1|测试村|2022-05-20|早|08:00|地面、通风口|含氯消毒液(84)||拖拭|||admin||示例备注\n"
                "2|测试村|2022-05-20|早|12:05|地面、通风口|含氯消毒液(84)||拖拭|30||admin||\n");
    assert_rows(
        "L03", "health", CLOCK_NONE, clock_day(DESK_DAY) + 9 * 3600000LL,
        "1|测试村|2022年5月20日|早|08:00|地面、通风口|含氯消毒液(84)||拖拭|||admin||示例备注\n");
    assert_err(ERR_NOT_FOUND,
               export_each(site, "L03", "nobody", CLOCK_NONE, CLOCK_NONE, join_row, NULL));
    assert_err(ERR_NOT_FOUND,
               export_each(site, "L19", "health", CLOCK_NONE, CLOCK_NONE, join_row, NULL));
    assert_err(ERR_NOT_FOUND,
               export_each(site, "visit", NULL, CLOCK_NONE, CLOCK_NONE, join_row, NULL));
}

static void a_row_that_was_struck_out_is_marked_or_left_out_as_the_profile_says(void **state)
{
    (void)state;
    char what[64];
    cleaned("20T08:00", "");
    cleaned("20T09:00", "");
    json_t *rows = desk_list("ledger:L03");
    snprintf(what, sizeof what, "ledger_void:%s", js_str(json_array_get(rows, 1), "id"));
    json_decref(desk_do(what, "{'reason':'写错'}"));
    json_decref(rows);
    assert_rows("L03", "town", CLOCK_NONE, CLOCK_NONE,
                "1|测试村|2022-05-20|早|09:00|地面、通风口|含氯消毒液(84)||拖拭|||admin||\n");
    assert_rows("L03", NULL, CLOCK_NONE, CLOCK_NONE,
                "1|2022-05-20 08:00|早|地面、通风口|含氯消毒液（84）||拖拭||||admin|||admin|作废\n"
                "2|2022-05-20 09:00|早|地面、通风口|含氯消毒液（84）||拖拭||||admin|||admin|\n");
}

static void personal_cells_are_empty_when_nobody_is_signed_in(void **state)
{
    (void)state;
    cleaned("20T08:00", ",'remark':'示例备注'");
    clerk_sign_out(site, "sign_out");
    assert_rows("L03", "town", CLOCK_NONE, CLOCK_NONE,
                "1|测试村|2022-05-20|早|08:00|地面、通风口|含氯消毒液(84)||拖拭|||admin||\n");
}

static void rows_that_another_kind_feeds_come_oldest_first_too(void **state)
{
    (void)state;
    static const char *const outcomes[] = {"36.5", "37.9"};
    for (int i = 0; i < 2; i++) {
        char in[700];
        snprintf(
            in, sizeof in,
            "{'person':" AMA ",'purpose':'办证','at':'2022-05-2%dT09:30:00+08:00','facts':"
            "{'role':'visitor','health_code':'green','venue_code':true,'mask':true,"
            "'temperature':%s,'test_at':'2022-05-2%dT08:00:00+08:00','test_result':'negative'}}",
            i, outcomes[i], i);
        json_decref(desk_do("visit", in));
    }
    assert_rows("L01", "town", CLOCK_NONE, CLOCK_NONE,
                "1|测试村|2022-05-20|09:30|测试甲|999101********0025|12000000001|绿|是|是|"
                "2022-05-20 08:00|阴性||36.5||办证|放行办理||admin|\n"
                "2|测试村|2022-05-21|09:30|测试甲|999101********0025|12000000001|绿|是|是|"
                "2022-05-21 08:00|阴性||37.9||办证|临时隔离区||admin|\n");
    assert_rows("L01", "health", clock_day(DESK_DAY) + CLOCK_DAY_MS, CLOCK_NONE,
                "1|测试村|2022年5月21日|09:30|测试甲|999101********0025|12000000001|绿|√|√|"
                "2022年5月21日 08:00|阴性||37.9||办证|临时隔离区||admin|\n");
}

static void the_sums_are_those_of_the_rows_that_stand(void **state)
{
    (void)state;
    json_t *sums = NULL;
    static const char *const moves[] = {"'in','quantity':100", "'out','quantity':30",
                                        "'out','quantity':5"};
    for (size_t i = 0; i < 3; i++) {
        char in[300];
        snprintf(in, sizeof in,
                 "{'row':{'item':'mask','unit':'piece','direction':%s,'keeper':'admin'}}",
                 moves[i]);
        json_t *out = desk_do("ledger:L04", in);
        char what[64];
        snprintf(what, sizeof what, "ledger_void:%s", js_str(out, "id"));
        if (i == 2)
            json_decref(desk_do(what, "{'reason':'写错'}"));
        json_decref(out);
    }
    assert_ok(export_sums(site, "L04", CLOCK_NONE, CLOCK_NONE, &sums));
    assert_int_equal(js_int(sums, "rows", 0), 2);
    assert_true(json_number_value(js_get(js_get(sums, "sums"), "quantity")) == 130);
    json_t *ways = js_get(js_get(sums, "choices"), "direction");
    assert_int_equal(js_int(ways, "in", 0), 1);
    assert_int_equal(js_int(ways, "out", 0), 1);
    json_decref(sums);
}

/* --- profiles ----------------------------------------------------------------------------------
 */

static void every_shipped_profile_fits_the_ledgers_that_it_takes(void **state)
{
    (void)state;
    size_t i, k, sheets = 0;
    json_t *id, *sheet, *ids = export_profile_ids(site);
    json_array_foreach(ids, i, id)
    {
        struct profile *p;
        assert_ok(export_profile_read(site, json_string_value(id), &p));
        assert_string_equal(p->id, json_string_value(id));
        json_array_foreach(js_get(p->json, "sheets"), k, sheet)
        {
            struct export *e;
            assert_ok(
                export_open(site, js_str(sheet, "ledger"), p->id, CLOCK_NONE, CLOCK_NONE, &e));
            export_free(e);
            sheets++;
        }
        profile_free(p);
    }
    assert_true(json_array_size(ids) >= 5);
    assert_true(sheets >= 28);
    json_decref(ids);
}

static const struct {
    const char *from, *to, *note;
} mistakes[] = {
    {"'yyyy-mm-dd'", "'mm/dd/yy'", "dates: "},
    {"'void': 'left_out'", "'void': 'gone'", "void: "},
    {"'formats': ['csv', 'xlsx', 'pdf']", "'formats': ['csv', 'doc']", "formats: "},
    {"'formats': ['csv', 'xlsx', 'pdf']", "'formats': []", "formats: "},
    {"'computed': 'site'", "'computed': 'sight'", "sheets[0].columns[1].computed: "},
    {"'computed': 'site'", "'field': 'name'", NULL},
    {"'computed': 'site', ", "", "sheets[0].columns[1]: "},
    {"'field': 'mask'", "'field': 'mask', 'blank': true", "sheets[0].columns[9]: "},
    {"'width': 6", "'width': 0", "sheets[0].columns[0].width: "},
    {"{'zh': '姓名', 'en': 'Name'}", "{'zh': '序号', 'en': 'Name'}",
     "sheets[0].columns[4].title: "},
    {"{'zh': '姓名', 'en': 'Name'}", "{'zh': '姓名'}", "sheets[0].columns[4].title: "},
    {"'ledger': 'staff_health'", "'ledger': 'visitors'", "sheets[1].ledger: "},
    {"{'green': {", "{'green': {'fr': 'vert', ", NULL},
    {"{'zh': '绿', 'en': 'green'}", "'绿'", "sheets[0].columns[7].words: "},
    {"'schema': 'jiujin.profile/1'", "'schema': 'jiujin.form/1'", "schema: "},
    {"'id': 'town'", "'id': 'to wn'", "id: "},
    {"'encoding': 'utf-8'", "'encoding': 'big5'", "encoding: "},
    {"'version': 1", "'version': 1, 'colour': 'red'", "colour: "},
};

static char *replaced(const char *text, const char *from, const char *to)
{
    char *f = mem_strdup(from), *t = mem_strdup(to);
    for (char *c = f; *c != 0; c++)
        *c = *c == '\'' ? '"' : *c;
    for (char *c = t; *c != 0; c++)
        *c = *c == '\'' ? '"' : *c;
    const char *at = strstr(text, f);
    if (at == NULL)
        fail_msg("not there: %s", f);
    char *out = mem_printf("%.*s%s%s", (int)(at - text), text, t, at + strlen(f));
    free(f), free(t);
    return out;
}

static void a_mistake_in_a_profile_is_told_with_file_and_place(void **state)
{
    (void)state;
    const struct asset *a = asset_find("profiles/town.json");
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        json_t *json;
        struct profile *p = NULL;
        char *text = replaced(a->data, mistakes[i].from, mistakes[i].to);
        assert_ok(js_parse(text, strlen(text), "town.json", &json));
        enum err rc = profile_parse(json, "town.json", &p);
        if (mistakes[i].note != NULL) {
            assert_err(ERR_DEFINITION, rc);
            assert_string_equal(err_field(), "town.json");
            if (strncmp(err_detail(), mistakes[i].note, strlen(mistakes[i].note)) != 0)
                fail_msg("%s -> %s", mistakes[i].to, err_detail());
        }
        profile_free(p);
        json_decref(json);
        free(text);
    }
}

static void a_site_has_profiles_of_its_own_beside_the_shipped_ones(void **state)
{
    (void)state;
    struct profile *p;
    struct export *e;
    char *folder = mem_printf("%s/profiles", site_dir),
         *path = mem_printf("%s/street.json", folder);
    const struct asset *a = asset_find("profiles/town.json");
    char *renamed = replaced(a->data, "'id': 'town'", "'id': 'street'");
    char *text = replaced(renamed, "'field': 'symptom'", "'field': 'sympton'");
    assert_int_equal(mkdir(folder, 0700), 0);
    FILE *f = fopen(path, "we");
    fputs(text, f);
    fclose(f);
    assert_ok(export_profile_read(site, "street", &p));
    assert_string_equal(p->id, "street");
    profile_free(p);
    assert_err(ERR_DEFINITION, export_open(site, "L01", "street", CLOCK_NONE, CLOCK_NONE, &e));
    assert_non_null(strstr(err_detail(), "sheets[0].columns[14].field: "));
    assert_err(ERR_DEFINITION, export_open(site, "L01", path, CLOCK_NONE, CLOCK_NONE, &e));
    unlink(path);
    rmdir(folder);
    free(folder), free(path), free(text), free(renamed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define IN(f) cmocka_unit_test_setup_teardown(f, site_setup, site_teardown)
        IN(the_superior_gets_its_columns_in_its_order_and_words_oldest_first),
        IN(a_row_that_was_struck_out_is_marked_or_left_out_as_the_profile_says),
        IN(personal_cells_are_empty_when_nobody_is_signed_in),
        cmocka_unit_test_setup_teardown(rows_that_another_kind_feeds_come_oldest_first_too,
                                        site_setup_epidemic, site_teardown),
        IN(the_sums_are_those_of_the_rows_that_stand),
        IN(every_shipped_profile_fits_the_ledgers_that_it_takes),
        cmocka_unit_test(a_mistake_in_a_profile_is_told_with_file_and_place),
        IN(a_site_has_profiles_of_its_own_beside_the_shipped_ones),
    };
    lang_init("zh_CN");
    clock_hold(DESK_DAY + 2 * CLOCK_DAY_MS, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
