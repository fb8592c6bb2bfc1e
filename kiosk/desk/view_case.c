/* Owns: the list of cases and one case whole.
 * Invariant: nothing about a person comes from a projection; it is unsealed for the signed-in clerk
 * alone. */
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/case.h"
#include "kiosk/desk/case_row.h"
#include "kiosk/desk/due.h"
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

json_t *case_make(sqlite3_stmt *q)
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
    put(row, "due", sql_json(q, 15));
    put(row, "legal", sql_json(q, 16));
    put(row, "waits", sql_json(q, 17));
    js_set_time(row, "received", sql_time(q, 18));
    put(row, "rated", json_boolean(sqlite3_column_type(q, 19) != SQLITE_NULL));
    put(row, "grade", sql_json(q, 20));
    put(row, "despite", sql_parsed(q, 21, json_array()));
    return row;
}

static enum err fill_agent(struct site *s, json_t *row)
{
    const char *id = js_str(row, "agent");
    if (id == NULL)
        return ERR_OK;
    char today[CLOCK_TEXT];
    json_t *agent = json_object();
    const char *until = js_str(row, "until");
    enum err rc = person_into(s, agent, id);
    put(agent, "until", json_incref(json_object_get(row, "until")));
    put(agent, "expired",
        json_boolean(until != NULL && strcmp(until, clock_date(clock_now(), today)) < 0));
    put(row, "agent", agent);
    return rc;
}

static void fill_arrived(struct site *s, json_t *row)
{
    put(row, "arrived",
        json_boolean(link_arrived(s->j.store, js_int(row, "epoch", 0), js_int(row, "seq", 0))));
}

/* Days count only while somebody is waited for: what is over is neither due nor late. */
static void fill_days(struct site *s, json_t *row)
{
    const char *due = js_str(row, "due");
    bool runs = due != NULL && js_str(row, "waits") != NULL;
    int64_t left = runs ? due_left(due, due_holidays(s), clock_now()) : 0;
    put(row, "days_left", runs ? json_integer(left) : json_null());
    put(row, "overdue", json_boolean(runs && left < 0));
}

enum err case_fill(struct site *s, json_t *row)
{
    char number[32];
    struct catalogue *c;
    enum err rc = site_catalogue(s, &c);
    if (rc == ERR_OK)
        js_set_str(row, "item_name", lang_pick(catalogue_find(c, js_str(row, "item"))));
    js_set_str(row, "number",
               idno_case_number(s->j.site, js_int(row, "epoch", 0), js_int(row, "seq", 0), number));
    fill_arrived(s, row);
    if (rc == ERR_OK)
        rc = fill_agent(s, row);
    if (rc == ERR_OK)
        rc = person_into(s, row, js_str(row, "person"));
    fill_days(s, row);
    json_object_del(row, "epoch");
    json_object_del(row, "seq");
    json_object_del(row, "until");
    return rc;
}

static const char *const case_match[] = {"number", "item", "item_name", NULL};
#define CASES(which) CASE_COLUMNS " WHERE" which CASE_FILTER LISTING_WINDOW LISTING_ORDER
const struct listing case_listing = {
    .sql = CASES(""),
    .by_state = CASES(" state = :state AND"),
    .of_item = CASES(" item = :item AND"),
    .make = case_make,
    .fill = case_fill,
    .match = case_match,
    .by_person = CASES(" person = :key AND"),
    .by_item = CASES(" item = :key AND"),
    .by_id = CASES(" id = :key AND"),
    .person = CASE_COL_PERSON,
    .item = CASE_COL_ITEM,
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
    *out = case_make(q);
    sqlite3_reset(q);
    return ERR_OK;
}

static enum err list_steps(struct site *s, const char *id, json_t *steps)
{
    bool row = false;
    sqlite3_stmt *q;
    enum err rc =
        sql_open(s->j.store, &q,
                 "SELECT id, at, who, clerk, step, text, sealed, refused, facts FROM case_step"
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
        json_t *facts = sql_parsed(q, 8, json_object());
        if (js_get(facts, "by") != NULL) /* "by" is the clerk's name */
            json_object_set(step, "stood", js_get(facts, "by"));
        json_object_update_missing(step, facts);
        json_decref(facts);
        json_array_append_new(steps, step);
    }
    return rc;
}

