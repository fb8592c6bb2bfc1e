/* The hub's word for the key of its secured connections: villages pin that key, and ask nobody
 * else. Signed by the hub's own key, so that a new certificate needs no new enrolment. */
#ifndef SYNC_WIRE_TLS_H
#define SYNC_WIRE_TLS_H

#include <jansson.h>

#include "kiosk/secret/secret.h"

#define TLS_PIN 32 /* SHA-256 of the certificate's SubjectPublicKeyInfo, as HTTP's pins are */

struct wire_tls {
    int64_t at; /* UTC ms from which the certificate counts: a later one replaces it */
    unsigned char pin[TLS_PIN];
};

/* Adds "tls", "tls_at" and "tls_sig" to the answer about the hub's keys. */
void wire_tls_write(const struct wire_tls *tls, const unsigned char sec[SIGN_SEC_BYTES],
                    json_t *keys);
/* *named false: there are none (the hub stands behind another server, or has no TLS).
 * ERR_SIGNATURE: they are not this hub's word. */
enum err wire_tls_read(const json_t *keys, const unsigned char pub[SIGN_PUB_BYTES],
                       struct wire_tls *out, bool *named);

#endif
