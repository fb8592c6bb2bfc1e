/* From the model's form definitions to a form on the screen, and back to values. The forms are
 * those of a screen: their `with` is the ui. */
#ifndef SCREENS_ASFORM_H
#define SCREENS_ASFORM_H

#include "kiosk/rules/form.h"
#include "screens/ui.h"
#include "screens/widgets/wform.h"

/* Adds a screen field for every field of `f`; ids get `prefix` in front. Calculated fields are
 * lines that only show; defaults (never of a health truth: only what the definition says) are
 * filled in. */
void asform_add(struct ui *ui, struct wform *w, const struct form *f, const char *prefix);
/* Adds one field of `f`. */
void asform_add_field(struct ui *ui, struct wform *w, const struct form *f, const char *id,
                      const char *prefix);
/* Shows or hides fields by what is relevant now, and shows what is calculated from them. */
void asform_relevant(struct wform *w, const struct form *f, const char *prefix);
/* Checks one field as the cursor leaves it: its error stands beside it, in words; a good value is
 * shown in its full form ("0900" becomes "09:00"). False: there is an error. */
bool asform_left(struct wform *w, const struct form *f, const char *prefix, struct wfield *wf);
/* The values as the model takes them: a new object. An error stands beside its field, the cursor
 * goes there, and NULL is returned. */
json_t *asform_values(struct wform *w, const struct form *f, const char *prefix);
/* Puts a value of the model (as a reader gave it) into the field of that id. False, and nothing
 * changed: no such field, or not a value of it. */
bool asform_put(struct wform *w, const struct form *f, const char *prefix, const char *id,
                const json_t *value);
/* Puts the error in hand beside the field that err_field() names (searched with `prefix`, then
 * without) and moves the cursor there. False: no such field. */
bool asform_error(struct wform *w, const char *prefix, enum err code);
/* Reads "0900", "20 0900", "05200900", "2022-05-20 9:00", "." (now) as the type wants it; `out`
 * takes CLOCK_TEXT*2 bytes. Anything else is copied as it is, for the model to refuse. */
void asform_time(enum field_type type, const char *typed, char *out, size_t size);

/* The field for a late entry: when it happened; empty is now. It is none of the definition's. */
void asform_add_at(struct ui *ui, struct wform *w);
/* True when this was that field, checked as the cursor leaves it. */
bool asform_left_at(struct ui *ui, struct wform *w, struct wfield *wf);
/* Its value goes into the action's input as "at". False: it does not read well and is marked. */
bool asform_take_at(struct ui *ui, struct wform *w, json_t *in);

/* Keeps what a form holds as the draft `name`; an empty form is no draft. */
void asform_keep(struct ui *ui, const struct wform *w, const char *name);
/* What a form does with a key: draft, notices. `end`: what to say behind the last field. */
unsigned asform_key(struct ui *ui, struct wform *w, uint32_t key, const char *end);
/* Draws it, and the hint or error of the field in hand. */
void asform_draw(struct ui *ui, struct wform *w, struct area where);
/* Candidates for a pick field: people and items of the site; [{"id","label","show"}]. */
json_t *asform_find_person(struct ui *ui, const char *text);
json_t *asform_find_item(struct ui *ui, const char *text);
/* A person's typed fields (prefix + id_no, name, phone, address) as the shape of cli.md; NULL when
 * all are empty. */
json_t *asform_person(const struct wform *w, const char *prefix);

#endif
