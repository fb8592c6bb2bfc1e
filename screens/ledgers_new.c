/* Owns the new rows of a ledger until they are saved: one or several, as a form or in a grid, and
 * the draft that they are. Invariant: nothing typed is lost before it is saved or thrown away, and
 * no row is saved that nobody typed into: what was carried forward or stood there as a default is
 * none. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/draft.h"
#include "screens/asform.h"
#include "screens/formpage.h"
#include "screens/ledgers.h"

const struct key_row ledgers_form_keys[] = {
    {K_F2, "F2", N_("save"), N_("Add the row to the ledger.")},
    {K_ENTER, N_("Enter"), N_("next field"), N_("Go to the next field.")},
    {K_F3, "F3", N_("grid"), N_("Show the new rows as a grid.")},
    {K_F4, "F4", N_("as before"), N_("Copy from the row before what may be copied.")},
    {K_F8, "F8", N_("empty"), N_("Throw away what was typed.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the rows; the draft is kept.")},
    {0, NULL, NULL, NULL},
};

static void draft_name(const struct ledgers *l, char out[64])
{
    snprintf(out, 64, "ledger:%s", l->id);
}

/* ---- one row ---- */

/* A field is left that was changed: the draft that is kept now has this row too. */
static void left(void *with, struct wform *w, struct wfield *wf)
{
    struct ui *ui = with;
    struct ledgers *l = ui_state(ui);
    struct form *f = ledgers_form(ui);
    for (size_t i = 0; i < l->n_news; i++)
        l->news[i].typed = l->news[i].typed || l->news[i].w == w;
    if (!asform_left_at(ui, w, wf) && f)
        asform_left(w, f, "", wf);
    ui_keep(ui);
}

static json_t *find(void *with, struct wfield *wf, const char *text)
{
    struct form *f = ledgers_form(with);
    const struct field *fd = f ? form_field(f, wf->id) : NULL;
    return fd && fd->type == FIELD_ITEM ? asform_find_item(with, text)
                                        : asform_find_person(with, text);
}

struct wform *ledgers_new_form(struct ui *ui)
{
    struct form *f = ledgers_form(ui);
    struct wform *w = wform_new(ui);
    w->left = left;
    w->find = find;
    if (f)
        asform_add(ui, w, f, "");
    asform_add_at(ui, w);
    return w;
}

/* ---- copied ---- */

/* A round, a health check, what another entry feeds: each row is a confirmation of its own. */
static bool confirmed_each(const struct form *f)
{
    return js_get(f->json, "schedule") || json_array_size(js_get(f->json, "feeds")) > 0;
}

bool ledgers_may_copy(const struct form *f, const char *field)
{
    const struct field *fd = form_field(f, field);
    return fd && !fd->calculate &&
           (fd->copy_last || (!confirmed_each(f) && fd->type != FIELD_BOOL));
}

static bool wanted(const struct form *f, const struct wfield *wf, bool all)
{
    const struct field *fd = form_field(f, wf->id);
    bool empty = wf->edit.len == 0 && wf->chosen < 0 && !wf->marks;
    return fd && (fd->copy_last || (all && ledgers_may_copy(f, wf->id))) && empty && !wf->hidden;
}

void ledgers_put(struct ui *ui, struct wform *w, const char *field, const json_t *value)
{
    struct form *f = ledgers_form(ui);
    struct wfield *wf = wform_field(w, field);
    const char *ref = js_str(value, "ref");
    if (!f || !wf)
        return;
    if (wf->kind == W_PICK && ref) {
        json_t *pick = json_pack("{s:s,s:s}", "pick", ref, "text", ledgers_text(value, "name"));
        wfield_set(wf, pick);
        json_decref(pick);
    } else {
        asform_put(w, f, "", field, value);
    }
    asform_relevant(w, f, "");
}

void ledgers_copy_row(struct ui *ui, struct wform *to, const json_t *from, bool all)
{
    struct form *f = ledgers_form(ui);
    for (size_t i = 0; f && from && i < to->n; i++)
        if (wanted(f, to->fields[i], all))
            ledgers_put(ui, to, to->fields[i]->id, js_get(from, to->fields[i]->id));
}

void ledgers_copy_new(struct ui *ui, struct wform *to, const struct wform *from, bool all)
{
    struct form *f = ledgers_form(ui);
    for (size_t i = 0; f && i < to->n && i < from->n; i++) {
        if (!wanted(f, to->fields[i], all))
            continue;
        json_t *value = wfield_value(from->fields[i]);
        wfield_set(to->fields[i], value);
        json_decref(value);
        asform_relevant(to, f, "");
    }
}

