/* Owns: what an entry counts for. Invariant: the answer follows from the entry's bytes alone; what
 * is taken away is what was given. */
#include "kiosk/desk/tally.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"

#define KEY_ROOM 256
#define AMOUNT_MAX 1e12 /* nothing that is counted here comes near; sums stay finite */

struct counting {
    int64_t day;
    tally_fn *fn;
    void *to;
};

static void count(const struct counting *c, const char *series, const char *key, double amount)
{
    if (amount > AMOUNT_MAX)
        amount = AMOUNT_MAX;
    c->fn(c->to, c->day, series, key, 1, amount < -AMOUNT_MAX ? -AMOUNT_MAX : amount);
}

int64_t tally_day(int64_t at)
{
    int64_t local = at + CLOCK_OFFSET_MS, day = local / CLOCK_DAY_MS;
    return day - (local % CLOCK_DAY_MS < 0);
}

int64_t tally_day_start(int64_t day)
{
    return day * CLOCK_DAY_MS - CLOCK_OFFSET_MS;
}

/* --- one count by one member -------------------------------------------------------------------
 */

/* key: the member that divides the series, NULL: nothing does. amount: a number, or an array whose
 * length it is. */
static const struct plain {
    const char *kind, *series, *key, *amount;
} plains[] = {
    {"visit", "visit", "outcome", NULL},
    {"incident", "incident", "cause", NULL},
    {"incident_step", "incident_step", "step", NULL},
    {"case", "case", "channel", NULL},
    {"case", "case_item", "item", NULL},
    {"case_step", "case_step", "step", NULL},
    {"booking", "booking", "by", NULL},
    {"booking_step", "booking", "step", NULL},
    {"staff", "staff", "outcome", NULL},
    {"guidance", "guidance", "channel", NULL},
    {"rating", "rating", "grade", "grade"},
    {"courier", "courier", NULL, "cases"},
    {"slip", "slip", NULL, "copies"},
    {"ticket", "ticket", "service", NULL},
    {"ticket_step", "ticket_step", "step", NULL},
    {"suspend", "suspend", "scope", NULL},
    {"resume", "resume", "scope", NULL},
    {"notice", "notice", NULL, NULL},
    {"handover", "handover", NULL, NULL},
    {"confirm", "confirm", NULL, NULL},
};

static const char *word_of(const json_t *value, char out[KEY_ROOM])
{
    out[0] = 0;
    if (json_is_integer(value))
        snprintf(out, KEY_ROOM, "%lld", (long long)json_integer_value(value));
    else if (json_is_boolean(value))
        snprintf(out, KEY_ROOM, "%s", json_is_true(value) ? "true" : "false");
    else if (json_is_string(value))
        snprintf(out, KEY_ROOM, "%s", json_string_value(value));
    return out;
}

static void count_plain(const struct counting *c, const struct plain *p, const json_t *body)
{
    char key[KEY_ROOM] = "";
    const json_t *amount = p->amount != NULL ? json_object_get(body, p->amount) : NULL;
    if (p->key != NULL)
        word_of(json_object_get(body, p->key), key);
    count(c, p->series, key,
          json_is_array(amount) ? (double)json_array_size(amount) : json_number_value(amount));
}

/* --- what divides itself -----------------------------------------------------------------------
 */

static void count_override(const struct counting *c, const json_t *body)
{
    char key[KEY_ROOM];
    const json_t *said = js_get(body, "override");
    const char *from = js_str(said, "from"), *to = js_str(said, "to");
    if (from == NULL || to == NULL)
        return;
    snprintf(key, sizeof key, "%s:%s", from, to);
    count(c, "visit_override", key, 0);
}

static void count_skipped(const struct counting *c, const json_t *body)
{
    size_t i;
    json_t *one;
    char key[KEY_ROOM];
    json_array_foreach(json_object_get(body, "skipped"), i, one)
    {
        const char *channel = js_str(one, "channel"), *reason = js_str(one, "reason");
        snprintf(key, sizeof key, "%s:%s", channel != NULL ? channel : "",
                 reason != NULL ? reason : "");
        count(c, "skipped", key, 0);
    }
}

