/* Owns: the half hours of a day, who is booked in them, and places held.
 * Invariant: an appointment counts in each half hour that it touches; nothing here names anybody.
 */
#include "kiosk/desk/slot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/link.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/sql.h"

/* --- the rule that is in force -----------------------------------------------------------------
 */

static void set_param(json_t *plan, const struct policy *p, const char *key, const char *param,
                      int64_t otherwise)
{
    const json_t *value = policy_param(p, param);
    if (json_is_integer(value))
        js_set_int(plan, key, json_integer_value(value));
    else if (otherwise >= 0)
        js_set_int(plan, key, otherwise);
    else
        js_set_str(plan, key, NULL);
}

static void set_list(json_t *plan, const struct policy *p, const char *key, const char *member)
{
    json_t *list = js_get(policy_json(p), member);
    json_object_set_new(plan, key, list != NULL ? json_copy(list) : json_array());
}

enum err slot_policy(struct site *s, json_t **out)
{
    struct policy *p;
    *out = NULL;
    enum err rc = site_policy(s, &p);
    if (rc != ERR_OK)
        return rc;
    json_t *plan = *out = json_object();
    set_param(plan, p, "capacity", "slot_capacity", -1);
    set_param(plan, p, "hub", "slot_hub", 0);
    set_param(plan, p, "cutoff", "slot_cutoff", 0);
    set_param(plan, p, "days", "slot_days", 0);
    set_list(plan, p, "hours", "hours");
    set_list(plan, p, "holidays", "holidays");
    set_list(plan, p, "groups", "slot_groups");
    return ERR_OK;
}

enum err slot_group(struct site *s, const json_t *item, char out[40])
{
    json_t *plan;
    out[0] = 0;
    enum err rc = slot_policy(s, &plan);
    if (rc != ERR_OK)
        return rc;
    const char *id = js_str(slots_group(plan, item), "id");
    snprintf(out, 40, "%s", id != NULL ? id : "");
    json_decref(plan);
    return ERR_OK;
}

/* One limit: of the whole slot, or of a group in it. */
struct limit {
    struct slots_plan plan;
    const char *group; /* NULL: of the whole slot; borrowed from the rule's policy */
};
struct rule {
    json_t *policy; /* as slot_policy gives it */
    struct limit limits[2];
    int n;
    int64_t heard;
};

static enum err rule_read(struct site *s, const json_t *item, struct rule *r)
{
    *r = (struct rule){.n = 1, .heard = link_heard(s->j.store)};
    enum err rc = slot_policy(s, &r->policy);
    if (rc != ERR_OK)
        return rc;
    r->limits[0].plan = slots_plan_read(r->policy);
    const json_t *group = item != NULL ? slots_group(r->policy, item) : NULL;
    if (group != NULL) {
        r->limits[1].plan = slots_plan_of(&r->limits[0].plan, group);
        r->limits[1].group = js_str(group, "id");
        r->n = 2;
    }
    for (int i = 0; rc == ERR_OK && i < r->n; i++)
        rc = slot_told(s, r->limits[i].group, &r->limits[i].plan);
    return rc;
}

static void rule_fini(struct rule *r)
{
    json_decref(r->policy);
}

/* --- what is taken -----------------------------------------------------------------------------
 */

static enum err two_numbers(struct store *s, sqlite3_stmt *q, int64_t *a, int64_t *b)
{
    bool row = false;
    enum err rc = store_step(s, q, &row);
    if (rc != ERR_OK || !row)
        return rc;
    *a = store_int(q, 0);
    *b = store_int(q, 1);
    sqlite3_reset(q);
    return ERR_OK;
}

static enum err use_read(struct store *s, int64_t from, const char *group, struct slots_use *u)
{
    sqlite3_stmt *q;
    *u = (struct slots_use){.starts = from};
    enum err rc = sql_open(s, &q,
                           "SELECT coalesce(sum(share = 'village'), 0),"
                           " coalesce(sum(share = 'hub'), 0) FROM booking WHERE starts >= ?3"
                           " AND starts < ?2 AND ends > ?1 AND state <> 'cancelled'"
                           " AND (?4 IS NULL OR grp = ?4)",
                           "iiit", from, from + SLOT_MS, clock_day(from), group);
    if (rc == ERR_OK)
        rc = two_numbers(s, q, &u->village, &u->hub);
    if (rc == ERR_OK)
        rc = sql_open(s, &q,
                      "SELECT (SELECT count(*) FROM slot_hold WHERE starts > ?2 AND starts < ?3"
                      " AND until > ?4 AND (?5 IS NULL OR grp = ?5)),"
                      " (SELECT coalesce(sum(places), 0) FROM slot_pass WHERE starts = ?1"
                      "  AND ?5 IS NULL)",
                      "iiiit", from, from - SLOT_MS, from + SLOT_MS, clock_now(), group);
    return rc == ERR_OK ? two_numbers(s, q, &u->held, &u->passed) : rc;
}

/* Places that the village may give, the least of its limits; u is the use of the whole slot. */
static enum err free_places(struct store *s, const struct rule *r, int64_t from, int64_t *free,
                            struct slots_use *u)
{
    struct slots_use of_group;
    enum err rc = use_read(s, from, NULL, u);
    *free = slots_village(&r->limits[0].plan, u, r->heard);
    if (rc != ERR_OK || r->n == 1)
        return rc;
    rc = use_read(s, from, r->limits[1].group, &of_group);
    int64_t left = slots_village(&r->limits[1].plan, &of_group, r->heard);
    *free = left < *free ? left : *free;
    return rc;
}

/* --- the view ----------------------------------------------------------------------------------
 */

struct showing {
    struct site *s;
    const struct rule *rule;
    row_fn *row;
    void *to;
};

