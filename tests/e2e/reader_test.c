/* The check at the door in the built program: readers on a serial line and on TCP that send
 * garbage, halves and floods, hang, are cut and come back; the keys that a known person costs; what
 * is decided otherwise, and that nobody is only refused. */
#include "tests/unit/unit.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/mem.h"
#include "tests/e2e/pin.h"
#include "tests/e2e/prog.h"
#include "tests/e2e/term.h"

#define WAIT 8000
#define ID "999101195001011230"
#define OTHER_ID "999101194503150025"
#define FLOOD (10 * 1024 * 1024)
#define ECHO_MS 200

static char *dir, *link_path;
static char port[8];

static int jiujin(const char *const *words)
{
    const char *argv[24] = {prog_path("jiujin"), "--lang", "en", "--dir", dir, "--terminal", "t1"};
    size_t n = 7;
    while (*words)
        argv[n++] = *words++;
    struct ran r = prog_run_with(NULL, "", argv);
    if (r.status)
        fprintf(stderr, "%s", r.err);
    int status = r.status;
    ran_free(&r);
    return status;
}
#define JIUJIN(...) jiujin((const char *const[]){__VA_ARGS__, NULL})

static int set_up(void **state)
{
    (void)state;
    dir = prog_folder();
    link_path = mem_printf("%s/tty", dir);
    snprintf(port, sizeof port, "%s", prog_port());
    char *serial = mem_printf("serial:%s", link_path), *tcp = mem_printf("tcp:127.0.0.1:%s", port);
    int bad = JIUJIN("init", "--demo", "--policy", "epidemic-2022");
    pin_quick(dir);
    bad = bad || JIUJIN("reader", "set", "1", "sentinel", serial) ||
          JIUJIN("reader", "set", "2", "thermometer", tcp);
    free(serial);
    free(tcp);
    return bad;
}

static int tear_down(void **state)
{
    (void)state;
    prog_folder_remove(dir);
    free(link_path);
    return 0;
}

/* ---- the readers' ends ---- */

/* A serial line whose name stays while the device behind it changes, as udev makes them. */
static int plug_in(void)
{
    char name[64];
    int master, slave;
    assert_int_equal(openpty(&master, &slave, name, NULL, NULL), 0);
    struct termios raw;
    tcgetattr(slave, &raw);
    cfmakeraw(&raw);
    tcsetattr(slave, TCSANOW, &raw);
    unlink(link_path);
    assert_int_equal(symlink(name, link_path), 0);
    fcntl(master, F_SETFL, O_NONBLOCK);
    fcntl(master, F_SETFD, FD_CLOEXEC); /* a cut is one only when nobody else holds this end */
    close(slave);
    return master;
}

/* The name goes too: the number of the pty will be another terminal's. */
static void unplug(int tty)
{
    unlink(link_path);
    close(tty);
}

static int listen_at(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
    const int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    inet_pton(AF_INET, "127.0.0.1", &at.sin_addr);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(fd, 1), 0);
    return fd;
}

static int accepted(int listener)
{
    struct pollfd p = {.fd = listener, .events = POLLIN};
    assert_int_equal(poll(&p, 1, WAIT), 1);
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    assert_true(fd >= 0);
    return fd;
}

static void send_text(int fd, const char *text)
{
    size_t len = strlen(text), done = 0;
    while (done < len) {
        ssize_t n = write(fd, text + done, len - done);
        if (n > 0)
            done += (size_t)n;
        else
            poll(NULL, 0, 5);
    }
}

/* Sends ten megabytes from a process of its own: `text` over and over, or noise. */
static pid_t flood(int fd, const char *text)
{
    pid_t pid = fork();
    if (pid)
        return pid;
    char block[4096];
    size_t len = text ? strlen(text) : sizeof block;
    for (size_t i = 0; i < sizeof block; i++)
        block[i] = text ? text[i % len] : (char)rand();
    size_t piece = text ? sizeof block / len * len : sizeof block;
    fcntl(fd, F_SETFL, 0);
    for (size_t sent = 0; sent < FLOOD;) {
        ssize_t n = write(fd, block, piece);
        if (n <= 0)
            _exit(1);
        sent += (size_t)n;
    }
    _exit(0);
}

