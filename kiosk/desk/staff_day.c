/* Owns: a day of the staff: the counts, the leader's word on them. Invariant: whoever was not
 * checked is named as missing until checked; a leader's word takes nobody off that list. */
#include "kiosk/desk/staff.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/duty.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/sql.h"

/* Each clerk with the last check of the day, if there was one. */
static const char of_day[] =
    "SELECT c.name, c.role, k.outcome, k.at, k.heard, k.reasons, k.actions, k.by"
    " FROM clerk c LEFT JOIN staff_check k ON k.id ="
    " (SELECT id FROM staff_check WHERE clerk = c.name AND at >= ?1 AND at < ?2"
    "  ORDER BY at DESC, epoch DESC, seq DESC LIMIT 1) ORDER BY c.name";

static const char *state_word(const char *outcome)
{
    if (outcome == NULL)
        return "missing";
    return strcmp(outcome, "admit") == 0 ? "checked" : "denied";
}

static json_t *clerk_row(sqlite3_stmt *q, int64_t back)
{
    json_t *row = json_object();
    bool seen = sqlite3_column_type(q, 2) != SQLITE_NULL;
    js_set_str(row, "clerk", store_text(q, 0));
    js_set_str(row, "role", store_text(q, 1));
    js_set_str(row, "state", state_word(seen ? store_text(q, 2) : NULL));
    json_object_set_new(row, "outcome", sql_json(q, 2));
    js_set_time(row, "at", seen ? store_int(q, 3) : CLOCK_NONE);
    js_set_time(row, "heard", seen ? store_int(q, 4) : CLOCK_NONE);
    json_object_set_new(row, "entered_late",
                        json_boolean(seen && store_int(q, 4) - store_int(q, 3) > back));
    json_object_set_new(row, "reasons", sql_parsed(q, 5, json_array()));
    json_object_set_new(row, "actions", sql_parsed(q, 6, json_array()));
    json_object_set_new(row, "by", sql_json(q, 7));
    return row;
}

static enum err read_clerks(struct site *s, int64_t at, json_t *rows)
{
    bool more = false;
    sqlite3_stmt *q;
    int64_t day = clock_day(at), back = duty_back_ms(s);
    enum err rc = sql_open(s->j.store, &q, of_day, "ii", day, day + CLOCK_DAY_MS);
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &more)) == ERR_OK && more)
        json_array_append_new(rows, clerk_row(q, back));
    return rc;
}

static enum err read_word(struct site *s, int64_t at, struct staff_day *d)
{
    char day[CLOCK_TEXT];
    bool more = false;
    sqlite3_stmt *q;
    enum err rc = sql_open(s->j.store, &q,
                           "SELECT at, leader FROM staff_confirm WHERE day = ?1"
                           " ORDER BY epoch DESC, seq DESC LIMIT 1",
                           "t", clock_date(at, day));
    if (rc == ERR_OK)
        rc = store_step(s->j.store, q, &more);
    if (rc != ERR_OK || !more)
        return rc;
    d->confirmed = store_int(q, 0);
    snprintf(d->leader, sizeof d->leader, "%s", store_text(q, 1));
    sqlite3_reset(q);
    return ERR_OK;
}

enum err staff_day_read(struct site *s, int64_t at, struct staff_day *d)
{
    size_t i;
    json_t *one, *rows = json_array();
    *d = (struct staff_day){json_array(), json_array(), json_array(), CLOCK_NONE, CLOCK_NONE, ""};
    enum err rc = read_clerks(s, at, rows);
    json_array_foreach(rows, i, one)
    {
        const char *state = js_str(one, "state");
        int64_t when;
        json_t *to = strcmp(state, "checked") == 0  ? d->checked
                     : strcmp(state, "denied") == 0 ? d->denied
                                                    : d->missing;
        json_array_append(to, json_object_get(one, "clerk"));
        if (to == d->checked && clock_parse(js_str(one, "at"), &when) && when > d->last)
            d->last = when;
    }
    json_decref(rows);
    return rc == ERR_OK ? read_word(s, at, d) : rc;
}

void staff_day_fini(struct staff_day *d)
{
    json_decref(d->checked);
    json_decref(d->missing);
    json_decref(d->denied);
}

bool staff_gate(struct site *s)
{
    size_t i;
    json_t *duty;
    struct policy *p;
    if (site_policy(s, &p) != ERR_OK)
        return false;
    json_array_foreach(js_get(policy_json(p), "duties"), i, duty)
    {
        const char *entry = js_str(duty, "entry");
        if (entry != NULL && strcmp(entry, "staff") == 0)
            return true;
    }
    return false;
}

