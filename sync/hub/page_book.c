/* Owns: the public pages on which people book. Invariant: nobody signs in, no script runs, and
 * nothing of a person is kept but by hub_book, which seals it. */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "sync/hub/booking.h"
#include "sync/hub/items.h"
#include "sync/hub/page.h"
#include "sync/hub/rate.h"
#include "sync/hub/view.h"

#define DAYS_SHOWN 30

/* --- parts ------------------------------------------------------------------------------------ */

const char *page_day(int64_t day, char out[64])
{
    static const char *const names[] = {N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"),
                                        N_("Mon"), N_("Tue"), N_("Wed")};
    char date[CLOCK_TEXT];
    int64_t n = (day + CLOCK_OFFSET_MS) / CLOCK_DAY_MS; /* 1970-01-01 was a Thursday */
    snprintf(out, 64, "%s %s", clock_date(day, date), _(names[n % 7]));
    return out;
}

static const char *site_name(struct web *w, const char *site, char out[200])
{
    struct hub_rows rows;
    enum err rc = hub_ask(w->hub->db, &rows, "SELECT name FROM site WHERE site = ?1", "s", site);
    out[0] = 0;
    if (rc == ERR_OK && hub_next(&rows, &rc)) {
        snprintf(out, 200, "%s", hub_text(&rows, 0));
        hub_done(&rows);
    }
    return out;
}

static void begin(struct web *w, const char *site)
{
    char name[200], title[320];
    snprintf(title, sizeof title, "%s · %s", site_name(w, site, name), _("Book a time"));
    page_begin(w, title, "");
    page_put(&w->out, "<div class=\"book\">");
}

static void end(struct web *w, unsigned status)
{
    page_put(&w->out, "</div>");
    page_end(w, status);
}

static void trouble(struct web *w, const char *text)
{
    if (text != NULL)
        page_put(&w->out, "<p class=\"bad\" role=\"alert\">%s</p>", text);
}

static bool bookable(const json_t *item)
{
    size_t i;
    json_t *one;
    json_array_foreach(js_get(item, "channels"), i,
                       one) if (strcmp(json_string_value(one), "appointment") == 0) return true;
    return false;
}

/* Items under their departments; the catalogue stands in that order. */
static void put_items(struct web *w, const char *chosen)
{
    const struct catalogue *c = hub_items();
    const char *last = "";
    bool zh = strcmp(lang_name(), "en") != 0;
    page_put(&w->out, "<label>%s<select name=\"item\" required><option value=\"\">%s</option>",
             _("What for"), _("choose"));
    for (size_t i = 0; c != NULL && i < catalogue_count(c); i++) {
        const json_t *item = catalogue_at(c, i);
        const char *group = js_str(item, zh ? "category" : "category_en");
        const char *code = js_str(item, "code");
        if (!bookable(item))
            continue;
        if (group != NULL && strcmp(group, last) != 0) {
            page_put(&w->out, "%r<optgroup label=\"%s\">", *last != 0 ? "</optgroup>" : "", group);
            last = group;
        }
        page_put(&w->out, "<option value=\"%s\"%r>%s</option>", code,
                 chosen != NULL && strcmp(chosen, code) == 0 ? " selected" : "", page_item(code));
    }
    page_put(&w->out, "%r</select></label>", *last != 0 ? "</optgroup>" : "");
}

/* --- /book ------------------------------------------------------------------------------------ */

void page_book_sites(struct web *w)
{
    struct hub_rows rows;
    int n = 0;
    page_begin(w, _("Book a time"), "");
    page_put(&w->out, "<ul class=\"choose\">");
    enum err rc = hub_ask(w->hub->db, &rows,
                          "SELECT s.site, s.name FROM site s JOIN slot_plan p ON p.site = s.site"
                          " WHERE s.state = 'joined' ORDER BY s.name, s.site",
                          "");
    for (; rc == ERR_OK && hub_next(&rows, &rc); n++)
        page_put(&w->out, "<li><a href=\"/book/%s\">%s</a></li>", hub_text(&rows, 0),
                 hub_text(&rows, 1));
    page_put(&w->out, "</ul>");
    if (n == 0)
        page_put(&w->out, "<p class=\"none\">%s</p>", _("Nothing here yet."));
    page_end(w, MHD_HTTP_OK);
}

/* --- /book/SITE ------------------------------------------------------------------------------- */

