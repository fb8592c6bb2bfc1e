/* Owns the steps of a case by keys: one table says what each key asks for, one question after the
 * other. Invariant: nothing is written before the last question was answered. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/attach.h"
#include "screens/asform.h"
#include "screens/cases.h"
#include "screens/prints.h"
#include "screens/slip.h"
#include "screens/words.h"

#define TEXT_MAX 300

/* What is asked, in this order: whether it is sure, who stands there, a first and a second text. */
struct cases_step {
    char key;
    const char *action, *step;
    const char *sure;         /* N_(): y/n; NULL: not asked */
    bool who;                 /* asked where there is an agent */
    const char *first, *into; /* N_() and the member that it fills */
    const char *second;       /* N_(): into "text" */
    const char *then;         /* document that follows; NULL: none */
};
static const struct cases_step steps[] = {
    {'s', "case_step", "say", NULL, false, N_("Message to the sub-centre:"), "text", NULL, NULL},
    {'h', "case_step", "supplement", NULL, true, N_("What was handed in?"), "text", NULL, NULL},
    {'w', "case_step", "withdraw", N_("Withdraw this case? y/n"), true,
     N_("Words to it (may be empty):"), "text", NULL, NULL},
    {'d', "case_step", "deliver", N_("Was the result handed to the resident? y/n"), true,
     N_("Given to whom, against signature?"), "to", NULL, "receipt"},
    {'t', "case_step", "return", N_("Hand this case back to the citizen? y/n"), true,
     N_("Why is it handed back?"), "text", NULL, "receipt"},
    {'g', "case_step", "call", NULL, false, N_("Call when? 0900, or 25 0900:"), "when",
     N_("About what?"), NULL},
    {'x', "case_step", "attach", NULL, false, N_("File of the scan:"), "path", NULL, NULL},
    {'o', "case_step", "again", NULL, true, N_("What did the resident ask?"), "text", NULL, NULL},
    {'v', "rating", NULL, NULL, false, NULL, NULL, NULL, NULL},
};

/* --- taken ---- */

static enum err finish(json_t *in)
{
    char at[2 * CLOCK_TEXT];
    const char *path = js_str(in, "path"), *when = js_str(in, "when");
    enum err rc = ERR_OK;
    if (when) {
        asform_time(FIELD_DATETIME, when, at, sizeof at);
        js_set_str(in, "when", at);
    }
    if (path) {
        char *copy = mem_strdup(path);
        json_object_del(in, "path");
        rc = attach_read(copy, in);
        free(copy);
    }
    if (js_str(in, "to"))
        js_set_str(in, "signed", "yes");
    return rc;
}

void cases_take(struct ui *ui, const char *action, json_t *in)
{
    struct cases *cs = ui_state(ui);
    char what[64];
    json_t *out = NULL;
    snprintf(what, sizeof what, "%s:%s", action, cs->id);
    enum err rc = finish(in);
    if (rc == ERR_OK)
        rc = action_run(ui->s, what, in, &out);
    const char *step = js_str(in, "step");
    if (rc == ERR_OK)
        ui_say(ui, _("Noted: %s."), words_say("step", step ? step : "rate"));
    else
        ui_error(ui, rc);
    json_decref(in);
    json_decref(out);
    cases_load_one(ui);
    if (rc == ERR_OK && cs->step && cs->step->then)
        prints_start(ui, cs->step->then, cs->id);
    cs->step = NULL;
}

/* --- asked ---- */

static void ask_first(struct ui *ui);

static void end(struct ui *ui)
{
    struct cases *cs = ui_state(ui);
    json_t *in = cs->in;
    cs->in = NULL;
    cases_take(ui, cs->step->action, in);
}

static void forget(struct cases *cs)
{
    json_decref(cs->in);
    cs->in = NULL;
    cs->step = NULL;
}

static void second_said(void *with, const char *answer)
{
    struct ui *ui = with;
    struct cases *cs = ui_state(ui);
    if (!answer) {
        forget(cs);
        return;
    }
    if (*answer)
        js_set_str(cs->in, "text", answer);
    end(ui);
}

static void first_said(void *with, const char *answer)
{
    struct ui *ui = with;
    struct cases *cs = ui_state(ui);
    if (!answer) {
        forget(cs);
        return;
    }
    if (*answer)
        js_set_str(cs->in, cs->step->into, answer);
    if (cs->step->second)
        ui_ask_text(ui, _(cs->step->second), TEXT_MAX, second_said);
    else
        end(ui);
}

static void ask_first(struct ui *ui)
{
    struct cases *cs = ui_state(ui);
    ui_ask_text(ui, _(cs->step->first), TEXT_MAX, first_said);
}

