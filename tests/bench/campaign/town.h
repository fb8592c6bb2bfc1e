/* Villages of the campaign: folders and programs, driven by the command line alone; and the one
 * number that decides everything. */
#ifndef TESTS_BENCH_CAMPAIGN_TOWN_H
#define TESTS_BENCH_CAMPAIGN_TOWN_H

#include "tests/e2e/hubproc.h"
#include "tests/e2e/prog.h"

struct machine {
    char site[16];
    char *dir;
};

extern struct hubproc town_hub; /* runs */

/* The same numbers for the same seed. */
void town_seed(uint32_t seed);
uint32_t town_roll(uint32_t below);

/* A code for the site: `how` is add (with a name) or code. The caller frees. */
char *town_code(const char *how, const char *site, const char *name);
/* A site made and joined. */
void town_village(struct machine *m, int number);
void town_forget(struct machine *m); /* its folder goes */
/* `jiujin --dir ... WORDS`: at its end; its status must be `want`, or any for -1. What it said on
 * standard error is in town_said. */
int town_run(const struct machine *m, int want, const char *input, const char *const *words);
#define TOWN(m, want, input, ...)                                                                  \
    town_run((m), (want), (input), (const char *const[]){__VA_ARGS__, NULL})
extern char town_said[500];
/* The same, killed after up to `ms`; false: it was through before. */
bool town_killed(const struct machine *m, int ms, const char *const *words);
#define TOWN_KILLED(m, ms, ...) town_killed((m), (ms), (const char *const[]){__VA_ARGS__, NULL})
/* So many records are entered, and go into the books. */
void town_enter(const struct machine *m, int records);
/* `to` becomes a copy of the folder `from`; what it was is gone. The hub's store likewise. */
void town_copy(const char *from, const char *to);
void town_copy_hub(const char *from, const char *to);

/* kills.c, copies.c: the two halves. Each prints its figures. */
void campaign_kills(int kills);
void campaign_copies(int rounds);

#endif
