/* Numbers on paper, with printers that print, hang, vanish or run out of paper: whatever a printer
 * does, no number remains in the queue that nobody holds. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>

#include "tests/unit/desk.h"

#include "kiosk/base/buf.h"
#include "kiosk/print/printer.h"
#include "kiosk/print/qr.h"
#include "kiosk/print/ticket.h"

/* --- fakes ----------------------------------------------------------------------------------- */

static char fifo[96];   /* a printer's path */
static int got = -1;    /* what it printed can be read here */
static int master = -1; /* of the pty, held open by the test */
static pid_t printer;

static void keep(const char *address)
{
    struct printer p;
    printer_init(&p, "printer", address);
    assert_ok(printer_set(site, &p, true));
}

static void fifo_made(void)
{
    snprintf(fifo, sizeof fifo, "%s/printer", site_dir);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    keep(fifo);
}

/* Takes all from `from`; a DLE EOT is answered by the next of `answers`, the last for ever; none:
 * it never answers. What else came goes to `to`. */
static void print_all(int from, int to, const char *answers)
{
    unsigned char in[512];
    ssize_t n;
    while ((n = read(from, in, sizeof in)) > 0 || (n < 0 && errno == EINTR))
        for (ssize_t i = 0; i < n; i++) {
            if (i + 2 >= n || in[i] != 0x10 || in[i + 1] != 0x04) {
                if (write(to, in + i, 1) != 1)
                    _exit(1);
                continue;
            }
            i += 2;
            if (*answers != 0 && write(from, answers, 1) != 1)
                _exit(1);
            if (*answers != 0 && answers[1] != 0)
                answers++;
        }
    _exit(0);
}

static void fifo_printer(void)
{
    int ends[2];
    fifo_made();
    assert_int_equal(pipe(ends), 0);
    printer = fork();
    if (printer == 0) {
        close(ends[0]);
        print_all(open(fifo, O_RDONLY), ends[1], "");
    }
    close(ends[1]);
    got = ends[0];
    int fd; /* its reader is there */
    while ((fd = open(fifo, O_WRONLY | O_NONBLOCK)) < 0)
        poll(NULL, 0, 5);
    master = fd;
}

/* A serial printer; `answers` as in print_all, NULL: nobody is there at the other end. */
static void pty_printer(const char *answers)
{
    int ends[2];
    struct termios t;
    master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(master >= 0);
    assert_int_equal(grantpt(master) | unlockpt(master), 0);
    keep(ptsname(master));
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY); /* held: the line does not hang up */
    assert_int_equal(tcgetattr(slave, &t), 0);
    cfmakeraw(&t);
    tcsetattr(slave, TCSANOW, &t);
    got = slave;
    if (answers == NULL)
        return;
    assert_int_equal(pipe(ends), 0);
    printer = fork();
    if (printer == 0) {
        close(ends[0]);
        print_all(master, ends[1], answers);
    }
    close(ends[1]);
    got = ends[0];
}

static int teardown(void **state)
{
    if (printer > 0) {
        kill(printer, SIGKILL);
        waitpid(printer, NULL, 0);
    }
    if (master >= 0)
        close(master);
    if (got >= 0)
        close(got);
    if (fifo[0] != 0)
        unlink(fifo);
    printer = 0;
    master = got = -1;
    fifo[0] = 0;
    unsetenv("JIUJIN_PRINTER");
    return site_teardown(state);
}

/* --- what is asked of them ------------------------------------------------------------------- */

static json_t *hand_out(void)
{
    json_t *out = NULL, *in = desk_json("{'service':'window'}");
    assert_ok(ticket_hand_out(site, in, true, &out));
    assert_ok(ticket_printed(site, out, TICKET_WAIT_MS));
    json_decref(in);
    return out;
}

static void nobody_is_called(void)
{
    desk_refused(ERR_NOT_FOUND, "ticket", "ticket_next", "{'window':'1'}");
}

