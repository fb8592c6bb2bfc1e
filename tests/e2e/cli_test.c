/* The command line as a script meets it: shapes, exit statuses, and bad input, each with a message
 * of its own and nothing lost. */
#include "tests/unit/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/site.h"
#include "kiosk/store/store.h"
#include "tests/e2e/pin.h"
#include "tests/e2e/prog.h"

static char *folder; /* a demonstration site, made anew for each test */

#define JIUJIN prog_path("jiujin"), "--lang", "en", "--dir", folder
#define run(input, ...) prog_run((input), JIUJIN, __VA_ARGS__)

static int setup(void **state)
{
    (void)state;
    folder = prog_folder();
    struct ran r = run(NULL, "init", "--demo");
    if (r.status != 0)
        fprintf(stderr, "%s", r.err);
    int bad = r.status;
    ran_free(&r);
    pin_quick(folder);
    return bad;
}

static int empty(void **state)
{
    (void)state;
    folder = prog_folder();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    prog_folder_remove(folder);
    return 0;
}

/* The i-th line of `text` as JSON; owned by the caller. */
static json_t *answer(const char *text, int i)
{
    json_t *out = NULL;
    while (i-- > 0)
        text += strcspn(text, "\n") + 1;
    assert_ok(js_parse(text, strcspn(text, "\n"), "answer", &out));
    return out;
}

static void assert_said(const struct ran *r, const char *words)
{
    if (strstr(r->err, words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, r->err);
}

static int rows(const char *view)
{
    struct ran r = run(NULL, "show", view);
    int n = prog_lines(r.out, "{");
    assert_int_equal(r.status, 0);
    ran_free(&r);
    return n;
}

static void assert_verifies(void)
{
    struct ran r = run(NULL, "verify");
    if (r.status != 0)
        fail_msg("verify: %s", r.err);
    ran_free(&r);
}

/* --- use ---------------------------------------------------------------------------------------
 */

static void wrong_use_ends_with_status_2_and_says_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *words[4];
        const char *said;
    } wrong[] = {
        {{"nosuch"}, "no such command"},    {{"--nosuch"}, "no such option"},
        {{"add"}, "a word is missing"},     {{"add", "nosuch"}, "nosuch"},
        {{"show", "nosuch"}, "nosuch"},     {{"verify", "now"}, "one word too many"},
        {{"show", "--from"}, "value"},      {{"show", "cases", "--limit", "x"}, "--limit"},
        {{"sync", "--once=1"}, "no value"}, {{"clerk", "frob"}, "list | add"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *const *w = wrong[i].words;
        struct ran r = run(NULL, w[0], w[1], w[2], w[3]);
        if (r.status != 2)
            fail_msg("%s %s: status %d", w[0], w[1] != NULL ? w[1] : "", r.status);
        assert_said(&r, wrong[i].said);
        assert_string_equal(r.out, "");
        ran_free(&r);
    }
}

static void every_command_has_help_in_both_languages(void **state)
{
    (void)state;
    struct ran all = run(NULL, "--help");
    struct ran one = run(NULL, "add", "--help");
    struct ran zh = prog_run(NULL, prog_path("jiujin"), "--lang", "zh_CN", "add", "--help");
    assert_int_equal(all.status + one.status + zh.status, 0);
    assert_non_null(strstr(all.out, "add WHAT"));
    assert_non_null(strstr(one.out, "one JSON object a line"));
    assert_non_null(strstr(zh.out, "每行一个 JSON 对象"));
    ran_free(&all);
    ran_free(&one);
    ran_free(&zh);
}

