/* Owns: the taking and checking of daily reports. Invariant: a report is kept as it came, whatever
 * is found; a finding names what was said and what is here, and is never taken back by a new
 * reckoning of the same report. */
#include "sync/hub/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/report.h"
#include "sync/hub/report_private.h"

/* --- taken -------------------------------------------------------------------------------------
 */

enum err hub_report_project(struct hub *h, const char *site, const struct entry *e)
{
    int64_t day, due = CLOCK_NONE;
    const char *date = js_str(e->body, "day"), *answers = js_str(e->body, "answers");
    const char *until = js_str(e->body, "due");
    if (date == NULL || !json_is_object(js_get(e->body, "sums")))
        return err_set(ERR_FIELD_REQUIRED, date == NULL ? "day" : "sums", NULL);
    if (!clock_parse_date(date, &day) || (until != NULL && !clock_parse(until, &due)))
        return err_set(ERR_DATE, "day", NULL);
    char *body = js_dump(e->body);
    enum err rc =
        hub_run(h->db,
                "INSERT INTO report (site, id, epoch, seq, at, arrived, day, revision,"
                " leader, clerk, upto, body, state, missing, findings)"
                " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,'waiting',0,'[]')",
                "ssiiiiiissis", site, e->id, e->epoch, e->seq, e->at, clock_now(), tally_day(day),
                js_int(e->body, "revision", 1), answers != NULL ? answers : e->clerk, e->clerk,
                js_int(e->body, "to", 0), body);
    if (rc == ERR_OK && due != CLOCK_NONE)
        rc = hub_run(h->db, "UPDATE report SET due = ?3 WHERE site = ?1 AND id = ?2", "ssi", site,
                     e->id, due);
    free(body);
    return rc;
}

/* --- checked -----------------------------------------------------------------------------------
 */

struct checking {
    struct hub *h;
    const char *site;
    char id[ENTRY_ID];
    int64_t epoch, seq, day, revision, upto;
    json_t *body, *findings;
    int64_t missing;
};

/* True when the hub's own entry of that number has this hash. */
static enum err same_hash(const struct checking *c, int64_t epoch, int64_t seq, const char *hex,
                          bool *same)
{
    struct hub_rows rows;
    unsigned char said[HASH_BYTES], here[HASH_BYTES];
    *same = false;
    if (hex == NULL || hex_decode(hex, said, HASH_BYTES) != 0)
        return ERR_OK;
    if (seq == 0) {
        journal_first_hash(c->site, epoch, here);
        *same = memcmp(said, here, HASH_BYTES) == 0;
        return ERR_OK;
    }
    enum err rc = hub_ask(c->h->db, &rows,
                          "SELECT hash FROM entry WHERE site = ?1 AND epoch = ?2 AND seq = ?3",
                          "sii", c->site, epoch, seq);
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return rc;
    *same = hub_bytes(&rows, 0, here, HASH_BYTES) && memcmp(said, here, HASH_BYTES) == 0;
    hub_done(&rows);
    return ERR_OK;
}

static void find(struct checking *c, json_t *finding)
{
    json_array_append_new(c->findings, finding);
}

/* Where an older machine of the site stopped: entries may be on their way, or the report may know
 * of fewer than the hub has. */
static enum err check_before(struct checking *c)
{
    size_t i;
    json_t *one;
    enum err rc = ERR_OK;
    json_array_foreach(js_get(c->body, "before"), i, one)
    {
        bool same = true;
        int64_t epoch = js_int(one, "epoch", 0), to = js_int(one, "to", 0);
        int64_t here =
            hub_number(c->h->db, 0, "SELECT seq FROM site_epoch WHERE site = ?1 AND epoch = ?2",
                       "si", c->site, epoch);
        if (here < to) {
            c->missing += to - here;
            continue;
        }
        if (rc == ERR_OK)
            rc = same_hash(c, epoch, to, js_str(one, "hash"), &same);
        if (!same)
            find(c, json_pack("{s:s,s:I,s:I}", "what", "hash", "epoch", (json_int_t)epoch, "to",
                              (json_int_t)to));
        if (here > to)
            find(c, json_pack("{s:s,s:I,s:I,s:I}", "what", "epoch", "epoch", (json_int_t)epoch,
                              "said", (json_int_t)to, "here", (json_int_t)here));
    }
    return rc;
}

/* The range begins where the last report of the site ended, and ends right before the report. */
static enum err check_range(struct checking *c)
{
    bool same = false;
    int64_t from = js_int(c->body, "from", 0);
    int64_t expected =
        1 + hub_number(c->h->db, 0,
                       "SELECT upto FROM report WHERE site = ?1 AND epoch = ?2 AND seq < ?3"
                       " ORDER BY seq DESC LIMIT 1",
                       "sii", c->site, c->epoch, c->seq);
    int64_t behind = hub_number(c->h->db, 0,
                                "SELECT count(*) FROM entry WHERE site = ?1 AND epoch = ?2"
                                " AND seq > ?3 AND seq < ?4 AND kind <> 'clock'",
                                "siii", c->site, c->epoch, c->upto, c->seq);
    if (from != expected || js_int(c->body, "epoch", c->epoch) != c->epoch)
        find(c, json_pack("{s:s,s:I,s:I}", "what", "range", "said", (json_int_t)from, "here",
                          (json_int_t)expected));
    if (behind > 0 || c->upto >= c->seq)
        find(c, json_pack("{s:s,s:I,s:I}", "what", "end", "said", (json_int_t)c->upto, "here",
                          (json_int_t)c->seq - 1));
    enum err rc = same_hash(c, c->epoch, c->upto, js_str(c->body, "hash"), &same);
    if (rc == ERR_OK && !same)
        find(c, json_pack("{s:s,s:I,s:I}", "what", "hash", "epoch", (json_int_t)c->epoch, "to",
                          (json_int_t)c->upto));
    return rc;
}

