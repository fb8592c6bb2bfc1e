/* Owns: acknowledgements on paper as bytes and digits. Invariant: no field is looked at before the
 * hub's signature has been found good. */
#include "kiosk/print/ack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/print/slip.h"
#include "kiosk/rules/idno.h"

#define VERSION 1
#define SIGNED (ACK_BYTES - SIGN_BYTES)
#define EPOCH_MS 1577836800000LL /* 2020-01-01T00:00Z: minutes count from here */
#define MINUTE_MS 60000

static const char domain[] = "jiujin-ack";

static void put_number(struct buf *out, uint64_t v, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--)
        buf_byte(out, (unsigned char)(v >> (8 * i)));
}

static int64_t get_number(const unsigned char **p, int bytes)
{
    uint64_t v = 0;
    for (; bytes > 0; bytes--)
        v = v << 8 | *(*p)++;
    return (int64_t)v;
}

static void signed_text(const unsigned char *bytes, struct buf *out)
{
    buf_text(out, domain);
    buf_add(out, bytes, SIGNED);
}

enum err ack_make(const struct ack *a, const unsigned char hub_sec[SIGN_SEC_BYTES],
                  struct buf *digits)
{
    int64_t minutes = (a->at - EPOCH_MS) / MINUTE_MS;
    unsigned char sig[SIGN_BYTES];
    struct buf bytes = BUF_INIT, text = BUF_INIT;
    if (a->epoch < 0 || a->epoch >> 16 != 0 || a->seq < 0 || a->seq >> 40 != 0 || minutes < 0 ||
        minutes >> 32 != 0)
        return err_set(ERR_FIELD_RANGE, "ack", NULL);
    buf_byte(&bytes, 'A');
    buf_byte(&bytes, VERSION << 4 | SECRET_SUITE);
    put_number(&bytes, strtoull(a->site, NULL, 10), 5);
    put_number(&bytes, (uint64_t)a->epoch, 2);
    put_number(&bytes, (uint64_t)a->seq, 5);
    put_number(&bytes, (uint64_t)minutes, 4);
    buf_add(&bytes, a->hash, HASH_BYTES);
    signed_text(bytes.data, &text);
    secret_sign(hub_sec, text.data, text.len, sig);
    buf_add(&bytes, sig, sizeof sig);
    slip_digits(bytes.data, bytes.len, digits);
    buf_fini(&bytes);
    buf_fini(&text);
    return ERR_OK;
}

static void read_fields(const unsigned char *p, struct ack *out)
{
    p += 2;
    snprintf(out->site, sizeof out->site, "%012lld", (long long)get_number(&p, 5));
    out->epoch = get_number(&p, 2);
    out->seq = get_number(&p, 5);
    out->at = get_number(&p, 4) * MINUTE_MS + EPOCH_MS;
    memcpy(out->hash, p, HASH_BYTES);
}

static enum err read_bytes(const struct buf *bytes, const unsigned char hub_pub[SIGN_PUB_BYTES],
                           struct ack *out)
{
    struct buf text = BUF_INIT;
    if (bytes->len != ACK_BYTES || bytes->data[0] != 'A' ||
        bytes->data[1] != (VERSION << 4 | SECRET_SUITE))
        return err_set(ERR_ACK, NULL, NULL);
    signed_text(bytes->data, &text);
    bool good = secret_verify(hub_pub, text.data, text.len, bytes->data + SIGNED);
    buf_fini(&text);
    if (good)
        read_fields(bytes->data, out);
    return good ? ERR_OK : err_set(ERR_ACK_FORGED, NULL, NULL);
}

enum err ack_read(const char *typed, const unsigned char hub_pub[SIGN_PUB_BYTES], struct ack *out)
{
    char digits[ACK_DIGITS + 1];
    struct buf bytes = BUF_INIT;
    *out = (struct ack){.epoch = 0};
    enum err rc = idno_compact(typed, " -", digits, sizeof digits) &&
                          slip_from_digits(digits, &bytes) == ERR_OK
                      ? read_bytes(&bytes, hub_pub, out)
                      : err_set(ERR_ACK, NULL, NULL);
    buf_fini(&bytes);
    return rc;
}