/* ---- the screen ---- */

static struct term *at_door(const char *clerk)
{
    const char *argv[] = {prog_path("jiujin"), "--dir", dir, "--lang", "en",
                          "--terminal",        "t1",    NULL};
    const char *env[] = {"LC_ALL=C.UTF-8", NULL};
    struct term *t = term_start(&(struct term_how){.env = env}, argv);
    term_wait(t, "Who are you?", WAIT);
    term_type(t, clerk);
    term_wait(t, "Esc", WAIT);
    term_type(t, "1234\r");
    term_wait(t, "Due now", WAIT);
    term_type(t, "1");
    term_wait(t, "ID number", WAIT);
    return t;
}

static void empty_form(struct term *t)
{
    term_type(t, T_F8);
    term_wait(t, "y/n", WAIT);
    term_run(t, 60);
    term_type(t, "y");
    term_wait_gone(t, "y/n", WAIT);
    term_run(t, 60);
}

static void end(struct term *t)
{
    term_hang_up(t);
    term_wait_end(t, WAIT);
    term_free(t);
}

/* One key, and how long its echo took. */
static int64_t echo_ms(struct term *t, const char *key, const char *shown)
{
    int64_t since = clock_mono();
    term_type(t, key);
    while (!term_has(t, shown) && clock_mono() - since < 5000)
        term_run(t, 5);
    return clock_mono() - since;
}

static void types_quickly_during(struct term *t, pid_t flooding)
{
    static const char *const so_far[] = {"qx",     "qxx",     "qxxx",     "qxxxx",
                                         "qxxxxx", "qxxxxxx", "qxxxxxxx", "qxxxxxxxx"};
    term_type(t, T_DOWN "q");
    term_wait(t, "q", WAIT);
    for (size_t i = 0; i < 8; i++) {
        int64_t ms = echo_ms(t, "x", so_far[i]);
        if (ms > ECHO_MS)
            fail_msg("the echo took %lld ms", (long long)ms);
        term_run(t, 50);
    }
    int status;
    assert_int_equal(waitpid(flooding, &status, 0), flooding);
    assert_int_equal(status, 0);
}

static void a_sentinel_on_a_serial_line_fills_the_facts(void **state)
{
    (void)state;
    int tty = plug_in();
    struct term *t = at_door("2");
    term_wait(t, "Digital sentinel is listening", WAIT);
    term_run(t, 300); /* the port is opened and emptied */
    send_text(tty, "rubbish\r\n\xff\xfe\x01\r\nSZSB," ID ",示例");
    term_run(t, 300);
    assert_false(term_has(t, "36.5")); /* half a line is none */
    send_text(tty, "甲,G,20,-,36.5\r\n");
    term_wait(t, "36.5", WAIT);
    term_wait(t, " min ago", WAIT);
    term_quiet(t, 50);
    assert_true(term_has(t, "[1 green]"));
    assert_true(term_has(t, "[1 negative]"));
    assert_true(term_has(t, "示例甲"));
    /* with its time, beside the value */
    assert_non_null(strstr(term_row(t, term_find(t, "36.5")), "Digital sentinel "));
    assert_true(term_has(t, "20 h 0 min ago") || term_has(t, "20 h 1 min ago"));
    /* what is typed by hand stands; of another person nothing is filled in */
    empty_form(t);
    term_type(t, T_DOWN T_DOWN T_DOWN T_DOWN T_DOWN);
    term_run(t, 50);
    term_type(t, "2"); /* yellow, by hand */
    term_wait(t, "[2 yellow]", WAIT);
    send_text(tty, "SZSB," ID ",示例甲,G,20,-,36.6\r\n");
    term_wait(t, "36.6", WAIT);
    assert_true(term_has(t, "[2 yellow]"));
    send_text(tty, "SZSB," OTHER_ID ",示例乙,R,20,-,38.8\r\n");
    term_wait(t, "somebody else", WAIT);
    assert_false(term_has(t, "38.8"));
    empty_form(t);
    assert_false(term_has(t, "36.6")); /* nothing stays for the next */
    end(t);
    unplug(tty);
}

