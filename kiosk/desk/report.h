/* The daily report (notice: R43): the sums of a day as the journal has them, signed by a leader and
 * frozen. Invariant: nothing in a signed report is reckoned anew; what came later is told beside
 * it.
 *
 * The sums are those of kiosk/desk/tally.h, so that whoever has the entries (the village, a replay,
 * the hub) comes to the same ones. What lies beside them (staff, duties, supplies, bookings of the
 * day, open incidents) is how things stood when the report was made. */
#ifndef KIOSK_DESK_REPORT_H
#define KIOSK_DESK_REPORT_H

#include "kiosk/base/clock.h"
#include "kiosk/desk/site.h"

#define REPORT_AHEAD_MS (60 * 60000LL) /* before its hour a report begins to be due */

/* When the report of the day that `at` lies in is due, by the pack in force: UTC ms, or CLOCK_NONE
 * where the pack wants none of that day ("every": "week": on "weekday", 1 Monday to 7, else
 * Friday). */
enum err report_due(struct site *s, int64_t at, int64_t *due);

/* What differs between two objects of sums (tally_sums), as rows
 * {"series","key","was":[n,amount],"now":[..]}. An array, owned by the caller; empty: they are the
 * same. */
json_t *report_differences(const json_t *was, const json_t *now);

/* How things stand beside the sums: {"incidents":{"found","open","states":{STATE:N}},
 * "staff":{"clerks","checked","missing":[..],"denied":[..],"confirmed":LEADER|null},
 * "duties":[{"duty","slot","state","left","left_out"}],"supplies":[{"item","unit","balance","in",
 * "out","low"}],"bookings":{STATE:N},"status":"open|limited|suspended","unsent":N}. */
enum err report_facts(struct site *s, int64_t at, json_t **out);
/* The duties among the facts that were not done, or not whole: an array of the same rows. */
json_t *report_missing(const json_t *facts);

/* How the report of a day stands: "none" (that day's is not wanted), "later", "due", "late",
 * "missed" (unsigned), "done", "done_late", "changed" (signed; entries came after). `signed_at` may
 * be NULL. */
enum err report_state(struct site *s, int64_t at, const char **state, int64_t *signed_at);

/* ERR_CONSTRAINT ("day"): the day has not begun, or it lies before all that this site has. */
enum err report_check_day(struct site *s, int64_t at);
/* The report as a duty of its day: a row of the view "duties"; none where the pack wants none. */
enum err report_duty(struct site *s, int64_t at, enum err (*row)(void *to, json_t *object),
                     void *to);

/* What every terminal reminds of: of the last days the one that is most in need. */
struct report_reminder {
    char text[200];    /* "" when there is nothing to remind of */
    const char *state; /* as report_state says */
    int64_t day;       /* first ms; CLOCK_NONE */
    bool late;
};
enum err report_remind(struct site *s, struct report_reminder *out);

/* The report of a day whole, as the view "report" gives it. ERR_CONSTRAINT ("day"): it has not
 * begun, or the site did not exist. Owned by the caller. */
enum err report_read(struct site *s, int64_t at, json_t **out);
/* One revision as it was signed. ERR_NOT_FOUND. Owned by the caller. */
enum err report_revision(struct site *s, int64_t at, int64_t revision, json_t **out);

/* A row of the table as the view "reports" gives it, of these columns; *body is owned by the
 * caller. */
#define REPORT_COLUMNS "SELECT at, epoch, seq, id, leader, clerk, body FROM report WHERE"
json_t *report_signed_row(sqlite3_stmt *q, json_t **body);

/* What a report calls things: group is "cause", "ledger", "duty", "slot". The id itself, or NULL,
 * when it has no name. */
struct report_words {
    const char *(*name)(void *with, const char *group, const char *id);
    void *with;
};
/* What a pack calls a cause, a duty, a slot ("DUTY/SLOT"); NULL: another group. Borrowed. */
const char *report_pack_word(const json_t *pack, const char *group, const char *id);
/* A report as lines, for paper, screens and pages: an array of {"section","title"} and
 * {"label","now","yesterday","last_week"} (texts, NULL where there is nothing to say) and
 * {"label","text"}; a row of a ledger's sums also "ledger". Owned by the caller. `report` is a row
 * of the view "report"; with "sums" and "facts" it is enough. */
json_t *report_lines(const json_t *report, const struct report_words *words);
/* The words of this site: its pack and its forms. */
struct report_words report_site_words(struct site *s);
/* How the report stands, in sentences: an array of texts, the title first. Owned by the caller. */
json_t *report_head(const json_t *report);
/* The lines as text of `columns` columns. */
void report_text(const json_t *lines, int columns, struct buf *out);

#endif
