/* Owns the look at the duties of a day: each slot with its state and who answers for it, and what
 * is overdue, by named person. Each row is a way to where it is done. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/view.h"
#include "screens/duties.h"
#include "screens/widgets/list.h"
#include "screens/words.h"

enum { PAGE_TODAY, PAGE_OVERDUE };

struct duties {
    json_t *rows, *overdue;
    struct table table, late;
};

static const struct key_row today_keys[] = {
    {K_ENTER, N_("Enter"), N_("do it"), N_("Go to where the marked duty is done.")},
    {'o', "o", N_("overdue"), N_("What is overdue, missed or left out, by name.")},
    {'s', "s", N_("staff"), N_("The staff of today: who was checked, who was not.")},
    {'h', "h", N_("hand over"), N_("Hand the shift to another clerk.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the home screen.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row overdue_keys[] = {
    {K_ESC, "Esc", N_("back"), N_("Back to the duties of today.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {{"", today_keys, false},
                                        {N_("Overdue, missed, left out"), overdue_keys, false},
                                        {NULL, NULL, false}};

static const struct column today_columns[] = {{N_("When"), 12},
                                              {N_("Duty"), 28},
                                              {N_("State"), 10},
                                              {N_("Answers"), 13},
                                              {N_("About it"), 0}};
static const struct column late_columns[] = {
    {N_("Day"), 11}, {N_("Answers"), 13}, {N_("Duty"), 28}, {N_("State"), 10}, {N_("About it"), 0}};

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

/* ---- a row ---- */

static void put_left(const json_t *row, char *out)
{
    size_t i, len;
    json_t *one;
    snprintf(out, 256, "%s", _("left: "));
    json_array_foreach(js_get(row, "left_words"), i, one)
    {
        len = strlen(out);
        snprintf(out + len, 256 - len, "%s%s", i ? _(", ") : "", json_string_value(one));
    }
}

/* When it was done; when it was entered long after, both; else what is left. */
static const char *about(const json_t *row, char *out)
{
    const char *at = text_of(row, "at"), *heard = text_of(row, "heard");
    bool done = json_array_size(js_get(row, "left")) == 0 && *at;
    if (js_str(row, "because"))
        snprintf(out, 256, "%s", js_str(row, "because"));
    else if (done && js_bool(row, "entered_late"))
        snprintf(out, 256, _("%.5s, entered %.5s (late) %s"), at + 11, heard + 11,
                 text_of(row, "by"));
    else if (done)
        snprintf(out, 256, "%.5s %s", at + 11, text_of(row, "by"));
    else if (json_array_size(js_get(row, "left")) > 0)
        put_left(row, out);
    else
        out[0] = 0;
    utf8_trim(out);
    return out;
}

/* Who holds the post; where nobody does, the post that answers. */
static const char *answers(const json_t *row)
{
    return *text_of(row, "holder") ? text_of(row, "holder") : text_of(row, "who_title");
}

static const char *title_of(const json_t *row, char *out)
{
    snprintf(out, 256, "%s %s", text_of(row, "title"), text_of(row, "slot_title"));
    utf8_trim(out);
    return out;
}

static const char *today_cell(void *with, size_t i, size_t c, char *out)
{
    const struct duties *d = with;
    const json_t *row = json_array_get(d->rows, i);
    switch (c) {
    case 0:
        snprintf(out, 256, "%.5s-%.5s", text_of(row, "from") + 11, text_of(row, "to") + 11);
        return out;
    case 1: return title_of(row, out);
    case 2: return words_say("duty", text_of(row, "state"));
    case 3: return answers(row);
    default: return about(row, out);
    }
}

static const char *late_cell(void *with, size_t i, size_t c, char *out)
{
    const struct duties *d = with;
    const json_t *row = json_array_get(d->overdue, i);
    switch (c) {
    case 0: return text_of(row, "day");
    case 1: return answers(row);
    case 2: return title_of(row, out);
    case 3: return words_say("duty", text_of(row, "state"));
    default: return about(row, out);
    }
}

