/* Owns what the clerk sees first: what is due now, each row a way to where it is done, and the
 * menu. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/booking.h"
#include "kiosk/desk/draft.h"
#include "kiosk/desk/report.h"
#include "kiosk/desk/staff.h"
#include "kiosk/desk/view.h"
#include "screens/duties.h"
#include "screens/widgets/list.h"
#include "screens/words.h"

#define MENU_COLUMNS 22
#define EACH_MAX 4 /* rows of one sort: the rest is a line that opens them */

struct due {
    char *text;
    unsigned look;
    char screen[16];
    json_t *arg;
};
struct home {
    struct due *rows;
    size_t n;
    struct list list;
    char counts[256];
    bool all;    /* every row is shown */
    size_t sort; /* rows of the sort being added */
};

static const struct key_row keys[] = {
    {'1', "1-9", N_("show"), N_("Open the screen of that number.")},
    {K_ENTER, N_("Enter"), N_("go to"), N_("Go to what is marked among the things due.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_F10, "F10", N_("sign out"), N_("Sign out; drafts are kept.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {{"", keys, false}, {NULL, NULL, false}};

static void forget(struct home *h)
{
    for (size_t i = 0; i < h->n; i++) {
        free(h->rows[i].text);
        json_decref(h->rows[i].arg);
    }
    free(h->rows);
    h->rows = NULL;
    h->n = 0;
}

/* Takes text and arg over. */
static void add(struct home *h, unsigned look, const char *screen, json_t *arg, char *text)
{
    h->rows = mem_grow(h->rows, (h->n + 1) * sizeof *h->rows);
    struct due *d = &h->rows[h->n++];
    *d = (struct due){.text = text, .look = look, .arg = arg};
    snprintf(d->screen, sizeof d->screen, "%s", screen);
}

/* Whether one more row of this sort has its place. */
static bool room(struct home *h)
{
    return h->sort++ < EACH_MAX || h->all;
}

/* A sort is finished: a line for what had no place. */
static void end_sort(struct home *h)
{
    if (h->sort > EACH_MAX && !h->all)
        add(h, PAINT_PLAIN, "home", json_pack("{s:b}", "all", 1),
            mem_printf(_("... and %zu more"), h->sort - EACH_MAX));
    h->sort = 0;
}

static int64_t time_of(const json_t *row, const char *key)
{
    int64_t at;
    const char *text = js_str(row, key);
    return text && clock_parse(text, &at) ? at : js_int(row, key, CLOCK_NONE);
}

static const char *hhmm(int64_t at, char *out)
{
    return at == CLOCK_NONE ? "" : clock_hhmm(at, out);
}

static enum err add_incident(void *to, json_t *row)
{
    char at[CLOCK_TEXT];
    const char *name = js_str(row, "name"), *cause = js_str(row, "cause_name");
    if (strcmp(js_str(row, "state") ? js_str(row, "state") : "", "closed") == 0 || !room(to))
        return ERR_OK;
    add(to, PAINT_BOLD, "incident", json_pack("{s:O}", "incident", row),
        mem_printf(_("!! %s %s: %s. Tell leader and town."), hhmm(time_of(row, "at"), at),
                   name ? name : _("unnamed"),
                   cause && *cause ? cause : words_say("cause", js_str(row, "cause"))));
    return ERR_OK;
}

struct due_duties {
    struct home *home;
    const char *state;
};

static enum err add_duty(void *to, json_t *row)
{
    char from[CLOCK_TEXT], until[CLOCK_TEXT];
    struct due_duties *d = to;
    const char *state = js_str(row, "state"), *holder = js_str(row, "holder");
    const char *title = js_str(row, "title"), *slot = js_str(row, "slot_title");
    json_t *arg = NULL;
    const char *entry = js_str(row, "entry");
    bool report = entry && strcmp(entry, "report") == 0; /* has a row of its own */
    if (!state || strcmp(state, d->state) != 0 || report || !room(d->home))
        return ERR_OK;
    const char *screen = duty_way(row, &arg);
    add(d->home, strcmp(state, "late") == 0 ? PAINT_BOLD : PAINT_PLAIN, screen, arg,
        mem_printf("%s: %s %s %s-%s %s", words_say("duty", state), title ? title : "",
                   slot ? slot : "", hhmm(time_of(row, "from"), from),
                   hhmm(time_of(row, "to"), until), holder ? holder : ""));
    return ERR_OK;
}

/* Of the last days the report that is most in need; today's stands among the duties too while it is
 * only due. */
static void add_report(struct ui *ui, struct home *h)
{
    char day[CLOCK_TEXT];
    struct report_reminder r;
    if (report_remind(ui->s, &r) == ERR_OK && r.text[0])
        add(h, r.late ? PAINT_BOLD : PAINT_PLAIN, "report",
            json_pack("{s:s}", "day", clock_date(r.day, day)), mem_strdup(r.text));
}

/* What is late before what is due. */
static void add_duties(struct ui *ui, struct home *h)
{
    struct due_duties late = {h, "late"}, due = {h, "due"};
    view_each(ui->s, "duties", &VIEW_ALL, add_duty, &late);
    view_each(ui->s, "duties", &VIEW_ALL, add_duty, &due);
    if (h->sort > EACH_MAX && !h->all)
        add(h, PAINT_PLAIN, "duties", NULL, mem_printf(_("... and %zu more"), h->sort - EACH_MAX));
    h->sort = 0;
}

/* Who was not checked before work does not work (notice: R30). */
static void add_own_check(struct ui *ui, struct home *h)
{
    const char *state = staff_gate(ui->s) ? staff_state(ui->s) : "checked";
    if (strcmp(state, "denied") == 0)
        add(h, PAINT_BOLD, "staff", json_pack("{s:s}", "do", "staff"),
            mem_strdup(_("You did not pass the check: do not start work, tell your leader")));
    else if (strcmp(state, "missing") == 0)
        add(h, PAINT_BOLD, "staff", json_pack("{s:s}", "do", "staff"),
            mem_strdup(_("Your check before work")));
}

/* Refused today, and not yet given another channel (notice: R04). */
static enum err add_refused(void *to, json_t *row)
{
    char at[CLOCK_TEXT];
    const char *name = js_str(row, "name");
    if (js_get(row, "offered") || !room(to))
        return ERR_OK;
    add(to, PAINT_BOLD, "triage", json_pack("{s:O}", "visit", row),
        mem_printf(_("%s %s was not admitted: give another channel"), hhmm(time_of(row, "at"), at),
                   name ? name : _("unnamed")));
    return ERR_OK;
}

static void add_debts(struct ui *ui, struct home *h)
{
    struct view_query q = VIEW_ALL;
    q.state = "deny";
    q.from = clock_day(clock_now());
    q.limit = 200;
    view_each(ui->s, "visits", &q, add_refused, h);
    end_sort(h);
}

static enum err add_case(void *to, json_t *row)
{
    const char *name = js_str(row, "name"), *item = js_str(row, "item_name");
    if (!room(to) || js_bool(row, "overdue")) /* those stand above */
        return ERR_OK;
    add(to, PAINT_PLAIN, "cases", json_pack("{s:s}", "case", js_str(row, "id")),
        mem_printf(_("Case %s, %s: %s"), words_say("state", js_str(row, "state")), name ? name : "",
                   item ? item : ""));
    return ERR_OK;
}

/* Whoever is waited for: the resident was promised that day by us. */
static enum err add_overdue(void *to, json_t *row)
{
    const char *item = js_str(row, "item_name");
    if (!room(to))
        return ERR_OK;
    add(to, PAINT_BOLD, "cases", json_pack("{s:s}", "case", js_str(row, "id")),
        mem_printf(_("Overdue by %lld working days, waiting for %s: %s"),
                   -(long long)js_int(row, "days_left", 0),
                   words_say("waits", js_str(row, "waits")), item ? item : ""));
    return ERR_OK;
}

static void add_late(struct ui *ui, struct home *h)
{
    struct view_query q = VIEW_ALL;
    q.limit = 50;
    view_each(ui->s, "work:overdue", &q, add_overdue, h);
    end_sort(h);
}

static void add_cases(struct ui *ui, struct home *h, const char *state)
{
    struct view_query q = VIEW_ALL;
    q.state = state;
    q.limit = 50;
    view_each(ui->s, "cases", &q, add_case, h);
    end_sort(h);
}

struct names {
    char text[300];
    size_t n;
};

static void add_name(struct names *v, const char *name)
{
    size_t len = strlen(v->text);
    if (name)
        snprintf(v->text + len, sizeof v->text - len, "%s%s", v->n++ ? _(", ") : "", name);
}

static enum err add_vacancy(void *to, json_t *row)
{
    if (js_bool(row, "vacant"))
        add_name(to, js_str(row, "title"));
    return ERR_OK;
}

static enum err add_low(void *to, json_t *row)
{
    if (js_bool(row, "low"))
        add_name(to, js_str(row, "item_name"));
    return ERR_OK;
}

static void add_lacks(struct ui *ui, struct home *h)
{
    struct names vacant = {.n = 0}, low = {.n = 0};
    view_each(ui->s, "posts", &VIEW_ALL, add_vacancy, &vacant);
    view_each(ui->s, "stock", &VIEW_ALL, add_low, &low);
    utf8_trim(vacant.text);
    utf8_trim(low.text);
    if (low.n > 0)
        add(h, PAINT_PLAIN, "stock", NULL, mem_printf(_("Running out (%zu): %s"), low.n, low.text));
    if (vacant.n > 0)
        add(h, PAINT_PLAIN, "posts", NULL,
            mem_printf(_("Vacant (%zu): %s"), vacant.n, vacant.text));
}

/* What every clerk reads once (notice: R02). */
static enum err add_reading(void *to, json_t *row)
{
    if (js_get(row, "read") && !js_bool(row, "read"))
        add(to, PAINT_PLAIN, "policy", json_pack("{s:b}", "read", 1),
            mem_printf(_("To be read: %s"), js_str(row, "title")));
    return ERR_OK;
}

/* Past its review date an overlay stays in force: somebody must decide (notice: R68). */
static enum err add_overlay(void *to, json_t *row)
{
    const char *state = js_str(row, "state"), *title = js_str(row, "title");
    bool broken = state && strcmp(state, "broken") == 0;
    if (!state || (!broken && strcmp(state, "due") != 0))
        return ERR_OK;
    add(to, PAINT_BOLD, "policy", json_pack("{s:b}", "overlays", 1),
        mem_printf(broken ? _("%s does not fit the policy in force and is left out")
                          : _("To be reviewed, and still in force: %s (since %.10s)"),
                   title ? title : "", js_str(row, "review")));
    return ERR_OK;
}

static const char *draft_title(struct ui *ui, const char *form)
{
    struct form *f;
    const struct screen *s = ui_screen(form);
    if (s)
        return _(s->title);
    if (strncmp(form, "round:", 6) == 0)
        return _(screen_round.title);
    if (strncmp(form, "ledger:", 7) == 0 && site_form(ui->s, form + 7, &f) == ERR_OK)
        return f->title;
    if (strncmp(form, "fix:", 4) == 0)
        return _("a correction");
    return form;
}

/* The way to a draft: the ledger or the round that it belongs to, else the screen of its name. */
static const char *draft_way(const char *form, json_t **arg)
{
    const char *colon = strchr(form, ':'), *slot = colon ? strchr(colon + 1, ':') : NULL;
    *arg = NULL;
    if (strncmp(form, "ledger:", 7) == 0) {
        *arg = json_pack("{s:s}", "add", form + 7);
        return "ledgers";
    }
    if (strncmp(form, "fix:", 4) == 0 && slot) {
        *arg =
            json_pack("{s:s%,s:s}", "fix", colon + 1, (size_t)(slot - colon - 1), "row", slot + 1);
        return "ledgers";
    }
    if (strncmp(form, "round:", 6) == 0 && slot) {
        *arg = json_pack("{s:s%,s:s}", "duty", colon + 1, (size_t)(slot - colon - 1), "slot",
                         slot + 1);
        return "round";
    }
    return ui_screen(form) ? form : NULL;
}

static void add_drafts(struct ui *ui, struct home *h)
{
    json_t *all = NULL, *one, *arg;
    size_t i;
    if (draft_list(ui->s, &all) != ERR_OK)
        return;
    json_array_foreach(all, i, one)
    {
        const char *form = js_str(one, "form");
        const char *screen = form ? draft_way(form, &arg) : NULL;
        if (screen)
            add(h, PAINT_PLAIN, screen, arg,
                mem_printf(_("Draft to go on with: %s"), draft_title(ui, form)));
    }
    json_decref(all);
}

static void add_link(struct ui *ui, struct home *h)
{
    long long unsent = (long long)(ui->link.last - ui->link.acked);
    if (ui->link.enrolled && ui->link.refused > 0)
        add(h, PAINT_BOLD, "sync", NULL,
            mem_printf(_("%lld refused by the sub-centre: see why"), (long long)ui->link.refused));
    if (ui->link.enrolled && unsent > 0)
        add(h, PAINT_PLAIN, "sync", NULL, mem_printf(_("%lld not yet at the sub-centre"), unsent));
}

/* Nobody is marked as absent by the program: a clerk does it, at the day's end at the latest. */
static void add_missed(struct ui *ui, struct home *h)
{
    long long n = (long long)booking_missed(ui->s);
    if (n > 0)
        add(h, PAINT_PLAIN, "bookings", NULL,
            mem_printf(_("%lld booked did not come so far: mark them (o)"), n));
}

static void load_counts(struct ui *ui, struct home *h)
{
    json_t *all = NULL;
    if (view_home(ui->s, &all) != ERR_OK) {
        h->counts[0] = 0;
        return;
    }
    const json_t *today = js_get(all, "today");
    struct policy *p = NULL;
    long long visits = js_int(today, "visits", 0), in = js_int(today, "admitted", 0),
              not_in = js_int(today, "denied", 0), apart = js_int(today, "isolated", 0),
              cases = js_int(all, "cases_open", 0);
    if (apart || (site_policy(ui->s, &p) == ERR_OK && policy_isolates(p)))
        snprintf(h->counts, sizeof h->counts,
                 _("Today: %lld visits, %lld admitted, %lld not, %lld isolated. Open cases: %lld."),
                 visits, in, not_in, apart, cases);
    else
        snprintf(h->counts, sizeof h->counts,
                 _("Today: %lld visits, %lld admitted, %lld not. Open cases: %lld."), visits, in,
                 not_in, cases);
    utf8_trim(h->counts);
    json_decref(all);
}

static void load(struct ui *ui)
{
    struct home *h = ui_state(ui);
    struct view_query q = VIEW_ALL;
    forget(h);
    q.limit = 50;
    view_each(ui->s, "incidents", &q, add_incident, h);
    end_sort(h);
    add_debts(ui, h);
    add_own_check(ui, h);
    add_report(ui, h);
    add_duties(ui, h);
    view_each(ui->s, "overlays", &VIEW_ALL, add_overlay, h);
    add_lacks(ui, h);
    add_late(ui, h);
    add_cases(ui, h, "supplement");
    add_cases(ui, h, "rejected");
    add_cases(ui, h, "done");
    add_missed(ui, h);
    add_drafts(ui, h);
    add_link(ui, h);
    view_each(ui->s, "policy", &VIEW_ALL, add_reading, h);
    load_counts(ui, h);
    list_count(&h->list, h->n);
}

static void open(struct ui *ui, const json_t *arg)
{
    struct home *h = ui_state(ui);
    h->all = js_bool(arg, "all");
}

static void row(void *with, size_t i, struct area where)
{
    const struct home *h = with;
    paint_text(where.row, where.col, where.cols, h->rows[i].look, h->rows[i].text);
}

static void draw_menu(struct ui *ui, struct area body)
{
    int at = body.row + 2, rows = 0;
    char text[100];
    for (size_t i = 0; screen_table[i]; i++)
        rows += screen_table[i]->digit && ui_may(ui, screen_table[i]);
    int step = 2 * rows <= body.rows - 2 ? 2 : 1;
    for (size_t i = 0; screen_table[i]; i++) {
        if (!screen_table[i]->digit || !ui_may(ui, screen_table[i]))
            continue;
        snprintf(text, sizeof text, "%c  %s", screen_table[i]->digit, _(screen_table[i]->title));
        utf8_trim(text);
        paint_text(at, body.col + 1, MENU_COLUMNS - 2, PAINT_PLAIN, text);
        at += step;
    }
}

static void draw(struct ui *ui, struct area body)
{
    struct home *h = ui_state(ui);
    int left = body.col + MENU_COLUMNS;
    struct area list = {body.row + 2, left, body.rows - 4, body.cols - MENU_COLUMNS};
    draw_menu(ui, body);
    paint_text(body.row, left + 2, list.cols - 2, PAINT_BOLD, _("Due now"));
    if (h->n == 0)
        paint_text(list.row, left + 2, list.cols - 2, PAINT_PLAIN, _("Nothing is due."));
    list_draw(&h->list, list, true, row, h);
    ui_hint(ui, h->counts);
}

static const struct screen *of_digit(uint32_t key)
{
    for (size_t i = 0; screen_table[i]; i++)
        if (screen_table[i]->digit && (uint32_t)screen_table[i]->digit == key)
            return screen_table[i];
    return NULL;
}

static unsigned key(struct ui *ui, uint32_t k)
{
    struct home *h = ui_state(ui);
    const struct screen *s = of_digit(k);
    if (s) {
        ui_go(ui, s->name, NULL);
    } else if (k == K_ENTER && h->list.cur < h->n) {
        const struct due *d = &h->rows[h->list.cur];
        ui_go(ui, d->screen, json_incref(d->arg));
    } else if (k == K_F10) {
        ui_lock(ui, "sign_out");
    } else {
        return list_key(&h->list, k) ? UI_HANDLED : UI_IGNORED;
    }
    return UI_HANDLED;
}

static void leave(struct ui *ui)
{
    forget(ui_state(ui));
}

const struct screen screen_home = {
    .name = "home",
    .title = N_("Jiujin"),
    .about = N_("What is due now, and the way to everything else."),
    .role = "",
    .pages = pages,
    .state = sizeof(struct home),
    .open = open,
    .load = load,
    .draw = draw,
    .key = key,
    .close = leave,
};
