/* Owns a printer's process. Invariant: a piece of paper is begun with the first byte of a sheet
 * (ESC @) that is printed, and whole with its cut. */
#include "tests/e2e/printerproc.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "tests/unit/unit.h"

#define MARK "REPRINT"
#define HELD 8192

/* One line that is open. */
struct session {
    int fd;
    struct printer_tray *tray;
    unsigned char held[HELD]; /* bytes that are not understood yet */
    size_t len, printed;      /* of this sheet */
    size_t dots;              /* bytes of a raster still to come */
    char tail[sizeof MARK];
    bool on_paper; /* a piece is begun */
    bool over;     /* the line is cut */
    int resets;    /* as seen last */
};

static void pause_ms(int ms)
{
    poll(NULL, 0, ms);
}

static bool empty(const struct session *s)
{
    return s->tray->fault == FAULT_EMPTY ||
           (s->tray->fault == FAULT_PAPER && s->printed >= s->tray->at);
}

static bool open_cover(const struct session *s)
{
    return s->tray->fault == FAULT_COVER && s->printed >= s->tray->at;
}

static void answer(struct session *s, unsigned char byte)
{
    if (s->tray->fault != FAULT_SILENT && write(s->fd, &byte, 1) != 1)
        s->over = true;
}

static void status(struct session *s, unsigned char n)
{
    unsigned char byte = 0x12;
    if (n == 4 && empty(s))
        byte |= 0x60;
    if (n == 2)
        byte = (unsigned char)(byte | (empty(s) ? 0x20 : 0) | (open_cover(s) ? 0x04 : 0));
    answer(s, byte);
}

/* One byte onto the paper. */
static void print(struct session *s, unsigned char byte)
{
    struct printer_tray *t = s->tray;
    if (!s->on_paper) {
        s->on_paper = true;
        t->whole[t->n % PIECES_MAX] = t->marked[t->n % PIECES_MAX] = false;
        t->n = t->n + 1;
        memset(s->tail, 0, sizeof s->tail);
    }
    memmove(s->tail, s->tail + 1, sizeof MARK - 2);
    s->tail[sizeof MARK - 2] = (char)byte;
    if (strcmp(s->tail, MARK) == 0)
        t->marked[(t->n - 1) % PIECES_MAX] = true;
    s->printed++;
}

static void cut_off(struct session *s)
{
    s->tray->whole[(s->tray->n - 1) % PIECES_MAX] = true;
    s->on_paper = false;
    s->printed = 0;
}

/* How many bytes the command at the beginning has; 0: not all of it is here. */
static size_t length(const unsigned char *b, size_t len)
{
    static const struct {
        unsigned char first, second;
        size_t bytes;
    } commands[] = {{0x10, 0x04, 3}, {0x1d, 'r', 3}, {0x1b, '@', 2}, {0x1c, '&', 2}, {0x1c, '.', 2},
                    {0x1b, 'd', 3},  {0x1d, 'V', 4}, {0x1d, 'v', 8}, {0x1b, 'a', 3}, {0x1b, 'E', 3},
                    {0x1d, '!', 3},  {0x1c, '!', 3}, {0x1b, 'J', 3}};
    if (b[0] >= 0x20 || b[0] == '\n')
        return 1;
    if (len < 2)
        return 0;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (commands[i].first == b[0] && commands[i].second == b[1])
            return len >= commands[i].bytes ? commands[i].bytes : 0;
    fprintf(stderr, "the printer does not know %02x %02x\n", b[0], b[1]);
    _exit(1);
}

static void obey(struct session *s, const unsigned char *b, size_t n)
{
    if (b[0] == 0x10 && n == 3) {
        status(s, b[2]);
    } else if (b[0] == 0x1d && b[1] == 'r') {
        answer(s, 0);
    } else {
        for (size_t i = 0; i < n; i++)
            print(s, b[i]);
        if (n == 8)
            s->dots = (size_t)(b[4] | b[5] << 8) * (size_t)(b[6] | b[7] << 8);
        if (n == 4)
            cut_off(s);
    }
}

/* The printer stands still: nothing is printed, real-time questions are answered all the same. */
static bool stuck(const struct session *s)
{
    bool there = s->printed >= s->tray->at;
    return s->tray->fault == FAULT_EMPTY || open_cover(s) ||
           (there && (s->tray->fault == FAULT_PAPER || s->tray->fault == FAULT_STALLED));
}

