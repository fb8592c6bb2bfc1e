/* Owns how an incident is shown: each step with what was noted, or by when and to whom it is due.
 * Invariant: words for a step and a state are the pack's own. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/plan.h"
#include "screens/incident.h"
#include "screens/words.h"

#define STEP_COLUMNS 38
#define LATE_MS 60000 /* recorded so much behind the finding: the delay is shown */

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

static int64_t time_of(const json_t *row, const char *key)
{
    int64_t at;
    return clock_parse(text_of(row, key), &at) ? at : CLOCK_NONE;
}

static const char *when(const json_t *row, const char *key, char out[CLOCK_TEXT])
{
    int64_t at = time_of(row, key);
    if (at == CLOCK_NONE)
        return "";
    return clock_day(at) == clock_day(clock_now()) ? clock_hhmm(at, out) : clock_short(at, out);
}

const json_t *incident_plan(const struct incident *t)
{
    return js_get(t->row, "plan");
}

static const char *cause_of(const json_t *row)
{
    const char *name = text_of(row, "cause_name");
    return *name ? name : words_say("cause", js_str(row, "cause"));
}

static const char *name_of(const json_t *row)
{
    const char *name = text_of(row, "name");
    return *name ? name : _("unnamed");
}

/* The pack's words for a state are those of the step that gave it. */
static const char *state_of(const json_t *row)
{
    size_t i;
    json_t *step;
    const char *state = text_of(row, "state");
    json_array_foreach(js_get(row, "plan"), i, step)
    {
        bool gives = strcmp(text_of(step, "state"), state) == 0;
        if ((gives || (js_bool(step, "closes") && strcmp(state, PLAN_CLOSED) == 0)) &&
            *lang_pick(step))
            return lang_pick(step);
    }
    return words_say("incident", state);
}

const char *incident_step_name(const json_t *step)
{
    const char *name = lang_pick(step);
    return *name ? name : words_say("incident", js_str(step, "id"));
}

static const json_t *noted(const struct incident *t, const json_t *step)
{
    size_t i;
    json_t *one, *last = NULL;
    json_array_foreach(js_get(t->row, "steps"), i, one)
    {
        if (strcmp(text_of(one, "step"), text_of(step, "id")) == 0)
            last = one;
    }
    return last;
}

const json_t *incident_post(const struct incident *t, const json_t *step)
{
    size_t i;
    json_t *one;
    json_array_foreach(t->posts, i, one)
    {
        if (strcmp(text_of(one, "post"), text_of(step, "contact")) == 0)
            return one;
    }
    return NULL;
}

bool incident_may(const struct incident *t, const json_t *step)
{
    size_t i;
    json_t *one;
    json_array_foreach(js_get(t->row, "possible"), i, one)
    {
        if (strcmp(json_string_value(one), text_of(step, "id")) == 0)
            return true;
    }
    return false;
}

/* Who was told, how, under which number; or who is to be called, and by when. */
static void say_done(const json_t *done, char *out, size_t size)
{
    char at[CLOCK_TEXT];
    const char *by = words_say("bys", js_str(done, "by"));
    snprintf(out, size, "%s %s%s%s%s%s%s%s %s", when(done, "at", at), text_of(done, "to"),
             *by ? " " : "", by, *text_of(done, "ref") ? " #" : "", text_of(done, "ref"),
             *text_of(done, "place") ? _(" place ") : "", text_of(done, "place"),
             text_of(done, "clerk"));
}

static void say_due(const struct incident *t, const json_t *step, char *out, size_t size)
{
    char at[CLOCK_TEXT];
    const json_t *post = incident_post(t, step);
    const char *due = when(step, "due", at);
    const char *who = *text_of(post, "holder") ? text_of(post, "holder") : text_of(post, "title");
    int64_t late = time_of(step, "due");
    size_t n = 0;
    out[0] = 0;
    if (late != CLOCK_NONE && late <= clock_now())
        n = (size_t)snprintf(out, size, _("OVERDUE, due %s  "), due);
    else if (late != CLOCK_NONE)
        n = (size_t)snprintf(out, size, _("by %s  "), due);
    if (n < size && post)
        snprintf(out + n, size - n, _("call %s %s"), who,
                 *text_of(post, "phone") ? text_of(post, "phone") : _("(no number noted)"));
    else if (n < size && js_get(step, "contact"))
        snprintf(out + n, size - n, "%s", text_of(step, "contact"));
}

