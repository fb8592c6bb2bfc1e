/* Owns: what becomes of a booking: cancelled, moved, arrived, nobody came.
 * Invariant: a step that is not in the table changes nothing; the hub's is kept and marked. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/booking.h"
#include "kiosk/desk/booking_who.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/order.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/slot.h"
#include "kiosk/desk/sql.h"

static const char *const steps[] = {"cancel", "arrive", "no_show", "move", NULL};
static const struct member step_shape[] = {
    {"step", MEMBER_CHOICE, true, 0, steps},
    {"from", MEMBER_TIME, false, 0, NULL}, /* move: the new half hour */
    {"to", MEMBER_TIME, false, 0, NULL},
    {"person", MEMBER_OBJECT, false, 0, NULL}, /* arrive: who it is (booking_link) */
    {"at", MEMBER_TIME, false, 0, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

static const struct booking_moves {
    const char *from, *step, *to;
    bool hub; /* the hub may order it */
} moves[] = {
    {"booked", "cancel", "cancelled", true}, {"booked", "arrive", "arrived", false},
    {"booked", "no_show", "no_show", false}, {"booked", "move", "booked", false},
    {"no_show", "arrive", "arrived", false},
};

const char *booking_move(const char *state, const char *step, bool hub)
{
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (strcmp(moves[i].from, state) == 0 && strcmp(moves[i].step, step) == 0 &&
            (moves[i].hub || !hub))
            return moves[i].to;
    return NULL;
}

/* --- the village's -----------------------------------------------------------------------------
 */

struct now {
    char id[ENTRY_ID], state[16], item[40];
    int64_t starts, ends;
};

static enum err read_now(struct store *s, const char *id, struct now *out, bool *found)
{
    sqlite3_stmt *q;
    enum err rc =
        sql_open(s, &q, "SELECT state, starts, ends, item FROM booking WHERE id = ?1", "t", id);
    if (rc == ERR_OK)
        rc = store_step(s, q, found);
    if (rc != ERR_OK || !*found)
        return rc;
    snprintf(out->id, sizeof out->id, "%s", id);
    snprintf(out->state, sizeof out->state, "%s", store_text(q, 0));
    out->starts = store_int(q, 1);
    out->ends = store_int(q, 2);
    snprintf(out->item, sizeof out->item, "%s", store_text(q, 3));
    sqlite3_reset(q);
    return ERR_OK;
}

/* The door may say who came; the rest is the window's. */
static enum err check_role(struct site *s, const char *step)
{
    if (strcmp(step, "arrive") == 0 || clerk_may(s, "window"))
        return ERR_OK;
    return err_set(ERR_ROLE, NULL, "window");
}

static enum err check_time(const struct now *now, const json_t *clean)
{
    const char *step = js_str(clean, "step");
    int64_t at = input_time(clean, "at");
    at = at != CLOCK_NONE ? at : clock_now();
    if (strcmp(step, "arrive") == 0 && clock_day(at) != clock_day(now->starts))
        return err_set(ERR_CONSTRAINT, "step", "%s", _("the appointment is on another day"));
    if (js_get(clean, "person") != NULL && strcmp(step, "arrive") != 0)
        return err_set(ERR_FIELD_UNKNOWN, "person", NULL);
    if (strcmp(step, "no_show") == 0 && at < now->ends)
        return err_set(ERR_CONSTRAINT, "step", "%s", _("the appointment is not over"));
    return ERR_OK;
}

/* Nobody is moved to where the same person is booked already. */
static enum err check_once(struct site *s, const struct now *now, int64_t from, int64_t to)
{
    struct booking_who who;
    enum err rc = booking_who_read(s, now->id, &who);
    if (rc == ERR_OK)
        rc = booking_once(s, &who, now->id, from, to);
    booking_who_fini(&who);
    return rc;
}

/* A full half hour takes nobody, not even who stands in it already. */
static enum err check_move(struct site *s, const struct now *now, json_t *clean)
{
    const json_t *item;
    int64_t from = input_time(clean, "from"), to = input_time(clean, "to");
    if (strcmp(js_str(clean, "step"), "move") != 0)
        return ERR_OK;
    if (from == CLOCK_NONE)
        return err_set(ERR_FIELD_REQUIRED, "from", NULL);
    to = to != CLOCK_NONE ? to : from + (now->ends - now->starts);
    if (to <= from || clock_day(from) != clock_day(to))
        return err_set(ERR_CONSTRAINT, "to", NULL);
    js_set_int(clean, "from", from);
    js_set_int(clean, "to", to);
    enum err rc = action_item(s, now->item, &item);
    if (rc == ERR_OK)
        rc = slot_room(s, from, to, item);
    return rc == ERR_OK ? check_once(s, now, from, to) : rc;
}

static enum err append_step(struct site *s, const struct now *now, const json_t *clean,
                            json_t **out)
{
    static const char *const keys[] = {"step", NULL}, *const move_keys[] = {"step", "from", "to",
                                                                            NULL};
    bool moves_it = strcmp(js_str(clean, "step"), "move") == 0;
    char person[ENTRY_ID] = "";
    enum err rc = js_get(clean, "person") != NULL
                      ? booking_link(s, now->id, js_get(clean, "person"), person)
                      : ERR_OK;
    if (rc != ERR_OK)
        return rc;
    json_t *body = input_pick(clean, moves_it ? move_keys : keys);
    if (person[0] != 0)
        js_set_str(body, "person", person);
    return action_append(s,
                         (struct journal_new){.kind = "booking_step",
                                              .at = input_time(clean, "at"),
                                              .subject = now->id},
                         body, NULL, out);
}

static enum err take_step(struct site *s, const struct now *now, json_t *clean, json_t **out)
{
    const char *step = js_str(clean, "step");
    if (booking_move(now->state, step, false) == NULL)
        return err_set(ERR_STATE, "step", "%s", now->state);
    enum err rc = check_role(s, step);
    if (rc == ERR_OK)
        rc = check_time(now, clean);
    if (rc == ERR_OK)
        rc = check_move(s, now, clean);
    return rc == ERR_OK ? append_step(s, now, clean, out) : rc;
}

enum err booking_step_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    bool found = false;
    char id[ENTRY_ID];
    struct now now;
    json_t *clean = NULL;
    enum err rc = booking_id(arg, id);
    if (rc == ERR_OK)
        rc = input_check(step_shape, in, &clean);
    if (rc == ERR_OK)
        rc = read_now(s->j.store, id, &now, &found);
    if (rc == ERR_OK && !found)
        rc = err_set(ERR_NOT_FOUND, "booking", NULL);
    if (rc == ERR_OK)
        rc = take_step(s, &now, clean, out);
    json_decref(clean);
    return rc;
}

