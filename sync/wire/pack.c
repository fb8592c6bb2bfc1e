/* Owns: the compressed stream. Invariant: no input makes it hold more than the window and one
 * chunk, nor hand out more than the limits. */
#define ZSTD_STATIC_LINKING_ONLY /* ZSTD_CCtx_refPrefix_advanced; the shared library has it */
#include "sync/wire/pack.h"

#include <string.h>

#include "sync/wire/dict.h"

/* zstd's tables when it packs: by itself level 19 takes 86 MB for them, so less than 3, for the
 * same bytes an entry. Whoever unpacks still allows the window of pack.h. */
#define PACK_WINDOW_LOG 19
#define HASH_LOG 17
#define CHAIN_LOG 18

#define CHUNK ((size_t)64 << 10)
#define SQUEEZE_LEVEL 9

static const unsigned char magic[4] = {'J', 'W', 'B', '1'};
static const unsigned char zstd_magic[4] = {0x28, 0xb5, 0x2f, 0xfd};

void wire_preamble_put(const struct wire_preamble *p, struct buf *out)
{
    buf_add(out, magic, sizeof magic);
    buf_byte(out, p->version);
    buf_byte(out, p->suite);
    buf_byte(out, p->prefix);
    buf_byte(out, p->lane);
    buf_u32(out, p->prefix_id);
    buf_add(out, p->prefix_hash, HASH_BYTES);
}

enum err wire_preamble_get(const unsigned char bytes[WIRE_PREAMBLE], struct wire_preamble *out)
{
    if (memcmp(bytes, magic, sizeof magic) != 0)
        return err_set(ERR_FRAME, "preamble", "magic");
    *out = (struct wire_preamble){
        .version = bytes[4], .suite = bytes[5], .prefix = bytes[6], .lane = bytes[7]};
    out->prefix_id = get_u32(bytes + 8);
    memcpy(out->prefix_hash, bytes + 12, HASH_BYTES);
    if (out->version != WIRE_VERSION)
        return err_set(ERR_FRAME, "preamble", "version %d", out->version);
    if (out->suite != SECRET_SUITE)
        return err_set(ERR_FRAME, "preamble", "suite %d", out->suite);
    return ERR_OK;
}

/* A trained dictionary brings its tables of codes; a history is plain bytes before the stream.
 * Loaded instead of referred to, a dictionary would get tables of its own beside the stream's. */
static void lean_on(ZSTD_CCtx *zstd, const struct wire_prefix *prefix)
{
    if (prefix->kind == WIRE_PREFIX_DICTIONARY)
        ZSTD_CCtx_refPrefix_advanced(zstd, prefix->bytes, prefix->len, ZSTD_dct_fullDict);
    else if (prefix->kind == WIRE_PREFIX_HISTORY)
        ZSTD_CCtx_refPrefix(zstd, prefix->bytes, prefix->len);
}

void wire_pack_begin(struct wire_pack *p, int level, const struct wire_prefix *prefix,
                     struct buf *out)
{
    struct wire_preamble pre = {.version = WIRE_VERSION, .suite = SECRET_SUITE, .lane = p->lane};
    p->zstd = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_windowLog, PACK_WINDOW_LOG);
    ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_hashLog, HASH_LOG);
    ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_chainLog, CHAIN_LOG);
    ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_dictIDFlag, 0); /* the preamble names it */
    if (prefix != NULL) {
        lean_on(p->zstd, prefix);
        pre.prefix = prefix->kind;
        pre.prefix_id = prefix->id;
        memcpy(pre.prefix_hash, prefix->hash, HASH_BYTES);
    }
    wire_preamble_put(&pre, out);
}

static void pack(struct wire_pack *p, const void *bytes, size_t len, ZSTD_EndDirective how,
                 struct buf *out)
{
    ZSTD_inBuffer in = {bytes, len, 0};
    size_t left;
    do {
        ZSTD_outBuffer to = {buf_room(out, CHUNK), CHUNK, 0};
        left = ZSTD_compressStream2(p->zstd, &to, &in, how);
        out->len += to.pos;
    } while (!ZSTD_isError(left) && (left > 0 || in.pos < in.size));
}

void wire_pack_add(struct wire_pack *p, const void *bytes, size_t len, struct buf *out)
{
    pack(p, bytes, len, ZSTD_e_flush, out);
}

void wire_pack_end(struct wire_pack *p, struct buf *out)
{
    pack(p, NULL, 0, ZSTD_e_end, out);
}

void wire_pack_fini(struct wire_pack *p)
{
    ZSTD_freeCCtx(p->zstd);
    p->zstd = NULL;
}

static enum err find_prefix(struct wire_unpack *u, const struct wire_preamble *pre,
                            struct wire_prefix *out)
{
    const struct wire_prefix *dictionary;
    enum err rc = ERR_PREFIX;
    *out = (struct wire_prefix){.kind = WIRE_PREFIX_NONE};
    if (pre->prefix == WIRE_PREFIX_NONE)
        rc = ERR_OK;
    else if (pre->prefix == WIRE_PREFIX_HISTORY && u->history != NULL)
        rc = u->history(u->history_arg, pre->prefix_id, out);
    else if (pre->prefix == WIRE_PREFIX_DICTIONARY && pre->prefix_id != 0 &&
             (dictionary = wire_dictionary(pre->prefix_id)) != NULL)
        *out = *dictionary, rc = ERR_OK;
    if (rc == ERR_OK && memcmp(out->hash, pre->prefix_hash, HASH_BYTES) == 0)
        return ERR_OK;
    return rc == ERR_OK || rc == ERR_PREFIX ? err_set(ERR_PREFIX, NULL, NULL) : rc;
}