static void count_choice(const struct counting *c, const char *series, const char *field,
                         const char *choice)
{
    char key[KEY_ROOM];
    snprintf(key, sizeof key, "%s=%s", field, choice);
    count(c, series, key, 0);
}

/* A choice, several, or those that were left out: the row counts once under each. */
static void count_picked(const struct counting *c, const char *series, const char *field,
                         const json_t *value)
{
    size_t i;
    json_t *one;
    const char *name;
    if (json_is_string(value))
        count_choice(c, series, field, json_string_value(value));
    json_array_foreach(value, i, one) if (json_is_string(one))
        count_choice(c, series, field, json_string_value(one));
    json_object_foreach((json_t *)(uintptr_t)value, name, one) count_choice(c, series, field, name);
}

static bool picked(const json_t *picks, const char *field)
{
    size_t i;
    json_t *one;
    json_array_foreach(picks, i, one) if (strcmp(json_string_value(one), field) == 0) return true;
    return false;
}

/* The way of a row that was written before ways were named is told by its sign. */
static void count_stock(const struct counting *c, const char *ledger, const json_t *stock)
{
    char series[KEY_ROOM], key[KEY_ROOM];
    double amount = json_number_value(js_get(stock, "amount"));
    const char *item = js_str(stock, "item"), *unit = js_str(stock, "unit");
    const char *way = js_str(stock, "way"), *old = amount < 0 ? "out" : "in";
    if (js_bool(stock, "counted"))
        old = "count";
    snprintf(series, sizeof series, "stock:%s", ledger);
    snprintf(key, sizeof key, "%s/%s:%s", item != NULL ? item : "", unit != NULL ? unit : "",
             way != NULL ? way : old);
    count(c, series, key, amount < 0 ? -amount : amount);
}

static void count_row(const struct counting *c, const json_t *body)
{
    char series[KEY_ROOM], word[KEY_ROOM];
    const char *field, *ledger = js_str(body, "ledger");
    json_t *value;
    snprintf(series, sizeof series, "ledger:%s", ledger != NULL ? ledger : "");
    count(c, series, "", 0);
    json_object_foreach(json_object_get(body, "row"), field, value)
    {
        if (json_is_number(value))
            count(c, series, field, json_number_value(value));
        else if (json_is_boolean(value))
            count_choice(c, series, field, word_of(value, word));
        else if (picked(json_object_get(body, "picks"), field))
            count_picked(c, series, field, value);
    }
    if (js_get(body, "stock") != NULL)
        count_stock(c, ledger, js_get(body, "stock"));
}

/* What was told to somebody outside, by whatever means. */
static void count_told(const struct counting *c, const json_t *body)
{
    const char *by = js_str(body, "by");
    if (by != NULL)
        count(c, "incident_told", by, 0);
}

static const struct parts {
    const char *kind;
    void (*count)(const struct counting *c, const json_t *body);
} parts[] = {
    {"visit", count_override},   {"incident_step", count_told}, {"case", count_skipped},
    {"guidance", count_skipped}, {"ledger", count_row},
};

void tally_of(const struct entry *e, tally_fn *fn, void *to)
{
    const struct counting c = {tally_day(e->at), fn, to};
    for (size_t i = 0; !e->order && i < sizeof plains / sizeof *plains; i++)
        if (strcmp(plains[i].kind, e->kind) == 0)
            count_plain(&c, &plains[i], e->body);
    for (size_t i = 0; !e->order && i < sizeof parts / sizeof *parts; i++)
        if (strcmp(parts[i].kind, e->kind) == 0)
            parts[i].count(&c, e->body);
}

struct undoing {
    tally_fn *fn;
    void *to;
};

static void take_away(void *to, int64_t day, const char *series, const char *key, int64_t n,
                      double amount)
{
    const struct undoing *u = to;
    u->fn(u->to, day, series, key, -n, -amount);
}

void tally_undo(const struct entry *reversed, tally_fn *fn, void *to)
{
    struct undoing u = {fn, to};
    tally_of(reversed, take_away, &u);
}
