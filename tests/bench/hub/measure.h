/* What a process costs, and how fast the database alone would be. */
#ifndef TESTS_BENCH_HUB_MEASURE_H
#define TESTS_BENCH_HUB_MEASURE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

int64_t measure_cpu_us(pid_t pid);  /* user and system, so far */
int64_t measure_peak_kb(pid_t pid); /* VmHWM */
/* The value that `share` (0 to 1) of the n values do not pass; sorts them. */
int64_t measure_share(int64_t *values, int64_t n, double share);

/* Takes the rows of a hub's store and writes them anew into an empty one of the same kind in the
 * same folder, `transactions` of equal size, as fast as the database allows: SQLite by inserts of
 * many rows, in the store's own mode. Entries a second; *all: with the rows of all the tables that
 * entries made, else table entry alone. */
double limit_sqlite(const char *file, int64_t transactions, bool all);

#endif
