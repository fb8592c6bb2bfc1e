/* Personal data, keys, PINs: libsodium behind one page of functions. Suite 1 of seals.md.
 *
 * data key   32 bytes, one for each site: seals personal data and makes look-up tags
 * sealed     iv(16) + XChaCha20 of the plain text, said in few bytes (terse.h) and padded to a
 * multiple of 32. The iv is keyed BLAKE2b-128 of place and padded text (SIV: Rogaway and Shrimpton,
 *            2006): it bears both out, so there is no further tag, and it comes twice only for the
 * same text at the same place: no clone or restored copy can use one for another text. The first
 *            form, nonce(24) + XChaCha20-Poly1305, is opened for ever: modulo 32 it is 8 bytes
 * long, the second 16. tag        16 bytes of keyed BLAKE2b of a normalised ID number: for look-up,
 * tells nothing */
#ifndef KIOSK_SECRET_SECRET_H
#define KIOSK_SECRET_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/err.h"

#define SECRET_SUITE 1
#define KEY_BYTES 32  /* data key, machine key */
#define HASH_BYTES 32 /* BLAKE2b-256 */
#define TAG_BYTES 16
#define SIGN_PUB_BYTES 32 /* Ed25519 */
#define SIGN_SEC_BYTES 64
#define SIGN_BYTES 64
#define BOX_PUB_BYTES 32 /* X25519 */
#define BOX_SEC_BYTES 32
#define BOX_MORE_BYTES 48 /* what a sealed box adds */
#define SALT_BYTES 16
#define SEAL_IV_BYTES 16

/* Must be called once before all others. ERR_INTERNAL when libsodium cannot start. */
enum err secret_init(void);

/* BLAKE2b-256 over the parts given one after another: secret_hash_init, _add..., _end. */
struct secret_hash {
    unsigned char state[384] __attribute__((aligned(64)));
};
void secret_hash_init(struct secret_hash *h);
void secret_hash_add(struct secret_hash *h, const void *bytes, size_t len);
void secret_hash_end(struct secret_hash *h, unsigned char out[HASH_BYTES]);
void secret_hash_once(const void *bytes, size_t len, unsigned char out[HASH_BYTES]);

/* Appends the sealed bytes of `plain` to `out`. `ad` binds it to its place (entry and kind). */
void secret_seal(const unsigned char key[KEY_BYTES], const char *ad, const void *plain, size_t len,
                 struct buf *out);
/* Appends the plain text to `out` (wipe it after use). ERR_SEAL: another key, place, or damage. */
enum err secret_open(const unsigned char key[KEY_BYTES], const char *ad, const void *sealed,
                     size_t len, struct buf *out);
/* The look-up tag of an ID number (normalised here: spaces out, x to X). */
void secret_tag(const unsigned char key[KEY_BYTES], const char *id_no,
                unsigned char out[TAG_BYTES]);

/* Costs of the PIN derivation (Argon2id), stored beside the wrap that they made. */
struct pin_cost {
    uint64_t ops;
    uint64_t memory; /* bytes */
};
/* t=2, 19 MiB: what a 1-core, 512 MB machine bears (OWASP's least for Argon2id). */
struct pin_cost secret_pin_cost(void);

/* Wraps a data key under a PIN and the machine's key file. Appends to `out`.
 * ERR_PIN_WEAK: not 4 to 32 characters. */
enum err secret_wrap(const char *pin, const unsigned char machine[KEY_BYTES],
                     const unsigned char salt[SALT_BYTES], struct pin_cost cost,
                     const unsigned char data_key[KEY_BYTES], struct buf *out);
/* ERR_PIN_WRONG when the PIN, the machine key or the wrap is not the right one. */
enum err secret_unwrap(const char *pin, const unsigned char machine[KEY_BYTES],
                       const unsigned char salt[SALT_BYTES], struct pin_cost cost, const void *wrap,
                       size_t len, unsigned char data_key[KEY_BYTES]);

/* Passwords of the hub's users: a self-describing Argon2id string of at most 128 bytes. */
void secret_password_hash(const char *password, char out[128]);
bool secret_password_check(const char *hash, const char *password);

/* Ed25519 */
void secret_sign_pair(unsigned char pub[SIGN_PUB_BYTES], unsigned char sec[SIGN_SEC_BYTES]);
void secret_sign(const unsigned char sec[SIGN_SEC_BYTES], const void *bytes, size_t len,
                 unsigned char sig[SIGN_BYTES]);
bool secret_verify(const unsigned char pub[SIGN_PUB_BYTES], const void *bytes, size_t len,
                   const unsigned char sig[SIGN_BYTES]);

/* X25519 sealed boxes: anyone can seal to a public key, its owner alone opens. */
void secret_box_pair(unsigned char pub[BOX_PUB_BYTES], unsigned char sec[BOX_SEC_BYTES]);
void secret_box_seal(const unsigned char pub[BOX_PUB_BYTES], const void *plain, size_t len,
                     struct buf *out);
enum err secret_box_open(const unsigned char pub[BOX_PUB_BYTES],
                         const unsigned char sec[BOX_SEC_BYTES], const void *sealed, size_t len,
                         struct buf *out);

bool secret_equal(const void *a, const void *b, size_t len); /* in constant time */
void secret_wipe(void *bytes, size_t len);
/* base64 (standard alphabet, padded). secret_b64_decode appends; ERR_FIELD_TYPE when it is not. */
void secret_b64(const void *bytes, size_t len, struct buf *out);
enum err secret_b64_decode(const char *text, struct buf *out);

#endif
