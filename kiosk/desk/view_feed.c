/* Owns: the rows that cases, papers, posts, ratings and changes of the policy give to ledgers.
 * Invariant: nothing here is kept: each row is read from the projections of the entries themselves,
 * and what is personal comes unsealed for the signed-in clerk alone. */
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/case.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/person.h"
#include "kiosk/desk/post.h"
#include "kiosk/desk/sql.h"
#include "kiosk/rules/catalogue.h"
#include "kiosk/rules/idno.h"

static void put(json_t *row, const char *key, json_t *value)
{
    json_object_set_new(row, key, value);
}

static json_t *begin(sqlite3_stmt *q)
{
    json_t *row = json_object();
    js_set_str(row, "id", store_text(q, 3));
    js_set_time(row, "at", store_int(q, 0));
    return row;
}

static void put_number(struct site *s, json_t *row, sqlite3_stmt *q, int epoch, int seq)
{
    char number[32];
    js_set_str(row, "number",
               idno_case_number(s->j.site, store_int(q, epoch), store_int(q, seq), number));
}

/* The number of a case whose place the row still has. */
static void number_by_place(struct site *s, json_t *row)
{
    char number[32];
    js_set_str(row, "number",
               idno_case_number(s->j.site, js_int(row, "case_epoch", 0), js_int(row, "case_seq", 0),
                                number));
}

/* --- cases -------------------------------------------------------------------------------------
 */

/* Why the case is not done online, in the pack's words. */
static void put_reason(struct site *s, json_t *row)
{
    size_t i;
    json_t *one;
    struct policy *p;
    const char *reason = NULL;
    json_array_foreach(js_get(row, "skipped"), i, one)
    {
        const char *channel = js_str(one, "channel");
        if (channel != NULL && strcmp(channel, "online") == 0)
            reason = js_str(one, "reason");
    }
    put(row, "told_online", json_boolean(reason != NULL));
    js_set_str(row, "near_reason", reason);
    if (reason == NULL || site_policy(s, &p) != ERR_OK)
        return;
    json_array_foreach(js_get(policy_json(p), "skip_reasons"), i, one)
    {
        if (strcmp(js_str(one, "id"), reason) == 0)
            js_set_str(row, "near_reason", lang_pick(one));
    }
}