static void a_demonstration_site_is_whole_and_invented_and_not_in_the_future(void **state)
{
    (void)state;
    struct ran r = run(NULL, "show", "people");
    assert_int_equal(prog_lines(r.out, "{"), 40);
    assert_int_equal(prog_lines(r.out, "\"id_no\":\"999"), 40);
    assert_int_equal(prog_lines(r.out, "\"phone\":\"12"), 40);
    ran_free(&r);
    char tomorrow[CLOCK_TEXT];
    clock_date(clock_now() + CLOCK_DAY_MS, tomorrow);
    r = run(NULL, "show", "visits", "--from", tomorrow);
    assert_string_equal(r.out, "");
    ran_free(&r);
    assert_true(rows("cases") >= 6);
    assert_true(rows("ledger:L03") >= 10);
    assert_verifies();
}

static void a_site_is_not_made_over_another(void **state)
{
    (void)state;
    int before = rows("visits");
    struct ran r = run(NULL, "init", "--demo");
    assert_int_equal(r.status, 1);
    assert_said(&r, "already");
    ran_free(&r);
    assert_int_equal(rows("visits"), before);
}

/* What the tests' own programs write costs less: tests/e2e/pin.h. */
static void a_pin_costs_who_tries_them_all_19_mib_and_two_passes_each(void **state)
{
    (void)state;
    struct site *s;
    struct ran r = run(NULL, "init", "--demo");
    assert_int_equal(r.status, 0);
    ran_free(&r);
    assert_ok(site_open(folder, "test", &s));
    assert_true(store_number(s->j.store, "SELECT count(*) FROM clerk_key", 0) > 1);
    assert_int_equal(store_number(s->j.store, "SELECT min(ops) FROM clerk_key", 0), 2);
    assert_int_equal(store_number(s->j.store, "SELECT min(memory) FROM clerk_key", 0),
                     19 * 1024 * 1024);
    site_close(s);
}

static void triage_decides_without_a_site_and_without_a_record(void **state)
{
    (void)state;
    struct ran r = run("{\"policy\":\"epidemic-2022\",\"health_code\":\"yellow\",\"mask\":true}\n"
                       "{\"policy\":\"nosuch\"}\n",
                       "triage");
    json_t *first = answer(r.out, 0), *second = answer(r.out, 1);
    assert_string_equal(js_str(first, "outcome"), "isolate");
    assert_string_equal(js_str(second, "error"), "not_found");
    assert_int_equal(r.status, 1);
    struct stat st;
    char *db = mem_printf("%s/jiujin.db", folder);
    assert_int_not_equal(stat(db, &st), 0);
    free(db);
    json_decref(first);
    json_decref(second);
    ran_free(&r);
}

static void a_ledger_file_holds_no_formula(void **state)
{
    (void)state;
    char *file = mem_printf("%s/l.csv", folder);
    struct buf csv = BUF_INIT;
    struct ran r = run("{\"row\":{\"slot\":\"morning\",\"area\":[\"floor\"],\"agent\":\"chlorine\","
                       "\"method\":\"wipe\",\"done_by\":\"台账\",\"remark\":\"=1+1,\\\"x\\\"\"}}\n",
                       "add", "ledger:L03");
    assert_int_equal(r.status, 0);
    ran_free(&r);
    r = run(NULL, "ledger", "L03", "--csv", file);
    assert_int_equal(r.status, 0);
    ran_free(&r);
    assert_ok(file_read(file, &csv, FILE_LIMIT));
    assert_memory_equal(csv.data, "\xef\xbb\xbf\"", 4);
    assert_non_null(strstr(buf_str(&csv), ",\"'=1+1,\"\"x\"\"\""));
    assert_null(strstr(buf_str(&csv), ",\"=1"));
    buf_fini(&csv);
    free(file);
}

/* --- lines ------------------------------------------------------------------------------------ */

