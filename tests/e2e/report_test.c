/* The daily report from the desk to the district: signed without a network, it goes first when
 * there is one, the hub checks it, and the sheet shows it. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "tests/e2e/village.h"
#include "tests/unit/unit.h"

static struct hubproc hub;
static struct village village;
static char today[CLOCK_TEXT];

static int setup(void **state)
{
    (void)state;
    hubproc_make(&hub);
    hubproc_start(&hub);
    village_make(&village, &hub);
    clock_date(clock_now(), today);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    village_free(&village);
    hubproc_free(&hub);
    return 0;
}

static json_t *sheet_row(void)
{
    json_t *rows = HUBPROC_LINES(&hub, "report", today, "--json");
    assert_int_equal(json_array_size(rows), 1);
    json_t *row = json_incref(json_array_get(rows, 0));
    json_decref(rows);
    return row;
}

static void add(const char *what, const char *row)
{
    char *line = mem_printf("%s\n", row);
    free(VILLAGE(&village, line, "add", what));
    free(line);
}

static void work(void)
{
    add("visit", "{\"facts\":{\"health_code\":\"red\"}}");
    add("ledger:L03", "{\"row\":{\"slot\":\"morning\",\"area\":[\"floor\"],\"agent\":\"chlorine\","
                      "\"method\":\"mop\"}}");
}

static void
a_village_that_has_not_reported_stands_on_the_sheet_with_the_hubs_own_numbers(void **state)
{
    (void)state;
    work();
    free(VILLAGE(&village, NULL, "sync", "--once"));
    json_t *row = sheet_row();
    assert_null(js_str(row, "id"));
    const char *word = js_str(row, "state");
    assert_true(strcmp(word, "late") == 0 || strcmp(word, "open") == 0);
    assert_int_equal(json_integer_value(json_array_get(
                         json_object_get(js_get(js_get(row, "sums"), "visit"), "isolate"), 0)),
                     1);
    json_decref(row);
}

static void a_report_signed_offline_is_the_hubs_when_the_line_is_back_and_agrees(void **state)
{
    (void)state;
    hubproc_stop(&hub, SIGKILL);
    work();
    char *said = VILLAGE(&village, NULL, "--lang", "en", "report", today, "--sign");
    assert_non_null(strstr(said, "Revision 1"));
    free(said);
    hubproc_start(&hub);
    free(VILLAGE(&village, NULL, "sync", "--once"));
    json_t *row = sheet_row();
    assert_string_equal(js_str(row, "state"), "agrees");
    assert_int_equal(js_int(row, "revision", 0), 1);
    assert_string_equal(js_str(row, "leader"), "admin");
    assert_false(js_bool(row, "changed"));
    json_decref(row);
}

static void entries_after_the_signature_are_told_and_a_revision_settles_them(void **state)
{
    (void)state;
    work();
    free(VILLAGE(&village, NULL, "sync", "--once"));
    json_t *row = sheet_row();
    assert_true(js_bool(row, "changed"));
    assert_true(js_int(row, "later", 0) >= 2);
    json_decref(row);
    free(VILLAGE(&village, NULL, "report", today, "--sign"));
    free(VILLAGE(&village, NULL, "sync", "--once"));
    row = sheet_row();
    assert_int_equal(js_int(row, "revision", 0), 2);
    assert_false(js_bool(row, "changed"));
    assert_string_equal(js_str(row, "state"), "agrees");
    json_decref(row);
}

static void the_pages_show_the_sheet_the_report_and_its_entries(void **state)
{
    (void)state;
    struct browser b;
    char path[100];
    setenv("JIUJIN_HUB_PASSWORD", "test-1234", 1);
    free(HUBPROC(&hub, "user", "add", "viewer", "--role", "viewer"));
    browser_open(&b);
    browser_get(&b, &hub, "/login?lang=en");
    browser_post(&b, &hub, "/login", "name=viewer&password=test-1234");
    snprintf(path, sizeof path, "/reports?date=%s", today);
    browser_get(&b, &hub, path);
    assert_int_equal(b.status, 200);
    assert_non_null(strstr(b.page, "agrees"));
    snprintf(path, sizeof path, "/reports/" VILLAGE_SITE "?date=%s", today);
    browser_get(&b, &hub, path);
    assert_int_equal(b.status, 200);
    assert_non_null(strstr(b.page, "It agrees with the entries held here."));
    assert_null(strstr(b.page, "<script>")); /* none inline */
    browser_get(&b, &hub, "/reports/999999999999");
    assert_int_equal(b.status, 404);
    browser_close(&b);
}

static void another_program_gets_the_sheet_with_a_token_and_nothing_without(void **state)
{
    (void)state;
    struct browser b;
    browser_open(&b);
    browser_get(&b, &hub, "/api/v1/reports");
    assert_int_equal(b.status, 401);
    browser_close(&b);
}

/* The first bytes of a file and how many there are. */
static size_t file_begins(const char *path, char out[8])
{
    memset(out, 0, 8);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    size_t n = fread(out, 1, 7, f);
    fclose(f);
    return n;
}

static void the_sheet_and_the_report_leave_as_files(void **state)
{
    (void)state;
    char begin[8], path[100];
    static const struct {
        const char *ext, *begins;
    } files[] = {{"csv", "\xef\xbb\xbf"}, {"xlsx", "PK"}, {"pdf", "%PDF"}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char option[10];
        snprintf(path, sizeof path, "%s/report.%s", village.dir, files[i].ext);
        snprintf(option, sizeof option, "--%s", files[i].ext);
        free(VILLAGE(&village, NULL, "report", today, option, path));
        assert_true(file_begins(path, begin) > 0);
        assert_int_equal(strncmp(begin, files[i].begins, strlen(files[i].begins)), 0);
        remove(path);
    }
    char *csv = HUBPROC(&hub, "report", today, "--csv", "-", "--lang", "en");
    assert_non_null(strstr(csv, VILLAGE_SITE));
    assert_non_null(strstr(csv, "agrees"));
    free(csv);
    snprintf(path, sizeof path, "%s/sheet.xlsx", hub.dir);
    free(HUBPROC(&hub, "report", today, "--xlsx", path));
    file_begins(path, begin);
    assert_int_equal(strncmp(begin, "PK", 2), 0);
    remove(path);
}

static void dates_that_cannot_be_are_refused_by_both_programs(void **state)
{
    (void)state;
    int status;
    char *out = hubproc_run(&hub, &status, (const char *const[]){"report", "2026-02-30", NULL});
    assert_int_equal(status, 1);
    free(out);
    struct ran r =
        prog_run(NULL, prog_path("jiujin"), "--dir", village.dir, "report", "2999-01-01");
    assert_int_equal(r.status, 1);
    ran_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_village_that_has_not_reported_stands_on_the_sheet_with_the_hubs_own_numbers),
        cmocka_unit_test(a_report_signed_offline_is_the_hubs_when_the_line_is_back_and_agrees),
        cmocka_unit_test(entries_after_the_signature_are_told_and_a_revision_settles_them),
        cmocka_unit_test(the_pages_show_the_sheet_the_report_and_its_entries),
        cmocka_unit_test(another_program_gets_the_sheet_with_a_token_and_nothing_without),
        cmocka_unit_test(the_sheet_and_the_report_leave_as_files),
        cmocka_unit_test(dates_that_cannot_be_are_refused_by_both_programs),
    };
    return cmocka_run_group_tests_name("report", tests, setup, teardown);
}
