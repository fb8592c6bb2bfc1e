/* The seam for randomness. */
#ifndef KIOSK_BASE_RND_H
#define KIOSK_BASE_RND_H

#include <stddef.h>
#include <stdint.h>

/* Fills with bytes fit for keys and nonces (the kernel's, or the test's). */
void rnd_bytes(void *out, size_t len);
/* Evenly 0 .. below-1. */
uint32_t rnd_below(uint32_t below);
/* For tests: `source` stands in for the kernel; NULL gives it back. */
void rnd_hold(void (*source)(void *out, size_t len));

#endif
