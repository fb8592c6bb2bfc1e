/* Owns what readers and scanners put into the form at the door. Invariant: a reading is of the
 * person in the form or of nobody named; what the clerk typed stands; the cursor is not taken from
 * under a clerk's fingers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "screens/asform.h"
#include "screens/triage.h"

#define BURST_MS 40 /* between two keys of a scanner at most (widgets/key.c), and a little */

/* ---- whose a value is ---- */

static bool is_empty(const struct wfield *wf)
{
    return wf->edit.len == 0 && wf->chosen < 0;
}

/* The reader's note about a field, while its value is the reader's. */
static const json_t *given(struct triage *t, const struct wfield *wf)
{
    const json_t *one = js_get(t->given, wf->id);
    json_t *now = wfield_value(wf);
    bool same = one && json_equal(json_object_get(one, "value"), now);
    json_decref(now);
    return same ? one : NULL;
}

const char *triage_note(struct ui *ui, const struct wfield *wf)
{
    return js_str(given(ui_state(ui), wf), "note");
}

json_t *triage_devices(struct ui *ui)
{
    struct triage *t = ui_state(ui);
    json_t *seen = json_object(), *all = json_array(), *one;
    const char *id;
    for (size_t i = 0; i < t->form->n; i++) {
        const char *device = js_str(given(t, t->form->fields[i]), "device");
        if (device)
            js_set_int(seen, device, 1);
    }
    json_object_foreach(seen, id, one) json_array_append_new(all, json_string(id));
    json_decref(seen);
    if (json_array_size(all))
        return all;
    json_decref(all);
    return NULL;
}

static void give(struct triage *t, const struct wfield *wf, const struct reading *r)
{
    char note[160], at[CLOCK_TEXT];
    snprintf(note, sizeof note, "%s %s", r->title, clock_hhmm(clock_now(), at));
    utf8_trim(note);
    json_object_set_new(
        t->given, wf->id,
        json_pack("{s:o,s:s,s:s}", "value", wfield_value(wf), "device", r->device, "note", note));
}

/* ---- filled in ---- */

static struct wfield *person_field(struct triage *t, const char *part)
{
    char id[40];
    snprintf(id, sizeof id, "person.%s", part);
    return wform_field(t->form, id);
}

/* True when the reading names somebody else than the form. */
static bool of_another(struct triage *t, const struct reading *r)
{
    const char *id_no = js_str(r->person, "id_no");
    const struct wfield *wf = person_field(t, "id_no");
    return id_no && wf && wf->edit.len && strcasecmp(id_no, wfield_text(wf)) != 0;
}

static void fill_person(struct ui *ui, const struct reading *r)
{
    static const char *const parts[] = {"id_no", "name", "phone", "address"};
    struct triage *t = ui_state(ui);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const char *value = js_str(r->person, parts[i]);
        struct wfield *wf = person_field(t, parts[i]);
        if (!value || !wf || wf->edit.len)
            continue;
        edit_set(&wf->edit, value);
        give(t, wf, r);
        triage_left(ui, wf);
    }
}

/* What the reader would have said, beside what the clerk typed. */
static void note_other(struct wfield *wf, const struct field *fd, const json_t *value,
                       const struct reading *r)
{
    char note[200], *text = form_show(fd, value);
    json_t *typed = wfield_value(wf);
    bool same = json_equal(typed, value) ||
                (json_is_string(typed) && strcmp(json_string_value(typed), text) == 0);
    snprintf(note, sizeof note, "%s: %s", r->title, text);
    utf8_trim(note);
    if (!same)
        wfield_note(wf, note);
    json_decref(typed);
    free(text);
}

static void fill_facts(struct ui *ui, const struct reading *r)
{
    struct triage *t = ui_state(ui);
    const struct form *facts = triage_facts(ui);
    const char *key;
    json_t *value;
    char id[96];
    if (!facts)
        return;
    json_object_foreach((json_t *)(uintptr_t)r->facts, key, value)
    {
        snprintf(id, sizeof id, "facts.%s", key);
        struct wfield *wf = wform_field(t->form, id);
        const struct field *fd = form_field(facts, key);
        if (!wf || !fd)
            continue; /* the policy in force does not ask for it */
        if (!is_empty(wf) && !given(t, wf)) {
            note_other(wf, fd, value, r);
        } else if (asform_put(t->form, facts, "facts.", key, value)) {
            give(t, wf, r);
            triage_left(ui, wf);
        }
    }
}

/* ---- the cursor ---- */

static bool is_fact(const struct wfield *wf)
{
    return strncmp(wf->id, "facts.", 6) == 0;
}

