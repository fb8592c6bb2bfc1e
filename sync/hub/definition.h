/* Definitions as the hub knows them: those that ship with the program, and the wordings that it
 * sent. A wording that was sent is kept for ever, so that it can be sent again. */
#ifndef SYNC_HUB_DEFINITION_H
#define SYNC_HUB_DEFINITION_H

#include "kiosk/rules/define.h"
#include "sync/hub/hub.h"

#define DEFINITION_HASH (2 * HASH_BYTES + 1)

/* What tries a definition of this kind; NULL: there is no such kind. */
def_try *hub_definition_try(const char *kind);
/* A pack goes by the order of its layer: "policy" a base, "overlay" an overlay. ERR_DEFINITION. */
enum err hub_definition_layer(const char *kind, const json_t *definition);
/* Reads a text and tries it: what is wrong is told with its line and column. *out is owned by the
 * caller. ERR_FIELD_CHOICE (kind), ERR_JSON, ERR_DEFINITION. */
enum err hub_definition_read(const char *kind, const char *text, json_t **out);

void hub_definition_hash(const json_t *definition, char out[DEFINITION_HASH]);
/* One version has one wording. ERR_DUPLICATE ("version"): it was sent, or ships, in other words. */
enum err hub_definition_fresh(struct hub *h, const char *kind, const json_t *definition);
/* The next version that nobody has used. */
int64_t hub_definition_next(struct hub *h, const char *kind, const char *id);

/* Notes that it was sent to a site by order n. In the caller's transaction. */
enum err hub_definition_sent(struct hub *h, const char *kind, const json_t *definition,
                             const char *site, int64_t n, const char *officer);

/* All that are known: {"kind","id","version","hash","title":{zh,en},"shipped":bool,"at":TIME|null,
 * "by","sites":N whose last of that id it was}, by kind and id, the newest first. Owned by the
 * caller. */
enum err hub_definitions(struct hub *h, json_t **out);
/* Its text as it ships or was sent; owned by the caller. hash NULL: any of that version; version 0:
 * the newest. ERR_NOT_FOUND. */
enum err hub_definition_text(struct hub *h, const char *kind, const char *id, int64_t version,
                             const char *hash, char **out);

#endif
