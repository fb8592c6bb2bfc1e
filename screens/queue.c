/* Owns the queue at a window: who is called next and what becomes of whoever was called. Every
 * change goes through the actions, which alone decide whose turn it is. */
#include "screens/queue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/ticket.h"
#include "screens/words.h"

/* Asked once at this terminal; a clerk who follows sits at the same window. */
static char window[4 * TICKET_WINDOW + 1];

static const struct key_row list_keys[] = {
    {'n', "n", N_("next"), N_("Call whose turn it is to this window.")},
    {'d', "d", N_("done"), N_("What this person came for is done.")},
    {'s', "s", N_("skip"), N_("Nobody came: behind all who wait.")},
    {'h', "h", N_("hold"), N_("Put it on hold: the person comes back later.")},
    {'r', "r", N_("recall"), N_("The person is back: called before all who wait.")},
    {'t', "t", N_("transfer"), N_("Send the person on to another service; the number stays.")},
    {'a', "a", N_("new"), N_("Give out a number.")},
    {'z', "z", N_("zones"), N_("Who is where since when, and who stays too long.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {'g', "g", N_("board"), N_("What is called now in large characters, for a second display.")},
    {'f', "f", N_("which"), N_("Call numbers of the next service only, or of all.")},
    {'c', "c", N_("call this"), N_("Call the number that is marked, or call it again.")},
    {'v', "v", N_("void"), N_("Take the number out of the queue, with a reason.")},
    {'w', "w", N_("window"), N_("This terminal stands at another window now.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the home screen.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row give_keys[] = {
    {'1', "1-9", N_("give"), N_("Give out a number for the service of that digit.")},
    {K_ESC, "Esc", N_("back"), N_("Back, without a number.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row number_keys[] = {
    {K_ENTER, N_("Enter"), N_("go on"), N_("The person knows the number: go on.")},
    {K_ESC, "Esc", N_("back"), N_("Back to where you were.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row failed_keys[] = {
    {'p', "p", N_("print again"), N_("Try the printer again, with a new number.")},
    {'v', "v", N_("by voice"), N_("A new number without paper.")},
    {K_ESC, "Esc", N_("back"), N_("Back, without a number.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row paper_keys[] = {
    {K_ENTER, N_("Enter"), N_("go on"), N_("Go on: the paper comes by itself.")},
    {K_F7, "F7", N_("print jobs"), N_("What was given to the printer.")},
    {K_ESC, "Esc", N_("back"), N_("Back to where you were.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row zone_keys[] = {
    {K_PAGE_DOWN, "PgDn", N_("more"), N_("The next page.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the list.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {
    {"", list_keys, false},
    {N_("New number"), give_keys, false},
    {N_("Number"), number_keys, false},
    {N_("Not printed"), failed_keys, false},
    {N_("Zones"), zone_keys, false},
    {N_("Being printed"), paper_keys, false},
    {NULL, NULL, false},
};

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

/* ---- services ---- */

const char *queue_service(const struct queue *q, const char *id)
{
    size_t i;
    json_t *one;
    json_array_foreach(q->services, i,
                       one) if (strcmp(text_of(one, "id"), id) == 0) return lang_pick(one);
    return id;
}

const char *queue_digit(const struct queue *q, uint32_t key)
{
    return key >= '1' && key <= '9' ? js_str(json_array_get(q->services, key - '1'), "id") : NULL;
}

void queue_choices(const struct queue *q, char *out, size_t size, char keys[10])
{
    size_t i, len = 0;
    json_t *one;
    *out = *keys = 0;
    json_array_foreach(q->services, i, one)
    {
        if (i >= 9 || len >= size)
            break;
        len += (size_t)snprintf(out + len, size - len, "%s%zu %s", i ? "  " : "", i + 1,
                                lang_pick(one));
        keys[i] = (char)('1' + i);
        keys[i + 1] = 0;
    }
    utf8_trim(out);
}

static void next_service(struct queue *q)
{
    size_t i, n = json_array_size(q->services), at = n;
    json_t *one;
    json_array_foreach(q->services, i, one) if (strcmp(text_of(one, "id"), q->only) == 0) at = i;
    at = at == n ? 0 : at + 1;
    snprintf(q->only, sizeof q->only, "%s", text_of(json_array_get(q->services, at), "id"));
}

/* ---- steps ---- */

static const json_t *marked(const struct queue *q)
{
    return json_array_get(q->rows, q->table.list.cur);
}

/* Takes `in` over. */
static bool act(struct ui *ui, const char *what, json_t *in, json_t **out)
{
    *out = NULL;
    enum err rc = action_run(ui->s, what, in, out);
    json_decref(in);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    queue_load_rows(ui);
    return rc == ERR_OK;
}

static bool step_on(struct ui *ui, const char *id, json_t *in)
{
    char what[16 + ENTRY_ID];
    json_t *out;
    snprintf(what, sizeof what, "ticket_step:%s", id);
    bool good = act(ui, what, in, &out);
    json_decref(out);
    return good;
}

static bool step(struct ui *ui, const char *name)
{
    struct queue *q = ui_state(ui);
    char number[TICKET_NUMBER];
    snprintf(number, sizeof number, "%s", text_of(marked(q), "number"));
    if (!marked(q) || !step_on(ui, text_of(marked(q), "id"), json_pack("{s:s}", "step", name)))
        return false;
    ui_say(ui, "%s: %s", number, words_say("ticket_step", name));
    return true;
}

static void mark(struct queue *q, const char *id)
{
    size_t i;
    json_t *one;
    json_array_foreach(q->rows, i, one) if (strcmp(text_of(one, "id"), id) == 0) q->table.list.cur =
        i;
}

/* The words are those to call out. */
static void called(struct ui *ui, const json_t *out)
{
    mark(ui_state(ui), text_of(out, "ticket"));
    ui_say(ui, _("%s, please come to window %s."), text_of(out, "number"), window);
}

static void call_next(struct ui *ui)
{
    struct queue *q = ui_state(ui);
    json_t *out, *in = json_object();
    js_set_str(in, "window", window);
    js_set_str(in, "service", q->only[0] ? q->only : NULL);
    enum err rc = action_run(ui->s, "ticket_next", in, &out);
    json_decref(in);
    queue_load_rows(ui);
    if (rc == ERR_OK)
        called(ui, out);
    else if (rc == ERR_NOT_FOUND)
        ui_say(ui, "%s", _("Nobody waits."));
    else
        ui_error(ui, rc);
    json_decref(out);
}

static void call_marked(struct ui *ui)
{
    struct queue *q = ui_state(ui);
    char what[16 + ENTRY_ID];
    json_t *out;
    snprintf(what, sizeof what, "ticket_step:%s", text_of(marked(q), "id"));
    if (act(ui, what, json_pack("{s:s,s:s}", "step", "call", "window", window), &out))
        called(ui, out);
    json_decref(out);
}

/* Who still stands at this window: nobody is called over that person's head. */
static const json_t *at_window(const struct queue *q)
{
    size_t i;
    json_t *one;
    json_array_foreach(q->rows, i, one) if (strcmp(text_of(one, "state"), "called") == 0 &&
                                            strcmp(text_of(one, "window"), window) == 0) return one;
    return NULL;
}

static void settled(void *with, const char *answer)
{
    static const char *const words[] = {"done", "skip", "hold"};
    struct ui *ui = with;
    const json_t *one = at_window(ui_state(ui));
    for (size_t i = 0; answer && one && i < 3; i++)
        if (*words[i] == *answer) {
            if (step_on(ui, text_of(one, "id"), json_pack("{s:s}", "step", words[i])))
                call_next(ui);
            return;
        }
}

static void next(struct ui *ui)
{
    char text[200];
    const json_t *one = at_window(ui_state(ui));
    if (!one) {
        call_next(ui);
        return;
    }
    snprintf(text, sizeof text, _("%s is still here: d done  s nobody came  h on hold"),
             text_of(one, "number"));
    ui_ask_keys(ui, text, "dsh", settled);
}

/* ---- what a step must know first ---- */

static void with_window(struct ui *ui)
{
    struct queue *q = ui_state(ui);
    if (strcmp(q->step, "next") == 0)
        next(ui);
    else if (strcmp(q->step, "call") == 0 && marked(q))
        call_marked(ui);
    else if (strcmp(q->step, "window") == 0)
        ui_say(ui, _("This terminal stands at window %s."), window);
}

static void window_named(void *with, const char *answer)
{
    if (!answer || !*answer)
        return;
    snprintf(window, sizeof window, "%s", answer);
    with_window(with);
}

/* The window is asked for once. */
static void need_window(struct ui *ui, const char *what)
{
    struct queue *q = ui_state(ui);
    snprintf(q->step, sizeof q->step, "%s", what);
    if (window[0] && strcmp(what, "window") != 0)
        with_window(ui);
    else
        ui_ask_text(ui, _("At which window does this terminal stand?"), TICKET_WINDOW,
                    window_named);
}

static void sent_on(void *with, const char *answer)
{
    struct ui *ui = with;
    struct queue *q = ui_state(ui);
    const char *service = answer ? queue_digit(q, (unsigned char)*answer) : NULL;
    if (service && marked(q) &&
        step_on(ui, text_of(marked(q), "id"),
                json_pack("{s:s,s:s}", "step", "transfer", "service", service)))
        ui_say(ui, _("Sent on: %s"), queue_service(q, service));
}

static void ask_service(struct ui *ui)
{
    char text[200], keys[10];
    queue_choices(ui_state(ui), text, sizeof text, keys);
    ui_ask_keys(ui, text, keys, sent_on);
}

static void void_because(void *with, const char *answer)
{
    struct ui *ui = with;
    struct queue *q = ui_state(ui);
    if (answer && *answer && marked(q))
        step_on(ui, text_of(marked(q), "id"),
                json_pack("{s:s,s:s}", "step", "void", "reason", answer));
}

/* ---- the screen ---- */

static void load(struct ui *ui)
{
    struct queue *q = ui_state(ui);
    struct policy *p = NULL;
    json_decref(q->services);
    q->services = NULL;
    if (site_policy(ui->s, &p) == ERR_OK)
        q->services = json_incref(js_get(policy_json(p), "services"));
    q->stay = ticket_param(ui->s, "max_stay_minutes", TICKET_STAY_MINUTES);
    queue_load_rows(ui);
    if (ui->places[ui->depth].page == QUEUE_ZONES)
        queue_load_zones(ui);
    if (ui->places[ui->depth].page == QUEUE_PAPER)
        queue_load_paper(ui);
}

/* With a visit it comes from the door: the service is asked at once. */
static void open(struct ui *ui, const json_t *arg)
{
    struct queue *q = ui_state(ui);
    q->ui = ui;
    q->door = js_str(arg, "visit") != NULL;
    snprintf(q->visit, sizeof q->visit, "%s", text_of(arg, "visit"));
    snprintf(q->person, sizeof q->person, "%s", text_of(arg, "person"));
    snprintf(q->name, sizeof q->name, "%s", text_of(arg, "name"));
    utf8_trim(q->name);
    if (q->door)
        ui_page(ui, QUEUE_GIVE);
}

static void draw(struct ui *ui, struct area body)
{
    struct queue *q = ui_state(ui);
    struct area inner = {body.row + 1, 1, body.rows - 1, body.cols - 2};
    switch (ui->places[ui->depth].page) {
    case QUEUE_LIST: queue_draw_rows(ui, body); break;
    case QUEUE_GIVE: queue_draw_give(ui, body); break;
    case QUEUE_NUMBER: queue_draw_number(ui, body); break;
    case QUEUE_FAILED: queue_draw_failed(ui, body); break;
    case QUEUE_PAPER: queue_draw_paper(ui, body); break;
    default: pager_draw(&q->zones, inner); break;
    }
}

static unsigned step_key(struct ui *ui, uint32_t k)
{
    static const struct {
        char key;
        const char *step;
    } plain[] = {{'d', "done"}, {'s', "skip"}, {'h', "hold"}, {'r', "recall"}};
    struct queue *q = ui_state(ui);
    if (!marked(q))
        return UI_IGNORED;
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        if ((uint32_t)plain[i].key == k) {
            step(ui, plain[i].step);
            return UI_HANDLED;
        }
    if (k == 't')
        ask_service(ui);
    else if (k == 'v')
        ui_ask_text(ui, _("Why is this number void?"), 60, void_because);
    else if (k == 'c')
        need_window(ui, "call");
    else
        return UI_IGNORED;
    return UI_HANDLED;
}

static unsigned list_screen_key(struct ui *ui, uint32_t k)
{
    struct queue *q = ui_state(ui);
    switch (k) {
    case 'n': need_window(ui, "next"); return UI_HANDLED;
    case 'w': need_window(ui, "window"); return UI_HANDLED;
    case 'a': ui_page(ui, QUEUE_GIVE); return UI_HANDLED;
    case 'f': next_service(q); return UI_HANDLED;
    case 'g': ui_go(ui, "board", NULL); return UI_HANDLED;
    case 'z': ui_page(ui, QUEUE_ZONES); return UI_RELOAD;
    case K_ESC: ui_home(ui); return UI_HANDLED;
    default: break;
    }
    return step_key(ui, k) || list_key(&q->table.list, k) ? UI_HANDLED : UI_IGNORED;
}

static unsigned key(struct ui *ui, uint32_t k)
{
    struct queue *q = ui_state(ui);
    switch (ui->places[ui->depth].page) {
    case QUEUE_LIST: return list_screen_key(ui, k);
    case QUEUE_GIVE: return queue_give_key(ui, k);
    case QUEUE_NUMBER:
    case QUEUE_PAPER: return queue_number_key(ui, k);
    case QUEUE_FAILED: return queue_failed_key(ui, k);
    default: break;
    }
    if (k == K_ESC)
        ui_page(ui, QUEUE_LIST);
    else
        return pager_key(&q->zones, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}

static void leave(struct ui *ui)
{
    struct queue *q = ui_state(ui);
    json_decref(q->rows);
    json_decref(q->services);
    json_decref(q->ticket);
    pager_fini(&q->zones);
    explicit_bzero(q->name, sizeof q->name);
}

const struct screen screen_queue = {
    .name = "queue",
    .digit = '6',
    .title = N_("Queue"),
    .about = N_("Numbers at the windows: n calls whose turn it is; two windows never get the same. "
                "Other terminals see each change within a second."),
    .role = "gate",
    .pages = pages,
    .state = sizeof(struct queue),
    .open = open,
    .load = load,
    .draw = draw,
    .key = key,
    .close = leave,
};
