/* The villages' side of the hub: /v1. Every answer to a readable request is signed. */
#ifndef SYNC_HUB_API_H
#define SYNC_HUB_API_H

#include "sync/hub/web.h"

#define API_ENROL_MAX ((size_t)8 << 10)

void api_keys(struct web *w);  /* GET /v1/keys */
void api_enrol(struct web *w); /* POST /v1/enrol: a sealed box, see hub_enrol */
/* GET /v1/sites/SITE/mark and .../orders: the mark; orders after ?since=N */
enum err api_begin(struct web *w);
void api_mark(struct web *w);
/* POST /v1/sites/SITE/entries: a stream of frames */
enum err api_entries_begin(struct web *w);
enum err api_entries_more(struct web *w, const void *bytes, size_t len);
void api_end(struct web *w);

#endif
