/* The seam for time. Times are UTC milliseconds since 1970; text is ISO 8601 (GB/T 7408) with
 * offset; local time is China Standard Time, +08:00, the year round. */
#ifndef KIOSK_BASE_CLOCK_H
#define KIOSK_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLOCK_OFFSET_MS (8 * 3600 * 1000LL)
#define CLOCK_DAY_MS (24 * 3600 * 1000LL)
#define CLOCK_NONE INT64_MIN /* "no time given" */
#define CLOCK_TEXT 32        /* bytes that any text below needs */

int64_t clock_now(void);  /* wall clock, UTC ms */
int64_t clock_mono(void); /* steady since boot, ms: never set back */
int64_t clock_cpu(void);  /* what this thread has had of the processor, ms */

/* For tests: from now on the wall clock stands at `at` and the steady one at `mono`; CLOCK_NONE in
 * `at` gives both back to the machine. */
void clock_hold(int64_t at, int64_t mono);

/* "2022-05-20T09:00:00+08:00" (milliseconds only when not 0); `out` takes CLOCK_TEXT bytes. */
const char *clock_iso(int64_t at, char *out);
/* Local "2022-05-20", "09:00", "05-20 09:00" */
const char *clock_date(int64_t at, char *out);
const char *clock_hhmm(int64_t at, char *out);
const char *clock_short(int64_t at, char *out);
/* Reads a full date and time with offset (or Z). False: no such time. */
bool clock_parse(const char *text, int64_t *at);
/* Reads a local date "2022-05-20" (or "20220520"): the first millisecond of that day. */
bool clock_parse_date(const char *text, int64_t *day);
/* First millisecond of the local day that `at` lies in. */
int64_t clock_day(int64_t at);
bool clock_date_exists(int year, int month, int day);

#endif
