/* Owns: the world's folder. Invariant: it is gone when the run is over. */
#include "tests/sim/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/mem.h"
#include "tests/sim/mutant.h"
#include "tests/sim/world.h"

static struct world world;
static char folder[64];

void run_open(void)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/jiujin-sim-XXXXXX",
             tmp != NULL && strlen(tmp) < 30 ? tmp : "/tmp");
    if (mkdtemp(folder) == NULL) {
        perror(folder);
        exit(2);
    }
    int broken = mutant;
    mutant = 0; /* the world is made by the rules */
    world_make(&world, folder);
    mutant = broken;
}

void run_close(void)
{
    static const char *const dirs[] = {"a", "b", "c", "hub"};
    static const char *const names[] = {
        "jiujin.db", "jiujin.db.gate", "keys/site.key", "keys/machine.key", "keys/pin.line",
        "keys",      "hub.db",         "hub.db.gate",   "hub.db.keys",      ""};
    world_free(&world);
    for (size_t d = 0; d < sizeof dirs / sizeof *dirs; d++)
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            char *path = mem_printf("%s/%s/%s", folder, dirs[d], names[i]);
            remove(path);
            free(path);
        }
    remove(folder);
}

uint64_t run_seeds(uint64_t from, uint64_t count, uint64_t step, bool tell)
{
    uint64_t bad = 0;
    world.tell = tell;
    for (uint64_t i = 0; i < count && bad < 3; i += step)
        if (!scene_run(&world, from + i)) {
            bad++;
            printf("seed %llu: %s\n  build/tests/sim/sim %llu\n", (unsigned long long)(from + i),
                   world.wrong, (unsigned long long)(from + i));
            fflush(stdout); /* who stops a long run sees what it found */
        }
    return bad;
}

uint64_t run_until(uint64_t from, uint64_t count)
{
    uint64_t seed = from;
    while (seed < from + count && scene_run(&world, seed))
        seed++;
    return seed;
}

uint64_t run_trace(uint64_t seed)
{
    scene_run(&world, seed);
    return world.rnd ^ world.noise ^ (uint64_t)world.now;
}

static bool cut(int64_t up, int64_t down, int64_t *size_up, int64_t *size_down)
{
    bool kept = scene_cut(&world, up, down, size_up, size_down);
    if (!kept)
        printf("cut at %lld up, %lld down: %s\n", (long long)up, (long long)down, world.wrong);
    return kept;
}

uint64_t run_cuts(int64_t step, int64_t *cuts)
{
    int64_t up, down, ignored;
    uint64_t bad = !cut(-1, -1, &up, &down);
    *cuts = 0;
    for (int64_t at = 0; at <= up && bad < 3; at += step, ++*cuts)
        bad += !cut(at, -1, &ignored, &ignored);
    for (int64_t at = 0; at <= down && bad < 3; at += step, ++*cuts)
        bad += !cut(-1, at, &ignored, &ignored);
    return bad;
}
