/* Owns: what the rows of a slot came to: done, done late, left out, missed.
 * Invariant: a slot is finished only by rows that stand in the journal, each place by its own word;
 * when it was done is the row's `at`, when it was entered its `heard`. */
#include "kiosk/desk/duty_slot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/duty.h"
#include "kiosk/desk/sql.h"
#include "kiosk/desk/staff.h"

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

static bool finished(const struct duty_done *d)
{
    return d->any && json_array_size(d->open) == 0;
}

/* A place that was left out may be done later; one that was done stays done. */
static void hear(const struct duty_slot *t, const json_t *row, struct duty_done *d)
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
static bool in_slot(const struct duty_slot *t, const json_t *row, int64_t at)
{
    const char *named = t->slot_field != NULL ? js_str(row, t->slot_field) : NULL;
    if (named != NULL)
        return strcmp(named, js_str(t->slot, "id")) == 0;
    return at >= t->from && at < t->next;
}

/* A round is complete only when every place in it was confirmed (notice: R24). */
static enum err hear_rows(struct site *s, const struct duty_slot *t, int64_t back,
                          struct duty_done *d)
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
static enum err hear_staff(struct site *s, const struct duty_slot *t, const char *entry,
                           struct duty_done *d)
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

enum err duty_hear(struct site *s, const struct duty_slot *t, struct duty_done *d)
{
    const json_t *cover = js_get(t->duty, "cover");
    const char *entry = js_str(t->duty, "entry");
    *d = (struct duty_done){.at = CLOCK_NONE, .heard = CLOCK_NONE, .left_out = json_object()};
    d->open = json_is_array(cover) ? json_copy((json_t *)(uintptr_t)cover) : json_array();
    if (entry != NULL)
        return hear_staff(s, t, entry, d);
    enum err rc = js_str(t->duty, "each") != NULL ? list_clerks(s, d->open) : ERR_OK;
    return rc == ERR_OK ? hear_rows(s, t, duty_back_ms(s), d) : rc;
}

void duty_done_fini(struct duty_done *d)
{
    json_decref(d->open);
    json_decref(d->left_out);
}

const char *duty_state(const struct duty_slot *t, const struct duty_done *d)
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
