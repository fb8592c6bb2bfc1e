/* Owns: the generator of invented records. Invariant: the same seed gives the same bytes, on any
 * machine; each record is one that a clerk's form would take. */
#include "tests/e2e/records.h"

#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/mem.h"
#include "kiosk/rules/idno.h"

#define START_MS 1653004800000LL /* 2022-05-20 08:00 +08:00 */
#define STEP_MS 7000
#define SLOT_MS 1800000
#define PEOPLE_LIKELY 6 /* one record in so many brings somebody new */

const char *const records_timed[] = {"visit",   "staff",  "incident", "case",
                                     "booking", "ledger", NULL};

static uint32_t below(struct records *r, uint32_t n)
{
    r->state = r->state * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)(r->state >> 4) * n >> 28);
}

static const char *pick(struct records *r, const char *const *words)
{
    uint32_t n = 0;
    while (words[n] != NULL)
        n++;
    return words[below(r, n)];
}
#define PICK(r, ...) pick(r, (const char *const[]){__VA_ARGS__, NULL})

int64_t records_at(int i)
{
    return START_MS + (int64_t)i * STEP_MS;
}

static const char *iso(int i, int64_t before_ms, char *out)
{
    return clock_iso(records_at(i) - before_ms, out);
}

void records_person(int i, struct records_person *out)
{
    static const char *const families[] = {"测试", "示例", "演示", "样例"};
    static const char *const given[] = {"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"};
    unsigned n = (unsigned)i;
    char first17[64];
    snprintf(first17, sizeof first17, "999101%04u%02u%02u%03u", 1930 + n / 1000 % 70, 1 + n % 12,
             1 + n / 12 % 28, n % 1000);
    snprintf(out->id_no, sizeof out->id_no, "%.17s%c", first17, idno_digit(first17));
    snprintf(out->name, sizeof out->name, "%s%s%s%s", families[n % 4], given[n / 4 % 10],
             given[n / 40 % 10], given[n / 400 % 10]);
    snprintf(out->phone, sizeof out->phone, "12%09u",
             (unsigned)((uint64_t)n * 73856093 % 1000000000));
    snprintf(out->address, sizeof out->address, "演示路%u弄%u号", 100 + n % 900, 1 + n / 900);
}

static void put_person(int i, struct buf *out)
{
    struct records_person p;
    records_person(i, &p);
    buf_printf(out, "{\"name\":\"%s\",\"id_no\":\"%s\",\"phone\":\"%s\",\"address\":\"%s\"}",
               p.name, p.id_no, p.phone, p.address);
}

/* Somebody known, or now and then somebody new. */
static void put_somebody(struct records *r, struct buf *out)
{
    if (r->people == 0 || below(r, PEOPLE_LIKELY) == 0)
        put_person(r->people++, out);
    else
        put_person((int)below(r, (uint32_t)r->people), out);
}

static void put_facts(struct records *r, struct buf *out)
{
    char when[CLOCK_TEXT];
    uint32_t code = below(r, 200), hours = 1 + below(r, 60);
    buf_printf(out,
               "\"facts\":{\"health_code\":\"%s\",\"venue_code\":true,\"mask\":%s,"
               "\"temperature\":36.%u,\"test_at\":\"%s\",\"test_result\":\"negative\"}",
               code == 0   ? "red"
               : code == 1 ? "yellow"
               : code < 10 ? "none"
                           : "green",
               below(r, 20) == 0 ? "false" : "true", (unsigned)below(r, 10),
               iso(r->n, (int64_t)hours * 3600000, when));
}

static void visit(struct records *r, struct buf *out)
{
    buf_text(out, "\"person\":");
    put_somebody(r, out);
    buf_printf(out, ",\"purpose\":\"%s\",",
               PICK(r, "咨询敬老卡", "交材料", "领取证件", "咨询医保", "打印证明"));
    put_facts(r, out);
}

static void staff(struct records *r, struct buf *out)
{
    buf_text(out, "\"clerk\":\"admin\",");
    put_facts(r, out);
}

static void incident(struct records *r, struct buf *out)
{
    buf_text(out, "\"person\":");
    put_somebody(r, out);
    buf_printf(out, ",\"cause\":\"%s\",\"note\":\"%s\"",
               PICK(r, "health_code", "temperature", "test", "other"),
               PICK(r, "已安排留观", "等待核实", "家属已到"));
}

static void agent(struct records *r, struct buf *out)
{
    buf_text(out, ",\"agent\":{\"person\":");
    put_person(r->people++, out); /* nobody is their own agent */
    buf_printf(out, ",\"relation\":\"%s\"}", PICK(r, "子女", "配偶", "邻居"));
}

