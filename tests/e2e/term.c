/* Owns a pty, the program in it and the picture of its screen. */
#include "tests/unit/unit.h"

#include "tests/e2e/term.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vterm.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"

#define TERMS 16

struct term {
    int fd, rows, cols, status;
    pid_t pid;
    bool ended;
    VTerm *vt;
    VTermScreen *screen;
    struct buf raw, row, all;
};

static struct term *started[TERMS];

static void kill_all(void)
{
    for (int i = 0; i < TERMS; i++)
        if (started[i] && !started[i]->ended)
            kill(started[i]->pid, SIGKILL);
}

static void remember(struct term *t)
{
    static bool at_exit;
    if (!at_exit)
        atexit(kill_all);
    at_exit = true;
    for (int i = 0; i < TERMS; i++) {
        if (!started[i]) {
            started[i] = t;
            return;
        }
    }
}

static void child(const struct term_how *how, const char *const *argv)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setenv("TERM", how->term ? how->term : "xterm-256color", 1);
    unsetenv("LINES");
    unsetenv("COLUMNS");
    for (size_t i = 0; how->env && how->env[i]; i++)
        putenv(mem_strdup(how->env[i]));
    execv(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

struct term *term_start(const struct term_how *how, const char *const *argv)
{
    struct term *t = mem_alloc(sizeof *t);
    t->rows = how->rows ? how->rows : 24;
    t->cols = how->cols ? how->cols : 80;
    struct winsize size = {(unsigned short)t->rows, (unsigned short)t->cols, 0, 0};
    t->pid = forkpty(&t->fd, NULL, NULL, &size);
    if (t->pid == 0)
        child(how, argv);
    assert_true(t->pid > 0);
    fcntl(t->fd, F_SETFL, O_NONBLOCK);
    fcntl(t->fd, F_SETFD, FD_CLOEXEC);
    t->vt = vterm_new(t->rows, t->cols);
    vterm_set_utf8(t->vt, 1);
    t->screen = vterm_obtain_screen(t->vt);
    vterm_screen_enable_altscreen(t->screen, 1);
    vterm_screen_reset(t->screen, 1);
    remember(t);
    return t;
}

void term_free(struct term *t)
{
    if (!t)
        return;
    term_kill(t);
    for (int i = 0; i < TERMS; i++)
        if (started[i] == t)
            started[i] = NULL;
    if (t->fd >= 0)
        close(t->fd);
    vterm_free(t->vt);
    buf_fini(&t->raw);
    buf_fini(&t->row);
    buf_fini(&t->all);
    free(t);
}

#define SETTLE_MS 25     /* of silence and sleep: it waits for the next key */
#define SETTLE_MOST 3000 /* a screen that never rests is looked at all the same */

/* Reads once, waiting at most `ms`. False: nothing came. */
static bool take(struct term *t, int ms)
{
    unsigned char bytes[16384];
    if (t->fd < 0) {
        poll(NULL, 0, ms);
        return false;
    }
    struct pollfd p = {.fd = t->fd, .events = POLLIN};
    if (poll(&p, 1, ms) <= 0)
        return false;
    ssize_t n = read(t->fd, bytes, sizeof bytes);
    if (n <= 0) {
        poll(NULL, 0, ms < 5 ? ms : 5);
        return false;
    }
    buf_add(&t->raw, bytes, (size_t)n);
    vterm_input_write(t->vt, (const char *)bytes, (size_t)n);
    return true;
}

void term_bytes_in(struct term *t, const void *bytes, size_t len)
{
    const char *p = bytes;
    int64_t until = clock_mono() + 5000;
    while (len > 0 && clock_mono() < until) {
        ssize_t n = write(t->fd, p, len);
        if (n > 0) {
            p += n;
            len -= (size_t)n;
        } else {
            take(t, 10);
        }
    }
    assert_int_equal(len, 0);
}

void term_type(struct term *t, const char *keys)
{
    term_bytes_in(t, keys, strlen(keys));
}

void term_esc(struct term *t)
{
    term_type(t, "\033");
    term_run(t, 80);
}

void term_type_slowly(struct term *t, const char *keys, int ms)
{
    uint32_t cp;
    for (int n; (n = utf8_next(keys, strlen(keys), &cp)) > 0; keys += n) {
        term_bytes_in(t, keys, (size_t)n);
        term_run(t, ms);
    }
}

void term_run(struct term *t, int ms)
{
    int64_t now, until = clock_mono() + ms;
    while ((now = clock_mono()) < until)
        take(t, (int)(until - now));
}

/* The program's state and the processor time that it has used, from /proc/PID/stat. */
static char asleep(const struct term *t, unsigned long *used)
{
    char path[64], line[512], state = 0;
    unsigned long user = 0, sys = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)t->pid);
    FILE *f = fopen(path, "r");
    if (f && fgets(line, sizeof line, f) && strrchr(line, ')'))
        sscanf(strrchr(line, ')') + 1, " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
               &state, &user, &sys);
    if (f)
        fclose(f);
    *used = user + sys;
    return state;
}

