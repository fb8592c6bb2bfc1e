/* See quick.c. */
#ifndef TESTS_SIM_QUICK_H
#define TESTS_SIM_QUICK_H

#include <stdbool.h>

extern bool quick_signatures; /* a keyed hash stands in for Ed25519 */

#endif
