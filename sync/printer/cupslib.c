/* Owns: the loading of libcups. Invariant: all functions are there, or none is handed out. */
#include "sync/printer/cupslib.h"

#include <dlfcn.h>
#include <stddef.h>

#define LIBRARY "libcups.so.2"

static const struct {
    const char *name;
    size_t at;
} members[] = {
#define CUPSLIB_ROW(name) {#name, offsetof(struct cupslib, name)},
    CUPSLIB_FUNCTIONS(CUPSLIB_ROW)
#undef CUPSLIB_ROW
};

const struct cupslib *cupslib_get(void)
{
    static struct cupslib lib;
    static int loaded;
    void *handle = loaded ? NULL : dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!loaded && handle == NULL)
        return NULL;
    for (size_t i = 0; !loaded && i < sizeof members / sizeof *members; i++) {
        void *found = dlsym(handle, members[i].name);
        if (found == NULL)
            return NULL;
        *(void **)((char *)&lib + members[i].at) = found;
    }
    loaded = 1;
    return &lib;
}
