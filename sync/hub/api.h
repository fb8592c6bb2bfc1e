/* The villages' side of the hub: what answers on the paths of serve.c. Every answer to a readable
 * request is signed. */
#ifndef SYNC_HUB_API_H
#define SYNC_HUB_API_H

#include "sync/hub/serve.h"

#define API_ENROL_MAX ((size_t)8 << 10)

void api_keys(struct serve *s);  /* GET /v1/keys */
void api_enrol(struct serve *s); /* POST /v1/enrol: a sealed box, see hub_enrol */
/* GET /v1/sites/SITE/mark and .../orders: the mark; orders after ?since=N */
enum err api_begin(struct serve *s);
/* Puts "refused" into an answer: the newest of the entries that cannot be used. */
enum err api_put_refused(struct hub *h, const char *site, int64_t epoch, json_t *answer);
void api_mark(struct serve *s);
void api_express(struct serve *w); /* POST /v1/sites/SITE/express: entries that must not wait */
void api_back(struct serve *w);    /* POST /v1/sites/SITE/back: orders that the hub has lost */
/* GET /v1/sites/SITE/fetch?of=EPOCH: frames, or a signed answer that is an error */
void api_fetch(struct serve *s);
/* POST /v1/sites/SITE/entries: a stream of frames */
enum err api_entries_begin(struct serve *s);
enum err api_entries_more(struct serve *s, const void *bytes, size_t len);
void api_end(struct serve *s);

#endif
