/* Owns: every call into libsodium. Invariant: no key or plain text stays behind in memory that this
 * file allocated. */
#include "kiosk/secret/secret.h"

#include <sodium.h>
#include <string.h>

#include "kiosk/base/rnd.h"
#include "kiosk/base/utf8.h"
#include "kiosk/secret/terse.h"

#define PAD_BLOCK 32
#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define MAC crypto_aead_xchacha20poly1305_ietf_ABYTES
#define SUBKEY_SEAL 1 /* subkeys of the data key: sealing and look-up never share one */
#define SUBKEY_TAG 2
#define SUBKEY_IV 3     /* of the second form: what its iv is made by, */
#define SUBKEY_STREAM 4 /* and what its text is enciphered by */
#define IV SEAL_IV_BYTES

_Static_assert(sizeof(crypto_generichash_state) <= sizeof(struct secret_hash), "hash state");

enum err secret_init(void)
{
    return sodium_init() >= 0 ? ERR_OK : err_set(ERR_INTERNAL, "libsodium", NULL);
}

void secret_hash_init(struct secret_hash *h)
{
    crypto_generichash_init((crypto_generichash_state *)(void *)h->state, NULL, 0, HASH_BYTES);
}

void secret_hash_add(struct secret_hash *h, const void *bytes, size_t len)
{
    crypto_generichash_update((crypto_generichash_state *)(void *)h->state, bytes, len);
}

void secret_hash_end(struct secret_hash *h, unsigned char out[HASH_BYTES])
{
    crypto_generichash_final((crypto_generichash_state *)(void *)h->state, out, HASH_BYTES);
}

void secret_hash_once(const void *bytes, size_t len, unsigned char out[HASH_BYTES])
{
    crypto_generichash(out, HASH_BYTES, bytes, len, NULL, 0);
}

static void subkey(const unsigned char key[KEY_BYTES], uint64_t which, unsigned char out[KEY_BYTES])
{
    crypto_kdf_derive_from_key(out, KEY_BYTES, which, "jiujin-1", key);
}

static void seal_with(const unsigned char key[KEY_BYTES], const char *ad, const void *plain,
                      size_t len, struct buf *out)
{
    size_t padded;
    struct buf work = BUF_INIT;
    unsigned char *nonce, *p = buf_room(&work, len + PAD_BLOCK);
    if (len > 0)
        memcpy(p, plain, len);
    sodium_pad(&padded, p, len, PAD_BLOCK, len + PAD_BLOCK);
    nonce = buf_room(out, NONCE + padded + MAC);
    rnd_bytes(nonce, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        nonce + NONCE, NULL, p, padded, (const unsigned char *)ad, strlen(ad), NULL, nonce, key);
    out->len += NONCE + padded + MAC;
    out->data[out->len] = 0;
    buf_wipe(&work);
}

static enum err open_with(const unsigned char key[KEY_BYTES], const char *ad,
                          const unsigned char *sealed, size_t len, struct buf *out)
{
    unsigned long long padded;
    size_t plain;
    if (len < NONCE + MAC + PAD_BLOCK)
        return err_set(ERR_SEAL, NULL, "too short");
    unsigned char *p = buf_room(out, len);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(p, &padded, NULL, sealed + NONCE, len - NONCE,
                                                   (const unsigned char *)ad, strlen(ad), sealed,
                                                   key) != 0 ||
        sodium_unpad(&plain, p, (size_t)padded, PAD_BLOCK) != 0)
        return err_set(ERR_SEAL, NULL, NULL);
    out->len += plain;
    out->data[out->len] = 0;
    return ERR_OK;
}

/* --- the second form: the iv is made of place and text, and bears them out ----------------------
 */

static void make_iv(const unsigned char key[KEY_BYTES], const char *ad, const unsigned char *text,
                    size_t len, unsigned char iv[IV])
{
    crypto_generichash_state h;
    unsigned char sub[KEY_BYTES], ad_len[4];
    size_t n = strlen(ad);
    for (int i = 0; i < 4; i++)
        ad_len[i] = (unsigned char)(n >> (8 * i));
    subkey(key, SUBKEY_IV, sub);
    crypto_generichash_init(&h, sub, sizeof sub, IV);
    crypto_generichash_update(&h, ad_len, sizeof ad_len);
    crypto_generichash_update(&h, (const unsigned char *)ad, n);
    crypto_generichash_update(&h, text, len);
    crypto_generichash_final(&h, iv, IV);
    sodium_memzero(sub, sizeof sub);
    sodium_memzero(&h, sizeof h);
}

