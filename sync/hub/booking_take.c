/* Owns: what entries and orders about bookings mean to the hub. Invariant: a village's step about
 * its own door wins over what the hub said meanwhile, so that both come to the same state in
 * whatever order they heard of each other. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "sync/hub/booking.h"
#include "sync/hub/project.h"

enum err hub_booking_begin(struct hub *h, const char *site, const struct entry *e)
{
    const char *item = js_str(e->body, "item"), *means = js_str(e->body, "by");
    const char *who = e->order ? "hub" : "village";
    int64_t from = js_int(e->body, "from", -1), to = js_int(e->body, "to", -1);
    if (item == NULL || means == NULL || from < 0 || to <= from)
        return err_set(ERR_FIELD_REQUIRED, "booking", NULL);
    return hub_run(h->db,
                   "INSERT INTO booking (site, id, at, by, source, share, person, tag, item, grp,"
                   " starts, ends, means, state)"
                   " VALUES (?1,?2,?3,?4,?5,?5,?6,?7,?8,?9,?10,?11,?12,'booked')",
                   "ssissssssiis", site, e->id, e->at, e->clerk, who, js_str(e->body, "person"),
                   js_str(e->body, "tag"), item, js_str(e->body, "group"), from, to, means);
}

/* A person at the door, a place marked as empty: that is how it was, whatever was ordered. */
static const char *state_after(const struct entry *e, const char *step)
{
    if (strcmp(step, "cancel") == 0)
        return "cancelled";
    if (!e->order && strcmp(step, "arrive") == 0)
        return "arrived";
    if (!e->order && strcmp(step, "no_show") == 0)
        return "no_show";
    return NULL;
}

/* A place that the village moved somebody to is one of its own. */
static enum err move(struct hub *h, const char *site, const struct entry *e)
{
    int64_t from = js_int(e->body, "from", -1), to = js_int(e->body, "to", -1);
    if (from < 0 || to <= from)
        return err_set(ERR_FIELD_REQUIRED, "from", NULL);
    return hub_run(h->db,
                   "UPDATE booking SET starts = ?3, ends = ?4, share = 'village'"
                   " WHERE site = ?1 AND id = ?2",
                   "ssii", site, e->subject, from, to);
}

enum err hub_booking_step(struct hub *h, const char *site, const struct entry *e)
{
    const char *step = js_str(e->body, "step");
    if (step == NULL)
        return err_set(ERR_FIELD_REQUIRED, "step", NULL);
    if (hub_number(h->db, 0, "SELECT count(*) FROM booking WHERE site = ?1 AND id = ?2", "ss", site,
                   e->subject) == 0)
        return err_set(ERR_NOT_FOUND, "sub", "%s", e->subject);
    if (!e->order && strcmp(step, "move") == 0)
        return move(h, site, e);
    const char *to = state_after(e, step);
    if (to == NULL)
        return err_set(ERR_FIELD_CHOICE, "step", NULL);
    return hub_run(h->db, "UPDATE booking SET state = ?3 WHERE site = ?1 AND id = ?2", "sss", site,
                   e->subject, to);
}

enum err hub_slot_plan(struct hub *h, const char *site, const struct entry *e)
{
    if (js_int(e->body, "hub", -1) < 0 || js_int(e->body, "cutoff", -1) < 0 ||
        js_int(e->body, "days", -1) < 0 || !json_is_array(js_get(e->body, "hours")))
        return err_set(ERR_FIELD_REQUIRED, "slot_plan", NULL);
    char *plan = js_dump(e->body);
    enum err rc = hub_run(h->db,
                          "INSERT INTO slot_plan (site, entry, plan) VALUES (?1,?2,?3)"
                          " ON CONFLICT (site) DO UPDATE SET entry = ?2, plan = ?3",
                          "sss", site, e->id, plan);
    free(plan);
    return rc;
}

enum err hub_slot_pass(struct hub *h, const char *site, const struct entry *e)
{
    int64_t from = js_int(e->body, "from", -1), places = js_int(e->body, "places", -1);
    if (from < 0 || places < 1)
        return err_set(ERR_FIELD_REQUIRED, "places", NULL);
    return hub_run(h->db, "INSERT INTO slot_pass (site, id, starts, places) VALUES (?1,?2,?3,?4)",
                   "ssii", site, e->id, from, places);
}
