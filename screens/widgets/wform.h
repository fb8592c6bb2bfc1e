/* A form on the screen: fields one below the other, each with its error beside it. Knows nothing of
 * the model: what a value means, the owner tells by the two hooks. All texts are copied. */
#ifndef SCREENS_WIDGETS_WFORM_H
#define SCREENS_WIDGETS_WFORM_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "screens/widgets/edit.h"
#include "screens/widgets/paint.h"

enum wkind {
    W_TEXT,      /* typed: text, name, ID number, phone, number, date, time */
    W_CHOICE,    /* one of options: by its digit, or left and right */
    W_BOOL,      /* yes or no: options "true" and "false", by y or 1, n or 0 */
    W_MULTI,     /* some of options: each digit turns one on and off */
    W_CHECKLIST, /* a list of items, each in one of the states (options), by its digit */
    W_PICK,      /* typed, found in a list that the owner gives, chosen with Enter */
    W_NOTE       /* a line that is only shown */
};

struct woption {
    char *id, *label;
};

struct wfield {
    char *id, *label, *hint;
    enum wkind kind;
    bool required, hidden;
    struct woption *options, *items;
    size_t n_options, n_items;
    /* what was entered */
    struct edit edit; /* text, pick */
    int chosen;       /* choice: index or -1 */
    uint64_t marks;   /* multi */
    int *states;      /* checklist: index of options or -1, one an item */
    size_t item;      /* checklist: where the cursor stands */
    char *picked;     /* pick: the id chosen, NULL while it is only text */
    char *error;      /* shown beside it, NULL when none */
    char *note;       /* shown beside it when there is no error, NULL when none */
    size_t digits; /* a text of so many digits and nothing else goes on by itself; 0: none does */
    bool touched;  /* changed since the cursor came */
    int row;       /* first row inside the form, as laid out last */
    int height;
};

struct wform {
    struct wfield **fields;
    size_t n, cur;
    int top;       /* first row shown */
    int label;     /* columns of the labels */
    json_t *found; /* candidates of the pick field in hand: [{"id","label"}] */
    size_t mark;   /* the one that Enter takes */
    /* The cursor leaves a field that was changed (or was picked): check it, fill others. */
    void (*left)(void *with, struct wform *f, struct wfield *fd);
    /* Candidates for what was typed into a pick field: a new array of {"id","label"}. */
    json_t *(*find)(void *with, struct wfield *fd, const char *text);
    void *with;
};

enum wform_did {
    WFORM_IGNORED = 0,
    WFORM_HANDLED = 1,
    WFORM_CHANGED = 2, /* a value changed: a draft is due */
    WFORM_LEFT = 4,    /* a field was left */
    WFORM_FULL = 8,    /* the text is at its longest: a character was refused */
    WFORM_END = 16     /* Enter on the last field: nothing below */
};

struct wform *wform_new(void *with);
void wform_free(struct wform *f);
/* Adds a field. max: code points of a typed one. */
struct wfield *wform_add(struct wform *f, enum wkind kind, const char *id, const char *label,
                         int max);
void wfield_option(struct wfield *fd, const char *id, const char *label);
void wfield_item(struct wfield *fd, const char *id, const char *label);
void wfield_items_clear(struct wfield *fd);
void wfield_options_clear(struct wfield *fd);
void wfield_hint(struct wfield *fd, const char *hint);
/* NULL takes it away. */
void wfield_error(struct wfield *fd, const char *text);
void wfield_note(struct wfield *fd, const char *text);
struct wfield *wform_field(const struct wform *f, const char *id); /* NULL: none */
struct wfield *wform_current(const struct wform *f);               /* NULL: empty form */
/* Puts the cursor on a field (by id), e.g. on the first one with an error. */
void wform_go(struct wform *f, const char *id);
/* Leaves the current field as if the cursor went: its hook runs. */
void wform_leave(struct wform *f);

/* A value as JSON: text or pick without choice: string (null when empty); a picked one
 * {"pick":ID,"text":..}; choice: string or null; multi: array; checklist: {ITEM: STATE}. */
json_t *wfield_value(const struct wfield *fd);
void wfield_set(struct wfield *fd, const json_t *value);
const char *wfield_text(const struct wfield *fd);   /* typed text, "" when none */
const char *wfield_choice(const struct wfield *fd); /* id chosen, NULL when none */
/* All values of fields that are not notes, as an object: a draft. */
json_t *wform_values(const struct wform *f);
/* True when nothing was entered. */
bool wform_empty(const struct wform *f);
void wform_load(struct wform *f, const json_t *values);

unsigned wform_key(struct wform *f, uint32_t key);
void wform_draw(struct wform *f, struct area where);

#endif
