/* Owns: the first page: what an officer looks at in the morning. Invariant: nobody's name is on it;
 * what colours say is said in words and shapes too. */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "sync/hub/chart.h"
#include "sync/hub/day.h"
#include "sync/hub/page.h"
#include "sync/hub/report.h"

#define LOOK_ROWS 30
#define OPEN_ROWS 20

/* --- figures on top ---------------------------------------------------------------------------
 */

static void put_tile(struct web *w, const char *path, int64_t n, const char *text, const char *tone)
{
    page_put(&w->out, "<li><a href=\"%r\" class=\"%r\"><b>%d</b> %s</a></li>", path,
             n > 0 ? tone : "calm", n, text);
}

struct open_ones {
    json_t *rows;
    int64_t n, late;
};

static enum err gather_open(void *arg, const json_t *row)
{
    struct open_ones *o = arg;
    size_t i;
    bool late = false;
    json_t *one;
    json_t *next = hub_incident_next(row, clock_now());
    json_array_foreach(next, i, one) late |= js_int(one, "late", -1) > 0;
    o->n++;
    o->late += late;
    if (json_array_size(o->rows) < OPEN_ROWS) {
        json_t *copy = json_deep_copy(row);
        json_object_set(copy, "next", next);
        json_array_append_new(o->rows, copy);
    }
    json_decref(next);
    return ERR_OK;
}

static void put_tiles(struct web *w, const json_t *day, const struct open_ones *open)
{
    static const char *const looks[] = {"suspended", "failing", "fork", "silent", "drift"};
    const json_t *sites = js_get(day, "sites");
    char path[64];
    page_put(&w->out, "<ul class=\"tiles\">");
    put_tile(w, "/incidents?state=unclosed", open->n, _("open incidents"), "bad");
    if (open->late > 0)
        put_tile(w, "/incidents?state=unclosed", open->late, _("of them overdue"), "bad");
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        int64_t n = js_int(sites, looks[i], 0);
        snprintf(path, sizeof path, "/sites?state=%s", looks[i]);
        if (n > 0 || strcmp(looks[i], "silent") == 0)
            put_tile(w, path, n, page_look(looks[i]), page_look_bad(looks[i]) ? "bad" : "warn");
    }
    put_tile(w, "/sites", js_int(sites, "fine", 0), _("villages in order"), "calm");
    page_put(&w->out, "</ul>");
}

/* --- what is open -----------------------------------------------------------------------------
 */

static void put_open(struct web *w, const struct open_ones *open)
{
    size_t i;
    json_t *row;
    char at[CLOCK_TEXT];
    page_put(&w->out, "<section><h2>%s</h2>", _("Incidents and what is due"));
    if (open->n == 0)
        page_put(&w->out, "<p class=\"none\">%s</p>", _("No incident is open."));
    else
        page_put(&w->out,
                 "<table><thead><tr><th>%s</th><th>%s</th><th>%s</th><th>%s</th></tr></thead>"
                 "<tbody>",
                 _("Time"), _("Village"), _("Cause"), _("What may follow"));
    json_array_foreach(open->rows, i, row)
    {
        const char *named = lang_pick(js_get(row, "named"));
        page_put(&w->out,
                 "<tr><td data-label=\"%s\">%s</td><td data-label=\"%s\"><a href=\"/sites/%s\">%s"
                 "</a></td><td data-label=\"%s\">%s</td><td data-label=\"%s\">",
                 _("Time"), page_time(js_str(row, "at"), at), _("Village"), js_str(row, "site"),
                 js_str(row, "site_name"), _("Cause"),
                 *named != 0 ? named : page_word(js_str(row, "cause")), _("What may follow"));
        page_put_next(w, js_get(row, "next"));
        page_put(&w->out, "</td></tr>");
    }
    if (open->n > 0)
        page_put(&w->out, "</tbody></table>");
    if (open->n > (int64_t)json_array_size(open->rows))
        page_put(&w->out, "<p><a href=\"/incidents?state=unclosed\">%s</a></p>",
                 _("All incidents"));
    page_put(&w->out, "</section>");
}

