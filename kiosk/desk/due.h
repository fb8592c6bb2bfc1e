/* The promised day of a case, counted in working days (kiosk/rules/calendar.h). `holidays` are the
 * pack's in force; NULL: weekends alone. */
#ifndef KIOSK_DESK_DUE_H
#define KIOSK_DESK_DUE_H

#include <jansson.h>
#include <stdint.h>

#include "kiosk/base/clock.h"
#include "kiosk/desk/site.h"

/* The public holidays of the policy in force; borrowed, may be NULL. */
const json_t *due_holidays(struct site *s);
/* The day on which an item taken in at `at` is promised ("days") or due by law ("legal_days"), as
 * "2022-05-27"; NULL when the catalogue has no figure. The day of taking in does not count; 0 is
 * that day itself. "days_unit": "working_day" (also when missing) or "day". */
const char *due_day(const json_t *item, const char *member, const json_t *holidays, int64_t at,
                    char out[CLOCK_TEXT]);
/* Working days from the day of `now` to `due` ("2022-05-27"): 0 on that day, below zero when it is
 * over. */
int64_t due_left(const char *due, const json_t *holidays, int64_t now);

#endif
