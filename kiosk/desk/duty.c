/* Owns: what is due, done, done late, left out, overdue and missed.
 * Invariant: a slot is finished only by rows that stand in the journal, each place by its own word;
 * when it was done is the row's `at`, when it was entered its `heard`, and both are shown. */
#include "kiosk/desk/duty.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/place.h"
#include "kiosk/desk/post.h"
#include "kiosk/desk/report.h"
#include "kiosk/desk/sql.h"
#include "kiosk/desk/staff.h"

#define OVERDUE_DAYS 7

struct slot {
    const json_t *duty, *slot;
    const struct form *ledger;
    const char *slot_field; /* NULL: rows do not name their slot */
    int64_t day, from, to;  /* the day's window */
    int64_t next;           /* where the next slot of this duty begins, or the day's end */
    int64_t now;
};

/* What the rows of a slot came to. */
struct done {
    json_t *open;      /* places nobody has said anything about */
    json_t *left_out;  /* {place: reason} */
    bool any;          /* a row is there */
    bool back;         /* one was entered long after it happened */
    int64_t at, heard; /* of the row that finished it */
    char by[CLERK_NAME];
};

static const struct field *first_of(const struct form *f, enum field_type type)
{
    for (size_t i = 0; i < f->n_fields; i++)
        if (f->fields[i].type == type)
            return &f->fields[i];
    return NULL;
}

const struct field *duty_places(const struct form *f)
{
    return first_of(f, FIELD_MULTI);
}

const struct field *duty_excuses(const struct form *f)
{
    return first_of(f, FIELD_EXCUSES);
}

enum err duty_check_row(const struct form *f, const json_t *row)
{
    const struct field *places = duty_places(f), *excuses = duty_excuses(f);
    size_t i;
    json_t *one;
    if (places == NULL || excuses == NULL)
        return ERR_OK;
    const json_t *confirmed = js_get(row, places->id), *left = js_get(row, excuses->id);
    if (confirmed == NULL && left == NULL)
        return err_set(ERR_FIELD_REQUIRED, places->id, NULL);
    json_array_foreach((json_t *)(uintptr_t)confirmed, i, one)
    {
        if (json_object_get(left, json_string_value(one)) != NULL)
            return err_set(ERR_CONSTRAINT, excuses->id, "%s", json_string_value(one));
    }
    return ERR_OK;
}

int64_t duty_back_ms(struct site *s)
{
    struct policy *p;
    const json_t *minutes =
        site_policy(s, &p) == ERR_OK ? policy_param(p, "back_entry_minutes") : NULL;
    return (json_is_integer(minutes) ? json_integer_value(minutes) : DUTY_BACK_MINUTES) * 60000;
}

/* --- what the rows say -------------------------------------------------------------------------
 */

static bool same_text(const json_t *one, const char *text)
{
    return json_is_string(one) && strcmp(json_string_value(one), text) == 0;
}

/* True when it was there. */
static bool take_out(json_t *list, const char *text)
{
    for (size_t n = json_array_size(list); n-- > 0;)
        if (same_text(json_array_get(list, n), text)) {
            json_array_remove(list, n);
            return true;
        }
    return false;
}

static bool finished(const struct done *d)
{
    return d->any && json_array_size(d->open) == 0;
}

/* A place that was left out may be done later; one that was done stays done. */
static void hear(const struct slot *t, const json_t *row, struct done *d)
{
    const struct field *places = duty_places(t->ledger), *excuses = duty_excuses(t->ledger);
    const char *place, *each = js_str(t->duty, "each");
    size_t i;
    json_t *one;
    if (each != NULL && js_str(row, each) != NULL)
        take_out(d->open, js_str(row, each));
    json_array_foreach(places != NULL ? js_get(row, places->id) : NULL, i, one)
    {
        take_out(d->open, json_string_value(one));
        json_object_del(d->left_out, json_string_value(one));
    }
    json_object_foreach(excuses != NULL ? js_get(row, excuses->id) : NULL, place, one)
    {
        if (take_out(d->open, place))
            json_object_set(d->left_out, place, one);
    }
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

/* A round is complete only when every place in it was confirmed (notice: R24). */
static enum err hear_rows(struct site *s, const struct slot *t, int64_t back, struct done *d)
{
    bool more = false;
    sqlite3_stmt *q;
    enum err rc = sql_open(s->j.store, &q,
                           "SELECT at, row, heard, clerk FROM ledger_row WHERE ledger = ?1"
                           " AND void IS NULL AND at >= ?2 AND at < ?3 ORDER BY at, epoch, seq",
                           "tii", t->ledger->id, t->day, t->day + CLOCK_DAY_MS);
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &more)) == ERR_OK && more) {
        json_t *row = sql_parsed(q, 1, json_object());
        if (in_slot(t, row, store_int(q, 0))) {
            bool before = finished(d) && json_object_size(d->left_out) == 0;
            d->any = true;
            hear(t, row, d);
            d->back = d->back || store_int(q, 2) - store_int(q, 0) > back;
            if (!before) {
                d->at = store_int(q, 0);
                d->heard = store_int(q, 2);
                snprintf(d->by, sizeof d->by, "%s", store_text(q, 3));
            }
        }
        json_decref(row);
    }
    return rc;
}