static void put_look(struct web *w, const json_t *day)
{
    size_t i, k;
    json_t *row, *look;
    char at[CLOCK_TEXT], span[64];
    int64_t contact;
    const json_t *rows = js_get(day, "look");
    page_put(&w->out, "<section><h2>%s</h2>", _("Villages to look after"));
    if (json_array_size(rows) == 0)
        page_put(&w->out, "<p class=\"none\">%s</p>", _("All villages are in order."));
    else
        page_put(&w->out, "<table><thead><tr><th>%s</th><th>%s</th><th>%s</th></tr></thead><tbody>",
                 _("Village"), _("Last contact"), _("Look here"));
    json_array_foreach(rows, i, row)
    {
        const char *said = js_str(row, "contact");
        page_put(&w->out,
                 "<tr><td data-label=\"%s\"><a href=\"/sites/%s\">%s</a></td><td data-label=\"%s\">"
                 "%s",
                 _("Village"), js_str(row, "site"), js_str(row, "name"), _("Last contact"),
                 page_time(said, at));
        if (said != NULL && clock_parse(said, &contact))
            page_put(&w->out, " <small>%s</small>", page_ago(clock_now() - contact, span));
        page_put(&w->out, "</td><td data-label=\"%s\"><ul class=\"looks\">", _("Look here"));
        json_array_foreach(js_get(row, "look"), k, look)
            page_put_look(w, row, json_string_value(look));
        page_put(&w->out, "</ul></td></tr>");
    }
    if (json_array_size(rows) > 0)
        page_put(&w->out, "</tbody></table>");
    page_put(&w->out, "<p><a href=\"/sites\">%s</a></p></section>", _("All villages"));
}

/* --- the map ----------------------------------------------------------------------------------
 */

#define MAP_WIDE 600
#define MAP_MARGIN 24
#define MAP_NAMES 40 /* more names than this would cover each other */

struct map {
    int64_t south, north, west, east;
    double scale, narrow; /* units a degree; how much narrower a degree of longitude is */
    int64_t high;
    bool names;
};

/* The cosine, to a thousandth as far as people live. */
static double narrow(double x)
{
    double q = x * x;
    return 1 - q / 2 + q * q / 24 - q * q * q / 720;
}

static void measure(struct map *m, const json_t *places)
{
    size_t i;
    json_t *p;
    m->south = m->west = INT64_MAX;
    m->north = m->east = INT64_MIN;
    json_array_foreach(places, i, p)
    {
        int64_t lat = js_int(p, "lat", 0), lon = js_int(p, "lon", 0);
        m->south = lat < m->south ? lat : m->south;
        m->north = lat > m->north ? lat : m->north;
        m->west = lon < m->west ? lon : m->west;
        m->east = lon > m->east ? lon : m->east;
    }
    double wide = (double)(m->east - m->west) / 1e6, tall = (double)(m->north - m->south) / 1e6;
    m->narrow = narrow((double)(m->south + m->north) / 2e6 * 3.14159265 / 180);
    wide *= m->narrow;
    double most =
        wide > tall * 1.5 ? wide : tall * 1.5; /* not higher than two thirds of its width */
    m->scale = most > 0 ? (MAP_WIDE - 2 * MAP_MARGIN) / most : 0;
    m->high = (int64_t)(tall * m->scale) + 2 * MAP_MARGIN;
    m->names = json_array_size(places) <= MAP_NAMES;
}

/* By its shape and its colour: in order a disc, to be looked at a diamond, in trouble a square. */
static void put_mark(struct web *w, const char *tone, int64_t x, int64_t y)
{
    if (*tone == 'b')
        page_put(&w->out, "<rect class=\"bad\" x=\"%d\" y=\"%d\" width=\"14\" height=\"14\"/>",
                 x - 7, y - 7);
    else if (*tone == 'w')
        page_put(&w->out, "<path class=\"warn\" d=\"M%d %dl9 9l-9 9l-9 -9z\"/>", x, y - 9);
    else
        page_put(&w->out, "<circle class=\"fine\" cx=\"%d\" cy=\"%d\" r=\"5\"/>", x, y);
}

static const char *tone_of(const json_t *look)
{
    size_t i;
    json_t *one;
    json_array_foreach(look, i, one) if (page_look_bad(json_string_value(one))) return "bad";
    return json_array_size(look) > 0 ? "warn" : "";
}

