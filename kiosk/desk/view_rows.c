/* Owns: the lists of the door: visits, people, staff.
 * Invariant: a name is seen only by who is signed in; an ID number only masked. */
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/person.h"
#include "kiosk/desk/roll.h"
#include "kiosk/desk/sql.h"
#include "kiosk/rules/catalogue.h"

static void put(json_t *row, const char *key, json_t *value)
{
    json_object_set_new(row, key, value);
}

/* {"id","at"} of columns 3 and 0, where every row begins. */
static json_t *begin(sqlite3_stmt *q)
{
    json_t *row = json_object();
    js_set_str(row, "id", store_text(q, 3));
    js_set_time(row, "at", store_int(q, 0));
    return row;
}

static enum err fill_person(struct site *s, json_t *row)
{
    return person_into(s, row, js_str(row, "person"));
}

/* A sealed part that was dropped, or that nobody may open, is simply not shown. */
static enum err unseal(struct site *s, const char *id, json_t **out)
{
    *out = NULL;
    if (!s->j.unlocked)
        return ERR_OK;
    enum err rc = journal_unseal(&s->j, id, out);
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

/* --- visits ------------------------------------------------------------------------------------
 */

/* A column of 0 and 1; JSON null where nothing was noted. */
static json_t *yes_no(sqlite3_stmt *q, int column)
{
    json_t *value = sql_json(q, column);
    if (json_is_null(value))
        return value;
    json_decref(value);
    return json_boolean(store_int(q, column) != 0);
}

static json_t *make_visit(sqlite3_stmt *q)
{
    json_t *row = begin(q);
    put(row, "person", sql_json(q, 4));
    put(row, "name", json_null());
    put(row, "id_no", json_null());
    put(row, "purpose", json_null());
    put(row, "outcome", sql_json(q, 5));
    put(row, "reasons", sql_parsed(q, 6, json_array()));
    put(row, "policy", sql_json(q, 7));
    put(row, "role", sql_json(q, 8));
    put(row, "actions", sql_parsed(q, 9, json_array()));
    put(row, "clerk", sql_json(q, 10));
    put(row, "said", sql_json(q, 11));
    put(row, "answers", sql_json(q, 12));
    put(row, "reason", json_null());
    put(row, "device", sql_parsed(q, 13, json_array()));
    put(row, "offered", sql_json(q, 14));
    put(row, "told_online", yes_no(q, 15));
    return row;
}

static enum err fill_visit(struct site *s, json_t *row)
{
    json_t *sealed;
    enum err rc = fill_person(s, row);
    if (rc == ERR_OK)
        rc = unseal(s, js_str(row, "id"), &sealed);
    if (rc == ERR_OK && sealed != NULL) {
        js_set_str(row, "purpose", js_str(sealed, "purpose"));
        js_set_str(row, "reason", js_str(sealed, "reason"));
        json_decref(sealed);
    }
    return rc;
}

static const char *const visit_match[] = {"purpose", NULL};
#define VISIT_COLUMNS                                                                              \
    "SELECT at, epoch, seq, id, person, outcome, reasons, policy, role, actions, clerk, said,"     \
    " answers, device, offered, told_online FROM visit WHERE"
const struct listing visit_listing = {
    .sql = VISIT_COLUMNS LISTING_WINDOW LISTING_ORDER,
    .by_state = VISIT_COLUMNS " outcome = :state AND" LISTING_WINDOW LISTING_ORDER,
    .make = make_visit,
    .fill = fill_visit,
    .match = visit_match,
};

enum err visits_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                     void *to)
{
    return listing_each(s, &visit_listing, arg, q, row, to);
}

enum err view_whole_visit(struct site *s, json_t *row)
{
    json_t *sealed;
    const struct person *p;
    const char *person = js_str(row, "person");
    enum err rc = unseal(s, js_str(row, "id"), &sealed);
    if (rc == ERR_OK && person != NULL && s->j.unlocked &&
        (rc = person_find(s, person, &p)) == ERR_OK)
        js_set_str(row, "phone", p->phone);
    if (rc == ERR_OK && sealed != NULL)
        json_object_update_missing(row, js_get(sealed, "facts"));
    json_decref(sealed);
    return rc;
}

