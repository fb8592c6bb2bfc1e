/* Owns: the pinned key. Invariant: it comes from the hub's own signature, and an
 * older one never replaces it. */
#include "sync/agent/pin.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "sync/wire/api.h"
#include "sync/wire/tls.h"

static bool is_loopback(const char *host)
{
    static const char *const own[] = {"127.", "localhost:", "localhost/", "[::1]"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strncmp(host, own[i], strlen(own[i])) == 0)
            return true;
    return strcmp(host, "localhost") == 0;
}

/* "127." alone would let 127.example.org pass. */
static bool only_digits(const char *host)
{
    return strncmp(host, "127.", 4) != 0 || host[strspn(host, "0123456789.")] == 0 ||
           strchr(":/", host[strspn(host, "0123456789.")]) != NULL;
}

enum err pin_check_url(struct store *s, const char *url)
{
    const char *host = url + 7;
    if (strncmp(url, "http://", 7) != 0 || (is_loopback(host) && only_digits(host)) ||
        link_plain(s))
        return ERR_OK;
    return err_set(ERR_HUB_PLAIN, "URL", NULL);
}

void pin_use(struct way *way, const struct link_state *link)
{
    way->trust = link->pinned ? WAY_PINNED : WAY_AUTHORITIES;
    memcpy(way->pin, link->pin.pin, sizeof way->pin);
}

enum err pin_read(const json_t *keys, const unsigned char hub_sign[SIGN_PUB_BYTES],
                  struct link_pin *out, bool *pinned)
{
    struct wire_tls tls;
    enum err rc = wire_tls_read(keys, hub_sign, &tls, pinned);
    if (rc != ERR_OK)
        return err_set(ERR_HUB_KEY, "TLS", NULL);
    out->at = tls.at;
    memcpy(out->pin, tls.pin, TLS_PIN);
    return ERR_OK;
}

static enum err ask_keys(struct way *way, const char *url, json_t **keys)
{
    long status;
    struct buf answer = BUF_INIT;
    char *path = mem_printf("%s%s", url, WIRE_PATH_KEYS);
    struct http_request what = {.url = path};
    way->trust = WAY_ANYBODY; /* nothing is told, and the answer is signed */
    enum err rc = way_ask(way, &what, &answer, &status);
    if (rc == ERR_OK)
        rc = js_parse(buf_str(&answer), answer.len, NULL, keys);
    buf_fini(&answer);
    free(path);
    return rc;
}

bool pin_renew(struct store *s, struct way *way, struct link_state *link)
{
    bool named = false;
    json_t *keys = NULL;
    struct link_pin pin;
    enum err rc = ask_keys(way, link->url, &keys);
    if (rc == ERR_OK)
        rc = pin_read(keys, link->hub_sign, &pin, &named);
    bool newer = rc == ERR_OK && named && pin.at >= link->pin.at &&
                 memcmp(pin.pin, link->pin.pin, TLS_PIN) != 0;
    if (newer && link_pinned(s, &pin) == ERR_OK) {
        link->pin = pin;
        link->pinned = true;
    }
    json_decref(keys);
    pin_use(way, link);
    return newer;
}
