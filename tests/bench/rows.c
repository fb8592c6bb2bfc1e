/* Owns: the making of many ledger rows. Invariant: each is an entry as an action would have written
 * it, in the order of time; the same number of rows gives the same rows. */
#include "tests/bench/rows.h"

#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/ledger.h"

#define GROUP 10000 /* rows a commit */

static void must(enum err rc, const char *what)
{
    char say[512];
    if (rc == ERR_OK)
        return;
    err_say(rc, say, sizeof say);
    fprintf(stderr, "%s: %s\n", what, say);
    exit(1);
}

/* --- one row of each ---------------------------------------------------------------------------
 */

static const char *const remarks[] = {"示例备注", "已复核", "补登", "天气闷热"};

static json_t *with_remark(json_t *row, unsigned long i)
{
    if (i % 16 == 0)
        js_set_str(row, "remark", remarks[i / 16 % 4]);
    return row;
}

static json_t *disinfection(unsigned long i)
{
    static const char *const slots[] = {"morning", "noon", "evening"};
    static const char *const agents[] = {"chlorine", "alcohol75", "peroxide"};
    static const char *const areas[] = {"floor", "vent", "entrance", "office", "washroom", "bin"};
    return json_pack("{s:s,s:[ss],s:s,s:s,s:s,s:i,s:s}", "slot", slots[i % 3], "area", areas[i % 6],
                     areas[(i + 1) % 6], "agent", agents[i / 7 % 3], "concentration", "500",
                     "method", i % 2 == 0 ? "wipe" : "mop", "minutes", (int)(20 + i % 40),
                     "done_by", "admin");
}

static json_t *ventilation(unsigned long i)
{
    static const char *const slots[] = {"morning", "afternoon"};
    return json_pack("{s:s,s:[ss],s:i,s:s}", "slot", slots[i % 2], "area", "hall", "office",
                     "minutes", (int)(10 + i % 50), "done_by", "admin");
}

static json_t *supplies(unsigned long i)
{
    static const char *const items[] = {"mask", "gloves", "alcohol", "gown"};
    static const char *const units[] = {"piece", "pair", "bottle", "set"};
    bool in = i / 4 % 10 == 0;
    return json_pack("{s:s,s:s,s:s,s:i,s:s}", "item", items[i % 4], "unit", units[i % 4],
                     "direction", in ? "in" : "out", "quantity", in ? 1000 : (int)(1 + i % 90),
                     "keeper", "admin");
}

static json_t *waste(unsigned long i)
{
    static const char *const kinds[] = {"masks", "gloves", "isolation", "other"};
    return json_pack("{s:s,s:s,s:f,s:s,s:s,s:s}", "bin", i % 2 == 0 ? "1" : "2", "kind",
                     kinds[i % 4], "quantity", (double)(i % 300) / 10, "treatment", "sealed",
                     "giver", "admin", "receiver", "示例领用人");
}

static json_t *washroom(unsigned long i)
{
    return json_pack("{s:s,s:[sss],s:s}", "slot", i % 2 == 0 ? "morning" : "afternoon", "checked",
                     "sanitizer", "water", "clean", "done_by", "admin");
}

static const struct sort {
    const char *ledger;
    json_t *(*make)(unsigned long i);
} sorts[10] = {
    {"disinfection", disinfection}, {"ventilation", ventilation},   {"disinfection", disinfection},
    {"supplies", supplies},         {"disinfection", disinfection}, {"waste", waste},
    {"disinfection", disinfection}, {"ventilation", ventilation},   {"disinfection", disinfection},
    {"washroom", washroom},
};

/* --- all of them -------------------------------------------------------------------------------
 */

int64_t rows_last_day(void)
{
    return clock_day(clock_now() - CLOCK_DAY_MS);
}

static void add_row(struct site *s, struct form *const *forms, unsigned long i, int64_t at)
{
    json_t *out = NULL, *row = with_remark(sorts[i % 10].make(i / 10), i);
    clock_hold(at, 0);
    must(ledger_append(s, forms[i % 10], row, at, NULL, &out), sorts[i % 10].ledger);
    json_decref(row);
    json_decref(out);
}

static void add_rows(struct site *s, long n, int64_t from, int64_t step)
{
    struct form *forms[10];
    for (int i = 0; i < 10; i++)
        must(site_form(s, sorts[i].ledger, &forms[i]), sorts[i].ledger);
    for (long i = 0; i < n;) {
        must(journal_begin(&s->j), "begin");
        for (int k = 0; k < GROUP && i < n; k++, i++)
            add_row(s, forms, (unsigned long)i, from + i * step);
        must(journal_end(&s->j, ERR_OK), "commit");
    }
}

struct site *rows_site(const char *dir, long n)
{
    struct site *s;
    struct site_new what = {
        .code = "310118999901", .name = "测试村", .admin = "admin", .pin = "1234", .demo = true};
    int64_t last = rows_last_day(), from = last - (ROWS_DAYS - 1) * CLOCK_DAY_MS;
    clock_hold(from, 0);
    must(site_make(dir, &what, "desk-1", &s), dir);
    must(store_exec(s->j.store, "PRAGMA synchronous=OFF; PRAGMA cache_size=-200000"), "pragma");
    add_rows(s, n, from, ROWS_DAYS * CLOCK_DAY_MS / (n > 0 ? n : 1));
    clock_hold(CLOCK_NONE, 0);
    must(store_exec(s->j.store, "PRAGMA synchronous=FULL; PRAGMA cache_size=-2000;"
                                " PRAGMA wal_checkpoint(TRUNCATE)"),
         "pragma");
    return s;
}
