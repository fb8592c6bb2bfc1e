/* The history of a site as a prefix: the heads of its last acknowledged entries, byte for byte as
 * they lie in the store, oldest first, without gaps, as many whole ones as WIRE_HISTORY_MAX holds.
 * Both sides make it from what they stored, so the same chain gives the same bytes. Sealed parts
 * are not in it: nothing in them comes twice, and one side may have dropped what the other still
 * keeps. */
#ifndef SYNC_WIRE_HISTORY_H
#define SYNC_WIRE_HISTORY_H

#include "sync/wire/pack.h"

/* Measured (docs/sync.md): from 64 KiB to 1 MiB the bytes that travel are the same within 3 %,
 * while the work grows with it. A change is another WIRE_VERSION. */
#define WIRE_HISTORY_MAX ((size_t)128 << 10)
#define WIRE_HISTORY_MIN ((size_t)16 << 10) /* with less, the dictionary is the better prefix */

/* Zero it to begin. */
struct wire_history {
    unsigned char *room; /* filled from its end towards its beginning */
    struct wire_prefix prefix;
};
/* Puts the head of the next older entry before what is there. False: it has no room, all is done.
 */
bool wire_history_add(struct wire_history *h, const void *head, size_t len);
bool wire_history_visit(void *h, const void *head, size_t len); /* the same, as a call-back */
/* The newest head was that of entry `seq`: h->prefix is whole, and lives as long as h. */
void wire_history_end(struct wire_history *h, int64_t seq);
void wire_history_fini(struct wire_history *h);

#endif
