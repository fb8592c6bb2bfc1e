/* Owns: the rows of ledgers, what is in stock, and what is due today.
 * Invariant: a ledger that another kind feeds shows those entries where they are; nothing is
 * written twice. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/person.h"
#include "kiosk/desk/sql.h"

/* --- rows that were entered --------------------------------------------------------------------
 */

static void put(json_t *row, const char *key, json_t *value)
{
    json_object_set_new(row, key, value);
}

static json_t *make_row(sqlite3_stmt *q)
{
    json_t *row = json_object(), *open = sql_parsed(q, 6, json_object());
    js_set_str(row, "id", store_text(q, 3));
    js_set_time(row, "at", store_int(q, 0));
    js_set_time(row, "heard", store_int(q, 4));
    put(row, "clerk", sql_json(q, 5));
    json_object_update_missing(row, open);
    json_decref(open);
    if (sqlite3_column_type(q, 8) != SQLITE_NULL)
        put(row, "balance", sql_json(q, 8));
    put(row, "void", json_boolean(sqlite3_column_type(q, 9) != SQLITE_NULL));
    put(row, "sealed", json_boolean(store_int(q, 7) != 0));
    return row;
}

/* A person in a row is an id: who is signed in reads the name. */
static enum err name_persons(struct site *s, json_t *row)
{
    const char *key;
    json_t *value;
    enum err rc = ERR_OK;
    json_object_foreach(row, key, value)
    {
        const char *ref = js_str(value, "ref");
        if (ref != NULL && rc == ERR_OK)
            rc = person_into(s, value, ref);
    }
    return rc;
}

static enum err fill_row(struct site *s, json_t *row)
{
    json_t *sealed = NULL;
    enum err rc = ERR_NOT_FOUND;
    if (js_bool(row, "sealed") && s->j.unlocked)
        rc = journal_unseal(&s->j, js_str(row, "id"), &sealed);
    json_object_del(row, "sealed");
    if (rc == ERR_OK)
        json_object_update_missing(row, sealed);
    json_decref(sealed);
    return rc == ERR_OK || rc == ERR_NOT_FOUND ? name_persons(s, row) : rc;
}

static const struct listing row_listing = {
    .sql = "SELECT at, epoch, seq, id, heard, clerk, row, sealed, balance, void FROM ledger_row"
           " WHERE ledger = :arg AND" LISTING_WINDOW LISTING_ORDER,
    .make = make_row,
    .fill = fill_row,
};

/* --- rows that another kind feeds --------------------------------------------------------------
 */

/* Which list an entry's kind is shown by. */
static const struct feed {
    const char *kind;
    const struct listing *listing;
    enum err (*whole)(struct site *s, json_t *row); /* what the list leaves out; NULL: nothing */
} feeds[] = {
    {"visit", &visit_listing, view_whole_visit},
    {"staff", &staff_listing, view_whole_visit},
    {"case", &case_listing, NULL},
    {"incident", &incident_listing, view_whole_incident},
    {"incident_step", &report_listing, NULL},
    {"suspend", &suspension_listing, NULL},
};

struct fed {
    struct site *s;
    const struct form *form;
    const struct feed *feed;
    row_fn *row;
    void *to;
};

/* The ledger's columns, taken from the entry by name; what the entry does not know is null. */
static enum err feed_row(void *arg, json_t *from)
{
    struct fed *fed = arg;
    enum err rc = ERR_OK;
    if (fed->feed->whole != NULL)
        rc = fed->feed->whole(fed->s, from);
    json_t *row = json_object();
    js_set_str(row, "id", js_str(from, "id"));
    js_set_str(row, "at", js_str(from, "at"));
    js_set_str(row, "heard", js_str(from, js_str(from, "heard") != NULL ? "heard" : "at"));
    js_set_str(row, "clerk", js_str(from, js_str(from, "by") != NULL ? "by" : "clerk"));
    for (size_t i = 0; i < fed->form->n_fields; i++) {
        json_t *value = js_get(from, fed->form->fields[i].id);
        put(row, fed->form->fields[i].id, value != NULL ? json_incref(value) : json_null());
    }
    put(row, "void", json_false());
    if (rc == ERR_OK)
        rc = fed->row(fed->to, row);
    json_decref(row);
    return rc;
}

