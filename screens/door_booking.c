/* Owns the way from the door to today's booking. Invariant: a booking is marked by a key, never by
 * the check itself: who is sent away has not arrived. */
#include "screens/door_booking.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/booking.h"
#include "screens/words.h"

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

static const char *hhmm(const json_t *row, const char *key, char *out)
{
    int64_t at;
    return clock_parse(text_of(row, key), &at) ? clock_hhmm(at, out) : "";
}

void door_booking_show(struct ui *ui, const char *person, struct pager *p)
{
    char from[CLOCK_TEXT], to[CLOCK_TEXT];
    size_t i;
    json_t *one, *all = NULL;
    if (!*person || booking_of_today(ui->s, person, &all) != ERR_OK)
        return;
    json_array_foreach(all, i, one)
    {
        bool booked = strcmp(text_of(one, "state"), "booked") == 0;
        if (js_bool(one, "perhaps"))
            pager_add(p, PAINT_PLAIN, 0, "%s",
                      _("Somebody of this name is booked. The same person?"));
        pager_add(p, PAINT_BOLD, 0, _("Booked for %s-%s: %s (%s). %s"), hhmm(one, "from", from),
                  hhmm(one, "to", to), text_of(one, "item_name"), text_of(one, "number"),
                  booked ? _("b marks it as arrived.")
                         : words_say("booking", text_of(one, "state")));
    }
    json_decref(all);
}

/* Whose booking it is only perhaps becomes this person's by the key. */
static bool arrive(struct ui *ui, const json_t *booking, const char *person)
{
    char what[16 + ENTRY_ID];
    json_t *out = NULL, *in = json_pack("{s:s}", "step", "arrive");
    if (js_bool(booking, "perhaps"))
        json_object_set_new(in, "person", json_pack("{s:s}", "ref", person));
    snprintf(what, sizeof what, "booking_step:%s", text_of(booking, "id"));
    enum err rc = action_run(ui->s, what, in, &out);
    json_decref(in);
    json_decref(out);
    if (rc == ERR_OK)
        ui_say(ui, "%s: %s", text_of(booking, "number"), words_say("booking_step", "arrive"));
    else
        ui_error(ui, rc);
    return true;
}

bool door_booking_arrived(struct ui *ui, const char *person)
{
    size_t i;
    json_t *one, *all = NULL;
    bool found = false;
    if (!*person || booking_of_today(ui->s, person, &all) != ERR_OK)
        return false;
    json_array_foreach(all, i, one) if (!found && strcmp(text_of(one, "state"), "booked") == 0)
        found = arrive(ui, one, person);
    json_decref(all);
    return found;
}
