/* Owns: nothing; the table is made by the Makefile from assets/. Invariant: sorted by name. */
#include "kiosk/base/asset.h"

#include <string.h>

extern const struct asset asset_table[];
extern const size_t asset_count;

const struct asset *asset_find(const char *name)
{
    for (size_t i = 0; i < asset_count; i++)
        if (strcmp(asset_table[i].name, name) == 0)
            return &asset_table[i];
    return NULL;
}

const struct asset *asset_at(const char *prefix, size_t i)
{
    size_t n = strlen(prefix);
    for (size_t k = 0; k < asset_count; k++)
        if (strncmp(asset_table[k].name, prefix, n) == 0 && i-- == 0)
            return &asset_table[k];
    return NULL;
}