void term_settle(struct term *t)
{
    unsigned long before, after;
    bool still = false;
    int64_t until = clock_mono() + SETTLE_MOST;
    while (!still && clock_mono() < until) {
        asleep(t, &before);
        bool came = take(t, SETTLE_MS);
        still = !came && asleep(t, &after) == 'S' && after == before;
    }
}

void term_quiet(struct term *t, int ms)
{
    int64_t since = clock_mono();
    while (clock_mono() - since < ms)
        if (take(t, ms))
            since = clock_mono();
}

static void print_screen(struct term *t, const char *why, const char *text, int ms)
{
    fprintf(stderr, "%s \"%s\" within %d ms; the screen:\n%s\n", why, text, ms, term_screen(t));
}

void term_wait(struct term *t, const char *text, int ms)
{
    int64_t until = clock_mono() + ms;
    while (!term_has(t, text)) {
        if (clock_mono() >= until || (!term_running(t) && !take(t, 50))) {
            print_screen(t, "did not come:", text, ms);
            fail_msg("\"%s\" did not come%s", text, t->ended ? " (the program ended)" : "");
        }
        take(t, 20);
    }
}

void term_wait_gone(struct term *t, const char *text, int ms)
{
    int64_t until = clock_mono() + ms;
    while (term_has(t, text)) {
        if (clock_mono() >= until) {
            print_screen(t, "did not go:", text, ms);
            fail_msg("\"%s\" did not go", text);
        }
        take(t, 20);
    }
}

bool term_running(struct term *t)
{
    if (!t->ended && waitpid(t->pid, &t->status, WNOHANG) == t->pid)
        t->ended = true;
    return !t->ended;
}

int term_wait_end(struct term *t, int ms)
{
    int64_t until = clock_mono() + ms;
    while (term_running(t)) {
        if (clock_mono() >= until) {
            print_screen(t, "did not end:", "", ms);
            fail_msg("the program did not end");
        }
        take(t, 10);
    }
    while (take(t, 10))
        ;
    return t->status;
}

static bool cell(struct term *t, int row, int col, VTermScreenCell *out)
{
    return vterm_screen_get_cell(t->screen, (VTermPos){row, col}, out) != 0;
}

static void add_row(struct term *t, int row, struct buf *out)
{
    size_t begin = out->len, end = begin;
    VTermScreenCell c;
    for (int col = 0; col < t->cols && cell(t, row, col, &c); col += c.width > 1 ? c.width : 1) {
        char bytes[4];
        if (!c.chars[0])
            buf_byte(out, ' ');
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && c.chars[i]; i++)
            buf_add(out, bytes, (size_t)utf8_put(c.chars[i], bytes));
        if (c.chars[0] && c.chars[0] != ' ')
            end = out->len;
    }
    out->len = end;
    buf_text(out, "");
}

const char *term_row(struct term *t, int row)
{
    buf_clear(&t->row);
    add_row(t, row, &t->row);
    buf_byte(&t->row, 0);
    return (const char *)t->row.data;
}

int term_find(struct term *t, const char *text)
{
    for (int row = 0; row < t->rows; row++)
        if (strstr(term_row(t, row), text))
            return row;
    return -1;
}

bool term_has(struct term *t, const char *text)
{
    return term_find(t, text) >= 0;
}

const char *term_screen(struct term *t)
{
    buf_clear(&t->all);
    for (int row = 0; row < t->rows; row++) {
        add_row(t, row, &t->all);
        buf_byte(&t->all, '\n');
    }
    buf_byte(&t->all, 0);
    return (const char *)t->all.data;
}

uint32_t term_cell(struct term *t, int row, int col, int *width)
{
    VTermScreenCell c;
    if (!cell(t, row, col, &c))
        return 0;
    bool second = c.chars[0] == (uint32_t)-1;
    if (width)
        *width = second ? 0 : c.width;
    return second ? 0 : c.chars[0];
}

void term_cursor(struct term *t, int *row, int *col)
{
    VTermPos pos;
    vterm_state_get_cursorpos(vterm_obtain_state(t->vt), &pos);
    *row = pos.row;
    *col = pos.col;
}

size_t term_bytes(const struct term *t)
{
    return t->raw.len;
}

const unsigned char *term_raw(const struct term *t, size_t *len)
{
    *len = t->raw.len;
    return t->raw.data;
}

int term_pid(const struct term *t)
{
    return (int)t->pid;
}

void term_signal(struct term *t, int sig)
{
    if (term_running(t))
        kill(t->pid, sig);
}

void term_kill(struct term *t)
{
    if (!term_running(t))
        return;
    kill(t->pid, SIGKILL);
    waitpid(t->pid, &t->status, 0);
    t->ended = true;
}

void term_hang_up(struct term *t)
{
    close(t->fd);
    t->fd = -1;
}

void term_resize(struct term *t, int rows, int cols)
{
    struct winsize size = {(unsigned short)rows, (unsigned short)cols, 0, 0};
    t->rows = rows;
    t->cols = cols;
    vterm_set_size(t->vt, rows, cols);
    ioctl(t->fd, TIOCSWINSZ, &size);
}