static void put_place(struct web *w, const struct map *m, const json_t *p)
{
    const json_t *look = js_get(p, "look");
    const char *tone = tone_of(look), *name = js_str(p, "name");
    int64_t x = MAP_MARGIN +
                (int64_t)((double)(js_int(p, "lon", 0) - m->west) / 1e6 * m->narrow * m->scale);
    int64_t y = MAP_MARGIN + (int64_t)((double)(m->north - js_int(p, "lat", 0)) / 1e6 * m->scale);
    if (*tone != 0)
        page_put(&w->out, "<a href=\"/sites/%s\" aria-label=\"%s: %s\">", js_str(p, "site"), name,
                 page_look(json_string_value(json_array_get(look, 0))));
    put_mark(w, tone, x, y);
    if (m->names || *tone == 'b')
        page_put(&w->out, "<text class=\"%r\" x=\"%d\" y=\"%d\">%s</text>",
                 x > MAP_WIDE * 3 / 4 ? "end" : "start", x > MAP_WIDE * 3 / 4 ? x - 11 : x + 11,
                 y + 4, name);
    if (*tone != 0)
        page_put(&w->out, "</a>");
}

/* Only when some have a place: else the list below is all. */
static void put_map(struct web *w)
{
    size_t i;
    struct map m;
    json_t *p, *places = NULL;
    if (hub_day_map(w->hub, &places) != ERR_OK || json_array_size(places) == 0) {
        json_decref(places);
        return;
    }
    measure(&m, places);
    page_put(&w->out,
             "<section><h2>%s</h2><figure class=\"map\"><svg viewBox=\"0 0 %d %d\" role=\"group\""
             " aria-label=\"%s\">",
             _("Map"), (int64_t)MAP_WIDE, m.high,
             _("Map of the villages; those to look after are links"));
    json_array_foreach(places, i, p) if (!js_bool(p, "revoked")) put_place(w, &m, p);
    page_put(
        &w->out,
        "</svg><figcaption class=\"legend\" aria-hidden=\"true\"><svg viewBox=\"0 0 20 20\""
        " width=\"16\" height=\"16\"><circle class=\"fine\" cx=\"10\" cy=\"10\" r=\"5\"/></svg>"
        " %s <svg viewBox=\"0 0 20 20\" width=\"16\" height=\"16\"><path class=\"warn\""
        " d=\"M10 1l9 9l-9 9l-9 -9z\"/></svg> %s <svg viewBox=\"0 0 20 20\" width=\"16\""
        " height=\"16\"><rect class=\"bad\" x=\"3\" y=\"3\" width=\"14\" height=\"14\"/></svg> %s"
        "</figcaption></figure></section>",
        _("in order"), _("to look at"), _("in trouble"));
    json_decref(places);
}

/* --- charts -----------------------------------------------------------------------------------
 */

static void put_visits(struct web *w, const json_t *day)
{
    char label[DAY_HOURS][8];
    struct chart_item items[DAY_HOURS];
    struct chart c = {.title = _("Visits today by the hour"),
                      .head = _("Hour"),
                      .series = {page_word("admit"), page_word("deny"), page_word("isolate")},
                      .items = items,
                      .n = DAY_HOURS};
    for (size_t i = 0; i < DAY_HOURS; i++) {
        const json_t *hour = json_array_get(js_get(day, "visits"), i);
        snprintf(label[i], sizeof label[i], "%zu", i);
        items[i].label = label[i];
        for (size_t s = 0; s < CHART_SERIES; s++)
            items[i].n[s] = json_integer_value(json_array_get(hour, s));
    }
    chart_columns(&w->out, &c);
}

static void put_channels(struct web *w, const json_t *day)
{
    static const char *const codes[] = {"online", "remote",      "courier",
                                        "proxy",  "appointment", "nearby"};
    struct chart_item items[sizeof codes / sizeof *codes];
    struct chart c = {.title = _("Errands today by channel"),
                      .head = _("Channel"),
                      .series = {_("Errands")},
                      .items = items,
                      .n = sizeof codes / sizeof *codes};
    for (size_t i = 0; i < c.n; i++)
        items[i] = (struct chart_item){page_word(codes[i]),
                                       {js_int(js_get(day, "channels"), codes[i], 0)}};
    chart_bars(&w->out, &c);
}

