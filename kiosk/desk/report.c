/* Owns: how the report of a day stands, and what differs between two of them.
 * Invariant: a day has as many revisions as it was signed times; none is ever changed. */
#include "kiosk/desk/report.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/desk/sql.h"
#include "kiosk/desk/tally.h"

#define FRIDAY 5

/* --- when it is due ----------------------------------------------------------------------------
 */

/* 1 Monday to 7; 1970-01-01 was a Thursday. */
static int64_t weekday(int64_t day)
{
    return (day % 7 + 7 + 3) % 7 + 1;
}

enum err report_due(struct site *s, int64_t at, int64_t *due)
{
    struct policy *p;
    int hours = 0, minutes = 0;
    *due = CLOCK_NONE;
    enum err rc = site_policy(s, &p);
    if (rc != ERR_OK)
        return rc;
    const json_t *rule = js_get(policy_json(p), "report");
    const char *hour = js_str(rule, "hour"), *every = js_str(rule, "every");
    if (hour == NULL || sscanf(hour, "%2d:%2d", &hours, &minutes) != 2)
        return ERR_OK;
    bool weekly = every != NULL && strcmp(every, "week") == 0;
    if (!weekly || weekday(tally_day(at)) == js_int(rule, "weekday", FRIDAY))
        *due = clock_day(at) + (hours * 60 + minutes) * 60000LL;
    return ERR_OK;
}

/* --- two objects of sums
 * --------------------------------------------------------------------------------------
 */

/* The tally rounds at each step; what is left of a difference below that is no difference. */
static bool same_pair(const json_t *a, const json_t *b)
{
    double off = json_number_value(json_array_get(a, 1)) - json_number_value(json_array_get(b, 1));
    return json_integer_value(json_array_get(a, 0)) == json_integer_value(json_array_get(b, 0)) &&
           off < 1e-6 && off > -1e-6;
}

static const json_t *pair_of(const json_t *sums, const char *series, const char *key)
{
    return json_object_get(json_object_get(sums, series), key);
}

static json_t *pair_or_zero(const json_t *pair)
{
    return pair != NULL ? json_copy((json_t *)(uintptr_t)pair) : json_pack("[i,i]", 0, 0);
}

/* What `one` has and `other` has otherwise or not at all. */
static void compare(const json_t *one, const json_t *other, bool one_is_now, json_t *out)
{
    const char *series, *key;
    json_t *keys, *pair;
    json_object_foreach((json_t *)(uintptr_t)one, series, keys)
    {
        json_object_foreach(keys, key, pair)
        {
            const json_t *there = pair_of(other, series, key);
            if (there != NULL && (one_is_now || same_pair(pair, there)))
                continue; /* each pair is compared once */
            const json_t *was = one_is_now ? there : pair, *now = one_is_now ? pair : there;
            json_array_append_new(out,
                                  json_pack("{s:s,s:s,s:o,s:o}", "series", series, "key", key,
                                            "was", pair_or_zero(was), "now", pair_or_zero(now)));
        }
    }
}

json_t *report_differences(const json_t *was, const json_t *now)
{
    json_t *out = json_array();
    compare(was, now, false, out);
    compare(now, was, true, out);
    return out;
}

/* --- how it stands -----------------------------------------------------------------------------
 */

/* The last revision of a day; *signed_at CLOCK_NONE: none. *sums is owned by the caller. */
static enum err last_signed(struct site *s, int64_t day, int64_t *signed_at, int64_t *first_at,
                            json_t **sums)
{
    bool row = false;
    sqlite3_stmt *q;
    *signed_at = *first_at = CLOCK_NONE;
    *sums = NULL;
    enum err rc = sql_open(s->j.store, &q,
                           "SELECT at, body -> 'sums', min(at) OVER () FROM report WHERE day = ?1"
                           " ORDER BY epoch DESC, seq DESC LIMIT 1",
                           "i", day);
    if (rc == ERR_OK)
        rc = store_step(s->j.store, q, &row);
    if (rc != ERR_OK || !row)
        return rc;
    *signed_at = store_int(q, 0);
    *sums = sql_parsed(q, 1, json_object());
    *first_at = store_int(q, 2);
    sqlite3_reset(q);
    return ERR_OK;
}

static const char *unsigned_state(int64_t at, int64_t due, int64_t now)
{
    if (due == CLOCK_NONE)
        return "none";
    if (now >= clock_day(at) + CLOCK_DAY_MS)
        return "missed";
    if (now >= due)
        return "late";
    return now >= due - REPORT_AHEAD_MS ? "due" : "later";
}

enum err report_state(struct site *s, int64_t at, const char **state, int64_t *signed_at)
{
    int64_t due, last, first, day = tally_day(at);
    json_t *was = NULL, *now = NULL, *differs = NULL;
    *state = "none";
    enum err rc = report_due(s, at, &due);
    if (rc == ERR_OK)
        rc = last_signed(s, day, &last, &first, &was);
    if (rc == ERR_OK && last != CLOCK_NONE)
        rc = tally_sums(s->j.store, day, day, NULL, &now);
    if (rc == ERR_OK && last == CLOCK_NONE) {
        *state = unsigned_state(at, due, clock_now());
    } else if (rc == ERR_OK) {
        differs = report_differences(was, now);
        *state = json_array_size(differs) > 0        ? "changed"
                 : due != CLOCK_NONE && first >= due ? "done_late"
                                                     : "done";
    }
    if (signed_at != NULL)
        *signed_at = rc == ERR_OK ? last : CLOCK_NONE;
    json_decref(differs);
    json_decref(was);
    json_decref(now);
    return rc;
}
