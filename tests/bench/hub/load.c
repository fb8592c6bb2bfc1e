/* Owns: the connections of a load. Invariant: a job is told its end exactly once. */
#include "tests/bench/hub/load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/mem.h"

#define READ 65536
#define WAIT_MS 2

struct line {
    int fd;    /* -1: not connected */
    bool busy; /* a job is under way */
    struct load_job job;
    size_t sent;
    struct buf in;
    int64_t since;
};

struct running {
    const struct load *l;
    struct line *line;
    int poll, busy;
    bool ended;
};

int64_t load_now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void die(const char *what)
{
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int open_socket(int port, int more)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | more, 0);
    if (fd < 0)
        die("socket");
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS)
        die("connect");
    return fd;
}

static void hang_up(struct line *c)
{
    close(c->fd); /* epoll forgets it by itself */
    c->fd = -1;
}

static void end_job(struct running *r, struct line *c, int status, const unsigned char *body,
                    size_t len)
{
    struct load_answer a = {status, body, len, load_now_us() - c->since};
    struct load_job job = c->job;
    c->busy = false;
    r->busy--;
    if (status == 0 || !r->l->keep)
        hang_up(c);
    r->l->done(r->l->arg, &job, &a);
    buf_clear(&c->in);
}

/* Sends what the socket takes; at the cut the connection dies without a word. */
static void send_more(struct running *r, struct line *c)
{
    size_t end = c->job.cut > 0 && c->job.cut < c->job.len ? c->job.cut : c->job.len;
    while (c->sent < end) {
        ssize_t n = send(c->fd, (const char *)c->job.bytes + c->sent, end - c->sent, MSG_NOSIGNAL);
        if (n < 0 && (errno == EAGAIN || errno == ENOTCONN))
            return;
        if (n < 0) {
            end_job(r, c, 0, NULL, 0);
            return;
        }
        c->sent += (size_t)n;
    }
    if (end < c->job.len)
        end_job(r, c, 0, NULL, 0);
}

static void start(struct running *r, struct line *c, const struct load_job *job)
{
    c->since = load_now_us();
    c->job = *job;
    c->sent = 0;
    c->busy = true;
    r->busy++;
    if (c->fd < 0) {
        c->fd = open_socket(r->l->port, SOCK_NONBLOCK);
        struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = c};
        if (epoll_ctl(r->poll, EPOLL_CTL_ADD, c->fd, &e) != 0)
            die("epoll");
    }
    send_more(r, c);
}

/* True when the whole answer is here. */
static bool whole(struct line *c, int *status, size_t *body, size_t *len)
{
    const char *text = buf_str(&c->in), *end = strstr(text, "\r\n\r\n");
    if (end == NULL)
        return false;
    const char *length = strcasestr(text, "\r\nContent-Length:");
    *status = (int)strtol(text + strlen("HTTP/1.1 "), NULL, 10);
    *body = (size_t)(end + 4 - text);
    *len = length != NULL && length < end ? strtoul(length + 17, NULL, 10) : 0;
    return c->in.len >= *body + *len;
}

static void read_more(struct running *r, struct line *c)
{
    int status;
    size_t body, len;
    while (c->fd >= 0) {
        ssize_t n = recv(c->fd, buf_room(&c->in, READ), READ, 0);
        if (n < 0 && errno == EAGAIN)
            return;
        if (n <= 0) {
            if (c->busy)
                end_job(r, c, 0, NULL, 0);
            else
                hang_up(c);
            return;
        }
        c->in.len += (size_t)n;
        c->in.data[c->in.len] = 0;
        if (c->busy && whole(c, &status, &body, &len)) {
            end_job(r, c, status, c->in.data + body, len);
            return;
        }
    }
}

/* Gives every free line a job that is due. */
static void feed_lines(struct running *r)
{
    r->ended = true;
    for (int i = 0; i < r->l->connections; i++) {
        struct load_job job = {.len = 0};
        enum load_next next = r->line[i].busy ? LOAD_WAIT : r->l->next(r->l->arg, i, &job);
        r->ended = r->ended && next == LOAD_END;
        if (next == LOAD_JOB)
            start(r, &r->line[i], &job);
    }
}

static void serve_lines(struct running *r)
{
    struct epoll_event events[64];
    int n = epoll_wait(r->poll, events, 64, WAIT_MS);
    for (int i = 0; i < n; i++) {
        struct line *c = events[i].data.ptr;
        if (c->fd >= 0 && c->busy && (events[i].events & EPOLLOUT))
            send_more(r, c);
        if (c->fd >= 0 && (events[i].events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)))
            read_more(r, c);
    }
}

void load_run(const struct load *l)
{
    struct running r = {.l = l, .poll = epoll_create1(EPOLL_CLOEXEC)};
    r.line = mem_alloc((size_t)l->connections * sizeof *r.line);
    for (int i = 0; i < l->connections; i++)
        r.line[i].fd = -1;
    do {
        feed_lines(&r);
        serve_lines(&r);
    } while (r.busy > 0 || !r.ended);
    for (int i = 0; i < l->connections; i++) {
        if (r.line[i].fd >= 0)
            hang_up(&r.line[i]);
        buf_fini(&r.line[i].in);
    }
    close(r.poll);
    free(r.line);
}

void load_hold(int port, int n, int **fds)
{
    *fds = mem_alloc((size_t)n * sizeof **fds);
    for (int i = 0; i < n; i++)
        (*fds)[i] = open_socket(port, 0);
}

void load_send_half(int fd, const void *bytes, size_t len)
{
    if (send(fd, bytes, len / 2, MSG_NOSIGNAL) != (ssize_t)(len / 2))
        die("send");
}

void load_let_go(int *fds, int n)
{
    for (int i = 0; i < n; i++)
        close(fds[i]);
    free(fds);
}
