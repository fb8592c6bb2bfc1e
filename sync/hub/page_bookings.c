/* Owns: the officers' page of a village's bookings on one day. Invariant: a name is opened for who
 * is signed in, and only when the page is asked for. */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "sync/hub/booking.h"
#include "sync/hub/page.h"
#include "sync/hub/view.h"

struct day {
    struct web *w;
    int64_t from;
    int64_t n;
};

static void put_cancel(struct web *w, const json_t *row)
{
    if (strcmp(js_str(row, "state"), "booked") != 0 || !hub_role_may(w->session.role, "officer"))
        return;
    page_put(&w->out, "<form method=\"post\" action=\"/bookings/%s/%s\">", js_str(row, "site"),
             js_str(row, "id"));
    page_csrf(w);
    page_put(&w->out, "<button class=\"say\">%s</button></form>", _("Cancel the booking"));
}

static enum err booking_row(void *arg, const json_t *row)
{
    struct day *d = arg;
    int64_t from = 0;
    char hhmm[CLOCK_TEXT], number[SLOTS_NUMBER];
    const char *site = js_str(row, "site"), *id = js_str(row, "id"), *state = js_str(row, "state");
    json_t *person = NULL;
    if (!clock_parse(js_str(row, "from"), &from) || clock_day(from) != d->from)
        return ERR_OK;
    d->n++;
    const char *name =
        hub_booking_person(d->w->hub, site, id, &person) == ERR_OK ? js_str(person, "name") : NULL;
    page_put(&d->w->out,
             "<tr><td data-label=\"%s\">%s</td><td data-label=\"%s\">%s<br><small>%s</small></td>"
             "<td data-label=\"%s\">%s</td><td data-label=\"%s\">%s</td>"
             "<td data-label=\"%s\"><b class=\"state %s\">%s</b> ",
             _("Time"), clock_hhmm(from, hhmm), _("Person"), name != NULL ? name : "—",
             slots_number(id, number), _("Item"), page_item(js_str(row, "item")), _("Made by"),
             page_word(js_str(row, "means")), _("State"), state, page_word(state));
    put_cancel(d->w, row);
    page_put(&d->w->out, "</td></tr>");
    json_decref(person);
    return ERR_OK;
}

static void put_days(struct web *w, const char *site, int64_t day)
{
    char date[CLOCK_TEXT], text[64];
    page_put(&w->out, "<p class=\"filter\">");
    for (int i = -1; i < 8; i++) {
        int64_t one = clock_day(clock_now()) + i * CLOCK_DAY_MS;
        page_put(&w->out, "<a href=\"/bookings/%s?day=%s\"%r>%s</a>", site, clock_date(one, date),
                 one == day ? " aria-current=\"true\"" : "", page_day(one, text));
    }
    page_put(&w->out, "</p>");
}

static void show_day(struct web *w, const char *site, int64_t day)
{
    static const char *const heads[] = {N_("Time"), N_("Person"), N_("Item"), N_("Made by"),
                                        N_("State")};
    struct day d = {w, day, 0};
    struct hub_query q = {.site = site};
    page_begin(w, _("Bookings"), "/sites");
    put_days(w, site, day);
    page_put(&w->out, "<table><thead><tr>");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        page_put(&w->out, "<th>%s</th>", _(heads[i]));
    page_put(&w->out, "</tr></thead><tbody>");
    hub_view(w->hub, "bookings", &q, booking_row, &d);
    page_put(&w->out, "</tbody></table>");
    if (d.n == 0)
        page_put(&w->out, "<p class=\"none\">%s</p>", _("Nothing here yet."));
    page_end(w, MHD_HTTP_OK);
}

void page_bookings(struct web *w)
{
    int64_t day;
    const char *asked = web_query(w, "day");
    if (asked == NULL || !clock_parse_date(asked, &day))
        day = clock_day(clock_now());
    show_day(w, w->arg[0], day);
}

void page_bookings_cancel(struct web *w)
{
    char here[100], date[CLOCK_TEXT], text[400];
    int64_t from = clock_now();
    json_t *row = NULL;
    enum err rc = hub_booking_read(w->hub, w->arg[0], w->arg[1], &row);
    if (rc == ERR_OK)
        rc = hub_booking_cancel(w->hub, w->arg[0], w->arg[1], w->session.name);
    if (rc == ERR_OK) {
        clock_parse(js_str(row, "from"), &from);
        snprintf(here, sizeof here, "/bookings/%s?day=%s", w->arg[0], clock_date(from, date));
        web_redirect(w, here);
    } else {
        err_say(rc, text, sizeof text);
        page_message(w, rc == ERR_NOT_FOUND ? MHD_HTTP_NOT_FOUND : MHD_HTTP_CONFLICT, text);
    }
    json_decref(row);
}
