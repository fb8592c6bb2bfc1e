/* Owns: the signing of a day's report. Invariant: what a leader signs is reckoned in the same
 * transaction that writes it, so that it counts exactly the entries up to the number it names. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/report.h"
#include "kiosk/desk/sql.h"
#include "kiosk/desk/tally.h"

static const struct member report_shape[] = {
    {"day", MEMBER_DATE, false, 0, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

enum err report_check_day(struct site *s, int64_t at)
{
    char text[CLOCK_TEXT];
    int64_t now = clock_now();
    int64_t made = store_number(s->j.store, "SELECT min(at) FROM site", now);
    int64_t first =
        tally_day_start(store_number(s->j.store, "SELECT min(day) FROM tally", tally_day(made)));
    if (first < made) /* back entries of the time before */
        made = first;
    if (clock_day(at) > clock_day(now))
        return err_set(ERR_CONSTRAINT, "day", _("%s has not begun"), clock_date(at, text));
    if (clock_day(at) < clock_day(made))
        return err_set(ERR_CONSTRAINT, "day", _("this site began on %s"), clock_date(made, text));
    return ERR_OK;
}

/* --- what is signed ----------------------------------------------------------------------------
 */

/* The last report of all; false: there is none. */
static enum err last_of_all(struct store *s, int64_t *epoch, int64_t *upto)
{
    bool row = false;
    sqlite3_stmt *q;
    *epoch = *upto = 0;
    enum err rc =
        sql_open(s, &q, "SELECT epoch, upto FROM report ORDER BY epoch DESC, seq DESC LIMIT 1", "");
    if (rc == ERR_OK)
        rc = store_step(s, q, &row);
    if (rc != ERR_OK || !row)
        return rc;
    *epoch = store_int(q, 0);
    *upto = store_int(q, 1);
    sqlite3_reset(q);
    return ERR_OK;
}

/* Which entries it stands on: those of this epoch since the last report, and where the epochs
 * before it ended, as far as this machine knows. */
static enum err put_range(struct site *s, json_t *body)
{
    bool more = false;
    int64_t epoch, upto, tip;
    char hex[2 * HASH_BYTES + 1];
    unsigned char hash[HASH_BYTES];
    sqlite3_stmt *q;
    json_t *before = json_array();
    enum err rc = last_of_all(s->j.store, &epoch, &upto);
    if (rc == ERR_OK)
        rc = journal_tip(s->j.store, s->j.site, s->j.epoch, &tip, hash);
    if (rc == ERR_OK) {
        js_set_int(body, "epoch", s->j.epoch);
        js_set_int(body, "from", epoch == s->j.epoch ? upto + 1 : 1);
        js_set_int(body, "to", tip);
        hex_encode(hash, HASH_BYTES, hex);
        js_set_str(body, "hash", hex);
        rc = sql_open(s->j.store, &q,
                      "SELECT epoch, max(seq), lower(hex(hash)) FROM entry WHERE epoch < ?1"
                      " GROUP BY epoch ORDER BY epoch",
                      "i", s->j.epoch);
    }
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &more)) == ERR_OK && more)
        json_array_append_new(before,
                              json_pack("{s:I,s:I,s:s}", "epoch", (json_int_t)store_int(q, 0), "to",
                                        (json_int_t)store_int(q, 1), "hash", store_text(q, 2)));
    json_object_set_new(body, "before", before);
    return rc;
}

static bool nothing_new(const json_t *report)
{
    return js_get(report, "signed") != NULL && json_array_size(js_get(report, "differs")) == 0;
}

static json_t *make_body(const json_t *report, const char *leader)
{
    json_t *body = json_object();
    const json_t *facts = js_get(report, "facts"), *sums = js_get(report, "sums");
    json_object_set(body, "day", json_object_get(report, "day"));
    js_set_int(body, "revision", js_int(js_get(report, "signed"), "revision", 0) + 1);
    json_object_set(body, "due", json_object_get(report, "due"));
    json_object_set(body, "over", json_object_get(report, "over"));
    json_object_set_new(body, "nil", json_boolean(json_object_size(sums) == 0));
    json_object_set(body, "sums", (json_t *)(uintptr_t)sums);
    json_object_set(body, "facts", (json_t *)(uintptr_t)facts);
    json_object_set_new(body, "missing", report_missing(facts));
    js_set_int(body, "late", (int64_t)json_array_size(js_get(report, "later")));
    js_set_str(body, "answers", leader);
    return body;
}

static enum err append_report(struct site *s, const json_t *report, const char *leader,
                              json_t **out)
{
    static const char *const told[] = {"day", "revision", "nil", "missing"};
    json_t *body = make_body(report, leader), *answer = json_object();
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        json_object_set(answer, told[i], json_object_get(body, told[i]));
    enum err rc = put_range(s, body);
    if (rc == ERR_OK)
        rc = action_append(s, (struct journal_new){.kind = "report", .at = CLOCK_NONE}, body, NULL,
                           out);
    else
        json_decref(body);
    if (rc == ERR_OK)
        json_object_update(*out, answer);
    json_decref(answer);
    return rc;
}

/* The day was checked by the shape; none: today. */
static int64_t day_of(const json_t *clean)
{
    int64_t day = clock_now();
    if (js_str(clean, "day") != NULL)
        clock_parse_date(js_str(clean, "day"), &day);
    return day;
}

enum err report_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    char leader[CLERK_NAME];
    json_t *clean = NULL, *report = NULL;
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : ERR_OK;
    if (rc == ERR_OK)
        rc = input_check(report_shape, in, &clean);
    if (rc == ERR_OK)
        rc = report_check_day(s, day_of(clean)); /* before a leader is fetched in vain */
    if (rc == ERR_OK)
        rc = clerk_answers(s, "leader", leader);
    if (rc == ERR_OK)
        rc = report_read(s, day_of(clean), &report);
    if (rc == ERR_OK && nothing_new(report))
        rc = err_set(ERR_STATE, "day", "%s", _("signed already, and nothing came after"));
    if (rc == ERR_OK)
        rc = append_report(s, report, leader, out);
    json_decref(report);
    json_decref(clean);
    return rc;
}

/* --- projected ---------------------------------------------------------------------------------
 */

enum err report_project(struct store *s, const struct entry *e)
{
    int64_t day = e->at;
    const char *date = js_str(e->body, "day"), *answers = js_str(e->body, "answers");
    if (date != NULL)
        clock_parse_date(date, &day);
    return sql_put(s,
                   "INSERT INTO report (id, epoch, seq, at, day, revision, leader, clerk, upto,"
                   " body) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)",
                   "tiiiiittij", e->id, e->epoch, e->seq, e->at, tally_day(day),
                   js_int(e->body, "revision", 1), answers != NULL ? answers : e->clerk, e->clerk,
                   js_int(e->body, "to", 0), e->body);
}
