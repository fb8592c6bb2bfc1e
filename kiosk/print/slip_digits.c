/* Owns: bytes as decimal digits, 7 bytes in 17 of them: digits come through a scanner that types on
 * any keyboard layout. Invariant: each run of bytes has one run of digits, and no other is taken.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "kiosk/print/slip.h"

#define GROUP 7
/* digits that hold n bytes, for n from 0 to 7 */
static const int digits_for[GROUP + 1] = {0, 3, 5, 8, 10, 13, 15, 17};

void slip_digits(const void *bytes, size_t len, struct buf *out)
{
    const unsigned char *p = bytes;
    while (len > 0) {
        size_t n = len < GROUP ? len : GROUP;
        unsigned long long v = 0;
        for (size_t i = 0; i < n; i++)
            v = v << 8 | p[i];
        buf_printf(out, "%0*llu", digits_for[n], v);
        p += n;
        len -= n;
    }
}

static int bytes_for(size_t digits)
{
    for (int n = 1; n <= GROUP; n++)
        if ((size_t)digits_for[n] == digits)
            return n;
    return -1;
}

static enum err take_group(const char *digits, size_t len, struct buf *out)
{
    unsigned long long v = 0;
    int n = bytes_for(len);
    if (n < 0)
        return err_set(ERR_SLIP_CUT, NULL, NULL);
    for (size_t i = 0; i < len; i++)
        v = v * 10 + (unsigned)(digits[i] - '0');
    if (v >> (8 * n) != 0)
        return err_set(n < GROUP ? ERR_SLIP_CUT : ERR_SLIP, NULL, NULL);
    for (int i = n - 1; i >= 0; i--)
        buf_byte(out, (unsigned char)(v >> (8 * i)));
    return ERR_OK;
}

enum err slip_from_digits(const char *digits, struct buf *out)
{
    char clean[SLIP_MAX_DIGITS + 1];
    size_t n = 0;
    for (; *digits != 0; digits++) {
        if (isspace((unsigned char)*digits))
            continue;
        if (*digits < '0' || *digits > '9' || n == SLIP_MAX_DIGITS)
            return err_set(ERR_SLIP, NULL, NULL);
        clean[n++] = *digits;
    }
    enum err rc = n > 0 ? ERR_OK : err_set(ERR_SLIP, NULL, NULL);
    for (size_t i = 0; i < n && rc == ERR_OK; i += 17)
        rc = take_group(clean + i, n - i < 17 ? n - i : 17, out);
    return rc;
}
