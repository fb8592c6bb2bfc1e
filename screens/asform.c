/* Owns the way between a definition's fields and the screen's. Invariant: what the clerk typed
 * stays in the field, right or wrong, until the clerk changes it. */
#include "screens/asform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/draft.h"
#include "kiosk/desk/view.h"

#define TEXT_MAX 200

/* How each type looks on the screen, and how long a typed one may be. */
static const struct {
    enum wkind kind;
    int max;
} shapes[FIELD_TYPES] = {
    [FIELD_TEXT] = {W_TEXT, TEXT_MAX}, [FIELD_NAME] = {W_TEXT, 40},
    [FIELD_ID_NUMBER] = {W_TEXT, 24},  [FIELD_PHONE] = {W_TEXT, 24},
    [FIELD_INTEGER] = {W_TEXT, 15},    [FIELD_DECIMAL] = {W_TEXT, 15},
    [FIELD_DATE] = {W_TEXT, 16},       [FIELD_TIME] = {W_TEXT, 8},
    [FIELD_DATETIME] = {W_TEXT, 32},   [FIELD_CHOICE] = {W_CHOICE, 1},
    [FIELD_MULTI] = {W_MULTI, 1},      [FIELD_BOOL] = {W_BOOL, 1},
    [FIELD_CHECKLIST] = {W_MULTI, 1},  [FIELD_PERSON] = {W_PICK, 40},
    [FIELD_ITEM] = {W_PICK, 60},       [FIELD_STAFF] = {W_CHOICE, 1},
    [FIELD_AGENT] = {W_NOTE, 1},       [FIELD_SKIPPED] = {W_NOTE, 1},
    [FIELD_FACTS] = {W_NOTE, 1},       [FIELD_EXCUSES] = {W_NOTE, 1},
};

static const char *named(char out[96], const char *prefix, const char *id)
{
    snprintf(out, 96, "%s%s", prefix, id);
    return out;
}

static json_t *so_far(struct wform *w, const struct form *f, const char *prefix);

static struct wfield *screen_field(const struct wform *w, const char *prefix, const char *id)
{
    char name[96];
    return wform_field(w, named(name, prefix, id));
}

static const struct field *model_field(const struct form *f, const char *prefix,
                                       const struct wfield *wf)
{
    size_t n = strlen(prefix);
    return strncmp(wf->id, prefix, n) == 0 ? form_field(f, wf->id + n) : NULL;
}

static void add_clerks(struct ui *ui, struct wfield *wf)
{
    json_t *all = NULL, *one;
    size_t i;
    if (clerk_list(ui->s, &all) != ERR_OK)
        return;
    json_array_foreach(all, i, one) wfield_option(wf, js_str(one, "name"), js_str(one, "name"));
    json_decref(all);
}

static void add_hint(struct wfield *wf, const struct field *fd)
{
    static const char *const forms[FIELD_TYPES] = {
        [FIELD_DATE] = N_("Date: 20220520 or 0520; a full stop is today."),
        [FIELD_TIME] = N_("Time: 0900; a full stop is now."),
        [FIELD_DATETIME] = N_("Day and time: 05200900, or 0900 for today; a full stop is now."),
        [FIELD_PERSON] = N_("ID number, name or pinyin initials; Enter takes the one marked."),
        [FIELD_ITEM] = N_("Name, initials, department or number; Enter takes the one marked."),
        [FIELD_MULTI] = N_("Each digit turns one on or off; Enter goes on."),
    };
    const char *form = forms[fd->type] ? _(forms[fd->type]) : "";
    char text[400], range[64] = "";
    if (fd->has_low && fd->has_high)
        snprintf(range, sizeof range, _("From %.10g to %.10g."), fd->low, fd->high);
    snprintf(text, sizeof text, "%s%s%s%s", fd->hint, *fd->hint && (*form || *range) ? " " : "",
             range, form);
    utf8_trim(text);
    wfield_hint(wf, text);
}

static void put_default(struct wfield *wf, const struct field *fd, json_t *value)
{
    if (value && json_is_string(value) && wf->kind == W_TEXT) {
        char text[CLOCK_TEXT * 2];
        asform_time(fd->type, json_string_value(value), text, sizeof text);
        edit_set(&wf->edit, text);
    } else if (value && json_is_number(value)) {
        char *text = form_show(fd, value);
        edit_set(&wf->edit, text);
        free(text);
    } else if (value) {
        wfield_set(wf, value);
    }
    json_decref(value);
}

/* "365" is 36.5 where one place is implied: so many digits are a whole number of it. */
static size_t whole_digits(const struct field *fd)
{
    char high[32];
    return fd->point ? (size_t)(snprintf(high, sizeof high, "%.0f", fd->high) + fd->point) : 0;
}

