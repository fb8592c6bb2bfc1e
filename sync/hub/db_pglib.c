/* Owns: the loading of libpq. Invariant: all functions are there, or none is handed out. */
#include "sync/hub/db_pglib.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>

#define LIBRARY "libpq.so.5"

static const struct {
    const char *name;
    size_t at;
} members[] = {
#define PGLIB_ROW(name) {#name, offsetof(struct pglib, name)},
    PGLIB_FUNCTIONS(PGLIB_ROW)
#undef PGLIB_ROW
};

enum err pglib_get(const struct pglib **out)
{
    static struct pglib lib;
    static bool loaded;
    *out = &lib;
    if (loaded)
        return ERR_OK;
    void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL)
        return err_set(ERR_PGLIB, NULL, LIBRARY);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        void *found = dlsym(handle, members[i].name);
        if (found == NULL)
            return err_set(ERR_PGLIB, NULL, "%s", members[i].name);
        *(void **)((char *)&lib + members[i].at) = found;
    }
    loaded = true;
    return ERR_OK;
}
