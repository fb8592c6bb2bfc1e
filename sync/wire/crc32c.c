/* CRC-32C (Castagnoli, reflected polynomial 82F63B78), eight bytes at a time.
 *
 * It finds damage, not malice: that is the signature's work. Invariant: the tables are made once,
 * from the polynomial alone. */
#include "sync/wire/frame.h"

static uint32_t table[8][256];

static void make_tables(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int k = 0; k < 8; k++)
            c = (c & 1) ? (c >> 1) ^ 0x82f63b78u : c >> 1;
        table[0][i] = c;
    }
    for (uint32_t i = 0; i < 256; i++)
        for (int t = 1; t < 8; t++)
            table[t][i] = (table[t - 1][i] >> 8) ^ table[0][table[t - 1][i] & 0xff];
}

static uint32_t eight(uint32_t c, const unsigned char *p)
{
    uint32_t lo = get_u32(p) ^ c, hi = get_u32(p + 4);
    return table[7][lo & 0xff] ^ table[6][(lo >> 8) & 0xff] ^ table[5][(lo >> 16) & 0xff] ^
           table[4][lo >> 24] ^ table[3][hi & 0xff] ^ table[2][(hi >> 8) & 0xff] ^
           table[1][(hi >> 16) & 0xff] ^ table[0][hi >> 24];
}

uint32_t wire_crc32c(uint32_t crc, const void *bytes, size_t len)
{
    if (table[0][1] == 0)
        make_tables();
    const unsigned char *p = bytes;
    uint32_t c = ~crc;
    for (; len >= 8; len -= 8, p += 8)
        c = eight(c, p);
    for (; len > 0; len--, p++)
        c = (c >> 8) ^ table[0][(c ^ *p) & 0xff];
    return ~c;
}
