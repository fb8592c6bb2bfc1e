/* Owns: appointments. Invariant: an appointment ends after it begins, on the same day, and no half
 * hour takes more of them than the policy allows (notice: R54). */
#include "kiosk/desk/booking.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/booking_who.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/order.h"
#include "kiosk/desk/person.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/slot.h"
#include "kiosk/desk/sql.h"
#include "kiosk/desk/suspend.h"

static enum err check_booking(struct site *s, const json_t *clean, char group[40])
{
    const json_t *item;
    int64_t from = action_time(clean, "from"), to = action_time(clean, "to");
    if (to <= from || clock_day(from) != clock_day(to))
        return err_set(ERR_CONSTRAINT, "to", NULL);
    enum err rc = action_item(s, js_str(clean, "item"), &item);
    if (rc == ERR_OK)
        rc = slot_group(s, item, group);
    return rc == ERR_OK ? slot_room(s, from, to, item) : rc;
}

/* By telephone nobody is booked twice in one half hour: it is the same wish told again. */
static enum err check_once(struct site *s, const json_t *clean)
{
    struct booking_who who;
    const char *by = js_str(clean, "by");
    if (by == NULL || strcmp(by, "phone") != 0)
        return ERR_OK;
    enum err rc = booking_who_of(s, js_get(clean, "person"), &who);
    if (rc == ERR_OK)
        rc = booking_once(s, &who, "", action_time(clean, "from"), action_time(clean, "to"));
    booking_who_fini(&who);
    return rc;
}

static enum err write_booking(struct site *s, const json_t *clean, const char *group, json_t **out)
{
    static const char *const keys[] = {"item", "by", NULL};
    bool given;
    int64_t seq;
    char person[ENTRY_ID], id[ENTRY_ID], number[SLOTS_NUMBER];
    enum err rc = action_person(s, clean, "person", &given, person);
    if (rc == ERR_OK && !given)
        rc = err_set(ERR_FIELD_REQUIRED, "person", NULL);
    if (rc != ERR_OK)
        return rc;
    json_t *body = input_pick(clean, keys);
    js_set_str(body, "person", person);
    js_set_int(body, "from", action_time(clean, "from"));
    js_set_int(body, "to", action_time(clean, "to"));
    if (*group != 0)
        js_set_str(body, "group", group);
    struct journal_new what = {.kind = "booking", .at = action_time(clean, "at"), .body = body};
    rc = journal_append(&s->j, &what, id, &seq);
    json_decref(body);
    if (rc == ERR_OK) {
        *out = action_answer(id, seq);
        js_set_str(*out, "number", slots_number(id, number));
    }
    return rc;
}

/* A hold is this desk's, not the form's: it is taken out before the form is checked, and its place
 * is free for the booking that comes of it. */
static enum err take_hold(struct site *s, json_t *in)
{
    json_t *hold = js_get(in, "hold");
    if (hold == NULL)
        return ERR_OK;
    if (!json_is_integer(hold))
        return err_set(ERR_FIELD_TYPE, "hold", NULL);
    int64_t id = json_integer_value(hold);
    json_object_del(in, "hold");
    return slot_release(s, id);
}

enum err booking_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    char group[40];
    json_t *clean = NULL, *rest = json_copy((json_t *)(uintptr_t)in);
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : suspend_check(s);
    if (rc == ERR_OK)
        rc = take_hold(s, rest);
    if (rc == ERR_OK)
        rc = action_form(s, "booking", rest, &clean);
    if (rc == ERR_OK)
        rc = check_booking(s, clean, group);
    if (rc == ERR_OK)
        rc = check_once(s, clean);
    if (rc == ERR_OK)
        rc = write_booking(s, clean, group, out);
    json_decref(clean);
    json_decref(rest);
    return rc;
}

/* --- projected ---------------------------------------------------------------------------------
 */

static enum err put_booking(struct store *s, const struct entry *e)
{
    return sql_put(s,
                   "INSERT INTO booking (id, epoch, seq, at, clerk, person, item, starts, ends,"
                   " means, state, source, share, tag, grp)"
                   " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,'booked',?11,?11,?12,?13)",
                   "tiiitttiitttt", e->id, e->epoch, e->seq, e->at, e->clerk,
                   e->order ? "" : js_str(e->body, "person"), js_str(e->body, "item"),
                   js_int(e->body, "from", 0), js_int(e->body, "to", 0), js_str(e->body, "by"),
                   e->order ? "hub" : "village", js_str(e->body, "tag"), js_str(e->body, "group"));
}

/* What the hub booked stands, whatever is full here; what is no booking is kept and marked. */
static enum err take_order(struct store *s, const struct entry *e)
{
    static const char *const texts[] = {"item", "by", "tag"};
    enum err why = ERR_OK, rc = order_note(s, e, NULL, NULL);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (js_str(e->body, texts[i]) == NULL)
            why = err_set(ERR_FIELD_REQUIRED, texts[i], NULL);
    int64_t from = js_int(e->body, "from", -1);
    if (why == ERR_OK && (from < 0 || js_int(e->body, "to", -1) <= from))
        why = err_set(ERR_FIELD_REQUIRED, "from", NULL);
    if (rc != ERR_OK)
        return rc;
    return why == ERR_OK ? put_booking(s, e) : order_refuse(s, e, why);
}

enum err booking_project(struct store *s, const struct entry *e)
{
    return e->order ? take_order(s, e) : put_booking(s, e);
}
