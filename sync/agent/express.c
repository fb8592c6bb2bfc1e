/* Owns: what overtakes. Invariant: an entry counts as told only when the hub's signed answer names
 * it with our own hash; it travels in the stream all the same, so that the chain has no gap. */
#include "sync/agent/express.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/ahead.h"
#include "sync/wire/api.h"
#include "sync/wire/dict.h"
#include "sync/wire/frame.h"
#include "sync/wire/pack.h"

#define LEVEL 9
#define PART_MAX ((size_t)16 << 10) /* an entry that is larger goes with the stream */
#define BATCH_MAX                                                                                  \
    ((size_t)20 << 10) /* bytes of one request as it travels, about: 1.3 s of 128 kbit/s */
#define PIECE ((size_t)16 << 10) /* bytes of frames that are packed together */
#define LOOK_MS 20               /* between two looks into the journal */
#define HOLD_MS 2000             /* after a try that failed while the stream runs */
#define WARM_MS 30000            /* a connection that rested so long is asked for the mark */

/* --- frames that stand alone --------------------------------------------------------------------
 */

struct framing {
    struct talk *talk;
    int64_t seq; /* wanted; the row before it gives the hash before it */
    unsigned char before[HASH_BYTES];
    struct wire_writer writer;
    bool done;
};

static enum err frame_row(void *arg, const struct journal_row *row)
{
    struct framing *f = arg;
    unsigned char sig[SIGN_BYTES];
    const struct talk *t = f->talk;
    struct wire_entry e = {.head = row->head.data,
                           .head_len = row->head.len,
                           .sealed = row->sealed.len > 0 ? row->sealed.data : NULL,
                           .sealed_len = row->sealed.len,
                           .dropped = row->dropped};
    memcpy(e.sealed_hash, row->sealed_hash, HASH_BYTES);
    if (row->seq != f->seq)
        memcpy(f->before, row->hash, HASH_BYTES);
    if (row->seq != f->seq || e.head_len + e.sealed_len > PART_MAX)
        return ERR_OK;
    wire_writer_alone(&f->writer, f->before);
    enum err rc = wire_writer_add(&f->writer, row->seq, &e);
    if (rc != ERR_OK)
        return rc;
    wire_sign_tip(t->sec, t->site->j.site, row->epoch, row->seq, row->hash, sig);
    wire_writer_end(&f->writer, sig);
    f->done = true;
    return ERR_OK;
}

/* Appends the frame of one entry; nothing when it is too large for the lane. */
static enum err add_frame(struct talk *t, int64_t seq, struct buf *frames)
{
    struct framing f = {.talk = t, .seq = seq};
    journal_first_hash(t->site->j.site, t->link.epoch, f.before);
    enum err rc =
        journal_each(t->site->j.store, t->link.epoch, seq - 2, seq > 1 ? 2 : 1, frame_row, &f);
    if (rc == ERR_OK && f.done)
        buf_add(frames, f.writer.bytes.data, f.writer.bytes.len);
    buf_fini(&f.writer.bytes);
    return rc;
}

static void pack(struct wire_pack *p, struct buf *frames, struct buf *body)
{
    if (frames->len > 0)
        wire_pack_add(p, frames->data, frames->len, body);
    buf_clear(frames);
}

/* *looked goes back to before the first one that is left for the next request. Empty: none fits. */
static enum err make_body(struct talk *t, struct ahead *found, struct buf *body)
{
    struct buf frames = BUF_INIT;
    struct wire_pack p = {.lane = WIRE_LANE_EXPRESS};
    enum err rc = ERR_OK;
    wire_pack_begin(&p, LEVEL, t->ahead.plain ? NULL : wire_dictionary(0), body);
    size_t empty = body->len;
    for (size_t i = 0; rc == ERR_OK && i < found->n; i++) {
        if (body->len > BATCH_MAX) {
            found->looked = found->whose[i] - 1;
            found->more = true;
            break;
        }
        rc = add_frame(t, found->seq[i], &frames);
        if (frames.len > PIECE)
            pack(&p, &frames, body);
    }
    pack(&p, &frames, body);
    if (body->len > empty)
        wire_pack_end(&p, body);
    else
        buf_clear(body);
    wire_pack_fini(&p);
    buf_fini(&frames);
    return rc;
}

/* --- one request --------------------------------------------------------------------------------
 */

static enum err note_one(struct talk *t, const json_t *one)
{
    unsigned char hash[HASH_BYTES];
    struct store *s = t->site->j.store;
    int64_t seq = js_int(one, "seq", 0);
    const char *hex = js_str(one, "hash");
    if (seq < 1 || hex == NULL || hex_decode(hex, hash, HASH_BYTES) != 0)
        return err_set(ERR_HUB_ANSWER, "express", NULL);
    enum err rc = link_own(s, t->link.epoch, seq, hash);
    return rc == ERR_OK ? ahead_note(s, t->link.epoch, seq) : rc;
}