static void say_step(const struct incident *t, const json_t *step, char *out, size_t size)
{
    const json_t *done = noted(t, step);
    if (done)
        say_done(done, out, size);
    else
        say_due(t, step, out, size);
    utf8_trim(out);
}

static void step_row(void *with, size_t i, struct area where)
{
    const struct incident *t = with;
    const json_t *step = json_array_get(incident_plan(t), i);
    bool may = incident_may(t, step), done = noted(t, step) != NULL;
    bool late = !done && time_of(step, "due") != CLOCK_NONE;
    char text[300], more[400];
    say_step(t, step, more, sizeof more);
    char sign = may && i < sizeof INCIDENT_SIGNS - 1 ? INCIDENT_SIGNS[i] : ' ';
    snprintf(text, sizeof text, "%c [%c] %s", sign, done ? 'x' : ' ', incident_step_name(step));
    utf8_trim(text);
    paint_text(where.row, where.col, STEP_COLUMNS, may && !done ? PAINT_BOLD : PAINT_PLAIN, text);
    paint_text(where.row, where.col + STEP_COLUMNS + 1, where.cols - STEP_COLUMNS - 1,
               late ? PAINT_BOLD : PAINT_PLAIN, more);
}

/* What the row of the marked step has no room for. */
static void draw_marked(const struct incident *t, struct area where)
{
    char more[400], text[600];
    const json_t *step = json_array_get(incident_plan(t), t->steps.cur);
    say_step(t, step, more, sizeof more);
    snprintf(text, sizeof text, "%s: %s", incident_step_name(step), more);
    utf8_trim(text);
    if (*more)
        paint_wrapped(where.row, where.col, where.cols, where.rows, PAINT_PLAIN, text);
}

static void draw_head(const struct incident *t, struct area body)
{
    char at[CLOCK_TEXT], heard[CLOCK_TEXT], since[CLOCK_TEXT], text[400];
    const json_t *r = t->row;
    int64_t found = time_of(r, "at"), told = time_of(r, "heard");
    snprintf(text, sizeof text, "%s  %s  [%s]", name_of(r), cause_of(r), state_of(r));
    utf8_trim(text);
    paint_text(body.row, 1, body.cols - 2, PAINT_BOLD, text);
    int n = snprintf(text, sizeof text, _("found %s, recorded %s"), when(r, "at", at),
                     when(r, "heard", heard));
    if (found != CLOCK_NONE && told != CLOCK_NONE && told - found >= LATE_MS)
        n += snprintf(text + n, sizeof text - (size_t)n, _(" (%lld min late)"),
                      (long long)((told - found) / 60000));
    if (*text_of(r, "since") && !*text_of(r, "freed"))
        n += snprintf(text + n, sizeof text - (size_t)n, _("; at place %s since %s"),
                      text_of(r, "place"), when(r, "since", since));
    if (*text_of(r, "note") && (size_t)n < sizeof text)
        snprintf(text + n, sizeof text - (size_t)n, "; %s", text_of(r, "note"));
    utf8_trim(text);
    paint_text(body.row + 1, 1, body.cols - 2, PAINT_PLAIN, text);
}

void incident_draw(struct ui *ui, struct incident *t, struct area body)
{
    struct area list = {body.row + 3, 1, body.rows - 6, body.cols - 2};
    if (!t->row) {
        paint_text(body.row, 1, body.cols - 2, PAINT_PLAIN, _("There is no such record."));
        return;
    }
    draw_head(t, body);
    list_draw(&t->steps, list, true, step_row, t);
    draw_marked(t, (struct area){body.row + body.rows - 2, 1, 2, body.cols - 2});
    const json_t *step = json_array_get(incident_plan(t), t->steps.cur);
    const char *own = lang_pick(js_get(step, "note"));
    ui_hint(ui, *own ? own
                     : _("Call or write in the group at once, then note it here. The program also "
                         "sends its own message: beside the call, never instead of it."));
}

void incident_draw_row(void *with, size_t i, struct area where)
{
    const struct incident *t = with;
    const json_t *r = json_array_get(t->all, i);
    char at[CLOCK_TEXT], text[400];
    snprintf(text, sizeof text, "%-11s  %s  %s  [%s]", when(r, "at", at), cause_of(r), name_of(r),
             state_of(r));
    utf8_trim(text);
    paint_text(where.row, where.col, where.cols, PAINT_PLAIN, text);
}
