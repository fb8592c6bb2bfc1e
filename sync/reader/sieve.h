/* What may pass of a reader's bytes: whole lines that mean something, a few a second. Pure: bytes
 * and time in, a line out.
 *
 * A line ends with CR or LF. One over DEVICE_LINE bytes, one whose second half does not come within
 * SIEVE_HALF_MS, and one that no row of the device matches is garbage. Of many good lines the
 * latest wins; two lines out are at least SIEVE_GAP_MS apart. Much garbage and nothing good between
 * is babble, which is told once until a good line comes. */
#ifndef SYNC_READER_SIEVE_H
#define SYNC_READER_SIEVE_H

#include <stdint.h>

#include "kiosk/rules/device.h"

#define SIEVE_HALF_MS 2000
#define SIEVE_GAP_MS 200
#define SIEVE_BABBLE 4096   /* bytes of garbage that are too much... */
#define SIEVE_CALM_MS 10000 /* ...unless so much time lies between them */
#define SIEVE_LINES 20      /* the same, for short lines */

struct sieve {
    const struct device *device;
    char half[DEVICE_LINE];
    size_t len;
    bool skipping;       /* inside a line that is too long */
    int64_t half_since;  /* when its first byte came */
    json_t *good;        /* the latest line, not yet out */
    int64_t out;         /* when the last one went out; 0: never */
    size_t garbage;      /* bytes since the last good line or calm */
    unsigned lines;      /* the same in lines */
    int64_t garbage_at;  /* when the last garbage came */
    bool babbling, told; /* told: the trouble went out */
};

void sieve_init(struct sieve *s, const struct device *device);
void sieve_fini(struct sieve *s);
/* Forgets half a line: the other end was cut. */
void sieve_cut(struct sieve *s);
/* The line that was held back for its time, owned by the caller; NULL: none. For a cut: what was read
 * before it goes out before it. */
json_t *sieve_rest(struct sieve *s);
/* Takes bytes that came at `now` (steady ms). */
void sieve_bytes(struct sieve *s, const void *bytes, size_t len, int64_t now);
/* What goes out now: {"facts":..,"person":..} or {"trouble":"babble"}, owned by the caller; NULL
 * when there is nothing to say. */
json_t *sieve_next(struct sieve *s, int64_t now);
/* Milliseconds until sieve_next may have something; -1: not before more bytes come. */
int sieve_wait(const struct sieve *s, int64_t now);

#endif
