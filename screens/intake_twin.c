/* Owns the look at a case that may be the same: open cases of this person for this item, side by
 * side with what was typed. Invariant: nothing is saved beside them before the clerk has decided.
 */
#include "screens/intake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/view.h"
#include "screens/words.h"

json_t *intake_twins(struct ui *ui, const struct wform *w)
{
    json_t *rows = NULL;
    struct view_query q = VIEW_ALL;
    const struct wfield *person = wform_field(w, "person"), *item = wform_field(w, "item");
    if (!person->picked || !item->picked)
        return NULL;
    char *what = mem_printf("duplicates:%s:%s", person->picked, item->picked);
    if (view_list(ui->s, what, &q, &rows) != ERR_OK || json_array_size(rows) == 0) {
        json_decref(rows);
        rows = NULL;
    }
    free(what);
    return rows;
}

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

static void pair(struct area at, int line, const char *label, const char *now, const char *before)
{
    int half = (at.cols - 14) / 2;
    if (line >= at.rows)
        return;
    paint_text(at.row + line, at.col, 12, PAINT_BOLD, label);
    paint_text(at.row + line, at.col + 13, half - 1, PAINT_PLAIN, now);
    paint_text(at.row + line, at.col + 13 + half, half, PAINT_PLAIN, before);
}

void intake_draw_twins(const json_t *rows, const struct wform *w, struct area at)
{
    char text[64], day[CLOCK_TEXT] = "", lack[16];
    int64_t when;
    const json_t *one = json_array_get(rows, 0);
    const struct wfield *papers = wform_field(w, "papers");
    const char *channel = wfield_choice(wform_field(w, "channel"));
    size_t missing = 0;
    for (size_t i = 0; i < papers->n_items; i++)
        missing += papers->states[i] < 0;
    snprintf(lack, sizeof lack, "%zu", missing);
    if (clock_parse(text_of(one, "at"), &when))
        clock_short(when, day);
    snprintf(text, sizeof text, "%lld", (long long)js_int(one, "missing", 0));
    pair(at, 0, "", _("as typed now"), _("open already"));
    pair(at, 2, _("Number"), "-", text_of(one, "number"));
    pair(at, 3, _("Person"), wfield_text(wform_field(w, "person")), text_of(one, "name"));
    pair(at, 4, _("Item"), wfield_text(wform_field(w, "item")), text_of(one, "item_name"));
    pair(at, 5, _("Channel"), words_say("channel", channel ? channel : ""),
         words_say("channel", text_of(one, "channel")));
    pair(at, 6, _("Taken in"), _("today"), day);
    pair(at, 7, _("State"), "-", words_say("state", text_of(one, "state")));
    pair(at, 8, _("Agent"), wfield_text(wform_field(w, "agent.who")),
         text_of(js_get(one, "agent"), "name"));
    pair(at, 9, _("Lack"), lack, text);
    if (json_array_size(rows) > 1) {
        snprintf(text, sizeof text, _("and %zu more"), json_array_size(rows) - 1);
        pair(at, 11, "", "", text);
    }
}

json_t *intake_told_apart(const json_t *rows)
{
    size_t i;
    json_t *one, *ids = json_array();
    json_array_foreach((json_t *)(uintptr_t)rows, i, one)
        json_array_append(ids, json_object_get(one, "id"));
    return ids;
}

/* ---- from the last case ---- */

static void copy_skips(const json_t *last, json_t *values)
{
    size_t i;
    json_t *one;
    json_array_foreach(js_get(last, "skipped"), i, one)
    {
        char id[48];
        snprintf(id, sizeof id, "skip.%s", text_of(one, "channel"));
        js_set_str(values, id, text_of(one, "reason"));
    }
}

json_t *intake_last(struct ui *ui)
{
    json_t *rows = NULL, *values = NULL;
    struct view_query q = VIEW_ALL;
    q.limit = 1;
    if (view_list(ui->s, "cases", &q, &rows) == ERR_OK && json_array_size(rows) == 1) {
        const json_t *last = json_array_get(rows, 0);
        values = json_pack("{s:{s:s,s:s},s:s}", "item", "pick", text_of(last, "item"), "text",
                           text_of(last, "item_name"), "channel", text_of(last, "channel"));
        copy_skips(last, values);
    }
    json_decref(rows);
    return values;
}
