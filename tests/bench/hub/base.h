/* Where the hubs of these benches keep their stores: SQLite files, or databases of a PostgreSQL
 * server that is started for them. */
#ifndef TESTS_BENCH_HUB_BASE_H
#define TESTS_BENCH_HUB_BASE_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/e2e/hubproc.h"

/* "SQLite" or "PostgreSQL". False: there is no such server on this machine. Ends the program with
 * words when it does not start. */
bool base_start(const char *kind);
void base_stop(void);
const char *base_kind(void);

/* A hub that is not running, with an empty store. */
void base_hub(struct hubproc *h);
void base_hub_free(struct hubproc *h);
/* CPU of the server's processes that live, us; 0 where there is no server. */
int64_t base_cpu_us(void);

/* Takes the rows of the hub's store and writes them anew into an empty one of the same kind on the
 * same disk, in `transactions` of equal size, as fast as the database can: SQLite by inserts of
 * many rows, PostgreSQL by COPY. Entries a second; `all`: with the rows of the other tables that
 * entries made, else those of table entry alone. */
double base_limit(const struct hubproc *h, int64_t transactions, bool all);

/* Its halves; `from`, `to`: a file; how to reach a database. `to` is there, with empty tables. */
extern const char *const limit_tables[]; /* what entries become; ends with NULL */
double limit_sqlite(const char *from, const char *to, int64_t transactions, int tables);
double limit_postgresql(const char *from, const char *to, int64_t transactions, int tables);

#endif
