/* Owns: papers. Invariant: a case has exactly the papers of its item's list, each with one state.
 */
#include "kiosk/desk/paper.h"

#include <string.h>

#include "kiosk/base/js.h"
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

static enum err take_one(const json_t *papers, const json_t *one, json_t *out)
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
    if (rc == ERR_OK) {
        json_object_set_new(clean, "needed", json_boolean(js_bool(known, "required")));
        json_array_append(out, clean);
    }
    json_decref(clean);
    return rc;
}

static enum err take_all(const json_t *papers, const json_t *given, json_t *out)
{
    size_t i;
    json_t *one;
    enum err rc = ERR_OK;
    if (given != NULL && !json_is_array(given))
        return err_set(ERR_FIELD_TYPE, "papers", NULL);
    json_array_foreach((json_t *)(uintptr_t)given, i, one)
    {
        rc = take_one(papers, one, out);
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

enum err paper_list(const json_t *item, bool with_agent, const json_t *given, json_t **out)
{
    json_t *papers = catalogue_papers(item, with_agent), *taken = json_array();
    *out = NULL;
    enum err rc = take_all(papers, given, taken);
    if (rc == ERR_OK)
        *out = complete(papers, taken);
    json_decref(papers);
    json_decref(taken);
    return rc;
}

enum err paper_changes(const json_t *item, bool with_agent, const json_t *given, json_t **out)
{
    json_t *papers = catalogue_papers(item, with_agent);
    *out = json_array();
    enum err rc = take_all(papers, given, *out);
    json_decref(papers);
    if (rc == ERR_OK)
        return ERR_OK;
    json_decref(*out);
    *out = NULL;
    return rc;
}

/* --- kept and read -----------------------------------------------------------------------------
 */

static enum err keep_one(struct store *s, const char *case_id, int64_t n, const json_t *one)
{
    return sql_put(s,
                   "INSERT INTO paper (case_id, n, paper, state, until, needed)"
                   " VALUES (?1,?2,?3,?4,?5,?6) ON CONFLICT (case_id, paper) DO UPDATE SET"
                   " state = excluded.state, until = excluded.until",
                   "titttb", case_id, n, js_str(one, "paper"), js_str(one, "state"),
                   js_str(one, "until"), (int)js_bool(one, "needed"));
}

enum err paper_keep(struct store *s, const char *case_id, const json_t *list)
{
    size_t i;
    json_t *one;
    json_array_foreach((json_t *)(uintptr_t)list, i, one)
    {
        enum err rc = keep_one(s, case_id, (int64_t)i, one);
        if (rc != ERR_OK)
            return rc;
    }
    return sql_put(s,
                   "UPDATE case_file SET missing = (SELECT count(*) FROM paper"
                   " WHERE case_id = ?1 AND needed = 1 AND state = 'missing') WHERE id = ?1",
                   "t", case_id);
}

enum err paper_read(struct store *s, const char *case_id, json_t **out)
{
    bool row = false;
    sqlite3_stmt *q;
    *out = json_array();
    enum err rc = sql_open(s, &q,
                           "SELECT paper, state, until, needed FROM paper WHERE case_id = ?1"
                           " ORDER BY n",
                           "t", case_id);
    while (rc == ERR_OK && (rc = store_step(s, q, &row)) == ERR_OK && row) {
        json_t *one = json_object();
        json_object_set_new(one, "paper", sql_json(q, 0));
        json_object_set_new(one, "state", sql_json(q, 1));
        json_object_set_new(one, "until", sql_json(q, 2));
        json_object_set_new(one, "needed", json_boolean(store_int(q, 3) != 0));
        json_array_append_new(*out, one);
    }
    if (rc == ERR_OK)
        return ERR_OK;
    json_decref(*out);
    *out = NULL;
    return rc;
}
