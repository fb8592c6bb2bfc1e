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

struct head {
    int hosts, lengths, codings, others;
    bool bad;
};

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
    if (strcasecmp(key, "Content-Length") == 0)
        h->bad |= value == NULL || *value == 0 || strspn(value, "0123456789") != strlen(value);
    if (strcasecmp(key, "Transfer-Encoding") == 0)
        h->bad |= value == NULL || strcasecmp(value, "chunked") != 0;
    return MHD_YES;
}

unsigned guard_head(struct MHD_Connection *c, const char *method, const char *version)
{
    struct head h = {0};
    MHD_get_connection_values(c, MHD_HEADER_KIND, count_header, &h);
    if (h.bad || h.hosts > 1 || h.lengths > 1 || h.codings > 1 || (h.lengths && h.codings))
        return MHD_HTTP_BAD_REQUEST;
    if (strcmp(version, "HTTP/1.1") == 0 ? h.hosts != 1 : strcmp(version, "HTTP/1.0") != 0)
        return MHD_HTTP_BAD_REQUEST;
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0 && strcmp(method, "POST") != 0 &&
        strcmp(method, "DELETE") != 0)
        return MHD_HTTP_METHOD_NOT_ALLOWED;
    return 0;
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

void guard_sweep(struct guard *g)
{
    int64_t now = clock_mono();
    pthread_mutex_lock(&g->lock);
    for (struct guard_connection *one = g->first; one != NULL; one = one->next)
        if (now - one->since > g->deadline_ms)
            shutdown(one->fd, SHUT_RDWR);
    pthread_mutex_unlock(&g->lock);
}
