/* Owns the look at the policy in force: its packs, each parameter with where it comes from, and
 * what a leader does about them: adapts within bounds, starts and ends overlays. What is typed for
 * one doing is asked in the order of its table of questions. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/view.h"
#include "screens/ui.h"
#include "screens/value.h"
#include "screens/widgets/list.h"
#include "screens/widgets/pager.h"
#include "screens/words.h"

#define PACK_LINES 5
#define ABOUT_LINES 3 /* what may be adapted, and the basis, of the parameter that is marked */

enum { PAGE_PARAMS, PAGE_READ, PAGE_OVERLAYS, PAGE_MEASURES };

struct question {
    const char *key, *text; /* N_(); the keys are the action's */
    int max;
    bool may_be_empty;
};
static const struct question adapt_questions[] = {
    {"new", N_("New value (. is the pack's own):"), 60, false},
    {"reason", N_("Why?"), 200, false},
    {"approver", N_("Approved by:"), 40, false},
    {NULL, NULL, 0, false}};
static const struct question overlay_questions[] = {
    {"order", N_("Reference of the superior's order:"), 60, false},
    {"start", N_("From which day? (empty: now)"), 10, true},
    {"review", N_("Review on which day? (empty: as the pack says)"), 10, true},
    {"approver", N_("Approved by:"), 40, false},
    {NULL, NULL, 0, false}};
static const struct question end_questions[] = {
    {"order", N_("Reference of the superior's order:"), 60, false},
    {"reason", N_("Why?"), 200, false},
    {NULL, NULL, 0, false}};
static const struct question measure_questions[] = {
    {"title", N_("The measure, in a line:"), 60, false},
    {"text", N_("In full:"), 400, false},
    {NULL, NULL, 0, false}};

static const struct doing {
    const char *action;
    const struct question *questions;
    const char *role; /* who answers for it; NULL: whoever is signed in */
    const char *done; /* N_() */
} adapting = {"adaptation", adapt_questions, "leader", N_("Adapted; the sub-centre will see it.")},
  starting = {"overlay", overlay_questions, "leader", N_("The overlay is noted.")},
  ending = {"overlay_end", end_questions, "leader", N_("The overlay is ended.")},
  measuring = {"measure", measure_questions, NULL, N_("The measure is noted.")};

struct policy_screen {
    json_t *policy;   /* the row of the view */
    json_t *overlays; /* rows */
    json_t *packs;    /* overlays that could be started */
    json_t *in;       /* what was typed so far */
    const struct doing *doing;
    size_t asked; /* index of the question in hand */
    struct table table;
    struct list overlay_list;
    struct pager pager;
};