static enum err put_person(struct site *s, json_t *row)
{
    const struct person *p;
    const char *id = js_str(row, "person");
    enum err rc = id != NULL && s->j.unlocked ? person_find(s, id, &p) : ERR_NOT_FOUND;
    if (rc == ERR_OK) {
        js_set_str(row, "phone", p->phone);
        js_set_str(row, "address", p->address);
    }
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

static void put_agent(json_t *row)
{
    const json_t *agent = json_object_get(row, "agent");
    js_set_str(row, "agent_name", js_str(agent, "name"));
    js_set_str(row, "agent_id_no", js_str(agent, "id_no"));
    js_set_str(row, "until", js_str(agent, "until"));
}

/* When it was done and handed over, and the courier's list that took it. */
static enum err put_course(struct site *s, json_t *row)
{
    bool more = false;
    sqlite3_stmt *q;
    enum err rc = sql_open(s->j.store, &q,
                           "SELECT (SELECT max(at) FROM case_step WHERE case_id = ?1 AND step IN"
                           " ('done', 'reject') AND refused = 0), (SELECT max(at) FROM case_step"
                           " WHERE case_id = ?1 AND step = 'deliver' AND refused = 0), c.epoch,"
                           " c.seq FROM (SELECT 1) LEFT JOIN courier_case l ON l.case_id = ?1"
                           " LEFT JOIN courier c ON c.id = l.list ORDER BY c.at DESC LIMIT 1",
                           "t", js_str(row, "id"));
    if (rc == ERR_OK)
        rc = store_step(s->j.store, q, &more);
    if (rc != ERR_OK || !more)
        return rc;
    js_set_time(row, "finished", sql_time(q, 0));
    js_set_time(row, "delivered", sql_time(q, 1));
    bool listed = sqlite3_column_type(q, 2) != SQLITE_NULL;
    if (listed)
        put_number(s, row, q, 2, 3);
    put(row, "batch", listed ? json_incref(json_object_get(row, "number")) : json_null());
    sqlite3_reset(q);
    return ERR_OK;
}

static enum err put_missing(struct site *s, json_t *row)
{
    size_t i;
    json_t *one, *papers = NULL;
    struct catalogue *c;
    char names[600] = "";
    struct view_query all = VIEW_ALL;
    enum err rc = site_catalogue(s, &c);
    if (rc == ERR_OK && js_int(row, "missing", 0) > 0) {
        char what[64];
        snprintf(what, sizeof what, "papers:%s", js_str(row, "id"));
        rc = view_list(s, what, &all, &papers);
    }
    json_array_foreach(papers, i, one)
    {
        const char *state = js_str(one, "state"), *name = js_str(one, "paper_name");
        size_t len = strlen(names);
        if (state != NULL && strcmp(state, "missing") == 0 && name != NULL)
            snprintf(names + len, sizeof names - len, "%s%s", len > 0 ? _(", ") : "", name);
    }
    js_set_str(row, "missing_names", names[0] != 0 ? names : NULL);
    json_decref(papers);
    return rc;
}

static void put_words(struct site *s, json_t *row)
{
    struct catalogue *c;
    static const char *const results[] = {"done", "rejected", "withdrawn", NULL};
    const char *state = js_str(row, "state");
    const json_t *item =
        site_catalogue(s, &c) == ERR_OK ? catalogue_find(c, js_str(row, "item")) : NULL;
    js_set_str(row, "dept", js_str(item, "department"));
    put(row, "result", json_null());
    for (size_t i = 0; state != NULL && results[i] != NULL; i++)
        if (strcmp(results[i], state) == 0)
            js_set_str(row, "result", state);
    if (state != NULL && (strcmp(state, "delivered") == 0))
        js_set_str(row, "result", "done");
    js_set_str(row, "state", state != NULL ? case_word(state) : NULL);
}

static void put_grade(json_t *row)
{
    char text[8];
    int64_t grade = js_int(row, "grade", 0);
    snprintf(text, sizeof text, "%d", (int)grade);
    js_set_str(row, "grade", grade > 0 ? text : NULL);
}

enum err view_whole_case(struct site *s, json_t *row)
{
    json_t *number = json_incref(json_object_get(row, "number"));
    enum err rc = put_person(s, row);
    if (rc == ERR_OK)
        rc = put_course(s, row);
    put(row, "number", number);
    if (rc == ERR_OK)
        rc = put_missing(s, row);
    put_agent(row);
    put_reason(s, row);
    put_words(s, row);
    put_grade(row);
    return rc;
}

/* --- papers: each a row of its own -------------------------------------------------------------
 */

static json_t *make_paper(sqlite3_stmt *q)
{
    json_t *row = begin(q);
    js_set_int(row, "case_epoch", store_int(q, 1));
    js_set_int(row, "case_seq", store_int(q, 4));
    put(row, "person", sql_json(q, 5));
    put(row, "item", sql_json(q, 6));
    put(row, "paper", sql_json(q, 7));
    put(row, "state", sql_json(q, 8));
    put(row, "until", sql_json(q, 9));
    put(row, "holder", sql_json(q, 10));
    put(row, "clerk", sql_json(q, 11));
    return row;
}

static enum err fill_paper(struct site *s, json_t *row)
{
    size_t i;
    json_t *one;
    struct catalogue *c;
    enum err rc = site_catalogue(s, &c);
    if (rc != ERR_OK)
        return rc;
    number_by_place(s, row);
    js_set_str(row, "paper_name", js_str(row, "paper"));
    json_t *papers = catalogue_papers(catalogue_find(c, js_str(row, "item")), true);
    json_array_foreach(papers, i, one)
    {
        if (strcmp(js_str(one, "id"), js_str(row, "paper")) == 0)
            js_set_str(row, "paper_name", lang_pick(one));
    }
    json_decref(papers);
    return person_into(s, row, js_str(row, "person"));
}

/* Papers of one case stand at the case's time: each place is made their own. */
const struct listing paper_listing = {
    .sql = "SELECT at, epoch, seq, id, case_seq, person, item, paper, state, until, holder, clerk"
           " FROM (SELECT c.at, c.epoch, c.seq * 200 + p.n AS seq, c.id, c.seq AS case_seq,"
           " c.person, c.item, p.paper, p.state, p.until, p.holder, c.clerk FROM paper p"
           " JOIN case_file c ON c.id = p.case_id) WHERE" LISTING_WINDOW LISTING_ORDER,
    .make = make_paper,
    .fill = fill_paper,
};

/* --- opinions ----------------------------------------------------------------------------------
 */

static json_t *make_rating(sqlite3_stmt *q)
{
    json_t *row = begin(q);
    js_set_int(row, "case_epoch", store_int(q, 4));
    js_set_int(row, "case_seq", store_int(q, 5));
    put(row, "item", sql_json(q, 6));
    put(row, "grade", sql_json(q, 7));
    put(row, "clerk", sql_json(q, 8));
    put_grade(row);
    return row;
}

static enum err fill_rating(struct site *s, json_t *row)
{
    json_t *sealed = NULL;
    number_by_place(s, row);
    enum err rc = s->j.unlocked ? journal_unseal(&s->j, js_str(row, "id"), &sealed) : ERR_NOT_FOUND;
    js_set_str(row, "reason", js_str(sealed, "reason"));
    json_decref(sealed);
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

const struct listing rating_listing = {
    .sql = "SELECT at, epoch, seq, id, case_epoch, case_seq, item, grade, clerk FROM (SELECT e.at,"
           " e.epoch, e.seq, e.id, c.epoch AS case_epoch, c.seq AS case_seq, c.item, c.grade,"
           " e.clerk FROM case_file c JOIN entry e ON e.id = c.rated)"
           " WHERE" LISTING_WINDOW LISTING_ORDER,
    .make = make_rating,
    .fill = fill_rating,
};

/* --- posts -------------------------------------------------------------------------------------
 */

static json_t *make_post(sqlite3_stmt *q)
{
    json_t *row = begin(q);
    put(row, "post", sql_json(q, 4));
    put(row, "clerk", sql_json(q, 10));
    put(row, "holder", sql_json(q, 5));
    put(row, "day", sql_json(q, 7));
    put(row, "standing", json_boolean(sqlite3_column_type(q, 7) == SQLITE_NULL));
    put(row, "named", json_boolean(store_int(q, 6) != 0));
    js_set_time(row, "from", store_int(q, 8));
    js_set_time(row, "to", sql_time(q, 9));
    put(row, "vacant",
        json_boolean(sqlite3_column_type(q, 5) == SQLITE_NULL && store_int(q, 6) == 0));
    return row;
}

static enum err fill_post(struct site *s, json_t *row)
{
    struct policy *p;
    json_t *sealed = NULL;
    enum err rc = site_policy(s, &p);
    if (rc != ERR_OK)
        return rc;
    const json_t *post = post_find(p, js_str(row, "post"));
    js_set_str(row, "post_name", post != NULL ? lang_pick(post) : js_str(row, "post"));
    if (js_bool(row, "named") && s->j.unlocked)
        rc = journal_unseal(&s->j, js_str(row, "id"), &sealed);
    js_set_str(row, "phone", js_str(sealed, "phone"));
    if (js_str(row, "holder") == NULL)
        js_set_str(row, "holder", js_str(sealed, "name"));
    json_decref(sealed);
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

const struct listing post_listing = {
    .sql = "SELECT at, epoch, seq, id, post, clerk, named, day, at, over, by FROM (SELECT p.starts"
           " AS at, p.epoch, p.seq, p.id, p.post, p.clerk, p.named, p.day, p.by, (SELECT"
           " min(n.starts) FROM post_holder n WHERE n.post = p.post AND n.day IS p.day"
           " AND (n.starts, n.epoch, n.seq) > (p.starts, p.epoch, p.seq)) AS over"
           " FROM post_holder p) WHERE" LISTING_WINDOW LISTING_ORDER,
    .make = make_post,
    .fill = fill_post,
};

/* --- changes of the policy ---------------------------------------------------------------------
 */

static json_t *make_change(sqlite3_stmt *q)
{
    static const char *const keys[] = {"action", "pack", "rule",     "old",  "new",
                                       "reason", "doc",  "approver", "clerk"};
    json_t *row = begin(q);
    for (int i = 0; i < 9; i++)
        put(row, keys[i], sql_json(q, 4 + i));
    return row;
}

const struct listing change_listing = {
    .sql = "SELECT at, epoch, seq, id, action, pack, rule, old, new, reason, doc, approver, clerk"
           " FROM (SELECT at, 0 AS epoch, 2 * n AS seq, entry AS id, 'start' AS action,"
           " id || '@' || version AS pack, NULL AS rule, NULL AS old, NULL AS new, NULL AS reason,"
           " document AS doc, approver, by AS clerk FROM overlay UNION ALL"
           " SELECT ended, 0, 2 * n + 1, end_entry, 'end', id || '@' || version, NULL, NULL, NULL,"
           " end_reason, end_order, NULL, end_by FROM overlay WHERE ended IS NOT NULL UNION ALL"
           " SELECT at, epoch, seq, id, 'adjust', base, param, old, new, reason, NULL, approver,"
           " clerk FROM adaptation UNION ALL"
           " SELECT at, epoch, seq, id, 'measure', NULL, title, NULL, text, NULL, NULL, NULL, clerk"
           " FROM measure) WHERE" LISTING_WINDOW LISTING_ORDER,
    .make = make_change,
};