/* The newest row that stands: what did not change is carried forward from it. */
static const json_t *last_row(const struct ledgers *l)
{
    for (size_t i = 0; i < json_array_size(l->seen.rows); i++)
        if (!js_bool(json_array_get(l->seen.rows, i), "void"))
            return json_array_get(l->seen.rows, i);
    return NULL;
}

/* What stands before the row in hand: a new row, or the newest of those saved. */
static void copy_before(struct ui *ui, bool all)
{
    struct ledgers *l = ui_state(ui);
    struct wform *w = l->news[l->cur].w;
    if (l->cur > 0)
        ledgers_copy_new(ui, w, l->news[l->cur - 1].w, all);
    else
        ledgers_copy_row(ui, w, last_row(l), all);
}

/* ---- the rows in hand ---- */

static void to_first_open(struct wform *w)
{
    for (size_t i = 0; i < w->n; i++) {
        const struct wfield *wf = w->fields[i];
        bool empty = wf->edit.len == 0 && wf->chosen < 0 && !wf->marks;
        if (empty && !wf->hidden && wf->kind != W_NOTE) {
            wform_go(w, wf->id);
            return;
        }
    }
}

bool ledgers_new_add(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    if (l->n_news == LEDGER_NEW)
        return false;
    l->cur = l->n_news++;
    l->news[l->cur] = (struct ledger_new){.w = ledgers_new_form(ui)};
    copy_before(ui, false);
    to_first_open(l->news[l->cur].w);
    return true;
}

void ledgers_new_drop(struct ledgers *l, size_t i)
{
    wform_free(l->news[i].w);
    memmove(&l->news[i], &l->news[i + 1], (l->n_news - i - 1) * sizeof l->news[0]);
    l->n_news--;
    if (l->cur > i || l->cur >= l->n_news)
        l->cur -= l->cur > 0;
}

void ledgers_new_free(struct ledgers *l)
{
    while (l->n_news > 0)
        ledgers_new_drop(l, l->n_news - 1);
    l->cur = l->up = 0;
}

/* ---- the draft ---- */

void ledgers_new_keep(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    char name[64];
    json_t *rows = json_array();
    for (size_t i = 0; i < l->n_news; i++)
        if (l->news[i].typed)
            json_array_append_new(rows, wform_values(l->news[i].w));
    draft_name(l, name);
    json_t *draft = json_pack("{s:O}", "rows", rows);
    enum err rc = json_array_size(rows) ? draft_keep(ui->s, name, draft) : draft_drop(ui->s, name);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    json_decref(draft);
    json_decref(rows);
}

static void load_row(struct ui *ui, const json_t *values)
{
    struct ledgers *l = ui_state(ui);
    if (l->n_news == LEDGER_NEW)
        return;
    struct ledger_new *one = &l->news[l->n_news++];
    *one = (struct ledger_new){.w = ledgers_new_form(ui), .typed = true};
    wform_load(one->w, values);
    if (ledgers_form(ui))
        asform_relevant(one->w, ledgers_form(ui), "");
}

/* One row alone is how a draft was kept before there was a grid. */
static bool load_draft(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    char name[64];
    json_t *draft = NULL, *one;
    size_t i;
    draft_name(l, name);
    if (draft_find(ui->s, name, &draft) != ERR_OK)
        return false;
    const json_t *rows = json_object_get(draft, "rows");
    json_array_foreach((json_t *)rows, i, one) load_row(ui, one);
    if (!json_is_array(rows))
        load_row(ui, draft);
    json_decref(draft);
    return l->n_news > 0;
}

void ledgers_new_begin(struct ui *ui, int page, const json_t *values)
{
    struct ledgers *l = ui_state(ui);
    const char *field;
    json_t *value;
    ledgers_new_free(l);
    ui_page(ui, page);
    bool back = load_draft(ui);
    if (back && !values) {
        l->cur = l->n_news - 1;
        ui_say(ui, "%s", _("Your draft is back."));
        return;
    }
    ledgers_new_add(ui);
    json_object_foreach((json_t *)values, field, value)
    {
        ledgers_put(ui, l->news[l->cur].w, field, value);
        l->news[l->cur].typed = true;
    }
    to_first_open(l->news[l->cur].w);
}

void ledgers_new_did(struct ui *ui, unsigned did)
{
    struct ledgers *l = ui_state(ui);
    struct form *f = ledgers_form(ui);
    if (did & WFORM_FULL)
        ui_warn(ui, "%s", err_what(ERR_TOO_LONG));
    if (!(did & WFORM_CHANGED))
        return;
    l->news[l->cur].typed = true;
    if (f)
        asform_relevant(l->news[l->cur].w, f, ""); /* what is calculated is seen at once */
    ui_typed(ui);
}