static void put_lag(struct web *w, const json_t *day)
{
    static const char *const labels[DAY_LAGS] = {N_("under 1 min"),   N_("under 10 min"),
                                                 N_("under 1 h"),     N_("under 1 day"),
                                                 N_("a day or more"), N_("nothing yet")};
    struct chart_item items[DAY_LAGS];
    struct chart c = {.title = _("How long each village's newest record was under way"),
                      .head = _("Under way"),
                      .series = {_("Villages")},
                      .items = items,
                      .n = DAY_LAGS};
    for (size_t i = 0; i < DAY_LAGS; i++)
        items[i] = (struct chart_item){_(labels[i]),
                                       {json_integer_value(json_array_get(js_get(day, "lag"), i))}};
    chart_bars(&w->out, &c);
}

/* The packs that ship with the program, for the names of their duties. */
static json_t *shipped_packs(void)
{
    const struct asset *a;
    json_t *pack, *packs = json_array();
    for (size_t i = 0; (a = asset_at("policies/", i)) != NULL; i++)
        if (js_parse(a->data, a->len, a->name, &pack) == ERR_OK)
            json_array_append_new(packs, pack);
    return packs;
}

/* The name that a pack gives to a duty; its code when none does. Copied. */
static char *duty_name(const json_t *packs, const char *duty)
{
    size_t i, k;
    json_t *pack, *one;
    json_array_foreach(packs, i, pack) json_array_foreach(js_get(pack, "duties"), k, one)
    {
        const char *id = js_str(one, "id"), *title = lang_pick(js_get(one, "title"));
        if (id != NULL && strcmp(id, duty) == 0 && *title != 0)
            return mem_printf("%s", title);
    }
    return mem_printf("%s", duty);
}

static void put_duties(struct web *w, const json_t *day)
{
    const char *duty;
    json_t *counts, *packs = shipped_packs();
    size_t n = 0, room = json_object_size(js_get(day, "duties"));
    struct chart_item *items = mem_alloc((room + 1) * sizeof *items);
    char **names = mem_alloc((room + 1) * sizeof *names);
    struct chart c = {.title = _("Duties, by yesterday's signed reports"),
                      .head = _("Duty"),
                      .series = {_("done"), _("not done")},
                      .items = items};
    json_object_foreach(js_get(day, "duties"), duty, counts)
    {
        names[n] = duty_name(packs, duty);
        items[n] = (struct chart_item){names[n],
                                       {json_integer_value(json_array_get(counts, 0)),
                                        json_integer_value(json_array_get(counts, 1))}};
        n++;
    }
    c.n = n;
    if (n > 0)
        chart_bars(&w->out, &c);
    else
        page_put(&w->out, "<figure><figcaption>%s</figcaption><p class=\"none\">%s</p></figure>",
                 c.title, _("No report of yesterday is signed yet."));
    for (size_t i = 0; i < n; i++)
        free(names[i]);
    free(names);
    free(items);
    json_decref(packs);
}

/* --- the page ---------------------------------------------------------------------------------
 */

static void put_page(struct web *w, const json_t *day, const struct open_ones *open)
{
    char today[64], title[100];
    snprintf(title, sizeof title, "%s · %s", _("The day"), page_day(clock_day(clock_now()), today));
    page_begin(w, title, "/");
    put_tiles(w, day, open);
    put_open(w, open);
    page_put(&w->out, "<div class=\"beside\">");
    put_look(w, day);
    put_map(w);
    page_put(&w->out, "</div>");
    page_put(&w->out, "<section class=\"charts\"><h2>%s</h2>", _("Figures"));
    put_visits(w, day);
    put_channels(w, day);
    put_duties(w, day);
    put_lag(w, day);
    page_put(&w->out, "</section>");
    page_end(w, MHD_HTTP_OK);
}

void page_home(struct web *w)
{
    char text[400];
    json_t *day = NULL;
    struct hub_query q = {.state = "unclosed"};
    struct open_ones open = {json_array(), 0, 0};
    enum err rc = hub_view(w->hub, "incidents", &q, gather_open, &open);
    if (rc == ERR_OK)
        rc = hub_day(w->hub, clock_now(), LOOK_ROWS, &day);
    if (rc == ERR_OK) {
        put_page(w, day, &open);
    } else {
        err_say(rc, text, sizeof text);
        page_message(w, MHD_HTTP_INTERNAL_SERVER_ERROR, text);
    }
    json_decref(day);
    json_decref(open.rows);
}
