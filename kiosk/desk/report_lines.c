/* Owns: a day's report as lines that people read: sections, three columns of numbers, words.
 * Invariant: every number stands in the report's JSON; nothing is reckoned but totals and shares.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/report.h"

/* The days that stand beside each other. */
static const char *const columns[] = {"now", "yesterday", "last_week"};
static const char *const sources[] = {"sums", "yesterday", "last_week"};
#define COLUMNS (sizeof columns / sizeof *columns)

struct making {
    const json_t *report;
    const struct report_words *words;
    json_t *out;
};

static const char *const word_rows[][3] = {
    {"visit", "admit", N_("admitted")},
    {"visit", "deny", N_("not admitted")},
    {"visit", "isolate", N_("isolated")},
    {"channel", "online", N_("online")},
    {"channel", "remote", N_("remote")},
    {"channel", "courier", N_("courier")},
    {"channel", "proxy", N_("proxy")},
    {"channel", "appointment", N_("appointment")},
    {"channel", "nearby", N_("nearby")},
    {"step", "deliver", N_("delivered")},
    {"step", "supplement", N_("papers to be added")},
    {"step", "withdraw", N_("withdrawn")},
    {"step", "return", N_("handed back to the citizen")},
    {"booking", "booked", N_("booked")},
    {"booking", "cancelled", N_("cancelled")},
    {"booking", "arrived", N_("came")},
    {"booking", "no_show", N_("absent")},
    {"state", "open", N_("not settled")},
    {"state", "isolated", N_("isolated")},
    {"state", "leader_told", N_("leader told")},
    {"state", "town_told", N_("town told")},
    {"state", "verified", N_("verified")},
    {"state", "data_error", N_("data error")},
    {"state", "closed", N_("closed")},
    {"duty_state", "later", N_("later")},
    {"duty_state", "due", N_("due now")},
    {"duty_state", "late", N_("overdue")},
    {"duty_state", "done", N_("finished")},
    {"duty_state", "done_late", N_("done late")},
    {"duty_state", "not_done", N_("left out")},
    {"duty_state", "missed", N_("missed")},
    {"status", "open", N_("service open")},
    {"status", "limited", N_("limited")},
    {"status", "suspended", N_("suspended")},
    {"cause", "other", N_("other cause")},
};

static const char *word(const struct making *m, const char *group, const char *id)
{
    const char *own = m->words != NULL ? m->words->name(m->words->with, group, id) : NULL;
    if (own != NULL && *own != 0)
        return own;
    for (size_t i = 0; i < sizeof word_rows / sizeof *word_rows; i++)
        if (strcmp(word_rows[i][0], group) == 0 && strcmp(word_rows[i][1], id) == 0)
            return _(word_rows[i][2]);
    return id;
}

/* --- one line ----------------------------------------------------------------------------------
 */

static void section(struct making *m, const char *id, const char *title)
{
    json_array_append_new(m->out, json_pack("{s:s,s:s}", "section", id, "title", title));
}

/* Takes the text over. */
static void say(struct making *m, const char *label, char *text)
{
    json_array_append_new(m->out, json_pack("{s:s,s:s}", "label", label, "text", text));
    free(text);
}

static int64_t n_of(const json_t *sums, const char *series, const char *key)
{
    const json_t *pair = json_object_get(json_object_get(sums, series), key);
    return (int64_t)json_integer_value(json_array_get(pair, 0));
}

static int64_t total_of(const json_t *sums, const char *series)
{
    int64_t n = 0;
    const char *key;
    json_t *pair;
    json_object_foreach(json_object_get(sums, series), key, pair) n +=
        json_integer_value(json_array_get(pair, 0));
    return n;
}

/* A number in each column; a share of the series' total in the first one where it is wanted. */
static json_t *numbers(struct making *m, const char *label, const char *series, const char *key,
                       bool share)
{
    json_t *line = json_pack("{s:s}", "label", label);
    for (size_t i = 0; i < COLUMNS; i++) {
        const json_t *sums = js_get(m->report, sources[i]);
        if (sums == NULL)
            continue;
        int64_t all = total_of(sums, series), n = key != NULL ? n_of(sums, series, key) : all;
        char *text = share && all > 0 ? mem_printf("%lld (%lld%%)", (long long)n,
                                                   (long long)((n * 100 + all / 2) / all))
                                      : mem_printf("%lld", (long long)n);
        js_set_str(line, columns[i], text);
        free(text);
    }
    json_array_append_new(m->out, line);
    return line;
}

