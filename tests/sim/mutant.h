/* Rules of the sync broken on purpose, one at a time: the linker puts wrappers around functions of
 * the agent and the hub (--wrap) in this program only; the product has no trace of them. With
 * mutant 0 every wrapper passes on what it got. */
#ifndef TESTS_SIM_MUTANT_H
#define TESTS_SIM_MUTANT_H

extern int mutant;                       /* which rule is broken now; 0: none */
extern const char *const mutant_names[]; /* from 1; ends with NULL */

#endif