/* The check of staff is finished when each clerk was checked, or a leader has said whom it misses;
 * the leader's own word is a duty too (notice: R31, R33). */
static enum err hear_staff(struct site *s, const struct slot *t, const char *entry, struct done *d)
{
    struct staff_day day;
    enum err rc = staff_day_read(s, t->day, &day);
    if (rc != ERR_OK)
        return rc;
    bool confirm = strcmp(entry, "confirm") == 0;
    d->any = confirm ? day.confirmed != CLOCK_NONE : day.last != CLOCK_NONE;
    if (!confirm && day.confirmed == CLOCK_NONE)
        json_array_extend(d->open, day.missing);
    d->at = confirm ? day.confirmed : day.last;
    d->heard = d->at;
    if (confirm)
        snprintf(d->by, sizeof d->by, "%s", day.leader);
    staff_day_fini(&day);
    return ERR_OK;
}

/* A row for each of the staff: nobody may be left out (notice: R31, R32). */
static enum err list_clerks(struct site *s, json_t *open)
{
    size_t i;
    json_t *one, *all = NULL;
    enum err rc = clerk_list(s, &all);
    json_array_foreach(all, i, one) json_array_append(open, json_object_get(one, "name"));
    json_decref(all);
    return rc;
}

static enum err hear_slot(struct site *s, const struct slot *t, struct done *d)
{
    const json_t *cover = js_get(t->duty, "cover");
    const char *entry = js_str(t->duty, "entry");
    *d = (struct done){.at = CLOCK_NONE, .heard = CLOCK_NONE, .left_out = json_object()};
    d->open = json_is_array(cover) ? json_copy((json_t *)(uintptr_t)cover) : json_array();
    if (entry != NULL)
        return hear_staff(s, t, entry, d);
    enum err rc = js_str(t->duty, "each") != NULL ? list_clerks(s, d->open) : ERR_OK;
    return rc == ERR_OK ? hear_rows(s, t, duty_back_ms(s), d) : rc;
}

static void done_fini(struct done *d)
{
    json_decref(d->open);
    json_decref(d->left_out);
}

static const char *state_of(const struct slot *t, const struct done *d)
{
    if (finished(d)) {
        if (json_object_size(d->left_out) > 0)
            return "not_done";
        return d->at < t->to ? "done" : "done_late";
    }
    if (t->now < t->from)
        return "later";
    if (t->now >= t->day + CLOCK_DAY_MS)
        return "missed";
    return t->now < t->to ? "due" : "late";
}

/* --- one slot as a row -------------------------------------------------------------------------
 */

static void put_words(json_t *out, const char *key, const struct field *fd, const json_t *ids)
{
    size_t i;
    json_t *one, *words = json_array();
    json_array_foreach((json_t *)(uintptr_t)ids, i, one)
        json_array_append_new(words, json_string(place_word(fd, json_string_value(one))));
    json_object_set_new(out, key, words);
}