/* --- projected ---------------------------------------------------------------------------------
 */

static enum err keep_step(struct store *s, const struct entry *e, const char *step, bool refused)
{
    return sql_put(s,
                   "INSERT INTO booking_step (id, booking, at, who, clerk, step, refused)"
                   " VALUES (?1,?2,?3,?4,?5,?6,?7)",
                   "ttitttb", e->id, e->subject, e->at, e->order ? "hub" : "village", e->clerk,
                   step, (int)refused);
}

/* A place that the village moved somebody to is one of its own. */
static enum err apply(struct store *s, const struct entry *e, const char *to)
{
    if (strcmp(js_str(e->body, "step"), "move") == 0)
        return sql_put(s,
                       "UPDATE booking SET starts = ?2, ends = ?3, share = 'village', updated = ?4"
                       " WHERE id = ?1",
                       "tiii", e->subject, js_int(e->body, "from", 0), js_int(e->body, "to", 0),
                       e->at);
    return sql_put(s,
                   "UPDATE booking SET state = ?2, updated = ?3, person = coalesce(?4, person)"
                   " WHERE id = ?1",
                   "ttit", e->subject, to, e->at, js_str(e->body, "person"));
}

enum err booking_step_project(struct store *s, const struct entry *e)
{
    bool found = false;
    struct now now;
    const char *step = js_str(e->body, "step");
    enum err rc = e->order ? order_note(s, e, step, NULL) : ERR_OK;
    if (rc == ERR_OK)
        rc = read_now(s, e->subject, &now, &found);
    if (rc != ERR_OK)
        return rc;
    if (!found || step == NULL)
        return e->order ? order_refuse(s, e, err_set(ERR_NOT_FOUND, "booking", NULL)) : ERR_OK;
    const char *to = booking_move(now.state, step, e->order);
    rc = keep_step(s, e, step, to == NULL);
    if (rc == ERR_OK && to != NULL)
        rc = apply(s, e, to);
    else if (rc == ERR_OK && e->order)
        rc = order_refuse(s, e, err_set(ERR_STATE, now.state, NULL));
    return rc;
}
