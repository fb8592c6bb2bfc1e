/* The hub's conversation with villages (/v1), without HTTP's own machinery: one request from its
 * head through the pieces of its body to its answer. web.c brings requests from libmicrohttpd; a
 * test brings its own.
 *
 * What is remembered between requests (uploads, nonces) is in struct hub: two hubs in one process
 * do not know of each other. */
#ifndef SYNC_HUB_SERVE_H
#define SYNC_HUB_SERVE_H

#include "kiosk/base/buf.h"
#include "sync/hub/hub.h"

struct serve;

struct serve_route {
    const char *method, *pattern; /* ':' is the site's code */
    size_t body_max;              /* of a body that is gathered; 0: none is taken */
    void (*run)(struct serve *s); /* answers, once the body is whole */
    /* For a body that is taken as it comes: begin may end the request by an error; more may fail,
     * then the rest is passed over; run answers in the end; end frees s->stream. */
    enum err (*begin)(struct serve *s);
    enum err (*more)(struct serve *s, const void *bytes, size_t len);
    void (*end)(struct serve *s);
};
extern const struct serve_route serve_routes[]; /* ends with method NULL */

/* Where a request came from. A header or a query's value: NULL when missing; borrowed. */
struct serve_from {
    const char *(*header)(const void *arg, const char *name);
    const char *(*query)(const void *arg, const char *name);
    void (*progress)(void *arg); /* the request got on: its deadline begins anew */
};

struct serve {
    struct hub *hub;
    const struct serve_from *from;
    void *arg; /* theirs */
    const struct serve_route *route;
    char site[SITE_CODE]; /* of the path; "" when it has none */
    struct buf body;      /* gathered */
    enum err trouble;     /* met before the answer; run sees it */
    char why[512];        /* its words */
    void *stream;         /* the route's */
    /* the answer */
    unsigned status;
    const char *type;
    struct buf out;
};

/* The route for a path; NULL when there is none (*other: there is one for another method). */
const struct serve_route *serve_find(const char *method, const char *path, bool *other);
/* Zero the struct but for hub, from and arg. False: it is answered already, its body is of no use.
 * Whatever happens, serve_fini ends it. */
bool serve_begin(struct serve *s, const struct serve_route *route, const char *path);
/* Takes some of the body. False: the rest of it will be passed over. */
bool serve_more(struct serve *s, const void *bytes, size_t len);
void serve_answer(struct serve *s); /* the body is whole: status, type and out are set */
void serve_fini(struct serve *s);

/* For routes. */
const char *serve_header(const struct serve *s, const char *name);
const char *serve_query(const struct serve *s, const char *name);
void serve_progress(struct serve *s);
void serve_reply(struct serve *s, unsigned status, const char *type);

#endif
