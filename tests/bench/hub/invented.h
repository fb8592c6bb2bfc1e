/* Invented villages, as many as wanted, that exist as keys and journals alone. All journals have
 * the same records (written once by the program itself, so heads and sealed parts are real ones);
 * each is chained, signed and packed for its own site, by the code that packs for the agent. */
#ifndef TESTS_BENCH_HUB_INVENTED_H
#define TESTS_BENCH_HUB_INVENTED_H

#include <stdint.h>

#include "kiosk/base/buf.h"
#include "kiosk/secret/secret.h"
#include "kiosk/store/journal.h"
#include "sync/hub/hub.h"
#include "sync/wire/talk.h"

/* Writes the records by the built program, once. Ends this program with words when it cannot. */
void invented_stock(int records);
int64_t invented_stock_entries(void); /* how many a journal can have */
void invented_stock_free(void);

/* zstd's level of the uploads from now on: 9, as the feed packs a short queue, until told. The hub
 * unpacks all alike; one that packs for ten thousand sites has less time than each of them. */
void invented_level(int level);

struct invented {
    char site[SITE_CODE];
    unsigned char pub[SIGN_PUB_BYTES], sec[SIGN_SEC_BYTES];
    int64_t seq;                    /* the last entry that is in an upload */
    unsigned char hash[HASH_BYTES]; /* and its hash */
};
/* Site number 0, 1, 2...: other sites than anybody's (region 999). */
void invented_begin(struct invented *v, int number);
/* Sites whom the hub knows, as enrolment leaves them: one transaction. */
enum err invented_enrol(struct hub *h, const struct invented *v, int n);
/* Goes on behind entry `seq`. */
void invented_seek(struct invented *v, int64_t seq);

/* Appends a whole request (head, and the body in chunks as the agent sends it): the next `n`
 * entries, `frame` in a frame, leaning on what the site sent before. *asked: what the answer is
 * held against. */
void invented_upload(struct invented *v, int64_t n, int frame, struct wire_request *asked,
                     struct buf *out);
/* Appends the question how far the hub is. */
void invented_mark(const struct invented *v, struct wire_request *asked, struct buf *out);

#endif
