/* Owns: the talk with a receipt printer over an open line. Invariant: it is told apart what never
 * left, what is in part on paper, what came out, and what nobody knows.
 *
 * Status is asked before and after, never between: a question inside of a raster's data would be
 * data. Before: DLE EOT 2, 4, 3 (answered at once, even when the printer is busy). After: GS r 1 is
 * answered when all before it is printed; it is only trusted where it was answered before, too. */
#include <errno.h>
#include <linux/lp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "sync/printer/printer.h"

#define ANSWER_MS 250    /* for a status */
#define STALL_MS 3000    /* nothing moved for so long: it takes no more */
#define CONFIRM_MS 20000 /* for the paper to come out, as long as it says that it is well */
#define ASK_MS 300       /* between two questions while that is waited for */
#define SILENCE_MS 2500  /* of one that answered before */
#define CLOSE_MS 1500    /* a TCP printer closes its side when it has read all; some never do */
#define PAUSE_MS 10

/* Epson's real-time status, DLE EOT n: bits that mean trouble. */
static const struct {
    unsigned char n, bits;
    const char *why;
} troubles[] = {
    {2, 0x20, "paper"},
    {2, 0x04, "cover"},
    {2, 0x40, "error"}, /* which one, DLE EOT 3 may tell */
    {4, 0x60, "paper"},
};
#define ERROR_BITS 0x08 /* of DLE EOT 3: the cutter's */

/* --- answers -----------------------------------------------------------------------------------
 */

static bool is_status(unsigned char byte)
{
    return (byte & 0x93) == 0x12; /* fixed bits of every answer to DLE EOT */
}

static bool is_paper_answer(unsigned char byte)
{
    return (byte & 0x90) == 0; /* of GS r */
}

/* One byte of what it says, if there is one; what answers GS r is remembered whenever it comes. */
static bool take(struct line *l, unsigned char *byte)
{
    if (read(l->fd, byte, 1) != 1)
        return false;
    l->said = l->said || is_paper_answer(*byte);
    return true;
}

static void take_all(struct line *l)
{
    unsigned char byte;
    while (take(l, &byte))
        ;
}

static bool wait_answer(struct line *l, int64_t until)
{
    struct pollfd p = {.fd = l->fd, .events = POLLIN};
    int64_t left = until - clock_mono();
    return left > 0 && poll(&p, 1, (int)left) > 0 && (p.revents & POLLIN) != 0;
}

static bool ask(struct line *l, unsigned char n, unsigned char *byte)
{
    const unsigned char question[] = {0x10, 0x04, n};
    int64_t until = clock_mono() + printer_ms(ANSWER_MS);
    take_all(l);
    if (write(l->fd, question, sizeof question) != (ssize_t)sizeof question)
        return false;
    while (wait_answer(l, until)) {
        if (!take(l, byte))
            return false;
        if (is_status(*byte))
            return true;
    }
    return false;
}

/* What the kernel's driver knows of a USB printer, which needs no answer. */
static const char *ask_driver(const struct line *l)
{
    int status;
    if (l->tcp || ioctl(l->fd, LPGETSTATUS, &status) != 0)
        return "";
    return (status & LP_POUTPA) != 0 ? "paper" : (status & LP_PERRORP) == 0 ? "error" : "";
}

enum health { WELL, TROUBLED, SILENT, FELL_SILENT };

static const char *which_error(struct line *l)
{
    unsigned char byte;
    return ask(l, 3, &byte) && (byte & ERROR_BITS) != 0 ? "cutter" : "error";
}

static enum health check(const struct sending *s, struct line *l, const char **why)
{
    unsigned char byte = 0, asked = 0;
    *why = ask_driver(l);
    if (**why != 0)
        return TROUBLED;
    if (s->mute || l->answers_never)
        return SILENT;
    for (size_t i = 0; i < sizeof troubles / sizeof *troubles; i++) {
        if (asked != troubles[i].n && !ask(l, troubles[i].n, &byte)) {
            *why = "silent";
            return asked != 0 ? FELL_SILENT : SILENT;
        }
        asked = troubles[i].n;
        if ((byte & troubles[i].bits) == 0)
            continue;
        *why = strcmp(troubles[i].why, "error") == 0 ? which_error(l) : troubles[i].why;
        return TROUBLED;
    }
    return WELL;
}

/* --- bytes -------------------------------------------------------------------------------------
 */

static bool broken(const struct line *l, short events)
{
    int why = 0;
    socklen_t size = sizeof why;
    if (l->tcp && getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &why, &size) == 0 && why != 0)
        return true;
    return (events & (POLLERR | POLLHUP | POLLNVAL)) != 0;
}

static bool wait_writable(const struct line *l, const char **why)
{
    struct pollfd p = {.fd = l->fd, .events = POLLOUT};
    int n = poll(&p, 1, printer_ms(STALL_MS));
    *why = n == 0 ? "silent" : "cut";
    return n > 0 && !broken(l, p.revents);
}

