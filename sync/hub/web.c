/* Owns: the server: from libmicrohttpd's calls to a route and back. Invariant: no route runs before
 * head, role and body were checked; one thread runs all routes, so the hub needs no lock. */
#include "sync/hub/web.h"

#include <microhttpd.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "sync/hub/api_book.h"
#include "sync/hub/audit.h"
#include "sync/hub/guard.h"
#include "sync/hub/items.h"
#include "sync/hub/live.h"
#include "sync/hub/scope.h"
#include "sync/hub/tell.h"
#include "sync/hub/tls.h"

#define DEADLINE_MS 120000
#define IDLE_S 60
#define CONNECTIONS 1200 /* each may take up to 32 KiB */
#define STOP_MS 10000
#define PASSED_MAX ((size_t)1 << 20) /* of a body that is refused */

struct web_server {
    struct hub *hub;
    struct MHD_Daemon *daemon;
    struct guard guard;
    struct hub_news *news; /* from other hubs on the same store; NULL: there are none */
    struct buf cert, key;
    char behind[48];
    bool tls;
    atomic_bool stopping;
};

static const char *const fixed_headers[][2] = {
    {"Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; "
                                "script-src 'self'; connect-src 'self'; "
                                "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
};

/* --- routes -----------------------------------------------------------------------------------
 */

/* Compares a path with a pattern and keeps what stands at each ':'. */
static bool matches(const char *pattern, const char *path, char arg[WEB_ARGS][WEB_ARG])
{
    int n = 0;
    while (*pattern != 0) {
        if (*pattern != ':') {
            if (*pattern++ != *path++)
                return false;
            continue;
        }
        size_t len = strcspn(path, "/");
        if (len == 0 || len >= WEB_ARG || n == WEB_ARGS)
            return false;
        memcpy(arg[n], path, len);
        arg[n++][len] = 0;
        path += len;
        pattern += 1;
    }
    return *path == 0;
}

static const struct web_route *find_route(struct web *w, const char *method, const char *path,
                                          bool *other_method)
{
    if (strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-") !=
        strlen(path))
        return NULL;
    for (const struct web_route *r = web_routes; r->method != NULL; r++)
        if (matches(r->pattern, path, w->arg)) {
            if (strcmp(r->method, method) == 0)
                return r;
            *other_method = true;
        }
    return NULL;
}

/* --- one request ------------------------------------------------------------------------------
 */

const char *web_header(const struct web *w, const char *name)
{
    return MHD_lookup_connection_value(w->connection, MHD_HEADER_KIND, name);
}

const char *web_query(const struct web *w, const char *name)
{
    return MHD_lookup_connection_value(w->connection, MHD_GET_ARGUMENT_KIND, name);
}

const char *web_cookie(const struct web *w, const char *name)
{
    return MHD_lookup_connection_value(w->connection, MHD_COOKIE_KIND, name);
}

void web_reply(struct web *w, unsigned status, const char *type)
{
    w->status = status;
    w->type = type;
}

void web_redirect(struct web *w, const char *to)
{
    snprintf(w->location, sizeof w->location, "%s", to);
    web_reply(w, MHD_HTTP_SEE_OTHER, "text/plain; charset=utf-8");
}

static void plain_reply(struct web *w, unsigned status)
{
    buf_clear(&w->out);
    buf_printf(&w->out, "%u %s\n", status, MHD_get_reason_phrase_for(status));
    web_reply(w, status, "text/plain; charset=utf-8");
}

static void note_address(struct web *w)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(w->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *a = info != NULL ? info->client_addr : NULL;
    if (a != NULL)
        getnameinfo(
            a, a->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in),
            w->address, sizeof w->address, NULL, 0, NI_NUMERICHOST);
}

