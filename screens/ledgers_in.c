/* Owns bringing in an old ledger from a CSV: a path is typed, what would come in is shown, with
 * every mistake by its line and column, and one key brings in all of it or nothing. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/import.h"
#include "screens/ledgers.h"

#define PATH_CHARS 200
#define NAMES_COLUMNS 26

const struct key_row ledgers_in_keys[] = {
    {K_F2, "F2", N_("bring in"), N_("Bring in all rows: all of them, or none.")},
    {'i', "i", N_("other file"), N_("Look at another file, or at this one once more.")},
    {K_DOWN, N_("Up Down PgUp PgDn"), N_("scroll"), N_("Read on.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the rows; nothing was brought in.")},
    {0, NULL, NULL, NULL},
};

/* ---- what was found ---- */

static const char *becomes(const json_t *column)
{
    static const char *const times[] = {"date", "time", "moment", NULL};
    const char *label = js_str(column, "label"), *computed = ledgers_text(column, "computed");
    for (size_t i = 0; !label && times[i]; i++)
        if (strcmp(times[i], computed) == 0)
            label = _("when it happened");
    return label;
}

static void add_columns(struct pager *p, const json_t *found)
{
    size_t i;
    const json_t *one;
    pager_add(p, PAINT_BOLD, 0, "%s", _("Columns of the file, and what becomes of them"));
    json_array_foreach(js_get(found, "columns"), i, one)
    {
        const char *title = ledgers_text(one, "title"), *label = becomes(one);
        int gap = NAMES_COLUMNS - utf8_width(title);
        pager_add(p, label ? PAINT_PLAIN : PAINT_BOLD, 2, "%s%*s %s", title, gap > 0 ? gap : 0, "",
                  label ? label : _("is not taken"));
    }
}

static void add_first(struct pager *p, const json_t *found)
{
    size_t i;
    const json_t *one;
    pager_add(p, PAINT_BOLD, 0, "%s", _("The first rows"));
    json_array_foreach(js_get(found, "first"), i, one)
    {
        char line[600];
        const char *label;
        json_t *text;
        int used = snprintf(line, sizeof line, "%.16s ", ledgers_text(one, "at"));
        json_object_foreach(js_get(one, "shown"), label, text)
        {
            size_t at = used > 0 && (size_t)used < sizeof line ? (size_t)used : sizeof line - 1;
            if (json_string_length(text) > 0)
                used +=
                    snprintf(line + at, sizeof line - at, " %s:%s", label, json_string_value(text));
        }
        utf8_trim(line);
        pager_add(p, PAINT_PLAIN, 2, "%s", line);
    }
}

static void add_errors(struct pager *p, const json_t *found)
{
    size_t i;
    const json_t *one;
    json_array_foreach(js_get(found, "errors"), i, one)
    {
        pager_add(p, PAINT_BOLD, 2, _("line %lld, column %lld (%s): %s"),
                  (long long)js_int(one, "line", 0), (long long)js_int(one, "column", 0),
                  ledgers_text(one, "title"), ledgers_text(one, "message"));
    }
    if (js_int(found, "more_errors", 0) > 0)
        pager_add(p, PAINT_BOLD, 2, _("... and %lld more"),
                  (long long)js_int(found, "more_errors", 0));
}

static size_t mistakes(const json_t *found)
{
    return json_array_size(js_get(found, "errors")) + (size_t)js_int(found, "more_errors", 0);
}

/* What is wrong stands before what is right. */
static void show(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    struct pager *p = &l->pager;
    const json_t *known = js_get(l->found, "known");
    pager_fini(p);
    pager_add(p, PAINT_PLAIN, 0, _("%s: %lld rows, %.10s to %.10s, %s"), l->path,
              (long long)js_int(l->found, "rows", 0), ledgers_text(l->found, "from"),
              ledgers_text(l->found, "to"), ledgers_text(l->found, "encoding"));
    if (known)
        pager_add(p, PAINT_BOLD, 0, _("This file was brought in before, on %.16s by %s."),
                  ledgers_text(known, "at"), ledgers_text(known, "clerk"));
    if (mistakes(l->found) > 0)
        pager_add(p, PAINT_BOLD, 0, _("%zu mistakes: nothing comes in until they are corrected"),
                  mistakes(l->found));
    add_errors(p, l->found);
    add_columns(p, l->found);
    add_first(p, l->found);
}

static struct import_wish wish(const struct ledgers *l)
{
    return (struct import_wish){.path = l->path, .again = l->again};
}

static void look(void *with, const char *answer)
{
    struct ui *ui = with;
    struct ledgers *l = ui_state(ui);
    json_t *found = NULL;
    if (!answer || !*answer)
        return;
    snprintf(l->path, sizeof l->path, "%s", answer);
    l->again = false;
    ui_wait(ui, _("Reading the file..."));
    struct import_wish w = wish(l);
    enum err rc = import_look(ui->s, l->id, &w, &found);
    if (rc != ERR_OK) {
        ui_error(ui, rc);
        json_decref(found);
        return;
    }
    json_decref(l->found);
    l->found = found;
    show(ui);
    ui_page(ui, PAGE_IN);
}

void ledgers_in_begin(struct ui *ui)
{
    ui_ask_text(ui, _("Which CSV file? (its whole path)"), PATH_CHARS, look);
}

/* ---- brought in ---- */

static void bring_in(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    json_t *out = NULL;
    ui_wait(ui, _("Bringing in the rows..."));
    struct import_wish w = wish(l);
    enum err rc = import_run(ui->s, l->id, &w, &out);
    if (rc == ERR_OK) {
        ui_say(ui, _("%lld rows were brought in."), (long long)js_int(out, "rows", 0));
        ui_page(ui, PAGE_ROWS);
        ledgers_rows_begin(ui);
    } else {
        ui_error(ui, rc);
    }
    json_decref(out);
}

static void confirmed(void *with, const char *answer)
{
    struct ui *ui = with;
    struct ledgers *l = ui_state(ui);
    if (!answer || *answer != 'y')
        return;
    l->again = js_get(l->found, "known") != NULL;
    bring_in(ui);
}

static void ask(struct ui *ui)
{
    const struct ledgers *l = ui_state(ui);
    char question[200];
    if (mistakes(l->found) > 0) {
        ui_warn(ui, "%s",
                _("Nothing was brought in: correct the file, then look at it again (i)."));
        return;
    }
    snprintf(question, sizeof question,
             js_get(l->found, "known") ? _("Bring in these %lld rows once more? y/n")
                                       : _("Bring in these %lld rows? y/n"),
             (long long)js_int(l->found, "rows", 0));
    utf8_trim(question);
    ui_ask_keys(ui, question, "yn", confirmed);
}

void ledgers_in_draw(struct ui *ui, struct area where)
{
    struct ledgers *l = ui_state(ui);
    pager_draw(&l->pager, where);
}

unsigned ledgers_in_key(struct ui *ui, uint32_t k)
{
    struct ledgers *l = ui_state(ui);
    if (k == K_ESC)
        ui_page(ui, PAGE_ROWS);
    else if (k == K_F2)
        ask(ui);
    else if (k == 'i')
        ledgers_in_begin(ui);
    else
        return pager_key(&l->pager, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}