static void floods_halves_and_cuts_on_the_serial_line_stop_nobody(void **state)
{
    (void)state;
    int tty = plug_in();
    struct term *t = at_door("2");
    term_wait(t, "Digital sentinel is listening", WAIT);
    term_run(t, 300);
    send_text(tty, "SZSB,,,G,,,36.1\n");
    term_wait(t, "36.1", WAIT);
    types_quickly_during(t, flood(tty, NULL));
    term_wait(t, "Digital sentinel sends nothing readable: enter by hand", WAIT);
    send_text(tty, "\nSZSB,,,G,,,36.2\n");
    term_wait(t, "36.2", WAIT);
    term_wait(t, "Digital sentinel is listening", WAIT);
    empty_form(t);
    types_quickly_during(t, flood(tty, "SZSB,,,G,,,36.3\n")); /* all of them good */
    term_wait(t, "36.3", WAIT);
    unplug(tty); /* cut */
    term_wait(t, "Digital sentinel does not answer: enter by hand", WAIT);
    assert_int_equal(echo_ms(t, "z", "xz") <= ECHO_MS, 1);
    tty = plug_in(); /* and there again */
    term_wait(t, "Digital sentinel is listening", 2 * WAIT);
    term_run(t, 300);
    send_text(tty, "SZSB,,,G,,,36.4\n");
    term_wait(t, "36.4", WAIT);
    empty_form(t);
    end(t);
    unplug(tty);
}

static void a_reader_on_tcp_floods_hangs_is_cut_and_comes_back(void **state)
{
    (void)state;
    int listener = listen_at(), tty = plug_in();
    struct term *t = at_door("2");
    int fd = accepted(listener);
    send_text(fd, "T=36.1\n");
    term_wait(t, "36.1", WAIT);
    types_quickly_during(t, flood(fd, NULL));
    term_wait(t, "Thermometer sends nothing readable", WAIT);
    send_text(fd, "\nT=36.2\n");
    term_wait(t, "36.2", WAIT);
    empty_form(t);
    send_text(fd, "T=36"); /* hangs in the middle of a line */
    term_run(t, 2300);
    send_text(fd, ".3\n"); /* too late: nobody knows what it belongs to */
    term_run(t, 300);
    assert_false(term_has(t, "36.3"));
    close(fd); /* cut */
    term_wait(t, "Thermometer does not answer: enter by hand", WAIT);
    fd = accepted(listener);
    term_wait(t, "Thermometer is listening", WAIT);
    send_text(fd, "T=36.4\n");
    term_wait(t, "36.4", WAIT);
    empty_form(t);
    end(t);
    close(fd);
    close(listener);
    unplug(tty);
}

static void no_reader_outlives_its_screen(void **state)
{
    (void)state;
    int tty = plug_in();
    char line[64];
    struct term *t = at_door("2");
    term_wait(t, "Digital sentinel is listening", WAIT);
    snprintf(line, sizeof line, "pgrep -P %d | wc -l", term_pid(t));
    struct ran r = prog_run(NULL, "/bin/sh", "-c", line);
    assert_int_equal(atoi(r.out), 2);
    ran_free(&r);
    snprintf(line, sizeof line, "pgrep -P %d | tr '\\n' ' '", term_pid(t));
    r = prog_run(NULL, "/bin/sh", "-c", line);
    term_kill(t); /* with kill -9: it can tell them nothing */
    term_free(t);
    char *still = mem_printf("sleep 0.5; for p in %s; do grep -l jiujin /proc/$p/cmdline; done"
                             " 2>/dev/null | wc -l",
                             r.out);
    for (char *c = still; *c; c++)
        if (*c == '\n')
            *c = ' ';
    struct ran left = prog_run(NULL, "/bin/sh", "-c", still);
    assert_int_equal(atoi(left.out), 0);
    ran_free(&left);
    ran_free(&r);
    free(still);
    unplug(tty);
}

/* ---- the door by hand ---- */

