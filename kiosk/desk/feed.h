/* Ledgers that another kind of entry fills by itself. */
#ifndef KIOSK_DESK_FEED_H
#define KIOSK_DESK_FEED_H

#include "kiosk/desk/listing.h"

/* Which list an entry's kind is shown by, and what it is counted by (kiosk/desk/tally.h). */
struct feed {
    const char *kind;
    const struct listing *listing;
    enum err (*whole)(struct site *s, json_t *row); /* what the list leaves out; NULL: nothing */
    const char *series, *key;                       /* key: the field that the series' key is */
    const char *state; /* the field that the list's state is; NULL: none of the ledger's */
};

/* Of a ledger's definition; NULL: all its rows are entered. */
const struct feed *feed_of(const struct form *f);

#endif
