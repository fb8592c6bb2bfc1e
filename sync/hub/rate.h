/* How often one address may do what costs others something: in memory, forgotten with the process.
 */
#ifndef SYNC_HUB_RATE_H
#define SYNC_HUB_RATE_H

#include <stdbool.h>

#define RATE_MOST 30 /* posts of one address in a window of ten minutes */

/* Counts one try of this address; false: too many, try later. */
bool rate_allows(const char *address);
/* Counts one call of a program's token (or, of a wrong one, of its address); false: too many in
 * this minute. */
#define RATE_CALLS 600 /* of one in a minute */
bool rate_allows_call(const char *who);
/* Seconds until it may again. */
int rate_wait(const char *address);
void rate_forget(void); /* for tests */

#endif