static void check_revision(struct checking *c)
{
    int64_t expected = 1 + hub_number(c->h->db, 0,
                                      "SELECT count(*) FROM report WHERE site = ?1 AND day = ?2"
                                      " AND (epoch, seq) < (?3, ?4)",
                                      "siii", c->site, c->day, c->epoch, c->seq);
    if (c->revision != expected)
        find(c, json_pack("{s:s,s:I,s:I}", "what", "revision", "said", (json_int_t)c->revision,
                          "here", (json_int_t)expected));
}

static enum err check_sums(struct checking *c)
{
    size_t i;
    json_t *one, *here = NULL;
    enum err rc = hub_report_sums(c->h, c->site, c->day, c->epoch, c->upto, &here);
    if (rc != ERR_OK)
        return rc;
    json_t *differs = report_differences(js_get(c->body, "sums"), here);
    json_array_foreach(differs, i, one) find(
        c, json_pack("{s:s,s:O,s:O,s:O,s:O}", "what", "sum", "series",
                     json_object_get(one, "series"), "key", json_object_get(one, "key"), "said",
                     json_object_get(one, "was"), "here", json_object_get(one, "now")));
    json_decref(differs);
    json_decref(here);
    return ERR_OK;
}

static enum err keep_result(const struct checking *c)
{
    char *findings = js_dump(c->findings);
    const char *state = c->missing > 0                     ? "waiting"
                        : json_array_size(c->findings) > 0 ? "differs"
                                                           : "agrees";
    enum err rc = hub_run(c->h->db,
                          "UPDATE report SET state = ?3, missing = ?4, findings = ?5, checked = ?6"
                          " WHERE site = ?1 AND id = ?2",
                          "sssisi", c->site, c->id, state, c->missing,
                          c->missing > 0 ? "[]" : findings, clock_now());
    free(findings);
    return rc;
}

static enum err check_one(struct checking *c)
{
    c->findings = json_array();
    c->missing = 0;
    enum err rc = check_before(c);
    if (rc == ERR_OK && c->missing == 0) {
        check_revision(c);
        rc = check_range(c);
        if (rc == ERR_OK)
            rc = check_sums(c);
    }
    if (rc == ERR_OK)
        rc = keep_result(c);
    json_decref(c->findings);
    return rc;
}

static enum err next_waiting(struct checking *c, int64_t *epoch, int64_t *seq, bool *found)
{
    struct hub_rows rows;
    *found = false;
    enum err rc = hub_ask(c->h->db, &rows,
                          "SELECT id, epoch, seq, day, revision, upto, body FROM report"
                          " WHERE site = ?1 AND state = 'waiting' AND (epoch, seq) > (?2, ?3)"
                          " ORDER BY epoch, seq LIMIT 1",
                          "sii", c->site, *epoch, *seq);
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return rc;
    snprintf(c->id, sizeof c->id, "%s", hub_text(&rows, 0));
    *epoch = c->epoch = hub_int(&rows, 1);
    *seq = c->seq = hub_int(&rows, 2);
    c->day = hub_int(&rows, 3);
    c->revision = hub_int(&rows, 4);
    c->upto = hub_int(&rows, 5);
    *found = true;
    rc = js_parse(hub_text(&rows, 6), strlen(hub_text(&rows, 6)), NULL, &c->body);
    hub_done(&rows);
    return rc;
}

enum err hub_report_check_waiting(struct hub *h, const char *site)
{
    bool found = true;
    int64_t epoch = 0, seq = 0;
    enum err rc = ERR_OK;
    while (rc == ERR_OK && found) {
        struct checking c = {.h = h, .site = site};
        rc = next_waiting(&c, &epoch, &seq, &found);
        if (rc == ERR_OK && found)
            rc = check_one(&c);
        json_decref(c.body);
    }
    return rc;
}

enum err hub_report_follow(struct hub *h, const char *site, int64_t epoch,
                           const struct hub_fresh *fresh)
{
    enum err rc = hub_tally_keep(h, site, epoch, fresh);
    return rc == ERR_OK ? hub_report_check_waiting(h, site) : rc;
}

/* --- what an older program stored --------------------------------------------------------------
 */

/* Behind the one given: each is looked at once, also one whose mark promises more than is stored.
 */
static enum err next_behind(struct hub *h, char site[SITE_CODE], int64_t *epoch, bool *found)
{
    struct hub_rows rows;
    *found = false;
    enum err rc =
        hub_ask(h->db, &rows,
                "SELECT e.site, e.epoch FROM site_epoch e WHERE e.seq > coalesce((SELECT"
                " m.seq FROM tally_mark m WHERE m.site = e.site AND m.epoch = e.epoch), 0)"
                " AND (e.site, e.epoch) > (?1, ?2) ORDER BY e.site, e.epoch LIMIT 1",
                "si", site, *epoch);
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return rc;
    snprintf(site, SITE_CODE, "%s", hub_text(&rows, 0));
    *epoch = hub_int(&rows, 1);
    *found = true;
    hub_done(&rows);
    return ERR_OK;
}

enum err hub_report_catch_up(struct hub *h)
{
    bool found = false;
    int64_t epoch = 0;
    char site[SITE_CODE] = "";
    enum err rc = next_behind(h, site, &epoch, &found);
    while (rc == ERR_OK && found) {
        rc = hub_begin(h->db);
        if (rc == ERR_OK)
            rc = hub_end(h->db, hub_report_follow(h, site, epoch, NULL));
        if (rc == ERR_OK)
            rc = next_behind(h, site, &epoch, &found);
    }
    return rc;
}
