/* Signed requests to the hub that this site has joined, and its signed answers. */
#ifndef SYNC_AGENT_TALK_H
#define SYNC_AGENT_TALK_H

#include "kiosk/desk/link.h"
#include "sync/agent/way.h"
#include "sync/wire/talk.h"

struct talk {
    struct site *site;
    struct way *way;    /* borrowed */
    long status;        /* of the last answer */
    struct {            /* the express lane (express.c) */
        int64_t looked; /* entries up to here were looked at */
        int64_t hold;   /* steady ms: not before */
        int64_t used;   /* steady ms: the second connection was last used; 0: never */
        bool closed;    /* the hub does not serve it now */
        bool plain;     /* nor does it have our dictionary */
    } ahead;
    bool handed;            /* orders went back to the hub (back.c), since this was looked at; */
    int handings;           /* how often in this visit */
    bool whole;             /* definitions are to come whole: a patch could not be used */
    struct link_state link; /* as read last */
    unsigned char sec[SIGN_SEC_BYTES], pub[SIGN_PUB_BYTES];
};

/* ERR_NOT_ENROLLED, ERR_IO (the site's key). talk_fini ends it (also after an error). */
enum err talk_init(struct talk *t, struct site *s, struct way *way);
void talk_fini(struct talk *t);

struct talk_errand {
    const char *path; /* below the hub's url */
    struct wire_request *asked;
    http_body *body; /* NULL: a GET */
    void *arg;
    enum way_lane lane;
    enum err (*meanwhile)(void *arg); /* as way.h says; NULL: nothing */
    void *meanwhile_arg;
    bool little; /* as way.h says */
};
/* Asks with a signed header. *answer is owned by the caller. For an answer that is an error: that
 * error, with the hub's words in the note, and *answer all the same. Otherwise way_ask's and
 * wire_answer_read's errors. May be called again from its own `meanwhile`, on the other lane. */
enum err talk_do(struct talk *t, const struct talk_errand *errand, json_t **answer);
/* The same on the first lane, with nothing meanwhile. */
enum err talk_ask(struct talk *t, const char *path, struct wire_request *asked, http_body *body,
                  void *arg, json_t **answer);
/* As talk_do, but the answer goes to `came` unread, also what came of it before an error. */
enum err talk_carry(struct talk *t, const struct talk_errand *errand, struct buf *came);
/* Reads an answer that came with `status` (`hub_sign`: who must have signed it). */
enum err talk_answer(const struct buf *came, long status,
                     const unsigned char hub_sign[SIGN_PUB_BYTES], const struct wire_request *asked,
                     json_t **answer);
/* What an answer says beside its ack (once.c): refused entries are noted, orders are verified, kept
 * and projected (*some: there were any). Only t->site and t->link are used. ERR_HUB_ANSWER,
 * ERR_SIGNATURE, ERR_STATE (an order before these is missing), the store's errors. */
enum err talk_take_refusals(struct talk *t, const json_t *answer);
enum err talk_take_orders(struct talk *t, const json_t *answer, bool *some);
/* The error of that word ("enrol_code"); ERR_HUB_REFUSED for words that we do not know. */
enum err talk_error(const char *word);

#endif
