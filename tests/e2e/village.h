/* A village in a folder of its own, driven by its programs: made, enrolled, fed with records. */
#ifndef TESTS_E2E_VILLAGE_H
#define TESTS_E2E_VILLAGE_H

#include "kiosk/desk/site.h"
#include "tests/e2e/hubproc.h"
#include "tests/e2e/prog.h"

#define VILLAGE_SITE "310118101201"

struct village {
    char *dir;
    struct site *site; /* open and signed in, for looking at what is there */
};

/* Makes a site (policy epidemic-2022, clerk admin, PIN 1234) and joins it to the hub. */
void village_make(struct village *v, const struct hubproc *hub);
void village_free(struct village *v);
/* Runs `jiujin --dir ...` with these words; fails unless it ends with 0. The caller frees. */
char *village_run(const struct village *v, const char *input, const char *const *words);
#define VILLAGE(v, input, ...) village_run((v), (input), (const char *const[]){__VA_ARGS__, NULL})
/* The same, left running. */
struct running village_start(const struct village *v, const char *const *words);
#define VILLAGE_START(v, ...) village_start((v), (const char *const[]){__VA_ARGS__, NULL})

#endif
