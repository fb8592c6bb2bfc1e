/* Owns: the loaded libcurl. Invariant: the table is whole or there is none. */
#include "sync/agent/curl.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

static const struct symbol {
    const char *name;
    size_t at;
} symbols[] = {
    {"curl_easy_init", offsetof(struct curl_api, init)},
    {"curl_easy_setopt", offsetof(struct curl_api, setopt)},
    {"curl_easy_getinfo", offsetof(struct curl_api, getinfo)},
    {"curl_easy_reset", offsetof(struct curl_api, reset)},
    {"curl_easy_cleanup", offsetof(struct curl_api, cleanup)},
    {"curl_easy_strerror", offsetof(struct curl_api, strerror)},
    {"curl_multi_init", offsetof(struct curl_api, multi_init)},
    {"curl_multi_add_handle", offsetof(struct curl_api, multi_add)},
    {"curl_multi_remove_handle", offsetof(struct curl_api, multi_remove)},
    {"curl_multi_perform", offsetof(struct curl_api, multi_perform)},
    {"curl_multi_poll", offsetof(struct curl_api, multi_poll)},
    {"curl_multi_info_read", offsetof(struct curl_api, multi_info)},
    {"curl_multi_cleanup", offsetof(struct curl_api, multi_cleanup)},
    {"curl_slist_append", offsetof(struct curl_api, slist_append)},
    {"curl_slist_free_all", offsetof(struct curl_api, slist_free_all)},
};

static void *open_library(void)
{
    static const char *const names[] = {"libcurl-gnutls.so.4", "libcurl.so.4"};
    void *handle = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && handle == NULL; i++)
        handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    return handle;
}

enum err curl_load(const struct curl_api **out)
{
    static struct curl_api api;
    static void *handle;
    if (handle == NULL && (handle = open_library()) == NULL)
        return err_set(ERR_INTERNAL, "libcurl", "install the package libcurl3-gnutls");
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols && api.slist_free_all == NULL; i++) {
        void *found = dlsym(handle, symbols[i].name);
        if (found == NULL)
            return err_set(ERR_INTERNAL, "libcurl", "%s is missing", symbols[i].name);
        memcpy((char *)&api + symbols[i].at, &found, sizeof found);
    }
    *out = &api;
    return ERR_OK;
}
