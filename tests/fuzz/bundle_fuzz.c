/* What may lie on a stick in the place of a bundle or of its answer: nothing that is not signed is
 * believed, whatever a header claims its body is bounded, and every refusal has its reason. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "sync/wire/bundle.h"
#include "sync/wire/frame.h"
#include "sync/wire/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned char pub[SIGN_PUB_BYTES], sec[SIGN_SEC_BYTES];

/* A frame whose checksum is right may come by chance or from the seeds; its signature may not. */
static enum err take_frame(void *arg, const struct wire_frame *f)
{
    unsigned char hash[WIRE_FRAME_ENTRIES][HASH_BYTES] = {{0}};
    const struct wire_bundle *b = arg;
    wire_chain(f, b->base, hash);
    if (wire_verify_tip(pub, b->site, b->epoch, (int64_t)f->first + f->count - 1,
                        hash[f->count - 1], f->sig))
        abort();
    return ERR_OK;
}

struct reading {
    struct wire_bundle head;
    struct wire_decoder decoder;
};

static enum err take_bytes(void *arg, const void *bytes, size_t len)
{
    struct reading *r = arg;
    return wire_decode(&r->decoder, bytes, len, take_frame, &r->head);
}

static void read_bundle(const uint8_t *data, size_t size)
{
    struct reading r = {.decoder = {.failed = ERR_OK}};
    struct wire_unpack unpack = {.zstd = NULL};
    size_t used;
    enum err rc = wire_bundle_read(data, size, &r.head, &used);
    if (rc != ERR_OK && rc != ERR_BUNDLE)
        abort();
    if (rc == ERR_OK && (used > size || wire_bundle_verify(data, used, pub)))
        abort();
    if (rc == ERR_OK)
        wire_unpack_add(&unpack, data + used, size - used, take_bytes, &r);
    wire_unpack_fini(&unpack);
    wire_decoder_fini(&r.decoder);
}

static void read_answer(const uint8_t *data, size_t size)
{
    json_t *answer = NULL;
    enum err rc = wire_bundle_answer_read(data, size, pub, &answer);
    if ((rc != ERR_ANSWER && rc != ERR_ANSWER_FORGED) || answer != NULL)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool begun;
    if (!begun) {
        begun = secret_init() == ERR_OK;
        secret_sign_pair(pub, sec);
    }
    read_bundle(data, size);
    read_answer(data, size);
    return 0;
}
