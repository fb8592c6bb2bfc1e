/* Owns: the enrolment code as people read, type and telephone it. Invariant: a mistyped sign is
 * found before anything is sent (255 of 256), so that "wrong hub key" is never a slip of a finger.
 */
#include <ctype.h>
#include <string.h>

#include "sync/wire/talk.h"

#define BYTES (WIRE_CODE_SECRET + WIRE_CODE_PRINT + 1)
#define SIGNS (BYTES * 8 / 5)

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* Crockford */

void wire_fingerprint(const unsigned char sign_pub[SIGN_PUB_BYTES],
                      const unsigned char box_pub[BOX_PUB_BYTES],
                      unsigned char print[WIRE_CODE_PRINT])
{
    unsigned char hash[HASH_BYTES];
    struct secret_hash h;
    secret_hash_init(&h);
    secret_hash_add(&h, "jiujin-hub/1", 12);
    secret_hash_add(&h, sign_pub, SIGN_PUB_BYTES);
    secret_hash_add(&h, box_pub, BOX_PUB_BYTES);
    secret_hash_end(&h, hash);
    memcpy(print, hash, WIRE_CODE_PRINT);
}

static unsigned char check_byte(const unsigned char *bytes)
{
    unsigned char hash[HASH_BYTES];
    secret_hash_once(bytes, BYTES - 1, hash);
    return hash[0];
}

void wire_code_write(const struct wire_code *code, char out[WIRE_CODE_TEXT])
{
    unsigned char b[BYTES];
    memcpy(b, code->secret, WIRE_CODE_SECRET);
    memcpy(b + WIRE_CODE_SECRET, code->print, WIRE_CODE_PRINT);
    b[BYTES - 1] = check_byte(b);
    size_t at = 0;
    for (size_t i = 0; i < SIGNS; i++) {
        if (i > 0 && i % 4 == 0)
            out[at++] = '-';
        size_t bit = i * 5;
        unsigned two = (unsigned)(b[bit / 8] << 8);
        if (bit / 8 + 1 < BYTES)
            two |= b[bit / 8 + 1];
        out[at++] = alphabet[(two >> (11 - bit % 8)) & 31];
    }
    out[at] = 0;
}

static int sign_value(char c)
{
    c = (char)toupper((unsigned char)c);
    if (c == 'O')
        c = '0';
    if (c == 'I' || c == 'L')
        c = '1';
    const char *p = c != 0 ? strchr(alphabet, c) : NULL;
    return p == NULL ? -1 : (int)(p - alphabet);
}

enum err wire_code_read(const char *text, struct wire_code *out)
{
    unsigned char b[BYTES] = {0};
    size_t n = 0;
    for (; *text != 0; text++) {
        if (*text == '-' || isspace((unsigned char)*text))
            continue;
        int v = sign_value(*text);
        if (v < 0 || n == SIGNS)
            return err_set(ERR_ENROL_CODE, "code", "it has %d letters and digits", SIGNS);
        for (size_t k = 0; k < 5; k++, v <<= 1)
            if (v & 16)
                b[(n * 5 + k) / 8] |= (unsigned char)(0x80 >> ((n * 5 + k) % 8));
        n++;
    }
    if (n != SIGNS || b[BYTES - 1] != check_byte(b))
        return err_set(ERR_ENROL_CODE, "code", n != SIGNS ? "it has %d letters and digits" : NULL,
                       SIGNS);
    memcpy(out->secret, b, WIRE_CODE_SECRET);
    memcpy(out->print, b + WIRE_CODE_SECRET, WIRE_CODE_PRINT);
    return ERR_OK;
}
