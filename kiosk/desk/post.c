/* Owns: who holds which post. Invariant: a post given is never given with a day that is over; what
 * was said before stands in the journal, and the last word counts. */
#include "kiosk/desk/post.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/sql.h"

#define WEEK 7

const json_t *post_find(const struct policy *p, const char *id)
{
    size_t i;
    json_t *one;
    json_array_foreach(js_get(policy_json(p), "posts"), i, one)
    {
        if (id != NULL && strcmp(js_str(one, "id"), id) == 0)
            return one;
    }
    return NULL;
}

/* --- given -------------------------------------------------------------------------------------
 */

static const struct member post_shape[] = {
    {"post", MEMBER_TEXT, true, 40, NULL},  {"clerk", MEMBER_TEXT, false, 60, NULL},
    {"name", MEMBER_TEXT, false, 40, NULL}, {"phone", MEMBER_TEXT, false, 40, NULL},
    {"day", MEMBER_DATE, false, 0, NULL},   {NULL, MEMBER_TEXT, false, 0, NULL},
};

static enum err check_day(const json_t *post, const char *day)
{
    int64_t first;
    if (day == NULL)
        return ERR_OK;
    if (!js_bool(post, "daily"))
        return err_set(ERR_CONSTRAINT, "day", "%s", js_str(post, "id"));
    if (!clock_parse_date(day, &first) || first < clock_day(clock_now()))
        return err_set(ERR_CONSTRAINT, "day", "%s", day);
    return ERR_OK;
}

/* A clerk, or somebody named, or nobody; outside the site a number is what is wanted. */
static enum err check_holder(struct site *s, const json_t *post, const json_t *clean)
{
    const char *clerk = js_str(clean, "clerk"), *name = js_str(clean, "name");
    const char *phone = js_str(clean, "phone");
    bool outside = js_bool(post, "outside");
    if (clerk != NULL && (outside || name != NULL))
        return err_set(ERR_CONSTRAINT, outside ? "clerk" : "name", NULL);
    if (outside && name != NULL && phone == NULL)
        return err_set(ERR_FIELD_REQUIRED, "phone", NULL);
    if (!outside && phone != NULL && name == NULL && clerk == NULL)
        return err_set(ERR_FIELD_REQUIRED, "name", NULL);
    return clerk != NULL ? clerk_known(s, clerk) : ERR_OK;
}

static enum err check_post(struct site *s, const json_t *clean)
{
    struct policy *p;
    enum err rc = site_policy(s, &p);
    if (rc != ERR_OK)
        return rc;
    const json_t *post = post_find(p, js_str(clean, "post"));
    if (post == NULL)
        return err_set(ERR_NOT_FOUND, "post", NULL);
    rc = check_day(post, js_str(clean, "day"));
    return rc == ERR_OK ? check_holder(s, post, clean) : rc;
}

static enum err append_post(struct site *s, const json_t *clean, json_t **out)
{
    static const char *const open[] = {"post", "clerk", "day", NULL};
    static const char *const closed[] = {"name", "phone", NULL};
    int64_t from = clock_now();
    json_t *body = input_pick(clean, open), *sealed = input_sealed(clean, closed);
    if (js_str(clean, "day") != NULL)
        clock_parse_date(js_str(clean, "day"), &from);
    json_object_set_new(body, "named", json_boolean(sealed != NULL));
    js_set_int(body, "from", from);
    return action_append(s, (struct journal_new){.kind = "post", .at = CLOCK_NONE}, body, sealed,
                         out);
}

enum err post_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    json_t *clean = NULL;
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : ERR_OK;
    if (rc == ERR_OK)
        rc = input_check(post_shape, in, &clean);
    if (rc == ERR_OK)
        rc = check_post(s, clean);
    if (rc == ERR_OK)
        rc = append_post(s, clean, out);
    json_decref(clean);
    return rc;
}

enum err post_project(struct store *s, const struct entry *e)
{
    return sql_put(s,
                   "INSERT INTO post_holder (id, epoch, seq, by, post, clerk, named, day, starts)"
                   " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9)",
                   "tiitttbti", e->id, e->epoch, e->seq, e->clerk, js_str(e->body, "post"),
                   js_str(e->body, "clerk"), (int)js_bool(e->body, "named"), js_str(e->body, "day"),
                   js_int(e->body, "from", e->at));
}

/* --- shown -------------------------------------------------------------------------------------
 */

struct held {
    char id[ENTRY_ID], clerk[CLERK_NAME];
    bool named, any;
    int64_t since;
};