static void put_days(struct web *w, const json_t *plan, int64_t chosen)
{
    char value[CLOCK_TEXT], text[64];
    int64_t today = clock_day(clock_now()), days = js_int(plan, "days", 0);
    page_put(&w->out, "<label>%s<select name=\"day\">", _("Day"));
    for (int64_t i = 0; i < days && i < DAYS_SHOWN; i++) {
        int64_t day = today + i * CLOCK_DAY_MS;
        page_put(&w->out, "<option value=\"%s\"%r>%s</option>", clock_date(day, value),
                 day == chosen ? " selected" : "", page_day(day, text));
    }
    page_put(&w->out, "</select></label>");
}

static void put_choice(struct web *w, const json_t *plan, const char *item, int64_t day)
{
    page_put(&w->out, "<form class=\"decide\" method=\"get\" action=\"/book/%s\">", w->arg[0]);
    put_items(w, item);
    put_days(w, plan, day);
    page_put(&w->out, "<button>%s</button></form>", _("See the free times"));
}

static void put_slot(struct web *w, const json_t *slot)
{
    char hhmm[CLOCK_TEXT];
    int64_t from = 0, free = js_int(slot, "free", 0);
    clock_parse(js_str(slot, "from"), &from);
    page_put(&w->out, "<button name=\"from\" value=\"%d\"%r>%s <small>%s %d</small></button>", from,
             free > 0 ? "" : " disabled", clock_hhmm(from, hhmm), _("free:"), free);
}

static void put_slots(struct web *w, const char *item, int64_t day)
{
    size_t i;
    json_t *slots = NULL, *slot;
    char text[64];
    if (hub_slots(w->hub, w->arg[0], day, item, &slots) != ERR_OK)
        return;
    page_put(&w->out,
             "<h2>%s</h2><form class=\"slots\" method=\"post\" action=\"/book/%s/hold\">"
             "<input type=\"hidden\" name=\"item\" value=\"%s\">",
             page_day(day, text), w->arg[0], item);
    json_array_foreach(slots, i, slot) put_slot(w, slot);
    page_put(&w->out, "</form>");
    if (i == 0)
        page_put(&w->out, "<p class=\"none\">%s</p>", _("No times on this day."));
    json_decref(slots);
}

static void show_choice(struct web *w, unsigned status, const char *why, const char *item,
                        int64_t day)
{
    json_t *plan = NULL;
    if (hub_plan(w->hub, w->arg[0], &plan) != ERR_OK) {
        page_message(w, MHD_HTTP_NOT_FOUND, _("No times can be booked here. Please telephone."));
        return;
    }
    begin(w, w->arg[0]);
    trouble(w, why);
    put_choice(w, plan, item, day);
    if (item != NULL && hub_item(item) != NULL)
        put_slots(w, item, day);
    page_put(&w->out, "<p class=\"none\">%s</p><p><a href=\"/book/%s/cancel\">%s</a></p>",
             _("Free here does not count the times that the village gives by telephone: when a time"
               " is full here, you may still call."),
             w->arg[0], _("Cancel a booking"));
    end(w, status);
    json_decref(plan);
}

void page_book(struct web *w)
{
    int64_t day = clock_day(clock_now());
    const char *asked = web_query(w, "day"), *item = web_query(w, "item");
    if (asked != NULL && !clock_parse_date(asked, &day))
        day = clock_day(clock_now());
    show_choice(w, MHD_HTTP_OK, NULL, item != NULL && *item != 0 ? item : NULL, day);
}

/* --- the form --------------------------------------------------------------------------------- */

struct form {
    char *item, *from, *hold, *name, *id_no, *phone;
};

static struct form form_read(struct web *w)
{
    return (struct form){web_field(w, "item"), web_field(w, "from"),  web_field(w, "hold"),
                         web_field(w, "name"), web_field(w, "id_no"), web_field(w, "phone")};
}

static void form_fini(struct form *f)
{
    char *const all[] = {f->item, f->from, f->hold, f->name, f->id_no, f->phone};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (all[i] != NULL)
            secret_wipe(all[i], strlen(all[i]));
        free(all[i]);
    }
}

static int64_t from_of(const struct form *f)
{
    return f->from != NULL && strlen(f->from) < 16 ? strtoll(f->from, NULL, 10) : 0;
}

