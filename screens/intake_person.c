/* Owns whose case it is and who acts. Invariant: who is known is picked, not typed again; what is
 * typed begins a new person. */
#include "screens/intake.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/desk/view.h"
#include "screens/asform.h"

static const char *const parts[] = {"id_no", "name", "phone", "address"};
#define PARTS (sizeof parts / sizeof parts[0])

struct wfield *intake_part(const struct wform *w, const char *prefix, const char *name)
{
    char id[48];
    snprintf(id, sizeof id, "%s%s", prefix, name);
    return wform_field(w, id);
}

/* Who is known needs no typing: the typed fields are there only for somebody new. */
void intake_set_person(struct wform *w, const char *who, const char *prefix, bool shown)
{
    const struct wfield *pick = wform_field(w, who);
    for (size_t i = 0; i < PARTS; i++) {
        struct wfield *wf = intake_part(w, prefix, parts[i]);
        if (wf)
            wf->hidden = !shown || pick->picked;
    }
}

static bool is_number(const char *text)
{
    return strspn(text, "0123456789xX ") == strlen(text) && strlen(text) >= 6;
}

void intake_set_known(struct ui *ui, struct wfield *pick, const char *id)
{
    json_t *known = NULL;
    if (view_person(ui->s, id, &known) != ERR_OK)
        return;
    const char *name = js_str(known, "name");
    json_t *value = json_pack("{s:s,s:s}", "pick", id, "text", name ? name : id);
    wfield_set(pick, value);
    wfield_error(pick, NULL);
    wfield_note(pick, _("known person"));
    json_decref(value);
    json_decref(known);
}

/* What was typed to find somebody and found nobody begins a new person. */
void intake_left_who(struct ui *ui, struct wform *w, struct wfield *pick, const char *prefix)
{
    char id[ENTRY_ID];
    struct wfield *to;
    wfield_note(pick, pick->picked ? _("known person") : NULL);
    if (pick->picked || pick->edit.len == 0)
        return;
    if (view_person_by_id_no(ui->s, wfield_text(pick), id) == ERR_OK) {
        intake_set_known(ui, pick, id);
        return;
    }
    to = intake_part(w, prefix, is_number(wfield_text(pick)) ? "id_no" : "name");
    edit_set(&to->edit, wfield_text(pick));
    to->touched = true;
    edit_set(&pick->edit, "");
    wfield_note(pick, _("nobody known: a new person"));
}

void intake_left_part(struct ui *ui, struct wform *w, struct wfield *wf, const char *prefix)
{
    struct form *person = NULL;
    char id[ENTRY_ID];
    if (site_form(ui->s, "person", &person) != ERR_OK)
        return;
    if (wf->edit.len == 0) {
        wfield_error(wf, NULL);
        return;
    }
    struct wfield *pick = wform_field(w, *prefix == 'p' ? "person" : "agent.who");
    if (asform_left(w, person, prefix, wf) && strcmp(wf->id + strlen(prefix), "id_no") == 0 &&
        view_person_by_id_no(ui->s, wfield_text(wf), id) == ERR_OK)
        intake_set_known(ui, pick, id);
}

void intake_add_person(struct ui *ui, struct wform *w, const char *who, const char *label,
                       const char *prefix)
{
    struct form *person = NULL;
    struct wfield *pick = wform_add(w, W_PICK, who, label, 40);
    wfield_hint(pick, _("ID number, name or pinyin initials; Enter takes the one marked."));
    if (site_form(ui->s, "person", &person) != ERR_OK)
        return;
    for (size_t i = 0; i < PARTS; i++) {
        asform_add_field(ui, w, person, parts[i], prefix);
        w->fields[w->n - 1]->required = false;
    }
}

json_t *intake_person(const struct wform *w, const char *who, const char *prefix)
{
    const struct wfield *pick = wform_field(w, who);
    if (pick->picked)
        return json_pack("{s:s}", "ref", pick->picked);
    json_t *typed = asform_person(w, prefix);
    return typed ? typed : json_null();
}
