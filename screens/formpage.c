/* Owns the keys that every form answers alike and the way of its draft. Invariant: Esc loses
 * nothing that was typed; only F8 with a yes, or what was saved, ends a draft. */
#include "screens/formpage.h"

#include "kiosk/desk/draft.h"
#include "screens/asform.h"

unsigned formpage_key(struct ui *ui, struct wform *w, const struct formpage *page, uint32_t key)
{
    switch (key) {
    case K_F2: page->save(ui); return UI_RELOAD;
    case K_F8:
        ui_ask_keys(ui, _("Throw away what was typed? y/n"), "yn", page->empty);
        return UI_HANDLED;
    case K_ESC:
        wform_leave(w);
        if (ui->draft_due)
            ui_keep(ui);
        page->back(ui);
        return UI_RELOAD;
    default: return asform_key(ui, w, key, _(page->end));
    }
}

bool formpage_restore(struct ui *ui, struct wform *w, const char *name)
{
    json_t *values = NULL;
    if (draft_find(ui->s, name, &values) != ERR_OK)
        return false;
    wform_load(w, values);
    json_decref(values);
    ui_say(ui, "%s", _("Your draft is back."));
    return true;
}

void formpage_drop(struct ui *ui, const char *name)
{
    ui->draft_due = 0;
    draft_drop(ui->s, name);
}

bool formpage_emptied(struct ui *ui, const char *answer, const char *name)
{
    if (!answer || *answer != 'y')
        return false;
    formpage_drop(ui, name);
    return true;
}
