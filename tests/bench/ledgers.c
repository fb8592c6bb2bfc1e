/* ledgers: what a million ledger rows in one site take: to open a ledger, to sum a month, to
 * filter, to void and correct, to verify, to replay. BENCH_ROWS makes it fewer. In-process, as a
 * screen asks. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/view.h"
#include "tests/bench/rows.h"
#include "tests/e2e/prog.h"

#define TIMES 9

static struct site *site;

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static void must(enum err rc, const char *what)
{
    char say[512];
    if (rc == ERR_OK)
        return;
    err_say(rc, say, sizeof say);
    fprintf(stderr, "%s: %s\n", what, say);
    exit(1);
}

static void row(const char *what, double value, const char *unit, const char *aim)
{
    printf("%-46s %10.*f %-10s %s\n", what, value < 100 ? 2 : 0, value, unit, aim);
    fflush(stdout);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static enum err count_row(void *to, json_t *object)
{
    (void)object;
    ++*(long *)to;
    return ERR_OK;
}

/* The median of TIMES looks; the first of all is told too, for it reads what was not in memory. */
static void look(const char *name, const char *what, struct view_query q, const char *aim)
{
    double took[TIMES], first;
    long rows = 0;
    char line[80];
    for (int i = 0; i < TIMES; i++) {
        rows = 0;
        double start = now_ms();
        must(view_each(site, what, &q, count_row, &rows), name);
        took[i] = now_ms() - start;
    }
    first = took[0];
    qsort(took, TIMES, sizeof *took, by_size);
    row(name, took[TIMES / 2], "ms", aim);
    snprintf(line, sizeof line, "  the first look, %ld rows", rows);
    row(line, first, "ms", "");
}

static void looks(void)
{
    int64_t day = rows_last_day();
    struct view_query all = VIEW_ALL, first = all, month = all, drill = all, year = all;
    first.limit = 300;
    month.from = drill.from = day - 30 * CLOCK_DAY_MS;
    month.to = drill.to = day + CLOCK_DAY_MS;
    drill.state = "agent=peroxide";
    drill.limit = 50;
    year.like = "补登";
    year.limit = 50;
    look("a ledger opened: its first 300 rows", "ledger:disinfection", first, "50 (issue 5)");
    look("a month's sums, by day", "sums:disinfection:day", month, "100 (issue 5)");
    look("a year's sums, by month", "sums:disinfection:month", all, "");
    look("a year's sums of supplies, by week", "sums:supplies:week", all, "");
    look("from a month's number to its first 50 rows", "ledger:disinfection", drill, "");
    look("rows found by their words, first 50", "ledger:disinfection", year, "");
    look("the stock", "stock", all, "");
}

/* The newest row of a ledger is corrected, and one of a year ago. */
static void correct(const char *name, int64_t from, int64_t to)
{
    json_t *rows, *out = NULL;
    struct view_query q = {.from = from, .to = to, .limit = 1};
    char what[64];
    must(view_list(site, "ledger:ventilation", &q, &rows), name);
    snprintf(what, sizeof what, "ledger_correct:%s", js_str(json_array_get(rows, 0), "id"));
    json_t *in = json_pack("{s:s,s:{s:s,s:[s],s:i,s:s}}", "reason", "写错", "row", "slot",
                           "morning", "area", "hall", "minutes", 12, "done_by", "admin");
    double start = now_ms();
    must(action_run(site, what, in, &out), name);
    row(name, now_ms() - start, "ms", "");
    json_decref(rows);
    json_decref(in);
    json_decref(out);
}

int main(void)
{
    const char *given = getenv("BENCH_ROWS");
    long n = given != NULL ? atol(given) : 1000000;
    int64_t entries, day;
    lang_init("zh_CN");
    if (secret_init() != ERR_OK)
        return 1;
    char *folder = prog_folder(), *dir = mem_printf("%s/site", folder);
    printf("\nLedgers, %ld rows over a year in one site\n", n);
    double start = now_ms();
    site = rows_site(dir, n);
    row("made, rows a second", (double)n * 1000 / (now_ms() - start), "rows/s", "");
    day = rows_last_day();
    looks();
    correct("a correction of yesterday's row", day, CLOCK_NONE);
    correct("a correction of a row of last year", day - 300 * CLOCK_DAY_MS,
            day - 299 * CLOCK_DAY_MS);
    start = now_ms();
    must(journal_verify(&site->j, &entries), "verify");
    row("verify: chain and projections", (double)entries * 1000 / (now_ms() - start), "entries/s",
        "");
    start = now_ms();
    must(journal_rebuild(&site->j, &entries), "rebuild");
    row("replayed", (double)entries * 1000 / (now_ms() - start), "entries/s", "");
    site_close(site);
    free(dir);
    prog_folder_remove(folder);
    return 0;
}