static void put_bring(struct web *w, const char *code)
{
    size_t i;
    json_t *paper,
        *papers = hub_item(code) != NULL ? catalogue_papers(hub_item(code), false) : NULL;
    page_put(&w->out, "<h2>%s</h2><ul>", _("What to bring"));
    json_array_foreach(papers, i, paper) page_put(&w->out, "<li>%s</li>", lang_pick(paper));
    page_put(&w->out, "</ul>");
    json_decref(papers);
}

/* `until` 0: the hold is older than this page and stands as it stands. */
static void put_form(struct web *w, unsigned status, const struct form *f, const char *hold,
                     const char *why, int64_t until)
{
    char day[64], hhmm[CLOCK_TEXT], end_at[CLOCK_TEXT];
    int64_t from = from_of(f);
    begin(w, w->arg[0]);
    trouble(w, why);
    page_put(&w->out, "<dl><dt>%s</dt><dd>%s</dd><dt>%s</dt><dd>%s %s–%s</dd></dl>", _("What for"),
             page_item(f->item), _("When"), page_day(clock_day(from), day), clock_hhmm(from, hhmm),
             clock_hhmm(from + SLOT_MS, end_at));
    if (until > 0)
        page_put(&w->out, "<p class=\"held\">%s %s</p>", _("This time is kept for you until"),
                 clock_hhmm(until, hhmm));
    page_put(&w->out,
             "<form class=\"decide\" method=\"post\" action=\"/book/%s\">"
             "<input type=\"hidden\" name=\"item\" value=\"%s\">"
             "<input type=\"hidden\" name=\"from\" value=\"%s\">"
             "<input type=\"hidden\" name=\"hold\" value=\"%s\">"
             "<label>%s<input name=\"name\" value=\"%s\" autocomplete=\"name\" maxlength=\"40\""
             " required></label>"
             "<label>%s<input name=\"id_no\" value=\"%s\" autocomplete=\"off\" maxlength=\"18\""
             " required></label>"
             "<label>%s<input name=\"phone\" type=\"tel\" value=\"%s\" autocomplete=\"tel\""
             " maxlength=\"20\" required></label><button>%s</button></form>",
             w->arg[0], f->item, f->from, hold, _("Name of who comes"), f->name, _("ID number"),
             f->id_no, _("Telephone"), f->phone, _("Book"));
    page_put(&w->out, "<p class=\"none\">%s</p>",
             _("Your data is sealed at once; only the clerks of this village and the officers of"
               " the sub-centre can open it."));
    end(w, status);
}

static bool too_often(struct web *w)
{
    char text[200];
    if (rate_allows(w->address))
        return false;
    snprintf(text, sizeof text, _("Too many tries from here. Please wait %d s, or telephone."),
             rate_wait(w->address));
    page_message(w, MHD_HTTP_TOO_MANY_REQUESTS, text);
    return true;
}

static unsigned status_of(enum err rc)
{
    if (rc == ERR_NOT_FOUND)
        return MHD_HTTP_NOT_FOUND;
    return rc == ERR_CONSTRAINT || rc == ERR_DUPLICATE || rc == ERR_SUSPENDED
               ? MHD_HTTP_CONFLICT
               : MHD_HTTP_UNPROCESSABLE_CONTENT;
}

/* A person reads what happened, without the names that programs use. */
static const char *say(enum err rc, char out[400])
{
    if (rc == ERR_CONSTRAINT && strcmp(err_field(), "from") == 0)
        return _("This time has just been taken. Please choose another.");
    if (rc == ERR_DUPLICATE)
        return _("This person has a booking at that time already.");
    if (rc == ERR_CONSTRAINT && strcmp(err_field(), "person") == 0)
        return _("This person has enough bookings ahead. Cancel one first, or telephone.");
    snprintf(out, 400, "%s", err_what(rc));
    return out;
}

void page_book_hold(struct web *w)
{
    char hold[HUB_HOLD], text[400];
    int64_t until = 0;
    if (too_often(w))
        return;
    struct form f = form_read(w);
    enum err rc = f.item == NULL ? err_set(ERR_FIELD_REQUIRED, "item", NULL)
                                 : hub_hold(w->hub, w->arg[0], f.item, from_of(&f), hold, &until);
    if (rc == ERR_OK)
        put_form(w, MHD_HTTP_OK, &f, hold, NULL, until);
    else
        show_choice(w, status_of(rc), say(rc, text), f.item,
                    clock_day(from_of(&f) > 0 ? from_of(&f) : clock_now()));
    form_fini(&f);
}

