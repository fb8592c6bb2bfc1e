/* Owns: a round, the places of one slot with what was said about each so far.
 * Invariant: the means of the last time are copied, what was done never is. */
#include "kiosk/desk/duty.h"

#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/duty_slot.h"
#include "kiosk/desk/place.h"
#include "kiosk/desk/sql.h"

struct wanted {
    const char *duty, *slot;
    json_t *out; /* NULL until it was found */
};

static json_t *labelled(const char *id, const char *label)
{
    return json_pack("{s:s,s:s}", "id", id, "label", label);
}

static json_t *open_places(const struct duty_slot *t, const struct duty_done *d)
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

static enum err fill_round(struct site *s, const struct duty_slot *t, const struct duty_done *d,
                           struct wanted *w)
{
    const struct field *excuses = duty_excuses(t->ledger);
    json_t *last = NULL, *reasons = json_array();
    enum err rc = duty_slot_row(s, t, d, &w->out);
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

static enum err find_slot(struct site *s, const struct duty_slot *t, void *with)
{
    struct wanted *w = with;
    struct duty_done d;
    bool ours =
        strcmp(w->duty, js_str(t->duty, "id")) == 0 && strcmp(w->slot, js_str(t->slot, "id")) == 0;
    if (!ours || json_array_size(js_get(t->duty, "cover")) == 0 || duty_excuses(t->ledger) == NULL)
        return ERR_OK;
    enum err rc = duty_hear(s, t, &d);
    if (rc == ERR_OK)
        rc = fill_round(s, t, &d, w);
    duty_done_fini(&d);
    return rc;
}

enum err duty_round(struct site *s, const char *duty, const char *slot, json_t **out)
{
    struct wanted w = {duty, slot, NULL};
    int64_t now = clock_now();
    *out = NULL;
    enum err rc = duty_each_slot(s, clock_day(now), now, find_slot, &w);
    if (rc == ERR_OK && w.out == NULL)
        rc = err_set(ERR_NOT_FOUND, "duty", NULL);
    if (rc == ERR_OK)
        *out = json_incref(w.out);
    json_decref(w.out);
    return rc;
}
