/* Owns: the loading of the libraries that open a workbook. Invariant: all functions are there, or
 * none is handed out. */
#include "kiosk/rules/ziplib.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>

#define ZIP "libzip.so.4"
#define XML "libexpat.so.1"

static const struct {
    const char *library, *name;
    size_t at;
} members[] = {
#define ZIPLIB_ROW(name) {ZIP, #name, offsetof(struct ziplib, name)},
    ZIPLIB_FUNCTIONS(ZIPLIB_ROW)
#undef ZIPLIB_ROW
#define XMLLIB_ROW(name) {XML, #name, offsetof(struct ziplib, name)},
        XMLLIB_FUNCTIONS(XMLLIB_ROW)
#undef XMLLIB_ROW
};

enum err ziplib_get(const struct ziplib **out)
{
    static struct ziplib lib;
    static bool loaded;
    void *handle = NULL;
    const char *opened = NULL;
    *out = &lib;
    for (size_t i = 0; !loaded && i < sizeof members / sizeof *members; i++) {
        if (opened != members[i].library)
            handle = dlopen(members[i].library, RTLD_NOW | RTLD_LOCAL);
        opened = members[i].library;
        if (handle == NULL)
            return err_set(ERR_LIBRARY, NULL, "%s", opened);
        void *found = dlsym(handle, members[i].name);
        if (found == NULL)
            return err_set(ERR_LIBRARY, NULL, "%s", members[i].name);
        *(void **)((char *)&lib + members[i].at) = found;
    }
    loaded = true;
    return ERR_OK;
}