/* ---- saved ---- */

/* What the action takes; NULL: an error stands beside its field. */
static json_t *input_of(struct ui *ui, struct wform *w)
{
    struct form *f = ledgers_form(ui);
    wform_leave(w);
    json_t *in = json_object();
    json_t *values = f ? asform_values(w, f, "") : NULL;
    if (values && asform_take_at(ui, w, in)) {
        json_object_set_new(in, "row", values);
        return in;
    }
    json_decref(values);
    json_decref(in);
    return NULL;
}

/* All of them are looked at before the first is saved. */
static json_t *inputs(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    json_t *all = json_array();
    for (size_t i = 0; i < l->n_news; i++) {
        if (!l->news[i].typed && l->n_news > 1)
            continue;
        json_t *in = input_of(ui, l->news[i].w);
        if (!in) {
            l->cur = i;
            l->up = 0;
            json_decref(all);
            return NULL;
        }
        json_array_append_new(all, in);
    }
    return all;
}

/* To where the row was begun from. */
static void back(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    ui_page(ui, PAGE_ROWS);
    if (l->back[0])
        ui_go(ui, l->back, NULL);
    l->back[0] = 0;
}

static void all_saved(struct ui *ui, size_t n, const char *id)
{
    struct ledgers *l = ui_state(ui);
    char name[64];
    if (n == 1)
        ui_say(ui, _("Row %s was added."), id);
    else
        ui_say(ui, _("%zu rows were added."), n);
    draft_name(l, name);
    formpage_drop(ui, name);
    ledgers_new_free(l);
    ledgers_rows_begin(ui);
    back(ui);
}

/* A row that the model refuses stays in hand with those behind it; those before it are saved. */
static void refused(struct ui *ui, enum err rc, size_t saved)
{
    struct ledgers *l = ui_state(ui);
    asform_error(l->news[0].w, "", rc);
    ui_error(ui, rc);
    l->cur = l->up = 0;
    if (saved > 0)
        ui_keep(ui);
}

void ledgers_new_save(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    json_t *all = inputs(ui), *in;
    char name[64], id[ENTRY_ID] = "";
    size_t i, n = 0;
    enum err rc = ERR_OK;
    if (!all) {
        ui_warn(ui, "%s", _("Correct the fields marked, then save."));
        return;
    }
    draft_name(l, name);
    json_array_foreach(all, i, in)
    {
        json_t *out = NULL;
        while (l->n_news > 1 && !l->news[0].typed)
            ledgers_new_drop(l, 0);
        rc = action_run(ui->s, name, in, &out);
        if (rc != ERR_OK)
            break;
        snprintf(id, sizeof id, "%s", ledgers_text(out, "id"));
        json_decref(out);
        ledgers_new_drop(l, 0);
        n++;
    }
    json_decref(all);
    if (rc == ERR_OK)
        all_saved(ui, n, id);
    else
        refused(ui, rc, n);
}

/* ---- the form ---- */

static void empty(void *with, const char *answer)
{
    struct ui *ui = with;
    char name[64];
    draft_name(ui_state(ui), name);
    if (!formpage_emptied(ui, answer, name))
        return;
    ledgers_new_free(ui_state(ui));
    ledgers_new_add(ui);
}

static const struct formpage form_page = {ledgers_new_save, back, empty,
                                          N_("That was the last field: F2 saves.")};

unsigned ledgers_new_key(struct ui *ui, uint32_t k)
{
    struct ledgers *l = ui_state(ui);
    if (k == K_F2 || k == K_F8 || k == K_ESC)
        return formpage_key(ui, l->news[l->cur].w, &form_page, k);
    if (k != K_F4)
        return UI_IGNORED;
    copy_before(ui, true);
    to_first_open(l->news[l->cur].w);
    ledgers_new_did(ui, WFORM_CHANGED);
    return UI_HANDLED;
}

unsigned ledgers_form_key(struct ui *ui, uint32_t k)
{
    struct ledgers *l = ui_state(ui);
    unsigned did = ledgers_new_key(ui, k);
    if (did)
        return did;
    if (k == K_F3) {
        wform_leave(l->news[l->cur].w);
        ui_page(ui, PAGE_GRID);
        return UI_HANDLED;
    }
    did = wform_key(l->news[l->cur].w, k);
    ledgers_new_did(ui, did);
    if (did & WFORM_END)
        ui_say(ui, "%s", _(form_page.end));
    return did ? UI_HANDLED : UI_IGNORED;
}

void ledgers_form_draw(struct ui *ui, struct area where)
{
    struct ledgers *l = ui_state(ui);
    if (l->n_news > 0)
        asform_draw(ui, l->news[l->cur].w, where);
}
