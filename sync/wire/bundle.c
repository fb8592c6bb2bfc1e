/* Owns: the bytes of a bundle's header and of its answer, and their names. Invariant: what is
 * verified are the bytes as they came, and what is read from them has no other reading. */
#include "sync/wire/bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "sync/wire/pack.h"

#define NAME_FORMAT "jiujin-%s-%lld-%010lld.jjb"
#define ANSWER_FORMAT "jiujin-%s.jja"

static const char magic[] = "JWU1", answer_magic[] = "JWA1";
static const char context[] = "jiujin-bundle/1\n", answer_context[] = "jiujin-bundle-answer/1\n";

static void signed_text(const char *before, const void *bytes, size_t len, struct buf *out)
{
    buf_text(out, before);
    buf_add(out, bytes, len);
}

void wire_bundle_write(const struct wire_bundle *b, const unsigned char sec[SIGN_SEC_BYTES],
                       struct buf *out)
{
    char base[2 * HASH_BYTES + 1];
    unsigned char sig[SIGN_BYTES];
    struct buf to_sign = BUF_INIT;
    json_t *head = json_object();
    hex_encode(b->base, HASH_BYTES, base);
    js_set_str(head, "site", b->site);
    js_set_int(head, "epoch", b->epoch);
    js_set_int(head, "from", b->from);
    js_set_str(head, "base", base);
    js_set_int(head, "suite", SECRET_SUITE);
    js_set_int(head, "time", b->time);
    js_set_int(head, "last", b->last);
    js_set_int(head, "orders", b->orders);
    char *text = js_dump(head);
    signed_text(context, text, strlen(text), &to_sign);
    secret_sign(sec, to_sign.data, to_sign.len, sig);
    buf_text(out, magic);
    buf_u32(out, (uint32_t)strlen(text));
    buf_text(out, text);
    buf_add(out, sig, sizeof sig);
    free(text);
    json_decref(head);
    buf_fini(&to_sign);
}

static bool number(const json_t *head, const char *key, int64_t least, int64_t most, int64_t *out)
{
    const json_t *v = json_object_get(head, key);
    *out = json_is_integer(v) ? json_integer_value(v) : least - 1;
    return *out >= least && *out <= most;
}

static bool read_head(const json_t *head, struct wire_bundle *b)
{
    int64_t suite;
    const char *site = js_str(head, "site"), *base = js_str(head, "base");
    if (site == NULL || strlen(site) != SITE_CODE - 1 ||
        strspn(site, "0123456789") != SITE_CODE - 1 || base == NULL ||
        hex_decode(base, b->base, HASH_BYTES) != 0)
        return false;
    memcpy(b->site, site, SITE_CODE);
    return number(head, "suite", SECRET_SUITE, SECRET_SUITE, &suite) &&
           number(head, "epoch", 1, UINT32_MAX, &b->epoch) &&
           number(head, "from", 1, UINT32_MAX, &b->from) &&
           number(head, "last", b->from - 1, UINT32_MAX, &b->last) &&
           number(head, "time", 0, INT64_MAX / 2, &b->time) &&
           number(head, "orders", 0, UINT32_MAX, &b->orders);
}

enum err wire_bundle_read(const void *bytes, size_t len, struct wire_bundle *out, size_t *used)
{
    const unsigned char *p = bytes;
    json_t *head = NULL;
    memset(out, 0, sizeof *out);
    *used = 0;
    if (len < 8 || memcmp(p, magic, 4) != 0)
        return err_set(ERR_BUNDLE, NULL, NULL);
    size_t n = get_u32(p + 4);
    if (n > WIRE_BUNDLE_HEAD || len < 8 + n + SIGN_BYTES)
        return err_set(ERR_BUNDLE, "header", NULL);
    bool ok = js_parse((const char *)p + 8, n, NULL, &head) == ERR_OK && read_head(head, out);
    json_decref(head);
    if (!ok)
        return err_set(ERR_BUNDLE, "header", NULL);
    *used = 8 + n + SIGN_BYTES;
    return ERR_OK;
}

