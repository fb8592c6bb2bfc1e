/* Owns: standard input as lines. Invariant: memory stays under the line limit and one read more,
 * whatever comes in. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/file.h"
#include "kiosk/base/lang.h"
#include "kiosk/cli/cli.h"

#define CHUNK ((size_t)65536)

static bool ready(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, 0) > 0;
}

static enum err more(struct lines *l)
{
    buf_drop(&l->buf, l->start);
    l->start = 0;
    ssize_t n;
    do
        n = read(l->fd, buf_room(&l->buf, CHUNK), CHUNK);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return file_errno(_("standard input"));
    l->end = n == 0;
    l->buf.len += (size_t)n;
    return ERR_OK;
}

/* Hands out the line of `len` bytes at start. */
static enum err give(struct lines *l, size_t len, char **text, size_t *out)
{
    bool was_skipping = l->skipping;
    buf_add(&l->buf, "", 0); /* the last line of all may have no end */
    char *line = (char *)l->buf.data + l->start;
    line[len] = 0;
    l->start += l->start + len < l->buf.len ? len + 1 : len;
    l->skipping = false;
    if (was_skipping || len > LINE_LIMIT) {
        l->number++;
        return err_set(ERR_TOO_LONG, NULL, "%zu", LINE_LIMIT);
    }
    if (len > 0 && line[len - 1] == '\r')
        line[--len] = 0;
    l->number++;
    *text = line;
    *out = len;
    return ERR_OK;
}

/* Where the next line ends; NULL when its end is not here yet. What is over the limit is let go. */
static char *line_end(struct lines *l)
{
    size_t have = l->buf.len - l->start;
    char *from = have > 0 ? (char *)l->buf.data + l->start : NULL;
    char *end = have > 0 ? memchr(from, '\n', have) : NULL;
    if (end == NULL && have > LINE_LIMIT) {
        l->skipping = true;
        l->start = l->buf.len;
    }
    return end;
}

enum err lines_wait(struct lines *l)
{
    enum err rc = ERR_OK;
    while (rc == ERR_OK && !l->end && line_end(l) == NULL)
        rc = more(l);
    return rc;
}

enum err lines_next(struct lines *l, char **text, size_t *len)
{
    char *end;
    enum err rc = ERR_OK;
    *text = NULL;
    *len = 0;
    while ((end = line_end(l)) == NULL && !l->end) {
        if (!ready(l->fd))
            return ERR_OK;
        if ((rc = more(l)) != ERR_OK)
            return rc;
    }
    size_t have = l->buf.len - l->start;
    if (end != NULL)
        return give(l, (size_t)(end - (char *)l->buf.data) - l->start, text, len);
    return have > 0 || l->skipping ? give(l, have, text, len) : ERR_OK;
}

bool lines_end(const struct lines *l)
{
    return l->end && l->start == l->buf.len && !l->skipping;
}

void lines_fini(struct lines *l)
{
    buf_wipe(&l->buf);
}