/* What a proxy of ours says of the browser: the last address of its list is the one that it saw. */
static void look_behind(struct web *w, const char *proxy)
{
    const char *list = web_header(w, "X-Forwarded-For"),
               *proto = web_header(w, "X-Forwarded-Proto");
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST}, *found = NULL;
    if (*proxy == 0 || strcmp(w->address, proxy) != 0)
        return;
    w->tls |= proto != NULL && strcmp(proto, "https") == 0;
    const char *last = list != NULL ? strrchr(list, ',') : NULL;
    last = last != NULL ? last + 1 : list;
    last += last != NULL ? strspn(last, " ") : 0;
    if (last != NULL && strlen(last) < sizeof w->address &&
        getaddrinfo(last, NULL, &hints, &found) == 0)
        snprintf(w->address, sizeof w->address, "%s", last);
    if (found != NULL)
        freeaddrinfo(found);
}

/* ?lang= for now and, by a cookie, for later; else the browser's first wish; else Chinese. */
static void choose_language(struct web *w)
{
    const char *asked = web_query(w, "lang"), *kept = web_cookie(w, "lang");
    const char *accept = web_header(w, "Accept-Language"), *lang = "zh_CN";
    if (asked != NULL) {
        lang = strcmp(asked, "en") == 0 ? "en" : "zh_CN";
        snprintf(w->cookie[1], sizeof w->cookie[1],
                 "lang=%s; Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict%s", lang,
                 w->tls ? "; Secure" : "");
    } else if (kept != NULL) {
        lang = strcmp(kept, "en") == 0 ? "en" : "zh_CN";
    } else if (accept != NULL && strncmp(accept, "en", 2) == 0) {
        lang = "en";
    }
    if (strcmp(lang_name(), lang) != 0)
        lang_init(lang);
}

static void find_session(struct web *w)
{
    const char *token = web_cookie(w, "session");
    if (token == NULL || strlen(token) != sizeof w->token - 1)
        return;
    memcpy(w->token, token, sizeof w->token);
    w->signed_in = hub_session_find(w->hub, w->token, &w->session) == ERR_OK;
}

static bool may(struct web *w)
{
    if (w->route->scope != NULL)
        return api_admits(w);
    if (w->route->role == NULL)
        return true;
    if (!w->signed_in)
        web_redirect(w, "/login");
    else if (!hub_role_may(w->session.role, w->route->role))
        plain_reply(w, MHD_HTTP_FORBIDDEN);
    else
        return true;
    return false;
}

static bool forbid(struct web *w)
{
    plain_reply(w, MHD_HTTP_FORBIDDEN);
    return false;
}

/* A form counts only with the token of the session that it was made for. */
static bool own_form(struct web *w)
{
    if (w->route->scope != NULL || strcmp(w->route->method, "POST") != 0)
        return true;
    if (w->route->role == NULL)
        return guard_own_site(w->connection) || forbid(w);
    char *csrf = web_field(w, "csrf");
    bool same = csrf != NULL && strlen(csrf) == strlen(w->session.csrf) &&
                secret_equal(csrf, w->session.csrf, strlen(csrf));
    free(csrf);
    return same || forbid(w);
}

static bool body_allowed(struct web *w)
{
    const char *length = web_header(w, "Content-Length"), *type = web_header(w, "Content-Type");
    if (length != NULL && strtoull(length, NULL, 10) > w->route->body_max) {
        plain_reply(w, MHD_HTTP_CONTENT_TOO_LARGE);
        return false;
    }
    if (w->route->body_max == WEB_FORM_MAX &&
        (type == NULL || strncmp(type, "application/x-www-form-urlencoded", 33) != 0)) {
        plain_reply(w, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE);
        return false;
    }
    return true;
}

/* --- villages ---------------------------------------------------------------------------------
 */

static const char *village_header(const void *arg, const char *name)
{
    return web_header(arg, name);
}

static const char *village_query(const void *arg, const char *name)
{
    return web_query(arg, name);
}

/* Tells the deadline keeper where this connection stands. */
static void stands(struct web *w, enum guard_stage stage)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(w->connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct guard_connection *one = info != NULL ? info->socket_context : NULL;
    if (one != NULL)
        guard_stage(one, stage);
}

