/* Owns: the way to a printer's device. Invariant: every wait has an end; a printer that answers is
 * believed, one that never does is sent to all the same. */
#include "kiosk/print/device.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/lang.h"

#define SETTING "printer"
#define PAUSE_MS 20

struct device {
    int fd;
    bool fifo, answers;
    int64_t until; /* steady ms */
};

const char *device_path(struct site *s)
{
    const char *path = getenv("JIUJIN_PRINTER");
    return path != NULL && *path != 0 ? path : site_get(s->j.store, SETTING);
}

enum err device_keep(struct site *s, const char *path)
{
    return site_set(s->j.store, SETTING, path);
}

static enum err fail(const char *why)
{
    return err_set(ERR_PRINTER, NULL, "%s", why);
}

static enum err fail_errno(void)
{
    switch (errno) {
    case EACCES:
    case EPERM: return fail(_("we may not write to it"));
    case EBUSY: return fail(_("another program holds it"));
    default: return fail(_("it is not there"));
    }
}

static int left(const struct device *d)
{
    int64_t ms = d->until - clock_mono();
    return ms > 0 ? (int)ms : 0;
}

/* --- opened ---------------------------------------------------------------------------------- */

/* Bytes go out as they are; the line's speed stays as the system has set it. */
static void make_raw(int fd)
{
    struct termios t;
    if (tcgetattr(fd, &t) != 0)
        return;
    cfmakeraw(&t);
    t.c_cflag |= CLOCAL;
    tcsetattr(fd, TCSANOW, &t);
}

/* Another terminal may just be printing: its turn is short. */
static enum err open_device(const char *path, struct device *d)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return fail_errno();
    if (!S_ISFIFO(st.st_mode) && !S_ISCHR(st.st_mode))
        return fail(_("this is not a printer's device"));
    d->fifo = S_ISFIFO(st.st_mode);
    int mode = (d->fifo ? O_WRONLY : O_RDWR) | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    while ((d->fd = open(path, mode)) < 0 && errno == EBUSY && left(d) > 0)
        poll(NULL, 0, PAUSE_MS);
    if (d->fd < 0 && !d->fifo && errno != EBUSY) /* some only listen */
        d->fd = open(path, (mode & ~O_ACCMODE) | O_WRONLY);
    if (d->fd < 0)
        return fail_errno();
    make_raw(d->fd);
    return ERR_OK;
}

/* --- what it says of itself ------------------------------------------------------------------ */

/* Epson's real-time status, DLE EOT n: bits that mean trouble. */
static const struct {
    unsigned char n, bits;
    const char *why;
} troubles[] = {
    {2, 0x20, N_("out of paper")},
    {2, 0x04, N_("its cover is open")},
    {2, 0x40, N_("it reports an error")},
    {4, 0x60, N_("out of paper")},
};

/* False: no answer that is one. */
static bool ask(const struct device *d, unsigned char n, unsigned char *answer)
{
    unsigned char question[] = {0x10, 0x04, n}, old[64];
    struct pollfd p = {.fd = d->fd, .events = POLLIN};
    while (read(d->fd, old, sizeof old) > 0)
        ;
    if (write(d->fd, question, sizeof question) != (ssize_t)sizeof question)
        return false;
    if (poll(&p, 1, DEVICE_ANSWER_MS) <= 0 || read(d->fd, answer, 1) != 1)
        return false;
    return (*answer & 0x93) == 0x12; /* fixed bits of every answer */
}

static enum err check_status(struct device *d)
{
    unsigned char answer = 0, asked = 0;
    for (size_t i = 0; !d->fifo && i < sizeof troubles / sizeof *troubles; i++) {
        if (asked != troubles[i].n && !ask(d, troubles[i].n, &answer))
            return d->answers ? fail(_("no answer")) : ERR_OK;
        d->answers = true;
        asked = troubles[i].n;
        if ((answer & troubles[i].bits) != 0)
            return fail(_(troubles[i].why));
    }
    return ERR_OK;
}

/* --- sent ------------------------------------------------------------------------------------ */

static enum err wait_writable(const struct device *d)
{
    struct pollfd p = {.fd = d->fd, .events = POLLOUT};
    int n = poll(&p, 1, left(d));
    if (n == 0)
        return fail(_("no answer"));
    return n > 0 && (p.revents & (POLLHUP | POLLNVAL)) == 0 ? ERR_OK : fail(_("it is not there"));
}

static enum err write_all(const struct device *d, const unsigned char *bytes, size_t len)
{
    enum err rc = ERR_OK;
    while (len > 0 && (rc = wait_writable(d)) == ERR_OK) {
        ssize_t n = write(d->fd, bytes, len);
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return fail_errno();
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
        }
    }
    return rc;
}

/* Bytes that lie in the kernel are not printed yet. */
static bool pending(const struct device *d)
{
    int n = 0;
    return ioctl(d->fd, d->fifo ? FIONREAD : TIOCOUTQ, &n) == 0 && n > 0;
}

static enum err drain(const struct device *d)
{
    enum err rc;
    while ((rc = wait_writable(d)) == ERR_OK && pending(d)) {
        if (left(d) == 0)
            return fail(_("no answer"));
        poll(NULL, 0, PAUSE_MS);
    }
    return rc;
}

enum err device_send(const char *path, const void *bytes, size_t len)
{
    struct device d = {.fd = -1, .until = clock_mono() + DEVICE_LIMIT_MS};
    enum err rc = open_device(path, &d);
    if (rc == ERR_OK)
        rc = check_status(&d);
    if (rc == ERR_OK)
        rc = write_all(&d, bytes, len);
    if (rc == ERR_OK)
        rc = drain(&d);
    if (rc == ERR_OK && d.answers) /* the roll may have ended under it */
        rc = check_status(&d);
    if (rc != ERR_OK && d.fd >= 0)
        tcflush(d.fd, TCOFLUSH); /* what has not left the line need not come out */
    if (d.fd >= 0)
        close(d.fd);
    return rc;
}
