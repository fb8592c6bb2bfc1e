/* Who carries the records from the village to the hub: a row each. Commands are the shell's, with
 *
 *   SYNC_DIR   the measurement's own folder      SYNC_FROM  what is ready for this number of
 * records SYNC_N     how many                          SYNC_HUB   http://ADDRESS:PORT SYNC_HERE
 * tests/bench/sync                  SYNC_BUILD the build SYNC_NODE  where the npm packages are
 * SYNC_SELF  this program
 *
 * In SYNC_FROM: records.jsonl, as `jiujin add mixed` takes them; site/, with these records entered;
 * warm/, a site that entered PEERS_BEFORE records before, and more.jsonl, the next SYNC_N. */
#ifndef TESTS_BENCH_SYNC_PEERS_H
#define TESTS_BENCH_SYNC_PEERS_H

#include <stdbool.h>
#include <stddef.h>

#define PEERS_PORT 8080
#define PEERS_BEFORE 2000

struct carrier {
    const char *name, *what;
    const char *make;  /* the village's files; NULL: none */
    const char *serve; /* the hub, while the measurement lasts */
    const char *join;  /* at the village while the link is open yet; NULL: nothing */
    const char *send;  /* what is measured: ends when all is at the hub */
    const char *check; /* at the village: well when all is at the hub */
    bool (*settled)(const char *folder); /* the same while `send` runs; NULL: it ends by then */
};
extern const struct carrier peers[];
extern const size_t peers_count;

/* Makes SYNC_FROM below `folder` for that number of records. Ends the program when it cannot. */
void peers_prepare(const char *folder, int records);

#endif
