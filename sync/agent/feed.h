/* The body of an upload, made while it is sent: entries from the journal, some in a frame, each
 * frame signed, packed and flushed. No read of the database stays open between two pieces. */
#ifndef SYNC_AGENT_FEED_H
#define SYNC_AGENT_FEED_H

#include "kiosk/store/journal.h"
#include "sync/agent/way.h"
#include "sync/wire/frame.h"
#include "sync/wire/pack.h"

#define FEED_FRAME_ENTRIES 50 /* the hub commits so many at once */
#define FEED_SPAN_MS 60000    /* then the request ends, and the next one goes on */

struct feed {
    struct store *store;
    const char *site;
    int64_t epoch;
    int64_t sent;  /* last seq that is in a frame */
    int64_t until; /* steady ms: no further frame after */
    const unsigned char *sec;
    struct wire_writer writer;
    struct wire_pack pack;
    struct buf out; /* packed bytes that wait */
    size_t given;   /* of them, handed over */
    bool ended;
};

/* Sends what comes after `after`. `site` and `sec` are borrowed until feed_fini. */
void feed_init(struct feed *f, struct store *store, const char *site, int64_t epoch, int64_t after,
               const unsigned char sec[SIGN_SEC_BYTES]);
void feed_fini(struct feed *f);
http_body feed_read; /* arg: the feed */

#endif
