/* Owns: the counts of addresses. Invariant: one address more never makes the table grow; when it
 * is full, who was longest silent is forgotten. */
#include "sync/hub/rate.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"

#define POSTS_MS (10 * 60000LL)
#define CALLS_MS 60000LL
#define PLACES 1024

struct counted {
    char address[80];
    int64_t since; /* steady ms: when the window began */
    int n;
};
static struct counted posts[PLACES], calls[PLACES];

static struct counted *place_of(struct counted *table, const char *address)
{
    struct counted *oldest = &table[0];
    for (size_t i = 0; i < PLACES; i++) {
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

static bool count(struct counted *table, const char *who, int64_t window, int most)
{
    int64_t now = clock_mono();
    struct counted *c = place_of(table, who);
    if (c->n == 0 || now - c->since >= window) {
        c->since = now;
        c->n = 0;
    }
    c->n += c->n <= most;
    return c->n <= most;
}

bool rate_allows(const char *address)
{
    return count(posts, address, POSTS_MS, RATE_MOST);
}

bool rate_allows_call(const char *who)
{
    return count(calls, who, CALLS_MS, RATE_CALLS);
}

int rate_wait(const char *address)
{
    int64_t left = place_of(posts, address)->since + POSTS_MS - clock_mono();
    return left > 0 ? (int)((left + 999) / 1000) : 1;
}

void rate_forget(void)
{
    memset(posts, 0, sizeof posts);
    memset(calls, 0, sizeof calls);
}