static void who_said(void *with, const char *answer)
{
    struct ui *ui = with;
    struct cases *cs = ui_state(ui);
    if (!answer) {
        forget(cs);
        return;
    }
    js_set_str(cs->in, "by", *answer == '2' ? "agent" : "person");
    ask_first(ui);
}

static void ask_who(struct ui *ui)
{
    struct cases *cs = ui_state(ui);
    if (cs->step->who && json_is_object(js_get(cs->whole, "agent")))
        ui_ask_keys(ui, _("Who stands here? 1 the resident  2 the agent"), "12", who_said);
    else
        ask_first(ui);
}

static void sure_said(void *with, const char *answer)
{
    struct ui *ui = with;
    if (answer && *answer == 'y')
        ask_who(ui);
    else
        forget(ui_state(ui));
}

/* --- an opinion ---- */

static void reason_said(void *with, const char *answer)
{
    struct ui *ui = with;
    struct cases *cs = ui_state(ui);
    if (answer && *answer)
        js_set_str(cs->in, "reason", answer);
    end(ui);
}

static void grade_said(void *with, const char *answer)
{
    struct ui *ui = with;
    struct cases *cs = ui_state(ui);
    if (!answer) {
        forget(cs);
        return;
    }
    if (*answer == '0') {
        js_set_str(cs->in, "wanted", "no");
        end(ui);
        return;
    }
    js_set_int(cs->in, "grade", *answer - '0');
    ui_ask_text(ui, _("Why? (may be empty)"), TEXT_MAX, reason_said);
}

/* --- the courier ---- */

/* The last list of this case that is still on its way. */
static void received(struct ui *ui)
{
    struct cases *cs = ui_state(ui);
    size_t i;
    json_t *one, *out = NULL;
    char what[64] = "";
    json_array_foreach(js_get(cs->whole, "couriers"), i, one)
    {
        if (!js_str(one, "received"))
            snprintf(what, sizeof what, "courier_step:%s", cases_text(one, "id"));
    }
    if (!*what) {
        ui_warn(ui, "%s", _("No list of this case is on its way."));
        return;
    }
    json_t *in = json_pack("{s:s}", "step", "received");
    enum err rc = action_run(ui->s, what, in, &out);
    if (rc == ERR_OK)
        ui_say(ui, "%s", _("The list has arrived."));
    else
        ui_error(ui, rc);
    json_decref(in);
    json_decref(out);
    cases_load_one(ui);
}

/* --- keys ---- */

static void reveal(struct ui *ui)
{
    struct cases *cs = ui_state(ui);
    char what[64];
    json_t *out = NULL, *in = json_object();
    snprintf(what, sizeof what, "reveal:%s", cases_text(cs->whole, "person"));
    enum err rc = action_run(ui->s, what, in, &out);
    const json_t *p = js_get(out, "person");
    if (rc == ERR_OK)
        ui_say(ui, "%s  %s  %s  %s", cases_text(p, "name"), cases_text(p, "id_no"),
               cases_text(p, "phone"), cases_text(p, "address"));
    else
        ui_error(ui, rc);
    json_decref(in);
    json_decref(out);
}

static void begin(struct ui *ui, const struct cases_step *step)
{
    struct cases *cs = ui_state(ui);
    forget(cs);
    cs->step = step;
    cs->in = json_object();
    if (step->step)
        js_set_str(cs->in, "step", step->step);
    if (strcmp(step->action, "rating") == 0)
        ui_ask_keys(ui, _("How was it? 5 very good 4 good 3 fair 2 bad 1 very bad 0 not wanted"),
                    "012345", grade_said);
    else if (step->sure)
        ui_ask_keys(ui, _(step->sure), "yn", sure_said);
    else
        ask_who(ui);
}

unsigned cases_step_key(struct ui *ui, uint32_t k)
{
    struct cases *cs = ui_state(ui);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if ((uint32_t)steps[i].key == k) {
            begin(ui, &steps[i]);
            return UI_HANDLED;
        }
    switch (k) {
    case 'm': cases_papers_open(ui); return UI_HANDLED;
    case 'p': slip_write(ui, cs->id, "png", "png"); return UI_RELOAD;
    case 'e': prints_start(ui, "slip", cs->id); return UI_HANDLED;
    case 'q': slip_show(ui, cs->id, cases_text(cs->whole, "number")); return UI_HANDLED;
    case 'r': reveal(ui); return UI_HANDLED;
    case 'c': cases_courier(ui, cs->id); return UI_HANDLED;
    case 'a': received(ui); return UI_HANDLED;
    case 'n': prints_start(ui, "notice", cs->id); return UI_HANDLED;
    case 'b': prints_start(ui, "receipt", cs->id); return UI_HANDLED;
    case 'l': prints_start(ui, "pledge", cs->id); return UI_HANDLED;
    default: return UI_IGNORED;
    }
}