bool wire_bundle_verify(const void *bytes, size_t used, const unsigned char pub[SIGN_PUB_BYTES])
{
    const unsigned char *p = bytes;
    struct buf to_sign = BUF_INIT;
    signed_text(context, p + 8, used - 8 - SIGN_BYTES, &to_sign);
    bool ok = secret_verify(pub, to_sign.data, to_sign.len, p + used - SIGN_BYTES);
    buf_fini(&to_sign);
    return ok;
}

/* --- the answer ----------------------------------------------------------------------------------
 */

void wire_bundle_answer_write(const json_t *answer, const unsigned char sec[SIGN_SEC_BYTES],
                              struct buf *out)
{
    char *json = js_dump(answer);
    struct buf to_sign = BUF_INIT, text = BUF_INIT;
    unsigned char sig[SIGN_BYTES];
    signed_text(answer_context, json, strlen(json), &to_sign);
    secret_sign(sec, to_sign.data, to_sign.len, sig);
    secret_b64(sig, sizeof sig, &text);
    buf_byte(&text, '\n');
    buf_text(&text, json);
    buf_text(out, answer_magic);
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
        signed_text(answer_context, text->data + line + 1, text->len - line - 1, &to_sign);
        ok = secret_verify(pub, to_sign.data, to_sign.len, sig.data);
    }
    buf_fini(&sig);
    buf_fini(&to_sign);
    return ok;
}

enum err wire_bundle_answer_read(const void *bytes, size_t len,
                                 const unsigned char pub[SIGN_PUB_BYTES], json_t **out)
{
    const unsigned char *p = bytes;
    struct buf text = BUF_INIT;
    enum err rc = ERR_OK;
    *out = NULL;
    if (len < 4 || memcmp(p, answer_magic, 4) != 0 ||
        wire_expand(p + 4, len - 4, WIRE_ANSWER_MAX, &text) != ERR_OK)
        rc = err_set(ERR_ANSWER, NULL, NULL);
    const unsigned char *end =
        rc == ERR_OK && text.len > 0 ? memchr(text.data, '\n', text.len) : NULL;
    size_t line = end != NULL ? (size_t)(end - text.data) : 0;
    if (rc == ERR_OK && end == NULL)
        rc = err_set(ERR_ANSWER, NULL, NULL);
    if (rc == ERR_OK && !signed_by(&text, line, pub))
        rc = err_set(ERR_ANSWER_FORGED, NULL, NULL);
    if (rc == ERR_OK &&
        js_parse((const char *)end + 1, text.len - line - 1, "answer", out) != ERR_OK)
        rc = err_set(ERR_ANSWER, NULL, NULL);
    buf_fini(&text);
    return rc;
}

/* --- names ---------------------------------------------------------------------------------------
 */

void wire_bundle_name(const struct wire_bundle *b, char out[WIRE_BUNDLE_NAME])
{
    snprintf(out, WIRE_BUNDLE_NAME, NAME_FORMAT, b->site, (long long)b->epoch, (long long)b->from);
}

void wire_bundle_answer_name(const char *site, char out[WIRE_BUNDLE_NAME])
{
    snprintf(out, WIRE_BUNDLE_NAME, ANSWER_FORMAT, site);
}

/* A name is ours when its numbers, written again, give the same name. */
static bool read_name(const char *name, struct wire_bundle *b)
{
    char again[WIRE_BUNDLE_NAME];
    long long epoch, from;
    if (strlen(name) >= sizeof again ||
        sscanf(name, "jiujin-%12[0-9]-%10lld-%10lld.jjb", b->site, &epoch, &from) != 3)
        return false;
    b->epoch = epoch;
    b->from = from;
    wire_bundle_name(b, again);
    return epoch > 0 && from > 0 && strcmp(name, again) == 0;
}

bool wire_bundle_is_name(const char *name)
{
    struct wire_bundle b = {.epoch = 0};
    return read_name(name, &b) && strlen(b.site) == SITE_CODE - 1;
}

bool wire_bundle_own_name(const char *name, const char *site, int64_t *epoch, int64_t *from)
{
    struct wire_bundle b = {.epoch = 0};
    if (!read_name(name, &b) || strcmp(b.site, site) != 0)
        return false;
    *epoch = b.epoch;
    *from = b.from;
    return true;
}