/* ---- the way to it ---- */

const char *duty_way(const json_t *row, json_t **arg)
{
    const char *entry = js_str(row, "entry");
    *arg = NULL;
    if (entry && strcmp(entry, "report") == 0) {
        *arg = json_pack("{s:s}", "day", text_of(row, "day"));
        return "report";
    }
    if (entry) {
        *arg = json_pack("{s:s}", "do", entry);
        return "staff";
    }
    if (js_bool(row, "round")) {
        *arg = json_pack("{s:s,s:s}", "duty", text_of(row, "duty"), "slot", text_of(row, "slot"));
        return "round";
    }
    *arg = json_pack("{s:s}", "add", text_of(row, "ledger"));
    return "ledgers";
}

/* ---- the screen ---- */

static void read_rows(struct ui *ui, const char *view, json_t **rows, struct table *table)
{
    json_decref(*rows);
    *rows = NULL;
    enum err rc = view_list(ui->s, view, &VIEW_ALL, rows);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    list_count(&table->list, json_array_size(*rows));
}

static void load(struct ui *ui)
{
    struct duties *d = ui_state(ui);
    read_rows(ui, "duties", &d->rows, &d->table);
    if (ui->places[ui->depth].page == PAGE_OVERDUE)
        read_rows(ui, "overdue", &d->overdue, &d->late);
}

static void open(struct ui *ui, const json_t *arg)
{
    struct duties *d = ui_state(ui);
    (void)arg;
    d->table = TABLE_OF(today_columns, today_cell, d);
    d->late = TABLE_OF(late_columns, late_cell, d);
}

static void draw(struct ui *ui, struct area body)
{
    struct duties *d = ui_state(ui);
    struct area inner = {body.row + 1, 1, body.rows - 1, body.cols - 2};
    bool late = ui->places[ui->depth].page == PAGE_OVERDUE;
    const json_t *row = late ? json_array_get(d->overdue, d->late.list.cur)
                             : json_array_get(d->rows, d->table.list.cur);
    char text[256];
    table_draw(late ? &d->late : &d->table, inner, true);
    if (row)
        ui_hint(ui, about(row, text));
    else
        ui_hint(ui, late ? _("Nothing is overdue.") : _("The policy in force names no duties."));
}

static unsigned key(struct ui *ui, uint32_t k)
{
    struct duties *d = ui_state(ui);
    const json_t *row = json_array_get(d->rows, d->table.list.cur);
    json_t *arg = NULL;
    if (ui->places[ui->depth].page == PAGE_OVERDUE) {
        if (k != K_ESC)
            return list_key(&d->late.list, k) ? UI_HANDLED : UI_IGNORED;
        ui_page(ui, PAGE_TODAY);
    } else if (k == K_ESC) {
        ui_home(ui);
    } else if (k == 's' || k == 'h') {
        ui_go(ui, k == 's' ? "staff" : "handover", NULL);
    } else if (k == 'o') {
        ui_page(ui, PAGE_OVERDUE);
        return UI_RELOAD;
    } else if (k == K_ENTER && row) {
        const char *screen = duty_way(row, &arg);
        ui_go(ui, screen, arg);
    } else {
        return list_key(&d->table.list, k) ? UI_HANDLED : UI_IGNORED;
    }
    return UI_HANDLED;
}

static void leave(struct ui *ui)
{
    struct duties *d = ui_state(ui);
    json_decref(d->rows);
    json_decref(d->overdue);
}

const struct screen screen_duties = {
    .name = "duties",
    .digit = '7',
    .title = N_("Duties and shift"),
    .about = N_("What is to be done today, by whom, and what is overdue; the staff; the shift."),
    .role = "gate",
    .pages = pages,
    .state = sizeof(struct duties),
    .open = open,
    .load = load,
    .draw = draw,
    .key = key,
    .close = leave,
};
