/* Owns: the list of numbers. Invariant: without a time it is today's, so that every window looks at
 * the same queue. */
#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/person.h"
#include "kiosk/desk/sql.h"

static json_t *make_ticket(sqlite3_stmt *q)
{
    json_t *row = json_object();
    js_set_str(row, "id", store_text(q, 3));
    js_set_time(row, "at", store_int(q, 0));
    json_object_set_new(row, "number", sql_json(q, 4));
    json_object_set_new(row, "service", sql_json(q, 5));
    json_object_set_new(row, "person", sql_json(q, 6));
    json_object_set_new(row, "name", json_null());
    json_object_set_new(row, "id_no", json_null());
    json_object_set_new(row, "visit", sql_json(q, 7));
    json_object_set_new(row, "state", sql_json(q, 8));
    js_set_time(row, "since", store_int(q, 9));
    json_object_set_new(row, "first", json_boolean(store_int(q, 10) != 0));
    json_object_set_new(row, "calls", sql_json(q, 11));
    json_object_set_new(row, "window", sql_json(q, 12));
    js_set_time(row, "called", sql_time(q, 13));
    return row;
}

static enum err fill_ticket(struct site *s, json_t *row)
{
    return person_into(s, row, js_str(row, "person"));
}

#define TICKET_COLUMNS                                                                             \
    "SELECT at, epoch, seq, id, number, service, person, visit, state, since, first, calls,"       \
    " window, called FROM ticket WHERE"

static const char *const ticket_match[] = {"number", "service", NULL};
static const struct listing ticket_listing = {
    .sql = TICKET_COLUMNS LISTING_WINDOW LISTING_ORDER,
    .by_state = TICKET_COLUMNS " state = :state AND" LISTING_WINDOW LISTING_ORDER,
    .make = make_ticket,
    .fill = fill_ticket,
    .match = ticket_match,
};

enum err tickets_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                      void *to)
{
    struct view_query today = *q;
    if (q->from == CLOCK_NONE && q->to == CLOCK_NONE)
        today.from = clock_day(clock_now());
    return listing_each(s, &ticket_listing, arg, &today, row, to);
}
