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

#define DAY_OF "(at + 28800000) / 86400000"
#define IN_WINDOW " at >= ?1 AND at < ?2"
static const char channels_sql[] =
    "WITH chosen (day, channel, cases, guided) AS ("
    "  SELECT day, channel, sum(n), sum(g) FROM ("
    "   SELECT " DAY_OF " AS day, channel, 1 AS n, 0 AS g FROM case_file WHERE" IN_WINDOW
    "   UNION ALL SELECT " DAY_OF ", channel, 0, 1 FROM guidance WHERE" IN_WINDOW ") GROUP BY 1, 2"
    "), passed (day, channel, reason) AS ("
    "  SELECT " DAY_OF ", j.value ->> 'channel', j.value ->> 'reason' FROM case_file,"
    "   json_each(skipped) j WHERE skipped <> '[]' AND" IN_WINDOW "  UNION ALL SELECT " DAY_OF
    ", j.value ->> 'channel', j.value ->> 'reason' FROM guidance,"
    "   json_each(skipped) j WHERE skipped <> '[]' AND" IN_WINDOW
    "), reasons (day, channel, counted) AS ("
    "  SELECT day, channel, json_group_object(reason, n) FROM"
    "   (SELECT day, channel, reason, count(*) AS n FROM passed GROUP BY 1, 2, 3) GROUP BY 1, 2"
    "), keys (day, channel) AS (SELECT day, channel FROM chosen UNION"
    "  SELECT day, channel FROM reasons)"
    " SELECT k.day, k.channel, coalesce(c.cases, 0), coalesce(c.guided, 0), r.counted FROM keys k"
    " LEFT JOIN chosen c USING (day, channel) LEFT JOIN reasons r USING (day, channel)"
    " ORDER BY k.day DESC, k.channel LIMIT ?3";

enum err channels_each(struct site *s, const char *arg, const struct view_query *v, row_fn *row,
                       void *to)
{
    sqlite3_stmt *q;
    struct view_query all = *v;
    (void)arg;
    all.like = NULL;
    enum err rc = sql_open(s->j.store, &q, channels_sql, "iii", v->from,
                           v->to != CLOCK_NONE ? v->to : INT64_MAX, rows_limit(&all));
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
    .sql = "SELECT at, epoch, seq, id, clerk, person, item, channel, skipped FROM guidance"
           " WHERE" LISTING_WINDOW LISTING_ORDER,
    .make = make_guidance,
    .fill = fill_guidance,
};

enum err guidance_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                       void *to)
{
    return listing_each(s, &guidance_listing, arg, q, row, to);
}
