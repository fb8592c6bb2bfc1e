/* The body of an upload, made while it is sent: entries from the journal, some in a frame, each
 * frame signed, packed and flushed. No read of the database stays open between two pieces. It leans
 * on what the hub has already (history.h), else on the dictionary, and goes by the way's pace. */
#ifndef SYNC_AGENT_FEED_H
#define SYNC_AGENT_FEED_H

#include "kiosk/desk/link.h"
#include "sync/agent/way.h"
#include "sync/wire/frame.h"
#include "sync/wire/history.h"

#define FEED_SPAN_MS 60000         /* then the request ends, and the next one goes on */
#define FEED_BYTES_MAX (10L << 20) /* so does it after so many bytes on the way, */
#define FEED_PLAIN_MAX (40L << 20) /* or so many before they were packed: the hub's limits */
#define FEED_FALLS 2               /* from the history to the dictionary, then to nothing */
#define FEED_FRAME_LEAST 10        /* the hub commits a frame at once: no fewer entries, */
#define FEED_FRAME_USUAL 50        /* so many on a way that is not known yet, */
#define FEED_FRAME_MOST 200        /* and no more; of a long queue about two seconds' worth */

struct feed {
    const struct journal *journal;
    int64_t epoch;
    int64_t sent; /* last seq that is in a frame */
    const unsigned char *sec;
    struct way_pace *pace;
    int level;
    struct wire_history history;
    struct wire_writer writer;
    struct wire_pack pack;
    struct buf out; /* packed bytes that wait */
    size_t given;   /* of them, handed over */
    bool ended;
    int64_t begun;   /* steady ms: when the first byte was asked for; 0: not yet */
    int64_t work_ms; /* spent on packing since then */
    int64_t bytes;   /* handed over in all */
    int64_t plain;   /* and before they were packed */
};

/* Sends what comes after link->acked. Journal, key and pace are borrowed until feed_fini, which
 * must be called in any case. The store's errors. */
enum err feed_init(struct feed *f, const struct journal *j, const struct link_state *link,
                   const unsigned char sec[SIGN_SEC_BYTES], struct way_pace *pace);
void feed_fini(struct feed *f);
http_body feed_read; /* arg: the feed */
/* The answer is here: what this upload reached goes into the way's pace. */
void feed_learn(struct feed *f);

#endif