/* How many of the bytes were taken by the system. */
static size_t write_all(const struct sending *s, const struct line *l, const char **why)
{
    size_t at = 0;
    while (at < s->len && wait_writable(l, why)) {
        ssize_t n = write(l->fd, s->bytes + at, s->len - at);
        if (n < 0 && errno != EAGAIN && errno != EINTR) {
            *why = errno == EPIPE || errno == ECONNRESET || errno == EIO ? "cut" : why_errno();
            break;
        }
        at += n > 0 ? (size_t)n : 0;
    }
    return at;
}

/* Bytes that lie in the kernel are not printed yet. */
static int pending(const struct line *l)
{
    int n = 0;
    unsigned long question = l->answers_never ? FIONREAD : TIOCOUTQ;
    return ioctl(l->fd, question, &n) == 0 ? n : 0;
}

static bool drain(const struct line *l, const char **why)
{
    int last = -1, left;
    int64_t moved = clock_mono();
    while ((left = pending(l)) > 0) {
        struct pollfd p = {.fd = l->fd, .events = 0};
        if (left != last)
            moved = clock_mono();
        last = left;
        *why = clock_mono() - moved > printer_ms(STALL_MS) ? "silent" : "cut";
        if (**why == 's' || poll(&p, 1, PAUSE_MS) < 0 || broken(l, p.revents))
            return false;
    }
    struct pollfd p = {.fd = l->fd, .events = 0};
    *why = "cut";
    return poll(&p, 1, 0) >= 0 && !broken(l, p.revents);
}

/* --- what became of it -------------------------------------------------------------------------
 */

static bool ask_paper(struct line *l, int ms)
{
    static const unsigned char question[] = {0x1d, 'r', 1};
    unsigned char byte;
    int64_t until = clock_mono() + ms;
    take_all(l);
    l->said = false;
    if (write(l->fd, question, sizeof question) != (ssize_t)sizeof question)
        return false;
    while (!l->said && wait_answer(l, until) && take(l, &byte))
        ;
    return l->said;
}

/* It answers in order: the answer comes when all is on paper. */
static enum sent confirm(struct sending *s, struct line *l)
{
    int64_t until = clock_mono() + printer_ms(CONFIRM_MS), heard = clock_mono();
    ask_paper(l, printer_ms(ASK_MS));
    while (!l->said && clock_mono() < until && clock_mono() - heard < printer_ms(SILENCE_MS)) {
        enum health health = check(s, l, &s->why);
        if (health == TROUBLED)
            return SENT_PART;
        if (health == WELL)
            heard = clock_mono();
        wait_answer(l, clock_mono() + printer_ms(ASK_MS));
        take_all(l);
    }
    s->why = l->said ? "" : "silent";
    s->said = l->said;
    return l->said ? SENT_WHOLE : SENT_UNKNOWN;
}

/* It never says anything, but its end of the line may: a printer that read all closes; one that
 * died with bytes unread resets. */
static enum sent wait_close(struct sending *s, const struct line *l)
{
    unsigned char byte;
    struct pollfd p = {.fd = l->fd, .events = POLLIN};
    int64_t until = clock_mono() + printer_ms(CLOSE_MS);
    shutdown(l->fd, SHUT_WR);
    for (int64_t left; (left = until - clock_mono()) > 0 && poll(&p, 1, (int)left) > 0;) {
        ssize_t n = read(l->fd, &byte, 1);
        if (n == 0)
            break;
        if (n < 0 && errno != EAGAIN && errno != EINTR) {
            s->why = "cut";
            return SENT_UNKNOWN;
        }
    }
    return SENT_WHOLE;
}

static enum sent after(struct sending *s, struct line *l, bool answers, bool confirms)
{
    const char *why;
    if (confirms)
        return confirm(s, l);
    if (l->tcp && !answers)
        return wait_close(s, l);
    enum health health = check(s, l, &why); /* the roll may have ended under it */
    if (health == TROUBLED || (health != WELL && answers)) {
        s->why = why;
        return health == TROUBLED ? SENT_PART : SENT_UNKNOWN;
    }
    return SENT_WHOLE;
}

static enum sent talk(struct sending *s, struct line *l)
{
    enum health health = check(s, l, &s->why);
    if (health == TROUBLED || health == FELL_SILENT)
        return SENT_NOTHING;
    s->why = "";
    bool answers = health == WELL;
    bool confirms = answers && ask_paper(l, printer_ms(ANSWER_MS));
    size_t taken = write_all(s, l, &s->why);
    if (taken < s->len)
        return taken > 0 ? SENT_PART : SENT_NOTHING;
    if (!drain(l, &s->why))
        return *s->why == 's' ? SENT_PART : SENT_UNKNOWN;
    s->why = "";
    return after(s, l, answers, confirms);
}

enum sent line_send(struct sending *s, struct line *l)
{
    enum sent how = talk(s, l);
    if (how != SENT_WHOLE && !l->tcp)
        tcflush(l->fd, TCOFLUSH); /* what has not left the line need not come out */
    close(l->fd);
    return how;
}
