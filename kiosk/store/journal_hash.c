/* Owns: the names and the links of the chain (see journal.h). Invariant: pure functions over bytes;
 * whoever holds them needs no database. */
#include <stdio.h>

#include "kiosk/store/journal.h"

void journal_first_hash(const char *site, int64_t epoch, unsigned char out[HASH_BYTES])
{
    struct buf b = BUF_INIT;
    buf_text(&b, "jiujin/1");
    buf_text(&b, site);
    buf_u32(&b, (uint32_t)epoch);
    secret_hash_once(b.data, b.len, out);
    buf_fini(&b);
}

void journal_hash(const unsigned char before[HASH_BYTES], const void *head, size_t head_len,
                  const unsigned char sealed_hash[HASH_BYTES], unsigned char out[HASH_BYTES])
{
    struct secret_hash h;
    unsigned char len[4] = {(unsigned char)head_len, (unsigned char)(head_len >> 8),
                            (unsigned char)(head_len >> 16), (unsigned char)(head_len >> 24)};
    secret_hash_init(&h);
    secret_hash_add(&h, before, HASH_BYTES);
    secret_hash_add(&h, len, sizeof len);
    secret_hash_add(&h, head, head_len);
    secret_hash_add(&h, sealed_hash, HASH_BYTES);
    secret_hash_end(&h, out);
}

void journal_place(const char *site, bool order, int64_t epoch, int64_t seq, const char *kind,
                   char out[96])
{
    char id[ENTRY_ID];
    snprintf(out, 96, "%s/%s/%s", site, journal_id(order, epoch, seq, id), kind);
}

const char *journal_id(bool order, int64_t epoch, int64_t seq, char out[ENTRY_ID])
{
    if (order)
        snprintf(out, ENTRY_ID, "o.%lld", (long long)seq);
    else
        snprintf(out, ENTRY_ID, "%lld.%lld", (long long)epoch, (long long)seq);
    return out;
}