/* --- people ------------------------------------------------------------------------------------
 */

static json_t *make_person(sqlite3_stmt *q)
{
    json_t *row = json_object();
    js_set_str(row, "id", store_text(q, 3));
    js_set_str(row, "person", store_text(q, 3));
    return row;
}

static enum err fill_whole(struct site *s, json_t *row)
{
    const struct person *p;
    enum err rc = person_find(s, js_str(row, "id"), &p);
    if (rc != ERR_OK)
        return rc;
    json_t *whole = person_json(p, true);
    json_object_update(row, whole);
    json_decref(whole);
    return ERR_OK;
}

static const struct listing people_listing = {
    .sql = "SELECT at, epoch, seq, id FROM person WHERE" LISTING_WINDOW LISTING_ORDER,
    .make = make_person,
    .fill = fill_whole,
};

/* Who answers, as the roll gives them: newest first. */
struct asked {
    struct site *s;
    int64_t skip, left; /* left below 0: all */
    row_fn *row;
    void *to;
    enum err rc;
};

static enum err give_person(void *arg, const char *id)
{
    struct asked *a = arg;
    if (a->skip > 0) {
        a->skip--;
        return ERR_OK;
    }
    json_t *row = json_pack("{s:s, s:s}", "id", id, "person", id);
    a->rc = fill_whole(a->s, row);
    if (a->rc == ERR_OK)
        a->rc = a->row(a->to, row);
    json_decref(row);
    return a->rc != ERR_OK || --a->left == 0 ? ERR_BUSY : ERR_OK; /* enough: the roll stops */
}

static enum err search_people(struct site *s, const struct view_query *q, row_fn *row, void *to)
{
    struct asked a = {s, q->offset, q->limit > 0 ? q->limit : -1, row, to, ERR_OK};
    enum err rc = roll_each(s, q->like, give_person, &a);
    return a.rc != ERR_OK || rc == ERR_BUSY ? a.rc : rc;
}

enum err people_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                     void *to)
{
    if (!s->j.unlocked)
        return err_set(ERR_SIGN_IN, NULL, NULL);
    bool all_times = q->from == CLOCK_NONE && q->to == CLOCK_NONE;
    if (all_times && q->like != NULL && *q->like != 0)
        return search_people(s, q, row, to);
    return listing_each(s, &people_listing, arg, q, row, to);
}

/* --- staff -------------------------------------------------------------------------------------
 */

static json_t *make_staff(sqlite3_stmt *q)
{
    json_t *row = begin(q);
    put(row, "clerk", sql_json(q, 4));
    put(row, "staff", sql_json(q, 4));
    put(row, "outcome", sql_json(q, 5));
    put(row, "reasons", sql_parsed(q, 6, json_array()));
    put(row, "policy", sql_json(q, 7));
    put(row, "actions", sql_parsed(q, 8, json_array()));
    put(row, "by", sql_json(q, 9));
    js_set_time(row, "heard", store_int(q, 10));
    return row;
}

static const char *const staff_match[] = {"clerk", NULL};
const struct listing staff_listing = {
    .sql = "SELECT at, epoch, seq, id, clerk, outcome, reasons, policy, actions, by, heard"
           " FROM staff_check WHERE" LISTING_WINDOW LISTING_ORDER,
    .by_state = "SELECT at, epoch, seq, id, clerk, outcome, reasons, policy, actions, by, heard"
                " FROM staff_check WHERE outcome = :state AND" LISTING_WINDOW LISTING_ORDER,
    .make = make_staff,
    .match = staff_match,
};

enum err staff_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                    void *to)
{
    return listing_each(s, &staff_listing, arg, q, row, to);
}