static const char *const bad_lines[][2] = {
    {"{\"name\":\"测试甲\",\"id_no\":\"999001194001010001\"}", "id_check"},
    {"{\"name\":\"测试甲\",\"id_no\":\"99900119400101000\"}", "id_form"},
    {"{\"name\":\"测试甲\",\"id_no\":\"999001194002300000\"}", "id_date"},
    {"{\"name\":\"测试甲\",\"phone\":\"123\"}", "phone"},
    {"{\"name\":\"\xff\xfe\"}", "not_utf8"},
    {"{\"name\":\"a\\u001b[31mb\"}", "control_chars"},
    {"{\"name\":\"a\\u202eb\"}", "control_chars"},
    {"{\"name\":", "json"},
    {"[]", "json"},
    {"{\"name\":\"测试甲\",\"nosuch\":1}", "field_unknown"},
    {"{\"phone\":\"12000000001\"}", "field_required"},
    {"{\"name\":7}", "field_type"},
};

static void each_bad_line_is_refused_alone_with_a_word_of_its_own(void **state)
{
    (void)state;
    enum { N = sizeof bad_lines / sizeof *bad_lines };
    struct buf in = BUF_INIT;
    int before = rows("people");
    for (int i = 0; i < N; i++)
        buf_printf(&in, "%s\n{\"name\":\"示例%d\"}\n", bad_lines[i][0], i);
    struct ran r = run(buf_str(&in), "add", "person");
    assert_int_equal(r.status, 1);
    for (int i = 0; i < N; i++) {
        json_t *bad = answer(r.out, 2 * i), *good = answer(r.out, 2 * i + 1);
        if (js_str(bad, "error") == NULL || strcmp(js_str(bad, "error"), bad_lines[i][1]) != 0)
            fail_msg("%s -> %s", bad_lines[i][0], js_str(bad, "error"));
        assert_int_equal(js_int(bad, "line", 0), 2 * i + 1);
        assert_true(strlen(js_str(bad, "message")) > 10);
        assert_true(js_bool(good, "ok"));
        json_decref(bad);
        json_decref(good);
    }
    assert_null(strchr(r.out, '\033'));
    assert_int_equal(rows("people"), before + N);
    buf_fini(&in);
    ran_free(&r);
    assert_verifies();
}

static void an_impossible_date_is_named_with_its_field(void **state)
{
    (void)state;
    struct ran r =
        run("{\"person\":{\"name\":\"测试甲\"},\"item\":\"QP-MZ-03\",\"by\":\"phone\","
            "\"from\":\"2026-02-30T09:00:00+08:00\",\"to\":\"2026-03-01T09:00:00+08:00\"}",
            "add", "booking");
    json_t *a = answer(r.out, 0);
    assert_string_equal(js_str(a, "field"), "from");
    json_decref(a);
    ran_free(&r);
    r = run(NULL, "show", "visits", "--from", "2026-02-30");
    assert_int_equal(r.status, 1);
    assert_said(&r, "no such date");
    ran_free(&r);
}

static void a_text_over_its_length_is_refused_and_so_is_an_endless_line(void **state)
{
    (void)state;
    struct buf in = BUF_INIT;
    buf_text(&in, "{\"name\":\"");
    for (int i = 0; i < 300; i++)
        buf_text(&in, "长");
    buf_text(&in, "\"}\n{\"name\":\"");
    for (int i = 0; i < 3 << 20; i++)
        buf_byte(&in, 'x');
    buf_text(&in, "\"}\n{\"name\":\"示例甲\"}");
    struct ran r = run(buf_str(&in), "add", "person");
    json_t *text = answer(r.out, 0), *line = answer(r.out, 1), *good = answer(r.out, 2);
    assert_string_equal(js_str(text, "error"), "too_long");
    assert_string_equal(js_str(text, "field"), "name");
    assert_string_equal(js_str(line, "error"), "too_long");
    assert_int_equal(js_int(line, "line", 0), 2);
    assert_true(js_bool(good, "ok"));
    json_decref(text);
    json_decref(line);
    json_decref(good);
    ran_free(&r);
    buf_fini(&in);
}

