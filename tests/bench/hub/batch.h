/* Uploads made beforehand, sent by sixteen connections that are kept. */
#ifndef TESTS_BENCH_HUB_BATCH_H
#define TESTS_BENCH_HUB_BATCH_H

#include "tests/bench/hub/invented.h"

#define BATCH_LINES 16

struct batch {
    struct batch_upload {
        struct wire_request asked;
        struct buf bytes;
        int64_t last; /* entry that is to be acknowledged */
    } * upload;
    int64_t n, next[BATCH_LINES];
    int64_t bad; /* what did not say, signed, that all is stored */
    const unsigned char *pub;
};
/* `each` uploads of every site, one round after another: `size` entries, `frame` in a frame. The
 * number of sites is a multiple of the lines, so that a site's uploads go one behind another. */
void batch_make(struct batch *b, struct invented *v, int sites, int64_t each, int64_t size,
                int frame);
/* Sends all and frees them; returns how long it took, us. `pub`: the hub's key. */
int64_t batch_send(struct batch *b, int port, const unsigned char pub[SIGN_PUB_BYTES]);
void batch_free(struct batch *b); /* one that is not sent */

#endif
