/* What the parts of the bookings' screen share. */
#ifndef SCREENS_BOOKINGS_H
#define SCREENS_BOOKINGS_H

#include "screens/ui.h"
#include "screens/widgets/list.h"
#include "screens/widgets/wform.h"

enum { BOOKINGS_DAY, BOOKINGS_TAKE };

struct bookings {
    char known[ENTRY_ID]; /* asked: the same as who booked? */
    struct ui *ui;        /* for the table's cells */
    int64_t day;          /* its first ms */
    json_t *rows; /* {"from","slot":{..}?,"booking":{..}?}: as they stand below each other */
    struct table table;
    char moving[ENTRY_ID]; /* being moved to the half hour that is marked; "": none */
    /* one being taken */
    struct wform *form;
    int64_t from, hold;
};

/* Holds the half hour and opens the form for it (bookings_take.c). */
void bookings_take(struct ui *ui, int64_t from);
void bookings_take_draw(struct ui *ui, struct area body);
unsigned bookings_take_key(struct ui *ui, uint32_t key);
/* Lets the held place go, whatever was typed. */
void bookings_let_go(struct ui *ui);

#endif
