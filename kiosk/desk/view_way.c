/* Owns: which ways people were sent: counted by day, and who was shown another way.
 * Invariant: a way counts on the day on which it was chosen. */
#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/person.h"
#include "kiosk/desk/rows.h"
#include "kiosk/desk/sql.h"

static void put(json_t *row, const char *key, json_t *value)
{
    json_object_set_new(row, key, value);
}

/* --- ways --------------------------------------------------------------------------------------
 */

/* A day's figures for each channel: cases taken in by it, people shown it, and how often it was
 * passed over for which reason. */
static json_t *make_channel(sqlite3_stmt *q)
{
    char day[CLOCK_TEXT];
    json_t *row = json_object();
    js_set_str(row, "day", clock_date(store_int(q, 0) * CLOCK_DAY_MS - CLOCK_OFFSET_MS, day));
    put(row, "channel", sql_json(q, 1));
    put(row, "cases", sql_json(q, 2));
    put(row, "guided", sql_json(q, 3));
    put(row, "skipped", sql_parsed(q, 4, json_object()));
    return row;
}

/* Out of the tally by day: a look at each case of a month took 90 ms where there were 100,000. */
#define OF_DAYS " day >= ?1 AND day < ?2"
static const char channels_sql[] =
    "WITH t (day, channel, cases, guided, reason, n) AS ("
    "  SELECT day, key, iif(series = 'case', n, 0), iif(series = 'guidance', n, 0), NULL, 0"
    "   FROM tally WHERE series IN ('case', 'guidance') AND" OF_DAYS
    "  UNION ALL SELECT day, substr(key, 1, instr(key, ':') - 1), 0, 0,"
    "   substr(key, instr(key, ':') + 1), n FROM tally WHERE series = 'skipped' AND" OF_DAYS
    ") SELECT day, channel, sum(cases), sum(guided),"
    "  json_group_object(reason, n) FILTER (WHERE reason IS NOT NULL)"
    " FROM t GROUP BY day, channel ORDER BY day DESC, channel LIMIT ?3";

/* The local day that holds a moment, counted from 1970. */
static int64_t day_of(int64_t at)
{
    return (clock_day(at) + CLOCK_OFFSET_MS) / CLOCK_DAY_MS;
}

enum err channels_each(struct site *s, const char *arg, const struct view_query *v, row_fn *row,
                       void *to)
{
    sqlite3_stmt *q;
    struct view_query all = *v;
    (void)arg;
    all.like = NULL;
    enum err rc = sql_open(
        s->j.store, &q, channels_sql, "iii", v->from != CLOCK_NONE ? day_of(v->from) : INT64_MIN,
        v->to != CLOCK_NONE ? day_of(v->to - 1) + 1 : INT64_MAX, rows_limit(&all));
    return rc == ERR_OK ? rows_show(s, q, make_channel, NULL, &all, row, to) : rc;
}

/* --- those who were shown another way ----------------------------------------------------------
 */

static json_t *make_guidance(sqlite3_stmt *q)
{
    json_t *row = json_object();
    js_set_str(row, "id", store_text(q, 3));
    js_set_time(row, "at", store_int(q, 0));
    put(row, "clerk", sql_json(q, 4));
    put(row, "person", sql_json(q, 5));
    put(row, "name", json_null());
    put(row, "item", sql_json(q, 6));
    put(row, "channel", sql_json(q, 7));
    put(row, "skipped", sql_parsed(q, 8, json_array()));
    put(row, "visit", sql_json(q, 9));
    return row;
}

static enum err fill_guidance(struct site *s, json_t *row)
{
    struct catalogue *c;
    enum err rc = site_catalogue(s, &c);
    if (rc == ERR_OK)
        js_set_str(row, "item_name", lang_pick(catalogue_find(c, js_str(row, "item"))));
    if (rc == ERR_OK && js_str(row, "person") != NULL)
        rc = person_into(s, row, js_str(row, "person"));
    return rc;
}

const struct listing guidance_listing = {
    .sql = "SELECT at, epoch, seq, id, clerk, person, item, channel, skipped, visit FROM guidance"
           " WHERE" LISTING_WINDOW LISTING_ORDER,
    .make = make_guidance,
    .fill = fill_guidance,
};

enum err guidance_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                       void *to)
{
    return listing_each(s, &guidance_listing, arg, q, row, to);
}
