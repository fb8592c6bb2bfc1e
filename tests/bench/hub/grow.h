/* What an entry costs as the store grows. */
#ifndef TESTS_BENCH_HUB_GROW_H
#define TESTS_BENCH_HUB_GROW_H

/* For each of the n numbers (as text): a store with so many entries, made row by row like a store
 * that grew; then real uploads into it. 0 when the dearest costs at most 1.5 times the cheapest. */
int grow(int n, char **entries);

#endif
