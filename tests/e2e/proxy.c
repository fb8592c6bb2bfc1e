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
#include "kiosk/base/mem.h"

struct proxy {
    int listener, to_port, stop[2];
    pthread_t thread;
    pthread_mutex_t lock;
    int64_t cut; /* bytes up of a connection, then it is cut; -1: never */
    int cuts;    /* so many more connections are cut */
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

/* How many more bytes may go up on a connection that has sent `up`. */
static int64_t allowed(struct proxy *p, int64_t up)
{
    pthread_mutex_lock(&p->lock);
    int64_t left = p->cut >= 0 && p->cuts > 0 ? p->cut - up : INT64_MAX;
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

/* Passes up what may go; false when the connection is over. */
static bool pass_up(struct proxy *p, int from, int to, int64_t *up)
{
    char chunk[1024];
    ssize_t n = recv(from, chunk, sizeof chunk, 0);
    if (n <= 0)
        return false;
    int64_t left = allowed(p, *up);
    bool over = n > left;
    if (over)
        n = (ssize_t)left;
    note(p, chunk, (size_t)n);
    *up += n;
    if (n > 0 && send(to, chunk, (size_t)n, MSG_NOSIGNAL) != n)
        return false;
    if (over)
        cut(p, from);
    return !over;
}

static bool pass_down(int from, int to)
{
    char chunk[4096];
    ssize_t n = recv(from, chunk, sizeof chunk, 0);
    return n > 0 && send(to, chunk, (size_t)n, MSG_NOSIGNAL) == n;
}

static void serve(struct proxy *p, int village, int hub)
{
    int64_t up = 0;
    bool on = hub >= 0;
    while (on) {
        struct pollfd fds[3] = {{village, POLLIN, 0}, {hub, POLLIN, 0}, {p->stop[0], POLLIN, 0}};
        if (poll(fds, 3, -1) < 0 || fds[2].revents)
            break;
        if (fds[1].revents)
            on = pass_down(hub, village);
        if (on && fds[0].revents)
            on = pass_up(p, village, hub, &up);
    }
    close(village);
    if (hub >= 0)
        close(hub);
}

static void *run(void *arg)
{
    struct proxy *p = arg;
    for (;;) {
        struct pollfd fds[2] = {{p->listener, POLLIN, 0}, {p->stop[0], POLLIN, 0}};
        if (poll(fds, 2, -1) < 0 || fds[1].revents)
            return NULL;
        int village = accept4(p->listener, NULL, NULL, SOCK_CLOEXEC); /* may be gone again */
        if (village >= 0)
            serve(p, village, dial(p->to_port));
    }
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

void proxy_cut_after(struct proxy *p, int64_t bytes, int connections)
{
    pthread_mutex_lock(&p->lock);
    p->cut = bytes;
    p->cuts = connections;
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
