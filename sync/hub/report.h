/* Daily reports at the hub (notice: R43, nothing concealed, nothing left out): taken as they were
 * signed, and checked against sums that the hub reckons from the entries that it holds. */
#ifndef SYNC_HUB_REPORT_H
#define SYNC_HUB_REPORT_H

#include "sync/hub/hub.h"
#include "sync/hub/view.h"

/* Entries that the caller has read already: `n` from number `first` on, up to the newest. One whose
 * kind is NULL could not be read. */
struct hub_fresh {
    int64_t first;
    int64_t n;
    const struct entry *e;
};
/* Counts what has come of a site's machine since it was counted last, and checks the reports that
 * waited for it. Inside the transaction that stored the entries. `fresh`, where it reaches back to
 * what is counted, is believed and not read anew; NULL: nothing is at hand. The store's errors. */
enum err hub_report_follow(struct hub *h, const char *site, int64_t epoch,
                           const struct hub_fresh *fresh);
/* The same of all that an older program stored. */
enum err hub_report_catch_up(struct hub *h);

/* Projects an entry of kind report. ERR_FIELD_REQUIRED, ERR_DATE. */
enum err hub_report_project(struct hub *h, const char *site, const struct entry *e);

/* The hub's sums of a day, {SERIES:{KEY:[n,amount]}} as the village has them: of all that is here,
 * or without the entries behind a place. *out is owned by the caller. */
#define HUB_REPORT_ALL INT64_MAX
enum err hub_report_sums(struct hub *h, const char *site, int64_t day, int64_t epoch, int64_t upto,
                         json_t **out);

/* The district's sheet of a day: a row for each village that has joined, sorted by site:
 * {"site","name","day","state":"none|open|late|waiting|agrees|differs","due":TIME|null,"late":bool,
 *  "id","revision","revisions","at","leader","nil","missing" (entries),"duties" (not done),
 *  "findings":[..],"changed":bool (entries came after),"later":N,"sums","status"}.
 * sums: those signed, else the hub's own. "none": no report is wanted of that day. */
enum err hub_report_sheet(struct hub *h, int64_t day, hub_row *row, void *arg);
/* The row of one site, ERR_NOT_FOUND. Owned by the caller. */
enum err hub_report_row(struct hub *h, const char *site, int64_t day, json_t **out);

/* The reports of a site's day, oldest first:
 * {"id","revision","at","arrived","leader","clerk","state",
 * "missing","findings","checked","body":{..}}. */
enum err hub_report_revisions(struct hub *h, const char *site, int64_t day, hub_row *row,
                              void *arg);
/* A day's entries that count, oldest first: {"id","kind","at","heard","arrived","clerk","hash",
 * "subject","body","later":bool}; later: behind the last report of that day. */
enum err hub_report_entries(struct hub *h, const char *site, int64_t day, hub_row *row, void *arg);

/* When a village's report of the day is due, as far as the hub knows its pack: UTC ms, CLOCK_NONE
 * where none is wanted. */
enum err hub_report_due(struct hub *h, const char *site, int64_t day, int64_t *due);

/* The pack of a village, as far as the hub knows it; NULL when it does not. Owned by the caller. */
json_t *hub_report_pack(struct hub *h, const char *site);

/* The columns of the sheet, for pages and files: the value of column i of a row as text; NULL
 * behind the last. *number: it is a number, and can be summed. */
struct hub_sheet_column {
    const char *title; /* N_() */
    bool number;
};
extern const struct hub_sheet_column hub_sheet_columns[]; /* ends with title NULL */
char *hub_sheet_cell(const json_t *row, size_t column);   /* owned by the caller */
/* The sheet as a file, "csv" or "xlsx"; "-" is standard output; NULL: its bytes are appended to
 * `into`, else NULL. ERR_XLSXLIB, ERR_IO, ERR_DISK_FULL. */
enum err hub_sheet_write(struct hub *h, int64_t day, const char *format, const char *path,
                         struct buf *into);
/* What the check found, in words: owned by the caller. */
char *hub_finding_text(const json_t *finding);

#endif