static const struct feed *feed_of(const struct form *f)
{
    const char *kind = json_string_value(json_array_get(js_get(f->json, "feeds"), 0));
    for (size_t i = 0; kind != NULL && i < sizeof feeds / sizeof feeds[0]; i++)
        if (strcmp(feeds[i].kind, kind) == 0)
            return &feeds[i];
    return NULL;
}

/* A query over two lists that follow each other, filtered by what the columns show. */
struct picked {
    const struct form *form;
    const struct view_query *q;
    int64_t seen; /* rows that answered */
    row_fn *row;
    void *to;
};

static bool row_matches(const struct form *f, const json_t *row, const char *like)
{
    bool found = match_text(js_str(row, "clerk"), like);
    for (size_t i = 0; i < f->n_fields && !found; i++) {
        const json_t *value = js_get(row, f->fields[i].id);
        char *shown = value != NULL ? form_show(&f->fields[i], value) : NULL;
        found = match_text(shown, like);
        free(shown);
    }
    return found;
}

static enum err pick_row(void *arg, json_t *row)
{
    struct picked *p = arg;
    const char *like = p->q->like;
    if (like != NULL && *like != 0 && !row_matches(p->form, row, like))
        return ERR_OK;
    int64_t place = p->seen++;
    if (place < p->q->offset || (p->q->limit > 0 && place >= p->q->offset + p->q->limit))
        return ERR_OK;
    return p->row(p->to, row);
}

/* Without a filter no more rows are read than are wanted. */
static struct view_query wanted(const struct picked *p)
{
    struct view_query q = *p->q;
    bool filter = q.like != NULL && *q.like != 0;
    q.like = NULL;
    q.limit = filter || q.limit == 0 ? 0 : q.offset + q.limit - p->seen;
    q.offset = 0;
    return q;
}

enum err ledger_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                     void *to)
{
    struct form *f;
    enum err rc = site_form(s, arg, &f);
    if (rc == ERR_OK && strcmp(f->kind, "ledger") != 0)
        rc = err_set(ERR_NOT_FOUND, "ledger", NULL);
    if (rc != ERR_OK)
        return rc;
    struct picked p = {f, q, 0, row, to};
    const struct feed *feed = feed_of(f);
    if (feed != NULL) {
        struct fed fed = {s, f, feed, pick_row, &p};
        struct view_query first = wanted(&p);
        rc = listing_each(s, feed->listing, "", &first, feed_row, &fed);
    }
    struct view_query rest = wanted(&p);
    if (rc != ERR_OK || (q->limit > 0 && p.seen >= q->offset + q->limit))
        return rc;
    return listing_each(s, &row_listing, f->id, &rest, pick_row, &p);
}

/* --- stock -------------------------------------------------------------------------------------
 */

/* The words that the ledger's definition has for a thing and its unit. */
static void name_stock(struct site *s, json_t *one)
{
    size_t i;
    json_t *by;
    struct form *f;
    if (site_form(s, js_str(one, "ledger"), &f) != ERR_OK)
        return;
    json_array_foreach(js_get(js_get(f->json, "balance"), "by"), i, by)
    {
        bool unit = strcmp(json_string_value(by), "unit") == 0;
        const struct field *fd = form_field(f, json_string_value(by));
        const json_t *value = js_get(one, unit ? "unit" : "item");
        for (size_t k = 0; fd != NULL && k < fd->n_choices; k++)
            if (value != NULL && strcmp(fd->choices[k].id, json_string_value(value)) == 0)
                js_set_str(one, unit ? "unit_name" : "item_name", fd->choices[k].label);
    }
}