static enum err put_who(struct site *s, const struct slot *t, json_t *out)
{
    json_t *post = NULL;
    const char *who = js_str(t->duty, "who");
    enum err rc = who != NULL ? post_holder(s, who, t->day, &post) : ERR_OK;
    js_set_str(out, "who", who);
    js_set_str(out, "who_title", js_str(post, "title"));
    js_set_str(out, "holder", js_str(post, "holder"));
    json_decref(post);
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

static void put_done(const struct slot *t, const struct done *d, json_t *out)
{
    const struct field *excuses = duty_excuses(t->ledger);
    js_set_time(out, "at", d->any ? d->at : CLOCK_NONE);
    js_set_time(out, "heard", d->any ? d->heard : CLOCK_NONE);
    js_set_str(out, "by", d->by[0] != 0 ? d->by : NULL);
    json_object_set_new(out, "entered_late", json_boolean(d->back));
    json_object_set(out, "left", d->open);
    put_words(out, "left_words", duty_places(t->ledger), d->open);
    json_object_set(out, "not_done", d->left_out);
    char *words = excuses != NULL ? form_show(excuses, d->left_out) : NULL;
    js_set_str(out, "because", words != NULL && *words != 0 ? words : NULL);
    free(words);
}

static enum err slot_row(struct site *s, const struct slot *t, const struct done *d, json_t **out)
{
    char day[CLOCK_TEXT];
    *out = json_object();
    js_set_str(*out, "duty", js_str(t->duty, "id"));
    js_set_str(*out, "title", lang_pick(js_get(t->duty, "title")));
    js_set_str(*out, "slot", js_str(t->slot, "id"));
    js_set_str(*out, "slot_title", lang_pick(t->slot));
    js_set_str(*out, "day", clock_date(t->day, day));
    js_set_time(*out, "from", t->from);
    js_set_time(*out, "to", t->to);
    js_set_str(*out, "state", state_of(t, d));
    js_set_str(*out, "ledger", t->ledger->id);
    js_set_str(*out, "entry", js_str(t->duty, "entry"));
    json_object_set_new(*out, "round",
                        json_boolean(duty_excuses(t->ledger) != NULL &&
                                     json_array_size(js_get(t->duty, "cover")) > 0));
    put_done(t, d, *out);
    return put_who(s, t, *out);
}

static enum err show_slot(struct site *s, const struct slot *t, row_fn *row, void *to)
{
    struct done d;
    json_t *out = NULL;
    enum err rc = hear_slot(s, t, &d);
    if (rc == ERR_OK)
        rc = slot_row(s, t, &d, &out);
    if (rc == ERR_OK)
        rc = row(to, out);
    json_decref(out);
    done_fini(&d);
    return rc;
}

/* --- all of a day ------------------------------------------------------------------------------
 */

static int64_t clock_of(int64_t day, const char *hhmm)
{
    int hours = 0, minutes = 0;
    if (hhmm == NULL || sscanf(hhmm, "%2d:%2d", &hours, &minutes) != 2)
        return day;
    return day + (hours * 60 + minutes) * 60000LL;
}

typedef enum err slot_fn(struct site *s, const struct slot *t, void *with);

static enum err each_slot(struct site *s, const json_t *duty, int64_t day, int64_t now, slot_fn *fn,
                          void *with)
{
    struct form *f;
    struct slot t = {.duty = duty, .day = day, .now = now};
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
        t.from = clock_of(day, js_str(t.slot, "from"));
        t.to = clock_of(day, js_str(t.slot, "to"));
        t.next = after != NULL ? clock_of(day, js_str(after, "from")) : day + CLOCK_DAY_MS;
        rc = fn(s, &t, with);
    }
    return rc;
}

static enum err each_duty(struct site *s, int64_t day, int64_t now, slot_fn *fn, void *with)
{
    size_t i;
    json_t *duty;
    struct policy *p;
    enum err rc = site_policy(s, &p);
    if (rc != ERR_OK)
        return rc;
    json_t *duties = json_incref(js_get(policy_json(p), "duties")); /* the pack may change below */
    json_array_foreach(duties, i, duty)
    {
        if (rc == ERR_OK)
            rc = each_slot(s, duty, day, now, fn, with);
    }
    json_decref(duties);
    return rc;
}

struct handed {
    row_fn *row;
    void *to;
};

static enum err hand_slot(struct site *s, const struct slot *t, void *with)
{
    struct handed *h = with;
    return show_slot(s, t, h->row, h->to);
}

/* Today's duties; `from` names another day. */
enum err duties_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                     void *to)
{
    struct handed h = {row, to};
    int64_t now = clock_now();
    (void)arg;
    int64_t day = clock_day(q->from != CLOCK_NONE ? q->from : now);
    enum err rc = each_duty(s, day, now, hand_slot, &h);
    return rc == ERR_OK ? report_duty(s, day, row, to) : rc;
}

static enum err only_open(void *with, json_t *one)
{
    static const char *const open[] = {"late", "missed", "not_done", "changed"};
    struct handed *h = with;
    const char *state = js_str(one, "state");
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        if (strcmp(state, open[i]) == 0)
            return h->row(h->to, one);
    return ERR_OK;
}

/* What is overdue, missed or was left out, with the name of who answers for it (notice: R63): the
 * last days, or those of the query, newest day first. */
