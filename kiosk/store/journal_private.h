/* What the files of the journal share: writing (journal.c), reading (read.c), replay.c. */
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

#endif
