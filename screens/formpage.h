/* What every page on which a form is filled in does alike: F2, F8, Esc, and a draft that stays
 * until it is saved or thrown away. */
#ifndef SCREENS_FORMPAGE_H
#define SCREENS_FORMPAGE_H

#include "screens/ui.h"
#include "screens/widgets/wform.h"

struct formpage {
    void (*save)(struct ui *ui); /* F2 */
    void (*back)(struct ui *ui); /* Esc; the draft is kept by then */
    prompt_done *empty;          /* F8 has asked; see formpage_emptied */
    const char *end;             /* N_(): said behind the last field */
};

unsigned formpage_key(struct ui *ui, struct wform *w, const struct formpage *page, uint32_t key);
/* The draft `name` comes back into the form, and the clerk is told. False: there is none. */
bool formpage_restore(struct ui *ui, struct wform *w, const char *name);
/* It goes: what was typed is saved, or thrown away. */
void formpage_drop(struct ui *ui, const char *name);
/* True when F8's question was answered with yes: the draft `name` is gone, the form is to be built
 * anew. */
bool formpage_emptied(struct ui *ui, const char *answer, const char *name);

#endif
