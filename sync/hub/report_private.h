/* What the files of the hub's reports share. */
#ifndef SYNC_HUB_REPORT_PRIVATE_H
#define SYNC_HUB_REPORT_PRIVATE_H

#include "kiosk/desk/tally.h"
#include "sync/hub/report.h"

/* What an entry counts for: as tally_of, or what it takes back. The store's errors. */
enum err hub_tally_entry(struct hub *h, const char *site, const struct entry *e, tally_fn *fn,
                         void *to);
/* The same of all entries of a machine behind `after`; *last is the last one's number. */
enum err hub_tally_behind(struct hub *h, const char *site, int64_t epoch, int64_t after,
                          tally_fn *fn, void *to, int64_t *last);
/* Counts into the table what is behind the mark; `fresh` as in hub_report_follow. */
enum err hub_tally_keep(struct hub *h, const char *site, int64_t epoch,
                        const struct hub_fresh *fresh);
/* Checks the reports of the site that wait. */
enum err hub_report_check_waiting(struct hub *h, const char *site);

#endif
