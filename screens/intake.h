/* The parts of the form that takes a case in: persons, channel, papers. Its fields are found by
 * their ids: person, person.*, item, channel, skip.CHANNEL, agent, agent.who, agent.*, relation,
 * until, papers, follow, scope, note. */
#ifndef SCREENS_INTAKE_H
#define SCREENS_INTAKE_H

#include "screens/ui.h"
#include "screens/widgets/wform.h"

/* The item that is picked, NULL while there is none; borrowed. */
const json_t *intake_item(struct ui *ui, const struct wform *w);

/* intake_channel.c */
void intake_add_skips(struct ui *ui, struct wform *w);
/* The item's channels in the policy's order. */
void intake_set_channels(struct ui *ui, struct wform *w, const json_t *item);
/* A reason is asked for each channel that stands before the chosen one. */
void intake_set_skips(struct wform *w);
/* [{"channel","reason"}], owned by the caller. */
json_t *intake_skipped(const struct wform *w);

/* intake_paper.c */
void intake_set_papers(struct wform *w, const json_t *item, bool agent);
/* The day on which missing papers follow is asked for where one may follow and is missing. */
void intake_set_follow(struct wform *w, const json_t *item);
/* [{"paper","state","until"}], owned by the caller. */
json_t *intake_papers(const struct wform *w, const json_t *item);

/* intake_person.c: `who` is the field that picks somebody known, `prefix` that of the typed ones.
 */
void intake_add_person(struct ui *ui, struct wform *w, const char *who, const char *label,
                       const char *prefix);
struct wfield *intake_part(const struct wform *w, const char *prefix, const char *name);
void intake_set_person(struct wform *w, const char *who, const char *prefix, bool shown);
void intake_set_known(struct ui *ui, struct wfield *pick, const char *id);
void intake_left_who(struct ui *ui, struct wform *w, struct wfield *pick, const char *prefix);
void intake_left_part(struct ui *ui, struct wform *w, struct wfield *wf, const char *prefix);
json_t *intake_person(const struct wform *w, const char *who, const char *prefix);

/* intake_twin.c: open cases of the same person and item; NULL: none. Owned by the caller. */
json_t *intake_twins(struct ui *ui, const struct wform *w);
void intake_draw_twins(const json_t *rows, const struct wform *w, struct area at);
/* Their ids: the decision that this is another case. */
json_t *intake_told_apart(const json_t *rows);
/* Item, channel and reasons of the last case, as a form's values; NULL: there is none. */
json_t *intake_last(struct ui *ui);

/* intake_way.c: done elsewhere. The channel (NULL: the item has none such) and the address. */
const char *intake_way(struct ui *ui, const struct wform *w);
const char *intake_address(struct ui *ui, const struct wform *w);
void intake_draw_way(struct ui *ui, const struct wform *w, struct area body);
/* Enters that the way was shown; false: it was refused, and said so. */
bool intake_close_visit(struct ui *ui, const struct wform *w);

#endif