static void no_escape_sequence_from_the_words_comes_back(void **state)
{
    (void)state;
    struct ran r = run(NULL, "case", "\033]0;x\007\033[31m1.1");
    assert_int_equal(r.status, 1);
    assert_null(strchr(r.err, '\033'));
    assert_null(strchr(r.err, '\007'));
    ran_free(&r);
    r = run(NULL, "\033[2J");
    assert_int_equal(r.status, 2);
    assert_null(strchr(r.err, '\033'));
    ran_free(&r);
}

static void a_line_is_answered_at_once_and_survives_kill_9(void **state)
{
    (void)state;
    static const char line[] = "{\"name\":\"示例甲\"}\n";
    int before = rows("people");
    struct running p = prog_start((const char *const[]){JIUJIN, "add", "person", NULL});
    for (int i = 0; i < 3; i++) {
        assert_int_equal(write(p.in, line, sizeof line - 1), sizeof line - 1);
        char *said = prog_line(&p, 20000);
        assert_non_null(strstr(said, "\"ok\":true"));
        free(said);
    }
    assert_int_equal(prog_end(&p, SIGKILL), 128 + SIGKILL);
    assert_int_equal(rows("people"), before + 3);
    assert_verifies();
}

static void nobody_waits_for_a_stream_that_pauses(void **state)
{
    (void)state;
    struct running p = prog_start((const char *const[]){JIUJIN, "add", "person", NULL});
    assert_int_equal(write(p.in, "{\"name\":", 8), 8); /* half a line, and then nothing */
    usleep(200000);
    int64_t from = clock_mono();
    struct ran r = run("{\"name\":\"示例乙\"}\n", "add", "person");
    assert_int_equal(r.status, 0);
    assert_true(clock_mono() - from < 5000);
    ran_free(&r);
    assert_int_equal(prog_end(&p, 0), 1); /* half a line is refused, not lost in silence */
}

/* --- who ----------------------------------------------------------------------------------------
 */

static void a_wrong_pin_and_a_wrong_role_are_told_apart(void **state)
{
    (void)state;
    const char *argv[] = {JIUJIN, "show", "people", NULL};
    struct ran r = prog_run_with((const char *const[]){"JIUJIN_PIN=0000", NULL}, NULL, argv);
    assert_int_equal(r.status, 1);
    assert_said(&r, "PIN is wrong");
    ran_free(&r);
    r = run("{\"person\":{\"name\":\"测试甲\"},\"item\":\"QP-MZ-01\",\"channel\":\"nearby\"}\n",
            "--user", "门岗", "add", "case");
    json_t *a = answer(r.out, 0);
    assert_string_equal(js_str(a, "error"), "role");
    json_decref(a);
    ran_free(&r);
}

static void a_new_clerk_signs_in_with_the_pin_given_and_only_with_it(void **state)
{
    (void)state;
    const char *add[] = {JIUJIN, "clerk", "add", "新窗口", "window", NULL};
    const char *show[] = {JIUJIN, "--user", "新窗口", "show", "people", NULL};
    struct ran r = prog_run_with((const char *const[]){"JIUJIN_NEW_PIN=246810", NULL}, NULL, add);
    assert_int_equal(r.status, 0);
    ran_free(&r);
    r = prog_run_with((const char *const[]){"JIUJIN_PIN=246810", NULL}, NULL, show);
    assert_int_equal(r.status, 0);
    ran_free(&r);
    r = prog_run_with((const char *const[]){"JIUJIN_PIN=1234", NULL}, NULL, show);
    assert_int_equal(r.status, 1);
    ran_free(&r);
}

/* --- the database -------------------------------------------------------------------------------
 */

static void a_missing_site_says_how_to_make_one(void **state)
{
    (void)state;
    struct ran r = run(NULL, "show", "status");
    assert_int_equal(r.status, 1);
    assert_said(&r, "jiujin init");
    ran_free(&r);
}

/* What `sql` makes of the site's database; then the program must refuse with `words` and change no
 * byte of it. */
