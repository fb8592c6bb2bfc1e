/* Paper between a village and its hub, by the programs alone: the slip read on the hub's page and
 * on its command line, before the network and behind it. */
#include "tests/unit/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/rules/idno.h"
#include "tests/e2e/hubproc.h"
#include "tests/e2e/village.h"

#define PASSWORD "slips-1234"

static struct hubproc hub;
static struct village v;
static struct browser officer;

static int setup(void **state)
{
    (void)state;
    hubproc_make(&hub);
    hubproc_start(&hub);
    village_make(&v, &hub);
    free(VILLAGE(&v, NULL, "sync", "--once"));
    setenv("JIUJIN_HUB_PASSWORD", PASSWORD, 1);
    free(HUBPROC(&hub, "user", "add", "officer1", "--role", "officer"));
    browser_open(&officer);
    browser_get(&officer, &hub, "/login?lang=en");
    browser_post(&officer, &hub, "/login", "name=officer1&password=" PASSWORD);
    assert_int_equal(officer.status, 200);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    browser_close(&officer);
    village_free(&v);
    hubproc_free(&hub);
    return 0;
}

/* Another invented resident's case each time; its id, which the caller frees. */
static char *take_in(void)
{
    static int n = 1;
    char first17[24];
    json_t *answer = NULL;
    snprintf(first17, sizeof first17, "99910119650101%03d", n++ % 1000);
    char *line = mem_printf(
        "{\"person\":{\"name\":\"测试甲\",\"id_no\":\"%.17s%c\",\"phone\":\"12000000001\"},"
        "\"agent\":null,\"item\":\"QP-MZ-01\",\"channel\":\"proxy\",\"skipped\":[{\"channel\":"
        "\"online\",\"reason\":\"no_phone\"}],\"papers\":[],\"note\":\"行动不便\"}\n",
        first17, idno_digit(first17));
    char *out = VILLAGE(&v, line, "add", "case");
    assert_ok(js_parse(out, strcspn(out, "\n"), "case", &answer));
    char *id = mem_strdup(js_str(answer, "id"));
    json_decref(answer);
    free(line), free(out);
    return id;
}

static char *digits_of(const char *id)
{
    char *digits = VILLAGE(&v, NULL, "slip", id, "--digits");
    digits[strcspn(digits, "\n")] = 0;
    return digits;
}

/* What the page says to what a scanner types and ends with Enter. */
static void page_reads(const char *typed, long status, const char *said)
{
    char *form = mem_printf("typed=%s", typed);
    browser_get(&officer, &hub, "/slip");
    assert_non_null(strstr(officer.page, "autofocus"));
    browser_post(&officer, &hub, "/slip", form);
    if (officer.status != status || strstr(officer.page, said) == NULL)
        fail_msg("%ld, not \"%s\":\n%s", officer.status, said, officer.page);
    assert_non_null(strstr(officer.page, "autofocus")); /* ready for the next one */
    free(form);
}

/* Standard input to `jiujin-hub slip`; its first line, and its status. */
static json_t *command_reads(const char *lines, int status)
{
    json_t *first = NULL;
    struct ran r =
        prog_run(lines, prog_path("jiujin-hub"), "--lang", "en", "slip", "--store", hub.store);
    if (r.status != status)
        fail_msg("status %d: %s%s", r.status, r.out, r.err);
    assert_ok(js_parse(r.out, strcspn(r.out, "\n"), "slip", &first));
    ran_free(&r);
    return first;
}

static json_t *hub_cases(void)
{
    return HUBPROC_LINES(&hub, "show", "cases");
}

static void one_case(const char *id, const char *clerk)
{
    size_t i;
    int n = 0;
    json_t *row, *rows = hub_cases();
    json_array_foreach(rows, i, row)
    {
        if (strcmp(js_str(row, "id"), id) == 0) {
            n++;
            assert_string_equal(js_str(row, "clerk"), clerk);
            assert_true(js_bool(row, "by_slip"));
        }
    }
    assert_int_equal(n, 1);
    json_decref(rows);
}

static void a_slip_read_on_the_page_and_synced_later_is_one_case(void **state)
{
    (void)state;
    char *id = take_in(), *digits = digits_of(id), path[64];
    page_reads(digits, 200, "the slip is the first that we have of this case");
    assert_non_null(strstr(officer.page, "测试甲"));
    one_case(id, "");
    page_reads(digits, 200, "This very slip was read before");
    free(VILLAGE(&v, NULL, "sync", "--once"));
    one_case(id, "admin");
    page_reads(digits, 200, "This very slip was read before");
    assert_null(strstr(officer.page, "Slip and records differ"));
    snprintf(path, sizeof path, "/cases/%s/%s", VILLAGE_SITE, id);
    browser_get(&officer, &hub, path);
    assert_null(strstr(officer.page, "Slip and records differ"));
    free(digits), free(id);
}

