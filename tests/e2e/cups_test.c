/* Papers through a print scheduler of the test's own: what a queue's printer gets is what was
 * made, and a queue that stands, is gone or does not answer holds nobody up and prints nothing
 * behind the clerk's back. Where cupsd cannot be started, the tests say so and are skipped. */
#include "tests/unit/unit.h"

#include <poll.h>
#include <signal.h>

#include "tests/e2e/cupsproc.h"
#include "tests/e2e/prog.h"
#include "tests/unit/desk.h"

#include "kiosk/base/buf.h"
#include "kiosk/print/document.h"
#include "kiosk/print/printing.h"
#include "sync/printer/printer.h"

#define WAIT_MS 60000

static struct cupsproc cups;

static int begin(void **state)
{
    (void)state;
    if (!cupsproc_start(&cups))
        print_message("skipped: %s\n", cups.why_not);
    return 0;
}

static int end(void **state)
{
    (void)state;
    cupsproc_end(&cups);
    return 0;
}

static void needs_cups(void)
{
    if (cups.pid == 0)
        skip();
}

static void add(const char *name, const char *address, const char *takes)
{
    struct printer p;
    printer_init(&p, name, address);
    assert_ok(printer_put(&p, "takes", takes));
    assert_ok(printer_set(site, &p, false));
}

static struct printjob print_to(const char *printer, const char *what, const char *which)
{
    int64_t id;
    struct printjob job;
    struct printing p = {.what = what, .which = which, .printer = printer};
    assert_ok(printing_start(site, &p, &id));
    assert_ok(printing_wait(site, id, WAIT_MS, &job));
    return job;
}

static char *case_of(void)
{
    json_t *out = desk_do("case", "{'person':" AMA ",'item':'QP-MZ-01','channel':'proxy'}");
    char *id = mem_strdup(js_str(out, "id"));
    json_decref(out);
    return id;
}

/* The same document of the same moment, to a file and to a queue. */
static void same_bytes(const char *queue, const char *what, const char *which)
{
    struct buf got = BUF_INIT, made = BUF_INIT;
    struct printjob job;
    int64_t ids[2];
    struct printing to_file = {.what = what, .which = which, .printer = "file"};
    struct printing to_queue = {.what = what, .which = which, .printer = queue};
    char *file = mem_printf("%s/file.out", cups.dir);
    clock_hold(DESK_DAY, clock_mono());
    assert_ok(printing_start(site, &to_queue, &ids[0]));
    assert_ok(printing_start(site, &to_file, &ids[1]));
    clock_hold(CLOCK_NONE, 0);
    for (int i = 0; i < 2; i++) {
        assert_ok(printing_wait(site, ids[i], WAIT_MS, &job));
        if (strcmp(job.state, "printed") != 0 || !job.said)
            fail_msg("%s to %s: %s, %s", what, i == 0 ? queue : file, job.state, job.why);
    }
    cupsproc_take(&cups, queue, &got);
    cupsproc_take(&cups, "file", &made);
    assert_true(made.len > 0);
    assert_int_equal(got.len, made.len);
    assert_memory_equal(got.data, made.data, made.len);
    buf_fini(&got);
    buf_fini(&made);
    free(file);
}

static void what_a_queue_gets_is_what_was_made(const char *queue, const char *takes)
{
    needs_cups();
    char *file = mem_printf("file:%s/file.out", cups.dir), *address = mem_printf("cups:%s", queue);
    add("file", file, takes);
    add(queue, address, takes);
    char *which = case_of();
    same_bytes(queue, "notice", which);
    same_bytes(queue, "test", "");
    free(which);
    free(address);
    free(file);
}

static void a_raw_queue_passes_on_the_bytes_of_a_receipt_printer_unchanged(void **state)
{
    (void)state;
    what_a_queue_gets_is_what_was_made("raw", "escpos");
}

static void a_queue_for_pages_gets_the_very_pdf(void **state)
{
    (void)state;
    what_a_queue_gets_is_what_was_made("pages", "pdf");
}

static void a_queue_is_asked_what_it_takes(void **state)
{
    (void)state;
    bool raw;
    struct printer p;
    needs_cups();
    assert_ok(cups_is_raw("raw", &raw));
    assert_true(raw);
    assert_ok(cups_is_raw("pages", &raw));
    assert_false(raw);
    assert_err(ERR_NOT_FOUND, cups_is_raw("none", &raw));
    assert_err(ERR_PRINTER, printer_find(site, "cups:pages", &p)); /* nobody asked it yet */
}

/* How long until the job says what is wrong, in the time of a desk, not of this test. */
static void seen(int64_t id, const char *why)
{
    struct printjob job;
    int64_t from = clock_mono();
    do {
        poll(NULL, 0, 5);
        assert_ok(printjob_read(site->j.store, id, &job));
    } while (strcmp(job.why, why) != 0 && job.ended == CLOCK_NONE);
    assert_string_equal(job.why, why);
    print_message("%s: seen after %lld ms\n", why, (long long)(clock_mono() - from));
}

