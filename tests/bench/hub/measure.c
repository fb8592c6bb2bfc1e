/* Owns: what the kernel says of a process. Invariant: it only reads. */
#include "tests/bench/hub/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int64_t measure_cpu_us(pid_t pid)
{
    char path[64], line[1024] = "";
    unsigned long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "r");
    size_t n = f != NULL ? fread(line, 1, sizeof line - 1, f) : 0;
    line[n] = 0;
    if (f != NULL)
        fclose(f);
    const char *behind = strrchr(line, ')'); /* the name may hold anything */
    if (behind != NULL)
        sscanf(behind + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    return (int64_t)(user + system) * 1000000 / sysconf(_SC_CLK_TCK);
}

int64_t measure_peak_kb(pid_t pid)
{
    char path[64], line[256];
    long kb = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "r");
    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        sscanf(line, "VmHWM: %ld", &kb);
    if (f != NULL)
        fclose(f);
    return kb;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int64_t measure_share(int64_t *values, int64_t n, double share)
{
    if (n == 0)
        return 0;
    qsort(values, (size_t)n, sizeof *values, by_size);
    int64_t i = (int64_t)(share * (double)n);
    return values[i < n ? i : n - 1];
}
