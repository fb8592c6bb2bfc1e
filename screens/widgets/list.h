/* A list: a marker moves, nothing else is drawn anew; the page turns when the marker leaves it. */
#ifndef SCREENS_WIDGETS_LIST_H
#define SCREENS_WIDGETS_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "screens/widgets/paint.h"

struct list {
    size_t count, cur, top;
    int rows; /* as drawn last */
};

/* After the rows changed: keeps the marker inside. */
void list_count(struct list *l, size_t count);
/* True when the key was one of the list's. */
bool list_key(struct list *l, uint32_t key);
/* `row` draws item i at a screen row, from column col, `width` columns. */
void list_draw(struct list *l, struct area where, bool focus,
               void (*row)(void *with, size_t i, struct area where), void *with);

/* A table is a list whose rows have columns at fixed places. */
struct column {
    const char *title; /* N_() */
    int width;         /* columns on the screen; 0: the rest */
};
/* Draws headings (when heads) and the list below; `cell` gives the text of row i, column c: it may
 * use `out` (256 bytes) or return a string of its own. */
struct table {
    struct list list;
    const struct column *columns;
    size_t n_columns;
    const char *(*cell)(void *with, size_t i, size_t c, char *out);
    void *with;
};
/* The table of a static array of columns. */
#define TABLE_OF(columns_, cell_, with_)                                                           \
    ((struct table){.columns = (columns_),                                                         \
                    .n_columns = sizeof(columns_) / sizeof(columns_)[0],                           \
                    .cell = (cell_),                                                               \
                    .with = (with_)})
void table_draw(struct table *t, struct area where, bool focus);

#endif
