/* What the hub shows, as JSON rows: the same for `jiujin-hub show` and for the pages. */
#ifndef SYNC_HUB_VIEW_H
#define SYNC_HUB_VIEW_H

#include "sync/hub/hub.h"

struct hub_query {
    const char *site;    /* NULL: all */
    const char *state;   /* NULL: all */
    const char *id;      /* cases: one; NULL: all */
    const char *officer; /* sites: whose "new" counts; NULL: nobody's */
    int64_t limit;       /* 0: all */
};
typedef enum err hub_row(void *arg, const json_t *row);

struct hub_view {
    const char *name;
    const char *what; /* N_() */
    enum err (*each)(struct hub *h, const struct hub_query *q, hub_row *row, void *arg);
};
extern const struct hub_view hub_views[]; /* ends with name NULL */

/* Runs a view; `row` gets each object (borrowed) and returns non-OK to stop. ERR_NOT_FOUND: no such
 * view.
 * sites {"site","name","state","epoch","seq","contact","tried","trouble","drift","new",
 *            "refused","forks","orders","suspended" (since, or null),"carried" (by stick)}
 * entries   {"site","epoch","seq","kind","hash","refused"}, oldest first; state "refused": those
 * forks     {"site","epoch","seq","hash","arrived","head":{as it was written},"stands_hash",
 *            "stands_kind","stands_at","stands_arrived"}: what is in its place, null where nothing is
 * cases     {"site","site_name","id","number","at","item","channel","state","missing","updated",
 *            "clerk","person","agent"}, newest first; so are the next two
 * slips     {"at","by","answer" (recorded, joined, reprint, again, found, or the word of an error),
 *            "site","site_name","id","number"}, the latest first; state: those of that answer
 * incidents {"site","site_name","id","at","arrived","clerk","cause","actions","state","updated",
 *            "person","steps":[{"id","at" (ms),"clerk","step","by"}],"named","plan"}; state
 *            "unclosed": any but closed
 * suspensions {"site","site_name","id","at","who","clerk","scope","ended","ended_at","ended_by"};
 *            any state: those that last
 * visits    {"site","id","at","clerk","person","policy","outcome","reasons"}
 * ledgers   {"site","id","ledger","at","clerk","row","void"}
 * adaptations
 * {"site","site_name","id","at","clerk","policy","param","old","new","reason","approver",
 *            "latest":bool}
 * overlays  {"site","site_name","id","at","clerk","pack","version","order","start","review",
 *            "approver","ended","end_order","end_reason"}: those that villages started
 * orders    {"site","n","at","kind","subject","by"}
 * counts    {"site","kind","count"}
 * bookings  {"site","id","from","to","item","means","source","share","state","at","by","person"},
 *            oldest first
 * tokens    {"name","added","revoked","scopes"}
 * officers  {"name","role","added","disabled","limited" (to "sites" villages),"sessions",
 *            "last" (log-in),"locked" (until)}; id: one
 * work {"site","site_name","id","number","at","item","channel","state","person","due","officer",
 *            "since"} of open cases; state: mine (of q's officer), unassigned, overdue (due before
 *            q's id, a date), all
 * places    {"site","name","state","contact","lat","lon" (millionths of a degree, or null),
 *            "machines","code_until" (of a code that waits, or null)}
 * machines  {"site","epoch","joined","seq","key","revoked"}
 * sessions  {"id","officer","opened","seen","address","until"}; state: of that officer
 * locks     {"address","name" (one of them null),"wrong","last","until"}
 * webhooks  {"id","url","topics","added","removed","waiting"}
 * deliveries {"id","hook","topic","site","made","tries","due","sent","given_up","status",
 *            "trouble"}, the latest first; state waiting, sent, given_up */
enum err hub_view(struct hub *h, const char *name, const struct hub_query *q, hub_row *row,
                  void *arg);

#endif