static enum err read_stock(struct site *s, const char *ledger, json_t *rows)
{
    bool more = false;
    sqlite3_stmt *q;
    enum err rc = sql_open(s->j.store, &q,
                           "SELECT ledger, item, unit, balance FROM stock"
                           " WHERE ?1 = '' OR ledger = ?1 ORDER BY ledger, item, unit",
                           "t", ledger);
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &more)) == ERR_OK && more) {
        json_t *one = json_object();
        put(one, "ledger", sql_json(q, 0));
        put(one, "item", sql_json(q, 1));
        put(one, "unit", sql_json(q, 2));
        put(one, "balance", sql_json(q, 3));
        json_array_append_new(rows, one);
    }
    return rc;
}

enum err stock_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                    void *to)
{
    size_t i;
    json_t *one, *rows = json_array();
    enum err rc = read_stock(s, arg, rows);
    json_array_foreach(rows, i, one)
    {
        name_stock(s, one);
        bool wanted = q->like == NULL || match_text(js_str(one, "item"), q->like) ||
                      match_text(js_str(one, "item_name"), q->like);
        if (rc == ERR_OK && wanted)
            rc = row(to, one);
    }
    json_decref(rows);
    return rc;
}

/* --- duties ------------------------------------------------------------------------------------
 */

struct slot {
    const json_t *duty, *slot;
    const struct form *ledger;
    const char *slot_field; /* NULL: rows do not name their slot */
    int64_t day, from, to;  /* today's window */
    int64_t next;           /* where the next slot of this duty begins, or the day's end */
};

static int64_t clock_of(int64_t day, const char *hhmm)
{
    int hours = 0, minutes = 0;
    if (hhmm == NULL || sscanf(hhmm, "%2d:%2d", &hours, &minutes) != 2)
        return day;
    return day + (hours * 60 + minutes) * 60000LL;
}

/* A row that names its slot counts the whole day; one that names none, from the slot's beginning to
 * the next one's. */
static bool in_slot(const struct slot *t, const json_t *row, int64_t at)
{
    const char *named = t->slot_field != NULL ? js_str(row, t->slot_field) : NULL;
    if (named != NULL)
        return strcmp(named, js_str(t->slot, "id")) == 0;
    return at >= t->from && at < t->next;
}

/* Takes the places that a row names off the list of those still to be done. */
static void take_off(json_t *open, const struct form *f, const json_t *row)
{
    for (size_t i = 0; i < f->n_fields; i++) {
        size_t k;
        json_t *place;
        if (f->fields[i].type != FIELD_MULTI)
            continue;
        json_array_foreach(js_get(row, f->fields[i].id), k, place)
        {
            for (size_t n = json_array_size(open); n-- > 0;)
                if (json_equal(json_array_get(open, n), place))
                    json_array_remove(open, n);
        }
    }
}

/* A round is complete only when every place in it was confirmed (notice: R24); *open holds what is
 * left. */
static enum err done_by_rows(struct store *s, const struct slot *t, json_t *open, bool *done)
{
    bool more = false, any = false;
    sqlite3_stmt *q;
    enum err rc = sql_open(s, &q,
                           "SELECT at, row FROM ledger_row WHERE ledger = ?1 AND void IS NULL"
                           " AND at >= ?2 AND at < ?3",
                           "tii", t->ledger->id, t->day, t->day + CLOCK_DAY_MS);
    while (rc == ERR_OK && (rc = store_step(s, q, &more)) == ERR_OK && more) {
        json_t *row = sql_parsed(q, 1, json_object());
        if (in_slot(t, row, store_int(q, 0))) {
            any = true;
            take_off(open, t->ledger, row);
        }
        json_decref(row);
    }
    *done = any && json_array_size(open) == 0;
    return rc;
}

/* Who works today, the roster would know; here one check of the day is enough. */
static enum err done_by_staff(struct store *s, const struct slot *t, bool *done)
{
    return sql_text(s, done, NULL, 0,
                    "SELECT 1 FROM staff_check WHERE at >= ?1 AND at < ?2 LIMIT 1", "ii", t->day,
                    t->day + CLOCK_DAY_MS);
}

