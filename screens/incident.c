/* Owns the pages of incidents: the open ones, and one step by step: what is to be done by when,
 * whom to call, what was noted. Invariant: it knows no step by its name; the plan of the incident
 * says what there is. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/plan.h"
#include "kiosk/desk/view.h"
#include "screens/asform.h"
#include "screens/ui.h"
#include "screens/widgets/list.h"
#include "screens/words.h"

#define TO_MAX 40
#define SIGNS "123456789abdefgh" /* a key for each step */
#define STEP_COLUMNS 38
#define LATE_MS 60000 /* recorded so much behind the finding: the delay is shown */

enum { PAGE_LIST, PAGE_ONE };

struct incident {
    json_t *all, *row, *posts; /* the open ones; the one in hand, NULL: none; whom to call */
    struct list list, steps;
    char id[ENTRY_ID];
    json_t *in;              /* the step being noted */
    char at[2 * CLOCK_TEXT]; /* when it was done, "": now */
};

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

static const json_t *plan_of(const struct incident *t)
{
    return js_get(t->row, "plan");
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

static const char *step_name(const json_t *step)
{
    const char *name = lang_pick(step);
    return *name ? name : words_say("incident", js_str(step, "id"));
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
        list_count(&t->steps, json_array_size(plan_of(t)));
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

static const json_t *post_of(const struct incident *t, const json_t *step)
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

static bool possible(const struct incident *t, const json_t *step)
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
    const json_t *post = post_of(t, step);
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
    const json_t *step = json_array_get(plan_of(t), i);
    bool may = possible(t, step), done = noted(t, step) != NULL;
    bool late = !done && time_of(step, "due") != CLOCK_NONE;
    char text[300], more[400];
    say_step(t, step, more, sizeof more);
    char sign = may && i < sizeof SIGNS - 1 ? SIGNS[i] : ' ';
    snprintf(text, sizeof text, "%c [%c] %s", sign, done ? 'x' : ' ', step_name(step));
    utf8_trim(text);
    paint_text(where.row, where.col, STEP_COLUMNS, may && !done ? PAINT_BOLD : PAINT_PLAIN, text);
    paint_text(where.row, where.col + STEP_COLUMNS + 1, where.cols - STEP_COLUMNS - 1,
               late ? PAINT_BOLD : PAINT_PLAIN, more);
}

/* What the row of the marked step has no room for. */
static void draw_marked(const struct incident *t, struct area where)
{
    char more[400], text[600];
    const json_t *step = json_array_get(plan_of(t), t->steps.cur);
    say_step(t, step, more, sizeof more);
    snprintf(text, sizeof text, "%s: %s", step_name(step), more);
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

static void draw_one(struct ui *ui, struct incident *t, struct area body)
{
    struct area list = {body.row + 3, 1, body.rows - 6, body.cols - 2};
    if (!t->row) {
        paint_text(body.row, 1, body.cols - 2, PAINT_PLAIN, _("There is no such record."));
        return;
    }
    draw_head(t, body);
    list_draw(&t->steps, list, true, step_row, t);
    draw_marked(t, (struct area){body.row + body.rows - 2, 1, 2, body.cols - 2});
    const json_t *step = json_array_get(plan_of(t), t->steps.cur);
    const char *own = lang_pick(js_get(step, "note"));
    ui_hint(ui, *own ? own
                     : _("Call or write in the group at once, then note it here. The program also "
                         "sends its own message: beside the call, never instead of it."));
}

static void list_row(void *with, size_t i, struct area where)
{
    const struct incident *t = with;
    const json_t *r = json_array_get(t->all, i);
    char at[CLOCK_TEXT], text[400];
    snprintf(text, sizeof text, "%-11s  %s  %s  [%s]", when(r, "at", at), cause_of(r), name_of(r),
             state_of(r));
    utf8_trim(text);
    paint_text(where.row, where.col, where.cols, PAINT_PLAIN, text);
}

static void draw(struct ui *ui, struct area body)
{
    struct incident *t = ui_state(ui);
    struct area list = {body.row + 1, 1, body.rows - 1, body.cols - 2};
    if (t->id[0]) {
        draw_one(ui, t, body);
        return;
    }
    if (t->list.count == 0)
        paint_text(list.row, 3, body.cols - 4, PAINT_PLAIN, _("No incident is open."));
    list_draw(&t->list, list, true, list_row, t);
}

/* ---- a step is noted ---- */

static const json_t *step_in_hand(const struct incident *t)
{
    return plan_step(plan_of(t), js_str(t->in, "step"));
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
        ui_say(ui, _("Noted: %s."), step_name(step));
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
    const json_t *post = post_of(t, step_in_hand(t));
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

static void begin(struct ui *ui, size_t i)
{
    struct incident *t = ui_state(ui);
    const json_t *step = json_array_get(plan_of(t), i);
    if (!step)
        return;
    t->steps.cur = i;
    json_decref(t->in);
    t->in = json_pack("{s:s}", "step", text_of(step, "id"));
    if (t->at[0])
        js_set_str(t->in, "at", t->at);
    bool closed = strcmp(text_of(t->row, "state"), PLAN_CLOSED) == 0;
    bool done = possible(t, step) && json_array_size(js_get(t->row, "missing")) == 0;
    if (js_bool(step, "closes") && !closed && !done)
        ui_ask_text(ui, _("Not every step is done. Why is it closed? A leader confirms:"), 100,
                    got_reason);
    else if (possible(t, step))
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

/* ---- keys ---- */

static unsigned one_key(struct ui *ui, struct incident *t, uint32_t k)
{
    for (size_t i = 0; t->row && i < sizeof SIGNS - 1; i++)
        if ((uint32_t)SIGNS[i] == k && i < t->steps.count) {
            begin(ui, i);
            return UI_HANDLED;
        }
    if (k == K_ENTER && t->row) {
        begin(ui, t->steps.cur);
    } else if (k == 't') {
        ui_ask_text(ui, _("When was it done (0905, or 11240905)?"), 16, got_time);
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
