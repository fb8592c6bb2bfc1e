/* Owns the look at one row whole: its fields, the row that it corrects or that corrects it, and the
 * entry in the journal that it is, down to its hash. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/view.h"
#include "screens/ledgers.h"

const struct key_row ledgers_entry_keys[] = {
    {'o', "o", N_("the other"), N_("Show the row that this one corrects, or that corrects it.")},
    {'c', "c", N_("correct"), N_("Correct this row, with the reason.")},
    {K_DOWN, N_("Up Down"), N_("scroll"), N_("Read on.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the rows.")},
    {0, NULL, NULL, NULL},
};

static const json_t *row_of(const struct ledgers *l, const char *id)
{
    for (size_t i = 0; *id && i < json_array_size(l->seen.rows); i++)
        if (strcmp(ledgers_text(json_array_get(l->seen.rows, i), "id"), id) == 0)
            return json_array_get(l->seen.rows, i);
    return NULL;
}

/* The row that stands for this one, or for which this one stands; "" when there is none. */
static const char *other_of(const json_t *row)
{
    const char *later = ledgers_text(row, "corrected_by");
    return *later ? later : ledgers_text(row, "corrects");
}

static void add_line(struct pager *p, unsigned look, const char *label, const char *text)
{
    int gap = 16 - utf8_width(label);
    if (*text)
        pager_add(p, look, 2, "%s%*s %s", label, gap > 0 ? gap : 0, "", text);
}

static void add_time(struct pager *p, const char *label, const json_t *row, const char *key)
{
    char text[CLOCK_TEXT];
    int64_t at;
    if (clock_parse(ledgers_text(row, key), &at))
        add_line(p, PAINT_PLAIN, label, clock_iso(at, text));
}

/* A field that a correction changed shows both values, the old one struck out. */
static void add_field(struct ui *ui, const struct field *fd, const json_t *row, const json_t *other)
{
    struct ledgers *l = ui_state(ui);
    char now[256], was[256], both[600];
    json_t *value = json_object_get(row, fd->id), *old = json_object_get(other, fd->id);
    const char *text = ledgers_shown(ui, fd->id, value, now);
    const char *before = ledgers_shown(ui, fd->id, old, was);
    bool corrects = *ledgers_text(row, "corrects") && other;
    if (corrects && strcmp(text, before) != 0) {
        snprintf(both, sizeof both, "%s   --%s--", *text ? text : "-", *before ? before : "-");
        add_line(&l->pager, PAINT_BOLD, fd->label, both);
    } else {
        add_line(&l->pager, PAINT_PLAIN, fd->label, text);
    }
}

static void add_state(struct pager *p, const json_t *row)
{
    if (js_get(row, "corrected_by"))
        pager_add(p, PAINT_BOLD, 0, "%s", _("This row was corrected: o shows what stands now."));
    else if (js_bool(row, "void"))
        pager_add(p, PAINT_BOLD, 0, "%s", _("This row is void."));
    else if (js_get(row, "corrects"))
        pager_add(p, PAINT_BOLD, 0, "%s", _("This row corrects another: o shows it."));
}

static void add_journal(struct ui *ui, const char *id)
{
    struct ledgers *l = ui_state(ui);
    json_t *rows = NULL;
    char what[64], text[64];
    snprintf(what, sizeof what, "entry:%s", id);
    if (view_list(ui->s, what, &VIEW_ALL, &rows) != ERR_OK || json_array_size(rows) == 0) {
        json_decref(rows);
        return;
    }
    const json_t *e = json_array_get(rows, 0);
    pager_add(&l->pager, PAINT_BOLD, 0, "%s", _("In the journal"));
    snprintf(text, sizeof text, "%lld / %lld", (long long)js_int(e, "epoch", 0),
             (long long)js_int(e, "seq", 0));
    add_line(&l->pager, PAINT_PLAIN, _("Number"), text);
    add_time(&l->pager, _("Happened"), e, "at");
    add_time(&l->pager, _("Entered"), e, "heard");
    add_line(&l->pager, PAINT_PLAIN, _("Clerk"), ledgers_text(e, "clerk"));
    add_line(&l->pager, PAINT_PLAIN, _("Desk"), ledgers_text(e, "terminal"));
    add_line(&l->pager, PAINT_PLAIN, _("Kind"), ledgers_text(e, "kind"));
    add_line(&l->pager, PAINT_PLAIN, _("Entry"), id);
    add_line(&l->pager, PAINT_PLAIN, _("Hash"), ledgers_text(e, "hash"));
    json_decref(rows);
}

void ledgers_entry_load(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    struct form *f = ledgers_form(ui);
    const json_t *row = row_of(l, l->entry), *other = row_of(l, other_of(row));
    char text[256];
    int top = l->pager.top;
    pager_fini(&l->pager);
    add_state(&l->pager, row);
    add_line(&l->pager, PAINT_PLAIN, _("Reason"), ledgers_text(row, "void_reason"));
    add_line(&l->pager, PAINT_PLAIN, _("Reason"), ledgers_text(other, "void_reason"));
    for (size_t i = 0; f && i < f->n_fields; i++)
        add_field(ui, &f->fields[i], row, other);
    add_line(&l->pager, PAINT_PLAIN, _("Balance"),
             ledgers_shown(ui, "balance", json_object_get(row, "balance"), text));
    pager_add(&l->pager, PAINT_PLAIN, 0, "%s", "");
    add_journal(ui, l->entry);
    l->pager.top = top;
}

void ledgers_entry_open(struct ui *ui, const char *id)
{
    struct ledgers *l = ui_state(ui);
    snprintf(l->entry, sizeof l->entry, "%s", id);
    pager_fini(&l->pager);
    ledgers_entry_load(ui);
    ui_page(ui, PAGE_ENTRY);
}

void ledgers_entry_draw(struct ui *ui, struct area where)
{
    struct ledgers *l = ui_state(ui);
    pager_draw(&l->pager, where);
}

unsigned ledgers_entry_key(struct ui *ui, uint32_t k)
{
    struct ledgers *l = ui_state(ui);
    const json_t *row = row_of(l, l->entry);
    const char *other = other_of(row);
    if (k == K_ESC)
        ui_page(ui, PAGE_ROWS);
    else if (k == 'o' && *other)
        ledgers_entry_open(ui, other);
    else if (k == 'o')
        ui_say(ui, "%s", _("No other row belongs to this one."));
    else if (k == 'c' && row)
        ledgers_fix_begin(ui, row);
    else
        return pager_key(&l->pager, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}
