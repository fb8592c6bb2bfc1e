/* Paper between a village and its hub, by the programs alone: the slip read on the hub's page and
 * on its command line, before the network and behind it; acknowledgements scanned at the village.
 */
#include "tests/unit/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/link.h"
#include "kiosk/rules/idno.h"
#include "tests/e2e/desk.h"
#include "tests/e2e/hubproc.h"
#include "tests/e2e/village.h"
#include "tests/unit/picture.h"

#define WAIT 15000 /* ms; nothing takes so long on a machine that is not busy */
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

/* --- acknowledgements ------------------------------------------------------------------------- */

/* The digits below the symbol of the page, and what the picture holds, by a decoder that is not
 * ours; the caller frees. */
static char *page_ack(void)
{
    char png[96];
    struct buf said = BUF_INIT;
    browser_get(&officer, &hub, "/sites/" VILLAGE_SITE "/ack");
    assert_int_equal(officer.status, 200);
    const char *at = strstr(officer.page, "class=\"digits\">");
    assert_non_null(at);
    at += strlen("class=\"digits\">");
    char *digits = mem_strndup(at, strspn(at, "0123456789"));
    snprintf(png, sizeof png, "%s/ack.png", hub.dir);
    free(HUBPROC(&hub, "ack", VILLAGE_SITE, "--png", png));
    const char *const zxing[] = {"ZXingReader", "-bytes", "-format", "QRCode", png, NULL};
    picture_ask(zxing, &said);
    assert_int_equal(said.len, strlen(digits));
    assert_memory_equal(said.data, digits,
                        30); /* site, epoch, number: the rest has the time in it */
    unlink(png);
    buf_fini(&said);
    return digits;
}

/* What `jiujin ack` says to what a scanner types. */
static json_t *ack_reads(const char *digits, int status)
{
    json_t *said = NULL;
    char *line = mem_printf("%s\r\n", digits);
    struct ran r = prog_run(line, prog_path("jiujin"), "--dir", v.dir, "ack");
    if (r.status != status)
        fail_msg("status %d: %s%s", r.status, r.out, r.err);
    assert_ok(js_parse(r.out, strcspn(r.out, "\n"), "ack", &said));
    ran_free(&r);
    free(line);
    return said;
}

/* The village forgets what the network told it: as if each answer had been lost on the way. */
static void forget_acks(void)
{
    struct link_state l;
    unsigned char first[HASH_BYTES];
    assert_ok(link_read(v.site->j.store, VILLAGE_SITE, &l));
    journal_first_hash(VILLAGE_SITE, l.epoch, first);
    assert_ok(link_acked(v.site->j.store, l.epoch, 0, first, 0));
}

static struct link_state link_now(void)
{
    struct link_state l;
    assert_ok(link_read(v.site->j.store, VILLAGE_SITE, &l));
    return l;
}

static void an_acknowledgement_on_paper_closes_the_loop_without_a_network(void **state)
{
    (void)state;
    free(take_in());
    free(VILLAGE(&v, NULL, "sync", "--once"));
    int64_t there = link_now().acked;
    forget_acks();
    free(take_in()); /* has not gone out yet */
    char *digits = page_ack();
    hubproc_stop(&hub, SIGTERM);
    json_t *said = ack_reads(digits, 0);
    assert_string_equal(js_str(said, "answer"), "arrived");
    assert_int_equal(js_int(said, "seq", 0), there);
    assert_int_equal(link_now().acked, there);
    assert_true(link_now().last > there);
    json_decref(said);
    said = ack_reads(digits, 0);
    assert_string_equal(js_str(said, "answer"), "older");
    json_decref(said);
    hubproc_start(&hub);
    free(VILLAGE(&v, NULL, "sync", "--once")); /* and the wire goes on from there */
    assert_int_equal(link_now().acked, link_now().last);
    char *commands = HUBPROC(&hub, "ack", VILLAGE_SITE, "--digits");
    commands[strcspn(commands, "\n")] = 0;
    said = ack_reads(commands, 0);
    assert_string_equal(js_str(said, "answer"), "older");
    json_decref(said);
    commands[20] = commands[20] == '1' ? '2' : '1';
    said = ack_reads(commands, 1);
    assert_string_equal(js_str(said, "error"), "ack_forged");
    json_decref(said);
    free(commands), free(digits);
}

static void an_acknowledgement_is_scanned_at_the_villages_screen(void **state)
{
    (void)state;
    struct desk d = {.folder = v.dir, .lang = "en", .screen = "sync"};
    free(take_in());
    free(VILLAGE(&v, NULL, "sync", "--once"));
    forget_acks();
    char *digits = page_ack();
    struct term *t = desk_names(&d);
    desk_sign_in(t, "1", "0 of ");
    term_type(t, "a");
    term_wait(t, "Scan the acknowledgement", WAIT);
    term_type(t, digits);
    term_type(t, T_ENTER);
    term_wait(t, "Arrived, by the paper: everything up to No.", WAIT);
    term_wait(t, "came on paper", WAIT);
    term_type(t, "a");
    term_wait(t, "Scan the acknowledgement", WAIT);
    term_type(t, digits);
    term_type(t, T_ENTER);
    term_wait(t, "An older paper", WAIT);
    term_type(t, "a");
    term_wait(t, "Scan the acknowledgement", WAIT);
    term_type(t, "123456789" T_ENTER);
    term_wait(t, "not an acknowledgement", WAIT);
    assert_true(link_now().acked > 0);
    desk_end(t);
    free(digits);
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
        cmocka_unit_test(an_acknowledgement_on_paper_closes_the_loop_without_a_network),
        cmocka_unit_test(an_acknowledgement_is_scanned_at_the_villages_screen),
        cmocka_unit_test(each_bad_paper_has_its_own_answer),
    };
    return cmocka_run_group_tests_name("slip", tests, setup, teardown);
}