static void nothing_came_out(const char *queue)
{
    struct buf got = BUF_INIT;
    cupsproc_take(&cups, queue, &got);
    assert_int_equal(got.len, 0);
    buf_fini(&got);
}

static void queue_is_empty(void)
{
    char *jobs = cupsproc_run("/usr/bin/lpstat", "-o", NULL, NULL);
    assert_string_equal(jobs, "");
    free(jobs);
}

static void a_queue_that_stands_is_said_and_given_up_and_prints_nothing_later(void **state)
{
    (void)state;
    int64_t id;
    struct printjob job;
    struct printing p = {.what = "test", .which = "", .printer = "raw"};
    needs_cups();
    add("raw", "cups:raw", "escpos");
    free(cupsproc_run("/usr/sbin/cupsdisable", "raw", NULL, NULL));
    assert_ok(printing_start(site, &p, &id));
    seen(id, "queue");
    assert_ok(printing_wait(site, id, WAIT_MS, &job));
    assert_string_equal(job.state, "failed");
    assert_string_equal(job.why, "queue");
    assert_false(job.begun);
    queue_is_empty();
    free(cupsproc_run("/usr/sbin/cupsenable", "raw", NULL, NULL));
    assert_ok(printing_again(site, id, NULL, &id));
    assert_ok(printing_wait(site, id, WAIT_MS, &job));
    assert_string_equal(job.state, "printed");
    assert_false(job.marked); /* nothing of the first one was on paper */
    struct buf got = BUF_INIT;
    cupsproc_take(&cups, "raw", &got);
    buf_fini(&got);
}

static void a_queue_that_has_gone_is_said_at_once(void **state)
{
    (void)state;
    needs_cups();
    add("raw", "cups:raw", "escpos");
    free(cupsproc_run("/usr/sbin/lpadmin", "-x", "raw", NULL));
    struct printjob job = print_to("raw", "test", "");
    assert_string_equal(job.state, "failed");
    assert_string_equal(job.why, "gone");
    assert_false(job.begun);
    cupsproc_queue(&cups, "raw");
}

static void a_job_that_its_printers_program_ends_may_be_on_paper_in_part(void **state)
{
    (void)state;
    needs_cups();
    add("raw", "cups:raw", "escpos");
    char *broken = mem_printf("%s/broken", cups.dir);
    free(cupsproc_run("/usr/bin/touch", broken, NULL, NULL));
    struct printjob job = print_to("raw", "test", "");
    assert_string_equal(job.state, "failed");
    assert_string_equal(job.why, "refused");
    assert_true(job.begun);
    remove(broken);
    free(broken);
    queue_is_empty();
}

static void a_scheduler_that_does_not_answer_is_given_up(void **state)
{
    (void)state;
    int64_t id;
    struct printjob job;
    struct printing p = {.what = "test", .which = "", .printer = "raw"};
    needs_cups();
    add("raw", "cups:raw", "escpos");
    kill(cups.pid, SIGSTOP);
    job = print_to("raw", "test", "");
    assert_string_equal(job.state, "failed");
    assert_string_equal(job.why, "silent");
    assert_false(job.begun);
    kill(cups.pid, SIGCONT);
    nothing_came_out("raw");
    free(cupsproc_run("/usr/sbin/cupsdisable", "raw", NULL, NULL));
    assert_ok(printing_start(site, &p, &id)); /* it holds the job when it falls silent */
    seen(id, "queue");
    kill(cups.pid, SIGSTOP);
    seen(id, "silent");
    assert_ok(printing_wait(site, id, WAIT_MS, &job));
    kill(cups.pid, SIGCONT);
    assert_string_equal(job.state, "unsure"); /* it could not be taken back: it may come out */
    free(cupsproc_run("/usr/bin/cancel", "-a", "-x", NULL));
    free(cupsproc_run("/usr/sbin/cupsenable", "raw", NULL, NULL));
    nothing_came_out("raw");
}

int main(void)
{
    lang_init("zh_CN");
    unsetenv("JIUJIN_PRINTER");
    setenv("JIUJIN_PROGRAM", prog_path("jiujin"), 1);
    setenv("JIUJIN_PRINT_HASTE", "8", 0);
#define P(name) cmocka_unit_test_setup_teardown(name, site_setup, site_teardown)
    const struct CMUnitTest tests[] = {
        P(a_raw_queue_passes_on_the_bytes_of_a_receipt_printer_unchanged),
        P(a_queue_for_pages_gets_the_very_pdf),
        P(a_queue_is_asked_what_it_takes),
        P(a_queue_that_stands_is_said_and_given_up_and_prints_nothing_later),
        P(a_queue_that_has_gone_is_said_at_once),
        P(a_job_that_its_printers_program_ends_may_be_on_paper_in_part),
        P(a_scheduler_that_does_not_answer_is_given_up),
    };
    return cmocka_run_group_tests_name("cups", tests, begin, end);
}
