/* One HTTP request at the hub, between libmicrohttpd and the routes.
 *
 * The hub checks for itself what libmicrohttpd 0.9.75 lets through: two lengths, a length beside
 * chunks, two hosts, names that are no names; and it keeps a deadline for a whole request. */
#ifndef SYNC_HUB_WEB_H
#define SYNC_HUB_WEB_H

#include "kiosk/base/buf.h"
#include "sync/hub/serve.h"
#include "sync/hub/user.h"

struct MHD_Connection;
struct web;

#define WEB_ARGS 2
#define WEB_ARG 40
#define WEB_FORM_MAX ((size_t)16 << 10)
#define WEB_TEXT_MAX ((size_t)1 << 20) /* of a form with a whole definition */

/* A route: what a path asks for, by whom, and who answers. ':' in the pattern is an argument. */
struct web_route {
    const char *method, *pattern;
    const char *role;           /* needed at least; NULL: anybody */
    const char *scope;          /* of the token that is needed instead (api_book.h); NULL: none */
    size_t body_max;            /* of a body that is gathered; 0: none is taken */
    void (*run)(struct web *w); /* answers, once the body is whole */
};
extern const struct web_route web_routes[]; /* ends with method NULL */

struct web {
    struct hub *hub;
    struct MHD_Connection *connection;
    const struct web_route *route;
    const char *method; /* as the routes have it; "" another */
    int64_t begun;      /* steady ms */
    char arg[WEB_ARGS][WEB_ARG];
    struct buf body;
    char address[48];
    bool tls;        /* the browser's side is secured, by us or by the proxy before us */
    char caller[64]; /* whose token it is, for routes with a scope */
    bool signed_in;
    bool named; /* that names were shown is in the audit (page_person) */
    struct hub_session session;
    char token[HUB_TOKEN_TEXT];
    struct serve village; /* its route is set: a village asks, and all the rest is of no matter */
    bool refused;         /* the body is passed over */
    size_t passed;        /* bytes of it since then */
    bool closing;         /* the connection is not kept */
    /* the answer */
    unsigned status;
    const char *type;
    struct buf out;
    bool live;           /* instead: a stream of what changes (live.h) */
    size_t sent;         /* bytes of it */
    char location[160];  /* "" unless it sends elsewhere */
    char cookie[2][200]; /* Set-Cookie lines; "" when none */
};

/* A header or a query's value; NULL when missing. Borrowed. */
const char *web_header(const struct web *w, const char *name);
const char *web_query(const struct web *w, const char *name);
const char *web_cookie(const struct web *w, const char *name);
/* A field of a posted form as UTF-8 text without control characters other than line ends (turned
 * into spaces); NULL when it is missing or is not such text. The caller frees. */
char *web_field(const struct web *w, const char *name);
/* The same of a text of several lines, whose ends stay (LF). */
char *web_text(const struct web *w, const char *name);
void web_reply(struct web *w, unsigned status, const char *type);
void web_redirect(struct web *w, const char *to);

struct web_server;
struct web_options {
    const char *listen;     /* "ADDR:PORT"; port 0: any */
    const char *cert, *key; /* PEM files; NULL: no TLS */
    int64_t deadline_ms;    /* 0: the usual 120 s */
    const char *behind;     /* the address of a proxy whose X-Forwarded-... count; NULL: none */
};
/* Starts serving on threads of its own; *port is the one that was chosen. The hub must not be used
 * by others until web_stop. ERR_USAGE (address), ERR_IO (cannot listen, no such file). */
enum err web_start(struct hub *h, const struct web_options *o, struct web_server **out, int *port);
/* Closes connections that got no further within the deadline. To be called every second or so. */
void web_sweep(struct web_server *s);
/* Connections that are open, and how many of them have a request under way; from any thread. */
void web_count(struct web_server *s, int *open, int *asked);
struct addrinfo;
/* "ADDR:PORT" of that option, for freeaddrinfo. ERR_USAGE. */
enum err web_address(const char *option, const char *text, struct addrinfo **out);
/* Takes no new connection, gives requests that run up to 10 s to end, then closes. */
void web_stop(struct web_server *s);

#endif
