/* A site with as many ledger rows as are asked for, made fast: for the benches of ledgers, reports
 * and exports. All of it is invented. */
#ifndef TESTS_BENCH_ROWS_H
#define TESTS_BENCH_ROWS_H

#include "kiosk/desk/site.h"

#define ROWS_DAYS 365

/* The first moment of the last day that has rows: yesterday's. */
int64_t rows_last_day(void);
/* Makes a site in `dir` (signed in: "admin", PIN 1234) and `n` rows over the 365 days that end
 * yesterday: of ten, five are disinfection, two ventilation, one each supplies, waste and the
 * washroom; one in sixteen has a sealed remark. Written to the disk without waiting for it. Ends
 * the program when it fails. */
struct site *rows_site(const char *dir, long n);

#endif
