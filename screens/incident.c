/* Owns the page of an incident: who was told, when and how, and what came of it. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/view.h"
#include "screens/ui.h"
#include "screens/widgets/pager.h"
#include "screens/words.h"

struct incident {
    struct pager pager;
    char id[ENTRY_ID];
    char step[16], told[200]; /* the report being noted */
};

static const struct key_row keys[] = {
    {'o', "o", N_("isolated"), N_("Note that the person was led to the isolation area.")},
    {'l', "l", N_("leader told"), N_("Note who was told as leader, and how.")},
    {'t', "t", N_("town told"), N_("Note who was told at the town, and how.")},
    {'v', "v", N_("verified"), N_("Note that the town has verified it.")},
    {'e', "e", N_("data error"), N_("Note that the code was a mistake of the data.")},
    {'c', "c", N_("close"), N_("Close the incident.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the home screen.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {{"", keys, false}, {NULL, NULL, false}};

static const char *action_text(struct ui *ui, const char *action)
{
    struct policy *p = NULL;
    if (site_policy(ui->s, &p) != ERR_OK)
        return action;
    const char *text = lang_pick(js_get(js_get(policy_json(p), "actions"), action));
    return *text ? text : action;
}

static void show_incident(struct ui *ui, const json_t *row)
{
    struct incident *t = ui_state(ui);
    size_t i;
    json_t *one;
    const char *name = js_str(row, "name"), *at = js_str(row, "at");
    pager_fini(&t->pager);
    pager_add(&t->pager, PAINT_BOLD, 0, "%s  %s  %s", name ? name : _("unnamed"),
              words_say("cause", js_str(row, "cause")),
              words_say("incident", js_str(row, "state")));
    pager_add(&t->pager, PAINT_PLAIN, 0, "%s", at ? at : "");
    json_array_foreach(js_get(row, "actions"), i, one) if (json_is_string(one))
        pager_add(&t->pager, PAINT_PLAIN, 0, "> %s", action_text(ui, json_string_value(one)));
    json_array_foreach(js_get(row, "steps"), i, one)
    {
        const char *to = js_str(one, "to"), *by = js_str(one, "by"), *when = js_str(one, "at");
        pager_add(&t->pager, PAINT_PLAIN, 0, "%.16s  %s  %s  %s", when ? when : "",
                  words_say("incident", js_str(one, "step")), to ? to : "", words_say("bys", by));
    }
}

static enum err take_ours(void *with, json_t *row)
{
    struct ui *ui = with;
    struct incident *t = ui_state(ui);
    const char *id = js_str(row, "id");
    if (id && strcmp(id, t->id) == 0)
        show_incident(ui, row);
    return ERR_OK;
}

static void load(struct ui *ui)
{
    view_each(ui->s, "incidents", &VIEW_ALL, take_ours, ui);
}

static void note_step(struct ui *ui, const char *step, const char *to, const char *by)
{
    struct incident *t = ui_state(ui);
    char what[48];
    json_t *out = NULL, *in = json_object();
    snprintf(what, sizeof what, "incident_step:%s", t->id);
    js_set_str(in, "step", step);
    if (to && *to)
        js_set_str(in, "to", to);
    if (by)
        js_set_str(in, "by", by);
    enum err rc = action_run(ui->s, what, in, &out);
    if (rc == ERR_OK) {
        ui_say(ui, _("Noted: %s."), words_say("incident", step));
        ui_load(ui);
    } else {
        ui_error(ui, rc);
    }
    json_decref(in);
    json_decref(out);
}

static void told_how(void *with, const char *answer)
{
    struct ui *ui = with;
    struct incident *t = ui_state(ui);
    size_t at = answer ? (size_t)(*answer - '1') : SIZE_MAX;
    const char *by = words_at("bys", at);
    if (by)
        note_step(ui, t->step, t->told, by);
}

static void told_whom(void *with, const char *answer)
{
    struct ui *ui = with;
    struct incident *t = ui_state(ui);
    if (!answer)
        return;
    snprintf(t->told, sizeof t->told, "%s", answer);
    ui_ask_keys(ui, _("How? 1 by telephone  2 in the work group  3 in person"), "123", told_how);
}

static unsigned key(struct ui *ui, uint32_t k)
{
    static const struct {
        char key;
        const char *step;
        bool ask;
    } steps[] = {{'o', "isolated", false}, {'l', "leader_told", true}, {'t', "town_told", true},
                 {'v', "verified", false}, {'e', "data_error", false}, {'c', "closed", false}};
    struct incident *t = ui_state(ui);
    for (size_t i = 0; t->id[0] && i < sizeof steps / sizeof steps[0]; i++) {
        if ((uint32_t)steps[i].key != k)
            continue;
        snprintf(t->step, sizeof t->step, "%s", steps[i].step);
        if (steps[i].ask)
            ui_ask_text(ui, _("Who was told?"), 40, told_whom);
        else
            note_step(ui, steps[i].step, NULL, NULL);
        return UI_HANDLED;
    }
    if (k == K_ESC) {
        ui_home(ui);
        return UI_HANDLED;
    }
    return pager_key(&t->pager, k) ? UI_HANDLED : UI_IGNORED;
}

/* ---- the screen ---- */

static void open(struct ui *ui, const json_t *arg)
{
    struct incident *t = ui_state(ui);
    const json_t *which = js_get(arg, "incident");
    const char *id = json_is_object(which) ? js_str(which, "id") : json_string_value(which);
    snprintf(t->id, sizeof t->id, "%s", id ? id : "");
}

static void draw(struct ui *ui, struct area body)
{
    struct incident *t = ui_state(ui);
    struct area inner = {body.row + 1, 1, body.rows - 1, body.cols - 2};
    pager_draw(&t->pager, inner);
}

static void leave(struct ui *ui)
{
    struct incident *t = ui_state(ui);
    pager_fini(&t->pager);
    explicit_bzero(t->told, sizeof t->told);
}

const struct screen screen_incident = {
    .name = "incident",
    .title = N_("Incident"),
    .about = N_("What must be reported at once: who was told, when and how, and what came of it."),
    .role = "gate",
    .pages = pages,
    .state = sizeof(struct incident),
    .open = open,
    .load = load,
    .draw = draw,
    .key = key,
    .close = leave,
};
