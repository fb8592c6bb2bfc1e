/* What all lists share: newest first, read in short pieces so that no read stays open while a row
 * is shown, counted and filtered in one place. */
#ifndef KIOSK_DESK_LISTING_H
#define KIOSK_DESK_LISTING_H

#include "kiosk/desk/view.h"

typedef enum err row_fn(void *to, json_t *object);

struct listing {
    /* Columns: at, epoch, seq, then what `make` wants. Parameters by name, each may be missing:
     * :from :to (at), :at :epoch :seq :due (behind this place), :state, :item, :arg, :n (LIMIT). */
    const char *sql;
    const char *by_state; /* the same for one state, by its index; NULL: there are no states */
    const char *of_item;  /* the same for one item, by its index; NULL: :item is not looked at */
    int due; /* column of the day that the list is sorted by, soonest first; 0: newest first */
    json_t *(*make)(sqlite3_stmt *q);
    /* Puts in what other rows and sealed parts know; NULL: nothing. */
    enum err (*fill)(struct site *s, json_t *row);
    const char *const *match; /* members that `like` looks at, beside the person's; NULL ends */
    /* The same as `sql` for one person, item or id (:key). Given, a search goes by them: it asks
     * for the rows of who answers, and opens no sealed part of others. NULL: row by row. */
    const char *by_person, *by_item, *by_id;
    int person, item; /* columns of these, so that a search makes only the rows that answer */
    /* The id that a typed number means (a case's); NULL: there are none. */
    enum err (*number)(struct site *s, const char *like, char id[ENTRY_ID]);
};

/* A query's `to` is the first place; the plain comparison lets a further piece begin where the last
 * one ended instead of passing by all before it. */
#define LISTING_WINDOW " at >= :from AND at <= :at AND (at, epoch, seq) < (:at, :epoch, :seq)"
#define LISTING_ORDER " ORDER BY at DESC, epoch DESC, seq DESC LIMIT :n"

/* Where a row stands among its like. */
struct place {
    int64_t at, epoch, seq;
    char due[16]; /* "" in a list that is not sorted by it */
};
/* Before the first row of a list. */
struct place place_first(const struct listing *l, const struct view_query *v);

/* A run of rows: what is asked, and behind which place. */
struct piece {
    const char *sql, *key, *arg;
    const struct view_query *v;
    struct place behind;                     /* moves on with each row */
    int64_t n;                               /* rows at the most; -1: all */
    bool (*want)(void *to, sqlite3_stmt *q); /* a row to be made at all; NULL: each */
};
typedef void row_at_fn(void *to, const struct place *at, json_t *row); /* takes the row over */
enum err listing_piece(struct site *s, const struct listing *l, struct piece *p, row_at_fn *take,
                       void *to);
/* The statement that a query without `like` reads by. */
const char *listing_sql(const struct listing *l, const struct view_query *v);

enum err listing_each(struct site *s, const struct listing *l, const char *arg,
                      const struct view_query *q, row_fn *row, void *to);

/* The same with a `like`, for a listing that can be asked by person and item: the persons are found
 * in the roll, the items in the catalogue, and only rows of theirs are read. listing_each comes
 * here by itself. */
enum err listing_search(struct site *s, const struct listing *l, const char *arg,
                        const struct view_query *q, row_fn *row, void *to);

/* True when `text` answers to `like`: it holds it, ASCII in either case. */
bool match_text(const char *text, const char *like);
/* True when the person's name, ID number or phone does. */
bool match_person(struct site *s, const char *id, const char *like);

/* An entry as it lies in the journal, without its personal data; and ID numbers masked, however
 * deep they lie (view_entry.c). */
json_t *view_told(const struct journal_row *row, const struct entry *e);
void view_mask(json_t *value);

/* The views' functions, for the table in view.c. */
typedef enum err view_fn(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                         void *to);
view_fn visits_each, incidents_each, people_each, staff_each, bookings_each;
view_fn guidance_each, cases_each, work_each, papers_each, couriers_each, channels_each,
    duplicates_each;
view_fn ledger_each, sums_each, entry_each, stock_each, lots_each, duties_each;
view_fn exports_each, imports_each, profiles_each;
view_fn orders_each, status_each, link_each, branch_each;
view_fn posts_each, rota_each, overdue_each, clerks_each, staff_day_each;
view_fn handovers_each, shift_each;
view_fn report_each, reports_each;
view_fn notices_each, slots_each, forms_each;
view_fn items_each;
view_fn tickets_each, zones_each;
view_fn packs_each, policy_each, overlays_each, adaptations_each, measures_each;
view_fn alarms_each, suspension_each;

/* A row of the listing "visits" or "staff" with its facts, for ledgers that they fill: members of
 * the entry, of its facts, "name", "id_no", "phone". Owned by the caller. */
enum err view_whole_visit(struct site *s, json_t *row);
/* A row of the listing "incidents" with its phone and note, and for each step STEP: when, STEP_to,
 * STEP_by, STEP_ref. */
enum err view_whole_incident(struct site *s, json_t *row);
/* A row of the listing "cases" with phone, address, agent, department, why not online, when it was
 * done and handed over, its courier's list, and the papers that are missing. */
enum err view_whole_case(struct site *s, json_t *row);
/* desk/view_feed.c */
extern const struct listing paper_listing, rating_listing, post_listing, change_listing;
extern const struct listing booking_listing, visit_listing, staff_listing, case_listing,
    incident_listing, report_listing, suspension_listing, guidance_listing, courier_listing,
    daily_listing;

#endif
