/* Owns: the bytes of a frame, both ways. Invariant: what the decoder hands over has lengths that
 * agree with each other to the byte, and a right checksum. */
#include "sync/wire/frame.h"

#include <string.h>

#include "kiosk/store/journal.h"

#define ENTRY_MIN 9 /* two lengths and one byte of head */
#define FRAME_MIN (WIRE_FRAME_HEAD + ENTRY_MIN + SIGN_BYTES)

static void put_u32(unsigned char *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (unsigned char)(v >> (8 * i));
}

/* The CRC stands between what it covers: the six bytes before it and all behind it. */
static uint32_t frame_crc(const unsigned char *frame, size_t len)
{
    uint32_t crc = wire_crc32c(0, frame + 4, 6);
    return wire_crc32c(crc, frame + WIRE_FRAME_HEAD, len - WIRE_FRAME_HEAD);
}

static void begin(struct wire_writer *w)
{
    buf_clear(&w->bytes);
    memset(buf_room(&w->bytes, WIRE_FRAME_HEAD), 0, WIRE_FRAME_HEAD);
    w->bytes.len = WIRE_FRAME_HEAD;
}

void wire_writer_alone(struct wire_writer *w, const unsigned char before[HASH_BYTES])
{
    begin(w);
    buf_add(&w->bytes, before, HASH_BYTES);
    w->alone = true;
}

bool wire_writer_fits(const struct wire_writer *w, size_t head_len, size_t sealed_len)
{
    size_t more = 8 + head_len + (sealed_len > HASH_BYTES ? sealed_len : HASH_BYTES);
    return w->count < WIRE_FRAME_ENTRIES &&
           (w->count == 0 ? WIRE_FRAME_HEAD + HASH_BYTES : w->bytes.len) + more + SIGN_BYTES <=
               WIRE_FRAME_MAX;
}

enum err wire_writer_add(struct wire_writer *w, int64_t seq, const struct wire_entry *e)
{
    if (e->head_len == 0 || e->head_len > WIRE_HEAD_MAX || e->sealed_len > WIRE_SEALED_MAX ||
        !wire_writer_fits(w, e->head_len, e->sealed_len))
        return err_set(ERR_TOO_LONG, "frame", "entry %lld", (long long)seq);
    if (seq < 1 || seq > UINT32_MAX || (w->count > 0 && seq != (int64_t)w->first + w->count))
        return err_set(ERR_INTERNAL, "frame", "entry %lld out of place", (long long)seq);
    if (w->count == 0 && !w->alone)
        begin(w);
    if (w->count == 0)
        w->first = (uint32_t)seq;
    buf_u32(&w->bytes, (uint32_t)e->head_len);
    buf_add(&w->bytes, e->head, e->head_len);
    buf_u32(&w->bytes, e->dropped ? WIRE_DROPPED : (uint32_t)e->sealed_len);
    if (e->dropped)
        buf_add(&w->bytes, e->sealed_hash, HASH_BYTES);
    else
        buf_add(&w->bytes, e->sealed, e->sealed_len);
    w->count++;
    return ERR_OK;
}

void wire_writer_end(struct wire_writer *w, const unsigned char sig[SIGN_BYTES])
{
    buf_add(&w->bytes, sig, SIGN_BYTES);
    unsigned char *p = w->bytes.data;
    put_u32(p, (uint32_t)w->bytes.len);
    put_u32(p + 4, w->first);
    p[8] = (unsigned char)(w->count & 0xff);
    p[9] = (unsigned char)((w->count | (w->alone ? WIRE_ALONE : 0u)) >> 8);
    put_u32(p + 10, frame_crc(p, w->bytes.len));
}

void wire_writer_clear(struct wire_writer *w)
{
    buf_clear(&w->bytes);
    w->count = 0;
    w->alone = false;
}

void wire_decoder_fini(struct wire_decoder *d)
{
    buf_fini(&d->held);
}

bool wire_decoder_idle(const struct wire_decoder *d)
{
    return d->held.len == 0;
}

static enum err bad(const char *what)
{
    return err_set(ERR_FRAME, "frame", "%s", what);
}

/* What the first 14 bytes claim. */
static enum err check_head(const unsigned char *p)
{
    uint32_t length = get_u32(p), first = get_u32(p + 4), count = get_u16(p + 8) & ~WIRE_ALONE;
    if (length < FRAME_MIN || length > WIRE_FRAME_MAX)
        return bad("length");
    if (count < 1 || count > WIRE_FRAME_ENTRIES)
        return bad("count");
    if (first < 1 || first > UINT32_MAX - count)
        return bad("first");
    return ERR_OK;
}