static void answer_while_stuck(struct session *s)
{
    for (size_t i = 0; s->tray->fault != FAULT_STALLED && i + 2 < s->len; i++)
        if (s->held[i] == 0x10 && s->held[i + 1] == 0x04 && s->held[i + 2] <= 4) {
            status(s, s->held[i + 2]);
            memmove(s->held + i, s->held + i + 3, s->len - i - 3);
            s->len -= 3;
            i--;
        }
}

static void forget(struct session *s)
{
    unsigned char old[512];
    struct pollfd p = {.fd = s->fd, .events = POLLIN};
    while (poll(&p, 1, 0) > 0 && (p.revents & POLLIN) != 0 && read(s->fd, old, sizeof old) > 0)
        ;
    s->len = s->dots = s->printed = 0;
    s->on_paper = false;
    s->resets = s->tray->resets;
}

static void take(struct session *s)
{
    size_t at = 0;
    if (s->resets != s->tray->resets)
        forget(s);
    while (at < s->len && !s->over && !stuck(s)) {
        if (s->tray->fault == FAULT_CUT && s->printed >= s->tray->at && s->on_paper) {
            s->over = true;
            break;
        }
        size_t n = s->dots > 0 ? 1 : length(s->held + at, s->len - at);
        if (n == 0)
            break;
        if (s->dots > 0) {
            s->dots--;
            print(s, s->held[at]);
        } else {
            obey(s, s->held + at, n);
        }
        at += n;
    }
    memmove(s->held, s->held + at, s->len - at);
    s->len -= at;
    if (stuck(s))
        answer_while_stuck(s);
}

static void serve(int fd, struct printer_tray *tray)
{
    struct session *s = calloc(1, sizeof *s);
    s->fd = fd;
    s->tray = tray;
    s->resets = tray->resets;
    while (!s->over) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (s->len == HELD) { /* its memory is full: it takes no more */
            pause_ms(5);
            take(s);
            p.events = 0;
            if (poll(&p, 1, 0) > 0 && (p.revents & (POLLERR | POLLHUP)) != 0)
                break;
            continue;
        }
        if (poll(&p, 1, 5) < 0)
            break;
        ssize_t n = p.revents != 0 ? read(fd, s->held + s->len, HELD - s->len) : 0;
        if (p.revents != 0 && n <= 0)
            break;
        s->len += (size_t)n;
        if (tray->fault == FAULT_SLOW)
            pause_ms(3);
        take(s);
    }
    free(s);
}

static void run(struct printerproc *p, bool pty)
{
    struct linger now = {.l_onoff = 1};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    for (;;) {
        int fd = pty ? p->fd : accept4(p->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
            _exit(1);
        serve(fd, p->tray);
        if (pty)
            continue;
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, p->tray->fault == FAULT_CUT ? sizeof now : 0);
        close(fd);
    }
}

static void open_pty(struct printerproc *p)
{
    struct termios t;
    p->fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(p->fd >= 0);
    assert_int_equal(grantpt(p->fd) | unlockpt(p->fd), 0);
    snprintf(p->address, sizeof p->address, "serial:%s,115200,none", ptsname(p->fd));
    int near = open(ptsname(p->fd), O_RDWR | O_NOCTTY | O_CLOEXEC); /* the line never hangs up */
    assert_int_equal(tcgetattr(near, &t), 0);
    cfmakeraw(&t);
    tcsetattr(near, TCSANOW, &t);
}

static void open_port(struct printerproc *p)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(p->fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(p->fd, 4), 0);
    assert_int_equal(getsockname(p->fd, (struct sockaddr *)&at, &len), 0);
    snprintf(p->address, sizeof p->address, "tcp:127.0.0.1:%d", ntohs(at.sin_port));
}

void printerproc_start(struct printerproc *p, bool pty)
{
    p->tray =
        mmap(NULL, sizeof *p->tray, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(p->tray != MAP_FAILED);
    memset((void *)(uintptr_t)p->tray, 0, sizeof *p->tray);
    if (pty)
        open_pty(p);
    else
        open_port(p);
    p->pid = fork();
    if (p->pid == 0)
        run(p, pty);
    assert_true(p->pid > 0);
}

void printerproc_end(struct printerproc *p)
{
    kill(p->pid, SIGKILL);
    waitpid(p->pid, NULL, 0);
    close(p->fd);
    munmap(p->tray, sizeof *p->tray);
}

void printerproc_set(struct printerproc *p, enum printer_fault fault, size_t at)
{
    bool serial = strncmp(p->address, "serial:", 7) == 0;
    p->tray->at = at; /* a serial line that is pulled out only takes no more */
    p->tray->fault = (int)(serial && fault == FAULT_CUT ? FAULT_STALLED : fault);
    if (fault == FAULT_NONE)
        p->tray->resets = p->tray->resets + 1;
}