static void show_done(struct web *w, const json_t *booking)
{
    char day[64], from_text[CLOCK_TEXT], to_text[CLOCK_TEXT];
    int64_t from = 0, to = 0;
    const char *item = js_str(booking, "item");
    clock_parse(js_str(booking, "from"), &from);
    clock_parse(js_str(booking, "to"), &to);
    begin(w, w->arg[0]);
    page_put(&w->out,
             "<p class=\"ok\" role=\"status\">%s</p><p class=\"number\">%s</p>"
             "<dl><dt>%s</dt><dd>%s</dd><dt>%s</dt><dd>%s %s–%s</dd></dl>",
             _("Booked. Your number:"), js_str(booking, "number"), _("What for"), page_item(item),
             _("When"), page_day(clock_day(from), day), clock_hhmm(from, from_text),
             clock_hhmm(to, to_text));
    put_bring(w, item);
    page_put(&w->out, "<p>%s</p><p><a href=\"/book/%s/cancel\">%s</a></p>",
             _("Note the number or take a picture of this page. At the door your ID card is"
               " enough."),
             w->arg[0], _("Cancel a booking"));
    end(w, MHD_HTTP_OK);
}

void page_book_post(struct web *w)
{
    char text[400];
    json_t *booking = NULL;
    if (too_often(w))
        return;
    struct form f = form_read(w);
    struct hub_wish wish = {.site = w->arg[0],
                            .item = f.item,
                            .from = from_of(&f),
                            .name = f.name,
                            .id_no = f.id_no,
                            .phone = f.phone,
                            .hold = f.hold,
                            .means = "web",
                            .by = "web"};
    enum err rc = f.item == NULL || f.from == NULL ? err_set(ERR_FIELD_REQUIRED, "item", NULL)
                                                   : hub_book(w->hub, &wish, &booking);
    if (rc == ERR_OK)
        show_done(w, booking);
    else if (rc == ERR_NOT_FOUND || rc == ERR_SUSPENDED || f.item == NULL || f.from == NULL ||
             strcmp(err_field(), "from") == 0)
        show_choice(w, status_of(rc), say(rc, text), f.item,
                    clock_day(from_of(&f) > 0 ? from_of(&f) : clock_now()));
    else
        put_form(w, status_of(rc), &f, f.hold, say(rc, text), 0);
    json_decref(booking);
    form_fini(&f);
}

/* --- /book/SITE/cancel ------------------------------------------------------------------------ */

static void show_cancel(struct web *w, unsigned status, const char *why, const char *done)
{
    begin(w, w->arg[0]);
    trouble(w, why);
    if (done != NULL)
        page_put(&w->out, "<p class=\"ok\" role=\"status\">%s</p>", done);
    page_put(&w->out,
             "<form class=\"decide\" method=\"post\" action=\"/book/%s/cancel\">"
             "<label>%s<input name=\"number\" autocomplete=\"off\" required></label>"
             "<label>%s<input name=\"phone\" type=\"tel\" autocomplete=\"tel\" required></label>"
             "<label>%s<input name=\"last4\" autocomplete=\"off\" maxlength=\"4\" required></label>"
             "<button>%s</button></form><p><a href=\"/book/%s\">%s</a></p>",
             w->arg[0], _("Booking number"), _("Telephone"), _("Last four of the ID number"),
             _("Cancel the booking"), w->arg[0], _("Book a time"));
    end(w, status);
}

void page_book_cancel(struct web *w)
{
    show_cancel(w, MHD_HTTP_OK, NULL, NULL);
}

void page_book_cancel_post(struct web *w)
{
    if (too_often(w))
        return;
    char *number = web_field(w, "number"), *phone = web_field(w, "phone"),
         *last4 = web_field(w, "last4");
    enum err rc = number == NULL || phone == NULL || last4 == NULL
                      ? err_set(ERR_NOT_FOUND, NULL, NULL)
                      : hub_booking_recall(w->hub, w->arg[0], number, phone, last4);
    if (rc == ERR_OK)
        show_cancel(w, MHD_HTTP_OK, NULL, _("Cancelled. The time is free for somebody else."));
    else if (rc == ERR_STATE)
        show_cancel(w, MHD_HTTP_CONFLICT, _("This booking is cancelled or over already."), NULL);
    else
        show_cancel(w, MHD_HTTP_NOT_FOUND,
                    _("No booking has this number, telephone and ID number. Check them, or"
                      " telephone."),
                    NULL);
    free(number);
    free(phone);
    free(last4);
}
