/* The campaign's own books: every entry that a machine ever stored, what it took for arrived, and
 * SQL that holds them against the stores of village and hub. Nothing of the agent or the hub is
 * called. A promise that is broken fails the cmocka test. */
#ifndef TESTS_BENCH_CAMPAIGN_BOOK_H
#define TESTS_BENCH_CAMPAIGN_BOOK_H

#include <stdbool.h>
#include <stdint.h>

void book_open(const char *hub_dir);
void book_close(void);

/* What the machine in that folder holds, and takes for arrived, goes into the books. */
void book_note(const char *site, const char *dir);
/* The same for a machine that was never set back: only what is new is read. */
void book_grow(const char *site, const char *dir);
/* Its disk is given away: what was neither acknowledged nor is at the hub is excused. */
void book_gone(const char *site);
/* All that was acknowledged since this was last asked is at the hub, in its place. */
void book_acked(const char *site);
/* The machine in that folder, which has come to rest, and the hub: the same entries under the same
 * numbers, all that was ever written, kept; nothing that nobody wrote, nothing twice. */
void book_judge(const char *site, const char *dir);

/* One number out of the stores: village is `v`, hub is `h`, the books are `book`; ?1 is the site.
 * `dir` may be NULL. */
int64_t book_number(const char *site, const char *dir, const char *sql);
/* Why no entry is written in that folder any more ("fork"...); "" when they are. Static. */
const char *book_closed(const char *dir);

#endif
