/* Owns: how bytes go to the hub (wire.md, libcurl). Invariant: only progress is timed, never the
 * whole: a slow link is not a dead one. */
#include "sync/agent/http.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kiosk/base/mem.h"
#include "kiosk/secret/secret.h"
#include "sync/agent/curl.h"
#include "sync/wire/talk.h"

#define CONNECT_S 15L
#define STALL_S 8L
#define POLL_MS 250
#define UNACKED_MS 8000 /* TCP gives up on bytes that nobody acknowledged for so long */
/* Bytes handed to the kernel, and of them not sent yet when it takes more: little, for what is
 * there is soon known, and what overtakes waits behind it; but a lost packet must not leave the
 * line idle until it was sent again. Linux doubles the former: 24 are up to 31 KiB in flight, 16
 * some 20. */
static const struct buffer {
    int size, unsent;
} usual = {24576, 8192}, small = {16384, 4096};

struct lane {
    CURL *handle; /* made when it is first used */
    CURLM *multi; /* of its own: another lane may be asked while this one rests */
    const struct buffer *buffer;
    curl_socket_t socket; /* of its connection; CURL_SOCKET_BAD: none that is known */
};

struct http {
    struct way way;
    const struct curl_api *api;
    struct lane lanes[WAY_LANES];
};

static enum err open_lane(struct http *h, struct lane *l)
{
    if (l->multi == NULL)
        l->multi = h->api->multi_init();
    if (l->handle == NULL)
        l->handle = h->api->init();
    return l->multi != NULL && l->handle != NULL ? ERR_OK : err_set(ERR_INTERNAL, "libcurl", NULL);
}

static void http_free(struct way *w)
{
    struct http *h = (struct http *)w;
    for (int i = 0; i < WAY_LANES; i++) {
        if (h->lanes[i].handle != NULL)
            h->api->cleanup(h->lanes[i].handle);
        if (h->lanes[i].multi != NULL)
            h->api->multi_cleanup(h->lanes[i].multi);
    }
    free(h);
}

static void http_rest(struct way *w, int ms)
{
    (void)w;
    poll(NULL, 0, ms);
}

static void set_buffer(curl_socket_t fd, const struct buffer *b)
{
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &b->size, sizeof b->size);
    setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &b->unsent, sizeof b->unsent);
}

static int tune_socket(void *arg, curl_socket_t fd, curlsocktype purpose)
{
    struct lane *l = arg;
    unsigned wait = UNACKED_MS;
    (void)purpose;
    l->socket = fd;
    set_buffer(fd, l->buffer);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &wait, sizeof wait);
    return CURL_SOCKOPT_OK;
}

static int close_socket(void *arg, curl_socket_t fd)
{
    struct lane *l = arg;
    l->socket = l->socket == fd ? CURL_SOCKET_BAD : l->socket;
    return close(fd);
}

