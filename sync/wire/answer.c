/* Owns: answers and orders, signed by the hub. Invariant: nothing of an answer is looked at before
 * its signature was verified with the key pinned at enrolment. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "sync/wire/pack.h"
#include "sync/wire/talk.h"

static const char answer_context[] = "jiujin-answer/1\n";
static const char order_context[] = "jiujin-order/1\n";

void wire_answer_write(const json_t *answer, const unsigned char sec[SIGN_SEC_BYTES],
                       struct buf *out)
{
    char *json = js_dump(answer);
    struct buf to_sign = BUF_INIT, text = BUF_INIT;
    buf_text(&to_sign, answer_context);
    buf_text(&to_sign, json);
    unsigned char sig[SIGN_BYTES];
    secret_sign(sec, to_sign.data, to_sign.len, sig);
    secret_b64(sig, sizeof sig, &text);
    buf_byte(&text, '\n');
    buf_text(&text, json);
    wire_squeeze(text.data, text.len, out);
    buf_fini(&to_sign);
    buf_fini(&text);
    free(json);
}

static bool signed_by(const struct buf *text, size_t line, const unsigned char pub[SIGN_PUB_BYTES])
{
    char b64[96];
    struct buf sig = BUF_INIT, to_sign = BUF_INIT;
    bool ok = line < sizeof b64;
    if (ok) {
        memcpy(b64, text->data, line);
        b64[line] = 0;
        ok = secret_b64_decode(b64, &sig) == ERR_OK && sig.len == SIGN_BYTES;
    }
    if (ok) {
        buf_text(&to_sign, answer_context);
        buf_add(&to_sign, text->data + line + 1, text->len - line - 1);
        ok = secret_verify(pub, to_sign.data, to_sign.len, sig.data);
    }
    buf_fini(&sig);
    buf_fini(&to_sign);
    return ok;
}

static bool answers(const json_t *answer, const struct wire_request *asked)
{
    char nonce[2 * WIRE_NONCE + 1];
    hex_encode(asked->nonce, WIRE_NONCE, nonce);
    const char *site = js_str(answer, "site"), *n = js_str(answer, "nonce");
    return site != NULL && n != NULL && strcmp(site, asked->site) == 0 && strcmp(n, nonce) == 0;
}

static enum err open_text(const struct buf *text, const unsigned char pub[SIGN_PUB_BYTES],
                          const struct wire_request *asked, json_t **out)
{
    const unsigned char *end = text->len > 0 ? memchr(text->data, '\n', text->len) : NULL;
    if (end == NULL)
        return err_set(ERR_HUB_ANSWER, NULL, "no signature");
    size_t line = (size_t)(end - text->data);
    if (!signed_by(text, line, pub))
        return err_set(ERR_HUB_KEY, NULL, NULL);
    if (js_parse((const char *)end + 1, text->len - line - 1, "answer", out) != ERR_OK)
        return err_set(ERR_HUB_ANSWER, NULL, "JSON");
    if (answers(*out, asked))
        return ERR_OK;
    json_decref(*out);
    *out = NULL;
    return err_set(ERR_HUB_ANSWER, NULL, "answers another request");
}

enum err wire_answer_read(const void *bytes, size_t len, const unsigned char pub[SIGN_PUB_BYTES],
                          const struct wire_request *asked, json_t **out)
{
    *out = NULL;
    struct buf text = BUF_INIT;
    enum err rc = wire_expand(bytes, len, WIRE_ANSWER_MAX, &text);
    if (rc != ERR_OK)
        rc = err_set(ERR_HUB_ANSWER, NULL, "damaged");
    else
        rc = open_text(&text, pub, asked, out);
    buf_fini(&text);
    return rc;
}

static void order_text(const char *site, int64_t n, const void *head, size_t head_len,
                       const void *sealed, size_t sealed_len, struct buf *out)
{
    buf_text(out, order_context);
    buf_byte(out, SECRET_SUITE);
    buf_text(out, site);
    buf_u64(out, (uint64_t)n);
    buf_u32(out, (uint32_t)head_len);
    buf_add(out, head, head_len);
    buf_u32(out, (uint32_t)sealed_len);
    buf_add(out, sealed, sealed_len);
}

void wire_order_sign(const unsigned char sec[SIGN_SEC_BYTES], const char *site, int64_t n,
                     const void *head, size_t head_len, const void *sealed, size_t sealed_len,
                     unsigned char sig[SIGN_BYTES])
{
    struct buf text = BUF_INIT;
    order_text(site, n, head, head_len, sealed, sealed_len, &text);
    secret_sign(sec, text.data, text.len, sig);
    buf_fini(&text);
}

static void set_b64(json_t *object, const char *key, const void *bytes, size_t len)
{
    struct buf text = BUF_INIT;
    secret_b64(bytes, len, &text);
    js_set_str(object, key, buf_str(&text));
    buf_fini(&text);
}

json_t *wire_order_write(int64_t n, const void *head, size_t head_len, const void *sealed,
                         size_t sealed_len, const unsigned char sig[SIGN_BYTES])
{
    json_t *order = json_object();
    js_set_int(order, "n", n);
    json_object_set_new(order, "head", json_stringn(head, head_len));
    if (sealed_len > 0)
        set_b64(order, "sealed", sealed, sealed_len);
    set_b64(order, "sig", sig, SIGN_BYTES);
    return order;
}

static enum err get_b64(const json_t *object, const char *key, struct buf *out)
{
    const char *text = js_str(object, key);
    if (text == NULL)
        return ERR_OK;
    return secret_b64_decode(text, out) == ERR_OK ? ERR_OK : err_set(ERR_HUB_ANSWER, key, NULL);
}

enum err wire_order_read(const json_t *order, const unsigned char pub[SIGN_PUB_BYTES],
                         const char *site, int64_t *n, struct buf *head, struct buf *sealed)
{
    const json_t *text = js_get(order, "head");
    struct buf sig = BUF_INIT, signed_text = BUF_INIT;
    *n = js_int(order, "n", 0);
    enum err rc = get_b64(order, "sig", &sig);
    if (rc == ERR_OK)
        rc = get_b64(order, "sealed", sealed);
    if (rc == ERR_OK && (*n < 1 || !json_is_string(text) ||
                         json_string_length(text) > WIRE_ORDER_MAX || sig.len != SIGN_BYTES))
        rc = err_set(ERR_HUB_ANSWER, "order", NULL);
    if (rc == ERR_OK) {
        buf_add(head, json_string_value(text), json_string_length(text));
        order_text(site, *n, head->data, head->len, sealed->data, sealed->len, &signed_text);
        if (!secret_verify(pub, signed_text.data, signed_text.len, sig.data))
            rc = err_set(ERR_SIGNATURE, "order", "%lld", (long long)*n);
    }
    buf_fini(&sig);
    buf_fini(&signed_text);
    return rc;
}

void wire_order_mark(int64_t n, const void *head, size_t head_len, const void *sealed,
                     size_t sealed_len, char out[WIRE_ORDER_MARK])
{
    unsigned char sealed_hash[HASH_BYTES] = {0}, hash[HASH_BYTES];
    if (sealed_len > 0)
        secret_hash_once(sealed, sealed_len, sealed_hash);
    journal_order_hash(n, head, head_len, sealed_hash, hash);
    hex_encode(hash, (WIRE_ORDER_MARK - 1) / 2, out);
}
