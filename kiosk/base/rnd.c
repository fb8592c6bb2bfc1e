/* Owns: where randomness comes from. Invariant: never fewer bytes than asked. */
#include "kiosk/base/rnd.h"

#include <stdlib.h>
#include <sys/random.h>

static void (*held)(void *out, size_t len);

void rnd_bytes(void *out, size_t len)
{
    if (held != NULL) {
        held(out, len);
        return;
    }
    unsigned char *p = out;
    while (len > 0) {
        ssize_t n = getrandom(p, len > 256 ? 256 : len, 0);
        if (n < 0)
            continue; /* a signal; getrandom does not fail otherwise once the pool is filled */
        p += n;
        len -= (size_t)n;
    }
}

uint32_t rnd_below(uint32_t below)
{
    uint32_t v, limit = UINT32_MAX - UINT32_MAX % below;
    do
        rnd_bytes(&v, sizeof v);
    while (v >= limit);
    return v % below;
}

void rnd_hold(void (*source)(void *out, size_t len))
{
    held = source;
}
