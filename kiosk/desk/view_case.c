/* Owns: the list of cases and one case whole.
 * Invariant: nothing about a person comes from a projection; it is unsealed for the signed-in clerk
 * alone. */
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/case.h"
#include "kiosk/desk/link.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/paper.h"
#include "kiosk/desk/person.h"
#include "kiosk/desk/sql.h"
#include "kiosk/rules/idno.h"

static void put(json_t *row, const char *key, json_t *value)
{
    json_object_set_new(row, key, value);
}

#define CASE_COLUMNS                                                                               \
    "SELECT at, epoch, seq, id, person, agent, item, channel, state, missing, updated, until,"     \
    " skipped, clerk, deciding FROM case_file"

static json_t *make_case(sqlite3_stmt *q)
{
    json_t *row = json_object();
    js_set_str(row, "id", store_text(q, 3));
    js_set_int(row, "epoch", store_int(q, 1));
    js_set_int(row, "seq", store_int(q, 2));
    put(row, "number", json_null());
    js_set_time(row, "at", store_int(q, 0));
    put(row, "person", sql_json(q, 4));
    put(row, "name", json_null());
    put(row, "id_no", json_null());
    put(row, "agent", sql_json(q, 5));
    put(row, "item", sql_json(q, 6));
    put(row, "item_name", json_null());
    put(row, "channel", sql_json(q, 7));
    put(row, "state", sql_json(q, 8));
    put(row, "missing", sql_json(q, 9));
    js_set_time(row, "updated", store_int(q, 10));
    put(row, "until", sql_json(q, 11));
    put(row, "skipped", sql_parsed(q, 12, json_array()));
    put(row, "clerk", sql_json(q, 13));
    put(row, "deciding", sql_json(q, 14));
    return row;
}

static enum err fill_agent(struct site *s, json_t *row)
{
    const char *id = js_str(row, "agent");
    if (id == NULL)
        return ERR_OK;
    json_t *agent = json_object();
    enum err rc = person_into(s, agent, id);
    put(agent, "until", json_incref(json_object_get(row, "until")));
    put(row, "agent", agent);
    return rc;
}

/* What an earlier epoch wrote was acknowledged before this one began. */
static enum err fill_arrived(struct site *s, json_t *row)
{
    struct link_state link;
    enum err rc = link_read(s->j.store, s->j.site, &link);
    int64_t epoch = js_int(row, "epoch", 0), seq = js_int(row, "seq", 0);
    bool arrived = epoch < link.epoch || (epoch == link.epoch && seq <= link.acked);
    put(row, "arrived", json_boolean(link.enrolled && arrived));
    return rc;
}

static enum err fill_case(struct site *s, json_t *row)
{
    char number[32];
    struct catalogue *c;
    enum err rc = site_catalogue(s, &c);
    if (rc == ERR_OK)
        js_set_str(row, "item_name", lang_pick(catalogue_find(c, js_str(row, "item"))));
    js_set_str(row, "number",
               idno_case_number(s->j.site, js_int(row, "epoch", 0), js_int(row, "seq", 0), number));
    if (rc == ERR_OK)
        rc = fill_arrived(s, row);
    if (rc == ERR_OK)
        rc = fill_agent(s, row);
    if (rc == ERR_OK)
        rc = person_into(s, row, js_str(row, "person"));
    json_object_del(row, "epoch");
    json_object_del(row, "seq");
    json_object_del(row, "until");
    return rc;
}

static const char *const case_match[] = {"number", "item", "item_name", NULL};
const struct listing case_listing = {
    .sql = CASE_COLUMNS " WHERE" LISTING_WINDOW LISTING_ORDER,
    .by_state = CASE_COLUMNS " WHERE state = :state AND" LISTING_WINDOW LISTING_ORDER,
    .make = make_case,
    .fill = fill_case,
    .match = case_match,
    .by_person = CASE_COLUMNS " WHERE person = :key AND" LISTING_WINDOW LISTING_ORDER,
    .by_item = CASE_COLUMNS " WHERE item = :key AND" LISTING_WINDOW LISTING_ORDER,
    .by_id = CASE_COLUMNS " WHERE id = :key AND" LISTING_WINDOW LISTING_ORDER,
    .number = case_find,
};

enum err cases_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                    void *to)
{
    return listing_each(s, &case_listing, arg, q, row, to);
}

/* --- one case whole ----------------------------------------------------------------------------
 */

static enum err read_case(struct site *s, const char *id, json_t **out)
{
    bool row;
    sqlite3_stmt *q;
    enum err rc = sql_open(s->j.store, &q, CASE_COLUMNS " WHERE id = ?1", "t", id);
    if (rc == ERR_OK)
        rc = store_step(s->j.store, q, &row);
    if (rc != ERR_OK || !row)
        return rc != ERR_OK ? rc : err_set(ERR_NOT_FOUND, "case", NULL);
    *out = make_case(q);
    sqlite3_reset(q);
    return ERR_OK;
}

