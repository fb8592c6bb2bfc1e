/* Owns: the agent's day. Invariant: it sleeps unless the journal grew, an order may wait, or a
 * failed visit is due again (at once for what is express, and when a link comes up); it never holds
 * anything of the database while it sleeps. */
#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/rnd.h"
#include "kiosk/desk/link.h"
#include "kiosk/desk/link_use.h"
#include "sync/agent/agent.h"
#include "sync/agent/http.h"
#include "sync/agent/netlink.h"

#define ASK_MS 10000      /* how often orders are asked for when nothing is to be sent */
#define BACKOFF_LEAST 500 /* ms; doubles to BACKOFF_MOST, reset by any ack */
#define BACKOFF_MOST 8000
#define SETTLE_MS 200 /* a clerk's action is several entries: they go together */

#define LARGE (128 << 10)                /* bytes: what is larger goes back as soon as it is free */
#define CACHE_KIB 400 /* it reads the journal once, in order */

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

/* Until `ms` have passed, the journal has more than the hub, or a clerk asks for a try. */
static void sleep_until_due(struct site *s, int fd, int ms)
{
    int64_t end = clock_mono() + ms, wanted = link_wanted(s->j.store);
    drain(fd);
    while (!stopped && !something_to_send(s) && link_wanted(s->j.store) == wanted) {
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

/* Who may end a wait before its time. */
struct waker {
    struct netlink links;
    int journal;
};

/* Until `ms` have passed, or something that must not wait was written (the try that failed was
 * before it), a clerk asks for a try, or, when the network was what failed, a link came up: true
 * then. */
static bool back_off(struct site *s, struct waker *w, int64_t ms, bool by_link)
{
    int64_t end = clock_mono() + ms, wanted = link_wanted(s->j.store);
    struct link_state link;
    if (link_read(s->j.store, s->j.site, &link) != ERR_OK)
        link.last = INT64_MAX;
    drain(w->journal);
    while (!stopped && !link_express(s->j.store, link.epoch, link.last) &&
           link_wanted(s->j.store) == wanted) {
        int64_t left = end - clock_mono();
        struct pollfd p[2] = {{w->journal, POLLIN, 0}, {w->links.fd, POLLIN, 0}};
        if (left <= 0)
            return false;
        if (poll(p, 2, (int)left) > 0)
            drain(w->journal);
        if (netlink_came_up(&w->links) && by_link)
            return true;
    }
    return false;
}

/* The rest behind a visit that failed: doubles, with jitter, and begins anew where the visit got
 * on or the network has come back. Longer where the hub asked for it. */
static void rest_behind(struct site *s, struct waker *w, const struct way *way, enum err rc,
                        int *backoff)
{
    int64_t asked = way->busy_until - clock_mono();
    *backoff = *backoff == 0                 ? BACKOFF_LEAST
               : *backoff * 2 < BACKOFF_MOST ? *backoff * 2
                                             : BACKOFF_MOST;
    int64_t ms = *backoff / 2 + (int64_t)rnd_below((uint32_t)*backoff / 2);
    netlink_came_up(&w->links); /* what happened before the try is no news */
    ms = asked > ms ? asked : ms;
    link_next(s->j.store, clock_now() + ms);
    if (back_off(s, w, ms, rc == ERR_HUB_DOWN)) {
        *backoff = 0;
        poll(NULL, 0, SETTLE_MS); /* an address comes before its route */
    }
}

static bool hopeless(enum err rc)
{
    return rc == ERR_NOT_ENROLLED || rc == ERR_FORK || rc == ERR_OLD_COPY || rc == ERR_REPLACED ||
           rc == ERR_CORRUPT || rc == ERR_HUB_KEY;
}

static int64_t acked(struct site *s)
{
    struct link_state link;
    return link_read(s->j.store, s->j.site, &link) == ERR_OK ? link.acked : 0;
}

static enum err live(struct site *s, struct way *way, struct waker *w)
{
    int backoff = 0;
    enum err rc = ERR_OK;
    while (!stopped && !hopeless(rc)) {
        int64_t before = acked(s);
        rc = agent_visit(s, way);
        if (rc == ERR_OK || acked(s) > before)
            backoff = 0;
        if (rc == ERR_OK) {
            link_next(s->j.store, CLOCK_NONE);
            sleep_until_due(s, w->journal, ASK_MS);
        }
        if (rc != ERR_OK && !stopped && !hopeless(rc))
            rest_behind(s, w, way, rc, &backoff);
    }
    return rc;
}

/* It is there all day, beside the screens, on a machine that has little. */
static void keep_small(struct site *s)
{
    mallopt(M_MMAP_THRESHOLD, LARGE); /* said once, it no longer grows by itself */
    mallopt(M_TRIM_THRESHOLD, LARGE);
    mallopt(M_ARENA_MAX, 1);
    store_cache(s->j.store, CACHE_KIB);
}

enum err agent_run(struct site *s)
{
    struct way *way = NULL;
    struct waker w = {.journal = watch(s)};
    int lock = link_agent_begin(s); /* one that runs beside another is told of nothing, no more */
    enum err rc = http_open(&way);
    stopped = 0;
    keep_small(s);
    catch_signals();
    netlink_open(&w.links);
    if (rc == ERR_OK) {
        way->watch = w.journal;
        rc = live(s, way, &w);
    }
    if (way != NULL)
        agent_note_use(s, way, true);
    way_free(way);
    netlink_close(&w.links);
    if (w.journal >= 0)
        close(w.journal);
    if (lock >= 0)
        close(lock);
    return stopped ? ERR_OK : rc;
}