static void add_default(struct ui *ui, struct wfield *wf, const struct field *fd)
{
    put_default(wf, fd, form_default(fd, ui->s->j.clerk));
}

static void add_one(struct ui *ui, struct wform *w, const struct field *fd, const char *prefix)
{
    char name[96], label[200];
    int max = shapes[fd->type].max;
    if (fd->type == FIELD_TEXT && fd->max > 0)
        max = fd->max;
    snprintf(label, sizeof label, *fd->unit ? "%s (%s)" : "%s", fd->label, fd->unit);
    utf8_trim(label);
    struct wfield *wf =
        wform_add(w, shapes[fd->type].kind, named(name, prefix, fd->id), label, max);
    wf->required = fd->required;
    wf->digits = whole_digits(fd);
    for (size_t i = 0; i < fd->n_choices && wf->kind != W_BOOL; i++)
        wfield_option(wf, fd->choices[i].id, fd->choices[i].label);
    if (fd->type == FIELD_STAFF)
        add_clerks(ui, wf);
    add_hint(wf, fd);
    add_default(ui, wf, fd);
}

/* A line that only shows what is calculated, or what the default is. */
static void add_shown(struct ui *ui, struct wform *w, const struct field *fd, const char *prefix)
{
    char name[96], line[TEXT_MAX * 2];
    json_t *value = fd->calculate ? NULL : form_default(fd, ui->s->j.clerk);
    char *text = form_show(fd, value);
    snprintf(line, sizeof line, value ? "%s: %s" : "%s", fd->label, text);
    utf8_trim(line);
    wform_add(w, W_NOTE, named(name, prefix, fd->id), line, TEXT_MAX);
    json_decref(value);
    free(text);
}

/* Defaults by expression may name the defaults before them. */
static void add_reckoned(struct ui *ui, struct wform *w, const struct form *f, const char *prefix)
{
    for (size_t i = 0; i < f->n_fields; i++) {
        struct wfield *wf = screen_field(w, prefix, f->fields[i].id);
        if (!f->fields[i].initial || !wf || wf->kind == W_NOTE)
            continue;
        json_t *values = so_far(w, f, prefix);
        put_default(wf, &f->fields[i], form_default_of(f, &f->fields[i], values, ui->s->j.clerk));
        json_decref(values);
    }
}

void asform_add(struct ui *ui, struct wform *w, const struct form *f, const char *prefix)
{
    for (size_t i = 0; i < f->n_fields; i++)
        if (f->fields[i].read_only)
            add_shown(ui, w, &f->fields[i], prefix);
        else if (f->fields[i].type != FIELD_EXCUSES) /* a round asks for them */
            add_one(ui, w, &f->fields[i], prefix);
    add_reckoned(ui, w, f, prefix);
    asform_relevant(w, f, prefix);
}

void asform_add_field(struct ui *ui, struct wform *w, const struct form *f, const char *id,
                      const char *prefix)
{
    const struct field *fd = form_field(f, id);
    if (fd)
        add_one(ui, w, fd, prefix);
}

/* ---- checking ---- */

/* What the model is given for a typed field. */
static void model_text(const struct field *fd, const char *typed, char *out, size_t size)
{
    char shown[CLOCK_TEXT * 2];
    snprintf(out, size, "%s", typed);
    if (fd->point && strlen(typed) == whole_digits(fd) &&
        strspn(typed, "0123456789") == whole_digits(fd)) {
        snprintf(out, size, "%.*s.%s", (int)strlen(typed) - fd->point, typed,
                 typed + strlen(typed) - (size_t)fd->point);
        return;
    }
    if (fd->type != FIELD_DATE && fd->type != FIELD_TIME && fd->type != FIELD_DATETIME)
        return;
    asform_time(fd->type, typed, shown, sizeof shown);
    if (fd->type == FIELD_DATETIME && strlen(shown) == 16 && shown[10] == ' ')
        snprintf(out, size, "%.10sT%.5s:00+08:00", shown, shown + 11);
    else
        snprintf(out, size, "%s", shown);
}

static enum err typed_value(const struct field *fd, struct wfield *wf, json_t **value)
{
    char text[TEXT_MAX * 4 + 64];
    model_text(fd, wfield_text(wf), text, sizeof text);
    return form_check_text(fd, text, value);
}

static json_t *picked_value(const struct field *fd, const struct wfield *wf)
{
    if (wf->picked)
        return fd->type == FIELD_PERSON ? json_pack("{s:s}", "ref", wf->picked)
                                        : json_string(wf->picked);
    if (wf->edit.len == 0)
        return json_null();
    return fd->type == FIELD_PERSON ? json_pack("{s:s}", "name", wfield_text(wf))
                                    : json_string(wfield_text(wf));
}

