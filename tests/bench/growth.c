/* growth: how lists and searches hold out as a site grows: 1,000, 10,000, 100,000 and 1,000,000
 * cases, three people for every ten. GROWTH_MOST ends it earlier. In-process, as a screen asks: the
 * first 50 rows, each list nine times; the middle one of the nine, and the first of them, which
 * finds nothing in SQLite's memory. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/unit.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/roll.h"
#include "kiosk/desk/view.h"
#include "tests/bench/crowd.h"
#include "tests/e2e/prog.h"

#define TIMES 9
#define SIZES 4
#define SEARCH_MS 30
#define LIST_MS 50

static const struct asked {
    const char *name, *what, *like, *state, *item;
    int days; /* only those of so many days; 0: all */
} asked[] = {
    {"cases", "cases", NULL, NULL, NULL, 0},
    {"cases, one state", "cases", NULL, "withdrawn", NULL, 0},
    {"cases, a state that none is in", "cases", NULL, "done", NULL, 0},
    {"cases, one item", "cases", NULL, NULL, "QP-MZ-01", 0},
    {"cases of a week", "cases", NULL, NULL, NULL, 7},
    {"cases, state, item, 30 days", "cases", NULL, "taken_in", "QP-MZ-01", 30},
    {"work", "work", NULL, NULL, NULL, 0},
    {"work: village", "work:village", NULL, NULL, NULL, 0},
    {"work: town", "work:town", NULL, NULL, NULL, 0},
    {"work: citizen", "work:citizen", NULL, NULL, NULL, 0},
    {"work: overdue", "work:overdue", NULL, NULL, NULL, 0},
    {"work: citizen, item, 30 days", "work:citizen", NULL, NULL, "QP-MZ-01", 30},
    {"papers not with the citizen", "papers", NULL, NULL, NULL, 0},
    {"papers with the courier", "papers:courier", NULL, NULL, NULL, 0},
    {"couriers' lists", "couriers", NULL, NULL, NULL, 0},
    {"couriers' lists on their way", "couriers", NULL, "open", NULL, 0},
    {"guidance", "guidance", NULL, NULL, NULL, 0},
    {"bookings", "bookings", NULL, NULL, NULL, 0},
    {"bookings, one state", "bookings", NULL, "booked", NULL, 0},
    {"half hours of a day", "slots", NULL, NULL, NULL, 0},
    {"tickets of today", "tickets", NULL, NULL, NULL, 0},
    {"people", "people", NULL, NULL, NULL, 0},
    {"items", "items", NULL, NULL, NULL, 0},
    {"channels of 30 days", "channels", NULL, NULL, NULL, 30},
    {"search: case number", "cases", "NUMBER", NULL, NULL, 0},
    {"search: a common family name", "cases", "王", NULL, NULL, 0},
    {"search: a whole name", "cases", "王芳静", NULL, NULL, 0},
    {"search: initials", "cases", "wfj", NULL, NULL, 0},
    {"search: phone's last four", "cases", "4321", NULL, NULL, 0},
    {"search: item's initials", "cases", "jlk", NULL, NULL, 0},
    {"search: item by its word", "cases", "老年", NULL, NULL, 0},
    {"search: nobody", "cases", "无此人", NULL, NULL, 0},
    {"search: name in one state", "cases", "王", "taken_in", NULL, 0},
    {"search: name in 30 days", "cases", "王芳", NULL, NULL, 30},
    {"search: work by a common name", "work", "王", NULL, NULL, 0},
    {"search: work by initials", "work:citizen", "wfj", NULL, NULL, 0},
    {"search: bookings by name", "bookings", "王芳静", NULL, NULL, 0},
    {"search: bookings by phone", "bookings", "4321", NULL, NULL, 0},
    {"search: people by initials", "people", "wf", NULL, NULL, 0},
};
#define ASKED (sizeof asked / sizeof *asked)

static struct figure {
    double middle, first;
    size_t rows;
} figures[SIZES][ASKED];
static struct crowd crowd;
static char number[32]; /* of some case */

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static struct figure ask(const struct asked *a)
{
    double took[TIMES];
    struct figure f = {.rows = 0};
    struct view_query q = VIEW_ALL;
    q.like = a->like != NULL && strcmp(a->like, "NUMBER") == 0 ? number : a->like;
    q.state = a->state;
    q.item = a->item;
    q.from = a->days > 0 ? clock_now() - a->days * CLOCK_DAY_MS : CLOCK_NONE;
    q.limit = 50;
    sqlite3_db_release_memory(store_handle(crowd.site->j.store));
    for (int i = 0; i < TIMES; i++) {
        json_t *out = NULL;
        double start = now_ms();
        crowd_must(view_list(crowd.site, a->what, &q, &out), a->name);
        took[i] = now_ms() - start;
        f.rows = json_array_size(out);
        json_decref(out);
    }
    f.first = took[0];
    qsort(took, TIMES, sizeof *took, by_size);
    f.middle = took[TIMES / 2];
    return f;
}

static void find_number(void)
{
    json_t *out = NULL;
    struct view_query q = VIEW_ALL;
    q.limit = 1;
    q.offset = 40;
    crowd_must(view_list(crowd.site, "cases", &q, &out), "cases");
    snprintf(number, sizeof number, "%s", js_str(json_array_get(out, 0), "number"));
    json_decref(out);
}

static void measure(int size, double filling)
{
    bool whole;
    roll_forget();
    double start = now_ms();
    crowd_must(roll_read(crowd.site, 0, &whole), "roll");
    printf("%9ld cases, %7ld people, %8ld entries: made in %.0f s; names unsealed after sign-in,"
           " while nobody types, in %.0f ms\n",
           crowd.cases, crowd.people, crowd.entries, filling / 1000, now_ms() - start);
    fflush(stdout);
    find_number();
    for (size_t i = 0; i < ASKED; i++)
        figures[size][i] = ask(&asked[i]);
}

static void print_table(int sizes)
{
    static const char *const heads[SIZES] = {"1,000", "10,000", "100,000", "1,000,000"};
    printf("%-33s", "ms: middle (first), rows");
    for (int k = 0; k < sizes; k++)
        printf(" %20s", heads[k]);
    printf("\n");
    for (size_t i = 0; i < ASKED; i++) {
        printf("%-33s", asked[i].name);
        for (int k = 0; k < sizes; k++)
            printf(" %7.2f (%6.2f) %3zu", figures[k][i].middle, figures[k][i].first,
                   figures[k][i].rows);
        double most = strncmp(asked[i].name, "search", 6) == 0 ? SEARCH_MS : LIST_MS;
        printf("%s\n", sizes > 2 && figures[2][i].middle > most ? "  OVER" : "");
    }
}

int main(void)
{
    const char *most = getenv("GROWTH_MOST");
    long last = most != NULL ? strtol(most, NULL, 10) : 1000000, n = 1000;
    int size = 0;
    char *folder = prog_folder();
    crowd_make(&crowd, folder);
    for (; n <= last && size < SIZES; n *= 10, size++) {
        double start = now_ms();
        crowd_grow(&crowd, n);
        measure(size, now_ms() - start);
    }
    print_table(size);
    crowd_free(&crowd);
    prog_folder_remove(folder);
    return 0;
}