static void a_slip_read_behind_the_network_on_the_page_or_the_command_line_is_one_case(void **state)
{
    (void)state;
    char *a = take_in(), *b = take_in(), *first = digits_of(a), *second = digits_of(b);
    free(VILLAGE(&v, NULL, "sync", "--once"));
    page_reads(first, 200, "the case was here already, by the network");
    one_case(a, "admin");
    json_t *said = command_reads(second, 0);
    assert_string_equal(js_str(said, "answer"), "joined");
    assert_int_equal(json_array_size(js_get(said, "differs")), 0);
    json_decref(said);
    one_case(b, "admin");
    free(VILLAGE(&v, NULL, "sync", "--once")); /* the village is told that it was received */
    char *row = VILLAGE(&v, NULL, "case", b);
    assert_non_null(strstr(row, "\"received\":\"2"));
    free(row), free(first), free(second), free(a), free(b);
}

static void what_changed_between_slip_and_entries_is_shown_on_both_pages(void **state)
{
    (void)state;
    char path[64], *id = take_in(), *digits = digits_of(id);
    json_t *said = command_reads(digits, 0);
    json_decref(said);
    free(VILLAGE(&v, NULL, "case", id, "paper", "P02", "copy_kept"));
    free(VILLAGE(&v, NULL, "sync", "--once"));
    page_reads(digits, 200, "Slip and records differ");
    assert_non_null(strstr(officer.page, "copy kept"));
    snprintf(path, sizeof path, "/cases/%s/%s", VILLAGE_SITE, id);
    browser_get(&officer, &hub, path);
    assert_non_null(strstr(officer.page, "Slip and records differ"));
    free(digits), free(id);
}

/* Each on the page and on the command line, with its status there. */
static void each_bad_paper_has_its_own_answer(void **state)
{
    (void)state;
    char *id = take_in(), *digits = digits_of(id), *cut = mem_strdup(digits);
    char *other = mem_strdup(digits);
    static const struct {
        const char *typed, *error, *said;
        long status;
    } typed[] = {
        {"0123456789", "case_unknown", "No case of this number", 404},
        {"101201-01-000057-0", "check_digit", "check digit", 422},
        {"hello", "slip", "not a slip", 422},
        {"10000000000000000000000000000000000", "slip", "not a slip", 422},
    };
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        page_reads(typed[i].typed, typed[i].status, typed[i].said);
        json_t *said = command_reads(typed[i].typed, 1);
        assert_string_equal(js_str(said, "error"), typed[i].error);
        json_decref(said);
    }
    cut[300] = 0;
    page_reads(cut, 422, "Digits of this slip are missing");
    other[200] = other[200] == '1' ? '2' : '1';
    page_reads(other, 422, "Digits of this slip are missing");
    free(HUBPROC(&hub, "site", "revoke", VILLAGE_SITE));
    page_reads(digits, 403, "is shut out");
    json_t *said = command_reads(digits, 1);
    assert_string_equal(js_str(said, "error"), "slip_revoked");
    json_decref(said);
    free(digits), free(cut), free(other), free(id);
}

static void many_slips_are_read_a_line_each(void **state)
{
    (void)state;
    char *a = take_in(), *b = take_in(), *first = digits_of(a), *second = digits_of(b);
    char *lines = mem_printf("%s\r\n\n12345\n%s\n", first, second);
    struct ran r = prog_run(lines, prog_path("jiujin-hub"), "slip", "--store", hub.store);
    assert_int_equal(r.status, 1); /* one of them was refused */
    assert_int_equal(prog_lines(r.out, "\"answer\":\"recorded\""), 2);
    assert_int_equal(prog_lines(r.out, "\"ok\":false"), 1);
    ran_free(&r);
    free(lines), free(first), free(second), free(a), free(b);
}

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slip_read_on_the_page_and_synced_later_is_one_case),
        cmocka_unit_test(
            a_slip_read_behind_the_network_on_the_page_or_the_command_line_is_one_case),
        cmocka_unit_test(what_changed_between_slip_and_entries_is_shown_on_both_pages),
        cmocka_unit_test(many_slips_are_read_a_line_each),
        cmocka_unit_test(each_bad_paper_has_its_own_answer),
    };
    return cmocka_run_group_tests_name("slip", tests, setup, teardown);
}
