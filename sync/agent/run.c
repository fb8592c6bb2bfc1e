/* Owns: the agent's day. Invariant: it sleeps unless the journal grew, an order may wait, or a
 * failed visit is due again (at once for what is express); it never holds anything of the database
 * while it sleeps. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/rnd.h"
#include "kiosk/desk/link.h"
#include "sync/agent/agent.h"
#include "sync/agent/http.h"

#define ASK_MS 10000      /* how often orders are asked for when nothing is to be sent */
#define BACKOFF_LEAST 500 /* ms; doubles to BACKOFF_MOST, reset by any success */
#define BACKOFF_MOST 8000
#define SETTLE_MS 200 /* a clerk's action is several entries: they go together */

static volatile sig_atomic_t stopped;

static void stop(int sig)
{
    (void)sig;
    stopped = 1;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = stop}; /* without SA_RESTART: poll() comes back */
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
}

static int watch(const struct site *s)
{
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd >= 0)
        inotify_add_watch(fd, s->dir, IN_MODIFY | IN_CREATE);
    return fd;
}

static void drain(int fd)
{
    char events[4096];
    while (read(fd, events, sizeof events) > 0)
        ;
}

static bool something_to_send(struct site *s)
{
    struct link_state link;
    return link_read(s->j.store, s->j.site, &link) == ERR_OK && link.acked < link.last;
}

/* Until `ms` have passed or the journal has more than the hub. */
static void sleep_until_due(struct site *s, int fd, int ms)
{
    int64_t end = clock_mono() + ms;
    drain(fd);
    while (!stopped && !something_to_send(s)) {
        int64_t left = end - clock_mono();
        struct pollfd p = {fd, POLLIN, 0};
        if (left <= 0)
            return;
        if (poll(&p, fd >= 0, (int)left) > 0)
            drain(fd);
    }
    if (!stopped)
        poll(NULL, 0, SETTLE_MS);
}

/* Until `ms` have passed, or something that must not wait was written: the try that failed was
 * before it. */
static void back_off(struct site *s, int fd, int ms)
{
    int64_t end = clock_mono() + ms;
    struct link_state link;
    if (link_read(s->j.store, s->j.site, &link) != ERR_OK)
        link.last = INT64_MAX;
    drain(fd);
    while (!stopped && !link_express(s->j.store, link.epoch, link.last)) {
        int64_t left = end - clock_mono();
        struct pollfd p = {fd, POLLIN, 0};
        if (left <= 0)
            return;
        if (poll(&p, fd >= 0, (int)left) > 0)
            drain(fd);
    }
}

static bool hopeless(enum err rc)
{
    return rc == ERR_NOT_ENROLLED || rc == ERR_FORK || rc == ERR_CORRUPT || rc == ERR_HUB_KEY;
}

enum err agent_run(struct site *s)
{
    int fd = watch(s), backoff = 0;
    struct way *way = NULL;
    enum err rc = http_open(&way);
    if (rc == ERR_OK)
        way->watch = fd;
    stopped = 0;
    catch_signals();
    while (way != NULL && !stopped && !hopeless(rc)) {
        rc = agent_visit(s, way);
        if (rc == ERR_OK) {
            backoff = 0;
            sleep_until_due(s, fd, ASK_MS);
        } else if (!stopped && !hopeless(rc)) {
            backoff = backoff == 0                 ? BACKOFF_LEAST
                      : backoff * 2 < BACKOFF_MOST ? backoff * 2
                                                   : BACKOFF_MOST;
            back_off(s, fd, backoff / 2 + (int)rnd_below((uint32_t)backoff / 2));
        }
    }
    way_free(way);
    if (fd >= 0)
        close(fd);
    return stopped ? ERR_OK : rc;
}
