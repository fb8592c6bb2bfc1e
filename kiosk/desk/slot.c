/* Owns: the half hours of a day and who is booked in them.
 * Invariant: an appointment counts in each half hour that it touches; nothing here names anybody.
 */
#include "kiosk/desk/slot.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/sql.h"
#include "kiosk/rules/define.h"

#define MINUTE_MS 60000LL

static int64_t capacity_of(const struct policy *p)
{
    const json_t *value = policy_param(p, "slot_capacity");
    return json_is_integer(value) ? json_integer_value(value) : -1; /* -1: no limit */
}

static enum err booked_in(struct store *s, int64_t from, int64_t *n)
{
    bool row = false;
    sqlite3_stmt *q;
    *n = 0;
    enum err rc = sql_open(s, &q,
                           "SELECT count(*) FROM booking WHERE starts < ?2 AND ends > ?1"
                           " AND starts >= ?3 AND state = 'booked'",
                           "iii", from, from + SLOT_MS, clock_day(from));
    if (rc == ERR_OK)
        rc = store_step(s, q, &row);
    if (rc != ERR_OK || !row)
        return rc;
    *n = store_int(q, 0);
    sqlite3_reset(q);
    return ERR_OK;
}

/* --- the view ----------------------------------------------------------------------------------
 */

static enum err show(struct site *s, int64_t from, int64_t capacity, row_fn *row, void *to)
{
    int64_t booked;
    enum err rc = booked_in(s->j.store, from, &booked);
    if (rc != ERR_OK)
        return rc;
    json_t *out = json_object();
    js_set_time(out, "from", from);
    js_set_time(out, "to", from + SLOT_MS);
    if (capacity >= 0)
        js_set_int(out, "capacity", capacity);
    else
        js_set_str(out, "capacity", NULL);
    js_set_int(out, "booked", booked);
    if (capacity >= 0)
        js_set_int(out, "free", booked < capacity ? capacity - booked : 0);
    else
        js_set_str(out, "free", NULL);
    rc = row(to, out);
    json_decref(out);
    return rc;
}

static enum err each_of(struct site *s, int64_t day, row_fn *row, void *to)
{
    size_t i;
    json_t *hours;
    struct policy *p;
    enum err rc = site_policy(s, &p);
    if (rc != ERR_OK)
        return rc;
    json_array_foreach(js_get(policy_json(p), "hours"), i, hours)
    {
        int64_t end = day + def_clock(js_str(hours, "to")) * MINUTE_MS;
        for (int64_t at = day + def_clock(js_str(hours, "from")) * MINUTE_MS;
             rc == ERR_OK && at + SLOT_MS <= end; at += SLOT_MS)
            rc = show(s, at, capacity_of(p), row, to);
    }
    return rc;
}

/* Today's, or those of the day of `from`. */
enum err slots_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                    void *to)
{
    if (*arg != 0)
        return err_set(ERR_NOT_FOUND, "what", NULL);
    return each_of(s, clock_day(q->from != CLOCK_NONE ? q->from : clock_now()), row, to);
}

/* --- room for one more -------------------------------------------------------------------------
 */

struct search {
    int64_t behind;
    char found[CLOCK_TEXT];
};

static enum err look(void *to, json_t *row)
{
    struct search *f = to;
    int64_t from;
    if (f->found[0] == 0 && clock_parse(js_str(row, "from"), &from) && from > f->behind &&
        js_int(row, "free", 0) > 0)
        clock_hhmm(from, f->found);
    return ERR_OK;
}

static enum err full(struct site *s, int64_t slot, int64_t booked)
{
    char at[CLOCK_TEXT];
    struct search next = {.behind = slot > clock_now() ? slot : clock_now()};
    enum err rc = each_of(s, clock_day(slot), look, &next);
    if (rc != ERR_OK)
        return rc;
    clock_hhmm(slot, at);
    if (next.found[0] != 0)
        return err_set(ERR_CONSTRAINT, "from", _("full: %lld are booked at %s; next free: %s"),
                       (long long)booked, at, next.found);
    return err_set(ERR_CONSTRAINT, "from", _("full: %lld are booked at %s; take another day"),
                   (long long)booked, at);
}

enum err slot_room(struct site *s, int64_t from, int64_t to)
{
    struct policy *p;
    int64_t booked, day = clock_day(from);
    enum err rc = site_policy(s, &p);
    if (rc != ERR_OK || capacity_of(p) < 0)
        return rc;
    for (int64_t at = from - (from - day) % SLOT_MS; rc == ERR_OK && at < to; at += SLOT_MS) {
        if (at + SLOT_MS <= clock_now())
            continue;
        rc = booked_in(s->j.store, at, &booked);
        if (rc == ERR_OK && booked >= capacity_of(p))
            rc = full(s, at, booked);
    }
    return rc;
}