/* Reads one entry of p[0..left) and returns its bytes, 0 when its lengths do not agree. */
static size_t read_entry(const unsigned char *p, size_t left, struct wire_entry *e)
{
    memset(e, 0, sizeof *e);
    if (left < ENTRY_MIN)
        return 0;
    e->head_len = get_u32(p);
    if (e->head_len == 0 || e->head_len > WIRE_HEAD_MAX || e->head_len > left - 8)
        return 0;
    e->head = p + 4;
    uint32_t sealed = get_u32(p + 4 + e->head_len);
    size_t at = 8 + e->head_len;
    e->dropped = sealed == WIRE_DROPPED;
    size_t len = e->dropped ? HASH_BYTES : sealed;
    if (len > WIRE_SEALED_MAX || len > left - at)
        return 0;
    if (e->dropped) {
        memcpy(e->sealed_hash, p + at, HASH_BYTES);
    } else if (len > 0) {
        e->sealed = p + at;
        e->sealed_len = len;
        secret_hash_once(e->sealed, len, e->sealed_hash);
    }
    return at + len;
}

static enum err read_frame(struct wire_frame *f, const unsigned char *p, size_t len)
{
    if (get_u32(p + 10) != frame_crc(p, len))
        return bad("checksum");
    size_t at = WIRE_FRAME_HEAD, end = len - SIGN_BYTES;
    f->first = get_u32(p + 4);
    f->count = (uint16_t)(get_u16(p + 8) & ~WIRE_ALONE);
    f->alone = (get_u16(p + 8) & WIRE_ALONE) != 0;
    memset(f->before, 0, HASH_BYTES);
    if (f->alone && end - at < HASH_BYTES)
        return bad("length");
    if (f->alone) {
        memcpy(f->before, p + at, HASH_BYTES);
        at += HASH_BYTES;
    }
    for (unsigned i = 0; i < f->count; i++) {
        size_t n = read_entry(p + at, end - at, &f->entry[i]);
        if (n == 0)
            return bad("entry");
        at += n;
    }
    if (at != end)
        return bad("length");
    memcpy(f->sig, p + end, SIGN_BYTES);
    return ERR_OK;
}

/* Moves up to `want` bytes in all into what is held. */
static void hold(struct wire_decoder *d, const unsigned char **p, size_t *len, size_t want)
{
    size_t n = want > d->held.len ? want - d->held.len : 0;
    if (n > *len)
        n = *len;
    buf_add(&d->held, *p, n);
    *p += n;
    *len -= n;
}

static enum err decode(struct wire_decoder *d, const unsigned char *p, size_t len, wire_take *take,
                       void *arg)
{
    while (len > 0) {
        if (d->held.len < WIRE_FRAME_HEAD)
            hold(d, &p, &len, WIRE_FRAME_HEAD);
        if (d->held.len < WIRE_FRAME_HEAD)
            return ERR_OK;
        enum err rc = check_head(d->held.data);
        if (rc != ERR_OK)
            return rc;
        size_t whole = get_u32(d->held.data);
        hold(d, &p, &len, whole);
        if (d->held.len < whole)
            return ERR_OK;
        rc = read_frame(&d->frame, d->held.data, whole);
        if (rc == ERR_OK)
            rc = take(arg, &d->frame);
        if (rc != ERR_OK)
            return rc;
        buf_clear(&d->held);
    }
    return ERR_OK;
}

enum err wire_decode(struct wire_decoder *d, const void *bytes, size_t len, wire_take *take,
                     void *arg)
{
    if (d->failed == ERR_OK)
        d->failed = decode(d, bytes, len, take, arg);
    return d->failed;
}

static void tip_text(const char *site, int64_t epoch, int64_t seq,
                     const unsigned char hash[HASH_BYTES], struct buf *out)
{
    buf_text(out, "jiujin-frame/1");
    buf_byte(out, SECRET_SUITE);
    buf_text(out, site);
    buf_u32(out, (uint32_t)epoch);
    buf_u32(out, (uint32_t)seq);
    buf_add(out, hash, HASH_BYTES);
}

void wire_sign_tip(const unsigned char sec[SIGN_SEC_BYTES], const char *site, int64_t epoch,
                   int64_t seq, const unsigned char hash[HASH_BYTES], unsigned char sig[SIGN_BYTES])
{
    struct buf text = BUF_INIT;
    tip_text(site, epoch, seq, hash, &text);
    secret_sign(sec, text.data, text.len, sig);
    buf_fini(&text);
}

bool wire_verify_tip(const unsigned char pub[SIGN_PUB_BYTES], const char *site, int64_t epoch,
                     int64_t seq, const unsigned char hash[HASH_BYTES],
                     const unsigned char sig[SIGN_BYTES])
{
    struct buf text = BUF_INIT;
    tip_text(site, epoch, seq, hash, &text);
    bool ok = secret_verify(pub, text.data, text.len, sig);
    buf_fini(&text);
    return ok;
}

void wire_chain(const struct wire_frame *f, const unsigned char before[HASH_BYTES],
                unsigned char (*out)[HASH_BYTES])
{
    for (unsigned i = 0; i < f->count; i++) {
        const struct wire_entry *e = &f->entry[i];
        journal_hash(before, e->head, e->head_len, e->sealed_hash, out[i]);
        before = out[i];
    }
}
