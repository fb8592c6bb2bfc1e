/* Owns: the reaction to an empty heap, which is to stop. Invariant: no function here returns NULL.
 */
#include "kiosk/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *got)
{
    if (got == NULL) {
        fputs("jiujin: out of memory\n", stderr);
        abort();
    }
    return got;
}

void *mem_alloc(size_t size)
{
    return checked(calloc(1, size > 0 ? size : 1));
}

void *mem_grow(void *old, size_t size)
{
    return checked(realloc(old, size > 0 ? size : 1));
}

char *mem_strndup(const char *text, size_t len)
{
    char *copy = mem_alloc(len + 1);
    memcpy(copy, text, len);
    return copy;
}

char *mem_strdup(const char *text)
{
    return mem_strndup(text, strlen(text));
}

char *mem_printf(const char *fmt, ...)
{
    va_list args;
    char *out = NULL;
    va_start(args, fmt);
    if (vasprintf(&out, fmt, args) < 0)
        out = NULL;
    va_end(args);
    return checked(out);
}
