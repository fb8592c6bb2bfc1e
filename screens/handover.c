/* Owns the handing over of a shift: what is open, told to who takes over, and signed by both. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/view.h"
#include "screens/ui.h"
#include "screens/widgets/pager.h"
#include "screens/words.h"

#define NOTE_CHARS 120
#define CASES_MAX 40
#define PAST_MAX 5

struct handover {
    struct pager pager;
    char note[NOTE_CHARS * 4 + 1];
};

static const struct key_row keys[] = {
    {K_F2, "F2", N_("hand over"), N_("Hand over; the clerk who takes over types the own PIN.")},
    {K_DOWN, N_("Up Down PgUp PgDn"), N_("scroll"), N_("Read on.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the duties.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {{"", keys, false}, {NULL, NULL, false}};

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

/* ---- what is handed over ---- */

static enum err add_counts(void *to, json_t *row)
{
    struct handover *h = to;
    pager_add(&h->pager, PAINT_BOLD, 0,
              _("Open incidents %zu, open cases %lld, papers held %lld, not yet sent %lld (up to "
                "number %lld)"),
              json_array_size(js_get(row, "incidents")), (long long)js_int(row, "cases", 0),
              (long long)js_int(row, "papers", 0), (long long)js_int(row, "unsent", 0),
              (long long)js_int(row, "last", 0));
    return ERR_OK;
}

static enum err add_incident(void *to, json_t *row)
{
    struct handover *h = to;
    const char *name = js_str(row, "name"), *cause = text_of(row, "cause_name");
    if (strcmp(text_of(row, "state"), "closed") != 0)
        pager_add(&h->pager, PAINT_PLAIN, 2, _("Incident %s  %.16s  %s  %s"), text_of(row, "id"),
                  text_of(row, "at"), name ? name : _("unnamed"),
                  *cause ? cause : words_say("cause", js_str(row, "cause")));
    return ERR_OK;
}

static enum err add_case(void *to, json_t *row)
{
    struct handover *h = to;
    pager_add(&h->pager, PAINT_PLAIN, 2, _("Case %s  %s  %s"), text_of(row, "number"),
              text_of(row, "name"), words_say("state", js_str(row, "state")));
    return ERR_OK;
}

static enum err add_past(void *to, json_t *row)
{
    struct handover *h = to;
    const char *note = js_str(row, "note");
    pager_add(&h->pager, PAINT_PLAIN, 2, _("%.16s  %s to %s  incidents %zu, cases %lld  %s"),
              text_of(row, "at"), text_of(row, "from"), text_of(row, "to"),
              json_array_size(js_get(row, "incidents")), (long long)js_int(row, "cases", 0),
              note ? note : "");
    return ERR_OK;
}

static void add_cases(struct ui *ui)
{
    static const char *const states[] = {"taken_in", "accepted", "supplement", "done"};
    struct view_query q = VIEW_ALL;
    q.limit = CASES_MAX;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        q.state = states[i];
        view_each(ui->s, "cases", &q, add_case, ui_state(ui));
    }
}

static void load(struct ui *ui)
{
    struct handover *h = ui_state(ui);
    struct view_query past = VIEW_ALL;
    int top = h->pager.top;
    pager_fini(&h->pager);
    enum err rc = view_each(ui->s, "shift", &VIEW_ALL, add_counts, h);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    view_each(ui->s, "incidents", &VIEW_ALL, add_incident, h);
    add_cases(ui);
    past.limit = PAST_MAX;
    pager_add(&h->pager, PAINT_PLAIN, 0, "%s", "");
    pager_add(&h->pager, PAINT_BOLD, 0, "%s", _("Handed over before"));
    view_each(ui->s, "handovers", &past, add_past, h);
    h->pager.top = top;
}

/* ---- handing over ---- */

static void taken(void *with, const char *name)
{
    struct ui *ui = with;
    struct handover *h = ui_state(ui);
    json_t *out = NULL, *in = json_object();
    js_set_str(in, "to", name);
    js_set_str(in, "note", *h->note ? h->note : NULL);
    enum err rc = name ? action_run(ui->s, "handover", in, &out) : ERR_OK;
    if (name && rc == ERR_OK)
        ui_say(ui, _("Handed over to %s. F10 on the home screen signs you out."), name);
    else if (name)
        ui_error(ui, rc);
    json_decref(in);
    json_decref(out);
    ui_load(ui);
}

static void noted(void *with, const char *answer)
{
    struct ui *ui = with;
    struct handover *h = ui_state(ui);
    if (!answer)
        return;
    snprintf(h->note, sizeof h->note, "%s", answer);
    ui_ask_vouch(ui, "", taken);
}

/* ---- the screen ---- */

static void open(struct ui *ui, const json_t *arg)
{
    (void)ui;
    (void)arg;
}

static void draw(struct ui *ui, struct area body)
{
    struct handover *h = ui_state(ui);
    struct area inner = {body.row + 1, 1, body.rows - 1, body.cols - 2};
    pager_draw(&h->pager, inner);
}

static unsigned key(struct ui *ui, uint32_t k)
{
    struct handover *h = ui_state(ui);
    if (k == K_ESC)
        ui_go(ui, "duties", NULL);
    else if (k == K_F2)
        ui_ask_text(ui, _("What should the next shift know? (may stay empty)"), NOTE_CHARS, noted);
    else
        return pager_key(&h->pager, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}

static void leave(struct ui *ui)
{
    struct handover *h = ui_state(ui);
    pager_fini(&h->pager);
    explicit_bzero(h->note, sizeof h->note);
}

const struct screen screen_handover = {
    .name = "handover",
    .title = N_("Handing over the shift"),
    .about = N_("What is open now, and F2 to hand it to another clerk, who signs by PIN."),
    .role = "gate",
    .pages = pages,
    .state = sizeof(struct handover),
    .open = open,
    .load = load,
    .draw = draw,
    .key = key,
    .close = leave,
};