const char *staff_state(struct site *s)
{
    bool found;
    char outcome[16];
    int64_t day = clock_day(clock_now());
    enum err rc = sql_text(s->j.store, &found, outcome, sizeof outcome,
                           "SELECT outcome FROM staff_check WHERE clerk = ?1 AND at >= ?2"
                           " AND at < ?3 ORDER BY at DESC, epoch DESC, seq DESC LIMIT 1",
                           "tii", s->j.clerk, day, day + CLOCK_DAY_MS);
    return state_word(rc == ERR_OK && found ? outcome : NULL);
}

/* --- shown -------------------------------------------------------------------------------------
 */

/* Today's clerks, each with the last check; `from` names another day. */
enum err clerks_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                     void *to)
{
    size_t i;
    json_t *one, *rows = json_array();
    enum err rc = read_clerks(s, q->from != CLOCK_NONE ? q->from : clock_now(), rows);
    (void)arg;
    json_array_foreach(rows, i, one)
    {
        bool wanted = q->state == NULL || strcmp(q->state, js_str(one, "state")) == 0;
        if (rc == ERR_OK && wanted)
            rc = row(to, one);
    }
    json_decref(rows);
    return rc;
}

/* One row: the counts of a day (notice: R31). */
enum err staff_day_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                        void *to)
{
    struct staff_day d;
    char day[CLOCK_TEXT];
    int64_t at = q->from != CLOCK_NONE ? q->from : clock_now();
    enum err rc = staff_day_read(s, at, &d);
    size_t checked = json_array_size(d.checked), missing = json_array_size(d.missing);
    size_t denied = json_array_size(d.denied);
    (void)arg;
    if (rc == ERR_OK) {
        json_t *out = json_object();
        js_set_str(out, "day", clock_date(at, day));
        js_set_int(out, "clerks", (int64_t)(checked + missing + denied));
        js_set_int(out, "checked", (int64_t)checked);
        json_object_set(out, "missing", d.missing);
        json_object_set(out, "denied", d.denied);
        js_set_time(out, "confirmed", d.confirmed);
        js_set_str(out, "leader", d.leader[0] != 0 ? d.leader : NULL);
        rc = row(to, out);
        json_decref(out);
    }
    staff_day_fini(&d);
    return rc;
}

/* --- the leader's word -------------------------------------------------------------------------
 */

static const struct member confirm_shape[] = {
    {"day", MEMBER_DATE, false, 0, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

static enum err append_confirm(struct site *s, int64_t day, const char *leader, json_t **out)
{
    int64_t seq;
    struct staff_day d;
    char id[ENTRY_ID], text[CLOCK_TEXT];
    json_t *body = json_object();
    enum err rc = staff_day_read(s, day, &d);
    js_set_str(body, "day", clock_date(day, text));
    json_object_set(body, "clerks", d.checked);
    json_object_set(body, "missing", d.missing);
    json_object_set(body, "denied", d.denied);
    js_set_str(body, "answers", leader);
    struct journal_new what = {.kind = "confirm", .at = CLOCK_NONE, .body = body};
    if (rc == ERR_OK)
        rc = journal_append(&s->j, &what, id, &seq);
    if (rc == ERR_OK) {
        *out = action_answer(id, seq);
        json_object_update_missing(*out, body);
    }
    json_decref(body);
    staff_day_fini(&d);
    return rc;
}

enum err confirm_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    char leader[CLERK_NAME];
    json_t *clean = NULL;
    int64_t day = clock_day(clock_now()), asked = day;
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : ERR_OK;
    if (rc == ERR_OK)
        rc = input_check(confirm_shape, in, &clean);
    if (rc == ERR_OK)
        rc = clerk_answers(s, "leader", leader);
    if (rc == ERR_OK && js_str(clean, "day") != NULL)
        clock_parse_date(js_str(clean, "day"), &asked);
    if (rc == ERR_OK && asked > day)
        rc = err_set(ERR_CONSTRAINT, "day", "%s", js_str(clean, "day"));
    if (rc == ERR_OK)
        rc = append_confirm(s, asked, leader, out);
    json_decref(clean);
    return rc;
}

enum err confirm_project(struct store *s, const struct entry *e)
{
    const char *answers = js_str(e->body, "answers");
    return sql_put(s,
                   "INSERT INTO staff_confirm (id, epoch, seq, at, leader, day, clerks, missing)"
                   " VALUES (?1,?2,?3,?4,?5,?6,?7,?8)",
                   "tiiittjj", e->id, e->epoch, e->seq, e->at, answers != NULL ? answers : e->clerk,
                   js_str(e->body, "day"), js_get(e->body, "clerks"), js_get(e->body, "missing"));
}
