/* Owns: the signed words about the TLS key. Invariant: a pin is handed out only with its signature
 * verified. */
#include "sync/wire/tls.h"

#include <string.h>

#include "kiosk/base/js.h"

static const char context[] = "jiujin-tls/1\n";

static void text_of(const struct wire_tls *tls, struct buf *out)
{
    buf_text(out, context);
    buf_u64(out, (uint64_t)tls->at);
    buf_add(out, tls->pin, TLS_PIN);
}

void wire_tls_write(const struct wire_tls *tls, const unsigned char sec[SIGN_SEC_BYTES],
                    json_t *keys)
{
    char pin[2 * TLS_PIN + 1];
    unsigned char sig[SIGN_BYTES];
    struct buf text = BUF_INIT, b64 = BUF_INIT;
    text_of(tls, &text);
    secret_sign(sec, text.data, text.len, sig);
    secret_b64(sig, sizeof sig, &b64);
    hex_encode(tls->pin, TLS_PIN, pin);
    js_set_str(keys, "tls", pin);
    js_set_int(keys, "tls_at", tls->at);
    js_set_str(keys, "tls_sig", buf_str(&b64));
    buf_fini(&text);
    buf_fini(&b64);
}

enum err wire_tls_read(const json_t *keys, const unsigned char pub[SIGN_PUB_BYTES],
                       struct wire_tls *out, bool *named)
{
    struct buf text = BUF_INIT, sig = BUF_INIT;
    const char *pin = js_str(keys, "tls"), *b64 = js_str(keys, "tls_sig");
    *out = (struct wire_tls){.at = js_int(keys, "tls_at", 0)};
    *named = pin != NULL;
    if (pin == NULL)
        return ERR_OK;
    bool ok = b64 != NULL && hex_decode(pin, out->pin, TLS_PIN) == 0 &&
              secret_b64_decode(b64, &sig) == ERR_OK && sig.len == SIGN_BYTES;
    if (ok) {
        text_of(out, &text);
        ok = secret_verify(pub, text.data, text.len, sig.data);
    }
    buf_fini(&text);
    buf_fini(&sig);
    return ok ? ERR_OK : err_set(ERR_SIGNATURE, "tls", NULL);
}
