/* Owns: the measures of text. Invariant: nothing here reads beyond the length it was given. */
#include "kiosk/base/utf8.h"

#include <string.h>
#include <wchar.h>

struct range {
    uint32_t first, last;
};

int utf8_next(const char *s, size_t len, uint32_t *cp)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *p = (const unsigned char *)s;
    if (len == 0)
        return 0;
    int n = p[0] < 0x80 ? 1 : p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc2 ? 2 : 0;
    if (n == 0 || (size_t)n > len || p[0] > 0xf4)
        return -1;
    uint32_t v = n == 1 ? p[0] : p[0] & (0x7fu >> n);
    for (int i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return -1;
        v = v << 6 | (p[i] & 0x3fu);
    }
    if (v < least[n] || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
        return -1;
    *cp = v;
    return n;
}

int utf8_put(uint32_t cp, char *out)
{
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
        return 0;
    int n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (int i = n - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (cp & 0x3f));
        cp >>= 6;
    }
    out[0] = (char)(lead[n] | cp);
    return n;
}

bool utf8_valid(const char *s, size_t len)
{
    uint32_t cp;
    while (len > 0) {
        int n = utf8_next(s, len, &cp);
        if (n <= 0)
            return false;
        s += n;
        len -= (size_t)n;
    }
    return true;
}

size_t utf8_count(const char *s)
{
    size_t count = 0, len = strlen(s);
    uint32_t cp;
    while (len > 0) {
        int n = utf8_next(s, len, &cp);
        n = n > 0 ? n : 1;
        s += n;
        len -= (size_t)n;
        count++;
    }
    return count;
}

int utf8_cp_width(uint32_t cp)
{
    if (cp >= 0x20 && cp < 0x7f)
        return 1;
    if (cp >= 0x2e80 && cp <= 0xa4cf && cp != 0x303f)
        return cp >= 0x302a && cp <= 0x302d ? 0 : 2; /* the hanzi that we live on, without a call */
    int w = wcwidth((wchar_t)cp);
    return w < 0 ? 0 : w;
}

int utf8_width(const char *s)
{
    int width = 0;
    size_t len = strlen(s);
    uint32_t cp;
    while (len > 0) {
        int n = utf8_next(s, len, &cp);
        width += n > 0 ? utf8_cp_width(cp) : 1;
        n = n > 0 ? n : 1;
        s += n;
        len -= (size_t)n;
    }
    return width;
}

size_t utf8_fit(const char *s, int columns)
{
    size_t used = 0, len = strlen(s);
    uint32_t cp;
    while (used < len) {
        int n = utf8_next(s + used, len - used, &cp);
        int w = n > 0 ? utf8_cp_width(cp) : 1;
        if (w > columns)
            break;
        columns -= w;
        used += (size_t)(n > 0 ? n : 1);
    }
    return used;
}

void utf8_trim(char *s)
{
    size_t len = strlen(s), back = 0;
    uint32_t cp;
    while (back < 4 && back < len && ((unsigned char)s[len - 1 - back] & 0xc0) == 0x80)
        back++;
    if (back < len && utf8_next(s + len - 1 - back, back + 1, &cp) != (int)back + 1 &&
        ((unsigned char)s[len - 1 - back] & 0x80) != 0)
        s[len - 1 - back] = 0;
}

bool utf8_unwanted(uint32_t cp)
{
    static const struct range bad[] = {{0x00, 0x08},     {0x0b, 0x1f},     {0x7f, 0x9f},
                                       {0xad, 0xad},     {0x200b, 0x200f}, {0x2028, 0x202e},
                                       {0x2060, 0x2069}, {0xfdd0, 0xfdef}, {0xfeff, 0xfeff},
                                       {0xfff9, 0xfffb}, {0xfffe, 0xffff}, {0xe0000, 0xe007f}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (cp >= bad[i].first && cp <= bad[i].last)
            return true;
    return (cp & 0xfffe) == 0xfffe;
}

size_t utf8_clean(const char *s, char *out)
{
    size_t dropped = 0, len = strlen(s), used = 0;
    uint32_t cp;
    while (len > 0) {
        int n = utf8_next(s, len, &cp);
        int step = n > 0 ? n : 1;
        if (n <= 0 || utf8_unwanted(cp)) {
            dropped++;
        } else if (cp == '\t' || cp == '\n' || cp == ' ') {
            if (used > 0)
                out[used++] = ' ';
        } else {
            memmove(out + used, s, (size_t)n);
            used += (size_t)n;
        }
        s += step;
        len -= (size_t)step;
    }
    while (used > 0 && out[used - 1] == ' ')
        used--;
    out[used] = 0;
    return dropped;
}

enum err utf8_check(const char *s, size_t len)
{
    uint32_t cp;
    while (len > 0) {
        int n = utf8_next(s, len, &cp);
        if (n <= 0)
            return ERR_NOT_UTF8;
        if (utf8_unwanted(cp))
            return ERR_CONTROL_CHARS;
        s += n;
        len -= (size_t)n;
    }
    return ERR_OK;
}