static void refuses_database(const char *sql, const char *words)
{
    char *path = mem_printf("%s/jiujin.db", folder);
    struct buf before = BUF_INIT, after = BUF_INIT;
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    assert_ok(file_read(path, &before, FILE_LIMIT));
    struct ran r = run(NULL, "show", "status");
    assert_int_equal(r.status, 1);
    assert_said(&r, words);
    assert_ok(file_read(path, &after, FILE_LIMIT));
    assert_int_equal(before.len, after.len);
    assert_memory_equal(before.data, after.data, after.len);
    ran_free(&r);
    buf_fini(&before);
    buf_fini(&after);
    free(path);
}

static void a_foreign_database_is_left_alone(void **state)
{
    (void)state;
    refuses_database("CREATE TABLE t(a); PRAGMA application_id = 7", "not one of ours");
}

static void a_file_that_is_no_database_is_left_alone(void **state)
{
    (void)state;
    char *path = mem_printf("%s/jiujin.db", folder);
    assert_ok(file_write(path, "hello, this is a letter and no database", 39, 0600));
    struct ran r = run(NULL, "show", "status");
    assert_int_equal(r.status, 1);
    assert_said(&r, "jiujin.db");
    ran_free(&r);
    free(path);
}

static void a_newer_schema_is_left_alone(void **state)
{
    (void)state;
    refuses_database("PRAGMA user_version = 9999", "newer version");
}

/* --- the hub ------------------------------------------------------------------------------------
 */

static void a_hub_that_is_down_and_no_hub_are_told_apart(void **state)
{
    (void)state;
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%s", prog_port());
    struct ran r = run(NULL, "sync", "--once");
    assert_int_equal(r.status, 1);
    assert_said(&r, "has not joined a hub");
    ran_free(&r);
    r = run(NULL, "enrol", url, "3TBY-QAK7-QXD9-GK1W-7JSW-8599-VNPC-N2AH");
    assert_int_equal(r.status, 1);
    assert_said(&r, "cannot be reached");
    ran_free(&r);
}

static void the_doctor_has_a_line_for_each_check_and_fails_without_a_site(void **state)
{
    (void)state;
    struct ran r = run(NULL, "doctor");
    assert_int_equal(r.status, 1);
    assert_int_equal(prog_lines(r.out, ": "), 10);
    assert_int_equal(prog_lines(r.out, "bad  site"), 1);
    ran_free(&r);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
#define BARE(test) cmocka_unit_test_setup_teardown(test, empty, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(wrong_use_ends_with_status_2_and_says_what_is_wrong),
        BARE(every_command_has_help_in_both_languages),
        WITH(a_demonstration_site_is_whole_and_invented_and_not_in_the_future),
        WITH(a_site_is_not_made_over_another),
        BARE(a_pin_costs_who_tries_them_all_19_mib_and_two_passes_each),
        BARE(triage_decides_without_a_site_and_without_a_record),
        WITH(a_ledger_file_holds_no_formula),
        WITH(each_bad_line_is_refused_alone_with_a_word_of_its_own),
        WITH(an_impossible_date_is_named_with_its_field),
        WITH(a_text_over_its_length_is_refused_and_so_is_an_endless_line),
        WITH(no_escape_sequence_from_the_words_comes_back),
        WITH(a_line_is_answered_at_once_and_survives_kill_9),
        WITH(nobody_waits_for_a_stream_that_pauses),
        WITH(a_wrong_pin_and_a_wrong_role_are_told_apart),
        WITH(a_new_clerk_signs_in_with_the_pin_given_and_only_with_it),
        BARE(a_missing_site_says_how_to_make_one),
        BARE(a_foreign_database_is_left_alone),
        BARE(a_file_that_is_no_database_is_left_alone),
        WITH(a_newer_schema_is_left_alone),
        WITH(a_hub_that_is_down_and_no_hub_are_told_apart),
        BARE(the_doctor_has_a_line_for_each_check_and_fails_without_a_site),
    };
    prog_leaks(1); /* every command, once at least, in this test */
    return cmocka_run_group_tests_name("cli", tests, NULL, NULL);
}
