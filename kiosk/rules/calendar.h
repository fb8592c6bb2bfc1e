/* Working days: Monday to Friday, but for public holidays and for the weekend days that are worked
 * in exchange, as a policy pack names them:
 *   "holidays":[{"zh","en","from":DATE,"to":DATE,"work":[DATE..],"basis"}] */
#ifndef KIOSK_RULES_CALENDAR_H
#define KIOSK_RULES_CALENDAR_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#define CALENDAR_MAX 100 /* holidays of a pack: some ten years */
#define CALENDAR_WORK 4  /* days worked in exchange for one of them */

struct calendar {
    struct {
        int64_t from, to; /* first ms of the first and of the last day */
    } off[CALENDAR_MAX];
    int64_t work[CALENDAR_MAX * CALENDAR_WORK];
    size_t n_off, n_work;
};

/* `holidays` as above, or NULL: weekends alone. */
void calendar_read(const json_t *holidays, struct calendar *out);
/* Of a day by its first ms. */
bool calendar_holiday(const struct calendar *c, int64_t day);
bool calendar_exchanged(const struct calendar *c, int64_t day); /* a weekend day that is worked */
bool calendar_works(const struct calendar *c, int64_t day);
/* 1: Monday to 7: Sunday. */
int calendar_weekday(int64_t day);

#endif
