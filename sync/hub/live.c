/* Owns: the changes not told yet, and the streams that tell them.
 *
 * Changes stand in a ring, numbered; a stream knows the number up to which it has told. One that
 * fell behind by more than the ring says "all" instead. Waking all streams costs as much as there
 * are streams, so it is done at most every 200 ms, however many changes there are.
 *
 * Invariant: a stream is suspended only under the lock and only when it has told everything; who
 * wakes it takes the mark off first, so that none is resumed twice. */
#include "sync/hub/live.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/mem.h"

#define RING 64
#define WAKE_MS 200
#define BEAT_MS 20000
#define STREAM_MS 600000 /* then the browser asks again, and its session is looked at again */

struct change {
    char topic[LIVE_TOPIC];
    char site[SITE_CODE];
};

struct stream {
    struct hub_live *live;
    struct MHD_Connection *connection;
    struct stream *next, **at;
    void (*alive)(void *arg);
    void *arg;
    int64_t told, until, beat; /* beat: when something was sent last */
    bool suspended;
};

struct hub_live {
    pthread_mutex_t lock;
    struct change ring[RING];
    int64_t made;  /* number of the last change */
    int64_t woken; /* up to which all were woken */
    int64_t last;  /* when that was */
    struct stream *first;
    int streams;
    bool ended;
};

struct hub_live *hub_live_new(void)
{
    struct hub_live *l = mem_alloc(sizeof *l);
    pthread_mutex_init(&l->lock, NULL);
    return l;
}

void hub_live_free(struct hub_live *l)
{
    if (l == NULL)
        return;
    pthread_mutex_destroy(&l->lock);
    free(l);
}

/* --- waking -----------------------------------------------------------------------------------
 */

static void wake(struct stream *s)
{
    if (!s->suspended)
        return;
    s->suspended = false;
    MHD_resume_connection(s->connection);
}

static void wake_all(struct hub_live *l)
{
    l->woken = l->made;
    l->last = clock_mono();
    for (struct stream *s = l->first; s != NULL; s = s->next)
        wake(s);
}

static bool waits_already(const struct hub_live *l, const struct change *c)
{
    for (int64_t n = l->made; n > l->woken && n > l->made - RING; n--)
        if (memcmp(&l->ring[n % RING], c, sizeof *c) == 0)
            return true;
    return false;
}

void hub_live_tell(struct hub_live *l, const char *topic, const char *site)
{
    struct change c = {"", ""};
    snprintf(c.topic, sizeof c.topic, "%s", topic);
    snprintf(c.site, sizeof c.site, "%s", site != NULL ? site : "");
    pthread_mutex_lock(&l->lock);
    if (!waits_already(l, &c))
        l->ring[++l->made % RING] = c;
    if (clock_mono() - l->last >= WAKE_MS)
        wake_all(l);
    pthread_mutex_unlock(&l->lock);
}

void hub_changed(struct hub *h, const char *topic, const char *site)
{
    if (h->live != NULL)
        hub_live_tell(h->live, topic, site);
    hub_db_tell(h->db, topic, site);
}

void hub_live_tick(struct hub_live *l)
{
    int64_t now = clock_mono();
    pthread_mutex_lock(&l->lock);
    if (l->made > l->woken)
        wake_all(l);
    for (struct stream *s = l->first; s != NULL; s = s->next)
        if (now - s->beat >= BEAT_MS)
            wake(s);
    pthread_mutex_unlock(&l->lock);
}

void hub_live_end(struct hub_live *l)
{
    pthread_mutex_lock(&l->lock);
    l->ended = true;
    wake_all(l);
    pthread_mutex_unlock(&l->lock);
}

/* --- telling ----------------------------------------------------------------------------------
 */

/* As many untold changes as fit; 0: none is left. */
static size_t tell(struct stream *s, char *out, size_t max)
{
    const struct hub_live *l = s->live;
    size_t used = 0;
    if (l->made - s->told > RING) {
        s->told = l->made;
        return (size_t)snprintf(out, max, "event: change\ndata: all\n\n");
    }
    while (s->told < l->made) {
        const struct change *c = &l->ring[(s->told + 1) % RING];
        int n =
            snprintf(out + used, max - used, "event: change\ndata: %s %s\n\n", c->topic, c->site);
        if ((size_t)n >= max - used)
            break;
        used += (size_t)n;
        s->told++;
    }
    return used;
}

static ssize_t step(struct stream *s, char *out, size_t max)
{
    int64_t now = clock_mono();
    if (s->live->ended || now >= s->until)
        return MHD_CONTENT_READER_END_OF_STREAM;
    size_t used = tell(s, out, max);
    if (used == 0 && now - s->beat >= BEAT_MS)
        used = (size_t)snprintf(out, max, ": still here\n\n");
    if (used > 0) {
        s->beat = now;
        s->alive(s->arg);
        return (ssize_t)used;
    }
    s->suspended = true;
    MHD_suspend_connection(s->connection);
    return 0;
}

static ssize_t read_stream(void *cls, uint64_t pos, char *out, size_t max)
{
    struct stream *s = cls;
    (void)pos;
    pthread_mutex_lock(&s->live->lock);
    ssize_t n = step(s, out, max);
    pthread_mutex_unlock(&s->live->lock);
    return n;
}

static void free_stream(void *cls)
{
    struct stream *s = cls;
    struct hub_live *l = s->live;
    pthread_mutex_lock(&l->lock);
    *s->at = s->next;
    if (s->next != NULL)
        s->next->at = s->at;
    l->streams--;
    pthread_mutex_unlock(&l->lock);
    free(s);
}

/* NULL: there are too many, or it all ends. */
static struct stream *add_stream(struct hub_live *l, struct MHD_Connection *c)
{
    struct stream *s = NULL;
    pthread_mutex_lock(&l->lock);
    if (!l->ended && l->streams < LIVE_STREAMS) {
        s = mem_alloc(sizeof *s);
        *s = (struct stream){.live = l, .connection = c, .next = l->first, .at = &l->first};
        if (s->next != NULL)
            s->next->at = &s->next;
        l->first = s;
        l->streams++;
        s->told = l->made;
        s->until = clock_mono() + STREAM_MS;
    }
    pthread_mutex_unlock(&l->lock);
    return s;
}

struct MHD_Response *hub_live_response(struct hub_live *l, struct MHD_Connection *c,
                                       void (*alive)(void *arg), void *arg)
{
    struct stream *s = add_stream(l, c);
    if (s == NULL)
        return NULL;
    s->alive = alive;
    s->arg = arg;
    struct MHD_Response *r =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 1024, read_stream, s, free_stream);
    if (r == NULL)
        free_stream(s);
    return r;
}
