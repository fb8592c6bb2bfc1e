/* The hub's signatures of its orders, kept beside them: a hub that was set back to a backup gets
 * its own orders back, and believes them by these. */
#ifndef KIOSK_DESK_ORDER_SIG_H
#define KIOSK_DESK_ORDER_SIG_H

#include "kiosk/secret/secret.h"
#include "kiosk/store/store.h"

struct order_signed { /* borrowed while the call lasts */
    int64_t n;
    const char *head;
    const unsigned char *sealed; /* NULL: none */
    size_t sealed_len;
    unsigned char sig[SIGN_BYTES];
    int64_t after_epoch, after_seq; /* our last entry when it came */
};

/* Keeps the signature of order n; one that is there stays. The store's errors. */
enum err order_sig_keep(struct store *s, int64_t n, const void *sig, size_t len);
/* Each signed order from number `from` on, in turn, until `take` gives false. The store's errors.
 */
enum err order_sig_each(struct store *s, int64_t from,
                        bool (*take)(void *arg, const struct order_signed *order), void *arg);

#endif