/* For a connection that is to be made, and for one that was kept. */
static void choose_buffer(const struct curl_api *c, struct lane *l, bool little)
{
    l->buffer = little ? &small : &usual;
    c->setopt(l->handle, CURLOPT_SOCKOPTDATA, l);
    c->setopt(l->handle, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    c->setopt(l->handle, CURLOPT_CLOSESOCKETDATA, l);
    if (l->socket != CURL_SOCKET_BAD)
        set_buffer(l->socket, l->buffer);
}

static size_t take_answer(char *bytes, size_t size, size_t n, void *arg)
{
    struct buf *answer = arg;
    if (answer->len + size * n > WIRE_ANSWER_MAX)
        return 0;
    buf_add(answer, bytes, size * n);
    return size * n;
}

struct sending {
    http_body *body;
    void *arg;
};

static size_t give_body(char *to, size_t size, size_t n, void *arg)
{
    struct sending *s = arg;
    bool failed = false;
    size_t got = s->body(s->arg, to, size * n, &failed);
    return failed ? CURL_READFUNC_ABORT : got;
}

static void set_common(const struct curl_api *c, CURL *handle, const char *url, struct buf *answer)
{
    c->reset(handle); /* settings only: the connection is kept */
    c->setopt(handle, CURLOPT_URL, url);
    c->setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    c->setopt(handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    c->setopt(handle, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_3);
    c->setopt(handle, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
    c->setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    c->setopt(handle, CURLOPT_LOW_SPEED_TIME, STALL_S);
    c->setopt(handle, CURLOPT_NOSIGNAL, 1L);
    c->setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
    c->setopt(handle, CURLOPT_SOCKOPTFUNCTION, tune_socket);
    c->setopt(handle, CURLOPT_WRITEFUNCTION, take_answer);
    c->setopt(handle, CURLOPT_WRITEDATA, answer);
    c->setopt(handle, CURLOPT_USERAGENT, "jiujin/" JIUJIN_VERSION);
}

static void set_trust(const struct http *h, CURL *handle)
{
    const struct curl_api *c = h->api;
    struct buf pin = BUF_INIT;
    if (h->way.trust == WAY_AUTHORITIES)
        return;
    c->setopt(handle, CURLOPT_SSL_VERIFYPEER, 0L);
    c->setopt(handle, CURLOPT_SSL_VERIFYHOST, 0L);
    c->setopt(handle, CURLOPT_CAINFO, NULL); /* a hundred authorities cost memory and time */
    c->setopt(handle, CURLOPT_CAPATH, NULL);
    if (h->way.trust == WAY_ANYBODY) { /* nothing else may go by this connection */
        c->setopt(handle, CURLOPT_FRESH_CONNECT, 1L);
        c->setopt(handle, CURLOPT_FORBID_REUSE, 1L);
        return;
    }
    buf_text(&pin, "sha256//");
    secret_b64(h->way.pin, WAY_PIN, &pin);
    c->setopt(handle, CURLOPT_PINNEDPUBLICKEY, buf_str(&pin)); /* copied */
    buf_fini(&pin);
}

static enum err outcome(const struct curl_api *c, CURLcode code)
{
    switch (code) {
    case CURLE_OK: return ERR_OK;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL: return err_set(ERR_FIELD_TYPE, "url", NULL);
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH: return err_set(ERR_HUB_TLS, NULL, NULL);
    case CURLE_PEER_FAILED_VERIFICATION: return err_set(ERR_HUB_TLS, NULL, "%s", c->strerror(code));
    case CURLE_WRITE_ERROR: return err_set(ERR_TOO_LONG, "answer", NULL);
    case CURLE_ABORTED_BY_CALLBACK: return err_last() != ERR_OK ? err_last() : ERR_HUB_DOWN;
    default: return err_set(ERR_HUB_DOWN, NULL, "%s", c->strerror(code));
    }
}

/* What became of the transfer, once the loop has none that runs. */
static enum err result(const struct curl_api *c, struct lane *l)
{
    int left;
    const CURLMsg *m = c->multi_info(l->multi, &left);
    return m != NULL && m->msg == CURLMSG_DONE ? outcome(c, m->data.result)
                                               : err_set(ERR_HUB_DOWN, NULL, NULL);
}

/* What woke us is seen by whoever looks now. */
static void drain(const struct curl_waitfd *watch)
{
    char events[4096];
    while (watch->revents != 0 && read(watch->fd, events, sizeof events) > 0)
        ;
}

/* Drives one transfer to its end; looks elsewhere every POLL_MS, or when the watch wakes it. */
static enum err drive(struct http *h, struct lane *l, const struct http_request *what)
{
    const struct curl_api *c = h->api;
    struct curl_waitfd watch = {.fd = h->way.watch, .events = CURL_WAIT_POLLIN};
    unsigned watched = what->meanwhile != NULL && h->way.watch >= 0;
    int running = 1;
    enum err rc = ERR_OK;
    while (rc == ERR_OK) {
        if (c->multi_perform(l->multi, &running) != CURLM_OK)
            return err_set(ERR_INTERNAL, "libcurl", NULL);
        if (running == 0)
            return result(c, l);
        if (c->multi_poll(l->multi, &watch, watched, POLL_MS, NULL) != CURLM_OK)
            return err_set(ERR_INTERNAL, "libcurl", NULL);
        drain(&watch);
        if (what->meanwhile != NULL)
            rc = what->meanwhile(what->meanwhile_arg);
    }
    return rc;
}

/* What is all there goes with its header, if it is short in one packet: of three, each may get
 * lost.
 */
static void set_whole(const struct curl_api *c, CURL *handle, const struct buf *body)
{
    c->setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body->len);
    c->setopt(handle, CURLOPT_POSTFIELDS, body->len > 0 ? (const char *)body->data : "");
}

static struct curl_slist *set_body(const struct curl_api *c, CURL *handle, struct sending *sending,
                                   struct curl_slist *headers)
{
    c->setopt(handle, CURLOPT_POST, 1L);
    if (sending->body == way_give) {
        set_whole(c, handle, sending->arg);
    } else {
        c->setopt(handle, CURLOPT_READFUNCTION, give_body);
        c->setopt(handle, CURLOPT_READDATA, sending);
        headers = c->slist_append(headers, "Transfer-Encoding: chunked");
    }
    return c->slist_append(headers, "Content-Type: application/octet-stream");
}

/* A new connection's handshake is a round trip; so is, on a kept one, the wait for an answer to
 * what is short. */
static int64_t round_trip(const struct curl_api *c, CURL *handle, bool upload)
{
    long made = 0;
    curl_off_t from = 0, to = 0;
    c->getinfo(handle, CURLINFO_NUM_CONNECTS, &made);
    if (made == 0 && upload)
        return 0;
    c->getinfo(handle, made > 0 ? CURLINFO_NAMELOOKUP_TIME_T : CURLINFO_PRETRANSFER_TIME_T, &from);
    c->getinfo(handle, made > 0 ? CURLINFO_CONNECT_TIME_T : CURLINFO_STARTTRANSFER_TIME_T, &to);
    return to > from ? (to - from + 999) / 1000 : 0;
}

static void count(const struct curl_api *c, CURL *handle, bool upload, struct way_used *used)
{
    curl_off_t up = 0, down = 0;
    long head_up = 0, head_down = 0;
    c->getinfo(handle, CURLINFO_SIZE_UPLOAD_T, &up);
    c->getinfo(handle, CURLINFO_SIZE_DOWNLOAD_T, &down);
    c->getinfo(handle, CURLINFO_REQUEST_SIZE, &head_up);
    c->getinfo(handle, CURLINFO_HEADER_SIZE, &head_down);
    used->up += up + head_up;
    used->down += down + head_down;
    int64_t rtt = round_trip(c, handle, upload);
    used->rtt = rtt > 0 ? rtt : used->rtt;
}

static enum err http_ask(struct way *w, const struct http_request *what, struct buf *answer,
                         long *status)
{
    struct http *h = (struct http *)w;
    struct lane *l = &h->lanes[what->lane];
    const struct curl_api *c = h->api;
    struct sending sending = {what->body, what->arg};
    enum err rc = open_lane(h, l);
    if (rc != ERR_OK)
        return rc;
    struct curl_slist *headers = c->slist_append(NULL, "Expect:");
    if (what->header != NULL)
        headers = c->slist_append(headers, what->header);
    set_common(c, l->handle, what->url, answer);
    choose_buffer(c, l, what->little);
    set_trust(h, l->handle);
    if (what->body != NULL)
        headers = set_body(c, l->handle, &sending, headers);
    c->setopt(l->handle, CURLOPT_HTTPHEADER, headers);
    c->multi_add(l->multi, l->handle);
    rc = drive(h, l, what);
    c->getinfo(l->handle, CURLINFO_RESPONSE_CODE, status);
    count(c, l->handle, what->body != NULL, &w->used);
    c->multi_remove(l->multi, l->handle);
    c->slist_free_all(headers);
    return rc;
}

enum err http_open(struct way **out)
{
    static const struct way_ops ops = {.ask = http_ask, .rest = http_rest, .free = http_free};
    const struct curl_api *api;
    enum err rc = curl_load(&api);
    if (rc != ERR_OK)
        return rc;
    struct http *h = mem_alloc(sizeof *h);
    h->way = (struct way){.ops = &ops, .watch = -1};
    h->api = api;
    for (int i = 0; i < WAY_LANES; i++)
        h->lanes[i].socket = CURL_SOCKET_BAD;
    *out = &h->way;
    return ERR_OK;
}
