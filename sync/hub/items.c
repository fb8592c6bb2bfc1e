/* Owns: the catalogue as the hub has it. Invariant: it is parsed once. */
#include "sync/hub/items.h"

#include "kiosk/base/asset.h"
#include "kiosk/base/js.h"

/* Parsed once; names are picked in the language of the moment. */
const struct catalogue *hub_items(void)
{
    static struct catalogue *c;
    static bool tried;
    json_t *json = NULL;
    const struct asset *a = tried ? NULL : asset_find("catalogue/items.json");
    tried = true;
    if (a != NULL && js_parse(a->data, a->len, a->name, &json) == ERR_OK &&
        catalogue_parse(json, a->name, &c) != ERR_OK)
        c = NULL;
    json_decref(json);
    return c;
}

const json_t *hub_item(const char *code)
{
    const struct catalogue *c = hub_items();
    return c != NULL && code != NULL ? catalogue_find(c, code) : NULL;
}
