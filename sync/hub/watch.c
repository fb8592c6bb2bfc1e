/* Owns: the operators' address. Invariant: it has a thread and a connection to the store of its
 * own, so that it answers while the hub is busy, and says so when the store does not. */
#include "sync/hub/watch.h"

#include <microhttpd.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/mem.h"
#include "sync/hub/metrics.h"

#define JSON "application/json"
#define TEXT "text/plain; version=0.0.4; charset=utf-8"

struct watch_server {
    struct web_server *web;
    struct hub_db *db;
    struct MHD_Daemon *daemon;
};

static bool reachable(struct hub_db *db)
{
    return hub_number(db, -1, "SELECT count(*) FROM site WHERE site = ''", "") == 0;
}

static unsigned health(struct hub_db *db, struct buf *out)
{
    bool good = reachable(db);
    buf_printf(out, "{\"ok\":%s,\"store\":\"%s\",\"version\":\"%s\"}\n", good ? "true" : "false",
               good ? "reachable" : "unreachable", JIUJIN_VERSION);
    return good ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE;
}

void watch_health(struct web *w)
{
    web_reply(w, health(w->hub->db, &w->out), JSON);
}

static unsigned metrics(struct watch_server *s, struct buf *out)
{
    struct metrics_now now = {0, 0};
    web_count(s->web, &now.open, &now.asked);
    metrics_write(s->db, &now, out); /* without the store the process's own are there still */
    return MHD_HTTP_OK;
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *c, const char *path,
                              const char *method, const char *version, const char *bytes,
                              size_t *len, void **context)
{
    struct buf out = BUF_INIT;
    const char *type = TEXT;
    unsigned status = MHD_HTTP_NOT_FOUND;
    (void)version, (void)bytes, (void)context;
    *len = 0;
    if (strcmp(method, "GET") == 0 && strcmp(path, "/metrics") == 0)
        status = metrics(cls, &out);
    else if (strcmp(method, "GET") == 0 && strcmp(path, "/healthz") == 0)
        type = JSON, status = health(((struct watch_server *)cls)->db, &out);
    struct MHD_Response *r = MHD_create_response_from_buffer(
        out.len, out.len > 0 ? out.data : (void *)(uintptr_t) "", MHD_RESPMEM_MUST_COPY);
    buf_fini(&out);
    if (r == NULL)
        return MHD_NO;
    MHD_add_response_header(r, "Content-Type", type);
    enum MHD_Result queued = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);
    return queued;
}

enum err watch_start(struct web_server *s, const char *store, const char *listen,
                     struct watch_server **out, int *port)
{
    struct addrinfo *at = NULL;
    struct watch_server *w = mem_alloc(sizeof *w);
    w->web = s;
    enum err rc = web_address("--watch", listen, &at);
    if (rc == ERR_OK)
        rc = hub_db_open(store, &w->db);
    if (rc == ERR_OK) {
        w->daemon = MHD_start_daemon(
            MHD_USE_AUTO_INTERNAL_THREAD | (at->ai_family == AF_INET6 ? MHD_USE_IPv6 : 0), 0, NULL,
            NULL, handle, w, MHD_OPTION_SOCK_ADDR, at->ai_addr, MHD_OPTION_CONNECTION_TIMEOUT, 10u,
            MHD_OPTION_CONNECTION_LIMIT, 16u, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u,
            MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
        if (w->daemon == NULL)
            rc = err_set(ERR_IO, "--watch", "%s: cannot listen there", listen);
    }
    if (at != NULL)
        freeaddrinfo(at);
    if (rc != ERR_OK) {
        watch_stop(w);
        return rc;
    }
    *port = MHD_get_daemon_info(w->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    *out = w;
    return ERR_OK;
}

void watch_stop(struct watch_server *w)
{
    if (w == NULL)
        return;
    if (w->daemon != NULL)
        MHD_stop_daemon(w->daemon);
    hub_db_close(w->db);
    free(w);
}
