/* A way that leads straight into a hub of this process: the agent's and the hub's real code, no
 * socket between them. It can be cut behind so many bytes of an answer. */
#ifndef TESTS_UNIT_LINE_H
#define TESTS_UNIT_LINE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sync/agent/way.h"
#include "sync/hub/serve.h"
#include "sync/wire/talk.h"

struct line {
    struct way way;
    struct hub *hub;
    const char *header; /* of the request that runs */
    char query[300];
    long cut;   /* bytes of an answer that still come through; -1: all */
    long asked; /* requests so far */
    long bytes; /* of answers so far */
};

static const char *line_header(const void *arg, const char *name)
{
    const struct line *l = arg;
    size_t n = strlen(name);
    return l->header != NULL && strncmp(l->header, name, n) == 0 ? l->header + n + 2 : NULL;
}

static const char *line_query(const void *arg, const char *name)
{
    static char value[64];
    const struct line *l = arg;
    size_t n = strlen(name);
    for (const char *p = l->query; p != NULL; p = strchr(p, '&')) {
        p += *p == '&';
        if (strncmp(p, name, n) == 0 && p[n] == '=') {
            snprintf(value, sizeof value, "%.*s", (int)strcspn(p + n + 1, "&"), p + n + 1);
            return value;
        }
    }
    return NULL;
}

static void line_progress(void *arg)
{
    (void)arg;
}

static void line_body(struct serve *s, const struct http_request *what)
{
    char piece[1024];
    bool failed = false;
    size_t n;
    while (what->body != NULL && (n = what->body(what->arg, piece, sizeof piece, &failed)) > 0 &&
           !failed)
        serve_more(s, piece, n);
}

static enum err line_ask(struct way *w, const struct http_request *what, struct buf *answer,
                         long *status)
{
    static const struct serve_from from = {line_header, line_query, line_progress};
    struct line *l = (struct line *)w;
    char path[200];
    bool other;
    const char *at = strstr(what->url, "/v1/"), *q = strchr(at, '?');
    size_t len = q != NULL ? (size_t)(q - at) : strlen(at);
    snprintf(path, sizeof path, "%.*s", (int)len, at);
    snprintf(l->query, sizeof l->query, "%s", q != NULL ? q + 1 : "");
    l->header = what->header;
    l->asked++;
    buf_clear(answer);
    const struct serve_route *route = serve_find(what->body != NULL ? "POST" : "GET", path, &other);
    if (l->cut == 0 || route == NULL)
        return err_set(ERR_HUB_DOWN, NULL, "cut");
    struct serve s = {.hub = l->hub, .from = &from, .arg = l};
    if (serve_begin(&s, route, path)) {
        line_body(&s, what);
        serve_answer(&s);
    }
    size_t come = l->cut < 0 || s.out.len < (size_t)l->cut ? s.out.len : (size_t)l->cut;
    bool whole = come == s.out.len;
    buf_add(answer, s.out.data, come);
    l->bytes += (long)come;
    *status = s.status;
    if (l->cut > 0)
        l->cut -= (long)come;
    serve_fini(&s);
    return whole ? ERR_OK : err_set(ERR_HUB_DOWN, NULL, "cut");
}

static void line_rest(struct way *w, int ms)
{
    (void)w;
    (void)ms;
}

static void line_free(struct way *w)
{
    (void)w;
}

static inline struct line line_to(struct hub *h)
{
    static const struct way_ops ops = {.ask = line_ask, .rest = line_rest, .free = line_free};
    return (struct line){.way = {.ops = &ops, .watch = -1}, .hub = h, .cut = -1};
}

#endif
