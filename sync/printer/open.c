/* Owns: the ways to a printer that are a line of bytes: a device, a serial line, a raw TCP port, a
 * file. Invariant: opening one waits OPEN_MS at most. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "sync/printer/printer.h"

#define OPEN_MS 3000
#define PAUSE_MS 20
#define TCP_PORT "9100"

const char *why_errno(void)
{
    switch (errno) {
    case EACCES:
    case EPERM: return "rights";
    case EBUSY: return "busy";
    case ENOSPC: return "full";
    case ETIMEDOUT: return "silent";
    default: return "gone";
    }
}

static enum sent fail(struct sending *s, const char *why)
{
    s->why = why;
    return SENT_NOTHING;
}

/* --- devices and serial lines ------------------------------------------------------------------
 */

struct serial {
    speed_t speed;
    tcflag_t input, control;
};

/* Bytes go out as they are; where no speed is named the line's stays as the system has set it. */
static void make_raw(int fd, const struct serial *how)
{
    struct termios t;
    if (tcgetattr(fd, &t) != 0)
        return;
    cfmakeraw(&t);
    t.c_cflag |= CLOCAL | CREAD;
    if (how != NULL) {
        t.c_iflag |= how->input;
        t.c_cflag &= ~(tcflag_t)(CSTOPB | PARENB | CRTSCTS);
        t.c_cflag |= how->control;
        cfsetspeed(&t, how->speed);
    }
    tcsetattr(fd, TCSANOW, &t);
}

/* Another program may just be printing: its turn is short. */
static int open_patiently(const char *path, int mode)
{
    int64_t until = clock_mono() + printer_ms(OPEN_MS);
    int fd;
    while ((fd = open(path, mode)) < 0 && errno == EBUSY && clock_mono() < until)
        poll(NULL, 0, PAUSE_MS);
    return fd;
}

static enum sent send_path(struct sending *s, const char *path, const struct serial *how)
{
    struct stat st;
    struct line l = {.fd = -1};
    if (stat(path, &st) != 0)
        return fail(s, why_errno());
    if (!S_ISFIFO(st.st_mode) && !S_ISCHR(st.st_mode))
        return fail(s, "device");
    l.answers_never = S_ISFIFO(st.st_mode);
    int mode = (l.answers_never ? O_WRONLY : O_RDWR) | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    l.fd = open_patiently(path, mode);
    if (l.fd < 0 && !l.answers_never && errno != EBUSY) { /* some only listen */
        l.fd = open(path, (mode & ~O_ACCMODE) | O_WRONLY);
        l.answers_never = true;
    }
    if (l.fd < 0)
        return fail(s, why_errno());
    make_raw(l.fd, how);
    return line_send(s, &l);
}

static enum sent send_device(struct sending *s)
{
    return send_path(s, s->address, NULL);
}

static const struct {
    const char *word;
    speed_t speed;
} speeds[] = {{"1200", B1200},   {"2400", B2400},   {"4800", B4800},   {"9600", B9600},
              {"19200", B19200}, {"38400", B38400}, {"57600", B57600}, {"115200", B115200}};

static const struct {
    const char *word;
    tcflag_t input, control;
} flows[] = {{"xonxoff", IXON, 0}, {"rtscts", 0, CRTSCTS}, {"none", 0, 0}};

/* "/dev/ttyS0,9600,rtscts": what is not named is the first of its kind that most printers leave the
 * factory with. */
static enum sent send_serial(struct sending *s)
{
    char text[256], *rest = text;
    struct serial how = {.speed = B9600, .input = IXON};
    snprintf(text, sizeof text, "%s", s->address);
    const char *path = strsep(&rest, ",");
    for (char *word; (word = strsep(&rest, ",")) != NULL;) {
        for (size_t i = 0; i < sizeof speeds / sizeof *speeds; i++)
            if (strcmp(speeds[i].word, word) == 0)
                how.speed = speeds[i].speed;
        for (size_t i = 0; i < sizeof flows / sizeof *flows; i++)
            if (strcmp(flows[i].word, word) == 0) {
                how.input = flows[i].input;
                how.control = flows[i].control;
            }
    }
    return send_path(s, path, &how);
}

/* --- TCP ---------------------------------------------------------------------------------------
 */

/* Divides "HOST:PORT", "[::1]:9100", "HOST"; text is cut into them. */
static void divide(char *text, char **name, const char **port)
{
    char *colon = strrchr(text, ':'), *bracket = strchr(text, ']');
    *name = text[0] == '[' ? text + 1 : text;
    *port = TCP_PORT;
    if (colon != NULL && (bracket == NULL || colon > bracket) &&
        (bracket != NULL || strchr(text, ':') == colon)) {
        *colon = 0;
        *port = colon + 1;
    }
    if (bracket != NULL)
        *bracket = 0;
}

static bool connected(int fd)
{
    int why = 0;
    socklen_t size = sizeof why;
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    if (poll(&p, 1, printer_ms(OPEN_MS)) <= 0) {
        errno = ETIMEDOUT;
        return false;
    }
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &size);
    errno = why;
    return why == 0;
}

static int dial(const struct addrinfo *at)
{
    int fd = socket(at->ai_family, at->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if ((connect(fd, at->ai_addr, at->ai_addrlen) == 0 || errno == EINPROGRESS) && connected(fd))
        return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

static enum sent send_tcp(struct sending *s)
{
    char text[256], *name;
    const char *port;
    struct addrinfo want = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    struct line l = {.fd = -1, .tcp = true};
    snprintf(text, sizeof text, "%s", s->address);
    divide(text, &name, &port);
    if (getaddrinfo(name, port, &want, &found) != 0)
        return fail(s, "gone");
    for (const struct addrinfo *a = found; a != NULL && l.fd < 0; a = a->ai_next)
        l.fd = dial(a);
    freeaddrinfo(found);
    return l.fd >= 0 ? line_send(s, &l) : fail(s, why_errno());
}

/* --- a file ------------------------------------------------------------------------------------
 */

static enum sent send_file(struct sending *s)
{
    int fd = open(s->address, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    size_t at = 0;
    ssize_t n = 0;
    if (fd < 0)
        return fail(s, why_errno());
    while (at < s->len && (n = write(fd, s->bytes + at, s->len - at)) > 0)
        at += (size_t)n;
    if (at < s->len || fsync(fd) != 0)
        s->why = why_errno();
    close(fd);
    s->said = at == s->len && s->why[0] == 0;
    return s->said ? SENT_WHOLE : at > 0 ? SENT_PART : SENT_NOTHING;
}

const struct sending_way sending_ways[] = {
    {"serial:", send_serial}, {"tcp:", send_tcp}, {"cups:", cups_send},
    {"file:", send_file},     {"/", send_device}, {NULL, NULL},
};
