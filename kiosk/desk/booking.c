/* Owns: appointments. Invariant: an appointment ends after it begins, on the same day, and no half
 * hour takes more of them than the policy allows (notice: R54). */
#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/slot.h"
#include "kiosk/desk/sql.h"
#include "kiosk/desk/suspend.h"

static enum err check_booking(struct site *s, const json_t *clean)
{
    const json_t *item;
    int64_t from = action_time(clean, "from"), to = action_time(clean, "to");
    if (to <= from || clock_day(from) != clock_day(to))
        return err_set(ERR_CONSTRAINT, "to", NULL);
    enum err rc = action_item(s, js_str(clean, "item"), &item);
    return rc == ERR_OK ? slot_room(s, from, to) : rc;
}

static enum err write_booking(struct site *s, const json_t *clean, json_t **out)
{
    static const char *const keys[] = {"item", "by", NULL};
    bool given;
    int64_t seq;
    char person[ENTRY_ID], id[ENTRY_ID];
    enum err rc = action_person(s, clean, "person", &given, person);
    if (rc == ERR_OK && !given)
        rc = err_set(ERR_FIELD_REQUIRED, "person", NULL);
    if (rc != ERR_OK)
        return rc;
    json_t *body = input_pick(clean, keys);
    js_set_str(body, "person", person);
    js_set_int(body, "from", action_time(clean, "from"));
    js_set_int(body, "to", action_time(clean, "to"));
    struct journal_new what = {.kind = "booking", .at = action_time(clean, "at"), .body = body};
    rc = journal_append(&s->j, &what, id, &seq);
    json_decref(body);
    if (rc == ERR_OK)
        *out = action_answer(id, seq);
    return rc;
}

enum err booking_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    json_t *clean = NULL;
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : suspend_check(s);
    if (rc == ERR_OK)
        rc = action_form(s, "booking", in, &clean);
    if (rc == ERR_OK)
        rc = check_booking(s, clean);
    if (rc == ERR_OK)
        rc = write_booking(s, clean, out);
    json_decref(clean);
    return rc;
}

enum err booking_project(struct store *s, const struct entry *e)
{
    return sql_put(s,
                   "INSERT INTO booking (id, epoch, seq, at, clerk, person, item, starts, ends,"
                   " means, state) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,'booked')",
                   "tiiitttiit", e->id, e->epoch, e->seq, e->at, e->clerk,
                   js_str(e->body, "person"), js_str(e->body, "item"), js_int(e->body, "from", 0),
                   js_int(e->body, "to", 0), js_str(e->body, "by"));
}
