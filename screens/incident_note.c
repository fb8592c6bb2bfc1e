/* Owns the noting of a step: the questions that it asks, one behind the other, and a leader's
 * reason where an incident is closed before its steps. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/plan.h"
#include "screens/asform.h"
#include "screens/incident.h"
#include "screens/words.h"

#define TO_MAX 40

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

static const json_t *step_in_hand(const struct incident *t)
{
    return plan_step(incident_plan(t), js_str(t->in, "step"));
}

static void write_step(struct ui *ui)
{
    struct incident *t = ui_state(ui);
    char what[64];
    json_t *out = NULL;
    const json_t *step = step_in_hand(t);
    snprintf(what, sizeof what, "incident_step:%s", t->id);
    enum err rc = action_run(ui->s, what, t->in, &out);
    if (rc == ERR_OK) {
        ui_say(ui, _("Noted: %s."), incident_step_name(step));
        t->at[0] = 0;
    } else {
        ui_error(ui, rc);
    }
    json_decref(out);
    ui_load(ui);
}

static void ask_next(struct ui *ui);

static void got(struct ui *ui, const char *member, const char *answer)
{
    struct incident *t = ui_state(ui);
    if (!answer)
        return;
    js_set_str(t->in, member, *answer ? answer : NULL);
    ask_next(ui);
}

static void got_to(void *with, const char *answer)
{
    got(with, "to", answer);
}

static void got_ref(void *with, const char *answer)
{
    got(with, "ref", answer);
}

static void got_place(void *with, const char *answer)
{
    got(with, "place", answer);
}

static void got_by(void *with, const char *answer)
{
    got(with, "by", answer ? words_at("bys", (size_t)(*answer - '1')) : NULL);
}

/* Who is at the other end is offered, to be typed over. */
static void ask_to(struct ui *ui)
{
    struct incident *t = ui_state(ui);
    const json_t *post = incident_post(t, step_in_hand(t));
    const char *who = *text_of(post, "holder") ? text_of(post, "holder") : text_of(post, "title");
    ui_ask_text(ui, _("Who was told (name, office)?"), TO_MAX, got_to);
    edit_set(&ui->prompt.edit, who);
}

/* The members that the step asks for, one question behind the other. */
static void ask_next(struct ui *ui)
{
    struct incident *t = ui_state(ui);
    const json_t *step = step_in_hand(t);
    bool person = json_array_size(js_get(step, "means")) != 2;
    if (plan_asks(step, "place") && !json_object_get(t->in, "place"))
        ui_ask_text(ui, _("At which place (its number)?"), TO_MAX, got_place);
    else if (plan_asks(step, "to") && !json_object_get(t->in, "to"))
        ask_to(ui);
    else if (plan_asks(step, "by") && !json_object_get(t->in, "by"))
        ui_ask_keys(ui,
                    person ? _("How? 1 by telephone  2 in the work group  3 in person")
                           : _("How? 1 by telephone  2 in the work group"),
                    person ? "123" : "12", got_by);
    else if (plan_asks(step, "ref") && !json_object_get(t->in, "ref"))
        ui_ask_text(ui, _("Their reference, if they gave one:"), TO_MAX, got_ref);
    else
        write_step(ui);
}

/* Without all its steps: a leader says why, and answers for it. */
static void vouched(void *with, const char *name)
{
    if (name)
        write_step(with);
}

static void got_reason(void *with, const char *answer)
{
    struct ui *ui = with;
    struct incident *t = ui_state(ui);
    if (!answer || !*answer)
        return;
    js_set_str(t->in, "reason", answer);
    ui_ask_vouch(ui, "leader", vouched);
}

void incident_begin(struct ui *ui, size_t i)
{
    struct incident *t = ui_state(ui);
    const json_t *step = json_array_get(incident_plan(t), i);
    if (!step)
        return;
    t->steps.cur = i;
    json_decref(t->in);
    t->in = json_pack("{s:s}", "step", text_of(step, "id"));
    if (t->at[0])
        js_set_str(t->in, "at", t->at);
    bool closed = strcmp(text_of(t->row, "state"), PLAN_CLOSED) == 0;
    bool done = incident_may(t, step) && json_array_size(js_get(t->row, "missing")) == 0;
    if (js_bool(step, "closes") && !closed && !done)
        ui_ask_text(ui, _("Not every step is done. Why is it closed? A leader confirms:"), 100,
                    got_reason);
    else if (incident_may(t, step))
        ask_next(ui);
    else
        write_step(ui); /* refused, in words */
}

static void got_time(void *with, const char *answer)
{
    struct ui *ui = with;
    struct incident *t = ui_state(ui);
    int64_t at;
    if (!answer)
        return;
    asform_time(FIELD_DATETIME, *answer ? answer : ".", t->at, sizeof t->at);
    if (!clock_parse(t->at, &at) || at > clock_now()) {
        t->at[0] = 0;
        ui_error(ui, err_set(ERR_TIME, NULL, NULL));
    } else {
        ui_say(ui, _("The next step is noted for %s."), t->at);
    }
}

void incident_ask_time(struct ui *ui)
{
    ui_ask_text(ui, _("When was it done (0905, or 11240905)?"), 16, got_time);
}
