/* Owns: the loading of the library that writes XLSX. Invariant: all functions are there, or none is
 * handed out. */
#include "kiosk/print/xlsxlib.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>

#define LIBRARY "libxlsxwriter.so.4"

static const struct {
    const char *name;
    size_t at;
} members[] = {
#define XLSXLIB_ROW(name) {#name, offsetof(struct xlsxlib, name)},
    XLSXLIB_FUNCTIONS(XLSXLIB_ROW)
#undef XLSXLIB_ROW
};

enum err xlsxlib_get(const struct xlsxlib **out)
{
    static struct xlsxlib lib;
    static bool loaded;
    *out = &lib;
    if (loaded)
        return ERR_OK;
    void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL)
        return err_set(ERR_XLSXLIB, NULL, LIBRARY);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        void *found = dlsym(handle, members[i].name);
        if (found == NULL)
            return err_set(ERR_XLSXLIB, NULL, "%s", members[i].name);
        *(void **)((char *)&lib + members[i].at) = found;
    }
    loaded = true;
    return ERR_OK;
}
