/* Owns the look at couriers' lists: those on their way, those that arrived; a list said to have
 * arrived, and printed again. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/view.h"
#include "screens/cases.h"
#include "screens/prints.h"

#define LIST_MAX 300

static const struct column columns[] = {{N_("List"), 20},    {N_("Handed over"), 12},
                                        {N_("Carrier"), 12}, {N_("Cases"), 6},
                                        {N_("Papers"), 9},   {N_("Arrived"), 0}};

static const char *cell(void *with, size_t i, size_t c, char *out)
{
    const struct cases *cs = with;
    const json_t *row = json_array_get(cs->lists, i);
    switch (c) {
    case 0: return cases_text(row, "number");
    case 1: return cases_day(row, "at", out);
    case 2: return cases_text(row, "carrier");
    case 3:
    case 4:
        snprintf(out, 32, "%lld", (long long)js_int(row, c == 3 ? "case_count" : "paper_count", 0));
        return out;
    default: return js_str(row, "received") ? cases_day(row, "received", out) : _("on its way");
    }
}

static void load(struct ui *ui)
{
    struct cases *cs = ui_state(ui);
    struct view_query q = VIEW_ALL;
    q.state = cs->lists_all ? NULL : "open";
    q.limit = LIST_MAX;
    json_decref(cs->lists);
    cs->lists = NULL;
    enum err rc = view_list(ui->s, "couriers", &q, &cs->lists);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    list_count(&cs->list_table.list, json_array_size(cs->lists));
}

void cases_lists_open(struct ui *ui)
{
    struct cases *cs = ui_state(ui);
    cs->list_table.columns = columns;
    cs->list_table.n_columns = sizeof columns / sizeof columns[0];
    cs->list_table.cell = cell;
    cs->list_table.with = cs;
    cs->list_table.list.cur = 0;
    load(ui);
    ui_page(ui, CASES_LISTS);
}

void cases_lists_draw(struct ui *ui, struct area where)
{
    struct cases *cs = ui_state(ui);
    char text[200];
    table_draw(&cs->list_table, where, true);
    if (json_array_size(cs->lists) == 0)
        paint_text(where.row + 2, 4, 60, PAINT_PLAIN, _("No lists."));
    snprintf(text, sizeof text, cs->lists_all ? _("%zu lists: all") : _("%zu lists on their way"),
             json_array_size(cs->lists));
    ui_hint(ui, text);
}

static void arrived(struct ui *ui, const json_t *row)
{
    char what[64];
    json_t *out = NULL, *in = json_pack("{s:s}", "step", "received");
    snprintf(what, sizeof what, "courier_step:%s", cases_text(row, "id"));
    enum err rc = action_run(ui->s, what, in, &out);
    if (rc == ERR_OK)
        ui_say(ui, "%s", _("The list has arrived."));
    else
        ui_error(ui, rc);
    json_decref(in);
    json_decref(out);
    load(ui);
}

unsigned cases_lists_key(struct ui *ui, uint32_t k)
{
    struct cases *cs = ui_state(ui);
    const json_t *row = json_array_get(cs->lists, cs->list_table.list.cur);
    if (k == K_ESC) {
        ui_page(ui, CASES_LIST);
        cases_load_list(ui);
    } else if (k == 'a' && row) {
        arrived(ui, row);
    } else if (k == 'p' && row) {
        prints_start(ui, "courier", cases_text(row, "id"));
    } else if (k == 'f') {
        cs->lists_all = !cs->lists_all;
        load(ui);
    } else {
        return list_key(&cs->list_table.list, k) ? UI_HANDLED : UI_IGNORED;
    }
    return UI_HANDLED;
}
