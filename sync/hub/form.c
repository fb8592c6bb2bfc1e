/* Owns: the fields of a posted form (application/x-www-form-urlencoded). Invariant: what comes out
 * is UTF-8 without control characters. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "sync/hub/web.h"

/* Decodes p[0..len) into a new string; NULL for a broken escape or a NUL. */
static char *decode(const char *p, size_t len)
{
    char *out = mem_alloc(len + 1);
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)p[i];
        if (p[i] == '+') {
            byte = ' ';
        } else if (p[i] == '%') {
            bool whole = len - i > 2;
            char two[3] = {whole ? p[i + 1] : 'x', whole ? p[i + 2] : 'x', 0};
            if (hex_decode(two, &byte, 1) != 0 || byte == 0) {
                free(out);
                return NULL;
            }
            i += 2;
        }
        out[n++] = (char)byte;
    }
    out[n] = 0;
    return out;
}

static char *checked(char *text)
{
    if (text == NULL || !utf8_valid(text, strlen(text))) {
        free(text);
        return NULL;
    }
    char *clean = mem_alloc(strlen(text) + 1);
    utf8_clean(text, clean);
    free(text);
    return clean;
}

/* Several lines: their ends stay, as LF; a tab is a space. */
static char *lines_of(char *text)
{
    size_t n = 0;
    if (text == NULL || !utf8_valid(text, strlen(text))) {
        free(text);
        return NULL;
    }
    for (const char *p = text; *p != 0; p++)
        if (*p == '\n' || (unsigned char)*p >= 0x20)
            text[n++] = *p;
        else if (*p == '\t')
            text[n++] = ' ';
    text[n] = 0;
    return text;
}

/* The field's value decoded; NULL when it is missing or cannot be. */
static char *raw_field(const struct web *w, const char *name)
{
    const char *p = buf_str(&w->body), *end = p + w->body.len;
    size_t want = strlen(name);
    while (p < end) {
        const char *amp = memchr(p, '&', (size_t)(end - p));
        size_t len = (size_t)((amp != NULL ? amp : end) - p);
        if (len > want && memcmp(p, name, want) == 0 && p[want] == '=')
            return decode(p + want + 1, len - want - 1);
        p += len + 1;
    }
    return NULL;
}

char *web_field(const struct web *w, const char *name)
{
    return checked(raw_field(w, name));
}

char *web_text(const struct web *w, const char *name)
{
    return lines_of(raw_field(w, name));
}
