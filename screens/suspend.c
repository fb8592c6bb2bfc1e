/* Owns the page of suspension: how service stands, who must be called because of it, and the way to
 * suspend and resume. Invariant: each of these is a leader's, with a reason. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/suspend.h"
#include "kiosk/desk/view.h"
#include "screens/ui.h"
#include "screens/widgets/pager.h"

#define REASON_MAX 100

struct suspension {
    struct pager pager;
    bool suspended;
    char what[16], scope[20]; /* what is being asked for */
    json_t *in;
};

static const struct key_row keys[] = {
    {'s', "s", N_("suspend"), N_("Suspend all service to the public, at once; a leader confirms.")},
    {'w', "w", N_("one window"), N_("Suspend or resume one window: nobody is called to it.")},
    {'r', "r", N_("resume"), N_("Resume service; a leader confirms and says why.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the home screen.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {{"", keys, false}, {NULL, NULL, false}};

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

static const char *when(const json_t *row, const char *key, char out[CLOCK_TEXT])
{
    int64_t at;
    return clock_parse(text_of(row, key), &at) ? clock_short(at, out) : "";
}

/* ---- shown ---- */

static enum err add_suspension(void *with, json_t *row)
{
    struct suspension *t = with;
    char since[CLOCK_TEXT];
    const char *scope = text_of(row, "scope"), *who = text_of(row, "answers");
    bool site = strcmp(scope, SUSPEND_SITE) == 0;
    if (!js_bool(row, "suspended"))
        return ERR_OK;
    t->suspended |= site;
    if (!*who)
        who = text_of(row, "clerk");
    if (site)
        pager_add(&t->pager, PAINT_BOLD, 0, _("SERVICE SUSPENDED since %s, by %s"),
                  when(row, "at", since), who);
    else
        pager_add(&t->pager, PAINT_BOLD, 0, _("Window %s suspended since %s, by %s"),
                  strchr(scope, ':') ? strchr(scope, ':') + 1 : scope, when(row, "at", since), who);
    if (*text_of(row, "reason"))
        pager_add(&t->pager, PAINT_PLAIN, 2, _("Reason: %s"), text_of(row, "reason"));
    return ERR_OK;
}

struct calls {
    struct ui *ui;
    struct suspension *t;
    size_t n;
};

static void add_call(struct calls *c, const json_t *row, const char *what, const char *item)
{
    json_t *person = NULL;
    const char *ref = js_str(row, "person"), *phone = "";
    if (ref && view_person(c->ui->s, ref, &person) == ERR_OK)
        phone = text_of(person, "phone");
    const char *name = text_of(row, "name");
    pager_add(&c->t->pager, PAINT_PLAIN, 2, "%s  %s  %s  %s", what, *name ? name : _("unnamed"),
              *phone ? phone : _("no phone"), item);
    c->n++;
    json_decref(person);
}

static enum err add_booking(void *with, json_t *row)
{
    char from[CLOCK_TEXT], what[64];
    if (strcmp(text_of(row, "state"), "booked") != 0)
        return ERR_OK;
    snprintf(what, sizeof what, "%s", when(row, "from", from));
    add_call(with, row, what, text_of(row, "item_name"));
    return ERR_OK;
}

static enum err add_ticket(void *with, json_t *row)
{
    static const char *const over[] = {"done", "void", "gone"};
    for (size_t i = 0; i < sizeof over / sizeof over[0]; i++)
        if (strcmp(text_of(row, "state"), over[i]) == 0)
            return ERR_OK;
    add_call(with, row, text_of(row, "number"), "");
    return ERR_OK;
}

/* Who waits here or will come, with the number to call. */
static void list_calls(struct ui *ui, struct suspension *t)
{
    struct view_query q = VIEW_ALL;
    struct calls c = {ui, t, 0};
    pager_add(&t->pager, PAINT_BOLD, 0, "%s", _("Tickets still open: tell them"));
    view_each(ui->s, "tickets", &VIEW_ALL, add_ticket, &c);
    if (c.n == 0)
        pager_add(&t->pager, PAINT_PLAIN, 2, "%s", _("none"));
    c.n = 0;
    q.from = clock_now();
    pager_add(&t->pager, PAINT_BOLD, 0, "%s", _("Appointments to be moved: call them"));
    view_each(ui->s, "bookings", &q, add_booking, &c);
    if (c.n == 0)
        pager_add(&t->pager, PAINT_PLAIN, 2, "%s", _("none"));
}

static void add_guide(struct ui *ui, struct suspension *t)
{
    struct policy *p = NULL;
    const char *text = site_policy(ui->s, &p) == ERR_OK
                           ? lang_pick(js_get(js_get(policy_json(p), "suspend"), "when"))
                           : "";
    if (*text)
        pager_add(&t->pager, PAINT_PLAIN, 0, "%s", text);
}

static void load(struct ui *ui)
{
    struct suspension *t = ui_state(ui);
    json_t *home = NULL;
    int top = t->pager.top;
    pager_fini(&t->pager);
    t->suspended = false;
    view_each(ui->s, "suspension", &VIEW_ALL, add_suspension, t);
    if (t->suspended)
        pager_add(&t->pager, PAINT_PLAIN, 0, "%s",
                  _("Nobody is admitted; no new case, ticket or appointment. Open cases go on."));
    else
        pager_add(&t->pager, PAINT_BOLD, 0, "%s", _("Service is open."));
    add_guide(ui, t);
    pager_add(&t->pager, PAINT_PLAIN, 0, "%s", "");
    if (view_home(ui->s, &home) == ERR_OK)
        pager_add(&t->pager, PAINT_PLAIN, 0, _("Open cases: %lld"),
                  (long long)js_int(home, "cases_open", 0));
    json_decref(home);
    list_calls(ui, t);
    t->pager.top = top;
}

static void open(struct ui *ui, const json_t *arg)
{
    if (js_bool(arg, "stopped"))
        ui_warn(ui, "%s",
                _("Service was suspended while you were typing. Your draft is kept and comes back "
                  "with the resumption."));
}

static void draw(struct ui *ui, struct area body)
{
    struct suspension *t = ui_state(ui);
    pager_draw(&t->pager, (struct area){body.row + 1, 1, body.rows - 1, body.cols - 2});
}

/* ---- asked for ---- */

static void vouched(void *with, const char *name)
{
    struct ui *ui = with;
    struct suspension *t = ui_state(ui);
    json_t *out = NULL;
    if (!name)
        return;
    enum err rc = action_run(ui->s, t->what, t->in, &out);
    json_decref(out);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    else if (strcmp(t->what, "suspend") == 0)
        ui_say(ui, "%s", _("Suspended. Every terminal shows it."));
    else
        ui_say(ui, "%s", _("Resumed."));
    ui_load(ui);
}

static void got_reason(void *with, const char *answer)
{
    struct ui *ui = with;
    struct suspension *t = ui_state(ui);
    if (!answer || !*answer)
        return;
    json_decref(t->in);
    t->in = json_pack("{s:s,s:s}", "scope", t->scope, "reason", answer);
    ui_ask_vouch(ui, "leader", vouched);
}

static void ask_reason(struct ui *ui, const char *what, const char *scope)
{
    struct suspension *t = ui_state(ui);
    bool resume = strcmp(what, "resume") == 0;
    snprintf(t->what, sizeof t->what, "%s", what);
    snprintf(t->scope, sizeof t->scope, "%s", scope);
    ui_ask_text(ui, resume ? _("Why may service be resumed?") : _("Why is service suspended?"),
                REASON_MAX, got_reason);
}

static void got_window(void *with, const char *answer)
{
    struct ui *ui = with;
    char scope[20];
    size_t i;
    json_t *row, *rows = NULL;
    bool is_so = false;
    if (!answer || !*answer)
        return;
    snprintf(scope, sizeof scope, "window:%.10s", answer);
    if (view_list(ui->s, "suspension", &VIEW_ALL, &rows) != ERR_OK)
        rows = NULL;
    json_array_foreach(rows, i, row)
    {
        is_so |= js_bool(row, "suspended") && strcmp(text_of(row, "scope"), scope) == 0;
    }
    json_decref(rows);
    ask_reason(ui, is_so ? "resume" : "suspend", scope);
}

static unsigned key(struct ui *ui, uint32_t k)
{
    struct suspension *t = ui_state(ui);
    if (k == 's')
        ask_reason(ui, "suspend", SUSPEND_SITE);
    else if (k == 'r')
        ask_reason(ui, "resume", SUSPEND_SITE);
    else if (k == 'w')
        ui_ask_text(ui, _("Which window (its number)?"), 3, got_window);
    else if (k == K_ESC)
        ui_home(ui);
    else
        return pager_key(&t->pager, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}

static void leave(struct ui *ui)
{
    struct suspension *t = ui_state(ui);
    pager_fini(&t->pager);
    json_decref(t->in);
}

const struct screen screen_suspend = {
    .name = "suspend",
    .letter = 's',
    .title = N_("Suspension of service"),
    .about =
        N_("Stop all service to the public at once, or resume it; who waits or will come, with "
           "the number to call."),
    .role = "gate",
    .pages = pages,
    .state = sizeof(struct suspension),
    .open = open,
    .load = load,
    .draw = draw,
    .key = key,
    .close = leave,
};
