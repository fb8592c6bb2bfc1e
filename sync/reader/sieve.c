/* Owns the judgement over a reader's bytes. Invariant: it holds no more than one line and one
 * reading, whatever comes. */
#include "sync/reader/sieve.h"

#include <string.h>

void sieve_init(struct sieve *s, const struct device *device)
{
    memset(s, 0, sizeof *s);
    s->device = device;
}

void sieve_fini(struct sieve *s)
{
    json_decref(s->good);
    explicit_bzero(s, sizeof *s);
}

void sieve_cut(struct sieve *s)
{
    explicit_bzero(s->half, sizeof s->half);
    s->len = 0;
    s->skipping = false;
}

json_t *sieve_rest(struct sieve *s)
{
    json_t *rest = s->good;
    s->good = NULL;
    return rest;
}

static void count_garbage(struct sieve *s, size_t bytes, unsigned lines, int64_t now)
{
    if (now - s->garbage_at > SIEVE_CALM_MS)
        s->garbage = s->lines = 0;
    s->garbage += bytes;
    s->lines += lines;
    s->garbage_at = now;
    if (s->garbage >= SIEVE_BABBLE || s->lines >= SIEVE_LINES)
        s->babbling = true;
}

static void take_line(struct sieve *s, int64_t now)
{
    json_t *said = NULL;
    if (device_line(s->device, s->half, s->len, &said) == ERR_OK) {
        json_decref(s->good);
        s->good = said;
        s->garbage = s->lines = 0;
        s->babbling = s->told = false;
    } else {
        count_garbage(s, s->len, 1, now);
    }
}

static void end_line(struct sieve *s, int64_t now)
{
    if (s->skipping)
        count_garbage(s, 0, 1, now);
    else if (s->len > 0)
        take_line(s, now);
    sieve_cut(s);
}

static void take_byte(struct sieve *s, char byte, int64_t now)
{
    if (byte == '\r' || byte == '\n') {
        end_line(s, now);
        return;
    }
    if (s->skipping) {
        s->garbage++;
        return;
    }
    if (s->len == sizeof s->half) {
        size_t dropped = s->len;
        sieve_cut(s);
        s->skipping = true;
        count_garbage(s, dropped, 0, now);
        return;
    }
    if (s->len == 0)
        s->half_since = now;
    s->half[s->len++] = byte;
}

static void drop_old_half(struct sieve *s, int64_t now)
{
    if (s->len > 0 && now - s->half_since >= SIEVE_HALF_MS) {
        count_garbage(s, s->len, 1, now);
        sieve_cut(s);
    }
}

void sieve_bytes(struct sieve *s, const void *bytes, size_t len, int64_t now)
{
    drop_old_half(s, now);
    for (size_t i = 0; i < len; i++)
        take_byte(s, ((const char *)bytes)[i], now);
    if (s->skipping)
        count_garbage(s, 0, 0, now);
}

json_t *sieve_next(struct sieve *s, int64_t now)
{
    drop_old_half(s, now);
    if (s->good != NULL && (s->out == 0 || now - s->out >= SIEVE_GAP_MS)) {
        json_t *out = s->good;
        s->good = NULL;
        s->out = now;
        return out;
    }
    if (s->babbling && !s->told) {
        s->told = true;
        return json_pack("{s:s}", "trouble", "babble");
    }
    return NULL;
}

int sieve_wait(const struct sieve *s, int64_t now)
{
    int64_t left = -1;
    if (s->good != NULL)
        left = s->out == 0 ? 0 : s->out + SIEVE_GAP_MS - now;
    else if (s->len > 0)
        left = s->half_since + SIEVE_HALF_MS - now;
    else
        return -1;
    return left < 0 ? 0 : (int)left;
}
