/* What every terminal must show at once, whatever stands on it: incidents that nobody has gone on
 * with, steps that are overdue, suspensions. No personal data: it is shown before a sign-in too. */
#ifndef KIOSK_DESK_ALARM_H
#define KIOSK_DESK_ALARM_H

#include "kiosk/desk/site.h"

/* The alarms at `now` (UTC ms), gravest first: {"alarm":"suspended|overdue|new","id","at","due",
 * "cause","cause_name","step","step_name","contact","scope","who","text"}; id is the incident's, or
 * that of the suspension; text is what the clerk reads. *rows is owned by the caller. *next (may be
 * NULL) is when the next step is overdue, UTC ms, or CLOCK_NONE. */
enum err alarm_list(struct site *s, int64_t now, json_t **rows, int64_t *next);

#endif
