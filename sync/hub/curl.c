/* Owns: the loaded libcurl. Invariant: the table is whole or there is none. */
#include "sync/hub/curl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

#define LIBRARY "libcurl-gnutls.so.4"
#define ROW(name)                                                                                  \
    {                                                                                              \
        "curl_" #name, offsetof(struct hub_curl, name)                                             \
    }

static const struct {
    const char *name;
    size_t at;
} members[] = {
    ROW(easy_init),        ROW(easy_setopt),         ROW(easy_getinfo),   ROW(easy_cleanup),
    ROW(easy_strerror),    ROW(slist_append),        ROW(slist_free_all), ROW(multi_init),
    ROW(multi_add_handle), ROW(multi_remove_handle), ROW(multi_perform),  ROW(multi_poll),
    ROW(multi_wakeup),     ROW(multi_info_read),     ROW(multi_cleanup),
};

static struct hub_curl lib;
static enum err loaded;
static const char *missing = LIBRARY;

static void load(void)
{
    loaded = ERR_INTERNAL;
    void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; handle != NULL && i < sizeof members / sizeof *members; i++) {
        void *found = dlsym(handle, missing = members[i].name);
        if (found == NULL)
            return;
        *(void **)((char *)&lib + members[i].at) = found;
    }
    if (handle != NULL)
        loaded = ERR_OK;
}

enum err hub_curl_get(const struct hub_curl **out)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    *out = &lib;
    return loaded == ERR_OK ? ERR_OK : err_set(ERR_INTERNAL, missing, NULL);
}
