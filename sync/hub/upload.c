/* Owns: who uploads. Invariant: a site has one upload that may commit, the one that came last. */
#include "sync/hub/upload.h"

#include <stdio.h>
#include <string.h>

static struct hub_upload *place_of(struct hub *h, const char *site)
{
    struct hub_upload *free_one = NULL;
    for (int i = 0; i < HUB_UPLOADS; i++) {
        struct hub_upload *u = &h->talk.uploads[i];
        if (u->stream != NULL && strcmp(u->site, site) == 0)
            return u;
        if (u->stream == NULL && free_one == NULL)
            free_one = u;
    }
    return free_one;
}

enum err hub_upload_begin(struct hub *h, const char *site, void *stream,
                          void (*ended)(void *stream))
{
    struct hub_upload *u = place_of(h, site);
    if (u == NULL)
        return err_set(ERR_BUSY, "hub", NULL);
    if (u->stream != NULL)
        u->ended(u->stream);
    *u = (struct hub_upload){.stream = stream, .ended = ended};
    snprintf(u->site, sizeof u->site, "%s", site);
    return ERR_OK;
}

enum err hub_upload_long(struct hub *h, const void *stream)
{
    int n = 0;
    struct hub_upload *own = NULL;
    for (int i = 0; i < HUB_UPLOADS; i++) {
        struct hub_upload *u = &h->talk.uploads[i];
        n += u->is_long;
        if (u->stream == stream)
            own = u;
    }
    if (own == NULL || own->is_long)
        return ERR_OK;
    own->is_long = n < HUB_LONG;
    return own->is_long ? ERR_OK : err_set(ERR_BUSY, "hub", NULL);
}

void hub_upload_end(struct hub *h, const void *stream)
{
    for (int i = 0; i < HUB_UPLOADS; i++)
        if (h->talk.uploads[i].stream == stream)
            h->talk.uploads[i] = (struct hub_upload){.stream = NULL};
}
