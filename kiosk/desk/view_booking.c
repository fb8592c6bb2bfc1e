/* Owns: the list of bookings, those of one person today, and one alone.
 * Invariant: a name is seen only by who is signed in; an ID number only masked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/booking.h"
#include "kiosk/desk/booking_who.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/person.h"
#include "kiosk/desk/sql.h"
#include "kiosk/rules/idno.h"
#include "kiosk/rules/slots.h"

static json_t *make_booking(sqlite3_stmt *q)
{
    char number[SLOTS_NUMBER];
    json_t *row = json_object();
    js_set_str(row, "id", store_text(q, 3));
    js_set_str(row, "number", slots_number(store_text(q, 3), number));
    json_object_set_new(row, "person", sql_json(q, 4));
    json_object_set_new(row, "name", json_null());
    json_object_set_new(row, "id_no", json_null());
    json_object_set_new(row, "phone", json_null());
    json_object_set_new(row, "item", sql_json(q, 5));
    js_set_time(row, "from", store_int(q, 0));
    js_set_time(row, "to", store_int(q, 6));
    json_object_set_new(row, "by", sql_json(q, 7));
    json_object_set_new(row, "state", sql_json(q, 8));
    json_object_set_new(row, "source", sql_json(q, 9));
    js_set_time(row, "made", store_int(q, 10));
    json_object_set_new(row, "clerk", sql_json(q, 11));
    return row;
}

/* Somebody known here has an entry; who booked at the hub and was never here stands in the order.
 */
static enum err fill_known(struct site *s, json_t *row, const char *id)
{
    const struct person *p;
    enum err rc = person_into(s, row, id);
    if (rc == ERR_OK && s->j.unlocked && (rc = person_find(s, js_str(row, "person"), &p)) == ERR_OK)
        js_set_str(row, "phone", p->phone);
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

static enum err fill_stranger(struct site *s, json_t *row)
{
    char masked[19];
    json_t *sealed = NULL;
    if (!s->j.unlocked)
        return ERR_OK;
    enum err rc = journal_unseal(&s->j, js_str(row, "id"), &sealed);
    const char *id_no = js_str(sealed, "id_no");
    if (rc == ERR_OK) {
        js_set_str(row, "name", js_str(sealed, "name"));
        js_set_str(row, "phone", js_str(sealed, "phone"));
        if (id_no != NULL && strlen(id_no) == 18)
            js_set_str(row, "id_no", idno_masked(id_no, masked));
    }
    json_decref(sealed);
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

static enum err fill_booking(struct site *s, json_t *row)
{
    struct catalogue *c;
    const char *person = js_str(row, "person");
    enum err rc = site_catalogue(s, &c);
    if (rc == ERR_OK)
        js_set_str(row, "item_name", lang_pick(catalogue_find(c, js_str(row, "item"))));
    if (rc != ERR_OK)
        return rc;
    return person != NULL ? fill_known(s, row, person) : fill_stranger(s, row);
}

#define BOOKING_SELECT                                                                             \
    "SELECT b.starts AS at, b.epoch, b.seq, b.id, coalesce(nullif(b.person, ''),"                  \
    " (SELECT p.id FROM person p WHERE p.tag = b.tag)), b.item, b.ends, b.means, b.state,"         \
    " b.source, b.at, b.clerk FROM booking b WHERE"
#define BOOKING_WINDOW                                                                             \
    " b.starts >= :from AND b.starts <= :at"                                                       \
    " AND (b.starts, b.epoch, b.seq) < (:at, :epoch, :seq)"
#define BOOKING_ORDER " ORDER BY b.starts DESC, b.epoch DESC, b.seq DESC LIMIT :n"
#define BOOKINGS(which)                                                                            \
    BOOKING_SELECT which " (:state IS NULL OR b.state = :state) AND (:item IS NULL OR b.item ="    \
                         " :item) AND" BOOKING_WINDOW BOOKING_ORDER

static enum err of_number(struct site *s, const char *like, char id[ENTRY_ID])
{
    (void)s;
    return slots_number_read(like, id);
}

/* In the roll a booking of somebody unknown here stands under its own id. */
static const char *const booking_match[] = {"number", "item", "item_name", "name", "phone", NULL};
const struct listing booking_listing = {
    .sql = BOOKINGS(""),
    .by_state = BOOKINGS(" b.state = :state AND"),
    .make = make_booking,
    .fill = fill_booking,
    .match = booking_match,
    .by_person = BOOKINGS(" b.rowid IN (SELECT rowid FROM booking WHERE person = :key UNION SELECT"
                          " rowid FROM booking WHERE tag = (SELECT tag FROM person WHERE id = :key)"
                          " UNION SELECT rowid FROM booking WHERE id = :key) AND"),
    .by_item = BOOKINGS(" b.item = :key AND"),
    .by_id = BOOKINGS(" b.id = :key AND"),
    .person = 4,
    .item = 5,
    .number = of_number,
};
static const struct listing of_person = {
    .sql = BOOKING_SELECT " b.state IN ('booked', 'arrived') AND (b.person = :arg"
                          " OR b.tag = (SELECT p.tag FROM person p WHERE p.id = :arg))"
                          " AND" BOOKING_WINDOW BOOKING_ORDER,
    .make = make_booking,
    .fill = fill_booking,
};
static const struct listing alone = {
    .sql = BOOKING_SELECT " b.id = :arg AND" BOOKING_WINDOW BOOKING_ORDER,
    .make = make_booking,
    .fill = fill_booking,
};

enum err bookings_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                       void *to)
{
    return listing_each(s, &booking_listing, arg, q, row, to);
}

/* --- of one person, and alone ------------------------------------------------------------------
 */

static enum err put_first(void *to, json_t *row)
{
    json_array_insert(to, 0, row);
    return ERR_OK;
}

enum err booking_of_today(struct site *s, const char *person, json_t **out)
{
    int64_t day = clock_day(clock_now());
    struct view_query q = {.from = day, .to = day + CLOCK_DAY_MS};
    *out = json_array();
    enum err rc = listing_each(s, &of_person, person, &q, put_first, *out);
    return rc == ERR_OK ? booking_perhaps(s, person, *out) : rc;
}

enum err booking_id(const char *which, char id[ENTRY_ID])
{
    if (strncmp(which, "o.", 2) != 0 && (*which < '0' || *which > '9'))
        return slots_number_read(which, id);
    snprintf(id, ENTRY_ID, "%s", which);
    return ERR_OK;
}

enum err booking_find(struct site *s, const char *which, json_t **out)
{
    char id[ENTRY_ID];
    json_t *rows = json_array();
    *out = NULL;
    enum err rc = booking_id(which, id);
    if (rc == ERR_OK)
        rc = listing_each(s, &alone, id, &VIEW_ALL, put_first, rows);
    if (rc == ERR_OK && json_array_size(rows) == 0)
        rc = err_set(ERR_NOT_FOUND, "booking", NULL);
    if (rc == ERR_OK)
        *out = json_incref(json_array_get(rows, 0));
    json_decref(rows);
    return rc;
}

int64_t booking_missed(struct site *s)
{
    bool row = false;
    sqlite3_stmt *q;
    int64_t n = 0, now = clock_now();
    if (sql_open(s->j.store, &q,
                 "SELECT count(*) FROM booking WHERE starts >= ?1 AND ends <= ?2"
                 " AND state = 'booked'",
                 "ii", clock_day(now) - CLOCK_DAY_MS, now) != ERR_OK ||
        store_step(s->j.store, q, &row) != ERR_OK || !row)
        return 0;
    n = store_int(q, 0);
    sqlite3_reset(q);
    return n;
}
