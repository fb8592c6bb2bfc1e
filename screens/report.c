/* Owns the daily report on the screen: a day's numbers beside those of the day before and of the
 * week before, its signature by a leader, its revisions. Invariant: what is signed is reckoned by
 * the action, never taken from what stands here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/report.h"
#include "screens/prints.h"
#include "screens/ui.h"
#include "screens/widgets/list.h"

#define NUMBER_COLS 13
#define HEAD_ROWS 5

enum { PAGE_DAY, PAGE_REVISIONS, PAGE_REVISION };

struct report {
    int64_t day; /* first ms of the day that is shown */
    json_t *report, *head, *lines, *revision;
    struct list list, revisions;
};

static const struct key_row day_keys[] = {
    {'s', "s", N_("sign"),
     N_("Sign the report (F2 too): a leader, or a leader's PIN is asked for.")},
    {K_LEFT, N_("Left"), N_("day before"), N_("The day before; Right is the day after.")},
    {K_ENTER, N_("Enter"), N_("rows"), N_("To the rows of the ledger that is marked.")},
    {'r', "r", N_("revisions"), N_("What was signed of this day, and what came after.")},
    {'p', "p", N_("print"),
     N_("Print it; where no printer is set, as a page into the folder out.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the home screen.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row revision_keys[] = {
    {K_ENTER, N_("Enter"), N_("show"), N_("The marked revision as it was signed.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the report of the day.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row old_keys[] = {
    {'p', "p", N_("print"),
     N_("Print it; where no printer is set, as a page into the folder out.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the revisions.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {{"", day_keys, false},
                                        {N_("Revisions"), revision_keys, false},
                                        {N_("As it was signed"), old_keys, false},
                                        {NULL, NULL, false}};

/* ---- read ---- */

static void forget(struct report *r)
{
    json_decref(r->head);
    json_decref(r->lines);
    r->head = r->lines = NULL;
}

/* What stands on the screen: the day as it is, or a revision. */
static void make_lines(struct ui *ui, const json_t *report)
{
    struct report *r = ui_state(ui);
    struct report_words words = report_site_words(ui->s);
    forget(r);
    r->head = report_head(report);
    r->lines = report_lines(report, &words);
    list_count(&r->list, json_array_size(r->lines));
}

static const json_t *revisions(const struct report *r)
{
    return js_get(r->report, "revisions");
}

static void load(struct ui *ui)
{
    struct report *r = ui_state(ui);
    json_t *fresh = NULL;
    enum err rc = report_read(ui->s, r->day, &fresh);
    if (rc != ERR_OK) {
        ui_error(ui, rc);
        return;
    }
    json_decref(r->report);
    r->report = fresh;
    list_count(&r->revisions, json_array_size(revisions(r)));
    make_lines(ui, ui->places[ui->depth].page == PAGE_REVISION && r->revision ? r->revision
                                                                              : r->report);
}

static void open(struct ui *ui, const json_t *arg)
{
    struct report *r = ui_state(ui);
    const char *day = js_str(arg, "day");
    r->day = clock_day(clock_now());
    if (day)
        clock_parse_date(day, &r->day);
}

static void go(struct ui *ui, int64_t days)
{
    struct report *r = ui_state(ui);
    int64_t to = r->day + days * CLOCK_DAY_MS;
    enum err rc = report_check_day(ui->s, to);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    else
        r->day = to;
}

/* ---- signed ---- */

static void vouched(void *with, const char *leader)
{
    struct ui *ui = with;
    struct report *r = ui_state(ui);
    json_t *out = NULL;
    if (!leader)
        return;
    json_t *in = json_pack("{s:s}", "day", js_str(r->report, "day"));
    enum err rc = action_run(ui->s, "report", in, &out);
    if (rc == ERR_OK)
        ui_say(ui, _("Signed by %s: revision %lld. It goes to the sub-centre at once."), leader,
               (long long)js_int(out, "revision", 1));
    else
        ui_error(ui, rc);
    ui_load(ui);
    json_decref(in);
    json_decref(out);
}

/* What hinders nobody is said before the signature. */
static void sign(struct ui *ui)
{
    struct report *r = ui_state(ui);
    if (!r->report)
        return;
    if (js_get(r->report, "signed") && json_array_size(js_get(r->report, "differs")) == 0)
        ui_warn(ui, "%s", _("It is signed, and nothing has come after it."));
    else
        ui_ask_vouch(ui, "leader", vouched);
}

/* ---- drawn ---- */

static void put_cell(struct area at, int from_right, unsigned look, const char *text)
{
    int col = at.col + at.cols - from_right * NUMBER_COLS;
    int width = utf8_width(text);
    paint_text(at.row, col + (width < NUMBER_COLS ? NUMBER_COLS - width : 0), NUMBER_COLS, look,
               text);
}

static void row(void *with, size_t i, struct area at)
{
    const struct report *r = with;
    const json_t *line = json_array_get(r->lines, i);
    static const char *const keys[] = {"now", "yesterday", "last_week"};
    int label = at.cols - 3 * NUMBER_COLS - 1;
    const char *title = js_str(line, "title"), *text = js_str(line, "text");
    paint_text(at.row, at.col + (title ? 0 : 2), title ? at.cols : label - 2,
               title ? PAINT_BOLD : PAINT_PLAIN, title ? title : js_str(line, "label"));
    if (text)
        paint_text(at.row, at.col + label + 1, 3 * NUMBER_COLS, PAINT_PLAIN, text);
    for (int k = 0; k < 3 && !title && !text; k++)
        if (js_str(line, keys[k]))
            put_cell(at, 3 - k, PAINT_PLAIN, js_str(line, keys[k]));
}

/* How it stands: what is wrong or changed is bold. Returns the rows used. */
static int draw_head(const struct report *r, struct area body)
{
    size_t i;
    json_t *one;
    int used = 0;
    json_array_foreach(r->head, i, one)
    {
        if (used < HEAD_ROWS)
            paint_text(body.row + used, body.col + 1, body.cols - 2,
                       used == 0 ? PAINT_BOLD : PAINT_PLAIN, json_string_value(one));
        used += used < HEAD_ROWS;
    }
    return used;
}

static void draw_day(struct ui *ui, struct area body)
{
    struct report *r = ui_state(ui);
    static const char *const heads[] = {N_("the day"), N_("day before"), N_("week before")};
    int used = draw_head(r, body);
    struct area line = {body.row + used, 1, 1, body.cols - 2};
    struct area list = {body.row + used + 1, 1, body.rows - used - 1, body.cols - 2};
    for (int k = 0; k < 3; k++)
        put_cell(line, 3 - k, PAINT_BOLD, _(heads[k]));
    list_draw(&r->list, list, true, row, r);
    if (json_array_size(js_get(r->report, "missing")) > 0)
        ui_hint(ui, _("Duties that were not done hinder no signature: they stand in the report by "
                      "name."));
}

static void revision_row(void *with, size_t i, struct area at)
{
    const struct report *r = with;
    const json_t *one = json_array_get(revisions(r), i);
    char when[CLOCK_TEXT] = "", text[200];
    int64_t signed_at;
    if (clock_parse(js_str(one, "at"), &signed_at))
        clock_short(signed_at, when);
    snprintf(text, sizeof text,
             _("Revision %lld  %s  %s; entries up to %lld.%lld; %zu numbers differ"),
             (long long)js_int(one, "revision", 0), when, js_str(one, "leader"),
             (long long)js_int(one, "epoch", 0), (long long)js_int(one, "to", 0),
             json_array_size(js_get(one, "differs")));
    utf8_trim(text);
    paint_text(at.row, at.col, at.cols, PAINT_PLAIN, text);
}

/* What came after the last signature, and the numbers that it changed. */
static void draw_differs(const struct report *r, struct area at)
{
    size_t i;
    json_t *one;
    const json_t *list = js_get(r->report, "differs");
    char text[200];
    bool now = json_array_size(list) > 0;
    if (!now)
        list = js_get(json_array_get(revisions(r), r->revisions.cur), "differs");
    if (json_array_size(list) > 0)
        paint_text(at.row, at.col, at.cols, PAINT_BOLD,
                   now ? _("Since it was signed") : _("From the revision before"));
    json_array_foreach((json_t *)(uintptr_t)list, i, one)
    {
        if ((int)i + 1 >= at.rows)
            break;
        snprintf(text, sizeof text, "%s %s: %lld -> %lld", js_str(one, "series"),
                 js_str(one, "key"),
                 (long long)json_integer_value(json_array_get(js_get(one, "was"), 0)),
                 (long long)json_integer_value(json_array_get(js_get(one, "now"), 0)));
        utf8_trim(text);
        paint_text(at.row + 1 + (int)i, at.col + 2, at.cols - 2, PAINT_PLAIN, text);
    }
}

static void draw_revisions(struct ui *ui, struct area body)
{
    struct report *r = ui_state(ui);
    int n = (int)json_array_size(revisions(r)), most = body.rows / 2;
    struct area list = {body.row + 1, 1, n < most ? n : most, body.cols - 2};
    if (n == 0)
        ui_hint(ui, _("Nothing was signed of this day."));
    if (n > 0)
        list_draw(&r->revisions, list, true, revision_row, r);
    draw_differs(
        r, (struct area){list.row + list.rows + 1, 1, body.rows - list.rows - 2, body.cols - 2});
}

static void draw(struct ui *ui, struct area body)
{
    if (ui->places[ui->depth].page == PAGE_REVISIONS)
        draw_revisions(ui, body);
    else
        draw_day(ui, body);
}

/* ---- keys ---- */

/* On the usual printer, else as a page into the folder out. revision 0: the day as it stands. */
static void print(struct ui *ui, int64_t revision)
{
    const struct report *r = ui_state(ui);
    char which[CLOCK_TEXT + 24];
    clock_date(r->day, which);
    if (revision != 0)
        snprintf(which + strlen(which), 24, ".%lld", (long long)revision);
    ui_wait(ui, _("Making the page..."));
    prints_start(ui, "report", which);
}

static void show_revision(struct ui *ui)
{
    struct report *r = ui_state(ui);
    const json_t *one = json_array_get(revisions(r), r->revisions.cur);
    json_t *old = NULL;
    if (!one)
        return;
    enum err rc = report_revision(ui->s, r->day, js_int(one, "revision", 0), &old);
    if (rc != ERR_OK) {
        ui_error(ui, rc);
        return;
    }
    json_decref(r->revision);
    r->revision = old;
    r->list.cur = 0;
    ui_page(ui, PAGE_REVISION);
    make_lines(ui, old);
}

static unsigned day_key(struct ui *ui, uint32_t k)
{
    struct report *r = ui_state(ui);
    const char *ledger = js_str(json_array_get(r->lines, r->list.cur), "ledger");
    switch (k) {
    case 's':
    case K_F2: sign(ui); return UI_HANDLED;
    case K_LEFT: go(ui, -1); return UI_HANDLED | UI_RELOAD;
    case K_RIGHT: go(ui, 1); return UI_HANDLED | UI_RELOAD;
    case 'r': ui_page(ui, PAGE_REVISIONS); return UI_HANDLED;
    case 'p':
        if (r->report)
            print(ui, 0);
        return UI_HANDLED;
    case K_ESC: ui_home(ui); return UI_HANDLED;
    case K_ENTER:
        if (ledger)
            ui_go(ui, "ledgers", json_pack("{s:s}", "show", ledger));
        return UI_HANDLED;
    default: return list_key(&r->list, k) ? UI_HANDLED : UI_IGNORED;
    }
}

static unsigned key(struct ui *ui, uint32_t k)
{
    struct report *r = ui_state(ui);
    int page = ui->places[ui->depth].page;
    if (page == PAGE_DAY)
        return day_key(ui, k);
    if (page == PAGE_REVISION && k == 'p') {
        print(ui, js_int(json_array_get(revisions(r), r->revisions.cur), "revision", 0));
    } else if (page == PAGE_REVISION && k == K_ESC) {
        ui_page(ui, PAGE_REVISIONS);
        return UI_HANDLED | UI_RELOAD;
    } else if (page == PAGE_REVISION) {
        return list_key(&r->list, k) ? UI_HANDLED : UI_IGNORED;
    } else if (k == K_ENTER) {
        show_revision(ui);
    } else if (k == K_ESC) {
        ui_page(ui, PAGE_DAY);
        return UI_HANDLED | UI_RELOAD;
    } else {
        return list_key(&r->revisions, k) ? UI_HANDLED : UI_IGNORED;
    }
    return UI_HANDLED;
}

static void leave(struct ui *ui)
{
    struct report *r = ui_state(ui);
    forget(r);
    json_decref(r->report);
    json_decref(r->revision);
}

const struct screen screen_report = {
    .name = "report",
    .letter = 'd',
    .title = N_("Daily report"),
    .about =
        N_("The numbers of a day, beside the day before and the week before; a leader signs them."),
    .role = "",
    .pages = pages,
    .state = sizeof(struct report),
    .open = open,
    .load = load,
    .draw = draw,
    .key = key,
    .close = leave,
};
