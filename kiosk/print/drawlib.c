/* Owns: the loading of the libraries that draw pages. Invariant: all functions are there, or none
 * is handed out. */
#include "kiosk/print/drawlib.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>

/* It brings the others along, fontconfig too. */
#define LIBRARY "libpangocairo-1.0.so.0"

static const struct {
    const char *name;
    size_t at;
} members[] = {
#define DRAWLIB_ROW(name) {#name, offsetof(struct drawlib, name)},
    DRAWLIB_FUNCTIONS(DRAWLIB_ROW)
#undef DRAWLIB_ROW
};

enum err drawlib_get(const struct drawlib **out)
{
    static struct drawlib lib;
    static bool loaded;
    *out = &lib;
    if (loaded)
        return ERR_OK;
    void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL)
        return err_set(ERR_DRAWLIB, NULL, LIBRARY);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        void *found = dlsym(handle, members[i].name);
        if (found == NULL)
            return err_set(ERR_DRAWLIB, NULL, "%s", members[i].name);
        *(void **)((char *)&lib + members[i].at) = found;
    }
    loaded = true;
    return ERR_OK;
}