static const struct key_row param_keys[] = {
    {'a', "a", N_("adapt"), N_("Give the parameter that is marked another value, within bounds.")},
    {'o', "o", N_("overlays"), N_("Overlays: start one by a superior's order, or end one.")},
    {'r', "r", N_("read"), N_("Read what is in force, and confirm it.")},
    {'m', "m", N_("measures"), N_("The measures of this point's own.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the home screen.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row read_keys[] = {
    {'r', "r", N_("I have read it"), N_("Confirm that you have read it.")},
    {K_DOWN, N_("Up Down"), N_("scroll"), N_("Read on.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the parameters.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row overlay_keys[] = {
    {K_ENTER, N_("Enter"), N_("start"), N_("Start the overlay that is marked, or prolong it.")},
    {'e', "e", N_("end it"), N_("End the overlay that is marked, by a further order.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the parameters.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row measure_keys[] = {
    {'n', "n", N_("new measure"), N_("Write down a measure of this point's own.")},
    {K_DOWN, N_("Up Down"), N_("scroll"), N_("Read on.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the parameters.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {{"", param_keys, false},
                                        {N_("Read"), read_keys, false},
                                        {N_("Overlays"), overlay_keys, false},
                                        {N_("Measures"), measure_keys, false},
                                        {NULL, NULL, false}};

static const struct column columns[] = {
    {N_("Parameter"), 25}, {N_("Value"), 19}, {N_("Comes from"), 15}, {N_("Basis"), 0}};

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

/* The day of an ISO time. */
static const char *day_of(const json_t *row, const char *key, char out[12])
{
    snprintf(out, 12, "%.10s", text_of(row, key));
    return out;
}

static const json_t *param_at(const struct policy_screen *p)
{
    return json_array_get(js_get(p->policy, "params"), p->table.list.cur);
}

/* The requirement of the document, or that the number is ours; what the pack's author adds behind
 * it, for other authors, is left out. */
static const char *basis_of(const json_t *row, char *out)
{
    const char *basis = text_of(row, "basis");
    if (strncmp(basis, "ours", 4) == 0)
        return words_say("basis", "ours");
    snprintf(out, 256, "%.*s", (int)strcspn(basis, ";"), basis);
    return out;
}

static const char *cell(void *with, size_t i, size_t c, char *out)
{
    struct ui *ui = with;
    struct policy_screen *p = ui_state(ui);
    const json_t *row = json_array_get(js_get(p->policy, "params"), i);
    char value[200];
    switch (c) {
    case 0: return text_of(row, "label");
    case 1:
        value_say(ui, json_object_get(row, "value"), value, sizeof value);
        snprintf(out, 256, "%s%s%s%s", js_str(row, "adapted") ? "* " : "", value,
                 js_str(row, "unit") ? " " : "", text_of(row, "unit"));
        return out;
    case 2: return js_str(row, "adapted") ? _("adapted here") : text_of(row, "pack");
    default: return basis_of(row, out);
    }
}

/* ---- reading the views ---- */

static json_t *first_row(struct ui *ui, const char *view)
{
    json_t *rows = NULL, *row = NULL;
    enum err rc = view_list(ui->s, view, &VIEW_ALL, &rows);
    if (rc == ERR_OK)
        row = json_incref(json_array_get(rows, 0));
    else
        ui_error(ui, rc);
    json_decref(rows);
    return row;
}

static void add_pack(struct policy_screen *p, const json_t *pack)
{
    const char *issuer = js_str(pack, "issuer"), *issued = js_str(pack, "issued");
    const char *document = js_str(pack, "document"), *note = js_str(pack, "note");
    pager_add(&p->pager, PAINT_BOLD, 0, "%s  %s", text_of(pack, "title"), text_of(pack, "pack"));
    if (issuer || issued)
        pager_add(&p->pager, PAINT_PLAIN, 2, "%s  %s", issuer ? issuer : "", issued ? issued : "");
    if (document)
        pager_add(&p->pager, PAINT_PLAIN, 2, _("Document: %s"), document);
    if (note)
        pager_add(&p->pager, PAINT_PLAIN, 2, "%s", note);
    pager_add(&p->pager, PAINT_PLAIN, 2, "%s",
              js_bool(pack, "read") ? _("You have read it.") : _("Not yet confirmed by you."));
    pager_add(&p->pager, PAINT_PLAIN, 0, "%s", "");
}

static void show_read(struct ui *ui)
{
    struct policy_screen *p = ui_state(ui);
    char value[300];
    size_t i;
    json_t *one;
    pager_fini(&p->pager);
    pager_add(&p->pager, PAINT_PLAIN, 0, "%s  %s  %s", ui->s->name, ui->s->j.site,
              words_say("site", ui->s->type));
    json_array_foreach(js_get(p->policy, "packs"), i, one) add_pack(p, one);
    json_array_foreach(js_get(p->policy, "params"), i, one) pager_add(
        &p->pager, PAINT_PLAIN, 2, "%s: %s %s", text_of(one, "label"),
        value_say(ui, json_object_get(one, "value"), value, sizeof value), text_of(one, "unit"));
}

static enum err add_measure(void *to, json_t *row)
{
    struct policy_screen *p = to;
    char day[12];
    pager_add(&p->pager, PAINT_BOLD, 0, "%s  %s", day_of(row, "at", day), text_of(row, "title"));
    pager_add(&p->pager, PAINT_PLAIN, 2, "%s  (%s)", text_of(row, "text"), text_of(row, "clerk"));
    return ERR_OK;
}

static void show_measures(struct ui *ui)
{
    struct policy_screen *p = ui_state(ui);
    pager_fini(&p->pager);
    view_each(ui->s, "measures", &VIEW_ALL, add_measure, p);
    if (p->pager.n == 0)
        pager_add(&p->pager, PAINT_PLAIN, 0, "%s", _("None was written down yet."));
}

static void load(struct ui *ui)
{
    struct policy_screen *p = ui_state(ui);
    int top = p->pager.top;
    json_decref(p->policy);
    json_decref(p->overlays);
    json_decref(p->packs);
    p->overlays = p->packs = NULL;
    p->policy = first_row(ui, "policy");
    view_list(ui->s, "overlays", &VIEW_ALL, &p->overlays);
    view_list(ui->s, "packs:overlay", &VIEW_ALL, &p->packs);
    list_count(&p->table.list, json_array_size(js_get(p->policy, "params")));
    list_count(&p->overlay_list, json_array_size(p->packs));
    if (ui->places[ui->depth].page == PAGE_READ)
        show_read(ui);
    else if (ui->places[ui->depth].page == PAGE_MEASURES)
        show_measures(ui);
    p->pager.top = top;
}

/* ---- asking, and doing ---- */

static void ask(struct ui *ui);

static void run(struct ui *ui)
{
    struct policy_screen *p = ui_state(ui);
    json_t *out = NULL;
    enum err rc = action_run(ui->s, p->doing->action, p->in, &out);
    if (rc == ERR_OK)
        ui_say(ui, "%s", _(p->doing->done));
    else
        ui_error(ui, rc);
    json_decref(out);
    frame_status(ui);
    ui_load(ui);
}

static void answered_for(void *with, const char *name)
{
    if (name)
        run(with);
}

static void got(void *with, const char *answer)
{
    struct ui *ui = with;
    struct policy_screen *p = ui_state(ui);
    const struct question *q = &p->doing->questions[p->asked];
    if (!answer)
        return;
    if (!*answer && !q->may_be_empty) {
        ui_warn(ui, "%s", _("This must be filled in."));
        return;
    }
    if (strcmp(q->key, "new") == 0) {
        json_t *value = value_read(param_at(p), answer);
        if (!value) {
            ui_error(ui, err_set(ERR_FIELD_CHOICE, "new", NULL));
            return;
        }
        json_object_set_new(p->in, q->key, value);
    } else if (*answer) {
        js_set_str(p->in, q->key, answer);
    }
    p->asked++;
    ask(ui);
}

static void ask(struct ui *ui)
{
    struct policy_screen *p = ui_state(ui);
    const struct question *q = &p->doing->questions[p->asked];
    if (q->key)
        ui_ask_text(ui, _(q->text), q->max, got);
    else if (p->doing->role)
        ui_ask_vouch(ui, p->doing->role, answered_for);
    else
        run(ui);
}

static void begin(struct ui *ui, const struct doing *doing, const char *key, const char *subject)
{
    struct policy_screen *p = ui_state(ui);
    json_decref(p->in);
    p->in = json_object();
    p->doing = doing;
    p->asked = 0;
    if (key)
        js_set_str(p->in, key, subject);
    ask(ui);
}

static void adapt(struct ui *ui)
{
    const json_t *row = param_at(ui_state(ui));
    if (!row)
        return;
    if (!js_bool(row, "adaptable"))
        ui_error(ui, err_set(ERR_CONSTRAINT, "param", "%s", text_of(row, "label")));
    else
        begin(ui, &adapting, "param", text_of(row, "param"));
}

static void confirm_read(struct ui *ui)
{
    struct policy_screen *p = ui_state(ui);
    json_t *out = NULL, *in = json_pack("{s:s}", "policy", text_of(p->policy, "policy"));
    enum err rc = js_bool(p->policy, "read") ? ERR_OK : action_run(ui->s, "policy_read", in, &out);
    if (rc == ERR_OK)
        ui_say(ui, "%s", _("Noted: you have read it."));
    else
        ui_error(ui, rc);
    json_decref(in);
    json_decref(out);
    ui_load(ui);
}

/* ---- the screen ---- */

static void open(struct ui *ui, const json_t *arg)
{
    struct policy_screen *p = ui_state(ui);
    p->table = TABLE_OF(columns, cell, ui);
    if (js_bool(arg, "read"))
        ui_page(ui, PAGE_READ);
    else if (js_bool(arg, "overlays"))
        ui_page(ui, PAGE_OVERLAYS);
}

/* The overlay's row that stands or is planned. */
static const json_t *standing(const struct policy_screen *p, const char *id)
{
    size_t i;
    json_t *one;
    json_array_foreach(p->overlays, i, one)
    {
        const char *state = text_of(one, "state");
        if (strcmp(text_of(one, "id"), id) == 0 && strcmp(state, "ended") != 0 &&
            strcmp(state, "replaced") != 0)
            return one;
    }
    return NULL;
}

static int draw_packs(struct ui *ui, struct area body)
{
    struct policy_screen *p = ui_state(ui);
    size_t i;
    json_t *one;
    int row = body.row;
    json_array_foreach(js_get(p->policy, "packs"), i, one)
    {
        char text[300], from[12], review[12], id[48];
        snprintf(id, sizeof id, "%.*s", (int)strcspn(text_of(one, "pack"), "@"),
                 text_of(one, "pack"));
        const json_t *over = i > 0 ? standing(p, id) : NULL;
        if (row == body.row + PACK_LINES)
            break;
        if (over)
            snprintf(text, sizeof text, _("+ %s: from %s, review %s, %s"), text_of(one, "title"),
                     day_of(over, "start", from), day_of(over, "review", review),
                     text_of(over, "order"));
        else
            snprintf(text, sizeof text, "%s  %s  %s %s", text_of(one, "title"),
                     text_of(one, "pack"), text_of(one, "issuer"), text_of(one, "issued"));
        utf8_trim(text);
        bool due = over && strcmp(text_of(over, "state"), "due") == 0;
        paint_text(row++, 1, body.cols - 2, due ? PAINT_BOLD : PAINT_PLAIN, text);
    }
    return row - body.row;
}

static void draw_params(struct ui *ui, struct area body)
{
    struct policy_screen *p = ui_state(ui);
    char hint[512], basis[256];
    int used = draw_packs(ui, body) + 1, rows = body.rows - used - ABOUT_LINES;
    table_draw(&p->table, (struct area){body.row + used, 1, rows, body.cols - 2}, true);
    const json_t *row = param_at(p);
    if (!row)
        return;
    /* Above the line of questions: the choices must stay in sight while their digits are typed. */
    value_bounds(ui, row, hint, sizeof hint);
    size_t len = strlen(hint);
    snprintf(hint + len, sizeof hint - len, _(" Basis: %s"), basis_of(row, basis));
    utf8_trim(hint);
    paint_wrapped(body.row + used + rows, 1, body.cols - 2, ABOUT_LINES, PAINT_PLAIN, hint);
}

static void overlay_row(void *with, size_t i, struct area where)
{
    const struct policy_screen *p = with;
    const json_t *pack = json_array_get(p->packs, i), *row = standing(p, text_of(pack, "id"));
    char text[300], from[12], review[12];
    if (row)
        snprintf(text, sizeof text, _("%s  %s, from %s, review %s"), text_of(pack, "title"),
                 words_say("overlay", text_of(row, "state")), day_of(row, "start", from),
                 day_of(row, "review", review));
    else
        snprintf(text, sizeof text, "%s", text_of(pack, "title"));
    utf8_trim(text);
    paint_text(where.row, where.col, where.cols, row ? PAINT_BOLD : PAINT_PLAIN, text);
}

static void draw_overlays(struct ui *ui, struct area body)
{
    struct policy_screen *p = ui_state(ui);
    struct area list = {body.row + 1, 1, body.rows - 1, body.cols - 2};
    list_draw(&p->overlay_list, list, true, overlay_row, p);
    ui_hint(ui, text_of(json_array_get(p->packs, p->overlay_list.cur), "trigger"));
}

static void draw(struct ui *ui, struct area body)
{
    struct policy_screen *p = ui_state(ui);
    switch (ui->places[ui->depth].page) {
    case PAGE_PARAMS: draw_params(ui, body); break;
    case PAGE_OVERLAYS: draw_overlays(ui, body); break;
    default: pager_draw(&p->pager, (struct area){body.row + 1, 2, body.rows - 1, body.cols - 4});
    }
}

static unsigned param_key(struct ui *ui, uint32_t k)
{
    struct policy_screen *p = ui_state(ui);
    static const struct {
        uint32_t key;
        int page;
    } ways[] = {{'o', PAGE_OVERLAYS}, {'r', PAGE_READ}, {'m', PAGE_MEASURES}};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        if (ways[i].key == k) {
            ui_page(ui, ways[i].page);
            p->pager.top = 0;
            return UI_HANDLED | UI_RELOAD;
        }
    if (k == 'a' || k == K_ENTER)
        adapt(ui);
    else if (k == K_ESC)
        ui_home(ui);
    else
        return list_key(&p->table.list, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}

static unsigned overlay_key(struct ui *ui, uint32_t k)
{
    struct policy_screen *p = ui_state(ui);
    const json_t *pack = json_array_get(p->packs, p->overlay_list.cur);
    if (k == K_ENTER && pack)
        begin(ui, &starting, "id", text_of(pack, "id"));
    else if (k == 'e' && pack && standing(p, text_of(pack, "id")))
        begin(ui, &ending, "id", text_of(pack, "id"));
    else if (k == 'e')
        ui_warn(ui, "%s", _("This overlay is not in force."));
    else
        return list_key(&p->overlay_list, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}

static unsigned key(struct ui *ui, uint32_t k)
{
    struct policy_screen *p = ui_state(ui);
    int page = ui->places[ui->depth].page;
    if (page == PAGE_PARAMS)
        return param_key(ui, k);
    if (k == K_ESC) {
        ui_page(ui, PAGE_PARAMS);
        return UI_HANDLED | UI_RELOAD;
    }
    if (page == PAGE_OVERLAYS)
        return overlay_key(ui, k);
    if (page == PAGE_READ && k == 'r')
        confirm_read(ui);
    else if (page == PAGE_MEASURES && k == 'n')
        begin(ui, &measuring, NULL, NULL);
    else
        return pager_key(&p->pager, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}

static void leave(struct ui *ui)
{
    struct policy_screen *p = ui_state(ui);
    json_decref(p->policy);
    json_decref(p->overlays);
    json_decref(p->packs);
    json_decref(p->in);
    pager_fini(&p->pager);
}

const struct screen screen_policy = {
    .name = "policy",
    .letter = 'p',
    .title = N_("The policy in force"),
    .about =
        N_("What the point works by: packs and overlays, each number with where it comes from, "
           "what may be adapted, and your own reading of it."),
    .role = "gate",
    .pages = pages,
    .state = sizeof(struct policy_screen),
    .open = open,
    .load = load,
    .draw = draw,
    .key = key,
    .close = leave,
};
