/* Owns: nothing. Invariant: no other file of the agent calls a way's functions by its table. */
#include "sync/agent/way.h"

#include <string.h>

enum err way_ask(struct way *w, const struct http_request *what, struct buf *answer, long *status)
{
    buf_clear(answer);
    *status = 0;
    enum err rc = w->ops->ask(w, what, answer, status);
    w->used.tries++;
    w->used.failed += rc == ERR_HUB_DOWN;
    return rc;
}

void way_rest(struct way *w, int ms)
{
    w->ops->rest(w, ms);
}

void way_free(struct way *w)
{
    if (w != NULL)
        w->ops->free(w);
}

size_t way_give(void *buf, char *to, size_t room, bool *failed)
{
    struct buf *body = buf;
    size_t n = body->len < room ? body->len : room;
    (void)failed;
    if (n > 0)
        memcpy(to, body->data, n);
    buf_drop(body, n);
    return n;
}
