/* Owns the way from a port to standard output: opened, drained, cut, opened again.
 * Invariant: what comes is always read, whether or not it may pass, and nobody waits for us. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "sync/reader/port.h"
#include "sync/reader/reader.h"
#include "sync/reader/sieve.h"

#define BACK_OFF_MS 250
#define BACK_OFF_MAX_MS 15000
#define CONNECT_MS 5000

enum state { CLOSED, CONNECTING, OPEN };

struct run {
    const struct reader_at *at;
    struct sieve sieve;
    enum state state;
    int fd;
    int64_t due;   /* closed: when to try again; connecting: when to give up */
    int64_t pause; /* before the next try */
    bool told;     /* that it is gone */
    bool heard;    /* that it is there */
    bool unheard;  /* nobody reads what we write */
};

static void say(struct run *r, json_t *what)
{
    char *text = js_dump(what);
    size_t len = strlen(text), done = 0;
    text[len++] = '\n'; /* in the place of its NUL */
    while (done < len && !r->unheard) {
        ssize_t n = write(STDOUT_FILENO, text + done, len - done);
        if (n > 0)
            done += (size_t)n;
        else if (n < 0 && errno != EINTR)
            r->unheard = true;
    }
    explicit_bzero(text, len);
    free(text);
    json_decref(what);
}

static void close_port(struct run *r)
{
    if (r->fd >= 0)
        close(r->fd);
    r->fd = -1;
    r->state = CLOSED;
    r->due = clock_mono() + r->pause;
    r->pause = r->pause * 2 > BACK_OFF_MAX_MS ? BACK_OFF_MAX_MS : r->pause * 2;
    r->heard = false;
    sieve_cut(&r->sieve);
    json_t *rest = sieve_rest(&r->sieve);
    if (rest != NULL) /* a reading behind "gone" would say that it is there again */
        say(r, rest);
    if (!r->told)
        say(r, json_pack("{s:s}", "trouble", "gone"));
    r->told = true;
}

static void is_open(struct run *r)
{
    r->state = OPEN;
    if (r->told)
        say(r, json_pack("{s:n}", "trouble"));
    r->told = false;
}

static void open_port(struct run *r)
{
    bool tcp = strcmp(r->at->way, "tcp") == 0;
    r->fd =
        tcp ? port_tcp(r->at->address) : port_serial(r->at->address, device_baud(r->at->device));
    if (r->fd < 0) {
        close_port(r);
    } else if (tcp) {
        r->state = CONNECTING;
        r->due = clock_mono() + CONNECT_MS;
    } else {
        is_open(r);
    }
}

static void drain(struct run *r)
{
    char bytes[65536];
    ssize_t n = read(r->fd, bytes, sizeof bytes);
    if (n > 0) {
        sieve_bytes(&r->sieve, bytes, (size_t)n, clock_mono());
        explicit_bzero(bytes, (size_t)n);
        if (!r->heard)
            r->pause = BACK_OFF_MS;
        r->heard = true;
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        close_port(r);
    }
}

static int sooner(int a, int b)
{
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

static int patience(const struct run *r)
{
    int64_t now = clock_mono();
    int wait = sieve_wait(&r->sieve, now);
    if (r->state != OPEN)
        wait = sooner(wait, r->due > now ? (int)(r->due - now) : 0);
    return wait;
}

static void attend(struct run *r, short events)
{
    if (r->state == CLOSED && clock_mono() >= r->due)
        open_port(r);
    else if (r->state == CONNECTING && events & (POLLOUT | POLLERR | POLLHUP))
        port_connected(r->fd) ? is_open(r) : close_port(r);
    else if (r->state == CONNECTING && clock_mono() >= r->due)
        close_port(r);
    else if (r->state == OPEN && events)
        drain(r);
}

static void turn(struct run *r)
{
    /* nothing is ever read from the pipe to who started us: it only tells when that one is gone */
    struct pollfd fds[] = {{.fd = STDOUT_FILENO},
                           {.fd = r->fd, .events = r->state == OPEN ? POLLIN : POLLOUT}};
    json_t *said;
    if (poll(fds, 2, patience(r)) < 0 && errno != EINTR)
        r->unheard = true;
    if (fds[0].revents & (POLLERR | POLLHUP | POLLNVAL))
        r->unheard = true;
    attend(r, fds[1].revents);
    while (!r->unheard && (said = sieve_next(&r->sieve, clock_mono())) != NULL)
        say(r, said);
}

enum err reader_run(const struct reader_at *at)
{
    struct run r = {.at = at, .fd = -1, .pause = BACK_OFF_MS};
    sieve_init(&r.sieve, at->device);
    open_port(&r);
    while (!r.unheard)
        turn(&r);
    if (r.fd >= 0)
        close(r.fd);
    sieve_fini(&r.sieve);
    return ERR_OK;
}
