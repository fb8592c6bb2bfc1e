/* What the files of the journal share: writing (journal.c), reading (read.c), replay.c, take.c. */
#ifndef KIOSK_STORE_JOURNAL_PRIVATE_H
#define KIOSK_STORE_JOURNAL_PRIVATE_H

#include "kiosk/store/journal.h"

struct journal_tip {
    int64_t seq; /* 0: nothing yet */
    int64_t heard;
    unsigned char hash[HASH_BYTES];
};

/* Fills row from a statement whose columns are epoch, seq, head, sealed, sealed_hash, hash. */
void journal_fill(struct journal_row *row, sqlite3_stmt *q, bool order);

/* A row of table orders; `e->heard` is when it came. */
enum err journal_insert_order(struct journal *j, const struct entry *e,
                              const struct journal_row *row, int64_t after_epoch,
                              int64_t after_seq);
/* ERR_FORK unless the order of that number has this hash. */
enum err journal_same_order(struct store *s, int64_t n, const unsigned char hash[HASH_BYTES]);

#endif
