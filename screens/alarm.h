/* The alarm of a terminal: what every screen shows above it, and its sound. */
#ifndef SCREENS_ALARM_H
#define SCREENS_ALARM_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "kiosk/store/journal.h"

struct ui;
struct screen;

struct alarm {
    char text[400];                               /* the banner; "": no alarm */
    char incident[ENTRY_ID];                      /* the gravest one's, "": none */
    char suspension[ENTRY_ID], settled[ENTRY_ID]; /* of the site: as read, and as acted upon */
    const char *word;                             /* of the status line; static */
    bool overdue;
    int64_t next; /* UTC ms: the next step is overdue; CLOCK_NONE */
    char *known;  /* the alarms that have rung, a line each; owned */
    /* the form that a suspension stopped, whose it was */
    const struct screen *held;
    json_t *held_arg;
    char held_clerk[CLERK_NAME];
};

void alarm_read(struct ui *ui);
void alarm_minute(struct ui *ui); /* a minute has passed: rings while something is overdue */
/* Milliseconds until the next step is overdue; -1: none will be. */
int64_t alarm_wait(const struct ui *ui);
/* The key to the alarm, from any screen; the draft is kept. */
void alarm_open(struct ui *ui);
/* Acts upon a suspension that began or ended: asks for the screen to go to. */
void alarm_settle(struct ui *ui);
void alarm_fini(struct ui *ui);

#endif
