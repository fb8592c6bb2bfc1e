/* What a definition would have changed, had it been in force yesterday. */
#ifndef SYNC_HUB_PREVIEW_H
#define SYNC_HUB_PREVIEW_H

#include "sync/hub/hub.h"

#define PREVIEW_MS 2000  /* of the processor, before the rest is left out */
#define PREVIEW_ROWS 100 /* visits that are named */

/* A pack ("policy", "overlay") against the visits of the day that begins at `day`: *out (owned by
 * the caller) is {"visits":N,"tried":N,"differ":N,"unknown":N (their facts are gone, or the pack
 * asks for others),"rows":[{"site","site_name","id","at","was","now","rules":[ID]}]}. A visit that
 * a leader decided otherwise counts as the pack then in force decided it. Nobody's data is in it.
 * ERR_DEFINITION. */
enum err hub_preview(struct hub *h, const char *kind, const json_t *pack, int64_t day,
                     json_t **out);
/* A catalogue against the one that is in force: {"added":[CODE],"removed":[..],"changed":[..],
 * "cases":N of that day whose item would not be there}. ERR_DEFINITION. */
enum err hub_preview_items(struct hub *h, const json_t *definition, int64_t day, json_t **out);

#endif
