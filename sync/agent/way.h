/* The way to a hub: the one seam between what the agent means to say and the network that carries
 * it (and the waiting in between). curl stands behind it in the program (http.h); a test brings its
 * own. Nothing is believed because the way delivered it: signatures and hashes decide (talk.h). */
#ifndef SYNC_AGENT_WAY_H
#define SYNC_AGENT_WAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/err.h"

/* Gives up to `room` bytes of a body; 0 at its end; sets *failed to stop the request. */
typedef size_t http_body(void *arg, char *to, size_t room, bool *failed);
/* One that gives a struct buf away. A way may see by it that the body is all there, and send it
 * without asking: then the buf stays as it was. */
size_t way_give(void *buf, char *to, size_t room, bool *failed);

/* Whom a secured connection must be with. */
enum way_trust {
    WAY_AUTHORITIES, /* whom the machine's certificate authorities vouch for */
    WAY_ANYBODY,     /* only for what is public, and signed by itself */
    WAY_PINNED,      /* the owner of the key whose hash is `pin` */
};
#define WAY_PIN 32

enum way_lane { WAY_BULK, WAY_EXPRESS, WAY_LANES }; /* each a connection that is kept */

struct http_request {
    const char *url;
    const char *header; /* one further header line, or NULL */
    http_body *body;    /* NULL: a GET */
    void *arg;
    enum way_lane lane;
    /* Called now and then while the request runs, and soon after `watch` woke the way; may ask on
     * another lane: this one rests meanwhile. An error ends the request with it. NULL: nothing. */
    enum err (*meanwhile)(void *arg);
    void *meanwhile_arg;
    bool little; /* of the body is to be on the line at a time: what overtakes waits behind it */
};

/* What uploads by a way have taught about it; feed.h goes by it. */
struct way_pace {
    int64_t rate; /* bytes a second that the last long upload reached; 0: not known */
    bool slow;    /* the processor packed its best no faster than the link took it */
    int fallen;   /* what the hub lacks of the prefixes: 1 our history, 2 the dictionary too */
};

/* What it cost since somebody looked, for the clerk to see (kiosk/desk/link_use.h). */
struct way_used {
    int64_t up, down;      /* bytes, as the way counts them */
    int64_t tries, failed; /* requests; those that got no answer */
    int64_t rtt;           /* ms of a round trip as last seen; 0: not seen */
    int64_t noted;         /* steady ms: when it was last noted down */
};

struct way {
    const struct way_ops *ops;
    int watch; /* a descriptor that wakes a running request, and is read empty (the journal's
                  watch); -1: none */
    enum way_trust trust;
    unsigned char pin[WAY_PIN]; /* SHA-256 of its SubjectPublicKeyInfo */
    int64_t busy_until; /* steady ms: the hub is busy and asked to be left alone; 0: it did not */
    struct way_pace pace;
    struct way_used used;
};

struct way_ops {
    /* Sends one request and waits for its answer, which is put into `answer` (emptied first). Any
     * status is ERR_OK. ERR_HUB_DOWN (words in the note), ERR_TOO_LONG (an answer beyond
     * WIRE_ANSWER_MAX), ERR_HUB_TLS (a secured connection with somebody else), ERR_FIELD_TYPE (a
     * url that is none), the body's or meanwhile's error. */
    enum err (*ask)(struct way *w, const struct http_request *what, struct buf *answer,
                    long *status);
    void (*rest)(struct way *w, int ms); /* waits between two tries */
    void (*free)(struct way *w);
};

enum err way_ask(struct way *w, const struct http_request *what, struct buf *answer, long *status);
void way_rest(struct way *w, int ms);
void way_free(struct way *w); /* NULL is allowed */

#endif
