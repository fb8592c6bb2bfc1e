/* Owns the day's half hours: what is free, who is booked, who came. Every change goes through the
 * actions; nobody is marked as absent but by a key. */
#include "screens/bookings.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/view.h"
#include "kiosk/rules/slots.h"
#include "screens/words.h"

static const struct key_row day_keys[] = {
    {'b', "b", N_("book"),
     N_("Take a booking for the half hour marked; its place is held 15 min.")},
    {'a', "a", N_("came"), N_("The person marked has come.")},
    {'x', "x", N_("cancel"), N_("Cancel the booking marked; its place is free at once.")},
    {'m', "m", N_("move"), N_("Move the booking: mark another half hour, then Enter.")},
    {'n', "n", N_("absent"), N_("The half hour is over and this person did not come.")},
    {'o', "o", N_("all over"), N_("All whose half hour is over and who did not come, at once.")},
    {K_LEFT, N_("Left"), N_("day before"), N_("The day before.")},
    {K_RIGHT, N_("Right"), N_("next day"), N_("The next day.")},
    {'t', "t", N_("today"), N_("Back to today.")},
    {'g', "g", N_("give away"), N_("Give free places of ours to the sub-centre's web page.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the home screen.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row take_keys[] = {
    {K_F2, "F2", N_("save"), N_("Book it.")},
    {K_ENTER, N_("Enter"), N_("next field"), N_("Go to the next field.")},
    {K_ESC, "Esc", N_("back"), N_("Back; the place is let go.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {
    {"", day_keys, false}, {N_("A booking"), take_keys, false}, {NULL, NULL, false}};

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

static int64_t time_of(const json_t *row, const char *key)
{
    int64_t at;
    return clock_parse(text_of(row, key), &at) ? at : 0;
}

static const json_t *marked(const struct bookings *b, const char *part)
{
    return js_get(json_array_get(b->rows, b->table.list.cur), part);
}

/* The half hour of the marked row. */
static int64_t marked_from(const struct bookings *b)
{
    return js_int(json_array_get(b->rows, b->table.list.cur), "from", 0);
}

/* ---- rows ---- */

static enum err take_row(void *to, json_t *row)
{
    json_array_insert(to, 0, row);
    return ERR_OK;
}

static enum err keep_row(void *to, json_t *row)
{
    json_array_append(to, row);
    return ERR_OK;
}

/* A half hour's row carries the first of its bookings; the others stand below. What lies outside
 * of all half hours stands behind the last one before it. */
static void place(json_t *rows, json_t *booking)
{
    int64_t from = time_of(booking, "from");
    size_t at = 0, n = json_array_size(rows);
    while (at < n && js_int(json_array_get(rows, at), "from", 0) <= from - from % SLOT_MS)
        at++;
    json_t *last = at > 0 ? json_array_get(rows, at - 1) : NULL;
    bool first = last && js_int(last, "from", 0) == from - from % SLOT_MS;
    if (first && !js_get(last, "booking")) {
        json_object_set(last, "booking", booking);
        return;
    }
    json_t *row = json_object();
    js_set_int(row, "from", from - from % SLOT_MS);
    json_object_set(row, "booking", booking);
    json_array_insert_new(rows, at, row);
}

static json_t *rows_of(struct ui *ui, int64_t day)
{
    size_t i;
    json_t *one, *rows = json_array(), *slots = json_array(), *booked = json_array();
    struct view_query q = {.from = day, .to = day + CLOCK_DAY_MS};
    enum err rc = view_each(ui->s, "slots", &q, keep_row, slots);
    if (rc == ERR_OK)
        rc = view_each(ui->s, "bookings", &q, take_row, booked);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    json_array_foreach(slots, i, one)
    {
        json_t *row = json_object();
        js_set_int(row, "from", time_of(one, "from"));
        json_object_set(row, "slot", one);
        json_array_append_new(rows, row);
    }
    json_array_foreach(booked, i, one) place(rows, one);
    json_decref(slots);
    json_decref(booked);
    return rows;
}

static const struct column columns[] = {{N_("time"), 6},  {N_("free"), 5},       {N_("number"), 11},
                                        {N_("name"), 13}, {N_("telephone"), 14}, {N_("state"), 10},
                                        {N_("item"), 0}};

static const char *slot_cell(const json_t *slot, size_t c, char *out)
{
    if (!slot)
        return "";
    if (c == 0)
        return clock_hhmm(time_of(slot, "from"), out);
    if (!js_get(slot, "free"))
        return "-";
    snprintf(out, 256, "%lld", (long long)js_int(slot, "free", 0));
    return out;
}

static const char *cell(void *with, size_t i, size_t c, char *out)
{
    static const char *const keys[] = {"number", "name", "phone", "state", "item_name"};
    const struct bookings *b = with;
    const json_t *row = json_array_get(b->rows, i), *booking = js_get(row, "booking");
    if (c < 2)
        return slot_cell(js_get(row, "slot"), c, out);
    const char *text = text_of(booking, keys[c - 2]);
    if (c != 5 || !booking)
        return text;
    bool missed = strcmp(text, "booked") == 0 && time_of(booking, "to") <= clock_now();
    return words_say("booking", missed ? "missed" : text);
}

/* The half hour that runs now, or the first. */
static void mark_now(struct bookings *b)
{
    int64_t now = clock_now();
    size_t i;
    json_t *row;
    b->table.list.cur = 0;
    json_array_foreach(b->rows, i, row) if (js_int(row, "from", 0) <= now &&
                                            clock_day(now) == b->day) b->table.list.cur = i;
}

/* The marker stays on its booking, or on its half hour. */
static void mark_again(struct bookings *b, int64_t from, const char *id)
{
    size_t i;
    json_t *row;
    json_array_foreach(b->rows, i, row)
    {
        bool half_hour = js_get(row, "slot") && js_int(row, "from", 0) == from;
        if (*id ? strcmp(text_of(js_get(row, "booking"), "id"), id) == 0 : half_hour)
            b->table.list.cur = i;
    }
}

static void load(struct ui *ui)
{
    struct bookings *b = ui_state(ui);
    bool first = !b->rows;
    char id[ENTRY_ID];
    int64_t from = marked_from(b);
    snprintf(id, sizeof id, "%s", text_of(marked(b, "booking"), "id"));
    json_decref(b->rows);
    b->rows = rows_of(ui, b->day);
    b->table.columns = columns;
    b->table.n_columns = sizeof columns / sizeof columns[0];
    b->table.cell = cell;
    b->table.with = b;
    list_count(&b->table.list, json_array_size(b->rows));
    if (first)
        mark_now(b);
    else
        mark_again(b, from, id);
}

static void go_day(struct ui *ui, int64_t day)
{
    struct bookings *b = ui_state(ui);
    b->day = day;
    ui_load(ui);
    mark_now(b);
}

/* ---- steps ---- */

/* Takes `in` over. */
static bool step_on(struct ui *ui, const char *id, json_t *in)
{
    char what[16 + ENTRY_ID];
    json_t *out = NULL;
    snprintf(what, sizeof what, "booking_step:%s", id);
    enum err rc = action_run(ui->s, what, in, &out);
    json_decref(in);
    json_decref(out);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    ui_load(ui);
    return rc == ERR_OK;
}

static void step(struct ui *ui, const char *name)
{
    struct bookings *b = ui_state(ui);
    const json_t *booking = marked(b, "booking");
    char number[SLOTS_NUMBER], id[ENTRY_ID];
    if (!booking)
        return;
    snprintf(number, sizeof number, "%s", text_of(booking, "number"));
    snprintf(id, sizeof id, "%s", text_of(booking, "id"));
    if (step_on(ui, id, json_pack("{s:s}", "step", name)))
        ui_say(ui, "%s: %s", number, words_say("booking_step", name));
}

/* ---- who has come ---- */

struct known {
    const char *name, *phone;
    json_t *found;
};

static enum err take_known(void *to, json_t *row)
{
    struct known *k = to;
    bool name = strcmp(text_of(row, "name"), k->name) == 0;
    bool phone = *k->phone && strcmp(text_of(row, "phone"), k->phone) == 0;
    if (!k->found && (name || phone))
        k->found = json_incref(row);
    return ERR_OK;
}

/* Somebody known here under the booking's name or telephone, and without another ID number. */
static json_t *known_as(struct ui *ui, const json_t *booking)
{
    struct known k = {text_of(booking, "name"), text_of(booking, "phone"), NULL};
    struct view_query q = VIEW_ALL;
    const char *const likes[] = {k.name, k.phone};
    for (size_t i = 0; i < 2 && !k.found; i++) {
        q.like = likes[i];
        if (*likes[i])
            view_each(ui->s, "people", &q, take_known, &k);
    }
    return k.found;
}

static void arrived_as(struct ui *ui, json_t *person)
{
    struct bookings *b = ui_state(ui);
    const json_t *booking = marked(b, "booking");
    char number[SLOTS_NUMBER], id[ENTRY_ID];
    snprintf(number, sizeof number, "%s", text_of(booking, "number"));
    snprintf(id, sizeof id, "%s", text_of(booking, "id"));
    if (step_on(ui, id, json_pack("{s:s,s:o}", "step", "arrive", "person", person)))
        ui_say(ui, "%s: %s", number, words_say("booking_step", "arrive"));
}

static void same_person(void *with, const char *answer)
{
    struct bookings *b = ui_state(with);
    if (answer && marked(b, "booking"))
        arrived_as(with, *answer == 'y' ? json_pack("{s:s}", "ref", b->known)
                                        : json_pack("{s:b}", "new", 1));
    b->known[0] = 0;
}

/* Who booked at the sub-centre and was never here is asked for, or entered as the booking has it.
 */
static void arrive(struct ui *ui)
{
    struct bookings *b = ui_state(ui);
    const json_t *booking = marked(b, "booking");
    char question[300];
    if (!booking || js_str(booking, "person") || !js_str(booking, "name")) {
        step(ui, "arrive");
        return;
    }
    json_t *known = known_as(ui, booking);
    if (!known) {
        arrived_as(ui, json_pack("{s:b}", "new", 1));
        return;
    }
    snprintf(b->known, sizeof b->known, "%s", text_of(known, "id"));
    snprintf(question, sizeof question, _("Known here: %s %s. The same person? y/n"),
             text_of(known, "name"), text_of(known, js_str(known, "id_no") ? "id_no" : "phone"));
    json_decref(known);
    ui_ask_keys(ui, question, "yn", same_person);
}

static void cancel(void *with, const char *answer)
{
    if (answer && *answer == 'y')
        step(with, "cancel");
}

static void move_here(struct ui *ui)
{
    struct bookings *b = ui_state(ui);
    char from[CLOCK_TEXT], id[ENTRY_ID];
    snprintf(id, sizeof id, "%s", b->moving);
    b->moving[0] = 0;
    clock_iso(marked_from(b), from);
    if (step_on(ui, id, json_pack("{s:s,s:s}", "step", "move", "from", from)))
        ui_say(ui, _("Moved to %s."), clock_hhmm(marked_from(b), from));
}

static bool missed(const json_t *booking)
{
    return booking && strcmp(text_of(booking, "state"), "booked") == 0 &&
           time_of(booking, "to") <= clock_now();
}

static size_t count_missed(const struct bookings *b)
{
    size_t i, n = 0;
    json_t *row;
    json_array_foreach(b->rows, i, row) n += missed(js_get(row, "booking"));
    return n;
}

static void all_over(void *with, const char *answer)
{
    struct ui *ui = with;
    struct bookings *b = ui_state(ui);
    size_t i, n = 0;
    json_t *row, *rows = json_incref(b->rows); /* a step loads anew */
    if (!answer || *answer != 'y') {
        json_decref(rows);
        return;
    }
    json_array_foreach(rows, i, row)
    {
        const json_t *booking = js_get(row, "booking");
        n += missed(booking) &&
             step_on(ui, text_of(booking, "id"), json_pack("{s:s}", "step", "no_show"));
    }
    ui_say(ui, _("%zu marked: did not come."), n);
    json_decref(rows);
}

static void ask_all_over(struct ui *ui)
{
    char question[200];
    size_t n = count_missed(ui_state(ui));
    if (n == 0) {
        ui_say(ui, "%s", _("Nobody is missing whose half hour is over."));
        return;
    }
    snprintf(question, sizeof question, _("%zu did not come: mark them? y/n"), n);
    ui_ask_keys(ui, question, "yn", all_over);
}

static void give_away(void *with, const char *answer)
{
    struct ui *ui = with;
    struct bookings *b = ui_state(ui);
    char from[CLOCK_TEXT];
    json_t *out = NULL;
    if (!answer)
        return;
    json_t *in =
        json_pack("{s:s,s:i}", "from", clock_iso(marked_from(b), from), "places", *answer - '0');
    enum err rc = action_run(ui->s, "slot_pass", in, &out);
    json_decref(in);
    json_decref(out);
    if (rc == ERR_OK)
        ui_say(ui, "%s", _("Passed on: they can be booked on the web when it has been sent."));
    else
        ui_error(ui, rc);
    ui_load(ui);
}

/* ---- the screen ---- */

static void open(struct ui *ui, const json_t *arg)
{
    struct bookings *b = ui_state(ui);
    b->ui = ui;
    b->day = js_int(arg, "day", clock_day(clock_now()));
}

static void draw_head(struct ui *ui, struct area at)
{
    static const char *const names[] = {N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"),
                                        N_("Mon"), N_("Tue"), N_("Wed")};
    const struct bookings *b = ui_state(ui);
    char date[CLOCK_TEXT], text[200];
    int64_t n = (b->day + CLOCK_OFFSET_MS) / CLOCK_DAY_MS; /* 1970-01-01 was a Thursday */
    const json_t *slot = marked(b, "slot");
    snprintf(text, sizeof text, "%s %s%s", clock_date(b->day, date), _(names[n % 7]),
             b->day == clock_day(clock_now()) ? _(" (today)") : "");
    utf8_trim(text);
    paint_text(at.row, at.col, at.cols, PAINT_BOLD, text);
    if (b->moving[0])
        ui_hint(ui, _("Mark the half hour to move to, then Enter; Esc leaves it where it is."));
    else if (slot && js_int(slot, "hub", 0) > 0) {
        snprintf(text, sizeof text, _("The sub-centre gives %lld more of this half hour."),
                 (long long)js_int(slot, "hub", 0));
        ui_hint(ui, text);
    }
}

static void draw(struct ui *ui, struct area body)
{
    struct bookings *b = ui_state(ui);
    if (ui->places[ui->depth].page == BOOKINGS_TAKE) {
        bookings_take_draw(ui, body);
        return;
    }
    draw_head(ui, (struct area){body.row, 1, 1, body.cols - 2});
    table_draw(&b->table, (struct area){body.row + 1, 1, body.rows - 1, body.cols - 2}, true);
    if (json_array_size(b->rows) == 0)
        paint_text(body.row + 3, 3, body.cols - 6, PAINT_PLAIN,
                   _("The policy in force names no hours, and nobody is booked."));
}

static unsigned booking_key(struct ui *ui, uint32_t k)
{
    struct bookings *b = ui_state(ui);
    const json_t *booking = marked(b, "booking");
    if (!booking)
        return UI_IGNORED;
    switch (k) {
    case 'a': arrive(ui); break;
    case 'n': step(ui, "no_show"); break;
    case 'x': ui_ask_keys(ui, _("Cancel this booking? y/n"), "yn", cancel); break;
    case 'm': snprintf(b->moving, sizeof b->moving, "%s", text_of(booking, "id")); break;
    default: return UI_IGNORED;
    }
    return UI_HANDLED;
}

static unsigned day_key(struct ui *ui, uint32_t k)
{
    struct bookings *b = ui_state(ui);
    bool moving = b->moving[0] != 0;
    switch (k) {
    case 'b': bookings_take(ui, marked_from(b)); return UI_HANDLED;
    case 'o': ask_all_over(ui); return UI_HANDLED;
    case 't': go_day(ui, clock_day(clock_now())); return UI_HANDLED;
    case 'g':
        ui_ask_keys(ui, _("How many places to the sub-centre? 1-9"), "123456789", give_away);
        return UI_HANDLED;
    case K_LEFT: go_day(ui, b->day - CLOCK_DAY_MS); return UI_HANDLED;
    case K_RIGHT: go_day(ui, b->day + CLOCK_DAY_MS); return UI_HANDLED;
    case K_ENTER:
        if (moving)
            move_here(ui);
        return UI_HANDLED;
    case K_ESC:
        b->moving[0] = 0;
        if (!moving)
            ui_home(ui);
        return UI_HANDLED;
    default: break;
    }
    return booking_key(ui, k) || list_key(&b->table.list, k) ? UI_HANDLED : UI_IGNORED;
}

static unsigned key(struct ui *ui, uint32_t k)
{
    return ui->places[ui->depth].page == BOOKINGS_TAKE ? bookings_take_key(ui, k) : day_key(ui, k);
}

static void leave(struct ui *ui)
{
    struct bookings *b = ui_state(ui);
    bookings_let_go(ui);
    json_decref(b->rows);
}

const struct screen screen_bookings = {
    .name = "bookings",
    .digit = '0',
    .title = N_("Bookings"),
    .about = N_("The day's half hours: b takes a booking by telephone, a says that somebody came. "
                "What was booked on the web stands here too, once it has come down."),
    .role = "gate",
    .pages = pages,
    .state = sizeof(struct bookings),
    .open = open,
    .load = load,
    .draw = draw,
    .key = key,
    .close = leave,
};
