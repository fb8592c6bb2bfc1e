/* Owns: the signed header of a request. Invariant: what is verified is the text as it came, and
 * what is read from it has no other reading. */
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/rnd.h"
#include "sync/wire/talk.h"

#define FIELDS 9
#define HEADER_MAX 512
static const char context[] = "jiujin-request/1\n";

void wire_request_init(struct wire_request *r, const char *site, const char *purpose)
{
    memset(r, 0, sizeof *r);
    r->suite = SECRET_SUITE;
    r->time = clock_now();
    rnd_bytes(r->nonce, sizeof r->nonce);
    memcpy(r->site, site, strnlen(site, sizeof r->site - 1));
    memcpy(r->purpose, purpose, strnlen(purpose, sizeof r->purpose - 1));
}

static void signed_text(const char *text, size_t len, struct buf *out)
{
    buf_text(out, context);
    buf_add(out, text, len);
}

void wire_request_write(const struct wire_request *r, const unsigned char sec[SIGN_SEC_BYTES],
                        struct buf *out)
{
    char base[2 * HASH_BYTES + 1], nonce[2 * WIRE_NONCE + 1];
    hex_encode(r->base, HASH_BYTES, base);
    hex_encode(r->nonce, WIRE_NONCE, nonce);
    struct buf text = BUF_INIT, to_sign = BUF_INIT;
    buf_printf(&text, "%d;%s;%lld;%lld;%s;%lld;%s;%s", r->suite, r->site, (long long)r->epoch,
               (long long)r->from, base, (long long)r->time, nonce, r->purpose);
    unsigned char sig[SIGN_BYTES];
    signed_text(buf_str(&text), text.len, &to_sign);
    secret_sign(sec, to_sign.data, to_sign.len, sig);
    buf_add(out, text.data, text.len);
    buf_byte(out, ';');
    secret_b64(sig, sizeof sig, out);
    buf_fini(&text);
    buf_fini(&to_sign);
}

/* A whole decimal number without sign, blanks or leading zeros, up to 15 digits. */
static bool number(const char *text, int64_t *out)
{
    size_t n = strlen(text);
    if (n == 0 || n > 15 || strspn(text, "0123456789") != n || (n > 1 && *text == '0'))
        return false;
    *out = 0;
    for (; *text != 0; text++)
        *out = *out * 10 + (*text - '0');
    return true;
}

static bool read_fields(char **f, struct wire_request *out)
{
    int64_t suite;
    if (!number(f[0], &suite) || suite != SECRET_SUITE)
        return false;
    out->suite = (int)suite;
    if (strlen(f[1]) != SITE_CODE - 1 || strspn(f[1], "0123456789") != SITE_CODE - 1)
        return false;
    memcpy(out->site, f[1], SITE_CODE);
    size_t purpose = strlen(f[7]);
    if (purpose == 0 || purpose >= sizeof out->purpose)
        return false;
    memcpy(out->purpose, f[7], purpose + 1);
    bool asks = strcmp(out->purpose, "enrol") == 0; /* may ask for an epoch by naming none */
    return number(f[2], &out->epoch) && out->epoch >= !asks && out->epoch <= UINT32_MAX &&
           number(f[3], &out->from) && hex_decode(f[4], out->base, HASH_BYTES) == 0 &&
           number(f[5], &out->time) && hex_decode(f[6], out->nonce, WIRE_NONCE) == 0;
}

enum err wire_request_read(const char *text, struct wire_request *out)
{
    char copy[HEADER_MAX], *f[FIELDS], *p = copy;
    memset(out, 0, sizeof *out);
    size_t len = strlen(text), n = 0;
    if (len >= sizeof copy)
        return err_set(ERR_SIGNATURE, WIRE_HEADER, "too long");
    memcpy(copy, text, len + 1);
    while (n < FIELDS && p != NULL)
        f[n++] = strsep(&p, ";");
    if (n != FIELDS || p != NULL || !read_fields(f, out))
        return err_set(ERR_SIGNATURE, WIRE_HEADER, "not readable");
    return ERR_OK;
}

bool wire_request_verify(const char *text, const unsigned char pub[SIGN_PUB_BYTES])
{
    const char *last = strrchr(text, ';');
    struct buf sig = BUF_INIT, to_sign = BUF_INIT;
    bool ok = last != NULL && secret_b64_decode(last + 1, &sig) == ERR_OK && sig.len == SIGN_BYTES;
    if (ok) {
        signed_text(text, (size_t)(last - text), &to_sign);
        ok = secret_verify(pub, to_sign.data, to_sign.len, sig.data);
    }
    buf_fini(&sig);
    buf_fini(&to_sign);
    return ok;
}
