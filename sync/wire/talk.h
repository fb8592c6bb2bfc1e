/* What the two sides say to each other around the frames: the signed header of a request, the
 * signed answer, signed orders, the enrolment code. Pure functions over bytes. */
#ifndef SYNC_WIRE_TALK_H
#define SYNC_WIRE_TALK_H

#include <jansson.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/err.h"
#include "kiosk/secret/secret.h"
#include "kiosk/store/journal.h"

#define WIRE_HEADER "Jiujin-Request" /* the HTTP header that carries a signed request */
#define WIRE_NONCE 16
#define WIRE_ANSWER_MAX ((size_t)8 << 20) /* bytes of an answer, unpacked */
#define WIRE_ORDER_MAX ((size_t)1 << 20)  /* bytes of one order's head */

/* The signed header of every request of a village. */
struct wire_request {
    int suite;
    char site[SITE_CODE];
    int64_t epoch; /* 0: asks for one (purpose "enrol") */
    int64_t from;  /* first seq that is sent; last order known, in "orders" and "back" */
    unsigned char base[HASH_BYTES]; /* hash of seq from-1 */
    int64_t time;                   /* the village's clock, ms */
    unsigned char nonce[WIRE_NONCE];
    char purpose[16]; /* "enrol", "mark", "entries", "orders", "history", "fetch", "back" */
};
/* Fills suite, time and nonce; the caller sets the rest. */
void wire_request_init(struct wire_request *r, const char *site, const char *purpose);
/* Appends the header's text: fields joined by ';', then the signature in base64. */
void wire_request_write(const struct wire_request *r, const unsigned char sec[SIGN_SEC_BYTES],
                        struct buf *out);
/* ERR_SIGNATURE for anything that is not such a header. */
enum err wire_request_read(const char *text, struct wire_request *out);
bool wire_request_verify(const char *text, const unsigned char pub[SIGN_PUB_BYTES]);

/* An answer: base64 of the hub's signature, '\n', the JSON text; packed when that is shorter. The
 * JSON always has "site" and "nonce" (hex, the request's). Appends. */
void wire_answer_write(const json_t *answer, const unsigned char sec[SIGN_SEC_BYTES],
                       struct buf *out);
/* ERR_HUB_ANSWER (not an answer, or one to another request), ERR_HUB_KEY (not signed by the hub
 * that we know). *out is owned by the caller. */
enum err wire_answer_read(const void *bytes, size_t len, const unsigned char pub[SIGN_PUB_BYTES],
                          const struct wire_request *asked, json_t **out);

/* An order as it travels: {"n":N,"head":TEXT,"sealed":BASE64,"sig":BASE64}; the signature covers
 * site, number, head and sealed, so an order is valid by itself. */
void wire_order_sign(const unsigned char sec[SIGN_SEC_BYTES], const char *site, int64_t n,
                     const void *head, size_t head_len, const void *sealed, size_t sealed_len,
                     unsigned char sig[SIGN_BYTES]);
json_t *wire_order_write(int64_t n, const void *head, size_t head_len, const void *sealed,
                         size_t sealed_len, const unsigned char sig[SIGN_BYTES]);
/* Reads and verifies one; `head` and `sealed` are appended to. ERR_HUB_ANSWER, ERR_SIGNATURE. */
enum err wire_order_read(const json_t *order, const unsigned char pub[SIGN_PUB_BYTES],
                         const char *site, int64_t *n, struct buf *head, struct buf *sealed);

/* The beginning of an order's hash, as text: enough to tell two orders of one number apart. */
#define WIRE_ORDER_MARK 9
void wire_order_mark(int64_t n, const void *head, size_t head_len, const void *sealed,
                     size_t sealed_len, char out[WIRE_ORDER_MARK]);

/* The enrolment code: 10 random bytes, 9 bytes of fingerprint of the hub's public keys, a check
 * byte; 32 Crockford base32 signs in groups of four. */
#define WIRE_CODE_SECRET 10
#define WIRE_CODE_PRINT 9
#define WIRE_CODE_TEXT 40 /* bytes of the text with NUL: 32 signs, 7 hyphens */

struct wire_code {
    unsigned char secret[WIRE_CODE_SECRET];
    unsigned char print[WIRE_CODE_PRINT];
};
void wire_fingerprint(const unsigned char sign_pub[SIGN_PUB_BYTES],
                      const unsigned char box_pub[BOX_PUB_BYTES],
                      unsigned char print[WIRE_CODE_PRINT]);
void wire_code_write(const struct wire_code *code, char out[WIRE_CODE_TEXT]);
/* Case, spaces and hyphens do not matter; O is 0, I and L are 1. ERR_ENROL_CODE when it was
 * mistyped. */
enum err wire_code_read(const char *text, struct wire_code *out);

#endif