enum err overdue_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                      void *to)
{
    struct handed out = {row, to}, h = {only_open, &out};
    enum err rc = ERR_OK;
    int64_t now = clock_now(),
            last = clock_day(q->to != CLOCK_NONE && q->to < now ? q->to - 1 : now);
    int64_t first =
        q->from != CLOCK_NONE ? clock_day(q->from) : last - (OVERDUE_DAYS - 1) * CLOCK_DAY_MS;
    int64_t made = store_number(s->j.store, "SELECT min(heard) FROM entry", now);
    if (first < clock_day(made)) /* before there was a site nobody answers */
        first = clock_day(made);
    (void)arg;
    for (int64_t day = last; rc == ERR_OK && day >= first; day -= CLOCK_DAY_MS)
        if ((rc = each_duty(s, day, now, hand_slot, &h)) == ERR_OK)
            rc = report_duty(s, day, only_open, &out);
    return rc;
}

/* --- a round -----------------------------------------------------------------------------------
 */

struct wanted {
    const char *duty, *slot;
    json_t *out; /* NULL until it was found */
};

static json_t *labelled(const char *id, const char *label)
{
    return json_pack("{s:s,s:s}", "id", id, "label", label);
}

static json_t *open_places(const struct slot *t, const struct done *d)
{
    size_t i;
    json_t *one, *list = json_array();
    const char *place;
    const struct field *fd = duty_places(t->ledger);
    json_array_foreach(d->open, i, one)
    {
        const char *id = json_string_value(one);
        json_array_append_new(list, labelled(id, place_word(fd, id)));
    }
    json_object_foreach(d->left_out, place, one) /* what was left out may still be done */
        json_array_append_new(list, labelled(place, place_word(fd, place)));
    return list;
}

static void copy_means(const struct form *f, const json_t *row, json_t *out)
{
    for (size_t i = 0; i < f->n_fields; i++) {
        const char *id = f->fields[i].id;
        if (f->fields[i].copy_last && js_get(row, id) != NULL && js_get(out, id) == NULL)
            json_object_set(out, id, js_get(row, id));
    }
}

/* The means of the last time, never the places; a row in which all was left out has none, so a few
 * rows are looked at. */
static enum err last_means(struct site *s, const struct form *f, json_t **out)
{
    bool more = false;
    sqlite3_stmt *q;
    *out = json_object();
    enum err rc = sql_open(s->j.store, &q,
                           "SELECT row FROM ledger_row WHERE ledger = ?1 AND void IS NULL"
                           " ORDER BY at DESC, epoch DESC, seq DESC LIMIT 8",
                           "t", f->id);
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &more)) == ERR_OK && more) {
        json_t *row = sql_parsed(q, 0, json_object());
        copy_means(f, row, *out);
        json_decref(row);
    }
    return rc;
}

static enum err fill_round(struct site *s, const struct slot *t, const struct done *d,
                           struct wanted *w)
{
    const struct field *excuses = duty_excuses(t->ledger);
    json_t *last = NULL, *reasons = json_array();
    enum err rc = slot_row(s, t, d, &w->out);
    if (rc == ERR_OK)
        rc = last_means(s, t->ledger, &last);
    for (size_t i = 0; excuses != NULL && i < excuses->n_reasons; i++)
        json_array_append_new(reasons, labelled(excuses->reasons[i].id, excuses->reasons[i].label));
    js_set_str(w->out, "slot_field", t->slot_field);
    json_object_set_new(w->out, "places", open_places(t, d));
    json_object_set_new(w->out, "reasons", reasons);
    json_object_set_new(w->out, "last", last);
    return rc;
}

static enum err find_slot(struct site *s, const struct slot *t, void *with)
{
    struct wanted *w = with;
    struct done d;
    bool ours =
        strcmp(w->duty, js_str(t->duty, "id")) == 0 && strcmp(w->slot, js_str(t->slot, "id")) == 0;
    if (!ours || json_array_size(js_get(t->duty, "cover")) == 0 || duty_excuses(t->ledger) == NULL)
        return ERR_OK;
    enum err rc = hear_slot(s, t, &d);
    if (rc == ERR_OK)
        rc = fill_round(s, t, &d, w);
    done_fini(&d);
    return rc;
}

enum err duty_round(struct site *s, const char *duty, const char *slot, json_t **out)
{
    struct wanted w = {duty, slot, NULL};
    int64_t now = clock_now();
    *out = NULL;
    enum err rc = each_duty(s, clock_day(now), now, find_slot, &w);
    if (rc == ERR_OK && w.out == NULL)
        rc = err_set(ERR_NOT_FOUND, "duty", NULL);
    if (rc == ERR_OK)
        *out = json_incref(w.out);
    json_decref(w.out);
    return rc;
}
