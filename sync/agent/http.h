/* One HTTP conversation with a hub on a connection that is kept. */
#ifndef SYNC_AGENT_HTTP_H
#define SYNC_AGENT_HTTP_H

#include <stdbool.h>

#include "kiosk/base/buf.h"
#include "sync/agent/curl.h"

/* Gives up to `room` bytes of a body; 0 at its end; sets *failed to stop the request. */
typedef size_t http_body(void *arg, char *to, size_t room, bool *failed);

struct http {
    const struct curl_api *api;
    CURL *handle;
    struct buf answer; /* of the last request */
    long status;       /* of the last request */
};

struct http_request {
    const char *url;
    const char *header; /* one further header line, or NULL */
    http_body *body;    /* NULL: a GET */
    void *arg;
};

/* ERR_INTERNAL: no libcurl. http_fini ends it (also after an error). */
enum err http_init(struct http *h);
void http_fini(struct http *h);
/* Sends one request and waits for its answer. Gives up on 15 s without a connection or 8 s without
 * a byte, never on a total. ERR_HUB_DOWN with libcurl's words; ERR_TOO_LONG for an answer beyond 8
 * MiB; ERR_FIELD_TYPE for a url that is none. Any status is ERR_OK. */
enum err http_ask(struct http *h, const struct http_request *what);

#endif