static void got_on(void *arg)
{
    stands(arg, GUARD_ASKED);
}

static const struct serve_from village_from = {village_header, village_query, got_on};

static void village_reply(struct web *w)
{
    struct buf swap = w->out;
    w->out = w->village.out;
    w->village.out = swap;
    web_reply(w, w->village.status, w->village.type);
}

/* False: it is answered already. */
static bool village_begin(struct web *w, const struct serve_route *route, const char *path)
{
    w->village.hub = w->hub;
    w->village.from = &village_from;
    w->village.arg = w;
    if (serve_begin(&w->village, route, path))
        return true;
    village_reply(w);
    return false;
}

static void village_answer(struct web *w)
{
    hub_items_use(w->hub, w->village.site[0] != 0 ? w->village.site : NULL);
    hub_audit_by(w->hub, NULL, NULL, w->address);
    serve_answer(&w->village);
    village_reply(w);
}

/* --- one request, from its head to its answer -------------------------------------------------
 */

static const char *known_method(const char *method)
{
    static const char *const known[] = {"GET", "POST", "DELETE"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i], method) == 0)
            return known[i];
    return "";
}

/* The first look at a request, before its body. False: it is answered already. */
static bool admit(struct web *w, const struct web_server *s, const char *path, const char *method,
                  const char *version)
{
    bool other_method = false;
    stands(w, GUARD_ASKED);
    unsigned bad = guard_head(w->connection, method, version);
    if (bad != 0) {
        w->closing = true; /* where the next request begins is not sure */
        plain_reply(w, bad);
        return false;
    }
    note_address(w);
    look_behind(w, s->behind);
    choose_language(w);
    if (strcmp(method, "HEAD") == 0)
        method = "GET";
    w->method = known_method(method);
    const struct serve_route *village = serve_find(method, path, &other_method);
    if (village != NULL)
        return village_begin(w, village, path);
    w->route = find_route(w, method, path, &other_method);
    if (w->route == NULL) {
        plain_reply(w, other_method ? MHD_HTTP_METHOD_NOT_ALLOWED : MHD_HTTP_NOT_FOUND);
        return false;
    }
    find_session(w);
    return may(w) && body_allowed(w);
}

/* False: the connection is not worth going on with. */
static bool take_body(struct web *w, const void *bytes, size_t len)
{
    if (w->refused) {
        w->passed += len;
        return w->passed <= PASSED_MAX;
    }
    if (w->village.route != NULL)
        w->refused = !serve_more(&w->village, bytes, len);
    else if (w->body.len + len > w->route->body_max)
        w->refused = true;
    else
        buf_add(&w->body, bytes, len);
    return true;
}

static struct MHD_Response *make_response(struct web *w)
{
    size_t len = w->sent = w->out.len;
    if (w->live)
        return hub_live_response(w->hub->live, w->connection, got_on, w);
    return MHD_create_response_from_buffer(len, len > 0 ? w->out.data : (void *)(uintptr_t) "",
                                           MHD_RESPMEM_MUST_COPY);
}

static enum MHD_Result send_reply(struct web *w)
{
    struct MHD_Response *r = make_response(w);
    if (r == NULL && w->live) { /* too many: the page asks for itself again now and then */
        w->live = false;
        plain_reply(w, MHD_HTTP_SERVICE_UNAVAILABLE);
        r = make_response(w);
    }
    if (r == NULL)
        return MHD_NO;
    MHD_add_response_header(r, "Content-Type", w->type);
    if (w->live)
        MHD_add_response_header(r, "X-Accel-Buffering", "no"); /* nginx passes it on at once */
    for (size_t i = 0; i < sizeof fixed_headers / sizeof *fixed_headers; i++)
        MHD_add_response_header(r, fixed_headers[i][0], fixed_headers[i][1]);
    bool asset = strncmp(w->type, "text/css", 8) == 0 || strncmp(w->type, "text/java", 9) == 0;
    MHD_add_response_header(r, "Cache-Control", asset ? "max-age=3600" : "no-store");
    if (w->closing)
        MHD_add_response_header(r, "Connection", "close");
    if (w->tls)
        MHD_add_response_header(r, "Strict-Transport-Security", "max-age=31536000");
    if (w->location[0] != 0)
        MHD_add_response_header(r, "Location", w->location);
    for (int i = 0; i < 2; i++)
        if (w->cookie[i][0] != 0)
            MHD_add_response_header(r, "Set-Cookie", w->cookie[i]);
    enum MHD_Result queued = MHD_queue_response(w->connection, w->status, r);
    MHD_destroy_response(r);
    return queued;
}

