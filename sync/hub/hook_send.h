/* Sends what webhook.h wrote down: a thread and a connection to the store of its own, so that no
 * receiver holds anything up; many at a time, one at a time to each receiver.
 *
 * Several processes on one store share the work: a telling is claimed before it is sent, for longer
 * than a try may take. A process that dies leaves its claims to run out. What fails is tried again
 * after 10 s, 20 s ... up to 6 h, each a quarter more or less at random, and given up after 3 days.
 */
#ifndef SYNC_HUB_HOOK_SEND_H
#define SYNC_HUB_HOOK_SEND_H

#include "sync/hub/hub.h"

#define HOOK_TIMEOUT_MS 10000L
#define HOOK_CLAIM_MS 60000LL
#define HOOK_FIRST_MS 10000LL
#define HOOK_MOST_MS (6 * 3600 * 1000LL)
#define HOOK_GIVE_UP_MS (3 * 86400 * 1000LL)
#define HOOK_KEEP_MS (30 * 86400 * 1000LL) /* what is done with is listed so long */

struct hook_sender;
/* Opens; `keys` are borrowed until the end. timeout_ms 0: the usual. */
enum err hook_sender_open(const char *store, const struct hub_keys *keys, long timeout_ms,
                          struct hook_sender **out);
/* One round: takes up what is due, waits up to `wait_ms` for answers, writes them down. *busy is
 * how many are under way. */
enum err hook_round(struct hook_sender *s, int wait_ms, int *busy);
/* Rounds on a thread until the close, which lets tries that run end or breaks them off. */
enum err hook_sender_start(struct hook_sender *s);
void hook_sender_close(struct hook_sender *s); /* NULL is allowed */

/* ms until the next try behind `tries` of them, `chance` between 0 and 1023. */
int64_t hook_pause(int64_t tries, uint32_t chance);

#endif
