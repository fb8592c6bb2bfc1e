/* Owns: what would make a million seeds slow and proves nothing here: the arithmetic of signatures
 * (a keyed hash stands in for Ed25519 in seven of eight seeds; who has not the key makes another
 * one), and packing as well as can be. Invariant: what depends on a signature depends on it here.
 */
#include "tests/sim/quick.h"

#include <string.h>

#include "kiosk/desk/slot.h"
#include "kiosk/secret/secret.h"
#include "sync/wire/pack.h"
#include "tests/sim/mutants.h"

bool quick_signatures;

void __real_secret_sign(const unsigned char *sec, const void *bytes, size_t len,
                        unsigned char *sig);
bool __real_secret_verify(const unsigned char *pub, const void *bytes, size_t len,
                          const unsigned char *sig);
void __real_wire_pack_begin(struct wire_pack *p, int level, const struct wire_prefix *prefix,
                            struct buf *out);
void __wrap_secret_sign(const unsigned char *sec, const void *bytes, size_t len,
                        unsigned char *sig);
bool __wrap_secret_verify(const unsigned char *pub, const void *bytes, size_t len,
                          const unsigned char *sig);
void __wrap_wire_pack_begin(struct wire_pack *p, int level, const struct wire_prefix *prefix,
                            struct buf *out);

enum err __real_slot_tell(struct site *s);
enum err __wrap_slot_tell(struct site *s);

/* An Ed25519 secret key ends with its public key. */
static void stand_in(const unsigned char *pub, const void *bytes, size_t len, unsigned char *sig)
{
    struct secret_hash h;
    secret_hash_init(&h);
    secret_hash_add(&h, pub, SIGN_PUB_BYTES);
    secret_hash_add(&h, bytes, len);
    secret_hash_end(&h, sig);
    memcpy(sig + HASH_BYTES, sig, HASH_BYTES);
}

void __wrap_secret_sign(const unsigned char *sec, const void *bytes, size_t len, unsigned char *sig)
{
    if (quick_signatures)
        stand_in(sec + SIGN_SEC_BYTES - SIGN_PUB_BYTES, bytes, len, sig);
    else
        __real_secret_sign(sec, bytes, len, sig);
}

bool __wrap_secret_verify(const unsigned char *pub, const void *bytes, size_t len,
                          const unsigned char *sig)
{
    unsigned char want[SIGN_BYTES];
    if (mutant_believes())
        return true;
    if (!quick_signatures)
        return __real_secret_verify(pub, bytes, len, sig);
    stand_in(pub, bytes, len, want);
    return memcmp(want, sig, SIGN_BYTES) == 0;
}

void __wrap_wire_pack_begin(struct wire_pack *p, int level, const struct wire_prefix *prefix,
                            struct buf *out)
{
    __real_wire_pack_begin(p, level > 1 ? 1 : level, prefix, out);
}

/* What the policy says of half hours does not change in a seed. */
enum err __wrap_slot_tell(struct site *s)
{
    return quick_signatures ? ERR_OK : __real_slot_tell(s);
}