static void cipher(const unsigned char key[KEY_BYTES], const unsigned char iv[IV],
                   const unsigned char *from, size_t len, unsigned char *to)
{
    unsigned char sub[KEY_BYTES], nonce[crypto_stream_xchacha20_NONCEBYTES] = {0};
    memcpy(nonce, iv, IV);
    subkey(key, SUBKEY_STREAM, sub);
    crypto_stream_xchacha20_xor(to, from, len, nonce, sub);
    sodium_memzero(sub, sizeof sub);
}

static enum err open_second(const unsigned char key[KEY_BYTES], const char *ad,
                            const unsigned char *sealed, size_t len, struct buf *out)
{
    unsigned char iv[IV];
    size_t padded = len - IV, plain;
    unsigned char *p = buf_room(out, padded);
    cipher(key, sealed, sealed + IV, padded, p);
    make_iv(key, ad, p, padded, iv);
    if (sodium_memcmp(iv, sealed, IV) != 0 || sodium_unpad(&plain, p, padded, PAD_BLOCK) != 0) {
        sodium_memzero(p, padded);
        return err_set(ERR_SEAL, NULL, NULL);
    }
    out->len += plain;
    out->data[out->len] = 0;
    return ERR_OK;
}

void secret_seal(const unsigned char key[KEY_BYTES], const char *ad, const void *plain, size_t len,
                 struct buf *out)
{
    size_t padded;
    struct buf work = BUF_INIT;
    terse_make(plain, len, &work);
    buf_room(&work, PAD_BLOCK);
    sodium_pad(&padded, work.data, work.len, PAD_BLOCK, work.len + PAD_BLOCK);
    work.len = padded;
    unsigned char *iv = buf_room(out, IV + padded);
    make_iv(key, ad, work.data, padded, iv);
    cipher(key, iv, work.data, padded, iv + IV);
    out->len += IV + padded;
    out->data[out->len] = 0;
    buf_wipe(&work);
}

enum err secret_open(const unsigned char key[KEY_BYTES], const char *ad, const void *sealed,
                     size_t len, struct buf *out)
{
    unsigned char sub[KEY_BYTES];
    struct buf terse = BUF_INIT;
    enum err rc;
    if (len >= IV + PAD_BLOCK && len % PAD_BLOCK == IV) {
        rc = open_second(key, ad, sealed, len, &terse);
    } else {
        subkey(key, SUBKEY_SEAL, sub);
        rc = open_with(sub, ad, sealed, len, &terse);
        sodium_memzero(sub, sizeof sub);
    }
    if (rc == ERR_OK)
        rc = terse_read(terse.data, terse.len, out);
    buf_wipe(&terse);
    return rc;
}

void secret_tag(const unsigned char key[KEY_BYTES], const char *id_no, unsigned char out[TAG_BYTES])
{
    unsigned char sub[KEY_BYTES];
    char normal[64];
    size_t n = 0;
    for (; *id_no != 0 && n + 1 < sizeof normal; id_no++)
        if (*id_no != ' ')
            normal[n++] = *id_no == 'x' ? 'X' : *id_no;
    subkey(key, SUBKEY_TAG, sub);
    crypto_generichash(out, TAG_BYTES, (const unsigned char *)normal, n, sub, sizeof sub);
    sodium_memzero(sub, sizeof sub);
    sodium_memzero(normal, sizeof normal);
}

struct pin_cost secret_pin_cost(void)
{
    return (struct pin_cost){2, 19456 * 1024};
}

/* PIN -> Argon2id -> keyed with the machine's key: a copied disk without the key file is of no use.
 */
