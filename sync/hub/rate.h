/* How often one address may do what costs others something: in memory, forgotten with the process.
 */
#ifndef SYNC_HUB_RATE_H
#define SYNC_HUB_RATE_H

#include <stdbool.h>

#define RATE_MOST 30 /* posts of one address in a window of ten minutes */

/* Counts one try of this address; false: too many, try later. */
bool rate_allows(const char *address);
/* Seconds until it may again. */
int rate_wait(const char *address);
void rate_forget(void); /* for tests */

#endif