/* True when any of the days has this key. */
static bool anywhere(const struct making *m, const char *series, const char *key)
{
    for (size_t i = 0; i < COLUMNS; i++)
        if (json_object_get(json_object_get(js_get(m->report, sources[i]), series), key) != NULL)
            return true;
    return false;
}

/* The keys of a series that any of the days has, in the order of the first day that has them. */
static json_t *keys_of(const struct making *m, const char *series)
{
    json_t *out = json_object(), *pair;
    const char *key;
    for (size_t i = 0; i < COLUMNS; i++)
        json_object_foreach(json_object_get(js_get(m->report, sources[i]), series), key, pair)
            json_object_set_new(out, key, json_true());
    return out;
}

static void each_key(struct making *m, const char *series, const char *group)
{
    const char *key;
    json_t *one, *keys = keys_of(m, series);
    json_object_foreach(keys, key, one) numbers(m, word(m, group, key), series, key, false);
    json_decref(keys);
}

/* --- the sections ------------------------------------------------------------------------------
 */

static void put_visits(struct making *m)
{
    section(m, "visits", _("At the door"));
    numbers(m, _("visits"), "visit", NULL, false);
    static const char *const outcomes[] = {"admit", "deny", "isolate"};
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
        if (i < 2 || anywhere(m, "visit", outcomes[i]))
            numbers(m, word(m, "visit", outcomes[i]), "visit", outcomes[i], false);
    if (json_object_size(json_object_get(js_get(m->report, "sums"), "visit_override")) > 0)
        numbers(m, _("a leader decided otherwise"), "visit_override", NULL, false);
}

static void put_incidents(struct making *m)
{
    const json_t *facts = js_get(js_get(m->report, "facts"), "incidents");
    const char *state;
    json_t *n;
    struct buf text = BUF_INIT;
    section(m, "incidents", _("Incidents"));
    numbers(m, _("found"), "incident", NULL, false);
    each_key(m, "incident", "cause");
    json_object_foreach(js_get(facts, "states"), state, n)
        buf_printf(&text, "%s%s %lld", text.len > 0 ? _(", ") : "", word(m, "state", state),
                   (long long)json_integer_value(n));
    if (text.len > 0)
        say(m, _("their state"), mem_strdup(buf_str(&text)));
    say(m, _("not settled by now"), mem_printf("%lld", (long long)js_int(facts, "open", 0)));
    buf_fini(&text);
}

static char *names(const json_t *list)
{
    size_t i;
    json_t *one;
    struct buf out = BUF_INIT;
    json_array_foreach((json_t *)(uintptr_t)list, i, one)
        buf_printf(&out, "%s%s", i > 0 ? _(", ") : "", json_string_value(one));
    char *text = mem_strdup(buf_str(&out));
    buf_fini(&out);
    return text;
}

static void put_staff(struct making *m)
{
    const json_t *facts = js_get(js_get(m->report, "facts"), "staff");
    if (facts == NULL)
        return;
    const char *leader = js_str(facts, "confirmed");
    section(m, "staff", _("Staff"));
    say(m, _("checked before work"),
        mem_printf(_("%lld of %lld"), (long long)js_int(facts, "checked", 0),
                   (long long)js_int(facts, "clerks", 0)));
    if (json_array_size(js_get(facts, "missing")) > 0)
        say(m, _("not checked"), names(js_get(facts, "missing")));
    if (json_array_size(js_get(facts, "denied")) > 0)
        say(m, _("refused"), names(js_get(facts, "denied")));
    say(m, _("confirmed by"), mem_strdup(leader != NULL ? leader : _("nobody")));
}

