/* What a process costs. */
#ifndef TESTS_BENCH_HUB_MEASURE_H
#define TESTS_BENCH_HUB_MEASURE_H

#include <stdint.h>
#include <sys/types.h>

int64_t measure_cpu_us(pid_t pid);  /* user and system, so far */
int64_t measure_peak_kb(pid_t pid); /* VmHWM */
/* The value that `share` (0 to 1) of the n values do not pass; sorts them. */
int64_t measure_share(int64_t *values, int64_t n, double share);

#endif
