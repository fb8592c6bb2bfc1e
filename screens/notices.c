/* Owns the look at the notices and the writing of one: what the screen for everybody shows, by whom
 * and until when. A notice is never changed: it is ended with its reason, and another is written.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/notice.h"
#include "kiosk/desk/view.h"
#include "kiosk/print/printer.h"
#include "screens/asform.h"
#include "screens/formpage.h"
#include "screens/prints.h"
#include "screens/ui.h"
#include "screens/widgets/list.h"

#define DRAFT "notice"
#define ROWS_MAX 200
#define REASON_MAX 100
#define TEXT_ROWS 5 /* of NOTICE_COLUMNS, on the narrowest terminal */

enum { PAGE_LIST, PAGE_WRITE };

struct notices {
    json_t *rows;
    struct table table;
    char marked[ENTRY_ID]; /* the marker stays on its notice when another comes */
    char ending[ENTRY_ID]; /* the one that a reason is asked for */
    struct wform *form;
};

static const struct key_row list_keys[] = {
    {'a', "a", N_("write one"), N_("Write a notice: every terminal for everybody shows it.")},
    {'x', "x", N_("take down"), N_("Take down the notice that is marked, with the reason.")},
    {'p', "p", N_("print"),
     N_("Print the notice that is marked: on the receipt printer, or where there is none as a "
        "page to hang up (PDF and PNG in the folder out).")},
    {'l', "l", N_("publicity"),
     N_("Note in the publicity ledger that it was hung up, read out or given out.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the site.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row write_keys[] = {
    {K_F2, "F2", N_("hang up"), N_("Show the notice from now on.")},
    {K_ENTER, N_("Enter"), N_("next field"), N_("Go to the next field.")},
    {K_F8, "F8", N_("empty"), N_("Throw away what was typed.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the notices; the draft is kept.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {
    {"", list_keys, false}, {N_("New notice"), write_keys, false}, {NULL, NULL, false}};

static const struct column columns[] = {{N_("When"), 12},
                                        {N_("Notice"), 25},
                                        {N_("Last day"), 11},
                                        {N_("Whose"), 12},
                                        {N_("State"), 0}};

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

/* ---- the list ---- */

static const json_t *marked(struct ui *ui)
{
    struct notices *n = ui_state(ui);
    return json_array_get(n->rows, n->table.list.cur);
}

static const char *state_word(const char *state)
{
    static const struct {
        const char *state, *word;
    } words[] = {{"in_force", N_("on show")}, {"over", N_("over")}, {"ended", N_("taken down")}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].state, state) == 0)
            return _(words[i].word);
    return state;
}

static const char *whose(const json_t *row)
{
    const char *source = text_of(row, "source");
    if (strcmp(source, "policy") == 0)
        return _("policy");
    return strcmp(source, "hub") == 0 ? _("sub-centre") : text_of(row, "by");
}

static const char *cell(void *with, size_t i, size_t c, char *out)
{
    const struct notices *n = with;
    const json_t *row = json_array_get(n->rows, i);
    int64_t at;
    switch (c) {
    case 0: return clock_parse(text_of(row, "at"), &at) ? clock_short(at, out) : "";
    case 1: return text_of(row, js_str(row, "title") ? "title" : "text");
    case 2: return text_of(row, "until");
    case 3: return whose(row);
    default: return state_word(text_of(row, "state"));
    }
}

static void load(struct ui *ui)
{
    struct notices *n = ui_state(ui);
    struct view_query q = VIEW_ALL;
    size_t i;
    json_t *one;
    snprintf(n->marked, sizeof n->marked, "%s", text_of(marked(ui), "id"));
    q.state = "all";
    q.limit = ROWS_MAX;
    json_decref(n->rows);
    n->rows = NULL;
    enum err rc = view_list(ui->s, "notices", &q, &n->rows);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    json_array_foreach(n->rows, i, one) if (*n->marked && strcmp(text_of(one, "id"), n->marked) ==
                                                              0) n->table.list.cur = i;
    list_count(&n->table.list, json_array_size(n->rows));
}

static void ended(void *with, const char *answer)
{
    struct ui *ui = with;
    struct notices *n = ui_state(ui);
    char what[16 + ENTRY_ID];
    json_t *out = NULL;
    if (!answer)
        return;
    snprintf(what, sizeof what, "notice_end:%s", n->ending);
    json_t *in = json_pack("{s:s}", "reason", answer);
    enum err rc = action_run(ui->s, what, in, &out);
    if (rc == ERR_OK)
        ui_say(ui, "%s", _("Taken down on every terminal."));
    else
        ui_error(ui, rc);
    json_decref(in);
    json_decref(out);
    ui_load(ui);
}

static void take_down(struct ui *ui)
{
    struct notices *n = ui_state(ui);
    const json_t *row = marked(ui);
    if (!row)
        return;
    snprintf(n->ending, sizeof n->ending, "%s", text_of(row, "id"));
    if (strcmp(text_of(row, "source"), "policy") == 0)
        ui_warn(ui, "%s", _("It stands in the policy and goes with it."));
    else if (strcmp(text_of(row, "state"), "ended") == 0)
        ui_warn(ui, "%s", _("It was taken down already."));
    else
        ui_ask_text(ui, _("Why is it taken down?"), REASON_MAX, ended);
}

static void print(struct ui *ui)
{
    char said[sizeof ui->notice];
    if (!marked(ui))
        return;
    prints_start(ui, "placard", text_of(marked(ui), "id"));
    if (ui->notice_bad && ui->notice[0])
        return;
    snprintf(said, sizeof said, "%s", ui->notice);
    ui_say(ui, "%s %s", _("Hung up? Press l."), said);
}

/* ---- a new one ---- */

static struct form *definition(struct ui *ui)
{
    struct form *f = NULL;
    return site_form(ui->s, "notice", &f) == ERR_OK ? f : NULL;
}

/* The action's own check of one field, the others being good: the words that it would refuse are
 * refused while the clerk still stands in them. */
static void check_alone(struct ui *ui, struct wfield *wf)
{
    json_t *clean = NULL, *in = json_pack("{s:s,s:s}", "title", "-", "text", "-");
    if (*wfield_text(wf))
        js_set_str(in, wf->id, wfield_text(wf));
    enum err rc = notice_check(in, &clean);
    if (rc != ERR_OK) {
        wfield_error(wf, rc == ERR_CONSTRAINT ? err_detail() : err_what(rc));
        ui_error(ui, rc);
    }
    json_decref(in);
    json_decref(clean);
}

static void left(void *with, struct wform *w, struct wfield *wf)
{
    struct ui *ui = with;
    if (definition(ui) && asform_left(w, definition(ui), "", wf))
        check_alone(ui, wf);
    ui_keep(ui);
}

static void build(struct ui *ui)
{
    struct notices *n = ui_state(ui);
    wform_free(n->form);
    n->form = wform_new(ui);
    n->form->left = left;
    if (definition(ui))
        asform_add(ui, n->form, definition(ui), "");
}

static void keep(struct ui *ui)
{
    struct notices *n = ui_state(ui);
    if (ui->places[0].page == PAGE_WRITE)
        asform_keep(ui, n->form, DRAFT);
}

static void begin(struct ui *ui)
{
    struct notices *n = ui_state(ui);
    build(ui);
    ui_page(ui, PAGE_WRITE);
    formpage_restore(ui, n->form, DRAFT);
}

static void hang_up(struct ui *ui)
{
    struct notices *n = ui_state(ui);
    json_t *out = NULL, *in = NULL;
    wform_leave(n->form);
    if (definition(ui))
        in = asform_values(n->form, definition(ui), "");
    if (!in) {
        ui_warn(ui, "%s", _("Correct the fields marked, then save."));
        return;
    }
    enum err rc = action_run(ui->s, "notice", in, &out);
    json_decref(in);
    json_decref(out);
    if (rc != ERR_OK) {
        asform_error(n->form, "", rc);
        if (rc == ERR_CONSTRAINT && wform_current(n->form))
            wfield_error(wform_current(n->form), err_detail());
        ui_error(ui, rc);
        return;
    }
    ui_say(ui, "%s", _("The notice is up on every terminal for everybody."));
    formpage_drop(ui, DRAFT);
    n->table.list.cur = 0;
    json_array_clear(n->rows);
    ui_page(ui, PAGE_LIST);
}

static void empty(void *with, const char *answer)
{
    if (formpage_emptied(with, answer, DRAFT))
        build(with);
}

/* ---- the screen ---- */

static void open(struct ui *ui, const json_t *arg)
{
    struct notices *n = ui_state(ui);
    (void)arg;
    n->table = TABLE_OF(columns, cell, n);
}

/* The words whole, as the screen for everybody breaks them or nearly so. */
static void draw_words(const char *title, const char *text, struct area at)
{
    paint_text(at.row, at.col, at.cols, PAINT_BOLD, title);
    paint_wrapped(at.row + 1, at.col, at.cols, at.rows - 1, PAINT_PLAIN, text);
}

static void draw(struct ui *ui, struct area body)
{
    struct notices *n = ui_state(ui);
    int under = TEXT_ROWS + 1;
    struct area inner = {body.row + 1, 1, body.rows - under - 2, body.cols - 2};
    struct area words = {body.row + body.rows - under, 3, under, body.cols - 6};
    if (ui->places[ui->depth].page == PAGE_WRITE) {
        asform_draw(ui, n->form, inner);
        if (wform_field(n->form, "title") && wform_field(n->form, "text"))
            draw_words(wfield_text(wform_field(n->form, "title")),
                       wfield_text(wform_field(n->form, "text")), words);
        return;
    }
    table_draw(&n->table, inner, true);
    if (marked(ui))
        draw_words(text_of(marked(ui), "title"), text_of(marked(ui), "text"), words);
    else
        paint_text(inner.row + 2, 4, 60, PAINT_PLAIN, _("No notices yet."));
}

static unsigned list_page_key(struct ui *ui, uint32_t k)
{
    struct notices *n = ui_state(ui);
    switch (k) {
    case 'a': begin(ui); return UI_HANDLED;
    case 'x': take_down(ui); return UI_HANDLED;
    case 'p': print(ui); return UI_HANDLED;
    case 'l': ui_go(ui, "ledgers", json_pack("{s:s}", "add", "publicity")); return UI_HANDLED;
    case K_ESC: ui_go(ui, "site", NULL); return UI_HANDLED;
    default: return list_key(&n->table.list, k) ? UI_HANDLED : UI_IGNORED;
    }
}

static void back(struct ui *ui)
{
    ui_page(ui, PAGE_LIST);
}

static const struct formpage form_page = {hang_up, back, empty,
                                          N_("That was the last field: F2 saves.")};

static unsigned key(struct ui *ui, uint32_t k)
{
    struct notices *n = ui_state(ui);
    return ui->places[ui->depth].page == PAGE_LIST ? list_page_key(ui, k)
                                                   : formpage_key(ui, n->form, &form_page, k);
}

static void leave(struct ui *ui)
{
    struct notices *n = ui_state(ui);
    json_decref(n->rows);
    wform_free(n->form);
}

const struct screen screen_notices = {
    .name = "notices",
    .letter = 'n',
    .title = N_("Notices"),
    .about = N_("What everybody who comes in may read: by whom and until when, a new one, and one "
                "on paper."),
    .role = "ledger",
    .pages = pages,
    .state = sizeof(struct notices),
    .open = open,
    .load = load,
    .draw = draw,
    .key = key,
    .keep = keep,
    .close = leave,
};