static void no_ghost_remains(const char *trouble)
{
    json_t *out = hand_out(), *rows = desk_list("tickets"), *why = NULL;
    assert_false(js_bool(out, "printed"));
    assert_string_equal(js_str(out, "trouble"), trouble);
    assert_int_equal(json_array_size(rows), 1);
    assert_string_equal(js_str(json_array_get(rows, 0), "state"), "void");
    nobody_is_called();
    /* the reason stands in the entry */
    char id[ENTRY_ID];
    journal_id(
        false, site->j.epoch,
        store_number(site->j.store, "SELECT max(seq) FROM entry WHERE kind = 'ticket_step'", 0),
        id);
    assert_ok(journal_unseal(&site->j, id, &why));
    assert_non_null(strstr(js_str(why, "reason"), trouble));
    json_decref(why), json_decref(rows), json_decref(out);
    desk_replays();
}

static void assert_holds(const struct buf *paper, const char *text)
{
    struct buf want = BUF_INIT;
    gb18030_from(text, &want);
    assert_non_null(memmem(paper->data, paper->len, want.data, want.len));
    buf_fini(&want);
}

static void read_paper(struct buf *paper, const char *until)
{
    struct pollfd p = {.fd = got, .events = POLLIN};
    while (memmem(paper->data, paper->len, until, strlen(until)) == NULL && poll(&p, 1, 5000) > 0) {
        ssize_t n = read(got, buf_room(paper, 512), 512);
        if (n <= 0)
            break;
        paper->len += (size_t)n;
    }
}

static void a_number_comes_out_whole(void)
{
    struct buf paper = BUF_INIT;
    json_t *out = hand_out();
    assert_true(js_bool(out, "printed"));
    assert_null(js_str(out, "trouble"));
    buf_add(&paper, "", 0);
    read_paper(&paper, "\x1dV");
    assert_holds(&paper, "测试村");
    assert_holds(&paper, "Window");
    assert_non_null(memmem(paper.data, paper.len,
                           "\x1d!\x33\x1c!\x0c"
                           "A001",
                           10));
    size_t asked = memcmp(paper.data, "\x1dr\x01", 3) == 0 ? 3 : 0; /* whether it confirms */
    assert_int_equal(memcmp(paper.data + asked, "\x1b@", 2), 0);
    buf_fini(&paper);
    json_decref(out);
}

static void a_printer_that_takes_all_prints_the_number_large(void **state)
{
    (void)state;
    fifo_printer();
    a_number_comes_out_whole();
}

static void a_printer_that_answers_well_prints(void **state)
{
    (void)state;
    pty_printer("\x12");
    a_number_comes_out_whole();
}

static void a_printer_that_never_answers_is_sent_to_all_the_same(void **state)
{
    (void)state;
    pty_printer("");
    a_number_comes_out_whole();
}

static void a_printer_that_hangs_leaves_no_ghost(void **state)
{
    (void)state;
    fifo_made();
    got = open(fifo, O_RDONLY | O_NONBLOCK); /* there, but takes nothing */
    no_ghost_remains("no answer");
}

static void a_printer_that_falls_silent_leaves_no_ghost(void **state)
{
    (void)state;
    pty_printer("\x12\x12\x01"); /* the third answer is none */
    no_ghost_remains("no answer");
}

static void a_printer_that_is_gone_leaves_no_ghost(void **state)
{
    (void)state;
    setenv("JIUJIN_PRINTER", "/nonexistent/printer", 1);
    no_ghost_remains("it is not there");
}

static void a_printer_without_power_leaves_no_ghost(void **state)
{
    (void)state;
    fifo_made(); /* nobody reads */
    no_ghost_remains("it is not there");
}

static void a_printer_out_of_paper_leaves_no_ghost(void **state)
{
    (void)state;
    pty_printer("\x12\x72");
    no_ghost_remains("out of paper");
}

static void a_roll_that_ends_under_the_number_leaves_no_ghost(void **state)
{
    (void)state;
    pty_printer("\x12\x12\x12\x72"); /* well before, empty after */
    no_ghost_remains("out of paper");
}

static void an_open_cover_leaves_no_ghost(void **state)
{
    (void)state;
    pty_printer("\x16");
    no_ghost_remains("its cover is open");
}

