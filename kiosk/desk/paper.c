/* Owns: papers. Invariant: a case has exactly the papers of its item's list, each with one state
 * and one holder; only a paper that the catalogue lets follow may have a day on which it comes, and
 * that day is not behind the promised one (容缺受理). */
#include "kiosk/desk/paper.h"

#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/case.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/sql.h"
#include "kiosk/rules/catalogue.h"

static const char *const states[] = {"original_seen", "copy_kept", "original_kept",
                                     "returned",      "missing",   NULL};
static const struct member paper_shape[] = {
    {"paper", MEMBER_TEXT, true, 64, NULL},
    {"state", MEMBER_CHOICE, true, 0, states},
    {"until", MEMBER_DATE, false, 0, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

static json_t *find_in(const json_t *list, const char *key, const char *id)
{
    size_t i;
    json_t *one;
    json_array_foreach((json_t *)(uintptr_t)list, i, one)
    {
        const char *name = js_str(one, key);
        if (name != NULL && id != NULL && strcmp(name, id) == 0)
            return one;
    }
    return NULL;
}

/* Only what is missing has a day; the day is kept only where it means something. */
static enum err check_deferral(const json_t *known, const char *due, json_t *clean)
{
    const char *until = js_str(clean, "until");
    if (strcmp(js_str(clean, "state"), "missing") != 0)
        json_object_set_new(clean, "until", json_null());
    else if (until != NULL && !js_bool(known, "can_defer"))
        return err_set(ERR_CONSTRAINT, "papers.until", "%s %s", js_str(known, "id"),
                       _("this paper cannot follow later"));
    else if (until != NULL && due != NULL && strcmp(until, due) > 0)
        return err_set(ERR_CONSTRAINT, "papers.until", _("not later than the promised day %s"),
                       due);
    return ERR_OK;
}

static enum err take_one(const json_t *papers, const json_t *one, const char *due, json_t *out)
{
    json_t *clean = NULL;
    enum err rc = input_check(paper_shape, one, &clean);
    if (rc != ERR_OK)
        return rc;
    const char *id = js_str(clean, "paper");
    const json_t *known = find_in(papers, "id", id);
    if (known == NULL)
        rc = err_set(ERR_FIELD_CHOICE, "papers.paper", NULL);
    else if (find_in(out, "paper", id) != NULL)
        rc = err_set(ERR_DUPLICATE, "papers.paper", NULL);
    if (rc == ERR_OK)
        rc = check_deferral(known, due, clean);
    if (rc == ERR_OK) {
        json_object_set_new(clean, "needed", json_boolean(js_bool(known, "required")));
        json_array_append(out, clean);
    }
    json_decref(clean);
    return rc;
}

static enum err take_all(const json_t *papers, const json_t *given, const char *due, json_t *out)
{
    size_t i;
    json_t *one;
    enum err rc = ERR_OK;
    if (given != NULL && !json_is_array(given))
        return err_set(ERR_FIELD_TYPE, "papers", NULL);
    json_array_foreach((json_t *)(uintptr_t)given, i, one)
    {
        rc = take_one(papers, one, due, out);
        if (rc != ERR_OK)
            break;
    }
    return rc;
}

/* In the item's order, with the missing ones filled in. */
static json_t *complete(const json_t *papers, const json_t *taken)
{
    size_t i;
    json_t *paper, *out = json_array();
    json_array_foreach((json_t *)(uintptr_t)papers, i, paper)
    {
        const char *id = js_str(paper, "id");
        json_t *one = find_in(taken, "paper", id);
        if (one != NULL)
            json_array_append(out, one);
        else
            json_array_append_new(out,
                                  json_pack("{s:s, s:s, s:n, s:b}", "paper", id, "state", "missing",
                                            "until", "needed", (int)js_bool(paper, "required")));
    }
    return out;
}

enum err paper_list(const json_t *item, bool with_agent, const json_t *given, const char *due,
                    json_t **out)
{
    json_t *papers = catalogue_papers(item, with_agent), *taken = json_array();
    *out = NULL;
    enum err rc = take_all(papers, given, due, taken);
    if (rc == ERR_OK)
        *out = complete(papers, taken);
    json_decref(papers);
    json_decref(taken);
    return rc;
}

enum err paper_changes(const json_t *item, bool with_agent, const json_t *given, const char *due,
                       json_t **out)
{
    json_t *papers = catalogue_papers(item, with_agent);
    *out = json_array();
    enum err rc = take_all(papers, given, due, *out);
    json_decref(papers);
    if (rc == ERR_OK)
        return ERR_OK;
    json_decref(*out);
    *out = NULL;
    return rc;
}

/* --- kept and read -----------------------------------------------------------------------------
 */

/* Who has it in hand when it is in this state. */
static const char *holder_of(const char *state)
{
    bool kept =
        state != NULL && (strcmp(state, "copy_kept") == 0 || strcmp(state, "original_kept") == 0);
    return kept ? "village" : "citizen";
}

static enum err keep_one(struct store *s, const struct entry *e, const char *case_id, int64_t n,
                         const json_t *one)
{
    return sql_put(s,
                   "INSERT INTO paper (case_id, n, paper, state, until, needed, holder, since,"
                   " entry) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9) ON CONFLICT (case_id, paper)"
                   " DO UPDATE SET state = excluded.state, until = excluded.until,"
                   " holder = excluded.holder, since = excluded.since, entry = excluded.entry",
                   "titttbtit", case_id, n, js_str(one, "paper"), js_str(one, "state"),
                   js_str(one, "until"), (int)js_bool(one, "needed"),
                   holder_of(js_str(one, "state")), e->at, e->id);
}

enum err paper_keep(struct store *s, const struct entry *e, const char *case_id, const json_t *list)
{
    size_t i;
    json_t *one;
    json_array_foreach((json_t *)(uintptr_t)list, i, one)
    {
        enum err rc = keep_one(s, e, case_id, (int64_t)i, one);
        if (rc != ERR_OK)
            return rc;
    }
    enum err rc = sql_put(s,
                          "UPDATE case_file SET missing = (SELECT count(*) FROM paper"
                          " WHERE case_id = ?1 AND needed = 1 AND state = 'missing')"
                          " WHERE id = ?1",
                          "t", case_id);
    return rc == ERR_OK ? case_waits(s, case_id) : rc;
}

enum err paper_read(struct store *s, const char *case_id, json_t **out)
{
    bool row = false;
    sqlite3_stmt *q;
    *out = json_array();
    enum err rc = sql_open(s, &q,
                           "SELECT paper, state, until, needed, holder, since, entry FROM paper"
                           " WHERE case_id = ?1"
                           " ORDER BY n",
                           "t", case_id);
    while (rc == ERR_OK && (rc = store_step(s, q, &row)) == ERR_OK && row) {
        json_t *one = json_object();
        json_object_set_new(one, "paper", sql_json(q, 0));
        json_object_set_new(one, "state", sql_json(q, 1));
        json_object_set_new(one, "until", sql_json(q, 2));
        json_object_set_new(one, "needed", json_boolean(store_int(q, 3) != 0));
        json_object_set_new(one, "holder", sql_json(q, 4));
        js_set_time(one, "since", store_int(q, 5));
        json_object_set_new(one, "entry", sql_json(q, 6));
        json_array_append_new(*out, one);
    }
    if (rc == ERR_OK)
        return ERR_OK;
    json_decref(*out);
    *out = NULL;
    return rc;
}