static void open_step(json_t *step, const json_t *sealed)
{
    static const char *const keys[] = {"to", "phone", "file"};
    js_set_str(step, "text", js_str(sealed, "text"));
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (js_str(sealed, keys[i]) != NULL)
            js_set_str(step, keys[i], js_str(sealed, keys[i]));
    if (js_get(step, "when") != NULL)
        js_set_time(step, "when", js_int(step, "when", CLOCK_NONE));
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
            open_step(step, sealed);
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
    if (json_is_object(agent)) {
        js_set_str(agent, "relation", js_str(sealed, "relation"));
        js_set_str(agent, "scope", js_str(sealed, "scope"));
    }
    json_decref(sealed);
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

static enum err fill_whole(struct site *s, const char *id, json_t *row)
{
    json_t *papers = NULL, *steps = json_array(), *messages = json_array();
    enum err rc = case_fill(s, row);
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
                           "SELECT at, clerk, means, copies, reprint FROM slip WHERE case_id = ?1"
                           " ORDER BY at",
                           "t", id);
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &more)) == ERR_OK && more) {
        json_t *slip = json_object();
        js_set_time(slip, "at", store_int(q, 0));
        put(slip, "by", sql_json(q, 1));
        put(slip, "to", sql_json(q, 2));
        put(slip, "copies", sql_json(q, 3));
        put(slip, "reprint", json_boolean(store_int(q, 4) != 0));
        json_array_append_new(slips, slip);
    }
    put(row, "slips", slips);
    return rc;
}

/* The courier's lists that this case is on. */
static enum err list_couriers(struct site *s, const char *id, json_t *couriers)
{
    char number[32];
    bool more = false;
    sqlite3_stmt *q;
    enum err rc = sql_open(s->j.store, &q,
                           "SELECT c.id, c.epoch, c.seq, c.at, c.received, c.receiver"
                           " FROM courier_case k JOIN courier c ON c.id = k.list"
                           " WHERE k.case_id = ?1 ORDER BY c.at",
                           "t", id);
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &more)) == ERR_OK && more) {
        json_t *one = json_object();
        put(one, "id", sql_json(q, 0));
        js_set_str(one, "number",
                   idno_case_number(s->j.site, store_int(q, 1), store_int(q, 2), number));
        js_set_time(one, "at", store_int(q, 3));
        js_set_time(one, "received", sql_time(q, 4));
        put(one, "receiver", sql_json(q, 5));
        json_array_append_new(couriers, one);
    }
    return rc;
}

static void add_way(json_t *sent, const char *way, const json_t *at)
{
    json_array_append_new(sent, json_pack("{s:s,s:O?}", "way", way, "at", at));
}

/* By which ways it went out: the network, slips, couriers, and what a clerk said. */
static enum err list_sent(struct site *s, const char *id, json_t *row)
{
    size_t i;
    json_t *one, *sent = json_array(), *couriers = json_array();
    enum err rc = list_couriers(s, id, couriers);
    if (js_bool(row, "arrived"))
        add_way(sent, "network", NULL);
    json_array_foreach(js_get(row, "slips"), i, one)
    {
        add_way(sent, "slip", js_get(one, "at"));
    }
    json_array_foreach(couriers, i, one)
    {
        add_way(sent, "courier", js_get(one, "at"));
    }
    json_array_foreach(js_get(row, "steps"), i, one)
    {
        if (js_str(one, "way") != NULL)
            add_way(sent, js_str(one, "way"), js_get(one, "at"));
    }
    put(row, "couriers", couriers);
    put(row, "sent", sent);
    return rc;
}

enum err view_case(struct site *s, const char *which, json_t **out)
{
    char id[ENTRY_ID], possible[CASE_POSSIBLE];
    *out = NULL;
    enum err rc = case_find(s, which, id);
    if (rc == ERR_OK)
        rc = read_case(s, id, out);
    if (rc == ERR_OK)
        rc = fill_whole(s, id, *out);
    if (rc == ERR_OK)
        rc = list_slips(s, id, *out);
    if (rc == ERR_OK)
        rc = list_sent(s, id, *out);
    if (rc == ERR_OK) {
        js_set_str(*out, "possible",
                   case_possible(js_str(*out, "state"), false, possible, sizeof possible));
        return ERR_OK;
    }
    json_decref(*out);
    *out = NULL;
    return rc;
}
