/* The body of a request: a short preamble in clear, then one zstd stream of frames, flushed behind
 * each, so that the hub can commit what has arrived.
 *
 *   "JWB1" | version u8 | suite u8 | prefix u8 | lane u8 | prefix id u32 | prefix hash (32)
 *
 * prefix: what both sides put before the stream so that what repeats costs nothing: none, the
 * trained dictionary of that id (dict.h), or the site's own acknowledged entries up to seq `id`
 * (history.h); the hash is BLAKE2b-256 of its bytes (zeros for none). A side that does not hold
 * those bytes says ERR_PREFIX, and the sender falls back: history, dictionary, none. lane: 0 in
 * order, 1 express (its frames stand alone); whatever else comes is refused. */
#ifndef SYNC_WIRE_PACK_H
#define SYNC_WIRE_PACK_H

#include <stdbool.h>
#include <zstd.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/err.h"
#include "kiosk/secret/secret.h"

#define WIRE_PREAMBLE 44
#define WIRE_VERSION 1
#define WIRE_WINDOW_LOG 20                   /* 1 MiB on both sides */
#define WIRE_PREFIX_MAX ((size_t)512 << 10)  /* bytes of a prefix: the window reaches over it */
#define WIRE_PACKED_MAX ((size_t)16 << 20)   /* bytes of one body as it travels */
#define WIRE_UNPACKED_MAX ((size_t)64 << 20) /* bytes of its frames */

enum wire_prefix_kind { WIRE_PREFIX_NONE, WIRE_PREFIX_DICTIONARY, WIRE_PREFIX_HISTORY };
enum wire_lane { WIRE_LANE_ORDER, WIRE_LANE_EXPRESS };

/* What stands before a stream. `bytes` are borrowed until the stream's _fini. */
struct wire_prefix {
    unsigned char kind;
    uint32_t id; /* the dictionary's number; history: its last seq */
    unsigned char hash[HASH_BYTES];
    const void *bytes;
    size_t len;
};

struct wire_preamble {
    unsigned char version, suite, prefix, lane;
    uint32_t prefix_id;
    unsigned char prefix_hash[HASH_BYTES];
};
void wire_preamble_put(const struct wire_preamble *p, struct buf *out);
/* ERR_FRAME: not a preamble of a version that is known. */
enum err wire_preamble_get(const unsigned char bytes[WIRE_PREAMBLE], struct wire_preamble *out);

/* Packing: begin writes the preamble to `out`, add packs and flushes, end closes the stream. Zero
 * it first, but for the lane. */
struct wire_pack {
    ZSTD_CCtx *zstd;
    unsigned char lane;
};
/* level: zstd's. prefix NULL: none. */
void wire_pack_begin(struct wire_pack *p, int level, const struct wire_prefix *prefix,
                     struct buf *out);
void wire_pack_add(struct wire_pack *p, const void *bytes, size_t len, struct buf *out);
void wire_pack_end(struct wire_pack *p, struct buf *out);
void wire_pack_fini(struct wire_pack *p);

/* Finds the history up to seq `id`. ERR_PREFIX: it is not here. The bytes stay until the stream's
 * end; their hash is compared by the caller. */
typedef enum err wire_find_history(void *arg, uint32_t id, struct wire_prefix *out);

/* Unpacking: takes the body in pieces of any size, hands over what the stream holds. Zero it first,
 * but for what it shall accept. */
struct wire_unpack {
    unsigned char lane;         /* the one that is taken here */
    wire_find_history *history; /* NULL: no history is held here */
    void *history_arg;
    ZSTD_DCtx *zstd;
    struct buf held; /* the preamble as it gathers */
    size_t in, out;
    bool begun, ended;
    enum err failed; /* the first error; kept */
};
typedef enum err wire_bytes(void *arg, const void *bytes, size_t len);

/* ERR_PREFIX (the stream leans on bytes that are not here, or are other ones), ERR_FRAME (damage,
 * bytes behind the end, a window or lane that is not served), ERR_TOO_LONG (more than the limits
 * allow); what `take` returns ends the call too. */
enum err wire_unpack_add(struct wire_unpack *u, const void *bytes, size_t len, wire_bytes *take,
                         void *arg);
/* True when the stream came to its own end. */
bool wire_unpack_done(const struct wire_unpack *u);
void wire_unpack_fini(struct wire_unpack *u);

/* One short text whole: packed only when that is shorter. Appends to `out`. */
void wire_squeeze(const void *bytes, size_t len, struct buf *out);
/* Appends what wire_squeeze packed. ERR_FRAME, ERR_TOO_LONG beyond `limit` bytes. */
enum err wire_expand(const void *bytes, size_t len, size_t limit, struct buf *out);

#endif
