/* Owns the correction of a row: the form with the old values, the reason, and the action that keeps
 * both. Invariant: what the form does not show is taken over as it was. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/desk/action.h"
#include "screens/asform.h"
#include "screens/formpage.h"
#include "screens/ledgers.h"

#define REASON_MAX 100

const struct key_row ledgers_fix_keys[] = {
    {K_F2, "F2", N_("save"), N_("Save the correction; the reason is asked for.")},
    {K_ENTER, N_("Enter"), N_("next field"), N_("Go to the next field.")},
    {K_F8, "F8", N_("as it was"), N_("Back to the old values.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the rows; the draft is kept.")},
    {0, NULL, NULL, NULL},
};

/* "fix:LEDGER:ROW" */
static void draft_name(const struct ledgers *l, char out[128])
{
    snprintf(out, 128, "fix:%s:%s", l->id, ledgers_text(l->fix_row, "id"));
}

static void build(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    struct form *f = ledgers_form(ui);
    wform_free(l->fix);
    l->fix = ledgers_new_form(ui);
    for (size_t i = 0; f && i < f->n_fields; i++) {
        struct wfield *wf = wform_field(l->fix, f->fields[i].id);
        const json_t *old = js_get(l->fix_row, f->fields[i].id);
        if (wf && wf->kind != W_NOTE)
            wfield_set(wf, json_null()); /* a default is not what stood there */
        if (wf && old)
            ledgers_put(ui, l->fix, wf->id, old);
    }
    struct wfield *at = wform_field(l->fix, "when.at");
    if (at)
        at->hidden = true; /* a correction happened when the row did */
}

void ledgers_fix_begin(struct ui *ui, const json_t *row)
{
    struct ledgers *l = ui_state(ui);
    char name[128];
    if (js_bool(row, "void")) {
        ui_warn(ui, "%s", _("This row is void already: correct the one that stands for it."));
        return;
    }
    json_t *held = json_deep_copy(row);
    json_decref(l->fix_row);
    l->fix_row = held;
    build(ui);
    ui_page(ui, PAGE_FIX);
    draft_name(l, name);
    if (formpage_restore(ui, l->fix, name) && ledgers_form(ui))
        asform_relevant(l->fix, ledgers_form(ui), "");
}

void ledgers_fix_of(struct ui *ui, const char *id)
{
    struct ledgers *l = ui_state(ui);
    for (size_t i = 0; i < json_array_size(l->seen.rows); i++)
        if (strcmp(ledgers_text(json_array_get(l->seen.rows, i), "id"), id) == 0) {
            l->seen.list.cur = i;
            ledgers_fix_begin(ui, json_array_get(l->seen.rows, i));
        }
}

void ledgers_fix_free(struct ledgers *l)
{
    wform_free(l->fix);
    json_decref(l->fix_row);
    l->fix = NULL;
    l->fix_row = NULL;
}

void ledgers_fix_keep(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    char name[128];
    draft_name(l, name);
    asform_keep(ui, l->fix, name);
}

/* The new row: the old one, with what the form says now. A field that is no longer relevant
 * goes. */
static json_t *row_of(struct ui *ui, json_t *values)
{
    struct ledgers *l = ui_state(ui);
    struct form *f = ledgers_form(ui);
    json_t *row = json_object();
    for (size_t i = 0; i < f->n_fields; i++) {
        const struct field *fd = &f->fields[i];
        bool asked = wform_field(l->fix, fd->id) != NULL;
        json_t *value = json_object_get(asked ? values : l->fix_row, fd->id);
        if (value && !fd->calculate)
            json_object_set(row, fd->id, value);
    }
    json_decref(values);
    return row;
}

static void save(struct ui *ui, const char *reason)
{
    struct ledgers *l = ui_state(ui);
    struct form *f = ledgers_form(ui);
    char what[128];
    json_t *out = NULL, *values = f ? asform_values(l->fix, f, "") : NULL;
    if (!values)
        return;
    json_t *in = json_pack("{s:s,s:o}", "reason", reason, "row", row_of(ui, values));
    snprintf(what, sizeof what, "ledger_correct:%s", ledgers_text(l->fix_row, "id"));
    enum err rc = action_run(ui->s, what, in, &out);
    json_decref(in);
    json_decref(out);
    if (rc != ERR_OK) {
        asform_error(l->fix, "", rc);
        ui_error(ui, rc);
        return;
    }
    draft_name(l, what);
    formpage_drop(ui, what);
    ui_say(ui, "%s", _("Corrected; the old row stays to be seen."));
    ui_page(ui, PAGE_ROWS);
    ledgers_rows_load(ui);
}

static void got_reason(void *with, const char *answer)
{
    if (answer && *answer)
        save(with, answer);
}

static void ask_reason(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    struct form *f = ledgers_form(ui);
    wform_leave(l->fix);
    json_t *values = f ? asform_values(l->fix, f, "") : NULL;
    if (values)
        ui_ask_text(ui, _("Why is it corrected?"), REASON_MAX, got_reason);
    else
        ui_warn(ui, "%s", _("Correct the fields marked, then save."));
    json_decref(values);
}

static void as_it_was(void *with, const char *answer)
{
    struct ui *ui = with;
    char name[128];
    draft_name(ui_state(ui), name);
    if (formpage_emptied(ui, answer, name))
        build(ui);
}

static void back(struct ui *ui)
{
    ui_page(ui, PAGE_ROWS);
}

static const struct formpage fix_page = {ask_reason, back, as_it_was,
                                         N_("That was the last field: F2 saves.")};

unsigned ledgers_fix_key(struct ui *ui, uint32_t k)
{
    struct ledgers *l = ui_state(ui);
    struct form *f = ledgers_form(ui);
    unsigned did = formpage_key(ui, l->fix, &fix_page, k);
    if (f && ui->draft_due)
        asform_relevant(l->fix, f, "");
    return did;
}

void ledgers_fix_draw(struct ui *ui, struct area where)
{
    struct ledgers *l = ui_state(ui);
    if (l->fix)
        asform_draw(ui, l->fix, where);
}
