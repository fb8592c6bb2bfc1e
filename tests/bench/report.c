/* report DIR N: the report of a day of a site with N ledger rows over a year: what a clerk waits
 * for when the screen opens, and what the signature costs. Printed, never asserted. */
#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/report.h"
#include "tests/bench/rows.h"

#define TIMES 7

static int64_t sorted[TIMES];

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void show(const char *what)
{
    qsort(sorted, TIMES, sizeof *sorted, by_number);
    printf("%-44s median %4lld ms, slowest %4lld ms\n", what, (long long)sorted[TIMES / 2],
           (long long)sorted[TIMES - 1]);
}

static void read_day(struct site *s, int64_t at)
{
    json_t *report = NULL;
    struct report_words words = report_site_words(s);
    if (report_read(s, at, &report) != ERR_OK)
        exit(1);
    json_decref(report_lines(report, &words));
    json_decref(report);
}

int main(int argc, char **argv)
{
    struct site *s;
    struct report_reminder r;
    json_t *out = NULL, *in = json_object();
    if (argc != 3)
        return fprintf(stderr, "report DIR N\n") > 0 ? 2 : 2;
    lang_init("zh_CN");
    if (secret_init() != ERR_OK || (s = rows_site(argv[1], strtol(argv[2], NULL, 10))) == NULL)
        return 1;
    int64_t at = rows_last_day();
    for (int i = 0; i < TIMES; i++) {
        int64_t from = clock_mono();
        read_day(s, at - i * CLOCK_DAY_MS);
        sorted[i] = clock_mono() - from;
    }
    show("report of a day, with its lines");
    for (int i = 0; i < TIMES; i++) {
        int64_t from = clock_mono();
        report_remind(s, &r);
        sorted[i] = clock_mono() - from;
    }
    show("reminder of the last seven days");
    int64_t from = clock_mono();
    enum err rc = action_run(s, "report", in, &out);
    printf("%-44s %11lld ms (%s)\n", "signature", (long long)(clock_mono() - from), err_word(rc));
    json_decref(in);
    json_decref(out);
    site_close(s);
    return 0;
}
