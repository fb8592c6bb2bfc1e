/* What the files of the incident's page share. */
#ifndef SCREENS_INCIDENT_H
#define SCREENS_INCIDENT_H

#include <jansson.h>

#include "kiosk/base/clock.h"
#include "screens/ui.h"
#include "screens/widgets/list.h"

#define INCIDENT_SIGNS "123456789abdefgh" /* a key for each step */

struct incident {
    json_t *all, *row, *posts; /* the open ones; the one in hand, NULL: none; whom to call */
    struct list list, steps;
    char id[ENTRY_ID];
    json_t *in;              /* the step being noted */
    char at[2 * CLOCK_TEXT]; /* when it was done, "": now */
};

/* The steps of the incident in hand, the words for one, who is to be called for it (NULL: nobody is
 * named), and whether it may be taken now. All borrowed. */
const json_t *incident_plan(const struct incident *t);
const char *incident_step_name(const json_t *step);
const json_t *incident_post(const struct incident *t, const json_t *step);
bool incident_may(const struct incident *t, const json_t *step);

/* Draws the one in hand (incident_show.c); a row of the list. */
void incident_draw(struct ui *ui, struct incident *t, struct area body);
void incident_draw_row(void *with, size_t i, struct area where);

/* Notes step i, asking for what it wants to know (incident_note.c). */
void incident_begin(struct ui *ui, size_t i);
/* Asks when the next step was done. */
void incident_ask_time(struct ui *ui);

#endif
