/* The villages as an officer looks after them: who is silent, who tries and fails and why, whose
 * clock is wrong, where two machines write, what could not be used, what they cost. */
#ifndef SYNC_HUB_SITES_H
#define SYNC_HUB_SITES_H

#include "sync/hub/view.h"

#define SITES_SILENT_MS CLOCK_DAY_MS
#define SITES_DRIFT_MS 60000

struct hub_sites {
    const char *look;    /* one of hub_sites_looks; NULL: all */
    const char *sort;    /* one of hub_sites_sorts; NULL: "site" */
    const char *officer; /* whose "new" counts; NULL: nobody's */
    int64_t silent_ms;   /* 0: SITES_SILENT_MS */
};
/* What may be the matter, worst first; and the orders. Each ends with NULL. */
extern const char *const hub_sites_looks[], *const hub_sites_sorts[];

/* What is the matter with a row of the view "sites": an array of such words, worst first, owned by
 * the caller. */
json_t *hub_sites_look(const json_t *row, int64_t silent_ms);

/* Rows of the view "sites", each with "look" (an array of such words), "carried", "up_today",
 * "down_today", "requests_today", "failed_today", "bytes" (of the last 30 days). The caller owns
 * *out. ERR_FIELD_CHOICE: no such look or sort. */
enum err hub_sites(struct hub *h, const struct hub_sites *q, json_t **out);
/* Notes what a request or a bundle cost. */
enum err hub_site_cost(struct hub *h, const char *site, int64_t up, int64_t down, bool failed);
enum err hub_site_carried(struct hub *h, const char *site, int64_t bytes, bool failed);

#endif
