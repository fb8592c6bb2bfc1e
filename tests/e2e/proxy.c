/* Owns: the line between village and hub in a test. Invariant: bytes pass unchanged or not at all.
 */
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/e2e/hubproc.h"
#include "tests/unit/unit.h"

#include "kiosk/base/buf.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/mem.h"

#define PIPES 8 /* connections at a time */

struct proxy {
    int listener, to_port, stop[2];
    pthread_t thread;
    pthread_mutex_t lock;
    int64_t cut;     /* bytes of a connection, then it is cut; -1: never */
    bool cut_down;   /* counted are those that come down */
    int cuts;        /* so many more connections are cut */
    int64_t slow_ms; /* a rest behind each slow_bytes that go up; 0: none */
    size_t slow_bytes;
    struct buf seen, copy;
};

static int dial(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0)
        return fd;
    close(fd);
    return -1;
}

/* How many more bytes may go this way on a connection that has passed so many. */
static int64_t allowed(struct proxy *p, bool down, int64_t passed)
{
    pthread_mutex_lock(&p->lock);
    bool cuts = p->cut >= 0 && p->cuts > 0 && p->cut_down == down;
    int64_t left = cuts ? p->cut - passed : INT64_MAX;
    pthread_mutex_unlock(&p->lock);
    return left;
}

static void note(struct proxy *p, const char *bytes, size_t len)
{
    pthread_mutex_lock(&p->lock);
    buf_add(&p->seen, bytes, len);
    pthread_mutex_unlock(&p->lock);
}