static enum err list_steps(struct site *s, const char *id, json_t *steps)
{
    bool row = false;
    sqlite3_stmt *q;
    enum err rc = sql_open(s->j.store, &q,
                           "SELECT id, at, who, clerk, step, text, sealed, refused FROM case_step"
                           " WHERE case_id = ?1 ORDER BY heard, rowid",
                           "t", id);
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &row)) == ERR_OK && row) {
        json_t *step = json_object();
        put(step, "id", sql_json(q, 0));
        js_set_time(step, "at", store_int(q, 1));
        put(step, "who", sql_json(q, 2));
        put(step, "by", sql_json(q, 3));
        put(step, "step", sql_json(q, 4));
        put(step, "text", sql_json(q, 5));
        put(step, "sealed", json_boolean(store_int(q, 6) != 0));
        put(step, "refused", json_boolean(store_int(q, 7) != 0));
        json_array_append_new(steps, step);
    }
    return rc;
}

/* Words that were sealed are opened for who is signed in; messages are the steps that say
 * something. */
static enum err fill_words(struct site *s, json_t *steps, json_t *messages)
{
    size_t i;
    json_t *step;
    json_array_foreach(steps, i, step)
    {
        json_t *sealed = NULL;
        enum err rc = ERR_NOT_FOUND;
        if (js_bool(step, "sealed") && s->j.unlocked)
            rc = journal_unseal(&s->j, js_str(step, "id"), &sealed);
        if (rc == ERR_OK)
            js_set_str(step, "text", js_str(sealed, "text"));
        json_decref(sealed);
        json_object_del(step, "sealed");
        if (rc != ERR_OK && rc != ERR_NOT_FOUND)
            return rc;
        if (js_str(step, "text") != NULL)
            json_array_append(messages, step);
    }
    return ERR_OK;
}

/* The papers with the names that the catalogue has for them. */
static enum err name_papers(struct site *s, const char *item, json_t *papers)
{
    size_t i, k;
    json_t *one, *known;
    struct catalogue *c;
    enum err rc = site_catalogue(s, &c);
    if (rc != ERR_OK)
        return rc;
    json_t *list = catalogue_papers(catalogue_find(c, item), true);
    json_array_foreach(papers, i, one)
    {
        json_array_foreach(list, k, known)
        {
            if (strcmp(js_str(known, "id"), js_str(one, "paper")) == 0)
                js_set_str(one, "name", lang_pick(known));
        }
    }
    json_decref(list);
    return ERR_OK;
}

static enum err fill_sealed(struct site *s, json_t *row)
{
    json_t *sealed = NULL, *agent = js_get(row, "agent");
    enum err rc = s->j.unlocked ? journal_unseal(&s->j, js_str(row, "id"), &sealed) : ERR_NOT_FOUND;
    js_set_str(row, "note", js_str(sealed, "note"));
    if (json_is_object(agent))
        js_set_str(agent, "relation", js_str(sealed, "relation"));
    json_decref(sealed);
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

static enum err fill_whole(struct site *s, const char *id, json_t *row)
{
    json_t *papers = NULL, *steps = json_array(), *messages = json_array();
    enum err rc = fill_case(s, row);
    if (rc == ERR_OK)
        rc = fill_sealed(s, row);
    if (rc == ERR_OK)
        rc = paper_read(s->j.store, id, &papers);
    if (rc == ERR_OK)
        rc = name_papers(s, js_str(row, "item"), papers);
    if (rc == ERR_OK)
        rc = list_steps(s, id, steps);
    if (rc == ERR_OK)
        rc = fill_words(s, steps, messages);
    put(row, "papers", papers != NULL ? papers : json_array());
    put(row, "steps", steps);
    put(row, "messages", messages);
    return rc;
}

static enum err list_slips(struct site *s, const char *id, json_t *row)
{
    bool more = false;
    sqlite3_stmt *q;
    json_t *slips = json_array();
    enum err rc = sql_open(s->j.store, &q,
                           "SELECT at, clerk, means, copies FROM slip WHERE case_id = ?1"
                           " ORDER BY at",
                           "t", id);
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &more)) == ERR_OK && more) {
        json_t *slip = json_object();
        js_set_time(slip, "at", store_int(q, 0));
        put(slip, "by", sql_json(q, 1));
        put(slip, "to", sql_json(q, 2));
        put(slip, "copies", sql_json(q, 3));
        json_array_append_new(slips, slip);
    }
    put(row, "slips", slips);
    return rc;
}

enum err view_case(struct site *s, const char *which, json_t **out)
{
    char id[ENTRY_ID], possible[120];
    *out = NULL;
    enum err rc = case_find(s, which, id);
    if (rc == ERR_OK)
        rc = read_case(s, id, out);
    if (rc == ERR_OK)
        rc = fill_whole(s, id, *out);
    if (rc == ERR_OK)
        rc = list_slips(s, id, *out);
    if (rc == ERR_OK) {
        js_set_str(*out, "possible",
                   case_possible(js_str(*out, "state"), false, possible, sizeof possible));
        return ERR_OK;
    }
    json_decref(*out);
    *out = NULL;
    return rc;
}