/* Pages of one site begin with its code. */
static bool names_site(const char *arg)
{
    return strlen(arg) == SITE_CODE - 1 && strspn(arg, "0123456789") == SITE_CODE - 1;
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *c, const char *path,
                              const char *method, const char *version, const char *bytes,
                              size_t *len, void **context)
{
    struct web_server *s = cls;
    struct web *w = *context;
    if (w == NULL) {
        w = mem_alloc(sizeof *w);
        *context = w;
        w->hub = s->hub;
        w->connection = c;
        w->method = "";
        w->begun = clock_mono();
        w->tls = s->tls;
        return admit(w, s, path, method, version) ? MHD_YES : send_reply(w);
    }
    if (*len > 0) {
        bool go_on = take_body(w, bytes, *len);
        *len = 0;
        return go_on ? MHD_YES : MHD_NO;
    }
    w->closing = s->stopping;
    if (w->village.route != NULL)
        village_answer(w);
    else if (w->refused)
        plain_reply(w, MHD_HTTP_CONTENT_TOO_LARGE);
    else if (own_form(w)) {
        hub_items_use(w->hub, names_site(w->arg[0]) ? w->arg[0] : NULL);
        bool token = w->route->scope != NULL;
        hub_audit_by(w->hub, token ? w->caller : w->session.name, token ? "token" : w->session.role,
                     w->address);
        hub_scope_by(w->hub, !token && w->session.limited);
        if (names_site(w->arg[0]) && !hub_scope_has(w->hub, w->arg[0]))
            plain_reply(w, MHD_HTTP_FORBIDDEN);
        else
            w->route->run(w);
    }
    return send_reply(w);
}

static void completed(void *cls, struct MHD_Connection *c, void **context,
                      enum MHD_RequestTerminationCode code)
{
    struct web *w = *context;
    (void)cls, (void)c, (void)code;
    if (w == NULL)
        return;
    stands(w, GUARD_BETWEEN);
    tell_request(w);
    serve_fini(&w->village);
    buf_wipe(&w->body);
    buf_wipe(&w->out);
    secret_wipe(w, sizeof *w);
    free(w);
    *context = NULL;
}

/* --- the server -------------------------------------------------------------------------------
 */

enum err web_address(const char *option, const char *text, struct addrinfo **out)
{
    char host[80];
    const char *colon = strrchr(text, ':');
    if (colon == NULL || (size_t)(colon - text) >= sizeof host)
        return err_set(ERR_USAGE, option, "ADDR:PORT");
    snprintf(host, sizeof host, "%.*s", (int)(colon - text), text);
    char *bare = host;
    size_t n = strlen(host);
    if (n > 2 && host[0] == '[' && host[n - 1] == ']') {
        host[n - 1] = 0;
        bare++;
    }
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM};
    if (getaddrinfo(*bare != 0 ? bare : NULL, colon + 1, &hints, out) != 0)
        return err_set(ERR_USAGE, option, "ADDR:PORT");
    return ERR_OK;
}

