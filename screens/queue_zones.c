/* Owns the page of zones: who is where, since when, who stays too long, which places are free. */
#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/view.h"
#include "screens/queue.h"
#include "screens/words.h"

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

static void add_person(struct pager *p, const json_t *one, const char *holds)
{
    int64_t since;
    char at[CLOCK_TEXT] = "";
    const char *name = js_str(one, "name"), *what = text_of(one, "what");
    bool incident = *holds == 'i', over = js_bool(one, "over");
    if (clock_parse(text_of(one, "since"), &since))
        since < clock_day(clock_now()) ? clock_short(since, at) : clock_hhmm(since, at);
    pager_add(p, over ? PAINT_BOLD : PAINT_PLAIN, 2, _("%s  %lld min  %s  %s  %s %s  %s"), at,
              (long long)js_int(one, "minutes", 0), name ? name : _("unnamed"), what,
              incident ? text_of(one, "last") : words_say("ticket", text_of(one, "state")),
              text_of(one, "place"), over ? _("STAYS TOO LONG") : "");
    if (*text_of(one, "note"))
        pager_add(p, PAINT_PLAIN, 9, "%s", text_of(one, "note"));
}

static enum err add_zone(void *to, json_t *zone)
{
    struct pager *p = to;
    size_t i;
    json_t *one;
    const json_t *people = js_get(zone, "people");
    if (p->n > 0)
        pager_add(p, PAINT_PLAIN, 0, "%s", "");
    if (js_get(zone, "spots"))
        pager_add(p, PAINT_BOLD, 0, _("%s: %zu in it, %lld of %lld places free"),
                  text_of(zone, "title"), json_array_size(people),
                  (long long)js_int(zone, "free", 0), (long long)js_int(zone, "spots", 0));
    else
        pager_add(p, PAINT_BOLD, 0, _("%s: %zu in it"), text_of(zone, "title"),
                  json_array_size(people));
    json_array_foreach(people, i, one) add_person(p, one, text_of(zone, "holds"));
    return ERR_OK;
}

void queue_load_zones(struct ui *ui)
{
    struct queue *q = ui_state(ui);
    int top = q->zones.top;
    pager_fini(&q->zones);
    enum err rc = view_each(ui->s, "zones", &VIEW_ALL, add_zone, &q->zones);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    if (q->zones.n == 0)
        pager_add(&q->zones, PAINT_PLAIN, 0, "%s", _("The policy in force names no zones."));
    q->zones.top = top;
}
