/* Owns: what is on its way up. Invariant: a frame's bytes are those of the store; a frame is signed
 * over the hash that stands beside its last entry. */
#include "sync/agent/feed.h"

#include <string.h>

#include "kiosk/base/clock.h"
#include "sync/wire/dict.h"

#define LEVEL_USUAL 9  /* zstd: what an old machine does faster than a slow link takes it */
#define LEVEL_BEST 19  /* for a queue, or a link on which its 1 to 3 bytes an entry count */
#define BACKLOG 200    /* entries */
#define SLOW_LINK 8000 /* bytes a second: 64 kbit/s */
#define TELLING 16384  /* bytes: what fewer of them took says more about the round trip */
#define FRAME_MS 2000  /* of the link, for one frame */
#define PIECE 1400     /* bytes: what a packet takes is not handed over in two */
#define ENTRY_BYTES 80 /* on the way, about */

/* What is tried with a hub that has lacked nothing, our history, the dictionary too. */
static enum err find_prefix(struct feed *f, int64_t acked, const struct wire_prefix **out)
{
    *out = NULL;
    if (f->pace->fallen == 0 && acked > 0) {
        enum err rc =
            journal_heads_back(f->journal->store, f->epoch, acked, wire_history_visit, &f->history);
        if (rc != ERR_OK)
            return rc;
        wire_history_end(&f->history, acked);
    }
    if (f->history.prefix.len >= WIRE_HISTORY_MIN)
        *out = &f->history.prefix;
    else if (f->pace->fallen < FEED_FALLS)
        *out = wire_dictionary(0);
    return ERR_OK;
}

static int choose_level(const struct feed *f, int64_t pending)
{
    bool slow_link = f->pace->rate > 0 && f->pace->rate < SLOW_LINK;
    return !f->pace->slow && (slow_link || pending >= BACKLOG) ? LEVEL_BEST : LEVEL_USUAL;
}

enum err feed_init(struct feed *f, const struct journal *j, const struct link_state *link,
                   const unsigned char sec[SIGN_SEC_BYTES], struct way_pace *pace)
{
    const struct wire_prefix *prefix;
    *f = (struct feed){.journal = j, .epoch = link->epoch, .sent = link->acked, .sec = sec};
    f->pace = pace;
    f->level = choose_level(f, link->last - link->acked);
    enum err rc = find_prefix(f, link->acked, &prefix);
    if (rc == ERR_OK)
        wire_pack_begin(&f->pack, f->level, prefix, &f->out);
    return rc;
}

void feed_fini(struct feed *f)
{
    wire_pack_fini(&f->pack);
    wire_history_fini(&f->history);
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

/* Bytes a second, of this upload once it tells, else of the one before. */
static int64_t rate_now(const struct feed *f)
{
    int64_t ms = f->begun != 0 ? clock_mono() - f->begun : 0;
    return f->bytes >= TELLING && ms > 0 ? f->bytes * 1000 / ms : f->pace->rate;
}

/* Fewer and bigger frames cost fewer bytes, and lose more when the link is cut. */
static int64_t frame_entries(const struct feed *f)
{
    int64_t n = rate_now(f) * FRAME_MS / 1000 / ENTRY_BYTES;
    if (n == 0)
        n = FEED_FRAME_USUAL;
    n = n < FEED_FRAME_LEAST ? FEED_FRAME_LEAST : n;
    return n > FEED_FRAME_MOST ? FEED_FRAME_MOST : n;
}

static bool enough(const struct feed *f)
{
    return clock_mono() - f->begun > FEED_SPAN_MS || f->bytes > FEED_BYTES_MAX ||
           f->plain > FEED_PLAIN_MAX;
}

/* The next frame goes into `out`; none when the journal has nothing more or it is enough. */
static enum err next_frame(struct feed *f)
{
    unsigned char sig[SIGN_BYTES];
    struct filling fill = {.feed = f};
    wire_writer_clear(&f->writer);
    if (enough(f))
        return ERR_OK;
    enum err rc =
        journal_each(f->journal->store, f->epoch, f->sent, frame_entries(f), take_row, &fill);
    if (rc != ERR_OK || f->writer.count == 0)
        return rc;
    wire_sign_tip(f->sec, f->journal->site, f->epoch, f->sent, fill.hash, sig);
    wire_writer_end(&f->writer, sig);
    f->plain += (int64_t)f->writer.bytes.len;
    wire_pack_add(&f->pack, f->writer.bytes.data, f->writer.bytes.len, &f->out);
    return ERR_OK;
}

static enum err refill(struct feed *f)
{
    int64_t start = clock_mono();
    f->begun = f->begun != 0 ? f->begun : start;
    enum err rc = next_frame(f);
    if (rc == ERR_OK && f->writer.count == 0) {
        wire_pack_end(&f->pack, &f->out);
        f->ended = true;
    }
    f->work_ms += clock_mono() - start;
    return rc;
}

size_t feed_read(void *arg, char *to, size_t room, bool *failed)
{
    struct feed *f = arg;
    if (f->given == f->out.len) {
        buf_clear(&f->out);
        f->given = 0;
    }
    while (f->given == 0 && f->out.len < PIECE && !f->ended && !*failed)
        *failed = refill(f) != ERR_OK;
    size_t n = f->out.len - f->given;
    n = n < room ? n : room;
    if (n > 0)
        memcpy(to, f->out.data + f->given, n);
    f->given += n;
    f->bytes += (int64_t)n;
    return n;
}

void feed_learn(struct feed *f)
{
    int64_t ms = f->begun != 0 ? clock_mono() - f->begun : 0;
    if (f->bytes < TELLING || ms <= 0)
        return;
    f->pace->rate = f->bytes * 1000 / ms;
    if (f->level == LEVEL_BEST)
        f->pace->slow = f->work_ms * 2 > ms;
}