static enum err read_pem(struct web_server *s, const struct web_options *o)
{
    if (o->cert == NULL && o->key == NULL)
        return ERR_OK;
    if (o->cert == NULL || o->key == NULL)
        return err_set(ERR_USAGE, "--cert", "--cert and --key go together");
    s->tls = true;
    enum err rc = file_read(o->cert, &s->cert, FILE_LIMIT);
    if (rc == ERR_OK)
        rc = file_read(o->key, &s->key, FILE_LIMIT);
    if (rc == ERR_OK)
        rc = tls_pin(&s->cert, &s->hub->tls);
    s->hub->secured = rc == ERR_OK;
    return rc;
}

static struct MHD_Daemon *start_daemon(struct web_server *s, const struct addrinfo *at)
{
    unsigned flags = MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME |
                     (s->tls ? MHD_USE_TLS : 0) | (at->ai_family == AF_INET6 ? MHD_USE_IPv6 : 0);
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, s->cert.data},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, s->key.data},
        {MHD_OPTION_HTTPS_PRIORITIES, 0,
         (void *)(uintptr_t) "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
        {MHD_OPTION_END, 0, NULL},
    };
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    return MHD_start_daemon(flags, 0, NULL, NULL, handle, s, MHD_OPTION_SOCK_ADDR, at->ai_addr,
                            MHD_OPTION_NOTIFY_COMPLETED, completed, s, MHD_OPTION_NOTIFY_CONNECTION,
                            guard_notify, &s->guard, MHD_OPTION_CONNECTION_TIMEOUT,
                            (unsigned)IDLE_S, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)32768,
                            MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_STRICT_FOR_CLIENT, 1,
                            MHD_OPTION_ARRAY, s->tls ? tls : none, MHD_OPTION_END);
}

static void heard(void *live, const char *topic, const char *site)
{
    hub_live_tell(live, topic, site);
}

enum err web_start(struct hub *h, const struct web_options *o, struct web_server **out, int *port)
{
    struct addrinfo *at = NULL;
    struct web_server *s = mem_alloc(sizeof *s);
    s->hub = h;
    h->live = hub_live_new();
    pthread_mutex_init(&s->guard.lock, NULL);
    s->guard.deadline_ms = o->deadline_ms > 0 ? o->deadline_ms : DEADLINE_MS;
    snprintf(s->behind, sizeof s->behind, "%s", o->behind != NULL ? o->behind : "");
    enum err rc = web_address("--listen", o->listen, &at);
    if (rc == ERR_OK)
        rc = read_pem(s, o);
    if (rc == ERR_OK && (s->daemon = start_daemon(s, at)) == NULL)
        rc = err_set(ERR_IO, "--listen", "%s: cannot listen there", o->listen);
    if (rc == ERR_OK)
        rc = hub_db_listen(h->db, heard, h->live, &s->news);
    if (at != NULL)
        freeaddrinfo(at);
    if (rc != ERR_OK) {
        web_stop(s);
        return rc;
    }
    *port = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    *out = s;
    return ERR_OK;
}

void web_count(struct web_server *s, int *open, int *asked)
{
    guard_count(&s->guard, open, asked);
}

void web_sweep(struct web_server *s)
{
    guard_sweep(&s->guard);
    hub_live_tick(s->hub->live);
}

/* Those who are being served are served to the end, if that comes soon. */
static void let_finish(struct web_server *s)
{
    int open, asked = 1;
    s->stopping = true;
    MHD_socket door = MHD_quiesce_daemon(s->daemon);
    for (int ms = 0; asked > 0 && ms < STOP_MS; ms += 20) {
        guard_count(&s->guard, &open, &asked);
        if (asked > 0)
            usleep(20000);
    }
    MHD_stop_daemon(s->daemon);
    if (door != MHD_INVALID_SOCKET)
        close(door);
}

void web_stop(struct web_server *s)
{
    hub_db_unlisten(s->hub->db, s->news);
    hub_live_end(s->hub->live);
    if (s->daemon != NULL)
        let_finish(s);
    hub_live_free(s->hub->live);
    s->hub->live = NULL;
    pthread_mutex_destroy(&s->guard.lock);
    buf_wipe(&s->key);
    buf_fini(&s->cert);
    free(s);
}
