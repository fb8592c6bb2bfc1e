/* growth: how lists and searches hold out as a site grows: 1,000, 10,000, 100,000 and 1,000,000
 * cases, a third as many people. GROWTH_MOST ends it earlier. In-process, as a screen asks: the
 * first 50 rows. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/roll.h"
#include "kiosk/desk/view.h"
#include "kiosk/rules/idno.h"
#include "tests/e2e/prog.h"

#define GROUP 512 /* records a commit */
#define TIMES 9

static const char *const families[] = {"赵", "钱", "孙", "李", "周", "吴", "郑", "王",
                                       "冯", "陈", "沈", "韩", "杨", "朱", "秦", "许"};
static const char *const given[] = {"伟", "芳", "娜", "敏", "静", "秀", "丽", "强",
                                    "磊", "军", "洋", "勇", "艳", "杰", "涛", "明"};

static struct site *site;
static char (*people)[ENTRY_ID];
static long n_people, n_cases;

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

static json_t *person(unsigned long i)
{
    char id_no[24], name[32], phone[16];
    snprintf(id_no, sizeof id_no, "999%03lu%04lu%02lu%02lu%03lu", i / 1000 % 1000, 1930 + i % 70,
             i % 12 + 1, i % 28 + 1, i % 1000);
    id_no[17] = idno_digit(id_no);
    id_no[18] = 0;
    snprintf(name, sizeof name, "%s%s%s", families[i % 16], given[i / 16 % 16],
             given[i / 256 % 16]);
    snprintf(phone, sizeof phone, "12%09lu", i * 7919 % 1000000000);
    return json_pack("{s:s,s:s,s:s}", "name", name, "id_no", id_no, "phone", phone);
}

static json_t *case_of(unsigned long i)
{
    struct catalogue *c;
    must(site_catalogue(site, &c), "catalogue");
    const char *item = js_str(catalogue_at(c, i * 37 % catalogue_count(c)), "code");
    return json_pack("{s:{s:s},s:s,s:s,s:n,s:[],s:[]}", "person", "ref",
                     people[i * 2654435761u % (unsigned long)n_people], "item", item, "channel",
                     "nearby", "agent", "papers", "skipped");
}

static void add(const char *what, long from, long to, json_t *(*make)(unsigned long i))
{
    for (long i = from; i < to;) {
        must(journal_begin(&site->j), what);
        for (int k = 0; k < GROUP && i < to; k++, i++) {
            json_t *in = make((unsigned long)i), *out = NULL;
            must(action_run(site, what, in, &out), what);
            if (make == person)
                snprintf(people[i], ENTRY_ID, "%s", js_str(out, "id"));
            json_decref(in);
            json_decref(out);
        }
        must(journal_end(&site->j, ERR_OK), what);
    }
}

static void grow(long cases)
{
    long more = cases / 3;
    people = mem_grow(people, (size_t)more * sizeof *people);
    add("person", n_people, more, person);
    n_people = more;
    add("case", n_cases, cases, case_of);
    n_cases = cases;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void ask(const char *name, const char *what, const char *like)
{
    double took[TIMES];
    size_t rows = 0;
    for (int i = 0; i < TIMES; i++) {
        struct view_query q = VIEW_ALL;
        json_t *out = NULL;
        q.like = like;
        q.limit = 50;
        double start = now_ms();
        must(view_list(site, what, &q, &out), name);
        took[i] = now_ms() - start;
        rows = json_array_size(out);
        json_decref(out);
    }
    qsort(took, TIMES, sizeof *took, by_size);
    printf("%9ld cases %8ld people  %-28s %4zu rows %9.2f ms\n", n_cases, n_people, name, rows,
           took[TIMES / 2]);
    fflush(stdout);
}

static void measure(void)
{
    bool whole;
    roll_forget();
    double start = now_ms();
    must(roll_read(site, 0, &whole), "roll");
    printf("%9ld cases %8ld people  %-28s           %9.2f ms (while nobody types)\n", n_cases,
           n_people, "names unsealed after sign-in", now_ms() - start);
    ask("list of cases", "cases", NULL);
    ask("cases by a common name", "cases", "王");
    ask("cases by a whole name", "cases", "王芳静");
    ask("cases by initials", "cases", "wfj");
    ask("cases by an item (sbk)", "cases", "sbk");
    ask("cases by digits of a phone", "cases", "4321");
    ask("cases of nobody", "cases", "无此人");
    ask("people by initials", "people", "wf");
}

int main(void)
{
    const char *most = getenv("GROWTH_MOST");
    char *folder = prog_folder();
    struct site_new what = {
        .code = "310118999901", .name = "growth", .admin = "admin", .pin = "1234"};
    must(site_make(folder, &what, "bench", &site), "site");
    for (long n = 1000; n <= (most != NULL ? strtol(most, NULL, 10) : 1000000); n *= 10) {
        grow(n);
        measure();
    }
    site_close(site);
    free(people);
    prog_folder_remove(folder);
    return 0;
}
