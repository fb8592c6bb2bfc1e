/* Owns: the initials of characters. GB 2312 orders its first level by pinyin, so that 23 first
 * codes tell the initial of each of its characters. Invariant: what is not in it is never guessed.
 */
#include "kiosk/rules/initials.h"

#include <ctype.h>
#include <iconv.h>
#include <string.h>

#include "kiosk/base/utf8.h"

#define LEVEL_END 0xd7fau /* behind the last character of the first level */

/* The first code of each initial; i, u and v begin no syllable. */
static const struct {
    unsigned code;
    char initial;
} firsts[] = {
    {0xb0a1, 'a'}, {0xb0c5, 'b'}, {0xb2c1, 'c'}, {0xb4ee, 'd'}, {0xb6ea, 'e'}, {0xb7a2, 'f'},
    {0xb8c1, 'g'}, {0xb9fe, 'h'}, {0xbbf7, 'j'}, {0xbfa6, 'k'}, {0xc0ac, 'l'}, {0xc2e8, 'm'},
    {0xc4c3, 'n'}, {0xc5b6, 'o'}, {0xc5be, 'p'}, {0xc6da, 'q'}, {0xc8bb, 'r'}, {0xc8f6, 's'},
    {0xcbfa, 't'}, {0xcdda, 'w'}, {0xcef4, 'x'}, {0xd1b9, 'y'}, {0xd4d1, 'z'},
};

/* Surnames that are read otherwise than the character's place in the order says. */
static const struct {
    const char *character;
    char initial;
} surnames[] = {{"单", 's'}, {"解", 'x'}, {"仇", 'q'}, {"区", 'o'}, {"查", 'z'},
                {"盖", 'g'}, {"乐", 'y'}, {"折", 's'}, {"覃", 'q'}, {"召", 's'}};

static char of_code(unsigned code)
{
    char found = '*';
    if (code < firsts[0].code || code >= LEVEL_END)
        return '*';
    for (size_t i = 0; i < sizeof firsts / sizeof *firsts && firsts[i].code <= code; i++)
        found = firsts[i].initial;
    return found;
}

static char of_character(const char *utf8, size_t len)
{
    static iconv_t cd = (iconv_t)-1;
    unsigned char bytes[8];
    char *in = (char *)(uintptr_t)utf8, *out = (char *)bytes;
    size_t room = sizeof bytes;
    if (cd == (iconv_t)-1)
        cd = iconv_open("GB2312", "UTF-8");
    if (cd == (iconv_t)-1)
        return '*';
    iconv(cd, NULL, NULL, NULL, NULL);
    if (iconv(cd, &in, &len, &out, &room) == (size_t)-1 || room != sizeof bytes - 2)
        return '*';
    return of_code((unsigned)bytes[0] << 8 | bytes[1]);
}

static char of_surname(const char *utf8, size_t len)
{
    for (size_t i = 0; i < sizeof surnames / sizeof *surnames; i++)
        if (strlen(surnames[i].character) == len && memcmp(surnames[i].character, utf8, len) == 0)
            return surnames[i].initial;
    return of_character(utf8, len);
}

void initials_of(const char *text, int surname, char *out, size_t size)
{
    size_t n = strlen(out);
    for (const char *p = text; *p != 0 && n + 1 < size;) {
        size_t len = 1;
        while (((unsigned char)p[len] & 0xc0) == 0x80)
            len++;
        if (len > 1)
            out[n++] = surname && p == text ? of_surname(p, len) : of_character(p, len);
        else if (isalnum((unsigned char)*p))
            out[n++] = (char)tolower((unsigned char)*p);
        p += len;
    }
    out[n] = 0;
}