/* Every item of a checklist that was ticked was seen. */
static json_t *ticked_value(const struct wfield *wf)
{
    json_t *all = json_array();
    for (size_t i = 0; i < wf->n_options; i++)
        if (wf->marks >> i & 1)
            json_array_append_new(all, json_pack("{s:s,s:s,s:n}", "paper", wf->options[i].id,
                                                 "state", "original_seen", "until"));
    return all;
}

static enum err value_of(const struct field *fd, struct wfield *wf, json_t **value)
{
    *value = NULL;
    if (wf->kind == W_TEXT)
        return typed_value(fd, wf, value);
    if (wf->kind == W_PICK)
        *value = picked_value(fd, wf);
    else if (fd->type == FIELD_CHECKLIST)
        *value = ticked_value(wf);
    else
        *value = wfield_value(wf);
    if (json_is_array(*value) && json_array_size(*value) == 0) {
        json_decref(*value);
        *value = json_null();
    }
    return ERR_OK;
}

static void show_error(struct wfield *wf, const struct field *fd, enum err code)
{
    const char *own = fd && *fd->message && code == ERR_CONSTRAINT ? fd->message : NULL;
    wfield_error(wf, own ? own : err_what(code));
}

/* Values of all fields that read well; the others are null. */
static json_t *so_far(struct wform *w, const struct form *f, const char *prefix)
{
    json_t *all = json_object();
    for (size_t i = 0; i < f->n_fields; i++) {
        struct wfield *wf = screen_field(w, prefix, f->fields[i].id);
        json_t *value = NULL;
        if (!wf || wf->hidden || wf->kind == W_NOTE ||
            value_of(&f->fields[i], wf, &value) != ERR_OK)
            continue;
        json_object_set_new(all, f->fields[i].id, value);
    }
    return all;
}

/* "Sum (yuan): 12.5", and the value for the fields behind it. */
static void show_calculated(const struct form *f, const struct field *fd, struct wfield *wf,
                            json_t *values)
{
    char line[TEXT_MAX * 2];
    json_t *value = form_calculated(f, fd, values);
    char *text = json_is_null(value) ? mem_strdup("") : form_show(fd, value);
    snprintf(line, sizeof line, *fd->unit ? "%s (%s): %s" : "%s%s: %s", fd->label, fd->unit, text);
    utf8_trim(line);
    edit_set(&wf->edit, text);
    free(wf->label);
    wf->label = mem_strdup(line);
    json_object_set_new(values, fd->id, value);
    free(text);
}

void asform_relevant(struct wform *w, const struct form *f, const char *prefix)
{
    json_t *values = so_far(w, f, prefix);
    for (size_t i = 0; i < f->n_fields; i++) {
        const struct field *fd = &f->fields[i];
        struct wfield *wf = screen_field(w, prefix, fd->id);
        if (wf && fd->relevant)
            wf->hidden = !form_relevant(f, fd, values);
        if (wf && wf->kind == W_NOTE && fd->calculate && !wf->hidden)
            show_calculated(f, fd, wf, values);
    }
    json_decref(values);
}

bool asform_left(struct wform *w, const struct form *f, const char *prefix, struct wfield *wf)
{
    const struct field *fd = model_field(f, prefix, wf);
    json_t *value = NULL;
    if (!fd)
        return true;
    enum err rc = value_of(fd, wf, &value);
    json_decref(value);
    if (rc != ERR_OK) {
        show_error(wf, fd, rc);
        ui_error(w->with, rc); /* beside the field there may be no room for all of it */
        return false;
    }
    char shown[CLOCK_TEXT * 2];
    wfield_error(wf, NULL);
    if (fd->type == FIELD_DATE || fd->type == FIELD_TIME || fd->type == FIELD_DATETIME) {
        asform_time(fd->type, wfield_text(wf), shown, sizeof shown);
        edit_set(&wf->edit, shown);
    } else if (fd->point) {
        char text[TEXT_MAX];
        model_text(fd, wfield_text(wf), text, sizeof text);
        edit_set(&wf->edit, text);
    }
    asform_relevant(w, f, prefix);
    return true;
}

bool asform_put(struct wform *w, const struct form *f, const char *prefix, const char *id,
                const json_t *value)
{
    const struct field *fd = form_field(f, id);
    struct wfield *wf = screen_field(w, prefix, id);
    json_t *old = wf ? wfield_value(wf) : NULL, *checked = NULL;
    if (!fd || !wf || wf->hidden || (wf->kind == W_BOOL && !json_is_boolean(value)))
        goto none;
    if (wf->kind == W_TEXT) {
        char *text = form_show(fd, value);
        edit_set(&wf->edit, text);
        free(text);
    } else {
        wfield_set(wf, value);
    }
    enum err rc = value_of(fd, wf, &checked);
    if (rc != ERR_OK || json_is_null(checked)) {
        wfield_set(wf, old);
        goto none;
    }
    json_decref(checked);
    json_decref(old);
    wfield_error(wf, NULL);
    wf->touched = false;
    return true;
none:
    json_decref(checked);
    json_decref(old);
    return false;
}

