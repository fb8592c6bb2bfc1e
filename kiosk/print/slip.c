/* Owns: the slip as bytes: header, sealed box, signature (slip.h has the format).
 * Invariant: no more than 206 bytes; who has not the hub's key learns a site's code and nothing
 * else. */
#include "kiosk/print/slip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/print/slip_pack.h"

#define HEADER 8
#define VERSION 1
#define LEAST (HEADER + BOX_MORE_BYTES + SIGN_BYTES)
#define PAYLOAD_MAX (SLIP_MAX_BYTES - HEADER - BOX_MORE_BYTES - SIGN_BYTES)

static unsigned char key_id(const unsigned char hub_box[BOX_PUB_BYTES])
{
    unsigned char hash[HASH_BYTES];
    secret_hash_once(hub_box, BOX_PUB_BYTES, hash);
    return hash[0];
}

static void put_header(const char *site, const unsigned char hub_box[BOX_PUB_BYTES],
                       unsigned char out[HEADER])
{
    unsigned long long code = strtoull(site, NULL, 10);
    out[0] = 'J';
    out[1] = VERSION << 4 | SECRET_SUITE;
    for (int i = 0; i < 5; i++)
        out[2 + i] = (unsigned char)(code >> (8 * (4 - i)));
    out[7] = key_id(hub_box);
}

/* What is signed: the header and the recipient's key too, so that nobody can seal it anew for
 * another. */
static void signed_text(const unsigned char header[HEADER],
                        const unsigned char hub_box[BOX_PUB_BYTES], const void *payload, size_t len,
                        struct buf *out)
{
    buf_add(out, header, HEADER);
    buf_add(out, hub_box, BOX_PUB_BYTES);
    buf_add(out, payload, len);
}

enum err slip_make(const json_t *what, const unsigned char site_sec[SIGN_SEC_BYTES],
                   const unsigned char hub_box[BOX_PUB_BYTES], struct buf *out)
{
    unsigned char header[HEADER], sig[SIGN_BYTES];
    struct buf payload = BUF_INIT, text = BUF_INIT;
    const char *site = js_str(what, "site");
    if (site == NULL || strlen(site) != 12 || strspn(site, "0123456789") != 12)
        return err_set(ERR_FIELD_TYPE, "site", NULL);
    enum err rc = slip_pack(what, &payload);
    if (rc == ERR_OK && payload.len > PAYLOAD_MAX)
        rc = err_set(ERR_SLIP_LONG, NULL, "%zu of %d bytes", payload.len, PAYLOAD_MAX);
    if (rc == ERR_OK) {
        put_header(site, hub_box, header);
        signed_text(header, hub_box, payload.data, payload.len, &text);
        secret_sign(site_sec, text.data, text.len, sig);
        buf_add(&payload, sig, sizeof sig);
        buf_add(out, header, sizeof header);
        secret_box_seal(hub_box, payload.data, payload.len, out);
    }
    buf_wipe(&payload);
    buf_wipe(&text);
    return rc;
}

enum err slip_site(const void *bytes, size_t len, char site[13])
{
    const unsigned char *p = bytes;
    unsigned long long code = 0;
    if (len < HEADER || len > SLIP_MAX_BYTES || p[0] != 'J' ||
        p[1] != (VERSION << 4 | SECRET_SUITE))
        return err_set(ERR_SLIP, NULL, NULL);
    for (int i = 0; i < 5; i++)
        code = code << 8 | p[2 + i];
    if (code > 999999999999ULL)
        return err_set(ERR_SLIP, NULL, NULL);
    snprintf(site, 13, "%012llu", code);
    return len > LEAST ? ERR_OK : err_set(ERR_SLIP_CUT, NULL, NULL);
}

/* The box opened: payload and signature. */
static enum err open_box(const unsigned char *bytes, size_t len,
                         const unsigned char hub_box[BOX_PUB_BYTES],
                         const unsigned char hub_sec[BOX_SEC_BYTES], struct buf *plain)
{
    char site[13];
    enum err rc = slip_site(bytes, len, site);
    if (rc != ERR_OK)
        return rc;
    if (bytes[7] != key_id(hub_box))
        return err_set(ERR_SLIP_FOREIGN, NULL, NULL);
    rc = secret_box_open(hub_box, hub_sec, bytes + HEADER, len - HEADER, plain);
    return rc == ERR_OK ? ERR_OK : err_set(ERR_SLIP_CUT, NULL, NULL);
}

enum err slip_check(const void *bytes, size_t len, const unsigned char hub_box[BOX_PUB_BYTES],
                    const unsigned char hub_sec[BOX_SEC_BYTES])
{
    struct buf plain = BUF_INIT;
    enum err rc = open_box(bytes, len, hub_box, hub_sec, &plain);
    buf_wipe(&plain);
    return rc;
}

static enum err verify(const unsigned char *bytes, const struct buf *plain,
                       const unsigned char hub_box[BOX_PUB_BYTES],
                       const unsigned char site_pub[SIGN_PUB_BYTES], json_t **what)
{
    struct buf text = BUF_INIT;
    size_t len = plain->len - SIGN_BYTES;
    signed_text(bytes, hub_box, plain->data, len, &text);
    bool good = secret_verify(site_pub, text.data, text.len, plain->data + len);
    buf_wipe(&text);
    return good ? slip_unpack(plain->data, len, what) : err_set(ERR_SLIP_FORGED, NULL, NULL);
}

enum err slip_read(const void *bytes, size_t len, const unsigned char hub_box[BOX_PUB_BYTES],
                   const unsigned char hub_sec[BOX_SEC_BYTES],
                   const unsigned char site_pub[SIGN_PUB_BYTES], json_t **what)
{
    char site[13];
    struct buf plain = BUF_INIT;
    *what = NULL;
    enum err rc = open_box(bytes, len, hub_box, hub_sec, &plain);
    if (rc == ERR_OK)
        rc = verify(bytes, &plain, hub_box, site_pub, what);
    if (rc == ERR_OK)
        rc = slip_site(bytes, len, site);
    if (rc == ERR_OK)
        js_set_str(*what, "site", site);
    buf_wipe(&plain);
    return rc;
}
