/* libcurl, loaded when it is first needed: it brings thirty libraries with it, and the screens
 * shall not wait for them. A table of typed function pointers instead of linking. */
#ifndef SYNC_AGENT_CURL_H
#define SYNC_AGENT_CURL_H

#include <curl/curl.h>

#include "kiosk/base/err.h"

struct curl_api {
    __typeof__(curl_easy_init) *init;
    __typeof__(curl_easy_setopt) *setopt;
    __typeof__(curl_easy_getinfo) *getinfo;
    __typeof__(curl_easy_reset) *reset;
    __typeof__(curl_easy_cleanup) *cleanup;
    __typeof__(curl_easy_strerror) *strerror;
    __typeof__(curl_multi_init) *multi_init;
    __typeof__(curl_multi_add_handle) *multi_add;
    __typeof__(curl_multi_remove_handle) *multi_remove;
    __typeof__(curl_multi_perform) *multi_perform;
    __typeof__(curl_multi_poll) *multi_poll;
    __typeof__(curl_multi_info_read) *multi_info;
    __typeof__(curl_multi_cleanup) *multi_cleanup;
    __typeof__(curl_slist_append) *slist_append;
    __typeof__(curl_slist_free_all) *slist_free_all;
};

/* ERR_INTERNAL with the package to install when libcurl is not on this machine. Static. */
enum err curl_load(const struct curl_api **out);

#endif
