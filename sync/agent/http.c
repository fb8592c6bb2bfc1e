/* Owns: how bytes go to the hub (wire.md, libcurl). Invariant: only progress is timed, never the
 * whole: a slow link is not a dead one. */
#include "sync/agent/http.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "sync/wire/talk.h"

#define CONNECT_S 15L
#define STALL_S 8L
#define UNACKED_MS 8000 /* TCP gives up on bytes that nobody acknowledged for so long */
#define SEND_BUFFER                                                                                \
    16384 /* little in flight: what was handed to the kernel is soon known to be there */

enum err http_init(struct http *h)
{
    *h = (struct http){.answer = BUF_INIT};
    enum err rc = curl_load(&h->api);
    if (rc == ERR_OK && (h->handle = h->api->init()) == NULL)
        rc = err_set(ERR_INTERNAL, "libcurl", NULL);
    return rc;
}

void http_fini(struct http *h)
{
    if (h->handle != NULL)
        h->api->cleanup(h->handle);
    buf_fini(&h->answer);
    h->handle = NULL;
}

static int tune_socket(void *arg, curl_socket_t fd, curlsocktype purpose)
{
    int size = SEND_BUFFER;
    unsigned wait = UNACKED_MS;
    (void)arg;
    (void)purpose;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &wait, sizeof wait);
    return CURL_SOCKOPT_OK;
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

static void set_common(struct http *h, const char *url)
{
    const struct curl_api *c = h->api;
    c->reset(h->handle); /* settings only: the connection is kept */
    c->setopt(h->handle, CURLOPT_URL, url);
    c->setopt(h->handle, CURLOPT_PROTOCOLS_STR, "http,https");
    c->setopt(h->handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    c->setopt(h->handle, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_3);
    c->setopt(h->handle, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
    c->setopt(h->handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    c->setopt(h->handle, CURLOPT_LOW_SPEED_TIME, STALL_S);
    c->setopt(h->handle, CURLOPT_NOSIGNAL, 1L);
    c->setopt(h->handle, CURLOPT_TCP_KEEPALIVE, 1L);
    c->setopt(h->handle, CURLOPT_SOCKOPTFUNCTION, tune_socket);
    c->setopt(h->handle, CURLOPT_WRITEFUNCTION, take_answer);
    c->setopt(h->handle, CURLOPT_WRITEDATA, &h->answer);
    c->setopt(h->handle, CURLOPT_USERAGENT, "jiujin/" JIUJIN_VERSION);
}

static enum err outcome(struct http *h, CURLcode code)
{
    h->api->getinfo(h->handle, CURLINFO_RESPONSE_CODE, &h->status);
    switch (code) {
    case CURLE_OK: return ERR_OK;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL: return err_set(ERR_FIELD_TYPE, "url", NULL);
    case CURLE_WRITE_ERROR: return err_set(ERR_TOO_LONG, "answer", NULL);
    case CURLE_ABORTED_BY_CALLBACK: return err_last() != ERR_OK ? err_last() : ERR_HUB_DOWN;
    default: return err_set(ERR_HUB_DOWN, NULL, "%s", h->api->strerror(code));
    }
}

enum err http_ask(struct http *h, const struct http_request *what)
{
    const struct curl_api *c = h->api;
    struct sending sending = {what->body, what->arg};
    struct curl_slist *headers = c->slist_append(NULL, "Expect:");
    if (what->header != NULL)
        headers = c->slist_append(headers, what->header);
    buf_clear(&h->answer);
    h->status = 0;
    set_common(h, what->url);
    if (what->body != NULL) {
        c->setopt(h->handle, CURLOPT_POST, 1L);
        c->setopt(h->handle, CURLOPT_READFUNCTION, give_body);
        c->setopt(h->handle, CURLOPT_READDATA, &sending);
        headers = c->slist_append(headers, "Transfer-Encoding: chunked");
        headers = c->slist_append(headers, "Content-Type: application/octet-stream");
    }
    c->setopt(h->handle, CURLOPT_HTTPHEADER, headers);
    enum err rc = outcome(h, c->perform(h->handle));
    c->slist_free_all(headers);
    return rc;
}
