/* Owns: the look at the rows of ledgers.
 * Invariant: a ledger that another kind feeds shows those entries where they are; nothing is
 * written twice. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/duty.h"
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
    put(row, "voided_by", sql_json(q, 9));
    put(row, "corrects", sql_json(q, 10));
    put(row, "corrected_by", sql_json(q, 11));
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

/* What was entered long after it happened says so, and keeps both times. */
static void mark_late(struct site *s, json_t *row)
{
    int64_t at, heard;
    bool late = clock_parse(js_str(row, "at"), &at) && clock_parse(js_str(row, "heard"), &heard) &&
                heard - at > duty_back_ms(s);
    put(row, "entered_late", json_boolean(late));
}

/* Why a row was struck out may name somebody: who is signed in reads it. */
static void tell_reason(struct site *s, json_t *row)
{
    json_t *sealed = NULL;
    const char *by = js_str(row, "voided_by");
    if (by == NULL)
        return;
    if (s->j.unlocked && journal_unseal(&s->j, by, &sealed) == ERR_OK)
        js_set_str(row, "void_reason", js_str(sealed, "reason"));
    json_decref(sealed);
}

static enum err fill_row(struct site *s, json_t *row)
{
    json_t *sealed = NULL;
    enum err rc = ERR_NOT_FOUND;
    tell_reason(s, row);
    if (js_bool(row, "sealed") && s->j.unlocked)
        rc = journal_unseal(&s->j, js_str(row, "id"), &sealed);
    json_object_del(row, "sealed");
    mark_late(s, row);
    if (rc == ERR_OK)
        json_object_update_missing(row, sealed);
    json_decref(sealed);
    return rc == ERR_OK || rc == ERR_NOT_FOUND ? name_persons(s, row) : rc;
}

static const struct listing row_listing = {
    .sql = "SELECT at, epoch, seq, id, heard, clerk, row, sealed, balance, void, corrects,"
           " corrected_by FROM ledger_row"
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
    {"guidance", &guidance_listing, NULL},
    {"courier", &courier_listing, NULL},
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
    mark_late(fed->s, row);
    js_set_str(row, "clerk", js_str(from, js_str(from, "by") != NULL ? "by" : "clerk"));
    for (size_t i = 0; i < fed->form->n_fields; i++) {
        json_t *value = js_get(from, fed->form->fields[i].id);
        put(row, fed->form->fields[i].id, value != NULL ? json_incref(value) : json_null());
    }
    put(row, "void", json_false());
    int64_t at = CLOCK_NONE;
    clock_parse(js_str(row, "at"), &at);
    form_derive(fed->form, row, at);
    if (rc == ERR_OK && form_takes(fed->form, row, at))
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
    bool filter = (q.like != NULL && *q.like != 0) || p->form->when_id >= 0;
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
