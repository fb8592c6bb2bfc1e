/* Frames: entries as they were stored, a few together, with a checksum against damage and the
 * site's signature over the last entry's hash, which through the chain signs all before it. The
 * same frame is valid in a request and in a bundle.
 *
 *   length u32 | first seq u32 | count u16 | CRC32C u32 | entries | signature (64)
 *
 * All numbers are little endian. `length` counts the whole frame, itself included; the CRC covers
 * first, count, entries and signature. An entry is
 *
 *   head length u32 | head | sealed length u32 | sealed
 *
 * where the top bit of the sealed length says that the sealed part was dropped after its time; 32
 * bytes, its hash, stand in its place.
 *
 * The top bit of `count` says that the frame stands alone (express, see express.h): the hash that
 * its first entry follows (32 bytes) is put before the entries, so that it needs no chain before
 * it. */
#ifndef SYNC_WIRE_FRAME_H
#define SYNC_WIRE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/err.h"
#include "kiosk/secret/secret.h"

#define WIRE_FRAME_MAX ((size_t)1 << 20) /* bytes of a whole frame */
#define WIRE_FRAME_ENTRIES 200           /* entries of a frame */
#define WIRE_HEAD_MAX ((size_t)64 << 10) /* bytes of one head */
#define WIRE_SEALED_MAX ((size_t)64 << 10)
#define WIRE_DROPPED 0x80000000u
#define WIRE_ALONE 0x8000u
#define WIRE_FRAME_HEAD 14

/* One entry of a frame. Bytes are borrowed from the frame. */
struct wire_entry {
    const unsigned char *head;
    size_t head_len;
    const unsigned char *sealed; /* NULL when dropped or when there is none */
    size_t sealed_len;
    bool dropped;
    unsigned char sealed_hash[HASH_BYTES]; /* zeros when there is no sealed part */
};

/* One whole frame, its lengths and checksum checked. Valid inside the decoder's call-back. */
struct wire_frame {
    uint32_t first;
    uint16_t count;
    bool alone;                       /* it brings the hash before it along: */
    unsigned char before[HASH_BYTES]; /* zeros otherwise */
    struct wire_entry entry[WIRE_FRAME_ENTRIES];
    unsigned char sig[SIGN_BYTES];
};

/* Making one. Zero it (or BUF_INIT) to begin; buf_fini(&w.bytes) ends it. */
struct wire_writer {
    struct buf bytes;
    uint32_t first;
    uint16_t count;
    bool alone;
};
/* The next frame stands alone behind the hash `before`. To be called on an empty writer. */
void wire_writer_alone(struct wire_writer *w, const unsigned char before[HASH_BYTES]);
/* True while another entry of these sizes may be added. */
bool wire_writer_fits(const struct wire_writer *w, size_t head_len, size_t sealed_len);
/* Adds an entry; `seq` of the first one names the frame, the others must follow without a gap.
 * ERR_TOO_LONG for a part beyond its limit or a full frame, ERR_INTERNAL for a gap. */
enum err wire_writer_add(struct wire_writer *w, int64_t seq, const struct wire_entry *e);
/* Ends the frame with the site's signature: w->bytes is the whole frame. */
void wire_writer_end(struct wire_writer *w, const unsigned char sig[SIGN_BYTES]);
void wire_writer_clear(struct wire_writer *w); /* for the next frame; memory kept */

/* Takes bytes as they come, in pieces of any size, and hands over whole frames. */
struct wire_decoder {
    struct buf held;
    enum err failed; /* the first error; kept */
    struct wire_frame frame;
};
typedef enum err wire_take(void *arg, const struct wire_frame *frame);

void wire_decoder_fini(struct wire_decoder *d);
/* ERR_FRAME with the place in the note (a length that lies, a wrong checksum); after any error the
 * decoder takes no more. What `take` returns ends the call too. */
enum err wire_decode(struct wire_decoder *d, const void *bytes, size_t len, wire_take *take,
                     void *arg);
/* True between frames: nothing partial is held. */
bool wire_decoder_idle(const struct wire_decoder *d);

/* The signature over (suite, site, epoch, seq, hash). */
void wire_sign_tip(const unsigned char sec[SIGN_SEC_BYTES], const char *site, int64_t epoch,
                   int64_t seq, const unsigned char hash[HASH_BYTES],
                   unsigned char sig[SIGN_BYTES]);
bool wire_verify_tip(const unsigned char pub[SIGN_PUB_BYTES], const char *site, int64_t epoch,
                     int64_t seq, const unsigned char hash[HASH_BYTES],
                     const unsigned char sig[SIGN_BYTES]);
/* The hash of each entry of a frame that follows `before`; `out` takes count*HASH_BYTES bytes. */
void wire_chain(const struct wire_frame *f, const unsigned char before[HASH_BYTES],
                unsigned char (*out)[HASH_BYTES]);

uint32_t wire_crc32c(uint32_t crc, const void *bytes, size_t len); /* begin with 0 */

#endif
