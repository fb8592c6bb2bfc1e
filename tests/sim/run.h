/* Seeds one after another in one world. */
#ifndef TESTS_SIM_RUN_H
#define TESTS_SIM_RUN_H

#include <stdbool.h>
#include <stdint.h>

/* The world is made, once, in a folder of its own; it goes with run_close. */
void run_open(void);
void run_close(void);
/* Runs `count` seeds from `from`, every `step`-th; prints each that breaks a promise and how it is
 * replayed; stops after three. Returns how many broke one. `tell`: prints what happens. */
uint64_t run_seeds(uint64_t from, uint64_t count, uint64_t step, bool tell);
/* The first seed of them at which a promise breaks; `from + count` when none does. Silent. */
uint64_t run_until(uint64_t from, uint64_t count);
/* What a seed came to: the same number when it ran the same way. */
uint64_t run_trace(uint64_t seed);
/* Breaks an upload at every `step`-th of its bytes, going up and coming down; prints where a
 * promise is broken. Returns how many broke one; *cuts is how many were made. */
uint64_t run_cuts(int64_t step, int64_t *cuts);

#endif
