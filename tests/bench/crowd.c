/* Owns: the records of a large site. Invariant: the same sizes give the same records, but for their
 * times, which lie within the last 347 days. */
#include "tests/bench/crowd.h"

#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/rules/idno.h"

#define GROUP 4096 /* records a commit */
#define QUEUE 200  /* numbers given out today */
#define HALF_HOUR (30 * 60000LL)
#define LAST_YEAR 30000000u /* seconds */

static const char *const families[] = {"赵", "钱", "孙", "李", "周", "吴", "郑", "王",
                                       "冯", "陈", "沈", "韩", "杨", "朱", "秦", "许"};
static const char *const given[] = {"伟", "芳", "娜", "敏", "静", "秀", "丽", "强",
                                    "磊", "军", "洋", "勇", "艳", "杰", "涛", "明"};

void crowd_must(enum err rc, const char *what)
{
    char say[512];
    if (rc == ERR_OK)
        return;
    err_say(rc, say, sizeof say);
    fprintf(stderr, "%s: %s\n", what, say);
    exit(1);
}

/* In so many records a busy machine keeps a rule from the processor now and then: once more. */
static json_t *run(struct crowd *c, const char *what, json_t *in)
{
    json_t *out = NULL;
    enum err rc = action_run(c->site, what, in, &out);
    if (rc == ERR_RULE_SLOW)
        rc = action_run(c->site, what, in, &out);
    crowd_must(rc, what);
    json_decref(in);
    c->entries++;
    return out;
}

static unsigned spread(unsigned long i)
{
    return (unsigned)(i * 2654435761u ^ i >> 7);
}

static const char *person_of(const struct crowd *c, unsigned long i)
{
    return c->ids[spread(i) % (unsigned long)c->people];
}

static const char *moment(unsigned long i, char out[CLOCK_TEXT])
{
    return clock_iso(clock_now() - 1000LL * (spread(i * 31 + 7) % LAST_YEAR) - 1000, out);
}

static const json_t *item_of(const struct crowd *c, unsigned long i)
{
    struct catalogue *all;
    crowd_must(site_catalogue(c->site, &all), "catalogue");
    return catalogue_at(all, i * 37 % catalogue_count(all));
}

/* --- one of each -------------------------------------------------------------------------------
 */

static void add_person(struct crowd *c, unsigned long i)
{
    char id_no[24], name[32], phone[16];
    snprintf(id_no, sizeof id_no, "999%03lu%04lu%02lu%02lu%03lu", i / 1000 % 1000, 1930 + i % 70,
             i % 12 + 1, i % 28 + 1, i % 1000);
    id_no[17] = idno_digit(id_no);
    id_no[18] = 0;
    snprintf(name, sizeof name, "%s%s%s", families[i % 16], given[i / 16 % 16],
             given[i / 256 % 16]);
    snprintf(phone, sizeof phone, "12%09lu", i * 7919 % 1000000000);
    json_t *out =
        run(c, "person", json_pack("{s:s,s:s,s:s}", "name", name, "id_no", id_no, "phone", phone));
    snprintf(c->ids[i], ENTRY_ID, "%s", js_str(out, "id"));
    json_decref(out);
}

/* Of every twentieth case a paper was kept. */
static json_t *papers_of(const json_t *item, unsigned long i)
{
    json_t *list = json_array(), *all = catalogue_papers(item, false);
    if (i % 20 == 0 && json_array_size(all) > 0)
        json_array_append_new(list, json_pack("{s:s,s:s,s:n}", "paper",
                                              js_str(json_array_get(all, 0), "id"), "state",
                                              "original_kept", "until"));
    json_decref(all);
    return list;
}

static void send_courier(struct crowd *c, json_t *cases)
{
    json_decref(run(c, "courier", json_pack("{s:O,s:s}", "cases", cases, "carrier", "速递")));
    json_array_clear(cases);
}