/* Hard: no end of file, the peer meets a reset. */
static void cut(struct proxy *p, int fd)
{
    struct linger now = {.l_onoff = 1};
    pthread_mutex_lock(&p->lock);
    p->cuts--;
    pthread_mutex_unlock(&p->lock);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

/* One connection through it. */
struct pipe {
    int village, hub;
    int64_t up;    /* bytes that went up */
    int64_t down;  /* and came down */
    int64_t ready; /* steady ms: nothing goes up before */
};

static int64_t pace(struct proxy *p, size_t *most)
{
    pthread_mutex_lock(&p->lock);
    int64_t ms = p->slow_ms;
    if (ms > 0)
        *most = p->slow_bytes;
    pthread_mutex_unlock(&p->lock);
    return ms;
}

/* Passes up what may go; false when the connection is over. */
static bool pass_up(struct proxy *p, struct pipe *c)
{
    char chunk[1024];
    size_t most = sizeof chunk;
    int64_t ms = pace(p, &most);
    ssize_t n = recv(c->village, chunk, most < sizeof chunk ? most : sizeof chunk, 0);
    if (n <= 0)
        return false;
    int64_t left = allowed(p, false, c->up);
    bool over = n > left;
    if (over)
        n = (ssize_t)left;
    note(p, chunk, (size_t)n);
    c->up += n;
    c->ready = ms > 0 ? clock_mono() + ms : 0;
    if (n > 0 && send(c->hub, chunk, (size_t)n, MSG_NOSIGNAL) != n)
        return false;
    if (over)
        cut(p, c->village);
    return !over;
}

static bool pass_down(struct proxy *p, struct pipe *c)
{
    char chunk[4096];
    ssize_t n = recv(c->hub, chunk, sizeof chunk, 0);
    int64_t left = allowed(p, true, c->down);
    bool over = n > left;
    if (n <= 0)
        return false;
    if (over)
        n = (ssize_t)left;
    c->down += n;
    if (n > 0 && send(c->village, chunk, (size_t)n, MSG_NOSIGNAL) != n)
        return false;
    if (over) { /* what came before the cut was read */
        cut(p, c->hub);
        shutdown(c->village, SHUT_WR);
    }
    return !over;
}

static void end_pipe(struct pipe *c)
{
    close(c->village);
    if (c->hub >= 0)
        close(c->hub);
    c->village = -1;
}

static void begin_pipe(struct proxy *p, struct pipe pipes[PIPES])
{
    int little = 8192;
    int village = accept4(p->listener, NULL, NULL, SOCK_CLOEXEC); /* may be gone again */
    for (int i = 0; village >= 0 && i < PIPES; i++) {
        if (pipes[i].village >= 0)
            continue;
        pipes[i] = (struct pipe){.village = village, .hub = dial(p->to_port)};
        if (pace(p, &(size_t){0}) > 0) /* what waits shall wait at the village */
            setsockopt(village, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
        if (pipes[i].hub < 0)
            end_pipe(&pipes[i]);
        return;
    }
    if (village >= 0)
        close(village);
}

/* How long to wait when nobody says anything: until the next one that is held back may go on. */
static int fill_polls(const struct pipe pipes[PIPES], struct pollfd *fds)
{
    int wait = -1;
    for (int i = 0; i < PIPES; i++) {
        int64_t left = pipes[i].ready - clock_mono();
        bool on = pipes[i].village >= 0, held = on && left > 0;
        fds[2 * i] = (struct pollfd){on && !held ? pipes[i].village : -1, POLLIN, 0};
        fds[2 * i + 1] = (struct pollfd){on ? pipes[i].hub : -1, POLLIN, 0};
        if (held && (wait < 0 || left < wait))
            wait = (int)left;
    }
    return wait;
}

static void *run(void *arg)
{
    struct proxy *p = arg;
    struct pipe pipes[PIPES];
    struct pollfd fds[2 * PIPES + 2];
    for (int i = 0; i < PIPES; i++)
        pipes[i].village = -1;
    for (;;) {
        int wait = fill_polls(pipes, fds);
        fds[2 * PIPES] = (struct pollfd){p->listener, POLLIN, 0};
        fds[2 * PIPES + 1] = (struct pollfd){p->stop[0], POLLIN, 0};
        if (poll(fds, 2 * PIPES + 2, wait) < 0 || fds[2 * PIPES + 1].revents)
            break;
        for (int i = 0; i < PIPES; i++) {
            bool on = fds[2 * i + 1].revents == 0 || pass_down(p, &pipes[i]);
            if (on && fds[2 * i].revents != 0)
                on = pass_up(p, &pipes[i]);
            if (!on)
                end_pipe(&pipes[i]);
        }
        if (fds[2 * PIPES].revents)
            begin_pipe(p, pipes);
    }
    for (int i = 0; i < PIPES; i++)
        if (pipes[i].village >= 0)
            end_pipe(&pipes[i]);
    return NULL;
}

struct proxy *proxy_start(int to_port, char url[64])
{
    struct proxy *p = mem_alloc(sizeof *p);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    p->to_port = to_port;
    p->cut = -1;
    p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    pthread_mutex_init(&p->lock, NULL);
    assert_int_equal(bind(p->listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(p->listener, 16), 0);
    assert_int_equal(getsockname(p->listener, (struct sockaddr *)&at, &len), 0);
    assert_int_equal(pipe(p->stop), 0);
    snprintf(url, 64, "http://127.0.0.1:%d", ntohs(at.sin_port));
    assert_int_equal(pthread_create(&p->thread, NULL, run, p), 0);
    return p;
}

static void cut_after(struct proxy *p, int64_t bytes, bool down, int connections)
{
    pthread_mutex_lock(&p->lock);
    p->cut = bytes;
    p->cut_down = down;
    p->cuts = connections;
    pthread_mutex_unlock(&p->lock);
}

void proxy_cut_after(struct proxy *p, int64_t bytes, int connections)
{
    cut_after(p, bytes, false, connections);
}

void proxy_cut_down_after(struct proxy *p, int64_t bytes, int connections)
{
    cut_after(p, bytes, true, connections);
}

void proxy_slow(struct proxy *p, size_t bytes, int ms)
{
    pthread_mutex_lock(&p->lock);
    p->slow_bytes = bytes;
    p->slow_ms = ms;
    pthread_mutex_unlock(&p->lock);
}

int proxy_cuts_left(struct proxy *p)
{
    pthread_mutex_lock(&p->lock);
    int left = p->cuts;
    pthread_mutex_unlock(&p->lock);
    return left;
}

const unsigned char *proxy_seen(struct proxy *p, size_t *len)
{
    pthread_mutex_lock(&p->lock);
    buf_clear(&p->copy);
    buf_add(&p->copy, p->seen.data, p->seen.len);
    pthread_mutex_unlock(&p->lock);
    *len = p->copy.len;
    return p->copy.data;
}

void proxy_free(struct proxy *p)
{
    assert_int_equal(write(p->stop[1], "x", 1), 1);
    pthread_join(p->thread, NULL);
    close(p->listener);
    close(p->stop[0]);
    close(p->stop[1]);
    pthread_mutex_destroy(&p->lock);
    buf_fini(&p->seen);
    buf_fini(&p->copy);
    free(p);
}