static void make_known(struct term *t)
{
    term_type(t, ID "\r");
    term_run(t, 200);
    if (!term_has(t, "known person")) {
        term_type_slowly(t, "示例甲\r", 60);
        term_type(t, T_F2); /* nothing was checked: not admitted, but known from now on */
        term_wait(t, "DO NOT ADMIT", WAIT);
        term_type_slowly(t, "4n", 60);
        term_wait(t, "ID number", WAIT);
    } else {
        empty_form(t);
    }
}

static void a_known_person_with_all_well_costs_nine_keys(void **state)
{
    (void)state;
    static const char *const keys[] = {"1", "y", "y", "3", "6", "5", "1", "8", T_F2};
    struct term *t = at_door("2");
    make_known(t);
    term_type(t, ID "\r"); /* the scan: no key */
    term_wait(t, "known person", WAIT);
    assert_true(sizeof keys / sizeof keys[0] < 10);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        term_run(t, 60);
        if (i == 8)
            assert_true(term_has(t, "36.5")); /* the point is implied */
        term_type(t, keys[i]);
    }
    term_wait(t, "ADMIT", WAIT);
    assert_false(term_has(t, "DO NOT"));
    assert_true(term_has(t, "示例甲"));
    end(t);
}

static void a_health_code_that_a_scanner_types_fills_its_facts_from_any_field(void **state)
{
    (void)state;
    struct term *t = at_door("2");
    term_type(t, T_DOWN T_DOWN T_DOWN T_DOWN T_DOWN); /* on the colour of the code */
    term_run(t, 80);
    term_type(t, "JKM|R|||\r");
    term_wait(t, "[3 red]", WAIT);
    assert_false(term_has(t, "JKM"));
    empty_form(t);
    term_type(t, T_DOWN T_DOWN T_DOWN T_DOWN T_DOWN);
    term_run(t, 80);
    term_type(t, "6901234567892\r"); /* a parcel: its digits choose no colour */
    term_wait(t, "nothing was filled in", WAIT);
    assert_false(term_has(t, "[1 green]"));
    assert_false(term_has(t, "[2 yellow]"));
    end(t);
}

static void nobody_is_only_refused(void **state)
{
    (void)state;
    struct term *t = at_door("2");
    term_type(t, ID "\r");
    term_run(t, 200);
    term_type(t, T_F2);
    term_wait(t, "DO NOT ADMIT", WAIT);
    term_wait(t, "Which other channel?", WAIT);
    term_type(t, "n");
    term_wait(t, "Nobody is only refused", WAIT);
    term_esc(t);
    term_wait(t, "Nobody is only refused", WAIT);
    end(t); /* a hang-up leaves it open: it is due */
    t = at_door("2");
    term_esc(t);
    term_wait(t, "was not admitted: give another channel", WAIT);
    term_type(t, T_ENTER);
    term_wait(t, "Which other channel?", WAIT);
    term_run(t, 60);
    term_type(t, "4");
    term_wait(t, "Noted: proxy", WAIT);
    term_esc(t);
    term_wait(t, "Due now", WAIT);
    term_run(t, 300);
    assert_false(term_has(t, "give another channel"));
    struct ran r =
        prog_run_with(NULL, "",
                      (const char *const[]){prog_path("jiujin"), "--lang", "en", "--dir", dir,
                                            "show", "visits", "--limit", "1", NULL});
    assert_non_null(strstr(r.out, "\"offered\":\"proxy\""));
    ran_free(&r);
    end(t);
}

/* The scan's digits choose no channel while one is owed, and begin the next person behind it. */
static void a_scan_at_the_outcome_begins_the_next_person(void **state)
{
    (void)state;
    struct term *t = at_door("2");
    make_known(t);
    term_type(t, T_F2); /* nobody, and nothing checked */
    term_wait(t, "Which other channel?", WAIT);
    term_type(t, ID "\r");
    term_wait(t, "Nobody is only refused", WAIT);
    term_run(t, 100);
    assert_true(term_has(t, "Which other channel?"));
    term_type(t, "3n"); /* as fast, and a person's all the same */
    term_wait(t, "ID number", WAIT);
    term_run(t, 60);
    term_type(t, T_F2);
    term_wait(t, "Which other channel?", WAIT);
    term_run(t, 60);
    term_type(t, "3");
    term_wait(t, "Noted: courier", WAIT);
    term_type(t, ID "\r");
    term_wait(t, "known person", WAIT);
    term_wait(t, "示例甲", WAIT);
    assert_false(term_has(t, "DO NOT ADMIT"));
    empty_form(t);
    end(t);
}

