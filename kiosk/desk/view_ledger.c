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
#include "kiosk/desk/feed.h"
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
    /* :state is a piece of the row's text: most rows that cannot answer stay unread */
    .by_state = "SELECT at, epoch, seq, id, heard, clerk, row, sealed, balance, void, corrects,"
                " corrected_by FROM ledger_row"
                " WHERE ledger = :arg AND instr(row, :state) > 0 AND" LISTING_WINDOW LISTING_ORDER,
    .make = make_row,
    .fill = fill_row,
};

/* --- rows that another kind feeds --------------------------------------------------------------
 */

static const struct feed feeds[] = {
    {"visit", &visit_listing, view_whole_visit, "visit", "outcome", "outcome"},
    {"staff", &staff_listing, view_whole_visit, "staff", NULL, NULL},
    {"case", &case_listing, view_whole_case, "case", "channel", NULL},
    {"paper", &paper_listing, NULL, NULL, NULL, NULL},
    {"rating", &rating_listing, NULL, "rating", "grade", NULL},
    {"booking", &booking_listing, NULL, NULL, NULL, NULL},
    {"post", &post_listing, NULL, NULL, NULL, NULL},
    {"overlay", &change_listing, NULL, NULL, NULL, NULL},
    {"incident", &incident_listing, view_whole_incident, "incident", NULL, NULL},
    {"incident_step", &report_listing, NULL, "incident_told", "by", NULL},
    {"report", &daily_listing, NULL, NULL, NULL, NULL},
    {"suspend", &suspension_listing, NULL, "suspend", NULL, NULL},
    {"guidance", &guidance_listing, NULL, "guidance", "channel", NULL},
    {"courier", &courier_listing, NULL, "courier", NULL, NULL},
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
    js_set_str(row, "clerk", js_str(from, js_str(from, "clerk") != NULL ? "clerk" : "by"));
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

const struct feed *feed_of(const struct form *f)
{
    const char *kind = json_string_value(json_array_get(js_get(f->json, "feeds"), 0));
    for (size_t i = 0; kind != NULL && i < sizeof feeds / sizeof feeds[0]; i++)
        if (strcmp(feeds[i].kind, kind) == 0)
            return &feeds[i];
    return NULL;
}

/* --- both, picked ------------------------------------------------------------------------------
 */

/* What a number of the tally counts: rows that stand and hold this choice. */
struct wish {
    char field[64], choice[128], needle[200];
};

/* A query over two lists that follow each other, filtered by what the columns show. */
struct picked {
    const struct form *form;
    const struct view_query *q;
    bool (*state)(const struct picked *p, const json_t *row); /* NULL: any */
    struct wish wish;
    int64_t seen; /* rows that answered */
    bool full;    /* no more are wanted: reading was stopped */
    row_fn *row;
    void *to;
};

static bool stands(const struct picked *p, const json_t *row)
{
    (void)p;
    return !js_bool(row, "void");
}

static bool is_void(const struct picked *p, const json_t *row)
{
    (void)p;
    return js_bool(row, "void");
}

static bool is_late(const struct picked *p, const json_t *row)
{
    (void)p;
    return js_bool(row, "entered_late");
}

static bool is_corrected(const struct picked *p, const json_t *row)
{
    (void)p;
    return js_get(row, "corrects") != NULL || js_get(row, "corrected_by") != NULL;
}

static bool holds(const json_t *value, const char *choice)
{
    size_t i;
    json_t *one;
    if (json_is_string(value))
        return strcmp(json_string_value(value), choice) == 0;
    if (json_is_boolean(value))
        return strcmp(json_is_true(value) ? "true" : "false", choice) == 0;
    json_array_foreach(value, i, one) if (holds(one, choice)) return true;
    return json_object_get(value, choice) != NULL;
}

static bool holds_choice(const struct picked *p, const json_t *row)
{
    return !js_bool(row, "void") && holds(js_get(row, p->wish.field), p->wish.choice);
}

static const struct {
    const char *name;
    bool (*is)(const struct picked *p, const json_t *row);
} states[] = {
    {"standing", stands}, {"void", is_void}, {"late", is_late}, {"corrected", is_corrected}};

static enum err read_wish(struct picked *p, const char *state)
{
    struct wish *w = &p->wish;
    size_t len = strcspn(state, "=");
    if (state[len] != '=' || len >= sizeof w->field || strlen(state) >= sizeof w->choice)
        return err_set(ERR_FIELD_CHOICE, "state", "standing, void, late, corrected, FIELD=CHOICE");
    memcpy(w->field, state, len);
    w->field[len] = 0;
    snprintf(w->choice, sizeof w->choice, "%s", state + len + 1);
    const struct field *fd = form_field(p->form, w->field);
    if (fd == NULL)
        return err_set(ERR_FIELD_UNKNOWN, w->field, NULL);
    snprintf(w->needle, sizeof w->needle, fd->type == FIELD_BOOL ? "\"%s\":%s" : "%.0s\"%s\"",
             w->field, w->choice);
    p->state = holds_choice;
    return ERR_OK;
}

static enum err read_state(struct picked *p)
{
    const char *state = p->q->state;
    if (state == NULL || *state == 0)
        return ERR_OK;
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (strcmp(states[i].name, state) == 0)
            p->state = states[i].is;
    return p->state != NULL ? ERR_OK : read_wish(p, state);
}

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

static bool filters(const struct picked *p)
{
    return p->state != NULL || p->form->when_id >= 0 || (p->q->like != NULL && *p->q->like != 0);
}

static enum err pick_row(void *arg, json_t *row)
{
    struct picked *p = arg;
    const char *like = p->q->like;
    if (p->state != NULL && !p->state(p, row))
        return ERR_OK;
    if (like != NULL && *like != 0 && !row_matches(p->form, row, like))
        return ERR_OK;
    if (p->seen++ < p->q->offset)
        return ERR_OK;
    enum err rc = p->row(p->to, row);
    p->full = rc == ERR_OK && p->q->limit > 0 && p->seen >= p->q->offset + p->q->limit;
    return p->full ? ERR_BUSY : rc; /* stops the list; read_list knows that nothing went wrong */
}

/* Without a filter no more rows are read than are wanted. `state` goes to the list's own index. */
static enum err read_list(struct site *s, const struct listing *l, const char *arg,
                          const char *state, struct picked *p, row_fn *row, void *to)
{
    struct view_query q = *p->q;
    q.like = NULL;
    q.state = state;
    q.limit = filters(p) || q.limit == 0 ? 0 : q.offset + q.limit - p->seen;
    q.offset = 0;
    if (p->full)
        return ERR_OK;
    enum err rc = listing_each(s, l, arg, &q, row, to);
    return p->full ? ERR_OK : rc;
}

static enum err read_fed(struct site *s, const struct feed *feed, struct picked *p)
{
    struct fed fed = {s, p->form, feed, pick_row, p};
    bool by_state = feed->state != NULL && strcmp(feed->state, p->wish.field) == 0;
    return read_list(s, feed->listing, "", by_state ? p->wish.choice : NULL, p, feed_row, &fed);
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
    struct picked p = {.form = f, .q = q, .row = row, .to = to};
    const struct feed *feed = feed_of(f);
    const char *needle = p.wish.needle;
    rc = read_state(&p);
    if (rc == ERR_OK && feed != NULL)
        rc = read_fed(s, feed, &p);
    if (rc != ERR_OK)
        return rc;
    return read_list(s, &row_listing, f->id, *needle != 0 ? needle : NULL, &p, pick_row, &p);
}
