/* Owns: when a village's report is due, as far as the hub knows its pack. Invariant: what the
 * village said itself goes before what is guessed from the pack that it began with. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "sync/hub/report.h"
#include "sync/hub/report_private.h"

#define FRIDAY 5

struct rule {
    int64_t minute; /* of the day; below 0: unknown */
    bool weekly;
    int64_t weekday;
};

static void read_hour(struct rule *r, const char *hhmm)
{
    int hours, minutes;
    if (hhmm != NULL && sscanf(hhmm, "%2d:%2d", &hours, &minutes) == 2)
        r->minute = hours * 60 + minutes;
}

static void read_rule(struct rule *r, const json_t *report)
{
    const char *every = js_str(report, "every");
    read_hour(r, js_str(report, "hour"));
    r->weekly = every != NULL && strcmp(every, "week") == 0;
    r->weekday = js_int(report, "weekday", FRIDAY);
}

/* The text in the first column of the first row, as JSON; NULL when there is none. */
static json_t *ask_json(struct hub *h, const char *site, const char *sql)
{
    size_t len;
    json_t *out = NULL;
    struct hub_rows rows;
    enum err rc = hub_ask(h->db, &rows, sql, "s", site);
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return NULL;
    const void *bytes = hub_blob(&rows, 0, &len);
    if (js_parse(bytes, len, NULL, &out) != ERR_OK)
        out = NULL;
    hub_done(&rows);
    return out;
}

static json_t *shipped(const char *id)
{
    json_t *pack = NULL;
    char *name = mem_printf("policies/%s.json", id);
    const struct asset *a = asset_find(name);
    if (a != NULL && js_parse(a->data, a->len, a->name, &pack) != ERR_OK)
        pack = NULL;
    free(name);
    return pack;
}

/* The pack that the site began with, or the one that was ordered last. */
json_t *hub_report_pack(struct hub *h, const char *site)
{
    json_t *head = ask_json(h, site,
                            "SELECT head FROM entry WHERE site = ?1 AND kind = 'site'"
                            " ORDER BY epoch, seq LIMIT 1");
    json_t *order = ask_json(h, site,
                             "SELECT head FROM orders WHERE site = ?1 AND kind = 'policy'"
                             " ORDER BY n DESC LIMIT 1");
    const char *id = js_str(js_get(head, "body"), "policy");
    json_t *pack = json_incref(js_get(js_get(order, "body"), "definition"));
    if (pack == NULL && id != NULL)
        pack = shipped(id);
    json_decref(head);
    json_decref(order);
    return pack;
}

/* What its pack says, and the hour that it adapted. */
static struct rule rule_of(struct hub *h, const char *site)
{
    struct rule r = {-1, false, FRIDAY};
    json_t *pack = hub_report_pack(h, site);
    json_t *hour = ask_json(h, site,
                            "SELECT new FROM adaptation WHERE site = ?1 AND param = 'report_hour'"
                            " ORDER BY at DESC LIMIT 1");
    if (js_get(pack, "report") != NULL)
        read_rule(&r, js_get(pack, "report"));
    if (json_is_string(hour))
        read_hour(&r, json_string_value(hour));
    json_decref(pack);
    json_decref(hour);
    return r;
}

enum err hub_report_due(struct hub *h, const char *site, int64_t day, int64_t *due)
{
    int64_t said = hub_number(h->db, CLOCK_NONE,
                              "SELECT due FROM report WHERE site = ?1 AND day = ?2"
                              " AND due IS NOT NULL ORDER BY epoch, seq LIMIT 1",
                              "si", site, day);
    *due = said;
    if (said != CLOCK_NONE)
        return ERR_OK;
    struct rule r = rule_of(h, site);
    int64_t weekday = (day % 7 + 7 + 3) % 7 + 1; /* 1970-01-01 was a Thursday */
    if (r.minute >= 0 && (!r.weekly || weekday == r.weekday))
        *due = tally_day_start(day) + r.minute * 60000;
    return ERR_OK;
}