static void set_limited(json_t *row, const char *key, bool limited, int64_t n)
{
    if (limited)
        js_set_int(row, key, n);
    else
        js_set_str(row, key, NULL);
}

static enum err show(void *arg, int64_t from)
{
    struct showing *a = arg;
    struct slots_use u;
    int64_t free;
    const struct slots_plan *p = &a->rule->limits[0].plan;
    enum err rc = free_places(a->s->j.store, a->rule, from, &free, &u);
    if (rc != ERR_OK)
        return rc;
    int64_t left = p->capacity - u.village - u.hub - u.held - free;
    json_t *out = json_object();
    js_set_time(out, "from", from);
    js_set_time(out, "to", from + SLOT_MS);
    set_limited(out, "capacity", p->capacity >= 0, p->capacity);
    js_set_int(out, "booked", u.village + u.hub);
    js_set_int(out, "held", u.held);
    set_limited(out, "free", p->capacity >= 0, free);
    set_limited(out, "hub", p->capacity >= 0, left > 0 ? left : 0);
    rc = a->row(a->to, out);
    json_decref(out);
    return rc;
}

static enum err each_of(struct site *s, const struct rule *r, int64_t day, row_fn *row, void *to)
{
    struct showing a = {s, r, row, to};
    return slots_day(r->policy, day, show, &a);
}

/* Today's, or those of the day of `from`; behind the colon an item's code: its places. */
enum err slots_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                    void *to)
{
    struct rule r;
    const json_t *item = NULL;
    enum err rc = *arg != 0 ? action_item(s, arg, &item) : ERR_OK;
    if (rc != ERR_OK || (rc = rule_read(s, item, &r)) != ERR_OK)
        return rc;
    rc = each_of(s, &r, clock_day(q->from != CLOCK_NONE ? q->from : clock_now()), row, to);
    rule_fini(&r);
    return rc;
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

static enum err full(struct site *s, const struct rule *r, const struct slots_use *u)
{
    char at[CLOCK_TEXT];
    int64_t now = clock_now(), booked = u->village + u->hub;
    struct search next = {.behind = u->starts > now ? u->starts : now};
    enum err rc = each_of(s, r, clock_day(u->starts), look, &next);
    if (rc != ERR_OK)
        return rc;
    clock_hhmm(u->starts, at);
    if (next.found[0] != 0)
        return err_set(ERR_CONSTRAINT, "from", _("full: %lld are booked at %s; next free: %s"),
                       (long long)booked, at, next.found);
    return err_set(ERR_CONSTRAINT, "from", _("full: %lld are booked at %s; take another day"),
                   (long long)booked, at);
}

enum err slot_room(struct site *s, int64_t from, int64_t to, const json_t *item)
{
    struct rule r;
    struct slots_use u;
    int64_t free, day = clock_day(from);
    enum err rc = rule_read(s, item, &r);
    for (int64_t at = from - (from - day) % SLOT_MS; rc == ERR_OK && at < to; at += SLOT_MS) {
        if (at + SLOT_MS <= clock_now())
            continue;
        rc = free_places(s->j.store, &r, at, &free, &u);
        if (rc == ERR_OK && free < 1)
            rc = full(s, &r, &u);
    }
    rule_fini(&r);
    return rc;
}

/* --- held --------------------------------------------------------------------------------------
 */

static const struct member hold_shape[] = {
    {"from", MEMBER_TIME, true, 0, NULL},
    {"item", MEMBER_TEXT, false, 40, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

static enum err insert_hold(struct site *s, int64_t from, const json_t *item, json_t **out)
{
    char group[40];
    int64_t until = clock_now() + SLOTS_HOLD_MS;
    enum err rc = slot_group(s, item, group);
    if (rc == ERR_OK)
        rc = sql_put(s->j.store, "DELETE FROM slot_hold WHERE until <= ?1", "i", clock_now());
    if (rc == ERR_OK)
        rc = sql_put(s->j.store,
                     "INSERT INTO slot_hold (clerk, terminal, starts, grp, until)"
                     " VALUES (?1,?2,?3,nullif(?4,''),?5)",
                     "ttiti", s->j.clerk, s->j.terminal, from, group, until);
    if (rc != ERR_OK)
        return rc;
    *out = json_object();
    js_set_int(*out, "hold", sqlite3_last_insert_rowid(store_handle(s->j.store)));
    js_set_time(*out, "until", until);
    return ERR_OK;
}

enum err slot_hold_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    json_t *clean = NULL;
    const json_t *item = NULL;
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : ERR_OK;
    if (rc == ERR_OK)
        rc = input_check(hold_shape, in, &clean);
    if (rc == ERR_OK && js_str(clean, "item") != NULL)
        rc = action_item(s, js_str(clean, "item"), &item);
    int64_t from = rc == ERR_OK ? input_time(clean, "from") : 0;
    if (rc == ERR_OK)
        rc = slot_room(s, from, from + SLOT_MS, item);
    if (rc == ERR_OK)
        rc = insert_hold(s, from, item, out);
    json_decref(clean);
    return rc;
}

enum err slot_release(struct site *s, int64_t hold)
{
    return sql_put(s->j.store, "DELETE FROM slot_hold WHERE id = ?1", "i", hold);
}

/* Behind the colon the hold's number. */
enum err slot_release_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    static const struct member nothing[] = {{NULL, MEMBER_TEXT, false, 0, NULL}};
    json_t *clean = NULL;
    enum err rc = input_check(nothing, in, &clean);
    json_decref(clean);
    if (rc == ERR_OK)
        rc = slot_release(s, strtoll(arg, NULL, 10));
    if (rc == ERR_OK)
        *out = json_object();
    return rc;
}