/* To the name of somebody new, else to the first fact that is not known. */
static void go_on(struct triage *t)
{
    const struct wfield *id_no = person_field(t, "id_no"), *name = person_field(t, "name");
    const struct wfield *to = NULL;
    if (id_no && id_no->error)
        to = id_no;
    else if (id_no && id_no->edit.len && name && name->edit.len == 0)
        to = name;
    for (size_t i = 0; !to && i < t->form->n; i++)
        if (is_fact(t->form->fields[i]) && !t->form->fields[i]->hidden &&
            is_empty(t->form->fields[i]))
            to = t->form->fields[i];
    if (to)
        wform_go(t->form, to->id);
}

void triage_heard(struct ui *ui, const struct reading *r, bool scan)
{
    struct triage *t = ui_state(ui);
    const struct wfield *here = wform_current(t->form);
    if (ui->places[ui->depth].page != TRIAGE_FORM || t->frozen)
        return;
    if (of_another(t, r)) {
        ui_warn(ui, _("%s: this is somebody else than in the form. F8 empties it first."),
                r->title);
        return;
    }
    bool typing = here && (here->touched || is_fact(here));
    fill_person(ui, r);
    fill_facts(ui, r);
    ui_typed(ui);
    if (scan || (!typing && json_object_size(r->person)))
        go_on(t);
}

void triage_reading(struct ui *ui, const struct reading *r)
{
    triage_heard(ui, r, false);
}

/* ---- a scanner that types ---- */

static void remember(struct triage *t)
{
    const struct wfield *here = wform_current(t->form);
    json_decref(t->before);
    t->before = wform_values(t->form);
    snprintf(t->before_at, sizeof t->before_at, "%s", here ? here->id : "");
}

/* The form as it was before the scanner began: what it typed may have gone into any field. */
static void undo(struct triage *t)
{
    for (size_t i = 0; i < t->form->n; i++)
        wfield_error(t->form->fields[i], NULL);
    wform_load(t->form, t->before);
    wform_go(t->form, t->before_at);
    for (size_t i = 0; i < t->form->n; i++)
        t->form->fields[i]->touched = false;
}

static bool began_in_text(struct triage *t)
{
    const struct wfield *wf = wform_field(t->form, t->before_at);
    return wf && wf->kind == W_TEXT && !is_fact(wf);
}

static bool end_scan(struct ui *ui)
{
    struct triage *t = ui_state(ui);
    struct device *device;
    struct reading reading;
    json_t *said;
    if (!t->before)
        return false;
    if (readers_typed(ui, ui->scanned ? ui->scanned : "", &device, &said, &reading)) {
        undo(t);
        triage_heard(ui, &reading, true);
        json_decref(said);
        device_free(device);
        return true;
    }
    if (began_in_text(t))
        return false; /* it is a text, and goes on as with Enter */
    undo(t);
    ui_warn(ui, "%s", _("This scan says nothing that the form asks: nothing was filled in."));
    return true;
}

bool triage_scanned(struct ui *ui, uint32_t key)
{
    struct triage *t = ui_state(ui);
    int64_t now = clock_mono();
    bool first = now - t->key_at > BURST_MS || key >= K_NONE;
    t->key_at = now;
    if (key == K_SCAN)
        return end_scan(ui);
    if (first)
        remember(t);
    return false;
}

void triage_scan_next(struct ui *ui)
{
    struct triage *t = ui_state(ui);
    struct device *device;
    struct reading reading;
    json_t *said;
    bool back = t->back; /* then the screen opens anew, with its draft: the scan is not for that */
    triage_next(ui);
    if (back || !ui->scanned)
        return;
    if (readers_typed(ui, ui->scanned, &device, &said, &reading)) {
        triage_heard(ui, &reading, true);
        json_decref(said);
        device_free(device);
    } else {
        ui_warn(ui, "%s", _("This scan says nothing that the form asks: nothing was filled in."));
    }
}

/* ---- how they are ---- */

void triage_draw_readers(struct ui *ui, int row, int col, int cols)
{
    static const char *const words[] = {
        [READER_GOOD] = N_("is listening"),
        [READER_BABBLES] = N_("sends nothing readable: enter by hand"),
        [READER_GONE] = N_("does not answer: enter by hand"),
    };
    char text[200];
    const char *title;
    enum reader_state state;
    for (size_t i = 0; cols > 0 && readers_at(ui, i, &title, &state); i++) {
        snprintf(text, sizeof text, "%s %s", title, _(words[state]));
        utf8_trim(text);
        int used =
            paint_text(row, col, cols, state == READER_GOOD ? PAINT_PLAIN : PAINT_BOLD, text);
        col += used + 2;
        cols -= used + 2;
    }
}
