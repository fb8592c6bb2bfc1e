/* Owns the screen for everybody: what stands on a terminal while no clerk sits at it.
 * Invariant: nothing personal is read for it, and no key does anything here but open the sign-in.
 * It changes once a minute, so that a slow line is free. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/view.h"
#include "kiosk/print/qr.h"
#include "screens/ui.h"

#define MINUTE_MS 60000
#define TEXT_ROWS 6  /* of a notice: what notice_check lets through fits */
#define SLOT_COLS 11 /* "08:30 6" and a gap */
#define SLOT_ROWS 4
#define CALLED_ROWS 3
#define GUIDE_ROWS 5 /* its title and four steps */

struct idle {
    json_t *notices, *slots, *called, *guide, *hours;
    bool suspended;
    char first[ENTRY_ID]; /* the newest notice, as shown last */
    int64_t since;        /* UTC ms when it came: it is shown first, for a minute at least */
    struct buf blocks;    /* the symbol in lines */
    int rows, cols;       /* of the symbol; 0: there is none, or it does not fit */
};

static const struct key_row keys[] = {
    {K_ENTER, N_("any key"), N_("to sign in"), N_("Any key opens the sign-in.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {{"", keys, true}, {NULL, NULL, false}};

/* --- what is shown ------------------------------------------------------------------------------
 */

static json_t *rows_of(struct ui *ui, const char *view, const char *state)
{
    struct view_query q = VIEW_ALL;
    json_t *rows = NULL;
    q.state = state;
    return view_list(ui->s, view, &q, &rows) == ERR_OK ? rows : NULL;
}

/* The symbol with its quiet zone in half blocks; plain characters take twice the lines, and where
 * those have no room the address stands in words alone. */
static void make_symbol(struct ui *ui, struct idle *st, const char *url)
{
    struct qr qr;
    buf_clear(&st->blocks);
    st->rows = st->cols = 0;
    if (!url || qr_make(url, QR_L, &qr) != ERR_OK)
        return;
    int side = qr.size + 8;
    int rows = ui->o->ascii ? side : (side + 1) / 2, cols = ui->o->ascii ? 2 * side : side;
    if (rows + GUIDE_ROWS + 2 <= paint_rows() && cols + 46 <= paint_cols()) {
        qr_blocks(&qr, ui->o->ascii, &st->blocks);
        st->rows = rows;
        st->cols = cols;
    }
    qr_fini(&qr);
}

static void replace(json_t **old, json_t *new)
{
    json_decref(*old);
    *old = new;
}

static void load_policy(struct ui *ui, struct idle *st)
{
    struct policy *p;
    const json_t *pack = site_policy(ui->s, &p) == ERR_OK ? policy_json(p) : NULL;
    replace(&st->guide, json_incref(js_get(pack, "guide")));
    replace(&st->hours, json_incref(js_get(pack, "hours")));
}

static void load(struct ui *ui)
{
    struct idle *st = ui_state(ui);
    json_t *status = rows_of(ui, "status", NULL);
    st->suspended = js_bool(json_array_get(status, 0), "suspended");
    json_decref(status);
    replace(&st->notices, rows_of(ui, "notices", NULL));
    replace(&st->slots, rows_of(ui, "slots", NULL));
    replace(&st->called, rows_of(ui, "tickets", "called"));
    load_policy(ui, st);
    const char *first = js_str(json_array_get(st->notices, 0), "id");
    if (first && strcmp(first, st->first) != 0) {
        snprintf(st->first, sizeof st->first, "%s", first);
        st->since = clock_now();
    }
}

static void open(struct ui *ui, const json_t *arg)
{
    (void)ui;
    (void)arg;
}

/* --- drawing ------------------------------------------------------------------------------------
 */

static void draw_bar(struct ui *ui, int cols)
{
    char day[CLOCK_TEXT], time[CLOCK_TEXT], text[2 * CLOCK_TEXT];
    snprintf(text, sizeof text, "%s %s", clock_date(clock_now(), day),
             clock_hhmm(clock_now(), time));
    paint_cell(0, 0, cols, PAINT_REVERSE, "");
    paint_text(0, 1, cols - 20, PAINT_REVERSE | PAINT_BOLD, ui->s->name);
    paint_text(0, cols - utf8_width(text) - 1, 18, PAINT_REVERSE, text);
}

/* "08:30-11:30 13:00-16:30"; true when now is in one of them, or the pack names none. */
static bool open_now(const struct idle *st, char *text, size_t size)
{
    size_t i;
    json_t *part;
    char now[CLOCK_TEXT];
    bool in = json_array_size(st->hours) == 0;
    *text = 0;
    clock_hhmm(clock_now(), now);
    json_array_foreach(st->hours, i, part)
    {
        const char *from = js_str(part, "from"), *to = js_str(part, "to");
        size_t used = strlen(text);
        in = in || (strcmp(now, from) >= 0 && strcmp(now, to) < 0);
        snprintf(text + used, size - used, "%s%s-%s", i > 0 ? " " : "", from, to);
    }
    return in;
}

static void draw_state(const struct idle *st, struct area at)
{
    char hours[100];
    bool in = open_now(st, hours, sizeof hours);
    if (st->suspended) {
        paint_cell(at.row, at.col, at.cols, PAINT_REVERSE | PAINT_BOLD,
                   _("Service is SUSPENDED: please do not wait here"));
        return;
    }
    int used = paint_text(at.row, at.col, at.cols, PAINT_BOLD, in ? _("Open now") : _("Closed"));
    paint_text(at.row, at.col + used + 2, at.cols - used - 2, PAINT_PLAIN, hours);
}

static int draw_notice(const struct idle *st, struct area at)
{
    char head[80];
    size_t n = json_array_size(st->notices);
    if (n == 0)
        return at.row;
    int64_t shown = clock_now() - st->since; /* a clock set back begins anew */
    size_t which = shown > 0 ? (size_t)(shown / MINUTE_MS) % n : 0;
    const json_t *one = json_array_get(st->notices, which);
    const char *title = js_str(one, "title");
    snprintf(head, sizeof head, "%s %zu/%zu", _("Notice"), which + 1, n);
    paint_text(at.row, at.col, at.cols, PAINT_BOLD, head);
    if (title)
        paint_text(at.row, at.col + utf8_width(head) + 2, at.cols - utf8_width(head) - 2,
                   PAINT_BOLD, title);
    paint_wrapped(at.row + 1, at.col, at.cols, TEXT_ROWS, PAINT_PLAIN, js_str(one, "text"));
    return at.row + 1 + TEXT_ROWS + 1;
}

/* The half hours that are not over, four in a line. */
static int draw_slots(const struct idle *st, struct area at)
{
    size_t i;
    json_t *one;
    int n = 0, per = at.cols / SLOT_COLS;
    char from[CLOCK_TEXT], text[64];
    paint_text(at.row, at.col, at.cols, PAINT_BOLD, _("Free to book today (places left)"));
    json_array_foreach(st->slots, i, one)
    {
        int64_t begin, end;
        if (!clock_parse(js_str(one, "from"), &begin) || !clock_parse(js_str(one, "to"), &end) ||
            end <= clock_now() || n >= per * SLOT_ROWS || !js_get(one, "free"))
            continue;
        snprintf(text, sizeof text, "%s %lld", clock_hhmm(begin, from),
                 (long long)js_int(one, "free", 0));
        paint_text(at.row + 1 + n / per, at.col + n % per * SLOT_COLS, SLOT_COLS - 1, PAINT_PLAIN,
                   text);
        n++;
    }
    if (n == 0)
        paint_text(at.row + 1, at.col, at.cols, PAINT_PLAIN,
                   _("none any more; please book another day"));
    return at.row + 1 + SLOT_ROWS;
}

/* Numbers and windows, and nothing that says who holds them. */
static void draw_called(const struct idle *st, struct area at)
{
    size_t i;
    json_t *one;
    char text[64];
    int n = 0, each = at.cols / 2;
    if (json_array_size(st->called) == 0)
        return;
    paint_text(at.row, at.col, at.cols, PAINT_BOLD, _("Now called"));
    json_array_foreach(st->called, i, one)
    {
        const char *number = js_str(one, "number"), *window = js_str(one, "window");
        if (!number || n >= 2 * (CALLED_ROWS - 1))
            continue;
        snprintf(text, sizeof text, "%s → %s", number, window ? window : "");
        utf8_trim(text);
        paint_text(at.row + 1 + n / 2, at.col + n % 2 * each, each - 1, PAINT_BOLD, text);
        n++;
    }
}

static void draw_symbol(const struct idle *st, int row, int col)
{
    const char *p = buf_str(&st->blocks);
    for (; *p; row++) {
        size_t n = strcspn(p, "\n");
        char *line = mem_strndup(p, n);
        paint_text(row, col, st->cols, PAINT_REVERSE, line);
        free(line);
        p += n + (p[n] == '\n');
    }
}

static void draw_guide(const struct idle *st, struct area at)
{
    size_t i;
    json_t *step;
    char text[400];
    if (!st->guide)
        return;
    int used = paint_text(at.row, at.col, at.cols, PAINT_BOLD, lang_pick(st->guide));
    paint_text(at.row, at.col + used + 2, at.cols - used - 2, PAINT_PLAIN,
               js_str(st->guide, "url"));
    json_array_foreach(js_get(st->guide, "steps"), i, step)
    {
        snprintf(text, sizeof text, "%zu. %s", i + 1, lang_pick(step));
        utf8_trim(text);
        if ((int)i + 1 < at.rows)
            paint_text(at.row + 1 + (int)i, at.col, at.cols, PAINT_PLAIN, text);
    }
}

static void draw(struct ui *ui, struct area body)
{
    struct idle *st = ui_state(ui);
    make_symbol(ui, st, js_str(st->guide, "url"));
    struct area left = {1, 1, 1, body.cols - 2 - (st->cols ? st->cols + 2 : 0)};
    struct area foot = {body.rows - GUIDE_ROWS, 1, GUIDE_ROWS, body.cols - 2};
    draw_bar(ui, body.cols);
    draw_state(st, left);
    left.row = 3;
    left.row = draw_notice(st, left);
    if (!st->suspended) {
        left.row = draw_slots(st, left);
        draw_called(st, left);
    }
    draw_symbol(st, 1, body.cols - st->cols);
    draw_guide(st, foot);
}

static unsigned key(struct ui *ui, uint32_t k)
{
    (void)k;
    ui_go(ui, "sign_in", json_pack("{s:b}", "from_idle", 1));
    return UI_HANDLED;
}

static void leave(struct ui *ui)
{
    struct idle *st = ui_state(ui);
    json_decref(st->notices);
    json_decref(st->slots);
    json_decref(st->called);
    json_decref(st->guide);
    json_decref(st->hours);
    buf_fini(&st->blocks);
}

const struct screen screen_idle = {
    .name = "idle",
    .title = N_("For everybody"),
    .about = N_("Notices, how to do it online, what is free to book today, who is called. Nothing "
                "personal; any key opens the sign-in."),
    .any_key = true,
    .pages = pages,
    .state = sizeof(struct idle),
    .open = open,
    .load = load,
    .draw = draw,
    .key = key,
    .close = leave,
};
