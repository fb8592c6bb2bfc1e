/* A hub that listens on the loopback, for tests that write HTTP by hand: raw sockets, because a
 * client that knows HTTP would not send what they send. */
#ifndef TESTS_UNIT_WEB_H
#define TESTS_UNIT_WEB_H

#include "tests/unit/hub.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

#include "sync/hub/user.h"
#include "sync/hub/web.h"

static struct web_server *server;
static int port;

static inline int web_setup(void **state)
{
    struct web_options o = {.listen = "127.0.0.1:0", .deadline_ms = 700};
    signal(SIGPIPE, SIG_IGN);
    if (hub_setup(state) != 0)
        return -1;
    return web_start(hub, &o, &server, &port) == ERR_OK ? 0 : -1;
}

static inline int web_teardown(void **state)
{
    if (server != NULL)
        web_stop(server);
    server = NULL;
    return hub_teardown(state);
}

static inline int dial(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    return fd;
}

/* Reads until the peer closes or a whole second brings nothing. */
static inline void read_all(int fd, struct buf *out)
{
    char chunk[4096];
    struct pollfd p = {fd, POLLIN, 0};
    while (poll(&p, 1, 1000) > 0) {
        ssize_t n = recv(fd, chunk, sizeof chunk, 0);
        if (n <= 0)
            return;
        buf_add(out, chunk, (size_t)n);
    }
}

/* Sends these bytes and gives the status of the answer; 0 when there is none. */
static inline int status_of(const char *request, struct buf *answer)
{
    struct buf own = BUF_INIT, *to = answer != NULL ? answer : &own;
    int fd = dial(), status = 0;
    assert_true(send(fd, request, strlen(request), MSG_NOSIGNAL) > 0);
    shutdown(fd, SHUT_WR);
    read_all(fd, to);
    close(fd);
    sscanf(buf_str(to), "HTTP/1.1 %d", &status);
    buf_fini(&own);
    return status;
}

#define WEB_TEST(f) cmocka_unit_test_setup_teardown(f, web_setup, web_teardown)
#define GET(path, more) "GET " path " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" more "\r\n"

#endif
