/* The simulation by hand:
 *   sim SEED             one seed, with what happens in it
 *   sim FROM COUNT       so many seeds from there, told of only when one breaks a promise
 *   sim -m N FROM COUNT  the same with rule N broken (mutant.h) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/mutant.h"
#include "tests/sim/run.h"

static int usage(void)
{
    fprintf(stderr, "usage: sim [-m MUTANT] SEED | FROM COUNT\n");
    for (int i = 0; mutant_names[i] != NULL; i++)
        fprintf(stderr, "  %2d %s\n", i + 1, mutant_names[i]);
    return 2;
}

int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], "-m") == 0) {
        mutant = atoi(argv[2]);
        argv += 2;
        argc -= 2;
    }
    if (argc != 2 && argc != 3)
        return usage();
    uint64_t from = strtoull(argv[1], NULL, 0);
    uint64_t count = argc == 3 ? strtoull(argv[2], NULL, 0) : 1;
    run_open();
    uint64_t bad = run_seeds(from, count, 1, argc == 2);
    run_close();
    return bad == 0 ? 0 : 1;
}