static void a_file_is_no_printer(void **state)
{
    (void)state;
    char path[96];
    snprintf(path, sizeof path, "%s/jiujin.db", site_dir);
    setenv("JIUJIN_PRINTER", path, 1);
    no_ghost_remains("this is not a printer's device");
}

/* The number is in the queue while it is printed: no window gets it before that has ended. */
static void no_window_calls_a_number_that_is_still_being_printed(void **state)
{
    (void)state;
    int status;
    fifo_made();
    got = open(fifo, O_RDONLY | O_NONBLOCK);
    pid_t clerk = fork();
    if (clerk == 0) {
        json_t *out = hand_out(); /* takes its time to fail */
        _exit(js_str(out, "trouble") != NULL ? 0 : 1);
    }
    struct site *mine;
    assert_ok(site_open(site_dir, "window", &mine));
    memcpy(&mine->j.clerk, &site->j.clerk, sizeof mine->j.clerk);
    memcpy(&mine->j.role, &site->j.role, sizeof mine->j.role);
    memcpy(&mine->j.data_key, &site->j.data_key, sizeof mine->j.data_key);
    mine->j.unlocked = true;
    int tries = 0;
    bool seen = false;
    while (waitpid(clerk, &status, WNOHANG) == 0) {
        json_t *out = NULL, *in = desk_json("{'window':'1'}");
        assert_err(ERR_NOT_FOUND, action_run(mine, "ticket_next", in, &out));
        seen |= store_number(mine->j.store, "SELECT count(*) FROM ticket WHERE state = 'waiting'",
                             0) > 0;
        json_decref(in);
        tries++;
        poll(NULL, 0, 20);
    }
    assert_int_equal(status, 0);
    assert_true(tries > 3 && seen);
    site_close(mine);
}

static void without_a_printer_the_number_stands(void **state)
{
    (void)state;
    json_t *out = hand_out();
    assert_false(js_bool(out, "printed"));
    assert_null(js_str(out, "trouble"));
    json_decref(out);
    json_decref(desk_do("ticket_next", "{'window':'1'}"));
}

static void nothing_is_printed_inside_of_a_transaction(void **state)
{
    (void)state;
    json_t *out = NULL, *in = desk_json("{'service':'window'}");
    assert_ok(journal_begin(&site->j));
    assert_err(ERR_INTERNAL, ticket_hand_out(site, in, true, &out));
    assert_err(ERR_INTERNAL, journal_end(&site->j, ERR_INTERNAL));
    assert_null(out);
    json_decref(in);
}

int main(void)
{
    lang_init("en");
    signal(SIGPIPE, SIG_IGN);
    unsetenv("JIUJIN_PRINTER");
    const char *build = getenv("JIUJIN_BUILD");
    char *program = mem_printf("%s/jiujin", build != NULL ? build : "build");
    setenv("JIUJIN_PROGRAM", program, 1);
    free(program);
    setenv("JIUJIN_PRINT_HASTE", "4", 1);
#define O(name) cmocka_unit_test_setup_teardown(name, site_setup, teardown)
    const struct CMUnitTest tests[] = {
        O(a_printer_that_takes_all_prints_the_number_large),
        O(a_printer_that_answers_well_prints),
        O(a_printer_that_never_answers_is_sent_to_all_the_same),
        O(a_printer_that_hangs_leaves_no_ghost),
        O(a_printer_that_falls_silent_leaves_no_ghost),
        O(a_printer_that_is_gone_leaves_no_ghost),
        O(a_printer_without_power_leaves_no_ghost),
        O(a_printer_out_of_paper_leaves_no_ghost),
        O(a_roll_that_ends_under_the_number_leaves_no_ghost),
        O(an_open_cover_leaves_no_ghost),
        O(a_file_is_no_printer),
        O(no_window_calls_a_number_that_is_still_being_printed),
        O(without_a_printer_the_number_stands),
        O(nothing_is_printed_inside_of_a_transaction),
    };
    return cmocka_run_group_tests_name("ticket_print", tests, NULL, NULL);
}
