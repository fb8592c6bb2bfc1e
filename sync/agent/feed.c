/* Owns: what is on its way up. Invariant: a frame's bytes are those of the store; a frame is signed
 * over the hash that stands beside its last entry. */
#include "sync/agent/feed.h"

#include <string.h>

#include "kiosk/base/clock.h"

#define FEED_LEVEL 9 /* zstd: what an old machine does faster than a slow link takes it */

void feed_init(struct feed *f, struct store *store, const char *site, int64_t epoch, int64_t after,
               const unsigned char sec[SIGN_SEC_BYTES])
{
    *f = (struct feed){.store = store, .site = site, .epoch = epoch, .sent = after, .sec = sec};
    f->until = clock_mono() + FEED_SPAN_MS;
    wire_pack_begin(&f->pack, FEED_LEVEL, NULL, &f->out);
}

void feed_fini(struct feed *f)
{
    wire_pack_fini(&f->pack);
    buf_fini(&f->writer.bytes);
    buf_fini(&f->out);
}

struct filling {
    struct feed *feed;
    unsigned char hash[HASH_BYTES]; /* of the last entry taken */
    bool full;
};

static enum err take_row(void *arg, const struct journal_row *row)
{
    struct filling *fill = arg;
    struct wire_entry e = {.head = row->head.data,
                           .head_len = row->head.len,
                           .sealed = row->sealed.len > 0 ? row->sealed.data : NULL,
                           .sealed_len = row->sealed.len,
                           .dropped = row->dropped};
    memcpy(e.sealed_hash, row->sealed_hash, HASH_BYTES);
    if (fill->full || !wire_writer_fits(&fill->feed->writer, e.head_len, e.sealed_len)) {
        fill->full = true;
        return ERR_OK;
    }
    enum err rc = wire_writer_add(&fill->feed->writer, row->seq, &e);
    if (rc == ERR_OK) {
        fill->feed->sent = row->seq;
        memcpy(fill->hash, row->hash, HASH_BYTES);
    }
    return rc;
}

/* The next frame goes into `out`; none when the journal has nothing more or the time is up. */
static enum err next_frame(struct feed *f)
{
    unsigned char sig[SIGN_BYTES];
    struct filling fill = {.feed = f};
    wire_writer_clear(&f->writer);
    if (clock_mono() > f->until)
        return ERR_OK;
    enum err rc = journal_each(f->store, f->epoch, f->sent, FEED_FRAME_ENTRIES, take_row, &fill);
    if (rc != ERR_OK || f->writer.count == 0)
        return rc;
    wire_sign_tip(f->sec, f->site, f->epoch, f->sent, fill.hash, sig);
    wire_writer_end(&f->writer, sig);
    wire_pack_add(&f->pack, f->writer.bytes.data, f->writer.bytes.len, &f->out);
    return ERR_OK;
}

static enum err refill(struct feed *f)
{
    enum err rc = next_frame(f);
    if (rc == ERR_OK && f->writer.count == 0) {
        wire_pack_end(&f->pack, &f->out);
        f->ended = true;
    }
    return rc;
}

size_t feed_read(void *arg, char *to, size_t room, bool *failed)
{
    struct feed *f = arg;
    if (f->given == f->out.len) {
        buf_clear(&f->out);
        f->given = 0;
    }
    if (f->given == f->out.len && !f->ended)
        *failed = refill(f) != ERR_OK;
    size_t n = f->out.len - f->given;
    n = n < room ? n : room;
    if (n > 0)
        memcpy(to, f->out.data + f->given, n);
    f->given += n;
    return n;
}