static enum err begin(struct wire_unpack *u)
{
    struct wire_preamble pre;
    struct wire_prefix prefix;
    enum err rc = wire_preamble_get(u->held.data, &pre);
    if (rc == ERR_OK && pre.lane != u->lane)
        rc = err_set(ERR_FRAME, "preamble", "lane");
    if (rc == ERR_OK)
        rc = find_prefix(u, &pre, &prefix);
    if (rc != ERR_OK)
        return rc;
    u->zstd = ZSTD_createDCtx();
    ZSTD_DCtx_setParameter(u->zstd, ZSTD_d_windowLogMax, WIRE_WINDOW_LOG);
    if (prefix.kind == WIRE_PREFIX_DICTIONARY)
        ZSTD_DCtx_loadDictionary(u->zstd, prefix.bytes, prefix.len);
    else if (prefix.kind == WIRE_PREFIX_HISTORY)
        ZSTD_DCtx_refPrefix(u->zstd, prefix.bytes, prefix.len);
    u->begun = true;
    return ERR_OK;
}

/* Gathers the preamble; returns how many bytes it took. */
static size_t gather(struct wire_unpack *u, const unsigned char *p, size_t len, enum err *rc)
{
    size_t n = WIRE_PREAMBLE - u->held.len;
    n = n < len ? n : len;
    buf_add(&u->held, p, n);
    if (u->held.len == WIRE_PREAMBLE)
        *rc = begin(u);
    return n;
}

static enum err unpack(struct wire_unpack *u, const unsigned char *p, size_t len, wire_bytes *take,
                       void *arg)
{
    unsigned char chunk[CHUNK];
    ZSTD_inBuffer in = {p, len, 0};
    bool full = false; /* the chunk was filled: more may wait inside */
    while (in.pos < in.size || full) {
        if (u->ended)
            return err_set(ERR_FRAME, "stream", "bytes behind its end");
        ZSTD_outBuffer to = {chunk, sizeof chunk, 0};
        size_t left = ZSTD_decompressStream(u->zstd, &to, &in);
        if (ZSTD_isError(left))
            return err_set(ERR_FRAME, "stream", "%s", ZSTD_getErrorName(left));
        u->ended = left == 0;
        full = to.pos == to.size && !u->ended;
        u->out += to.pos;
        if (u->out > WIRE_UNPACKED_MAX)
            return err_set(ERR_TOO_LONG, "stream", "unpacked");
        enum err rc = to.pos > 0 ? take(arg, chunk, to.pos) : ERR_OK;
        if (rc != ERR_OK)
            return rc;
    }
    return ERR_OK;
}

static enum err add(struct wire_unpack *u, const unsigned char *p, size_t len, wire_bytes *take,
                    void *arg)
{
    u->in += len;
    if (u->in > WIRE_PACKED_MAX)
        return err_set(ERR_TOO_LONG, "stream", "packed");
    enum err rc = ERR_OK;
    if (!u->begun) {
        size_t n = gather(u, p, len, &rc);
        p += n;
        len -= n;
    }
    return rc != ERR_OK || len == 0 ? rc : unpack(u, p, len, take, arg);
}

enum err wire_unpack_add(struct wire_unpack *u, const void *bytes, size_t len, wire_bytes *take,
                         void *arg)
{
    if (u->failed == ERR_OK)
        u->failed = add(u, bytes, len, take, arg);
    return u->failed;
}

bool wire_unpack_done(const struct wire_unpack *u)
{
    return u->ended && u->failed == ERR_OK;
}

void wire_unpack_fini(struct wire_unpack *u)
{
    ZSTD_freeDCtx(u->zstd);
    u->zstd = NULL;
    buf_fini(&u->held);
}

void wire_squeeze(const void *bytes, size_t len, struct buf *out)
{
    size_t bound = ZSTD_compressBound(len);
    size_t n = ZSTD_compress(buf_room(out, bound), bound, bytes, len, SQUEEZE_LEVEL);
    if (ZSTD_isError(n) || n >= len)
        buf_add(out, bytes, len);
    else
        out->len += n;
}

enum err wire_expand(const void *bytes, size_t len, size_t limit, struct buf *out)
{
    if (len < sizeof zstd_magic || memcmp(bytes, zstd_magic, sizeof zstd_magic) != 0) {
        if (len > limit)
            return err_set(ERR_TOO_LONG, "stream", "unpacked");
        buf_add(out, bytes, len);
        return ERR_OK;
    }
    unsigned long long size = ZSTD_getFrameContentSize(bytes, len);
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN)
        return err_set(ERR_FRAME, "stream", "size");
    if (size > limit)
        return err_set(ERR_TOO_LONG, "stream", "unpacked");
    size_t n = ZSTD_decompress(buf_room(out, (size_t)size), (size_t)size, bytes, len);
    if (ZSTD_isError(n) || n != size)
        return err_set(ERR_FRAME, "stream", "damaged");
    out->len += n;
    return ERR_OK;
}
