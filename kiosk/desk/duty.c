/* Owns: what is due today, and what is overdue, as rows of views.
 * Invariant: when a slot was done and when that was entered are both shown. */
#include "kiosk/desk/duty.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/duty_slot.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/place.h"
#include "kiosk/desk/post.h"
#include "kiosk/desk/report.h"
#include "kiosk/desk/sql.h"

#define OVERDUE_DAYS 7

static void put_words(json_t *out, const char *key, const struct field *fd, const json_t *ids)
{
    size_t i;
    json_t *one, *words = json_array();
    json_array_foreach((json_t *)(uintptr_t)ids, i, one)
        json_array_append_new(words, json_string(place_word(fd, json_string_value(one))));
    json_object_set_new(out, key, words);
}

static enum err put_who(struct site *s, const struct duty_slot *t, json_t *out)
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

static void put_done(const struct duty_slot *t, const struct duty_done *d, json_t *out)
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

enum err duty_slot_row(struct site *s, const struct duty_slot *t, const struct duty_done *d,
                       json_t **out)
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
    js_set_str(*out, "state", duty_state(t, d));
    js_set_str(*out, "ledger", t->ledger->id);
    js_set_str(*out, "entry", js_str(t->duty, "entry"));
    json_object_set_new(*out, "round",
                        json_boolean(duty_excuses(t->ledger) != NULL &&
                                     json_array_size(js_get(t->duty, "cover")) > 0));
    put_done(t, d, *out);
    return put_who(s, t, *out);
}

static enum err show_slot(struct site *s, const struct duty_slot *t, row_fn *row, void *to)
{
    struct duty_done d;
    json_t *out = NULL;
    enum err rc = duty_hear(s, t, &d);
    if (rc == ERR_OK)
        rc = duty_slot_row(s, t, &d, &out);
    if (rc == ERR_OK)
        rc = row(to, out);
    json_decref(out);
    duty_done_fini(&d);
    return rc;
}

static int64_t clock_of(int64_t day, const char *hhmm)
{
    int hours = 0, minutes = 0;
    if (hhmm == NULL || sscanf(hhmm, "%2d:%2d", &hours, &minutes) != 2)
        return day;
    return day + (hours * 60 + minutes) * 60000LL;
}

static enum err each_slot(struct site *s, const json_t *duty, int64_t day, int64_t now,
                          duty_slot_fn *fn, void *with)
{
    struct form *f;
    struct duty_slot t = {.duty = duty, .day = day, .now = now};
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

enum err duty_each_slot(struct site *s, int64_t day, int64_t now, duty_slot_fn *fn, void *with)
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

static enum err hand_slot(struct site *s, const struct duty_slot *t, void *with)
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
    enum err rc = duty_each_slot(s, day, now, hand_slot, &h);
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
        if ((rc = duty_each_slot(s, day, now, hand_slot, &h)) == ERR_OK)
            rc = report_duty(s, day, only_open, &out);
    return rc;
}