static void all_well(struct term *t)
{
    static const char *const keys[] = {"1", "y", "y", "3", "6", "5", "1", "8"};
    term_type(t, ID "\r");
    term_wait(t, "known person", WAIT);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        term_run(t, 60);
        term_type(t, keys[i]);
    }
    term_run(t, 60);
}

static void more_caution_needs_a_reason_less_a_leaders_pin(void **state)
{
    (void)state;
    struct term *t = at_door("2");
    all_well(t);
    term_type(t, T_F6);
    term_wait(t, "Otherwise than the policy", WAIT);
    term_run(t, 60);
    term_type(t, "3");
    term_wait(t, "Why?", WAIT);
    term_type_slowly(t, "cough\r", 60);
    term_wait(t, "ISOLATE", WAIT);
    term_wait(t, "was opened", WAIT);
    assert_true(term_has(t, "cough"));
    term_type(t, "n");
    term_wait(t, "ID number", WAIT);
    /* the mask is off, and the leader answers */
    term_type(t, ID "\r");
    term_wait(t, "known person", WAIT);
    term_run(t, 60);
    term_type(t, "1");
    term_run(t, 60);
    term_type(t, "y");
    term_run(t, 60);
    term_type(t, "n");
    term_run(t, 60);
    term_type(t, T_F6);
    term_wait(t, "Otherwise than the policy", WAIT);
    term_run(t, 60);
    term_type(t, "1");
    term_wait(t, "Why?", WAIT);
    term_type_slowly(t, "baby\r", 60);
    term_wait(t, "Who confirms?", WAIT);
    term_esc(t); /* nobody does */
    term_wait(t, "nothing was recorded", WAIT);
    term_type(t, T_F6);
    term_wait(t, "Otherwise than the policy", WAIT);
    term_run(t, 60);
    term_type(t, "1");
    term_wait(t, "Why?", WAIT);
    term_type_slowly(t, "baby\r", 60);
    term_wait(t, "Who confirms?", WAIT);
    term_run(t, 60);
    term_type(t, term_has(t, "1 站长") ? "1" : "2");
    term_wait(t, "PIN of", WAIT);
    term_type_slowly(t, "1234\r", 60);
    term_wait(t, "Decided otherwise than the policy: baby", WAIT);
    assert_false(term_has(t, "DO NOT ADMIT"));
    end(t);
    struct ran r =
        prog_run_with(NULL, "",
                      (const char *const[]){prog_path("jiujin"), "--lang", "en", "--dir", dir,
                                            "show", "visits", "--limit", "1", NULL});
    assert_non_null(strstr(r.out, "\"said\":\"deny\""));
    assert_null(strstr(r.out, "\"answers\":null"));
    ran_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sentinel_on_a_serial_line_fills_the_facts),
        cmocka_unit_test(floods_halves_and_cuts_on_the_serial_line_stop_nobody),
        cmocka_unit_test(a_reader_on_tcp_floods_hangs_is_cut_and_comes_back),
        cmocka_unit_test(no_reader_outlives_its_screen),
        cmocka_unit_test(a_known_person_with_all_well_costs_nine_keys),
        cmocka_unit_test(a_health_code_that_a_scanner_types_fills_its_facts_from_any_field),
        cmocka_unit_test(nobody_is_only_refused),
        cmocka_unit_test(a_scan_at_the_outcome_begins_the_next_person),
        cmocka_unit_test(more_caution_needs_a_reason_less_a_leaders_pin),
    };
    return cmocka_run_group_tests_name("reader", tests, set_up, tear_down);
}