static enum err slot_done(struct store *s, const struct slot *t, json_t *open, bool *done)
{
    const char *kind = json_string_value(json_array_get(js_get(t->ledger->json, "feeds"), 0));
    *done = false;
    enum err rc = kind != NULL && strcmp(kind, "staff") == 0 ? done_by_staff(s, t, done) : ERR_OK;
    return rc != ERR_OK || *done ? rc : done_by_rows(s, t, open, done);
}

static json_t *slot_row(const struct slot *t, const char *state, json_t *open)
{
    json_t *out = json_object();
    js_set_str(out, "duty", js_str(t->duty, "id"));
    js_set_str(out, "title", lang_pick(js_get(t->duty, "title")));
    js_set_str(out, "slot", js_str(t->slot, "id"));
    js_set_str(out, "slot_title", lang_pick(t->slot));
    js_set_time(out, "from", t->from);
    js_set_time(out, "to", t->to);
    js_set_str(out, "state", state);
    js_set_str(out, "ledger", t->ledger->id);
    put(out, "left", json_incref(open));
    return out;
}

static enum err show_slot(struct site *s, const struct slot *t, int64_t now, row_fn *row, void *to)
{
    bool done;
    const json_t *cover = js_get(t->duty, "cover");
    json_t *open = json_is_array(cover) ? json_copy((json_t *)(uintptr_t)cover) : json_array();
    enum err rc = slot_done(s->j.store, t, open, &done);
    if (rc == ERR_OK) {
        const char *state = now < t->from ? "later" : now < t->to ? "due" : "late";
        json_t *out = slot_row(t, done ? "done" : state, open);
        rc = row(to, out);
        json_decref(out);
    }
    json_decref(open);
    return rc;
}

static enum err show_duty(struct site *s, const json_t *duty, int64_t now, row_fn *row, void *to)
{
    struct form *f;
    struct slot t = {.duty = duty, .day = clock_day(now)};
    const json_t *slots = js_get(duty, "slots");
    const char *ledger = js_str(duty, "ledger");
    enum err rc = site_form(s, ledger != NULL ? ledger : "", &f);
    if (rc == ERR_NOT_FOUND) /* a pack may name a ledger that this site has not got yet */
        return ERR_OK;
    if (rc != ERR_OK)
        return rc;
    t.ledger = f;
    t.slot_field = js_str(js_get(f->json, "schedule"), "slot");
    for (size_t i = 0; rc == ERR_OK && i < json_array_size(slots); i++) {
        const json_t *after = json_array_get(slots, i + 1);
        t.slot = json_array_get(slots, i);
        t.from = clock_of(t.day, js_str(t.slot, "from"));
        t.to = clock_of(t.day, js_str(t.slot, "to"));
        t.next = after != NULL ? clock_of(t.day, js_str(after, "from")) : t.day + CLOCK_DAY_MS;
        rc = show_slot(s, &t, now, row, to);
    }
    return rc;
}

/* Today's duties; `from` names another day, seen as from its end (or from now, if it is today). */
enum err duties_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                     void *to)
{
    size_t i;
    json_t *duty;
    struct policy *p;
    int64_t now = clock_now();
    (void)arg;
    if (q->from != CLOCK_NONE && clock_day(q->from) < clock_day(now))
        now = clock_day(q->from) + CLOCK_DAY_MS - 1;
    else if (q->from != CLOCK_NONE && clock_day(q->from) > clock_day(now))
        now = clock_day(q->from);
    enum err rc = site_policy(s, &p);
    if (rc != ERR_OK)
        return rc;
    json_array_foreach(js_get(policy_json(p), "duties"), i, duty)
    {
        if (rc == ERR_OK)
            rc = show_duty(s, duty, now, row, to);
    }
    return rc;
}
