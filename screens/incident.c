/* Owns the pages of incidents: the open ones, and one step by step: what is to be done by when,
 * whom to call, what was noted. Invariant: it knows no step by its name; the plan of the incident
 * says what there is. */
#include "screens/incident.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/desk/plan.h"
#include "kiosk/desk/view.h"

enum { PAGE_LIST, PAGE_ONE };

static const struct key_row list_keys[] = {
    {K_ENTER, N_("Enter"), N_("open"), N_("Go on with the incident that is marked.")},
    {'n', "n", N_("new incident"), N_("Note an incident: a fall, a quarrel, somebody ill.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the home screen.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row one_keys[] = {
    {'1', "1-9", N_("note a step"), N_("Note that this step was done: who was told, how, when.")},
    {K_ENTER, N_("Enter"), N_("note it"), N_("Note the step that is marked.")},
    {'t', "t", N_("at another time"), N_("The next step was done at another time than now.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the open incidents.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {
    {"", list_keys, false}, {N_("step by step"), one_keys, false}, {NULL, NULL, false}};

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

/* ---- read ---- */

static enum err take_open(void *with, json_t *row)
{
    struct incident *t = with;
    if (strcmp(text_of(row, "state"), PLAN_CLOSED) != 0)
        json_array_append(t->all, row);
    return ERR_OK;
}

static void load_one(struct ui *ui, struct incident *t)
{
    char what[64];
    json_t *found = NULL;
    snprintf(what, sizeof what, "incidents:%s", t->id);
    if (view_list(ui->s, what, &VIEW_ALL, &found) == ERR_OK && json_array_size(found) == 1) {
        json_decref(t->row);
        t->row = json_incref(json_array_get(found, 0));
        list_count(&t->steps, json_array_size(incident_plan(t)));
    }
    json_decref(found);
    json_decref(t->posts);
    t->posts = NULL;
    if (view_list(ui->s, "posts", &VIEW_ALL, &t->posts) != ERR_OK)
        t->posts = NULL; /* the numbers are then on paper only */
}

static void load(struct ui *ui)
{
    struct incident *t = ui_state(ui);
    if (t->id[0]) {
        load_one(ui, t);
        return;
    }
    json_decref(t->all);
    t->all = json_array();
    view_each(ui->s, "incidents", &VIEW_ALL, take_open, t);
    list_count(&t->list, json_array_size(t->all));
}

static void choose(struct ui *ui, const char *id)
{
    struct incident *t = ui_state(ui);
    snprintf(t->id, sizeof t->id, "%s", id);
    ui_page(ui, *id ? PAGE_ONE : PAGE_LIST);
}

static void open(struct ui *ui, const json_t *arg)
{
    const json_t *which = js_get(arg, "incident");
    const char *id = json_is_object(which) ? js_str(which, "id") : json_string_value(which);
    choose(ui, id ? id : "");
}

/* ---- shown ---- */

static void draw(struct ui *ui, struct area body)
{
    struct incident *t = ui_state(ui);
    struct area list = {body.row + 1, 1, body.rows - 1, body.cols - 2};
    if (t->id[0]) {
        incident_draw(ui, t, body);
        return;
    }
    if (t->list.count == 0)
        paint_text(list.row, 3, body.cols - 4, PAINT_PLAIN, _("No incident is open."));
    list_draw(&t->list, list, true, incident_draw_row, t);
}

/* ---- keys ---- */

static unsigned one_key(struct ui *ui, struct incident *t, uint32_t k)
{
    for (size_t i = 0; t->row && i < sizeof INCIDENT_SIGNS - 1; i++)
        if ((uint32_t)INCIDENT_SIGNS[i] == k && i < t->steps.count) {
            incident_begin(ui, i);
            return UI_HANDLED;
        }
    if (k == K_ENTER && t->row) {
        incident_begin(ui, t->steps.cur);
    } else if (k == 't') {
        incident_ask_time(ui);
    } else if (k == K_ESC) {
        choose(ui, "");
        return UI_RELOAD;
    } else {
        return list_key(&t->steps, k) ? UI_HANDLED : UI_IGNORED;
    }
    return UI_HANDLED;
}

static unsigned key(struct ui *ui, uint32_t k)
{
    struct incident *t = ui_state(ui);
    if (t->id[0])
        return one_key(ui, t, k);
    if (k == K_ENTER && t->list.cur < t->list.count) {
        choose(ui, text_of(json_array_get(t->all, t->list.cur), "id"));
        return UI_RELOAD;
    }
    if (k == 'n')
        ui_go(ui, "incident_new", NULL);
    else if (k == K_ESC)
        ui_home(ui);
    else
        return list_key(&t->list, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}

static void leave(struct ui *ui)
{
    struct incident *t = ui_state(ui);
    json_decref(t->all);
    json_decref(t->row);
    json_decref(t->posts);
    json_decref(t->in);
}

const struct screen screen_incident = {
    .name = "incident",
    .letter = 'i',
    .title = N_("Incidents"),
    .about = N_("What must be reported at once: who was told, when and how, and what came of it. "
                "F9 leads here from every screen."),
    .role = "gate",
    .pages = pages,
    .state = sizeof(struct incident),
    .open = open,
    .load = load,
    .draw = draw,
    .key = key,
    .close = leave,
};