static void errand(struct records *r, struct buf *out)
{
    const char *state = PICK(r, "original_seen", "copy_kept", "missing", "original_kept");
    bool proxy = below(r, 2) == 0;
    buf_text(out, "\"person\":");
    put_somebody(r, out);
    if (proxy)
        agent(r, out);
    else
        buf_text(out, ",\"agent\":null");
    buf_printf(out,
               ",\"item\":\"%s\",\"channel\":\"%s\","
               "\"skipped\":[{\"channel\":\"online\",\"reason\":\"no_phone\"}],"
               "\"papers\":[{\"paper\":\"P01\",\"state\":\"%s\",\"until\":null}],\"note\":\"%s\"",
               PICK(r, "QP-MZ-01", "QP-MZ-02", "QP-MZ-07", "QP-MZ-09"),
               proxy ? "proxy" : "appointment", state, PICK(r, "", "行动不便", "请电话通知家属"));
}

/* Not by telephone: so nobody is booked twice in one half hour, and these persons are few. */
static void booking(struct records *r, struct buf *out)
{
    char from[CLOCK_TEXT], to[CLOCK_TEXT];
    int64_t begin = clock_day(records_at(r->n)) + (int64_t)(1 + below(r, 14)) * CLOCK_DAY_MS +
                    (18 + (int64_t)below(r, 14)) * SLOT_MS;
    buf_text(out, "\"person\":");
    put_somebody(r, out);
    buf_printf(out, ",\"item\":\"%s\",\"from\":\"%s\",\"to\":\"%s\",\"by\":\"%s\"",
               PICK(r, "QP-MZ-01", "QP-MZ-03", "QP-MZ-04"), clock_iso(begin, from),
               clock_iso(begin + SLOT_MS, to), PICK(r, "desk", "web", "wechat", "desk"));
}

static void disinfection(struct records *r, struct buf *out)
{
    buf_printf(out,
               "\"row\":{\"slot\":\"%s\",\"area\":[\"floor\",\"vent\",\"entrance\"],"
               "\"agent\":\"chlorine\",\"concentration\":\"500mg/L\",\"method\":\"%s\","
               "\"minutes\":%u,\"done_by\":\"admin\"}",
               PICK(r, "morning", "noon", "evening", "extra"), PICK(r, "wipe", "spray", "mop"),
               (unsigned)(10 + below(r, 50)));
}

static void supplies(struct records *r, struct buf *out)
{
    static const char *const items[] = {"mask", "gloves", "disinfectant", "antigen"};
    uint32_t i = below(r, 4), quantity = 1 + below(r, 200);
    const char *item = items[i];
    if (below(r, 3) == 0 || r->stock[i] < (int)(1 + quantity / 20)) {
        r->stock[i] += (int)quantity;
        buf_printf(out,
                   "\"row\":{\"item\":\"%s\",\"unit\":\"box\",\"direction\":\"in\","
                   "\"quantity\":%u,\"origin\":\"issued\",\"keeper\":\"admin\"}",
                   item, (unsigned)quantity);
        return;
    }
    r->stock[i] -= (int)(1 + quantity / 20);
    buf_printf(out,
               "\"row\":{\"item\":\"%s\",\"unit\":\"box\",\"direction\":\"out\",\"quantity\":%u,"
               "\"purpose\":\"窗口使用\",\"receiver\":\"示例领用人\",\"approver\":\"admin\","
               "\"keeper\":\"admin\"}",
               item, (unsigned)(1 + quantity / 20));
}

static void health(struct records *r, struct buf *out)
{
    char when[CLOCK_TEXT];
    buf_printf(out,
               "\"row\":{\"staff\":\"admin\",\"post\":\"back\",\"venue_code\":true,"
               "\"health_code\":\"green\",\"test_at\":\"%s\",\"test_result\":\"negative\","
               "\"mask\":true,\"temperature\":36.%u}",
               iso(r->n, (int64_t)(1 + below(r, 20)) * 3600000, when), (unsigned)below(r, 10));
}

/* A row is a kind of record; `share` of 100 are of it. */
static const struct row {
    const char *what;
    uint32_t share;
    void (*put)(struct records *r, struct buf *out);
} rows[] = {
    {"visit", 38, visit},
    {"case", 17, errand},
    {"person", 10, NULL},
    {"ledger:disinfection", 10, disinfection},
    {"ledger:supplies", 8, supplies},
    {"booking", 7, booking},
    {"staff", 5, staff},
    {"incident", 3, incident},
    {"ledger:staff_health", 2, health},
};

void records_start(struct records *r, uint32_t seed)
{
    *r = (struct records){.state = seed};
}

bool records_next(struct records *r, struct buf *out)
{
    char at[CLOCK_TEXT];
    uint32_t draw = below(r, 100);
    const struct row *row = rows;
    while (draw >= row->share)
        draw -= row++->share;
    if (row->put == NULL) { /* a person alone: the same members, beside "what" */
        size_t start = out->len;
        put_person(r->people++, out);
        char *members = mem_strdup((char *)out->data + start + 1);
        out->len = start;
        buf_printf(out, "{\"what\":\"person\",%s\n", members);
        free(members);
    } else {
        buf_printf(out, "{\"what\":\"%s\",\"at\":\"%s\",", row->what, iso(r->n, 0, at));
        row->put(r, out);
        buf_text(out, "}\n");
    }
    r->n++;
    return row->put != NULL;
}
