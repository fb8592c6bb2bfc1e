/* Owns: the list of open connections and the checks of a head. Invariant: nobody holds a connection
 * longer than the deadline without a whole request or a whole frame. */
#include "sync/hub/guard.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/mem.h"

#define HEAD_MS 30000
#define REST_MS 60000

struct head {
    int hosts, lengths, codings;
    const char *at; /* where the next line must begin; NULL: not watched */
    bool bad;
};

/* --- lines ------------------------------------------------------------------------------------
 * libmicrohttpd before 0.9.77 ends a line at a bare LF too, joins folded ones, and does not tell.
 * But it leaves the head where it came, with zeros for the signs that ended its parts. So every
 * line must begin where the last one ended, and end in two zeros, which were CR LF. */

static bool lenient(void)
{
    return strcmp(MHD_get_version(), "0.9.77") < 0;
}

static bool line_ends(const char **at)
{
    bool good = (*at)[0] == 0 && (*at)[1] == 0;
    *at += 2;
    return good;
}

/* "name:", white space, "value", CR LF. */
static bool line_stands(const char **at, const char *name, const char *value)
{
    if (name != *at || value == NULL)
        return false;
    *at += strlen(name) + 1;
    *at += strspn(*at, " \t");
    if (value != *at)
        return false;
    *at += strlen(value);
    return line_ends(at);
}

/* RFC 9110: a name is made of these signs alone; "Content-Length " is another header to some. */
static bool token(const char *name)
{
    for (; *name != 0; name++)
        if (!isalnum((unsigned char)*name) && strchr("!#$%&'*+-.^_`|~", *name) == NULL)
            return false;
    return true;
}

static bool plain(const char *value)
{
    for (; value != NULL && *value != 0; value++)
        if ((unsigned char)*value < 0x20 && *value != '\t')
            return false;
    return true;
}

static enum MHD_Result count_header(void *cls, enum MHD_ValueKind kind, const char *key,
                                    const char *value)
{
    struct head *h = cls;
    (void)kind;
    h->hosts += strcasecmp(key, "Host") == 0;
    h->lengths += strcasecmp(key, "Content-Length") == 0;
    h->codings += strcasecmp(key, "Transfer-Encoding") == 0;
    h->bad |= *key == 0 || !token(key) || !plain(value);
    if (h->at != NULL && !h->bad)
        h->bad = !line_stands(&h->at, key, value);
    if (strcasecmp(key, "Content-Length") == 0)
        h->bad |= value == NULL || *value == 0 || strspn(value, "0123456789") != strlen(value);
    if (strcasecmp(key, "Transfer-Encoding") == 0)
        h->bad |= value == NULL || strcasecmp(value, "chunked") != 0;
    return MHD_YES;
}

static size_t head_size(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *size =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return size != NULL ? size->header_size : 0;
}

unsigned guard_head(struct MHD_Connection *c, const char *method, const char *version)
{
    struct head h = {.at = lenient() ? version + strlen(version) : NULL};
    if (h.at != NULL)
        h.bad = !line_ends(&h.at);
    MHD_get_connection_values(c, MHD_HEADER_KIND, count_header, &h);
    if (h.at != NULL && !h.bad)
        h.bad = !line_ends(&h.at) || h.at != method + head_size(c);
    if (h.bad || h.hosts > 1 || h.lengths > 1 || h.codings > 1 || (h.lengths && h.codings))
        return MHD_HTTP_BAD_REQUEST;
    if (strcmp(version, "HTTP/1.1") == 0 ? h.hosts != 1 : strcmp(version, "HTTP/1.0") != 0)
        return MHD_HTTP_BAD_REQUEST;
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0 && strcmp(method, "POST") != 0 &&
        strcmp(method, "DELETE") != 0)
        return MHD_HTTP_METHOD_NOT_ALLOWED;
    return 0;
}

/* Under our own Referrer-Policy a browser says "Origin: null" of our own pages. */
bool guard_own_site(struct MHD_Connection *c)
{
    const char *fetch = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Sec-Fetch-Site");
    const char *origin = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Origin");
    const char *host = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Host");
    if (fetch != NULL && strcmp(fetch, "cross-site") == 0)
        return false;
    if (origin == NULL || strcmp(origin, "null") == 0)
        return true;
    const char *at = strstr(origin, "://");
    return at != NULL && host != NULL && strcasecmp(at + 3, host) == 0;
}

static void begin(struct guard *g, struct MHD_Connection *c, void **context)
{
    const union MHD_ConnectionInfo *fd =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct guard_connection *one = mem_alloc(sizeof *one);
    one->fd = fd->connect_fd;
    one->since = clock_mono();
    one->next = g->first;
    one->at = &g->first;
    if (one->next != NULL)
        one->next->at = &one->next;
    g->first = one;
    *context = one;
}

void guard_notify(void *cls, struct MHD_Connection *c, void **context,
                  enum MHD_ConnectionNotificationCode code)
{
    struct guard *g = cls;
    pthread_mutex_lock(&g->lock);
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        begin(g, c, context);
    } else if (*context != NULL) {
        struct guard_connection *one = *context;
        *one->at = one->next;
        if (one->next != NULL)
            one->next->at = one->at;
        free(one);
        *context = NULL;
    }
    pthread_mutex_unlock(&g->lock);
}

void guard_got_on(struct guard_connection *one)
{
    one->since = clock_mono();
}

void guard_stage(struct guard_connection *one, enum guard_stage stage)
{
    one->stage = (int)stage;
    guard_got_on(one);
}

void guard_count(struct guard *g, int *open, int *asked)
{
    *open = *asked = 0;
    pthread_mutex_lock(&g->lock);
    for (struct guard_connection *one = g->first; one != NULL; one = one->next) {
        ++*open;
        *asked += one->stage == GUARD_ASKED;
    }
    pthread_mutex_unlock(&g->lock);
}

static int64_t limit_of(const struct guard *g, int stage)
{
    static const int64_t limits[] = {[GUARD_OPENED] = HEAD_MS, [GUARD_BETWEEN] = REST_MS};
    return stage != GUARD_ASKED && limits[stage] < g->deadline_ms ? limits[stage] : g->deadline_ms;
}

void guard_sweep(struct guard *g)
{
    int64_t now = clock_mono();
    pthread_mutex_lock(&g->lock);
    for (struct guard_connection *one = g->first; one != NULL; one = one->next)
        if (now - one->since > limit_of(g, one->stage))
            shutdown(one->fd, SHUT_RDWR);
    pthread_mutex_unlock(&g->lock);
}
