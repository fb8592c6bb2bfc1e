/* Owns: the counts of addresses. Invariant: one address more never makes the table grow; when it
 * is full, who was longest silent is forgotten. */
#include "sync/hub/rate.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"

#define WINDOW_MS (10 * 60000LL)
#define ADDRESSES 1024

static struct counted {
    char address[48];
    int64_t since; /* steady ms: when the window began */
    int n;
} table[ADDRESSES];

static struct counted *place_of(const char *address)
{
    struct counted *oldest = &table[0];
    for (size_t i = 0; i < ADDRESSES; i++) {
        if (table[i].n > 0 && strcmp(table[i].address, address) == 0)
            return &table[i];
        bool empty = table[i].n == 0, better = table[i].since < oldest->since;
        if (oldest->n > 0 && (empty || better))
            oldest = &table[i];
    }
    memset(oldest, 0, sizeof *oldest);
    snprintf(oldest->address, sizeof oldest->address, "%s", address);
    return oldest;
}

bool rate_allows(const char *address)
{
    int64_t now = clock_mono();
    struct counted *c = place_of(address);
    if (c->n == 0 || now - c->since >= WINDOW_MS) {
        c->since = now;
        c->n = 0;
    }
    c->n += c->n <= RATE_MOST;
    return c->n <= RATE_MOST;
}

int rate_wait(const char *address)
{
    int64_t left = place_of(address)->since + WINDOW_MS - clock_mono();
    return left > 0 ? (int)((left + 999) / 1000) : 1;
}

void rate_forget(void)
{
    memset(table, 0, sizeof table);
}