/* In one transaction: each of its own is two waits for the disk. */
static enum err note_told(struct talk *t, const json_t *answer)
{
    size_t i;
    const json_t *one, *all = json_object_get(answer, "express");
    if (json_array_size(all) == 0)
        return ERR_OK;
    enum err rc = store_begin(t->site->j.store);
    if (rc != ERR_OK)
        return rc;
    json_array_foreach(all, i, one)
    {
        rc = note_one(t, one);
        if (rc != ERR_OK)
            break;
    }
    return store_end(t->site->j.store, rc);
}

static enum err ask(struct talk *t, const char *purpose, http_body *give_body, struct buf *body,
                    json_t **answer)
{
    struct wire_request asked;
    char *path = mem_printf(WIRE_PATH_SITES "%s/%s?epoch=%lld", t->site->j.site, purpose,
                            (long long)t->link.epoch);
    wire_request_init(&asked, t->site->j.site, purpose);
    asked.epoch = t->link.epoch;
    asked.from = t->link.acked + 1;
    memcpy(asked.base, t->link.acked_hash, HASH_BYTES);
    struct talk_errand errand = {
        .path = path, .asked = &asked, .body = give_body, .arg = body, .lane = WAY_EXPRESS};
    enum err rc = talk_do(t, &errand, answer);
    t->ahead.used = clock_mono();
    free(path);
    return rc;
}

static enum err send_some(struct talk *t, struct ahead *found)
{
    struct buf body = BUF_INIT;
    json_t *answer = NULL;
    enum err rc = make_body(t, found, &body);
    if (rc == ERR_OK && body.len > 0) {
        rc = ask(t, "express", way_give, &body, &answer);
        enum err told = note_told(t, answer); /* also with an error: what is there is there */
        rc = rc == ERR_OK ? told : rc;
    }
    json_decref(answer);
    buf_fini(&body);
    if (rc != ERR_PREFIX || t->ahead.plain)
        return rc;
    t->ahead.plain = true; /* a hub with another dictionary */
    return send_some(t, found);
}

/* An older hub has no such path and answers without a signature. A fork is told by the stream,
 * which brings the hub all that it shall keep of it. */
static bool lane_closed(enum err rc)
{
    return rc == ERR_FORK || rc == ERR_HUB_ANSWER || rc == ERR_BUSY || rc == ERR_FRAME ||
           rc == ERR_TOO_LONG;
}

/* Found behind *after, of one kind or of all; *after goes on to where it looked. */
static enum err send_next(struct talk *t, const char *only, int64_t *after, struct ahead *found)
{
    enum err rc = ahead_find(t->site->j.store, t->link.epoch, t->link.acked, *after, only, found);
    if (rc == ERR_OK && found->n > 0)
        rc = send_some(t, found);
    if (rc == ERR_OK)
        *after = found->looked;
    return rc;
}

/* An incident that is entered while older ones are on their way goes before the rest of them: it
 * leans on nothing but the person, who comes along. */
enum err express_send(struct talk *t)
{
    struct ahead found = {.more = true}, latest;
    unsigned char hash[HASH_BYTES];
    int64_t since;
    enum err rc = journal_tip(t->site->j.store, t->site->j.site, t->link.epoch, &since, hash);
    if (t->ahead.looked < t->link.acked)
        t->ahead.looked = t->link.acked;
    while (rc == ERR_OK && found.more && !t->ahead.closed) {
        rc = send_next(t, "incident", &since, &latest);
        if (rc == ERR_OK)
            rc = send_next(t, NULL, &t->ahead.looked, &found);
    }
    t->ahead.closed = t->ahead.closed || lane_closed(rc);
    return t->ahead.closed ? ERR_OK : rc;
}

void express_skip(struct talk *t, int64_t seq)
{
    if (t->ahead.looked < seq)
        t->ahead.looked = seq;
}

/* --- while the stream runs ----------------------------------------------------------------------
 */

/* A connection that is there saves round trips when it matters. */
static void warm(struct talk *t)
{
    json_t *answer = NULL;
    if (t->ahead.closed || t->link.last - t->link.acked < EXPRESS_QUEUE ||
        (t->ahead.used != 0 && clock_mono() < t->ahead.used + WARM_MS))
        return;
    if (ask(t, "mark", NULL, NULL, &answer) != ERR_OK)
        t->ahead.hold = clock_mono() + HOLD_MS;
    json_decref(answer);
}

enum err express_meanwhile(void *talk)
{
    struct talk *t = talk;
    int64_t now = clock_mono();
    if (now < t->ahead.hold)
        return ERR_OK;
    t->ahead.hold = now + LOOK_MS;
    enum err rc = express_send(t);
    if (rc == ERR_FORK || rc == ERR_HUB_KEY)
        return rc;
    if (rc != ERR_OK)
        t->ahead.hold = clock_mono() + HOLD_MS;
    else
        warm(t);
    return ERR_OK;
}
