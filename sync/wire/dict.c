/* Owns: the trained dictionaries. Invariant: a number means the same bytes for ever. */
#include "sync/wire/dict.h"

#include <stdio.h>

#include "kiosk/base/asset.h"

const struct wire_prefix *wire_dictionary(uint32_t id)
{
    static struct wire_prefix known[WIRE_DICTIONARY_NEWEST];
    char name[32];
    id = id != 0 ? id : WIRE_DICTIONARY_NEWEST;
    if (id > WIRE_DICTIONARY_NEWEST)
        return NULL;
    struct wire_prefix *p = &known[id - 1];
    if (p->bytes != NULL)
        return p;
    snprintf(name, sizeof name, "wire/jiujin-%u.dict", id);
    const struct asset *asset = asset_find(name);
    if (asset == NULL)
        return NULL;
    *p = (struct wire_prefix){WIRE_PREFIX_DICTIONARY, id, {0}, asset->data, asset->len};
    secret_hash_once(p->bytes, p->len, p->hash);
    return p;
}