static enum err pin_key(const char *pin, const unsigned char machine[KEY_BYTES],
                        const unsigned char salt[SALT_BYTES], struct pin_cost cost,
                        unsigned char key[KEY_BYTES])
{
    unsigned char stretched[KEY_BYTES];
    if (crypto_pwhash(stretched, sizeof stretched, pin, strlen(pin), salt, cost.ops,
                      (size_t)cost.memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return err_set(ERR_INTERNAL, "pin", "no memory for the derivation");
    crypto_generichash(key, KEY_BYTES, stretched, sizeof stretched, machine, KEY_BYTES);
    sodium_memzero(stretched, sizeof stretched);
    return ERR_OK;
}

enum err secret_wrap(const char *pin, const unsigned char machine[KEY_BYTES],
                     const unsigned char salt[SALT_BYTES], struct pin_cost cost,
                     const unsigned char data_key[KEY_BYTES], struct buf *out)
{
    unsigned char key[KEY_BYTES];
    size_t n = utf8_count(pin);
    if (n < 4 || n > 32 || utf8_check(pin, strlen(pin)) != ERR_OK)
        return err_set(ERR_PIN_WEAK, "pin", NULL);
    enum err rc = pin_key(pin, machine, salt, cost, key);
    if (rc == ERR_OK)
        seal_with(key, "pin", data_key, KEY_BYTES, out);
    sodium_memzero(key, sizeof key);
    return rc;
}

enum err secret_unwrap(const char *pin, const unsigned char machine[KEY_BYTES],
                       const unsigned char salt[SALT_BYTES], struct pin_cost cost, const void *wrap,
                       size_t len, unsigned char data_key[KEY_BYTES])
{
    unsigned char key[KEY_BYTES];
    struct buf plain = BUF_INIT;
    enum err rc = pin_key(pin, machine, salt, cost, key);
    if (rc == ERR_OK &&
        (open_with(key, "pin", wrap, len, &plain) != ERR_OK || plain.len != KEY_BYTES))
        rc = err_set(ERR_PIN_WRONG, NULL, NULL);
    if (rc == ERR_OK)
        memcpy(data_key, plain.data, KEY_BYTES);
    buf_wipe(&plain);
    sodium_memzero(key, sizeof key);
    return rc;
}

void secret_password_hash(const char *password, char out[128])
{
    if (crypto_pwhash_str(out, password, strlen(password), 2, 19456 * 1024) != 0)
        out[0] = 0; /* no memory: a hash that no password fits */
}

bool secret_password_check(const char *hash, const char *password)
{
    return crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
}

void secret_sign_pair(unsigned char pub[SIGN_PUB_BYTES], unsigned char sec[SIGN_SEC_BYTES])
{
    unsigned char seed[crypto_sign_SEEDBYTES];
    rnd_bytes(seed, sizeof seed);
    crypto_sign_seed_keypair(pub, sec, seed);
    sodium_memzero(seed, sizeof seed);
}

void secret_sign(const unsigned char sec[SIGN_SEC_BYTES], const void *bytes, size_t len,
                 unsigned char sig[SIGN_BYTES])
{
    crypto_sign_detached(sig, NULL, bytes, len, sec);
}

bool secret_verify(const unsigned char pub[SIGN_PUB_BYTES], const void *bytes, size_t len,
                   const unsigned char sig[SIGN_BYTES])
{
    return crypto_sign_verify_detached(sig, bytes, len, pub) == 0;
}

void secret_box_pair(unsigned char pub[BOX_PUB_BYTES], unsigned char sec[BOX_SEC_BYTES])
{
    unsigned char seed[crypto_box_SEEDBYTES];
    rnd_bytes(seed, sizeof seed);
    crypto_box_seed_keypair(pub, sec, seed);
    sodium_memzero(seed, sizeof seed);
}

void secret_box_seal(const unsigned char pub[BOX_PUB_BYTES], const void *plain, size_t len,
                     struct buf *out)
{
    unsigned char *to = buf_room(out, len + BOX_MORE_BYTES);
    crypto_box_seal(to, plain, len, pub);
    out->len += len + BOX_MORE_BYTES;
    out->data[out->len] = 0;
}

enum err secret_box_open(const unsigned char pub[BOX_PUB_BYTES],
                         const unsigned char sec[BOX_SEC_BYTES], const void *sealed, size_t len,
                         struct buf *out)
{
    if (len < BOX_MORE_BYTES)
        return err_set(ERR_SEAL, NULL, "too short");
    unsigned char *to = buf_room(out, len);
    if (crypto_box_seal_open(to, sealed, len, pub, sec) != 0)
        return err_set(ERR_SEAL, NULL, NULL);
    out->len += len - BOX_MORE_BYTES;
    out->data[out->len] = 0;
    return ERR_OK;
}

bool secret_equal(const void *a, const void *b, size_t len)
{
    return sodium_memcmp(a, b, len) == 0;
}

void secret_wipe(void *bytes, size_t len)
{
    sodium_memzero(bytes, len);
}

void secret_b64(const void *bytes, size_t len, struct buf *out)
{
    size_t room = sodium_base64_encoded_len(len, sodium_base64_VARIANT_ORIGINAL);
    char *to = (char *)buf_room(out, room);
    sodium_bin2base64(to, room, bytes, len, sodium_base64_VARIANT_ORIGINAL);
    out->len += room - 1;
}

enum err secret_b64_decode(const char *text, struct buf *out)
{
    size_t n = strlen(text), got = 0;
    unsigned char *to = buf_room(out, n);
    if (sodium_base642bin(to, n + 1, text, n, NULL, &got, NULL, sodium_base64_VARIANT_ORIGINAL) !=
        0)
        return err_set(ERR_FIELD_TYPE, NULL, "not base64");
    out->len += got;
    out->data[out->len] = 0;
    return ERR_OK;
}