static void put_duties(struct making *m)
{
    size_t i;
    json_t *one;
    const json_t *duties = js_get(js_get(m->report, "facts"), "duties");
    if (json_array_size(duties) == 0)
        return;
    section(m, "duties", _("Duties"));
    json_array_foreach((json_t *)(uintptr_t)duties, i, one)
    {
        char both[96];
        const char *duty = js_str(one, "duty"), *slot = js_str(one, "slot");
        size_t left = json_array_size(js_get(one, "left"));
        snprintf(both, sizeof both, "%s/%s", duty, slot);
        char *label = mem_printf("%s %s", word(m, "duty", duty), word(m, "slot", both));
        const char *state = word(m, "duty_state", js_str(one, "state"));
        say(m, label, left > 0 ? mem_printf(_("%s, %zu left"), state, left) : mem_strdup(state));
        free(label);
    }
}

static void put_supplies(struct making *m)
{
    size_t i;
    json_t *one;
    const json_t *list = js_get(js_get(m->report, "facts"), "supplies");
    if (json_array_size(list) == 0)
        return;
    section(m, "supplies", _("Supplies"));
    json_array_foreach((json_t *)(uintptr_t)list, i, one)
    {
        const char *name = js_str(one, "item_name"), *unit = js_str(one, "unit_name");
        if (unit == NULL)
            unit = js_str(one, "unit");
        if (name == NULL)
            name = js_str(one, "item");
        say(m, name != NULL ? name : "",
            mem_printf(_("%g %s (in %g, out %g)%s"), json_number_value(js_get(one, "balance")),
                       unit != NULL ? unit : "", json_number_value(js_get(one, "in")),
                       json_number_value(js_get(one, "out")),
                       js_bool(one, "low") ? _(" RUNNING OUT") : ""));
    }
}

static void put_cases(struct making *m)
{
    static const char *const always[] = {"online", "proxy", "nearby"};
    const char *key;
    json_t *one, *keys = keys_of(m, "case");
    section(m, "cases", _("Cases"));
    numbers(m, _("newly taken in"), "case", NULL, false);
    for (size_t i = 0; i < sizeof always / sizeof *always; i++) {
        numbers(m, word(m, "channel", always[i]), "case", always[i], true);
        json_object_del(keys, always[i]);
    }
    json_object_foreach(keys, key, one) numbers(m, word(m, "channel", key), "case", key, true);
    json_decref(keys);
    if (anywhere(m, "case_step", "deliver"))
        numbers(m, word(m, "step", "deliver"), "case_step", "deliver", false);
    numbers(m, _("shown another way"), "guidance", NULL, false);
}

static void put_bookings(struct making *m)
{
    static const char *const states[] = {"booked", "arrived", "no_show", "cancelled"};
    const json_t *facts = js_get(js_get(m->report, "facts"), "bookings");
    struct buf text = BUF_INIT;
    section(m, "bookings", _("Bookings of the day"));
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        buf_printf(&text, "%s%s %lld", i > 0 ? _(", ") : "", word(m, "booking", states[i]),
                   (long long)js_int(facts, states[i], 0));
    say(m, _("kept and not kept"), mem_strdup(buf_str(&text)));
    buf_fini(&text);
}

/* Rows of each ledger: the way down to them. */
static void put_ledgers(struct making *m)
{
    json_t *all = json_object(), *one;
    const char *series;
    for (size_t i = 0; i < COLUMNS; i++)
        json_object_foreach(js_get(m->report, sources[i]), series,
                            one) if (strncmp(series, "ledger:", 7) == 0)
            json_object_set_new(all, series, json_true());
    if (json_object_size(all) > 0)
        section(m, "ledgers", _("Rows of ledgers"));
    json_object_foreach(all, series, one)
    {
        json_t *line = numbers(m, word(m, "ledger", series + 7), series, "", false);
        js_set_str(line, "ledger", series + 7);
    }
    json_decref(all);
}

static void put_rest(struct making *m)
{
    const json_t *facts = js_get(m->report, "facts");
    const char *status = js_str(facts, "status");
    section(m, "site", _("The site"));
    if (status != NULL)
        say(m, _("service"), mem_strdup(word(m, "status", status)));
    say(m, _("not yet at the sub-centre"),
        mem_printf("%lld", (long long)js_int(facts, "unsent", 0)));
}

json_t *report_lines(const json_t *report, const struct report_words *words)
{
    static void (*const sections[])(struct making * m) = {put_visits,   put_incidents, put_staff,
                                                          put_duties,   put_supplies,  put_cases,
                                                          put_bookings, put_ledgers,   put_rest};
    struct making m = {report, words, json_array()};
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        sections[i](&m);
    return m.out;
}
