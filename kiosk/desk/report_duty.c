/* Owns: the report as a duty of its day, and what reminds of it. Invariant: a day before the site
 * began, or one of which the pack wants no report, reminds nobody. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/report.h"

#define REMIND_DAYS 7 /* so many days back a report that is missing is asked for */

static json_t *duty_row(int64_t at, int64_t due, const char *state, int64_t signed_at)
{
    char day[CLOCK_TEXT];
    json_t *row = json_object();
    js_set_str(row, "duty", "report");
    js_set_str(row, "title", _("Daily report"));
    js_set_str(row, "slot", "day");
    js_set_str(row, "slot_title", "");
    js_set_str(row, "day", clock_date(at, day));
    js_set_time(row, "from", due - REPORT_AHEAD_MS);
    js_set_time(row, "to", due);
    js_set_str(row, "state", state);
    js_set_str(row, "ledger", NULL);
    js_set_str(row, "entry", "report");
    json_object_set_new(row, "round", json_false());
    js_set_time(row, "at", signed_at);
    js_set_time(row, "heard", signed_at);
    js_set_str(row, "by", NULL);
    json_object_set_new(row, "entered_late", json_false());
    json_object_set_new(row, "left", json_array());
    json_object_set_new(row, "left_words", json_array());
    json_object_set_new(row, "not_done", json_object());
    js_set_str(row, "because",
               strcmp(state, "changed") == 0
                   ? _("entries came after it was signed: sign a revision")
                   : NULL);
    js_set_str(row, "who", NULL);
    js_set_str(row, "who_title", _("leader"));
    js_set_str(row, "holder", NULL);
    return row;
}

enum err report_duty(struct site *s, int64_t at, enum err (*row)(void *to, json_t *object),
                     void *to)
{
    int64_t due, signed_at = CLOCK_NONE;
    const char *state = "none";
    enum err rc = report_due(s, at, &due);
    if (rc == ERR_OK && due != CLOCK_NONE)
        rc = report_state(s, at, &state, &signed_at);
    if (rc != ERR_OK || due == CLOCK_NONE)
        return rc;
    json_t *one = duty_row(at, due, state, signed_at);
    rc = row(to, one);
    json_decref(one);
    return rc;
}

/* --- reminders ---------------------------------------------------------------------------------
 */

/* The gravest first. */
static const char *const reminders[] = {"missed", "late", "changed", "due"};
#define REMINDERS (sizeof reminders / sizeof *reminders)

static char *words_of(const char *state, const char *day, const char *hour)
{
    if (strcmp(state, "missed") == 0)
        return mem_printf(_("Report of %s is missing: it was due at %s"), day, hour);
    if (strcmp(state, "late") == 0)
        return mem_printf(_("Report of %s is late: it was due at %s"), day, hour);
    if (strcmp(state, "due") == 0)
        return mem_printf(_("Report of %s is to be signed by %s"), day, hour);
    return mem_printf(_("Report of %s has changed since it was signed: sign a revision"), day);
}

static void say(struct report_reminder *r, size_t which, int64_t at, int64_t due)
{
    char day[CLOCK_TEXT], hour[CLOCK_TEXT];
    clock_date(at, day);
    char *text = words_of(reminders[which], day + 5, clock_hhmm(due, hour));
    snprintf(r->text, sizeof r->text, "%s", text);
    utf8_trim(r->text);
    free(text);
    r->day = at;
    r->late = which < 2;
    r->state = reminders[which];
}

enum err report_remind(struct site *s, struct report_reminder *out)
{
    size_t best = REMINDERS;
    int64_t now = clock_now(), today = clock_day(now), due;
    int64_t made = clock_day(store_number(s->j.store, "SELECT min(at) FROM site", now));
    enum err rc = ERR_OK;
    *out = (struct report_reminder){.day = CLOCK_NONE, .state = "none"};
    for (int64_t i = 0; rc == ERR_OK && i < REMIND_DAYS; i++) {
        const char *state;
        int64_t at = today - i * CLOCK_DAY_MS;
        if (at < made) /* before there was a site nobody answers */
            break;
        rc = report_due(s, at, &due);
        if (rc == ERR_OK)
            rc = report_state(s, at, &state, NULL);
        for (size_t k = 0; rc == ERR_OK && k < best; k++)
            if (strcmp(reminders[k], state) == 0) {
                best = k;
                say(out, k, at, due);
            }
    }
    return rc;
}