/* Three of four are over, one of two hundred is with a courier. */
static void add_case(struct crowd *c, unsigned long i, json_t *courier)
{
    char at[CLOCK_TEXT], step[64];
    const json_t *item = item_of(c, i);
    json_t *papers = papers_of(item, i);
    bool kept = json_array_size(papers) > 0;
    json_t *out = run(c, "case",
                      json_pack("{s:{s:s},s:s,s:s,s:n,s:o,s:[],s:s}", "person", "ref",
                                person_of(c, i), "item", js_str(item, "code"), "channel", "proxy",
                                "agent", "papers", papers, "skipped", "at", moment(i, at)));
    snprintf(step, sizeof step, "case_step:%s", js_str(out, "id"));
    if (i % 4 != 0)
        json_decref(run(c, step, json_pack("{s:s}", "step", "withdraw")));
    else if (kept && i % 40 == 0)
        json_array_append(courier, js_get(out, "id"));
    json_decref(out);
    if (json_array_size(courier) == 10)
        send_courier(c, courier);
}

static void add_guidance(struct crowd *c, unsigned long i)
{
    char at[CLOCK_TEXT];
    json_decref(run(c, "guidance",
                    json_pack("{s:{s:s},s:s,s:s,s:[],s:s}", "person", "ref", person_of(c, i),
                              "item", js_str(item_of(c, i), "code"), "channel", "online", "skipped",
                              "at", moment(i, at))));
}

static void add_booking(struct crowd *c, unsigned long i)
{
    char from[CLOCK_TEXT], to[CLOCK_TEXT];
    int64_t day = clock_day(clock_now()) - CLOCK_DAY_MS * (1 + spread(i) % 347);
    int64_t at = day + (int64_t)(17 + i % 16) * HALF_HOUR;
    json_decref(run(c, "booking",
                    json_pack("{s:{s:s},s:s,s:s,s:s,s:s}", "person", "ref", person_of(c, i), "item",
                              js_str(item_of(c, i), "code"), "from", clock_iso(at, from), "to",
                              clock_iso(at + HALF_HOUR, to), "by", "desk")));
}

/* --- all of them -------------------------------------------------------------------------------
 */

static void tune(struct crowd *c, const char *pragmas)
{
    sqlite3_exec(store_handle(c->site->j.store), pragmas, NULL, NULL, NULL);
}

void crowd_make(struct crowd *c, const char *folder)
{
    struct site_new what = {
        .code = "310118999901", .name = "growth", .admin = "admin", .pin = "1234"};
    *c = (struct crowd){.site = NULL};
    crowd_must(site_make(folder, &what, "bench", &c->site), "site");
    for (int i = 0; i < QUEUE; i++)
        json_decref(run(c, "ticket", json_pack("{s:s}", "service", "window")));
}

static void commit(struct crowd *c)
{
    crowd_must(journal_end(&c->site->j, ERR_OK), "commit");
    crowd_must(journal_begin(&c->site->j), "begin");
}

static void people(struct crowd *c, long n)
{
    c->ids = mem_grow(c->ids, (size_t)n * sizeof *c->ids);
    for (; c->people < n; c->people++) {
        if (c->people % GROUP == 0)
            commit(c);
        add_person(c, (unsigned long)c->people);
    }
}

static void cases(struct crowd *c, long n)
{
    json_t *courier = json_array();
    for (; c->cases < n; c->cases++) {
        unsigned long i = (unsigned long)c->cases;
        if (i % GROUP == 0)
            commit(c);
        add_case(c, i, courier);
        if (i % 20 == 0)
            add_guidance(c, i);
        if (i % 20 == 10)
            add_booking(c, i);
    }
    json_decref(courier);
}

void crowd_grow(struct crowd *c, long n)
{
    tune(c, "PRAGMA synchronous=OFF; PRAGMA wal_autocheckpoint=20000; PRAGMA cache_size=-500000");
    crowd_must(journal_begin(&c->site->j), "begin");
    people(c, n * 3 / 10);
    cases(c, n);
    crowd_must(journal_end(&c->site->j, ERR_OK), "commit");
    tune(c, "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA synchronous=FULL;"
            " PRAGMA wal_autocheckpoint=1000; PRAGMA cache_size=-2000; PRAGMA shrink_memory");
}

void crowd_free(struct crowd *c)
{
    site_close(c->site);
    free(c->ids);
}