bool asform_error(struct wform *w, const char *prefix, enum err code)
{
    char id[96];
    snprintf(id, sizeof id, "%s", err_field());
    const char *tail = strrchr(id, '.') ? strrchr(id, '.') + 1 : id;
    struct wfield *wf = screen_field(w, prefix, id);
    if (!wf)
        wf = screen_field(w, prefix, tail);
    if (!wf)
        wf = wform_field(w, id);
    if (!wf)
        wf = wform_field(w, tail);
    if (!wf || wf->hidden)
        return false;
    wfield_error(wf, err_what(code));
    wform_go(w, wf->id);
    return true;
}

json_t *asform_values(struct wform *w, const struct form *f, const char *prefix)
{
    json_t *all = json_object();
    struct wfield *first = NULL;
    for (size_t i = 0; i < f->n_fields; i++) {
        const struct field *fd = &f->fields[i];
        struct wfield *wf = screen_field(w, prefix, fd->id);
        json_t *value = NULL;
        if (!wf || wf->hidden || fd->read_only)
            continue;
        enum err rc = value_of(fd, wf, &value);
        if (rc == ERR_OK && fd->required && json_is_null(value))
            rc = ERR_FIELD_REQUIRED;
        if (rc != ERR_OK) {
            show_error(wf, fd, rc);
            ui_error(w->with, rc); /* beside the field there may be no room for all of it */
            first = first ? first : wf;
            json_decref(value);
        } else {
            json_object_set_new(all, fd->id, value);
        }
    }
    if (!first)
        return all;
    wform_go(w, first->id);
    json_decref(all);
    return NULL;
}

/* ---- late entries ---- */

#define AT "when."

/* The check of staff has such a field: one definition serves. */
static const struct form *at_form(struct ui *ui)
{
    struct form *f = NULL;
    return site_form(ui->s, "staff", &f) == ERR_OK && form_field(f, "at") ? f : NULL;
}

void asform_add_at(struct ui *ui, struct wform *w)
{
    const struct form *f = at_form(ui);
    if (f)
        asform_add_field(ui, w, f, "at", AT);
}

bool asform_left_at(struct ui *ui, struct wform *w, struct wfield *wf)
{
    const struct form *f = at_form(ui);
    if (strcmp(wf->id, AT "at") != 0 || !f)
        return false;
    asform_left(w, f, AT, wf);
    return true;
}

bool asform_take_at(struct ui *ui, struct wform *w, json_t *in)
{
    const struct form *f = at_form(ui);
    json_t *values = f ? asform_values(w, f, AT) : json_object();
    if (!values)
        return false;
    if (js_str(values, "at"))
        js_set_str(in, "at", js_str(values, "at"));
    json_decref(values);
    return true;
}

/* ---- in hand ---- */

void asform_keep(struct ui *ui, const struct wform *w, const char *name)
{
    if (wform_empty(w)) {
        draft_drop(ui->s, name);
        return;
    }
    json_t *values = wform_values(w);
    enum err rc = draft_keep(ui->s, name, values);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    json_decref(values);
}

unsigned asform_key(struct ui *ui, struct wform *w, uint32_t key, const char *end)
{
    unsigned did = wform_key(w, key);
    if (did & WFORM_FULL)
        ui_warn(ui, "%s", err_what(ERR_TOO_LONG));
    if (did & WFORM_CHANGED)
        ui_typed(ui);
    if (did & WFORM_END)
        ui_say(ui, "%s", end);
    return did ? UI_HANDLED : UI_IGNORED;
}

void asform_draw(struct ui *ui, struct wform *w, struct area where)
{
    const struct wfield *wf = wform_current(w);
    wform_draw(w, where);
    if (wf && wf->kind == W_PICK && w->found && json_array_size(w->found) == 0)
        ui_hint(ui, _("Nothing found."));
    else if (wf)
        ui_hint(ui, wf->error ? wf->error : wf->hint);
}

json_t *asform_person(const struct wform *w, const char *prefix)
{
    static const char *const parts[] = {"name", "id_no", "phone", "address"};
    json_t *person = json_object();
    bool any = false;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const struct wfield *wf = screen_field(w, prefix, parts[i]);
        if (!wf || wf->edit.len == 0)
            continue;
        js_set_str(person, parts[i], wfield_text(wf));
        any = true;
    }
    if (any)
        return person;
    json_decref(person);
    return NULL;
}