/* The last word about a post for one day (`day`), or until further notice (NULL). */
static enum err last_word(struct store *s, const char *post, const char *day, int64_t before,
                          struct held *h)
{
    bool row;
    sqlite3_stmt *q;
    *h = (struct held){.since = CLOCK_NONE};
    enum err rc = sql_open(s, &q,
                           "SELECT id, clerk, named, starts FROM post_holder WHERE post = ?1"
                           " AND day IS ?2 AND starts < ?3 ORDER BY epoch DESC, seq DESC LIMIT 1",
                           "tti", post, day, before);
    if (rc == ERR_OK)
        rc = store_step(s, q, &row);
    if (rc != ERR_OK || !row)
        return rc;
    snprintf(h->id, sizeof h->id, "%s", store_text(q, 0));
    snprintf(h->clerk, sizeof h->clerk, "%s", store_text(q, 1));
    h->named = store_int(q, 2) != 0;
    h->any = h->named || h->clerk[0] != 0;
    h->since = store_int(q, 3);
    sqlite3_reset(q);
    return ERR_OK;
}

static enum err fill_named(struct site *s, const struct held *h, json_t *row)
{
    json_t *sealed = NULL;
    enum err rc = ERR_OK;
    if (h->named && s->j.unlocked)
        rc = journal_unseal(&s->j, h->id, &sealed);
    js_set_str(row, "name", js_str(sealed, "name"));
    js_set_str(row, "phone", js_str(sealed, "phone"));
    js_set_str(row, "holder", h->clerk[0] != 0 ? h->clerk : js_str(sealed, "name"));
    json_decref(sealed);
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

static enum err holder_of(struct site *s, const json_t *post, int64_t at, json_t **out)
{
    char day[CLOCK_TEXT];
    struct held h = {.any = false};
    const char *id = js_str(post, "id");
    int64_t end = clock_day(at) + CLOCK_DAY_MS;
    bool daily = js_bool(post, "daily"), of_day;
    clock_date(at, day);
    enum err rc = daily ? last_word(s->j.store, id, day, end, &h) : ERR_OK;
    of_day = h.any;
    if (rc == ERR_OK && !of_day)
        rc = last_word(s->j.store, id, NULL, end, &h);
    if (rc != ERR_OK)
        return rc;
    *out = json_object();
    js_set_str(*out, "post", id);
    js_set_str(*out, "title", lang_pick(post));
    json_object_set_new(*out, "outside", json_boolean(js_bool(post, "outside")));
    json_object_set_new(*out, "daily", json_boolean(daily));
    js_set_str(*out, "clerk", h.clerk[0] != 0 ? h.clerk : NULL);
    rc = fill_named(s, &h, *out);
    js_set_time(*out, "since", h.any ? h.since : CLOCK_NONE);
    js_set_str(*out, "day", of_day ? day : NULL);
    json_object_set_new(*out, "vacant", json_boolean(!h.any));
    js_set_str(*out, "basis", js_str(post, "basis"));
    return rc;
}

enum err post_holder(struct site *s, const char *id, int64_t at, json_t **out)
{
    struct policy *p;
    *out = NULL;
    enum err rc = site_policy(s, &p);
    if (rc != ERR_OK)
        return rc;
    const json_t *post = post_find(p, id);
    return post != NULL ? holder_of(s, post, at, out) : err_set(ERR_NOT_FOUND, "post", NULL);
}

static enum err each_post(struct site *s, int64_t at, bool daily_only, row_fn *row, void *to)
{
    size_t i;
    json_t *post;
    struct policy *p;
    enum err rc = site_policy(s, &p);
    if (rc != ERR_OK)
        return rc;
    json_t *posts = json_incref(js_get(policy_json(p), "posts")); /* the pack may change below */
    json_array_foreach(posts, i, post)
    {
        json_t *one = NULL;
        if (rc != ERR_OK || (daily_only && !js_bool(post, "daily")))
            continue;
        rc = holder_of(s, post, at, &one);
        if (rc == ERR_OK)
            rc = row(to, one);
        json_decref(one);
    }
    json_decref(posts);
    return rc;
}

/* Today's; `from` names another day. */
enum err posts_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                    void *to)
{
    (void)arg;
    return each_post(s, q->from != CLOCK_NONE ? q->from : clock_now(), false, row, to);
}

struct rota {
    row_fn *row;
    void *to;
    char day[CLOCK_TEXT];
};

/* In a rota each row is about its day, also where the post is held until further notice. */
static enum err rota_row(void *arg, json_t *one)
{
    struct rota *r = arg;
    json_object_set_new(one, "that_day", json_boolean(js_str(one, "day") != NULL));
    js_set_str(one, "day", r->day);
    return r->row(r->to, one);
}

/* The daily posts of a week from today, or from the day of `from`. */
enum err rota_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                   void *to)
{
    int64_t first = clock_day(q->from != CLOCK_NONE ? q->from : clock_now());
    struct rota r = {.row = row, .to = to};
    enum err rc = ERR_OK;
    (void)arg;
    for (int i = 0; rc == ERR_OK && i < WEEK; i++) {
        clock_date(first + i * CLOCK_DAY_MS, r.day);
        rc = each_post(s, first + i * CLOCK_DAY_MS, true, rota_row, &r);
    }
    return rc;
}
